/*
 * What waits in the quarantine room, as the page shows it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/quarantine.h"
#include "clinic/archive/recheck.h"

#include "clinic/archive/refusal.h"
#include "formats/json/json_util.h"

static bool asides_json(Db *db, json_t *list, Err *err)
{
    DbStep step;
    OWNED(DbQuery) *q =
        db_query(db, "SELECT instance_aside.id, instance_aside.received_at_ms, instance_aside.bytes, "
                     "instance_aside.uid,"
                     "       instance_aside.study_uid, instance_aside.actor, instance_aside.settled_at_ms,"
                     "       instance_aside.settlement, instance_aside.settled_by, "
                     "instance_aside.settled_reason, instance.bytes,"
                     "       instance.received_at_ms, study.dicom_name, study.study_date, study.description, "
                     "series.modality,"
                     "       instance.number"
                     "  FROM instance_aside"
                     "  JOIN instance ON instance.id = instance_aside.instance_id"
                     "  JOIN series ON series.id = instance.series_id"
                     "  JOIN study ON study.id = instance.study_id"
                     " ORDER BY instance_aside.settled_at_ms IS NOT NULL, instance_aside.id DESC LIMIT 500");
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = json_object();
        json_put(one, "id", json_integer(db_int(q, 0)));
        json_put(one, "received_at_ms", json_integer(db_int(q, 1)));
        json_put(one, "bytes", json_integer(db_int(q, 2)));
        json_put(one, "uid", json_slice(db_slice(q, 3)));
        json_put(one, "study_uid", json_slice(db_slice(q, 4)));
        json_put(one, "actor", json_slice(db_slice(q, 5)));
        json_put(one, "settled_at_ms", db_is_null(q, 6) ? json_null() : json_integer(db_int(q, 6)));
        json_put(one, "settlement", json_slice(db_slice(q, 7)));
        json_put(one, "settled_by", json_slice(db_slice(q, 8)));
        json_put(one, "settled_reason", json_slice(db_slice(q, 9)));
        json_put(one, "first_bytes", json_integer(db_int(q, 10)));
        json_put(one, "first_received_at_ms", json_integer(db_int(q, 11)));
        json_put(one, "patient_name", json_slice(db_slice(q, 12)));
        json_put(one, "date", json_slice(db_slice(q, 13)));
        json_put(one, "description", json_slice(db_slice(q, 14)));
        json_put(one, "modality", json_slice(db_slice(q, 15)));
        json_put(one, "number", db_is_null(q, 16) ? json_null() : json_integer(db_int(q, 16)));
        json_push(list, one);
    }
    return step == DB_END;
}

/* A list of differences as the flag keeps it: JSON text. */
static json_t *differences_json(Slice text)
{
    json_t *list = text.len ? json_loadb(text.at, text.len, 0, NULL) : NULL;
    return list ? list : json_array();
}

static bool studies_json(Db *db, json_t *list, Err *err)
{
    DbStep step;
    OWNED(DbQuery) *q = db_query(db, "SELECT study.id, study.uid, study.study_date, study.description, "
                                     "study.modalities, study.instance_count,"
                                     "       study.last_at_ms, study.dicom_name, study.dicom_id, "
                                     "study.dicom_birth, study.dicom_sex,"
                                     "       study.wrong_patient, study.differences, study.accession, "
                                     "patient.ipp, patient.birth_name,"
                                     "       patient.first_given, patient.birth_date, patient.sex"
                                     "  FROM study"
                                     "  LEFT JOIN patient ON patient.id = study.patient_id"
                                     " WHERE study.wrong_patient = 1 OR study.patient_id IS NULL"
                                     " ORDER BY study.wrong_patient DESC, study.id DESC LIMIT 500");
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = json_object(), *image = json_object();
        json_put(one, "id", json_integer(db_int(q, 0)));
        json_put(one, "uid", json_slice(db_slice(q, 1)));
        json_put(one, "date", json_slice(db_slice(q, 2)));
        json_put(one, "description", json_slice(db_slice(q, 3)));
        json_put(one, "modalities", json_slice(db_slice(q, 4)));
        json_put(one, "instances", json_integer(db_int(q, 5)));
        json_put(one, "last_at_ms", json_integer(db_int(q, 6)));
        json_put(image, "name", json_slice(db_slice(q, 7)));
        json_put(image, "id", json_slice(db_slice(q, 8)));
        json_put(image, "birth_date", json_slice(db_slice(q, 9)));
        json_put(image, "sex", json_slice(db_slice(q, 10)));
        json_put(one, "image", image);
        json_put(one, "wrong_patient", json_boolean(db_int(q, 11)));
        json_put(one, "differences", differences_json(db_slice(q, 12)));
        json_put(one, "accession", json_slice(db_slice(q, 13)));
        if (!db_is_null(q, 14)) {
            json_t *p = json_object();
            json_put(p, "ipp", json_slice(db_slice(q, 14)));
            json_put(p, "birth_name", json_slice(db_slice(q, 15)));
            json_put(p, "first_given", json_slice(db_slice(q, 16)));
            json_put(p, "birth_date", json_slice(db_slice(q, 17)));
            json_put(p, "sex", json_slice(db_slice(q, 18)));
            json_put(one, "patient", p);
        }
        json_push(list, one);
    }
    return step == DB_END;
}

static bool faults_json(Db *db, json_t *list, Err *err)
{
    DbStep step;
    OWNED(DbQuery) *q = db_query(db, "SELECT blob, what, uid, found_at_ms, mended_at_ms FROM blob_fault"
                                     " ORDER BY mended_at_ms IS NOT NULL, found_at_ms DESC LIMIT 500");
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = json_object();
        json_put(one, "blob", json_slice(db_slice(q, 0)));
        json_put(one, "what", json_slice(db_slice(q, 1)));
        json_put(one, "uid", json_slice(db_slice(q, 2)));
        json_put(one, "found_at_ms", json_integer(db_int(q, 3)));
        json_put(one, "mended_at_ms", db_is_null(q, 4) ? json_null() : json_integer(db_int(q, 4)));
        json_push(list, one);
    }
    return step == DB_END;
}

bool recheck_json(Db *db, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT files, began_at_ms, ended_at_ms FROM recheck WHERE id = 1");
    if (db_next(q, err) != DB_ROW)
        return false;
    json_put(ret, "files", json_integer(db_int(q, 0)));
    json_put(ret, "began_at_ms", db_int(q, 1) ? json_integer(db_int(q, 1)) : json_null());
    json_put(ret, "ended_at_ms", db_int(q, 2) ? json_integer(db_int(q, 2)) : json_null());
    return true;
}

bool quarantine_json(Db *db, json_t **ret, Err *err)
{
    json_t *asides = json_array(), *studies = json_array(), *faults = json_array(), *recheck = json_object(),
           *refused = json_array();
    OWNED(json_t) *all = json_pack("{s:o, s:o, s:o, s:o, s:o}", "asides", asides, "studies", studies, "faults",
                                   faults, "recheck", recheck, "refused", refused);
    if (!all || !asides_json(db, asides, err) || !studies_json(db, studies, err) ||
        !faults_json(db, faults, err) || !recheck_json(db, recheck, err) || !refusals_json(db, refused, err))
        return false;
    *ret = GIVE(all);
    return true;
}
