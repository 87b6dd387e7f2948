/*
 * Files on their way to the disk while their rows are committed: which they are, and up to which row all
 * files are known to be flushed (the seal). What lies behind the seal when the server starts is read and
 * compared.
 *
 * Rows and file are both on disk before an arrival is acknowledged; only the order of the two is open. See
 * docs/decisions/0011-ingest.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/evp.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/correction_internal.h"
#include "guard/audit/audit.h"
#include "platform/log.h"

enum {
    SEAL_ROWS  = 64,       /* rows behind the seal before it moves */
    SEAL_BYTES = 64 << 20, /* or their bytes: so much is read at a start after a crash */
};

bool file_digest(Slice file, size_t dataset_at, const uint8_t dataset_sha256[SHA256_BYTES],
                 uint8_t ret[SHA256_BYTES])
{
    uint8_t     dataset[SHA256_BYTES];
    EVP_MD_CTX *ctx = EVP_MD_CTX_new();
    Slice       all = slice_part(file, dataset_at, SIZE_MAX);
    bool        ok  = ctx != NULL;
    if (dataset_sha256)
        memcpy(dataset, dataset_sha256, SHA256_BYTES);
    else
        ok = ok && EVP_Digest(all.at, all.len, dataset, NULL, EVP_sha256(), NULL) == 1;
    ok = ok && EVP_DigestInit_ex(ctx, EVP_sha256(), NULL) == 1 &&
         EVP_DigestUpdate(ctx, file.at, dataset_at < file.len ? dataset_at : file.len) == 1 &&
         EVP_DigestUpdate(ctx, dataset, sizeof dataset) == 1 && EVP_DigestFinal_ex(ctx, ret, NULL) == 1;
    EVP_MD_CTX_free(ctx);
    return ok;
}

bool file_digest_is(Slice file, size_t dataset_at, Slice sha256)
{
    uint8_t digest[SHA256_BYTES];
    return (file_digest(file, dataset_at, NULL, digest) &&
            slice_equal(slice_bytes(digest, sizeof digest), sha256)) ||
           (EVP_Digest(file.at, file.len, digest, NULL, EVP_sha256(), NULL) == 1 && /* kept before 0011 */
            slice_equal(slice_bytes(digest, sizeof digest), sha256));
}

/* ---- in flight ---- */

bool flight_has_room(Archive *a)
{
    pthread_mutex_lock(&a->flight.lock);
    bool room = a->owner && a->flight.count < FLIGHT_MAX;
    pthread_mutex_unlock(&a->flight.lock);
    return room;
}

/* Up to here every file is flushed. With the lock held. */
static int64_t settled(const Flight *f)
{
    int64_t to = f->last;
    for (size_t i = 0; i < f->count; i++)
        if (f->ids[i] - 1 < to)
            to = f->ids[i] - 1;
    return to;
}

static bool seal_write(Db *db, int64_t to, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE archive_seal SET instance_id = ?1 WHERE id = 1");
    db_bind_int(q, 1, to);
    return db_run(q, err);
}

bool flight_begin(Db *db, Archive *a, int64_t instance_id, int64_t bytes, bool in_flight, Err *err)
{
    Flight *f  = &a->flight;
    int64_t to = -1;
    if (!a->owner)
        return true;
    pthread_mutex_lock(&f->lock);
    int64_t done = settled(f);
    if (instance_id <= f->sealed) { /* a key given out again after its row was withdrawn */
        to = instance_id - 1 < done ? instance_id - 1 : done; /* not remembered: this row may be rolled back */
    } else if (done - f->sealed >= SEAL_ROWS || (f->bytes >= SEAL_BYTES && done > f->sealed)) {
        f->sealed = to = done;
        f->bytes       = 0;
    }
    if (in_flight)
        f->ids[f->count++] = instance_id; /* there is room: only this thread, the writer, adds */
    if (instance_id > f->last)
        f->last = instance_id;
    f->bytes += bytes;
    pthread_mutex_unlock(&f->lock);
    return to < 0 || seal_write(db, to, err);
}

void flight_end(Archive *a, int64_t instance_id)
{
    Flight *f = &a->flight;
    pthread_mutex_lock(&f->lock);
    for (size_t i = 0; i < f->count; i++)
        if (f->ids[i] == instance_id) {
            f->ids[i] = f->ids[--f->count];
            break;
        }
    pthread_mutex_unlock(&f->lock);
}

static bool seal_work(Db *db, void *archive, Err *err)
{
    Flight *f = &((Archive *)archive)->flight;
    pthread_mutex_lock(&f->lock);
    f->sealed  = settled(f);
    f->bytes   = 0;
    int64_t to = f->sealed;
    pthread_mutex_unlock(&f->lock);
    return seal_write(db, to, err);
}

