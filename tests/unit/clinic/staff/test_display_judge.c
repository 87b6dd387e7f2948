/*
 * The question put to a display and its verdict: what is drawn is what is judged, every wrong answer is a fault of its own. O4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/own.h"
#include "clinic/staff/display_check.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"

static const DisplayScreen SCREEN = { 1920, 1080, 1, 1, 24 };

static void question(int n, DisplayChallenge *ret)
{
    char seed[DISPLAY_SEED];
    Err  err = { 0 };
    snprintf(seed, sizeof seed, "%064x", (unsigned)n * 2654435761u);
    assert_true(display_challenge(seed, ret, &err));
}

/* Who sees all of it. */
static DisplayAnswers sees(const DisplayChallenge *c)
{
    DisplayAnswers a = { .steps = DISPLAY_STAIRS, .squares = c->squares, .dark = (int)c->dark, .light = (int)c->light, .geometry = true, .uniform = true, .ambient = LIGHT_20_40 };
    memcpy(a.letters, c->letters, sizeof a.letters);
    a.left  = c->horizontal_left ? 'h' : 'v';
    a.right = c->horizontal_left ? 'v' : 'h';
    return a;
}

static void judged(const DisplayChallenge *c, const DisplayAnswers *a, const DisplayScreen *screen, const char *only)
{
    MissingList faults  = { 0 };
    int         letters = 0;
    display_judge(c, a, screen, &faults, &letters);
    if (!only) {
        assert_int_equal(faults.count, 0);
        return;
    }
    assert_int_equal(faults.count, 1);
    assert_string_equal(faults.items[0].code, only);
    assert_non_null(display_fault_text(slice_of(only)));
    assert_string_not_equal(text_in(LANG_FR, faults.items[0].text), faults.items[0].text);
}

static void the_question_is_within_its_bounds_and_never_twice_the_same(void **state) /* O4 */
{
    DisplayChallenge c, last = { 0 };
    (void)state;
    for (int n = 1; n < 500; n++) {
        int squares = 0;
        question(n, &c);
        for (size_t row = 0; row < DISPLAY_ROWS; row++) {
            unsigned sum = 0;
            assert_int_equal(strlen(c.letters[row]), DISPLAY_COLUMNS);
            assert_int_equal(strspn(c.letters[row], DISPLAY_LETTERS), DISPLAY_COLUMNS);
            for (size_t i = 0; i < DISPLAY_COLUMNS; i++)
                sum += c.contrast[row][i];
            assert_int_equal(sum, 16 + 11 + 8 + 6 + 4 + 2);
        }
        for (size_t i = 0; i < DISPLAY_STAIRS; i++)
            squares += c.square[i];
        assert_int_equal(squares, c.squares);
        assert_in_range(squares, DISPLAY_STAIRS - 5, DISPLAY_STAIRS);
        assert_memory_not_equal(c.letters, last.letters, sizeof c.letters);
        last = c;
    }
}

static void what_is_drawn_has_the_levels_of_the_question(void **state) /* O4 */
{
    static uint8_t   at[DISPLAY_WIDTH * DISPLAY_HEIGHT];
    DisplayChallenge c;
    (void)state;
    for (int n = 1; n < 40; n++) {
        question(n, &c);
        memset(at, 77, sizeof at);
        display_draw(&c, at);
        for (int i = 0; i < DISPLAY_COLUMNS; i++) { /* the only two levels of a cell: its ground and its letter */
            int lit = 0;
            for (int y = 0; y < 100; y++)
                for (int x = 0; x < 144; x++) {
                    int level = at[(100 + y) * DISPLAY_WIDTH + i * 144 + x];
                    assert_true(level == 128 || level == 128 + c.contrast[1][i]);
                    lit += level != 128;
                }
            assert_in_range(lit, 9 * 49, 21 * 49); /* of 49 pixels a dot: no letter is empty, none touches its neighbour */
        }
        for (int i = 0; i < DISPLAY_STAIRS; i++)
            assert_int_equal(at[348 * DISPLAY_WIDTH + i * 48 + 24] != at[301 * DISPLAY_WIDTH + i * 48 + 2], c.square[i]);
        const uint8_t *left = at + 500 * DISPLAY_WIDTH + 2 * 216;
        assert_int_equal(left[0] != left[1], !c.horizontal_left);
        assert_int_equal(left[0] != left[DISPLAY_WIDTH], c.horizontal_left);
    }
}

static void who_sees_all_passes_and_each_wrong_answer_is_its_own_fault(void **state) /* O4 */
{
    DisplayChallenge c;
    (void)state;
    for (int n = 1; n < 60; n++) {
        question(n, &c);
        DisplayAnswers a = sees(&c), b;
        judged(&c, &a, &SCREEN, NULL);
        static const char *const ROW[] = { "letters-dark", "letters-middle", "letters-light" };
        for (size_t row = 0; row < DISPLAY_ROWS; row++)
            for (size_t i = 0; i < DISPLAY_COLUMNS; i++) { /* the faintest two may be missed, the others not */
                b                 = a;
                b.letters[row][i] = '-';
                judged(&c, &b, &SCREEN, c.contrast[row][i] >= 6 ? ROW[row] : NULL);
            }
        b = a, b.squares--;
        judged(&c, &b, &SCREEN, "squares");
        b = a, b.steps = 17;
        judged(&c, &b, &SCREEN, "steps");
        b = a, b.dark = (a.dark + 1) % 4;
        judged(&c, &b, &SCREEN, "dark");
        b = a, b.light = 4;
        judged(&c, &b, &SCREEN, "light");
        b = a, b.left = 'g';
        judged(&c, &b, &SCREEN, "lines");
        b = a, b.geometry = false;
        judged(&c, &b, &SCREEN, "geometry");
        b = a, b.uniform = false;
        judged(&c, &b, &SCREEN, "uniformity");
        b = a, b.ambient = LIGHT_OVER_40;
        judged(&c, &b, &SCREEN, "ambient");
        b = a, b.luminance_max = 300, b.luminance_min = 1;
        judged(&c, &b, &SCREEN, "luminance");
        b = a, b.luminance_max = 400, b.luminance_min = 1.2;
        judged(&c, &b, &SCREEN, NULL);
    }
    DisplayScreen poor = SCREEN;
    poor.colour_depth  = 16;
    DisplayAnswers a   = sees(&c);
    judged(&c, &a, &poor, "colours");
}

