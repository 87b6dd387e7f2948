/*
 * The entry that each medical professional of an act keeps in their own record: the five items of R.6316-4. L10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_RECORD_ENTRY_H
#define CLINIC_WORKFLOW_RECORD_ENTRY_H

#include "clinic/workflow/act_house.h"

/*
 * {"number","report":{…},"acts_and_prescriptions":{…},"identities":{patient,professionals},"times":[{what,at_ms}],
 * "incidents":{none}|{list},"people":[{id,name,role,kept_at_ms,where}]}: for refused and called off acts too.
 */
bool record_entry_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err);

#endif
