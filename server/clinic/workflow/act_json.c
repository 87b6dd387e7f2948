/*
 * One act as JSON: facts, people, images, what this person may try now. docs/api.md §4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_json.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/act_dose.h"
#include "clinic/archive/study.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/act_summary.h"
#include "clinic/workflow/consent_rules.h"
#include "guard/access/people.h"
#include "platform/clock.h"

json_t *missing_json(const MissingList *list, Lang lang)
{
    json_t *array = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const Missing *m = &list->items[i];
        json_t        *item =
            json_pack("{s:s, s:s, s:s}", "code", m->code, "text", text_in(lang, m->text), "why", m->why);
        if (m->count)
            json_put(item, "count", json_integer(m->count));
        if (m->detail[0])
            json_put(item, "detail", json_slice(slice_of(m->detail)));
        json_push(array, item);
    }
    return array;
}

json_t *act_event_json(const ActEvent *e)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:s, s:s, s:s, s:o, s:s, s:I, s:s, s:O, s:s}", "id",
                     (json_int_t)e->id, "act_id", (json_int_t)e->act_id, "seq", (json_int_t)e->seq, "at_ms",
                     (json_int_t)e->at_ms, "step", e->step, "from", act_state_name(e->from), "to",
                     act_state_name(e->to), "by", act_by(e), "factors", e->factors, "convention_version",
                     (json_int_t)e->convention_version, "why", e->why, "data", e->data, "hash", e->hash);
}

/* ---- the steps on offer ---- */

static json_t *steps_json(const Act *a, const ActScene *scene, Lang lang)
{
    json_t     *steps = json_array();
    ActStepWalk at    = { 0 };
    for (const ActStep *row; (row = act_step_next(a, &at));) {
        if ((row->flags & STEP_SYSTEM) || !(row->from & (1u << a->state)) ||
            !(row->who & act_roles(scene, row->at)) || (row->use && !row->use(a, scene)))
            continue;
        MissingList missing = { 0 };
        act_missing(a, scene, row->needs, &missing);
        json_push(steps, json_pack("{s:s, s:s, s:s, s:b, s:b, s:o}", "step", row->step, "label",
                                   text_in(lang, row->label), "why", row->why, "allowed", missing.count == 0,
                                   "stale_checked", (row->flags & STEP_STALE) != 0, "missing",
                                   missing_json(&missing, lang)));
    }
    return steps;
}

/* ---- images and convention ---- */

static bool images_json(Db *db, const Act *a, json_t *into, Err *err)
{
    json_t *images      = NULL;
    OWNED(json_t) *dose = NULL;
    if (!act_images_json(db, a->id, &images, err))
        return false;
    if (!json_is_object(images)) {
        json_decref(images);
        images = json_pack("{s:o, s:i, s:[], s:n, s:[], s:n}", "study_uid",
                           json_cstr(a->study_uid[0] ? a->study_uid : NULL), "instances", 0, "series",
                           "last_at_ms", "wrong_patient", "dose");
    }
    int64_t made     = json_integer_value(json_object_get(act_fact(a, "acquisition", "ended"), "made"));
    int64_t received = json_integer_value(json_object_get(images, "instances"));
    if (made)
        json_put(images, "made", json_integer(made));
    json_put(images, "missing", json_integer(made > received ? made - received : 0));
    json_t *told = json_object_get(images, "dose");
    if (json_is_object(told)) {
        json_put(images, "dose", act_dose_merged(told, json_object_get(a->facts, "performed")));
    } else {
        if (!act_dose(db, a, &dose, err)) {
            json_decref(images);
            return false;
        }
        json_put(images, "dose", json_incref(dose));
    }
    return json_put(into, "images", images);
}

static bool convention_json(Db *db, const Act *a, json_t *into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT convention.id, convention.number, convention.version, "
                                     "convention.title"
                                     "  FROM convention WHERE convention.id = ?1");
    db_bind_int(q, 1, a->convention_id);
    switch (db_next(q, err)) {
    case DB_ROW:
        return json_put(into, "convention",
                        json_pack("{s:I, s:o, s:I, s:o}", "id", (json_int_t)db_int(q, 0), "number",
                                  json_slice(db_slice(q, 1)), "version", (json_int_t)db_int(q, 2), "title",
                                  json_slice(db_slice(q, 3))));
    case DB_END:
        return json_put(into, "convention", json_null());
    case DB_FAILED:
        break;
    }
    return false;
}

/* Against the reference levels of its protocol, once the exam has begun. E11 */
static bool dose_compared_put(const Act *a, json_t *into)
{
    const json_t *levels = act_fact(a, "protocol", "drl"), *drug;
    const json_t *told   = json_object_get(json_object_get(into, "images"), "dose");
    OWNED(json_t) *dose  = json_is_object(told) ? json_copy((json_t *)told) : json_object();
    double         mbq   = 0;
    size_t         i;
    json_array_foreach (json_object_get(a->facts, "drugs"), i, drug)
        if (!json_object_get(drug, "replaced_by"))
            mbq += json_number_value(json_object_get(drug, "activity_mbq"));
    if (mbq > 0)
        json_put(dose, "activity_mbq", json_real(mbq));
    return !json_is_object(levels) || (!json_is_object(told) && mbq <= 0) || json_put(into, "dose_compared", protocol_dose_compared(levels, dose));
}

