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

#endif
