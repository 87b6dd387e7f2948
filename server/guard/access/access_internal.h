/*
 * What the files of this room share and nobody else sees.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_ACCESS_INTERNAL_H
#define GUARD_ACCESS_ACCESS_INTERNAL_H

#include <pthread.h>

#include "guard/access/sign_in.h"
#include "guard/audit/audit.h"

enum { SECRET_KEY_SIZE = 32, SECRET_MAX = 32 << 10, HEX_256_SIZE = 65, PASSWORD_HASH_SIZE = 128, PASSWORD_MAX = 256 };
enum {
    CODE_LENGTH     = 6,
    ARGON2_BYTES    = 64 << 20,
    HALF_SESSION_S  = 600,
    ENROL_SESSION_S = 1800,
    PROOF_S         = 120
};

struct Access {
    DbHost *host;
    int64_t idle_s, absolute_s;
    char    rp_id[254], origin[300];
    size_t  argon2_bytes;
    uint8_t key[SECRET_KEY_SIZE];
    char dummy_hash[PASSWORD_HASH_SIZE]; /* verified when the login is unknown, so that time says nothing */
    pthread_mutex_t lock;
    pthread_cond_t  slot_free;
    long            slots; /* password hashes that may still begin */
};

/* ---- roles ---- */

/* Does one of these roles open the patients granted to the organisation? (column membership.clinical) */
bool roles_are_clinical(unsigned roles);

/* ---- secrets.c ---- */

bool secret_key_load(const char *path, uint8_t ret[SECRET_KEY_SIZE], Err *err);
void sha256_hex(Slice bytes, char ret[HEX_256_SIZE]);
void random_hex(char ret[HEX_256_SIZE]);
/* An id never given before nor again (53 bits): SQLite would give the id of a deleted last row anew. */
int64_t random_id(void);
/* Keyed BLAKE2b of "<label>:<bytes>". */
void keyed_hash(const Access *a, const char *label, Slice bytes, char ret[HEX_256_SIZE]);
/* Seal adds nonce and box; open adds the plain bytes, ERR_BUG when the key is another one. */
bool secret_seal(const Access *a, Slice plain, Buf *ret, Err *err);
bool secret_open(const Access *a, Slice sealed, Buf *ret, Err *err);
/* 'groups' groups of five characters of 32, joined by '-': 25 bits a group. 'ret' has room for 6 * groups. */
void random_words(size_t groups, char *ret);

/* ---- hashing.c: slow, never on the writer thread ---- */

bool password_hash(Access *a, Slice password, char ret[PASSWORD_HASH_SIZE], Err *err);
/* 'hash' as in account.hash. *ret_fresh is a new hash to store when the parameters have grown, "" otherwise.
 */
bool password_verify(Access *a, Slice password, const char *hash, bool *ret,
                     char ret_fresh[PASSWORD_HASH_SIZE], Err *err);
bool password_hash_now(Slice password, size_t argon2_bytes, char ret[PASSWORD_HASH_SIZE],
                       Err *err); /* no queue */
bool hash_is_one_time(const char *hash);
void one_time_hash(Slice password, char ret[PASSWORD_HASH_SIZE]);
bool password_form_check(Slice wanted, Slice login, Err *err);

/* ---- throttle.c ---- */

/* ERR_TOO_OFTEN while somebody with this login (may be empty) or from this address must wait. */
bool throttle_check(Db *db, const Access *a, Slice login, const char *address, Err *err);
bool throttle_wrong(Db *db, const Access *a, Slice login, const char *address, Err *err);
bool throttle_right(Db *db, const Access *a, Slice login, Err *err);

/* ---- sessions.c ---- */

/* How long a session with these factors may rest: never longer than the national means behind it allows. */
int64_t session_idle_s(const Access *a, unsigned factors);
/* Opens a session for a person, ending session 'replaces' (0: none): what Pro Santé Connect said of that one goes on to this. */
bool session_open(Db *db, const Access *a, int64_t person_id, unsigned factors, bool full,
                  const char *address, int64_t replaces, char ret_token[SESSION_TOKEN_SIZE], Who *ret,
                  Err *err);
/* The live session of 'w', read again: ERR_SIGN_IN when it ended meanwhile. */
bool session_again(Db *db, const Access *a, const Who *w, Who *ret, Err *err);
/* May this session set up factors? Full and of the last ten minutes (an open page that somebody left is not enough), or first sign-in with its new password chosen. */
bool session_may_enrol(Db *db, const Access *a, const Who *w, Who *ret, Err *err);
bool sessions_end_others(Db *db, int64_t person_id, int64_t keep_id, Err *err);
bool person_set_enrolled(Db *db, int64_t person_id, Err *err);

/* ---- national.c ---- */

/* The session that this person's RPPS number opens: active, no patient, with a role. *ret_why tells the trace; ERR_SIGN_IN tells the person. */
bool professional_by_rpps(Db *db, const char *rpps, int64_t *ret_person_id, char ret_login[64], Err *err);

/* ---- psc_store.c ---- */

/* What Pro Santé Connect said of session 'from' belongs to session 'to' now. */
bool psc_session_moves(Db *db, int64_t from, int64_t to, Err *err);

/* ---- holder.c ---- */

/* A session with two factors was opened for a holder: the code is used up, the visit noted. */
bool holder_signed_in(Db *db, int64_t person_id, Err *err);

/* ---- tracing ---- */

/* One line about signing in or an account. 'w' may be NULL (nobody known). */
bool access_trace(Db *db, AuditEvent event, AuditOutcome outcome, const Who *w, const char *address,
                  const char *what, const char *detail, Err *err);

/* ---- totp.c ---- */

bool totp_ready(void); /* the library, once */

typedef enum TotpVerdict { TOTP_WRONG, TOTP_USED, TOTP_RIGHT } TotpVerdict;
/* Checks a code of a person who has TOTP, and marks its step as used. ERR_CONFLICT when there is none. */
bool totp_check(Db *db, const Access *a, int64_t person_id, Slice code, TotpVerdict *ret, Err *err);

/* ---- recovery.c ---- */

enum { RECOVERY_CODES = 10, RECOVERY_SIZE = 12 }; /* "abcde-fghij" */
bool recovery_use(Db *db, const Access *a, int64_t person_id, Slice code, bool *ret_right, Err *err);
bool recovery_make(Db *db, const Access *a, int64_t person_id, char ret[RECOVERY_CODES][RECOVERY_SIZE],
                   Err *err);

#endif
