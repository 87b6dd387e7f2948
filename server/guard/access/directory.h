/*
 * Lists of people and organisations as JSON, as docs/api.md §2 says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_DIRECTORY_H
#define GUARD_ACCESS_DIRECTORY_H

#include <jansson.h>

#include "guard/access/people.h"

/* ["imager",…]; NULL only when memory is out. */
json_t *roles_json(unsigned roles);

/* [{id,name,kind,finess,city,time_zone}], by name. */
bool organisations_json(Db *db, json_t **ret, Err *err);

/*
 * [{id,name,…,memberships:[{organisation_id,roles}]}] of an organisation (0: everybody), by family name.
 * 'whole' adds what only administrators see: login, e-mail, enrolled; without it inactive people are left
 * out.
 */
bool people_json(Db *db, int64_t organisation_id, bool whole, json_t **ret, Err *err);

/* Who stands behind a login: {name, roles} as they are now; null for what is no person ("system:jobs"). */
bool login_json(Db *db, Slice login, json_t **ret, Err *err);

/*
 * Beside every login that an answer tells under "actor", "by" or "…_by" (a text, at any depth) the person's name
 * as it is now: "actor_name", "by_name"…; null for what is no person ("system:jobs", "peer:CT1").
 */
bool logins_named(Db *db, json_t *answer, Err *err);

#endif
