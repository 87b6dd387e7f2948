/*
 * Where and when a clause counts: body regions, and hours in the zone of the site. Pure. S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/convention_hours.h"

#include "formats/texts/texts.h"

enum { DAY_MIN = 24 * 60 };

int local_weekday(const LocalTime *t)
{
    static const int MONTHS[] = { 0, 3, 2, 5, 0, 3, 5, 1, 4, 6, 2, 4 }; /* Sakamoto */
    int year = t->month < 3 ? t->year - 1 : t->year;
    int day  = (year + year / 4 - year / 100 + year / 400 + MONTHS[(t->month + 11) % 12] + t->day) % 7;
    return day == 0 ? 7 : day;
}

int minutes_of_day(const char *text)
{
    if (!text || strlen(text) != 5 || text[2] != ':')
        return -1;
    for (int i = 0; i < 5; i++)
        if (i != 2 && (text[i] < '0' || text[i] > '9'))
            return -1;
    int hour = (text[0] - '0') * 10 + text[1] - '0', minute = (text[3] - '0') * 10 + text[4] - '0';
    int at = hour * 60 + minute;
    return minute < 60 && at <= DAY_MIN ? at : -1;
}

static int member_minutes(const json_t *range, const char *key)
{
    return minutes_of_day(json_string_value(json_object_get(range, key)));
}

bool hours_are_well(const json_t *hours)
{
    size_t  i, k;
    json_t *range, *day;
    if (hours && !json_is_array(hours))
        return false;
    json_array_foreach (hours, i, range) {
        const json_t *days = json_object_get(range, "days");
        if (member_minutes(range, "from") < 0 || member_minutes(range, "to") < 0 || json_array_size(days) == 0)
            return false;
        json_array_foreach (days, k, day)
            if (!json_is_integer(day) || json_integer_value(day) < 1 || json_integer_value(day) > 7)
                return false;
    }
    return true;
}

static bool has_day(const json_t *range, int weekday)
{
    size_t  i;
    json_t *day;
    json_array_foreach (json_object_get(range, "days"), i, day)
        if (json_integer_value(day) == weekday)
            return true;
    return false;
}

bool hours_cover(const json_t *hours, const LocalTime *t)
{
    size_t  i;
    json_t *range;
    int     today = local_weekday(t), yesterday = today == 1 ? 7 : today - 1, at = t->hour * 60 + t->minute;
    if (json_array_size(hours) == 0)
        return true;
    json_array_foreach (hours, i, range) {
        int  from = member_minutes(range, "from"), to = member_minutes(range, "to");
        bool over_night = to <= from;
        if (has_day(range, today) && at >= from && (over_night || at < to))
            return true;
        if (over_night && has_day(range, yesterday) && at < to)
            return true;
    }
    return false;
}

bool regions_cover(const json_t *regions, Slice region)
{
    size_t    i;
    json_t   *one;
    OWNED_BUF where = buf_make(512);
    if (json_array_size(regions) == 0)
        return true;
    if (!text_fold(region, &where, NULL))
        return false;
    json_array_foreach (regions, i, one) {
        OWNED_BUF word = buf_make(512);
        if (json_is_string(one) && text_fold(slice_trim(slice_of(json_string_value(one))), &word, NULL) && word.len &&
            slice_find(buf_slice(&where), buf_slice(&word)) != SIZE_MAX)
            return true;
    }
    return false;
}
