/*
 * Drawings, words and windows as a Grayscale Softcopy Presentation State. DICOM PS3.3 §A.33.1.
 *
 * One state has one modality transformation and one presentation table: images that differ in these stand in another state. How
 * an image was turned is not kept with a mark, and so is not said here.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "formats/dicom/measure_modules.h"
#include "formats/dicom/measure_shapes.h"

#define LAYER "MESURES"

static bool is_grey(const MeasureImage *image)
{
    return strncmp(image->photometric, "MONOCHROME", 10) == 0 && image->rows > 0 && image->columns > 0;
}

static bool shown_alike(const MeasureImage *a, const MeasureImage *b)
{
    return strcmp(a->photometric, b->photometric) == 0 && strcmp(a->slope, b->slope) == 0 && strcmp(a->intercept, b->intercept) == 0 &&
           strcmp(a->rescale_type, b->rescale_type) == 0;
}

/* Keeps in 'images' those of the group; false when there is none. */
static bool group_of(const MeasureImage **images, size_t *count, size_t group)
{
    const MeasureImage *first[MEASURE_STATES_MAX] = { 0 };
    size_t              groups = 0, kept = 0;
    for (size_t i = 0; i < *count; i++) {
        size_t g = 0;
        if (!is_grey(images[i]))
            continue;
        while (g < groups && !shown_alike(first[g], images[i]))
            g++;
        if (g == MEASURE_STATES_MAX)
            continue; /* drawn in the report alone */
        if (g == groups)
            first[groups++] = images[i];
        if (g == group)
            images[kept++] = images[i];
    }
    *count = kept;
    return kept > 0;
}

static bool is_in(const MeasureImage *image, const MeasureImage *const *images, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(images[i]->sop_uid, image->sop_uid) == 0)
            return true;
    return false;
}

static void reference(DicomWriter *w, const MeasureImage *image, int64_t frame)
{
    dw_sequence_begin(w, TAG_REFERENCED_IMAGE_SEQUENCE);
    dw_item_begin(w);
    measure_instance(w, image->class_uid, image->sop_uid);
    if (image->frames > 1)
        dw_int(w, TAG_REFERENCED_FRAME_NUMBER, frame);
    dw_item_end(w);
    dw_sequence_end(w);
}

/* ---- what is drawn ---- */

static void graphics(DicomWriter *w, const DrawnShapes *shapes)
{
    dw_sequence_begin(w, TAG_GRAPHIC_OBJECT_SEQUENCE);
    for (size_t i = 0; i < shapes->count; i++) {
        const DrawnShape *s = &shapes->at[i];
        dw_item_begin(w);
        dw_text(w, TAG_GRAPHIC_ANNOTATION_UNITS, "PIXEL");
        dw_int(w, TAG_GRAPHIC_DIMENSIONS, 2);
        dw_int(w, TAG_NUMBER_OF_GRAPHIC_POINTS, (int64_t)s->count);
        dw_doubles(w, TAG_GRAPHIC_DATA, s->values, s->count * 2);
        dw_text(w, TAG_GRAPHIC_TYPE, s->word);
        if (strcmp(s->word, "ELLIPSE") == 0 || (s->count > 2 && s->values[0] == s->values[s->count * 2 - 2] && s->values[1] == s->values[s->count * 2 - 1]))
            dw_text(w, TAG_GRAPHIC_FILLED, "N");
        dw_item_end(w);
    }
    dw_sequence_end(w);
}

/* As a French reader writes it: « 80,2 mm ». */
static void figure_words(const MeasureFigure *f, Buf *ret)
{
    static const char *const NAMES[][2] = { { "length", "Longueur" },    { "long", "Grand axe" }, { "short", "Petit axe" }, { "angle", "Angle" },
                                            { "area", "Aire" },          { "mean", "Moyenne" },   { "sd", "Écart-type" },   { "min", "Minimum" },
                                            { "max", "Maximum" },        { "value", "Valeur" } };
    static const char *const UNITS[][2] = { { "mm2", "mm²" }, { "mm-detector", "mm (au détecteur)" }, { "mm2-detector", "mm² (au détecteur)" },
                                            { "px2", "px²" }, { "deg", "°" },                         { "HU", "UH" },
                                            { "BQML", "Bq/ml" } };
    const char *name = f->name, *unit = f->unit;
    char        value[64];
    for (size_t i = 0; i < COUNT(NAMES); i++)
        if (strcmp(f->name, NAMES[i][0]) == 0)
            name = NAMES[i][1];
    for (size_t i = 0; i < COUNT(UNITS); i++)
        if (strcmp(f->unit, UNITS[i][0]) == 0)
            unit = UNITS[i][1];
    (void)snprintf(value, sizeof value, "%.*f", fabs(f->value) < 1e9 ? 1 : 0, f->value);
    for (char *c = value; *c; c++)
        if (*c == '.')
            *c = ',';
    buf_addf(ret, "%s : %s%s%s", name, value, *unit ? " " : "", unit);
}

