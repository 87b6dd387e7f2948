/*
 * Two registered patients that are one person: identifiers go over, the other one is no longer found. Can be
 * undone.
 *
 * What belongs to them elsewhere (studies, access) is the caller's: clinic/workflow/merge.h.
 * Source: IHE ITI PIX / HL7 A40; Référentiel national d'identitovigilance (fusion de doublons).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_PATIENTS_PATIENT_MERGE_H
#define CLINIC_PATIENTS_PATIENT_MERGE_H

#include "clinic/patients/patient.h"

typedef struct PatientMerge {
    int64_t id, from, into;
    bool    undone;
} PatientMerge;

/*
 * In the caller's transaction, with history and trace. Errors: ERR_INPUT no reason, the same twice;
 * ERR_CONFLICT one was merged already, both have a national identity (then they are two persons), birth date
 * or sex differ and not 'sure'.
 */
bool patient_merge(Db *db, int64_t from, int64_t into, bool sure, Slice reason, const PatientBy *by,
                   int64_t *ret_id, Err *err);
/* ERR_CONFLICT: undone already, or the survivor was itself merged since. */
bool patient_merge_undo(Db *db, int64_t id, Slice reason, const PatientBy *by, PatientMerge *ret, Err *err);
/* [{"id","from":{patient},"into":{patient},"at_ms","actor","reason","undone_at_ms",…}], newest first, at most
 * 200. */
bool patient_merges_json(Db *db, json_t **ret, Err *err);

#endif
