/*
 * Alarms: what must be acknowledged or acted on by a time, and is called out again when it is not. E21, E26.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_ALARMS_H
#define CLINIC_WORKFLOW_ACT_ALARMS_H

#include "clinic/workflow/act_projection.h"
#include "platform/jobs/jobs.h"

enum {
    ADVERSE_DUE_MS   = 3 * 60 * 1000,
    TECHNICAL_DUE_MS = 10 * 60 * 1000,
    ALARM_AGAIN_MS   = 5 * 60 * 1000,
    ALARM_TIMES_MAX  = 24, /* after that the list of what is open remains, and no more noise */
};

/* A job that looks at one item of an act at 'due_ms'. Inside the caller's transaction. */
bool act_alarm_add(Db *db, const char *kind, int64_t act_id, int64_t item_id, int64_t due_ms, Err *err);

bool job_incident_due(const Job *job, void *house, Err *err); /* "act.incident-due" {act_id, id, due_ms} */
bool job_question_due(const Job *job, void *house, Err *err); /* "act.question-due", the same */
bool job_urgent_due(const Job *job, void *house, Err *err);   /* "act.urgent-due", the same */

#endif
