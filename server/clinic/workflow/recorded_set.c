/*
 * From the marks of a reader to measures on images whose headers are read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>

#include "clinic/workflow/recorded_internal.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/pixels.h"

enum { ARENA_MAX = 64 << 20, TEXT_ARENA_MAX = 1 << 20 };

/* ---- one image ---- */

static void text_copy(const Dataset *ds, uint32_t tag, Arena *texts, char *ret, size_t size)
{
    if (!slice_copy(dataset_text_nth(ds, tag, 0, texts), ret, size))
        ret[0] = '\0';
}

/* The rescale of an image of functional groups: the shared one. Where frames differ, no one state is right for all: none is made. */
static const Dataset *rescale_of(const Dataset *ds, bool *ret_varies)
{
    static const uint32_t SHARED[] = { TAG_SHARED_FUNCTIONAL_GROUPS_SEQUENCE, TAG_PIXEL_VALUE_TRANSFORMATION_SEQUENCE, 0 };
    const Element        *shared   = dataset_find_path(ds, SHARED);
    const Dataset        *frame    = dataset_item(ds, TAG_PER_FRAME_FUNCTIONAL_GROUPS_SEQUENCE, 0);
    *ret_varies                    = !shared && frame && dataset_find(frame, TAG_PIXEL_VALUE_TRANSFORMATION_SEQUENCE);
    return shared ? element_item(shared, 0) : ds;
}

static void image_describe(const Dataset *ds, const InstanceRow *row, Arena *texts, MeasureImage *ret)
{
    bool           varies;
    double         spacing[2];
    const Dataset *rescale = rescale_of(ds, &varies);
    varies                 = varies || dataset_items(ds, TAG_MODALITY_LUT_SEQUENCE); /* a state would have to hold the table: drawn in the report alone */
    *ret                   = (MeasureImage) { .frames = row->frames, .rows = row->rows, .columns = row->columns };
    (void)snprintf(ret->class_uid, sizeof ret->class_uid, "%s", row->class_uid);
    (void)snprintf(ret->series_uid, sizeof ret->series_uid, "%s", row->series_uid);
    (void)snprintf(ret->sop_uid, sizeof ret->sop_uid, "%s", row->uid);
    (void)snprintf(ret->modality, sizeof ret->modality, "%s", row->modality);
    text_copy(ds, TAG_FRAME_OF_REFERENCE_UID, texts, ret->frame_of_reference, sizeof ret->frame_of_reference);
    text_copy(ds, TAG_PHOTOMETRIC_INTERPRETATION, texts, ret->photometric, varies ? 1 : sizeof ret->photometric);
    text_copy(rescale, TAG_RESCALE_SLOPE, texts, ret->slope, sizeof ret->slope);
    text_copy(rescale, TAG_RESCALE_INTERCEPT, texts, ret->intercept, sizeof ret->intercept);
    text_copy(rescale, TAG_RESCALE_TYPE, texts, ret->rescale_type, sizeof ret->rescale_type);
    Err none = { 0 };
    if (dataset_pixel_spacing_mm(ds, spacing, &none))
        memcpy(ret->spacing_mm, spacing, sizeof spacing);
}

typedef struct Loading {
    Archive        *archive;
    Db             *db;
    const StudyRow *study;
    RecordSet      *set;
} Loading;

/* NULL without an error: it is not there any more. */
static const MeasureImage *image_at(const Loading *l, const json_t *place, bool *ret_ok, Err *err)
{
    ArchiveViewer viewer = { .sees_all = true };
    InstanceRow   row;
    Err           gone = { 0 };
    RecordSet    *s    = l->set;
    const char   *sop  = json_string_value(json_object_get(place, "sop"));
    for (size_t i = 0; sop && i < s->image_count; i++)
        if (strcmp(s->images[i].sop_uid, sop) == 0)
            return &s->images[i];
    if (!sop || !instance_find(l->db, slice_of(l->study->uid), slice_of(json_string_value(json_object_get(place, "series"))), slice_of(sop), &viewer, &row, &gone)) {
        *ret_ok = gone.kind == ERR_NOT_FOUND || err_set(err, gone.kind, gone.shown, "%s", gone.detail);
        return NULL;
    }
    Blob    *blob = blob_open(archive_blobs(l->archive), row.blob, err);
    Dataset *ds   = blob ? part10_head_scan(blob_bytes(blob), NULL, err) : NULL;
    OWNED(Arena) *texts = ds ? arena_new(TEXT_ARENA_MAX) : NULL;
    MeasureImage *one = NULL;
    if (texts) {
        one = &s->images[s->image_count++];
        image_describe(ds, &row, texts, one);
    }
    if (one && !s->patient_of) {
        s->patient_of = GIVE(ds);
        s->blob       = GIVE(blob);
    }
    dataset_free(ds);
    blob_free(blob);
    *ret_ok = one != NULL;
    return one;
}

/* ---- marks ---- */

static const char *text_kept(Arena *arena, const json_t *value)
{
    size_t len = json_string_length(value);
    char  *at  = arena_alloc(arena, len + 1);
    if (at && len)
        memcpy(at, json_string_value(value), len);
    return at;
}

static void window_read(const json_t *window, bool *ret_has, double *center, double *width)
{
    *ret_has = json_is_object(window);
    *center  = json_number_value(json_object_get(window, "center"));
    *width   = json_number_value(json_object_get(window, "width"));
}

