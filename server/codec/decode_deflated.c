/*
 * Deflated image frames: the native frame under RFC 1951. DICOM PS3.5 §A.4.13 (Deflated Image Frame
 * Compression).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "codec/decode.h"
#include "formats/dicom/inflate.h"

static void unpack_bits(Slice native, size_t pixels, uint8_t *to)
{
    for (size_t i = 0; i < pixels; i++)
        to[i] = (uint8_t)native.at[i / 8] >> i % 8 & 1;
}

/* Planes side by side become samples side by side. */
static void by_pixel(Slice native, const CodecRequest *r, uint8_t *to)
{
    size_t bytes = r->bits_allocated / 8u, pixels = (size_t)r->rows * r->columns;
    for (size_t c = 0; c < r->samples; c++)
        for (size_t i = 0; i < pixels; i++)
            memcpy(to + (i * r->samples + c) * bytes, native.at + (c * pixels + i) * bytes, bytes);
}

CodecVerdict decode_deflated(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    size_t samples = (size_t)r->rows * r->columns * r->samples;
    size_t wanted  = r->bits_allocated == 1 ? (samples + 7) / 8 : samples * (r->bits_allocated / 8u);
    char  *memory  = NULL;
    Slice  native;
    Err    err = { 0 };
    (void)ret_colour;
    if (!inflate_bytes(frame, wanted + 1, false, &memory, &native,
                       &err)) /* one more: padding to an even length */
        return err.kind == ERR_LIMIT ? CODEC_DISAGREES : CODEC_DAMAGED;
    bool enough = native.len >= wanted;
    if (enough && r->bits_allocated == 1)
        unpack_bits(native, samples, to);
    else if (enough && r->planar && r->samples > 1)
        by_pixel(native, r, to);
    else if (enough)
        memcpy(to, native.at, wanted);
    free(memory);
    return enough ? CODEC_DONE : CODEC_DISAGREES;
}
