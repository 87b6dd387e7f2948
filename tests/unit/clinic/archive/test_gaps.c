/*
 * Gaps of a series: any image taken out is missed, and what is regular in its own way is left in peace. E22.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "clinic/archive/gaps.h"

enum { MANY = 40 };

/* An axial stack, tilted so that the normal is no axis of the table. */
static GapImage slice_at(int64_t number, double mm)
{
    const double c = 0.9396926207859084, s = 0.3420201433256687; /* 20 degrees */
    return (GapImage) { .has_number = true,
                        .has_place  = true,
                        .number     = number,
                        .rows       = { 1, 0, 0 },
                        .columns    = { 0, c, s },
                        .position   = { -120, -s * mm, c * mm } };
}

static size_t stack(GapImage *to, size_t count, int64_t first, int64_t step)
{
    for (size_t i = 0; i < count; i++)
        to[i] = slice_at(first + (int64_t)i * step, 2.5 * (double)i);
    return count;
}

static size_t without(GapImage *images, size_t count, size_t which)
{
    memmove(images + which, images + which + 1, (count - which - 1) * sizeof *images);
    return count - 1;
}

static const Gap *of_kind(const Gaps *g, GapKind kind)
{
    for (size_t i = 0; i < g->count; i++)
        if (g->items[i].kind == kind)
            return &g->items[i];
    return NULL;
}

static void a_whole_stack_misses_nothing(void **state) /* E22 */
{
    (void)state;
    for (int64_t step = 1; step <= 3; step++)
        for (size_t n = 0; n <= MANY; n++) {
            GapImage images[MANY];
            Gaps     g;
            gaps_find(images, stack(images, n, step == 2 ? 200 : 1, step), NULL, &g);
            assert_int_equal(g.missing, 0);
            assert_int_equal(g.count, 0);
        }
}

static void any_slice_taken_from_the_middle_is_named_by_number_and_place(void **state) /* E22 */
{
    (void)state;
    for (size_t which = 1; which < MANY - 1; which++) {
        GapImage images[MANY];
        Gaps     g;
        size_t   n = without(images, stack(images, MANY, 1, 1), which);
        gaps_find(images, n, NULL, &g);
        assert_int_equal(g.missing, 1);
        const Gap *number = of_kind(&g, GAP_NUMBER), *place = of_kind(&g, GAP_POSITION);
        assert_non_null(number);
        assert_non_null(place);
        assert_int_equal((int64_t)number->from, which + 1);
        assert_int_equal((int64_t)number->to, which + 1);
        assert_true(place->from < 2.5 * (double)which && place->to > 2.5 * (double)which);
    }
}

static void the_first_ones_are_missed_by_their_numbers(void **state) /* E22 */
{
    (void)state;
    GapImage images[MANY];
    Gaps     g;
    gaps_find(images, stack(images, 20, 4, 1), NULL, &g);
    assert_int_equal(g.missing, 3);
    assert_int_equal((int64_t)of_kind(&g, GAP_NUMBER)->to, 3);
    gaps_find(images, stack(images, 20, 401, 1), NULL, &g); /* a series numbered after another one */
    assert_int_equal(g.missing, 0);
}

static void a_hole_of_several_slices_counts_each(void **state) /* E22 */
{
    (void)state;
    for (size_t hole = 1; hole <= 12; hole++) {
        GapImage images[MANY];
        Gaps     g;
        size_t   n = stack(images, MANY, 1, 1);
        for (size_t i = 0; i < hole; i++)
            n = without(images, n, 15);
        for (size_t i = 0; i < n; i++)
            images[i].has_number = false; /* places alone */
        gaps_find(images, n, NULL, &g);
        assert_int_equal(g.missing, hole);
        assert_null(of_kind(&g, GAP_NUMBER));
    }
}

static void phases_share_places_and_one_lost_of_them_is_seen(void **state) /* E22 */
{
    (void)state;
    GapImage images[3 * MANY];
    Gaps     g;
    for (size_t i = 0; i < 3 * MANY; i++)
        images[i] = slice_at((int64_t)(i / MANY) * 1000 + (int64_t)(i % MANY) + 1, 2.5 * (double)(i % MANY));
    gaps_find(images, 3 * MANY, NULL, &g);
    assert_int_equal(g.missing, 0);
    for (size_t i = 0; i < 3 * MANY; i++)
        images[i] = slice_at((int64_t)i + 1, 2.5 * (double)(i % MANY));
    size_t n = without(images, 3 * MANY, 2 * MANY + 7);
    gaps_find(images, n, NULL, &g);
    assert_int_equal(g.missing, 1);
    assert_true(of_kind(&g, GAP_POSITION)->from > 17 && of_kind(&g, GAP_POSITION)->to < 18);
}

