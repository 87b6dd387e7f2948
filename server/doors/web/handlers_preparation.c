/*
 * Preparation sheets: the library, and the sheet of one act. E3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/preparation.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

bool preparations(Request *q, HttpResponse *a, Err *err)
{
    json_t *json  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && preparations_json(db, &q->who, &json, err) && answer_json(a, json, err);
}

typedef struct SheetWork {
    const Who    *who;
    const json_t *body;
    int64_t       id;
    bool (*change)(Db *db, const Who *who, int64_t id, Err *err);
} SheetWork;

static bool sheet_work(Db *db, void *work, Err *err)
{
    SheetWork *w = work;
    return w->change ? w->change(db, w->who, w->id, err) : preparation_create(db, w->who, w->body, &w->id, err);
}

static bool sheet_do(Request *q, HttpResponse *a, SheetWork *w, Err *err)
{
    (void)snprintf(q->traced.object, sizeof q->traced.object, "preparation %lld", (long long)w->id);
    if (!db_write(q->house->db, sheet_work, w, err))
        return false;
    (void)snprintf(q->traced.object, sizeof q->traced.object, "preparation %lld", (long long)w->id);
    return answer_json(a, json_pack("{s:I}", "id", (json_int_t)w->id), err);
}

bool preparation_add(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    SheetWork      w    = { .who = &q->who, .body = body };
    return body && sheet_do(q, a, &w, err);
}

bool preparation_approved(Request *q, HttpResponse *a, Err *err)
{
    SheetWork w = { .who = &q->who, .change = preparation_approve };
    return param_id(q, 0, &w.id, err) && sheet_do(q, a, &w, err);
}

bool preparation_retired(Request *q, HttpResponse *a, Err *err)
{
    SheetWork w = { .who = &q->who, .change = preparation_retire };
    return param_id(q, 0, &w.id, err) && sheet_do(q, a, &w, err);
}

/* ---- of one act ---- */

static Lang lang_asked(const Request *q)
{
    const char *asked = http_query(q->http, "lang");
    return asked && *asked ? lang_from_header(slice_of(asked)) : q->lang;
}

static bool act_of(Request *q, Db *db, int64_t *ret, Err *err)
{
    if (!param_id(q, 0, ret, err))
        return false;
    q->traced.act_id = *ret;
    return act_patient(db, &q->who, *ret, &q->traced.patient_id, err);
}

bool act_preparation(Request *q, HttpResponse *a, Err *err)
{
    int64_t id    = 0;
    json_t *json  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && act_of(q, db, &id, err) && act_preparation_json(db, &q->who, id, lang_asked(q), &json, err) && answer_json(a, json, err);
}

bool act_preparation_as_pdf(Request *q, HttpResponse *a, Err *err)
{
    int64_t id    = 0;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !act_of(q, db, &id, err))
        return false;
    a->type = "application/pdf";
    http_set_header(a, "Content-Disposition", "inline; filename=\"preparation.pdf\"");
    return act_preparation_pdf(db, &q->who, id, lang_asked(q), &a->bytes, err);
}
