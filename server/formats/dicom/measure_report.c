/*
 * Measures as a structured report: Comprehensive 3D SR after template 1500.
 *
 * Lengths, diameters, angles and probes are numbers inferred from their line or point (TID 1501, 300); regions are drawn once
 * with what was found inside (TID 1410); arrows and words are regions with a comment. Which tool drew it stands in the
 * Tracking Identifier ("beclere:length:<id>"), so that ours come back as they were; others tell it by codes and shapes.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/own.h"
#include "formats/dicom/measure_modules.h"
#include "formats/dicom/measure_shapes.h"

static const Concept COMMENT  = { "121106", "DCM", "Comment" };
static const Concept REGION   = { "111030", "DCM", "Image Region" };
static const Concept SOURCE   = { "121112", "DCM", "Source of Measurement" };
static const Concept METHOD   = { "370129005", "SCT", "Measurement Method" };
static const Concept DETECTOR = { "AT-DETECTOR", OUR_SCHEME, "At the detector plane, not corrected for magnification" };

/* ---- numbers ---- */

static void scoord(DicomWriter *w, const char *relationship, const Concept *concept, const Measure *one, const DrawnShape *shape)
{
    item_begin(w, relationship, "SCOORD", concept);
    dw_text(w, TAG_GRAPHIC_TYPE, shape->word);
    dw_doubles(w, TAG_GRAPHIC_DATA, shape->values, shape->count * 2);
    children_begin(w);
    item_image(w, "SELECTED FROM", NULL, one->image, one->frame);
    children_end(w);
    item_end(w);
}

static bool at_detector(const char *unit)
{
    return strcmp(unit, "mm-detector") == 0 || strcmp(unit, "mm2-detector") == 0;
}

/* Without shapes the number is of the group's region. */
static void number(DicomWriter *w, const Measure *one, const MeasureFigure *f, const DrawnShape *const *shapes, size_t shape_count)
{
    static const Concept DERIVATION = { "121401", "DCM", "Derivation" };
    char                 room[2][MEASURE_UNIT_SIZE + 2];
    Concept              concept = measure_concept(f, one->kind, one->image->modality), unit = measure_unit(f->unit, room);
    const Concept       *derived = measure_derivation(f->name);
    item_begin(w, "CONTAINS", "NUM", &concept);
    dw_sequence_begin(w, TAG_MEASURED_VALUE_SEQUENCE);
    dw_item_begin(w);
    dw_double(w, TAG_NUMERIC_VALUE, f->value);
    dw_double(w, TAG_FLOATING_POINT_VALUE, f->value);
    dw_code(w, TAG_MEASUREMENT_UNITS_CODE_SEQUENCE, unit.value, unit.scheme, unit.meaning);
    dw_item_end(w);
    dw_sequence_end(w);
    if (derived || shape_count || at_detector(f->unit)) {
        children_begin(w);
        if (derived)
            item_code(w, "HAS CONCEPT MOD", &DERIVATION, derived);
        if (at_detector(f->unit))
            item_code(w, "HAS CONCEPT MOD", &METHOD, &DETECTOR);
        for (size_t i = 0; i < shape_count; i++)
            scoord(w, "INFERRED FROM", &SOURCE, one, shapes[i]);
        children_end(w);
    }
    item_end(w);
}

/* ---- one measure ---- */

static bool is_linear(const Measure *one)
{
    return one->kind == MEASURE_LENGTH || one->kind == MEASURE_BIDIRECTIONAL || one->kind == MEASURE_ANGLE || one->kind == MEASURE_COBB ||
           one->kind == MEASURE_PROBE;
}

static void figures(DicomWriter *w, const Measure *one, const DrawnShape *shapes, size_t shape_count)
{
    for (size_t i = 0; i < one->figure_count; i++) {
        const MeasureFigure *f = &one->figures[i];
        if (!is_linear(one))
            number(w, one, f, NULL, 0);
        else if (one->kind == MEASURE_BIDIRECTIONAL) /* each diameter from its own line */
            number(w, one, f, &(const DrawnShape *) { &shapes[strcmp(f->name, "short") == 0 && shape_count > 1] }, 1);
        else
            number(w, one, f, (const DrawnShape *const[]) { &shapes[0], shape_count > 1 ? &shapes[1] : NULL }, shape_count > 1 ? 2 : 1);
    }
}

