/*
 * Objects to be sent: found, opened, rewritten where they must be.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/retrieve.h"

#include "clinic/archive/archive_internal.h"
#include "formats/dicom/writer.h"
#include "formats/json/base64.h"

enum { STUDIES_MAX = 100000 };

/* ---- which ---- */

void retrieve_clear(Retrieve *r)
{
    query_ids_clear(&r->instances);
    free(r->kinds);
    free(r->studies);
    *r = (Retrieve) { 0 };
}

static bool no_memory(Err *err)
{
    return err_set(err, ERR_LIMIT, "The query has too many answers.", "no memory for a retrieval");
}

static bool kind_note(Retrieve *r, Slice class_uid, Slice syntax_uid, Err *err)
{
    for (size_t i = 0; i < r->kind_count; i++)
        if (slice_equal_text(class_uid, r->kinds[i].class_uid) &&
            slice_equal_text(syntax_uid, r->kinds[i].syntax_uid))
            return true;
    if (!r->kinds)
        r->kinds = calloc(RETRIEVE_KINDS_MAX, sizeof *r->kinds);
    if (!r->kinds || r->kind_count == RETRIEVE_KINDS_MAX)
        return no_memory(err);
    RetrieveKind *k = &r->kinds[r->kind_count++];
    (void)slice_copy(class_uid, k->class_uid, sizeof k->class_uid);
    (void)slice_copy(syntax_uid, k->syntax_uid, sizeof k->syntax_uid);
    return true;
}

/* Instances come study by study, nearly: the last one is looked at first. */
static bool study_note(Retrieve *r, int64_t study_id, Err *err)
{
    for (size_t i = r->study_count; i-- > 0;)
        if (r->studies[i].id == study_id) {
            r->studies[i].instances++;
            return true;
        }
    if (r->study_count == r->study_room) {
        size_t         room  = r->study_room ? r->study_room * 2 : 16;
        RetrieveStudy *grown = room <= STUDIES_MAX ? realloc(r->studies, room * sizeof *grown) : NULL;
        if (!grown)
            return no_memory(err);
        r->studies    = grown;
        r->study_room = room;
    }
    r->studies[r->study_count++] = (RetrieveStudy) { .id = study_id, .instances = 1 };
    return true;
}

