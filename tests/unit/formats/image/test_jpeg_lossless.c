/*
 * Tests of the lossless JPEG decoder against an encoder of our own, small and straightforward.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "formats/image/jpeg_lossless.h"

/* ---- the encoder: one Huffman table with a code of 5 bits for each of the 17 categories ---- */

typedef struct Shape {
    uint32_t rows, columns;
    unsigned precision, components, predictor, transform, restart_lines;
    bool     one_scan_each; /* every component in a scan of its own */
    bool     long_codes;    /* codes of 12 to 16 bits: beyond the decoder's look-up table */
} Shape;

typedef struct Writer {
    Buf     *out;
    uint32_t held;
    unsigned count;
} Writer;

static void put_bits(Writer *w, uint32_t value, unsigned bits)
{
    for (unsigned i = bits; i-- > 0;) {
        w->held = w->held << 1 | (value >> i & 1);
        if (++w->count == 8) {
            buf_add_char(w->out, (char)w->held);
            if ((w->held & 0xFF) == 0xFF)
                buf_add_char(w->out, 0);
            w->count = 0;
        }
    }
}

static void flush_bits(Writer *w)
{
    while (w->count)
        put_bits(w, 1, 1);
}

/* Short: 17 codes of 5 bits. Long: one of each length 1 to 14, then three of 16 (all ones is never a code).
 */
static void put_category(Writer *w, unsigned category, bool long_codes)
{
    if (!long_codes)
        put_bits(w, category, 5);
    else if (category < 14)
        put_bits(w, (1u << (category + 1)) - 2, category + 1);
    else
        put_bits(w, 0xFFFC + (category - 14), 16);
}

static void put_difference(Writer *w, int difference, bool long_codes)
{
    int      value    = (int16_t)difference; /* modulo 65536, -32768 standing for 32768 */
    unsigned category = 0;
    if (value == -32768) {
        put_category(w, 16, long_codes);
        return;
    }
    while (abs(value) >> category)
        category++;
    put_category(w, category, long_codes);
    if (category)
        put_bits(w, (uint32_t)(value > 0 ? value : value + (1 << category) - 1), category);
}

static int guess(const Shape *s, const uint16_t *image, uint32_t x, uint32_t y, unsigned c)
{
#define AT(dx, dy) (image[((size_t)(y - dy) * s->columns + (x - dx)) * s->components + c] >> s->transform)
    bool first = y == 0 || (s->restart_lines && y % s->restart_lines == 0);
    if (x == 0)
        return first ? 1 << (s->precision - s->transform - 1) : AT(0, 1);
    int left = AT(1, 0);
    if (first)
        return left;
    int above = AT(0, 1), corner = AT(1, 1);
    int table[8] = { 0,
                     left,
                     above,
                     corner,
                     left + above - corner,
                     left + ((above - corner) >> 1),
                     above + ((left - corner) >> 1),
                     (left + above) >> 1 };
    return table[s->predictor];
#undef AT
}

static void put_scan(Buf *out, const Shape *s, const uint16_t *image, unsigned from, unsigned to)
{
    buf_add(out, SLICE("\xFF\xDA"));
    buf_add_u16be(out, (uint16_t)(6 + 2 * (to - from)));
    buf_add_char(out, (char)(to - from));
    for (unsigned c = from; c < to; c++) {
        buf_add_char(out, (char)(c + 1));
        buf_add_char(out, 0);
    }
    buf_add_char(out, (char)s->predictor);
    buf_add_char(out, 0);
    buf_add_char(out, (char)s->transform);
    Writer w = { .out = out };
    for (uint32_t y = 0; y < s->rows; y++) {
        if (s->restart_lines && y && y % s->restart_lines == 0) {
            flush_bits(&w);
            buf_add_char(out, (char)0xFF);
            buf_add_char(out, (char)(0xD0 + (y / s->restart_lines - 1) % 8));
        }
        for (uint32_t x = 0; x < s->columns; x++)
            for (unsigned c = from; c < to; c++) {
                int value = image[((size_t)y * s->columns + x) * s->components + c] >> s->transform;
                put_difference(&w, value - guess(s, image, x, y, c), s->long_codes);
            }
    }
    flush_bits(&w);
}

