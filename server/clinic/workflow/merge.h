/*
 * Duplicates of the register brought together with all that is theirs: identifiers, studies, access.
 *
 * Exams that are over go on under the one who stays and keep, in their log, the name under which they were signed; one
 * that is under way must end first.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_MERGE_H
#define CLINIC_WORKFLOW_MERGE_H

#include "clinic/patients/patient_merge.h"
#include "clinic/workflow/act.h"

/*
 * In the caller's transaction; the images follow as corrections. Errors: those of patient_merge and
 * correction_begin, ERR_CONFLICT an exam of the one that goes is under way.
 */
bool merge_patients(Db *db, const ActHouse *house, int64_t from, int64_t into, bool sure, Slice reason, const PatientBy *by,
                    int64_t *ret_id, Err *err);
bool unmerge_patients(Db *db, const ActHouse *house, int64_t merge_id, Slice reason, const PatientBy *by, Err *err);

#endif
