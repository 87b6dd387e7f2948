/*
 * The patient's own page: activation, own acts, report, images, who looked; and at the site, the paper. E34, T7, X3.
 *
 * Rules: clinic/workflow/own_record.h and chapter_patient.c. Nothing here looks at a professional's grant.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/export.h"
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/own_record.h"
#include "clinic/workflow/patient_access.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/session_answer.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"

enum { OWN_WIDTH = 1024, OWN_WIDTH_MAX = 4096 };

/* ---- at the site ---- */

static void tell_missing(Request *q, const MissingList *missing)
{
    if (!missing->count)
        return;
    q->refusal = json_object();
    json_put(q->refusal, "missing", missing_json(missing, q->lang));
}

bool patient_accesses(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    if (!db || !param_id(q, 0, &id, err))
        return false;
    q->traced.act_id = id;
    return act_patient(db, &q->who, id, &q->traced.patient_id, err) && patient_accesses_json(db, &q->who, id, &json, err) &&
           answer_json(a, json, err);
}

/* The secrets stand in this answer and nowhere else; the picture holds the address and, behind '#', the code. */
bool patient_access_new(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body  = body_json(q, err);
    OWNED_BUF     picture = buf_make(256 << 10);
    MissingList  *missing = arena_alloc(q->arena, sizeof *missing);
    PatientPaper  paper;
    int64_t       act_id;
    q->unread = true;
    if (!body || !missing || !param_id(q, 0, &act_id, err))
        return false;
    q->traced.act_id = act_id;
    q->unread        = false;
    if (!patient_access_hand(q->house->acts, &q->who, act_id, body, &paper, missing, err)) {
        tell_missing(q, missing);
        return false;
    }
    push_wake(q->web->push);
    const char *address = arena_textf(q->arena, "%s/patient", q->web->origin);
    const char *link    = arena_textf(q->arena, "%s/patient/activer#%s", q->web->origin, paper.secrets.code);
    if (!address || !link || !qr_svg(link, &picture, err))
        return false;
    return answer_json(a, json_pack("{s:s, s:s, s:s, s:s, s:I}", "address", address, "login", paper.secrets.login, "code",
                                    paper.secrets.code, "qr_svg", buf_text(&picture), "code_until_ms",
                                    (json_int_t)paper.code_until_ms),
                       err);
}

bool patient_access_end(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body  = body_json(q, err);
    MissingList *missing = arena_alloc(q->arena, sizeof *missing);
    int64_t      act_id, access_id, person_id = 0;
    Slice        reason = SLICE_NONE;
    q->unread           = true;
    if (!body || !missing || !param_id(q, 0, &act_id, err) || !param_id(q, 1, &access_id, err) ||
        !json_may_text(body, "reason", &reason, err))
        return false;
    q->traced.act_id = act_id;
    q->unread        = false;
    if (!patient_access_close(q->house->acts, &q->who, act_id, access_id, reason, &person_id, missing, err)) {
        tell_missing(q, missing);
        return false;
    }
    sessions_forget_person(q->web->sessions, person_id);
    push_wake(q->web->push);
    return answer_json(a, json_object(), err);
}

/* ---- the holder comes in ---- */

bool patient_activate(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    char              token[SESSION_TOKEN_SIZE];
    Who               who   = { 0 };
    PatientActivation given = { 0 };
    q->unread               = true;
    if (!body || !json_need_text(body, "code", &given.code, err) ||
        !json_need_text(body, "birth_name", &given.birth_name, err) ||
        !json_need_text(body, "birth_date", &given.birth_date, err) || !json_may_bool(body, "passkey", &given.passkey, err))
        return false;
    q->unread = false;
    if (!patient_access_activate(q->house->acts, &given, q->http->address, token, &who, err))
        return false;
    sessions_forget_person(q->web->sessions, who.person_id); /* one that was begun before has ended */
    return set_session(q, a, token, &who, err) && answer_json(a, json_pack("{s:s}", "next", "enrol"), err);
}

bool own_leave(Request *q, HttpResponse *a, Err *err)
{
    int64_t person_id = q->who.person_id;
    if (!patient_access_leave(q->house->acts, &q->who, err) || !set_session(q, a, "", NULL, err))
        return false;
    sessions_forget_person(q->web->sessions, person_id);
    return answer_json(a, json_object(), err);
}

/* ---- the page ---- */

/* The act of the address and its patient, for the trace; a refused one is traced without patient, as a guess. */
static bool own_act_of(Request *q, Db *db, int64_t *ret, Err *err)
{
    OWNED_ACT act = { 0 };
    if (!param_id(q, 0, ret, err) || !own_act(db, &q->who, *ret, &act, err))
        return false;
    q->traced.act_id     = act.id;
    q->traced.patient_id = act.patient_id;
    traced_object(q, slice_of(act.number));
    return true;
}

