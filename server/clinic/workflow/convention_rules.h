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

/* One convention held against one act. */
typedef struct ConventionFacts {
    bool requester, site, imaging; /* these three are its parties, in these parts */
    bool all_signed;
    bool valid; /* that day is within its dates */
    bool kind, modality, priority;
} ConventionFacts;

enum { CONVENTION_COVERS = 8 };

/* How many of its conditions hold, in order, until the first that does not; that one is named. */
int convention_covers(const ConventionFacts *facts, MissingList *ret);

/* YYYY-MM-DD, both ends included. */
bool day_between(Slice day, Slice first, Slice last);

#endif
