/*
 * The end of one arrival: checked to its last byte, then file and rows made durable, then told.
 *
 *     large    the file is written, by a helper as it comes or first of all; its flush and the commit of the
 * rows run side by side small    the file is written but not flushed; its bytes are committed with its rows
 *     aside, very large, or not the serving process    the file is flushed before its rows
 *
 * Nothing is acknowledged before both are on disk. docs/decisions/0011-ingest.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/ingest_internal.h"
#include "platform/clock.h"
#include "platform/log.h"

static void uids_told(const FourUids *u, IngestResult *ret)
{
    slice_copy(slice_of(u->sop_class), ret->sop_class, sizeof ret->sop_class);
    slice_copy(slice_of(u->sop_instance), ret->sop_instance, sizeof ret->sop_instance);
    slice_copy(slice_of(u->study), ret->study, sizeof ret->study);
    slice_copy(slice_of(u->series), ret->series, sizeof ret->series);
}

static bool uids_equal(const FourUids *a, const FourUids *b)
{
    return strcmp(a->sop_class, b->sop_class) == 0 && strcmp(a->sop_instance, b->sop_instance) == 0 &&
           strcmp(a->study, b->study) == 0 && strcmp(a->series, b->series) == 0;
}

/* ---- what came ---- */

/* Which object it would have been, for whoever is told of the refusal: the UIDs that can be read, and no more. */
static void uids_seen(Slice file, IngestResult *ret)
{
    OWNED(Dataset) *ds = part10_head_scan(file, NULL, NULL);
    const struct {
        uint32_t tag;
        char    *to;
    } SEEN[] = { { TAG_SOP_CLASS_UID, ret->sop_class },
                 { TAG_SOP_INSTANCE_UID, ret->sop_instance },
                 { TAG_STUDY_INSTANCE_UID, ret->study },
                 { TAG_SERIES_INSTANCE_UID, ret->series } };
    Slice uid;
    for (size_t i = 0; ds && i < COUNT(SEEN); i++)
        if (dataset_uid(ds, SEEN[i].tag, &uid))
            (void)slice_copy(uid, SEEN[i].to, sizeof ret->study);
}

/* In memory, or read back (mapped) when it was too large for it. */
static bool checked(Ingest *in, Header *header, Slice file, IngestResult *ret, Err *err)
{
    bool read = header_read(file, header, err);
    if (!in->writer)
        in->uids = header->uids;
    uids_told(&in->uids, ret);
    if (!read && !in->writer)
        uids_seen(file, ret);
    if (!read || !ingest_command_agrees(in, err))
        return false;
    return uids_equal(&header->uids, &in->uids) ||
           err_set(err, ERR_INPUT, "A UID of the image is malformed.", "UIDs differ at the second reading");
}

static bool digested(Ingest *in, Arrival *arrival, Slice file, Err *err)
{
    size_t   at      = arrival->header->dataset_at;
    Slice    dataset = slice_part(file, at, SIZE_MAX);
    unsigned len     = SHA256_BYTES;
    bool     kept = in->digest && in->dataset_at == at; /* else something stood before the data set proper */
    bool     done =
        kept ? EVP_DigestFinal_ex(in->digest, arrival->dataset_sha256, &len) == 1
                 : EVP_Digest(dataset.at, dataset.len, arrival->dataset_sha256, &len, EVP_sha256(), NULL) == 1;
    return (done && file_digest(file, at, arrival->dataset_sha256, arrival->sha256)) ||
           err_set(err, ERR_UNAVAILABLE, "Memory is out.", "digest");
}

/* ---- kept ---- */

/* Is the row there although the writer could not say so? Then its file must stay. */
static bool row_names_blob(Ingest *in, const char *blob)
{
    OWNED(Db) *db = db_read(in->a->host, NULL);
    if (!db)
        return true; /* unknown: the sweep will see */
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM instance_aside WHERE blob = ?1"
                                     " UNION ALL SELECT 1 FROM kept_version WHERE blob = ?1");
    db_bind_cstr(q, 1, blob);
    return db_next(q, NULL) != DB_END;
}

/* The file of a kept arrival stays; any other goes, unless a row names it after all. */
static bool rows_written(Ingest *in, Arrival *arrival, bool written)
{
    if (written ? !arrival->keep_blob : !row_names_blob(in, in->blob))
        (void)blob_remove(in->a->blobs, in->blob, NULL);
    return written;
}

static bool flushed(Ingest *in, Err *err)
{
    int64_t size = 0;
    return blob_commit(in->writer, NULL, &size, err);
}

static bool keep_flushed(Ingest *in, Arrival *arrival, Err *err)
{
    arrival->flushed = arrival->flushed || flushed(in, err); /* not touched while the writer has it */
    return arrival->flushed && rows_written(in, arrival, db_write(in->a->host, arrival_store, arrival, err));
}

/* The rows are committed and the file is lost: they go too. While they cannot, the seal stays before them. */
static void taken_back(Ingest *in, Arrival *arrival)
{
    Err why = { 0 };
    if (db_write(in->a->host, arrival_withdraw, &arrival->in_flight, &why))
        flight_end(in->a, arrival->in_flight);
    else
        log_err("archive", "ALARM: rows of a lost file could not be taken back", &why);
}