static void localisers_and_odd_stacks_stay_silent(void **state) /* E22 */
{
    (void)state;
    static const double PIECES[]     = { 0, 1, 2, 40, 45, 50, 55, 120, 121, 135 };
    GapImage            images[MANY] = { 0 };
    Gaps                g;
    for (size_t i = 0; i < 3; i++) { /* three planes, one image each */
        images[i]            = slice_at((int64_t)i + 1, 0);
        images[i].rows[0]    = i != 1;
        images[i].rows[1]    = i == 1;
        images[i].columns[0] = 0;
        images[i].columns[1] = i == 0;
        images[i].columns[2] = i != 0;
    }
    gaps_find(images, 3, NULL, &g);
    assert_int_equal(g.missing, 0);
    for (size_t i = 0; i < sizeof PIECES / sizeof PIECES[0]; i++)
        images[i] = slice_at((int64_t)i + 1, PIECES[i]);
    gaps_find(images, sizeof PIECES / sizeof PIECES[0], NULL, &g);
    assert_int_equal(g.missing, 0);
    for (size_t i = 0; i < 4; i++) { /* no numbers, no places: nothing to say */
        images[i] = (GapImage) { 0 };
    }
    gaps_find(images, 4, NULL, &g);
    assert_int_equal(g.missing, 0);
}

/* Two energies of 30 places each, numbered 1… and 51…: between them nothing is missing. E22 */
static void another_phase_may_begin_at_a_round_number(void **state)
{
    enum { PLACES = 30 };
    GapImage images[3 * PLACES];
    Gaps     g;
    (void)state;
    for (size_t i = 0; i < 2 * PLACES; i++)
        images[i] = slice_at((int64_t)(i / PLACES) * 50 + (int64_t)(i % PLACES) + 1, 2.5 * (double)(i % PLACES));
    gaps_find(images, 2 * PLACES, NULL, &g);
    assert_int_equal(g.missing, 0);
    size_t n = without(images, 2 * PLACES, 7); /* one lost of them is seen all the same */
    gaps_find(images, n, NULL, &g);
    assert_true(g.missing >= 1 && of_kind(&g, GAP_POSITION));
    for (size_t i = 0; i < 3 * PLACES; i++)
        images[i] = slice_at((int64_t)i + 1, 2.5 * (double)(i % PLACES));
    memmove(images + PLACES, images + 2 * PLACES, PLACES * sizeof *images); /* the second of three phases */
    gaps_find(images, 2 * PLACES, NULL, &g);
    assert_int_equal(g.missing, PLACES);
}

/* A machine that numbers through the study: 1 to 3 are the scouts' series. E22 */
static void what_another_series_of_the_study_has_is_not_missing(void **state)
{
    int64_t          scouts[] = { 1, 2, 3, 3 }, middle[] = { 12, 13, 14 };
    const GapNumbers of_scouts = { scouts, 4 }, of_middle = { middle, 3 };
    GapImage         images[MANY];
    Gaps             g;
    (void)state;
    gaps_find(images, stack(images, 20, 4, 1), &of_scouts, &g);
    assert_int_equal(g.missing, 0);
    gaps_find(images, stack(images, 20, 5, 1), &of_scouts, &g); /* 4 is nowhere */
    assert_int_equal(g.missing, 4);
    size_t n = stack(images, 20, 1, 1);
    for (size_t i = 0; i < 9; i++)
        images[i + 11].number += 3;
    gaps_find(images, n, &of_middle, &g);
    assert_int_equal(g.missing, 0);
    gaps_find(images, n, &of_scouts, &g);
    assert_int_equal(g.missing, 3);
}

static void the_series_own_counter_is_believed(void **state) /* E22 */
{
    (void)state;
    GapImage images[MANY];
    Gaps     g;
    size_t   n = stack(images, MANY, 1, 1) - 5; /* its end did not come: only the counter knows */
    for (size_t i = 0; i < n; i++)
        images[i].counted = MANY;
    gaps_find(images, n, NULL, &g);
    assert_int_equal(g.missing, 5);
    assert_int_equal(of_kind(&g, GAP_COUNTER)->count, 5);
}

