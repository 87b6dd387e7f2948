/*
 * Measures out of the content tree of a report: ours, TID 1500 of others, and what else points at a place.
 *
 * A measure is a measurement group with a place, or a place (SCOORD) that stands in no such group, with what it is inferred from.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "formats/dicom/measure_read.h"

#define OUR_TRACKING "beclere:"

static Slice keep(MeasureReading *r, Slice s)
{
    char *at = s.len ? arena_alloc(r->arena, s.len) : NULL;
    if (at)
        memcpy(at, s.at, s.len);
    return at ? (Slice) { at, s.len } : SLICE_NONE;
}

static const SrNode *image_below(const SrNode *scoord)
{
    for (const SrNode *n = scoord->first; n; n = n->next)
        if (n->type == SR_IMAGE && n->sop_instance.len)
            return n;
    return NULL;
}

static bool place_add(MeasureReading *r, MeasureRead *one, const SrNode *scoord)
{
    const SrNode *image = image_below(scoord);
    int64_t       frame = 1;
    if (scoord->type == SR_SCOORD3D)
        return measure_space(r, scoord->item, one);
    if (!image || !slice_equal_text(dataset_code(scoord->item, TAG_VALUE_TYPE), "SCOORD"))
        return true; /* by a reference to another item */
    const Dataset *which = dataset_item(image->item, TAG_REFERENCED_SOP_SEQUENCE, 0);
    if (which)
        (void)dataset_int(which, TAG_REFERENCED_FRAME_NUMBER, 0, &frame);
    return measure_drawing(r, scoord->item, false, one, image->sop_instance, frame < 1 ? 1 : frame);
}

static SrCode modifier(const SrNode *num, const char *value, const char *scheme)
{
    const SrNode *found = sr_child(num, value, scheme);
    return found && found->type == SR_CODE ? found->code : (SrCode) { SLICE_NONE, SLICE_NONE, SLICE_NONE };
}

static void figure_add(MeasureRead *one, const SrNode *num)
{
    double exact = 0;
    if (!num->has_number || one->figure_count == MEASURE_FIGURES_MAX)
        return;
    MeasureFigure *f          = &one->figures[one->figure_count++];
    const Dataset *measured   = dataset_item(num->item, TAG_MEASURED_VALUE_SEQUENCE, 0);
    SrCode         derivation = modifier(num, "121401", "DCM"), method = modifier(num, "370129005", "SCT");
    Slice          meaning    = num->concept.meaning;
    *f                        = (MeasureFigure) { .value = num->number };
    if (measured && dataset_double(measured, TAG_FLOATING_POINT_VALUE, 0, &exact))
        f->value = exact;
    (void)measure_figure_name(&num->concept, &derivation, f->name);
    (void)slice_copy(meaning, f->label, sizeof f->label);
    measure_unit_name(&num->code, sr_code_is(&method, "AT-DETECTOR", OUR_SCHEME), f->unit);
}

static int64_t observed_at(const SrNode *node)
{
    DicomDateTime t;
    return dicom_date_time(dataset_code(node->item, TAG_OBSERVATION_DATE_TIME), &t) && t.has_offset ? measure_time(&t.date, &t.time, t.offset_minutes) : 0;
}

/* "beclere:length:<id>" */
static bool our_tracking(Slice name, MeasureKind *ret_kind, Slice *ret_id)
{
    Slice kind;
    if (name.len < sizeof OUR_TRACKING || memcmp(name.at, OUR_TRACKING, sizeof OUR_TRACKING - 1) != 0)
        return false;
    name = (Slice) { name.at + sizeof OUR_TRACKING - 1, name.len - (sizeof OUR_TRACKING - 1) };
    kind = slice_cut(&name, ':');
    *ret_id = name;
    return name.len && measure_kind_named(kind, ret_kind);
}

/* What one item of a group says. */
static bool node_read(MeasureReading *r, MeasureRead *one, const SrNode *n, Slice *tracking)
{
    switch (n->type) {
    case SR_SCOORD:
    case SR_SCOORD3D:
        return place_add(r, one, n);
    case SR_NUM:
        figure_add(one, n);
        return true;
    case SR_TEXT:
        if (sr_code_is(&n->concept, "112039", "DCM"))
            *tracking = n->text;
        else if (!one->text.len)
            one->text = keep(r, n->text);
        return true;
    case SR_UIDREF:
        if (sr_code_is(&n->concept, "112040", "DCM") && !one->tracking_uid.len)
            one->tracking_uid = keep(r, n->text);
        return true;
    case SR_CODE:
        if (sr_code_is(&n->concept, "121071", "DCM") && !one->label.len)
            one->label = keep(r, n->code.meaning);
        return true;
    default:
        return true;
    }
}

