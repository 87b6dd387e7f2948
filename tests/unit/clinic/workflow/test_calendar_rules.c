/*
 * The calendar of a room: holidays computed, hours on the wall when clocks change, lengths, what is held. E10, O3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clinic/workflow/calendar_rules.h"
#include "clinic/workflow/holidays.h"
#include "clinic/workflow/slots.h"

enum { MINUTE = 60 * 1000, HOUR = 60 * MINUTE };
#define PARIS "Europe/Paris"

/* Seconds since 1970 of a date at noon UTC, from the days of a year: enough for 2024 to 2031. */
static int64_t utc(int year, int month, int day, int hour, int minute)
{
    static const int MONTHS[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334 };
    int64_t days = (year - 1970) * 365LL + (year - 1969) / 4 + MONTHS[month - 1] + day - 1;
    if (month > 2 && year % 4 == 0)
        days++;
    return ((days * 24 + hour) * 60 + minute) * MINUTE;
}

static json_t *calendar(const char *text)
{
    Err     err  = { 0 };
    json_t *json = json_parse_object(slice_of(text), &err);
    assert_non_null(json);
    assert_true(calendar_check(json, &err));
    return json;
}

static void easter_falls_where_the_tables_say(void **state)
{
    static const int KNOWN[][3] = { { 1818, 3, 22 }, { 1943, 4, 25 }, { 2000, 4, 23 }, { 2008, 3, 23 }, { 2024, 3, 31 }, { 2025, 4, 20 },
                                    { 2026, 4, 5 },  { 2027, 3, 28 }, { 2028, 4, 16 }, { 2038, 4, 25 }, { 2285, 3, 22 } };
    (void)state;
    for (size_t i = 0; i < COUNT(KNOWN); i++) {
        int month = 0, day = 0;
        easter_sunday(KNOWN[i][0], &month, &day);
        assert_int_equal(month, KNOWN[i][1]);
        assert_int_equal(day, KNOWN[i][2]);
    }
}

static int holidays_in(int year, bool alsace)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    int count = 0;
    for (int month = 1; month <= 12; month++)
        for (int day = 1; day <= DAYS[month - 1] + (month == 2 && year % 4 == 0); day++)
            count += french_holiday(year, month, day, alsace) != NULL;
    return count;
}

static void there_are_eleven_holidays_and_thirteen_in_alsace(void **state)
{
    (void)state;
    assert_string_equal(french_holiday(2026, 4, 6, false), "Easter Monday");
    assert_string_equal(french_holiday(2026, 5, 14, false), "Ascension Day");
    assert_string_equal(french_holiday(2026, 5, 25, false), "Whit Monday");
    assert_string_equal(french_holiday(2026, 7, 14, false), "Bastille Day");
    assert_null(french_holiday(2026, 4, 3, false));
    assert_string_equal(french_holiday(2026, 4, 3, true), "Good Friday");
    assert_null(french_holiday(2026, 12, 26, false));
    assert_string_equal(french_holiday(2026, 12, 26, true), "Saint Stephen’s Day");
    for (int year = 2024; year < 2060; year++) {
        bool two_on_one = french_holiday(year, 5, 1, false) && french_holiday(year, 5, 8, false); /* Ascension may fall on either */
        int  all        = holidays_in(year, false);
        assert_true(two_on_one && all >= 10 && all <= 11);
        assert_int_equal(holidays_in(year, true), all + 2);
    }
}

