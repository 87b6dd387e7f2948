/*
 * Studies and series sent to another archive: asked for, followed, stopped, tried again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/send.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"

typedef struct SendWork {
    Request    *q;
    SendAsk     ask;
    SendRow     row;
    const char *what;
    bool (*step)(Db *db, SendRow *row, const PatientBy *by, Err *err);
    bool runs; /* after it there is something to do */
} SendWork;

/* NULL when there is none for this person. */
static json_t *shown(Request *q, int64_t id, Err *err)
{
    json_t       *one    = NULL;
    ArchiveViewer viewer = dicomweb_viewer(q);
    OWNED(Db) *db        = db_read(q->house->db, err);
    if (!db || !send_json(db, &viewer, id, q->lang, &one, err))
        return NULL;
    if (logins_named(db, one, err))
        return one;
    json_decref(one);
    return NULL;
}

static bool answer_one(Request *q, int64_t id, HttpResponse *a, Err *err)
{
    json_t *one = shown(q, id, err);
    return one && answer_json(a, one, err);
}

bool sends(Request *q, HttpResponse *a, Err *err)
{
    Slice         study  = slice_of(http_query(q->http, "study"));
    ArchiveViewer viewer = dicomweb_viewer(q);
    OWNED(json_t) *list  = json_array();
    if (study.len && !uid_is_usable(study))
        return err_set(err, ERR_INPUT, "A UID of the image is malformed.", "study");
    traced_object(q, study.len ? study : SLICE("sends"));
    OWNED(Db) *db = db_read(q->house->db, err);
    return db && sends_json(db, &viewer, study, q->lang, list, err) &&
           answer_named(a, db, json_pack("{s:O}", "sends", list), err);
}

static bool add_work(Db *db, void *work, Err *err)
{
    SendWork     *w = work;
    char          factors[64];
    PatientBy     by     = patient_by(&w->q->who, w->what, factors);
    ArchiveViewer viewer = dicomweb_viewer(w->q);
    return send_add(db, &w->ask, &viewer, &by, &w->row, err) && w->q->house->send_later(db, &w->row, err);
}

static bool is_open(const Request *q, Err *err)
{
    return q->house->send_later ||
           err_set(err, ERR_UNAVAILABLE, "The DICOM service is stopping.", "no DICOM door");
}

bool send_new(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    SendWork *w         = arena_alloc(q->arena, sizeof *w);
    if (!body || !w || !is_open(q, err) || !send_ask_from_json(body, &w->ask, err))
        return false;
    w->q    = q;
    w->what = "POST /api/archive/sends";
    traced_object(q, slice_of(w->ask.parts[0].study_uid));
    return db_write(q->house->db, add_work, w, err) && answer_one(q, w->row.id, a, err);
}

static bool step_work(Db *db, void *work, Err *err)
{
    SendWork *w = work;
    char      factors[64];
    PatientBy by = patient_by(&w->q->who, w->what, factors);
    return send_load(db, w->row.id, &w->row, err) && w->step(db, &w->row, &by, err) &&
           (!w->runs || w->q->house->send_later(db, &w->row, err));
}

/* Only of those that this person is shown. */
static bool do_step(SendWork *w, HttpResponse *a, Err *err)
{
    int64_t id;
    if (!is_open(w->q, err) || !param_id(w->q, 0, &id, err))
        return false;
    OWNED(json_t) *seen = shown(w->q, id, err);
    if (!seen)
        return false;
    w->row.id = id;
    return db_write(w->q->house->db, step_work, w, err) && answer_one(w->q, id, a, err);
}

bool send_stop(Request *q, HttpResponse *a, Err *err)
{
    SendWork w = { .q = q, .what = "POST /api/archive/sends/{id}/cancel", .step = send_cancel };
    return do_step(&w, a, err);
}

bool send_again(Request *q, HttpResponse *a, Err *err)
{
    SendWork w = { .q = q, .what = "POST /api/archive/sends/{id}/retry", .step = send_retry, .runs = true };
    return do_step(&w, a, err);
}
