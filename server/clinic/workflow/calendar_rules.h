/*
 * The calendar of a room, read: when it is open, how long which exam takes, what is held for emergencies. Pure. E10, O3.
 *
 * Content, as kept and sent:
 *     {"hours":[{"days":[1…7],"from":"08:00","to":"18:00"}],            empty: open at all times
 *      "held":[{"days":[…],"from":"12:00","to":"13:00"}],               for emergencies
 *      "held_until_min":120,                                             free for all from then before the slot; 0: never
 *      "lengths":[{"region":"","contrast":"any","child":"any","minutes":20,"lead_minutes":0}],
 *      "buffer_minutes":5, "holidays":"open" | "shut" | "shut-alsace"}
 *
 * Hours are those on the wall of the site's zone: an opening keeps its hour when the clocks change.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_CALENDAR_RULES_H
#define CLINIC_WORKFLOW_CALENDAR_RULES_H

#include "clinic/workflow/convention_hours.h"

enum { CALENDAR_MINUTES_MAX = 600, CALENDAR_LEAD_MAX = 240, CALENDAR_BUFFER_MAX = 120, CALENDAR_MINUTES = 30 };

/* ERR_INPUT names what is wrong. */
bool calendar_check(const json_t *content, Err *err);

/* What is asked of a calendar: an exam's kind. */
typedef struct ExamKind {
    Slice region;
    bool  contrast, child;
} ExamKind;

/* How much a row (region "" or a word of it; contrast and child "any", "yes", "no") says of this exam; 0: it is for others. */
int exam_kind_fits(const char *region, const char *contrast, const char *child, const ExamKind *kind);

typedef struct ExamLength {
    int64_t minutes;      /* the machine is taken */
    int64_t lead_minutes; /* before: the patient is there, injected and at rest (nuclear medicine) */
    int64_t buffer_minutes;
    bool    kept;         /* the calendar says so; else it is what is usual */
} ExamLength;

/* The row that fits and says most (region before contrast before child). NULL: no calendar. */
ExamLength calendar_length(const json_t *content, const ExamKind *kind);

typedef enum CalendarAt { CALENDAR_OPEN, CALENDAR_SHUT, CALENDAR_HOLIDAY } CalendarAt;
/* At one moment. NULL: open. */
CalendarAt calendar_at(const json_t *content, int64_t at_ms, const char *zone);
/* The first that is not open within [from, to), by the minute. */
CalendarAt calendar_through(const json_t *content, int64_t from_ms, int64_t to_ms, const char *zone);

/* Is a part of [from, to) held for emergencies, looked at 'now'? */
bool calendar_held(const json_t *content, int64_t from_ms, int64_t to_ms, int64_t now_ms, const char *zone);

/* The name of the holiday on that day of the zone (an English key), as this calendar counts them; NULL: none. */
const char *calendar_holiday(const json_t *content, int64_t at_ms, const char *zone);

/* The moment at which clocks of the zone show midnight of the day that 'at_ms' lies in, moved by 'days'. */
int64_t calendar_midnight(int64_t at_ms, int days, const char *zone);

/* The next moment at or after 'at_ms' whose minutes on the wall are a multiple of 'step' (5, 10, 15, 20, 30). */
int64_t calendar_round(int64_t at_ms, int step, const char *zone);

#endif
