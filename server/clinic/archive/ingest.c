/*
 * Receiving one instance: held in memory while small, streamed to its file as soon as its UIDs are known,
 * flushed, then written into the database. Nothing is acknowledged before both are on disk.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/ingest.h"

#include <openssl/evp.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "clinic/archive/archive_internal.h"
#include "formats/dicom/uid.h"
#include "platform/clock.h"

enum {
    HEAD_BYTES     = 1 << 20,  /* an instance up to here is written in one go */
    HEAD_BYTES_MAX = 32 << 20, /* the four UIDs must stand before this */
};

struct Ingest {
    Archive     *a;
    IngestSource source;
    bool         is_file;
    char         class_uid[65], instance_uid[65]; /* of the C-STORE command */
    Buf          head;                            /* the file so far, until it streams */
    size_t       look_at;                         /* when 'head' is that long, look for the UIDs */
    EVP_MD_CTX  *digest;                          /* of the data set, while it streams */
    FourUids     uids;
    BlobWriter  *writer; /* NULL while in memory */
    char         blob[256];
    int64_t      bytes;
    Err          first; /* sticks */
};

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static Ingest *ingest_new(Archive *a, const IngestSource *source, Err *err)
{
    Ingest *in = calloc(1, sizeof *in);
    if (!in || !(in->digest = EVP_MD_CTX_new()) || EVP_DigestInit_ex(in->digest, EVP_sha256(), NULL) != 1) {
        ingest_free(in);
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "ingest_begin");
        return NULL;
    }
    in->a       = a;
    in->head    = buf_make(HEAD_BYTES_MAX + 1);
    in->look_at = HEAD_BYTES;
    in->source  = (IngestSource) { .via             = or_empty(source->via),
                                   .actor           = or_empty(source->actor),
                                   .person_id       = source->person_id,
                                   .organisation_id = source->organisation_id,
                                   .ae_title        = or_empty(source->ae_title),
                                   .address         = or_empty(source->address),
                                   .factors         = or_empty(source->factors) };
    return in;
}

Ingest *ingest_begin(Archive *a, const IngestSource *source, Slice transfer_syntax, Slice class_uid,
                     Slice instance_uid, Err *err)
{
    transfer_syntax          = slice_trim(transfer_syntax);
    class_uid                = slice_trim(class_uid);
    instance_uid             = slice_trim(instance_uid);
    const SyntaxInfo *syntax = syntax_info(transfer_syntax);
    if (!uid_is_usable(class_uid) || !uid_is_usable(instance_uid)) {
        err_set(err, ERR_INPUT, "A UID of the image is malformed.", "C-STORE command");
        return NULL;
    }
    if (!syntax || !syntax->storable) {
        err_set(err, ERR_INPUT, "This transfer syntax cannot be stored.", "syntax " SLICE_FMT,
                SLICE_ARG(transfer_syntax));
        return NULL;
    }
    OWNED(Ingest) *in = ingest_new(a, source, err);
    if (!in || !part10_header(class_uid, instance_uid, transfer_syntax, slice_of(in->source.ae_title),
                              &in->head, err))
        return NULL;
    in->bytes = (int64_t)in->head.len;
    slice_copy(class_uid, in->class_uid, sizeof in->class_uid);
    slice_copy(instance_uid, in->instance_uid, sizeof in->instance_uid);
    return GIVE(in);
}

Ingest *ingest_begin_file(Archive *a, const IngestSource *source, Err *err)
{
    Ingest *in = ingest_new(a, source, err);
    if (in)
        in->is_file = true;
    return in;
}

void ingest_free(Ingest *in)
{
    if (!in)
        return;
    blob_writer_free(in->writer); /* not committed: the file goes */
    EVP_MD_CTX_free(in->digest);
    buf_free(&in->head);
    free(in);
}

/* ---- where it goes ---- */

/* yyyy/mm/dd/<study>/<series>/<instance>[-n].dcm of today; n only when that name is taken. */
static BlobWriter *writer_begin(Ingest *in, Err *err)
{
    static atomic_uint taken;
    int64_t            now_s = clock_now_s();
    time_t             at    = (time_t)now_s;
    struct tm          day;
    char               suffix[32] = "";
    gmtime_r(&at, &day);
    for (int attempt = 0;; attempt++) {
        Err why = { 0 };
        snprintf(in->blob, sizeof in->blob, "%04u/%02u/%02u/%s/%s/%s%s.dcm",
                 (unsigned)(day.tm_year + 1900) % 10000, (unsigned)(day.tm_mon + 1) % 100,
                 (unsigned)day.tm_mday % 100, in->uids.study, in->uids.series, in->uids.sop_instance, suffix);
        BlobWriter *w = blob_begin(in->a->blobs, in->blob, &why);
        if (w || why.kind != ERR_CONFLICT || attempt == 100) {
            if (!w)
                err_set(err, why.kind, why.shown, "%s", why.detail);
            return w;
        }
        snprintf(suffix, sizeof suffix, "-%08x%04x", (unsigned)(clock_monotonic_ms() & 0xFFFFFFFF),
                 atomic_fetch_add(&taken, 1) & 0xFFFF);
    }
}

