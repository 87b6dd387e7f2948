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
    STEP_PROOF  = 1 << 3, /* a fresh second factor, for the digest in 'sha256' */
    STEP_ROOM   = 1 << 4, /* taken by a room of the house alone (ActCall.also), not by its name */
};

typedef struct ActStep {
    const char           *why;   /* requirements: "E4 E6 L3" */
    uint32_t              from;  /* states, 1 << ACT_… */
    const char           *step;  /* "accept" */
    unsigned              who;   /* roles, ROLE_… */
    unsigned              at;    /* held at which party of the act */
    const ActNeed *const *needs; /* ends on NULL; NULL: none */
    ActState              to;    /* ACT_STATES: stays where it is */
    unsigned              flags;
    const char           *label; /* English key: the button */
    /* NULL, or: is the step of any use now? One of no use is not offered, although the table would not mind. */
    bool (*use)(const Act *a, const ActScene *scene);
} ActStep;

/* The tables, by subject; act_chapter.h. */
typedef struct ActChapter      ActChapter;
extern const ActChapter *const ACT_CHAPTERS[];
extern const size_t            ACT_CHAPTER_COUNT;

/* The rows of chapter number 'c', ending on an empty one; NULL: none. */
const ActStep *act_chapter_steps(size_t c);

/* Does chapter number 'c' belong to this kind of act? A kind that is not known has those of a remote exam. */
bool act_chapter_of(const Act *a, size_t c);

/* The rows of an act's kind, one after the other: start with *at = {0}; NULL at the end. */
typedef struct ActStepWalk {
    size_t chapter, row;
} ActStepWalk;
const ActStep *act_step_next(const Act *a, ActStepWalk *at);

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

/* The row for the act's state whatever the roles; NULL when the step is not for that state. */
const ActStep *act_step_row(const Act *a, Slice step);
/* In any kind of act. */
bool act_step_known(Slice step);
bool act_step_is_quiet(const char *step);

#endif
