/*
 * The quarantine room: what contradicts or is damaged, and what a person decides about it. E15, E30.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/quarantine.h"
#include "clinic/archive/recheck.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

bool quarantine(Request *q, HttpResponse *a, Err *err)
{
    json_t *all   = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !quarantine_json(db, &all, err))
        return false;
    json_t *one;
    size_t  i;
    json_array_foreach(json_object_get(all, "refused"), i, one) /* reasons in the reader's language */
        json_put(one, "why", json_cstr(text_in(q->lang, json_string_value(json_object_get(one, "why")))));
    return answer_named(a, db, all, err);
}

bool quarantine_aside(Request *q, HttpResponse *a, Err *err)
{
    Slice       how;
    char        factors[64];
    AsideSettle settle  = { 0 };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !param_id(q, 0, &settle.aside_id, err) || !json_need_text(body, "settlement", &how, err) ||
        !json_need_text(body, "reason", &settle.reason, err))
        return false;
    settle.settlement = slice_equal_text(how, "show-other") ? ASIDE_SHOW_OTHER : ASIDE_KEEP_FIRST;
    if (settle.settlement == ASIDE_KEEP_FIRST && !slice_equal_text(how, "keep-first"))
        return err_set(err, ERR_INPUT, "A value of the query is malformed.", "settlement");
    PatientBy by = patient_by(&q->who, "POST /api/archive/asides/{id}/settle", factors);
    return aside_settle(q->house->archive, &settle, &by, err) &&
           answer_json(a, json_pack("{s:b}", "ok", 1), err);
}

typedef struct SettleWork {
    Request    *q;
    StudySettle settle;
} SettleWork;

static bool settle_work(Db *db, void *work, Err *err)
{
    SettleWork *w = work;
    char        factors[64];
    PatientBy   by = patient_by(&w->q->who, "POST /api/archive/studies/{id}/assign", factors);
    return study_settle(db, &w->settle, &by, err);
}

static Slice text_or_empty(const json_t *body, const char *key)
{
    return slice_of(json_string_value(json_object_get(body, key)));
}

bool quarantine_study(Request *q, HttpResponse *a, Err *err)
{
    SettleWork w        = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !param_id(q, 0, &w.settle.study_id, err) ||
        !json_need_text(body, "reason", &w.settle.reason, err))
        return false;
    w.settle.ipp                = text_or_empty(body, "ipp");
    w.settle.accession          = text_or_empty(body, "accession");
    w.settle.accept_differences = json_is_true(json_object_get(body, "accept_differences"));
    return db_write(q->house->db, settle_work, &w, err) && answer_json(a, json_pack("{s:b}", "ok", 1), err);
}

bool quarantine_recheck(Request *q, HttpResponse *a, Err *err)
{
    if (!q->house->recheck)
        return err_set(err, ERR_UNAVAILABLE, "The files are not read again here.", "no recheck");
    recheck_now(q->house->recheck);
    return answer_json(a, json_pack("{s:b}", "ok", 1), err);
}
