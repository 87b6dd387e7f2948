/*
 * Delivering a signed report. E30, E31.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_DELIVER_H
#define CLINIC_WORKFLOW_ACT_DELIVER_H

#include "clinic/workflow/act.h"

/* Makes and keeps the documents, then records the delivery. True also when there is nothing (more) to
 * deliver. */
bool act_deliver(ActHouse *house, int64_t act_id, Err *err);

#endif
