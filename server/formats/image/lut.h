/*
 * What an image says of its own greys: modality and VOI look-up tables, the shape of its window, per-frame
 * values, overlays and shutters to be drawn over it.
 *
 * Source: DICOM PS3.3 §C.11.1, §C.11.2, §C.7.6.16.2.9 and .10 (per frame), §C.9.2 (overlays),
 * §C.7.6.11 (shutter).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_LUT_H
#define FORMATS_IMAGE_LUT_H

#include "formats/image/render.h"

/* Entry 0 is for 'first' and all below, the last one for all above. */
struct GreyLut {
    int64_t   first;
    uint32_t  count; /* 1 to 65536; 0: no table */
    uint32_t  bits;  /* of an entry: 8 to 16 */
    uint16_t *at;
};

enum { OVERLAYS_MAX = 16 };

typedef struct Overlay {
    uint32_t rows, columns;
    int64_t  top, left;    /* of its first pixel in the image, from 0; may lie outside */
    Slice    bits;         /* of all its frames; empty: they stand in the image's own samples */
    unsigned other_byte;   /* 1: in big endian words, whose bytes stand the other way round */
    uint64_t first_bit;    /* of this frame's first pixel */
    unsigned embedded_bit; /* when 'bits' is empty */
    uint8_t  colour[3];
} Overlay;

enum { SHUTTER_CORNERS_MAX = 128 };

/* Edges, centre and corners count from 1; 'grey' covers the rest. */
typedef struct Shutter {
    bool    rectangle, circle;
    int64_t left, right, upper, lower, center_row, center_column, radius;
    size_t  corners; /* 0: no polygon */
    int32_t corner_row[SHUTTER_CORNERS_MAX], corner_column[SHUTTER_CORNERS_MAX];
    uint8_t grey;
} Shutter;

/* Adds the shapes that 'ds', an image or an item of a frame, says. What is malformed is no shutter. */
void shutter_read(const Dataset *ds, Shutter *ret);

struct GreyRules {
    struct GreyLut modality, voi, presentation; /* the last: greys of the VOI to greys that are shown */
    bool           stated;       /* by a presentation state: what it does not say is not done (PS3.4 §N.2) */
    WindowShape    shape;        /* of the image's own window */
    bool           inverse;      /* Presentation LUT Shape */
    bool           supplemental; /* the palette is for the upper stored values only (§C.7.6.19) */
    Shutter        shutter;
    Overlay        overlays[OVERLAYS_MAX];
    size_t         overlay_count;
};

/* A functional group of this frame (from 1): its own, else the one that all share; NULL: none. */
const Dataset *frame_group(const Dataset *ds, uint32_t frame, uint32_t group);

/*
 * Reads them for one frame (from 1), and puts the rescale and window that hold for this frame into 'p'.
 * Overlays borrow from 'ds'. Errors: ERR_INPUT a table that contradicts its descriptor; ERR_UNAVAILABLE
 * memory.
 */
bool grey_rules_read(const Dataset *ds, uint32_t frame, Pixels *p, GreyRules *ret, Err *err);
void grey_rules_clear(GreyRules *rules);

/* One table: that of the first item of 'sequence'; no item: none, and true. Errors: as grey_rules_read. */
bool grey_lut_read(const Dataset *ds, uint32_t sequence, struct GreyLut *ret, Err *err);

/* The table of one such item. */
bool grey_lut_item(const Dataset *item, struct GreyLut *ret, Err *err);

/* The overlay of one group (6000, 6002...), as it lies over 'frame'. False: none, or none of this frame. */
bool overlay_read(const Dataset *ds, uint32_t group, uint32_t frame, const Pixels *p, Overlay *ret);

/* The entry for a value. */
unsigned grey_lut_at(const struct GreyLut *lut, double value);

/* Draws the overlays over a picture of the image's own size. 'frame' is as of picture_render. */
void overlays_draw(const GreyRules *rules, Slice frame, Picture *picture);

/* Covers what the shutters hide, of a picture of the image's own size. */
void shutter_draw(const GreyRules *rules, Picture *picture);

#endif
