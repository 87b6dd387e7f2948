/*
 * Tests of what an image says of its own greys: tables, shapes, values of one frame, overlays.
 *
 * Expected greys are worked out by hand from PS3.3 §C.11.1, §C.11.2.1.2 and §C.9.2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/dicom/writer.h"
#include "formats/image/lut.h"
#include "made.h"

static void put_table(DicomWriter *w, uint32_t sequence, int64_t count, int64_t first, int64_t bits,
                      const uint16_t *entries, size_t given)
{
    char    data[128];
    uint8_t descriptor[6] = { (uint8_t)count,        (uint8_t)(count >> 8), (uint8_t)first,
                              (uint8_t)(first >> 8), (uint8_t)bits,         0 };
    for (size_t i = 0; i < given; i++) {
        data[2 * i]     = (char)entries[i];
        data[2 * i + 1] = (char)(entries[i] >> 8);
    }
    dw_sequence_begin(w, sequence);
    dw_item_begin(w);
    dw_value(w, 0x00283002, first < 0 ? VR_SS : VR_US, slice_bytes(descriptor, sizeof descriptor));
    dw_value(w, 0x00283006, VR_OW, slice_bytes(data, 2 * given));
    dw_item_end(w);
    dw_sequence_end(w);
}

static Pixels grey(uint32_t rows, uint32_t columns, bool is_signed)
{
    return (Pixels) { .rows           = rows,
                      .columns        = columns,
                      .frames         = 1,
                      .samples        = 1,
                      .bits_allocated = 16,
                      .bits_stored    = 12,
                      .high_bit       = 11,
                      .is_signed      = is_signed,
                      .photometric    = MONOCHROME2,
                      .slope          = 1 };
}

/* Renders frame 'n' of 'm' and compares. */
static void expect(const Made *m, uint32_t n, Pixels p, const uint16_t *samples, const uint8_t *wanted)
{
    Err           err   = { 0 };
    GreyRules     rules = { 0 };
    PictureWanted how   = { .rules = &rules };
    size_t        count = (size_t)p.rows * p.columns;
    p.has_window        = dataset_double(m->ds, TAG_WINDOW_CENTER, 0, &p.window_center) &&
                   dataset_double(m->ds, TAG_WINDOW_WIDTH, 0, &p.window_width); /* as pixels_describe does */
    assert_true(grey_rules_read(m->ds, n, &p, &rules, &err));
    OWNED(Picture) *picture = picture_render(&p, slice_bytes(samples, 2 * count), 0, NULL, &how, &err);
    if (!picture)
        fail_msg("%s", err.detail);
    for (size_t i = 0; i < count; i++)
        if (picture->at[i] != wanted[i])
            fail_msg("pixel %zu: %u, not %u", i, picture->at[i], wanted[i]);
    grey_rules_clear(&rules);
}

static const uint16_t RAMP[5] = { 0, 1, 2, 3, 4 };

static void a_modality_table_stands_for_the_rescale(void **state)
{
    (void)state;
    DicomWriter *w = dw_new(1 << 16);
    put_table(w, 0x00283000, 3, 1, 16, (uint16_t[]) { 100, 1000, 200 }, 3);
    dw_text(w, TAG_WINDOW_CENTER, "590");
    dw_text(w, TAG_WINDOW_WIDTH, "1000");
    dw_text(w, 0x00281056, "LINEAR_EXACT");
    Made m = finished(w);
    /* 0 and 1 give 100 (x <= 100: 0), 2 gives 1000 (the top), 3 and 4 give 200: (200 - 550) / 900 + 0.5 =
     * 0.1111 */
    expect(&m, 1, grey(1, 5, false), RAMP, (uint8_t[]) { 3, 3, 232, 28, 28 });
    done(&m);
}

static void a_voi_table_serves_where_there_is_no_window(void **state)
{
    (void)state;
    DicomWriter *w = dw_new(1 << 16);
    put_table(w, 0x00283010, 4, 1, 12, (uint16_t[]) { 0, 4095, 2048, 1024 }, 4);
    Made m = finished(w);
    expect(&m, 1, grey(1, 5, false), RAMP, (uint8_t[]) { 0, 0, 255, 128, 64 });
    done(&m);
}