static bool command_agrees(const Ingest *in, Err *err)
{
    if (in->is_file || (strcmp(in->class_uid, in->uids.sop_class) == 0 &&
                        strcmp(in->instance_uid, in->uids.sop_instance) == 0))
        return true;
    return err_set(err, ERR_INPUT, "The image is not the one that was announced.", "command %s, data set %s",
                   in->instance_uid, in->uids.sop_instance);
}

/* Large: are the UIDs there yet? Then the file begins, and memory is given back. */
static bool stream_when_known(Ingest *in, Err *err)
{
    Part10 where       = { 0 };
    Slice  head        = buf_slice(&in->head);
    Err    why         = { 0 };
    OWNED(Dataset) *ds = part10_head_scan(head, &where, err);
    if (!ds)
        return false;
    if (!dataset_four_uids(ds, &in->uids, &why)) {
        if (dataset_stopped_at(ds) < dataset_bytes(ds).len || head.len >= HEAD_BYTES_MAX)
            return err_set(err, why.kind, why.shown, "%s", why.detail);
        in->look_at = head.len * 2 < HEAD_BYTES_MAX ? head.len * 2 : HEAD_BYTES_MAX;
        return true;
    }
    if (!command_agrees(in, err) || !(in->writer = writer_begin(in, err)))
        return false;
    Slice dataset = slice_part(head, where.dataset_at, SIZE_MAX);
    if (EVP_DigestUpdate(in->digest, dataset.at, dataset.len) != 1)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
    if (!blob_append(in->writer, head, err))
        return false;
    buf_free(&in->head);
    in->head = buf_make(0);
    return true;
}

static bool append(Ingest *in, Slice bytes, Err *err)
{
    in->bytes += (int64_t)bytes.len;
    if (in->bytes > INGEST_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "The image is too large.", "over %lld bytes",
                       (long long)INGEST_BYTES_MAX);
    while (bytes.len && !in->writer) {
        size_t step = in->look_at - in->head.len < bytes.len ? in->look_at - in->head.len : bytes.len;
        if (!buf_add(&in->head, slice_part(bytes, 0, step)))
            return buf_ok(&in->head, err);
        bytes = slice_part(bytes, step, SIZE_MAX);
        if (in->head.len >= in->look_at && !stream_when_known(in, err))
            return false;
    }
    if (!bytes.len)
        return true;
    if (EVP_DigestUpdate(in->digest, bytes.at, bytes.len) != 1)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
    return blob_append(in->writer, bytes, err);
}

static bool told(const Ingest *in, Err *err)
{
    return err_set(err, in->first.kind, in->first.shown, "%s", in->first.detail);
}

bool ingest_append(Ingest *in, Slice bytes, Err *err)
{
    if (in->first.kind != ERR_NONE || !append(in, bytes, &in->first))
        return told(in, err);
    return true;
}

/* ---- the end ---- */

static void uids_told(const FourUids *u, IngestResult *ret)
{
    slice_copy(slice_of(u->sop_class), ret->sop_class, sizeof ret->sop_class);
    slice_copy(slice_of(u->sop_instance), ret->sop_instance, sizeof ret->sop_instance);
    slice_copy(slice_of(u->study), ret->study, sizeof ret->study);
    slice_copy(slice_of(u->series), ret->series, sizeof ret->series);
}

/* The same bytes again need neither file nor row. */
static bool already_there(Ingest *in, const uint8_t digest[SHA256_BYTES], IngestResult *ret, bool *ret_there,
                          Err *err)
{
    Known known   = { 0 };
    OWNED(Db) *db = db_read(in->a->host, err);
    if (!db || !instance_known(db, &in->uids, digest, &known, err))
        return false;
    *ret_there = known.same;
    if (known.same) {
        ret->outcome       = INGEST_ALREADY;
        ret->study_id      = known.study_id;
        ret->instance_id   = known.instance_id;
        ret->patient_id    = known.patient_id;
        ret->act_id        = known.act_id;
        ret->wrong_patient = known.wrong_patient;
    }
    return true;
}

