/*
 * Who works with whom under a convention in force: for rooms that know no convention. S3, O6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_PARTNERS_H
#define CLINIC_WORKFLOW_PARTNERS_H

#include "guard/access/who.h"

/* Does the person, as an imager of its imaging party, work under a signed convention of today with this organisation? */
bool convention_partner(Db *db, int64_t person_id, int64_t organisation_id, bool *ret, Err *err);

/* The act of that number, if this person may see it; ERR_NOT_FOUND otherwise. */
bool act_by_number(Db *db, const Who *who, Slice number, int64_t *ret_id, Err *err);

#endif
