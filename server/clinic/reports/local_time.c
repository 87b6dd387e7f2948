/*
 * The hour at a site: UTC moved into the time zones where French hospitals stand. Pure.
 *
 * Summer time: directive 2000/84/EC (last Sundays of March and October, 01:00 UTC); Saint-Pierre-et-Miquelon
 * follows the North American rule (second Sunday of March, first of November, 02:00 local).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/local_time.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "base/own.h"

typedef enum Summer { NO_SUMMER, EUROPE, NORTH_AMERICA } Summer;

static const struct {
    const char *zone;
    int         offset_minutes;
    Summer      summer;
} ZONES[] = {
    { "Europe/Paris", 60, EUROPE },
    { "Europe/Monaco", 60, EUROPE },
    { "Europe/Brussels", 60, EUROPE },
    { "Europe/Luxembourg", 60, EUROPE },
    { "Europe/Zurich", 60, EUROPE },
    { "America/Guadeloupe", -240, NO_SUMMER },
    { "America/Martinique", -240, NO_SUMMER },
    { "America/St_Barthelemy", -240, NO_SUMMER },
    { "America/Marigot", -240, NO_SUMMER },
    { "America/Cayenne", -180, NO_SUMMER },
    { "America/Miquelon", -180, NORTH_AMERICA },
    { "Indian/Reunion", 240, NO_SUMMER },
    { "Indian/Mayotte", 180, NO_SUMMER },
    { "Pacific/Noumea", 660, NO_SUMMER },
    { "Pacific/Tahiti", -600, NO_SUMMER },
    { "Pacific/Wallis", 720, NO_SUMMER },
};

/* Days since 1970 of a date of the Gregorian calendar. */
static int64_t days_of(int year, int month, int day)
{
    int64_t y   = month <= 2 ? year - 1 : year;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t yoe = y - era * 400;
    int64_t doy = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468;
}

static int weekday_of(int64_t days)
{
    return (int)((days % 7 + 11) % 7); /* 1 January 1970 was a Thursday: 4; Sunday: 0 */
}

static int64_t sunday_from(int year, int month, int first_day)
{
    int64_t day = days_of(year, month, first_day);
    return day + (7 - weekday_of(day)) % 7;
}

static bool is_summer(int64_t at_s, int year, Summer rule, int offset_minutes)
{
    enum { HOUR_S = 3600, DAY_S = 86400 };
    if (rule == EUROPE) {
        int64_t begins = sunday_from(year, 3, 25) * DAY_S + HOUR_S;
        int64_t ends   = sunday_from(year, 10, 25) * DAY_S + HOUR_S;
        return at_s >= begins && at_s < ends;
    }
    if (rule == NORTH_AMERICA) {
        int64_t begins = sunday_from(year, 3, 8) * DAY_S + 2 * HOUR_S - offset_minutes * 60;
        int64_t ends   = sunday_from(year, 11, 1) * DAY_S + HOUR_S - offset_minutes * 60;
        return at_s >= begins && at_s < ends;
    }
    return false;
}

LocalTime local_time(int64_t at_ms, const char *zone)
{
    int64_t   at_s   = at_ms / 1000;
    int       offset = 0;
    struct tm tm     = { 0 };
    time_t    utc    = (time_t)at_s;
    gmtime_r(&utc, &tm);
    for (size_t i = 0; zone && i < COUNT(ZONES); i++)
        if (strcmp(zone, ZONES[i].zone) == 0)
            offset = ZONES[i].offset_minutes +
                     (is_summer(at_s, tm.tm_year + 1900, ZONES[i].summer, ZONES[i].offset_minutes) ? 60 : 0);
    time_t local = (time_t)(at_s + (int64_t)offset * 60);
    gmtime_r(&local, &tm);
    return (LocalTime) { tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour,
                         tm.tm_min,         tm.tm_sec,     offset };
}

void local_day_shown(int64_t at_ms, const char *zone, char *ret, size_t size)
{
    LocalTime t = local_time(at_ms, zone);
    if (at_ms)
        snprintf(ret, size, "%02d/%02d/%04d", t.day, t.month, t.year);
    else
        snprintf(ret, size, "%s", "");
}

void local_time_shown(int64_t at_ms, const char *zone, char *ret, size_t size)
{
    LocalTime t       = local_time(at_ms, zone);
    int       minutes = (t.offset_minutes < 0 ? -t.offset_minutes : t.offset_minutes) % 60;
    int       hours   = (t.offset_minutes < 0 ? -t.offset_minutes : t.offset_minutes) / 60;
    if (!at_ms) {
        snprintf(ret, size, "%s", "");
        return;
    }
    int used =
        snprintf(ret, size, "%02d/%02d/%04d à %02d:%02d (UTC", t.day, t.month, t.year, t.hour, t.minute);
    if (used < 0 || (size_t)used >= size)
        return;
    if (t.offset_minutes == 0)
        snprintf(ret + used, size - (size_t)used, ")");
    else if (minutes)
        snprintf(ret + used, size - (size_t)used, "%c%d:%02d)", t.offset_minutes < 0 ? '-' : '+', hours,
                 minutes);
    else
        snprintf(ret + used, size - (size_t)used, "%c%d)", t.offset_minutes < 0 ? '-' : '+', hours);
}
