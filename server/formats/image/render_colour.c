/*
 * Colour frames to 8-bit RGB: palettes, RGB of any depth, luminance and chrominance in their variants.
 *
 * Source: DICOM PS3.3 §C.7.6.3.1.2 (photometric interpretation; YBR_PARTIAL_422 in editions before 2017).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "formats/image/render_internal.h"

typedef void ToRgb(double y, double cb, double cr, uint8_t out[3]);

/* ITU-R BT.601 as JPEG uses it: all 256 levels. */
static void full_to_rgb(double y, double cb, double cr, uint8_t out[3])
{
    out[0] = to_byte(y + 1.402 * (cr - 128));
    out[1] = to_byte(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128));
    out[2] = to_byte(y + 1.772 * (cb - 128));
}

/* As video uses it: black is 16, white 235, chrominance 16 to 240. */
static void partial_to_rgb(double y, double cb, double cr, uint8_t out[3])
{
    double light = 1.1644 * (y - 16);
    out[0]       = to_byte(light + 1.5960 * (cr - 128));
    out[1]       = to_byte(light - 0.3918 * (cb - 128) - 0.8130 * (cr - 128));
    out[2]       = to_byte(light + 2.0173 * (cb - 128));
}

static void rgb_to_rgb(double r, double g, double b, uint8_t out[3])
{
    out[0] = to_byte(r);
    out[1] = to_byte(g);
    out[2] = to_byte(b);
}

static ToRgb *conversion(Photometric photometric)
{
    switch (photometric) {
    case YBR_FULL:
    case YBR_FULL_422:
        return full_to_rgb;
    case YBR_PARTIAL_422:
    case YBR_PARTIAL_420:
        return partial_to_rgb;
    default:
        return rgb_to_rgb;
    }
}

/* 4:2:2 as stored takes two thirds of what three full components would. */
static bool is_subsampled(const Pixels *p)
{
    return (p->photometric == YBR_FULL_422 || p->photometric == YBR_PARTIAL_422) &&
           p->frame_bytes < (uint64_t)p->rows * p->columns * 3 * p->bits_allocated / 8;
}

/* Uncompressed 4:2:2: Y1 Y2 Cb Cr for two neighbours in a row. */
static bool render_422(const Pixels *p, Slice frame, uint8_t *out, Err *err)
{
    size_t pairs  = (size_t)p->rows * p->columns / 2;
    ToRgb *to_rgb = conversion(p->photometric);
    if (p->columns % 2 || p->bits_allocated != 8 || p->planar || frame.len < pairs * 4)
        return err_set(err, ERR_INPUT, NO_PICTURE, "%s of %u columns, %zu bytes",
                       photometric_name(p->photometric), p->columns, frame.len);
    const uint8_t *in = (const uint8_t *)frame.at;
    for (size_t i = 0; i < pairs; i++, in += 4) {
        to_rgb(in[0], in[2], in[3], out + 6 * i);
        to_rgb(in[1], in[2], in[3], out + 6 * i + 3);
    }
    return true;
}

void palette_entry(const Palette *palette, int64_t stored, uint8_t out[3])
{
    int64_t  index = stored - palette->first;
    uint32_t entry = index < 0 ? 0 : index >= palette->count ? palette->count - 1 : (uint32_t)index;
    out[0]         = palette->red[entry];
    out[1]         = palette->green[entry];
    out[2]         = palette->blue[entry];
}

void palette_grey(const Palette *palette, double grey, uint8_t out[3])
{
    palette_entry(palette, palette->first + (int64_t)(grey * (palette->count - 1) / 255), out);
}

bool colour_render(const Pixels *p, Slice frame, const Palette *palette, uint8_t *out, Err *err)
{
    Samples s;
    if (is_subsampled(p))
        return render_422(p, frame, out, err);
    if (!samples_make(p, frame, 0, &s))
        return err_set(err, ERR_INPUT, NO_PICTURE, "frame of %zu bytes is too short", frame.len);
    if (p->photometric == PALETTE_COLOR) {
        for (size_t i = 0; i < s.pixels; i++)
            palette_entry(palette, sample_int(&s, i), out + 3 * i);
        return true;
    }
    double scale  = 255 / (exp2(p->bits_stored) - 1);
    ToRgb *to_rgb = conversion(p->photometric);
    for (size_t i = 0; i < s.pixels; i++) {
        double c[3];
        for (unsigned k = 0; k < 3; k++)
            c[k] = (double)sample_int(&s, sample_place(&s, i, k)) * scale;
        to_rgb(c[0], c[1], c[2], out + 3 * i);
    }
    return true;
}
