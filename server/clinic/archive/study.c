/*
 * Looking up: one study, instances with their place on disk, kept headers, what an act has received.
 *
 * Whose studies a viewer may see is part of each query (X2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/study.h"

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/study_internal.h"
#include "formats/json/base64.h"
#include "formats/json/json_util.h"

void viewer_bind(DbQuery *q, const ArchiveViewer *viewer)
{
    db_bind_int(q, 1, viewer->person_id);
    db_bind_int(q, 2, viewer->now_s);
    db_bind_int(q, 3, viewer->sees_all);
    db_bind_int(q, 4, viewer->organisation_id);
}

void study_from_row(const DbQuery *row, StudyRow *ret)
{
    ret->id         = db_int(row, 0);
    ret->patient_id = db_int(row, 1);
    ret->act_id     = db_int(row, 2);
    ret->site_id    = db_int(row, 3);
    db_text(row, 4, ret->uid, sizeof ret->uid);
    db_text(row, 5, ret->date, sizeof ret->date);
    db_text(row, 6, ret->time, sizeof ret->time);
    db_text(row, 7, ret->accession, sizeof ret->accession);
    db_text(row, 8, ret->description, sizeof ret->description);
    db_text(row, 9, ret->study_id, sizeof ret->study_id);
    db_text(row, 10, ret->modalities, sizeof ret->modalities);
    db_text(row, 11, ret->patient_name, sizeof ret->patient_name);
    db_text(row, 12, ret->patient_key, sizeof ret->patient_key);
    db_text(row, 13, ret->patient_issuer, sizeof ret->patient_issuer);
    db_text(row, 14, ret->patient_birth, sizeof ret->patient_birth);
    db_text(row, 15, ret->patient_sex, sizeof ret->patient_sex);
    ret->series        = db_int(row, 16);
    ret->instances     = db_int(row, 17);
    ret->bytes         = db_int(row, 18);
    ret->first_at_ms   = db_int(row, 19);
    ret->last_at_ms    = db_int(row, 20);
    ret->wrong_patient = db_int(row, 21) != 0;
}

static bool one_study(DbQuery *q, StudyRow *ret, Err *err)
{
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such study.", "not there or not for this viewer");
    if (step == DB_ROW)
        study_from_row(q, ret);
    return step == DB_ROW;
}

bool study_find(Db *db, Slice study_uid, const ArchiveViewer *viewer, StudyRow *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " STUDY_COLUMNS "  FROM study WHERE study.uid = ?5 "
                                     "AND " SEEN_BY_VIEWER);
    viewer_bind(q, viewer);
    db_bind_text(q, 5, study_uid);
    return one_study(q, ret, err);
}

bool study_load(Db *db, int64_t study_id, StudyRow *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " STUDY_COLUMNS "  FROM study WHERE study.id = ?1");
    db_bind_int(q, 1, study_id);
    return one_study(q, ret, err);
}

/* ---- instances ---- */

#define INSTANCE_COLUMNS                                                                                     \
    "instance.id, instance.study_id, instance.series_id, study.patient_id, study.act_id, study.uid, "        \
    "series.uid,"                                                                                            \
    " instance.uid, instance.class_uid, instance.syntax_uid, series.modality, instance.sha256, "             \
    "instance.blob,"                                                                                         \
    " instance.bytes, instance.dataset_at, instance.number, instance.frames, instance.image_rows,"           \
    " instance.image_columns, instance.received_at_ms"

static void instance_from_row(const DbQuery *row, InstanceRow *ret)
{
    *ret = (InstanceRow) { .id             = db_int(row, 0),
                           .study_id       = db_int(row, 1),
                           .series_id      = db_int(row, 2),
                           .patient_id     = db_int(row, 3),
                           .act_id         = db_int(row, 4),
                           .bytes          = db_int(row, 13),
                           .dataset_at     = db_int(row, 14),
                           .number         = db_int(row, 15),
                           .frames         = (uint32_t)db_int(row, 16),
                           .rows           = (uint32_t)db_int(row, 17),
                           .columns        = (uint32_t)db_int(row, 18),
                           .received_at_ms = db_int(row, 19) };
    db_text(row, 5, ret->study_uid, sizeof ret->study_uid);
    db_text(row, 6, ret->series_uid, sizeof ret->series_uid);
    db_text(row, 7, ret->uid, sizeof ret->uid);
    db_text(row, 8, ret->class_uid, sizeof ret->class_uid);
    db_text(row, 9, ret->syntax_uid, sizeof ret->syntax_uid);
    db_text(row, 10, ret->modality, sizeof ret->modality);
    if (db_slice(row, 11).len == SHA256_BYTES)
        hex_encode(db_slice(row, 11), ret->sha256);
    db_text(row, 12, ret->blob, sizeof ret->blob);
}