bool flight_seal(Archive *a, Err *err)
{
    return db_write(a->host, seal_work, a, err);
}

/* ---- taken back ---- */

typedef struct Withdrawal {
    int64_t id, study_id;
    char    uid[65];
} Withdrawal;

static bool withdrawal_load(Db *db, Withdrawal *w, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT study_id, uid FROM instance WHERE id = ?1");
    db_bind_int(q, 1, w->id);
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such image.", "instance %lld", (long long)w->id);
    w->study_id = db_int(q, 0);
    db_text(q, 1, w->uid, sizeof w->uid);
    return step == DB_ROW;
}

static bool run_for(Db *db, const char *sql, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    db_bind_int(q, 1, id);
    return db_run(q, err);
}

bool arrival_withdraw(Db *db, void *instance_id, Err *err)
{
    static const char *const ROWS[] = {
        "DELETE FROM dose_event WHERE instance_id = ?1",
        "DELETE FROM agent_seen WHERE instance_id = ?1",
        "DELETE FROM dose_source WHERE instance_id = ?1",
        "DELETE FROM instance_json WHERE instance_id = ?1",
        "DELETE FROM instance_aside WHERE instance_id = ?1",
        "DELETE FROM instance WHERE id = ?1",
    };
    Withdrawal w = { .id = *(const int64_t *)instance_id };
    if (!withdrawal_load(db, &w, err))
        return false;
    for (size_t i = 0; i < COUNT(ROWS); i++)
        if (!run_for(db, ROWS[i], w.id, err))
            return false;
    return study_recount(db, w.study_id, err) && /* which goes, too, when this was its first image */
           audit_add(db,
                     &(AuditLine) { .event   = AUDIT_STORE,
                                    .outcome = AUDIT_FAILED,
                                    .actor   = "system:archive",
                                    .what    = "withdrawn",
                                    .object  = w.uid,
                                    .detail  = "its file did not reach the disk; it was never acknowledged" },
                     err);
}

/* ---- after a crash ---- */

typedef struct Behind {
    int64_t id, bytes, dataset_at;
    char    uid[65], blob[256];
    uint8_t sha256[SHA256_BYTES];
} Behind;

static bool next_behind(Archive *a, int64_t after, Behind *ret, bool *ret_found, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, uid, blob, bytes, sha256, dataset_at FROM instance"
                                     " WHERE id > ?1 ORDER BY id LIMIT 1");
    db_bind_int(q, 1, after);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step != DB_ROW)
        return step == DB_END;
    *ret = (Behind) { .id = db_int(q, 0), .bytes = db_int(q, 3), .dataset_at = db_int(q, 5) };
    db_text(q, 1, ret->uid, sizeof ret->uid);
    db_text(q, 2, ret->blob, sizeof ret->blob);
    Slice sha = db_slice(q, 4);
    if (sha.len == SHA256_BYTES)
        memcpy(ret->sha256, sha.at, SHA256_BYTES);
    return true;
}

static bool is_whole(Archive *a, const Behind *b)
{
    OWNED(Blob) *blob = blob_open(a->blobs, b->blob, NULL);
    Slice bytes       = blob ? blob_bytes(blob) : SLICE_NONE;
    return blob && (int64_t)bytes.len == b->bytes &&
           file_digest_is(bytes, (size_t)b->dataset_at, slice_bytes(b->sha256, SHA256_BYTES));
}

bool flight_recover(Archive *a, ArchiveRepair *sum, Err *err)
{
    int64_t after = 0;
    bool    found = true;
    {
        OWNED(Db) *db = db_read(a->host, err);
        if (!db)
            return false;
        OWNED(DbQuery) *q = db_query(db, "SELECT instance_id FROM archive_seal WHERE id = 1");
        if (db_next(q, err) == DB_FAILED)
            return false;
        after = db_int(q, 0);
    }
    for (Behind b; found;) {
        if (!next_behind(a, after, &b, &found, err))
            return false;
        if (!found)
            break;
        after = b.id;
        sum->looked_at++;
        if (is_whole(a, &b))
            continue;
        if (!db_write(a->host, arrival_withdraw, &b.id, err))
            return false;
        (void)blob_remove(a->blobs, b.blob, NULL);
        sum->withdrawn++;
        log_line("archive", LOG_WARN, "an image that was never acknowledged did not survive the crash", "uid",
                 b.uid, "blob", b.blob, NULL);
    }
    a->flight.last = after;
    return true;
}