static bool instance_note(Db *db, Retrieve *r, int64_t instance_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT class_uid, syntax_uid, study_id FROM instance WHERE id = ?1");
    db_bind_int(q, 1, instance_id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    return kind_note(r, db_slice(q, 0), db_slice(q, 1), err) && study_note(r, db_int(q, 2), err);
}

static bool study_fill(Db *db, RetrieveStudy *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT uid, patient_id, act_id FROM study WHERE id = ?1");
    db_bind_int(q, 1, s->id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW) {
        db_text(q, 0, s->uid, sizeof s->uid);
        s->patient_id = db_int(q, 1);
        s->act_id     = db_int(q, 2);
    }
    return step != DB_FAILED;
}

/* The rest of what is known of 'ret->instances'. */
static bool fill(Db *db, Retrieve *ret, Err *err)
{
    bool ok = true;
    for (size_t i = 0; ok && i < ret->instances.count; i++)
        ok = instance_note(db, ret, ret->instances.at[i], err);
    for (size_t i = 0; ok && i < ret->study_count; i++)
        ok = study_fill(db, &ret->studies[i], err);
    if (!ok)
        retrieve_clear(ret);
    return ok;
}

bool retrieve_find(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, Retrieve *ret, Err *err)
{
    *ret = (Retrieve) { 0 };
    if (query_ids(db, q, viewer, &ret->instances, err))
        return fill(db, ret, err);
    retrieve_clear(ret);
    return false;
}

bool retrieve_ids(Db *db, QueryIds *given, Retrieve *ret, Err *err)
{
    *ret   = (Retrieve) { .instances = *given };
    *given = (QueryIds) { 0 };
    return fill(db, ret, err);
}

bool instance_is_here(Db *db, Slice study_uid, Slice instance_uid, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance JOIN study ON study.id = instance.study_id"
                                     " WHERE instance.uid = ?1 AND study.uid = ?2");
    db_bind_text(q, 1, instance_uid);
    db_bind_text(q, 2, study_uid);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

/* ---- one object ---- */

void outgoing_close(Outgoing *o)
{
    blob_free(o->blob);
    buf_free(&o->rewritten);
    object_free(o->made);
    *o = (Outgoing) { 0 };
}

static bool row_of(Archive *a, int64_t instance_id, InstanceRow *ret, Err *err)
{
    OWNED(Db) *db     = db_read(archive_db(a), err);
    OWNED(DbQuery) *q = db ? db_query(db, "SELECT study.uid, instance.class_uid, instance.uid,"
                                          "       instance.syntax_uid, instance.blob, instance.dataset_at,"
                                          "       instance.sha256"
                                          "  FROM instance JOIN study ON study.id = instance.study_id"
                                          " WHERE instance.id = ?1")
                           : NULL;
    if (!q)
        return false;
    db_bind_int(q, 1, instance_id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such image.", "it went away meanwhile");
    ret->id = instance_id;
    db_text(q, 0, ret->study_uid, sizeof ret->study_uid);
    db_text(q, 1, ret->class_uid, sizeof ret->class_uid);
    db_text(q, 2, ret->uid, sizeof ret->uid);
    db_text(q, 3, ret->syntax_uid, sizeof ret->syntax_uid);
    db_text(q, 4, ret->blob, sizeof ret->blob);
    ret->dataset_at = db_int(q, 5);
    hex_encode(db_slice(q, 6), ret->sha256);
    return true;
}

bool outgoing_open(Archive *a, int64_t instance_id, Outgoing *ret, Err *err)
{
    *ret = (Outgoing) { 0 };
    if (!row_of(a, instance_id, &ret->row, err))
        return false;
    ret->blob = blob_open_pieces(archive_blobs(a), ret->row.blob, err);
    return ret->blob != NULL;
}

/* ---- in another syntax ---- */

static bool is_plain(const SyntaxInfo *info)
{
    return info && !info->encapsulated &&
           (info->syntax == IMPLICIT_LITTLE || info->syntax == EXPLICIT_LITTLE);
}

/* The same elements, written in another way: in memory, since it costs less than a file. */
static bool rewrite(Outgoing *o, const SyntaxInfo *stored, const SyntaxInfo *wanted, BlobSource *ret,
                    Err *err)
{
    if (!blob_map(o->blob, err))
        return false;
    Slice all             = slice_part(blob_bytes(o->blob), (size_t)o->row.dataset_at, SIZE_MAX);
    OWNED(Dataset) *ds    = dataset_parse(all, stored->syntax, err);
    OWNED(DicomWriter) *w = ds ? dw_new((size_t)INGEST_BYTES_MAX) : NULL;
    if (!w)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory to rewrite an object");
    o->rewritten = buf_make((size_t)INGEST_BYTES_MAX);
    dw_copy_all(w, ds);
    if (!dw_finish(w, wanted->syntax, &o->rewritten, err))
        return false;
    *ret = (BlobSource) { .bytes = buf_slice(&o->rewritten) };
    return true;
}

/* What is stored; the row says where it begins, the file how long it is. */
static BlobSource as_stored(const Outgoing *o)
{
    size_t at = (size_t)o->row.dataset_at, all = blob_length(o->blob);
    if (at >= all)
        return (BlobSource) { .bytes = SLICE_NONE };
    return (BlobSource) { .bytes = SLICE_NONE, .blob = o->blob, .at = at, .len = all - at };
}

bool outgoing_in(Archive *a, Outgoing *o, ChildPool *codec, const char *syntax_uid, BlobSource *ret, Err *err)
{
    const SyntaxInfo *stored = syntax_info(slice_of(o->row.syntax_uid)),
                     *wanted = syntax_info(slice_of(syntax_uid));
    if (strcmp(o->row.syntax_uid, syntax_uid) == 0) {
        *ret = as_stored(o);
        return true;
    }
    buf_free(&o->rewritten);
    object_free(o->made);
    o->made = NULL;
    if (is_plain(stored) && is_plain(wanted))
        return rewrite(o, stored, wanted, ret, err);
    o->made = object_open(a, codec, &o->row, syntax_uid, err);
    if (o->made)
        *ret = (BlobSource) { .bytes = object_dataset(o->made) };
    return o->made != NULL;
}
