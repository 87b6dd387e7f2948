/*
 * The open sessions of a person, and the end of one of them: by the person, or by an administrator for somebody else. X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_SESSION_LIST_H
#define GUARD_ACCESS_SESSION_LIST_H

#include <jansson.h>

#include "guard/access/sign_in.h"

/* [{"id","factors","address","full","signed_in_at_s","seen_at_s","expires_at_s","here"}], the last seen first; 'here_id' is the session that asks. */
bool session_list(Db *db, const Access *a, int64_t person_id, int64_t here_id, json_t **ret, Err *err);

/* Ends it, inside the caller's transaction. ERR_NOT_FOUND no such session of this person. */
bool session_end_of(Db *db, int64_t person_id, int64_t session_id, Err *err);

#endif
