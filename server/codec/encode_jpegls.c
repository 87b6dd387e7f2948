/*
 * JPEG-LS lossless by CharLS, components interleaved by sample. ITU-T T.87.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <charls/charls.h>
#include <stdlib.h>

#include "codec/encode.h"

/* CharLS takes 1 or 2 bytes a sample by the depth, whatever was allocated, and nothing in the bits above. */
static uint8_t *samples_of(const Frame *f, size_t *ret_bytes)
{
    size_t   count = (size_t)f->r->rows * f->r->columns * f->r->samples;
    size_t   step  = f->bits > 8 ? 2 : 1;
    uint8_t *at    = malloc(count * step);
    for (size_t i = 0; at && i < count; i++) {
        uint32_t raw = frame_raw(f, i);
        at[i * step] = (uint8_t)raw;
        if (step == 2)
            at[i * step + 1] = (uint8_t)(raw >> 8);
    }
    *ret_bytes = count * step;
    return at;
}

static CodecVerdict encode_with(charls_jpegls_encoder *encoder, const Frame *f, Buf *ret)
{
    charls_frame_info      info  = { .width           = f->r->columns,
                                     .height          = f->r->rows,
                                     .bits_per_sample = (int32_t)f->bits,
                                     .component_count = (int32_t)f->r->samples };
    size_t                 bytes = 0, room = 0, written = 0, from = ret->len;
    charls_interleave_mode mode =
        f->r->samples > 1 ? CHARLS_INTERLEAVE_MODE_SAMPLE : CHARLS_INTERLEAVE_MODE_NONE;
    if (charls_jpegls_encoder_set_frame_info(encoder, &info) ||
        charls_jpegls_encoder_set_interleave_mode(encoder, mode) ||
        charls_jpegls_encoder_get_estimated_destination_size(encoder, &room) || !buf_add_zeros(ret, room))
        return CODEC_UNFIT;
    uint8_t     *samples = samples_of(f, &bytes);
    CodecVerdict verdict = samples ? CODEC_DONE : CODEC_TOO_LARGE;
    if (samples && (charls_jpegls_encoder_set_destination_buffer(encoder, ret->at + from, room) ||
                    charls_jpegls_encoder_encode_from_buffer(encoder, samples, bytes, 0) ||
                    charls_jpegls_encoder_get_bytes_written(encoder, &written) || written > room))
        verdict = CODEC_UNFIT;
    ret->len = from + written;
    free(samples);
    return verdict;
}

CodecVerdict encode_jpegls(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    (void)ret_colour;
    charls_jpegls_encoder *encoder = charls_jpegls_encoder_create();
    if (!encoder)
        return CODEC_TOO_LARGE;
    CodecVerdict verdict = encode_with(encoder, f, ret);
    charls_jpegls_encoder_destroy(encoder);
    return verdict;
}
