/*
 * Tests of mask subtraction: which frames, how far the mask is moved, what is left.
 *
 * Expected values are worked out by hand from PS3.3 §C.7.6.10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/dicom/writer.h"
#include "formats/image/mask.h"
#include "made.h"

static void put_words(DicomWriter *w, uint32_t tag, Vr vr, const int *values, size_t count)
{
    char bytes[64];
    for (size_t i = 0; i < count; i++) {
        bytes[2 * i]     = (char)values[i];
        bytes[2 * i + 1] = (char)(values[i] >> 8);
    }
    dw_value(w, tag, vr, slice_bytes(bytes, 2 * count));
}

static void put_floats(DicomWriter *w, uint32_t tag, const float *values, size_t count)
{
    dw_value(w, tag, VR_FL, slice_bytes(values, count * sizeof *values));
}

/* A state with one mask item: 'range', 'frames' and 'shift' when they are given. */
static Made state(const char *operation, const int *range, size_t ranges, const int *frames, size_t count, const int *offset,
                  const int *averaging)
{
    DicomWriter *w = dw_new(1 << 16);
    dw_sequence_begin(w, 0x00286100);
    dw_item_begin(w);
    dw_text(w, 0x00286101, operation);
    if (ranges)
        put_words(w, 0x00286102, VR_US, range, ranges);
    if (count)
        put_words(w, 0x00286110, VR_US, frames, count);
    if (averaging)
        put_words(w, 0x00286112, VR_US, averaging, 1);
    if (offset)
        put_words(w, 0x00286120, VR_SS, offset, 1);
    dw_item_end(w);
    dw_sequence_end(w);
    return finished(w);
}

static MaskPlan planned(const Made *m, uint32_t frame, uint32_t frames)
{
    MaskPlan plan;
    Err      err = { 0 };
    assert_true(mask_plan_read(m->ds, SLICE("1.2"), frame, frames, &plan, &err));
    return plan;
}

static void averaged_frames_are_taken_away_within_the_range(void **unused) /* X5 */
{
    (void)unused;
    const int range[] = { 4, 5, 8, 9 }, frames[] = { 1, 2 }, two = 2;
    Made      m       = state("AVG_SUB", range, 4, frames, 2, NULL, &two);
    assert_false(planned(&m, 3, 10).subtracts);
    assert_false(planned(&m, 6, 10).subtracts);
    MaskPlan plan = planned(&m, 9, 10);
    assert_true(plan.subtracts);
    assert_int_equal(plan.mask_count, 2);
    assert_int_equal(plan.mask[0], 1);
    assert_int_equal(plan.mask[1], 2);
    assert_int_equal(plan.contrast_count, 2);
    assert_int_equal(plan.contrast[0], 9);
    assert_int_equal(plan.contrast[1], 10);
    assert_int_equal(planned(&m, 9, 9).contrast_count, 1); /* the last has no next */
    done(&m);
}

static void an_interval_takes_an_earlier_frame_and_reversed_one_ever_earlier(void **unused) /* X5 */
{
    (void)unused;
    const int range[] = { 6, 9 }, two = 2;
    Made      m       = state("TID", NULL, 0, NULL, 0, &two, NULL);
    assert_false(planned(&m, 2, 9).subtracts);
    assert_int_equal(planned(&m, 3, 9).mask[0], 1);
    done(&m);
    m = state("TID", NULL, 0, NULL, 0, NULL, NULL); /* no offset: 1 */
    assert_int_equal(planned(&m, 3, 9).mask[0], 2);
    done(&m);
    m                   = state("REV_TID", range, 2, NULL, 0, &two, NULL);
    const int wanted[4] = { 4, 3, 2, 1 }; /* 6 - 2, 7 - 4, 8 - 6, 9 - 8 */
    for (uint32_t i = 0; i < 4; i++)
        assert_int_equal(planned(&m, 6 + i, 9).mask[0], wanted[i]);
    done(&m);
}

static void what_names_no_frame_or_no_operation_is_refused(void **unused) /* X5 */
{
    (void)unused;
    const int beyond[] = { 11 }, many = 65, one[] = { 1 };
    MaskPlan  plan;
    Made      cases[] = { state("AVG_SUB", NULL, 0, NULL, 0, NULL, NULL), state("AVG_SUB", NULL, 0, beyond, 1, NULL, NULL),
                          state("SUBTRACT", NULL, 0, NULL, 0, NULL, NULL), state("AVG_SUB", NULL, 0, one, 1, NULL, &many) };
    for (size_t i = 0; i < COUNT(cases); i++) {
        Err err = { 0 };
        assert_false(mask_plan_read(cases[i].ds, SLICE("1.2"), 5, 10, &plan, &err));
        assert_int_equal(err.kind, i == 3 ? ERR_LIMIT : ERR_INPUT);
        mask_plan_clear(&plan);
        done(&cases[i]);
    }
    Made none = state("NONE", NULL, 0, NULL, 0, NULL, NULL);
    assert_false(planned(&none, 5, 10).subtracts);
    done(&none);
}

enum { SIDE = 4 };

