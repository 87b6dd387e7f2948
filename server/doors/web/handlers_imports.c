/*
 * Images that come on a medium: begun for a patient, sent file by file, let into the record or sent away.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/import.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

static bool own_import(Request *q, ImportRow *ret, Err *err)
{
    int64_t id;
    OWNED(Db) *db = param_id(q, 0, &id, err) ? db_read(q->house->db, err) : NULL;
    if (!db || !import_load(db, id, q->who.person_id, ret, err))
        return false;
    q->traced.patient_id = ret->patient_id;
    q->traced.act_id     = ret->act_id;
    (void)snprintf(q->traced.object, sizeof q->traced.object, "import %lld", (long long)ret->id);
    return true;
}

static bool answer_import(Request *q, const ImportRow *row, HttpResponse *a, Err *err)
{
    json_t *json  = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && import_json(db, row, &json, err) && answer_json(a, json, err);
}

/* ---- begun ---- */

typedef struct BeginWork {
    const Request *q;
    int64_t        patient_id, act_id;
    Slice          origin;
    ImportRow      row;
} BeginWork;

static bool begin_work(Db *db, void *work, Err *err)
{
    BeginWork *w = work;
    char       factors[64];
    PatientBy  by = patient_by(&w->q->who, "POST /api/imports", factors);
    return import_begin(db, w->patient_id, w->act_id, w->origin, &by, &w->row, err);
}

bool import_add(Request *q, HttpResponse *a, Err *err)
{
    BeginWork w         = { .q = q, .origin = SLICE_NONE };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !json_need_int(body, "patient_id", 1, INT64_MAX, &w.patient_id, err) ||
        !json_may_int(body, "act_id", 1, INT64_MAX, &w.act_id, err) ||
        !json_need_text(body, "origin", &w.origin, err))
        return false;
    q->traced.patient_id = w.patient_id;
    return db_write(q->house->db, begin_work, &w, err) && answer_import(q, &w.row, a, err);
}

bool imports_open(Request *q, HttpResponse *a, Err *err)
{
    int64_t patient_id  = 0;
    OWNED(json_t) *list = json_array();
    OWNED(Db) *db       = db_read(q->house->db, err);
    if (!db || !query_int(q, "patient", 1, INT64_MAX, &patient_id, err) ||
        !imports_open_json(db, q->who.person_id, patient_id, list, err))
        return false;
    return answer_json(a, json_pack("{s:O}", "imports", list), err);
}

bool import_one(Request *q, HttpResponse *a, Err *err)
{
    ImportRow row;
    return own_import(q, &row, err) && answer_import(q, &row, a, err);
}

typedef struct HaveWork {
    ImportRow row;
    json_t   *files, *have;
} HaveWork;

static bool have_work(Db *db, void *work, Err *err)
{
    HaveWork *w = work;
    (void)json_array_clear(w->have);
    return import_have(db, &w->row, w->files, w->have, err);
}

bool import_known(Request *q, HttpResponse *a, Err *err)
{
    HaveWork w          = { 0 };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !own_import(q, &w.row, err) ||
        !json_need_array(body, "files", IMPORT_ASKED_MAX, &w.files, err))
        return false;
    OWNED(json_t) *have = w.have = json_array();
    return have && db_write(q->house->db, have_work, &w, err) &&
           answer_json(a, json_pack("{s:O}", "have", have), err);
}

/* ---- one file ---- */

static bool still_open(const ImportRow *row, Err *err)
{
    return strcmp(row->state, "expired") != 0 ||
           err_set(err, ERR_CONFLICT, "This import was closed: begin a new one.", "import %lld", (long long)row->id);
}

static bool file_begin(Request *q, Err *err)
{
    ImportRow   row;
    const char *path = http_query(q->http, "path");
    if (!own_import(q, &row, err) || !still_open(&row, err))
        return false;
    q->receiving = import_take_begin(q->house->archive, &row, slice_of(path), err);
    return q->receiving != NULL;
}

static bool file_feed(Request *q, Slice block, Err *err)
{
    return import_take_append(q->receiving, block, err);
}

static void file_drop(void *receiving)
{
    import_take_free(receiving);
}

const Receiver IMPORT_RECEIVER = { file_begin, file_feed, file_drop };

bool import_file(Request *q, HttpResponse *a, Err *err)
{
    json_t *file = NULL;
    return import_take_finish(q->receiving, &file, err) && answer_json(a, file, err);
}

/* ---- decided ---- */

bool import_study(Request *q, HttpResponse *a, Err *err)
{
    ImportRow row;
    char      factors[64], reason[256] = "", decision[12] = "";
    int64_t   left      = 0;
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !own_import(q, &row, err) ||
        !json_need_copy(body, "decision", decision, sizeof decision, err) ||
        !json_may_copy(body, "reason", reason, sizeof reason, err))
        return false;
    PatientBy by = patient_by(&q->who, "POST /api/imports/{id}/studies/{uid}", factors);
    bool      ok;
    if (strcmp(decision, "attach") == 0)
        ok = import_attach(q->house->archive, &row, q->param[1], reason, &by, q->http->address, &left, err);
    else if (strcmp(decision, "refuse") == 0)
        ok = import_refuse(q->house->archive, &row, q->param[1], reason, &by, err);
    else
        ok = err_set(err, ERR_INPUT, "A value of the request is not right.", "decision");
    return ok && answer_json(a, json_pack("{s:I}", "left", (json_int_t)left), err);
}

bool patient_priors(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    bool    seen        = false;
    OWNED(json_t) *list = json_array();
    OWNED(Db) *db       = db_read(q->house->db, err);
    if (!db || !param_id(q, 0, &id, err))
        return false;
    q->traced.patient_id = id;
    if (!patient_seen_by(db, q->who.person_id, id, clock_now_s(), &seen, err))
        return false;
    if (!seen)
        return err_set(err, ERR_NOT_FOUND, "No such patient, or not for you.", "patient %lld", (long long)id);
    return priors_json(db, id, list, err) && answer_named(a, db, json_pack("{s:O}", "priors", list), err);
}