/* Is the row there although the writer could not say so? Then its file must stay. */
static bool row_names_blob(Ingest *in, const char *blob)
{
    OWNED(Db) *db = db_read(in->a->host, NULL);
    if (!db)
        return true; /* unknown: the sweep will see */
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM instance_aside WHERE blob = ?1");
    db_bind_cstr(q, 1, blob);
    return db_next(q, NULL) != DB_END;
}

static bool rows_written(Ingest *in, Arrival *arrival, Err *err)
{
    if (!db_write(in->a->host, arrival_store, arrival, err)) {
        if (!row_names_blob(in, in->blob))
            (void)blob_remove(in->a->blobs, in->blob, NULL);
        return false;
    }
    if (!arrival->keep_blob)
        (void)blob_remove(in->a->blobs, in->blob, NULL);
    return true;
}

/* Flushed to disk under its name; the digest of the file and its size come back. */
static bool file_flushed(Ingest *in, Arrival *arrival, Err *err)
{
    return blob_commit(in->writer, arrival->sha256, &arrival->bytes, err);
}

/* In memory: everything is checked before a byte is written. */
static bool finish_small(Ingest *in, Arrival *arrival, Header *header, IngestResult *ret, Err *err)
{
    bool  there = false;
    Slice file  = buf_slice(&in->head);
    bool  read  = header_read(file, header, err);
    in->uids    = header->uids;
    uids_told(&in->uids, ret);
    if (!read || !command_agrees(in, err))
        return false;
    Slice dataset = slice_part(file, header->dataset_at, SIZE_MAX);
    if (EVP_Digest(dataset.at, dataset.len, arrival->dataset_sha256, NULL, EVP_sha256(), NULL) != 1)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
    if (!already_there(in, arrival->dataset_sha256, ret, &there, err))
        return false;
    if (there)
        return true;
    in->writer = writer_begin(in, err);
    return in->writer && blob_append(in->writer, file, err) && file_flushed(in, arrival, err) &&
           rows_written(in, arrival, err);
}

static bool uids_equal(const FourUids *a, const FourUids *b)
{
    return strcmp(a->sop_class, b->sop_class) == 0 && strcmp(a->sop_instance, b->sop_instance) == 0 &&
           strcmp(a->study, b->study) == 0 && strcmp(a->series, b->series) == 0;
}

/* Streamed: the file is read back (mapped) for its header; refused, it is removed. */
static bool finish_large(Ingest *in, Arrival *arrival, Header *header, IngestResult *ret, Err *err)
{
    bool     there = false;
    unsigned len   = 0;
    uint8_t  digest[EVP_MAX_MD_SIZE];
    uids_told(&in->uids, ret);
    if (EVP_DigestFinal_ex(in->digest, digest, &len) != 1 || len != SHA256_BYTES)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
    memcpy(arrival->dataset_sha256, digest, SHA256_BYTES);
    if (!already_there(in, digest, ret, &there, err))
        return false;
    if (there)
        return true; /* the writer is freed without commit: its file goes */
    if (!file_flushed(in, arrival, err))
        return false;
    OWNED(Blob) *blob = blob_open(in->a->blobs, in->blob, err);
    bool read         = blob && header_read(blob_bytes(blob), header, err);
    if (read && !uids_equal(&header->uids, &in->uids))
        read =
            err_set(err, ERR_INPUT, "A UID of the image is malformed.", "UIDs differ at the second reading");
    if (!read) {
        (void)blob_remove(in->a->blobs, in->blob, NULL);
        return false;
    }
    return rows_written(in, arrival, err);
}

bool ingest_finish(Ingest *in, IngestResult *ret, Err *err)
{
    Header header   = { 0 };
    *ret            = (IngestResult) { .bytes = in->bytes };
    Arrival arrival = { .source         = &in->source,
                        .header         = &header,
                        .blob           = in->blob,
                        .received_at_ms = clock_now_ms(),
                        .result         = ret };
    if (in->first.kind != ERR_NONE) {
        uids_told(&in->uids, ret);
        return told(in, err);
    }
    bool ok = in->writer ? finish_large(in, &arrival, &header, ret, &in->first)
                         : finish_small(in, &arrival, &header, ret, &in->first);
    header_clear(&header);
    if (ok)
        err_set(&in->first, ERR_BUG, "The program made a mistake; it was noted in the log.",
                "ingest used after its end");
    return ok || told(in, err);
}

bool ingest_file(Archive *a, const IngestSource *source, Slice bytes, IngestResult *ret, Err *err)
{
    OWNED(Ingest) *in = ingest_begin_file(a, source, err);
    return in && (ingest_append(in, bytes, NULL) || true) && ingest_finish(in, ret, err);
}
