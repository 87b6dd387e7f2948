/*
 * Images that leave on a medium: asked for with a purpose, fetched as one zip archive, followed while it
 * goes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <time.h>

#include "clinic/archive/export.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

typedef struct ExportWork {
    const Request *q;
    ExportAsk      ask;
    ExportRow      row;
} ExportWork;

static bool export_work(Db *db, void *work, Err *err)
{
    ExportWork   *w = work;
    char          factors[64];
    PatientBy     by     = patient_by(&w->q->who, "POST /api/exports", factors);
    ArchiveViewer viewer = dicomweb_viewer(w->q);
    return export_begin(db, &w->ask, &viewer, &by, &w->row, err);
}

bool export_add(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    ExportWork *w       = arena_alloc(q->arena, sizeof *w);
    if (!body || !w || !export_ask_from_json(body, &w->ask, err))
        return false;
    w->q = q;
    traced_object(q, slice_of(w->ask.parts[0].study_uid));
    return db_write(q->house->db, export_work, w, err) && answer_json(a, export_json(&w->row), err);
}

static bool own_export_of(Request *q, ExportRow *ret, Err *err)
{
    int64_t id;
    OWNED(Db) *db = param_id(q, 0, &id, err) ? db_read(q->house->db, err) : NULL;
    return db && export_load(db, id, q->who.person_id, ret, err);
}

bool export_one(Request *q, HttpResponse *a, Err *err)
{
    ExportRow row;
    return own_export_of(q, &row, err) && answer_json(a, export_json(&row), err);
}

static ssize_t archive_read(void *with, int64_t at, char *to, size_t size)
{
    (void)at; /* asked in order */
    return export_read(with, to, size);
}

static void archive_free(void *with)
{
    export_free(with);
}

/* No name of a person in the name of a file: it stays in lists of downloads. */
static char *disposition(const Request *q, const ExportRow *row)
{
    time_t    at = (time_t)(row->created_at_ms / 1000);
    struct tm day;
    if (!localtime_r(&at, &day))
        return NULL;
    return arena_textf(q->arena, "attachment; filename=\"images-%04d%02d%02d-%lld.zip\"", day.tm_year + 1900,
                       day.tm_mon + 1, day.tm_mday, (long long)row->id);
}

bool export_answer(Request *q, HttpResponse *a, const ExportRow *row, const ArchiveViewer *viewer, Err *err)
{
    q->traced.patient_id = row->patient_id;
    q->traced.act_id     = row->act_id;
    (void)snprintf(q->traced.object, sizeof q->traced.object, "export %lld", (long long)row->id);
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%lld files", (long long)row->files);
    a->type = "application/zip";
    http_set_header(a, "Content-Disposition", disposition(q, row));
    if (q->http->head)
        return true;
    OWNED(Export) *e = export_open(q->house->archive, q->house->codec, row->id, viewer, err);
    if (!e)
        return false;
    http_set_header(a, "X-Accel-Buffering",
                    "no"); /* made as fast as it is taken, nothing spooled on the way */
    a->stream = (HttpStream) { -1, archive_read, archive_free, GIVE(e) };
    return true;
}

bool export_archive(Request *q, HttpResponse *a, Err *err)
{
    ExportRow     row;
    ArchiveViewer viewer = dicomweb_viewer(q);
    return own_export_of(q, &row, err) && export_answer(q, a, &row, &viewer, err);
}
