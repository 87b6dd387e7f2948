/*
 * Keeping what was taken: leftovers of interrupted arrivals swept away, every file read again and compared.
 * E30, X5.
 *
 * A file without a row is a leftover; a row without a file is damage and is told as an alarm.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clinic/archive/archive_internal.h"
#include "formats/json/base64.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { LEFTOVER_S = 3600, QUARANTINE_S = 86400, SWEPT_AT_ONCE = 64 };
#define QUARANTINE "quarantine/"

/* ---- rows: does each have its file? ---- */

typedef struct Round {
    Archive      *a;
    ArchiveFault *fault;
    void         *with;
    ArchiveCheck *sum;
    bool          read_bytes; /* compare digests, not only sizes */
    bool          sweep;
    int64_t       now_s;
    Err          *err;
} Round;

static void faulty(const Round *r, const char *what, const char *uid, const char *blob)
{
    if (r->fault)
        r->fault(what, uid, blob, r->with);
}

static bool size_is(const Archive *a, const char *blob, int64_t bytes)
{
    struct stat s;
    char        path[2048];
    snprintf(path, sizeof path, "%s/%s", blobs_folder(a->blobs), blob);
    return stat(path, &s) == 0 && S_ISREG(s.st_mode) && s.st_size == bytes;
}

static bool digest_is(Archive *a, const char *blob, int64_t dataset_at, Slice sha256)
{
    OWNED(Blob) *b = blob_open(a->blobs, blob, NULL);
    return b && file_digest_is(blob_bytes(b), (size_t)dataset_at, sha256);
}

static void row_check(Round *r, const char *uid, const char *blob, int64_t bytes, int64_t dataset_at,
                      Slice sha256)
{
    r->sum->instances++;
    r->sum->bytes += bytes;
    if (!size_is(r->a, blob, bytes)) {
        struct stat s;
        char        path[2048];
        snprintf(path, sizeof path, "%s/%s", blobs_folder(r->a->blobs), blob);
        bool gone = stat(path, &s) != 0;
        *(gone ? &r->sum->missing : &r->sum->altered) += 1;
        faulty(r, gone ? "missing" : "altered", uid, blob);
    } else if (r->read_bytes && !digest_is(r->a, blob, dataset_at, sha256)) {
        r->sum->altered++;
        faulty(r, "altered", uid, blob);
    }
}

/* Images tell their digest as bytes, documents as hexadecimal. */
bool digest_of_row(Slice value, uint8_t ret[SHA256_BYTES])
{
    if (value.len == SHA256_BYTES)
        memcpy(ret, value.at, SHA256_BYTES);
    return value.len == SHA256_BYTES ||
           (value.len == 2 * SHA256_BYTES && hex_decode(value, ret, SHA256_BYTES));
}

/* In pages, so that no snapshot stays open while terabytes are read. */
static bool rows_page(Round *r, const char *sql, int64_t *after, bool *ret_more, Err *err)
{
    enum { PAGE = 200 };
    typedef struct Line {
        char    uid[65], blob[256];
        int64_t bytes, dataset_at;
        uint8_t sha256[SHA256_BYTES];
        size_t  sha_len;
    } Line;
    size_t           count  = 0;
    OWNED_TEXT char *memory = calloc(PAGE, sizeof(Line));
    Line            *lines  = (Line *)(void *)memory;
    if (!lines)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "archive check");
    {
        OWNED(Db) *db = db_read(r->a->host, err);
        if (!db)
            return false;
        OWNED(DbQuery) *q = db_query(db, sql);
        db_bind_int(q, 1, *after);
        db_bind_int(q, 2, PAGE);
        DbStep step;
        while ((step = db_next(q, err)) == DB_ROW && count < PAGE) {
            Line *l = &lines[count++];
            *after  = db_int(q, 0);
            db_text(q, 1, l->uid, sizeof l->uid);
            db_text(q, 2, l->blob, sizeof l->blob);
            l->bytes      = db_int(q, 3);
            l->sha_len    = digest_of_row(db_slice(q, 4), l->sha256) ? SHA256_BYTES : 0;
            l->dataset_at = db_int(q, 5);
        }
        if (step == DB_FAILED)
            return false;
    }
    for (size_t i = 0; i < count; i++)
        row_check(r, lines[i].uid, lines[i].blob, lines[i].bytes, lines[i].dataset_at,
                  slice_bytes(lines[i].sha256, lines[i].sha_len));
    *ret_more = count == PAGE;
    return true;
}

#define PAGE_AFTER " WHERE id > ?1 ORDER BY id LIMIT ?2"

