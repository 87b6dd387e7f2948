/*
 * A state and an image opened side by side; greys, what is blended with them, shutters, overlays, the displayed
 * area, the drawings.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/presentation_render.h"

#include <math.h>

#include "clinic/archive/frame_annotate.h"
#include "clinic/archive/frame_colours.h"
#include "clinic/archive/frames_internal.h"
#include "clinic/archive/presentation_blend.h"
#include "clinic/archive/presentation_marks.h"
#include "clinic/archive/presentation_mask.h"
#include "formats/image/presentation.h"

typedef struct State {
    const Dataset *ds;
    Presentation   says;
    Marks          marks;
} State;

typedef struct About {
    Slice    uid;
    uint32_t frame;
    bool     found;
} About;

static bool about_this(Slice series_uid, Slice instance_uid, uint32_t frame, void *with)
{
    About *about = with;
    (void)series_uid;
    about->found = slice_equal(instance_uid, about->uid) && (!frame || frame == about->frame);
    return !about->found;
}

static bool is_part(const RenderWanted *w)
{
    return w->left > 0 || w->top > 0 || fabs(w->part_width) > 0 || fabs(w->part_height) > 0;
}

/* The drawings, over a picture that stands 'wide' × 'high' for what is displayed. */
static bool marks_drawn(const State *s, const Pixels *p, double wide, double high, Picture *picture, Err *err)
{
    double m[6];
    if (!s->marks.count)
        return true;
    presentation_matrix(&s->says, p->columns, p->rows, m);
    for (size_t i = 0; i < 6; i++)
        m[i] *= (i < 3 ? picture->width / wide : picture->height / high);
    return picture_coloured(picture, err) &&
           markup_draw(s->marks.at, s->marks.count, m, picture->width, picture->height, picture->at, err);
}

/* The shape of a pixel as the state says it, in the way it is turned. */
static void take_shape(const Presentation *s, Pixels *p)
{
    double high = s->has_aspect ? s->pixel_height : p->pixel_height,
           wide = s->has_aspect ? s->pixel_width : p->pixel_width;
    p->pixel_height = s->quarter_turns % 2 ? wide : high;
    p->pixel_width  = s->quarter_turns % 2 ? high : wide;
}

/* Turned, cut, sized, drawn upon; words are as large as they read on what is handed out. */
static Picture *displayed(const State *s, Pixels p, const RenderWanted *wanted, Picture *whole, Err *err)
{
    PictureWanted size = picture_wanted(wanted);
    bool          part = is_part(wanted);
    OWNED(Picture) *placed = presentation_place(whole, &s->says, err);
    if (!placed)
        return NULL;
    double wide = placed->width, high = placed->height;
    take_shape(&s->says, &p);
    if (!size.width && !size.height && s->says.has_aspect && fabs(p.pixel_height - p.pixel_width) > 1e-9)
        size.width = size.height = PICTURE_SIDE_MAX; /* pixels that are not square are made so */
    if (part && !marks_drawn(s, &p, wide, high, placed, err))
        return NULL;
    OWNED(Picture) *sized = picture_sized(GIVE(placed), &p, &size, err);
    if (!sized || (!part && !marks_drawn(s, &p, wide, high, sized, err)))
        return NULL;
    return GIVE(sized);
}

static bool has_colour(const GreyRules *rules)
{
    for (size_t i = 0; i < rules->overlay_count; i++) {
        const uint8_t *c = rules->overlays[i].colour;
        if (c[0] != c[1] || c[1] != c[2])
            return true;
    }
    return false;
}

/* The whole matrix: greys or colours, of 'shown' as 'p' describes it, blended, then shutters, then overlays (PS3.4 §N.2). */
static Picture *whole_of(const State *s, const Blending *blend, const Pixels *p, Slice shown, Slice samples, const Palette *own,
                         GreyRules *rules, Err *err)
{
    PictureWanted how       = { .rules = rules, .pseudo = s->says.kind == PRESENTATION_PSEUDO ? &s->says.palette : NULL };
    OWNED(Picture) *picture = picture_render(p, shown, 0, own, &how, err);
    if (!picture || (s->says.kind == PRESENTATION_BLEND && !blend_over(blend, &s->says, picture, err)))
        return NULL;
    shutter_draw(rules, picture);
    if (has_colour(rules) && !picture_coloured(picture, err))
        return NULL;
    overlays_draw(rules, samples, picture);
    return GIVE(picture);
}

