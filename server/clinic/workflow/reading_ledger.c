/*
 * What was shown to whom: added, counted, asked for before a signature.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/reading_ledger.h"

#include <string.h>

#include "base/own.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

enum { AT_ONCE_MAX_MS = 15 * 60 * 1000, FRAME_MAX = 100000 }; /* a page tells every few seconds; more than that was not looked at */
/* What was made of a series has the series' UID and no frame of its own: it is no display of any image. */
enum { MADE_PLANES = 0, MADE_BODY = -1 };

static bool times_of(const json_t *one, int64_t *full, int64_t *partial, Err *err)
{
    return json_need_int(one, "full_ms", 0, AT_ONCE_MAX_MS, full, err) && json_need_int(one, "partial_ms", 0, AT_ONCE_MAX_MS, partial, err);
}

static bool made_add(Db *db, const StudyRow *study, int64_t person_id, const json_t *one, Err *err)
{
    const char *series = json_string_value(json_object_get(one, "series")), *made = json_string_value(json_object_get(one, "made"));
    int64_t     full = 0, partial = 0;
    if (!series || !uid_is_usable(slice_of(series)) || !made || (strcmp(made, "planes") != 0 && strcmp(made, "body") != 0))
        return err_set(err, ERR_INPUT, "This is no list of images that were shown.", "made");
    if (!times_of(one, &full, &partial, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO reading_ledger (study_id, person_id, uid, frame, full_ms, partial_ms, first_at_ms, last_at_ms)"
                                     " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7 FROM series WHERE uid = ?3 AND study_id = ?1"
                                     " ON CONFLICT (study_id, person_id, uid, frame) DO UPDATE SET full_ms = full_ms + excluded.full_ms,"
                                     "  partial_ms = partial_ms + excluded.partial_ms, last_at_ms = excluded.last_at_ms");
    db_bind_int(q, 1, study->id);
    db_bind_int(q, 2, person_id);
    db_bind_cstr(q, 3, series);
    db_bind_int(q, 4, strcmp(made, "body") == 0 ? MADE_BODY : MADE_PLANES);
    db_bind_int(q, 5, full);
    db_bind_int(q, 6, partial);
    db_bind_int(q, 7, clock_now_ms());
    return db_run(q, err);
}

static bool image_add(Db *db, const StudyRow *study, int64_t person_id, const json_t *one, Err *err)
{
    const char *sop  = json_string_value(json_object_get(one, "sop"));
    int64_t     frame = 0, full = 0, partial = 0;
    if (!sop || !uid_is_usable(slice_of(sop)))
        return err_set(err, ERR_INPUT, "This is no list of images that were shown.", "sop");
    if (!json_need_int(one, "frame", 1, FRAME_MAX, &frame, err) || !times_of(one, &full, &partial, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO reading_ledger (study_id, person_id, uid, frame, full_ms, partial_ms, first_at_ms, last_at_ms)"
                                     " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7 FROM instance WHERE uid = ?3 AND study_id = ?1 AND frames >= ?4"
                                     " ON CONFLICT (study_id, person_id, uid, frame) DO UPDATE SET full_ms = full_ms + excluded.full_ms,"
                                     "  partial_ms = partial_ms + excluded.partial_ms, last_at_ms = excluded.last_at_ms");
    db_bind_int(q, 1, study->id);
    db_bind_int(q, 2, person_id);
    db_bind_cstr(q, 3, sop);
    db_bind_int(q, 4, frame);
    db_bind_int(q, 5, full);
    db_bind_int(q, 6, partial);
    db_bind_int(q, 7, clock_now_ms());
    return db_run(q, err);
}

bool reading_ledger_add(Db *db, const StudyRow *study, int64_t person_id, const json_t *images, Err *err)
{
    size_t  i;
    json_t *one;
    if (json_array_size(images) > READING_BATCH_MAX)
        return err_set(err, ERR_LIMIT, "This is no list of images that were shown.", "%zu images", json_array_size(images));
    json_array_foreach (images, i, one)
        if (!(json_object_get(one, "made") ? made_add : image_add)(db, study, person_id, one, err))
            return false;
    return true;
}

bool reading_ledger_json(Db *db, const StudyRow *study, int64_t person_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    int64_t images = 0, seen = 0, incomplete = 0, full_ms = 0;
    OWNED(DbQuery) *q =
        db_query(db, "SELECT series.uid, COALESCE(series.number, 0), series.description, series.modality,"
                     "       (SELECT SUM(frames) FROM instance WHERE instance.series_id = series.id),"
                     "       COALESCE(SUM(l.full_ms > 0), 0), COALESCE(SUM(l.full_ms = 0 AND l.partial_ms > 0), 0), COALESCE(SUM(l.full_ms), 0),"
                     "       (SELECT COALESCE(SUM(full_ms), 0) FROM reading_ledger m WHERE m.study_id = ?1 AND m.person_id = ?2 AND m.uid = series.uid AND m.frame = 0),"
                     "       (SELECT COALESCE(SUM(full_ms), 0) FROM reading_ledger m WHERE m.study_id = ?1 AND m.person_id = ?2 AND m.uid = series.uid AND m.frame = -1),"
                     "       (SELECT COALESCE(SUM(partial_ms), 0) FROM reading_ledger m WHERE m.study_id = ?1 AND m.person_id = ?2 AND m.uid = series.uid AND m.frame <= 0)"
                     "  FROM series JOIN instance ON instance.series_id = series.id AND instance.frames > 0"
                     "  LEFT JOIN reading_ledger l ON l.study_id = ?1 AND l.person_id = ?2 AND l.uid = instance.uid"
                     " WHERE series.study_id = ?1 GROUP BY series.id ORDER BY series.number, series.id");
    DbStep step;
    db_bind_int(q, 1, study->id);
    db_bind_int(q, 2, person_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        images += db_int(q, 4);
        seen += db_int(q, 5);
        incomplete += db_int(q, 6);
        full_ms += db_int(q, 7);
        json_t *row = json_object();
        json_put(row, "uid", json_slice(db_slice(q, 0)));
        json_put(row, "number", json_integer(db_int(q, 1)));
        json_put(row, "description", json_slice(db_slice(q, 2)));
        json_put(row, "modality", json_slice(db_slice(q, 3)));
        json_put(row, "images", json_integer(db_int(q, 4)));
        json_put(row, "seen", json_integer(db_int(q, 5)));
        json_put(row, "incomplete", json_integer(db_int(q, 6)));
        json_put(row, "planes_ms", json_integer(db_int(q, 8)));
        json_put(row, "body_ms", json_integer(db_int(q, 9)));
        json_put(row, "preview_ms", json_integer(db_int(q, 10)));
        json_push(list, row);
    }
    if (step == DB_FAILED)
        return false;
    *ret = json_pack("{s:I, s:I, s:I, s:I, s:O}", "images", (json_int_t)images, "seen", (json_int_t)seen, "incomplete", (json_int_t)incomplete,
                     "full_ms", (json_int_t)full_ms, "series", list);
    return *ret || err_set(err, ERR_LIMIT, "The content is too large.", "ledger");
}

bool reading_incomplete(Db *db, int64_t act_id, int64_t person_id, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) FROM reading_ledger l JOIN study ON study.id = l.study_id"
                                     " WHERE study.act_id = ?1 AND l.person_id = ?2 AND l.full_ms = 0 AND l.partial_ms > 0"
                                     "   AND EXISTS (SELECT 1 FROM instance WHERE instance.uid = l.uid)");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, person_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0);
    return true;
}
