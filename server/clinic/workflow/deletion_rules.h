/*
 * What an exam says before its images may go.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_DELETION_RULES_H
#define CLINIC_WORKFLOW_DELETION_RULES_H

#include "clinic/archive/study.h"

/* ERR_CONFLICT: the exam of this study is under way or its report is awaited. */
bool deletion_allowed(Db *db, Slice study_uid, Err *err);

/* The last day (YYYYMMDD) on which this patient was cared for at that site (0: any) in an act that took place, with or
 * without images (a report alone, a tele-expertise); 0: never. For the time of retention. */
bool act_last_care(Db *db, int64_t patient_id, int64_t site_id, int32_t *ret_day, Err *err);

#endif
