/*
 * beclere verify: is the trace whole, are the acts' logs whole, and (with --archive) is every stored file what came in?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/archive/quota.h"
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
    ActCheck acts = { 0 };
    if (!act_verify(db, 0, &acts, err))
        return false;
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

int command_verify(int argc, char **argv)
{
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
