/*
 * Taking a backup: the database at one moment, then every file it names that is not held yet, then the signed
 * list.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/backup.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/archive_internal.h"
#include "formats/json/base64.h"
#include "guard/audit/audit.h"
#include "guard/audit/seal.h"
#include "platform/blobs/copies.h"
#include "platform/clock.h"

enum { KEY_FILE_MAX = 1 << 16 };

void backup_path(char ret[BACKUP_PATH], const char *folder, const char *format, ...)
{
    va_list args;
    int     at = snprintf(ret, BACKUP_PATH, "%s/", folder);
    va_start(args, format);
    if (at > 0 && at < BACKUP_PATH)
        (void)vsnprintf(ret + at, (size_t)(BACKUP_PATH - at), format, args);
    va_end(args);
}

void backup_object_path(char ret[BACKUP_PATH], const char *folder, const uint8_t sha256[32])
{
    char hex[65];
    hex_encode(slice_bytes(sha256, 32), hex);
    backup_path(ret, folder, "objects/%.2s/%s", hex, hex);
}

bool backup_newest(const char *folder, int64_t *ret, Err *err)
{
    char path[BACKUP_PATH];
    backup_path(path, folder, "manifests");
    DIR *d = opendir(path);
    *ret   = 0;
    if (!d)
        return errno == ENOENT || err_set(err, ERR_UNAVAILABLE, "The backup folder cannot be used.",
                                          "opendir: %s", strerror(errno));
    for (struct dirent *e; (e = readdir(d));) {
        Slice   rest = slice_of(e->d_name), digits = slice_cut(&rest, '.');
        int64_t n = 0;
        if (slice_equal_text(rest, "txt") && slice_int(digits, &n) && n > *ret)
            *ret = n;
    }
    closedir(d);
    return true;
}

bool backup_blob_copy(const ManifestLine *line, const char *from, const char *to, Err *err)
{
    Mapped file;
    if (!map_file(from, &file, err))
        return false;
    bool ok = ((int64_t)file.bytes.len == line->bytes &&
               file_digest_is(file.bytes, (size_t)line->dataset_at, slice_bytes(line->sha256, 32))) ||
              err_set(err, ERR_CONFLICT, "A file is not what its digest says.", "%zu bytes", file.bytes.len);
    ok = ok && (!to || write_file(to, 0640, file.bytes, err));
    unmap_file(&file);
    return ok;
}

typedef struct Backup {
    DbHost             *live;
    const BackupPlaces *p;
    BackupReport       *sum;
    FILE               *list;
    EVP_MD_CTX         *digest; /* of the list */
    Buf                 line;
} Backup;

static bool list_add(Backup *b, const ManifestLine *line, Err *err)
{
    buf_clear(&b->line);
    if (!manifest_line_add(line, &b->line))
        return buf_ok(&b->line, err);
    Slice text = buf_slice(&b->line);
    if (fwrite(text.at, 1, text.len, b->list) == text.len &&
        EVP_DigestUpdate(b->digest, text.at, text.len) == 1)
        return true;
    return err_set(err, ERR_UNAVAILABLE, "The backup folder cannot be used.", "list: %s", strerror(errno));
}

/* ---- one file ---- */

