/*
 * Who takes part must be in rule, and what is used must be fit: the files of clinic/staff asked at the steps of an act. S5, O3, O5, O6, L1, L11, L13.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_FITNESS_H
#define CLINIC_WORKFLOW_ACT_FITNESS_H

#include "clinic/workflow/act_needs.h"

/* Each says what its file lacks. They hold for who does not take that part. */
extern const ActNeed NEED_REQUESTER_FIT[1], NEED_IMAGER_FIT[1], NEED_WORKPLACE_FIT[1], NEED_TECHNOLOGIST_FIT[1], NEED_EQUIPMENT_FIT[1],
    NEED_LOCAL_FIT[1], NEED_NUCLEAR_FIT[1];
/* The screen in front of the person has passed its check within the interval: asked where an interpretation begins, and where it is signed. O4. */
extern const ActNeed NEED_DISPLAY_FIT[1];

#endif
