/*
 * Reading a backup: its list is signed by a key we trust, every file is what its digest says; then a house is
 * made of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/backup.h"
#include "guard/audit/seal.h"
#include "platform/blobs/copies.h"

enum { LINE_MAX_BYTES = 1400, SIGNATURE_MAX = 512 };

typedef struct Reading {
    const BackupPlaces *p;
    BackupReport       *sum;
    bool                write; /* into p->home */
    ManifestLine        database;
    bool                began, has_database, ended;
} Reading;

static bool fault(Reading *r, const char *what, Slice name)
{
    char text[1100];
    slice_copy(name, text, sizeof text);
    *(what[0] == 'm' ? &r->sum->missing : &r->sum->altered) += 1;
    if (r->p->fault)
        r->p->fault(what, text, r->p->with);
    return true;
}

/* Checked; written too when there is a home. Damage is told and does not stop; a failing disk does. */
static bool file_take(Reading *r, const ManifestLine *line, const char *from, const char *to, unsigned mode,
                      Err *err)
{
    uint8_t digest[32];
    int64_t bytes = 0;
    Err     why   = { 0 };
    bool    ok    = line->kind == MANIFEST_BLOB ? (!r->write || make_folders_above(to, &why)) &&
                                                backup_blob_copy(line, from, r->write ? to : NULL, &why)
                    : r->write ? make_folders_above(to, &why) &&
                               copy_file(from, to, mode, line->sha256, digest, &bytes, &why)
                               : digest_file(from, digest, &bytes, &why);
    if (ok && line->kind != MANIFEST_BLOB && memcmp(digest, line->sha256, 32) != 0)
        ok = err_set(&why, ERR_CONFLICT, "A file is not what its digest says.", "digest");
    if (!ok && (why.kind == ERR_NOT_FOUND || why.kind == ERR_CONFLICT))
        return fault(r, why.kind == ERR_NOT_FOUND ? "missing" : "altered", line->name);
    if (!ok)
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    if (line->kind == MANIFEST_BLOB) {
        r->sum->copied++;
        r->sum->copied_bytes += line->bytes;
    }
    return true;
}

static bool line_take(Reading *r, const ManifestLine *line, Err *err)
{
    char from[BACKUP_PATH], to[BACKUP_PATH];
    backup_object_path(from, r->p->folder, line->sha256);
    if (r->ended || r->began == (line->kind == MANIFEST_BACKUP))
        return err_set(err, ERR_INPUT, "The list of the backup is malformed.", "order of lines");
    switch (line->kind) {
    case MANIFEST_BACKUP:
        r->began = line->number == r->sum->number;
        return r->began || err_set(err, ERR_INPUT, "The list of the backup is malformed.", "another number");
    case MANIFEST_DATABASE:
        r->database     = *line;
        r->has_database = true;
        return true;
    case MANIFEST_KEY:
        r->sum->has_keys = true;
        backup_path(to, r->p->home ? r->p->home : "", "keys/%.*s", (int)line->name.len, line->name.at);
        return file_take(r, line, from, to, 0600, err);
    case MANIFEST_BLOB:
        r->sum->blobs++;
        r->sum->bytes += line->bytes;
        backup_path(to, r->p->home ? r->p->home : "", "blobs/%.*s", (int)line->name.len, line->name.at);
        return file_take(r, line, from, to, 0640, err);
    case MANIFEST_LOST:
        return fault(r, "missing", line->name);
    case MANIFEST_END:
        r->ended = line->number == r->sum->blobs && line->bytes == r->sum->bytes;
        return r->ended || err_set(err, ERR_INPUT, "The list of the backup is malformed.", "counts");
    case MANIFEST_KINDS:
        break;
    }
    return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.", "manifest kind");
}

/* ---- the list ---- */

static bool list_signed(const Reading *r, const char *list, Err *err)
{
    char    path[BACKUP_PATH], key[BACKUP_PATH];
    uint8_t digest[32];
    int64_t bytes = 0;
    size_t  len   = 0;
    backup_path(path, r->p->folder, "manifests/%" PRId64 ".sig", r->sum->number);
    OWNED_TEXT char *signature = read_file(path, SIGNATURE_MAX, &len, err);
    backup_path(key, r->p->folder, "backup.pub");
    const char *trusted = r->p->public_key ? r->p->public_key : key;
    return signature && digest_file(list, digest, &bytes, err) &&
           seal_check(trusted, "backup", digest, slice_bytes(signature, len), err) &&
           seal_key_fingerprint(trusted, r->sum->key, err);
}

