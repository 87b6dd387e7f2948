/*
 * Tests of the cards that stand for what has no picture.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "formats/pdf/card.h"

enum { SIDE = 128 };

/* Light pixels: what is written. */
static size_t light(const uint8_t *rgb)
{
    size_t count = 0;
    for (size_t i = 0; i < (size_t)SIDE * SIDE; i++)
        count += rgb[3 * i] > 200;
    return count;
}

static void a_word_is_written_on_the_card_whatever_its_length(void **state)
{
    (void)state;
    static const Slice WORDS[] = { SLICE_NONE,
                                   { "SR", 2 },
                                   { "RTPLAN", 6 },
                                   { "\xC3\x89"
                                     "CHO",
                                     5 },
                                   { "ABCDEFGHIJKLMNOPQRSTUVW", 23 },
                                   { "\xFF\x01\x02", 3 } };
    static uint8_t     rgb[SIDE * SIDE * 3], empty[SIDE * SIDE * 3];
    Err                err = { 0 };
    if (!card_draw(WORDS[0], false, SIDE, empty, &err))
        fail_msg("%s", err.detail);
    for (size_t i = 1; i < sizeof WORDS / sizeof *WORDS; i++) {
        if (!card_draw(WORDS[i], i % 2, SIDE, rgb, &err))
            fail_msg("%zu: %s", i, err.detail);
        if (i < 5)
            assert_in_range(light(rgb), light(empty) + 15, SIDE * SIDE / 4);
    }
}

static void a_side_out_of_bounds_is_our_mistake(void **state)
{
    (void)state;
    uint8_t one[3];
    Err     err = { 0 };
    assert_false(card_draw(SLICE("SR"), false, 1, one, &err));
    assert_int_equal(err.kind, ERR_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_word_is_written_on_the_card_whatever_its_length),
        cmocka_unit_test(a_side_out_of_bounds_is_our_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
