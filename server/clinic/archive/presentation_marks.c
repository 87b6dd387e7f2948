/*
 * Graphic Annotation Sequence into marks, in the order of their layers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/presentation_marks.h"

#include <stdlib.h>
#include <string.h>

enum {
    ANNOTATIONS   = 0x00700001,
    LAYER         = 0x00700002,
    BOX_UNITS     = 0x00700003,
    ANCHOR_UNITS  = 0x00700004,
    GRAPHIC_UNITS = 0x00700005,
    TEXT          = 0x00700006,
    TEXTS         = 0x00700008,
    GRAPHICS      = 0x00700009,
    BOX_FROM      = 0x00700010,
    BOX_TO        = 0x00700011,
    BOX_ALIGN     = 0x00700012,
    ANCHOR        = 0x00700014,
    ANCHOR_SHOWN  = 0x00700015,
    GRAPHIC_DATA  = 0x00700022,
    GRAPHIC_TYPE  = 0x00700023,
    FILLED        = 0x00700024,
    ARENA_MAX     = 16 << 20,
};

typedef struct Ordered {
    Mark    mark;
    int64_t layer;
    size_t  nth;
} Ordered;

typedef struct Reading {
    Arena   *arena;
    Ordered *at;
    size_t   count, points;
} Reading;

/* DISPLAY is a part of the displayed area; PIXEL and MATRIX are pixels of the image. */
static bool is_displayed(const Dataset *item, uint32_t units)
{
    return slice_equal_text(dataset_code(item, units), "DISPLAY");
}

static bool place_read(const Dataset *item, uint32_t tag, uint32_t units, MarkPlace *ret)
{
    ret->displayed = is_displayed(item, units);
    return dataset_double(item, tag, 0, &ret->x) && dataset_double(item, tag, 1, &ret->y);
}

static Mark *mark_add(Reading *r, const StateLayer *layer)
{
    if (r->count == MARKS_MAX)
        return NULL;
    Ordered *o = &r->at[r->count];
    *o         = (Ordered) { .layer = layer->order, .nth = r->count };
    memcpy(o->mark.colour, layer->colour, 3);
    r->count++;
    return &o->mark;
}

static void text_add(Reading *r, const Dataset *item, const StateLayer *layer)
{
    Slice text = dataset_text(item, TEXT, r->arena), align = dataset_code(item, BOX_ALIGN);
    Mark  m    = { .kind = MARK_TEXT, .text = text };
    m.has_box  = place_read(item, BOX_FROM, BOX_UNITS, &m.from) && place_read(item, BOX_TO, BOX_UNITS, &m.to);
    m.has_anchor   = place_read(item, ANCHOR, ANCHOR_UNITS, &m.anchor);
    m.anchor_shown = slice_equal_text(dataset_code(item, ANCHOR_SHOWN), "Y");
    m.align        = slice_equal_text(align, "RIGHT")    ? MARK_RIGHT
                     : slice_equal_text(align, "CENTER") ? MARK_CENTER
                                                         : MARK_LEFT;
    Mark *to       = text.len && (m.has_box || m.has_anchor) ? mark_add(r, layer) : NULL;
    if (!to)
        return;
    memcpy(m.colour, to->colour, 3);
    *to = m;
}

static bool kind_read(const Dataset *item, MarkKind *ret, size_t *ret_least)
{
    static const struct {
        const char *word;
        MarkKind    kind;
        size_t      least; /* points */
    } KINDS[] = { { "POINT", MARK_POINT, 1 },
                  { "POLYLINE", MARK_LINE, 2 },
                  { "INTERPOLATED", MARK_CURVE, 2 },
                  { "CIRCLE", MARK_CIRCLE, 2 },
                  { "ELLIPSE", MARK_ELLIPSE, 4 } };
    Slice said = dataset_code(item, GRAPHIC_TYPE);
    for (size_t i = 0; i < COUNT(KINDS); i++)
        if (slice_equal_text(said, KINDS[i].word)) {
            *ret       = KINDS[i].kind;
            *ret_least = KINDS[i].least;
            return true;
        }
    return false;
}

static void graphic_add(Reading *r, const Dataset *item, const StateLayer *layer)
{
    const Element *data   = dataset_find(item, GRAPHIC_DATA);
    size_t         points = data && data->vr == VR_FL ? element_values(item, data) / 2 : 0, least = 0;
    MarkKind       kind;
    if (!kind_read(item, &kind, &least) || points < least || points > MARK_POINTS_MAX - r->points)
        return;
    double *at = arena_alloc(r->arena, points * 2 * sizeof *at);
    for (size_t i = 0; at && i < points * 2; i++)
        if (!element_double(item, data, i, &at[i]))
            return;
    Mark *m = at ? mark_add(r, layer) : NULL;
    if (!m)
        return;
    r->points += points;
    m->kind      = kind;
    m->at        = at;
    m->points    = points;
    m->displayed = is_displayed(item, GRAPHIC_UNITS);
    m->filled    = slice_equal_text(dataset_code(item, FILLED), "Y");
}

/* Lines of a layer below its words. */
static void annotation_add(Reading *r, const Dataset *item, const Presentation *s)
{
    StateLayer layer = presentation_layer(s, dataset_code(item, LAYER));
    for (size_t i = 0; i < dataset_items(item, GRAPHICS); i++)
        graphic_add(r, dataset_item(item, GRAPHICS, i), &layer);
    for (size_t i = 0; i < dataset_items(item, TEXTS); i++)
        text_add(r, dataset_item(item, TEXTS, i), &layer);
}

static int by_layer(const void *one, const void *other)
{
    const Ordered *a = one, *b = other;
    if (a->layer != b->layer)
        return a->layer < b->layer ? -1 : 1;
    return a->nth < b->nth ? -1 : a->nth > b->nth;
}

bool marks_read(const Dataset *state, const Presentation *s, Slice instance_uid, uint32_t frame, Marks *ret,
                Err *err)
{
    Reading r = { .arena = arena_new(ARENA_MAX), .at = calloc(MARKS_MAX, sizeof *r.at) };
    *ret      = (Marks) { .arena = r.arena, .at = calloc(MARKS_MAX, sizeof *ret->at) };
    bool ok   = r.arena && r.at && ret->at;
    for (size_t i = 0; ok && i < dataset_items(state, ANNOTATIONS); i++) {
        const Dataset *item = dataset_item(state, ANNOTATIONS, i);
        if (presentation_means(item, instance_uid, frame))
            annotation_add(&r, item, s);
    }
    if (ok && r.count)
        qsort(r.at, r.count, sizeof *r.at, by_layer);
    for (size_t i = 0; ok && i < r.count; i++)
        ret->at[i] = r.at[i].mark;
    ret->count = ok ? r.count : 0;
    free(r.at);
    return ok || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "drawings");
}

void marks_clear(Marks *marks)
{
    arena_free(marks->arena);
    free(marks->at);
    *marks = (Marks) { 0 };
}
