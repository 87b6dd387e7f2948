/*
 * The home page: what this person has to do. S4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/home/home.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

bool home(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    if (!db || !home_json(db, &q->who, q->lang, &json, err))
        return false;
    traced_object(q, SLICE("home"));
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu lines", json_array_size(json_object_get(json, "items")));
    return answer_json(a, json, err);
}

typedef struct Aside {
    Request *q;
    Slice    key, note;
} Aside;

static bool aside_work(Db *db, void *work, Err *err)
{
    Aside *w = work;
    if (!home_put_aside(db, &w->q->who, w->key, w->note, err))
        return false;
    AuditLine line = request_line(w->q, AUDIT_OK);
    return audit_add(db, &line, err);
}

bool home_aside(Request *q, HttpResponse *a, Err *err)
{
    Aside          w    = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !json_need_text(body, "key", &w.key, err) || !json_need_text(body, "note", &w.note, err))
        return false;
    traced_object(q, w.key);
    return db_write(q->house->db, aside_work, &w, err) && answer_json(a, json_object(), err);
}
