/*
 * Reading measures, drawings and key images: of our objects and of anybody's.
 *
 * Of a report: each place (SCOORD) with the numbers, words and codes of the group around it. Of a presentation state: each drawing and
 * word. Of a key object selection: the images it names. What cannot be placed on an image is left to the text of the report.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/measures.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "formats/dicom/measure_read.h"
#include "formats/dicom/uid.h"

enum { CHOSEN_MAX = 5000 };

MeasureObject measure_object(Slice class_uid)
{
    if (slice_equal_text(class_uid, MEASURE_KEYS_CLASS))
        return MEASURE_OBJECT_KEYS;
    if (slice_equal_text(class_uid, MEASURE_STATE_CLASS) || slice_equal_text(class_uid, UID_COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE) ||
        slice_equal_text(class_uid, UID_PSEUDO_COLOR_SOFTCOPY_PRESENTATION_STATE_STORAGE) ||
        slice_equal_text(class_uid, UID_XAXRF_GRAYSCALE_SOFTCOPY_PRESENTATION_STATE_STORAGE))
        return MEASURE_OBJECT_STATE;
    static const char *const REPORTS[] = { UID_ENHANCED_SR_STORAGE, UID_COMPREHENSIVE_SR_STORAGE, MEASURE_REPORT_CLASS, UID_EXTENSIBLE_SR_STORAGE,
                                           UID_MAMMOGRAPHY_CADSR_STORAGE, UID_CHEST_CADSR_STORAGE };
    for (size_t i = 0; i < COUNT(REPORTS); i++)
        if (slice_equal_text(class_uid, REPORTS[i]))
            return MEASURE_OBJECT_REPORT;
    return MEASURE_OBJECT_NONE;
}

/* ---- lists that grow in the arena ---- */

void *measure_grow(Arena *arena, void *list, size_t count, size_t size)
{
    size_t room = 8;
    while (room < count)
        room *= 2;
    if (count && count != room)
        return list;
    void *wider = arena_alloc(arena, (count ? room * 2 : room) * size);
    if (wider && count)
        memcpy(wider, list, count * size);
    return wider;
}

bool measure_full(Err *err)
{
    return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "measures that are read");
}

bool measure_add(MeasureReading *r, MeasureRead **ret)
{
    MeasureSet *s = r->set;
    *ret          = NULL;
    if (s->count == MEASURES_MAX) {
        s->cut = true;
        return true;
    }
    MeasureRead *list = measure_grow(r->arena, s->measures, s->count, sizeof *list);
    if (!list)
        return measure_full(r->err);
    s->measures = list;
    *ret        = &list[s->count++];
    **ret       = (MeasureRead) { .kind = MEASURE_KINDS };
    return true;
}

/* Numbers of 'tag' as points, from the corner of the image to the middle of its first pixel. */
static bool points_of(MeasureReading *r, const Dataset *item, uint32_t tag, double corner, MeasureDrawing *d)
{
    const Element *data  = dataset_find(item, tag);
    size_t         count = data ? element_values(item, data) / 2 : 0;
    d->count             = 0;
    if (!count || count > MEASURE_POINTS_MAX)
        return true;
    MeasurePoint *at = arena_alloc(r->arena, count * sizeof *at);
    if (!at)
        return measure_full(r->err);
    for (size_t i = 0; i < count; i++) {
        if (!element_double(item, data, 2 * i, &at[i].x) || !element_double(item, data, 2 * i + 1, &at[i].y) || fabs(at[i].x) > 1e6 ||
            fabs(at[i].y) > 1e6)
            return true;
        at[i].x -= corner;
        at[i].y -= corner;
    }
    d->points = at;
    d->count  = count;
    return true;
}

bool measure_drawing(MeasureReading *r, const Dataset *item, bool displayed, MeasureRead *to, Slice sop_uid, int64_t frame)
{
    static const struct {
        const char  *word;
        MeasureShape shape;
        size_t       least, most;
    } SHAPES[] = { { "POINT", SHAPE_POINT, 1, 1 },       { "MULTIPOINT", SHAPE_POINTS, 1, MEASURE_POINTS_MAX },
                   { "POLYLINE", SHAPE_LINE, 2, MEASURE_POINTS_MAX }, { "INTERPOLATED", SHAPE_CURVE, 2, MEASURE_POINTS_MAX },
                   { "CIRCLE", SHAPE_CIRCLE, 2, 2 },     { "ELLIPSE", SHAPE_ELLIPSE, 4, 4 } };
    Slice          said     = dataset_code(item, TAG_GRAPHIC_TYPE);
    MeasureDrawing d        = { .sop_uid = sop_uid, .frame = frame, .displayed = displayed };
    for (size_t i = 0; i < COUNT(SHAPES); i++) {
        if (!slice_equal_text(said, SHAPES[i].word))
            continue;
        d.shape = SHAPES[i].shape;
        if (!points_of(r, item, TAG_GRAPHIC_DATA, displayed ? 0 : MEASURE_MIDDLE, &d))
            return false;
        if (d.count < SHAPES[i].least || d.count > SHAPES[i].most)
            return true;
        return measure_drawing_add(r, to, &d);
    }
    return true;
}