static void a_scaled_page_is_refused(void **state) /* O4 */
{
    static const struct { double ratio, zoom; bool fits; } PAGES[] = { { 1, 1, true }, { 2, 1, true }, { 3, 1, true }, { 1.25, 1, false }, { 0.5, 1, false }, { 1.1, 1, false }, { 1, 1.2, false }, { 2, 0.9, false } };
    (void)state;
    for (size_t i = 0; i < COUNT(PAGES); i++) {
        DisplayScreen s       = SCREEN;
        MissingList   missing = { 0 };
        Err           err     = { 0 };
        s.ratio = PAGES[i].ratio, s.zoom = PAGES[i].zoom;
        assert_int_equal(display_screen_check(&s, &missing, &err), PAGES[i].fits);
        if (!PAGES[i].fits) {
            assert_int_equal(err.kind, ERR_CONFLICT);
            assert_string_equal(missing.items[0].code, "display-scaled");
        }
    }
}

static void answers_out_of_bounds_are_refused(void **state) /* O4 */
{
    static const char GOOD[] = "{\"letters\":[\"ACD-EF\",\"hjklnp\",\"TVXYZ-\"],\"steps\":18,\"squares\":17,\"dark\":\"none\",\"light\":\"top-left\",\"lines_left\":\"grey\","
                               "\"lines_right\":\"vertical\",\"geometry\":true,\"uniform\":false,\"ambient\":\"20-40\",\"luminance_max\":null,\"luminance_min\":null}";
    static const char *const BAD[][2] = { { "\"steps\":18", "\"steps\":19" }, { "\"steps\":18", "\"steps\":\"18\"" }, { "\"dark\":\"none\"", "\"dark\":\"above\"" }, { "hjklnp", "hjkln" },
                                          { "hjklnp", "hjk1np" }, { ",\"TVXYZ-\"", "" }, { "\"geometry\":true,", "" }, { "\"luminance_max\":null", "\"luminance_max\":400" },
                                          { "\"luminance_max\":null,\"luminance_min\":null", "\"luminance_max\":1,\"luminance_min\":2" }, { "\"20-40\"", "\"dark\"" } };
    DisplayAnswers a;
    Err            err = { 0 };
    (void)state;
    OWNED(json_t) *good = json_parse_object(slice_of(GOOD), &err);
    assert_true(display_answers_read(good, &a, &err));
    assert_string_equal(a.letters[1], "HJKLNP");
    assert_int_equal(a.dark, 4); /* none of the corners */
    for (size_t i = 0; i < COUNT(BAD); i++) {
        char        text[600];
        const char *at = strstr(GOOD, BAD[i][0]);
        assert_non_null(at);
        snprintf(text, sizeof text, "%.*s%s%s", (int)(at - GOOD), GOOD, BAD[i][1], at + strlen(BAD[i][0]));
        Err            why = { 0 };
        OWNED(json_t) *bad = json_parse_object(slice_of(text), &why);
        assert_non_null(bad);
        assert_false(display_answers_read(bad, &a, &why));
        assert_int_equal(why.kind, ERR_INPUT);
    }
}

static void a_check_is_valid_then_soon_then_over(void **state) /* O4 */
{
    enum { DAY = 86400000 };
    const int64_t at    = 1000LL * DAY;
    int64_t       until = -1;
    (void)state;
    assert_int_equal(display_state(true, at, 0, at, &until), DISPLAY_UNASKED);
    assert_int_equal(until, 0);
    assert_int_equal(display_state(false, 0, 7, at, &until), DISPLAY_NONE);
    assert_int_equal(display_state(false, at, 7, at, &until), DISPLAY_FAILED);
    assert_int_equal(display_state(true, at, 7, at + 5LL * DAY, &until), DISPLAY_VALID);
    assert_int_equal(until, at + 7LL * DAY);
    assert_int_equal(display_state(true, at, 7, at + 6LL * DAY, &until), DISPLAY_SOON);
    assert_int_equal(display_state(true, at, 7, at + 7LL * DAY - 1, &until), DISPLAY_SOON);
    assert_int_equal(display_state(true, at, 7, at + 7LL * DAY, &until), DISPLAY_EXPIRED);
    assert_int_equal(display_state(true, at, 365, at + 361LL * DAY, &until), DISPLAY_VALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_question_is_within_its_bounds_and_never_twice_the_same),
        cmocka_unit_test(what_is_drawn_has_the_levels_of_the_question),
        cmocka_unit_test(who_sees_all_passes_and_each_wrong_answer_is_its_own_fault),
        cmocka_unit_test(a_scaled_page_is_refused),
        cmocka_unit_test(answers_out_of_bounds_are_refused),
        cmocka_unit_test(a_check_is_valid_then_soon_then_over),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
