/*
 * Parts of the proof file, for the files dossier*.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_DOSSIER_INTERNAL_H
#define CLINIC_WORKFLOW_DOSSIER_INTERNAL_H

#include "clinic/patients/patient.h"
#include "clinic/workflow/act_house.h"
#include "clinic/workflow/dossier.h"

#define DOSSIER_FORMAT "beclere-dossier-1"

/* Everything the proof rests on; the caller's. */
bool dossier_json(Db *db, const Act *a, const Who *who, json_t **ret, Err *err);

/* The same for people. 'sha256': of the JSON, printed with its fingerprint. */
bool dossier_pdf(const json_t *dossier, const char *sha256, const char *key_fingerprint, Buf *ret, Err *err);

#endif
