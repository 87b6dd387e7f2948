/*
 * beclere verify: is the trace whole, are the acts' logs whole, and (with --archive) is every stored file what came in?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/archive/quota.h"
#include "clinic/workflow/act_rebuild.h"
#include "clinic/workflow/dossier.h"
#include "commands/house.h"
#include "guard/audit/audit.h"

static void print_fault(const char *what, const char *instance_uid, const char *blob, void *with)
{
    (void)with;
    printf("  %s: %s %s\n", what, instance_uid, blob);
}

static bool verify_trace(Db *db, bool *ret_whole, Err *err)
{
    AuditCheck trace = { 0 };
    if (!audit_verify(db, &trace, err))
        return false;
    if (trace.first_broken)
        printf("TRACE BROKEN at line %" PRId64 ": %s (%" PRId64 " lines read)\n", trace.first_broken, trace.why, trace.lines);
    else
        printf("trace: %" PRId64 " lines, whole\n", trace.lines);
    *ret_whole = trace.first_broken == 0;
    return true;
}

static bool verify_acts(Db *db, bool *ret_whole, Err *err)
{
    ActCheck acts    = { 0 };
    bool     current = true;
    if (!act_fold_is_current(db, &current, err) || !act_verify(db, 0, &acts, err))
        return false;
    if (!current)
        printf("acts: projections of an earlier version of the program: start it, or run beclere acts rebuild\n");
    if (acts.broken_act)
        printf("ACT %" PRId64 " BROKEN at event %" PRId64 ": %s\n", acts.broken_act, acts.broken_seq, acts.why);
    else
        printf("acts: %" PRId64 " acts, %" PRId64 " events, whole\n", acts.acts, acts.events);
    *ret_whole = acts.broken_act == 0;
    return true;
}

static bool verify_archive(House *h, bool *ret_whole, Err *err)
{
    ArchiveCheck c = { 0 };
    if (!archive_check(h->archive, print_fault, NULL, &c, err))
        return false;
    printf("archive: %" PRId64 " instances, %" PRId64 " bytes; %" PRId64 " missing, %" PRId64 " altered, %" PRId64 " leftovers\n",
           c.instances, c.bytes, c.missing, c.altered, c.leftovers);
    *ret_whole = c.missing == 0 && c.altered == 0;
    return true;
}

/* What is counted as rows come and go against the rows themselves; 'mend': set right. */
static bool verify_room(House *h, bool mend, bool *ret_right, Err *err)
{
    QuotaCheck c = { 0 };
    if (!quota_check(h->archive, mend, &c, err))
        return false;
    printf("room: %" PRId64 " files, %" PRId64 " bytes; ", c.files, c.bytes);
    if (!c.drifted)
        printf("the counts agree\n");
    else
        printf("%" PRId64 " COUNTS DIFFER by %" PRId64 " bytes%s\n", c.drifted, c.off_bytes, mend ? ", set right" : " (--mend sets them right)");
    *ret_right = !c.drifted || mend;
    return true;
}

/* A whole file; false when it cannot be read or is larger than a proof file. */
static bool file_read(const char *folder, const char *name, Buf *ret, Err *err)
{
    char path[4096];
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *f = fopen(path, "re");
    if (!f)
        return err_set(err, ERR_INPUT, "A file of the proof file cannot be read.", "%s", path);
    char   piece[64 * 1024];
    size_t len;
    bool   ok = true;
    while (ok && (len = fread(piece, 1, sizeof piece, f)) > 0)
        ok = buf_add(ret, (Slice) { piece, len });
    ok = !ferror(f) && ok;
    (void)fclose(f);
    return ok || err_set(err, ERR_INPUT, "A file of the proof file cannot be read.", "%s", path);
}

static int verify_dossier(const char *folder, const char *key)
{
    Err          err  = { 0 };
    DossierCheck c    = { 0 };
    OWNED_BUF    json = buf_make(DOSSIER_BYTES_MAX), signature = buf_make(512);
    if (!key) {
        fprintf(stderr, "beclere verify --dossier FOLDER --key FILE (the public key that the house publishes)\n");
        return 2;
    }
    if (!file_read(folder, "dossier.json", &json, &err) || !file_read(folder, "dossier.json.sig", &signature, &err) ||
        !dossier_check(buf_slice(&json), buf_slice(&signature), key, &c, &err))
        return command_failed("verify", &err);
    if (c.broken_seq)
        printf("act %s: sealed, but THE CHAIN IS BROKEN at step %" PRId64 "\n", c.number, c.broken_seq);
    else
        printf("act %s: sealed, %" PRId64 " steps, whole\n", c.number, c.events);
    return c.broken_seq ? 3 : 0;
}

int command_verify(int argc, char **argv)
{
    const char *dossier = option_value(argc, argv, "--dossier", NULL);
    if (dossier)
        return verify_dossier(dossier, option_value(argc, argv, "--key", NULL));
    Err         err    = { 0 };
    const char *backup = option_value(argc, argv, "--backup", NULL);
    House       h;
    if (backup)
        return command_verify_backup(backup, argc, argv);
    if (!house_open(&h, option_value(argc, argv, "--config", NULL), &err))
        return command_failed("verify", &err);
    bool trace = false, acts = false, archive = true, room = true, read = false;
    {
        OWNED(Db) *db = db_read(h.db, &err);
        read          = db && verify_trace(db, &trace, &err) && verify_acts(db, &acts, &err);
    }
    read = read && verify_room(&h, option_given(argc, argv, "--mend"), &room, &err);
    if (read && option_given(argc, argv, "--archive"))
        read = verify_archive(&h, &archive, &err);
    int rc = read ? (trace && acts && archive && room ? 0 : 3) : command_failed("verify", &err);
    house_close(&h);
    return rc;
}
