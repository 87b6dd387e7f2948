/*
 * Blending of a grey image, seen through a palette, with the picture below it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/blend.h"

#include <math.h>

#include "formats/image/render_internal.h"

/* What is seen at a place so far: greys by their weight, and the weight of them. */
typedef struct Seen {
    double grey, weight;
} Seen;

static void pixel_add(const BlendSlice *s, int64_t x, int64_t y, double weight, Seen *to)
{
    int64_t right = (int64_t)s->width - 1, bottom = (int64_t)s->height - 1;
    size_t  at = (size_t)(y < 0 ? 0 : y > bottom ? bottom : y) * s->width + (size_t)(x < 0 ? 0 : x > right ? right : x);
    if (s->hidden[at])
        return;
    to->grey += weight * s->grey[at];
    to->weight += weight;
}

/* Its outermost pixels reach half a pixel beyond their middles. */
static void slice_add(const BlendSlice *s, uint32_t x, uint32_t y, Seen *to)
{
    const double *m = s->matrix;
    double        u = m[0] * x + m[1] * y + m[2], v = m[3] * x + m[4] * y + m[5];
    if (!(u >= -0.5 && v >= -0.5 && u < s->width - 0.5 && v < s->height - 0.5))
        return;
    double  left = floor(u), top = floor(v), to_right = u - left, to_bottom = v - top;
    int64_t i = (int64_t)left, j = (int64_t)top;
    pixel_add(s, i, j, s->weight * (1 - to_right) * (1 - to_bottom), to);
    pixel_add(s, i + 1, j, s->weight * to_right * (1 - to_bottom), to);
    pixel_add(s, i, j + 1, s->weight * (1 - to_right) * to_bottom, to);
    pixel_add(s, i + 1, j + 1, s->weight * to_right * to_bottom, to);
}

void blend_draw(Picture *below, const BlendSlice *slices, size_t count, const Palette *palette, double opacity)
{
    for (uint32_t y = 0; y < below->height; y++)
        for (uint32_t x = 0; x < below->width; x++) {
            Seen     seen = { 0 };
            uint8_t *at   = below->at + ((size_t)y * below->width + x) * 3, colour[3];
            for (size_t i = 0; i < count; i++)
                slice_add(&slices[i], x, y, &seen);
            if (!(seen.weight >= 0.5))
                continue;
            palette_grey(palette, seen.grey / seen.weight, colour);
            for (size_t c = 0; c < 3; c++)
                at[c] = to_byte(colour[c] * opacity + at[c] * (1 - opacity));
        }
}
