/*
 * The calendar of a room, read: when it is open, how long which exam takes, what is held for emergencies. Pure. E10, O3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/calendar_rules.h"

#include "clinic/workflow/holidays.h"

enum { MINUTE_MS = 60 * 1000 };
static const int64_t DAY_MS = 24LL * 60 * MINUTE_MS;

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool one_of(const char *text, const char *a, const char *b, const char *c)
{
    return strcmp(text, a) == 0 || strcmp(text, b) == 0 || strcmp(text, c) == 0;
}

/* ---- checked ---- */

static bool length_check(const json_t *row, Err *err)
{
    int64_t minutes = 0, lead = 0;
    char    region[72] = "";
    if (!json_need_int(row, "minutes", 5, CALENDAR_MINUTES_MAX, &minutes, err) ||
        !json_may_int(row, "lead_minutes", 0, CALENDAR_LEAD_MAX, &lead, err) || !json_may_copy(row, "region", region, sizeof region, err))
        return false;
    return (one_of(text_of(row, "contrast"), "any", "yes", "no") && one_of(text_of(row, "child"), "any", "yes", "no")) ||
           err_set(err, ERR_INPUT, "A length says for which exams it is: region, injection, child.", "length");
}

bool calendar_check(const json_t *content, Err *err)
{
    enum { ROWS_MAX = 60 };
    json_t *lengths = NULL, *hours = NULL, *held = NULL, *row;
    size_t  i;
    int64_t number = 0;
    if (!json_may_array(content, "lengths", ROWS_MAX, &lengths, err) || !json_may_array(content, "hours", ROWS_MAX, &hours, err) ||
        !json_may_array(content, "held", ROWS_MAX, &held, err) ||
        !json_may_int(content, "buffer_minutes", 0, CALENDAR_BUFFER_MAX, &number, err) ||
        !json_may_int(content, "held_until_min", 0, 7 * 24 * 60, &number, err))
        return false;
    if (!hours_are_well(hours) || !hours_are_well(held))
        return err_set(err, ERR_INPUT, "Hours are days of the week with a beginning and an end (08:00 to 18:00).", "hours");
    if (!one_of(text_of(content, "holidays"), "open", "shut", "shut-alsace"))
        return err_set(err, ERR_INPUT, "Say whether the room is open on public holidays.", "holidays");
    json_array_foreach (lengths, i, row)
        if (!length_check(row, err))
            return false;
    return true;
}

/* ---- lengths ---- */

static bool says(const char *text, bool is)
{
    return strcmp(text, "any") == 0 || strcmp(text, is ? "yes" : "no") == 0;
}

int exam_kind_fits(const char *region, const char *contrast, const char *child, const ExamKind *kind)
{
    OWNED(json_t) *word = json_pack("[s]", region);
    if ((*region && !regions_cover(word, kind->region)) || !says(contrast, kind->contrast) || !says(child, kind->child))
        return 0;
    return 1 + (*region ? 4 : 0) + (strcmp(contrast, "any") ? 2 : 0) + (strcmp(child, "any") ? 1 : 0);
}

ExamLength calendar_length(const json_t *content, const ExamKind *kind)
{
    ExamLength    ret  = { .minutes = CALENDAR_MINUTES, .buffer_minutes = json_integer_value(json_object_get(content, "buffer_minutes")) };
    int           best = 0;
    size_t        i;
    const json_t *row;
    json_array_foreach (json_object_get(content, "lengths"), i, row) {
        int said = exam_kind_fits(text_of(row, "region"), text_of(row, "contrast"), text_of(row, "child"), kind);
        if (said <= best)
            continue;
        best             = said;
        ret.minutes      = json_integer_value(json_object_get(row, "minutes"));
        ret.lead_minutes = json_integer_value(json_object_get(row, "lead_minutes"));
        ret.kept         = true;
    }
    return ret;
}

/* ---- hours ---- */

const char *calendar_holiday(const json_t *content, int64_t at_ms, const char *zone)
{
    LocalTime t = local_time(at_ms, zone);
    return french_holiday(t.year, t.month, t.day, strcmp(text_of(content, "holidays"), "shut-alsace") == 0);
}

CalendarAt calendar_at(const json_t *content, int64_t at_ms, const char *zone)
{
    LocalTime t = local_time(at_ms, zone);
    if (!content)
        return CALENDAR_OPEN;
    if (strcmp(text_of(content, "holidays"), "open") != 0 && calendar_holiday(content, at_ms, zone))
        return CALENDAR_HOLIDAY;
    return hours_cover(json_object_get(content, "hours"), &t) ? CALENDAR_OPEN : CALENDAR_SHUT;
}

CalendarAt calendar_through(const json_t *content, int64_t from_ms, int64_t to_ms, const char *zone)
{
    for (int64_t at = from_ms; content && at < to_ms; at += MINUTE_MS) {
        CalendarAt found = calendar_at(content, at, zone);
        if (found != CALENDAR_OPEN)
            return found;
    }
    return CALENDAR_OPEN;
}

bool calendar_held(const json_t *content, int64_t from_ms, int64_t to_ms, int64_t now_ms, const char *zone)
{
    const json_t *held  = json_object_get(content, "held");
    int64_t       until = json_integer_value(json_object_get(content, "held_until_min"));
    if (json_array_size(held) == 0 || (until && from_ms - now_ms <= until * MINUTE_MS))
        return false;
    for (int64_t at = from_ms; at < to_ms; at += MINUTE_MS) {
        LocalTime t = local_time(at, zone);
        if (hours_cover(held, &t))
            return true;
    }
    return false;
}

/* ---- the wall and the world ---- */

int64_t calendar_midnight(int64_t at_ms, int days, const char *zone)
{
    int64_t wall  = at_ms + (int64_t)local_time(at_ms, zone).offset_minutes * MINUTE_MS;
    int64_t day   = wall / DAY_MS * DAY_MS + days * DAY_MS;
    int64_t guess = day - (int64_t)local_time(day, zone).offset_minutes * MINUTE_MS;
    return day - (int64_t)local_time(guess, zone).offset_minutes * MINUTE_MS;
}

int64_t calendar_round(int64_t at_ms, int step, const char *zone)
{
    int64_t minute = (at_ms + MINUTE_MS - 1) / MINUTE_MS * MINUTE_MS;
    int     past   = local_time(minute, zone).minute % step;
    return minute + (past ? step - past : 0) * (int64_t)MINUTE_MS;
}