static void figures_read(const json_t *figures, Measure *m)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (figures, i, one) {
        if (m->figure_count == MEASURE_FIGURES_MAX)
            return;
        MeasureFigure *f = &m->figures[m->figure_count++];
        (void)snprintf(f->name, sizeof f->name, "%s", json_string_value(json_object_get(one, "name")));
        (void)snprintf(f->unit, sizeof f->unit, "%s", json_string_value(json_object_get(one, "unit")));
        f->value = json_number_value(json_object_get(one, "value"));
    }
}

static bool mark_read(const Loading *l, int64_t person_id, const json_t *one, Measure *m)
{
    Arena        *arena  = l->set->arena;
    const json_t *points = json_object_get(one, "points");
    size_t        count  = json_array_size(points);
    MeasurePoint *at     = arena_alloc(arena, (count + 1) * sizeof *at);
    char         *uid    = arena_alloc(arena, 65), purpose[128];
    m->id                = text_kept(arena, json_object_get(one, "id"));
    m->text              = text_kept(arena, json_object_get(one, "text"));
    if (!at || !uid || !m->id || !m->text)
        return false;
    for (size_t i = 0; i < count; i++)
        at[i] = (MeasurePoint) { json_number_value(json_array_get(json_array_get(points, i), 0)),
                                 json_number_value(json_array_get(json_array_get(points, i), 1)) };
    (void)snprintf(purpose, sizeof purpose, "mark %lld %s", (long long)person_id, m->id);
    report_uid(l->study->uid, 0, purpose, uid);
    m->tracking_uid = uid;
    m->points       = at;
    m->point_count  = count;
    m->frame        = json_integer_value(json_object_get(one, "frame"));
    m->at_ms        = json_integer_value(json_object_get(one, "at_ms"));
    window_read(json_object_get(one, "window"), &m->has_window, &m->center, &m->width);
    figures_read(json_object_get(one, "figures"), m);
    return true;
}

static bool marks_load(const Loading *l, int64_t person_id, const json_t *list, Err *err)
{
    size_t        i;
    const json_t *one;
    RecordSet    *s = l->set;
    json_array_foreach (list, i, one) {
        bool                ok    = true;
        Measure            *m     = &s->marks[s->mark_count];
        const MeasureImage *image = image_at(l, one, &ok, err);
        if (!ok)
            return false;
        if (!image || !measure_kind_named(slice_of(json_string_value(json_object_get(one, "kind"))), &m->kind))
            continue;
        m->image = image;
        if (!mark_read(l, person_id, one, m))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "marks");
        s->mark_count++;
    }
    return true;
}

static bool keys_load(const Loading *l, const json_t *list, Err *err)
{
    size_t        i;
    const json_t *one;
    RecordSet    *s = l->set;
    json_array_foreach (list, i, one) {
        bool                ok    = true;
        KeyPlace           *k     = &s->keys[s->key_count];
        const MeasureImage *image = image_at(l, one, &ok, err);
        if (!ok)
            return false;
        if (!image)
            continue;
        k->image = image;
        k->frame = json_integer_value(json_object_get(one, "frame"));
        window_read(json_object_get(one, "window"), &k->has_window, &k->center, &k->width);
        s->key_count++;
    }
    return true;
}

/* A set that says that nothing is measured any more still is of a patient: any image tells whom. */
static bool first_image(const InstanceRow *row, void *with)
{
    InstanceRow *ret = with;
    if (row->frames)
        *ret = *row;
    return !row->frames;
}

static bool any_image(const Loading *l, Err *err)
{
    ArchiveViewer viewer = { .sees_all = true };
    InstanceRow   row    = { 0 };
    bool          ok     = true;
    if (l->set->patient_of)
        return true;
    if (!instances_each(l->db, slice_of(l->study->uid), SLICE_NONE, SLICE_NONE, &viewer, first_image, &row, err))
        return false;
    OWNED(json_t) *place = json_pack("{s:s, s:s}", "sop", row.uid, "series", row.series_uid);
    if (*row.uid)
        (void)image_at(l, place, &ok, err);
    return l->set->patient_of || (ok && err_set(err, ERR_CONFLICT, "These images are not here any more.", "study %s", l->study->uid));
}

bool record_set_load(Archive *archive, Db *db, const StudyRow *study, int64_t person_id, const json_t *content, RecordSet *ret, Err *err)
{
    const json_t *marks = json_object_get(content, "marks"), *keys = json_object_get(content, "keys");
    Loading       l     = { .archive = archive, .db = db, .study = study, .set = ret };
    *ret                = (RecordSet) { .arena = arena_new(ARENA_MAX) };
    ret->images         = calloc(json_array_size(marks) + json_array_size(keys) + 1, sizeof *ret->images);
    ret->marks          = calloc(json_array_size(marks) + 1, sizeof *ret->marks);
    ret->keys           = calloc(json_array_size(keys) + 1, sizeof *ret->keys);
    if (!ret->arena || !ret->images || !ret->marks || !ret->keys)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "marks");
    return marks_load(&l, person_id, marks, err) && keys_load(&l, keys, err) && any_image(&l, err);
}

void record_set_clear(RecordSet *s)
{
    dataset_free(s->patient_of);
    blob_free(s->blob);
    free(s->images);
    free(s->marks);
    free(s->keys);
    arena_free(s->arena);
    *s = (RecordSet) { 0 };
}
