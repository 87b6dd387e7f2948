/*
 * What a requester chooses from: the imagers of the convention, and the patient's series in the archive. T1, T2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/expertise.h"
#include "guard/access/people.h"
#include "platform/clock.h"

bool expertise_experts_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT      a      = { 0 };
    OWNED(json_t) *list   = json_array();
    int64_t        before = 0;
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT " PERSON_COLUMNS ", organisation.name"
                                     "  FROM convention_party"
                                     "  JOIN membership ON membership.organisation_id = convention_party.organisation_id"
                                     "  JOIN person ON person.id = membership.person_id"
                                     "  JOIN organisation ON organisation.id = convention_party.organisation_id"
                                     " WHERE convention_party.convention_id = ?1 AND convention_party.part = 'imaging'"
                                     "   AND (membership.roles & ?2) <> 0 AND person.active = 1 AND person.id <> ?3"
                                     " ORDER BY person.family, person.given, person.id");
    db_bind_int(q, 1, a.convention_id);
    db_bind_int(q, 2, ROLE_IMAGER);
    db_bind_int(q, 3, who->person_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        Person person;
        char   name[160];
        if (step == DB_FAILED)
            return false;
        person_from_row(q, 0, &person);
        if (person.id == before)
            continue; /* in two groups: once is enough */
        before = person.id;
        person_shown_name(&person, name, sizeof name);
        json_push(list, json_pack("{s:I, s:s, s:s, s:o}", "person_id", (json_int_t)person.id, "name", name, "speciality",
                                  person.speciality, "organisation", json_slice(db_slice(q, 12))));
    }
    *ret = json_pack("{s:O}", "experts", list);
    return *ret != NULL;
}

bool expertise_series_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT      a    = { 0 };
    OWNED(json_t) *list = json_array();
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT study.uid, series.uid, study.study_date, study.description, series.modality,"
                                     "       series.description, series.instance_count, series.number"
                                     "  FROM study JOIN series ON series.study_id = study.id"
                                     " WHERE study.patient_id = ?1 AND study.wrong_patient = 0 AND series.instance_count > 0"
                                     " ORDER BY study.study_date DESC, study.uid, series.number, series.uid LIMIT 2000");
    db_bind_int(q, 1, a.patient_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        json_push(list, json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I}", "study_uid", json_slice(db_slice(q, 0)), "series_uid",
                                  json_slice(db_slice(q, 1)), "study_date", json_slice(db_slice(q, 2)), "study",
                                  json_slice(db_slice(q, 3)), "modality", json_slice(db_slice(q, 4)), "description",
                                  json_slice(db_slice(q, 5)), "instances", (json_int_t)db_int(q, 6), "number", (json_int_t)db_int(q, 7)));
    }
    *ret = json_pack("{s:O}", "series", list);
    return *ret != NULL;
}
