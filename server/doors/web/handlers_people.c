/*
 * People, organisations and conventions: what administrators keep and everybody looks up.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/workflow/act.h"
#include "clinic/workflow/convention.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"
#include "guard/access/directory.h"
#include "guard/access/holder.h"
#include "guard/access/sign_in.h"

bool organisations(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db       = db_read(q->house->db, err);
    json_t *list        = NULL;
    OWNED(json_t) *json = json_object();
    if (!db || !organisations_json(db, &list, err) || !json_put(json, "organisations", list))
        return false;
    for (size_t i = 0; i < json_array_size(list); i++) {
        json_t *one = json_array_get(list, i), *rooms = NULL;
        if (!rooms_json(db, json_integer_value(json_object_get(one, "id")), &rooms, err) ||
            !json_put(one, "rooms", rooms))
            return false;
    }
    return answer_json(a, GIVE(json), err);
}

typedef struct OrganisationWork {
    Request      *q;
    const json_t *body; /* of a change: what it does not say stays as it is */
    Organisation  organisation;
    int64_t       id;
} OrganisationWork;

/* The trace stands in the transaction of the change. */
static bool traced_in(Db *db, Request *q, Err *err)
{
    AuditLine line = request_line(q, AUDIT_OK);
    return audit_add(db, &line, err);
}

static bool organisation_fields(const json_t *body, Organisation *o, Err *err)
{
    return json_may_copy(body, "name", o->name, sizeof o->name, err) && json_may_copy(body, "finess", o->finess, sizeof o->finess, err) &&
           json_may_copy(body, "street", o->street, sizeof o->street, err) && json_may_copy(body, "postcode", o->postcode, sizeof o->postcode, err) &&
           json_may_copy(body, "city", o->city, sizeof o->city, err) && json_may_copy(body, "phone", o->phone, sizeof o->phone, err) &&
           json_may_copy(body, "time_zone", o->time_zone, sizeof o->time_zone, err);
}

static bool organisation_add_work(Db *db, void *work, Err *err)
{
    OrganisationWork *w = work;
    if (!organisation_create(db, &w->organisation, &w->id, err))
        return false;
    w->q->traced.organisation_id = w->id;
    return traced_in(db, w->q, err);
}

