/*
 * Patients: find by birth date and a few letters, register, read. E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/patients/patient.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

static bool add_patient(const Patient *p, void *with)
{
    return json_push(with, patient_json(p));
}

/* Each patient who was shown has a line of their own, so that a search is found again by patient. X3. */
static bool trace_shown(Request *q, const json_t *list, Err *err)
{
    size_t  i;
    json_t *one;
    json_array_foreach (list, i, one) {
        AuditLine line  = request_line(q, AUDIT_OK);
        line.patient_id = json_integer_value(json_object_get(one, "id"));
        line.object     = "search";
        line.detail     = "shown";
        if (!trace_once(q->web->trace, q->who.session_id, &line, err))
            return false;
    }
    return true;
}

/* The search as it is kept, for the creation that may follow it. */
typedef struct SearchWork {
    int64_t     person_id;
    const char *birth_date, *name;
    size_t      found;
    char        token[33];
} SearchWork;

static bool search_work(Db *db, void *work, Err *err)
{
    SearchWork *w = work;
    return patient_search_note(db, w->person_id, slice_of(w->birth_date), slice_of(w->name), w->found, w->token, err);
}

bool patients(Request *q, HttpResponse *a, Err *err)
{
    const char *birth_date = http_query(q->http, "birth_date"), *name = http_query(q->http, "name");
    OWNED(json_t) *list = json_array();
    OWNED(Db) *db       = db_read(q->house->db, err);
    if (!db || !patient_find(db, q->who.person_id, clock_now_s(), slice_of(birth_date), slice_of(name),
                             add_patient, list, err))
        return false;
    db_read_end(GIVE(db));
    SearchWork search = { .person_id = q->who.person_id, .birth_date = birth_date, .name = name, .found = json_array_size(list) };
    if (!trace_shown(q, list, err) || !db_write(q->house->db, search_work, &search, err))
        return false;
    /* Not what was looked for: a birth date is the patient's. */
    (void)snprintf(q->traced.object, sizeof q->traced.object, "search");
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu found", json_array_size(list));
    return answer_json(a, json_pack("{s:O, s:s}", "patients", list, "search", search.token), err);
}

typedef struct PatientWork {
    Request        *q;
    PatientDraft    draft;
    Slice           search; /* token of the search that came before */
    InsOids         oids;
    Patient         patient;
    PatientHomonyms homonyms;
} PatientWork;

static bool patient_work(Db *db, void *work, Err *err)
{
    PatientWork *w = work;
    char         factors[64];
    PatientBy    by = patient_by(&w->q->who, "POST /api/patients", factors);
    return patient_search_covers(db, w->search, w->q->who.person_id, &w->draft, err) &&
           patient_create(db, &w->draft, w->oids, &by, &w->patient, &w->homonyms, err);
}

/* Who looks alike is shown, but only those whose identity this person may see anyway. */
static bool homonyms_beside(Request *q, const PatientHomonyms *found, Err *err)
{
    OWNED(Db) *db       = db_read(q->house->db, err);
    OWNED(json_t) *list = json_array();
    size_t hidden       = 0;
    for (size_t i = 0; db && i < found->count; i++) {
        bool seen = false;
        if (!patient_seen_by(db, q->who.person_id, found->patients[i].id, clock_now_s(), &seen, err))
            return false;
        if (seen)
            json_push(list, patient_json(&found->patients[i]));
        else
            hidden++;
    }
    q->beside = json_pack("{s:O, s:I, s:s}", "homonyms", list, "homonyms_elsewhere", (json_int_t)hidden, "alike", found->shown);
    return db != NULL;
}

bool patient_add(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    PatientWork *w      = arena_alloc(q->arena, sizeof *w);
    if (!body || !w || !patient_draft_from_json(body, &w->draft, err) ||
        !json_may_text(body, "search", &w->search, err))
        return false;
    if (!(permissions_of_roles(who_roles_in(&q->who, w->draft.organisation_id)) & MAY_IDENTIFY))
        return err_set(err, ERR_DENIED, "You are not a member of that organisation.", "organisation %lld",
                       (long long)w->draft.organisation_id);
    w->q    = q;
    w->oids = ins_oids_from_text(config_text(q->house->config, "ins-oids"));
    if (!db_write(q->house->db, patient_work, w, err)) {
        Err ignored = { 0 };
        if (w->homonyms.count)
            (void)homonyms_beside(q, &w->homonyms, &ignored);
        return false;
    }
    return answer_json(a, patient_json(&w->patient), err);
}

bool patient_one(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    bool    seen = false;
    Patient p;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !param_id(q, 0, &id, err))
        return false;
    q->traced.patient_id = id;
    if (!patient_seen_by(db, q->who.person_id, id, clock_now_s(), &seen, err))
        return false;
    if (!seen)
        return err_set(err, ERR_NOT_FOUND, "No such patient, or not for you.", "patient %lld", (long long)id);
    return patient_load(db, id, &p, err) && answer_json(a, patient_json(&p), err);
}
