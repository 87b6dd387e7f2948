/*
 * A person who lost their factors, let in again by two people: one says how the identity was verified, another confirms it. X1.
 *
 * Who may: administrators, and the responsible of an organisation the person belongs to; never for oneself, never both parts.
 * docs/decisions/0132-account-recovery.md. Not traced here: by the caller, in the same transaction.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_ACCOUNT_RECOVERY_H
#define GUARD_ACCESS_ACCOUNT_RECOVERY_H

#include <jansson.h>

#include "guard/access/sign_in.h"

enum { RECOVERY_HOURS = 24, RECOVERY_VERIFIED_MIN = 15, RECOVERY_VERIFIED_MAX = 500 }; /* bytes */

/*
 * Opens one for 24 hours, in the caller's write transaction; nothing of the account changes yet. 'verified': how the identity was verified.
 * Errors: ERR_DENIED not theirs to recover, or their own; ERR_INPUT 'verified' too short or too long; ERR_CONFLICT one is open; ERR_NOT_FOUND.
 */
bool account_recovery_open(Db *db, const Who *who, int64_t person_id, Slice verified, int64_t *ret_id, Err *err);

/*
 * The second person, in a session of the last ten minutes: ends all sessions and factors and gives the one-time password, once.
 * Errors: ERR_DENIED not theirs, their own, or they opened it, or the session is too old; ERR_CONFLICT over; ERR_NOT_FOUND.
 */
bool account_recovery_confirm(Db *db, Access *a, const Who *who, int64_t id, int64_t *ret_person_id, char ret_one_time[32], Err *err);

/* By anybody who may recover this person, or by that person. Errors as above, without those of the second person. */
bool account_recovery_cancel(Db *db, const Who *who, int64_t id, int64_t *ret_person_id, Err *err);

/* [{id,person:{id,name},verified,opened_by,opened_at_ms,until_ms,may_confirm}]: the open ones that this person may see. The caller's. */
bool account_recoveries_json(Db *db, const Who *who, json_t **ret, Err *err);

/* [{id,state,opened_by,ended_by,verified,at_ms}] (ended_by "" while open): what was confirmed of one's own account and not read yet, and what is open. The caller's. */
bool account_recoveries_own_json(Db *db, int64_t person_id, json_t **ret, Err *err);
/* It was read. ERR_NOT_FOUND: not one's own, or not confirmed. */
bool account_recovery_seen(Db *db, int64_t person_id, int64_t id, Err *err);

#endif
