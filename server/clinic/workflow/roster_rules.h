/*
 * When a shift is on, and which of those on duty an act goes to. Pure. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ROSTER_RULES_H
#define CLINIC_WORKFLOW_ROSTER_RULES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct RosterShift {
    int64_t id, organisation_id, person_id;
    char    role[24], contact[64];
    int64_t from_ms, to_ms, weeks, until_ms;
    int64_t ended_ms; /* taken off the roster then: what had begun was on duty until that moment; 0: it is on */
} RosterShift;

/* The occurrence that begins last at or before 'at_ms', in the hours of the zone. False: none has begun, or it is over. */
bool shift_covers(const RosterShift *s, const char *zone, int64_t at_ms, int64_t *ret_from_ms, int64_t *ret_to_ms);
/* The first occurrence that ends after 'after_ms'. False: there is none any more. */
bool shift_next(const RosterShift *s, const char *zone, int64_t after_ms, int64_t *ret_from_ms, int64_t *ret_to_ms);

/* What counts when an act looks for somebody; kept with the assignment so that it can be explained. */
typedef struct AssignmentScore {
    int     urgency;    /* 1 routine, 2 urgent, 3 emergency */
    int     pressure;   /* 0…100: how much of the delay is gone */
    int     competence; /* 100 reads this in particular, 70 in general, 30 reads other things in particular */
    int64_t load;       /* acts in hand */
    int64_t score;      /* urgency × time × competence, shared among what is in hand */
} AssignmentScore;
void assignment_score(AssignmentScore *s);

int assignment_urgency(const char *priority);
int assignment_pressure(int64_t from_ms, int64_t until_ms, int64_t now_ms);

#endif
