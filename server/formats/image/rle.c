/*
 * RLE: fifteen segments at most, each a byte plane of one component, the high byte first. DICOM PS3.5 annex
 * G.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/rle.h"

#include <stdlib.h>

#include "base/reader.h"

enum { SEGMENTS_MAX = 15, HEADER_BYTES = 64 };

/* Where the bytes of a plane go: every 'step'th byte from 'at', 'count' of them. */
typedef struct Plane {
    uint8_t *at;
    size_t   step, count;
} Plane;

/* PackBits (annex G.3.1): ends when the plane is full; what follows is padding. */
static bool unpack(Slice segment, Plane plane)
{
    Reader in   = reader_make(segment);
    size_t done = 0;
    while (done < plane.count) {
        uint8_t code = read_u8(&in);
        if (!reader_ok(&in))
            return false;
        if (code == 128)
            continue;
        size_t length = code < 128 ? (size_t)code + 1 : 257 - (size_t)code;
        size_t room   = plane.count - done;
        size_t used   = length < room ? length : room; /* a last run may reach past the end */
        Slice  bytes  = read_slice(&in, code < 128 ? length : 1);
        if (!reader_ok(&in))
            return false;
        for (size_t i = 0; i < used; i++)
            plane.at[(done + i) * plane.step] = (uint8_t)bytes.at[code < 128 ? i : 0];
        done += used;
    }
    return true;
}

/* Packed bits to one byte a pixel, the first pixel in the lowest bit; 'to' holds the packed bytes at its end.
 */
static CodecVerdict decode_bits(Slice segment, const CodecRequest *r, uint8_t *to)
{
    size_t pixels = (size_t)r->rows * r->columns * r->samples, packed = (pixels + 7) / 8;
    Plane  plane = { to + (pixels - packed), 1, packed };
    if (!unpack(segment, plane))
        return CODEC_DAMAGED;
    uint8_t byte = 0;
    for (size_t i = 0; i < pixels;
         i++) { /* a byte is read before its place is written: packed <= pixels - i + i / 8 */
        if (i % 8 == 0)
            byte = plane.at[i / 8];
        to[i] = byte >> i % 8 & 1;
    }
    return CODEC_DONE;
}

/* Offsets grow and stay within the frame; each segment ends where the next begins. */
static bool read_header(Slice frame, Slice ret[SEGMENTS_MAX], uint32_t *ret_count)
{
    Reader   in    = reader_make(slice_part(frame, 0, HEADER_BYTES));
    uint32_t count = read_u32le(&in), offsets[SEGMENTS_MAX + 1];
    for (size_t i = 0; i < SEGMENTS_MAX; i++)
        offsets[i] = read_u32le(&in);
    if (!reader_ok(&in) || count < 1 || count > SEGMENTS_MAX || frame.len > UINT32_MAX)
        return false;
    offsets[count] = (uint32_t)frame.len;
    for (uint32_t i = 0; i < count; i++) {
        if (offsets[i] < HEADER_BYTES || offsets[i] > offsets[i + 1])
            return false;
        ret[i] = slice_part(frame, offsets[i], offsets[i + 1] - offsets[i]);
    }
    *ret_count = count;
    return true;
}

CodecVerdict rle_decode(Slice frame, const CodecRequest *r, uint8_t *to)
{
    Slice    segments[SEGMENTS_MAX];
    uint32_t count = 0;
    if (!read_header(frame, segments, &count))
        return CODEC_DAMAGED;
    if (r->bits_allocated == 1)
        return count == r->samples && count == 1 ? decode_bits(segments[0], r, to) : CODEC_DISAGREES;
    size_t bytes = r->bits_allocated / 8u, pixels = (size_t)r->rows * r->columns;
    if (count != bytes * r->samples)
        return CODEC_DISAGREES;
    for (uint32_t i = 0; i < count; i++) {
        size_t component = i / bytes, byte = bytes - 1 - i % bytes;
        Plane  plane = { to + component * bytes + byte, r->samples * bytes, pixels };
        if (!unpack(segments[i], plane))
            return CODEC_DAMAGED;
    }
    return CODEC_DONE;
}

/* ---- writing ---- */

enum { RUN_MAX = 128, RUN_WORTH = 3 }; /* shorter repetitions cost as much as they save */

static size_t run_at(const uint8_t *at, size_t left)
{
    size_t n = 1;
    while (n < left && n < RUN_MAX && at[n] == at[0])
        n++;
    return n;
}

/* PackBits of one row. */
static void pack(const uint8_t *at, size_t len, Buf *ret)
{
    for (size_t i = 0; i < len;) {
        size_t run = run_at(at + i, len - i);
        if (run >= RUN_WORTH || run == len - i) {
            (void)buf_add_char(ret, (char)(run == 1 ? 0 : 257 - run));
            (void)buf_add_char(ret, (char)at[i]);
            i += run;
            continue;
        }
        size_t from = i;
        while (i < len && i - from < RUN_MAX && run_at(at + i, len - i) < RUN_WORTH)
            i++;
        (void)buf_add_char(ret, (char)(i - from - 1));
        (void)buf_add(ret, slice_bytes(at + from, i - from));
    }
}

static void pack_plane(const uint8_t *at, size_t step, const CodecRequest *r, uint8_t *row, Buf *ret)
{
    for (size_t y = 0; y < r->rows; y++) {
        for (size_t x = 0; x < r->columns; x++)
            row[x] = at[(y * r->columns + x) * step];
        pack(row, r->columns, ret);
    }
}

CodecVerdict rle_encode(Slice samples, const CodecRequest *r, Buf *ret)
{
    size_t bytes = r->bits_allocated / 8u, planes = bytes * r->samples, from = ret->len;
    if (r->bits_allocated == 1 || planes > SEGMENTS_MAX)
        return CODEC_UNFIT;
    uint8_t *row = malloc(r->columns);
    if (!row || !buf_add_zeros(ret, HEADER_BYTES)) {
        free(row);
        return CODEC_TOO_LARGE;
    }
    uint32_t header[HEADER_BYTES / 4] = { (uint32_t)planes };
    for (size_t i = 0; i < planes && !ret->failed; i++) {
        size_t component = i / bytes, byte = bytes - 1 - i % bytes; /* the high byte first */
        header[i + 1] = (uint32_t)(ret->len - from);
        pack_plane((const uint8_t *)samples.at + component * bytes + byte, planes, r, row, ret);
        (void)buf_add_zeros(ret, (ret->len - from) % 2);
    }
    free(row);
    for (size_t i = 0; i < HEADER_BYTES && !ret->failed; i++)
        ret->at[from + i] = (char)(header[i / 4] >> i % 4 * 8);
    return ret->failed ? CODEC_TOO_LARGE : CODEC_DONE;
}
