/*
 * Presentation states read: references, tables, shutters, overlays, layers, the displayed area.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/presentation.h"

#include <math.h>

enum {
    REFERENCED_SERIES = 0x00081115,
    REFERENCED_IMAGE  = 0x00081140,
    REFERENCED_UID    = 0x00081155,
    REFERENCED_FRAME  = 0x00081160,
    MODALITY_LUT      = 0x00283000,
    VOI_LUT           = 0x00283010,
    SOFTCOPY_VOI      = 0x00283110,
    VOI_FUNCTION      = 0x00281056,
    PRESENTATION_LUT  = 0x20500010,
    LUT_SHAPE         = 0x20500020,
    SHUTTER_SHAPE     = 0x00181600,
    SHUTTER_VALUE     = 0x00181622,
    SHUTTER_OVERLAY   = 0x00181623,
    SHUTTER_LAB       = 0x00181624,
    FRAME_SHUTTER     = 0x00189472,
    ACTIVATION        = 0x1001,
    AREA              = 0x0070005A,
    AREA_FROM         = 0x00700052,
    AREA_TO           = 0x00700053,
    AREA_SPACING      = 0x00700101,
    AREA_ASPECT       = 0x00700102,
    FLIP              = 0x00700041,
    ROTATION          = 0x00700042,
    LAYERS            = 0x00700060,
    LAYER             = 0x00700002,
    LAYER_ORDER       = 0x00700062,
    LAYER_GREY        = 0x00700066,
    LAYER_LAB         = 0x00700401,
    BLENDING          = 0x00700402,
    OPACITY           = 0x00700403,
    REGISTRATION      = 0x00700404,
    POSITION          = 0x00700405,
    FAR               = 1 << 20, /* no area reaches farther, in pixels */
};

PresentationKind presentation_kind(Slice class_uid)
{
    static const struct {
        const char      *uid;
        PresentationKind kind;
    } KINDS[] = { { "1.2.840.10008.5.1.4.1.1.11.1", PRESENTATION_GREY },
                  { "1.2.840.10008.5.1.4.1.1.11.2", PRESENTATION_COLOUR },
                  { "1.2.840.10008.5.1.4.1.1.11.3", PRESENTATION_PSEUDO },
                  { "1.2.840.10008.5.1.4.1.1.11.4", PRESENTATION_BLEND },
                  { "1.2.840.10008.5.1.4.1.1.11.5", PRESENTATION_XA } };
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (slice_equal_text(class_uid, KINDS[i].uid))
            return KINDS[i].kind;
    return PRESENTATION_NONE;
}

/* ---- references ---- */

/* The next of a list of frame numbers, read once from its beginning to its end. */
static bool frame_next(Slice *rest, int64_t *ret)
{
    while (rest->len)
        if (slice_int(slice_trim(slice_cut(rest, '\\')), ret) && *ret >= 1 && *ret <= PIXEL_FRAMES_MAX)
            return true;
    return false;
}

static bool image_told(const Dataset *image, Slice series, PresentationEach *each, void *with)
{
    Slice   uid;
    int64_t frame = 0;
    Slice   list  = dataset_raw(image, REFERENCED_FRAME);
    if (!dataset_uid(image, REFERENCED_UID, &uid))
        return true;
    if (!slice_trim(list).len)
        return each(series, uid, 0, with);
    while (frame_next(&list, &frame))
        if (!each(series, uid, (uint32_t)frame, with))
            return false;
    return true;
}

void presentation_images(const Dataset *state, PresentationEach *each, void *with)
{
    for (size_t i = 0; i < dataset_items(state, REFERENCED_SERIES); i++) {
        const Dataset *series = dataset_item(state, REFERENCED_SERIES, i);
        Slice          uid;
        if (!dataset_uid(series, TAG_SERIES_INSTANCE_UID, &uid))
            continue;
        for (size_t k = 0; k < dataset_items(series, REFERENCED_IMAGE); k++)
            if (!image_told(dataset_item(series, REFERENCED_IMAGE, k), uid, each, with))
                return;
    }
}

