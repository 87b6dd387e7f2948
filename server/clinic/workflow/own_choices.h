/*
 * What a patient was told of an act, agreed to, refused, and to whom the report goes: as recorded, for the patient. E3, E31, L8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_OWN_CHOICES_H
#define CLINIC_WORKFLOW_OWN_CHOICES_H

#include "clinic/workflow/act_projection.h"

/*
 * Pure. {"information":[{on,at_ms,by,language}], "consents":[{to,how,at_ms,by,for?,withdrawn_at_ms|null}], "exception":{at_ms,by}|null,
 *  "objections":[{to,name,at_ms,lifted_at_ms|null}], "recipients":[{to,name,reached_at_ms|null,revoked}]}. Nothing of why a report waits
 * is told: a diagnosis to be announced must not show through. The caller's.
 */
json_t *own_choices(const Act *a);

#endif
