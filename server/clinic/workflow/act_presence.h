/*
 * Presence inside this room: what an event changes of it, and the job that looks when a page went. E1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_PRESENCE_H
#define CLINIC_WORKFLOW_ACT_PRESENCE_H

#include "clinic/workflow/act_projection.h"
#include "platform/jobs/jobs.h"

bool act_follow_presence(Db *db, const Act *a, const ActEvent *e, Err *err);
bool job_presence(const Job *job, void *house, Err *err); /* "act.presence" {person_id, gone_ms} */

#endif