bool presentation_means(const Dataset *item, Slice instance_uid, uint32_t frame)
{
    size_t count = dataset_items(item, REFERENCED_IMAGE);
    for (size_t i = 0; i < count; i++) {
        const Dataset *image = dataset_item(item, REFERENCED_IMAGE, i);
        Slice          uid;
        int64_t        of = 0;
        if (!dataset_uid(image, REFERENCED_UID, &uid) || !slice_equal(uid, instance_uid))
            continue;
        Slice list = dataset_raw(image, REFERENCED_FRAME);
        if (!slice_trim(list).len)
            return true;
        while (frame_next(&list, &of))
            if (of == frame)
                return true;
    }
    return count == 0;
}

/* The first item of the sequence that is about this frame. */
static const Dataset *item_for(const Dataset *state, uint32_t sequence, Slice uid, uint32_t frame)
{
    for (size_t i = 0; i < dataset_items(state, sequence); i++) {
        const Dataset *item = dataset_item(state, sequence, i);
        if (presentation_means(item, uid, frame))
            return item;
    }
    return NULL;
}

/* ---- colours ---- */

static double lab_back(double t)
{
    return t > 6.0 / 29 ? t * t * t : 3 * (6.0 / 29) * (6.0 / 29) * (t - 4.0 / 29);
}

static uint8_t srgb(double linear)
{
    double v = linear <= 0.0031308 ? 12.92 * linear : 1.055 * pow(linear, 1 / 2.4) - 0.055;
    return v <= 0 ? 0 : v >= 1 ? 255 : (uint8_t)(v * 255 + 0.5);
}

/* The profile connection space is D50; the matrix takes it to sRGB's D65 (Bradford). */
void presentation_lab(const uint16_t lab[3], uint8_t ret[3])
{
    double l = lab[0] / 65535.0 * 100, a = lab[1] / 65535.0 * 255 - 128, b = lab[2] / 65535.0 * 255 - 128;
    double fy = (l + 16) / 116;
    double x = 0.9642 * lab_back(fy + a / 500), y = lab_back(fy), z = 0.8249 * lab_back(fy - b / 200);
    ret[0] = srgb(3.1338561 * x - 1.6168667 * y - 0.4906146 * z);
    ret[1] = srgb(-0.9787684 * x + 1.9161415 * y + 0.0334540 * z);
    ret[2] = srgb(0.0719453 * x - 0.2289914 * y + 1.4052427 * z);
}

static bool lab_read(const Dataset *ds, uint32_t tag, uint8_t ret[3])
{
    uint16_t lab[3];
    for (size_t i = 0; i < 3; i++) {
        int64_t n = 0;
        if (!dataset_int(ds, tag, i, &n) || n < 0 || n > UINT16_MAX)
            return false;
        lab[i] = (uint16_t)n;
    }
    presentation_lab(lab, ret);
    return true;
}

static void layers_read(const Dataset *state, Presentation *ret)
{
    for (size_t i = 0; i < dataset_items(state, LAYERS) && ret->layer_count < LAYERS_MAX; i++) {
        const Dataset *item  = dataset_item(state, LAYERS, i);
        StateLayer     layer = { .name = dataset_code(item, LAYER), .colour = { 255, 255, 255 } };
        int64_t        grey  = 0;
        (void)dataset_int(item, LAYER_ORDER, 0, &layer.order);
        if (!lab_read(item, LAYER_LAB, layer.colour) && dataset_int(item, LAYER_GREY, 0, &grey) && grey >= 0 &&
            grey <= UINT16_MAX)
            memset(layer.colour, (int)(grey >> 8), 3);
        if (layer.name.len)
            ret->layers[ret->layer_count++] = layer;
    }
}

StateLayer presentation_layer(const Presentation *s, Slice name)
{
    for (size_t i = 0; i < s->layer_count; i++)
        if (slice_equal(s->layers[i].name, name))
            return s->layers[i];
    return (StateLayer) { .name = name, .colour = { 255, 255, 255 } };
}

/* ---- greys ---- */

static void lut_clear(struct GreyLut *lut)
{
    free(lut->at);
    *lut = (struct GreyLut) { 0 };
}

/* A rescale or a table of the state; neither: stored values as they are. */
static bool modality_read(const Dataset *state, Pixels *p, GreyRules *rules, Err *err)
{
    lut_clear(&rules->modality);
    p->slope       = 1;
    p->intercept   = 0;
    p->has_rescale = dataset_double(state, TAG_RESCALE_SLOPE, 0, &p->slope) && p->slope != 0;
    if (!p->has_rescale)
        p->slope = 1;
    (void)(p->has_rescale && dataset_double(state, TAG_RESCALE_INTERCEPT, 0, &p->intercept));
    return grey_lut_read(state, MODALITY_LUT, &rules->modality, err);
}

