/*
 * Is the exam whole? What an act should have against what has come, said within two seconds of the last
 * arrival and kept in its log as "images-counted". E22.
 *
 *     watch = completeness_start(acts, err);   a thread: looks at the archive's news and at the acts' own
 *     completeness_stop(watch);
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_COMPLETENESS_H
#define CLINIC_WORKFLOW_COMPLETENESS_H

#include "clinic/workflow/act_projection.h"

enum { COMPLETENESS_LOOK_MS = 200, COMPLETENESS_QUIET_MS = 900 };

/*
 * {complete, received, made?, missing, gaps_missing, performed?,
 * performed_missing?, gaps:[{series_uid, series, description, kind, count,
 * from?, to?}]}: what there is to say now. 'ret' is given away.
 */
bool completeness_verdict(Db *db, const Act *a, json_t **ret, Err *err);

/* Do they say the same? How many have come meanwhile does not count. Either may be NULL. Pure. */
bool completeness_same(const json_t *a, const json_t *b);

/* Looks now; a verdict that differs from the last one becomes an event of the act. Repeatable. */
bool completeness_check(ActHouse *house, int64_t act_id, Err *err);

typedef struct Completeness Completeness;
Completeness               *completeness_start(ActHouse *house, Err *err);
void                        completeness_stop(Completeness *c); /* takes NULL; waits for its thread */

#endif