bool instance_find(Db *db, Slice study_uid, Slice series_uid, Slice instance_uid, const ArchiveViewer *viewer,
                   InstanceRow *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " INSTANCE_COLUMNS "  FROM instance"
                                     "  JOIN series ON series.id = instance.series_id"
                                     "  JOIN study ON study.id = instance.study_id"
                                     " WHERE instance.uid = ?5 AND series.uid = ?6 AND study.uid = ?7"
                                     "   AND " SEEN_BY_VIEWER);
    viewer_bind(q, viewer);
    db_bind_text(q, 5, instance_uid);
    db_bind_text(q, 6, series_uid);
    db_bind_text(q, 7, study_uid);
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such image.", "not there or not for this viewer");
    if (step == DB_ROW)
        instance_from_row(q, ret);
    return step == DB_ROW;
}

bool instance_newest(Db *db, int64_t above, int64_t up_to, InstanceRow *ret, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " INSTANCE_COLUMNS "  FROM instance"
                                     "  JOIN series ON series.id = instance.series_id"
                                     "  JOIN study ON study.id = instance.study_id"
                                     " WHERE instance.id > ?1 AND instance.id <= ?2"
                                     " ORDER BY instance.id DESC LIMIT 1");
    db_bind_int(q, 1, above);
    db_bind_int(q, 2, up_to);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step == DB_ROW)
        instance_from_row(q, ret);
    return step != DB_FAILED;
}

void within_bind(DbQuery *q, Slice study_uid, Slice series_uid, Slice instance_uid,
                 const ArchiveViewer *viewer)
{
    viewer_bind(q, viewer);
    db_bind_text(q, 5, study_uid.at ? study_uid : SLICE_NONE);
    db_bind_text(q, 6, series_uid.at ? series_uid : SLICE_NONE);
    db_bind_text(q, 7, instance_uid.at ? instance_uid : SLICE_NONE);
}

bool instances_each(Db *db, Slice study_uid, Slice series_uid, Slice instance_uid,
                    const ArchiveViewer *viewer, InstanceEach *each, void *with, Err *err)
{
    InstanceRow row;
    DbStep      step  = DB_ROW;
    int64_t     count = 0;
    bool        more  = true;
    OWNED(DbQuery) *q =
        instance_uid.len ? db_query(db, "SELECT " INSTANCE_COLUMNS WITHIN_INSTANCE WITHIN_INSTANCE_FOR_VIEWER)
                         : db_query(db, "SELECT " INSTANCE_COLUMNS WITHIN_STUDY WITHIN_STUDY_FOR_VIEWER);
    within_bind(q, study_uid, series_uid, instance_uid, viewer);
    while (more && (step = db_next(q, err)) == DB_ROW) {
        instance_from_row(q, &row);
        count++;
        more = each(&row, with);
    }
    if (step == DB_END && !count)
        return err_set(err, ERR_NOT_FOUND, "No such image.", "not there or not for this viewer");
    return step != DB_FAILED;
}

bool instance_kept(Db *db, Slice class_uid, Slice instance_uid, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance WHERE uid = ?1 AND class_uid = ?2");
    db_bind_text(q, 1, instance_uid);
    db_bind_text(q, 2, class_uid);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

bool instances_metadata(Db *db, Slice study_uid, Slice series_uid, Slice instance_uid,
                        const ArchiveViewer *viewer, Buf *ret, Err *err)
{
#define HEADERS "SELECT instance_json.plain_bytes, instance_json.json"
#define THEIR_HEADERS "  JOIN instance_json ON instance_json.instance_id = instance.id"
    OWNED(DbQuery) *q = instance_uid.len
                            ? db_query(db, HEADERS WITHIN_INSTANCE THEIR_HEADERS WITHIN_INSTANCE_FOR_VIEWER)
                            : db_query(db, HEADERS WITHIN_STUDY THEIR_HEADERS WITHIN_STUDY_FOR_VIEWER);
    within_bind(q, study_uid, series_uid, instance_uid, viewer);
    DbStep  step;
    int64_t count = 0;
    buf_add_char(ret, '[');
    while ((step = db_next(q, err)) == DB_ROW) {
        if (count++)
            buf_add_char(ret, ',');
        if (!unzip_text(db_slice(q, 1), (size_t)db_int(q, 0), ret, err))
            return false;
    }
    buf_add_char(ret, ']');
    if (step == DB_END && !count)
        return err_set(err, ERR_NOT_FOUND, "No such image.", "not there or not for this viewer");
    return step == DB_END && buf_ok(ret, err);
}

bool instances_aside_each(Db *db, AsideEach *each, void *with, Err *err)
{
    AsideRow row;
    DbStep   step     = DB_ROW;
    bool     more     = true;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, received_at_ms, bytes, study_uid, uid, blob, reason, actor"
                                     "  FROM instance_aside ORDER BY id DESC LIMIT 1000");
    while (more && (step = db_next(q, err)) == DB_ROW) {
        row = (AsideRow) { .id = db_int(q, 0), .received_at_ms = db_int(q, 1), .bytes = db_int(q, 2) };
        db_text(q, 3, row.study_uid, sizeof row.study_uid);
        db_text(q, 4, row.uid, sizeof row.uid);
        db_text(q, 5, row.blob, sizeof row.blob);
        db_text(q, 6, row.reason, sizeof row.reason);
        db_text(q, 7, row.actor, sizeof row.actor);
        more = each(&row, with);
    }
    return step != DB_FAILED;
}

