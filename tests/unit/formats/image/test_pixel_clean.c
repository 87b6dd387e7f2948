/*
 * Tests of cleaning native pixels: no bit outside the samples outlives it, the samples stay, and what is
 * blanked is black in every form of sample. E22.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include "formats/image/pixel_clean.h"
#include "formats/image/samples.h"

static Pixels pixels_of(unsigned allocated, unsigned stored, unsigned high, bool is_signed)
{
    return (Pixels) { .rows           = 4,
                      .columns        = 4,
                      .frames         = 1,
                      .samples        = 1,
                      .bits_allocated = (uint16_t)allocated,
                      .bits_stored    = (uint16_t)stored,
                      .high_bit       = (uint16_t)high,
                      .is_signed      = is_signed,
                      .photometric    = MONOCHROME2,
                      .frame_bits     = 16ull * allocated };
}

static void fill(Buf *frame, size_t bytes, uint32_t seed)
{
    buf_clear(frame);
    for (size_t i = 0; i < bytes; i++) {
        seed = seed * 1664525u + 1013904223u;
        (void)buf_add_char(frame, (char)(seed >> 24));
    }
}

static void no_spare_bit_outlives_cleaning_and_no_sample_changes(void **state) /* E22 */
{
    (void)state;
    static const unsigned ALLOCATED[] = { 8, 16, 32 };
    unsigned              walked      = 0;
    OWNED_BUF             frame = buf_make(4096), before = buf_make(4096);
    for (size_t a = 0; a < COUNT(ALLOCATED); a++)
        for (unsigned stored = 1; stored <= ALLOCATED[a]; stored++)
            for (unsigned high = stored - 1; high < ALLOCATED[a]; high++)
                for (int sign = 0; sign < 2; sign++, walked++) {
                    Pixels p = pixels_of(ALLOCATED[a], stored, high, sign);
                    fill(&frame, 16u * ALLOCATED[a] / 8, stored * 77 + high);
                    buf_clear(&before);
                    (void)buf_add(&before, buf_slice(&frame));
                    pixel_spare_bits_clear(&p, &frame);
                    Samples old, now;
                    assert_true(samples_make(&p, buf_slice(&before), 0, &old));
                    assert_true(samples_make(&p, buf_slice(&frame), 0, &now));
                    unsigned low = high + 1 - stored;
                    for (size_t i = 0; i < 16; i++) {
                        assert_int_equal(sample_int(&old, i), sample_int(&now, i));
                        /* all the bits: the sample's own value, put back in its place */
                        int64_t whole = sample_int(&now, i);
                        whole         = (int64_t)((uint64_t)whole << low);
                        uint64_t mask = (UINT64_C(1) << ALLOCATED[a]) - 1;
                        assert_int_equal((uint64_t)sample_whole(&now, i) & mask, (uint64_t)whole & mask);
                    }
                    assert_false(pixel_spare_bits_speak(&p, buf_slice(&frame)));
                }
    assert_true(walked > 1000);
}

static void an_overlay_in_the_spare_bits_speaks(void **state) /* E22 */
{
    (void)state;
    OWNED_BUF frame = buf_make(64);
    Pixels    p     = pixels_of(16, 12, 11, false);
    (void)buf_add_zeros(&frame, 32);
    assert_false(pixel_spare_bits_speak(&p, buf_slice(&frame)));
    frame.at[1] = 0x10;
    assert_true(pixel_spare_bits_speak(&p, buf_slice(&frame)));
    p.bits_stored = 16;
    p.high_bit    = 15;
    assert_false(pixel_spare_bits_speak(&p, buf_slice(&frame)));
}

static void signs_zeros_and_padding_above_the_samples_say_nothing(void **state) /* E22 */
{
    (void)state;
    OWNED_BUF frame = buf_make(64);
    Pixels    p     = pixels_of(16, 12, 11, true);
    (void)buf_add_zeros(&frame, 32);
    memcpy(frame.at, "\xFF\xFF\x01\x00", 4); /* -1 with its sign, 1 */
    assert_false(pixel_spare_bits_speak(&p, buf_slice(&frame)));
    memcpy(frame.at, "\xFF\x0F\x01\x00", 4); /* -1 without */
    assert_false(pixel_spare_bits_speak(&p, buf_slice(&frame)));
    memcpy(frame.at, "\xFF\x0F\xFF\xFF", 4); /* one of each: a pattern can be drawn so */
    assert_true(pixel_spare_bits_speak(&p, buf_slice(&frame)));
    p             = pixels_of(16, 12, 11, false);
    p.has_padding = true;
    p.padding = p.padding_last = 0xF830;
    memcpy(frame.at, "\x30\xF8\x01\x00", 4);
    assert_false(pixel_spare_bits_speak(&p, buf_slice(&frame)));
    pixel_spare_bits_clear(&p, &frame);
    assert_memory_equal(frame.at, "\x30\xF8\x01\x00", 4);
}