static void a_table_may_begin_below_zero(void **state)
{
    (void)state;
    DicomWriter *w = dw_new(1 << 16);
    put_table(w, 0x00283010, 3, -1, 8, (uint16_t[]) { 10, 20, 30 }, 3);
    Made     m         = finished(w);
    uint16_t samples[] = { 0x0FFE, 0x0FFF, 0, 1, 2 }; /* -2 -1 0 1 2 in 12 bits */
    expect(&m, 1, grey(1, 5, true), samples, (uint8_t[]) { 10, 10, 20, 30, 30 });
    done(&m);
}

static void a_sigmoid_window_and_an_inverse_shape_are_heeded(void **state)
{
    (void)state;
    DicomWriter *w = dw_new(1 << 16);
    dw_text(w, TAG_WINDOW_CENTER, "2");
    dw_text(w, TAG_WINDOW_WIDTH, "4");
    dw_text(w, 0x00281056, "SIGMOID");
    dw_text(w, 0x20500020, "INVERSE");
    Made m = finished(w);
    /* 255 / (1 + exp(-(x - 2))) = 30.4 68.6 127.5 186.4 224.6, turned round */
    expect(&m, 1, grey(1, 5, false), RAMP, (uint8_t[]) { 225, 186, 127, 69, 30 });
    done(&m);
}

static void put_frame(DicomWriter *w, const char *slope, const char *intercept, const char *center)
{
    dw_item_begin(w);
    dw_sequence_begin(w, 0x00289145);
    dw_item_begin(w);
    dw_text(w, TAG_RESCALE_SLOPE, slope);
    dw_text(w, TAG_RESCALE_INTERCEPT, intercept);
    dw_item_end(w);
    dw_sequence_end(w);
    dw_sequence_begin(w, 0x00289132);
    dw_item_begin(w);
    dw_text(w, TAG_WINDOW_CENTER, center);
    dw_text(w, TAG_WINDOW_WIDTH, "40");
    dw_text(w, 0x00281056, "LINEAR_EXACT");
    dw_item_end(w);
    dw_sequence_end(w);
    dw_item_end(w);
}

static void each_frame_of_an_enhanced_image_has_its_own_values(void **state)
{
    (void)state;
    DicomWriter *w = dw_new(1 << 16);
    dw_sequence_begin(w, 0x52009230);
    put_frame(w, "10", "0", "20");
    put_frame(w, "20", "-40", "0");
    dw_sequence_end(w);
    Made m = finished(w);
    /* first: 0 10 20 30 40 about 20; second: -40 -20 0 20 40 about 0 */
    expect(&m, 1, grey(1, 5, false), RAMP, (uint8_t[]) { 0, 64, 128, 191, 255 });
    expect(&m, 2, grey(1, 5, false), RAMP, (uint8_t[]) { 0, 0, 128, 255, 255 });
    done(&m);
}

static void put_overlay(DicomWriter *w, int64_t rows, int64_t columns, int16_t top, int16_t left,
                        const char *bits, size_t bytes, int64_t frames)
{
    uint8_t origin[4] = { (uint8_t)top, (uint8_t)((uint16_t)top >> 8), (uint8_t)left,
                          (uint8_t)((uint16_t)left >> 8) };
    dw_int(w, 0x60000010, rows);
    dw_int(w, 0x60000011, columns);
    if (frames)
        dw_int(w, 0x60000015, frames);
    dw_text(w, 0x60000040, "G");
    dw_value(w, 0x60000050, VR_SS, slice_bytes(origin, sizeof origin));
    dw_int(w, 0x60000100, 1);
    dw_int(w, 0x60000102, 0);
    dw_value(w, 0x60003000, VR_OW, slice_bytes(bits, bytes));
}

static void an_overlay_is_drawn_in_white_where_it_lies(void **state)
{
    (void)state;
    static const uint16_t BLACK[6] = { 0, 0, 0, 0, 0, 4 };
    DicomWriter          *w        = dw_new(1 << 16);
    dw_text(w, TAG_WINDOW_CENTER, "1000");
    dw_text(w, TAG_WINDOW_WIDTH, "100");
    put_overlay(w, 2, 2, 0, 2, "\x0B\x00", 2, 0); /* 11 / 01, its first row above the image */
    Made m = finished(w);
    expect(&m, 1, grey(2, 3, false), BLACK, (uint8_t[]) { 0, 0, 255, 0, 0, 0 });
    done(&m);
}

