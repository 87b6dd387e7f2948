/*
 * The public holidays of France, computed. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/holidays.h"

#include <stddef.h>

#include "base/own.h"

/* Butcher's method (Nature, 1876): whole numbers alone. */
void easter_sunday(int year, int *ret_month, int *ret_day)
{
    int a = year % 19, b = year / 100, c = year % 100, d = b / 4, e = b % 4, f = (b + 8) / 25;
    int g = (b - f + 1) / 3, h = (19 * a + b - d - g + 15) % 30, i = c / 4, k = c % 4;
    int l = (32 + 2 * e + 2 * i - h - k) % 7, m = (a + 11 * h + 22 * l) / 451;
    *ret_month = (h + l - 7 * m + 114) / 31;
    *ret_day   = (h + l - 7 * m + 114) % 31 + 1;
}

/* Days from 1 March; nothing here is earlier than 20 March or later than the end of June when it is moved by Easter. */
static int from_march(int month, int day)
{
    static const int BEFORE[] = { 0, 31, 61, 92 };
    return month >= 3 && month <= 6 ? BEFORE[month - 3] + day : 0;
}

const char *french_holiday(int year, int month, int day, bool alsace)
{
    static const struct {
        int         month, day;
        bool        alsace;
        const char *name;
    } FIXED[] = {
        { 1, 1, false, "New Year’s Day" },  { 5, 1, false, "Labour Day" },      { 5, 8, false, "Victory Day" },
        { 7, 14, false, "Bastille Day" },   { 8, 15, false, "Assumption Day" }, { 11, 1, false, "All Saints’ Day" },
        { 11, 11, false, "Armistice Day" }, { 12, 25, false, "Christmas Day" }, { 12, 26, true, "Saint Stephen’s Day" },
    };
    static const struct {
        int         after;
        bool        alsace;
        const char *name;
    } MOVED[] = {
        { -2, true, "Good Friday" }, { 1, false, "Easter Monday" }, { 39, false, "Ascension Day" }, { 50, false, "Whit Monday" },
    };
    for (size_t i = 0; i < COUNT(FIXED); i++)
        if (FIXED[i].month == month && FIXED[i].day == day && (alsace || !FIXED[i].alsace))
            return FIXED[i].name;
    int easter_month, easter_day, today = from_march(month, day);
    easter_sunday(year, &easter_month, &easter_day);
    for (size_t i = 0; today && i < COUNT(MOVED); i++)
        if (today == from_march(easter_month, easter_day) + MOVED[i].after && (alsace || !MOVED[i].alsace))
            return MOVED[i].name;
    return NULL;
}
