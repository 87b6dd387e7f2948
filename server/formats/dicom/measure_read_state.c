/*
 * Drawings, words and windows out of a presentation state.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/measure_read.h"

enum { WINDOWS_MAX = 5000, IMAGES_MAX = 500 };

/* One image and frame that an item names; 'frame' 0: all of it. False: memory. */
typedef bool PlaceEach(MeasureReading *r, const Dataset *item, Slice sop_uid, int64_t frame);

static bool places_each(MeasureReading *r, const Dataset *item, PlaceEach *each)
{
    for (size_t i = 0; i < dataset_items(item, TAG_REFERENCED_IMAGE_SEQUENCE) && i < IMAGES_MAX; i++) {
        const Dataset *image  = dataset_item(item, TAG_REFERENCED_IMAGE_SEQUENCE, i);
        Slice          uid    = dataset_code(image, TAG_REFERENCED_SOP_INSTANCE_UID);
        const Element *frames = dataset_find(image, TAG_REFERENCED_FRAME_NUMBER);
        size_t         count  = frames ? element_values(image, frames) : 0;
        for (size_t k = 0; uid.len && k < (count ? count : 1) && k < IMAGES_MAX; k++) {
            int64_t frame = 0;
            if (count && (!element_int(image, frames, k, &frame) || frame < 1))
                continue;
            if (!each(r, item, uid, frame))
                return false;
        }
    }
    return true;
}

static bool window_add(MeasureReading *r, const Dataset *item, Slice sop_uid, int64_t frame)
{
    MeasureSet   *s   = r->set;
    MeasureWindow one = { .sop_uid = sop_uid, .frame = frame };
    if (!dataset_double(item, TAG_WINDOW_CENTER, 0, &one.center) || !dataset_double(item, TAG_WINDOW_WIDTH, 0, &one.width) || one.width <= 0)
        return true;
    if (s->window_count == WINDOWS_MAX) {
        s->cut = true;
        return true;
    }
    MeasureWindow *list = measure_grow(r->arena, s->windows, s->window_count, sizeof *list);
    if (!list)
        return measure_full(r->err);
    s->windows                    = list;
    s->windows[s->window_count++] = one;
    return true;
}

static bool is_displayed(const Dataset *item, uint32_t units)
{
    return slice_equal_text(dataset_code(item, units), "DISPLAY");
}

/* Words stand at their anchor, else at the corner of their box. */
static bool word_read(MeasureReading *r, const Dataset *item, MeasureRead *one, Slice sop_uid, int64_t frame)
{
    Slice text     = dataset_text(item, TAG_UNFORMATTED_TEXT_VALUE, r->arena);
    bool  anchored = dataset_has(item, TAG_ANCHOR_POINT);
    bool  shown    = is_displayed(item, anchored ? TAG_ANCHOR_POINT_ANNOTATION_UNITS : TAG_BOUNDING_BOX_ANNOTATION_UNITS);
    uint32_t tag   = anchored ? TAG_ANCHOR_POINT : TAG_BOUNDING_BOX_TOP_LEFT_HAND_CORNER;
    MeasurePoint *at = arena_alloc(r->arena, sizeof *at);
    if (!at)
        return measure_full(r->err);
    if (!text.len || !dataset_double(item, tag, 0, &at->x) || !dataset_double(item, tag, 1, &at->y))
        return true;
    at->x -= shown ? 0 : MEASURE_MIDDLE;
    at->y -= shown ? 0 : MEASURE_MIDDLE;
    if (!one->text.len)
        one->text = text;
    return one->drawing_count ||
           measure_drawing_add(r, one, &(MeasureDrawing) { .shape = SHAPE_POINT, .sop_uid = sop_uid, .frame = frame, .points = at, .count = 1, .displayed = shown });
}

static bool annotation_read(MeasureReading *r, const Dataset *item, Slice sop_uid, int64_t frame)
{
    MeasureRead *one;
    size_t       graphics = dataset_items(item, TAG_GRAPHIC_OBJECT_SEQUENCE), texts = dataset_items(item, TAG_TEXT_OBJECT_SEQUENCE);
    if (frame == 0)
        frame = 1; /* of an image of many frames the state means all: shown on the first */
    for (size_t i = 0; i < graphics + texts; i++) {
        const Dataset *part = i < graphics ? dataset_item(item, TAG_GRAPHIC_OBJECT_SEQUENCE, i) : dataset_item(item, TAG_TEXT_OBJECT_SEQUENCE, i - graphics);
        if (!measure_add(r, &one))
            return false;
        if (!one)
            return true;
        one->text = one->id = one->label = one->tracking_uid = SLICE_NONE;
        one->sop_uid = sop_uid;
        one->frame   = frame;
        bool ok = i < graphics ? measure_drawing(r, part, is_displayed(part, TAG_GRAPHIC_ANNOTATION_UNITS), one, sop_uid, frame)
                               : word_read(r, part, one, sop_uid, frame);
        if (!ok)
            return false;
        if (!one->drawing_count)
            r->set->count--;
    }
    return true;
}

bool measure_state_read(MeasureReading *r, const Dataset *ds)
{
    for (size_t i = 0; i < dataset_items(ds, TAG_SOFTCOPY_VOILUT_SEQUENCE); i++)
        if (!places_each(r, dataset_item(ds, TAG_SOFTCOPY_VOILUT_SEQUENCE, i), window_add))
            return false;
    for (size_t i = 0; i < dataset_items(ds, TAG_GRAPHIC_ANNOTATION_SEQUENCE); i++)
        if (!places_each(r, dataset_item(ds, TAG_GRAPHIC_ANNOTATION_SEQUENCE, i), annotation_read))
            return false;
    return true;
}
