/*
 * Corrections of identity and place, and patients that are one: previewed, asked for, followed, undone. E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/correction.h"
#include "clinic/workflow/merge.h"
#include "clinic/workflow/report_marks.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

typedef struct Work {
    Request        *q;
    CorrectionAsked asked;
    int64_t         from, into;
    bool            sure, despite_report;
    Slice           reason, seen;
    int64_t         id;
} Work;

static Slice text_or_empty(const json_t *body, const char *key)
{
    return slice_trim(slice_of(json_string_value(json_object_get(body, key))));
}

static bool by_ipp(Db *db, Slice ipp, int64_t *ret, Err *err)
{
    Patient p;
    bool    found = false;
    *ret          = 0;
    if (!ipp.len)
        return true;
    if (!patient_by_identifier(db, ipp, SLICE(PATIENT_ISSUER), &p, &found, err))
        return false;
    *ret = found ? p.id : 0;
    return found || err_set(err, ERR_NOT_FOUND, "No patient has this identifier.", "ipp");
}

static bool kind_of(Slice text, CorrectionKind *ret, Err *err)
{
    static const char *const KINDS[] = { "identity", "move", "split" };
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (slice_equal_text(text, KINDS[i])) {
            *ret = (CorrectionKind)i;
            return true;
        }
    return err_set(err, ERR_INPUT, "A value of the query is malformed.", "kind");
}

static bool values_known(const json_t *values, Err *err)
{
    const char *keyword;
    json_t     *value;
    json_object_foreach ((json_t *)(uintptr_t)values, keyword, value)
        if (!correction_may_change(slice_of(keyword)))
            return err_set(err, ERR_INPUT, "This attribute cannot be changed here.", "a keyword");
    return true;
}

/* The body points into 'body', which must outlive the work. */
static bool asked_of(Db *db, const json_t *body, CorrectionAsked *ret, Err *err)
{
    Slice         kind, uid;
    StudyRow      study;
    json_t       *values = NULL, *series = NULL;
    ArchiveViewer all = { .sees_all = true };
    if (!json_need_text(body, "kind", &kind, err) || !json_need_text(body, "study_uid", &uid, err) ||
        !json_may_object(body, "values", &values, err) ||
        !json_may_array(body, "series", 500, &series, err) || !kind_of(kind, &ret->kind, err) ||
        !values_known(values, err) || !study_find(db, uid, &all, &study, err) ||
        !by_ipp(db, text_or_empty(body, "ipp"), &ret->patient_id, err))
        return false;
    ret->study_id   = study.id;
    ret->values     = values;
    ret->series     = series;
    ret->accession  = text_or_empty(body, "accession");
    ret->target_uid = text_or_empty(body, "target_uid");
    ret->reason     = text_or_empty(body, "reason");
    return true;
}

/* Why it was not made, in the reader's language. */
static void said_in(Lang lang, json_t *one)
{
    const char *why = json_string_value(json_object_get(one, "failure"));
    if (why && *why)
        json_put(one, "failure", json_cstr(text_in(lang, why)));
}

bool corrections_list(Request *q, HttpResponse *a, Err *err)
{
    json_t *list = NULL, *merges = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !corrections_json(db, slice_of(http_query(q->http, "study")), &list, err))
        return false;
    if (!patient_merges_json(db, &merges, err)) {
        json_decref(list);
        return false;
    }
    json_t *one;
    size_t  i;
    json_array_foreach(list, i, one)
        said_in(q->lang, one);
    return answer_named(a, db, json_pack("{s:o, s:o}", "corrections", list, "merges", merges), err);
}

bool correction_one(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    json_t *one   = NULL;
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!param_id(q, 0, &id, err) || !db || !correction_json(db, id, &one, err))
        return false;
    said_in(q->lang, one);
    return answer_named(a, db, one, err);
}

bool correction_shown(Request *q, HttpResponse *a, Err *err)
{
    CorrectionAsked asked = { 0 };
    json_t         *shown = NULL;
    OWNED(json_t) *body   = body_json(q, err);
    OWNED(Db) *db         = db_read(q->house->db, err);
    json_t *reports       = NULL;
    if (!body || !db || !asked_of(db, body, &asked, err) || !correction_reports_json(db, &asked, &reports, err))
        return false;
    if (!correction_preview(db, &asked, &shown, err)) {
        json_decref(reports);
        return false;
    }
    json_put(shown, "reports", reports);
    return answer_json(a, shown, err);
}

