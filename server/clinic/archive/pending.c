/*
 * Small files: their bytes are committed together with their rows, one flush for both; the files themselves
 * stand there too, readable at once, and are flushed many at a time by the settler, who then forgets the
 * copies.
 *
 * After a crash the files are made again from the copies. See docs/decisions/0011-ingest.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <time.h>

#include "clinic/archive/archive_internal.h"
#include "platform/log.h"

enum {
    SETTLE_COUNT = 512,  /* copies that wake the settler at once */
    SETTLE_S     = 2,    /* else so often */
    PENDING_MAX = 20000, /* more are not kept: files are flushed one by one until the settler has caught up */
};

bool pending_has_room(Archive *a)
{
    return a->owner && atomic_load(&a->pending.count) < PENDING_MAX;
}

bool pending_add(Db *db, const char *blob, Slice bytes, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO blob_pending (blob, bytes) VALUES (?1, ?2)");
    db_bind_cstr(q, 1, blob);
    db_bind_blob(q, 2, bytes);
    return db_run(q, err);
}

void pending_added(Archive *a)
{
    if (atomic_fetch_add(&a->pending.count, 1) + 1 != SETTLE_COUNT)
        return;
    pthread_mutex_lock(&a->pending.lock);
    pthread_cond_signal(&a->pending.news);
    pthread_mutex_unlock(&a->pending.lock);
}

/* ---- a copy made into a file again ---- */

static bool is_there(Archive *a, const char *blob, Slice bytes)
{
    OWNED(Blob) *b = blob_open(a->blobs, blob, NULL);
    return b && slice_equal(blob_bytes(b), bytes);
}

static bool write_again(Archive *a, const char *blob, Slice bytes, Err *err)
{
    int64_t size = 0;
    if (!blob_remove(a->blobs, blob, err))
        return false;
    OWNED(BlobWriter) *w = blob_begin_undigested(a->blobs, blob, err);
    return w && blob_append(w, bytes, err) && blob_commit(w, NULL, &size, err);
}

/* The next copy behind 'after' whose id is at most 'to'. */
static bool next_copy(Archive *a, int64_t *after, int64_t to, char ret_blob[256], Buf *ret, bool *ret_found,
                      Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, blob, bytes FROM blob_pending WHERE id > ?1 AND id <= ?2 "
                                     "ORDER BY id LIMIT 1");
    db_bind_int(q, 1, *after);
    db_bind_int(q, 2, to);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step != DB_ROW)
        return step == DB_END;
    *after = db_int(q, 0);
    db_text(q, 1, ret_blob, 256);
    buf_clear(ret);
    return buf_add(ret, db_slice(q, 2)) || buf_ok(ret, err);
}

/* Every file up to 'to' as its copy is; 'always': also those that seem to be right (the disk has failed). */
static bool made_again(Archive *a, int64_t to, bool always, int64_t *ret_made, Err *err)
{
    OWNED_BUF bytes = buf_make(PENDING_BYTES);
    char      blob[256];
    int64_t   after = 0;
    for (bool found = true; found;) {
        if (!next_copy(a, &after, to, blob, &bytes, &found, err))
            return false;
        if (!found || (!always && is_there(a, blob, buf_slice(&bytes))))
            continue;
        if (!write_again(a, blob, buf_slice(&bytes), err))
            return false;
        ++*ret_made;
    }
    return true;
}

/* ---- settling ---- */

typedef struct Copies {
    int64_t to, count;
} Copies;

static bool copies_now(Archive *a, Copies *ret, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT COALESCE(MAX(id), 0), COUNT(*) FROM blob_pending");
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = (Copies) { db_int(q, 0), db_int(q, 1) };
    return true;
}

static bool copies_forget(Db *db, void *copies, Err *err)
{
    Copies *c         = copies;
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM blob_pending WHERE id <= ?1");
    db_bind_int(q, 1, c->to);
    if (!db_run(q, err))
        return false;
    c->count = db_changes(q);
    return true;
}

/* Files stand before their rows are committed: all that have a copy now are flushed by this. */
bool pending_settle(Archive *a, Err *err)
{
    Copies  c    = { 0 };
    int64_t made = 0;
    Err     why  = { 0 };
    if (!copies_now(a, &c, err))
        return false;
    if (!c.count)
        return true;
    if (!blobs_sync_all(a->blobs, &why)) {
        log_err("archive", "files may not have reached the disk and are written again", &why);
        if (!made_again(a, c.to, true, &made, err))
            return false;
    }
    if (!db_write(a->host, copies_forget, &c, err))
        return false;
    atomic_fetch_sub(&a->pending.count, c.count);
    return true;
}

bool pending_recover(Archive *a, ArchiveRepair *sum, Err *err)
{
    Copies c = { 0 };
    if (!copies_now(a, &c, err) || !made_again(a, c.to, false, &sum->made_again, err))
        return false;
    atomic_store(&a->pending.count, c.count);
    return pending_settle(a, err);
}

/* ---- the settler ---- */

static void *settler(void *archive)
{
    Archive *a = archive;
    Pending *p = &a->pending;
    Err      err;
    pthread_mutex_lock(&p->lock);
    while (!p->stopping) {
        struct timespec until;
        clock_gettime(CLOCK_MONOTONIC, &until);
        until.tv_sec += SETTLE_S;
        if (atomic_load(&p->count) < SETTLE_COUNT)
            (void)pthread_cond_timedwait(&p->news, &p->lock, &until);
        if (!atomic_load(&p->count))
            continue;
        pthread_mutex_unlock(&p->lock);
        err = (Err) { 0 };
        if (!pending_settle(a, &err)) {
            log_err("archive", "small files could not be settled", &err);
            nanosleep(&(struct timespec) { .tv_nsec = 200000000 }, NULL);
        }
        pthread_mutex_lock(&p->lock);
    }
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

bool pending_start(Archive *a, Err *err)
{
    Pending           *p = &a->pending;
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    p->runs = pthread_create(&p->thread, NULL, settler, a) == 0;
    return p->runs || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "no thread for the settler");
}

void pending_stop(Archive *a)
{
    Pending *p = &a->pending;
    if (!p->runs)
        return;
    pthread_mutex_lock(&p->lock);
    p->stopping = true;
    pthread_cond_signal(&p->news);
    pthread_mutex_unlock(&p->lock);
    pthread_join(p->thread, NULL);
    p->runs = false;
    pthread_cond_destroy(&p->news);
    pthread_mutex_destroy(&p->lock);
}