static bool list_walk(Reading *r, FILE *list, Err *err)
{
    char text[LINE_MAX_BYTES];
    while (fgets(text, sizeof text, list)) {
        Slice        line = slice_of(text);
        ManifestLine read;
        if (!slice_ends(line, SLICE("\n")))
            return err_set(err, ERR_INPUT, "The list of the backup is malformed.",
                           "a line is too long or cut");
        line.len--;
        if (!manifest_line_read(line, &read, err))
            return false;
        if (read.kind == MANIFEST_DATABASE)
            read.name = SLICE("beclere.db"); /* outlives the line */
        if (!line_take(r, &read, err))
            return false;
    }
    return (!ferror(list) && r->ended && r->has_database) ||
           err_set(err, ERR_INPUT, "The list of the backup is malformed.", "it ends early");
}

static bool list_read(Reading *r, Err *err)
{
    char path[BACKUP_PATH];
    r->sum->number = r->p->number;
    if (!r->sum->number && !backup_newest(r->p->folder, &r->sum->number, err))
        return false;
    backup_path(path, r->p->folder, "manifests/%" PRId64 ".txt", r->sum->number);
    if (!r->sum->number || access(path, R_OK) != 0)
        return err_set(err, ERR_NOT_FOUND, "There is no such backup in this folder.", "number %" PRId64,
                       r->sum->number);
    if (!list_signed(r, path, err))
        return false;
    FILE *list = fopen(path, "re");
    if (!list)
        return err_set(err, ERR_UNAVAILABLE, "The backup folder cannot be used.", "list: %s",
                       strerror(errno));
    bool ok = list_walk(r, list, err);
    (void)fclose(list);
    return ok;
}

/* The database last. Without it nothing is a house: damage here is a failure. */
static bool database_take(Reading *r, Err *err)
{
    char    from[BACKUP_PATH], to[BACKUP_PATH];
    int64_t before = r->sum->missing + r->sum->altered;
    backup_path(from, r->p->folder, "databases/%" PRId64 ".db", r->sum->number);
    backup_path(to, r->p->home ? r->p->home : "", "beclere.db");
    if (!file_take(r, &r->database, from, to, 0600, err))
        return false;
    return r->sum->missing + r->sum->altered == before ||
           err_set(err, ERR_CONFLICT, "The database of this backup is damaged; try an earlier backup.",
                   "number %" PRId64, r->sum->number);
}

bool backup_check(const BackupPlaces *p, BackupReport *ret, Err *err)
{
    *ret      = (BackupReport) { 0 };
    Reading r = { .p = p, .sum = ret };
    return list_read(&r, err) && database_take(&r, err);
}

static bool home_is_free(const char *home, Err *err)
{
    char path[BACKUP_PATH];
    bool empty = true;
    backup_path(path, home, ".");
    if (!make_folders_above(path, err))
        return false;
    DIR *d = opendir(home);
    if (!d)
        return err_set(err, ERR_UNAVAILABLE, "The data folder cannot be written.", "opendir: %s",
                       strerror(errno));
    for (struct dirent *e; empty && (e = readdir(d));)
        empty = strcmp(e->d_name, ".") == 0 || strcmp(e->d_name, "..") == 0;
    closedir(d);
    return empty || err_set(err, ERR_CONFLICT, "The folder to restore into is not empty.", "restore");
}

bool backup_restore(const BackupPlaces *p, BackupReport *ret, Err *err)
{
    char below[BACKUP_PATH];
    *ret      = (BackupReport) { 0 };
    Reading r = { .p = p, .sum = ret, .write = true };
    backup_path(below, p->home, "blobs/.");
    if (!home_is_free(p->home, err) || !make_folders_above(below, err))
        return false;
    backup_path(below, p->home, "keys/.");
    return make_folders_above(below, err) && list_read(&r, err) && copies_flush(p->home, err) &&
           database_take(&r, err) && copies_flush(p->home, err);
}
