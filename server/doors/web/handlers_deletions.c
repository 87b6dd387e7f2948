/*
 * Deletion with a reason, the basket it goes to, retention and its purge. PS3.18 knows no deletion: DELETE on
 * a DICOMweb resource is ours. E30.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/retention.h"
#include "clinic/workflow/deletion_rules.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

typedef struct Work {
    Request      *q;
    const char   *what; /* of the trace */
    DeletionAsked asked;
    Slice         reason, text;
    int64_t       id, item, patient_id;
    int32_t       day;
} Work;

static PatientBy by_of(const Work *w, char factors[64])
{
    return patient_by(&w->q->who, w->what, factors);
}

static bool ok_answer(HttpResponse *a, Err *err)
{
    return answer_json(a, json_pack("{s:b}", "ok", 1), err);
}

/* ---- DELETE on a study, series, instance ---- */

static bool delete_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return deletion_allowed(db, w->asked.study_uid, err) && deletion_begin(db, &w->asked, &by, &w->id, err);
}

static bool deleted(Request *q, HttpResponse *a, size_t uids, Err *err)
{
    Work w = { .q     = q,
               .what  = "DELETE /dicom-web",
               .asked = { .study_uid    = q->param[0],
                          .series_uid   = uids > 1 ? q->param[1] : SLICE_NONE,
                          .instance_uid = uids > 2 ? q->param[2] : SLICE_NONE,
                          .reason       = slice_of(http_query(q->http, "reason")) } };
    return db_write(q->house->db, delete_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

bool dicomweb_delete_study(Request *q, HttpResponse *a, Err *err)
{
    return deleted(q, a, 1, err);
}

bool dicomweb_delete_series(Request *q, HttpResponse *a, Err *err)
{
    return deleted(q, a, 2, err);
}

bool dicomweb_delete_instance(Request *q, HttpResponse *a, Err *err)
{
    return deleted(q, a, 3, err);
}

/* ---- the basket ---- */

bool deletions_list(Request *q, HttpResponse *a, Err *err)
{
    json_t *deletions = NULL, *purges = NULL, *holds = NULL, *terms = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    bool ok       = db && deletions_json(db, &deletions, err) && purges_json(db, &purges, err) &&
              holds_json(db, &holds, err) && retention_terms_json(db, &terms, err) &&
              answer_named(a, db,
                          json_pack("{s:O, s:O, s:O, s:O}", "deletions", deletions, "purges", purges, "holds",
                                    holds, "terms", terms),
                          err);
    json_decref(deletions);
    json_decref(purges);
    json_decref(holds);
    json_decref(terms);
    return ok;
}

static bool id_and_reason(Request *q, Work *w, json_t **ret_body, Err *err)
{
    *ret_body = body_json(q, err);
    return *ret_body && param_id(q, 0, &w->id, err) && json_need_text(*ret_body, "reason", &w->reason, err);
}

bool deletion_back(Request *q, HttpResponse *a, Err *err)
{
    char factors[64];
    Work w              = { .q = q, .what = "POST /api/archive/deletions/{id}/restore" };
    OWNED(json_t) *body = NULL;
    if (!id_and_reason(q, &w, &body, err))
        return false;
    PatientBy by = by_of(&w, factors);
    return deletion_restore(q->house->archive, w.id, w.reason, &by, err) && ok_answer(a, err);
}

/* Destroyed before the time in which it can be restored is over: an administrator, not who deleted. */
bool deletion_destroy(Request *q, HttpResponse *a, Err *err)
{
    char factors[64];
    Work w              = { .q = q, .what = "POST /api/archive/deletions/{id}/purge" };
    OWNED(json_t) *body = NULL;
    if (!id_and_reason(q, &w, &body, err))
        return false;
    if (!slice_trim(w.reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "purge");
    PatientBy by = by_of(&w, factors);
    return deletion_purge(q->house->archive, w.id, w.reason, &by, err) && ok_answer(a, err);
}

static bool lift_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return deletion_lift(db, w->id, w->reason, &by, err);
}

bool deletion_let_in(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q, .what = "POST /api/archive/deletions/{id}/lift" };
    OWNED(json_t) *body = NULL;
    return id_and_reason(q, &w, &body, err) && db_write(q->house->db, lift_work, &w, err) &&
           ok_answer(a, err);
}

static bool pdf_answer(HttpResponse *a, const char *disposition)
{
    a->type = "application/pdf";
    http_set_header(a, "Content-Disposition", disposition);
    return true;
}

bool deletion_paper(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    return param_id(q, 0, &id, err) && db && deletion_certificate(db, id, &a->bytes, err) &&
           pdf_answer(a, "inline; filename=\"certificat-de-destruction.pdf\"");
}

/* ---- retention ---- */

static const PurgeAsks ASKS = { .allowed = deletion_allowed, .last_care = act_last_care };

typedef struct TermsWork {
    Request       *q;
    RetentionTerms terms;
    Slice          reason;
} TermsWork;

static bool terms_work(Db *db, void *work, Err *err)
{
    TermsWork *w = work;
    char       factors[64];
    PatientBy  by = patient_by(&w->q->who, "PUT /api/archive/retention", factors);
    return retention_terms_set(db, &w->terms, w->reason, &by, err);
}

bool retention_put(Request *q, HttpResponse *a, Err *err)
{
    TermsWork       w   = { .q = q };
    RetentionTerms *t   = &w.terms;
    OWNED(json_t) *body = body_json(q, err);
    return body && json_need_int(body, "keep_years", 0, TERM_YEARS_MAX, &t->keep_years, err) &&
           json_need_int(body, "until_age", 0, TERM_YEARS_MAX, &t->until_age, err) &&
           json_need_int(body, "after_death_years", 0, TERM_YEARS_MAX, &t->after_death_years, err) &&
           json_need_int(body, "grace_days", 0, GRACE_DAYS_MAX, &t->grace_days, err) &&
           json_need_text(body, "reason", &w.reason, err) && db_write(q->house->db, terms_work, &w, err) &&
           ok_answer(a, err);
}

static bool propose_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return purge_propose(db, w->day, &ASKS, &by, &w->id, err);
}

