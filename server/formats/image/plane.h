/*
 * Where a frame lies in the patient, and which pixels of parallel planes lie over one another.
 *
 * Source: DICOM PS3.3 §C.7.6.2 (image plane), §C.7.6.16.2.1, .3 and .4 (the same by functional groups),
 * §C.7.4.1 (frame of reference).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_PLANE_H
#define FORMATS_IMAGE_PLANE_H

#include "formats/dicom/dataset.h"

typedef struct Plane {
    char   reference[65];        /* UID of its frame of reference */
    double at[3];                /* millimetres: the middle of its first pixel */
    double row[3], column[3];    /* of length 1: along a row, down a column */
    double rows_mm, columns_mm;  /* from one row to the next, from one column to the next */
    double thick_mm;             /* 0: not said */
} Plane;

/* Of one frame (from 1). Errors: ERR_INPUT it does not say where it lies, or says what cannot be. */
bool plane_read(const Dataset *ds, uint32_t frame, Plane *ret, Err *err);

/* In the same frame of reference, and nowhere tilted by more than a ninth of a degree. */
bool plane_is_parallel(const Plane *one, const Plane *other);

/* How far 'to' lies in front of 'from', along the normal of 'from'; millimetres. */
double plane_distance_mm(const Plane *from, const Plane *to);

/*
 * From the middles of the pixels of 'from' to those of 'to', both counted from 0:
 * x' = m[0] x + m[1] y + m[2]; y' = m[3] x + m[4] y + m[5].
 */
void plane_matrix(const Plane *from, const Plane *to, double ret[6]);

typedef struct PlaneNear {
    size_t at;
    double weight; /* above 0 */
} PlaneNear;

/*
 * Which of parallel planes are seen at 'where': the one that lies there, or both neighbours, the nearer with
 * the greater weight; sums to 1. 0: none reaches it. Beyond the outermost planes, and in a hole of the stack,
 * a plane reaches half the least distance of two neighbours (alone: half its thickness; not said: 0.5 mm).
 */
size_t planes_near(const Plane *where, const Plane *planes, size_t count, PlaneNear ret[2]);

#endif
