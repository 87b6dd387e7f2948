/*
 * Native frames, uncompressed or deflated: bits and planes put into the codec's one form.
 *
 * Source: DICOM PS3.5 §8.1.1 (packed bits), §A.4.13 (deflated image frames); PS3.3 §C.7.6.3.1.2 (shared
 * chroma).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "codec/encode.h"
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

/* Y1 Y2 Cb Cr for two neighbours: each gets the chroma of both. */
static CodecVerdict from_422(Slice native, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    size_t pairs = (size_t)r->rows * r->columns / 2;
    if (r->columns % 2 || r->bits_allocated != 8 || r->planar || native.len < pairs * 4)
        return CODEC_DISAGREES;
    const uint8_t *in = (const uint8_t *)native.at;
    for (size_t i = 0; i < pairs; i++, in += 4, to += 6) {
        to[0] = in[0];
        to[3] = in[1];
        to[1] = to[4] = in[2];
        to[2] = to[5] = in[3];
    }
    *ret_colour = YBR_FULL;
    return CODEC_DONE;
}

CodecVerdict decode_native(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    size_t samples = (size_t)r->rows * r->columns * r->samples;
    size_t wanted  = r->bits_allocated == 1 ? (samples + 7) / 8 : samples * (r->bits_allocated / 8u);
    if (*ret_colour == YBR_FULL_422 && r->samples == 3 && frame.len < wanted)
        return from_422(frame, r, to, ret_colour);
    if (*ret_colour == YBR_FULL_422)
        *ret_colour = YBR_FULL; /* said so, but every pixel has its own chroma */
    if (frame.len < wanted)
        return CODEC_DISAGREES;
    if (r->bits_allocated == 1)
        unpack_bits(frame, samples, to);
    else if (r->planar && r->samples > 1)
        by_pixel(frame, r, to);
    else
        memcpy(to, frame.at, wanted);
    return CODEC_DONE;
}

CodecVerdict decode_deflated(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    char *memory = NULL;
    Slice native;
    Err   err = { 0 };
    if (!inflate_bytes(frame, (size_t)r->frame_bytes + 1, false, &memory, &native,
                       &err)) /* one more: padding */
        return err.kind == ERR_LIMIT ? CODEC_DISAGREES : CODEC_DAMAGED;
    CodecVerdict verdict = decode_native(native, r, to, ret_colour);
    free(memory);
    return verdict;
}

CodecVerdict encode_native(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    (void)ret_colour;
    size_t samples = (size_t)f->r->frame_bytes;
    if (f->r->bits_allocated != 1) {
        (void)buf_add(ret, slice_bytes(f->at, samples));
        return CODEC_DONE;
    }
    if (!buf_add_zeros(ret, (samples + 7) / 8))
        return CODEC_TOO_LARGE;
    for (size_t i = 0; i < samples; i++)
        if (f->at[i])
            ret->at[i / 8] = (char)(ret->at[i / 8] | 1 << i % 8);
    return CODEC_DONE;
}

CodecVerdict encode_deflated(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    OWNED_BUF    native  = buf_make((size_t)f->r->frame_bytes + 1);
    CodecVerdict verdict = encode_native(f, ret_colour, &native);
    if (verdict != CODEC_DONE)
        return verdict;
    return deflate_bytes(buf_slice(&native), ret, NULL) ? CODEC_DONE : CODEC_TOO_LARGE;
}
