/*
 * Writing JPEG lossless: differences to the previous sample, a Huffman table made for the frame. ITU-T T.81
 * annex H (process 14, selection value 1), annex K.2 (code lengths from counts).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "formats/image/jpeg_head.h"
#include "formats/image/jpeg_lossless.h"

enum {
    CATEGORIES    = 17, /* 0 to 16 bits of difference */
    CODE_BITS_MAX = 16,
    LENGTHS_MAX   = 32, /* before they are cut to 16 */
    SIDE_MAX      = 65535,
};

typedef struct Code {
    uint16_t bits;
    uint8_t  length;
} Code;

typedef struct Writer {
    const CodecRequest *r;
    const uint8_t      *at;
    unsigned            bits;
    uint32_t            counts[CATEGORIES];
    uint8_t             lengths[CODE_BITS_MAX + 1]; /* how many codes of each length */
    uint8_t             order[CATEGORIES];          /* categories, the shortest code first */
    size_t              used;
    Code                codes[CATEGORIES];
    Buf                *out;
    uint64_t            held;
    unsigned            count;
} Writer;

static uint32_t sample(const Writer *w, size_t place)
{
    uint32_t raw = w->r->bits_allocated == 8
                       ? w->at[place]
                       : (uint32_t)w->at[2 * place] | (uint32_t)w->at[2 * place + 1] << 8;
    return raw & ((UINT32_C(1) << w->bits) - 1);
}

/* Bits of a difference taken modulo 65536 (T.81 §H.1.2.1): -32767 to 32768. */
static unsigned category(int32_t difference)
{
    uint32_t size = (uint32_t)(difference < 0 ? -difference : difference);
    return size ? 32 - (unsigned)__builtin_clz(size) : 0;
}

typedef void EachDifference(Writer *w, int32_t difference);

/* The prediction of a line's first sample is the one above it, of the first line the middle (T.81 §H.1.1). */
static void walk(Writer *w, EachDifference *each)
{
    size_t n = w->r->samples, row = (size_t)w->r->columns * n;
    for (size_t y = 0; y < w->r->rows && !w->out->failed; y++)
        for (size_t i = 0; i < row; i++) {
            size_t   place      = y * row + i;
            uint32_t guess      = i >= n  ? sample(w, place - n)
                                  : y > 0 ? sample(w, place - row)
                                          : UINT32_C(1) << (w->bits - 1);
            int32_t  difference = (int16_t)(sample(w, place) - guess);
            each(w, difference == INT16_MIN ? 32768 : difference);
        }
}

static void count(Writer *w, int32_t difference)
{
    w->counts[category(difference)]++;
}

static void flush(Writer *w)
{
    while (w->count >= 8) {
        uint8_t byte = (uint8_t)(w->held >> (w->count - 8));
        w->count -= 8;
        (void)buf_add_char(w->out, (char)byte);
        if (byte == 0xFF)
            (void)buf_add_char(w->out, 0);
    }
}

static void put(Writer *w, uint32_t bits, unsigned length)
{
    w->held = w->held << length | bits;
    w->count += length;
    flush(w);
}

static void write_difference(Writer *w, int32_t difference)
{
    unsigned size = category(difference);
    put(w, w->codes[size].bits, w->codes[size].length);
    if (size && size < CATEGORIES - 1)
        put(w, (uint32_t)(difference < 0 ? difference - 1 : difference) & ((UINT32_C(1) << size) - 1), size);
}

/* T.81 figure K.1: the two rarest are joined until one is left; one code is kept back, so that none is all
 * ones. */
static void code_sizes(const Writer *w, uint8_t ret[CATEGORIES + 1])
{
    uint64_t weight[CATEGORIES + 1];
    int      next[CATEGORIES + 1];
    for (int i = 0; i <= CATEGORIES; i++) {
        weight[i] = i < CATEGORIES ? w->counts[i] : 1;
        next[i]   = -1;
        ret[i]    = 0;
    }
    for (;;) {
        int a = -1, b = -1;
        for (int i = 0; i <= CATEGORIES; i++) {
            if (weight[i] == 0)
                continue;
            if (a < 0 || weight[i] <= weight[a]) {
                b = a;
                a = i;
            } else if (b < 0 || weight[i] <= weight[b]) {
                b = i;
            }
        }
        if (b < 0)
            return;
        weight[b] += weight[a];
        weight[a] = 0;
        for (int i = b;; i = next[i]) {
            ret[i]++;
            if (next[i] < 0) {
                next[i] = a;
                break;
            }
        }
        for (int i = a; i >= 0; i = next[i])
            ret[i]++;
    }
}

