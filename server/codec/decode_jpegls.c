/*
 * JPEG-LS by CharLS: lossless and near-lossless, 2 to 16 bits, any interleaving. ITU-T T.87.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <charls/charls.h>
#include <stdlib.h>

#include "codec/decode.h"

static CodecVerdict check(const charls_frame_info *info, const CodecRequest *r)
{
    if (info->width != r->columns || info->height != r->rows ||
        info->component_count != (int32_t)r->samples || info->bits_per_sample < 2 ||
        info->bits_per_sample > r->bits_allocated || (r->bits_allocated != 8 && r->bits_allocated != 16))
        return CODEC_DISAGREES;
    return CODEC_DONE;
}

/* CharLS writes 1 or 2 bytes a sample by the stream's depth, planes one after the other when not interleaved.
 */
static void store(const uint8_t *from, const charls_frame_info *info, bool planes, const CodecRequest *r,
                  uint8_t *to)
{
    size_t pixels = (size_t)r->rows * r->columns;
    bool   wide   = info->bits_per_sample > 8;
    for (size_t i = 0; i < pixels; i++)
        for (size_t c = 0; c < r->samples; c++) {
            size_t   place = planes ? c * pixels + i : i * r->samples + c;
            uint16_t value = wide ? (uint16_t)(from[2 * place] | from[2 * place + 1] << 8) : from[place];
            sample_put(r, to, i * r->samples + c, value, 16);
        }
}

static CodecVerdict decode_with(charls_jpegls_decoder *decoder, Slice frame, const CodecRequest *r,
                                uint8_t *to)
{
    charls_frame_info      info;
    charls_interleave_mode mode;
    size_t                 size = 0;
    if (charls_jpegls_decoder_set_source_buffer(decoder, frame.at, frame.len) ||
        charls_jpegls_decoder_read_header(decoder) || charls_jpegls_decoder_get_frame_info(decoder, &info) ||
        charls_jpegls_decoder_get_interleave_mode(decoder, &mode))
        return CODEC_DAMAGED;
    CodecVerdict verdict = check(&info, r);
    if (verdict != CODEC_DONE)
        return verdict;
    if (charls_jpegls_decoder_get_destination_size(decoder, 0, &size) || size > CODEC_FRAME_MAX)
        return CODEC_TOO_LARGE;
    uint8_t *samples = malloc(size ? size : 1);
    if (!samples)
        return CODEC_TOO_LARGE;
    verdict = charls_jpegls_decoder_decode_to_buffer(decoder, samples, size, 0) ? CODEC_DAMAGED : CODEC_DONE;
    if (verdict == CODEC_DONE)
        store(samples, &info, mode == CHARLS_INTERLEAVE_MODE_NONE, r, to);
    free(samples);
    return verdict;
}

CodecVerdict decode_jpegls(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    (void)ret_colour;
    charls_jpegls_decoder *decoder = charls_jpegls_decoder_create();
    if (!decoder)
        return CODEC_TOO_LARGE;
    CodecVerdict verdict = decode_with(decoder, frame, r, to);
    charls_jpegls_decoder_destroy(decoder);
    return verdict;
}
