/*
 * A chapter of the workflow: what belongs together of conditions, steps, what may be sent and what is kept of it.
 *
 *     A new subject is a file chapter_NAME.c with its tables, its line in act_steps.c, its French texts and its tests.
 *     The tables are pure. What needs the database stands beside them: 'look' adds to what a step looks at, 'prepare'
 *     to the data of its event, 'follow' does what follows, all three in the transaction of the step.
 *
 * For the files chapter_*.c and for the walk of the tables; docs/decisions/0080-chapters.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_CHAPTER_H
#define CLINIC_WORKFLOW_ACT_CHAPTER_H

#include "clinic/workflow/act_fields.h"
#include "clinic/workflow/act_fold.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/act_steps.h"

/* Which kinds of act a chapter belongs to. */
enum { KIND_EXAM = 1 << 0, KIND_EXPERTISE = 1 << 1, KIND_ASSISTANCE = 1 << 2, KIND_ANY = 7 };
unsigned act_kind_bit(const Act *a);

struct ActChapter {
    const char     *name;
    unsigned        kinds;  /* KIND_… */
    const ActStep  *steps;  /* each table ends on an empty row; NULL: none */
    const ActField *fields;
    const ActFold  *folds;
    /* Each may be NULL. 'step' is one of this chapter's, or empty where 'look' is only asked what may be done. */
    bool (*look)(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err);
    bool (*prepare)(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err);
    bool (*follow)(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err);
};

/* ---- words of the tables ---- */

#define S(state) (1u << ACT_##state)
#define STAY ACT_STATES

enum {
    REQUESTER    = ROLE_REQUESTER,
    IMAGER       = ROLE_IMAGER,
    TECHNOLOGIST = ROLE_TECHNOLOGIST,
    SECRETARY    = ROLE_SECRETARY,
    LOCAL        = ROLE_LOCAL_PHYSICIAN,
    NUCLEAR      = ROLE_NUCLEAR_PHYSICIAN,
    ANYBODY      = ROLE_REQUESTER | ROLE_IMAGER | ROLE_TECHNOLOGIST | ROLE_SECRETARY | ROLE_LOCAL_PHYSICIAN |
              ROLE_NUCLEAR_PHYSICIAN,
    NOBODY = 0, /* the system */
};
enum { AT_R = PARTY_REQUESTER, AT_S = PARTY_SITE, AT_I = PARTY_IMAGING, AT_ALL = PARTY_ANY };

#define BEFORE_RUNNING (S(DRAFT) | S(ASKED) | S(INFO_ASKED) | S(VALIDATED) | S(PLANNED))
#define LIVE                                                                                                 \
    (S(ASKED) | S(INFO_ASKED) | S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(GONE) | S(RELEASED) | S(LEFT))
#define READABLE (S(RUNNING) | S(GONE) | S(RELEASED) | S(LEFT))
#define REPORTED (S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED) | S(CLOSED))
#define NOT_DONE_YET (S(REFUSED) | S(CANCELLED) | S(NOT_DONE))
#define EVERY ((1u << ACT_STATES) - 1)
#define SENT (EVERY & ~S(DRAFT))

/* What must be there, in the order in which it is told. */
#define NEEDS(...)                                                                                           \
    (const ActNeed *const[])                                                                                 \
    {                                                                                                        \
        __VA_ARGS__, NULL                                                                                    \
    }
#define NO_NEEDS NULL

enum { LINE = 200, LONG = 8000 }; /* bytes of a text */

#endif
