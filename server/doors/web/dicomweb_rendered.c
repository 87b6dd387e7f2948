/*
 * All the images of a study or series as pictures, one part for each frame, rendered when its turn comes.
 * PS3.18 §10.4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/web/accept.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"

enum { IMAGES_MAX = 20000 };

typedef struct Pictures {
    Archive     *archive;
    ChildPool   *codec;
    RenderWanted wanted;
    InstanceRow *rows;
    size_t       count, room, next;
    uint32_t     frame; /* of rows[next]: how many are out */
    StateImages  of_state; /* instead of 'rows': these images, under 'state' */
    InstanceRow  state;
    Buf          part;
    size_t       sent;
    bool         too_many, ended;
} Pictures;

static void pictures_free(void *with)
{
    Pictures *p = with;
    if (!p)
        return;
    buf_free(&p->part);
    free(p->rows);
    state_images_clear(&p->of_state);
    free(p);
}
OWNED_BY(Pictures, pictures_free)

static bool add_image(const InstanceRow *row, void *with)
{
    Pictures *p = with;
    if (row->frames == 0)
        return true;
    if (p->count == p->room) {
        size_t       room = p->room ? p->room * 2 : 64;
        InstanceRow *more = p->room < IMAGES_MAX ? realloc(p->rows, room * sizeof *more) : NULL;
        p->too_many       = !more;
        if (!more)
            return false;
        p->rows = more;
        p->room = room;
    }
    p->rows[p->count++] = *row;
    return true;
}

/* The picture whose turn it is. */
static bool turn_rendered(Pictures *p, Buf *ret, Err *err)
{
    if (p->of_state.at)
        return state_render(p->archive, p->codec, &p->state, &p->of_state.at[p->next++], &p->of_state, &p->wanted, ret,
                            err);
    const InstanceRow *row = &p->rows[p->next];
    bool               ok  = frame_render(p->archive, p->codec, row, ++p->frame, &p->wanted, ret, err);
    if (p->frame >= row->frames) {
        p->next++;
        p->frame = 0;
    }
    return ok;
}

/* The next part, or the end. An image that cannot be shown is left out, unless it is the first. */
static bool next_part(Pictures *p, Err *err)
{
    const char *media = p->wanted.format == RENDER_PNG ? "image/png" : "image/jpeg";
    bool        first = p->next == 0 && p->frame == 0;
    buf_clear(&p->part);
    p->sent = 0;
    while (p->next < p->count) {
        OWNED_BUF picture = buf_make(RESPONSE_BYTES_MAX);
        Err       why     = { 0 };
        if (turn_rendered(p, &picture, &why))
            return frame_part_as(buf_slice(&picture), media, NULL, &p->part);
        if (first && err) {
            *err = why;
            return false;
        }
    }
    p->ended = true;
    return frame_parts_end(&p->part);
}

static ssize_t pictures_read(void *with, int64_t at, char *to, size_t size)
{
    (void)at;
    Pictures *p = with;
    if (p->sent == p->part.len) {
        if (p->ended)
            return 0;
        if (!next_part(p, NULL))
            return -1;
    }
    Slice piece = slice_part(buf_slice(&p->part), p->sent, size);
    memcpy(to, piece.at, piece.len);
    p->sent += piece.len;
    return (ssize_t)piece.len;
}

static bool parts_answer(Request *q, HttpResponse *a, Pictures **given, Err *err)
{
    Pictures *p = *given;
    if (!next_part(p, err)) /* the first now, so that its failure is a refusal */
        return false;
    http_set_header(a, "Cache-Control", FRAME_CACHE);
    http_set_header(a, "Vary", "Accept");
    a->type   = arena_textf(q->arena, "multipart/related; type=\"%s\"; boundary=" FRAME_BOUNDARY,
                            p->wanted.format == RENDER_PNG ? "image/png" : "image/jpeg");
    a->stream = (HttpStream) { -1, pictures_read, pictures_free, p };
    *given    = NULL;
    return true;
}

bool dicomweb_state_parts(Request *q, HttpResponse *a, const InstanceRow *state, StateImages *images,
                          const RenderWanted *wanted, Err *err)
{
    OWNED(Pictures) *p = calloc(1, sizeof *p);
    if (!p) {
        state_images_clear(images);
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "pictures");
    }
    *p = (Pictures) { .archive  = q->house->archive,
                      .codec    = q->house->codec,
                      .part     = buf_make(RESPONSE_BYTES_MAX),
                      .wanted   = *wanted,
                      .of_state = *images,
                      .state    = *state,
                      .count    = images->count };
    *images = (StateImages) { 0 };
    return parts_answer(q, a, &p, err);
}

/* 'uids' 1: a study, 2: a series. */
static bool rendered(Request *q, HttpResponse *a, size_t uids, Err *err)
{
    static const MediaOffer OFFERS[] = { { "multipart/related", "image/jpeg" },
                                         { "multipart/related", "image/png" } };
    ArchiveViewer           viewer   = dicomweb_viewer(q);
    Slice                   syntax;
    int                     chosen = accept_choose(dicomweb_accept(q), OFFERS, COUNT(OFFERS), &syntax);
    if (chosen < 0)
        return not_acceptable(q, err);
    OWNED(Pictures) *p = calloc(1, sizeof *p);
    if (!p)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "pictures");
    p->archive       = q->house->archive;
    p->codec         = q->house->codec;
    p->part          = buf_make(RESPONSE_BYTES_MAX);
    p->wanted.format = chosen == 0 ? RENDER_JPEG : RENDER_PNG;
    traced_object(q, q->param[uids - 1]);
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!dicomweb_wanted(q, &p->wanted, err) || !db ||
        !instances_each(db, q->param[0], uids > 1 ? q->param[1] : SLICE_NONE, SLICE_NONE, &viewer, add_image,
                        p, err))
        return false;
    if (p->too_many)
        return err_set(err, ERR_LIMIT, "The content is too large.", "more than %d images", IMAGES_MAX);
    if (!p->count)
        return err_set(err, ERR_NOT_FOUND, "There is no image to show.", "no frames");
    q->traced.patient_id = p->rows[0].patient_id;
    q->traced.act_id     = p->rows[0].act_id;
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu images rendered", p->count);
    return parts_answer(q, a, &p, err);
}

bool wado_study_rendered(Request *q, HttpResponse *a, Err *err)
{
    return rendered(q, a, 1, err);
}

bool wado_series_rendered(Request *q, HttpResponse *a, Err *err)
{
    return rendered(q, a, 2, err);
}
