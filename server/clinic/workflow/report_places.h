/*
 * The images that a report names are images of its patient. E29, E25.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_REPORT_PLACES_H
#define CLINIC_WORKFLOW_REPORT_PLACES_H

#include "formats/json/json_util.h"
#include "platform/db/db.h"

/*
 * 'content' as a new object, without the places that lead to no image of this patient: an image that was taken away
 * leaves the words that named it, and never stops a draft from being kept.
 */
bool report_places_of_patient(Db *db, int64_t patient_id, const json_t *content, json_t **ret, Err *err);

#endif
