/*
 * Enlarging colour planes: the triangle filter for two to one, plain repetition for other ratios.
 *
 * Samples of a smaller plane stand midway between those of the full one (ITU-T T.871 §9), so a full-size
 * sample lies at a quarter between two of them: three parts of the nearer, one of the farther; roundings
 * alternate so that no brightness is added.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/jpeg_planes.h"

#include <stdlib.h>
#include <string.h>

enum { LEAST_WIDTH = 3 }; /* narrower planes are repeated, as the widespread decoders do */

/* One line, doubled. */
static void double_line(const uint8_t *from, size_t count, uint8_t *to, size_t width)
{
    for (size_t x = 0; x < width; x++) {
        size_t i     = x / 2;
        size_t other = x % 2 ? i + 1 : i - 1;
        if ((i == 0 && x % 2 == 0) || other >= count)
            to[x] = from[i];
        else
            to[x] = (uint8_t)((3 * from[i] + from[other] + (x % 2 ? 2 : 1)) >> 2);
    }
}

/* One line of a plane doubled both ways: 'near' weighs three times 'far'. */
static void double_both(const uint8_t *near, const uint8_t *far, size_t count, uint8_t *to, size_t width)
{
    for (size_t x = 0; x < width; x++) {
        size_t   i     = x / 2;
        size_t   other = x % 2 ? i + 1 : i - 1;
        unsigned here  = 3u * near[i] + far[i];
        unsigned round = x % 2 ? 7 : 8;
        if ((i == 0 && x % 2 == 0) || other >= count)
            to[x] = (uint8_t)((4 * here + round) >> 4);
        else
            to[x] = (uint8_t)((3 * here + 3u * near[other] + far[other] + round) >> 4);
    }
}

static void repeat_line(const uint8_t *from, size_t times, uint8_t *to, size_t width)
{
    for (size_t x = 0; x < width; x++)
        to[x] = from[x / times];
}

static void enlarge_line(const JpegPlane *from, size_t across, size_t down, size_t y, uint8_t *to,
                         size_t width)
{
    const uint8_t *near = from->at + y / down * from->width;
    if (across == 2 && down == 1 && from->width >= LEAST_WIDTH) {
        double_line(near, from->width, to, width);
    } else if (across == 2 && down == 2 && from->width >= LEAST_WIDTH) {
        size_t row   = y / 2;
        size_t other = y % 2 ? (row + 1 < from->height ? row + 1 : row) : (row ? row - 1 : row);
        double_both(near, from->at + other * from->width, from->width, to, width);
    } else {
        repeat_line(near, across, to, width);
    }
}

bool jpeg_plane_enlarge(const JpegPlane *from, size_t width, size_t height, JpegPlane *ret)
{
    size_t across = from->width ? (width + from->width - 1) / from->width : 0;
    size_t down   = from->height ? (height + from->height - 1) / from->height : 0;
    if (from->width >= width)
        across = 1;
    if (from->height >= height)
        down = 1;
    if (across < 1 || across > 4 || down < 1 || down > 4)
        return false;
    *ret = (JpegPlane) { malloc(width * height), width, height };
    for (size_t y = 0; ret->at && y < height; y++)
        enlarge_line(from, across, down, y, ret->at + y * width, width);
    return ret->at != NULL;
}
