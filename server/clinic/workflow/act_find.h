/*
 * Which acts a list shows, in its order, without reading any of them whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_FIND_H
#define CLINIC_WORKFLOW_ACT_FIND_H

#include "clinic/workflow/act_projection.h"

enum { ACTS_LISTED_MAX = 500 };

/* A tele-assistance has no slot and no exam: a list shows it among all, alone, or not at all. L7 */
typedef enum ActsKinds { ACTS_ALL, ACTS_ASSISTANCES, ACTS_NO_ASSISTANCE } ActsKinds;

typedef struct ActsFound {
    const Who *who;
    int64_t    now_s;
    bool       requests, imaging, site; /* as what this person sees the act */
    bool       unreviewed;              /* only acts whose emergency exception nobody has reviewed yet */
    uint32_t   states;                  /* 1 << ACT_…: listed */
    uint32_t   counted;                 /* counted too, listed or not */
    size_t     limit;                   /* how many are listed: at most ACTS_LISTED_MAX */
    Slice      modality;                /* empty: all */
    ActsKinds  kinds;                   /* listed; all are counted */
    Slice      folded;                  /* part of the number or of a name, folded; empty: all */
} ActsFound;

typedef struct ActsList {
    int64_t ids[ACTS_LISTED_MAX];
    size_t  count;
    bool    more;                  /* others are there, after these */
    int64_t in_state[ACT_STATES];  /* of those counted or listed; ACTS_LISTED_MAX: as many or more */
    int64_t assistances[ACT_STATES]; /* of these, the tele-assistances */
} ActsList;

/*
 * The acts this person may see: open ones before closed ones, nearest deadline first, those without one after, newest first. Each
 * organisation and state is read along its index, so that the cost follows what is shown, not what is kept.
 */
bool acts_find(Db *db, const ActsFound *wanted, ActsList *ret, Err *err);

#endif
