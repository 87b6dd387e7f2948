/*
 * What is somebody's own or shared by an organisation: may this person change it, who is named beside it.
 *
 * Used by whatever is kept so (report aids, hangings); each keeps its own table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_SHARED_H
#define CLINIC_REPORTS_SHARED_H

#include <jansson.h>

#include "guard/access/who.h"
#include "platform/db/db.h"

/* Do the roles in this organisation give one of these permissions (MAY_…)? */
bool shared_may(const Who *who, int64_t organisation_id, unsigned what);

/* The name of who changed it; JSON null when there is no such person. */
json_t *shared_person_name(Db *db, int64_t person_id);

/* Puts the organisation's name under 'key', null when it is gone. */
bool shared_organisation_put(Db *db, int64_t organisation_id, json_t *into, const char *key, Err *err);

/* Adds {id,name} of an organisation to 'list' when this person may share there (MAY_SHARE_AIDS). */
bool shared_where_push(Db *db, const Who *who, int64_t organisation_id, json_t *list, Err *err);

#endif