/* The places of 'item' in space; NULL: none, or too many, or too far. */
static const double *space_of(MeasureReading *r, const Dataset *item, size_t *ret_count, bool *ret_full)
{
    const Element *data  = dataset_find(item, TAG_GRAPHIC_DATA);
    size_t         count = data ? element_values(item, data) / 3 : 0;
    double        *at    = count && count <= MEASURE_POINTS_MAX ? arena_alloc(r->arena, 3 * count * sizeof *at) : NULL;
    *ret_full            = !at && count && count <= MEASURE_POINTS_MAX;
    for (size_t i = 0; at && i < 3 * count; i++)
        if (!element_double(item, data, i, &at[i]) || !(fabs(at[i]) <= 1e6))
            return NULL;
    *ret_count = count;
    return at;
}

bool measure_space(MeasureReading *r, const Dataset *item, MeasureRead *to)
{
    static const struct {
        const char  *word;
        MeasureShape shape;
        size_t       least, most;
    } SHAPES[] = { { "POINT", SHAPE_POINT, 1, 1 },
                   { "MULTIPOINT", SHAPE_POINTS, 1, MEASURE_POINTS_MAX },
                   { "POLYLINE", SHAPE_LINE, 2, MEASURE_POINTS_MAX },
                   { "POLYGON", SHAPE_LINE, 3, MEASURE_POINTS_MAX }, /* its last place is its first */
                   { "ELLIPSE", SHAPE_ELLIPSE, 4, 4 },
                   { "ELLIPSOID", SHAPE_POINTS, 6, 6 } };
    Slice          said = dataset_code(item, TAG_GRAPHIC_TYPE);
    MeasureDrawing d    = { 0 };
    bool           full;
    if (!dataset_uid(item, TAG_REFERENCED_FRAME_OF_REFERENCE_UID, &d.reference))
        return true;
    for (size_t i = 0; i < COUNT(SHAPES); i++) {
        if (!slice_equal_text(said, SHAPES[i].word))
            continue;
        d.shape = SHAPES[i].shape;
        d.space = space_of(r, item, &d.count, &full);
        if (full)
            return measure_full(r->err);
        return !d.space || d.count < SHAPES[i].least || d.count > SHAPES[i].most || measure_drawing_add(r, to, &d);
    }
    return true;
}

bool measure_drawing_add(MeasureReading *r, MeasureRead *to, const MeasureDrawing *d)
{
    if (to->drawing_count == MEASURE_POINTS_MAX) {
        r->set->cut = true;
        return true;
    }
    MeasureDrawing *list = measure_grow(r->arena, to->drawings, to->drawing_count, sizeof *list);
    if (!list)
        return measure_full(r->err);
    to->drawings                      = list;
    to->drawings[to->drawing_count++] = *d;
    return true;
}

/* ---- times ---- */

