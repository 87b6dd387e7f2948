/*
 * Images under a presentation state: /rendered of the state itself (PS3.18 §10.4), and of an image by WADO-URI
 * that names one (§9.1.2.2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/web/accept.h"
#include "doors/web/dicomweb.h"
#include "doors/web/handlers.h"
#include "doors/web/web.h"
#include "formats/image/presentation.h"

/* Images of another study are said in the trace. */
static bool images_of(Request *q, const InstanceRow *state, StateImages *ret, Err *err)
{
    ArchiveViewer viewer = dicomweb_viewer(q);
    OWNED(Db) *db        = db_read(q->house->db, err);
    bool ok              = db && state_images(q->house->archive, db, state, &viewer, ret, err);
    if (ok && ret->other_study[0])
        (void)snprintf(q->traced.detail, sizeof q->traced.detail, "blended with study %s", ret->other_study);
    return ok;
}

static bool one_answer(Request *q, HttpResponse *a, const InstanceRow *state, const StateImage *image,
                       const StateImages *of, const RenderWanted *wanted, Err *err)
{
    a->type = wanted->format == RENDER_PNG ? "image/png" : "image/jpeg";
    http_set_header(a, "Cache-Control", FRAME_CACHE);
    return state_render(q->house->archive, q->house->codec, state, image, of, wanted, &a->bytes, err);
}

bool dicomweb_state_first(Request *q, HttpResponse *a, const InstanceRow *state, const RenderWanted *wanted,
                          Err *err)
{
    StateImages images = { 0 };
    bool        ok = images_of(q, state, &images, err) && one_answer(q, a, state, &images.at[0], &images, wanted, err);
    state_images_clear(&images);
    return ok;
}

bool dicomweb_state(Request *q, HttpResponse *a, const InstanceRow *state, Err *err)
{
    static const MediaOffer OFFERS[] = { { "image/jpeg", NULL },
                                         { "image/png", NULL },
                                         { "multipart/related", "image/jpeg" },
                                         { "multipart/related", "image/png" } };
    RenderWanted            wanted   = { 0 };
    StateImages             images   = { 0 };
    Slice                   syntax;
    int                     chosen = accept_choose(dicomweb_accept(q), OFFERS, COUNT(OFFERS), &syntax);
    if (chosen < 0)
        return not_acceptable(q, err);
    wanted.format = chosen % 2 ? RENDER_PNG : RENDER_JPEG;
    if (!dicomweb_wanted(q, &wanted, err))
        return false;
    if (chosen < 2)
        return dicomweb_state_first(q, a, state, &wanted, err);
    if (!images_of(q, state, &images, err)) {
        state_images_clear(&images);
        return false;
    }
    (void)snprintf(q->traced.detail, sizeof q->traced.detail, "%zu images%s%s", images.count,
                   images.other_study[0] ? ", with study " : " rendered", images.other_study);
    return dicomweb_state_parts(q, a, state, &images, &wanted, err);
}

bool dicomweb_state_uri(Request *q, HttpResponse *a, const InstanceRow *image, uint32_t frame,
                        const RenderWanted *wanted, Err *err)
{
    ArchiveViewer viewer = dicomweb_viewer(q);
    Slice         series = slice_of(http_query(q->http, "presentationSeriesUID")),
          uid            = slice_of(http_query(q->http, "presentationUID"));
    InstanceRow state;
    StateImage  which = { .row = *image, .frame = frame };
    if (!series.len || !uid.len)
        return err_set(err, ERR_INPUT, "The request must name the presentation state and its series.",
                       "one of the two");
    OWNED(Db) *db = db_read(q->house->db, err);
    if (!db || !instance_find(db, slice_of(image->study_uid), series, uid, &viewer, &state, err))
        return false;
    db_read_end(GIVE(db));
    StateImages images = { 0 };
    bool        blends = presentation_kind(slice_of(state.class_uid)) == PRESENTATION_BLEND;
    bool        ok     = (!blends || images_of(q, &state, &images, err)) &&
              one_answer(q, a, &state, &which, &images, wanted, err);
    state_images_clear(&images);
    return ok;
}