bool purge_add(Request *q, HttpResponse *a, Err *err)
{
    int64_t day         = 0;
    Work    w           = { .q = q, .what = "POST /api/archive/purges" };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !json_may_int(body, "as_of", 19000101, 99991231, &day, err))
        return false;
    w.day = (int32_t)day;
    return db_write(q->house->db, propose_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

bool purge_one(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    json_t *one   = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    return param_id(q, 0, &id, err) && db && purge_json(db, id, &one, err) && answer_named(a, db, one, err);
}

static bool item_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return purge_keep_out(db, w->id, w->item, w->reason, &by, err);
}

bool purge_item(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q, .what = "POST /api/archive/purges/{id}/items/{item}" };
    OWNED(json_t) *body = body_json(q, err);
    w.reason            = SLICE_NONE;
    return body && param_id(q, 0, &w.id, err) && param_id(q, 1, &w.item, err) &&
           json_may_text(body, "reason", &w.reason, err) && db_write(q->house->db, item_work, &w, err) &&
           ok_answer(a, err);
}

static bool approve_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return purge_approve(db, w->id, w->reason, &ASKS, &by, &w->item, err);
}

bool purge_yes(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q, .what = "POST /api/archive/purges/{id}/approve" };
    OWNED(json_t) *body = NULL;
    return id_and_reason(q, &w, &body, err) && db_write(q->house->db, approve_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "hidden", (json_int_t)w.item), err);
}

static bool withdraw_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return purge_withdraw(db, w->id, w->reason, &by, err);
}

bool purge_no(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q, .what = "POST /api/archive/purges/{id}/withdraw" };
    OWNED(json_t) *body = NULL;
    return id_and_reason(q, &w, &body, err) && db_write(q->house->db, withdraw_work, &w, err) &&
           ok_answer(a, err);
}

bool purge_paper(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    return param_id(q, 0, &id, err) && db && purge_certificate(db, id, &a->bytes, err) &&
           pdf_answer(a, "inline; filename=\"certificat-de-destruction.pdf\"");
}

/* ---- holds, deaths ---- */

static bool patient_of(Request *q, const json_t *body, int64_t *ret, Err *err)
{
    Slice   ipp;
    Patient p;
    bool    found = false;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !json_need_text(body, "ipp", &ipp, err) ||
        !patient_by_identifier(db, slice_trim(ipp), SLICE(PATIENT_ISSUER), &p, &found, err))
        return false;
    *ret = found ? p.id : 0;
    return found || err_set(err, ERR_NOT_FOUND, "No patient has this identifier.", "ipp");
}

static bool hold_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return hold_add(db, w->patient_id, w->reason, &by, &w->id, err);
}

bool hold_new(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q, .what = "POST /api/archive/holds" };
    OWNED(json_t) *body = body_json(q, err);
    return body && json_need_text(body, "reason", &w.reason, err) &&
           patient_of(q, body, &w.patient_id, err) && db_write(q->house->db, hold_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool unhold_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return hold_end(db, w->id, &by, err);
}

bool hold_over(Request *q, HttpResponse *a, Err *err)
{
    Work w = { .q = q, .what = "DELETE /api/archive/holds/{id}" };
    return param_id(q, 0, &w.id, err) && db_write(q->house->db, unhold_work, &w, err) && ok_answer(a, err);
}

static bool death_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = by_of(w, factors);
    return patient_died(db, w->patient_id, w->text, &by, err);
}

bool death_noted(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q, .what = "POST /api/archive/deaths", .text = SLICE_NONE };
    OWNED(json_t) *body = body_json(q, err);
    return body && json_may_text(body, "died_on", &w.text, err) && patient_of(q, body, &w.patient_id, err) &&
           db_write(q->house->db, death_work, &w, err) && ok_answer(a, err);
}
