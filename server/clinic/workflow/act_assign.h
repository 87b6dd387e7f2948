/*
 * To whom an act goes: somebody on duty of the imaging group, fairly and with its reasons. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_ASSIGN_H
#define CLINIC_WORKFLOW_ACT_ASSIGN_H

#include "clinic/workflow/act_house.h"

/* Job "act.assign" {act_id}: assigns, assigns anew when nobody took it in the delay, or calls the responsible. Repeatable. */
bool act_assign_work(Db *db, const ActHouse *house, const json_t *payload, Err *err);

/* Hooks of the chapter. */
bool assignment_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err);
bool assignment_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err);
bool assignment_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err);

/* GET /api/acts/{id}/duty: {"at_ms","site":[…],"imaging":[…]}: who is on duty at the hour of the slot, or now. ERR_NOT_FOUND. */
bool act_duty_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);

#endif
