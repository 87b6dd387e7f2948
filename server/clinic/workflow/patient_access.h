/*
 * The patient's access to their own record: handed as a sealed paper at the site, activated by the patient, closed. E34, T7, L8, L9.
 *
 * Which step may be taken when, by whom: chapter_patient.c. The account behind it: guard/access/holder.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_PATIENT_ACCESS_H
#define CLINIC_WORKFLOW_PATIENT_ACCESS_H

#include "clinic/workflow/act_house.h"
#include "guard/access/holder.h"

typedef struct PatientPaper {
    HolderSecrets secrets; /* in this answer alone */
    int64_t       code_until_ms;
} PatientPaper;

/*
 * The step hand-patient-access with 'data' {holder,name,relation,document} and its paper. What the same holder had before
 * for this patient ends. Errors: as act_do.
 */
bool patient_access_hand(ActHouse *house, const Who *who, int64_t act_id, const json_t *data, PatientPaper *ret,
                         MissingList *ret_missing, Err *err);

/* The step end-patient-access for one access of the act's patient; *ret_person_id: the account whose sessions ended, 0 none. */
bool patient_access_close(ActHouse *house, const Who *who, int64_t act_id, int64_t access_id, Slice reason,
                          int64_t *ret_person_id, MissingList *ret_missing, Err *err);

/* {"accesses":[{id,holder,name,login,act_id,handed_at_ms,handed_by,code_until_ms,state,activated_at_ms,seen_at_ms,until_ms,
 * ended_at_ms,ended_why}]} of the act's patient, the latest first; state "handed", "locked", "over", "active", "closed". */
bool patient_accesses_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);

/*
 * Code and traits as the holder typed them, from 'address'. Right: a session that may set up its factors. ERR_DENIED in the same
 * words for all that does not open, counted and traced; ERR_TOO_OFTEN.
 */
typedef struct PatientActivation {
    Slice code, birth_name, birth_date; /* YYYY-MM-DD */
    bool  passkey;                      /* a passkey alone; else a password, then a second factor */
} PatientActivation;
bool patient_access_activate(ActHouse *house, const PatientActivation *given, const char *address,
                             char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);

/* The holder closes their own access. */
bool patient_access_leave(ActHouse *house, const Who *who, Err *err);

/* ---- of the chapter ---- */
bool patient_access_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err);

#endif
