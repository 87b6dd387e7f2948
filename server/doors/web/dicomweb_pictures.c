/*
 * Pictures for people, not for reading: rendered frames and thumbnails (PS3.18 §10.4), WADO-URI (§9).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdio.h>

#include "clinic/archive/frames.h"
#include "clinic/archive/renditions.h"
#include "clinic/archive/transcode.h"
#include "clinic/archive/wave_render.h"
#include "doors/web/accept.h"
#include "doors/web/dicomweb.h"
#include "doors/web/dicomweb_syntax.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"

enum { THUMBNAIL_PIXELS = 128 };

/* ---- WADO-RS ---- */

/* What is burned in, and in which colours, of WADO-RS and of WADO-URI. */
static bool wanted_on_it(const Request *q, RenderWanted *ret, Err *err)
{
    const char *annotation = http_query(q->http, "annotation"), *colours = http_query(q->http, "iccprofile");
    return (!annotation || render_annotation(slice_of(annotation), ret, err)) &&
           (!colours || render_colours(slice_of(colours), ret, err));
}

bool dicomweb_wanted(const Request *q, RenderWanted *ret, Err *err)
{
    const char *window = http_query(q->http, "window"), *viewport = http_query(q->http, "viewport");
    int64_t     quality = 0;
    if ((window && !render_window(slice_of(window), ret, err)) ||
        (viewport && !render_viewport(slice_of(viewport), ret, err)) ||
        !query_int(q, "quality", 1, 100, &quality, err) || !wanted_on_it(q, ret, err))
        return false;
    ret->quality = (int)quality;
    return true;
}

/* A ready file by nginx, or made for this answer alone. */
bool dicomweb_picture(const Request *q, HttpResponse *a, const InstanceRow *row, uint32_t frame,
                    const RenderWanted *wanted, Err *err)
{
    a->type = wanted->format == RENDER_PNG ? "image/png" : "image/jpeg";
    char path[160];
    bool kept = false;
    Err  why  = { 0 };
    http_set_header(a, "Cache-Control", FRAME_CACHE);
    if (!frame_render_file(q->house->archive, q->house->codec, row, frame, wanted, path, &kept, &why)) {
        if (why.kind != ERR_UNAVAILABLE)
            return err_set(err, why.kind, why.shown, "%s", why.detail);
    } else if (kept) {
        a->stored = arena_textf(q->arena, "/_cache/%s", path);
        return a->stored != NULL || err_set(err, ERR_LIMIT, "The content is too large.", "path");
    }
    return frame_render(q->house->archive, q->house->codec, row, frame, wanted, &a->bytes, err);
}

/*
 * The instance that stands for a study or series: the one in the middle of its first series with images; the
 * first of all where there are none.
 */
typedef struct Standing {
    InstanceRow first;
    bool        any;
    char        series[65];
    size_t      images, at;
} Standing;

static bool count_images(const InstanceRow *row, void *with)
{
    Standing *s = with;
    if (!s->any)
        s->first = *row;
    s->any = true;
    if (row->frames == 0)
        return true;
    if (s->images == 0)
        (void)slice_copy(slice_of(row->series_uid), s->series, sizeof s->series);
    if (strcmp(s->series, row->series_uid) != 0)
        return false;
    s->images++;
    return true;
}

static bool take_middle(const InstanceRow *row, void *with)
{
    Standing *s = with;
    if (row->frames == 0 || s->at++ < s->images / 2)
        return true;
    s->first = *row;
    return false;
}

/* 'uids' 1: of a study, 2: of a series. */
static bool standing_for(Request *q, size_t uids, InstanceRow *ret, Err *err)
{
    ArchiveViewer viewer = dicomweb_viewer(q);
    Standing      s      = { 0 };
    Slice         series = uids > 1 ? q->param[1] : SLICE_NONE;
    traced_object(q, q->param[uids - 1]);
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !instances_each(db, q->param[0], series, SLICE_NONE, &viewer, count_images, &s, err))
        return false;
    if (s.images &&
        !instances_each(db, q->param[0], slice_of(s.series), SLICE_NONE, &viewer, take_middle, &s, err))
        return false;
    *ret                 = s.first;
    q->traced.patient_id = ret->patient_id;
    q->traced.act_id     = ret->act_id;
    return true;
}

