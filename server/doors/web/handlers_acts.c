/*
 * Acts: lists, one act, its log, its steps, its report. What may be done stands in
 * clinic/workflow/act_steps.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/workflow/act_json.h"
#include "clinic/workflow/dossier.h"
#include "clinic/workflow/earlier_reports.h"
#include "clinic/workflow/expertise.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

/* "missing" of a refusal; a version that is behind says so in "kind". */
static void tell_missing(Request *q, const MissingList *missing)
{
    if (!missing->count)
        return;
    q->refusal = json_object();
    for (size_t i = 0; i < missing->count; i++)
        if (strcmp(missing->items[i].code, "stale") == 0)
            json_put(q->refusal, "kind", json_cstr("stale"));
    json_put(q->refusal, "missing", missing_json(missing, q->lang));
}

/* Pages and runners hear of it now. */
static void tell_news(Request *q)
{
    push_wake(q->web->push);
    if (q->house->jobs)
        jobs_wake(q->house->jobs);
}

static bool answer_act(Request *q, HttpResponse *a, int64_t act_id, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && act_json(db, &q->who, q->lang, act_id, &json, err) && answer_json(a, json, err);
}

bool acts(Request *q, HttpResponse *a, Err *err)
{
    ActsWanted wanted = {
        .view  = slice_of(http_query(q->http, "view")),
        .state = slice_of(http_query(q->http, "state")),
        .task  = slice_of(http_query(q->http, "task")),
        .q     = slice_of(http_query(q->http, "q")),
        .modality = slice_of(http_query(q->http, "modality")),
        .assistances = slice_of(http_query(q->http, "assistances")),
        .counts   = slice_equal_text(slice_of(http_query(q->http, "counts")), "1"),
        .limit    = 500,
    };
    if (!wanted.view.len)
        wanted.view = SLICE("all");
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    if (!db || !query_int(q, "limit", 1, 500, &wanted.limit, err) || !acts_json(db, &q->who, &wanted, &json, err))
        return false;
    traced_object(q, wanted.view);
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu acts",
                   json_array_size(json_object_get(json, "acts")));
    return answer_json(a, json, err);
}

bool act_add(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body  = body_json(q, err);
    MissingList *missing = arena_alloc(q->arena, sizeof *missing);
    int64_t      id      = 0;
    q->unread            = !body || !missing;
    if (q->unread)
        return false;
    if (!act_create(q->house->acts, &q->who, body, &id, missing, err)) {
        tell_missing(q, missing);
        return false;
    }
    tell_news(q);
    return answer_act(q, a, id, err);
}

bool act_one(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !act_of(q, db, &id, err))
            return false;
    }
    return act_seen(q->house->acts, &q->who, id, err) && answer_act(q, a, id, err);
}

bool act_log(Request *q, HttpResponse *a, Err *err)
{
    int64_t id, after = 0;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && act_of(q, db, &id, err) && query_int(q, "after", 0, INT64_MAX, &after, err) &&
           act_events_json(db, &q->who, id, after, &json, err) && answer_json(a, json, err);
}

bool act_step(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body  = body_json(q, err);
    MissingList *missing = arena_alloc(q->arena, sizeof *missing);
    json_t      *data    = NULL;
    ActCall      call    = { .step = q->param[1] };
    q->unread            = true;
    if (!param_id(q, 0, &call.act_id, err))
        return false;
    q->traced.act_id = call.act_id;
    if (!body || !missing || !json_may_int(body, "version", 0, INT64_MAX, &call.version, err) ||
        !json_may_object(body, "data", &data, err))
        return false;
    call.data = data;
    q->unread = false;
    if (!act_do(q->house->acts, &q->who, &call, missing, err)) {
        tell_missing(q, missing);
        return false;
    }
    tell_news(q);
    return answer_act(q, a, call.act_id, err);
}

bool act_report(Request *q, HttpResponse *a, Err *err)
{
    int64_t id, revision = 0;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && act_of(q, db, &id, err) && query_int(q, "revision", 0, INT32_MAX, &revision, err) &&
           act_report_json(db, &q->who, q->lang, id, revision, &json, err) && answer_json(a, json, err);
}

bool act_earlier_reports(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && act_of(q, db, &id, err) && earlier_reports_json(db, &q->who, id, &json, err) && answer_json(a, json, err);
}

typedef bool ReportSave(ActHouse *house, const Who *who, int64_t act_id, const json_t *body, int64_t *ret_revision, Err *err);

static bool report_put(Request *q, HttpResponse *a, ReportSave *save, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    int64_t id, revision = 0;
    json_t *json = NULL;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!body || !db || !act_of(q, db, &id, err))
            return false;
    }
    bool saved    = save(q->house->acts, &q->who, id, body, &revision, err);
    OWNED(Db) *db = db_read(q->house->db, saved ? err : NULL);
    if (!saved) {
        /* Somebody saved in between: theirs goes beside the refusal, nothing is overwritten. */
        if (err->kind == ERR_CONFLICT && db && act_report_json(db, &q->who, q->lang, id, 0, &json, NULL))
            q->beside = json;
        return false;
    }
    push_wake(q->web->push);
    return db && act_report_json(db, &q->who, q->lang, id, 0, &json, err) && answer_json(a, json, err);
}

bool act_report_put(Request *q, HttpResponse *a, Err *err)
{
    return report_put(q, a, act_report_save, err);
}

bool act_addendum_put(Request *q, HttpResponse *a, Err *err)
{
    return report_put(q, a, act_addendum_save, err);
}

bool act_report_as_pdf(Request *q, HttpResponse *a, Err *err)
{
    int64_t id, revision = 0;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !act_of(q, db, &id, err) || !query_int(q, "revision", 0, INT32_MAX, &revision, err))
            return false;
    }
    a->type = "application/pdf";
    http_set_header(a, "Content-Disposition", "inline; filename=\"compte-rendu.pdf\"");
    return act_report_pdf(q->house->acts, &q->who, id, revision, &a->bytes, err);
}

bool act_worklist(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && act_of(q, db, &id, err) && act_worklist_json(db, &q->who, id, &json, err) &&
           answer_json(a, json, err);
}

/* ---- what a request for an opinion chooses from ---- */

bool act_experts(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && act_of(q, db, &id, err) && expertise_experts_json(db, &q->who, id, &json, err) &&
           answer_json(a, json, err);
}

bool act_series(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && act_of(q, db, &id, err) && expertise_series_json(db, &q->who, id, &json, err) &&
           answer_json(a, json, err);
}

/* ---- the proof file ---- */

bool act_dossier(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !act_of(q, db, &id, err))
            return false;
    }
    a->type = "application/zip";
    http_set_header(a, "Content-Disposition", "attachment; filename=\"dossier-de-preuve.zip\"");
    a->bytes = buf_make(DOSSIER_BYTES_MAX);
    return dossier_zip(q->house->acts, &q->who, id, &a->bytes, err);
}

bool dossier_key(Request *q, HttpResponse *a, Err *err)
{
    a->type = "application/x-pem-file";
    return dossier_public_key(q->house->acts, &a->bytes, err);
}