static bool group(DicomWriter *w, const MeasureMaking *m, const Measure *one, Err *err)
{
    static const Concept GROUP = { "125007", "DCM", "Measurement Group" }, TRACKED = { "112039", "DCM", "Tracking Identifier" },
                         TRACKED_UID = { "112040", "DCM", "Tracking Unique Identifier" };
    DrawnShapes shapes = { 0 };
    char        moment[27], name[96];
    if (!measure_shapes(one, &shapes, err)) {
        measure_shapes_clear(&shapes);
        return false;
    }
    measure_moment(one->at_ms, m->utc_offset_minutes, moment);
    (void)snprintf(name, sizeof name, "beclere:%s:%s", measure_kind_name(one->kind), one->id);
    item_begin(w, "CONTAINS", "CONTAINER", &GROUP);
    if (*moment)
        dw_text(w, TAG_OBSERVATION_DATE_TIME, moment);
    dw_sequence_begin(w, TAG_CONTENT_TEMPLATE_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_MAPPING_RESOURCE, "DCMR");
    dw_text(w, TAG_TEMPLATE_IDENTIFIER, is_linear(one) && one->figure_count ? "1501" : "1410");
    dw_item_end(w);
    dw_sequence_end(w);
    children_begin(w);
    item_text(w, "HAS OBS CONTEXT", &TRACKED, name);
    item_uid(w, "HAS OBS CONTEXT", &TRACKED_UID, one->tracking_uid);
    if (!is_linear(one) || !one->figure_count) /* what has no number still has a place */
        for (size_t i = 0; i < shapes.count; i++)
            scoord(w, "CONTAINS", &REGION, one, &shapes.at[i]);
    figures(w, one, shapes.at, shapes.count);
    item_text(w, "CONTAINS", &COMMENT, one->text);
    children_end(w);
    item_end(w);
    measure_shapes_clear(&shapes);
    return true;
}

/* ---- the images: TID 1600 ---- */

static void library_number(DicomWriter *w, const char *value, const char *meaning, int64_t count)
{
    Concept concept = { value, "DCM", meaning };
    item_begin(w, "HAS ACQ CONTEXT", "NUM", &concept);
    dw_sequence_begin(w, TAG_MEASURED_VALUE_SEQUENCE);
    dw_item_begin(w);
    dw_int(w, TAG_NUMERIC_VALUE, count);
    dw_code(w, TAG_MEASUREMENT_UNITS_CODE_SEQUENCE, "{pixels}", "UCUM", "pixels");
    dw_item_end(w);
    dw_sequence_end(w);
    item_end(w);
}

static void library_group(DicomWriter *w, const MeasureImage *const *images, size_t count, size_t first)
{
    static const Concept GROUP = { "126200", "DCM", "Image Library Group" }, MODALITY = { "121139", "DCM", "Modality" },
                         SPACE = { "112227", "DCM", "Frame of Reference UID" };
    const MeasureImage  *one = images[first];
    Concept              kind = measure_modality(one->modality);
    item_begin(w, "CONTAINS", "CONTAINER", &GROUP);
    children_begin(w);
    item_code(w, "HAS ACQ CONTEXT", &MODALITY, &kind);
    if (*one->frame_of_reference)
        item_uid(w, "HAS ACQ CONTEXT", &SPACE, one->frame_of_reference);
    library_number(w, "110910", "Pixel Data Rows", one->rows);
    library_number(w, "110911", "Pixel Data Columns", one->columns);
    for (size_t i = first; i < count; i++)
        if (strcmp(images[i]->series_uid, one->series_uid) == 0)
            item_image(w, "CONTAINS", NULL, images[i], 0);
    children_end(w);
    item_end(w);
}

static void library(DicomWriter *w, const MeasureImage *const *images, size_t count)
{
    static const Concept LIBRARY = { "111028", "DCM", "Image Library" };
    item_begin(w, "CONTAINS", "CONTAINER", &LIBRARY);
    children_begin(w);
    for (size_t i = 0; i < count; i++) {
        size_t before = 0;
        while (strcmp(images[before]->series_uid, images[i]->series_uid) != 0)
            before++;
        if (before == i)
            library_group(w, images, count, i);
    }
    children_end(w);
    item_end(w);
}

/* ---- the document ---- */

static void procedure(DicomWriter *w, const MeasureImage *first)
{
    static const Concept REPORTED = { "121058", "DCM", "Procedure reported" };
    Concept              done     = measure_procedure(first ? first->modality : "");
    item_code(w, "HAS CONCEPT MOD", &REPORTED, &done);
}

