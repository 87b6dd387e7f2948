/*
 * What the parts of rendering share: colour, size and shutter beside the greys of render.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_RENDER_INTERNAL_H
#define FORMATS_IMAGE_RENDER_INTERNAL_H

#include "formats/image/lut.h"
#include "formats/image/render.h"
#include "formats/image/samples.h"

#define NO_PICTURE "This image has no picture."

static inline uint8_t to_byte(double v)
{
    return v <= 0 ? 0 : v >= 255 ? 255 : (uint8_t)(v + 0.5);
}

/* Colour of one kind or other, three bytes a pixel. 'palette' for PALETTE COLOR. False: 'frame' too short. */
bool colour_render(const Pixels *p, Slice frame, const Palette *palette, uint8_t *out, Err *err);

/* The entry for a stored value, clamped to the ends of the table. */
void palette_entry(const Palette *palette, int64_t stored, uint8_t out[3]);

/* The colour of a grey from 0 to 255, that range being spread over the whole table. */
void palette_grey(const Palette *palette, double grey, uint8_t out[3]);

/* NULL when memory is out. */
Picture *picture_new(uint32_t width, uint32_t height, uint32_t channels);

#endif
