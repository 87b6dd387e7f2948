/*
 * One image over another: greys of planes around it, drawn in colours that let it through.
 *
 * Source: DICOM PS3.4 §N.2.4 (blending); PS3.3 §C.11.14.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_BLEND_H
#define FORMATS_IMAGE_BLEND_H

#include "formats/image/render.h"

typedef struct BlendSlice {
    const uint8_t *grey, *hidden; /* of each pixel; 'hidden' other than 0: it is none (padding) */
    uint32_t       width, height;
    double         matrix[6]; /* from the pixels below to its own, as of plane_matrix */
    double         weight;    /* those of all slices sum to 1 */
} BlendSlice;

/*
 * Over 'below', of three channels: greys between the four pixels around each place and between the slices,
 * then the palette over its whole length, then 'opacity' (0 to 1) of it. Where less than half of what would be
 * seen there is a pixel, 'below' stays as it is.
 */
void blend_draw(Picture *below, const BlendSlice *slices, size_t count, const Palette *palette, double opacity);

#endif
