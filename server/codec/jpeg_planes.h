/*
 * Colour planes of a JPEG that are smaller than the image, enlarged to it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_JPEG_PLANES_H
#define CODEC_JPEG_PLANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct JpegPlane {
    uint8_t *at;
    size_t   width, height;
} JpegPlane;

/* A plane of exactly 'width' x 'height', malloc'ed. False: memory is out, or a ratio that JPEG has not. */
bool jpeg_plane_enlarge(const JpegPlane *from, size_t width, size_t height, JpegPlane *ret);

#endif
