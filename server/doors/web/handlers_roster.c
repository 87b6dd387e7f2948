/*
 * The roster: shown, changed, swapped; who is on duty for an act. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_assign.h"
#include "clinic/workflow/roster.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

typedef struct RosterWork {
    Request       *q;
    RosterShift    shift;
    RosterAbsence  absence;
    int64_t        id, from_ms, person_id, organisation_id;
    const json_t  *skills;
    bool           yes;
} RosterWork;

static bool traced_in(Db *db, Request *q, int64_t organisation_id, Err *err)
{
    q->traced.organisation_id = organisation_id;
    AuditLine line            = request_line(q, AUDIT_OK);
    return audit_add(db, &line, err);
}

static bool answer_id(HttpResponse *a, int64_t id, Err *err)
{
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)id), err);
}

bool roster(Request *q, HttpResponse *a, Err *err)
{
    int64_t organisation = 0, from = 0, to = 0;
    json_t *json  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && query_int(q, "organisation", 1, INT64_MAX, &organisation, err) && query_int(q, "from", 1, INT64_MAX / 2, &from, err) &&
           query_int(q, "to", 1, INT64_MAX / 2, &to, err) && roster_json(db, &q->who, organisation, from, to, &json, err) &&
           answer_json(a, json, err);
}

static bool shift_work(Db *db, void *work, Err *err)
{
    RosterWork *w = work;
    return roster_shift_add(db, &w->q->who, &w->shift, &w->id, err) && traced_in(db, w->q, w->shift.organisation_id, err);
}

bool roster_shift_new(Request *q, HttpResponse *a, Err *err)
{
    RosterWork     w    = { .q = q };
    RosterShift   *s    = &w.shift;
    OWNED(json_t) *body = body_json(q, err);
    return body && json_need_int(body, "organisation_id", 1, INT64_MAX, &s->organisation_id, err) &&
           json_need_int(body, "person_id", 1, INT64_MAX, &s->person_id, err) && json_need_copy(body, "role", s->role, sizeof s->role, err) &&
           json_need_int(body, "from_ms", 1, INT64_MAX / 2, &s->from_ms, err) && json_need_int(body, "to_ms", 1, INT64_MAX / 2, &s->to_ms, err) &&
           json_may_int(body, "weeks", 0, 12, &s->weeks, err) && json_may_int(body, "until_ms", 0, INT64_MAX / 2, &s->until_ms, err) &&
           json_may_copy(body, "contact", s->contact, sizeof s->contact, err) && db_write(q->house->db, shift_work, &w, err) &&
           answer_id(a, w.id, err);
}

static bool shift_end_work(Db *db, void *work, Err *err)
{
    RosterWork *w = work;
    return roster_shift_end(db, &w->q->who, w->id, err) && traced_in(db, w->q, 0, err);
}

bool roster_shift_over(Request *q, HttpResponse *a, Err *err)
{
    RosterWork w = { .q = q };
    if (!param_id(q, 0, &w.id, err))
        return false;
    traced_object(q, q->param[0]);
    return db_write(q->house->db, shift_end_work, &w, err) && answer_id(a, w.id, err);
}

static bool shift_back_work(Db *db, void *work, Err *err)
{
    RosterWork *w = work;
    return roster_shift_back(db, &w->q->who, w->id, err) && traced_in(db, w->q, 0, err);
}

bool roster_shift_again(Request *q, HttpResponse *a, Err *err)
{
    RosterWork w = { .q = q };
    if (!param_id(q, 0, &w.id, err))
        return false;
    traced_object(q, q->param[0]);
    return db_write(q->house->db, shift_back_work, &w, err) && answer_id(a, w.id, err);
}

static bool absence_work(Db *db, void *work, Err *err)
{
    RosterWork *w = work;
    return roster_absence_add(db, &w->q->who, &w->absence, &w->id, err) && traced_in(db, w->q, w->absence.organisation_id, err);
}

bool roster_absence_new(Request *q, HttpResponse *a, Err *err)
{
    RosterWork     w    = { .q = q };
    RosterAbsence *s    = &w.absence;
    OWNED(json_t) *body = body_json(q, err);
    return body && json_need_int(body, "organisation_id", 1, INT64_MAX, &s->organisation_id, err) &&
           json_need_int(body, "person_id", 1, INT64_MAX, &s->person_id, err) && json_need_int(body, "from_ms", 1, INT64_MAX / 2, &s->from_ms, err) &&
           json_need_int(body, "to_ms", 1, INT64_MAX / 2, &s->to_ms, err) && json_need_text(body, "reason", &s->reason, err) &&
           db_write(q->house->db, absence_work, &w, err) && answer_id(a, w.id, err);
}

static bool swap_work(Db *db, void *work, Err *err)
{
    RosterWork *w = work;
    return roster_swap_ask(db, &w->q->who, w->shift.id, w->from_ms, w->person_id, &w->id, err) && traced_in(db, w->q, 0, err);
}

bool roster_swap_new(Request *q, HttpResponse *a, Err *err)
{
    RosterWork     w    = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    return body && json_need_int(body, "shift_id", 1, INT64_MAX, &w.shift.id, err) &&
           json_need_int(body, "from_ms", 1, INT64_MAX / 2, &w.from_ms, err) && json_need_int(body, "person_id", 1, INT64_MAX, &w.person_id, err) &&
           db_write(q->house->db, swap_work, &w, err) && answer_id(a, w.id, err);
}

static bool answer_work(Db *db, void *work, Err *err)
{
    RosterWork *w = work;
    return roster_swap_answer(db, &w->q->who, w->id, w->yes, err) && traced_in(db, w->q, 0, err);
}

bool roster_swap_reply(Request *q, HttpResponse *a, Err *err)
{
    RosterWork     w    = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !param_id(q, 0, &w.id, err) || !json_need_bool(body, "yes", &w.yes, err))
        return false;
    traced_object(q, q->param[0]);
    return db_write(q->house->db, answer_work, &w, err) && answer_id(a, w.id, err);
}

static bool skills_work(Db *db, void *work, Err *err)
{
    RosterWork *w = work;
    return roster_skills_set(db, &w->q->who, w->organisation_id, w->person_id, w->skills, err) &&
           traced_in(db, w->q, w->organisation_id, err);
}

bool roster_skills_put(Request *q, HttpResponse *a, Err *err)
{
    RosterWork     w      = { .q = q };
    json_t        *skills = NULL;
    OWNED(json_t) *body   = body_json(q, err);
    if (!body || !param_id(q, 0, &w.person_id, err) || !json_need_int(body, "organisation_id", 1, INT64_MAX, &w.organisation_id, err) ||
        !json_need_array(body, "skills", 40, &skills, err))
        return false;
    w.skills = skills;
    traced_object(q, q->param[0]);
    return db_write(q->house->db, skills_work, &w, err) && answer_id(a, w.person_id, err);
}

bool act_duty(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    json_t *json  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && param_id(q, 0, &id, err) && act_duty_json(db, &q->who, id, &json, err) && answer_json(a, json, err);
}
