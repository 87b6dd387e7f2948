/*
 * Calls inside this room: how long one rings, and the job that looks whether it was answered. E13.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_CALLS_H
#define CLINIC_WORKFLOW_ACT_CALLS_H

#include "platform/jobs/jobs.h"

enum { CALL_RINGS_MS = 30 * 1000 };

bool job_call_due(const Job *job, void *house, Err *err); /* "act.call-due" {act_id, id, due_ms} */

#endif
