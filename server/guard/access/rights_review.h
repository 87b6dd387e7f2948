/*
 * Review of rights: who holds which role in an organisation, gone through and signed by its responsible at intervals. X2, O9.
 *
 * What is signed is the list as it was shown, by its digest: one that changed meanwhile is shown again. The list stays, sealed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_RIGHTS_REVIEW_H
#define GUARD_ACCESS_RIGHTS_REVIEW_H

#include <jansson.h>

#include "guard/access/who.h"

enum { RIGHTS_REVIEW_DAYS = 182, RIGHTS_NOTE_MAX = 1000 };

/*
 * [{id,name,people:[{id,name,profession,roles,last_seen_ms|null}],sha256,last|null,due_at_ms|null,overdue,changed,may_sign}] of the
 * organisations where this person is responsible, quality officer or administrator (who administers sees all).
 */
bool rights_json(Db *db, const Who *who, json_t **ret, Err *err);

/*
 * The list of this organisation is right: kept with the seal of the house. In the caller's write transaction. Errors: ERR_DENIED not its
 * responsible; ERR_CONFLICT another list than 'sha256' stands now; ERR_INPUT the note is too long.
 */
bool rights_sign(Db *db, const Who *who, int64_t organisation_id, Slice sha256, Slice note, const char *keys_folder, Err *err);

#endif
