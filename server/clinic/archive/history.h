/*
 * The earlier exams of a patient in this archive, with the dose of each and what adds up. E5, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_HISTORY_H
#define CLINIC_ARCHIVE_HISTORY_H

#include <jansson.h>

#include "platform/db/db.h"

/*
 * {"studies":[{study_uid,date,modalities,description,instances,dose|null}],"total":{studies,dlp_mgycm,dap_mgycm2},
 *  "year":{…}}: newest first, at most 200; 'but_act_id' is left out (0: none). Products of dose and length or area
 * are added, CTDIvol never. "year": studies of 365 days before 'now_ms'. Whether the person may see this patient
 * is the caller's.
 */
bool patient_history_json(Db *db, int64_t patient_id, int64_t but_act_id, int64_t now_ms, json_t **ret, Err *err);

#endif
