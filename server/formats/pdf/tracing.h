/*
 * Curves over millimetre paper, as an electrocardiogram is printed: one row each, a calibration before it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_PDF_TRACING_H
#define FORMATS_PDF_TRACING_H

#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

/* A piece of a curve: several may stand side by side in one band of the sheet. */
typedef struct TraceRow {
    Slice        label;
    const float *mm;       /* 'samples' heights above the band's zero; NaN: a gap */
    float        pulse_mm; /* height of the calibration at the left edge of the band; 0: none */
    size_t       samples;
    double       left_mm; /* where it begins */
    unsigned     band;    /* from 0 */
} TraceRow;

typedef struct Tracing {
    const TraceRow *rows;
    size_t          count;
    unsigned        bands;
    double          wide_mm;        /* of the curves */
    double          samples_per_mm; /* above 0 */
    Slice           footer;
} Tracing;

enum { TRACING_ROWS_MAX = 64, TRACING_SIDE_MAX = 8192 };

/* The sheet in millimetres: how wide and high it is. */
void tracing_size_mm(const Tracing *t, double *ret_width, double *ret_height);

/* Draws all of it into 'rgb', width * height * 3 bytes. Errors: ERR_UNAVAILABLE memory; ERR_LIMIT sides. */
bool tracing_draw(const Tracing *t, uint32_t width, uint32_t height, uint8_t *rgb, Err *err);

#endif
