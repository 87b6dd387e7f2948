/*
 * A delay has passed: it is said on the act, and the people of the convention's chain are called in turn. E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_OVERDUE_H
#define CLINIC_WORKFLOW_ACT_OVERDUE_H

#include "clinic/workflow/act_house.h"

/* Job "act.deadline" {act_id, what, at_ms, level?}: level 0 says it, level n calls the n-th of the chain. Repeatable. */
bool act_overdue_work(Db *db, const ActHouse *house, const json_t *payload, Err *err);

/* The clocks of 'after' that did not run before get their job. */
bool act_follow_clocks(Db *db, const Act *before, const Act *after, Err *err);

/* [{what, at_ms, called:[{to, people, at_ms}]}]: the clocks that are over now, for lists. The caller's. */
json_t *act_overdue_json(const Act *a, int64_t now_ms);

/* [{name, phone, role}] whom a word of the chain means for this act now. "responsible-imaging", "imager"… */
bool act_called_people(Db *db, const Act *a, const char *to, int64_t now_ms, json_t **ret, Err *err);
/* The same of everybody who has that role there, on duty or not. */
bool act_role_people(Db *db, const Act *a, const char *to, json_t **ret, Err *err);

#endif
