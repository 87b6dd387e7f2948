/*
 * Reading everything again: a thread that sleeps more than it reads.
 *
 * Read with read(2), not mapped: a sector that cannot be read is an error here, not the end of the program.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/recheck.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "clinic/archive/archive_internal.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { BLOCK = 256 << 10, LISTS_END = 7, FLUSH_EVERY = 64, DAY_MS = 24 * 3600 * 1000 };

struct Recheck {
    Archive        *a;
    int64_t         bytes_per_s;
    pthread_t       thread;
    pthread_mutex_t lock;
    pthread_cond_t  news;
    bool            stopping, wanted;
    char            block[BLOCK];
};

typedef struct Place {
    int64_t list, after_id, files, began_at_ms, ended_at_ms;
} Place;

typedef struct Kept {
    int64_t id, bytes, dataset_at;
    char    uid[65], blob[256];
    uint8_t sha256[SHA256_BYTES];
} Kept;

static const char *const LISTS[LISTS_END] = {
    "SELECT id, uid, blob, bytes, sha256, dataset_at FROM instance WHERE id > ?1 ORDER BY id LIMIT 1",
    "SELECT id, uid, blob, bytes, sha256, dataset_at FROM instance_aside WHERE id > ?1 ORDER BY id LIMIT 1",
    "SELECT id, uid, blob, bytes, sha256, 0 FROM kept_report WHERE id > ?1 ORDER BY id LIMIT 1",
    "SELECT id, uid, blob, bytes, sha256, dataset_at FROM kept_version WHERE id > ?1 AND blob IS NOT NULL ORDER BY id LIMIT 1",
    "SELECT id, uid, blob, bytes, sha256, 0 FROM kept_paper WHERE id > ?1 ORDER BY id LIMIT 1",
    "SELECT id, uid, blob, bytes, sha256, 0 FROM kept_attachment WHERE id > ?1 ORDER BY id LIMIT 1",
    "SELECT id, uid, blob, bytes, sha256, 0 FROM kept_convention WHERE id > ?1 ORDER BY id LIMIT 1",
};

/* ---- waiting ---- */

/* True: told to stop. */
static bool rest(Recheck *r, int64_t ms, bool may_wake)
{
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (ms % 1000) * 1000000;
    until.tv_sec += ms / 1000 + until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_mutex_lock(&r->lock);
    while (!r->stopping && !(may_wake && r->wanted) &&
           pthread_cond_timedwait(&r->news, &r->lock, &until) != ETIMEDOUT)
        ;
    bool stop = r->stopping;
    pthread_mutex_unlock(&r->lock);
    return stop;
}

static bool stopping(Recheck *r)
{
    pthread_mutex_lock(&r->lock);
    bool stop = r->stopping;
    pthread_mutex_unlock(&r->lock);
    return stop;
}

/* ---- one file ---- */

typedef struct Sums {
    EVP_MD_CTX *flat, *head, *data;
    int64_t     at, dataset_at;
} Sums;

static bool sums_add(Sums *s, Slice bytes)
{
    int64_t before = s->dataset_at > s->at ? s->dataset_at - s->at : 0;
    Slice   head   = slice_part(bytes, 0, (size_t)before < bytes.len ? (size_t)before : bytes.len);
    Slice   data   = slice_part(bytes, head.len, SIZE_MAX);
    s->at += (int64_t)bytes.len;
    return EVP_DigestUpdate(s->flat, bytes.at, bytes.len) == 1 &&
           EVP_DigestUpdate(s->head, head.at, head.len) == 1 &&
           EVP_DigestUpdate(s->data, data.at, data.len) == 1;
}

/* Either of the two digests a row may carry (docs/decisions/0011-ingest.md). */
static bool sums_are(Sums *s, const uint8_t sha256[SHA256_BYTES])
{
    uint8_t flat[SHA256_BYTES], data[SHA256_BYTES], both[SHA256_BYTES];
    return EVP_DigestFinal_ex(s->flat, flat, NULL) == 1 && EVP_DigestFinal_ex(s->data, data, NULL) == 1 &&
           EVP_DigestUpdate(s->head, data, sizeof data) == 1 &&
           EVP_DigestFinal_ex(s->head, both, NULL) == 1 &&
           (memcmp(both, sha256, SHA256_BYTES) == 0 || memcmp(flat, sha256, SHA256_BYTES) == 0);
}

