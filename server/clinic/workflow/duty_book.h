/*
 * The roster of an organisation, read once, to be asked for many moments: swaps and absences counted. O2, E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_DUTY_BOOK_H
#define CLINIC_WORKFLOW_DUTY_BOOK_H

#include "clinic/workflow/roster.h"

enum { DUTY_SHIFTS_MAX = 400, DUTY_CHANGES_MAX = 400 };

typedef struct DutySwap {
    int64_t shift_id, from_ms, person_id;
} DutySwap;
typedef struct DutyAbsence {
    int64_t person_id, from_ms, to_ms;
} DutyAbsence;

typedef struct DutyBook {
    char        zone[40];
    RosterShift shifts[DUTY_SHIFTS_MAX];
    size_t      shift_count;
    DutySwap    swaps[DUTY_CHANGES_MAX]; /* accepted, the latest first */
    size_t      swap_count;
    DutyAbsence absences[DUTY_CHANGES_MAX];
    size_t      absence_count;
} DutyBook;

/* What may concern [from_ms, to_ms). ERR_LIMIT more shifts or changes than are held here. */
bool duty_book_load(Db *db, int64_t organisation_id, int64_t from_ms, int64_t to_ms, DutyBook *ret, Err *err);

/* Pure. Who is on duty in that role then, each once, at most 'max'; how many. */
size_t duty_book_at(const DutyBook *book, const char *role, int64_t at_ms, int64_t *ret, size_t max);

#endif
