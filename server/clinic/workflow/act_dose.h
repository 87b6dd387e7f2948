/*
 * The dose of an act: what its images say, and where they do not, what the machine said at the end of its
 * steps (MPPS). E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_DOSE_H
#define CLINIC_WORKFLOW_ACT_DOSE_H

#include "clinic/archive/dose.h"
#include "clinic/workflow/act_projection.h"

/* As dose_of_act (clinic/archive/dose.h), with "source":"mpps" when no number comes from the images. */
bool act_dose(Db *db, const Act *a, json_t **ret, Err *err);

/* The same from what is known already: 'images' may be NULL or JSON null; 'performed' is the act's fact.
 * Pure. */
json_t *act_dose_merged(const json_t *images, const json_t *performed);

#endif