/* Where to go and whom to call: of the whole act alone, lists stay short. S2 */
static bool places_put(Db *db, const Act *a, json_t *into, Err *err)
{
    const struct {
        const char *key;
        int64_t     id;
    } PLACES[] = { { "site", a->site_id }, { "requester_org", a->requester_org_id }, { "imaging", a->imaging_id } };
    for (size_t i = 0; i < COUNT(PLACES); i++) {
        Organisation o;
        char         address[240];
        json_t      *place = json_object_get(into, PLACES[i].key);
        if (!organisation_load(db, PLACES[i].id, &o, err))
            return false;
        organisation_address(&o, address, sizeof address);
        json_put(place, "address", json_string(address));
        json_put(place, "phone", json_string(o.phone));
    }
    return true;
}

/* How to reach each nuclear physician who stood by: their presence is noted without it. */
static bool nuclear_phones_put(Db *db, const Act *a, Err *err)
{
    size_t  i;
    json_t *one;
    json_array_foreach ((json_t *)act_fact(a, "nuclear_presence", "stood"), i, one) {
        Person person;
        if (!person_load(db, json_integer_value(json_object_get(one, "person_id")), &person, err))
            return false;
        json_put(one, "phone", json_string(person.phone));
    }
    return true;
}

bool act_json(Db *db, const Who *who, Lang lang, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT a           = { 0 };
    OWNED(json_t) *result = NULL;
    ActSceneLoaded loaded;
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) ||
        !act_summary_json(db, &a, who, &result, err) || !places_put(db, &a, result, err) || !nuclear_phones_put(db, &a, err) ||
        !act_scene_load(db, &a, who, SLICE_NONE, NULL, &loaded, err))
        return false;
    json_put(result, "facts", json_incref(a.facts));
    json_put(result, "steps", steps_json(&a, &loaded.scene, lang));
    json_put(result, "represented", json_cstr(loaded.scene.minor ? "minor" : act_is_represented(&a) ? "protected" : NULL));
    act_scene_clear(&loaded);
    if (!images_json(db, &a, result, err) || !dose_compared_put(&a, result) || !convention_json(db, &a, result, err))
        return false;
    *ret = GIVE(result);
    return true;
}

/* ---- events ---- */

static bool event_push(const ActEvent *e, void *arg)
{
    return json_push(arg, act_event_json(e));
}

bool act_events_json(Db *db, const Who *who, int64_t act_id, int64_t after, json_t **ret, Err *err)
{
    OWNED_ACT a           = { 0 };
    OWNED(json_t) *events = json_array();
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) ||
        !act_events_each(db, act_id, after, event_push, events, err))
        return false;
    *ret = json_pack("{s:O}", "events", events);
    return *ret != NULL;
}

bool act_patient(Db *db, const Who *who, int64_t act_id, int64_t *ret_patient_id, Err *err)
{
    OWNED_ACT a = { 0 };
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err))
        return false;
    *ret_patient_id = a.patient_id;
    return true;
}

bool act_events_last_id(Db *db, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT max(act_event.id) FROM act_event");
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_UNAVAILABLE, "The events could not be read.", "last id");
    *ret = db_int(q, 0);
    return true;
}

bool act_events_since(Db *db, int64_t person_id, int64_t after, int limit, ActEventEach *each, void *arg,
                      int64_t *ret_last, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_EVENT_COLUMNS "  FROM act_event"
                                     " WHERE act_event.id > ?3"
                                     "   AND " ACT_GRANT_SQL("act_event.act_id", "?1", "?2") " ORDER BY "
                                                                                             "act_event.id "
                                                                                             "LIMIT ?4");
    int64_t last = after, newest = 0;
    int     count = 0;
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, clock_now_s());
    db_bind_int(q, 3, after);
    db_bind_int(q, 4, limit);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_EVENT e = { 0 };
        if (step == DB_FAILED || !act_event_from_row(q, &e, err))
            return false;
        OWNED(json_t) *event = act_event_json(&e);
        last                 = e.id;
        count++;
        if (!each(e.id, event, arg)) {
            *ret_last = last;
            return true;
        }
    }
    /* nothing more for this person: what others did need not be looked at again */
    if (count < limit && !act_events_last_id(db, &newest, err))
        return false;
    *ret_last = newest > last ? newest : last;
    return true;
}

bool act_label_json(Db *db, int64_t act_id, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, number, state FROM act WHERE id = ?1");
    db_bind_int(q, 1, act_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? json_pack("{s:I, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "number",
                                             json_slice(db_slice(q, 1)), "state", json_slice(db_slice(q, 2)))
                                 : json_null();
    return step != DB_FAILED;
}
