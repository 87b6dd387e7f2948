/*
 * Fuzz target: what our own writers (RLE, lossless JPEG) make of any samples decodes to the same samples. The
 * first bytes choose the image's shape, the rest are its samples.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/image/jpeg_lossless.h"
#include "formats/image/rle.h"

static void must_be_equal(CodecVerdict verdict, const uint8_t *a, const uint8_t *b, size_t len)
{
    if (verdict != CODEC_DONE || memcmp(a, b, len) != 0)
        abort();
}

static void check(const CodecRequest *r, unsigned bits, uint8_t *samples)
{
    size_t    len = (size_t)r->frame_bytes;
    OWNED_BUF rle = buf_make(len * 4 + 4096), jpeg = buf_make(len * 4 + 4096);
    uint8_t  *back  = calloc(len, 1);
    Slice     given = slice_bytes(samples, len);
    if (rle_encode(given, r, &rle) == CODEC_DONE)
        must_be_equal(rle_decode(buf_slice(&rle), r, back), samples, back, len);
    for (size_t i = 0; i < len; i++) /* of a lossless JPEG the low 'bits' come back */
        if (r->bits_allocated == 16 && i % 2)
            samples[i] = (uint8_t)(bits > 8 ? samples[i] & ((1u << (bits - 8)) - 1) : 0);
        else if (bits < 8)
            samples[i] = (uint8_t)(samples[i] & ((1u << bits) - 1));
    if (jpeg_lossless_encode(given, r, bits, &jpeg) == CODEC_DONE)
        must_be_equal(jpeg_lossless_decode(buf_slice(&jpeg), r, back), samples, back, len);
    free(back);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 4)
        return 0;
    CodecRequest r = { .rows = data[0] % 64 + 1u, .columns = data[1] % 64 + 1u, .samples = data[2] % 4 + 1 };
    r.bits_allocated = data[2] & 4 ? 16 : 8;
    r.bits_stored    = (uint16_t)(data[3] % r.bits_allocated + 1);
    r.high_bit       = (uint16_t)(r.bits_stored - 1);
    r.frame_bytes    = (uint64_t)r.rows * r.columns * r.samples * (r.bits_allocated / 8u);
    uint8_t *samples = calloc(r.frame_bytes, 1);
    for (size_t i = 0; samples && i < r.frame_bytes && size > 4; i++)
        samples[i] = data[4 + i % (size - 4)];
    if (samples)
        check(&r, r.bits_stored, samples);
    free(samples);
    return 0;
}
