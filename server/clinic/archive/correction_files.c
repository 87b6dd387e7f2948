/*
 * The corrected files, made and read again before any row speaks of them; undoing reads those that were put away.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "clinic/archive/correction_run.h"
#include "platform/clock.h"

enum { TOLD_EVERY_MS = 500 };

static bool digests_of(Slice file, size_t dataset_at, CorrectionChange *ret, Err *err)
{
    Slice dataset = slice_part(file, dataset_at, SIZE_MAX);
    return (EVP_Digest(dataset.at, dataset.len, ret->new_dataset_sha256, NULL, EVP_sha256(), NULL) == 1 &&
            file_digest(file, dataset_at, ret->new_dataset_sha256, ret->new_sha256)) ||
           err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
}

/* yyyy/mm/dd/<study>/<series>/<instance>-c<correction>-<n>.dcm of today. */
static BlobWriter *writer_for(const CorrectionRun *r, CorrectionChange *one, const char *study_uid, Err *err)
{
    static atomic_uint taken;
    time_t             at = (time_t)clock_now_s();
    struct tm          day;
    gmtime_r(&at, &day);
    (void)snprintf(one->new_blob, sizeof one->new_blob, "%04u/%02u/%02u/%s/%s/%s-c%lld-%04x%04x.dcm",
                   (unsigned)(day.tm_year + 1900) % 10000, (unsigned)(day.tm_mon + 1) % 100,
                   (unsigned)day.tm_mday % 100, study_uid, one->series_uid, one->uid, (long long)r->c.id,
                   (unsigned)(clock_monotonic_ms() & 0xFFFF), atomic_fetch_add(&taken, 1) & 0xFFFF);
    return blob_begin_undigested(r->a->blobs, one->new_blob, err);
}

static bool says_before(const Correction *c, const DicomPatient *p)
{
    return strcmp(c->before.id, p->id) == 0 && strcmp(c->before.issuer, p->issuer) == 0 &&
           strcmp(c->before.name, p->name) == 0 && strcmp(c->before.birth_date, p->birth_date) == 0 &&
           strcmp(c->before.sex, p->sex) == 0;
}

static bool write_new(CorrectionRun *r, CorrectionChange *one, const Rewritten *made, Err *err)
{
    OWNED(BlobWriter) *w = writer_for(r, one, r->c.target_uid, err);
    one->new_bytes       = (int64_t)(made->head.len + made->pixels.len + made->tail_len);
    return w && blob_append(w, buf_slice(&made->head), err) && blob_append(w, made->pixels, err) &&
           blob_append(w, (Slice) { made->tail, made->tail_len }, err) &&
           blob_commit(w, NULL, &one->new_bytes, err);
}

static bool read_new(CorrectionRun *r, CorrectionChange *one, Err *err)
{
    OWNED(Blob) *blob = blob_open(r->a->blobs, one->new_blob, err);
    one->ready        = true;
    return blob && header_read(blob_bytes(blob), &one->header, err) &&
           digests_of(blob_bytes(blob), one->header.dataset_at, one, err);
}

/* *ret_passed: a late one of yet another identity, which is not ours to change. */
static bool make_new(CorrectionRun *r, CorrectionChange *one, bool *ret_passed, Err *err)
{
    Part10    where;
    Header    old     = { 0 };
    Rewritten made    = { 0 };
    OWNED(Blob) *blob = blob_open(r->a->blobs, one->blob, err);
    if (!blob)
        return false;
    if (!file_digest_is(blob_bytes(blob), (size_t)one->dataset_at, slice_bytes(one->sha256, SHA256_BYTES)))
        return err_set(err, ERR_CONFLICT, "This version is damaged; it cannot be shown.", "%s", one->uid);
    if (strcmp(r->c.state, "doing") != 0) {
        bool ok     = header_read(blob_bytes(blob), &old, err);
        *ret_passed = ok && !says_before(&r->c, &old.patient);
        header_clear(&old);
        if (!ok || *ret_passed)
            return ok;
    }
    OWNED(Dataset) *ds = part10_parse(blob_bytes(blob), &where, err);
    bool ok   = ds && correction_rewrite(&r->c, ds, &where, &made, err) && write_new(r, one, &made, err);
    one->made = ok;
    rewritten_clear(&made);
    return ok && read_new(r, one, err);
}

static bool told_work(Db *db, void *run, Err *err)
{
    CorrectionRun   *r    = run;
    size_t done = 0;
    for (size_t i = 0; i < r->count; i++)
        done += r->changes[i].ready;
    OWNED(DbQuery) *q = db_query(db, "UPDATE correction SET done = ?2 WHERE id = ?1");
    db_bind_int(q, 1, r->c.id);
    db_bind_int(q, 2, (int64_t)done);
    return db_run(q, err);
}

bool correction_files(CorrectionRun *r, Err *err)
{
    for (size_t i = 0; i < r->count; i++) {
        bool passed = false;
        if (r->back ? !read_new(r, &r->changes[i], err) : !make_new(r, &r->changes[i], &passed, err))
            return false;
        if (passed) { /* stays as it is */
            r->changes[i--] = r->changes[--r->count];
            continue;
        }
        if (clock_monotonic_ms() - r->told_at_ms > TOLD_EVERY_MS) {
            r->told_at_ms = clock_monotonic_ms();
            (void)db_write(r->a->host, told_work, r, NULL);
        }
    }
    return true;
}
