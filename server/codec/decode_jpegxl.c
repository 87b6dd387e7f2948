/*
 * JPEG XL by libjxl: lossless, lossy, and recompressed JPEG, which becomes the JPEG it was and is decoded as
 * that.
 *
 * Size, channels and depth are compared with the data set before a sample is decoded. Samples of a stream in
 * the XYB colour space come out as RGB (PS3.5 §8.2.18); others as they were coded. ISO/IEC 18181.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <jxl/decode.h>
#include <stdlib.h>

#include "codec/decode.h"

enum { JPEG_ROOM = 1 << 16 };

static CodecVerdict check(const JxlBasicInfo *info, const CodecRequest *r)
{
    if (info->have_animation || info->exponent_bits_per_sample)
        return CODEC_UNREADABLE;
    if (info->xsize != r->columns || info->ysize != r->rows || info->num_color_channels != r->samples ||
        info->num_extra_channels || (r->bits_allocated != 8 && r->bits_allocated != 16) ||
        info->bits_per_sample < 1 || info->bits_per_sample > r->bits_allocated)
        return CODEC_DISAGREES;
    return CODEC_DONE;
}

/* The library spreads samples over all of the 16 bits; this takes them back to their own depth, exactly. */
static void store(const uint16_t *from, unsigned bits, const CodecRequest *r, uint8_t *to)
{
    uint32_t most  = (UINT32_C(1) << bits) - 1;
    size_t   count = (size_t)r->rows * r->columns * r->samples;
    for (size_t i = 0; i < count; i++)
        sample_put(r, to, i, (uint32_t)(((uint64_t)from[i] * most + 32767) / 65535), 16);
}

/* A decoder at the first byte of 'frame', told to stop at 'events'. */
static JxlDecoder *decoder_of(Slice frame, int events)
{
    JxlDecoder *d = JxlDecoderCreate(NULL);
    if (d && JxlDecoderSubscribeEvents(d, events) == JXL_DEC_SUCCESS &&
        JxlDecoderSetKeepOrientation(d, JXL_TRUE) == JXL_DEC_SUCCESS &&
        JxlDecoderSetInput(d, (const uint8_t *)frame.at, frame.len) == JXL_DEC_SUCCESS) {
        JxlDecoderCloseInput(d);
        return d;
    }
    if (d)
        JxlDecoderDestroy(d);
    return NULL;
}

/* ---- samples ---- */

static CodecVerdict image_wanted(JxlDecoder *d, const CodecRequest *r, uint16_t *samples)
{
    JxlPixelFormat format = { r->samples, JXL_TYPE_UINT16, JXL_NATIVE_ENDIAN, 0 };
    size_t         bytes = 0, room = (size_t)r->rows * r->columns * r->samples * sizeof *samples;
    if (JxlDecoderImageOutBufferSize(d, &format, &bytes) != JXL_DEC_SUCCESS || bytes != room ||
        JxlDecoderSetImageOutBuffer(d, &format, samples, room) != JXL_DEC_SUCCESS)
        return CODEC_DISAGREES;
    return CODEC_DONE;
}

static CodecVerdict samples_of(JxlDecoder *d, const CodecRequest *r, JxlBasicInfo *info, uint16_t *samples)
{
    CodecVerdict verdict = CODEC_DONE;
    bool         asked   = false;
    while (verdict == CODEC_DONE) {
        switch (JxlDecoderProcessInput(d)) {
        case JXL_DEC_BASIC_INFO:
            verdict = JxlDecoderGetBasicInfo(d, info) == JXL_DEC_SUCCESS ? check(info, r) : CODEC_DAMAGED;
            break;
        case JXL_DEC_NEED_IMAGE_OUT_BUFFER:
            verdict = image_wanted(d, r, samples);
            asked   = true;
            break;
        case JXL_DEC_FULL_IMAGE:
            return asked ? CODEC_DONE : CODEC_DAMAGED;
        default:
            return CODEC_DAMAGED;
        }
    }
    return verdict;
}

static CodecVerdict decode_samples(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    JxlDecoder  *d       = decoder_of(frame, JXL_DEC_BASIC_INFO | JXL_DEC_FULL_IMAGE);
    uint16_t    *samples = calloc((size_t)r->rows * r->columns * r->samples, sizeof *samples);
    JxlBasicInfo info    = { 0 };
    CodecVerdict verdict = d && samples ? samples_of(d, r, &info, samples) : CODEC_TOO_LARGE;
    if (verdict == CODEC_DONE)
        store(samples, info.bits_per_sample, r, to);
    if (r->samples == 3 &&
        (!info.uses_original_profile || (*ret_colour != YBR_FULL && *ret_colour != YBR_FULL_422)))
        *ret_colour = RGB;
    free(samples);
    if (d)
        JxlDecoderDestroy(d);
    return verdict;
}

/* ---- recompressed JPEG ---- */

static bool more_room(JxlDecoder *d, uint8_t **jpeg, size_t *room)
{
    size_t   used = *room - JxlDecoderReleaseJPEGBuffer(d);
    size_t   next = *room ? *room * 2 : JPEG_ROOM;
    uint8_t *more = next <= CODEC_FRAME_MAX ? realloc(*jpeg, next) : NULL;
    if (!more)
        return false;
    *jpeg = more;
    *room = next;
    return JxlDecoderSetJPEGBuffer(d, more + used, next - used) == JXL_DEC_SUCCESS;
}

/* The JPEG that was recompressed; empty when the stream is none. The caller frees '*ret_memory'. */
static Slice jpeg_of(Slice frame, uint8_t **ret_memory)
{
    JxlDecoder *d    = decoder_of(frame, JXL_DEC_JPEG_RECONSTRUCTION | JXL_DEC_FULL_IMAGE);
    size_t      room = 0, len = 0;
    bool        more = d != NULL;
    *ret_memory      = NULL;
    while (more) {
        JxlDecoderStatus status = JxlDecoderProcessInput(d);
        if (status == JXL_DEC_JPEG_RECONSTRUCTION || status == JXL_DEC_JPEG_NEED_MORE_OUTPUT) {
            more = more_room(d, ret_memory, &room);
        } else {
            if (status == JXL_DEC_FULL_IMAGE && room)
                len = room - JxlDecoderReleaseJPEGBuffer(d);
            more = false;
        }
    }
    if (d)
        JxlDecoderDestroy(d);
    return slice_bytes(*ret_memory, len);
}

CodecVerdict decode_jpegxl(Slice frame, const CodecRequest *r, uint8_t *to, Photometric *ret_colour)
{
    uint8_t     *memory = NULL;
    Slice        jpeg   = jpeg_of(frame, &memory);
    CodecVerdict verdict =
        jpeg.len ? decode_jpeg(jpeg, r, to, ret_colour) : decode_samples(frame, r, to, ret_colour);
    free(memory);
    return verdict;
}
