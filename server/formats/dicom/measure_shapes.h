/*
 * What a measure is drawn with in DICOM, and back: words and places of PS3.3 §C.18.6. For the files measure_*.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_MEASURE_SHAPES_H
#define FORMATS_DICOM_MEASURE_SHAPES_H

#include "formats/dicom/measures.h"

/* From the corner of the first pixel to its middle. */
#define MEASURE_MIDDLE 0.5

typedef struct DrawnShape {
    const char   *word;   /* "POLYLINE"… */
    const double *values; /* column, row, from the corner of the image: pairs */
    size_t        count;  /* of the pairs */
} DrawnShape;

typedef struct DrawnShapes {
    DrawnShape at[2];
    size_t     count;
    double    *room;
} DrawnShapes;

/* ERR_INPUT the points are not those of its kind; ERR_UNAVAILABLE. measure_shapes_clear in any case. */
bool measure_shapes(const Measure *one, DrawnShapes *ret, Err *err);
void measure_shapes_clear(DrawnShapes *shapes);

/* The points of 'kind' out of its drawings; false: they are not drawn so. 'ret' holds what the drawings have in all. */
bool measure_points(MeasureKind kind, const MeasureDrawing *drawings, size_t count, MeasurePoint *ret, size_t *ret_count);
/* What somebody else's drawings and figures amount to; MEASURE_KINDS: none of our kinds. */
MeasureKind measure_kind_of(const MeasureRead *one);

#endif