static void left(const MaskPlan *plan, double ret[SIDE * SIDE])
{
    double mask[SIDE * SIDE];
    for (size_t i = 0; i < SIDE * SIDE; i++) {
        mask[i] = (double)(10 * (i / SIDE) + i % SIDE); /* row and column */
        ret[i]  = 100;
    }
    assert_true(mask_take_away(plan, SIDE, SIDE, ret, mask, NULL));
}

static void the_mask_is_moved_by_parts_of_a_pixel_and_its_edge_goes_on(void **unused) /* X5 */
{
    (void)unused;
    double out[SIDE * SIDE];
    left(&(MaskPlan) { .taken = 1 }, out);
    assert_float_equal(out[2 * SIDE + 3], 100 - 23, 1e-6);
    left(&(MaskPlan) { .taken = 1, .down = 1, .right = 0 }, out);
    assert_float_equal(out[2 * SIDE + 3], 100 - 13, 1e-6); /* what stood one row above */
    assert_float_equal(out[3], 100 - 3, 1e-6);
    left(&(MaskPlan) { .taken = 1, .down = 0.25, .right = -0.5 }, out);
    assert_float_equal(out[2 * SIDE + 1], 100 - (17.5 + 1.5), 1e-6);
    assert_float_equal(out[2 * SIDE + 3], 100 - (17.5 + 3), 1e-6); /* no pixel to the right of the last */
    left(&(MaskPlan) { .taken = 0.25 }, out);
    assert_float_equal(out[2 * SIDE + 3], 100 - 23 * 0.25, 1e-6);
}

static void a_region_is_moved_by_its_own_shift(void **unused) /* X5 */
{
    (void)unused;
    const int   corners[] = { 1, 1, 1, 3, 3, 3, 3, 1 };
    const float shift[]   = { 1, 0 };
    double      out[SIDE * SIDE];
    DicomWriter *w = dw_new(1 << 16);
    dw_sequence_begin(w, 0x00289502);
    dw_item_begin(w);
    put_floats(w, 0x00286114, shift, 2);
    put_words(w, 0x00289503, VR_SS, corners, 8);
    dw_item_end(w);
    dw_sequence_end(w);
    Made m = finished(w);
    left(&(MaskPlan) { .taken = 1, .regions = m.ds }, out);
    assert_float_equal(out[1 * SIDE + 1], 100 - 1, 1e-6);  /* inside: from the row above */
    assert_float_equal(out[3 * SIDE + 1], 100 - 31, 1e-6); /* outside: in its place */
    done(&m);
}

static void sharpening_adds_what_differs_from_the_mean_around(void **unused) /* X5 */
{
    (void)unused;
    double contrast[9] = { 0, 0, 0, 0, 9, 0, 0, 0, 0 };
    double mask[9]     = { 0 };
    assert_true(mask_take_away(&(MaskPlan) { .taken = 1, .sharpened = 0.5 }, 3, 3, contrast, mask, NULL));
    assert_float_equal(contrast[4], 9 + 0.5 * (9 - 1), 1e-6);
    assert_float_equal(contrast[1], -0.5, 1e-6);
}

static void values_pass_the_table_of_the_modality_or_that_to_logarithms(void **unused) /* X5 */
{
    (void)unused;
    uint16_t      table[] = { 5, 7, 11 };
    const uint8_t stored[] = { 0, 1, 2, 3 };
    double        sum[4]   = { 0 };
    Pixels        p = { .rows = 1, .columns = 4, .frames = 1, .samples = 1, .bits_allocated = 8, .bits_stored = 8, .high_bit = 7,
                        .photometric = MONOCHROME2, .slope = 2, .intercept = -1 };
    GreyRules     plain = { 0 }, ruled = { .modality = { 0, 3, 8, table } };
    MaskPlan      plan = { .taken = 1 }, logs = { .taken = 1, .to_log = { 1, 3, 8, table } };
    assert_true(mask_values_add(&plan, &p, &plain, slice_bytes(stored, 4), sum, NULL));
    assert_true(mask_values_add(&plan, &p, &ruled, slice_bytes(stored, 4), sum, NULL));
    assert_true(mask_values_add(&logs, &p, &ruled, slice_bytes(stored, 4), sum, NULL));
    const double wanted[4] = { -1 + 5 + 5, 1 + 7 + 5, 3 + 11 + 7, 5 + 11 + 11 };
    for (size_t i = 0; i < 4; i++)
        assert_float_equal(sum[i], wanted[i], 1e-6);
    p.photometric = RGB;
    p.samples     = 3;
    Err err       = { 0 };
    assert_false(mask_values_add(&plan, &p, &plain, slice_bytes(stored, 4), sum, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(averaged_frames_are_taken_away_within_the_range),
        cmocka_unit_test(an_interval_takes_an_earlier_frame_and_reversed_one_ever_earlier),
        cmocka_unit_test(what_names_no_frame_or_no_operation_is_refused),
        cmocka_unit_test(the_mask_is_moved_by_parts_of_a_pixel_and_its_edge_goes_on),
        cmocka_unit_test(a_region_is_moved_by_its_own_shift),
        cmocka_unit_test(sharpening_adds_what_differs_from_the_mean_around),
        cmocka_unit_test(values_pass_the_table_of_the_modality_or_that_to_logarithms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
