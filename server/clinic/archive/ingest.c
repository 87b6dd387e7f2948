/*
 * Receiving one instance: held in memory while small, else written to its file as it comes, as soon as its
 * UIDs are known. ingest_finish.c ends it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/ingest_internal.h"

#include <stdio.h>
#include <time.h>

#include "formats/dicom/uid.h"
#include "platform/clock.h"

static const char *or_empty(const char *s)
{
    return s ? s : "";
}

static Ingest *ingest_new(Archive *a, const IngestSource *source, Err *err)
{
    Ingest *in = calloc(1, sizeof *in);
    if (!in) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "ingest_begin");
        return NULL;
    }
    in->a = a;
    atomic_fetch_add(&a->arriving, 1);
    in->head    = buf_make(HEAD_BYTES + 1);
    in->look_at = MEMORY_BYTES;
    in->source  = (IngestSource) { .via             = or_empty(source->via),
                                   .actor           = or_empty(source->actor),
                                   .person_id       = source->person_id,
                                   .organisation_id = source->organisation_id,
                                   .ae_title        = or_empty(source->ae_title),
                                   .address         = or_empty(source->address),
                                   .factors         = or_empty(source->factors) };
    return in;
}

static bool digest_begin(Ingest *in, Slice dataset, Err *err)
{
    in->digest = EVP_MD_CTX_new();
    return (in->digest && EVP_DigestInit_ex(in->digest, EVP_sha256(), NULL) == 1 &&
            EVP_DigestUpdate(in->digest, dataset.at, dataset.len) == 1) ||
           err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
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
    if (!digest_begin(in, SLICE_NONE, err)) /* kept on the way: what follows is the data set */
        return NULL;
    in->dataset_at = in->head.len;
    in->bytes      = (int64_t)in->head.len;
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
    atomic_fetch_sub(&in->a->arriving, 1);
    blob_writer_free(in->writer); /* not committed: the file goes */
    EVP_MD_CTX_free(in->digest);
    buf_free(&in->head);
    free(in);
}

/* ---- where it goes ---- */

/* yyyy/mm/dd/<study>/<series>/<instance>[-n].dcm of today; n only when that name is taken. */
BlobWriter *ingest_writer(Ingest *in, Err *err)
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
        BlobWriter *w = blob_begin_undigested(in->a->blobs, in->blob, &why);
        if (w || why.kind != ERR_CONFLICT || attempt == 100) {
            if (!w)
                err_set(err, why.kind, why.shown, "%s", why.detail);
            return w;
        }
        snprintf(suffix, sizeof suffix, "-%08x%04x", (unsigned)(clock_monotonic_ms() & 0xFFFFFFFF),
                 atomic_fetch_add(&taken, 1) & 0xFFFF);
    }
}

bool ingest_command_agrees(const Ingest *in, Err *err)
{
    if (in->is_file || (strcmp(in->class_uid, in->uids.sop_class) == 0 &&
                        strcmp(in->instance_uid, in->uids.sop_instance) == 0))
        return true;
    return err_set(err, ERR_INPUT, "The image is not the one that was announced.", "command %s, data set %s",
                   in->instance_uid, in->uids.sop_instance);
}

bool ingest_named(Ingest *in, Err *err)
{
    OWNED(Dataset) *ds = part10_head_scan(buf_slice(&in->head), NULL, NULL);
    if (!ds || !dataset_four_uids(ds, &in->uids, NULL) || !ingest_command_agrees(in, NULL))
        return false;
    in->writer = ingest_writer(in, err);
    return in->writer != NULL;
}

/* A processor is free for it: a helper writes the file while its bytes come. Else, or when the name is not
 * clear yet, the end does it. */
static void feed_when_named(Ingest *in)
{
    in->named = true;
    if (!in->a->owner || atomic_load(&in->a->arriving) * 2 > in->a->processors ||
        !buf_reserve(&in->head, MEMORY_BYTES + 1) || !ingest_named(in, NULL))
        return;
    blob_feed_begin(in->writer, in->head.at);
}

/* Too large for memory: are the UIDs there yet? Then the file begins, and memory is given back. */
static bool stream_when_known(Ingest *in, Err *err)
{
    Part10 where       = { 0 };
    Slice  head        = buf_slice(&in->head);
    Err    why         = { 0 };
    OWNED(Dataset) *ds = part10_head_scan(head, &where, err);
    if (!ds)
        return false;
    if (!dataset_four_uids(ds, &in->uids, &why)) {
        /* named before, now no more: refused, for a helper writes from this memory, which must not move */
        if (in->writer || dataset_stopped_at(ds) < dataset_bytes(ds).len || head.len >= HEAD_BYTES)
            return err_set(err, why.kind, why.shown, "%s", why.detail);
        in->look_at = head.len * 2 < HEAD_BYTES ? head.len * 2 : HEAD_BYTES;
        return true;
    }
    if (!ingest_command_agrees(in, err) || (!in->writer && !(in->writer = ingest_writer(in, err))))
        return false;
    if (!in->digest && !digest_begin(in, slice_part(head, where.dataset_at, SIZE_MAX), err))
        return false;
    if (!in->dataset_at)
        in->dataset_at = where.dataset_at;
    if (!blob_fed(in->writer, head, err))
        return false;
    in->streams = true;
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
    bool digesting = in->digest != NULL;
    if (digesting && EVP_DigestUpdate(in->digest, bytes.at, bytes.len) != 1)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
    while (bytes.len && !in->streams) {
        size_t step = in->look_at - in->head.len < bytes.len ? in->look_at - in->head.len : bytes.len;
        if (!buf_add(&in->head, slice_part(bytes, 0, step)))
            return buf_ok(&in->head, err);
        bytes = slice_part(bytes, step, SIZE_MAX);
        if (in->head.len >= NAMED_BYTES && !in->named)
            feed_when_named(in);
        if (in->writer)
            blob_feed(in->writer, in->head.len);
        if (in->head.len >= in->look_at && !stream_when_known(in, err))
            return false;
    }
    if (!bytes.len)
        return true;
    if (!digesting && EVP_DigestUpdate(in->digest, bytes.at, bytes.len) != 1)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
    return blob_append(in->writer, bytes, err);
}

bool ingest_told(const Ingest *in, Err *err)
{
    return err_set(err, in->first.kind, in->first.shown, "%s", in->first.detail);
}

bool ingest_append(Ingest *in, Slice bytes, Err *err)
{
    if (in->first.kind != ERR_NONE || !append(in, bytes, &in->first))
        return ingest_told(in, err);
    return true;
}

bool ingest_file(Archive *a, const IngestSource *source, Slice bytes, IngestResult *ret, Err *err)
{
    OWNED(Ingest) *in = ingest_begin_file(a, source, err);
    return in && (ingest_append(in, bytes, NULL) || true) && ingest_finish(in, ret, err);
}
