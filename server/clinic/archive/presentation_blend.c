/*
 * Neighbouring planes of the superimposed set: found, made greys by the tables of their set, laid over.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/presentation_blend.h"

#include <stdlib.h>

#include "clinic/archive/frame_annotate.h"
#include "clinic/archive/frames_internal.h"
#include "formats/image/blend.h"
#include "formats/image/plane.h"

#define NOT_GREY  "Only grey images are blended: one of this presentation state has colours."
#define NOT_ALONG "The two image sets of this presentation state do not lie parallel in one space: they are not blended here."

typedef struct Layer {
    Picture *grey;
    uint8_t *hidden;
} Layer;

static void layer_clear(Layer *l)
{
    picture_free(l->grey);
    free(l->hidden);
    *l = (Layer) { 0 };
}

static bool greys_of(const Blending *b, const Stored *image, const StateImage *which, Layer *ret, Err *err)
{
    Pixels         p;
    GreyRules      rules   = { 0 };
    OWNED_BUF      samples = buf_make(FRAME_BYTES_MAX);
    const Dataset *set     = presentation_set(b->state, SET_SUPERIMPOSED);
    PictureWanted  how     = { .rules = &rules };
    bool           ok      = stored_pixels(image, &p, err) && grey_rules_read(image->ds, which->frame, &p, &rules, err) &&
              presentation_greys(set, slice_of(which->row.uid), which->frame, &p, &rules, err) &&
              frame_samples(b->codec, image, which->frame, &p, &samples, err);
    ret->grey   = ok ? picture_render(&p, buf_slice(&samples), 0, NULL, &how, err) : NULL;
    ret->hidden = ret->grey ? malloc((size_t)p.rows * p.columns) : NULL;
    grey_rules_clear(&rules);
    if (!ret->grey)
        return false;
    if (!ret->hidden)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "superimposed image");
    return (ret->grey->channels == 1 || err_set(err, ERR_INPUT, NOT_GREY, "superimposed")) &&
           picture_hidden(&p, buf_slice(&samples), ret->hidden, err);
}

static bool layer_read(const Blending *b, const StateImage *which, Layer *ret, Err *err)
{
    Stored s  = { 0 };
    bool   ok = stored_open(b->archive, &which->row, &s, err) && greys_of(b, &s, which, ret, err);
    stored_close(&s);
    return ok;
}

static bool all_along(const Plane *plane, const StateImages *of)
{
    for (size_t i = 0; i < of->over_count; i++)
        if (!plane_is_parallel(plane, &of->planes[i]))
            return false;
    return true;
}

bool blend_over(const Blending *b, const Presentation *says, Picture *picture, Err *err)
{
    const StateImages *of = b->of;
    Plane              plane;
    PlaneNear          near[2];
    BlendSlice         slices[2];
    Layer              layers[2] = { 0 };
    if (picture->channels != 1)
        return err_set(err, ERR_INPUT, NOT_GREY, "underlying");
    if (!plane_read(b->image, b->frame, &plane, err))
        return false;
    if (!all_along(&plane, of))
        return err_set(err, ERR_INPUT, NOT_ALONG, "frame %u", b->frame);
    size_t count = planes_near(&plane, of->planes, of->over_count, near);
    bool   ok    = picture_coloured(picture, err);
    for (size_t i = 0; ok && i < count; i++) {
        ok = layer_read(b, &of->over[near[i].at], &layers[i], err);
        if (!ok)
            break;
        const Picture *grey = layers[i].grey;
        slices[i]           = (BlendSlice) { grey->at, layers[i].hidden, grey->width, grey->height, { 0 }, near[i].weight };
        plane_matrix(&plane, &of->planes[near[i].at], slices[i].matrix);
    }
    if (ok)
        blend_draw(picture, slices, count, &says->palette, says->opacity);
    for (size_t i = 0; i < COUNT(layers); i++)
        layer_clear(&layers[i]);
    return ok;
}