static void put_huffman(Buf *out, bool long_codes)
{
    buf_add(out, SLICE("\xFF\xC4"));
    buf_add_u16be(out, 2 + 17 + 17);
    buf_add_char(out, 0);
    for (unsigned bits = 1; bits <= 16; bits++)
        buf_add_char(out, (char)(long_codes ? (bits <= 14 ? 1 : bits == 15 ? 0 : 3) : (bits == 5 ? 17 : 0)));
    for (unsigned category = 0; category <= 16; category++)
        buf_add_char(out, (char)category);
}

static void encode(Buf *out, const Shape *s, const uint16_t *image)
{
    buf_add(out, SLICE("\xFF\xD8"));
    put_huffman(out, s->long_codes);
    buf_add(out, SLICE("\xFF\xC3"));
    buf_add_u16be(out, (uint16_t)(8 + 3 * s->components));
    buf_add_char(out, (char)s->precision);
    buf_add_u16be(out, (uint16_t)s->rows);
    buf_add_u16be(out, (uint16_t)s->columns);
    buf_add_char(out, (char)s->components);
    for (unsigned c = 0; c < s->components; c++) {
        buf_add_char(out, (char)(c + 1));
        buf_add_char(out, 0x11);
        buf_add_char(out, 0);
    }
    if (s->restart_lines) {
        buf_add(out, SLICE("\xFF\xDD"));
        buf_add_u16be(out, 4);
        buf_add_u16be(out, (uint16_t)(s->restart_lines * s->columns));
    }
    if (s->one_scan_each)
        for (unsigned c = 0; c < s->components; c++)
            put_scan(out, s, image, c, c + 1);
    else
        put_scan(out, s, image, 0, s->components);
    buf_add(out, SLICE("\xFF\xD9"));
}

/* ---- the tests ---- */

static CodecRequest request_of(const Shape *s)
{
    CodecRequest r   = { .rows = s->rows, .columns = s->columns, .samples = (uint16_t)s->components };
    r.bits_allocated = s->precision > 8 ? 16 : 8;
    r.bits_stored    = (uint16_t)s->precision;
    r.high_bit       = (uint16_t)(s->precision - 1);
    r.frame_bytes    = (uint64_t)r.rows * r.columns * r.samples * (r.bits_allocated / 8u);
    return r;
}

/* Smooth with jumps over the whole range, so that every category occurs, 16 included. */
static uint16_t *image_of(const Shape *s)
{
    size_t    count = (size_t)s->rows * s->columns * s->components;
    uint16_t *image = calloc(count, sizeof *image);
    uint32_t  seed  = 12345 + s->predictor;
    unsigned  most  = (1u << s->precision) - 1;
    for (size_t i = 0; i < count; i++) {
        seed     = seed * 1664525 + 1013904223;
        image[i] = (uint16_t)(i % 11 == 0  ? (i % 22 ? most : 0)
                              : i % 5 == 0 ? seed >> 16 & most
                                           : (i * 3 / 2) & most);
        if (i > 200 && i < 210)
            image[i] = i % 2 ? 0x8000 & most : 0; /* differences of exactly 32768 */
        image[i] = (uint16_t)(image[i] >> s->transform << s->transform);
    }
    return image;
}

static void check_round_trip(const Shape *s)
{
    uint16_t    *image  = image_of(s);
    OWNED_BUF    stream = buf_make(1 << 24);
    CodecRequest r      = request_of(s);
    uint8_t     *to     = calloc(r.frame_bytes, 1);
    encode(&stream, s, image);
    assert_int_equal(jpeg_lossless_decode(buf_slice(&stream), &r, to), CODEC_DONE);
    for (size_t i = 0; i < (size_t)s->rows * s->columns * s->components; i++) {
        unsigned got = r.bits_allocated == 8 ? to[i] : (unsigned)(to[2 * i] | to[2 * i + 1] << 8);
        if (got != image[i])
            fail_msg("predictor %u precision %u: sample %zu is %u, not %u", s->predictor, s->precision, i,
                     got, image[i]);
    }
    free(to);
    free(image);
}

static void every_predictor_and_precision_comes_back_exactly(void **state)
{
    (void)state;
    for (unsigned predictor = 1; predictor <= 7; predictor++)
        for (unsigned precision = 2; precision <= 16; precision++)
            check_round_trip(&(Shape) {
                .rows = 21, .columns = 33, .precision = precision, .components = 1, .predictor = predictor });
}

