/*
 * A softcopy presentation state: which images it is of, and what it makes of one of them.
 *
 * Greys go through the state's own modality, VOI and presentation tables and through nothing else; then
 * shutters, overlays and drawings; then it is turned, flipped, and the displayed area is cut out.
 * Source: DICOM PS3.3 §A.33, §C.10.4 to §C.10.6, §C.11.1, §C.11.4, §C.11.6, §C.11.8; PS3.4 annex N.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_PRESENTATION_H
#define FORMATS_IMAGE_PRESENTATION_H

#include "formats/image/lut.h"

typedef enum PresentationKind {
    PRESENTATION_NONE, /* not a state, or one of a kind that is not applied here (volumes...) */
    PRESENTATION_GREY,
    PRESENTATION_COLOUR,
    PRESENTATION_PSEUDO,
    PRESENTATION_XA,    /* grey, of X-ray angiography: masks that move by region, shutters by frame (§A.33.6) */
    PRESENTATION_BLEND, /* one set of grey images in colours over another (§A.33.4, §C.11.14) */
} PresentationKind;

PresentationKind presentation_kind(Slice class_uid);

/* One reference: 'frame' from 1; 0: all frames. Slices are borrowed. False: no more. */
typedef bool PresentationEach(Slice series_uid, Slice instance_uid, uint32_t frame, void *with);
void         presentation_images(const Dataset *state, PresentationEach *each, void *with);

typedef enum PresentationSet { SET_UNDERLYING, SET_SUPERIMPOSED } PresentationSet;

/* The item of a blending state that names one of its two sets, their tables and their study; NULL: there is none. */
const Dataset *presentation_set(const Dataset *state, PresentationSet which);

/* What refers to the images that are shown, and says their greys: the state, or the item of its underlying set (NULL: none). */
const Dataset *presentation_shown(const Dataset *state);

/* Is this item (of a VOI, an area, a drawing) about this frame? One that names no image is about all. */
bool presentation_means(const Dataset *item, Slice instance_uid, uint32_t frame);

enum { LAYERS_MAX = 64 };

typedef struct StateLayer {
    Slice   name;
    int64_t order;
    uint8_t colour[3];
} StateLayer;

typedef struct Presentation {
    PresentationKind kind;
    bool             masks;   /* it may say a mask subtraction (mask.h) */
    Palette          palette; /* of a pseudo-colour state; of the superimposed images of a blending one */
    double           opacity; /* of these, 0 to 1 */
    bool             has_area;
    int64_t          left, top, right, bottom; /* of the area, from 0, the last two not in it */
    unsigned         quarter_turns;            /* clockwise, before the flip */
    bool             flipped;                  /* left becomes right */
    bool             has_aspect;
    double           pixel_height, pixel_width; /* one to the other */
    StateLayer       layers[LAYERS_MAX];
    size_t           layer_count;
} Presentation;

/*
 * What 'state' makes of a frame (from 1) of the image: 'p' and 'rules', which grey_rules_read filled, then say
 * what the state says. 'rules' borrows from 'state' and 'image'. Errors: ERR_INPUT a table contradicts its
 * descriptor, the area is none, a blending state lacks a set, its palette or opacity, or wants a registration; ERR_UNAVAILABLE memory. presentation_clear in any case.
 */
bool presentation_read(const Dataset *state, const Dataset *image, Slice instance_uid, uint32_t frame,
                       Pixels *p, GreyRules *rules, Presentation *ret, Err *err);
void presentation_clear(Presentation *s);

/*
 * The greys alone: of a state, or of one of the two sets of a blending state, over what grey_rules_read filled.
 * Borrows and fails as presentation_read.
 */
bool presentation_greys(const Dataset *state, Slice instance_uid, uint32_t frame, Pixels *p, GreyRules *rules,
                        Err *err);

/* The layer of that name; white, of order 0, when it is not listed. */
StateLayer presentation_layer(const Presentation *s, Slice name);

/* CIELab as DICOM writes it (PS3.3 §C.10.7.1.1) to sRGB. */
void presentation_lab(const uint16_t lab[3], uint8_t ret[3]);

/*
 * The displayed area out of a picture of the whole image, turned and flipped; what lies beyond the image is
 * black. Takes the picture over. Errors: ERR_LIMIT too large; ERR_UNAVAILABLE memory.
 */
Picture *presentation_place(Picture *full, const Presentation *s, Err *err);

/*
 * From the pixels of the image (0, 0: the upper left corner of its first pixel) to those of what
 * presentation_place made: x' = m[0] x + m[1] y + m[2]; y' = m[3] x + m[4] y + m[5].
 */
void presentation_matrix(const Presentation *s, uint32_t width, uint32_t height, double ret[6]);

#endif
