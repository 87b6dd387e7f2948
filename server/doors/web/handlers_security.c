/*
 * The register of security incidents and breaches. X7, O9.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "guard/access/security_register.h"

bool security_list(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *list  = NULL;
    return db && security_json(db, &list, err) && answer_json(a, list, err);
}

typedef struct SecurityWork {
    Request      *q;
    Slice         title, what, step;
    int64_t       known_at_ms, id;
    const json_t *body;
} SecurityWork;

/* Which incident, and which step of it, is what the trace names. */
static bool traced_incident(Db *db, SecurityWork *w, Err *err)
{
    char object[24];
    (void)snprintf(object, sizeof object, "%lld", (long long)w->id);
    traced_object(w->q, slice_of(object));
    (void)slice_copy(w->step, w->q->traced.detail, sizeof w->q->traced.detail);
    AuditLine line = request_line(w->q, AUDIT_OK);
    return audit_add(db, &line, err);
}

static bool open_work(Db *db, void *work, Err *err)
{
    SecurityWork *w = work;
    return security_open(db, &w->q->who, w->title, w->what, w->known_at_ms, &w->id, err) && traced_incident(db, w, err);
}

bool security_new(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    SecurityWork w      = { .q = q, .step = SLICE("open") };
    return body && json_may_text(body, "title", &w.title, err) && json_may_text(body, "what", &w.what, err) && json_need_int(body, "known_at_ms", 0, INT64_MAX, &w.known_at_ms, err) &&
           db_write(q->house->db, open_work, &w, err) && answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool add_work(Db *db, void *work, Err *err)
{
    SecurityWork *w = work;
    return security_add(db, &w->q->who, w->id, w->step, w->body, err) && traced_incident(db, w, err);
}

bool security_entry(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    SecurityWork w      = { .q = q, .body = body };
    return body && param_id(q, 0, &w.id, err) && json_need_text(body, "step", &w.step, err) && db_write(q->house->db, add_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}
