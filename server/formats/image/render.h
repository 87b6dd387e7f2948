/*
 * A frame as a picture for people: stored samples through rescale and window to 8-bit grey or RGB, smaller if
 * asked, written as PNG or JPEG. For previews and documents, never for reading an exam.
 *
 * Source: DICOM PS3.3 §C.7.6.3 (photometric, palette), §C.11.1 (rescale), §C.11.2 (window).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_RENDER_H
#define FORMATS_IMAGE_RENDER_H

#include "formats/dicom/pixels.h"

enum {
    PICTURE_PIXELS_MAX = 1 << 27, /* of the frame: 134 million */
    PICTURE_SIDE_MAX   = 65500,   /* what JPEG can hold */
};

/* A palette for PALETTE COLOR: three tables of 'count' entries, the first for stored value 'first'. */
typedef struct Palette {
    int32_t  first;
    uint32_t count; /* 1 to 65536; 0: no palette */
    uint8_t *red, *green, *blue;
} Palette;

/*
 * Reads the palette of a data set, discrete (0028,1201..1203) or segmented (0028,1221..1223). Empty, and
 * true, when there is none. Errors: ERR_INPUT tables that contradict their descriptor.
 */
bool palette_read(const Dataset *ds, Palette *ret, Err *err);
void palette_clear(Palette *p);
#define OWNED_PALETTE __attribute__((cleanup(palette_clear))) Palette

typedef enum WindowShape {
    WINDOW_LINEAR,
    WINDOW_LINEAR_EXACT,
    WINDOW_SIGMOID
} WindowShape; /* PS3.3 §C.11.2.1.2 */

/* What the image says of its own greys, and overlays: lut.h. */
typedef struct GreyRules GreyRules;

/* Zeros: the image's own window (else its least and greatest value), its own size. */
typedef struct PictureWanted {
    bool        has_window;
    double      window_center, window_width; /* in rescaled units; the width at least 1 (exact: above 0) */
    WindowShape shape;
    uint32_t    width,
        height; /* largest; proportions are kept, of pixels that are not square too; 0: no limit */
    const GreyRules *rules;   /* NULL: rescale and window of 'p' are all there is */
    bool             enlarge; /* up to 'width' and 'height' */
    double           left, top, part_width,
        part_height; /* of the image, in its pixels; 0: to the edge; below 0: turned over */
    const Palette *pseudo; /* colours that the greys of a monochrome image become; NULL: none */
} PictureWanted;

typedef struct Picture {
    uint32_t width, height;
    uint32_t channels; /* 1 grey or 3 RGB */
    uint8_t *at;       /* width * height * channels, rows from the top */
    Slice    icc;      /* profile to be embedded, of RGB alone; borrowed; empty: none */
} Picture;

/*
 * 'frame' holds the native samples of one frame: little endian, as 'p' describes them; with 1 bit allocated
 * the first pixel is bit 'first_bit' of the first byte. 'palette' may be NULL unless the image is PALETTE
 * COLOR. Errors: ERR_INPUT bytes missing, a kind that has no picture; ERR_LIMIT larger than
 * PICTURE_PIXELS_MAX.
 */
Picture *picture_render(const Pixels *p, Slice frame, unsigned first_bit, const Palette *palette,
                        const PictureWanted *wanted, Err *err);
void     picture_free(Picture *picture);
OWNED_BY(Picture, picture_free)

/*
 * Which pixels of a frame of one sample stand for none (padding): 1, else 0, for each of rows × columns.
 * Errors: ERR_INPUT bytes missing.
 */
bool picture_hidden(const Pixels *p, Slice frame, uint8_t *ret, Err *err);

/*
 * The part and size that are wanted, out of the picture of the whole frame, which it takes over. 'p' says the
 * shape of a pixel, which counts only where a size is wanted. Errors: ERR_INPUT the part lies outside;
 * ERR_LIMIT too large; ERR_UNAVAILABLE memory.
 */
Picture *picture_sized(Picture *full, const Pixels *p, const PictureWanted *wanted, Err *err);

/* Adds the encoded picture to 'ret' (its ceiling holds). 'quality' 1 to 100. */
bool picture_png(const Picture *picture, Buf *ret, Err *err);
bool picture_jpeg(const Picture *picture, int quality, Buf *ret, Err *err);

#endif
