/*
 * Old backups taken away: lists first, then what no list that stays names. Repeatable; an interrupted one
 * goes on.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/archive/backup.h"
#include "formats/json/base64.h"
#include "platform/blobs/copies.h"

enum { BACKUPS_MAX = 100000, DIGEST_BYTES = 32 };

typedef struct Prune {
    const char   *folder;
    int64_t      *numbers;
    size_t        count;
    uint8_t      *digests; /* sorted: of all that stays */
    size_t        digest_count, digest_room;
    BackupPruned *sum;
} Prune;

static bool cannot(Err *err, const char *what)
{
    return err_set(err, ERR_UNAVAILABLE, "The backup folder cannot be used.", "%s: %s", what,
                   strerror(errno));
}

static int greater_first(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x < y) - (x > y);
}

static bool numbers_read(Prune *p, Err *err)
{
    char path[BACKUP_PATH];
    backup_path(path, p->folder, "manifests");
    DIR *dir = opendir(path);
    if (!dir)
        return cannot(err, "manifests");
    p->numbers = calloc(BACKUPS_MAX, sizeof *p->numbers);
    for (struct dirent *e; p->numbers && p->count < BACKUPS_MAX && (e = readdir(dir));) {
        Slice   rest = slice_of(e->d_name), digits = slice_cut(&rest, '.');
        int64_t n = 0;
        if (slice_equal_text(rest, "txt") && slice_int(digits, &n) && n > 0)
            p->numbers[p->count++] = n;
    }
    (void)closedir(dir);
    if (!p->numbers)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "prune");
    qsort(p->numbers, p->count, sizeof *p->numbers, greater_first);
    return true;
}

static bool digest_add(Prune *p, const uint8_t digest[DIGEST_BYTES], Err *err)
{
    if (p->digest_count == p->digest_room) {
        size_t   room = p->digest_room ? p->digest_room * 2 : 4096;
        uint8_t *more = reallocarray(p->digests, room, DIGEST_BYTES);
        if (!more)
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "prune");
        p->digests     = more;
        p->digest_room = room;
    }
    memcpy(p->digests + p->digest_count++ * DIGEST_BYTES, digest, DIGEST_BYTES);
    return true;
}

/* A list that stays must be read to its end: else nothing is taken away. */
static bool list_read(Prune *p, int64_t number, Err *err)
{
    char         path[BACKUP_PATH];
    char        *line  = NULL;
    size_t       room  = 0;
    bool         ended = false, ok = true;
    ManifestLine one;
    backup_path(path, p->folder, "manifests/%lld.txt", (long long)number);
    FILE *list = fopen(path, "re");
    if (!list)
        return cannot(err, "list");
    for (ssize_t len; ok && (len = getline(&line, &room, list)) > 0;) {
        ok    = manifest_line_read(slice_trim_end((Slice) { line, (size_t)len }), &one, err);
        ended = ok && one.kind == MANIFEST_END;
        if (ok && (one.kind == MANIFEST_BLOB || one.kind == MANIFEST_KEY || one.kind == MANIFEST_DATABASE))
            ok = digest_add(p, one.sha256, err);
    }
    free(line);
    (void)fclose(list);
    return ok &&
           (ended || err_set(err, ERR_CONFLICT, "A backup that stays cannot be read: nothing was taken away.",
                             "%lld", (long long)number));
}

static int by_bytes(const void *a, const void *b)
{
    return memcmp(a, b, DIGEST_BYTES);
}

static bool gone(const char *path, Err *err)
{
    return unlink(path) == 0 || errno == ENOENT || cannot(err, "unlink");
}

static bool backup_goes(Prune *p, int64_t number, Err *err)
{
    static const char *const PARTS[] = { "manifests/%lld.txt", "manifests/%lld.sig", "databases/%lld.db" };
    char                     path[BACKUP_PATH], name[64];
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        Slice pattern = slice_of(PARTS[i]), rest = pattern;
        Slice before = slice_cut(&rest, '%');
        (void)snprintf(name, sizeof name, "%.*s%lld%s", (int)before.len, before.at, (long long)number,
                       rest.at + 3);
        backup_path(path, p->folder, "%s", name);
        if (!gone(path, err))
            return false;
    }
    p->sum->backups++;
    return true;
}

static bool object_judge(Prune *p, const char *folder, const char *name, Err *err)
{
    uint8_t     digest[DIGEST_BYTES];
    char        path[BACKUP_PATH];
    struct stat seen;
    if (!hex_decode(slice_of(name), digest, sizeof digest) ||
        bsearch(digest, p->digests, p->digest_count, DIGEST_BYTES, by_bytes))
        return true;
    if (snprintf(path, sizeof path, "%s/%s", folder, name) >= (int)sizeof path)
        return true;
    if (stat(path, &seen) == 0)
        p->sum->bytes += seen.st_size;
    p->sum->objects++;
    return gone(path, err);
}

static bool objects_go(Prune *p, Err *err)
{
    for (unsigned i = 0; i < 256; i++) {
        char folder[BACKUP_PATH - 80];
        if (snprintf(folder, sizeof folder, "%s/objects/%02x", p->folder, i) >= (int)sizeof folder)
            return cannot(err, "path");
        DIR *dir = opendir(folder);
        bool ok  = true;
        for (struct dirent *e; ok && dir && (e = readdir(dir));)
            ok = e->d_name[0] == '.' || object_judge(p, folder, e->d_name, err);
        if (dir)
            (void)closedir(dir);
        if (!ok)
            return false;
    }
    return true;
}

static bool prune(Prune *p, size_t keep, Err *err)
{
    if (!numbers_read(p, err))
        return false;
    for (size_t i = 0; i < p->count && i < keep; i++)
        if (!list_read(p, p->numbers[i], err))
            return false;
    if (p->digest_count)
        qsort(p->digests, p->digest_count, DIGEST_BYTES, by_bytes);
    for (size_t i = keep; i < p->count; i++)
        if (!backup_goes(p, p->numbers[i], err))
            return false;
    p->sum->kept = p->count < keep ? (int64_t)p->count : (int64_t)keep;
    return objects_go(p, err);
}

bool backup_prune(const char *folder, int64_t keep, BackupPruned *ret, Err *err)
{
    *ret    = (BackupPruned) { 0 };
    Prune p = { .folder = folder, .sum = ret };
    if (keep < 1)
        return err_set(err, ERR_INPUT, "At least one backup is kept.", "keep %lld", (long long)keep);
    int  fd = backup_folder_take(folder, err);
    bool ok = fd >= 0 && prune(&p, (size_t)keep, err);
    if (fd >= 0)
        (void)close(fd);
    free(p.numbers);
    free(p.digests);
    return ok;
}