/* NULL: right. Else what is wrong. Pauses on the way when 'slowly'. */
static const char *fault_of(Recheck *r, const Kept *k, bool slowly)
{
    char path[2048];
    snprintf(path, sizeof path, "%s/%s", blobs_folder(r->a->blobs), k->blob);
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return errno == ENOENT || errno == ENOTDIR ? "missing" : "unreadable";
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED); /* from the disk, not from memory */
    Sums s  = { EVP_MD_CTX_new(), EVP_MD_CTX_new(), EVP_MD_CTX_new(), 0, k->dataset_at };
    bool ok = s.flat && s.head && s.data && EVP_DigestInit_ex(s.flat, EVP_sha256(), NULL) == 1 &&
              EVP_DigestInit_ex(s.head, EVP_sha256(), NULL) == 1 &&
              EVP_DigestInit_ex(s.data, EVP_sha256(), NULL) == 1;
    ssize_t got = 0;
    while (ok && (got = read(fd, r->block, BLOCK)) > 0) {
        ok = sums_add(&s, slice_bytes(r->block, (size_t)got));
        if (slowly && rest(r, (int64_t)got * 1000 / r->bytes_per_s, false))
            break; /* judged by what was read: the caller looks at 'stopping' first */
    }
    const char *what = !ok || got < 0                                ? "unreadable"
                       : s.at == k->bytes && sums_are(&s, k->sha256) ? NULL
                                                                     : "altered";
    EVP_MD_CTX_free(s.flat);
    EVP_MD_CTX_free(s.head);
    EVP_MD_CTX_free(s.data);
    (void)posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
    close(fd);
    return what;
}

/* ---- what is found ---- */

typedef struct Finding {
    const Kept *kept;
    const char *what; /* NULL: mended */
    bool        newly;
} Finding;

static bool finding_traced(Db *db, const Finding *f, Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event   = AUDIT_SYSTEM,
                                    .outcome = f->what ? AUDIT_FAILED : AUDIT_OK,
                                    .actor   = "system:recheck",
                                    .what    = "recheck",
                                    .object  = f->kept->uid,
                                    .detail  = f->what ? f->what : "mended" },
                     err);
}

static bool finding_keep(Db *db, void *finding, Err *err)
{
    Finding *f        = finding;
    OWNED(DbQuery) *q = db_query(db, f->what ? "INSERT INTO blob_fault (blob, what, uid, found_at_ms) VALUES "
                                               "(?1, ?2, ?3, ?4)"
                                               " ON CONFLICT (blob) DO UPDATE SET what = ?2, found_at_ms = "
                                               "?4, mended_at_ms = NULL"
                                               "  WHERE blob_fault.mended_at_ms IS NOT NULL"
                                             : "UPDATE blob_fault SET mended_at_ms = ?2 WHERE blob = ?1 AND "
                                               "mended_at_ms IS NULL");
    db_bind_cstr(q, 1, f->kept->blob);
    if (f->what) {
        db_bind_cstr(q, 2, f->what);
        db_bind_cstr(q, 3, f->kept->uid);
        db_bind_int(q, 4, clock_now_ms());
    } else {
        db_bind_int(q, 2, clock_now_ms());
    }
    if (!db_run(q, err))
        return false;
    f->newly = db_changes(q) == 1;
    return !f->newly || finding_traced(db, f, err);
}

/* Out of everybody's sight, but not thrown away. */
static bool move_away(Recheck *r, const char *blob)
{
    char from[2048], to[2048];
    snprintf(to, sizeof to, "%s/damaged", blobs_folder(r->a->blobs));
    if (mkdir(to, 0750) != 0 && errno != EEXIST)
        return false;
    snprintf(from, sizeof from, "%s/%s", blobs_folder(r->a->blobs), blob);
    int at = snprintf(to, sizeof to, "%s/damaged/", blobs_folder(r->a->blobs));
    for (const char *c = blob; *c && at < (int)sizeof to - 1; c++)
        to[at++] = *c == '/' ? '_' : *c;
    to[at] = '\0';
    return rename(from, to) == 0;
}