bool organisation_add(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    OrganisationWork w  = { .q = q, .organisation = { .time_zone = "Europe/Paris" } };
    Organisation    *o  = &w.organisation;
    if (!body || !json_need_copy(body, "name", o->name, sizeof o->name, err) || !json_need_copy(body, "kind", o->kind, sizeof o->kind, err) ||
        !organisation_fields(body, o, err) || !db_write(q->house->db, organisation_add_work, &w, err))
        return false;
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

/* The kind always stays: acts and conventions rest on it. */
static bool organisation_change_work(Db *db, void *work, Err *err)
{
    OrganisationWork *w          = work;
    w->q->traced.organisation_id = w->id;
    return organisation_load(db, w->id, &w->organisation, err) && organisation_fields(w->body, &w->organisation, err) &&
           organisation_change(db, &w->organisation, err) && traced_in(db, w->q, err);
}

bool organisation_changed(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    OrganisationWork w  = { .q = q, .body = body };
    if (!body || !param_id(q, 0, &w.id, err) || !db_write(q->house->db, organisation_change_work, &w, err))
        return false;
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

bool people(Request *q, HttpResponse *a, Err *err)
{
    int64_t organisation_id = 0;
    bool    whole           = who_permissions(&q->who) & MAY_ADMINISTER;
    OWNED(Db) *db           = db_read(q->house->db, err);
    json_t *list            = NULL;
    if (!db || !query_int(q, "organisation", 1, INT64_MAX, &organisation_id, err) ||
        !people_json(db, organisation_id, whole, &list, err))
        return false;
    return answer_json(a, json_pack("{s:o}", "people", list), err);
}

typedef struct PersonWork {
    Request   *q;
    Person     person;
    bool       create;
    bool       set_memberships;
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     membership_count;
    char       one_time[32];
} PersonWork;

static bool memberships_read(const json_t *body, PersonWork *w, Err *err)
{
    json_t *list = NULL;
    if (!json_may_array(body, "memberships", WHO_MEMBERSHIPS_MAX, &list, err))
        return false;
    w->set_memberships = list != NULL;
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *one = json_array_get(list, i);
        json_t       *roles;
        Membership   *m = &w->memberships[w->membership_count++];
        if (!json_need_int(one, "organisation_id", 1, INT64_MAX, &m->organisation_id, err) ||
            !json_need_array(one, "roles", ROLE_COUNT, &roles, err))
            return false;
        for (size_t k = 0; k < json_array_size(roles); k++) {
            const char *name = json_string_value(json_array_get(roles, k));
            unsigned    role = name ? role_from_name(slice_of(name)) : 0;
            if (!role)
                return err_set(err, ERR_INPUT, "There is no such role.", "role %zu", k);
            m->roles |= role;
        }
    }
    return true;
}

static bool person_read(const json_t *body, Person *p, Err *err)
{
    return json_may_copy(body, "login", p->login, sizeof p->login, err) &&
           json_may_copy(body, "title", p->title, sizeof p->title, err) &&
           json_may_copy(body, "family", p->family, sizeof p->family, err) &&
           json_may_copy(body, "given", p->given, sizeof p->given, err) &&
           json_may_copy(body, "rpps", p->rpps, sizeof p->rpps, err) &&
           json_may_copy(body, "profession", p->profession, sizeof p->profession, err) &&
           json_may_copy(body, "speciality", p->speciality, sizeof p->speciality, err) &&
           json_may_copy(body, "phone", p->phone, sizeof p->phone, err) &&
           json_may_copy(body, "email", p->email, sizeof p->email, err) &&
           json_may_bool(body, "active", &p->active, err);
}

/* Memberships named are set; those not named any more end. */
static bool memberships_save(Db *db, PersonWork *w, Err *err)
{
    Membership had[WHO_MEMBERSHIPS_MAX];
    size_t     had_count = 0;
    if (!w->set_memberships)
        return true;
    if (!memberships_load(db, w->person.id, had, &had_count, err))
        return false;
    for (size_t i = 0; i < had_count; i++) {
        bool kept = false;
        for (size_t k = 0; k < w->membership_count; k++)
            kept |= w->memberships[k].organisation_id == had[i].organisation_id;
        if (!kept && !membership_set(db, w->person.id, had[i].organisation_id, 0, err))
            return false;
    }
    for (size_t k = 0; k < w->membership_count; k++)
        if (!membership_set(db, w->person.id, w->memberships[k].organisation_id, w->memberships[k].roles,
                            err))
            return false;
    return true;
}

/* A holder of an own record is nobody's colleague: not listed, not changed here. */
static bool professional(Db *db, int64_t person_id, Err *err)
{
    bool holder = false;
    return holder_is(db, person_id, &holder, err) &&
           (!holder || err_set(err, ERR_NOT_FOUND, "No such person.", "person %lld is a holder", (long long)person_id));
}

static bool person_work(Db *db, void *work, Err *err)
{
    PersonWork *w = work;
    if (!w->create && !professional(db, w->person.id, err))
        return false;
    if (w->create ? !person_create(db, &w->person, &w->person.id, err) ||
                        !account_reset(db, w->person.id, w->one_time, err)
                  : !person_update(db, &w->person, err))
        return false;
    char id[24];
    (void)snprintf(id, sizeof id, "%lld", (long long)w->person.id);
    traced_object(w->q, slice_of(id));
    return memberships_save(db, w, err) && traced_in(db, w->q, err);
}

bool person_add(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    PersonWork w        = { .q = q, .create = true, .person = { .active = true } };
    if (!body || !person_read(body, &w.person, err) || !memberships_read(body, &w, err) ||
        !db_write(q->house->db, person_work, &w, err))
        return false;
    return answer_json(
        a, json_pack("{s:I, s:s}", "id", (json_int_t)w.person.id, "one_time_password", w.one_time), err);
}

bool person_change(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    PersonWork w        = { .q = q };
    int64_t    id;
    if (!body || !param_id(q, 0, &id, err))
        return false;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !person_load(db, id, &w.person, err))
            return false;
    }
    if (!person_read(body, &w.person, err) || !memberships_read(body, &w, err) ||
        !db_write(q->house->db, person_work, &w, err))
        return false;
    sessions_forget_person(q->web->sessions, id);
    if (!w.person.active && !session_end_all(q->house->access, id, err))
        return false;
    if (!w.person.active)
        push_end_person(q->web->push, id);
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)id), err);
}

bool conventions(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && conventions_json(db, &q->who, &json, err) && answer_json(a, json, err);
}
