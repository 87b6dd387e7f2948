/*
 * Spare bits silenced, places made black.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/pixel_clean.h"

#include "base/own.h"

/* ---- one sample ---- */

static uint64_t sample_get(const Slice frame, size_t at, unsigned bytes)
{
    uint64_t raw = 0;
    for (unsigned i = bytes; i-- > 0;)
        raw = raw << 8 | (uint8_t)frame.at[at + i];
    return raw;
}

static void sample_set(Buf *frame, size_t at, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        frame->at[at + i] = (char)(value >> 8 * i);
}

static uint64_t low_bits(unsigned count)
{
    return count >= 64 ? UINT64_MAX : (UINT64_C(1) << count) - 1;
}

/* ---- spare bits ---- */

typedef struct Spare {
    unsigned bytes;
    uint64_t used, above, sign; /* bits of a sample; 'above' the highest, filled with 'sign' when signed */
    uint64_t padding, padding_last;
    bool     has_padding;
} Spare;

static Spare spare_of(const Pixels *p)
{
    unsigned low   = p->high_bit + 1u - p->bits_stored;
    uint64_t all   = low_bits(p->bits_allocated);
    Spare    s     = { .bytes = p->bits_allocated / 8u, .has_padding = p->has_padding };
    s.used         = low_bits(p->bits_stored) << low;
    s.above        = all & ~low_bits(p->high_bit + 1u);
    s.sign         = p->is_signed ? UINT64_C(1) << p->high_bit : 0;
    s.padding      = (uint64_t)p->padding & all;
    s.padding_last = (uint64_t)p->padding_last & all;
    return s;
}

bool pixel_has_spare_bits(const Pixels *p)
{
    return p->kind == PIXELS_INTEGER && p->bits_allocated >= 8 && p->bits_stored < p->bits_allocated;
}

static bool is_padding(const Spare *s, uint64_t raw)
{
    return s->has_padding && (raw == s->padding || raw == s->padding_last);
}

static uint64_t silent(const Spare *s, uint64_t raw)
{
    return (raw & s->used) | (raw & s->sign ? s->above : 0);
}

bool pixel_spare_bits_speak(const Pixels *p, Slice frame)
{
    if (!pixel_has_spare_bits(p))
        return false;
    Spare s     = spare_of(p);
    bool  zeros = true, signs = true;
    for (size_t i = 0; i + s.bytes <= frame.len && (zeros || signs); i += s.bytes) {
        uint64_t raw = sample_get(frame, i, s.bytes);
        if (is_padding(&s, raw))
            continue;
        zeros = zeros && (raw & ~s.used) == 0;
        signs = signs && raw == silent(&s, raw);
    }
    return !zeros && !signs;
}

void pixel_spare_bits_clear(const Pixels *p, Buf *frame)
{
    if (!pixel_has_spare_bits(p))
        return;
    Spare s = spare_of(p);
    for (size_t i = 0; i + s.bytes <= frame->len; i += s.bytes) {
        uint64_t raw = sample_get(buf_slice(frame), i, s.bytes);
        if (!is_padding(&s, raw))
            sample_set(frame, i, s.bytes, silent(&s, raw));
    }
}

/* ---- places ---- */

bool pixel_mask_make(const Pixels *p, Buf *mask, Err *err)
{
    buf_clear(mask);
    return buf_add_zeros(mask, (size_t)p->rows * p->columns) || buf_ok(mask, err);
}

void pixel_mask_fill(bool blank, Buf *mask)
{
    if (mask->len)
        memset(mask->at, blank, mask->len);
}

void pixel_mask_box(const Pixels *p, const PixelBox *box, bool blank, Buf *mask)
{
    uint64_t right  = (uint64_t)box->left + box->width;
    uint64_t bottom = (uint64_t)box->top + box->height;
    right           = right < p->columns ? right : p->columns;
    bottom          = bottom < p->rows ? bottom : p->rows;
    for (uint64_t y = box->top; y < bottom && box->left < right; y++)
        memset(mask->at + y * p->columns + box->left, blank, (size_t)(right - box->left));
}

/* The value that is black in this component. */
static uint64_t black_of(const Pixels *p, unsigned component)
{
    unsigned low   = p->high_bit + 1u - p->bits_stored;
    uint64_t least = p->is_signed ? UINT64_C(1) << (p->bits_stored - 1) : 0, most = low_bits(p->bits_stored);
    bool     chroma = p->photometric == YBR_FULL || p->photometric == YBR_FULL_422 ||
                  p->photometric == YBR_PARTIAL_422 || p->photometric == YBR_PARTIAL_420 ||
                  p->photometric == YBR_ICT || p->photometric == YBR_RCT;
    if (chroma && component > 0 && p->samples == 3)
        return (UINT64_C(1) << (p->bits_stored - 1)) << low;
    uint64_t value = p->photometric == MONOCHROME1 ? (p->is_signed ? least - 1 : most) : least;
    value <<= low;
    bool negative = p->is_signed && value >> p->high_bit & 1;
    return negative ? value | (low_bits(p->bits_allocated) & ~low_bits(p->high_bit + 1u)) : value;
}

/* Two pixels share their chroma: Y Y Cb Cr. Both go when one must. */
static void blank_pairs(const Pixels *p, Slice mask, Buf *frame)
{
    for (size_t i = 0; i + 1 < mask.len && i * 2 + 4 <= frame->len; i += 2)
        if (mask.at[i] || mask.at[i + 1])
            for (unsigned k = 0; k < 4; k++)
                frame->at[i * 2 + k] = (char)black_of(p, k / 2);
}

static void blank_bits(const Pixels *p, Slice mask, Buf *frame)
{
    bool white = p->photometric == MONOCHROME1;
    for (size_t i = 0; i < mask.len; i++)
        for (unsigned c = 0; c < p->samples && mask.at[i]; c++) {
            size_t bit = p->planar ? c * mask.len + i : i * p->samples + c;
            if (bit / 8 >= frame->len)
                return;
            unsigned byte = (uint8_t)frame->at[bit / 8], one = 1u << bit % 8;
            frame->at[bit / 8] = (char)(white ? byte | one : byte & ~one);
        }
}

void pixel_blank(const Pixels *p, Slice mask, Buf *frame)
{
    unsigned bytes  = p->bits_allocated / 8u;
    bool     shared = p->samples == 3 && p->bits_allocated == 8 &&
                  p->frame_bits == (uint64_t)mask.len * 2 * p->bits_allocated;
    if (p->bits_allocated == 1) {
        blank_bits(p, mask, frame);
    } else if (shared) {
        blank_pairs(p, mask, frame);
    } else {
        uint64_t black[4];
        for (unsigned c = 0; c < 4; c++)
            black[c] = p->kind == PIXELS_INTEGER ? black_of(p, c) : 0;
        for (size_t i = 0; i < mask.len; i++)
            for (unsigned c = 0; c < p->samples && mask.at[i]; c++) {
                size_t at = (p->planar ? c * mask.len + i : i * p->samples + c) * bytes;
                if (at + bytes <= frame->len)
                    sample_set(frame, at, bytes, black[c]);
            }
    }
}