/* All of it stands on images. */
static bool in_plane(const MeasureRead *one)
{
    for (size_t i = 0; i < one->drawing_count; i++)
        if (one->drawings[i].space)
            return false;
    return true;
}

/* The kind and its points, as far as the drawings are those of one. */
static bool settle(MeasureReading *r, MeasureRead *one, Slice tracking)
{
    MeasureKind kind   = MEASURE_KINDS;
    Slice       id     = SLICE_NONE;
    size_t      points = 0;
    bool        ours   = our_tracking(tracking, &kind, &id);
    for (size_t i = 0; i < one->drawing_count; i++)
        points += one->drawings[i].space ? 0 : one->drawings[i].count;
    one->id = keep(r, id);
    if (!ours) {
        kind = in_plane(one) ? measure_kind_of(one) : MEASURE_KINDS;
        if (!one->label.len)
            one->label = keep(r, tracking);
    }
    if (one->drawing_count) {
        one->sop_uid = one->drawings[0].sop_uid;
        one->frame   = one->drawings[0].frame;
    }
    MeasurePoint *at = points ? arena_alloc(r->arena, (points < 4 ? 4 : points) * sizeof *at) : NULL;
    if (points && !at)
        return measure_full(r->err);
    if (at && in_plane(one) && measure_points(kind, one->drawings, one->drawing_count, at, &one->point_count)) {
        one->kind   = kind;
        one->points = at;
    } else {
        one->point_count = 0;
    }
    return true;
}

static bool group_read(MeasureReading *r, const SrNode *group)
{
    MeasureRead *one;
    Slice        tracking = SLICE_NONE;
    if (!measure_add(r, &one))
        return false;
    if (!one)
        return true;
    for (const SrNode *n = sr_walk(group, group); n; n = sr_walk(group, n))
        if (!node_read(r, one, n, &tracking))
            return false;
    one->at_ms = observed_at(group);
    if (!settle(r, one, tracking))
        return false;
    if (!one->drawing_count) /* nowhere: the text of the report tells it */
        r->set->count--;
    return true;
}

static bool is_group(const SrNode *n)
{
    return n->type == SR_CONTAINER && sr_code_is(&n->concept, "125007", "DCM");
}

/* What a place belongs to when no group holds it: the number or code above it, else itself. */
static const SrNode *owner_of(const SrNode *scoord)
{
    const SrNode *up = scoord->parent;
    return up && (up->type == SR_NUM || up->type == SR_TEXT || up->type == SR_CODE) ? up : scoord;
}

static bool loose_read(MeasureReading *r, const SrNode *scoord)
{
    MeasureRead  *one;
    const SrNode *owner = owner_of(scoord);
    Slice         none  = SLICE_NONE;
    if (!measure_add(r, &one))
        return false;
    if (!one)
        return true;
    one->at_ms = observed_at(owner);
    one->label = keep(r, owner->concept.meaning);
    if ((owner != scoord && !node_read(r, one, owner, &none)) || !place_add(r, one, scoord))
        return false;
    if (owner->type == SR_CODE)
        one->text = keep(r, owner->code.meaning);
    if (!settle(r, one, SLICE_NONE))
        return false;
    if (!one->drawing_count)
        r->set->count--;
    return true;
}

bool measure_report_read(MeasureReading *r, const SrNode *root)
{
    const SrNode *n = root;
    while (n) {
        const SrNode *next = sr_walk(root, n);
        if (is_group(n)) {
            if (!group_read(r, n))
                return false;
            /* past what is below it */
            const SrNode *up = n;
            while (up && up != root && !up->next)
                up = up->parent;
            next = up && up != root ? up->next : NULL;
        } else if ((n->type == SR_SCOORD || n->type == SR_SCOORD3D) && !loose_read(r, n)) {
            return false;
        }
        n = next;
    }
    return true;
}
