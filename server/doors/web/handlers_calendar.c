/*
 * Calendars of the rooms of a site, closings, slots of an exam. E10, O3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/calendar.h"
#include "clinic/workflow/slots.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

typedef struct CalendarWork {
    Request      *q;
    const json_t *content;
    RoomClosing   closing;
    int64_t       room_id, seen, version;
    json_t       *answer;
} CalendarWork;

static bool traced_work(Db *db, Request *q, Err *err)
{
    AuditLine line = request_line(q, AUDIT_OK);
    return audit_add(db, &line, err);
}

static bool span_read(Request *q, int64_t *from, int64_t *to, Err *err)
{
    return query_int(q, "from", 1, INT64_MAX / 2, from, err) && query_int(q, "to", 1, INT64_MAX / 2, to, err);
}

bool site_calendar(Request *q, HttpResponse *a, Err *err)
{
    int64_t site = 0, from = 0, to = 0;
    json_t *json = NULL;
    if (!param_id(q, 0, &site, err) || !span_read(q, &from, &to, err))
        return false;
    q->traced.organisation_id = site;
    OWNED(Db) *db             = db_read(q->house->db, err);
    return db && calendar_json(db, &q->who, q->lang, site, from, to, &json, err) && answer_json(a, json, err);
}

bool room_calendar_versions(Request *q, HttpResponse *a, Err *err)
{
    int64_t room = 0;
    json_t *json = NULL;
    if (!param_id(q, 0, &room, err))
        return false;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && calendar_versions_json(db, &q->who, room, &json, err) && answer_json(a, json, err);
}

static bool calendar_work(Db *db, void *work, Err *err)
{
    CalendarWork *w = work;
    if (!calendar_save(db, &w->q->who, w->room_id, w->content, w->seen, &w->version, err))
        return false;
    (void)snprintf(w->q->traced.detail, sizeof w->q->traced.detail, "version %lld", (long long)w->version);
    return traced_work(db, w->q, err);
}

bool room_calendar_put(Request *q, HttpResponse *a, Err *err)
{
    CalendarWork   w       = { .q = q };
    json_t        *content = NULL;
    OWNED(json_t) *body    = body_json(q, err);
    if (!body || !param_id(q, 0, &w.room_id, err) || !json_need_object(body, "content", &content, err) ||
        !json_may_int(body, "version", 0, INT64_MAX, &w.seen, err))
        return false;
    w.content = content;
    traced_object(q, q->param[0]);
    return db_write(q->house->db, calendar_work, &w, err) && answer_json(a, json_pack("{s:I}", "version", (json_int_t)w.version), err);
}

static bool closing_work(Db *db, void *work, Err *err)
{
    CalendarWork *w = work;
    json_decref(w->answer); /* asked again after a busy database */
    w->answer = NULL;
    return closing_add(db, &w->q->who, &w->closing, &w->answer, err) && traced_work(db, w->q, err);
}

bool room_closing_new(Request *q, HttpResponse *a, Err *err)
{
    CalendarWork   w    = { .q = q };
    RoomClosing   *c    = &w.closing;
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !param_id(q, 0, &c->room_id, err) || !json_need_int(body, "from_ms", 1, INT64_MAX / 2, &c->from_ms, err) ||
        !json_need_int(body, "to_ms", 1, INT64_MAX / 2, &c->to_ms, err) || !json_need_copy(body, "kind", c->kind, sizeof c->kind, err) ||
        !json_need_copy(body, "reason", c->reason, sizeof c->reason, err))
        return false;
    traced_object(q, q->param[0]);
    return db_write(q->house->db, closing_work, &w, err) && answer_json(a, w.answer, err);
}

static bool withdraw_work(Db *db, void *work, Err *err)
{
    CalendarWork *w = work;
    return closing_withdraw(db, &w->q->who, w->closing.id, err) && traced_work(db, w->q, err);
}

bool room_closing_over(Request *q, HttpResponse *a, Err *err)
{
    CalendarWork w = { .q = q };
    if (!param_id(q, 0, &w.closing.id, err))
        return false;
    traced_object(q, q->param[0]);
    return db_write(q->house->db, withdraw_work, &w, err) && answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.closing.id), err);
}

bool act_slots(Request *q, HttpResponse *a, Err *err)
{
    int64_t act = 0, from = 0, to = 0;
    json_t *json = NULL;
    if (!param_id(q, 0, &act, err) || !span_read(q, &from, &to, err))
        return false;
    q->traced.act_id = act;
    OWNED(Db) *db    = db_read(q->house->db, err);
    return db && act_patient(db, &q->who, act, &q->traced.patient_id, err) && slots_json(db, &q->who, q->lang, act, from, to, &json, err) &&
           answer_json(a, json, err);
}