/* Days since 1970 of a day of the calendar that holds since 1582. */
static int64_t days_of(DicomDate d)
{
    int64_t y = d.year - (d.month <= 2), era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int64_t measure_time(const DicomDate *date, const DicomTime *time, int offset_minutes)
{
    int64_t s = days_of(*date) * 86400 + time->hour * 3600 + time->minute * 60 + time->second - (int64_t)offset_minutes * 60;
    return s > 0 ? s * 1000 + time->microsecond / 1000 : 0;
}

/* Minutes east of UTC that the object says for itself. */
static bool zone_of(const Dataset *ds, int *ret)
{
    Slice zone = dataset_code(ds, TAG_TIMEZONE_OFFSET_FROM_UTC);
    for (size_t i = 1; i < zone.len; i++)
        if (zone.at[i] < '0' || zone.at[i] > '9')
            return false;
    if (zone.len != 5 || (zone.at[0] != '+' && zone.at[0] != '-'))
        return false;
    int minutes = ((zone.at[1] - '0') * 10 + zone.at[2] - '0') * 60 + (zone.at[3] - '0') * 10 + zone.at[4] - '0';
    *ret        = zone.at[0] == '-' ? -minutes : minutes;
    return minutes <= 14 * 60;
}

/* Without a zone nobody knows which moment it was: 0. */
static int64_t content_time(const Dataset *ds, uint32_t date_tag, uint32_t time_tag)
{
    DicomDate date;
    DicomTime time;
    int       offset;
    return zone_of(ds, &offset) && dicom_date(dataset_code(ds, date_tag), &date) && dicom_time(dataset_code(ds, time_tag), &time)
               ? measure_time(&date, &time, offset)
               : 0;
}

/* ---- key images ---- */

static bool chosen_add(MeasureReading *r, const SrNode *node)
{
    MeasureSet *s = r->set;
    if (node->type != SR_IMAGE || !node->sop_instance.len)
        return true;
    const Dataset *item   = dataset_item(node->item, TAG_REFERENCED_SOP_SEQUENCE, 0);
    const Element *frames = item ? dataset_find(item, TAG_REFERENCED_FRAME_NUMBER) : NULL;
    size_t         count  = frames ? element_values(item, frames) : 0;
    for (size_t i = 0; i < (count ? count : 1); i++) {
        int64_t frame = 0;
        if (count && (!element_int(item, frames, i, &frame) || frame < 1))
            continue;
        if (s->chosen_count == CHOSEN_MAX) {
            s->cut = true;
            return true;
        }
        MeasureChosen *list = measure_grow(r->arena, s->chosen, s->chosen_count, sizeof *list);
        if (!list)
            return measure_full(r->err);
        s->chosen                    = list;
        s->chosen[s->chosen_count++] = (MeasureChosen) { node->sop_instance, frame };
    }
    return true;
}

static Slice arena_copy(Arena *arena, Slice s)
{
    char *at = s.len ? arena_alloc(arena, s.len) : NULL;
    if (at)
        memcpy(at, s.at, s.len);
    return at ? (Slice) { at, s.len } : SLICE_NONE;
}

static bool keys_read(MeasureReading *r, const SrNode *root)
{
    for (const SrNode *n = root; n; n = sr_walk(root, n)) {
        if (n->type == SR_TEXT && sr_code_is(&n->concept, "113012", "DCM"))
            r->set->description = arena_copy(r->arena, n->text);
        if (!chosen_add(r, n))
            return false;
    }
    return true;
}

/* ---- one object ---- */

static void observer_read(MeasureReading *r, const SrNode *root)
{
    for (const SrNode *n = root->first; n; n = n->next)
        if (sr_code_is(&n->concept, "121008", "DCM") && !r->set->observer.len)
            r->set->observer = arena_copy(r->arena, n->text);
}

static bool document_read(MeasureReading *r, const Dataset *ds)
{
    static const uint32_t BEFORE[] = { TAG_PREDECESSOR_DOCUMENTS_SEQUENCE, TAG_REFERENCED_SERIES_SEQUENCE, TAG_REFERENCED_SOP_SEQUENCE,
                                       TAG_REFERENCED_SOP_INSTANCE_UID, 0 };
    OWNED(SrTree) *tree = sr_parse(ds, r->err);
    if (!tree)
        return false;
    const SrNode *root    = sr_root(tree);
    const Element *before = dataset_find_path(ds, BEFORE);
    r->set->title           = arena_copy(r->arena, root->concept.meaning);
    r->set->at_ms           = content_time(ds, TAG_CONTENT_DATE, TAG_CONTENT_TIME);
    r->set->verified        = slice_equal_text(dataset_code(ds, TAG_VERIFICATION_FLAG), "VERIFIED");
    r->set->predecessor_uid = before ? element_code_nth(before, 0) : SLICE_NONE;
    observer_read(r, root);
    return r->set->object == MEASURE_OBJECT_KEYS ? keys_read(r, root) : measure_report_read(r, root);
}

static bool presentation_read_all(MeasureReading *r, const Dataset *ds)
{
    r->set->title       = dataset_code(ds, TAG_CONTENT_LABEL);
    r->set->description = dataset_text(ds, TAG_CONTENT_DESCRIPTION, r->arena);
    r->set->observer    = dataset_text(ds, TAG_CONTENT_CREATOR_NAME, r->arena);
    r->set->at_ms       = content_time(ds, TAG_PRESENTATION_CREATION_DATE, TAG_PRESENTATION_CREATION_TIME);
    return measure_state_read(r, ds);
}

bool measure_read(const Dataset *ds, Arena *arena, MeasureSet *ret, Err *err)
{
    *ret             = (MeasureSet) { .object = measure_object(dataset_code(ds, TAG_SOP_CLASS_UID)) };
    MeasureReading r = { .set = ret, .arena = arena, .err = err };
    ret->title = ret->description = ret->observer = ret->predecessor_uid = SLICE_NONE;
    if (ret->object == MEASURE_OBJECT_NONE)
        return err_set(err, ERR_INPUT, "This DICOM object is not a structured report.", "class of another kind");
    ret->manufacturer = dataset_text(ds, TAG_MANUFACTURER, arena);
    (void)dataset_int(ds, TAG_INSTANCE_NUMBER, 0, &ret->version);
    return ret->object == MEASURE_OBJECT_STATE ? presentation_read_all(&r, ds) : document_read(&r, ds);
}
