/*
 * HTJ2K lossless: the library's stream, and the tile-part lengths that a progressive one must state (TLM).
 *
 * Source: ITU-T T.814; DICOM PS3.5 §A.4.11 (RPCL, a base of at most 64 samples a side, TLM); T.800 §A.7.1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/reader.h"
#include "codec/encode.h"
#include "codec/htj2k_encoder.h"

enum { BASE_SIDE_MAX = 64, LEVELS_MAX = 32, MARKER_SOC = 0xFF4F, MARKER_SOT = 0xFF90 };

/* Any frame; and the two that nearly all are, in loops that compilers make fast. */
static void line_of(const void *from, uint32_t y, uint32_t component, int32_t *line)
{
    const Frame *f     = from;
    size_t       step  = f->r->samples;
    size_t       place = (size_t)y * f->r->columns * step + component;
    for (uint32_t x = 0; x < f->r->columns; x++, place += step)
        line[x] = frame_value(f, place);
}

static void line_of_grey16(const void *from, uint32_t y, uint32_t component, int32_t *line)
{
    const Frame   *f  = from;
    size_t         n  = f->r->columns;
    const uint8_t *at = f->at + (size_t)y * n * 2;
    uint32_t mask = (UINT32_C(1) << f->bits) - 1, sign = f->is_signed ? UINT32_C(1) << (f->bits - 1) : 0;
    (void)component;
    for (size_t x = 0; x < n; x++) {
        uint32_t raw = ((uint32_t)at[2 * x] | (uint32_t)at[2 * x + 1] << 8) & mask;
        line[x]      = (int32_t)(raw ^ sign) - (int32_t)sign;
    }
}

static void line_of_whole_bytes(const void *from, uint32_t y, uint32_t component, int32_t *line)
{
    const Frame   *f    = from;
    size_t         step = f->r->samples, n = f->r->columns;
    const uint8_t *at = f->at + (size_t)y * n * step + component;
    for (size_t x = 0; x < n; x++)
        line[x] = at[x * step];
}

static bool take(const uint8_t *bytes, size_t len, void *with)
{
    return buf_add(with, slice_bytes(bytes, len));
}

static uint32_t levels_for(const CodecRequest *r)
{
    uint32_t side = r->rows > r->columns ? r->rows : r->columns, levels = 0;
    while (levels < LEVELS_MAX && (side + (UINT32_C(1) << levels) - 1) >> levels > BASE_SIDE_MAX)
        levels++;
    return levels;
}

static Htj2kImage image_of(const Frame *f)
{
    const CodecRequest *r = f->r;
    Htj2kImage          i = { .columns          = r->columns,
                              .rows             = r->rows,
                              .components       = r->samples,
                              .bits             = f->bits,
                              .levels           = levels_for(r),
                              .is_signed        = f->is_signed,
                              .colour_transform = f->colour == RGB && r->samples == 3,
                              .line             = line_of,
                              .from             = f };
    if (r->samples == 1 && r->bits_allocated == 16)
        i.line = line_of_grey16;
    else if (r->bits_allocated == 8 && f->bits == 8 && !f->is_signed)
        i.line = line_of_whole_bytes;
    return i;
}

bool htj2k_stream_is(const Frame *f, Slice stream)
{
    Htj2kImage image = image_of(f);
    return htj2k_is(&image, (const uint8_t *)stream.at, stream.len);
}

static CodecVerdict encode(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    Htj2kImage image = image_of(f);
    if (!htj2k_encode(&image, take, ret))
        return CODEC_UNFIT;
    if (image.colour_transform)
        *ret_colour = YBR_RCT;
    return CODEC_DONE;
}

/* Where the first (and only) tile-part begins, and how long it is. False: not the stream that is expected. */
static bool find_tile(Slice stream, size_t *ret_at, uint32_t *ret_length)
{
    Reader in = reader_make(stream);
    if (read_u16be(&in) != MARKER_SOC)
        return false;
    for (;;) {
        size_t   at     = in.pos;
        uint16_t marker = read_u16be(&in), length = read_u16be(&in);
        if (!reader_ok(&in) || length < 2)
            return false;
        Reader segment = reader_make(read_slice(&in, length - 2u));
        if (marker != MARKER_SOT)
            continue;
        (void)read_u16be(&segment); /* the tile's number: there is one */
        *ret_length = read_u32be(&segment);
        *ret_at     = at;
        if (*ret_length == 0) /* up to the end mark */
            *ret_length = (uint32_t)(stream.len - at - 2);
        return reader_ok(&segment) && *ret_length == stream.len - at - 2;
    }
}

CodecVerdict encode_htj2k(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    return encode(f, ret_colour, ret);
}

CodecVerdict encode_htj2k_rpcl(const Frame *f, Photometric *ret_colour, Buf *ret)
{
    OWNED_BUF    plain   = buf_make(ret->max);
    CodecVerdict verdict = encode(f, ret_colour, &plain);
    size_t       at      = 0;
    uint32_t     length  = 0;
    if (verdict != CODEC_DONE)
        return verdict;
    if (!find_tile(buf_slice(&plain), &at, &length))
        return CODEC_UNFIT;
    (void)buf_add(ret, slice_part(buf_slice(&plain), 0, at));
    (void)buf_add(ret,
                  SLICE("\xFF\x55\x00\x08\x00\x40")); /* TLM: one tile-part a tile, lengths of four bytes */
    (void)buf_add_u32be(ret, length);
    (void)buf_add(ret, slice_part(buf_slice(&plain), at, SIZE_MAX));
    return CODEC_DONE;
}
