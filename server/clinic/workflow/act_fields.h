/*
 * What may be sent with each step: names, kinds, codes, limits. Pure; the table is in act_fields.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_FIELDS_H
#define CLINIC_WORKFLOW_ACT_FIELDS_H

#include "clinic/reports/missing.h"
#include "formats/json/json_util.h"

/*
 * A new object with the members that the step knows, checked; what it does not know is left out. 'data' may
 * be NULL. Errors: ERR_INPUT a wrong kind, an unknown code or too long; ERR_CONFLICT a compulsory member is
 * missing ('missing' names each).
 */
bool act_fields_clean(Slice step, const json_t *data, json_t **ret, MissingList *missing, Err *err);

#endif
