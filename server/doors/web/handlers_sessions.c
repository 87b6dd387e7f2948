/*
 * Open sessions: one's own, and an administrator's look at somebody else's; one ended at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "guard/access/holder.h"
#include "guard/access/session_list.h"

typedef struct SessionWork {
    Request *q;
    int64_t  person_id, session_id;
} SessionWork;

/* A holder of an own record is no colleague: its sessions are its own affair. */
static bool colleague(Db *db, int64_t person_id, Err *err)
{
    bool holder = false;
    return holder_is(db, person_id, &holder, err) && (!holder || err_set(err, ERR_NOT_FOUND, "No such person.", "person %lld is a holder", (long long)person_id));
}

static bool answer_sessions(Request *q, HttpResponse *a, int64_t person_id, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *list  = NULL;
    return db && colleague(db, person_id, err) && session_list(db, q->house->access, person_id, q->who.session_id, &list, err) &&
           answer_json(a, json_pack("{s:o}", "sessions", list), err);
}

static bool end_work(Db *db, void *work, Err *err)
{
    SessionWork *w = work;
    char         object[48];
    (void)snprintf(object, sizeof object, "%lld", (long long)w->person_id); /* whose; the session's id says nothing to anybody */
    traced_object(w->q, slice_of(object));
    AuditLine line = request_line(w->q, AUDIT_OK);
    return colleague(db, w->person_id, err) && session_end_of(db, w->person_id, w->session_id, err) && audit_add(db, &line, err);
}

static bool end_session(Request *q, HttpResponse *a, SessionWork *w, Err *err)
{
    if (!db_write(q->house->db, end_work, w, err))
        return false;
    sessions_forget_person(q->web->sessions, w->person_id);
    push_end_session(q->web->push, w->session_id);
    return answer_json(a, json_object(), err);
}

bool my_sessions(Request *q, HttpResponse *a, Err *err)
{
    return answer_sessions(q, a, q->who.person_id, err);
}

bool my_session_end(Request *q, HttpResponse *a, Err *err)
{
    SessionWork w = { .q = q, .person_id = q->who.person_id };
    return param_id(q, 0, &w.session_id, err) && end_session(q, a, &w, err);
}

bool person_sessions(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    return param_id(q, 0, &id, err) && answer_sessions(q, a, id, err);
}

bool person_session_end(Request *q, HttpResponse *a, Err *err)
{
    SessionWork w = { .q = q };
    return param_id(q, 0, &w.person_id, err) && param_id(q, 1, &w.session_id, err) && end_session(q, a, &w, err);
}