static bool choose_format(Request *q, RenderWanted *ret, Err *err)
{
    static const MediaOffer OFFERS[] = { { "image/jpeg", NULL }, { "image/png", NULL } };
    Slice                   syntax;
    int                     chosen = accept_choose(dicomweb_accept(q), OFFERS, COUNT(OFFERS), &syntax);
    ret->format                    = chosen == 1 ? RENDER_PNG : RENDER_JPEG;
    return chosen >= 0 || not_acceptable(q, err);
}

static bool render_picture(Request *q, HttpResponse *a, const InstanceRow *row, uint32_t frame, Err *err)
{
    RenderWanted wanted = { 0 };
    return choose_format(q, &wanted, err) && dicomweb_wanted(q, &wanted, err) &&
           dicomweb_picture(q, a, row, frame, &wanted, err);
}

/* Curves, drawn for this answer alone: one page (PS3.18 has no word for pages: they go as frames), or all as parts. */
static bool render_wave(Request *q, HttpResponse *a, const InstanceRow *row, uint32_t page, Err *err)
{
    static const MediaOffer OFFERS[] = { { "image/jpeg", NULL },
                                         { "image/png", NULL },
                                         { "multipart/related", "image/jpeg" },
                                         { "multipart/related", "image/png" } };
    RenderWanted            wanted   = { 0 };
    uint32_t                pages    = 1;
    Slice                   syntax;
    int                     chosen = accept_choose(dicomweb_accept(q), OFFERS, page ? 2 : COUNT(OFFERS), &syntax);
    if (chosen < 0)
        return not_acceptable(q, err);
    wanted.format = chosen % 2 ? RENDER_PNG : RENDER_JPEG;
    if (!dicomweb_wanted(q, &wanted, err))
        return false;
    http_set_header(a, "Cache-Control", FRAME_CACHE);
    a->type = OFFERS[chosen].type;
    if (chosen < 2)
        return wave_render(q->house->archive, q->house->codec, row, page ? page : 1, &wanted, &a->bytes, err);
    if (!wave_pages(q->house->archive, row, &pages, err))
        return false;
    a->type = arena_textf(q->arena, "multipart/related; type=\"%s\"; boundary=" FRAME_BOUNDARY, OFFERS[chosen].inner);
    for (page = 1; page <= pages; page++) {
        OWNED_BUF one = buf_make(RESPONSE_BYTES_MAX);
        if (!wave_render(q->house->archive, q->house->codec, row, page, &wanted, &one, err) ||
            !frame_part_as(buf_slice(&one), OFFERS[chosen].inner, NULL, &a->bytes))
            return buf_ok(&a->bytes, err) && false;
    }
    return frame_parts_end(&a->bytes) || buf_ok(&a->bytes, err);
}

/* A document, a video or a report, as the file that the edge sends (and byte ranges of it). */
static bool render_file(Request *q, HttpResponse *a, const InstanceRow *row, Err *err)
{
    static const MediaOffer REPORT[] = { { "text/html", NULL }, { "text/plain", NULL } };
    bool                    report = rendition_kind(row) == RENDITION_REPORT, plain = false;
    Slice                   syntax;
    char                    path[160];
    if (report) {
        int chosen = accept_choose(dicomweb_accept(q), REPORT, COUNT(REPORT), &syntax);
        if (chosen < 0)
            return not_acceptable(q, err);
        plain = chosen == 1;
    }
    if (!rendition_file(q->house->archive, row, plain, path, &a->type, err))
        return false;
    Slice      kind     = slice_of(a->type);
    MediaOffer offers[] = { { arena_text(q->arena, slice_trim(slice_cut(&kind, ';'))), NULL } };
    if (!offers[0].type || accept_choose(dicomweb_accept(q), offers, 1, &syntax) < 0)
        return not_acceptable(q, err);
    http_set_header(a, "Cache-Control", FRAME_CACHE);
    a->stored = arena_textf(q->arena, "/_cache/%s", path);
    return a->stored != NULL || err_set(err, ERR_LIMIT, "The content is too large.", "path");
}

bool wado_rendered(Request *q, HttpResponse *a, Err *err)
{
    InstanceRow row;
    if (!dicomweb_instance(q, &row, err))
        return false;
    RenditionKind kind = rendition_kind(&row);
    if (kind == RENDITION_WAVEFORM)
        return render_wave(q, a, &row, 0, err);
    if (kind == RENDITION_STATE)
        return dicomweb_state(q, a, &row, err);
    return kind == RENDITION_PICTURE || kind == RENDITION_NONE ? render_picture(q, a, &row, 1, err)
                                                               : render_file(q, a, &row, err);
}

