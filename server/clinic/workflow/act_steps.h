/*
 * Exam workflow: which step may follow which, who may do it, what must be there first. The table is in
 * act_steps.c.
 *
 * Pure: no database, clock or network. The caller loads the act and the scene, asks here, saves the answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_STEPS_H
#define CLINIC_WORKFLOW_ACT_STEPS_H

#include "clinic/workflow/act_needs.h"

enum { PARTY_REQUESTER = 1 << 0, PARTY_SITE = 1 << 1, PARTY_IMAGING = 1 << 2, PARTY_ANY = 7 };

/* Step flags. */
enum {
    STEP_STALE  = 1 << 0, /* a version that is behind is refused */
    STEP_QUIET  = 1 << 1, /* does not make what others saw stale */
    STEP_SYSTEM = 1 << 2, /* no person may do it */
};

typedef struct ActStep {
    const char *why;   /* requirements: "E4 E6 L3" */
    uint32_t    from;  /* states, 1 << ACT_… */
    const char *step;  /* "accept" */
    unsigned    who;   /* roles, ROLE_… */
    unsigned    at;    /* held at which party of the act */
    uint64_t    needs; /* NEED(…) */
    ActState    to;    /* ACT_STATES: stays where it is */
    unsigned    flags;
    const char *label; /* English key: the button */
} ActStep;

extern const ActStep ACT_STEPS[];
extern const size_t  ACT_STEP_COUNT;

/* The person's roles that count in this act: each only at the party it belongs to, of the parties in 'at'. */
unsigned act_roles(const ActScene *scene, unsigned at);

/*
 * May this scene's person take 'step' now? Answers the row; changes nothing. 'missing' (may be NULL) names
 * what is not there. Errors: ERR_NOT_FOUND no such step; ERR_DENIED role; ERR_CONFLICT state or something
 * missing.
 */
bool act_step_check(const Act *a, const ActScene *scene, Slice step, const ActStep **ret,
                    MissingList *missing, Err *err);

/* The first half of that: role and state alone. */
bool act_step_open(const Act *a, const ActScene *scene, Slice step, const ActStep **ret, Err *err);

/* The row for a state whatever the roles; NULL when the step is not for that state. */
const ActStep *act_step_row(ActState from, Slice step);
bool           act_step_known(Slice step);
bool           act_step_is_quiet(const char *step);

#endif