static bool voi_read(const Dataset *item, Pixels *p, GreyRules *rules, Err *err)
{
    lut_clear(&rules->voi);
    p->has_window = false;
    rules->shape  = WINDOW_LINEAR;
    if (!item)
        return true;
    Slice function = dataset_code(item, VOI_FUNCTION);
    if (slice_equal_text(function, "SIGMOID"))
        rules->shape = WINDOW_SIGMOID;
    else if (slice_equal_text(function, "LINEAR_EXACT"))
        rules->shape = WINDOW_LINEAR_EXACT;
    p->has_window = dataset_double(item, TAG_WINDOW_CENTER, 0, &p->window_center) &&
                    dataset_double(item, TAG_WINDOW_WIDTH, 0, &p->window_width);
    return grey_lut_read(item, VOI_LUT, &rules->voi, err);
}

bool presentation_greys(const Dataset *state, Slice uid, uint32_t frame, Pixels *p, GreyRules *rules, Err *err)
{
    rules->stated       = true;
    rules->supplemental = false;
    rules->inverse      = slice_equal_text(dataset_code(state, LUT_SHAPE), "INVERSE");
    return modality_read(state, p, rules, err) &&
           voi_read(item_for(state, SOFTCOPY_VOI, uid, frame), p, rules, err) &&
           grey_lut_read(state, PRESENTATION_LUT, &rules->presentation, err);
}

/* ---- two sets, one over the other ---- */

const Dataset *presentation_set(const Dataset *state, PresentationSet which)
{
    const char *word = which == SET_SUPERIMPOSED ? "SUPERIMPOSED" : "UNDERLYING";
    for (size_t i = 0; i < dataset_items(state, BLENDING); i++) {
        const Dataset *item = dataset_item(state, BLENDING, i);
        if (slice_equal_text(dataset_code(item, POSITION), word))
            return item;
    }
    return NULL;
}

const Dataset *presentation_shown(const Dataset *state)
{
    bool blends = presentation_kind(dataset_code(state, TAG_SOP_CLASS_UID)) == PRESENTATION_BLEND;
    return blends ? presentation_set(state, SET_UNDERLYING) : state;
}

static bool blend_read(const Dataset *state, Presentation *ret, Err *err)
{
    if (!presentation_set(state, SET_UNDERLYING) || !presentation_set(state, SET_SUPERIMPOSED) ||
        !dataset_double(state, OPACITY, 0, &ret->opacity) || ret->opacity < 0 || ret->opacity > 1)
        return err_set(err, ERR_INPUT, "The presentation state is damaged.", "blending");
    if (dataset_items(state, REGISTRATION))
        return err_set(err, ERR_INPUT, "This presentation state moves one image set onto the other: that is not done here.",
                       "spatial registration");
    return palette_read(state, &ret->palette, err) &&
           (ret->palette.count || err_set(err, ERR_INPUT, "The presentation state is damaged.", "no palette"));
}

/* ---- what lies over it ---- */

/* The plane of a group: the state's own, else the image's. */
static bool plane_read(const Dataset *state, const Dataset *image, uint32_t group, uint32_t frame,
                       const Pixels *p, Overlay *ret)
{
    if (dataset_raw(state, group | 0x3000).len)
        return overlay_read(state, group, frame, p, ret);
    return overlay_read(image, group, frame, p, ret);
}

/* Its bits are covered, and so it lies below the others. */
static void bitmap_shutter_read(const Dataset *state, const Dataset *image, uint32_t frame, const Pixels *p,
                                GreyRules *rules)
{
    int64_t  group = 0;
    Overlay *o     = &rules->overlays[rules->overlay_count];
    if (slice_find(dataset_raw(state, SHUTTER_SHAPE), SLICE("BITMAP")) == SIZE_MAX ||
        !dataset_int(state, SHUTTER_OVERLAY, 0, &group) || group < 0x6000 || group > 0x601E || group % 2)
        return;
    if (plane_read(state, image, (uint32_t)group << 16, frame, p, o)) {
        memset(o->colour, rules->shutter.grey, 3);
        rules->overlay_count++;
    }
}