bool wado_frame_rendered(Request *q, HttpResponse *a, Err *err)
{
    uint32_t    frame = 1;
    InstanceRow row;
    if (!dicomweb_frame(q->param[3], &frame, err) || !dicomweb_instance(q, &row, err))
        return false;
    return rendition_kind(&row) == RENDITION_WAVEFORM ? render_wave(q, a, &row, frame, err)
                                                      : render_picture(q, a, &row, frame, err);
}

/*
 * 'uids' 3: the instance itself, or one 'frame' of it (0: the middle one). Never fails for what it shows: a
 * card stands where there is no picture.
 */
static bool thumbnail(Request *q, HttpResponse *a, size_t uids, uint32_t frame, Err *err)
{
    InstanceRow  row;
    RenderWanted wanted = { .width = THUMBNAIL_PIXELS, .height = THUMBNAIL_PIXELS };
    if (!choose_format(q, &wanted, err) || !dicomweb_wanted(q, &wanted, err))
        return false;
    if (wanted.left > 0 || wanted.top > 0 || fabs(wanted.part_width) > 0 || fabs(wanted.part_height) > 0)
        return err_set(err, ERR_INPUT, "The window or viewport asked for is malformed.",
                       "part of a thumbnail");
    if (uids == 3 ? !dicomweb_instance(q, &row, err) : !standing_for(q, uids, &row, err))
        return false;
    if (frame > row.frames)
        return err_set(err, ERR_NOT_FOUND, "This instance has no such frame.", "frame %u", frame);
    Err why = { 0 };
    if (rendition_kind(&row) == RENDITION_PICTURE &&
        dicomweb_picture(q, a, &row, frame ? frame : (row.frames + 1) / 2, &wanted, &why))
        return true;
    if (rendition_kind(&row) == RENDITION_WAVEFORM &&
        wave_render(q->house->archive, q->house->codec, &row, 1, &wanted, &a->bytes, &why)) {
        a->type = wanted.format == RENDER_PNG ? "image/png" : "image/jpeg";
        http_set_header(a, "Cache-Control", FRAME_CACHE);
        return true;
    }
    Err no_page = { 0 }; /* whatever it is: a card stands for it */
    if (rendition_kind(&row) == RENDITION_PDF && q->house->pages &&
        page_render(q->house->archive, q->house->pages, &row, &wanted, &a->bytes, &no_page)) {
        a->type = wanted.format == RENDER_PNG ? "image/png" : "image/jpeg";
        http_set_header(a, "Cache-Control", FRAME_CACHE);
        return true;
    }
    if (rendition_kind(&row) == RENDITION_STATE && dicomweb_state_first(q, a, &row, &wanted, &why))
        return true;
    if (why.kind == ERR_UNAVAILABLE || why.kind == ERR_BUG) /* not the object's fault: ask again later */
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    a->type = wanted.format == RENDER_PNG ? "image/png" : "image/jpeg";
    buf_clear(&a->bytes);
    if (rendition_kind(&row) != RENDITION_PICTURE && rendition_kind(&row) != RENDITION_STATE)
        http_set_header(a, "Cache-Control", FRAME_CACHE);
    return card_render(&row, &wanted, &a->bytes, err);
}

bool wado_thumbnail(Request *q, HttpResponse *a, Err *err)
{
    return thumbnail(q, a, 3, 0, err);
}

bool wado_series_thumbnail(Request *q, HttpResponse *a, Err *err)
{
    return thumbnail(q, a, 2, 0, err);
}

bool wado_study_thumbnail(Request *q, HttpResponse *a, Err *err)
{
    return thumbnail(q, a, 1, 0, err);
}

bool wado_frame_thumbnail(Request *q, HttpResponse *a, Err *err)
{
    uint32_t frame = 1;
    return dicomweb_frame(q->param[3], &frame, err) && thumbnail(q, a, 3, frame, err);
}

/* ---- WADO-URI (PS3.18 §9) ---- */

static Slice said(const Request *q, const char *name)
{
    return slice_of(http_query(q->http, name));
}

