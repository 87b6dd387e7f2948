/*
 * What pixels may show besides the image, taken out of native frames: bits that no sample uses, places that
 * are blanked.
 *
 * Retired overlays were kept in the bits above Bits Stored (60xx,0102): they outlive their attributes.
 * Source: DICOM PS3.5 §8.1.1 (bits of a sample), PS3.3 §C.9.2 (2004: overlays in pixel data), PS3.15 §E.3.1.
 *
 * Frames here are native, little endian, 1-bit ones packed from the first bit on; 'p' describes them (colour
 * by pixel or by plane as it says).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_PIXEL_CLEAN_H
#define FORMATS_IMAGE_PIXEL_CLEAN_H

#include "formats/dicom/pixels.h"

/* Have its samples bits that they do not use? */
bool pixel_has_spare_bits(const Pixels *p);

/*
 * Do the spare bits of this frame say something: neither all zero nor all the sign once more? A sample that
 * is wholly the padding value says nothing.
 */
bool pixel_spare_bits_speak(const Pixels *p, Slice frame);

/* Makes them silent: the sign of signed samples above, zeros elsewhere. Padding stays. */
void pixel_spare_bits_clear(const Pixels *p, Buf *frame);

typedef struct PixelBox {
    uint32_t left, top, width, height; /* in pixels of the image, from its upper left corner */
} PixelBox;

/* One byte a pixel, 1: to be blanked. False: memory is out or the image is too big for 'mask' (err). */
bool pixel_mask_make(const Pixels *p, Buf *mask, Err *err);
void pixel_mask_box(const Pixels *p, const PixelBox *box, bool blank, Buf *mask); /* cut at the edges */
void pixel_mask_fill(bool blank, Buf *mask);

/* Black wherever 'mask' says so: the darkest value, the highest of MONOCHROME1. */
void pixel_blank(const Pixels *p, Slice mask, Buf *frame);

#endif
