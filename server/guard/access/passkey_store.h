/*
 * Challenges and passkeys in the database: the only SQL of these two tables, shared by sign-in, enrolment and
 * proofs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PASSKEY_STORE_H
#define GUARD_ACCESS_PASSKEY_STORE_H

#include "formats/json/json_util.h"
#include "guard/access/access_internal.h"
#include "guard/access/webauthn.h"

enum { CHALLENGE_TEXT_SIZE = 44, DIGEST_SIZE = 65 }; /* 43 characters of base64url */

/* What a challenge was made for; all of it must match when it comes back. */
typedef struct ChallengeFor {
    const char *purpose;   /* "sign-in", "enrol", "proof:..." */
    int64_t     person_id; /* 0: whoever answers */
    int64_t     act_id;
    const char *digest; /* "" none */
} ChallengeFor;

bool challenge_make(Db *db, const ChallengeFor *what, char ret_text[CHALLENGE_TEXT_SIZE], Err *err);
/* Uses it up. *ret_fine false: not ours, for something else, used before or too old. */
bool challenge_use(Db *db, const ChallengeFor *what, const uint8_t challenge[CHALLENGE_SIZE], bool *ret_fine,
                   Err *err);

typedef struct Passkey {
    int64_t id, person_id;
    int64_t sign_count;
    bool    active;     /* of the person */
    char    login[64];  /* of the person */
    Buf     public_key; /* COSE_Key; freed by the caller */
    uint8_t user_handle[16];
} Passkey;

/* ret->id 0: unknown. */
bool passkey_by_credential(Db *db, Slice credential, Passkey *ret, Err *err);
/*
 * Notes the use. *ret_fine false when the counter did not grow: two authenticators hold the key (compared
 * when either is not zero).
 */
bool passkey_used(Db *db, int64_t id, const AuthData *d, bool *ret_fine, Err *err);
/* [{"type":"public-key","id":"..."}] of one person. */
json_t *passkey_descriptors(Db *db, int64_t person_id, Err *err);

/* Request options around a challenge; 'allowed' is given away. */
bool request_options(const Access *a, const char *challenge, json_t *allowed, Buf *ret_json, Err *err);

#endif