static void colours_restarts_transforms_and_long_codes_come_back_exactly(void **state)
{
    (void)state;
    static const Shape SHAPES[] = {
        { 17, 19, 8, 3, 1, 0, 0, false, false },   { 17, 19, 8, 3, 4, 0, 0, true, false },
        { 17, 19, 16, 3, 7, 0, 0, true, true },    { 40, 9, 12, 1, 5, 0, 2, false, false },
        { 40, 9, 12, 1, 1, 0, 1, false, true },    { 23, 31, 12, 1, 6, 3, 0, false, false },
        { 23, 31, 16, 1, 2, 15, 4, false, false }, { 1, 1, 16, 1, 1, 0, 0, false, false },
        { 1, 300, 16, 1, 3, 0, 0, false, true },   { 300, 1, 16, 1, 3, 0, 7, false, true },
        { 8, 8, 8, 4, 1, 0, 0, false, false },
    };
    for (size_t i = 0; i < COUNT(SHAPES); i++)
        check_round_trip(&SHAPES[i]);
}

static void a_stream_cut_anywhere_is_damaged_and_never_read_past(void **state)
{
    (void)state;
    Shape s = {
        .rows = 20, .columns = 30, .precision = 12, .components = 1, .predictor = 6, .restart_lines = 3
    };
    uint16_t    *image  = image_of(&s);
    OWNED_BUF    stream = buf_make(1 << 20);
    CodecRequest r      = request_of(&s);
    uint8_t     *to     = calloc(r.frame_bytes, 1);
    encode(&stream, &s, image);
    for (size_t len = 0; len + 4 < stream.len; len++) {
        char *exact = malloc(len + 1); /* a sanitizer sees the first byte too far */
        memcpy(exact, stream.at, len);
        char *shrunk = realloc(exact, len ? len : 1);
        assert_int_equal(jpeg_lossless_decode((Slice) { shrunk, len }, &r, to), CODEC_DAMAGED);
        free(shrunk);
    }
    free(to);
    free(image);
}

static void a_stream_of_another_shape_is_refused_before_decoding(void **state)
{
    (void)state;
    Shape     s      = { .rows = 20, .columns = 30, .precision = 12, .components = 1, .predictor = 1 };
    uint16_t *image  = image_of(&s);
    OWNED_BUF stream = buf_make(1 << 20);
    encode(&stream, &s, image);
    uint8_t      to[4];
    CodecRequest wrong[5];
    for (size_t i = 0; i < COUNT(wrong); i++)
        wrong[i] = request_of(&s);
    wrong[0].rows           = 19;
    wrong[1].columns        = 31;
    wrong[2].samples        = 3;
    wrong[3].bits_allocated = 8;
    wrong[4].bits_allocated = 32;
    for (size_t i = 0; i < COUNT(wrong); i++)
        assert_int_equal(jpeg_lossless_decode(buf_slice(&stream), &wrong[i], to), CODEC_DISAGREES);
    free(image);
}

static void changed_bytes_never_do_harm(void **state)
{
    (void)state;
    Shape s = {
        .rows = 12, .columns = 14, .precision = 12, .components = 3, .predictor = 4, .restart_lines = 5
    };
    uint16_t    *image  = image_of(&s);
    OWNED_BUF    stream = buf_make(1 << 20);
    CodecRequest r      = request_of(&s);
    uint8_t     *to     = calloc(r.frame_bytes, 1);
    encode(&stream, &s, image);
    for (size_t i = 0; i < stream.len; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            stream.at[i] = (char)(stream.at[i] ^ (1 << bit));
            assert_in_range(jpeg_lossless_decode(buf_slice(&stream), &r, to), CODEC_DONE, CODEC_VERDICTS - 1);
            stream.at[i] = (char)(stream.at[i] ^ (1 << bit));
        }
    free(to);
    free(image);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_predictor_and_precision_comes_back_exactly),
        cmocka_unit_test(colours_restarts_transforms_and_long_codes_come_back_exactly),
        cmocka_unit_test(a_stream_cut_anywhere_is_damaged_and_never_read_past),
        cmocka_unit_test(a_stream_of_another_shape_is_refused_before_decoding),
        cmocka_unit_test(changed_bytes_never_do_harm),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
