/*
 * One frame into one code stream: which encoder for which transfer syntax. Lossless only, our own samples
 * only.
 *
 * What an encoder made is decoded again and compared: a stream that is not the samples never leaves the
 * codec. The decoder is the one that reads such streams from outside; of HTJ2K, where that one is slow, it
 * looks at every eighth frame, and the encoder's own decoder at all of them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CODEC_ENCODE_H
#define CODEC_ENCODE_H

#include "base/buf.h"
#include "codec/decode.h"

/* Samples in the canonical form of codec_wire.h. */
typedef struct Frame {
    const uint8_t      *at;
    const CodecRequest *r;
    unsigned            bits; /* of a sample that say something: Bits Stored, or all when the others do too */
    bool                is_signed; /* the highest of 'bits' is a sign */
    Photometric         colour;
} Frame;

/* '*ret_colour' comes in as the samples' photometric and leaves as the one to state. */
typedef CodecVerdict Encode(const Frame *f, Photometric *ret_colour, Buf *ret);

Encode encode_native, encode_deflated, encode_jpegls, encode_jpeg2000, encode_htj2k, encode_htj2k_rpcl;

/* By the library that made it. */
bool htj2k_stream_is(const Frame *f, Slice stream);

/* By r->target. CODEC_UNFIT: not made here, or such samples have no place in it. */
CodecVerdict encode_frame(const uint8_t *samples, const CodecRequest *r, Photometric *ret_colour, Buf *ret);

/* The bits of a sample that count; the same as a number. */
static inline uint32_t frame_raw(const Frame *f, size_t place)
{
    uint32_t raw;
    if (f->r->bits_allocated <= 8)
        raw = f->at[place];
    else
        raw = (uint32_t)f->at[2 * place] | (uint32_t)f->at[2 * place + 1] << 8;
    return raw & ((UINT32_C(1) << f->bits) - 1);
}

static inline int32_t frame_value(const Frame *f, size_t place)
{
    uint32_t raw = frame_raw(f, place);
    return f->is_signed && raw >> (f->bits - 1) ? (int32_t)raw - (int32_t)(UINT32_C(1) << f->bits)
                                                : (int32_t)raw;
}

#endif