static bool own_patient(Request *q, Db *db, Err *err)
{
    Holder h;
    if (!holder_of_person(db, q->who.person_id, &h, err))
        return false;
    q->traced.patient_id = h.patient_id;
    return true;
}

bool own_record(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && own_patient(q, db, err) && own_record_json(db, &q->who, &json, err) && answer_json(a, json, err);
}

bool own_one(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && own_act_of(q, db, &id, err) && own_act_json(db, &q->who, id, &json, err) && answer_json(a, json, err);
}

static bool own_act_alone(Request *q, int64_t *ret, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && own_act_of(q, db, ret, err);
}

bool own_report(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    json_t *json = NULL;
    if (!own_act_alone(q, &id, err) || !own_report_json(q->house->acts, &q->who, id, &json, err))
        return false;
    push_wake(q->web->push);
    return answer_json(a, json, err);
}

bool own_report_as_pdf(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    if (!own_act_alone(q, &id, err) || !own_report_pdf(q->house->acts, &q->who, id, &a->bytes, err))
        return false;
    push_wake(q->web->push);
    a->type = "application/pdf";
    http_set_header(a, "Content-Disposition", "attachment; filename=\"compte-rendu.pdf\"");
    return true;
}

bool own_series(Request *q, HttpResponse *a, Err *err)
{
    int64_t id;
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && own_act_of(q, db, &id, err) && own_series_json(q->house->acts, db, &q->who, id, &json, err) && answer_json(a, json, err);
}

/* "width" (pixels, of the longer side), "window" (centre,width,linear as in PS3.18 §8.3.5.1.4). */
static bool own_wanted(const Request *q, RenderWanted *ret, Err *err)
{
    const char *window = http_query(q->http, "window");
    int64_t     width  = OWN_WIDTH;
    if (!query_int(q, "width", 64, OWN_WIDTH_MAX, &width, err) || (window && !render_window(slice_of(window), ret, err)))
        return false;
    ret->width = ret->height = (uint32_t)width;
    return true;
}

bool own_picture(Request *q, HttpResponse *a, Err *err)
{
    int64_t      id;
    uint32_t     frame = 1;
    InstanceRow  row;
    RenderWanted wanted = { .format = RENDER_JPEG };
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !own_act_of(q, db, &id, err))
            return false;
        traced_object(q, q->param[1]);
        if (!own_wanted(q, &wanted, err) || !dicomweb_frame(q->param[3], &frame, err) ||
            !own_instance(db, &q->who, id, q->param[1], q->param[2], &row, err))
            return false;
    }
    if (frame > row.frames)
        return err_set(err, ERR_NOT_FOUND, "This instance has no such frame.", "frame %u", frame);
    return dicomweb_picture(q, a, &row, frame, &wanted, err);
}

/* ---- the exam as a zip of DICOM files ---- */

typedef struct OwnExport {
    Request      *q;
    int64_t       act_id;
    ExportAsk     ask;
    ArchiveViewer viewer;
    ExportRow     row;
} OwnExport;

static bool own_export_work(Db *db, void *arg, Err *err)
{
    OwnExport *w = arg;
    char       factors[64];
    PatientBy  by   = patient_by(&w->q->who, "POST /api/patient/acts/{id}/exports", factors);
    w->ask.part_count = 1;
    (void)slice_copy(SLICE("patient"), w->ask.purpose, sizeof w->ask.purpose);
    return own_study(db, &w->q->who, w->act_id, w->ask.parts[0].study_uid, &w->viewer, err) &&
           export_begin(db, &w->ask, &w->viewer, &by, &w->row, err);
}

bool own_export(Request *q, HttpResponse *a, Err *err)
{
    OwnExport *w = arena_alloc(q->arena, sizeof *w);
    if (!w || !own_act_alone(q, &w->act_id, err))
        return false;
    w->q = q;
    return db_write(q->house->db, own_export_work, w, err) && answer_json(a, export_json(&w->row), err);
}

/* The rule is asked again: what was closed since is not fetched. */
bool own_export_archive(Request *q, HttpResponse *a, Err *err)
{
    int64_t       id;
    char          study_uid[65];
    ExportRow     row;
    ArchiveViewer viewer;
    {
        OWNED(Db) *db = db_read(q->house->db, err);
        if (!db || !param_id(q, 0, &id, err) || !export_load(db, id, q->who.person_id, &row, err) ||
            !own_study(db, &q->who, row.act_id, study_uid, &viewer, err))
            return false;
    }
    return export_answer(q, a, &row, &viewer, err);
}

/* ---- who looked ---- */

bool own_readers(Request *q, HttpResponse *a, Err *err)
{
    OWNED(Db) *db = db_read(q->house->db, err);
    json_t *json  = NULL;
    return db && own_patient(q, db, err) && own_readers_json(db, &q->who, &json, err) && answer_json(a, json, err);
}
