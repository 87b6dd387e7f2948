/*
 * The earlier reports of an act's patient, for who writes the new one. E25, E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_EARLIER_REPORTS_H
#define CLINIC_WORKFLOW_EARLIER_REPORTS_H

#include <jansson.h>

#include "guard/access/who.h"

/*
 * {"reports":[{act_id,number,kind,modality,region,site,exam_at_ms,revision,version,signed_at_ms,author,doubt}]}, the newest exam first:
 * signed ones of other acts of this patient that this person may open themselves, by the rule of every act. 'doubt': its images or its
 * identity were corrected since, or it was withdrawn. Each is read by its own address, which traces it. ERR_NOT_FOUND this act is not theirs.
 */
bool earlier_reports_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);

#endif
