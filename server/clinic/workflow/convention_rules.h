/*
 * What a convention must hold, and whether it covers an act. Pure. S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_CONVENTION_RULES_H
#define CLINIC_WORKFLOW_CONVENTION_RULES_H

#include "clinic/workflow/convention.h"

/* Adds what a new convention lacks: sections, parties, clauses, dates. */
void convention_missing(const json_t *convention, MissingList *ret);

/* Adds what must stand in one that is drafted here, besides: terms, every delay, hours, the medical project (O1). */
void convention_paper_missing(const json_t *content, MissingList *ret);

/* One convention held against one act. */
typedef struct ConventionFacts {
    bool requester, site, imaging; /* these three are its parties, in these parts */
    bool all_signed;
    bool valid; /* that day is within its dates */
    bool kind, modality, priority;
    bool region, hours; /* of that clause */
} ConventionFacts;

enum { CONVENTION_COVERS = 10 };

/* How many of its conditions hold, in order, until the first that does not; that one is named. */
int convention_covers(const ConventionFacts *facts, MissingList *ret);

/* Days since 1970-01-01 of YYYY-MM-DD; 0 when it is no day. */
int64_t day_number(Slice day);
/* Before the end of a convention, or of what else expires: within 60, 30 or 7 days; 0: not yet. */
int convention_warning(int days_left);

/* YYYY-MM-DD, both ends included. */
bool day_between(Slice day, Slice first, Slice last);

/* SQL: no later version of the same number is in force on 'day' (text) at 'at' (ms): a version replaces the one before. */
#define CONVENTION_IS_LAST(day, at)                                                                             \
    "NOT EXISTS (SELECT 1 FROM convention AS newer"                                                             \
    "             WHERE newer.number = convention.number AND newer.version > convention.version"                \
    "               AND newer.valid_from <= " day " AND newer.valid_until >= " day                              \
    "               AND NOT EXISTS (SELECT 1 FROM convention_party"                                             \
    "                                WHERE convention_party.convention_id = newer.id"                           \
    "                                  AND (convention_party.signed_at_ms IS NULL"                              \
    "                                       OR convention_party.signed_at_ms > " at ")))"

#endif
