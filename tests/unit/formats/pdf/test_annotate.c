/*
 * Text burned into a picture.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"
#include "formats/pdf/annotate.h"

enum { WIDTH = 200, HEIGHT = 150, GREY = 90 };

/* Rows of the picture that a drawing changed: how many above and below the middle. */
static void drawn(Slice top, Slice bottom, uint32_t width, uint32_t height, size_t ret[2])
{
    size_t   bytes = (size_t)width * height * 3;
    uint8_t *rgb   = malloc(bytes);
    Err      err   = { 0 };
    assert_non_null(rgb);
    memset(rgb, GREY, bytes);
    assert_true(annotate_draw(top, bottom, width, height, rgb, &err));
    ret[0] = ret[1] = 0;
    for (size_t i = 0; i < bytes; i++)
        ret[i / 3 / width >= height / 2] += rgb[i] != GREY;
    free(rgb);
}

static void each_text_stands_in_its_corner(void **state)
{
    (void)state;
    size_t n[2];
    drawn(SLICE("DURAND Marie\n1970-01-01  F"), SLICE_NONE, WIDTH, HEIGHT, n);
    assert_true(n[0] > 500 && n[1] == 0);
    drawn(SLICE_NONE, SLICE("CT"), WIDTH, HEIGHT, n);
    assert_true(n[0] == 0 && n[1] > 50);
    drawn(SLICE_NONE, SLICE_NONE, WIDTH, HEIGHT, n);
    assert_true(n[0] == 0 && n[1] == 0);
}

static void anything_as_text_and_any_small_size_is_borne(void **state)
{
    (void)state;
    static const char *const TEXTS[] = { "\xff\xfe\x80", "<b>&amp;", "\n\n\n", "\xe5\xb1\xb1\xe7\x94\xb0",
                                         "\x01\x1b[31m" };
    size_t                   n[2];
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        for (uint32_t side = 1; side < 64; side += 7)
            drawn(slice_of(TEXTS[i]), slice_of(TEXTS[i]), side, 64 - side, n);
    char *word = malloc(1 << 16);
    assert_non_null(word);
    memset(word, 'W', 1 << 16);
    drawn((Slice) { word, 1 << 16 }, SLICE_NONE, WIDTH, HEIGHT, n);
    assert_true(n[0] > 0 && n[1] == 0); /* one line, cut */
    free(word);
}

static void a_picture_beyond_bounds_is_refused(void **state)
{
    (void)state;
    static const uint32_t SIDES[][2] = { { 0, 10 }, { 10, 0 }, { 32768, 1 }, { 1, 32768 } };
    for (size_t i = 0; i < COUNT(SIDES); i++) {
        uint8_t rgb[30] = { 0 };
        Err     err     = { 0 };
        assert_false(annotate_draw(SLICE("x"), SLICE_NONE, SIDES[i][0], SIDES[i][1], rgb, &err));
        assert_int_equal(err.kind, ERR_LIMIT);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_text_stands_in_its_corner),
        cmocka_unit_test(anything_as_text_and_any_small_size_is_borne),
        cmocka_unit_test(a_picture_beyond_bounds_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
