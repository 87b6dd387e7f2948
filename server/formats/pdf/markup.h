/*
 * Drawings over a picture: the points, lines, curves, circles, ellipses and texts of a presentation state.
 *
 * Source: DICOM PS3.3 §C.10.5 (Graphic Annotation).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_PDF_MARKUP_H
#define FORMATS_PDF_MARKUP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

typedef enum MarkKind {
    MARK_POINT,
    MARK_LINE,    /* from point to point */
    MARK_CURVE,   /* through all of them, smoothly */
    MARK_CIRCLE,  /* its centre, a point of it */
    MARK_ELLIPSE, /* both ends of the long axis, both of the short one */
    MARK_TEXT,
} MarkKind;

typedef enum MarkAlign { MARK_LEFT, MARK_CENTER, MARK_RIGHT } MarkAlign;

/* A place: in pixels of the image, or, 'displayed', in parts of the picture (0 to 1). */
typedef struct MarkPlace {
    double x, y;
    bool   displayed;
} MarkPlace;

typedef struct Mark {
    MarkKind      kind;
    uint8_t       colour[3];
    bool          filled, displayed; /* how 'at' is meant */
    const double *at;                /* x, y, x, y... */
    size_t        points;
    Slice         text; /* UTF-8, lines parted by CR, LF or both */
    bool          has_box, has_anchor, anchor_shown;
    MarkPlace     from, to, anchor; /* corners of the box; what the text is about */
    MarkAlign     align;
} Mark;

/*
 * Draws them in their order into 'rgb', width * height * 3 bytes. 'matrix' takes pixels of the image to those
 * of the picture: x' = m[0] x + m[1] y + m[2], y' = m[3] x + m[4] y + m[5]. Places far outside are left out.
 * Errors: ERR_LIMIT a picture beyond what cairo draws on; ERR_UNAVAILABLE memory.
 */
bool markup_draw(const Mark *marks, size_t count, const double matrix[6], uint32_t width, uint32_t height,
                 uint8_t *rgb, Err *err);

#endif
