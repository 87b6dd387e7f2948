/*
 * Two records side by side before they are merged: traits, what each is worth, documents seen, acts, studies; and a mark of this state,
 * without which the merge is refused. E15
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/merge.h"
#include "formats/json/json_util.h"

enum { LISTED_MAX = 50 };

static bool counted(Db *db, const char *sql, int64_t patient_id, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    db_bind_int(q, 1, patient_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0);
    return true;
}

static bool counts(Db *db, int64_t patient_id, int64_t *ret_acts, int64_t *ret_studies, Err *err)
{
    return counted(db, "SELECT count(*) FROM act WHERE patient_id = ?1", patient_id, ret_acts, err) &&
           counted(db, "SELECT count(*) FROM study WHERE patient_id = ?1", patient_id, ret_studies, err);
}

bool merge_seen(Db *db, const Patient *goes, const Patient *stays, char ret[MERGE_SEEN_SIZE], Err *err)
{
    int64_t acts[2], studies[2];
    if (!counts(db, goes->id, &acts[0], &studies[0], err) || !counts(db, stays->id, &acts[1], &studies[1], err))
        return false;
    (void)snprintf(ret, MERGE_SEEN_SIZE, "%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64 "-%" PRId64 ".%" PRId64 ".%" PRId64 ".%" PRId64, goes->id,
                   goes->version, acts[0], studies[0], stays->id, stays->version, acts[1], studies[1]);
    return true;
}

static bool acts_json(Db *db, int64_t patient_id, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.number, act.kind, act.state, act.modality, act.region, act.created_at_ms, site.name"
                                     "  FROM act JOIN organisation AS site ON site.id = act.site_id"
                                     " WHERE act.patient_id = ?1 ORDER BY act.created_at_ms DESC LIMIT ?2");
    DbStep step;
    db_bind_int(q, 1, patient_id);
    db_bind_int(q, 2, LISTED_MAX);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(ret, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "number", json_slice(db_slice(q, 0)), "kind", json_slice(db_slice(q, 1)), "state",
                                 json_slice(db_slice(q, 2)), "modality", json_slice(db_slice(q, 3)), "region", json_slice(db_slice(q, 4)), "created_at_ms",
                                 json_integer(db_int(q, 5)), "site", json_slice(db_slice(q, 6))));
    return step != DB_FAILED;
}

static bool studies_json(Db *db, int64_t patient_id, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT uid, study_date, description, modalities, instance_count, dicom_name FROM study"
                                     " WHERE patient_id = ?1 ORDER BY study_date DESC, id DESC LIMIT ?2");
    DbStep step;
    db_bind_int(q, 1, patient_id);
    db_bind_int(q, 2, LISTED_MAX);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(ret, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "uid", json_slice(db_slice(q, 0)), "date", json_slice(db_slice(q, 1)), "description",
                                 json_slice(db_slice(q, 2)), "modalities", json_slice(db_slice(q, 3)), "instances", json_integer(db_int(q, 4)), "name",
                                 json_slice(db_slice(q, 5))));
    return step != DB_FAILED;
}

static json_t *one_json(Db *db, const Patient *p, Err *err)
{
    json_t *one = json_object(), *acts = json_array(), *studies = json_array();
    int64_t act_count = 0, study_count = 0;
    json_put(one, "patient", patient_json(p));
    json_put(one, "acts", acts);
    json_put(one, "studies", studies);
    if (!counts(db, p->id, &act_count, &study_count, err) || !acts_json(db, p->id, acts, err) || !studies_json(db, p->id, studies, err)) {
        json_decref(one);
        return NULL;
    }
    json_put(one, "act_count", json_integer(act_count));
    json_put(one, "study_count", json_integer(study_count));
    return one;
}

bool merge_compared_json(Db *db, int64_t from, int64_t into, json_t **ret, Err *err)
{
    Patient           goes, stays;
    PatientDifference differences[PATIENT_DIFFERENCES_MAX];
    char              seen[MERGE_SEEN_SIZE];
    if (from == into)
        return err_set(err, ERR_INPUT, "This is the same patient.", "merge");
    if (!patient_load(db, from, &goes, err) || !patient_load(db, into, &stays, err) || !merge_seen(db, &goes, &stays, seen, err))
        return false;
    TraitsGiven    given = { .birth_name  = slice_of(goes.birth_name),
                             .first_given = slice_of(goes.first_given),
                             .birth_date  = slice_of(goes.birth_date),
                             .sex         = slice_bytes(&goes.sex, 1),
                             .birth_place = slice_of(goes.birth_place_code),
                             .used_name   = slice_of(goes.used_name) };
    size_t         count = patient_compare(&stays, &given, differences);
    OWNED(json_t) *one = one_json(db, &goes, err), *other = one ? one_json(db, &stays, err) : NULL;
    if (!other)
        return false;
    *ret = json_pack("{s:s, s:O, s:O, s:o}", "seen", seen, "from", one, "into", other, "differences", patient_differences_json(differences, count));
    return *ret != NULL;
}
