/*
 * Earlier exams of an act's patient that are worth comparing, found before anybody asks. E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ACT_PRIORS_H
#define CLINIC_WORKFLOW_ACT_PRIORS_H

#include "clinic/workflow/act_store.h"

enum { ACT_PRIORS_MAX = 60 };

/*
 * {"regions":["chest"],"modalities":"CT","priors":[{study_uid,date,modalities,description,instances,regions,reason,origin,act_id,
 * act_number}]}: studies of the patient with images, made before this one's (no date: last), that this person may see; those of
 * another patient's images (wrong patient) never. The best reason first, then the newest; at most ACT_PRIORS_MAX.
 */
bool act_priors_json(Db *db, const Who *who, int64_t act_id, int64_t now_s, json_t **ret, Err *err);

#endif
