/*
 * Which places of a report lead to an image of its patient.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/report_places.h"

#include "base/own.h"

enum { PLACES_MAX = 200 };

/* 1 an image of this patient, 0 none, -1 failed. */
static int is_of_patient(Db *db, int64_t patient_id, const json_t *place, Err *err)
{
    const char *sop = json_string_value(json_object_get(place, "sop")), *series = json_string_value(json_object_get(place, "series"));
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance JOIN series ON series.id = instance.series_id"
                                     "  JOIN study ON study.id = instance.study_id"
                                     " WHERE instance.uid = ?1 AND series.uid = ?2 AND study.patient_id = ?3 AND instance.frames >= ?4");
    db_bind_cstr(q, 1, sop ? sop : "");
    db_bind_cstr(q, 2, series ? series : "");
    db_bind_int(q, 3, patient_id);
    db_bind_int(q, 4, json_integer_value(json_object_get(place, "frame")));
    DbStep step = db_next(q, err);
    return step == DB_FAILED ? -1 : step == DB_ROW;
}

bool report_places_of_patient(Db *db, int64_t patient_id, const json_t *content, json_t **ret, Err *err)
{
    OWNED(json_t) *copy = json_deep_copy(content);
    json_t        *list = json_object_get(copy, "places");
    for (size_t i = json_is_array(list) && json_array_size(list) <= PLACES_MAX ? json_array_size(list) : 0; i > 0; i--) {
        int is = is_of_patient(db, patient_id, json_array_get(list, i - 1), err);
        if (is < 0 || (!is && json_array_remove(list, i - 1) != 0))
            return false;
    }
    *ret = GIVE(copy);
    return true;
}
