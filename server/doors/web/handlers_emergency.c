/*
 * Access outside care: opened, ended, judged. X2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/emergency.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/sign_in.h"

typedef struct EmergencyWork {
    Request        *q;
    EmergencyAsk    ask;
    EmergencyOpened opened;
    int64_t         id;
    Slice           verdict, note;
} EmergencyWork;

static bool traced_of_patient(Db *db, Request *q, int64_t patient_id, Err *err)
{
    q->traced.patient_id = patient_id;
    AuditLine line       = request_line(q, AUDIT_OK);
    return audit_add(db, &line, err);
}

static bool open_work(Db *db, void *work, Err *err)
{
    EmergencyWork *w = work;
    (void)slice_copy(w->ask.code, w->q->traced.detail, sizeof w->q->traced.detail);
    return session_check_fresh(db, w->q->house->access, &w->q->who, err) && emergency_open(db, &w->q->who, &w->ask, &w->opened, err) && traced_of_patient(db, w->q, w->opened.patient_id, err);
}

bool emergency_new(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    EmergencyWork w     = { .q = q };
    if (!body || !json_may_text(body, "ipp", &w.ask.ipp, err) || !json_may_text(body, "birth_name", &w.ask.birth_name, err) ||
        !json_may_text(body, "first_given", &w.ask.first_given, err) || !json_may_text(body, "birth_date", &w.ask.birth_date, err) ||
        !json_need_text(body, "code", &w.ask.code, err) || !json_need_text(body, "reason", &w.ask.reason, err) || !db_write(q->house->db, open_work, &w, err))
        return false;
    return answer_json(a, json_pack("{s:I, s:I, s:I}", "id", (json_int_t)w.opened.id, "patient_id", (json_int_t)w.opened.patient_id, "until_ms", (json_int_t)w.opened.until_ms), err);
}

static bool end_work(Db *db, void *work, Err *err)
{
    EmergencyWork *w = work;
    return emergency_end(db, &w->q->who, w->id, &w->opened.patient_id, err) && traced_of_patient(db, w->q, w->opened.patient_id, err);
}

bool emergency_over(Request *q, HttpResponse *a, Err *err)
{
    EmergencyWork w = { .q = q };
    if (!param_id(q, 0, &w.id, err) || !db_write(q->house->db, end_work, &w, err))
        return false;
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool review_work(Db *db, void *work, Err *err)
{
    EmergencyWork *w = work;
    (void)slice_copy(w->verdict, w->q->traced.detail, sizeof w->q->traced.detail);
    return emergency_review(db, &w->q->who, w->id, w->verdict, w->note, &w->opened.patient_id, err) && traced_of_patient(db, w->q, w->opened.patient_id, err);
}

bool emergency_judged(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    EmergencyWork w     = { .q = q };
    if (!body || !param_id(q, 0, &w.id, err) || !json_need_text(body, "verdict", &w.verdict, err) || !json_may_text(body, "note", &w.note, err) || !db_write(q->house->db, review_work, &w, err))
        return false;
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

bool emergency_list(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && emergency_json(db, &q->who, &json, err) && answer_json(a, json, err);
}