static bool still_kept(Recheck *r, const Kept *k, bool *ret, Err *err)
{
    OWNED(Db) *db = db_read(r->a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM instance_aside WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM kept_document WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM kept_paper WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM kept_version WHERE blob = ?1");
    db_bind_cstr(q, 1, k->blob);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

/* Known faults only concern the few: asked before a right file costs a write. */
static bool was_faulty(Recheck *r, const Kept *k, bool *ret, Err *err)
{
    OWNED(Db) *db = db_read(r->a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM blob_fault WHERE blob = ?1 AND mended_at_ms IS NULL");
    db_bind_cstr(q, 1, k->blob);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

static bool kept_check(Recheck *r, const Kept *k, Err *err)
{
    Finding f    = { .kept = k, .what = fault_of(r, k, true) };
    bool    kept = true, faulty = false;
    if (stopping(r))
        return true;
    if (f.what) /* a second look, and it may have been purged or still be on its way */
        f.what = rest(r, 1000, false) ? NULL : fault_of(r, k, false);
    if (stopping(r) || !was_faulty(r, k, &faulty, err) || (f.what && !still_kept(r, k, &kept, err)))
        return stopping(r);
    if (!kept || (!f.what && !faulty))
        return true;
    if (!db_write(r->a->host, finding_keep, &f, err))
        return false;
    if (f.what && f.newly)
        log_line("archive", LOG_ERROR, "ALARM: a kept file is not what came in", "what", f.what, "uid",
                 k->uid, "blob", k->blob, NULL);
    if (f.what && strcmp(f.what, "altered") == 0 && !move_away(r, k->blob))
        log_line("archive", LOG_ERROR, "ALARM: a damaged file could not be moved away", "blob", k->blob,
                 NULL);
    return true;
}

/* ---- the round ---- */

static bool place_read(Recheck *r, Place *ret, Err *err)
{
    OWNED(Db) *db = db_read(r->a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT list, after_id, files, began_at_ms, ended_at_ms FROM recheck "
                                     "WHERE id = 1");
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = (Place) { db_int(q, 0), db_int(q, 1), db_int(q, 2), db_int(q, 3), db_int(q, 4) };
    return true;
}

static bool place_write(Db *db, void *place, Err *err)
{
    const Place *p    = place;
    OWNED(DbQuery) *q = db_query(db, "UPDATE recheck SET list = ?1, after_id = ?2, files = ?3, began_at_ms = "
                                     "?4,"
                                     " ended_at_ms = ?5 WHERE id = 1");
    db_bind_int(q, 1, p->list);
    db_bind_int(q, 2, p->after_id);
    db_bind_int(q, 3, p->files);
    db_bind_int(q, 4, p->began_at_ms);
    db_bind_int(q, 5, p->ended_at_ms);
    return db_run(q, err);
}

static bool next_kept(Recheck *r, const Place *p, Kept *ret, bool *ret_found, Err *err)
{
    OWNED(Db) *db = db_read(r->a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, LISTS[p->list]);
    db_bind_int(q, 1, p->after_id);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step != DB_ROW)
        return step == DB_END;
    *ret = (Kept) { .id = db_int(q, 0), .bytes = db_int(q, 3), .dataset_at = db_int(q, 5) };
    db_text(q, 1, ret->uid, sizeof ret->uid);
    db_text(q, 2, ret->blob, sizeof ret->blob);
    (void)digest_of_row(db_slice(q, 4), ret->sha256);
    return true;
}

static bool round_go(Recheck *r, Place *p, Err *err)
{
    while (p->list < LISTS_END && !stopping(r)) {
        Kept kept;
        bool found = false;
        if (!next_kept(r, p, &kept, &found, err) || (found && !kept_check(r, &kept, err)))
            return false;
        if (stopping(r))
            break;
        p->files += found;
        p->list += !found;
        p->after_id = found ? kept.id : 0;
        if (p->files % FLUSH_EVERY == 0 && !db_write(r->a->host, place_write, p, err))
            return false;
    }
    if (p->list == LISTS_END)
        *p = (Place) { .files = p->files, .ended_at_ms = clock_now_ms() };
    return db_write(r->a->host, place_write, p, err);
}

static void *recheck_thread(void *recheck)
{
    Recheck *r = recheck;
    for (bool stop = rest(r, 60000, true); !stop; stop = rest(r, 60000, true)) {
        Err   err = { 0 };
        Place p   = { 0 };
        bool  ok  = place_read(r, &p, &err);
        pthread_mutex_lock(&r->lock);
        bool wanted = r->wanted;
        r->wanted   = false;
        pthread_mutex_unlock(&r->lock);
        if (ok && !p.began_at_ms && (wanted || clock_now_ms() - p.ended_at_ms >= DAY_MS)) {
            p.files       = 0;
            p.began_at_ms = clock_now_ms();
        }
        if (ok && p.began_at_ms)
            ok = round_go(r, &p, &err);
        if (!ok)
            log_err("archive", "the files could not be read again; later once more", &err);
    }
    return NULL;
}

Recheck *recheck_start(Archive *a, int64_t bytes_per_s, Err *err)
{
    Recheck *r = calloc(1, sizeof *r);
    if (!r) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "recheck");
        return NULL;
    }
    r->a           = a;
    r->bytes_per_s = bytes_per_s > 0 ? bytes_per_s : 1;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    if (pthread_create(&r->thread, NULL, recheck_thread, r) == 0)
        return r;
    free(r);
    err_set(err, ERR_UNAVAILABLE, "Memory is out.", "no thread to read again");
    return NULL;
}

void recheck_now(Recheck *r)
{
    pthread_mutex_lock(&r->lock);
    r->wanted = true;
    pthread_cond_signal(&r->news);
    pthread_mutex_unlock(&r->lock);
}

void recheck_stop(Recheck *r)
{
    if (!r)
        return;
    pthread_mutex_lock(&r->lock);
    r->stopping = true;
    pthread_cond_signal(&r->news);
    pthread_mutex_unlock(&r->lock);
    pthread_join(r->thread, NULL);
    pthread_mutex_destroy(&r->lock);
    pthread_cond_destroy(&r->news);
    free(r);
}
