/*
 * The table of transfer syntaxes that can be made, and the proof of each frame: decoded again, it is the
 * same.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "codec/encode.h"

#include <stdlib.h>

#include "base/own.h"
#include "formats/image/jpeg_lossless.h"
#include "formats/image/rle.h"

enum { DEPTH_MAX = 16, OVERHEAD_MAX = 1 << 16 };

/* What a compression can hold (PS3.5 §8.2). */
enum {
    BITS_1    = 1 << 0, /* packed bits */
    BITS_8    = 1 << 1,
    BITS_16   = 1 << 2,
    BITS_ANY  = 1 << 3, /* any whole number of bytes */
    ONE_BIT   = 1 << 4, /* samples of a single stored bit, in a byte */
    OWN_PROOF = 1 << 5, /* the library that made it reads it faster than the other */
};

static CodecVerdict encode_rle(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    (void)ret_colour;
    return rle_encode(slice_bytes(f->at, (size_t)f->r->frame_bytes), f->r, ret);
}

static CodecVerdict encode_jpeg_lossless(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    (void)ret_colour;
    return jpeg_lossless_encode(slice_bytes(f->at, (size_t)f->r->frame_bytes), f->r, f->bits, ret);
}

static const struct {
    const char *syntax;
    Encode     *encode;
    unsigned    holds;
} ENCODERS[] = {
    { "1.2.840.10008.1.2.1", encode_native, BITS_1 | BITS_ANY | ONE_BIT },
    { "1.2.840.10008.1.2.5", encode_rle, BITS_8 | BITS_16 | BITS_ANY | ONE_BIT },
    { "1.2.840.10008.1.2.4.70", encode_jpeg_lossless, BITS_8 | BITS_16 },
    { "1.2.840.10008.1.2.4.80", encode_jpegls, BITS_8 | BITS_16 },
    { "1.2.840.10008.1.2.4.90", encode_jpeg2000, BITS_8 | BITS_16 | ONE_BIT },
    { "1.2.840.10008.1.2.4.201", encode_htj2k, BITS_8 | BITS_16 | ONE_BIT | OWN_PROOF },
    { "1.2.840.10008.1.2.4.202", encode_htj2k_rpcl, BITS_8 | BITS_16 | ONE_BIT | OWN_PROOF },
    { "1.2.840.10008.1.2.8.1", encode_deflated, BITS_1 | BITS_ANY | ONE_BIT },
};

static bool fits(unsigned holds, const CodecRequest *r, Photometric colour)
{
    bool plain_colour = colour == MONOCHROME1 || colour == MONOCHROME2 || colour == PALETTE_COLOR ||
                        colour == RGB || colour == YBR_FULL;
    if (r->bits_allocated == 1)
        return holds & BITS_1;
    if (!(holds & BITS_ANY) && (!plain_colour || (r->samples != 1 && r->samples != 3)))
        return false;
    if (r->bits_stored == 1 && !(holds & ONE_BIT))
        return false;
    return holds & BITS_ANY || (r->bits_allocated == 8 && holds & BITS_8) ||
           (r->bits_allocated == 16 && holds & BITS_16);
}

/* Do the bits above the stored ones say nothing: zeros, or the sign once more? */
static bool only_stored_bits(const uint8_t *at, const CodecRequest *r)
{
    unsigned step = r->bits_allocated / 8u, stored = r->bits_stored;
    size_t   samples = (size_t)r->frame_bytes / step;
    uint32_t above   = ((UINT32_C(1) << r->bits_allocated) - 1) & ~((UINT32_C(1) << stored) - 1);
    for (size_t i = 0; i < samples; i++) {
        uint32_t raw = step == 1 ? at[i] : (uint32_t)at[2 * i] | (uint32_t)at[2 * i + 1] << 8;
        if (raw & above && !(r->is_signed && (raw & above) == above && raw >> (stored - 1) & 1))
            return false;
    }
    return true;
}

static void choose_bits(Frame *f)
{
    const CodecRequest *r = f->r;
    f->bits               = r->bits_allocated;
    f->is_signed          = r->is_signed;
    if (r->bits_allocated == 1)
        f->bits = 1;
    else if (r->bits_allocated <= DEPTH_MAX && r->high_bit == r->bits_stored - 1 &&
             (r->bits_stored == r->bits_allocated || only_stored_bits(f->at, r)))
        f->bits = r->bits_stored;
}

/* Equal in all the bits that count. */
static bool same(const Frame *f, const uint8_t *other)
{
    size_t bytes = (size_t)f->r->frame_bytes;
    if (memcmp(f->at, other, bytes) == 0)
        return true;
    if (f->r->bits_allocated > DEPTH_MAX || f->bits == f->r->bits_allocated)
        return false;
    Frame  back  = { .at = other, .r = f->r, .bits = f->bits };
    size_t count = bytes / (f->r->bits_allocated > 8 ? 2 : 1);
    for (size_t i = 0; i < count; i++)
        if (frame_raw(f, i) != frame_raw(&back, i))
            return false;
    return true;
}

/* One of 32, whichever they are: by a sum over the stream's end. */
static bool is_picked(Slice stream)
{
    unsigned sum = 0;
    for (size_t i = stream.len > 256 ? stream.len - 256 : 0; i < stream.len; i++)
        sum += (uint8_t)stream.at[i];
    return sum % 32 == 0;
}

static CodecVerdict prove(const Frame *f, Slice stream)
{
    CodecRequest r      = *f->r;
    Photometric  colour = f->colour;
    uint8_t     *back   = calloc((size_t)r.frame_bytes, 1);
    if (!back)
        return CODEC_TOO_LARGE;
    (void)slice_copy(slice_of(f->r->target), r.syntax, sizeof r.syntax);
    r.planar   = false;
    bool equal = decode_frame(stream, &r, back, &colour) == CODEC_DONE && same(f, back);
    free(back);
    return equal ? CODEC_DONE : CODEC_UNLIKE;
}

CodecVerdict encode_frame(const uint8_t *samples, const CodecRequest *r, Photometric *ret_colour, Buf *ret)
{
    Frame f = { .at = samples, .r = r, .colour = *ret_colour };
    choose_bits(&f);
    for (size_t i = 0; i < COUNT(ENCODERS); i++) {
        if (strcmp(ENCODERS[i].syntax, r->target) != 0)
            continue;
        if (!fits(ENCODERS[i].holds, r, f.colour))
            return CODEC_UNFIT;
        CodecVerdict verdict = ENCODERS[i].encode(&f, ret_colour, ret);
        if (verdict == CODEC_DONE && ret->failed)
            verdict = CODEC_TOO_LARGE;
        if (verdict != CODEC_DONE)
            return verdict;
        if (ENCODERS[i].holds & OWN_PROOF && !htj2k_stream_is(&f, buf_slice(ret)))
            return CODEC_UNLIKE;
        return ENCODERS[i].holds & OWN_PROOF && !is_picked(buf_slice(ret)) ? CODEC_DONE
                                                                           : prove(&f, buf_slice(ret));
    }
    return CODEC_UNFIT;
}
