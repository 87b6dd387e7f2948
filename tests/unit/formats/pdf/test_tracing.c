/*
 * Curves over millimetre paper.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>
#include <math.h>

#include "base/own.h"
#include "formats/pdf/tracing.h"

enum { SAMPLES = 100, PER_MM = 4 };

/* Dark pixels of a sheet with one row of these heights. */
static size_t ink(const float *mm, float pulse)
{
    TraceRow row = { SLICE_NONE, mm, pulse, SAMPLES, 0, 0 };
    Tracing  t   = { &row, 1, 1, 50, 2, SLICE_NONE };
    double   wide, high;
    size_t   n = 0;
    tracing_size_mm(&t, &wide, &high);
    assert_true(fabs(wide - (10 + 10 + 50)) < 1e-9 && fabs(high - (10 + 20 + 8)) < 1e-9);
    uint32_t width = (uint32_t)wide * PER_MM, height = (uint32_t)high * PER_MM;
    uint8_t *rgb = malloc((size_t)width * height * 3);
    assert_non_null(rgb);
    assert_true(tracing_draw(&t, width, height, rgb, NULL));
    for (size_t i = 0; i < (size_t)width * height; i++)
        n += rgb[3 * i] < 200;
    free(rgb);
    return n;
}

static void a_gap_is_no_line_and_a_calibration_stands_beside(void **state)
{
    (void)state;
    float flat[SAMPLES] = { 0 }, gap[SAMPLES], half[SAMPLES] = { 0 }, far[SAMPLES] = { 0 };
    for (size_t i = 0; i < SAMPLES; i++) {
        gap[i]  = NAN;
        half[i] = i < SAMPLES / 2 ? 0 : NAN;
        far[i]  = i % 2 ? 1e9f : -INFINITY;
    }
    assert_int_equal(ink(gap, 0), 0);
    assert_true(ink(flat, 0) > ink(half, 0) && ink(half, 0) > 0);
    assert_true(ink(gap, 10) > 0);
    (void)ink(far, 0); /* off the sheet */
}

static void sides_and_counts_out_of_bounds_are_refused(void **state)
{
    (void)state;
    float    mm[SAMPLES] = { 0 };
    TraceRow row         = { SLICE_NONE, mm, 0, SAMPLES, 0, 0 };
    uint8_t  rgb[3];
    struct {
        uint32_t width, height;
        size_t   count;
        double   per_mm;
    } bad[] = {
        { 0, 1, 1, 1 }, { 1, 0, 1, 1 },  { TRACING_SIDE_MAX + 1, 1, 1, 1 }, { 1, 1, TRACING_ROWS_MAX + 1, 1 },
        { 1, 1, 1, 0 }, { 1, 1, 1, NAN }
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        Err err = { 0 };
        assert_false(tracing_draw(&(Tracing) { &row, bad[i].count, 1, 50, bad[i].per_mm, SLICE_NONE },
                                  bad[i].width, bad[i].height, rgb, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_gap_is_no_line_and_a_calibration_stands_beside),
        cmocka_unit_test(sides_and_counts_out_of_bounds_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