/* Its own profile, where the state has one, else the image's. */
static const Dataset *profile_holder(const State *s, const Dataset *image)
{
    return dataset_raw(s->ds, TAG_ICC_PROFILE).len ? s->ds : image;
}

static bool rendered(State *s, const Stored *image, const StateImage *which, const Blending *blend,
                     const RenderWanted *wanted, Buf *ret, Err *err)
{
    Pixels        p;
    ChildPool    *codec   = blend->codec;
    GreyRules     rules   = { 0 };
    OWNED_PALETTE palette = { 0 };
    MaskPlan      plan    = { 0 };
    OWNED_BUF     difference = buf_make(MASK_BYTES_MAX), samples = buf_make(FRAME_BYTES_MAX), colours = buf_make(FRAME_BYTES_MAX * (size_t)2);
    Slice         uid     = slice_of(which->row.uid);
    Pixels        shown;
    bool          ok      = stored_pixels(image, &p, err) && palette_read(image->ds, &palette, err) &&
              grey_rules_read(image->ds, which->frame, &p, &rules, err) &&
              presentation_read(s->ds, image->ds, uid, which->frame, &p, &rules, &s->says, err) &&
              marks_read(s->ds, &s->says, uid, which->frame, &s->marks, err) &&
              (!s->says.masks || mask_plan_read(s->ds, uid, which->frame, p.frames, &plan, err));
    shown                   = p;
    ok                      = ok && frame_samples(codec, image, which->frame, &p, &samples, err);
    if (ok && plan.subtracts)
        ok = mask_difference(codec, image, &plan, &shown, &rules, &difference, err);
    else
        shown = p;
    Slice grey              = buf_slice(plan.subtracts ? &difference : &samples);
    OWNED(Picture) *whole   = ok ? whole_of(s, blend, &shown, grey, buf_slice(&samples), &palette, &rules, err) : NULL;
    OWNED(Picture) *picture = whole ? displayed(s, p, wanted, GIVE(whole), err) : NULL;
    ok                      = picture && frame_annotate(image->ds, which->frame, p.frames, wanted, picture, err) &&
         frame_colours(codec, profile_holder(s, image->ds), wanted, picture, &colours, err) &&
         picture_encoded(picture, wanted, ret, err);
    mask_plan_clear(&plan);
    grey_rules_clear(&rules);
    return ok;
}

bool state_render(Archive *a, ChildPool *codec, const InstanceRow *state, const StateImage *image,
                  const StateImages *of, const RenderWanted *wanted, Buf *ret, Err *err)
{
    Stored of_state = { 0 }, of_image = { 0 };
    State  s        = { 0 };
    About  about    = { .uid = slice_of(image->row.uid), .frame = image->frame };
    if (wanted->has_window)
        return err_set(err, ERR_INPUT, "The presentation state says the window: do not ask for one.", "window");
    bool ok = stored_open(a, state, &of_state, err) && stored_open(a, &image->row, &of_image, err);
    if (ok) {
        const Dataset *shown = presentation_shown(of_state.ds);
        s.ds                 = of_state.ds;
        if (shown)
            presentation_images(shown, about_this, &about);
        ok = (presentation_kind(dataset_code(s.ds, TAG_SOP_CLASS_UID)) != PRESENTATION_NONE && about.found) ||
             err_set(err, ERR_INPUT, "This presentation state is not one of this image.", "%s", state->uid);
    }
    const Blending blend = { a, codec, s.ds, of_image.ds, image->frame, of };
    ok                   = ok && rendered(&s, &of_image, image, &blend, wanted, ret, err);
    marks_clear(&s.marks);
    presentation_clear(&s.says);
    stored_close(&of_image);
    stored_close(&of_state);
    return ok;
}