static bool content(DicomWriter *w, const MeasureMaking *m, const Measure *measures, size_t count, const MeasureImage *const *images,
                    size_t image_count, Err *err)
{
    static const Concept TITLE = { "126000", "DCM", "Imaging Measurement Report" }, MEASURES = { "126010", "DCM", "Imaging Measurements" },
                         QUALITATIVE = { "C0034375", "UMLS", "Qualitative Evaluations" };
    bool ok = true;
    root_begin(w, &TITLE, "1500");
    items_observer(w, m);
    procedure(w, image_count ? images[0] : NULL);
    if (image_count)
        library(w, images, image_count);
    item_begin(w, "CONTAINS", "CONTAINER", count ? &MEASURES : &QUALITATIVE);
    children_begin(w);
    for (size_t i = 0; ok && i < count; i++)
        ok = group(w, m, &measures[i], err);
    if (!count)
        item_text(w, "CONTAINS", &COMMENT, "Aucune mesure n’est retenue.");
    children_end(w);
    item_end(w);
    root_end(w);
    return ok;
}

static void verifier(DicomWriter *w, const MeasureMaking *m)
{
    char moment[27];
    measure_moment(m->at_ms, m->utc_offset_minutes, moment);
    dw_text(w, TAG_VERIFICATION_FLAG, m->verified ? "VERIFIED" : "UNVERIFIED");
    if (!m->verified)
        return;
    dw_sequence_begin(w, TAG_VERIFYING_OBSERVER_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_VERIFYING_OBSERVER_NAME, m->observer);
    dw_empty(w, TAG_VERIFYING_OBSERVER_IDENTIFICATION_CODE_SEQUENCE);
    dw_text(w, TAG_VERIFYING_ORGANIZATION, m->organisation && *m->organisation ? m->organisation : "Béclère");
    dw_text(w, TAG_VERIFICATION_DATE_TIME, moment);
    dw_item_end(w);
    dw_sequence_end(w);
}

/* The version before this one stays; this one names it. PS3.3 §C.17.2.2 */
static void predecessor(DicomWriter *w, const MeasureMaking *m)
{
    if (!m->predecessor_uid || !*m->predecessor_uid)
        return;
    MeasureImage before = { .class_uid = MEASURE_REPORT_CLASS };
    (void)snprintf(before.series_uid, sizeof before.series_uid, "%s", m->series_uid);
    (void)snprintf(before.sop_uid, sizeof before.sop_uid, "%s", m->predecessor_uid);
    measure_evidence(w, TAG_PREDECESSOR_DOCUMENTS_SEQUENCE, m, &(const MeasureImage *) { &before }, 1);
}

static void coding_scheme(DicomWriter *w)
{
    dw_sequence_begin(w, TAG_CODING_SCHEME_IDENTIFICATION_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_CODING_SCHEME_DESIGNATOR, OUR_SCHEME);
    dw_text(w, TAG_CODING_SCHEME_UID, OUR_SCHEME_UID);
    dw_text(w, TAG_CODING_SCHEME_NAME, "Béclère");
    dw_text(w, TAG_CODING_SCHEME_RESPONSIBLE_ORGANIZATION, "Béclère");
    dw_item_end(w);
    dw_sequence_end(w);
}

bool measure_report(const MeasureMaking *m, const Measure *measures, size_t count, Buf *ret, Err *err)
{
    char                 date[9], clock[11];
    size_t               image_count = 0;
    const MeasureImage **images      = measure_images(measures, count, NULL, 0, &image_count);
    OWNED(DicomWriter) *w            = dw_new(MEASURE_BYTES_MAX);
    bool ok                          = images && w;
    if (!ok)
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "measures");
    ok = ok && measure_modules(w, m, MEASURE_REPORT_CLASS, "SR", "Mesures", err);
    if (ok) {
        measure_day(m->at_ms, m->utc_offset_minutes, date, clock);
        dw_text(w, TAG_CONTENT_DATE, date);
        dw_text(w, TAG_CONTENT_TIME, clock);
        dw_text(w, TAG_COMPLETION_FLAG, "COMPLETE");
        dw_text(w, TAG_PRELIMINARY_FLAG, m->verified ? "FINAL" : "PRELIMINARY");
        dw_empty(w, TAG_REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE);
        dw_empty(w, TAG_PERFORMED_PROCEDURE_CODE_SEQUENCE);
        verifier(w, m);
        predecessor(w, m);
        coding_scheme(w);
        measure_evidence(w, TAG_CURRENT_REQUESTED_PROCEDURE_EVIDENCE_SEQUENCE, m, images, image_count);
        ok = content(w, m, measures, count, images, image_count, err) && dw_finish_file(w, "1.2.840.10008.1.2.1", ret, err);
    }
    free(images);
    return ok;
}
