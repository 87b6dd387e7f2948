/*
 * The projections of acts made again from their log: after a fold has changed, or when one was altered without an event.
 *
 * What the log itself lacks is never made up: an act whose chain is broken is left as it is and told.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_REBUILD_H
#define CLINIC_WORKFLOW_ACT_REBUILD_H

#include "clinic/workflow/act.h"

typedef struct ActRebuilt {
    int64_t acts;    /* looked at */
    int64_t changed; /* the projection kept was another; with 'only_look' it still is */
    int64_t broken;  /* the log of the act does not fit: left alone */
    int64_t from_version, to_version;
} ActRebuilt;

/* Of each act that differs or is broken: its number, and what ("facts: verdict, overdue", "content altered"); of all others NULL. */
typedef void ActRebuildEach(const char *number, const char *what, const ActRebuilt *so_far, void *with);

/*
 * In transactions of a few acts each, so that the platform may work meanwhile; clocks and duties that run after it get their jobs.
 * The end is a line of the trace. 'each' may be NULL. Errors: the database's; what was done until then stays done, and the
 * version of the folds is kept only at the end, so that the next start goes on.
 */
bool act_rebuild(ActHouse *house, bool only_look, ActRebuildEach *each, void *with, ActRebuilt *ret, Err *err);

/* Are the projections those of this program's folds? */
bool act_fold_is_current(Db *db, bool *ret, Err *err);

/* The same, when the projections were made by another version of the folds; 'ret_done' false: nothing was to be done. */
bool act_rebuild_if_needed(ActHouse *house, bool *ret_done, ActRebuilt *ret, Err *err);

#endif