static bool rows_check(Round *r, Err *err)
{
    static const char *const PAGES[] = {
        "SELECT id, uid, blob, bytes, sha256, dataset_at FROM instance" PAGE_AFTER,
        "SELECT id, uid, blob, bytes, sha256, dataset_at FROM instance_aside" PAGE_AFTER,
        "SELECT id, uid, blob, bytes, sha256, 0 FROM kept_report" PAGE_AFTER,
        "SELECT id, uid, blob, bytes, sha256, 0 FROM kept_attachment" PAGE_AFTER,
        "SELECT id, uid, blob, bytes, sha256, 0 FROM kept_convention" PAGE_AFTER,
        "SELECT id, uid, blob, bytes, sha256, 0 FROM kept_paper" PAGE_AFTER,
        "SELECT id, uid, blob, bytes, sha256, dataset_at FROM kept_version WHERE id > ?1 AND blob IS NOT NULL ORDER BY id LIMIT ?2",
    };
    for (size_t i = 0; i < COUNT(PAGES); i++) {
        int64_t after = 0;
        bool    more  = true;
        while (more && !atomic_load(&r->a->stopping))
            if (!rows_page(r, PAGES[i], &after, &more, err))
                return false;
    }
    return true;
}

/* ---- files: does each have its row? ---- */

/* Ours: yyyy/mm/dd/study/series/instance.dcm, or the quarantine; other rooms keep files in the same store. */
bool blob_is_image(const char *name)
{
    Slice rest = slice_of(name), year = slice_cut(&rest, '/'), month = slice_cut(&rest, '/'),
          day = slice_cut(&rest, '/');
    int64_t n = 0;
    return year.len == 4 && month.len == 2 && day.len == 2 && slice_int(year, &n) && slice_int(month, &n) &&
           slice_int(day, &n) && slice_ends(rest, SLICE(".dcm"));
}

/* A snapshot for each: the walk may last for hours. */
bool blob_has_row(Archive *a, const char *blob, bool *ret, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM instance_aside WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM kept_version WHERE blob = ?1");
    db_bind_cstr(q, 1, blob);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

/* Flat in the quarantine folder; its own time of change then counts the day. */
static bool quarantine(Round *r, const char *name)
{
    char   from[2048], to[2048], flat[1024];
    size_t n = 0;
    for (const char *c = name; *c && n < sizeof flat - 1; c++)
        flat[n++] = *c == '/' ? '_' : *c;
    flat[n] = 0;
    snprintf(to, sizeof to, "%s/" QUARANTINE, blobs_folder(r->a->blobs));
    if (mkdir(to, 0750) != 0 && errno != EEXIST)
        return false;
    snprintf(from, sizeof from, "%s/%s", blobs_folder(r->a->blobs), name);
    snprintf(to, sizeof to, "%s/" QUARANTINE "%.200s", blobs_folder(r->a->blobs),
             n > 200 ? flat + n - 200 : flat);
    return rename(from, to) == 0 && utimensat(AT_FDCWD, to, NULL, 0) == 0;
}

static bool file_check(const char *name, int64_t bytes, int64_t mtime_s, void *round)
{
    Round *r     = round;
    bool   known = false;
    (void)bytes;
    if (atomic_load(&r->a->stopping))
        return false;
    if (slice_starts(slice_of(name), SLICE(QUARANTINE))) {
        if (r->sweep && r->now_s - mtime_s > QUARANTINE_S)
            (void)blob_remove(r->a->blobs, name, NULL);
        return true;
    }
    if (!blob_is_image(name))
        return true;
    if (!blob_has_row(r->a, name, &known, r->err))
        return false;
    if (known || r->now_s - mtime_s <= LEFTOVER_S) /* younger: perhaps being received */
        return true;
    r->sum->leftovers++;
    faulty(r, "leftover", "", name);
    if (r->sweep && r->sum->leftovers > SWEPT_AT_ONCE) /* no interrupted arrivals leave that many */
        return true;
    if (r->sweep && !quarantine(r, name))
        log_line("archive", LOG_WARN, "a leftover could not be moved", "blob", name, NULL);
    return true;
}

static bool round_done(Round *r, Err *err)
{
    Err why = { 0 };
    *r->sum = (ArchiveCheck) { 0 };
    if (!rows_check(r, err))
        return false;
    r->now_s = time(NULL); /* against file times, which no test moves */
    r->err   = &why;
    if (!blobs_walk(r->a->blobs, file_check, r, err))
        return false;
    return why.kind == ERR_NONE || err_set(err, why.kind, why.shown, "%s", why.detail);
}

bool archive_check(Archive *a, ArchiveFault *fault, void *with, ArchiveCheck *ret, Err *err)
{
    return round_done(&(Round) { .a = a, .fault = fault, .with = with, .sum = ret, .read_bytes = true }, err);
}

static void alarm_line(const char *what, const char *uid, const char *blob, void *with)
{
    (void)with;
    bool damage = strcmp(what, "leftover") != 0;
    log_line("archive", damage ? LOG_ERROR : LOG_WARN,
             damage ? "ALARM: a kept image is damaged" : "leftover moved away", "what", what, "uid", uid,
             "blob", blob, NULL);
}

bool archive_sweep(Archive *a, ArchiveCheck *ret, Err *err)
{
    if (!round_done(&(Round) { .a = a, .fault = alarm_line, .sum = ret, .sweep = true }, err))
        return false;
    if (ret->leftovers > SWEPT_AT_ONCE)
        log_line("archive", LOG_ERROR,
                 "ALARM: many images are not in the database; is it the right one? see beclere rebuild",
                 NULL);
    return true;
}
