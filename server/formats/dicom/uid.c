/*
 * UIDs, and the small grammars of DICOM texts: dates, times, ages, names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/uid.h"

#include <stdio.h>

static bool uid_grammar(Slice uid, bool zeros_allowed)
{
    if (uid.len == 0 || uid.len > UID_LENGTH_MAX)
        return false;
    size_t digits = 0;
    for (size_t i = 0; i < uid.len; i++) {
        if (uid.at[i] == '.') {
            if (digits == 0)
                return false;
            digits = 0;
            continue;
        }
        if (uid.at[i] < '0' || uid.at[i] > '9')
            return false;
        if (!zeros_allowed && digits == 1 && uid.at[i - 1] == '0')
            return false;
        digits++;
    }
    return digits > 0;
}

bool uid_is_valid(Slice uid)
{
    return uid_grammar(uid, false);
}

bool uid_is_usable(Slice uid)
{
    return uid_grammar(uid, true);
}

/* The 128-bit number in decimal: divides it by ten as four 32-bit digits. */
void uid_from_random(const uint8_t random[16], char ret[UID_LENGTH_MAX + 1])
{
    uint32_t word[4];
    for (size_t i = 0; i < 4; i++)
        word[i] = (uint32_t)random[i * 4] << 24 | (uint32_t)random[i * 4 + 1] << 16 |
                  (uint32_t)random[i * 4 + 2] << 8 | random[i * 4 + 3];
    word[1] = (word[1] & 0xFFFF0FFFu) | 0x4000u;     /* version 4 */
    word[2] = (word[2] & 0x3FFFFFFFu) | 0x80000000u; /* variant of RFC 4122 */
    char   text[40];
    size_t at = sizeof text - 1;
    text[at]  = '\0';
    do {
        uint64_t rest = 0;
        for (size_t i = 0; i < 4; i++) {
            rest    = rest << 32 | word[i];
            word[i] = (uint32_t)(rest / 10);
            rest %= 10;
        }
        text[--at] = (char)('0' + rest);
    } while (at > 0 && (word[0] | word[1] | word[2] | word[3]));
    (void)snprintf(ret, UID_LENGTH_MAX + 1, "2.25.%s", text + at);
}

/* Exactly 'count' digits from the front of 'rest'. */
static bool take_digits(Slice *rest, size_t count, int *ret)
{
    int64_t value;
    if (rest->len < count || rest->at[0] == '-' || !slice_int(slice_part(*rest, 0, count), &value))
        return false;
    *ret  = (int)value;
    *rest = slice_part(*rest, count, SIZE_MAX);
    return true;
}

