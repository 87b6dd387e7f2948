/*
 * Patients, and who represents them, as holders of an access to their own record: a code handed on paper, then two
 * factors like everybody. E34, T7, L9, X1.
 *
 *     The clinic says who may hand a code and whether the traits given with it are the patient's; here are the code, its
 *     end, its limits, the account. A session of a holder has MAY_OWN and no other permission, whatever it belongs to.
 *     docs/decisions/0100-patient-access.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_HOLDER_H
#define GUARD_ACCESS_HOLDER_H

#include "guard/access/sign_in.h"

enum { HOLDER_CODE_DAYS = 30, HOLDER_WRONG_MAX = 5, HOLDER_CODE_SIZE = 18, HOLDER_LOGIN_SIZE = 16 };

/*
 * SQL: the patients whose own access person ?W holds at time ?N (UTC seconds), as a list of ids. Apart from GRANT_SQL, and
 * nothing of it: a holder has no grant, and a grant opens nothing to a holder.
 */
#define OWN_PATIENTS_SQL(W, N)                                                                                \
    " SELECT own_access.patient_id FROM own_access"                                                           \
    "  WHERE own_access.person_id = " W " AND own_access.ended_at_s IS NULL"                                  \
    "    AND (own_access.until_s IS NULL OR own_access.until_s > " N ") "

typedef struct Holder {
    int64_t id, patient_id, act_id;
    char    kind[12];  /* "patient", "parent", "guardian" */
    char    name[128]; /* of who represents the patient; "" the patient */
    char    login[HOLDER_LOGIN_SIZE];
    int64_t handed_by, handed_at_s, code_until_s, wrong;
    int64_t person_id, activated_at_s, seen_at_s, until_s, ended_at_s; /* 0: none, not yet */
    char    ended_why[24]; /* "replaced", "revoked", "own-wish" */
} Holder;

/* What is printed on the paper and known nowhere else. */
typedef struct HolderSecrets {
    char code[HOLDER_CODE_SIZE];   /* three groups of five: 75 random bits */
    char login[HOLDER_LOGIN_SIZE]; /* "p-abcde-fghij" */
} HolderSecrets;
void holder_secrets(HolderSecrets *ret);

/*
 * In the caller's transaction, which traces it: the paper of 'h' (patient, act, kind, name, by whom, until_s). Whatever the same
 * holder had for this patient before ends, sessions included.
 */
bool holder_hand(Db *db, const Holder *h, const HolderSecrets *secrets, Err *err);

/*
 * A code as somebody typed it, from 'address': the paper it belongs to while it still opens an account, else ret->id 0,
 * counted and traced. Errors: ERR_TOO_OFTEN too many wrong ones from there.
 */
bool holder_by_code(Db *db, Access *a, Slice code, const char *address, Holder *ret, Err *err);

/* The traits given with the code are not the patient's: counted, traced; after HOLDER_WRONG_MAX the paper opens nothing. */
bool holder_wrong(Db *db, Access *a, const Holder *h, const char *address, Err *err);

/*
 * The traits are right: the account, and a session that may only set up its factors: a passkey alone, or ('passkey' false) a
 * password first. The code stays good until the first full session, so that who is interrupted begins again.
 */
bool holder_begin(Db *db, Access *a, const Holder *h, Slice family, Slice given, bool passkey, const char *address,
                  char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);

/* Ends it and the sessions of its account. ERR_NOT_FOUND; ERR_CONFLICT it has ended. */
bool holder_end(Db *db, int64_t id, const char *why, Err *err);

/* Everything ever handed for a patient, the latest first; 'each' says false to stop. */
typedef bool HolderEach(const Holder *h, void *with);
bool         holders_of(Db *db, int64_t patient_id, HolderEach *each, void *with, Err *err);
/* ERR_NOT_FOUND. */
bool holder_load(Db *db, int64_t id, Holder *ret, Err *err);
/* The last of this account's, ended or not. ERR_NOT_FOUND. */
bool holder_of_person(Db *db, int64_t person_id, Holder *ret, Err *err);
/* Is this account a holder's? Administrators of people leave those alone. */
bool holder_is(Db *db, int64_t person_id, bool *ret, Err *err);

/* Demonstration only: makes a person who can sign in already the holder of this patient's access. */
bool holder_demo(Db *db, int64_t person_id, int64_t patient_id, Err *err);

#endif
