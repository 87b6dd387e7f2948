/*
 * Tests of the RLE decoder: planes in their order, runs, and headers that lie.
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
#include "formats/image/rle.h"

static CodecRequest request(uint32_t rows, uint32_t columns, uint16_t samples, uint16_t bits)
{
    CodecRequest r = {
        .rows = rows, .columns = columns, .samples = samples, .bits_allocated = bits, .bits_stored = bits
    };
    r.frame_bytes = (uint64_t)rows * columns * samples * (bits == 1 ? 1u : bits / 8u);
    return r;
}

/* The header for segments of these lengths. */
static void put_header(Buf *out, const size_t lengths[], uint32_t count)
{
    uint32_t at = 64;
    buf_add_u32le(out, count);
    for (uint32_t i = 0; i < 15; i++) {
        buf_add_u32le(out, i < count ? at : 0);
        at += i < count ? (uint32_t)lengths[i] : 0;
    }
}

static void runs_and_literals_unpack(void **state) /* the example of PS3.5 §G.3.1, and a no-operation */
{
    (void)state;
    OWNED_BUF frame = buf_make(4096);
    put_header(&frame, (size_t[]) { 10 }, 1);
    buf_add(&frame, SLICE("\x02"
                          "abc"
                          "\x80"
                          "\xFD"
                          "x"
                          "\x00"
                          "y"
                          "\x00"));
    uint8_t      to[8];
    CodecRequest r = request(2, 4, 1, 8);
    assert_int_equal(rle_decode(buf_slice(&frame), &r, to), CODEC_DONE);
    assert_memory_equal(to, "abcxxxxy", 8);
}

static void wide_samples_and_colours_find_their_place(void **state)
{
    (void)state;
    OWNED_BUF frame      = buf_make(4096);
    size_t    lengths[6] = { 3, 3, 3, 3, 3, 3 };
    put_header(&frame, lengths, 6);
    for (char i = 0; i < 6; i++) { /* red high, red low, green high, green low, blue high, blue low */
        buf_add_char(&frame, 1);
        buf_add_char(&frame, (char)(16 + i));
        buf_add_char(&frame, (char)(32 + i));
    }
    uint8_t      to[12];
    CodecRequest r = request(1, 2, 3, 16);
    assert_int_equal(rle_decode(buf_slice(&frame), &r, to), CODEC_DONE);
    static const uint8_t WANTED[12] = { 17, 16, 19, 18, 21, 20, 33, 32, 35, 34, 37, 36 };
    assert_memory_equal(to, WANTED, 12);
}

static void bits_become_bytes(void **state)
{
    (void)state;
    for (uint32_t columns = 1; columns <= 70; columns++) {
        OWNED_BUF frame  = buf_make(4096);
        size_t    packed = (columns + 7) / 8;
        put_header(&frame, (size_t[]) { packed + 1 }, 1);
        buf_add_char(&frame, (char)(packed - 1));
        for (size_t i = 0; i < packed; i++)
            buf_add_char(&frame, (char)(0xA5 + i * 3));
        uint8_t     *to = malloc(columns);
        CodecRequest r  = request(1, columns, 1, 1);
        assert_int_equal(rle_decode(buf_slice(&frame), &r, to), CODEC_DONE);
        for (uint32_t i = 0; i < columns; i++)
            assert_int_equal(to[i], (uint8_t)(0xA5 + i / 8 * 3) >> i % 8 & 1);
        free(to);
    }
}

static void a_segment_that_ends_early_is_damaged(void **state)
{
    (void)state;
    static const char BYTES[] = "\x02"
                                "abc"
                                "\xFD"
                                "x"
                                "\x00"
                                "y";
    for (size_t len = 0; len < sizeof BYTES - 1; len++) {
        OWNED_BUF frame = buf_make(4096);
        put_header(&frame, (size_t[]) { len }, 1);
        buf_add(&frame, (Slice) { BYTES, len });
        uint8_t      to[8];
        CodecRequest r = request(2, 4, 1, 8);
        assert_int_equal(rle_decode(buf_slice(&frame), &r, to), CODEC_DAMAGED);
    }
}

static void headers_that_lie_are_refused(void **state)
{
    (void)state;
    uint8_t      to[8];
    CodecRequest r = request(2, 4, 1, 8), wide = request(2, 2, 1, 16);
    for (size_t len = 0; len <= 64; len++) {
        char zeros[64] = { 0 };
        assert_int_equal(rle_decode((Slice) { zeros, len }, &r, to), CODEC_DAMAGED);
    }
    static const struct {
        uint32_t count, first, second;
    } LIES[] = { { 16, 64, 65 }, { 0xFFFFFFFF, 64, 65 }, { 1, 0, 0 },          { 1, 63, 0 },
                 { 1, 500, 0 },  { 2, 70, 66 },          { 2, 64, 0xFFFFFFFF } };
    for (size_t i = 0; i < COUNT(LIES); i++) {
        OWNED_BUF frame = buf_make(4096);
        buf_add_u32le(&frame, LIES[i].count);
        buf_add_u32le(&frame, LIES[i].first);
        buf_add_u32le(&frame, LIES[i].second);
        buf_add_zeros(&frame, 52);
        buf_add(&frame, SLICE("\xF9"
                              "x"
                              "\xF9"
                              "x"));
        assert_int_equal(rle_decode(buf_slice(&frame), &wide, to), CODEC_DAMAGED);
    }
    OWNED_BUF three = buf_make(4096); /* good, but of another image */
    put_header(&three, (size_t[]) { 2, 2, 2 }, 3);
    buf_add(&three, SLICE("\xF9"
                          "x"
                          "\xF9"
                          "x"
                          "\xF9"
                          "x"));
    assert_int_equal(rle_decode(buf_slice(&three), &r, to), CODEC_DISAGREES);
    assert_int_equal(rle_decode(buf_slice(&three), &wide, to), CODEC_DISAGREES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(runs_and_literals_unpack),
        cmocka_unit_test(wide_samples_and_colours_find_their_place),
        cmocka_unit_test(bits_become_bytes),
        cmocka_unit_test(a_segment_that_ends_early_is_damaged),
        cmocka_unit_test(headers_that_lie_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