/* How the file's flush and the commit of its rows, which ran side by side, came out together. */
static bool both_done(Ingest *in, Arrival *arrival, bool on_disk, const Err *why, bool written, Err *err)
{
    if (written && arrival->flush_first && on_disk) {
        arrival->flushed = true;
        return keep_flushed(in, arrival, err);
    }
    if (written && !on_disk && (arrival->in_flight || arrival->flush_first)) {
        if (arrival->in_flight)
            taken_back(in, arrival);
        return err_set(err, why->kind, why->shown, "%s", why->detail);
    }
    if (arrival->in_flight && (on_disk || written || !row_names_blob(in, in->blob)))
        flight_end(in->a, arrival->in_flight);
    return on_disk ? rows_written(in, arrival, written) : written;
}

/* The file is written and the disk has begun: flushed while its rows are committed. */
static bool keep_streamed(Ingest *in, Arrival *arrival, Err *err)
{
    Err      why   = { 0 };
    DbLater *later = db_write_begin(in->a->host, arrival_store, arrival, err);
    if (!later)
        return false; /* the writer is freed without commit: its file goes */
    bool on_disk = flushed(in, &why);
    bool written = db_write_end(later, err);
    return both_done(in, arrival, on_disk, &why, written, err);
}

/* Its bytes go with its rows; the file is flushed later, with many others. */
static bool keep_small(Ingest *in, Arrival *arrival, Err *err)
{
    if (!blob_leave(in->writer, err))
        return false;
    arrival->copy = buf_slice(&in->head);
    bool written  = db_write(in->a->host, arrival_store, arrival, err);
    if (!written || !arrival->flush_first) {
        if (written && arrival->keep_blob)
            pending_added(in->a);
        return rows_written(in, arrival, written);
    }
    (void)blob_remove(in->a->blobs, in->blob, NULL); /* aside: once more, flushed first */
    blob_writer_free(in->writer);
    arrival->copy = SLICE_NONE;
    in->writer    = ingest_writer(in, err);
    return in->writer && blob_append(in->writer, buf_slice(&in->head), err) && keep_flushed(in, arrival, err);
}

/* All of it is in the file, which can be read, and the disk has begun. */
static bool head_sealed(Ingest *in, Err *err)
{
    return blob_fed(in->writer, buf_slice(&in->head), err) && blob_seal(in->writer, err);
}

/*
 * In memory: its file is written before all that needs only the processor (header, digest), or meanwhile by a
 * helper; nobody sees the rows before the whole file can be read.
 */
static bool finish_beside(Ingest *in, Arrival *arrival, Header *header, bool fed, IngestResult *ret, Err *err)
{
    Slice file = buf_slice(&in->head);
    uids_told(&in->uids, ret);
    if (!fed)
        blob_feed_begin(in->writer, file.at); /* for its folder */
    return (fed || head_sealed(in, err)) && checked(in, header, file, ret, err) &&
           digested(in, arrival, file, err) && (!fed || head_sealed(in, err)) &&
           keep_streamed(in, arrival, err);
}

static bool finish_in_memory(Ingest *in, Arrival *arrival, Header *header, IngestResult *ret, Err *err)
{
    bool  small = in->bytes <= PENDING_BYTES && pending_has_room(in->a);
    Slice file  = buf_slice(&in->head);
    Err   why   = { 0 };
    bool  fed   = in->writer != NULL;
    if (in->a->owner && !small && (fed || ingest_named(in, &why)))
        return finish_beside(in, arrival, header, fed, ret, err);
    if (why.kind != ERR_NONE) {
        uids_told(&in->uids, ret);
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    if (!checked(in, header, file, ret, err) || !digested(in, arrival, file, err))
        return false;
    if (!(in->writer = ingest_writer(in, err)) || !blob_append(in->writer, file, err))
        return false;
    return small ? keep_small(in, arrival, err) : keep_flushed(in, arrival, err);
}

/* Read back (mapped) for its header; the disk begins meanwhile. */
static bool finish_streamed(Ingest *in, Arrival *arrival, Header *header, IngestResult *ret, Err *err)
{
    if (!blob_seal(in->writer, err))
        return false;
    OWNED(Blob) *mapped = blob_open(in->a->blobs, in->blob, err);
    if (!mapped || !checked(in, header, blob_bytes(mapped), ret, err) ||
        !digested(in, arrival, blob_bytes(mapped), err))
        return false;
    return in->a->owner && in->bytes <= EARLY_BYTES ? keep_streamed(in, arrival, err)
                                                    : keep_flushed(in, arrival, err);
}

static bool finish(Ingest *in, Arrival *arrival, Header *header, IngestResult *ret, Err *err)
{
    if (in->streams)
        return finish_streamed(in, arrival, header, ret, err);
    return finish_in_memory(in, arrival, header, ret, err);
}

bool ingest_finish(Ingest *in, IngestResult *ret, Err *err)
{
    Header header   = { 0 };
    *ret            = (IngestResult) { .bytes = in->bytes };
    Arrival arrival = { .archive        = in->a,
                        .source         = &in->source,
                        .header         = &header,
                        .blob           = in->blob,
                        .bytes          = in->bytes,
                        .received_at_ms = clock_now_ms(),
                        .copy           = SLICE_NONE,
                        .result         = ret };
    if (in->first.kind != ERR_NONE) {
        uids_told(&in->uids, ret);
        return ingest_told(in, err);
    }
    bool ok = finish(in, &arrival, &header, ret, &in->first);
    header_clear(&header);
    if (in->first.kind == ERR_FULL)
        quota_refused(in->a, &in->first);
    if (ok)
        err_set(&in->first, ERR_BUG, "The program made a mistake; it was noted in the log.",
                "ingest used after its end");
    return ok || ingest_told(in, err);
}
