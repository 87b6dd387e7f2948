/*
 * Recovery of an account by two people: opened by one, confirmed by another, told to the person. X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/account_recovery.h"

typedef struct RecoveryWork {
    Request *q;
    Slice    verified;
    int64_t  id, person_id;
    char     one_time[32];
} RecoveryWork;

/* Whose account is what the trace names. */
static bool traced_person(Db *db, RecoveryWork *w, Err *err)
{
    char object[24];
    (void)snprintf(object, sizeof object, "%lld", (long long)w->person_id);
    traced_object(w->q, slice_of(object));
    AuditLine line = request_line(w->q, AUDIT_OK);
    return audit_add(db, &line, err);
}

static bool open_work(Db *db, void *work, Err *err)
{
    RecoveryWork *w = work;
    return account_recovery_open(db, &w->q->who, w->person_id, w->verified, &w->id, err) && traced_person(db, w, err);
}

static bool confirm_work(Db *db, void *work, Err *err)
{
    RecoveryWork *w = work;
    return account_recovery_confirm(db, w->q->house->access, &w->q->who, w->id, &w->person_id, w->one_time, err) && traced_person(db, w, err);
}

static bool cancel_work(Db *db, void *work, Err *err)
{
    RecoveryWork *w = work;
    return account_recovery_cancel(db, &w->q->who, w->id, &w->person_id, err) && traced_person(db, w, err);
}

static bool seen_work(Db *db, void *work, Err *err)
{
    RecoveryWork *w = work;
    w->person_id    = w->q->who.person_id;
    return account_recovery_seen(db, w->person_id, w->id, err) && traced_person(db, w, err);
}

bool recoveries(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *list  = NULL;
    return db && account_recoveries_json(db, &q->who, &list, err) && answer_json(a, json_pack("{s:o}", "recoveries", list), err);
}

bool recovery_open(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    RecoveryWork w      = { .q = q };
    if (!body || !json_need_int(body, "person_id", 1, INT64_MAX, &w.person_id, err) || !json_may_text(body, "verified", &w.verified, err))
        return false;
    char object[24];
    (void)snprintf(object, sizeof object, "%lld", (long long)w.person_id); /* of a refusal too */
    traced_object(q, slice_of(object));
    return db_write(q->house->db, open_work, &w, err) && answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

bool recovery_confirm(Request *q, HttpResponse *a, Err *err)
{
    RecoveryWork w = { .q = q };
    if (!param_id(q, 0, &w.id, err) || !db_write(q->house->db, confirm_work, &w, err))
        return false;
    sessions_forget_person(q->web->sessions, w.person_id);
    push_end_person(q->web->push, w.person_id);
    return answer_json(a, json_pack("{s:s}", "one_time_password", w.one_time), err);
}

bool recovery_cancel(Request *q, HttpResponse *a, Err *err)
{
    RecoveryWork w = { .q = q };
    return param_id(q, 0, &w.id, err) && db_write(q->house->db, cancel_work, &w, err) && answer_json(a, json_object(), err);
}

bool my_recoveries(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *list  = NULL;
    return db && account_recoveries_own_json(db, q->who.person_id, &list, err) && answer_json(a, json_pack("{s:o}", "recoveries", list), err);
}

bool my_recovery_seen(Request *q, HttpResponse *a, Err *err)
{
    RecoveryWork w = { .q = q };
    return param_id(q, 0, &w.id, err) && db_write(q->house->db, seen_work, &w, err) && answer_json(a, json_object(), err);
}
