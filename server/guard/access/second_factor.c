/*
 * The second factor of a half-open session: a code of the generator, or a recovery code. The session's token
 * is replaced.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "guard/access/access_internal.h"
#include "platform/clock.h"

/* ---- recovery codes ---- */

/* Small letters and digits alone count: hyphens, spaces and case are how people write. */
static void recovery_hash(const Access *a, int64_t person_id, Slice code, char ret[HEX_256_SIZE])
{
    OWNED_BUF plain = buf_make(128);
    buf_addf(&plain, "%" PRId64 ":", person_id);
    for (size_t i = 0; i < code.len && i < 64; i++) {
        char c = code.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if (c != '-' && c != ' ')
            buf_add_char(&plain, c);
    }
    keyed_hash(a, "recovery", buf_slice(&plain), ret);
}

bool recovery_make(Db *db, const Access *a, int64_t person_id, char ret[RECOVERY_CODES][RECOVERY_SIZE],
                   Err *err)
{
    OWNED(DbQuery) *old = db_query(db, "DELETE FROM recovery_code WHERE person_id = ?1");
    db_bind_int(old, 1, person_id);
    if (!db_run(old, err))
        return false;
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        char hash[HEX_256_SIZE];
        random_words(2, ret[i]);
        recovery_hash(a, person_id, slice_of(ret[i]), hash);
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO recovery_code (person_id, hash) VALUES (?1, ?2)");
        db_bind_int(q, 1, person_id);
        db_bind_cstr(q, 2, hash);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

bool recovery_use(Db *db, const Access *a, int64_t person_id, Slice code, bool *ret_right, Err *err)
{
    char hash[HEX_256_SIZE];
    recovery_hash(a, person_id, code, hash);
    OWNED(DbQuery) *q = db_query(db, "UPDATE recovery_code SET used_at_s = ?3 WHERE person_id = ?1 AND hash "
                                     "= ?2 AND used_at_s IS NULL");
    db_bind_int(q, 1, person_id);
    db_bind_cstr(q, 2, hash);
    db_bind_int(q, 3, clock_now_s());
    if (!db_run(q, err))
        return false;
    *ret_right = db_changes(q) == 1;
    return true;
}

bool recovery_left(Access *a, int64_t person_id, int64_t *ret, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM recovery_code WHERE person_id = ?1 AND used_at_s "
                                     "IS NULL");
    db_bind_int(q, 1, person_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0);
    return true;
}

/* ---- the second factor ---- */

typedef struct SecondTry {
    Access     *access;
    const Who  *half;
    Slice       code;
    unsigned    factor;
    const char *refused; /* text shown, NULL when right */
    Who         who;
    char        token[SESSION_TOKEN_SIZE];
} SecondTry;

/* Is the code right? A refusal that is an answer (and is counted) goes to 'refused', not to 'err'. */
static bool second_judge(Db *db, SecondTry *t, Err *err)
{
    TotpVerdict verdict = TOTP_WRONG;
    bool        right   = false;
    if (t->factor == FACTOR_RECOVERY) {
        if (!recovery_use(db, t->access, t->who.person_id, t->code, &right, err))
            return false;
        t->refused = right ? NULL : "The code is wrong.";
        return true;
    }
    if (!totp_check(db, t->access, t->who.person_id, t->code, &verdict, err))
        return false;
    t->refused = verdict == TOTP_RIGHT  ? NULL
                 : verdict == TOTP_USED ? "This code was already used: wait for the next one."
                                        : "The code is wrong.";
    return true;
}

static bool second_settle(Db *db, void *work, Err *err)
{
    SecondTry  *t       = work;
    const char *what    = t->factor == FACTOR_TOTP ? "sign-in totp" : "sign-in recovery";
    const char *address = t->half->address;
    if (!session_again(db, t->access, t->half, &t->who, err))
        return false;
    if (t->who.full)
        return err_set(err, ERR_CONFLICT, "The second factor was already shown.", "session %" PRId64,
                       t->who.session_id);
    if (t->who.must_enrol)
        return err_set(err, ERR_CONFLICT, "Choose a new password and a second factor first.", "must enrol");
    Slice login = slice_of(t->who.login);
    if (!throttle_check(db, t->access, login, address, err) || !second_judge(db, t, err))
        return false;
    if (t->refused)
        return throttle_wrong(db, t->access, login, address, err) &&
               access_trace(db, AUDIT_SIGN_IN, AUDIT_REFUSED, &t->who, address, what, "wrong or used code",
                            err);
    return session_open(db, t->access, t->who.person_id, t->who.factors | t->factor, true, address,
                        t->who.session_id, t->token, &t->who, err) &&
           throttle_right(db, t->access, login, err) &&
           access_trace(db, AUDIT_SIGN_IN, AUDIT_OK, &t->who, address, what, "", err);
}

static bool second_factor(Access *a, const Who *half, Slice code, unsigned factor,
                          char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err)
{
    SecondTry t = { .access = a, .half = half, .code = code, .factor = factor };
    if (!db_write(a->host, second_settle, &t, err))
        return false;
    if (t.refused)
        return err_set(err, ERR_SIGN_IN, t.refused, "person %" PRId64, half->person_id);
    memcpy(ret_token, t.token, SESSION_TOKEN_SIZE);
    *ret = t.who;
    return true;
}

bool sign_in_totp(Access *a, const Who *half, Slice code, char ret_token[SESSION_TOKEN_SIZE], Who *ret,
                  Err *err)
{
    return second_factor(a, half, code, FACTOR_TOTP, ret_token, ret, err);
}

bool sign_in_recovery(Access *a, const Who *half, Slice code, char ret_token[SESSION_TOKEN_SIZE], Who *ret,
                      Err *err)
{
    return second_factor(a, half, code, FACTOR_RECOVERY, ret_token, ret, err);
}