static void absurd_values_do_no_harm(void **state)
{
    (void)state;
    GapImage images[6];
    Gaps     g;
    stack(images, 6, 1, 1);
    images[1].number      = INT32_MAX;
    images[2].number      = INT32_MIN;
    images[3].position[2] = 1e300;
    images[4].rows[0]     = 0;
    images[5].position[1] = -1e300;
    gaps_find(images, 6, NULL, &g);
    assert_true(g.missing >= 0 && g.missing < 1000);
}

static GapPart part(const char *uid, int64_t number, int64_t total)
{
    GapPart p = { .number = number, .total = total };
    strncpy(p.uid, uid, sizeof p.uid - 1);
    return p;
}

static void a_whole_concatenation_misses_nothing(void **state) /* E22 */
{
    (void)state;
    Gaps    g       = { 0 };
    GapPart parts[] = { part("1.2", 3, 3), part("1.2", 1, 3), part("1.3", 1, 1), part("1.2", 2, 3),
                        part("1.2", 2, 3), part("1.4", 1, 0), part("1.4", 2, 0) };
    gaps_of_parts(parts, sizeof parts / sizeof *parts, &g);
    assert_int_equal(g.missing, 0);
    assert_int_equal(g.count, 0);
    gaps_of_parts(parts, 0, &g);
    assert_int_equal(g.missing, 0);
}

static void a_missing_part_of_a_concatenation_is_named(void **state) /* E22 */
{
    (void)state;
    Gaps    g       = { 0 };
    GapPart parts[] = { part("1.2", 5, 6), part("1.2", 2, 0), part("1.3", 2, 0), part("1.9", 1, 1) };
    gaps_of_parts(parts, sizeof parts / sizeof *parts, &g);
    const double wanted[][2] = { { 1, 1 }, { 3, 4 }, { 6, 6 }, { 1, 1 } }; /* of 1.2 three runs, of 1.3 its first */
    assert_int_equal(g.count, 4);
    for (size_t i = 0; i < g.count; i++) {
        assert_int_equal(g.items[i].kind, GAP_PART);
        assert_true(g.items[i].from == wanted[i][0] && g.items[i].to == wanted[i][1]);
    }
    assert_int_equal(g.missing, 5);
    assert_string_equal(gap_kind_name(GAP_PART), "part");
}

static void parts_add_to_what_is_found_and_never_lower_it(void **state) /* E22 */
{
    (void)state;
    Gaps    g       = { .count = GAPS_MAX, .missing = 9 };
    GapPart parts[] = { part("1.2", 2, 2) };
    gaps_of_parts(parts, 1, &g);
    assert_int_equal(g.count, GAPS_MAX);
    assert_int_equal(g.missing, 9);
    g = (Gaps) { .count = 1, .missing = 1 };
    parts[0].total = 4000;
    gaps_of_parts(parts, 1, &g);
    assert_int_equal(g.count, 3);
    assert_int_equal(g.missing, 3999);
}

int main(void)
{
    const struct CMUnitTest gaps_tests[] = {
        cmocka_unit_test(a_whole_stack_misses_nothing),
        cmocka_unit_test(any_slice_taken_from_the_middle_is_named_by_number_and_place),
        cmocka_unit_test(the_first_ones_are_missed_by_their_numbers),
        cmocka_unit_test(a_hole_of_several_slices_counts_each),
        cmocka_unit_test(phases_share_places_and_one_lost_of_them_is_seen),
        cmocka_unit_test(localisers_and_odd_stacks_stay_silent),
        cmocka_unit_test(another_phase_may_begin_at_a_round_number),
        cmocka_unit_test(what_another_series_of_the_study_has_is_not_missing),
        cmocka_unit_test(the_series_own_counter_is_believed),
        cmocka_unit_test(absurd_values_do_no_harm),
        cmocka_unit_test(a_whole_concatenation_misses_nothing),
        cmocka_unit_test(a_missing_part_of_a_concatenation_is_named),
        cmocka_unit_test(parts_add_to_what_is_found_and_never_lower_it),
    };
    return cmocka_run_group_tests(gaps_tests, NULL, NULL);
}
