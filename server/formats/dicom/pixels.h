/*
 * The image of a data set: its shape, checked against the bytes that are there; its frames, still as sent.
 *
 * Decodes nothing. Source: DICOM PS3.3 §C.7.6.3 (image pixel), §C.7.6.6 (multi-frame); PS3.5 §8, §A.4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_PIXELS_H
#define FORMATS_DICOM_PIXELS_H

#include "formats/dicom/dataset.h"

typedef enum Photometric {
    PHOTOMETRIC_OTHER,
    MONOCHROME1,
    MONOCHROME2,
    PALETTE_COLOR,
    RGB,
    YBR_FULL,
    YBR_FULL_422,
    YBR_PARTIAL_420,
    YBR_ICT,
    YBR_RCT,
    YBR_PARTIAL_422, /* retired */
    XYB,             /* of JPEG XL */
} Photometric;

typedef enum PixelKind { PIXELS_INTEGER, PIXELS_FLOAT, PIXELS_DOUBLE } PixelKind;

enum { PIXEL_FRAMES_MAX = 1000000 };

typedef struct Pixels {
    uint32_t    rows, columns, frames; /* at least 1 each */
    uint16_t    samples;               /* per pixel: 1, 3 (4: retired ARGB, CMYK) */
    uint16_t    bits_allocated, bits_stored, high_bit;
    bool        is_signed, planar; /* planar: all of red, then all of green... within a frame */
    Photometric photometric;
    PixelKind   kind;
    bool        encapsulated, big_endian;
    double      slope, intercept; /* rescale (1 and 0 when absent) */
    bool        has_rescale, has_window;
    double      window_center, window_width; /* the first of (0028,1050), (0028,1051) */
    bool        has_padding; /* values from 'padding' to 'padding_last' stand for no pixel (§C.7.5.1.1.2) */
    int64_t     padding, padding_last;           /* (0028,0120), (0028,0121) */
    double      padding_real, padding_real_last; /* (0028,0122..0125), of floating point pixels */
    double      pixel_height, pixel_width;       /* of one to the other; 1 and 1 when not said */
    size_t      frame_bytes; /* of a native frame, rounded up to bytes (1-bit frames need not begin on one) */
    uint64_t    frame_bits;
    const Element *data; /* the pixel data element, of the data set */
} Pixels;

/*
 * Describe and check. Native pixel data must hold all the frames announced; fragments must be at least as
 * many as frames, or findable. Of encapsulated data the codec's own header may still disagree: check before
 * decoding. Errors: ERR_NOT_FOUND no pixel data; ERR_INPUT impossible description; ERR_LIMIT too many frames
 * or bytes.
 */
bool pixels_describe(const Dataset *ds, Pixels *ret, Err *err);

/* The image's shape alone, for a data set read without its pixel data ('data' is NULL then). Same errors. */
bool pixels_shape(const Dataset *ds, Pixels *ret, Err *err);

/* Bytes of one native frame, borrowed; with 1 bit allocated it begins at '*ret_first_bit' of the first byte.
 */
bool pixels_native_frame(const Pixels *p, uint32_t frame, Slice *ret, unsigned *ret_first_bit, Err *err);

/*
 * Which fragments make which frame, found once, in linear time: extended offset table (7FE0,0001), basic
 * offset table, one fragment a frame, all fragments one frame, or by the end marks of the codestreams.
 */
typedef struct FrameMap FrameMap;
FrameMap               *frame_map_new(const Dataset *ds, const Pixels *p, Err *err);
void                    frame_map_free(FrameMap *map);
OWNED_BY(FrameMap, frame_map_free)

/* The fragments of a frame (from 0), side by side, borrowed from the data set. False: no such frame. */
bool frame_map_at(const FrameMap *map, uint32_t frame, const Slice **ret_fragments, size_t *ret_count);

/* All bytes of an encapsulated frame, joined into 'ret'. */
bool frame_map_join(const FrameMap *map, uint32_t frame, Buf *ret, Err *err);

/* Takes the shape of a pixel from (0028,0034) or the spacings of 'ds'; true when one of them is there. */
bool pixels_take_aspect(const Dataset *ds, Pixels *p);

/* "MONOCHROME2"... */
const char *photometric_name(Photometric p);

#endif
