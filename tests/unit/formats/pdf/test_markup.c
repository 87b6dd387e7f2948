/*
 * Drawings over a picture: where they are, how they are turned, and that many of them end in time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "base/own.h"
#include "formats/pdf/markup.h"

enum { SIDE = 100 };
static const double AS_IT_IS[6] = { 1, 0, 0, 0, 1, 0 }, TURNED[6] = { 0, -1, SIDE, 1, 0, 0 };

static uint8_t *drawn(const Mark *marks, size_t count, const double m[6], uint32_t side)
{
    uint8_t *rgb = calloc((size_t)side * side, 3);
    Err      err = { 0 };
    assert_non_null(rgb);
    assert_true(markup_draw(marks, count, m, side, side, rgb, &err));
    return rgb;
}

static unsigned at(const uint8_t *rgb, unsigned x, unsigned y)
{
    return rgb[(y * SIDE + x) * 3];
}

static void shapes_are_where_they_are_meant(void **state)
{
    (void)state;
    static const double LINE[] = { 10, 20.5, 40, 20.5 }, CIRCLE[] = { 70, 30, 70, 40 }, DISPLAYED[] = { 0.5, 0.5, 0.5, 0.6 };
    const Mark          marks[] = {
        { .kind = MARK_LINE, .colour = { 255, 255, 255 }, .at = LINE, .points = 2 },
        { .kind = MARK_CIRCLE, .colour = { 200, 200, 200 }, .at = CIRCLE, .points = 2, .filled = true },
        { .kind = MARK_CIRCLE, .colour = { 100, 0, 0 }, .at = DISPLAYED, .points = 2, .filled = true, .displayed = true },
    };
    uint8_t *plain = drawn(marks, COUNT(marks), AS_IT_IS, SIDE), *turned = drawn(marks, COUNT(marks), TURNED, SIDE);
    assert_int_equal(at(plain, 25, 20), 255);
    assert_int_equal(at(plain, 25, 24), 0);
    assert_int_equal(at(plain, 70, 30), 200);
    assert_int_equal(at(plain, 70, 45), 0);
    assert_int_equal(at(turned, SIDE - 21, 25), 255);
    assert_int_equal(at(turned, SIDE - 30, 70), 200);
    assert_int_equal(at(plain, 50, 50), 100);
    assert_int_equal(at(turned, 50, 50), 100); /* of what is displayed: not turned with the image */
    free(plain);
    free(turned);
}

static void places_beyond_all_measure_and_broken_texts_do_no_harm(void **state)
{
    (void)state;
    static const double FAR_OFF[] = { -1e300, 5, 1e9, 5, 3, 1e308, 50, 50 };
    Mark                marks[MARK_TEXT + 2];
    for (MarkKind k = MARK_POINT; k < MARK_TEXT; k++)
        marks[k] = (Mark) { .kind = k, .colour = { 255, 255, 255 }, .at = FAR_OFF, .points = 4, .filled = true };
    marks[MARK_TEXT] = (Mark) { .kind = MARK_TEXT, .text = SLICE("\xFF\xFE\r\n\r\n\x01 a"), .has_anchor = true, .anchor = { 1e300, 0, false } };
    marks[MARK_TEXT + 1] = (Mark) { .kind = MARK_TEXT, .text = SLICE("\xFF\xFE\r\n\x01 a\n"), .has_box = true, .from = { 0.5, 0.5, true }, .to = { 0.5, 0.4, true } };
    free(drawn(marks, COUNT(marks), AS_IT_IS, SIDE));
}

/* More than is read of a state, on a large picture: a scribble, circles that cover all, texts. */
static void the_most_that_is_drawn_ends_in_time(void **state)
{
    (void)state;
    enum { POINTS = 20000, TEXTS = 1000, CIRCLES = 1000, LARGE = 2000 };
    static const double ROUND[] = { 1000, 1000, 1000, 2500 };
    double  *points = calloc(POINTS * 2, sizeof *points);
    Mark    *marks  = calloc(1 + POINTS / 1000 + TEXTS + CIRCLES, sizeof *marks);
    uint32_t seed   = 1;
    size_t   n      = 0;
    for (size_t i = 0; points && i < POINTS * 2; i++) {
        seed      = seed * 1664525u + 1013904223u;
        points[i] = seed % LARGE;
    }
    assert_true(points && marks);
    marks[n++] = (Mark) { .kind = MARK_CURVE, .at = points, .points = POINTS, .filled = true };
    for (size_t i = 0; i < POINTS / 1000; i++)
        marks[n++] = (Mark) { .kind = i % 2 ? MARK_CURVE : MARK_LINE, .at = points + 2000 * i, .points = 900, .filled = true };
    for (size_t i = 0; i < CIRCLES; i++)
        marks[n++] = (Mark) { .kind = MARK_CIRCLE, .at = ROUND, .points = 2, .filled = true };
    for (size_t i = 0; i < TEXTS; i++)
        marks[n++] = (Mark) { .kind = MARK_TEXT, .text = SLICE("Une lésion\r\nà revoir dans trois mois, au même endroit"),
                              .has_box = true, .from = { 0.1, 0.1, true }, .to = { 0.4, 0.12, true } };
    clock_t began = clock();
    free(drawn(marks, n, AS_IT_IS, LARGE));
    double seconds = (double)(clock() - began) / CLOCKS_PER_SEC; /* of the processor */
    if (seconds > 20)
        fail_msg("%.1f s", seconds);
    free(marks);
    free(points);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(shapes_are_where_they_are_meant),
        cmocka_unit_test(places_beyond_all_measure_and_broken_texts_do_no_harm),
        cmocka_unit_test(the_most_that_is_drawn_ends_in_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
