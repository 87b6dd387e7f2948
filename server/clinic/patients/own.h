/*
 * Whose record a holder may open: the patient of the access, and those merged with that patient. E34, T7.
 *
 * The one rule of the patient's page, part of each of its queries; GRANT_SQL has no part in it.
 * docs/decisions/0100-patient-access.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_PATIENTS_OWN_H
#define CLINIC_PATIENTS_OWN_H

#include "clinic/patients/patient.h"
#include "guard/access/holder.h"

/* The ids of 'first' (a SELECT of ids) and of all that were merged with them, whichever stayed; a merge undone parts them again. */
#define SAME_PATIENT_SQL(first)                                                                              \
    "(WITH RECURSIVE same (id) AS (" first " UNION"                                                          \
    "   SELECT CASE WHEN patient.id = same.id THEN patient.merged_into ELSE patient.id END"                  \
    "     FROM same JOIN patient ON (patient.id = same.id AND patient.merged_into IS NOT NULL)"              \
    "                            OR patient.merged_into = same.id)"                                          \
    " SELECT same.id FROM same)"

/* SQL condition: person ?W holds at ?N (UTC seconds) an open access of their own to this patient. */
#define OWN_SQL(patient, W, N) " " patient " IN " SAME_PATIENT_SQL(OWN_PATIENTS_SQL(W, N)) " "

enum { SAME_PATIENT_MAX = 32 };

/* All records of one patient, merged ones included; ERR_LIMIT more than SAME_PATIENT_MAX. */
bool patient_same(Db *db, int64_t patient_id, int64_t ret[SAME_PATIENT_MAX], size_t *ret_count, Err *err);

/* The record that stayed after merges. ERR_NOT_FOUND. */
bool patient_survivor(Db *db, int64_t patient_id, Patient *ret, Err *err);

#endif
