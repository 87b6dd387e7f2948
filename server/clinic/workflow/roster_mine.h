/*
 * One's own duties and what is asked of one on the roster: for the home page. O2, S4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ROSTER_MINE_H
#define CLINIC_WORKFLOW_ROSTER_MINE_H

#include "clinic/workflow/roster.h"

/*
 * [{"kind":"on-duty"|"duty-next"|"swap-answer","id","about":organisation,"zone","role","from_ms","to_ms"}]: the duty that runs
 * now, else the next within seven days, of each organisation and role; the swaps this person is asked for. The caller's.
 */
bool roster_mine_json(Db *db, const Who *who, int64_t now_ms, json_t **ret, Err *err);

#endif