/* ---- places ---- */

static void a_box_is_black_inside_and_untouched_outside(void **state) /* E22 */
{
    (void)state;
    static const struct {
        unsigned    allocated, stored, samples;
        bool        is_signed, planar;
        Photometric photometric;
        int64_t     black[3];
    } KINDS[] = {
        { 8, 8, 1, false, false, MONOCHROME2, { 0 } },
        { 8, 8, 1, false, false, MONOCHROME1, { 255 } },
        { 16, 12, 1, true, false, MONOCHROME2, { -2048 } },
        { 16, 12, 1, true, false, MONOCHROME1, { 2047 } },
        { 8, 8, 3, false, false, RGB, { 0, 0, 0 } },
        { 8, 8, 3, false, true, RGB, { 0, 0, 0 } },
        { 8, 8, 3, false, false, YBR_FULL, { 0, 128, 128 } },
        { 1, 1, 1, false, false, MONOCHROME2, { 0 } },
        { 1, 1, 1, false, false, MONOCHROME1, { 1 } },
        { 8, 8, 1, false, false, PALETTE_COLOR, { 0 } },
    };
    OWNED_BUF frame = buf_make(4096), before = buf_make(4096), mask = buf_make(64);
    for (size_t k = 0; k < COUNT(KINDS); k++) {
        Pixels p  = pixels_of(KINDS[k].allocated, KINDS[k].stored, KINDS[k].stored - 1, KINDS[k].is_signed);
        p.samples = (uint16_t)KINDS[k].samples;
        p.planar  = KINDS[k].planar;
        p.photometric = KINDS[k].photometric;
        p.frame_bits *= p.samples;
        fill(&frame, (size_t)(p.frame_bits + 7) / 8, (uint32_t)k);
        buf_clear(&before);
        (void)buf_add(&before, buf_slice(&frame));
        assert_true(pixel_mask_make(&p, &mask, NULL));
        pixel_mask_box(&p, &(PixelBox) { 1, 2, 100, 1 }, true, &mask); /* cut at the right edge */
        pixel_blank(&p, buf_slice(&mask), &frame);
        Samples old, now;
        assert_true(samples_make(&p, buf_slice(&before), 0, &old));
        assert_true(samples_make(&p, buf_slice(&frame), 0, &now));
        for (size_t i = 0; i < 16; i++)
            for (unsigned c = 0; c < p.samples; c++) {
                bool    inside = i / 4 == 2 && i % 4 >= 1;
                int64_t wanted = inside ? KINDS[k].black[c] : sample_int(&old, sample_place(&old, i, c));
                assert_int_equal(sample_int(&now, sample_place(&now, i, c)), wanted);
            }
    }
}

static void pixels_that_share_their_chroma_are_blanked_in_pairs(void **state) /* E22 */
{
    (void)state;
    OWNED_BUF frame = buf_make(64), mask = buf_make(64);
    Pixels    p   = pixels_of(8, 8, 7, false);
    p.samples     = 3;
    p.photometric = YBR_FULL_422;
    p.frame_bits  = 16 * 16;
    for (int i = 0; i < 32; i++)
        (void)buf_add_char(&frame, 7);
    assert_true(pixel_mask_make(&p, &mask, NULL));
    pixel_mask_box(&p, &(PixelBox) { 1, 0, 1, 1 }, true, &mask);
    pixel_blank(&p, buf_slice(&mask), &frame);
    assert_memory_equal(frame.at, "\0\0\x80\x80\7\7\7\7", 8);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(no_spare_bit_outlives_cleaning_and_no_sample_changes),
        cmocka_unit_test(an_overlay_in_the_spare_bits_speaks),
        cmocka_unit_test(signs_zeros_and_padding_above_the_samples_say_nothing),
        cmocka_unit_test(a_box_is_black_inside_and_untouched_outside),
        cmocka_unit_test(pixels_that_share_their_chroma_are_blanked_in_pairs),
    };
    return cmocka_run_group_tests(TESTS, NULL, NULL);
}