static void overlays_read(const Dataset *state, const Dataset *image, uint32_t frame, const Pixels *p,
                          const Presentation *s, GreyRules *rules)
{
    for (uint32_t group = 0x60000000; group <= 0x601E0000 && rules->overlay_count < OVERLAYS_MAX;
         group += 0x20000) {
        Slice    layer = dataset_code(state, group | ACTIVATION);
        Overlay *o     = &rules->overlays[rules->overlay_count];
        if (layer.len && plane_read(state, image, group, frame, p, o)) {
            memcpy(o->colour, presentation_layer(s, layer).colour, 3);
            rules->overlay_count++;
        }
    }
}

/* Those of the state, or of its item for this frame (XA/XRF states). */
static void shutters_read(const Dataset *whole, Slice uid, uint32_t frame, GreyRules *rules)
{
    uint8_t        colour[3];
    const Dataset *own = item_for(whole, FRAME_SHUTTER, uid, frame), *state = own ? own : whole;
    rules->shutter = (Shutter) { 0 };
    shutter_read(state, &rules->shutter);
    if (!dataset_has(state, SHUTTER_VALUE) && lab_read(state, SHUTTER_LAB, colour))
        rules->shutter.grey = (uint8_t)((colour[0] * 299 + colour[1] * 587 + colour[2] * 114 + 500) / 1000);
}

/* ---- where it is shown ---- */

static bool area_read(const Dataset *item, Presentation *ret, Err *err)
{
    int64_t corner[4];
    double  high = 0, wide = 0;
    if (!item)
        return true;
    for (size_t i = 0; i < 4; i++)
        if (!dataset_int(item, i < 2 ? AREA_FROM : AREA_TO, i % 2, &corner[i]) || corner[i] < -FAR || corner[i] > FAR)
            return err_set(err, ERR_INPUT, "The presentation state is damaged.", "displayed area");
    /* the corners are named as they are seen: of a turned image they change places */
    ret->left     = (corner[0] < corner[2] ? corner[0] : corner[2]) - 1;
    ret->right    = corner[0] < corner[2] ? corner[2] : corner[0];
    ret->top      = (corner[1] < corner[3] ? corner[1] : corner[3]) - 1;
    ret->bottom   = corner[1] < corner[3] ? corner[3] : corner[1];
    ret->has_area = true;
    ret->has_aspect =
        (dataset_double(item, AREA_SPACING, 0, &high) && dataset_double(item, AREA_SPACING, 1, &wide)) ||
        (dataset_double(item, AREA_ASPECT, 0, &high) && dataset_double(item, AREA_ASPECT, 1, &wide));
    ret->has_aspect   = ret->has_aspect && high > 0 && wide > 0 && high / wide < 1000 && wide / high < 1000;
    ret->pixel_height = high;
    ret->pixel_width  = wide;
    return true;
}

static void turns_read(const Dataset *state, Presentation *ret)
{
    int64_t degrees = 0;
    ret->flipped    = slice_equal_text(dataset_code(state, FLIP), "Y");
    if (dataset_int(state, ROTATION, 0, &degrees) && degrees % 90 == 0)
        ret->quarter_turns = (unsigned)((degrees % 360 + 360) % 360 / 90);
}

bool presentation_read(const Dataset *state, const Dataset *image, Slice instance_uid, uint32_t frame,
                       Pixels *p, GreyRules *rules, Presentation *ret, Err *err)
{
    *ret                 = (Presentation) { .kind = presentation_kind(dataset_code(state, TAG_SOP_CLASS_UID)) };
    ret->masks           = ret->kind == PRESENTATION_GREY || ret->kind == PRESENTATION_PSEUDO || ret->kind == PRESENTATION_XA;
    rules->stated        = true;
    rules->overlay_count = 0;
    layers_read(state, ret);
    turns_read(state, ret);
    shutters_read(state, instance_uid, frame, rules);
    bitmap_shutter_read(state, image, frame, p, rules);
    overlays_read(state, image, frame, p, ret, rules);
    if (ret->kind == PRESENTATION_BLEND && !blend_read(state, ret, err))
        return false;
    return (ret->kind == PRESENTATION_COLOUR || presentation_greys(presentation_shown(state), instance_uid, frame, p, rules, err)) &&
           (ret->kind != PRESENTATION_PSEUDO || palette_read(state, &ret->palette, err)) &&
           area_read(item_for(state, AREA, instance_uid, frame), ret, err);
}

void presentation_clear(Presentation *s)
{
    palette_clear(&s->palette);
    *s = (Presentation) { 0 };
}
