/*
 * Parts of the reading of measures, for the files measure_read*.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_MEASURE_READ_H
#define FORMATS_DICOM_MEASURE_READ_H

#include "formats/dicom/measure_codes.h"
#include "formats/dicom/measure_shapes.h"
#include "formats/dicom/uid.h"

typedef struct MeasureReading {
    MeasureSet *set;
    Arena      *arena;
    Err        *err;
} MeasureReading;

/* Room for one more behind 'count': the list itself, or a wider copy. NULL: the arena is full. */
void *measure_grow(Arena *arena, void *list, size_t count, size_t size);
bool  measure_full(Err *err); /* false, and says so */

/* One more; *ret is NULL when there are too many (the set says so). False: memory. */
bool measure_add(MeasureReading *r, MeasureRead **ret);
/* The drawing of a content item or of a graphic; nothing is added when it is malformed. False: memory. */
bool measure_drawing(MeasureReading *r, const Dataset *item, bool displayed, MeasureRead *to, Slice sop_uid, int64_t frame);
bool measure_space(MeasureReading *r, const Dataset *item, MeasureRead *to); /* a SCOORD3D; what is malformed is left out */
bool measure_drawing_add(MeasureReading *r, MeasureRead *to, const MeasureDrawing *d);

int64_t measure_time(const DicomDate *date, const DicomTime *time, int offset_minutes); /* 0: before 1970 */

bool measure_report_read(MeasureReading *r, const SrNode *root);
bool measure_state_read(MeasureReading *r, const Dataset *ds);

#endif
