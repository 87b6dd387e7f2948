/*
 * What stands around an act before its exam: documents attached, earlier exams with their dose, the protocols that fit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <string.h>

#include "clinic/archive/history.h"
#include "clinic/workflow/act_document.h"
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/act_priors.h"
#include "clinic/workflow/act_store.h"
#include "clinic/workflow/protocol.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

/* The act of the address, and its patient for the trace. ERR_NOT_FOUND when it is not for this person. */
static bool act_seen_here(Request *q, int64_t *ret, Err *err)
{
    OWNED(Db) *db = param_id(q, 0, ret, err) ? db_read(q->house->db, err) : NULL;
    q->traced.act_id = *ret;
    return db && act_patient(db, &q->who, *ret, &q->traced.patient_id, err);
}

static bool answer_documents(Request *q, HttpResponse *a, int64_t act_id, int64_t id, Err *err)
{
    json_t *list  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !act_documents_json(db, act_id, &list, err))
        return false;
    return answer_json(a, id ? json_pack("{s:I, s:o}", "id", (json_int_t)id, "documents", list) : json_pack("{s:o}", "documents", list), err);
}

bool act_documents(Request *q, HttpResponse *a, Err *err)
{
    int64_t act_id = 0;
    return act_seen_here(q, &act_id, err) && answer_documents(q, a, act_id, 0, err);
}

bool act_document_new(Request *q, HttpResponse *a, Err *err)
{
    int64_t act_id = 0, id = 0;
    if (!act_seen_here(q, &act_id, err) ||
        !act_document_add(q->house->acts, &q->who, act_id, slice_of(http_query(q->http, "name")), q->http->body, &id, err))
        return false;
    (void)snprintf(q->traced.object, sizeof q->traced.object, "document %lld", (long long)id);
    return answer_documents(q, a, act_id, id, err);
}

bool act_document_one(Request *q, HttpResponse *a, Err *err)
{
    int64_t     act_id = 0, id = 0;
    ActDocument d;
    if (!act_seen_here(q, &act_id, err) || !param_id(q, 1, &id, err))
        return false;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !act_document_load(db, act_id, id, &d, err))
            return false;
    }
    (void)snprintf(q->traced.object, sizeof q->traced.object, "document %lld", (long long)id);
    bool pdf = strcmp(d.type, "application/pdf") == 0, jpeg = strcmp(d.type, "image/jpeg") == 0;
    a->type  = pdf ? "application/pdf" : jpeg ? "image/jpeg" : "image/png";
    http_set_header(a, "Content-Disposition", pdf ? "inline; filename=\"document.pdf\"" : jpeg ? "inline; filename=\"document.jpg\"" : "inline; filename=\"document.png\"");
    a->bytes = buf_make(ACT_DOCUMENT_BYTES_MAX + 1);
    return act_document_read(q->house->acts, &d, &a->bytes, err);
}

/* ---- earlier exams ---- */

bool act_earlier(Request *q, HttpResponse *a, Err *err)
{
    int64_t act_id = 0;
    json_t *json   = NULL;
    if (!act_seen_here(q, &act_id, err))
        return false;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && patient_history_json(db, q->traced.patient_id, act_id, clock_now_ms(), &json, err) && answer_json(a, json, err);
}

/* Earlier exams worth comparing, for the viewer. E25 */
bool act_priors(Request *q, HttpResponse *a, Err *err)
{
    int64_t act_id = 0;
    json_t *json   = NULL;
    if (!act_seen_here(q, &act_id, err))
        return false;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && act_priors_json(db, &q->who, act_id, clock_now_s(), &json, err) && answer_json(a, json, err);
}

/* ---- protocols ---- */

bool act_protocols(Request *q, HttpResponse *a, Err *err)
{
    int64_t   act_id = 0;
    json_t   *json   = NULL;
    OWNED_ACT act    = { 0 };
    if (!act_seen_here(q, &act_id, err))
        return false;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && act_load(db, act_id, &act, err) && protocols_for_act_json(db, &act, &json, err) && answer_json(a, json, err);
}