/* Its name, then its figures. */
static void words_of(const Measure *one, Buf *ret)
{
    buf_add_text(ret, one->text);
    for (size_t i = 0; i < one->figure_count; i++) {
        if (buf_slice(ret).len)
            buf_add_text(ret, "\r\n");
        figure_words(&one->figures[i], ret);
    }
}

static void text(DicomWriter *w, const Measure *one, const DrawnShapes *shapes)
{
    OWNED_BUF words = buf_make(4096);
    words_of(one, &words);
    if (!buf_slice(&words).len)
        return;
    dw_sequence_begin(w, TAG_TEXT_OBJECT_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_ANCHOR_POINT_ANNOTATION_UNITS, "PIXEL");
    dw_slice(w, TAG_UNFORMATTED_TEXT_VALUE, buf_slice(&words));
    dw_doubles(w, TAG_ANCHOR_POINT, shapes->at[0].values, 2);
    dw_text(w, TAG_ANCHOR_POINT_VISIBILITY, "N");
    dw_item_end(w);
    dw_sequence_end(w);
}

static bool annotation(DicomWriter *w, const Measure *one, Err *err)
{
    DrawnShapes shapes = { 0 };
    bool        ok     = measure_shapes(one, &shapes, err);
    if (ok) {
        dw_item_begin(w);
        dw_text(w, TAG_GRAPHIC_LAYER, LAYER);
        reference(w, one->image, one->frame);
        text(w, one, &shapes);
        if (one->kind != MEASURE_TEXT)
            graphics(w, &shapes);
        dw_item_end(w);
    }
    measure_shapes_clear(&shapes);
    return ok;
}

static bool annotations(DicomWriter *w, const Measure *measures, size_t count, const MeasureImage *const *images, size_t image_count, Err *err)
{
    bool ok = true, any = false;
    for (size_t i = 0; ok && i < count; i++) {
        const Measure *one = &measures[i];
        if (!is_in(one->image, images, image_count) || (one->kind == MEASURE_TEXT && !*one->text))
            continue;
        if (!any)
            dw_sequence_begin(w, TAG_GRAPHIC_ANNOTATION_SEQUENCE);
        any = true;
        ok  = annotation(w, one, err);
    }
    if (!any)
        return ok;
    dw_sequence_end(w);
    dw_sequence_begin(w, TAG_GRAPHIC_LAYER_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_GRAPHIC_LAYER, LAYER);
    dw_int(w, TAG_GRAPHIC_LAYER_ORDER, 1);
    dw_item_end(w);
    dw_sequence_end(w);
    return ok;
}

/* ---- how the images are shown ---- */

static void area(DicomWriter *w, const MeasureImage *const *images, size_t count)
{
    dw_sequence_begin(w, TAG_DISPLAYED_AREA_SELECTION_SEQUENCE);
    for (size_t i = 0; i < count; i++) {
        const MeasureImage *one = images[i];
        dw_item_begin(w);
        dw_sequence_begin(w, TAG_REFERENCED_IMAGE_SEQUENCE);
        dw_item_begin(w);
        measure_instance(w, one->class_uid, one->sop_uid);
        dw_item_end(w);
        dw_sequence_end(w);
        dw_ints(w, TAG_DISPLAYED_AREA_TOP_LEFT_HAND_CORNER, (const int64_t[]) { 1, 1 }, 2);
        dw_ints(w, TAG_DISPLAYED_AREA_BOTTOM_RIGHT_HAND_CORNER, (const int64_t[]) { one->columns, one->rows }, 2);
        dw_text(w, TAG_PRESENTATION_SIZE_MODE, "SCALE TO FIT");
        if (one->spacing_mm[0] > 0 && one->spacing_mm[1] > 0)
            dw_doubles(w, TAG_PRESENTATION_PIXEL_SPACING, one->spacing_mm, 2);
        else
            dw_text(w, TAG_PRESENTATION_PIXEL_ASPECT_RATIO, "1\\1");
        dw_item_end(w);
    }
    dw_sequence_end(w);
}

