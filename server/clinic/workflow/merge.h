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

/* ---- merge_compare.c: looked at first ---- */

enum { MERGE_SEEN_SIZE = 176 };
/* Marks the state of both records: identity, version, how many acts and studies. */
bool merge_seen(Db *db, const Patient *goes, const Patient *stays, char ret[MERGE_SEEN_SIZE], Err *err);
/*
 * {"seen","from":{"patient","acts":[…],"act_count","studies":[…],"study_count"},"into":{…},"differences":[{trait,expected,found,kind}]}.
 * ERR_INPUT the same twice.
 */
bool merge_compared_json(Db *db, int64_t from, int64_t into, json_t **ret, Err *err);

/* ---- merge.c ---- */

/*
 * In the caller's transaction; the images follow as corrections. 'seen' is the mark of what was looked at. Errors: those of patient_merge
 * and correction_begin, ERR_CONFLICT an exam of the one that goes is under way, the two were not looked at side by side as they are now.
 */
bool merge_patients(Db *db, const ActHouse *house, int64_t from, int64_t into, bool sure, Slice seen, Slice reason, const PatientBy *by,
                    int64_t *ret_id, Err *err);
bool unmerge_patients(Db *db, const ActHouse *house, int64_t merge_id, Slice reason, const PatientBy *by, Err *err);

#endif