/* ---- what an act has received ---- */

bool act_images(Db *db, int64_t act_id, ActImages *ret, Err *err)
{
    /* what a reader recorded is no image that was made: it hides none that is missing */
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*),"
                                     "       COALESCE(SUM(instance_count - (SELECT COUNT(*) FROM instance"
                                     "                                       WHERE instance.study_id = study.id AND instance.via = 'marks')), 0),"
                                     "       COALESCE(MAX(last_at_ms), 0), COALESCE(MAX(wrong_patient), 0),"
                                     "       EXISTS (SELECT 1 FROM study AS one JOIN instance ON instance.study_id = one.id"
                                     "                WHERE one.act_id = ?1 AND instance.frames > 0)"
                                     "  FROM study WHERE act_id = ?1");
    db_bind_int(q, 1, act_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = (ActImages) { .studies       = db_int(q, 0),
                         .instances     = db_int(q, 1),
                         .last_at_ms    = db_int(q, 2),
                         .wrong_patient = db_int(q, 3) != 0,
                         .pictures      = db_int(q, 4) != 0 };
    return true;
}

static bool act_series(Db *db, int64_t act_id, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT series.uid, series.number, series.modality, series.description,"
                                     "       series.instance_count, study.uid"
                                     "  FROM study"
                                     "  JOIN series ON series.study_id = study.id"
                                     " WHERE study.act_id = ?1"
                                     " ORDER BY study.id, series.number, series.id");
    db_bind_int(q, 1, act_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = json_object();
        json_put(one, "uid", json_slice(db_slice(q, 0)));
        json_put(one, "number", db_is_null(q, 1) ? json_null() : json_integer(db_int(q, 1)));
        json_put(one, "modality", json_slice(db_slice(q, 2)));
        json_put(one, "description", json_slice(db_slice(q, 3)));
        json_put(one, "instances", json_integer(db_int(q, 4)));
        json_put(one, "study_uid", json_slice(db_slice(q, 5)));
        json_push(list, one);
    }
    return step == DB_END;
}

/* The act's own study first, then what each flagged one differs in. */
static bool act_studies(Db *db, int64_t act_id, json_t *images, json_t *differences, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT uid, wrong_patient, differences FROM study WHERE act_id = ?1 "
                                     "ORDER BY id");
    db_bind_int(q, 1, act_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        if (!json_object_get(images, "study_uid"))
            json_put(images, "study_uid", json_slice(db_slice(q, 0)));
        if (!db_int(q, 1))
            continue;
        OWNED(json_t) *said = json_parse(db_slice(q, 2), err);
        if (!said)
            return false;
        json_array_extend(differences, said);
    }
    return step == DB_END;
}

bool act_images_json(Db *db, int64_t act_id, json_t **ret, Err *err)
{
    ActImages sum = { 0 };
    if (!act_images(db, act_id, &sum, err))
        return false;
    if (!sum.studies) {
        *ret = json_null();
        return true;
    }
    OWNED(json_t) *j = json_object();
    json_t *series = json_array(), *differences = json_array(), *dose = NULL;
    bool    ok = act_studies(db, act_id, j, differences, err);
    json_put(j, "instances", json_integer(sum.instances));
    json_put(j, "series", series);
    json_put(j, "last_at_ms", json_integer(sum.last_at_ms));
    json_put(j, "wrong_patient", differences);
    if (!ok || !act_series(db, act_id, series, err) || !dose_of_act(db, act_id, &dose, err))
        return false;
    json_put(j, "dose", dose);
    *ret = GIVE(j);
    return true;
}