static void an_overlay_of_several_frames_gives_each_its_own(void **state)
{
    (void)state;
    static const uint16_t BLACK[4] = { 0 };
    DicomWriter          *w        = dw_new(1 << 16);
    dw_text(w, TAG_WINDOW_CENTER, "1000");
    dw_text(w, TAG_WINDOW_WIDTH, "100");
    put_overlay(w, 2, 2, 1, 1, "\x81\x00", 2, 2); /* frame 1: 1000, frame 2: 0001 */
    Made m = finished(w);
    expect(&m, 1, grey(2, 2, false), BLACK, (uint8_t[]) { 255, 0, 0, 0 });
    expect(&m, 2, grey(2, 2, false), BLACK, (uint8_t[]) { 0, 0, 0, 255 });
    expect(&m, 3, grey(2, 2, false), BLACK, (uint8_t[]) { 0, 0, 0, 0 });
    done(&m);
}

static void an_overlay_in_the_unused_bits_is_drawn_too(void **state)
{
    (void)state;
    static const uint16_t SAMPLES[4] = { 0x1000, 0, 0x8000, 0x1001 };
    DicomWriter          *w          = dw_new(1 << 16);
    dw_text(w, TAG_WINDOW_CENTER, "1000");
    dw_text(w, TAG_WINDOW_WIDTH, "100");
    dw_int(w, 0x60020010, 2);
    dw_int(w, 0x60020011, 2);
    dw_int(w, 0x60020100, 16);
    dw_int(w, 0x60020102, 12);
    Made m = finished(w);
    expect(&m, 1, grey(2, 2, false), SAMPLES, (uint8_t[]) { 255, 0, 0, 255 });
    done(&m);
}

static void a_table_that_contradicts_itself_is_refused(void **state)
{
    (void)state;
    static const struct {
        int64_t count, bits;
        size_t  given;
    } BAD[] = { { 4, 16, 3 }, { 4, 7, 4 }, { 4, 17, 4 }, { 0, 16, 4 } };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        DicomWriter *w = dw_new(1 << 16);
        put_table(w, i % 2 ? 0x00283000 : 0x00283010, BAD[i].count, 0, BAD[i].bits,
                  (uint16_t[]) { 1, 2, 3, 4 }, BAD[i].given);
        Made      m     = finished(w);
        GreyRules rules = { 0 };
        Pixels    p     = grey(1, 1, false);
        Err       err   = { 0 };
        assert_false(grey_rules_read(m.ds, 1, &p, &rules, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        grey_rules_clear(&rules);
        done(&m);
    }
}

static void an_overlay_whose_bits_are_missing_is_left_out(void **state)
{
    (void)state;
    DicomWriter *w = dw_new(1 << 16);
    put_overlay(w, 200, 200, 1, 1, "\xFF\xFF", 2, 0);
    Made      m     = finished(w);
    GreyRules rules = { 0 };
    Pixels    p     = grey(2, 2, false);
    Err       err   = { 0 };
    assert_true(grey_rules_read(m.ds, 1, &p, &rules, &err));
    assert_int_equal(rules.overlay_count, 0);
    grey_rules_clear(&rules);
    done(&m);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(a_modality_table_stands_for_the_rescale),
        cmocka_unit_test(a_voi_table_serves_where_there_is_no_window),
        cmocka_unit_test(a_table_may_begin_below_zero),
        cmocka_unit_test(a_sigmoid_window_and_an_inverse_shape_are_heeded),
        cmocka_unit_test(each_frame_of_an_enhanced_image_has_its_own_values),
        cmocka_unit_test(an_overlay_is_drawn_in_white_where_it_lies),
        cmocka_unit_test(an_overlay_of_several_frames_gives_each_its_own),
        cmocka_unit_test(an_overlay_in_the_unused_bits_is_drawn_too),
        cmocka_unit_test(a_table_that_contradicts_itself_is_refused),
        cmocka_unit_test(an_overlay_whose_bits_are_missing_is_left_out),
    };
    return cmocka_run_group_tests(TESTS, NULL, NULL);
}
