/*
 * Urgent findings, for the chapters that raise one: a difference that matters for the care is told like one. E26, E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_URGENT_H
#define CLINIC_WORKFLOW_URGENT_H

#include "clinic/workflow/act_fold.h"

/* Milliseconds until the action must be recorded: "immediate", "hours", "days"; 0 for any other. */
int64_t urgent_delay_ms(const Act *a, const char *category);
/* Fold: an open finding named by the event, from its "difference" {what, why, category} and its "urgent_due_ms". */
void urgent_raise(Act *a, const ActEvent *e, const json_t *difference);

#endif
