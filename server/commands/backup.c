/*
 * beclere backup, restore, rebuild: the house copied while it works, made again elsewhere, or indexed anew from its files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "clinic/archive/backup.h"
#include "commands/house.h"
#include "schema/schema.h"

static void print_blob(const char *what, const char *name, void *with)
{
    (void)with;
    printf("  %s: %s\n", what, name);
}

/* 3: damage was found. */
static int told(const BackupReport *r, const char *done)
{
    printf("backup %" PRId64 " %s: %" PRId64 " files, %" PRId64 " bytes; %" PRId64 " copied (%" PRId64 " bytes); %" PRId64
           " missing, %" PRId64 " altered%s\nkey %s\n",
           r->number, done, r->blobs, r->bytes, r->copied, r->copied_bytes, r->missing, r->altered,
           r->has_keys ? ", with keys" : "", r->key);
    return r->missing || r->altered ? 3 : 0;
}

/* The first word that is no option: flags without a value must not swallow it. */
static const char *folder_of(int argc, char **argv)
{
    return argc > 0 && strncmp(argv[0], "--", 2) != 0 ? argv[0] : NULL;
}

static bool places_read(int argc, char **argv, BackupPlaces *p)
{
    *p = (BackupPlaces) { .folder     = folder_of(argc, argv),
                          .with_keys  = option_given(argc, argv, "--with-keys"),
                          .public_key = option_value(argc, argv, "--key", NULL),
                          .home       = option_value(argc, argv, "--to", NULL),
                          .fault      = print_blob };
    Slice number = slice_of(option_value(argc, argv, "--number", "0"));
    return slice_int(number, &p->number) && p->number >= 0 && p->folder;
}

/* Only after a backup without damage: what is damaged here may be whole in an older one. */
static int pruned(const char *folder, int64_t keep)
{
    Err          err = { 0 };
    BackupPruned r;
    if (!backup_prune(folder, keep, &r, &err))
        return command_failed("backup", &err);
    printf("%" PRId64 " backups kept; %" PRId64 " taken away, with %" PRId64 " files (%" PRId64 " bytes)\n", r.kept, r.backups,
           r.objects, r.bytes);
    return 0;
}

int command_backup(int argc, char **argv)
{
    Err          err = { 0 };
    House        h;
    BackupPlaces p;
    BackupReport r;
    int64_t      keep = 0;
    if (!places_read(argc, argv, &p) || !slice_int(slice_of(option_value(argc, argv, "--keep", "0")), &keep) || keep < 0) {
        fprintf(stderr, "beclere backup FOLDER [--with-keys] [--keep N] [--config FILE]\n");
        return 2;
    }
    if (!house_open(&h, option_value(argc, argv, "--config", NULL), &err))
        return command_failed("backup", &err);
    p.home = config_text(h.config, "data");
    int rc = backup_make(h.db, &p, &r, &err) ? told(&r, "made") : command_failed("backup", &err);
    house_close(&h);
    return keep && rc == 0 ? pruned(p.folder, keep) : rc;
}

int command_restore(int argc, char **argv)
{
    Err          err = { 0 };
    BackupPlaces p;
    BackupReport r;
    if (!places_read(argc, argv, &p) || !p.home) {
        fprintf(stderr, "beclere restore FOLDER --to HOME [--number N] [--key PUBLIC-KEY]\n");
        return 2;
    }
    if (!backup_restore(&p, &r, &err))
        return command_failed("restore", &err);
    int rc = told(&r, "restored");
    if (!r.has_keys)
        printf("Without keys: put secrets.key into %s/keys before the start, or everybody enrols a second factor again.\n", p.home);
    return rc;
}

int command_verify_backup(const char *folder, int argc, char **argv)
{
    Err          err = { 0 };
    BackupPlaces p;
    BackupReport r;
    (void)places_read(argc, argv, &p);
    p.folder = folder;
    return backup_check(&p, &r, &err) ? told(&r, "whole as listed") : command_failed("verify", &err);
}

static void print_image(const char *what, const char *uid, const char *blob, void *with)
{
    (void)with;
    printf("  %s: %s %s\n", what, uid, blob);
}

/* The one command that makes a database where images are already: house_open refuses that. */
static bool database_made(const char *config_path, Err *err)
{
    char path[4096];
    OWNED(Config) *c = config_read(config_path, err);
    if (!c)
        return false;
    (void)snprintf(path, sizeof path, "%s/beclere.db", config_text(c, "data"));
    OWNED(DbHost) *db = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, err);
    return db != NULL;
}

int command_rebuild(int argc, char **argv)
{
    Err            err    = { 0 };
    House          h      = { 0 };
    ArchiveRebuilt r      = { 0 };
    const char    *config = option_value(argc, argv, "--config", NULL);
    if (!database_made(config, &err) || !house_open(&h, config, &err))
        return command_failed("rebuild", &err);
    bool ok = archive_rebuild(h.archive, print_image, NULL, &r, &err);
    if (ok)
        printf("rebuilt: %" PRId64 " files; %" PRId64 " added, %" PRId64 " aside, %" PRId64 " known before, %" PRId64 " unreadable\n",
               r.files, r.added, r.aside, r.known, r.unreadable);
    int rc = ok ? (r.unreadable ? 3 : 0) : command_failed("rebuild", &err);
    house_close(&h);
    return rc;
}
