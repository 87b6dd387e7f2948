/*
 * Signing in: password + TOTP, passkeys, recovery codes, sessions, fresh proofs for signing. X1, E16.
 *
 * A session is half-open after the first factor and full after two (a user-verified passkey counts as two:
 * possession and knowledge or biometry). Secrets leave this room only as answers to their owner, once.
 * All functions take the current time from platform/clock. Times in s are UTC.
 *
 * Traced here (guard/audit), in the transaction of the fact: sign-ins and their refusals, sign-outs, password and
 * factors changed, proofs that failed. Not traced here: account_reset and account_demo (by their caller), proofs that
 * held (by what they prove).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_SIGN_IN_H
#define GUARD_ACCESS_SIGN_IN_H

#include "base/buf.h"
#include "guard/access/who.h"

typedef struct SignInRules {
    int64_t     idle_s, absolute_s;
    const char *rp_id;  /* "localhost" */
    const char *origin; /* "https://localhost:8443" */
    /*
     * File of the key that seals TOTP secrets and keys the hashes of recovery codes ("<data>/keys/secrets.key"):
     * made with mode 0600 when absent, the folder must exist. Required. Losing it makes every TOTP enrol again.
     */
    const char *key_file;
    /* Memory of one password hash. 0: 64 MiB, always so in the program; unit tests under sanitizers may take less. */
    size_t argon2_bytes;
} SignInRules;

/* A door to everything here; holds the rules and the semaphore of password hashing. */
typedef struct Access Access;
Access *access_new(DbHost *host, SignInRules rules, Err *err);
void    access_free(Access *a);
OWNED_BY(Access, access_free)

enum { SESSION_TOKEN_SIZE = 65 }; /* 64 hex digits; the database keeps only its SHA-256 */

/*
 * Password. Opens a half-open session. The same answer and time for an unknown login and a wrong password.
 * Errors: ERR_SIGN_IN wrong; ERR_TOO_OFTEN throttled or locked ("Too many attempts: try again in N minutes."); ERR_UNAVAILABLE hashing busy.
 */
bool sign_in_password(Access *a, Slice login, Slice password, const char *address, char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);
/* Second factor of a half-open session. The token is replaced (no fixation). A used time step is refused. */
bool sign_in_totp(Access *a, const Who *half, Slice code, char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);
/* A recovery code instead: used once; recovery_left tells how many remain. */
bool recovery_left(Access *a, int64_t person_id, int64_t *ret, Err *err);
bool sign_in_recovery(Access *a, const Who *half, Slice code, char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);

/* WebAuthn options as JSON for PublicKeyCredential.parseRequestOptionsFromJSON; the challenge lives 2 minutes, once. */
bool passkey_sign_in_options(Access *a, Buf *ret_json, Err *err);
/* 'response_json' is credential.toJSON(). Opens a full session. */
bool passkey_sign_in(Access *a, Slice response_json, const char *address, char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);

/* The session behind a cookie; touches its idle time (at most once a minute). ERR_SIGN_IN when none, idle or over. */
bool session_find(Access *a, Slice token, const char *address, Who *ret, Err *err);
bool session_end(Access *a, const Who *w, Err *err);
/* Was the session opened in the last ten minutes? For what a page that somebody left open must not do. ERR_DENIED otherwise. */
bool session_check_fresh(Db *db, const Access *a, const Who *w, Err *err);
bool session_end_all(Access *a, int64_t person_id, Err *err);

/* Enrolment, by the person in a session that may (must_enrol, or full). */
bool password_set(Access *a, const Who *w, Slice current, Slice wanted, Err *err); /* current may be empty when must_enrol */
bool totp_enrol_start(Access *a, const Who *w, Buf *ret_json, Err *err);           /* {"secret","otpauth","qr_svg"} */
/* A right code turns it on, gives {"recovery_codes":[ten],"next":"done"} once, and the session full (token replaced). */
bool totp_enrol_confirm(Access *a, const Who *w, Slice code, Buf *ret_json, char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);
bool passkey_enrol_options(Access *a, const Who *w, Buf *ret_json, Err *err);
bool passkey_enrol(Access *a, const Who *w, Slice response_json, Slice label, char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);
bool passkey_list(Access *a, const Who *w, Buf *ret_json, Err *err); /* {"passkeys":[{"id","label","created_at_s","last_used_at_s","backup_eligible","backed_up"}]} */
bool passkey_remove(Access *a, const Who *w, int64_t id, Err *err);  /* the last factor is kept: ERR_CONFLICT */

/* Administration: a one-time password that must be replaced at first sign-in, with enrolment of a second factor. */
bool account_reset(Db *db, int64_t person_id, char ret_one_time[32], Err *err);
/* Demonstration only: fixed password and TOTP secret (base32), enrolled. The caller checks the mode. */
bool account_demo(Db *db, int64_t person_id, Slice password, Slice totp_base32, Err *err);
/* A picture to scan (SVG): one path of unit squares with the quiet zone of four. */
bool qr_svg(const char *text, Buf *ret, Err *err);
bool totp_code_now(Slice base32, char ret_code[8], Err *err); /* `beclere demo code` and tests */

/*
 * Fresh proof for signing (runtime.md): made for one act and one report digest, ≤ 2 minutes old, used once.
 * passkey_proof_options stores the challenge with (person, purpose, act, digest).
 */
typedef struct ProofWanted {
    const char *purpose; /* "sign-report" */
    int64_t     act_id;
    const char *digest;  /* 64 hex digits of what is signed */
} ProofWanted;
bool passkey_proof_options(Access *a, const Who *w, const ProofWanted *p, Buf *ret_json, Err *err);
/* Inside the transaction of what it proves. 'proof_json': {"kind":"totp","code"} or {"kind":"passkey","response"}. ERR_SIGN_IN otherwise;
 * 'ret_kind' gets "totp" or "passkey". p->digest in small letters. A refusal must not be lost with the transaction: the caller then calls proof_failed. */
bool proof_check(Db *db, Access *a, const Who *w, const ProofWanted *p, Slice proof_json, char ret_kind[16], Err *err);
bool proof_failed(Access *a, const Who *w, Err *err); /* counts towards throttling */

#endif
