/*
 * The summary of an act, as lists show it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_SUMMARY_H
#define CLINIC_WORKFLOW_ACT_SUMMARY_H

#include "clinic/workflow/act_projection.h"

/* docs/api.md §4 "Summary". Whether this person may see the act is the caller's. */
bool act_summary_json(Db *db, const Act *a, const Who *who, json_t **ret, Err *err);

#endif
