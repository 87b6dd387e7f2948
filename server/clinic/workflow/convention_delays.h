/*
 * The delays a clause may set, one row each. Pure. S3, E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_CONVENTION_DELAYS_H
#define CLINIC_WORKFLOW_CONVENTION_DELAYS_H

#include "clinic/workflow/convention.h"

typedef struct ConventionDelay {
    const char *member; /* "planning_min", in JSON and in the clause */
    size_t      at;     /* in ConventionClause */
    bool        column; /* has a column of its own; the others stand together */
    const char *code, *text; /* when it is missing */
    bool        optional; /* a day when it is not set */
} ConventionDelay;
extern const ConventionDelay CONVENTION_DELAYS[];
extern const size_t          CONVENTION_DELAY_COUNT;

int64_t *convention_delay(ConventionClause *clause, const ConventionDelay *which);

/* Minutes from JSON; absent ones stay. ERR_INPUT: not between a minute and a year. */
bool convention_delays_read(const json_t *clause, ConventionClause *ret, Err *err);

/* {"verdict_min":30,…}: those set; 'all' false: only those without a column. The caller's. */
json_t *convention_delays_json(const ConventionClause *clause, bool all);

#endif
