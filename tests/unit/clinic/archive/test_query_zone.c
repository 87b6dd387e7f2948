/*
 * Times of another zone: read, moved, and back again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

#include <cmocka.h>

#include "clinic/archive/query_internal.h"

static void offsets_are_read_within_what_the_world_has(void **state)
{
    static const struct {
        const char *text;
        bool        good;
        int         minutes;
    } CASES[] = { { "+0100", true, 60 },  { "-0430", true, -270 }, { "+0000", true, 0 },
                  { "+1400", true, 840 }, { "-1200", true, -720 }, { "+1401", false, 0 },
                  { "-1201", false, 0 },  { "-0000", false, 0 },   { "0100", false, 0 },
                  { "+01:0", false, 0 },  { "+0160", false, 0 },   { "", false, 0 },
                  { "+01", false, 0 },    { "+-100", false, 0 },   { "Z", false, 0 } };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        int minutes = 0;
        assert_int_equal(query_zone_read(slice_of(CASES[i].text), &minutes), CASES[i].good);
        assert_int_equal(minutes, CASES[i].minutes);
    }
}

static void a_point_in_time_moves_over_days_and_years(void **state)
{
    static const struct {
        const char *date, *time, *from;
        int         to;
        const char *then_date, *then_time;
    } CASES[] = {
        { "20240101", "003000", "+0100", 0, "20231231", "233000" },
        { "20231231", "233000.1234", "+0000", 60, "20240101", "003000.1234" },
        { "20240228", "2330", "-0500", 60, "20240229", "053000" },
        { "20240301", "10", "+0545", -270, "20240229", "234500" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char date[9], hour[17];
        (void)slice_copy(slice_of(CASES[i].date), date, sizeof date);
        (void)slice_copy(slice_of(CASES[i].time), hour, sizeof hour);
        assert_true(query_zone_move(date, hour, sizeof hour, CASES[i].from, CASES[i].to));
        assert_string_equal(date, CASES[i].then_date);
        assert_string_equal(hour, CASES[i].then_time);
    }
}

static void what_is_no_point_in_time_stays(void **state)
{
    static const char *const CASES[][2] = { { "20240101", "" },
                                            { "", "101500" },
                                            { "2024", "101500" },
                                            { "20240101", "xx" },
                                            { "00000000", "1015" } };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        char date[9], hour[17];
        (void)slice_copy(slice_of(CASES[i][0]), date, sizeof date);
        (void)slice_copy(slice_of(CASES[i][1]), hour, sizeof hour);
        assert_false(query_zone_move(date, hour, sizeof hour, "+0100", 0));
        assert_string_equal(date, CASES[i][0]);
        assert_string_equal(hour, CASES[i][1]);
    }
}

static void an_image_that_says_no_zone_is_in_ours_summer_time_counted(void **state)
{
    (void)state;
    (void)setenv("TZ", "Europe/Paris", 1);
    tzset();
    char summer[9] = "20240701", winter[9] = "20240101", hour[17] = "120000", other[17] = "120000";
    assert_true(query_zone_move(summer, hour, sizeof hour, "", 0));
    assert_string_equal(hour, "100000");
    assert_true(query_zone_move(winter, other, sizeof other, "", 0));
    assert_string_equal(other, "110000");
}

static void a_row_tells_the_zone_it_was_moved_to(void **state)
{
    (void)state;
    QueryRow row = { .study           = { .date = "20240101", .time = "003000" },
                     .study_time_zone = "+0100",
                     .series_date     = "20240101",
                     .series_time     = "004500.5" };
    query_row_zone(&row, -300);
    assert_string_equal(row.study.date, "20231231");
    assert_string_equal(row.study.time, "183000");
    assert_string_equal(row.series_time, "184500.5");
    assert_string_equal(row.study_time_zone, "-0500");
}

static void days_move_over_leap_days(void **state)
{
    (void)state;
    char day[9] = "20240301", open[9] = "";
    query_day_move(day, -1);
    assert_string_equal(day, "20240229");
    query_day_move(day, 1);
    assert_string_equal(day, "20240301");
    query_day_move(open, 1);
    assert_string_equal(open, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(offsets_are_read_within_what_the_world_has),
        cmocka_unit_test(a_point_in_time_moves_over_days_and_years),
        cmocka_unit_test(what_is_no_point_in_time_stays),
        cmocka_unit_test(an_image_that_says_no_zone_is_in_ours_summer_time_counted),
        cmocka_unit_test(a_row_tells_the_zone_it_was_moved_to),
        cmocka_unit_test(days_move_over_leap_days),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
