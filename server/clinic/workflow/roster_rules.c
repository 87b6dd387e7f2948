/*
 * When a shift is on, and which of those on duty an act goes to. Pure. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/roster_rules.h"

#include <string.h>

#include "clinic/reports/local_time.h"

enum { MINUTE_MS = 60 * 1000 };
static const int64_t WEEK_MS = 7LL * 24 * 60 * MINUTE_MS;

/* The clock on the wall there, as if it were UTC; and back. */
static int64_t wall_of(int64_t at_ms, const char *zone)
{
    return at_ms + (int64_t)local_time(at_ms, zone).offset_minutes * MINUTE_MS;
}

static int64_t utc_of(int64_t wall_ms, const char *zone)
{
    int64_t guess = wall_ms - (int64_t)local_time(wall_ms, zone).offset_minutes * MINUTE_MS;
    return wall_ms - (int64_t)local_time(guess, zone).offset_minutes * MINUTE_MS;
}

/* Occurrence number k, as far as it went; false: it begins after the end of the series. */
static bool occurrence(const RosterShift *s, const char *zone, int64_t k, int64_t *from_ms, int64_t *to_ms)
{
    int64_t moved = k * s->weeks * WEEK_MS;
    *from_ms      = utc_of(wall_of(s->from_ms, zone) + moved, zone);
    *to_ms        = utc_of(wall_of(s->to_ms, zone) + moved, zone);
    if (s->ended_ms && *from_ms < s->ended_ms && s->ended_ms < *to_ms)
        *to_ms = s->ended_ms;
    return (!s->until_ms || *from_ms < s->until_ms) && (!s->ended_ms || *from_ms < s->ended_ms);
}

/* The number of the last occurrence that has begun; < 0: none. */
static int64_t begun(const RosterShift *s, const char *zone, int64_t at_ms)
{
    if (at_ms < s->from_ms)
        return -1;
    return s->weeks > 0 ? (wall_of(at_ms, zone) - wall_of(s->from_ms, zone)) / (s->weeks * WEEK_MS) : 0;
}

bool shift_covers(const RosterShift *s, const char *zone, int64_t at_ms, int64_t *ret_from_ms, int64_t *ret_to_ms)
{
    int64_t k = begun(s, zone, at_ms);
    return k >= 0 && occurrence(s, zone, k, ret_from_ms, ret_to_ms) && *ret_from_ms <= at_ms && at_ms < *ret_to_ms;
}

bool shift_next(const RosterShift *s, const char *zone, int64_t after_ms, int64_t *ret_from_ms, int64_t *ret_to_ms)
{
    int64_t k = begun(s, zone, after_ms);
    if (k < 0)
        k = 0;
    if (!occurrence(s, zone, k, ret_from_ms, ret_to_ms))
        return false;
    if (*ret_to_ms > after_ms)
        return true;
    return s->weeks > 0 && occurrence(s, zone, k + 1, ret_from_ms, ret_to_ms);
}

int assignment_urgency(const char *priority)
{
    return strcmp(priority, "emergency") == 0 ? 3 : strcmp(priority, "urgent") == 0 ? 2 : 1;
}

int assignment_pressure(int64_t from_ms, int64_t until_ms, int64_t now_ms)
{
    if (until_ms <= from_ms || now_ms <= from_ms)
        return 0;
    return now_ms >= until_ms ? 100 : (int)((now_ms - from_ms) * 100 / (until_ms - from_ms));
}

void assignment_score(AssignmentScore *s)
{
    s->score = (int64_t)s->urgency * (100 + s->pressure) * s->competence / (1 + s->load);
}
