/*
 * Shifts in the hours of their zone, and which of those on duty an act goes to. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clinic/workflow/roster_rules.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };
static const int64_t DAY = 24LL * HOUR;
static const int64_t MONDAY = 1790546400000; /* 2026-09-28 00:00 in Paris, summer time */

static bool on(const RosterShift *s, int64_t at)
{
    int64_t from = 0, to = 0;
    return shift_covers(s, "Europe/Paris", at, &from, &to);
}

static void a_shift_is_on_from_its_beginning_until_before_its_end(void **state)
{
    (void)state;
    RosterShift once = { .from_ms = MONDAY + 8 * HOUR, .to_ms = MONDAY + 20 * HOUR };
    assert_false(on(&once, MONDAY + 8 * HOUR - 1));
    assert_true(on(&once, MONDAY + 8 * HOUR));
    assert_true(on(&once, MONDAY + 20 * HOUR - 1));
    assert_false(on(&once, MONDAY + 20 * HOUR));
    assert_false(on(&once, MONDAY + 7 * DAY + 9 * HOUR)); /* once is once */
}

static void a_recurring_shift_keeps_its_hour_when_the_clocks_change(void **state)
{
    (void)state;
    RosterShift weekly = { .from_ms = MONDAY + 8 * HOUR, .to_ms = MONDAY + 20 * HOUR, .weeks = 1 };
    int64_t     winter = MONDAY + 5 * 7 * DAY + HOUR; /* 2026-11-02 00:00 in Paris, winter time */
    assert_true(on(&weekly, MONDAY + 7 * DAY + 9 * HOUR));
    assert_false(on(&weekly, winter + 8 * HOUR - 1));
    assert_true(on(&weekly, winter + 8 * HOUR));
    assert_true(on(&weekly, winter + 20 * HOUR - 1));
    assert_false(on(&weekly, winter + 20 * HOUR));
    weekly.until_ms = winter;
    assert_false(on(&weekly, winter + 8 * HOUR)); /* the series is over */
    RosterShift second = { .from_ms = MONDAY, .to_ms = MONDAY + DAY, .weeks = 2 };
    assert_false(on(&second, MONDAY + 7 * DAY + HOUR));
    assert_true(on(&second, MONDAY + 14 * DAY + HOUR));
}

static void the_next_occurrence_is_found(void **state)
{
    (void)state;
    int64_t     from = 0, to = 0;
    RosterShift weekly = { .from_ms = MONDAY, .to_ms = MONDAY + 12 * HOUR, .weeks = 1 };
    assert_true(shift_next(&weekly, "Europe/Paris", MONDAY - 3 * DAY, &from, &to));
    assert_int_equal(from, MONDAY);
    assert_true(shift_next(&weekly, "Europe/Paris", MONDAY + 12 * HOUR, &from, &to));
    assert_int_equal(from, MONDAY + 7 * DAY);
    weekly.weeks = 0;
    assert_false(shift_next(&weekly, "Europe/Paris", MONDAY + 12 * HOUR, &from, &to));
}

static void a_series_taken_off_keeps_what_was_on_duty(void **state) /* O2 */
{
    (void)state;
    int64_t     from = 0, to = 0;
    RosterShift weekly = { .from_ms = MONDAY + 8 * HOUR, .to_ms = MONDAY + 20 * HOUR, .weeks = 1, .ended_ms = MONDAY + 7 * DAY + 10 * HOUR };
    assert_true(on(&weekly, MONDAY + 9 * HOUR));
    assert_true(on(&weekly, MONDAY + 7 * DAY + 10 * HOUR - 1)); /* it had begun: until that moment */
    assert_false(on(&weekly, MONDAY + 7 * DAY + 10 * HOUR));
    assert_false(on(&weekly, MONDAY + 14 * DAY + 9 * HOUR));
    assert_true(shift_next(&weekly, "Europe/Paris", MONDAY + DAY, &from, &to));
    assert_int_equal(to, weekly.ended_ms);
    assert_false(shift_next(&weekly, "Europe/Paris", weekly.ended_ms, &from, &to));
    weekly.ended_ms = MONDAY; /* before it ever began */
    assert_false(shift_next(&weekly, "Europe/Paris", MONDAY - DAY, &from, &to));
}

static int64_t score(int urgency, int pressure, int competence, int64_t load)
{
    AssignmentScore s = { .urgency = urgency, .pressure = pressure, .competence = competence, .load = load };
    assignment_score(&s);
    return s.score;
}

static void competence_and_what_is_in_hand_decide(void **state)
{
    (void)state;
    assert_true(score(2, 0, 100, 0) > score(2, 0, 70, 0));
    assert_true(score(2, 0, 70, 0) > score(2, 0, 100, 1));  /* an idle generalist before a busy specialist */
    assert_true(score(2, 0, 100, 2) > score(2, 0, 30, 0));  /* but a specialist with two before one who reads other things */
    assert_true(score(3, 0, 70, 0) > score(1, 0, 70, 0));
    assert_true(score(1, 90, 70, 0) > score(1, 10, 70, 0));
    assert_int_equal(assignment_urgency("emergency"), 3);
    assert_int_equal(assignment_urgency("routine"), 1);
    assert_int_equal(assignment_pressure(0, 100, 50), 50);
    assert_int_equal(assignment_pressure(0, 100, 500), 100);
    assert_int_equal(assignment_pressure(0, 0, 500), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_shift_is_on_from_its_beginning_until_before_its_end),
        cmocka_unit_test(a_recurring_shift_keeps_its_hour_when_the_clocks_change),
        cmocka_unit_test(the_next_occurrence_is_found),
        cmocka_unit_test(a_series_taken_off_keeps_what_was_on_duty),
        cmocka_unit_test(competence_and_what_is_in_hand_decide),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