static bool begin_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = patient_by(&w->q->who, "POST /api/archive/corrections", factors);
    return correction_ask(db, w->q->house->acts, &w->asked, w->despite_report, &by, &w->id, err);
}

bool correction_add(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !json_may_bool(body, "despite_report", &w.despite_report, err))
        return false;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !asked_of(db, body, &w.asked, err))
            return false;
    }
    return db_write(q->house->db, begin_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool undo_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = patient_by(&w->q->who, "POST /api/archive/corrections/{id}/undo", factors);
    return correction_ask_undo(db, w->q->house->acts, w->id, w->reason, &by, err);
}

bool correction_take_back(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    return body && param_id(q, 0, &w.id, err) && json_need_text(body, "reason", &w.reason, err) &&
           db_write(q->house->db, undo_work, &w, err) && answer_json(a, json_pack("{s:b}", "ok", 1), err);
}

/* The file that a correction put away, byte for byte. */
bool correction_version(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    char    blob[256];
    traced_object(q, q->param[1]);
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!param_id(q, 0, &id, err) || !db)
        return false;
    if (!correction_version_blob(db, id, q->param[1], blob, err))
        return false;
    a->type   = "application/dicom";
    a->stored = arena_textf(q->arena, "/_blobs/%s", blob);
    return a->stored != NULL || err_set(err, ERR_LIMIT, "The content is too large.", "path");
}

/* ---- patients that are one ---- */

static bool merge_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = patient_by(&w->q->who, "POST /api/archive/merges", factors);
    return merge_patients(db, w->q->house->acts, w->from, w->into, w->sure, w->seen, w->reason, &by, &w->id, err);
}

/* Both identities side by side, before they are merged. */
bool merge_compared(Request *q, HttpResponse *a, Err *err)
{
    const char *from = http_query(q->http, "from"), *into = http_query(q->http, "into");
    int64_t     goes = 0, stays = 0;
    json_t     *json = NULL;
    if (!from || !*from || !into || !*into)
        return err_set(err, ERR_INPUT, "Give the numbers of both patients.", "from, into");
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !by_ipp(db, slice_trim(slice_of(from)), &goes, err) || !by_ipp(db, slice_trim(slice_of(into)), &stays, err))
        return false;
    q->traced.patient_id        = goes;
    q->traced.beside_patient_id = goes == stays ? 0 : stays;
    (void)snprintf(q->traced.object, sizeof q->traced.object, "patient %lld beside %lld", (long long)goes, (long long)stays);
    return merge_compared_json(db, goes, stays, &json, err) && answer_named(a, db, json, err);
}

bool merge_add(Request *q, HttpResponse *a, Err *err)
{
    Work  w = { .q = q };
    Slice from, into;
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !json_need_text(body, "from", &from, err) || !json_need_text(body, "into", &into, err) ||
        !json_need_text(body, "reason", &w.reason, err) || !json_may_bool(body, "sure", &w.sure, err) || !json_may_text(body, "seen", &w.seen, err))
        return false;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !by_ipp(db, slice_trim(from), &w.from, err) || !by_ipp(db, slice_trim(into), &w.into, err))
            return false;
    }
    return db_write(q->house->db, merge_work, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

static bool unmerge_work(Db *db, void *work, Err *err)
{
    Work     *w = work;
    char      factors[64];
    PatientBy by = patient_by(&w->q->who, "POST /api/archive/merges/{id}/undo", factors);
    return unmerge_patients(db, w->q->house->acts, w->id, w->reason, &by, err);
}

bool merge_take_back(Request *q, HttpResponse *a, Err *err)
{
    Work w              = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    return body && param_id(q, 0, &w.id, err) && json_need_text(body, "reason", &w.reason, err) &&
           db_write(q->house->db, unmerge_work, &w, err) && answer_json(a, json_pack("{s:b}", "ok", 1), err);
}
