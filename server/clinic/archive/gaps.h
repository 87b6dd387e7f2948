/*
 * Gaps of a series: which images its own numbers, positions and counters say are missing. Pure. E22.
 *
 * A gap is only said where the series is regular enough to be believed: localisers and pieced series stay
 * silent. Source: DICOM PS3.3 C.7.6.1 (Instance Number), C.7.6.2.1.1 (position and orientation of a plane).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_GAPS_H
#define CLINIC_ARCHIVE_GAPS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One image as its header says. */
typedef struct GapImage {
    bool    has_number, has_place;
    int64_t number;              /* (0020,0013) */
    double  position[3];         /* (0020,0032), millimetres */
    double  rows[3], columns[3]; /* (0020,0037) */
    int64_t counted;             /* how many the series has by its own word; 0: not said */
    double  along;               /* worked out here: millimetres along the normal */
    int     plane;               /* worked out here: images of one orientation */
} GapImage;

/* One part of a concatenation: an object of many frames cut into several (PS3.3 C.7.6.16.1). */
typedef struct GapPart {
    char    uid[65]; /* (0020,9161) */
    int64_t number;  /* (0020,9162), from 1 */
    int64_t total;   /* (0020,9163); 0: not said */
} GapPart;

typedef enum GapKind { GAP_NUMBER, GAP_POSITION, GAP_COUNTER, GAP_PART } GapKind;
const char *gap_kind_name(GapKind k); /* "number", "position", "counter", "part" */

typedef struct Gap {
    GapKind kind;
    int64_t count;   /* images missing */
    double from, to; /* numbers: first and last missing; positions: between these two, in mm; counter: 0, 0; parts: as numbers */
} Gap;

enum { GAPS_MAX = 12, GAP_PLANES_MAX = 8 };
typedef struct Gaps {
    Gap     items[GAPS_MAX];
    size_t  count;
    int64_t missing; /* images, by the kind that misses most: one absent image shows in several kinds */
} Gaps;

/* Instance numbers that other series of the study have, in order. */
typedef struct GapNumbers {
    int64_t *at;
    size_t   count;
} GapNumbers;

/*
 * The images are put in another order. 'elsewhere' (NULL: none): some machines number through the whole study; what
 * a series without any of this one's numbers has is not missing here.
 */
void gaps_find(GapImage *images, size_t count, const GapNumbers *elsewhere, Gaps *ret);

/*
 * Adds the parts that each concatenation misses to what was found: those below its total, or below its highest
 * where no part says the total. The parts are put in another order (gaps_parts.c).
 */
void gaps_of_parts(GapPart *parts, size_t count, Gaps *found);

#endif
