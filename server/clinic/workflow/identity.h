/*
 * What happens to an identity, and to the acts and images of that patient with it. E15, T2.
 *
 *     corrected traits      each act keeps what it was told before and is told the new; an identity checked for an exam
 *                           that has not begun is checked again; images that carried the old traits get the new ones by
 *                           a correction (both versions are kept)
 *     doubtful, homonym     said by anybody who identifies, taken away by the secretary alone
 *     fictitious            said by the secretary, while no act is under way; never taken away
 *
 * All in the caller's transaction. Source: Référentiel national d'identitovigilance; docs/decisions/0102-identities.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_IDENTITY_H
#define CLINIC_WORKFLOW_IDENTITY_H

#include "clinic/patients/patient.h"
#include "clinic/workflow/act.h"
#include "clinic/workflow/act_chapter.h"

/* As patient_update; 'by' names a reason. Errors: those of patient_update and of correction_begin, ERR_INPUT no reason. */
bool identity_change(Db *db, const ActHouse *house, int64_t id, int64_t version, const PatientDraft *draft, InsOids oids,
                     const PatientBy *by, Patient *ret, Err *err);

/* Adds and takes away PATIENT_HOMO, DOUT, FICT. 'roles' of who asks. ERR_DENIED the role; ERR_CONFLICT as said above. */
bool identity_mark(Db *db, const ActHouse *house, unsigned roles, int64_t id, unsigned add, unsigned drop,
                   const PatientBy *by, Patient *ret, Err *err);

/* The acts of a patient who was merged go on under the one who stays, and come back. */
bool identity_acts_merge(Db *db, const ActHouse *house, const Patient *from, const Patient *into, int64_t merge_id, Err *err);
bool identity_acts_part(Db *db, const ActHouse *house, int64_t merge_id, Err *err);

/* ---- the check at the site (check-identity): for chapter_site.c ---- */
bool identity_is_asked(const Act *a, const ActScene *scene);
bool identity_is_proved(const Act *a, const ActScene *scene);
bool identity_relative_is_named(const Act *a, const ActScene *scene);
bool identity_place_is_asked(const Act *a, const ActScene *scene);
/* Compares what is said with the register, the request and the worklist; tells which other patient it would be. */
bool identity_check_prepare(Db *db, const Act *a, json_t *data, Err *err);
/* A document of high trust that agrees in all five traits validates the identity. */
bool identity_check_follow(Db *db, const Act *a, const ActEvent *e, Err *err);
/* What request and worklist say of the patient as they leave: {"ipp","birth_name",…}. NULL with *err set. */
json_t *identity_as_told(Db *db, int64_t patient_id, Err *err);

#endif
