/*
 * After the report: what is still due, each professional's entry, the access handed to a recipient without an account.
 * E30, E31, E33, E35, L10, T6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/workflow/act_json.h"
#include "clinic/workflow/duties.h"
#include "clinic/workflow/handed_access.h"
#include "clinic/workflow/record_entry.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

bool duties(Request *q, HttpResponse *a, Err *err)
{
    bool overdue  = slice_equal_text(slice_of(http_query(q->http, "overdue")), "1");
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    if (!db || !duties_json(db, &q->who, overdue, &json, err))
        return false;
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu duties",
                   json_array_size(json_object_get(json, "duties")));
    return answer_json(a, json, err);
}

bool act_record_entry(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    if (!db || !param_id(q, 0, &id, err))
        return false;
    q->traced.act_id = id;
    return act_patient(db, &q->who, id, &q->traced.patient_id, err) && record_entry_json(db, &q->who, id, &json, err) &&
           answer_json(a, json, err);
}

/* The secrets stand in this answer and nowhere else. */
bool access_hand(Request *q, HttpResponse *a, Err *err)
{
    int64_t      act_id, delivery_id;
    HandedAccess made;
    MissingList *missing = arena_alloc(q->arena, sizeof *missing);
    q->unread            = true;
    if (!missing || !param_id(q, 0, &act_id, err) || !param_id(q, 1, &delivery_id, err))
        return false;
    q->traced.act_id = act_id;
    q->unread        = false;
    if (!handed_access_make(q->house->acts, &q->who, act_id, delivery_id, &made, missing, err)) {
        if (missing->count) {
            q->refusal = json_object();
            json_put(q->refusal, "missing", missing_json(missing, q->lang));
        }
        return false;
    }
    push_wake(q->web->push);
    const char *link = arena_textf(q->arena, "%s/remise#%s", q->web->origin, made.secret);
    return answer_json(a, json_pack("{s:s, s:s, s:I}", "link", link ? link : "", "code", made.code, "expires_at_ms",
                                    (json_int_t)made.expires_at_ms),
                       err);
}

bool handed_report(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    Slice secret, code;
    if (!body || !json_need_text(body, "link", &secret, err) || !json_need_text(body, "code", &code, err) ||
        !handed_access_open(q->house->acts, secret, code, q->http->address, &a->bytes, err))
        return false;
    push_wake(q->web->push);
    a->type = "application/pdf";
    http_set_header(a, "Content-Disposition", "inline; filename=\"compte-rendu.pdf\"");
    return true;
}