/* T.81 figure K.3: no code longer than 16 bits. */
static void cut_lengths(uint8_t lengths[LENGTHS_MAX + 1])
{
    for (int i = LENGTHS_MAX; i > CODE_BITS_MAX; i--)
        while (lengths[i] > 0) {
            int j = i - 2;
            while (lengths[j] == 0)
                j--;
            lengths[i] = (uint8_t)(lengths[i] - 2);
            lengths[i - 1]++;
            lengths[j + 1] = (uint8_t)(lengths[j + 1] + 2);
            lengths[j]--;
        }
}

static void make_codes(Writer *w)
{
    uint8_t sizes[CATEGORIES + 1], lengths[LENGTHS_MAX + 1] = { 0 };
    code_sizes(w, sizes);
    for (int i = 0; i <= CATEGORIES; i++)
        if (sizes[i])
            lengths[sizes[i]]++;
    cut_lengths(lengths);
    int longest = CODE_BITS_MAX;
    while (lengths[longest] == 0)
        longest--;
    lengths[longest]--; /* the one that was kept back */
    memcpy(w->lengths, lengths, sizeof w->lengths);
    for (uint8_t size = 1; size <= LENGTHS_MAX; size++)
        for (uint8_t i = 0; i < CATEGORIES; i++)
            if (sizes[i] == size)
                w->order[w->used++] = i;
    uint32_t code = 0;
    size_t   at   = 0;
    for (uint8_t length = 1; length <= CODE_BITS_MAX; length++, code <<= 1)
        for (unsigned i = 0; i < lengths[length]; i++, at++)
            w->codes[w->order[at]] = (Code) { (uint16_t)code++, length };
}

static void write_head(Writer *w)
{
    const CodecRequest *r = w->r;
    Buf                *b = w->out;
    (void)buf_add(b, SLICE("\xFF\xD8\xFF\xC3"));
    (void)buf_add_u16be(b, (uint16_t)(8 + 3 * r->samples));
    (void)buf_add_char(b, (char)w->bits);
    (void)buf_add_u16be(b, (uint16_t)r->rows);
    (void)buf_add_u16be(b, (uint16_t)r->columns);
    (void)buf_add_char(b, (char)r->samples);
    for (unsigned c = 0; c < r->samples; c++) {
        (void)buf_add_char(b, (char)(c + 1));
        (void)buf_add(b, SLICE("\x11\x00"));
    }
    (void)buf_add(b, SLICE("\xFF\xC4"));
    (void)buf_add_u16be(b, (uint16_t)(3 + CODE_BITS_MAX + w->used));
    (void)buf_add_char(b, 0);
    (void)buf_add(b, slice_bytes(w->lengths + 1, CODE_BITS_MAX));
    (void)buf_add(b, slice_bytes(w->order, w->used));
    (void)buf_add(b, SLICE("\xFF\xDA"));
    (void)buf_add_u16be(b, (uint16_t)(6 + 2 * r->samples));
    (void)buf_add_char(b, (char)r->samples);
    for (unsigned c = 0; c < r->samples; c++) {
        (void)buf_add_char(b, (char)(c + 1));
        (void)buf_add_char(b, 0);
    }
    (void)buf_add(b, SLICE("\x01\x00\x00")); /* selection value 1, no point transform */
}

CodecVerdict jpeg_lossless_encode(Slice samples, const CodecRequest *r, unsigned bits, Buf *ret)
{
    if (bits < 2 || bits > 16 || r->samples > JPEG_COMPONENTS_MAX || r->rows > SIDE_MAX ||
        r->columns > SIDE_MAX || (r->bits_allocated != 8 && r->bits_allocated != 16) ||
        bits > r->bits_allocated)
        return CODEC_UNFIT;
    Writer w = { .r = r, .at = (const uint8_t *)samples.at, .bits = bits, .out = ret };
    walk(&w, count);
    make_codes(&w);
    write_head(&w);
    walk(&w, write_difference);
    if (w.count)
        put(&w, (UINT32_C(1) << (8 - w.count)) - 1, 8 - w.count); /* filled up with ones (T.81 §F.1.2.3) */
    (void)buf_add(ret, SLICE("\xFF\xD9"));
    return ret->failed ? CODEC_TOO_LARGE : CODEC_DONE;
}
