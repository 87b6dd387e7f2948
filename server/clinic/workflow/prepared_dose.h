/*
 * Doses that the pharmacy prepared for one act: which wait, and what activity one holds at a given hour. L2, S5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_PREPARED_DOSE_H
#define CLINIC_WORKFLOW_PREPARED_DOSE_H

#include "clinic/workflow/act_projection.h"

/* Prepared and neither given nor set aside; borrowed, NULL: no such dose. */
json_t *prepared_dose_open(const Act *a, int64_t id);
/* Whether one of that kind is still there to be given. */
bool prepared_dose_waits(const Act *a, Slice kind);
/* Whether a pharmacist answers for it. */
bool prepared_dose_released(const json_t *dose);

/*
 * MBq at that hour, before or after the one of calibration. Where the radionuclide is not in the table of half-lives, the activity as
 * it was measured.
 */
double prepared_dose_mbq(const json_t *dose, int64_t at_ms);

/* Seconds; 0: not known. Read however it is written: "99mTc", "Tc-99m", "F18". */
double half_life_s(Slice radionuclide);

#endif
