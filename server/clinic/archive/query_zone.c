/*
 * Times told and matched in the time zone of who asks. DICOM PS3.4 §C.2.2.2 and §C.4.1.1.3.1 (time zone query
 * adjustment).
 *
 * Images say their zone in Timezone Offset From UTC; those that do not are taken to be in that of this house,
 * summer time counted. A date without a time stays as it is: it is no point in time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clinic/archive/query_internal.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"

enum { DAY_S = 86400, ZONE_WEST = -12 * 60, ZONE_EAST = 14 * 60 };

bool query_zone_read(Slice text, int *ret_minutes)
{
    int64_t hours, minutes;
    Slice   s    = slice_trim(text);
    bool    west = s.len && s.at[0] == '-';
    if (s.len != 5 || (s.at[0] != '+' && !west) || !slice_int(slice_part(s, 1, 2), &hours) ||
        !slice_int(slice_part(s, 3, 2), &minutes) || hours < 0 || minutes < 0 || minutes > 59)
        return false;
    int whole = (int)(hours * 60 + minutes);
    if (west)
        whole = -whole;
    if (whole < ZONE_WEST || whole > ZONE_EAST || (west && !whole)) /* PS3.3 §C.12.1.1.8: -0000 is none */
        return false;
    *ret_minutes = whole;
    return true;
}

static void zone_write(int minutes, char ret[9])
{
    int all = abs(minutes);
    (void)snprintf(ret, 9, "%c%02d%02d", minutes < 0 ? '-' : '+', all / 60 % 100, all % 60);
}

static int two(const char *at)
{
    return (at[0] - '0') * 10 + at[1] - '0';
}

/* The point in time of that date and time on a clock that shows UTC; false: no whole date, or no hour. */
static bool clock_of(const char *date, const char *time, struct tm *ret)
{
    DicomDate d;
    DicomTime t;
    if (!date[0] || !time[0] || !dicom_date(slice_of(date), &d) || !dicom_time(slice_of(time), &t))
        return false;
    *ret = (struct tm) { .tm_year = d.year - 1900, .tm_mon = d.month - 1, .tm_mday = d.day, .tm_isdst = -1 };
    char   digits[7] = "000000";
    size_t n         = 0;
    for (; *time && *time != '.' && n < 6; time++)
        if (*time >= '0' && *time <= '9')
            digits[n++] = *time;
    ret->tm_hour = two(digits);
    ret->tm_min  = two(digits + 2);
    ret->tm_sec  = two(digits + 4);
    return true;
}

/* UTC seconds: in the zone that it says, else in ours. */
static time_t moment_of(struct tm clock, const char *zone)
{
    int minutes;
    if (query_zone_read(slice_of(zone), &minutes)) {
        clock.tm_isdst = 0;
        return timegm(&clock) - minutes * 60;
    }
    return mktime(&clock);
}

bool query_zone_move(char date[9], char *time, size_t time_size, const char *from, int to_minutes)
{
    struct tm clock;
    char      fraction[9] = "", moved[17];
    if (!clock_of(date, time, &clock))
        return false;
    const char *point = strchr(time, '.');
    (void)slice_copy(slice_part(slice_of(point ? point : ""), 0, 7), fraction, sizeof fraction);
    time_t at = moment_of(clock, from) + to_minutes * 60;
    if (!gmtime_r(&at, &clock) || clock.tm_year < -1900 || clock.tm_year > 8099)
        return false;
    (void)snprintf(date, 9, "%04u%02u%02u", (unsigned)(clock.tm_year + 1900) % 10000,
                   (unsigned)clock.tm_mon % 12 + 1, (unsigned)clock.tm_mday % 100);
    (void)snprintf(moved, sizeof moved, "%02u%02u%02u%.8s", (unsigned)clock.tm_hour % 100,
                   (unsigned)clock.tm_min % 100, (unsigned)clock.tm_sec % 100, fraction);
    return slice_copy(slice_of(moved), time, time_size);
}

void query_row_zone(QueryRow *row, int minutes)
{
    char zone[9];
    (void)query_zone_move(row->study.date, row->study.time, sizeof row->study.time, row->study_time_zone,
                          minutes);
    (void)query_zone_move(row->series_date, row->series_time, sizeof row->series_time, row->study_time_zone,
                          minutes);
    zone_write(minutes, zone);
    (void)slice_copy(slice_of(zone), row->study_time_zone, sizeof row->study_time_zone);
}

/* ---- the kept header ---- */

static const char *first_value(const json_t *header, const char *tag)
{
    return json_string_value(json_array_get(json_object_get(json_object_get(header, tag), "Value"), 0));
}

static bool replace(json_t *header, const char *tag, const char *text)
{
    json_t *values = json_object_get(json_object_get(header, tag), "Value");
    return json_array_size(values) == 1 && json_array_set_new(values, 0, json_cstr(text)) == 0;
}

void query_header_zone(json_t *header, int minutes)
{
    static const char *const PAIRS[][2] = {
        { "00080012", "00080013" }, /* Instance Creation */
        { "00080020", "00080030" }, /* Study */
        { "00080021", "00080031" }, /* Series */
        { "00080022", "00080032" }, /* Acquisition */
        { "00080023", "00080033" }, /* Content */
        { "00400244", "00400245" }, /* Performed Procedure Step Start */
        { "00400250", "00400251" }, /* ...End */
    };
    char        zone[9] = "", date[9], time[17];
    const char *said    = first_value(header, "00080201");
    (void)slice_copy(slice_of(said ? said : ""), zone, sizeof zone);
    for (size_t i = 0; i < COUNT(PAIRS); i++) {
        const char *day = first_value(header, PAIRS[i][0]), *hour = first_value(header, PAIRS[i][1]);
        if (!day || !hour || !slice_copy(slice_of(day), date, sizeof date) ||
            !slice_copy(slice_of(hour), time, sizeof time) ||
            !query_zone_move(date, time, sizeof time, zone, minutes))
            continue;
        (void)replace(header, PAIRS[i][0], date);
        (void)replace(header, PAIRS[i][1], time);
    }
}

/* ---- what the index may leave out ---- */

void query_day_move(char date[9], int days)
{
    struct tm clock;
    if (!clock_of(date, "12", &clock))
        return;
    clock.tm_isdst = 0;
    time_t at      = timegm(&clock) + (time_t)days * DAY_S;
    if (gmtime_r(&at, &clock) && clock.tm_year >= -1900 && clock.tm_year <= 8099)
        (void)snprintf(date, 9, "%04u%02u%02u", (unsigned)(clock.tm_year + 1900) % 10000,
                       (unsigned)clock.tm_mon % 12 + 1, (unsigned)clock.tm_mday % 100);
}
