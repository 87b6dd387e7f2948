/*
 * The one C++ library of the house behind a C door: HTJ2K code streams by OpenJPH. No C++ type and no
 * exception comes out.
 *
 * It reads what it just made, and nothing else: OpenJPH 0.9 must never read a stream from outside
 * (assertions, endless loops).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_HTJ2K_ENCODER_H
#define CODEC_HTJ2K_ENCODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct Htj2kImage {
    uint32_t columns, rows, components, bits, levels;
    bool     is_signed, colour_transform;
    /* Fills 'line' (of 'columns' values) with one line of one component. */
    void (*line)(const void *from, uint32_t y, uint32_t component, int32_t *line);
    const void *from;
} Htj2kImage;

/* Takes the whole stream, once. False: no room. */
typedef bool Htj2kTake(const uint8_t *bytes, size_t len, void *with);

/* Reversible, blocks of 64 x 64, progression RPCL, one tile. False: the library refused, or 'take' did. */
bool htj2k_encode(const Htj2kImage *image, Htj2kTake *take, void *with);

/* Does this stream, made here a moment ago, decode to the very image? */
bool htj2k_is(const Htj2kImage *image, const uint8_t *bytes, size_t len);

#ifdef __cplusplus
}
#endif
#endif