static bool still_named(DbHost *live, const char *blob, bool *ret, Err *err)
{
    OWNED(Db) *db = db_read(live, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM instance_aside WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM kept_document WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM kept_paper WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM kept_version WHERE blob = ?1");
    db_bind_cstr(q, 1, blob);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

/* Missing or altered: purged in due form meanwhile, or damage. */
static bool not_copied(Backup *b, const ManifestLine *line, bool missing, Err *err)
{
    char name[1100];
    bool named = true;
    slice_copy(line->name, name, sizeof name);
    if (!still_named(b->live, name, &named, err))
        return false;
    if (!named) {
        b->sum->purged++;
        return true;
    }
    *(missing ? &b->sum->missing : &b->sum->altered) += 1;
    if (b->p->fault)
        b->p->fault(missing ? "missing" : "altered", name, b->p->with);
    ManifestLine lost = *line;
    lost.kind         = MANIFEST_LOST;
    return list_add(b, &lost, err);
}

static bool blob_keep(Backup *b, const ManifestLine *line, Err *err)
{
    struct stat s;
    char        from[BACKUP_PATH], to[BACKUP_PATH];
    Err         why = { 0 };
    backup_path(from, b->p->home, "blobs/%.*s", (int)line->name.len, line->name.at);
    backup_object_path(to, b->p->folder, line->sha256);
    bool held = stat(to, &s) == 0 && S_ISREG(s.st_mode) && s.st_size == line->bytes;
    if (!held && !(make_folders_above(to, &why) && backup_blob_copy(line, from, to, &why))) {
        if (why.kind == ERR_NOT_FOUND || why.kind == ERR_CONFLICT)
            return not_copied(b, line, why.kind == ERR_NOT_FOUND, err);
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    b->sum->blobs++;
    b->sum->bytes += line->bytes;
    if (!held) {
        b->sum->copied++;
        b->sum->copied_bytes += line->bytes;
    }
    return list_add(b, line, err);
}

/* ---- all of them, as the copied database names them ---- */

static bool blobs_keep(Backup *b, Db *copy, Err *err)
{
    static const char *const LISTS[] = {
        "SELECT blob, bytes, sha256, dataset_at FROM instance",
        "SELECT blob, bytes, sha256, dataset_at FROM instance_aside",
        "SELECT blob, bytes, sha256, 0 FROM kept_document",
        "SELECT blob, bytes, sha256, 0 FROM kept_paper",
        "SELECT blob, bytes, sha256, dataset_at FROM kept_version WHERE blob IS NOT NULL",
    };
    for (size_t i = 0; i < COUNT(LISTS); i++) {
        OWNED(DbQuery) *q = db_query(copy, LISTS[i]);
        DbStep step;
        while ((step = db_next(q, err)) == DB_ROW) {
            ManifestLine line = { .kind       = MANIFEST_BLOB,
                                  .name       = db_slice(q, 0),
                                  .bytes      = db_int(q, 1),
                                  .dataset_at = db_int(q, 3) };
            if (!digest_of_row(db_slice(q, 2), line.sha256))
                return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                               "a digest is malformed");
            if (!blob_keep(b, &line, err))
                return false;
        }
        if (step == DB_FAILED)
            return false;
    }
    return true;
}

static bool key_keep(Backup *b, const char *name, Err *err)
{
    char         from[BACKUP_PATH], to[BACKUP_PATH];
    ManifestLine line = { .kind = MANIFEST_KEY, .name = slice_of(name) };
    struct stat  s;
    backup_path(from, b->p->home, "keys/%s", name);
    if (lstat(from, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size > KEY_FILE_MAX ||
        strncmp(name, "backup.", 7) == 0)
        return true;
    if (!digest_file(from, line.sha256, &line.bytes, err))
        return false;
    backup_object_path(to, b->p->folder, line.sha256);
    return make_folders_above(to, err) &&
           copy_file(from, to, 0600, line.sha256, line.sha256, &line.bytes, err) && list_add(b, &line, err);
}

static bool keys_keep(Backup *b, Err *err)
{
    char path[BACKUP_PATH];
    if (!b->p->with_keys)
        return true;
    backup_path(path, b->p->home, "keys");
    DIR *d  = opendir(path);
    bool ok = d != NULL || errno == ENOENT ||
              err_set(err, ERR_UNAVAILABLE, "The data folder cannot be read.", "keys");
    for (struct dirent *e; ok && d && (e = readdir(d));)
        ok = key_keep(b, e->d_name, err);
    if (d)
        closedir(d);
    b->sum->has_keys = ok;
    return ok;
}

static bool database_keep(Backup *b, const char *database, Err *err)
{
    ManifestLine line = { .kind = MANIFEST_DATABASE, .name = SLICE("beclere.db") };
    return digest_file(database, line.sha256, &line.bytes, err) && list_add(b, &line, err);
}

/* ---- the list ---- */

static bool list_write(Backup *b, const char *database, Err *err)
{
    char now[CLOCK_ISO_SIZE];
    clock_iso(clock_now_ms(), now);
    OWNED(DbHost) *host = db_open_snapshot(database, err);
    if (!host)
        return false;
    OWNED(Db) *copy = db_read(host, err);
    return copy &&
           list_add(
               b,
               &(ManifestLine) { .kind = MANIFEST_BACKUP, .number = b->sum->number, .name = slice_of(now) },
               err) &&
           database_keep(b, database, err) && keys_keep(b, err) && blobs_keep(b, copy, err) &&
           list_add(b,
                    &(ManifestLine) { .kind = MANIFEST_END, .number = b->sum->blobs, .bytes = b->sum->bytes },
                    err);
}

/* Signature first, then the list's name: a list without its signature is never seen. */
static bool list_settle(Backup *b, const char *part, Err *err)
{
    uint8_t   digest[32];
    char      keys[BACKUP_PATH], path[BACKUP_PATH];
    OWNED_BUF signature = buf_make(512);
    bool      written   = fflush(b->list) == 0 && fsync(fileno(b->list)) == 0;
    if (!written || EVP_DigestFinal_ex(b->digest, digest, NULL) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The backup folder cannot be used.", "list: %s",
                       strerror(errno));
    backup_path(keys, b->p->home, "keys");
    if (!copies_flush(b->p->folder, err) || !seal_make(keys, "backup", digest, &signature, err))
        return false;
    backup_path(path, b->p->folder, "manifests/%" PRId64 ".sig", b->sum->number);
    if (!write_file(path, 0640, buf_slice(&signature), err))
        return false;
    backup_path(path, b->p->folder, "manifests/%" PRId64 ".txt", b->sum->number);
    if (rename(part, path) != 0)
        return err_set(err, ERR_UNAVAILABLE, "The backup folder cannot be used.", "rename: %s",
                       strerror(errno));
    return copies_flush(b->p->folder, err);
}

static bool public_key_beside(Backup *b, Err *err)
{
    char    keys[BACKUP_PATH], from[BACKUP_PATH], to[BACKUP_PATH];
    uint8_t digest[32];
    int64_t bytes = 0;
    backup_path(keys, b->p->home, "keys");
    backup_path(from, b->p->home, "keys/backup.pub");
    backup_path(to, b->p->folder, "backup.pub");
    return seal_keys_ready(keys, "backup", err) && copy_file(from, to, 0644, NULL, digest, &bytes, err) &&
           seal_key_fingerprint(from, b->sum->key, err);
}

static bool traced(Db *db, void *report, Err *err)
{
    const BackupReport *r = report;
    char                object[32], detail[160];
    (void)snprintf(object, sizeof object, "backup %" PRId64, r->number);
    (void)snprintf(detail, sizeof detail,
                   "%" PRId64 " files, %" PRId64 " new; %" PRId64 " missing, %" PRId64 " altered", r->blobs,
                   r->copied, r->missing, r->altered);
    return audit_add(db,
                     &(AuditLine) { .event   = AUDIT_SYSTEM,
                                    .outcome = r->missing || r->altered ? AUDIT_FAILED : AUDIT_OK,
                                    .actor   = "system:backup",
                                    .what    = "backup",
                                    .object  = object,
                                    .detail  = detail },
                     err);
}

static bool backup_run(Backup *b, Err *err)
{
    char from[BACKUP_PATH], part[BACKUP_PATH], database[BACKUP_PATH];
    if (!public_key_beside(b, err) || !backup_newest(b->p->folder, &b->sum->number, err))
        return false;
    b->sum->number++;
    backup_path(from, b->p->home, "beclere.db");
    backup_path(database, b->p->folder, "databases/%" PRId64 ".db", b->sum->number);
    backup_path(part, b->p->folder, "manifests/part");
    (void)unlink(database); /* of one that was interrupted: it has no list */
    if (!db_snapshot(from, database, err))
        return false;
    b->list = fopen(part, "we");
    if (!b->list)
        return err_set(err, ERR_UNAVAILABLE, "The backup folder cannot be used.", "list: %s",
                       strerror(errno));
    bool ok = list_write(b, database, err) && list_settle(b, part, err);
    (void)fclose(b->list);
    return ok && db_write(b->live, traced, b->sum, err);
}

/* The folder and its lock, held until the descriptor is closed. */
int backup_folder_take(const char *folder, Err *err)
{
    static const char *const BELOW[] = { "objects/.", "databases/.", "manifests/." };
    char                     path[BACKUP_PATH];
    for (size_t i = 0; i < COUNT(BELOW); i++) {
        backup_path(path, folder, "%s", BELOW[i]);
        if (!make_folders_above(path, err))
            return -1;
    }
    backup_path(path, folder, "lock");
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0640);
    if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
        return fd;
    err_set(err, fd < 0 ? ERR_UNAVAILABLE : ERR_CONFLICT,
            fd < 0 ? "The backup folder cannot be used." : "Another backup is running in this folder.",
            "lock: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

bool backup_make(DbHost *live, const BackupPlaces *p, BackupReport *ret, Err *err)
{
    *ret      = (BackupReport) { 0 };
    Backup b  = { .live = live, .p = p, .sum = ret, .digest = EVP_MD_CTX_new(), .line = buf_make(4096) };
    int    fd = backup_folder_take(p->folder, err);
    bool   ok = fd >= 0 && ((b.digest && EVP_DigestInit_ex(b.digest, EVP_sha256(), NULL) == 1) ||
                          err_set(err, ERR_UNAVAILABLE, "Memory is out.", "backup"));
    ok        = ok && backup_run(&b, err);
    EVP_MD_CTX_free(b.digest);
    buf_free(&b.line);
    if (fd >= 0)
        close(fd);
    return ok;
}