static bool take_mark(Slice *rest, char mark)
{
    if (rest->len == 0 || rest->at[0] != mark)
        return false;
    *rest = slice_part(*rest, 1, SIZE_MAX);
    return true;
}

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static bool real_day(DicomDate d)
{
    static const int DAYS[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (d.year < 1 || d.month < 1 || d.month > 12 || d.day < 1)
        return false;
    return d.day <= DAYS[d.month - 1] + (d.month == 2 && leap(d.year));
}

bool dicom_date(Slice text, DicomDate *ret)
{
    Slice     rest = slice_trim(text);
    DicomDate d    = { 0 };
    if (!take_digits(&rest, 4, &d.year))
        return false;
    bool dots = take_mark(&rest, '.');
    if (!take_digits(&rest, 2, &d.month) || (dots && !take_mark(&rest, '.')) ||
        !take_digits(&rest, 2, &d.day) || rest.len || !real_day(d))
        return false;
    *ret = d;
    return true;
}

static bool take_fraction(Slice *rest, int *ret_microsecond)
{
    int    value = 0;
    size_t count = 0;
    for (; rest->len && rest->at[0] >= '0' && rest->at[0] <= '9'; count++) {
        if (count < 6)
            value = value * 10 + (rest->at[0] - '0');
        *rest = slice_part(*rest, 1, SIZE_MAX);
    }
    if (count == 0 || count > 9)
        return false;
    for (; count < 6; count++)
        value *= 10;
    *ret_microsecond = value;
    return true;
}

static bool take_time(Slice *rest, bool colons_allowed, DicomTime *ret)
{
    DicomTime t = { 0 };
    if (!take_digits(rest, 2, &t.hour))
        return false;
    bool colons = colons_allowed && take_mark(rest, ':');
    if (rest->len && rest->at[0] >= '0' && rest->at[0] <= '9') {
        if (!take_digits(rest, 2, &t.minute))
            return false;
        if (colons)
            (void)take_mark(rest, ':');
        if (rest->len && rest->at[0] >= '0' && rest->at[0] <= '9') {
            if (!take_digits(rest, 2, &t.second))
                return false;
            if (take_mark(rest, '.') && !take_fraction(rest, &t.microsecond))
                return false;
        }
    }
    if (t.hour > 23 || t.minute > 59 || t.second > 60)
        return false;
    *ret = t;
    return true;
}

bool dicom_time(Slice text, DicomTime *ret)
{
    Slice     rest = slice_trim(text);
    DicomTime t;
    if (!take_time(&rest, true, &t) || rest.len)
        return false;
    *ret = t;
    return true;
}

static bool take_offset(Slice *rest, DicomDateTime *dt)
{
    if (rest->len == 0)
        return true;
    int  hours, minutes;
    bool west = rest->at[0] == '-';
    if (!take_mark(rest, '+') && !take_mark(rest, '-'))
        return false;
    if (!take_digits(rest, 2, &hours) || !take_digits(rest, 2, &minutes) || rest->len || hours > 14 ||
        minutes > 59)
        return false;
    dt->has_offset     = true;
    dt->offset_minutes = (west ? -1 : 1) * (hours * 60 + minutes);
    return true;
}

static bool digit_next(Slice rest)
{
    return rest.len && rest.at[0] >= '0' && rest.at[0] <= '9';
}

bool dicom_date_time(Slice text, DicomDateTime *ret)
{
    Slice         rest = slice_trim(text);
    DicomDateTime dt   = { .date = { .month = 1, .day = 1 } };
    if (!take_digits(&rest, 4, &dt.date.year))
        return false;
    if (digit_next(rest) && !take_digits(&rest, 2, &dt.date.month))
        return false;
    if (digit_next(rest) && !take_digits(&rest, 2, &dt.date.day))
        return false;
    if (digit_next(rest) && !take_time(&rest, false, &dt.time))
        return false;
    if (!take_offset(&rest, &dt) || !real_day(dt.date))
        return false;
    *ret = dt;
    return true;
}

bool dicom_age_days(Slice text, int *ret)
{
    Slice rest = slice_trim(text);
    int   count;
    if (rest.len != 4 || !take_digits(&rest, 3, &count))
        return false;
    switch (rest.at[0]) {
    case 'D':
        *ret = count;
        return true;
    case 'W':
        *ret = count * 7;
        return true;
    case 'M':
        *ret = (int)(count * 30.4375);
        return true;
    case 'Y':
        *ret = (int)(count * 365.25);
        return true;
    default:
        return false;
    }
}

int dicom_years_between(DicomDate born, DicomDate day)
{
    int years = day.year - born.year;
    if (day.month < born.month || (day.month == born.month && day.day < born.day))
        years--;
    return years < 0 ? -1 : years;
}

Slice person_name_group(Slice pn, size_t nth)
{
    while (nth--)
        (void)slice_cut(&pn, '=');
    return slice_trim(slice_cut(&pn, '='));
}

PersonName person_name_split(Slice pn)
{
    Slice      rest = person_name_group(pn, 0);
    PersonName name;
    name.family = slice_trim(slice_cut(&rest, '^'));
    name.given  = slice_trim(slice_cut(&rest, '^'));
    name.middle = slice_trim(slice_cut(&rest, '^'));
    name.prefix = slice_trim(slice_cut(&rest, '^'));
    name.suffix = slice_trim(slice_cut(&rest, '^'));
    return name;
}