/* windowCenter, windowWidth, rows, columns, imageQuality (PS3.18 table 9.4-1). */
static bool uri_wanted(Request *q, const InstanceRow *row, RenderWanted *ret, Err *err)
{
    int64_t rows = 0, columns = 0, quality = 0;
    Slice   center = said(q, "windowCenter"), width = said(q, "windowWidth");
    if (!center.len != !width.len)
        return err_set(err, ERR_INPUT, "The window needs both its centre and its width.", "one of the two");
    if (center.len) {
        char *both =
            arena_textf(q->arena, SLICE_FMT "," SLICE_FMT ",linear", SLICE_ARG(center), SLICE_ARG(width));
        if (!render_window(slice_of(both), ret, err))
            return false;
    }
    Slice region = said(q, "region");
    if (region.len && !render_region(region, row->rows, row->columns, ret, err))
        return false;
    if (!query_int(q, "rows", 1, 65535, &rows, err) || !query_int(q, "columns", 1, 65535, &columns, err) ||
        !query_int(q, "imageQuality", 1, 100, &quality, err) || !wanted_on_it(q, ret, err))
        return false;
    ret->height  = rows || !columns ? (uint32_t)rows : 65535;
    ret->width   = columns || !rows ? (uint32_t)columns : 65535;
    ret->quality = (int)quality;
    return true;
}

/* Of pictures only (PS3.18 §9.4.2). */
static bool uri_is_of_picture(const Request *q)
{
    static const char *const NAMES[] = { "frameNumber", "windowCenter", "windowWidth",
                                         "rows",        "imageQuality", "columns",
                                         "region",      "annotation",   "iccprofile",
                                         "presentationUID", "presentationSeriesUID" };
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (http_query(q->http, NAMES[i]))
            return true;
    return false;
}

static bool uri_object(Request *q, HttpResponse *a, const InstanceRow *row, Err *err)
{
    if (uri_is_of_picture(q))
        return err_set(err, ERR_INPUT, "This is asked of a picture, not of the DICOM object.",
                       "a parameter of pictures");
    char             wanted[65] = "";
    Slice            syntax     = said(q, "transferSyntax"), made;
    bool             as_stored  = slice_equal(syntax, SLICE("*"));
    const AcceptWish wish       = { .syntax = as_stored ? SLICE_NONE : syntax, .unsaid = !syntax.len };
    if (!syntax_given(&wish, slice_of(row->syntax_uid), &made) || !slice_copy(made, wanted, sizeof wanted))
        return not_acceptable(q, err);
    Err why          = { 0 };
    OWNED(Object) *o = object_open(q->house->archive, q->house->codec, row, wanted, &why);
    if (!o && why.kind == ERR_LIMIT && wish.unsaid) /* longer than the default can hold: PS3.18 §8.7.3.4 */
        o = object_open(q->house->archive, q->house->codec, row, "", &why);
    if (!o) {
        q->status = why.kind == ERR_INPUT ? 406 : 0;
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    }
    a->type   = "application/dicom";
    a->stored = arena_text(q->arena, slice_of(object_redirect(o)));
    return a->stored != NULL || err_set(err, ERR_LIMIT, "The content is too large.", "path");
}

bool wado_uri(Request *q, HttpResponse *a, Err *err)
{
    Slice        type = said(q, "contentType"), frame_text = said(q, "frameNumber");
    uint32_t     frame = 1;
    InstanceRow  row;
    RenderWanted wanted = { .format = RENDER_JPEG };
    if (!slice_equal(said(q, "requestType"), SLICE("WADO")))
        return err_set(err, ERR_INPUT, "The request must say requestType=WADO.", "requestType");
    if (said(q, "anonymize").len)
        return err_set(err, ERR_INPUT, "Export the study to have it de-identified.", "anonymize");
    q->param[0] = said(q, "studyUID");
    q->param[1] = said(q, "seriesUID");
    q->param[2] = said(q, "objectUID");
    if (!q->param[0].len || !q->param[1].len || !q->param[2].len)
        return err_set(err, ERR_INPUT, "The request must name study, series and object.", "a UID is missing");
    if (!dicomweb_instance(q, &row, err))
        return false;
    bool object = slice_equal_fold(type, SLICE("application/dicom")) || (!type.len && row.frames == 0);
    if (object)
        return uri_object(q, a, &row, err);
    if (slice_equal_fold(type, SLICE("image/png")))
        wanted.format = RENDER_PNG;
    else if (type.len && !slice_equal_fold(type, SLICE("image/jpeg")))
        return not_acceptable(q, err);
    if ((frame_text.len && !dicomweb_frame(frame_text, &frame, err)) || !uri_wanted(q, &row, &wanted, err))
        return false;
    if (said(q, "presentationUID").len || said(q, "presentationSeriesUID").len)
        return dicomweb_state_uri(q, a, &row, frame, &wanted, err);
    return dicomweb_picture(q, a, &row, frame, &wanted, err);
}