static void window(DicomWriter *w, bool *any, const MeasureImage *image, int64_t frame, double center, double width)
{
    if (!*any)
        dw_sequence_begin(w, TAG_SOFTCOPY_VOILUT_SEQUENCE);
    *any = true;
    dw_item_begin(w);
    reference(w, image, frame);
    dw_double(w, TAG_WINDOW_CENTER, center);
    dw_double(w, TAG_WINDOW_WIDTH, width < 1 ? 1 : width);
    dw_item_end(w);
}

/* One window a frame: the key image's, else the last mark's. */
static void windows(DicomWriter *w, const Measure *measures, size_t count, const KeyPlace *keys, size_t key_count,
                    const MeasureImage *const *images, size_t image_count)
{
    bool any = false;
    for (size_t i = 0; i < key_count; i++)
        if (keys[i].has_window && is_in(keys[i].image, images, image_count))
            window(w, &any, keys[i].image, keys[i].frame, keys[i].center, keys[i].width);
    for (size_t i = 0; i < count; i++) {
        const Measure *one  = &measures[i];
        bool           last = one->has_window && is_in(one->image, images, image_count);
        for (size_t j = i + 1; last && j < count; j++)
            last = !measures[j].has_window || measures[j].image != one->image || measures[j].frame != one->frame;
        for (size_t j = 0; last && j < key_count; j++)
            last = !keys[j].has_window || keys[j].image != one->image || keys[j].frame != one->frame;
        if (last)
            window(w, &any, one->image, one->frame, one->center, one->width);
    }
    if (any)
        dw_sequence_end(w);
}

static void transformation(DicomWriter *w, const MeasureImage *like)
{
    if (*like->slope && *like->intercept) {
        dw_text(w, TAG_RESCALE_INTERCEPT, like->intercept);
        dw_text(w, TAG_RESCALE_SLOPE, like->slope);
        dw_text(w, TAG_RESCALE_TYPE, *like->rescale_type ? like->rescale_type : strcmp(like->modality, "CT") == 0 ? "HU" : "US");
    }
    dw_text(w, TAG_PRESENTATION_LUT_SHAPE, strcmp(like->photometric, "MONOCHROME1") == 0 ? "INVERSE" : "IDENTITY");
}

bool measure_state(const MeasureMaking *m, const Measure *measures, size_t count, const KeyPlace *keys, size_t key_count, size_t group,
                   bool *ret_made, Buf *ret, Err *err)
{
    char                 date[9], clock[11];
    size_t               image_count = 0;
    const MeasureImage **images      = measure_images(measures, count, keys, key_count, &image_count);
    OWNED(DicomWriter) *w            = dw_new(MEASURE_BYTES_MAX);
    bool ok                          = images && w;
    *ret_made                        = ok && group_of(images, &image_count, group);
    if (!ok)
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "presentation");
    if (*ret_made) {
        ok = measure_modules(w, m, MEASURE_STATE_CLASS, "PR", "Mesures dessinées", err);
        measure_day(m->at_ms, m->utc_offset_minutes, date, clock);
        dw_empty(w, TAG_LATERALITY);
        dw_text(w, TAG_PRESENTATION_CREATION_DATE, date);
        dw_text(w, TAG_PRESENTATION_CREATION_TIME, clock);
        dw_text(w, TAG_CONTENT_LABEL, LAYER);
        dw_text(w, TAG_CONTENT_DESCRIPTION, "Mesures et images clés");
        dw_text(w, TAG_CONTENT_CREATOR_NAME, m->observer);
        measure_series(w, TAG_REFERENCED_IMAGE_SEQUENCE, images, image_count);
        area(w, images, image_count);
        windows(w, measures, count, keys, key_count, images, image_count);
        transformation(w, images[0]);
        ok = ok && annotations(w, measures, count, images, image_count, err) && dw_finish_file(w, "1.2.840.10008.1.2.1", ret, err);
    }
    free(images);
    *ret_made = *ret_made && ok;
    return ok;
}
