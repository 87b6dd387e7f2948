/*
 * What a person draws on the images of a study, and which images they were shown: for whoever may see the study. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/workflow/reading_ledger.h"
#include "clinic/workflow/reading_marks.h"
#include "clinic/workflow/recorded_marks.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

/* The study of the address, for this person; its patient and act for the trace. */
static bool study_of(Request *q, Db *db, StudyRow *ret, Err *err)
{
    ArchiveViewer viewer = dicomweb_viewer(q);
    traced_object(q, q->param[0]);
    if (!study_find(db, q->param[0], &viewer, ret, err))
        return false;
    q->traced.patient_id = ret->patient_id;
    q->traced.act_id     = ret->act_id;
    return true;
}

typedef bool Shown(Db *db, const StudyRow *study, int64_t person_id, json_t **ret, Err *err);

static bool show(Request *q, HttpResponse *a, Shown *what, Err *err)
{
    StudyRow   study;
    json_t    *json = NULL;
    OWNED(Db) *db   = db_read(q->house->db, err);
    return db && study_of(q, db, &study, err) && what(db, &study, q->who.person_id, &json, err) && answer_json(a, json, err);
}

bool study_marks(Request *q, HttpResponse *a, Err *err)
{
    return show(q, a, reading_marks_json, err);
}

bool study_ledger(Request *q, HttpResponse *a, Err *err)
{
    return show(q, a, reading_ledger_json, err);
}

typedef struct Keeping {
    Request *q;
    json_t  *what;
    int64_t  version;
} Keeping;

static bool marks_work(Db *db, void *work, Err *err)
{
    Keeping *w = work;
    StudyRow study;
    if (!study_of(w->q, db, &study, err) ||
        !reading_marks_keep(db, &study, w->q->who.person_id, w->version, w->what, &w->version, err))
        return false;
    (void)snprintf(w->q->traced.detail, sizeof w->q->traced.detail, "%zu marks, %zu key images",
                   json_array_size(json_object_get(w->what, "marks")), json_array_size(json_object_get(w->what, "keys")));
    AuditLine line = request_line(w->q, AUDIT_OK);
    return audit_add(db, &line, err);
}

bool study_marks_put(Request *q, HttpResponse *a, Err *err)
{
    Keeping        w    = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    if (!body || !json_need_int(body, "version", 0, INT64_MAX, &w.version, err) || !json_need_object(body, "content", &w.what, err))
        return false;
    traced_object(q, q->param[0]);
    return db_write(q->house->db, marks_work, &w, err) && answer_json(a, json_pack("{s:I}", "version", (json_int_t)w.version), err);
}

static bool ledger_work(Db *db, void *work, Err *err)
{
    Keeping *w = work;
    StudyRow study;
    return study_of(w->q, db, &study, err) && reading_ledger_add(db, &study, w->q->who.person_id, w->what, err);
}

bool study_ledger_add(Request *q, HttpResponse *a, Err *err)
{
    Keeping        w    = { .q = q };
    OWNED(json_t) *body = body_json(q, err);
    return body && json_need_array(body, "images", READING_BATCH_MAX, &w.what, err) && db_write(q->house->db, ledger_work, &w, err) &&
           answer_json(a, json_object(), err);
}

/* ---- what is in the record ---- */

bool study_recorded(Request *q, HttpResponse *a, Err *err)
{
    StudyRow      study;
    ArchiveViewer viewer = dicomweb_viewer(q);
    int64_t       act_id = 0;
    json_t       *json   = NULL;
    OWNED(Db) *db        = db_read(q->house->db, err);
    if (!db || !query_int(q, "act", 1, INT64_MAX, &act_id, err) || !study_of(q, db, &study, err) ||
        !recorded_json(q->house->acts, db, &study, &viewer, &q->who, act_id, &json, err))
        return false;
    const char *why = json_string_value(json_object_get(json, "why"));
    if (why)
        json_put(json, "why", json_cstr(text_in(q->lang, why)));
    return answer_json(a, json, err);
}

typedef struct Recording {
    Request    *q;
    RecordAsked asked;
    int64_t     id;
} Recording;

static bool record_work(Db *db, void *work, Err *err)
{
    Recording *w = work;
    StudyRow   study;
    if (!study_of(w->q, db, &study, err))
        return false;
    w->q->traced.act_id = w->asked.act_id;
    if (!recorded_add(db, &study, &w->q->who, &w->asked, &w->id, err))
        return false;
    AuditLine line = request_line(w->q, AUDIT_OK);
    return audit_add(db, &line, err);
}

bool study_record(Request *q, HttpResponse *a, Err *err)
{
    char           description[RECORDED_DESCRIPTION_MAX + 1] = "";
    Slice          title                                    = SLICE("of-interest");
    Recording      w                                        = { .q = q, .asked = { .description = description } };
    OWNED(json_t) *body                                     = body_json(q, err);
    if (!body || !json_need_int(body, "act_id", 1, INT64_MAX, &w.asked.act_id, err) || !json_may_text(body, "title", &title, err) ||
        !json_may_copy(body, "description", description, sizeof description, err))
        return false;
    w.asked.for_referrer = slice_equal_text(title, "for-referring-provider");
    if (!w.asked.for_referrer && !slice_equal_text(title, "of-interest"))
        return err_set(err, ERR_INPUT, "Key images are of interest, or for the referring provider.", "title");
    traced_object(q, q->param[0]);
    if (!db_write(q->house->db, record_work, &w, err))
        return false;
    Err  later = { 0 }; /* the job of the same transaction tries again */
    bool kept  = recorded_make(q->house->acts, w.id, &later);
    return answer_json(a, json_pack("{s:b}", "kept", kept), err);
}