static void an_opening_keeps_its_hour_on_the_days_the_clocks_change(void **state)
{
    (void)state;
    OWNED(json_t) *c = calendar("{\"hours\":[{\"days\":[7],\"from\":\"08:00\",\"to\":\"18:00\"}],\"holidays\":\"open\"}");
    /* Sunday 29 March 2026: 08:00 in Paris is 06:00 UTC, the Sunday before 07:00 */
    assert_int_equal(calendar_at(c, utc(2026, 3, 22, 6, 59), PARIS), CALENDAR_SHUT);
    assert_int_equal(calendar_at(c, utc(2026, 3, 22, 7, 0), PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_at(c, utc(2026, 3, 29, 5, 59), PARIS), CALENDAR_SHUT);
    assert_int_equal(calendar_at(c, utc(2026, 3, 29, 6, 0), PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_at(c, utc(2026, 3, 29, 15, 59), PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_at(c, utc(2026, 3, 29, 16, 0), PARIS), CALENDAR_SHUT);
    /* Sunday 25 October 2026: back to winter time */
    assert_int_equal(calendar_at(c, utc(2026, 10, 25, 6, 30), PARIS), CALENDAR_SHUT);
    assert_int_equal(calendar_at(c, utc(2026, 10, 25, 7, 0), PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_through(c, utc(2026, 10, 25, 16, 30), utc(2026, 10, 25, 17, 0), PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_through(c, utc(2026, 10, 25, 16, 45), utc(2026, 10, 25, 17, 5), PARIS), CALENDAR_SHUT);
}

static void a_day_of_change_is_twenty_three_or_twenty_five_hours_long(void **state)
{
    (void)state;
    assert_true(calendar_midnight(utc(2026, 3, 29, 12, 0), 0, PARIS) == utc(2026, 3, 28, 23, 0));
    assert_true(calendar_midnight(utc(2026, 3, 29, 12, 0), 1, PARIS) - calendar_midnight(utc(2026, 3, 29, 12, 0), 0, PARIS) == 23 * (int64_t)HOUR);
    assert_true(calendar_midnight(utc(2026, 10, 25, 12, 0), 1, PARIS) - calendar_midnight(utc(2026, 10, 25, 12, 0), 0, PARIS) == 25 * (int64_t)HOUR);
    assert_true(calendar_midnight(utc(2026, 3, 28, 23, 0), 0, PARIS) == utc(2026, 3, 28, 23, 0));
    assert_true(calendar_round(utc(2026, 3, 29, 0, 50) + 1, 15, PARIS) == utc(2026, 3, 29, 1, 0)); /* 03:00 follows 01:59 */
    assert_true(calendar_round(utc(2026, 6, 1, 8, 15), 15, PARIS) == utc(2026, 6, 1, 8, 15));
    /* an hour of the night that is there twice is open twice */
    OWNED(json_t) *c = calendar("{\"hours\":[{\"days\":[7],\"from\":\"02:00\",\"to\":\"03:00\"}],\"holidays\":\"open\"}");
    assert_int_equal(calendar_at(c, utc(2026, 10, 25, 0, 30), PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_at(c, utc(2026, 10, 25, 1, 30), PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_at(c, utc(2026, 10, 25, 2, 0), PARIS), CALENDAR_SHUT);
    /* and one that is not there is open at no time */
    for (int minute = 0; minute < 240; minute++)
        assert_int_equal(calendar_at(c, utc(2026, 3, 29, 0, 0) + minute * (int64_t)MINUTE, PARIS), CALENDAR_SHUT);
}

static void a_holiday_shuts_the_room_where_the_calendar_says_so(void **state)
{
    (void)state;
    OWNED(json_t) *shut   = calendar("{\"hours\":[],\"holidays\":\"shut\"}");
    OWNED(json_t) *alsace = calendar("{\"hours\":[],\"holidays\":\"shut-alsace\"}");
    OWNED(json_t) *open   = calendar("{\"hours\":[],\"holidays\":\"open\"}");
    int64_t christmas = utc(2026, 12, 25, 10, 0), stephen = utc(2026, 12, 26, 10, 0);
    assert_int_equal(calendar_at(shut, christmas, PARIS), CALENDAR_HOLIDAY);
    assert_int_equal(calendar_at(shut, stephen, PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_at(alsace, stephen, PARIS), CALENDAR_HOLIDAY);
    assert_int_equal(calendar_at(open, christmas, PARIS), CALENDAR_OPEN);
    assert_int_equal(calendar_at(shut, utc(2026, 12, 24, 23, 30), PARIS), CALENDAR_HOLIDAY); /* past midnight there */
    assert_int_equal(calendar_at(shut, utc(2026, 12, 24, 23, 30), "America/Guadeloupe"), CALENDAR_OPEN);
    assert_int_equal(calendar_through(shut, utc(2026, 12, 24, 22, 50), utc(2026, 12, 24, 23, 10), PARIS), CALENDAR_HOLIDAY);
}

static void the_length_that_says_most_counts(void **state)
{
    (void)state;
    OWNED(json_t) *c = calendar("{\"hours\":[],\"holidays\":\"open\",\"buffer_minutes\":5,\"lengths\":["
                                "{\"region\":\"\",\"contrast\":\"any\",\"child\":\"any\",\"minutes\":15},"
                                "{\"region\":\"\",\"contrast\":\"yes\",\"child\":\"any\",\"minutes\":25,\"lead_minutes\":30},"
                                "{\"region\":\"\",\"contrast\":\"any\",\"child\":\"yes\",\"minutes\":30},"
                                "{\"region\":\"cœur\",\"contrast\":\"yes\",\"child\":\"no\",\"minutes\":45}]}");
    ExamLength plain = calendar_length(c, &(ExamKind) { SLICE("Abdomen"), false, false });
    assert_int_equal(plain.minutes, 15);
    assert_int_equal(plain.buffer_minutes, 5);
    assert_true(plain.kept);
    ExamLength injected = calendar_length(c, &(ExamKind) { SLICE("Abdomen"), true, false });
    assert_int_equal(injected.minutes, 25);
    assert_int_equal(injected.lead_minutes, 30);
    assert_int_equal(calendar_length(c, &(ExamKind) { SLICE("Abdomen"), false, true }).minutes, 30);
    assert_int_equal(calendar_length(c, &(ExamKind) { SLICE("Cœur et coronaires"), true, false }).minutes, 45);
    assert_false(calendar_length(NULL, &(ExamKind) { SLICE("Abdomen"), false, false }).kept);
}

static void what_is_held_is_for_emergencies_until_shortly_before(void **state)
{
    (void)state;
    OWNED(json_t) *c = calendar("{\"hours\":[],\"holidays\":\"open\",\"held\":[{\"days\":[1,2,3,4,5],\"from\":\"12:00\",\"to\":\"13:00\"}],\"held_until_min\":120}");
    int64_t noon = utc(2026, 6, 1, 10, 0); /* a Monday, 12:00 there */
    assert_true(calendar_held(c, noon, noon + 20 * MINUTE, noon - 24 * (int64_t)HOUR, PARIS));
    assert_true(calendar_held(c, noon - 10 * MINUTE, noon + 10 * MINUTE, noon - 24 * (int64_t)HOUR, PARIS));
    assert_false(calendar_held(c, noon - 20 * MINUTE, noon, noon - 24 * (int64_t)HOUR, PARIS));
    assert_false(calendar_held(c, noon, noon + 20 * MINUTE, noon - 2 * HOUR, PARIS));
    assert_false(calendar_held(c, noon + 5 * 24 * (int64_t)HOUR, noon + 5 * 24 * (int64_t)HOUR + HOUR, noon, PARIS)); /* a Saturday */
}

static void a_calendar_that_is_none_is_refused(void **state)
{
    static const char *const WRONG[] = { "{}", "{\"holidays\":\"perhaps\"}", "{\"holidays\":\"open\",\"hours\":[{\"days\":[8],\"from\":\"08:00\",\"to\":\"18:00\"}]}",
                                         "{\"holidays\":\"open\",\"hours\":[{\"days\":[1],\"from\":\"8\",\"to\":\"18:00\"}]}",
                                         "{\"holidays\":\"open\",\"lengths\":[{\"contrast\":\"any\",\"child\":\"any\",\"minutes\":0}]}",
                                         "{\"holidays\":\"open\",\"lengths\":[{\"contrast\":\"maybe\",\"child\":\"any\",\"minutes\":20}]}",
                                         "{\"holidays\":\"open\",\"buffer_minutes\":-5}" };
    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        Err            err  = { 0 };
        OWNED(json_t) *json = json_parse_object(slice_of(WRONG[i]), NULL);
        assert_non_null(json);
        assert_false(calendar_check(json, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

static void a_machine_makes_its_own_modality_and_both_kinds_of_projection(void **state)
{
    (void)state;
    assert_true(room_makes("CT", "CT"));
    assert_true(room_makes("PT", "PT/CT"));
    assert_true(room_makes("CR", "DX") && room_makes("DX", "CR"));
    assert_false(room_makes("CT", "PT/CT"));
    assert_false(room_makes("MR", "CT"));
}

static void the_roster_read_once_knows_swaps_and_absences(void **state)
{
    (void)state;
    int64_t   monday = utc(2026, 6, 1, 6, 0), people[4];
    DutyBook *book   = test_calloc(1, sizeof *book);
    (void)snprintf(book->zone, sizeof book->zone, PARIS);
    book->shift_count = 2;
    book->shifts[0]   = (RosterShift) { .id = 1, .person_id = 7, .role = "imager", .from_ms = monday, .to_ms = monday + 12 * (int64_t)HOUR, .weeks = 1 };
    book->shifts[1]   = (RosterShift) { .id = 2, .person_id = 9, .role = "technologist", .from_ms = monday, .to_ms = monday + 12 * (int64_t)HOUR };
    assert_int_equal(duty_book_at(book, "imager", monday + HOUR, people, 4), 1);
    assert_int_equal(people[0], 7);
    assert_int_equal(duty_book_at(book, "imager", monday + 7 * 24 * (int64_t)HOUR + HOUR, people, 4), 1);
    assert_int_equal(duty_book_at(book, "technologist", monday + 7 * 24 * (int64_t)HOUR + HOUR, people, 4), 0);
    assert_int_equal(duty_book_at(book, "imager", monday + 12 * (int64_t)HOUR, people, 4), 0);
    book->swap_count = 1;
    book->swaps[0]   = (DutySwap) { 1, monday, 8 };
    assert_int_equal(duty_book_at(book, "imager", monday + HOUR, people, 4), 1);
    assert_int_equal(people[0], 8);
    book->absence_count = 1;
    book->absences[0]   = (DutyAbsence) { 8, monday, monday + 2 * HOUR };
    assert_int_equal(duty_book_at(book, "imager", monday + HOUR, people, 4), 0);
    assert_int_equal(duty_book_at(book, "imager", monday + 3 * HOUR, people, 4), 1);
    test_free(book);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(easter_falls_where_the_tables_say),
        cmocka_unit_test(there_are_eleven_holidays_and_thirteen_in_alsace),
        cmocka_unit_test(an_opening_keeps_its_hour_on_the_days_the_clocks_change),
        cmocka_unit_test(a_day_of_change_is_twenty_three_or_twenty_five_hours_long),
        cmocka_unit_test(a_holiday_shuts_the_room_where_the_calendar_says_so),
        cmocka_unit_test(the_length_that_says_most_counts),
        cmocka_unit_test(what_is_held_is_for_emergencies_until_shortly_before),
        cmocka_unit_test(a_calendar_that_is_none_is_refused),
        cmocka_unit_test(a_machine_makes_its_own_modality_and_both_kinds_of_projection),
        cmocka_unit_test(the_roster_read_once_knows_swaps_and_absences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
