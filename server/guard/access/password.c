/*
 * The first factor: signing in with a password, choosing a new one; accounts made and reset by an
 * administrator.
 *
 * The slow hash runs between two transactions; what is decided counts in the second, on the writer thread, so
 * that many attempts at once are counted one after the other.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <sodium.h>

#include "formats/json/base64.h"
#include "guard/access/access_internal.h"
#include "platform/clock.h"

enum { ONE_TIME_LASTS_S = 7 * 86400, USER_HANDLE_SIZE = 16, TOTP_SECRET_MIN = 10, TOTP_SECRET_MAX = 64 };

typedef struct Account {
    int64_t person_id; /* 0: none */
    bool    active, must_change;
    int64_t changed_at_s;
    char    login[64];
    char    hash[PASSWORD_HASH_SIZE];
} Account;

#define ACCOUNT_SELECT                                                                                       \
    "SELECT person.id, person.active, account.must_change, account.changed_at_s, person.login, account.hash" \
    "  FROM person"                                                                                          \
    "  JOIN account ON account.person_id = person.id"

static bool account_read(DbQuery *q, Account *ret, Err *err)
{
    *ret        = (Account) { 0 };
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    ret->person_id    = db_int(q, 0);
    ret->active       = db_int(q, 1) != 0;
    ret->must_change  = db_int(q, 2) != 0;
    ret->changed_at_s = db_int(q, 3);
    db_text(q, 4, ret->login, sizeof ret->login);
    db_text(q, 5, ret->hash, sizeof ret->hash);
    return true;
}

/* A zero person_id when there is none. Logins are stored in small letters. */
static bool account_by_login(Db *db, Slice login, Account *ret, Err *err)
{
    char small[64];
    *ret = (Account) { 0 };
    if (!slice_copy(login, small, sizeof small))
        return true;
    for (char *c = small; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : *c);
    OWNED(DbQuery) *q = db_query(db, ACCOUNT_SELECT " WHERE person.login = ?1");
    db_bind_cstr(q, 1, small);
    return account_read(q, ret, err);
}

static bool account_by_person(Db *db, int64_t person_id, Account *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, ACCOUNT_SELECT " WHERE person.id = ?1");
    db_bind_int(q, 1, person_id);
    return account_read(q, ret, err);
}

static bool hash_save(Db *db, int64_t person_id, const char *hash, bool must_change, Err *err)
{
    uint8_t handle[USER_HANDLE_SIZE];
    randombytes_buf(handle, sizeof handle);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO account (person_id, hash, must_change, user_handle, "
                                     "changed_at_s)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5)"
                                     " ON CONFLICT (person_id)"
                                     " DO UPDATE SET hash = excluded.hash, must_change = "
                                     "excluded.must_change, changed_at_s = excluded.changed_at_s");
    db_bind_int(q, 1, person_id);
    db_bind_cstr(q, 2, hash);
    db_bind_int(q, 3, must_change);
    db_bind_blob(q, 4, slice_bytes(handle, sizeof handle));
    db_bind_int(q, 5, clock_now_s());
    return db_run(q, err);
}

/* ---- signing in ---- */

typedef struct PasswordTry {
    Access     *access;
    Slice       login;
    const char *address;
    Account     account;
    bool        right;
    char        fresh[PASSWORD_HASH_SIZE]; /* stored instead when hashing has grown stronger */
    char        token[SESSION_TOKEN_SIZE];
    Who         who;
} PasswordTry;

static bool try_load(Db *db, void *work, Err *err)
{
    PasswordTry *t = work;
    return throttle_check(db, t->access, t->login, t->address, err) &&
           account_by_login(db, t->login, &t->account, err);
}

static bool try_wrong(Db *db, PasswordTry *t, Err *err)
{
    Who known = { .person_id = t->account.person_id };
    memcpy(known.login, t->account.login, sizeof known.login);
    return throttle_wrong(db, t->access, t->login, t->address, err) &&
           access_trace(db, AUDIT_SIGN_IN, AUDIT_REFUSED, &known, t->address, "sign-in password",
                        "wrong login or password", err);
}

static bool try_settle(Db *db, void *work, Err *err)
{
    PasswordTry *t = work;
    Account      now;
    if (!throttle_check(db, t->access, t->login, t->address, err) ||
        !account_by_login(db, t->login, &now, err))
        return false;
    t->right = t->right && now.active && strcmp(now.hash, t->account.hash) == 0; /* not reset meanwhile */
    if (!t->right)
        return try_wrong(db, t, err);
    if (t->fresh[0] && !hash_save(db, now.person_id, t->fresh, now.must_change, err))
        return false;
    return session_open(db, t->access, now.person_id, FACTOR_PASSWORD, false, t->address, 0, t->token,
                        &t->who, err) &&
           access_trace(db, AUDIT_SIGN_IN, AUDIT_OK, &t->who, t->address, "sign-in password", "first factor",
                        err);
}

bool sign_in_password(Access *a, Slice login, Slice password, const char *address,
                      char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err)
{
    PasswordTry t     = { .access = a, .login = login, .address = address };
    bool        right = false;
    if (!db_read_work(a->host, try_load, &t, err))
        return false;
    const char *hash = t.account.person_id ? t.account.hash : a->dummy_hash;
    if (!password_verify(a, slice_part(password, 0, PASSWORD_MAX), hash, &right, t.fresh, err))
        return false;
    bool too_old = hash_is_one_time(hash) && clock_now_s() > t.account.changed_at_s + ONE_TIME_LASTS_S;
    t.right = right && t.account.person_id && t.account.active && password.len <= PASSWORD_MAX && !too_old;
    if (!db_write(a->host, try_settle, &t, err))
        return false;
    if (!t.right)
        return err_set(err, ERR_SIGN_IN, "The login or the password is wrong.", "person %" PRId64,
                       t.account.person_id);
    memcpy(ret_token, t.token, SESSION_TOKEN_SIZE);
    *ret = t.who;
    return true;
}

/* ---- a new password ---- */

typedef struct PasswordChange {
    Access    *access;
    const Who *asked;
    Who        who;
    Account    account;
    bool       right;
    char       fresh[PASSWORD_HASH_SIZE];
} PasswordChange;

static bool change_load(Db *db, void *work, Err *err)
{
    PasswordChange *c = work;
    if (!session_again(db, c->access, c->asked, &c->who, err) ||
        !throttle_check(db, c->access, slice_of(c->who.login), c->asked->address, err) ||
        !account_by_person(db, c->who.person_id, &c->account, err))
        return false;
    if (!c->account.person_id)
        return err_set(err, ERR_CONFLICT, "This account has no password.", "person %" PRId64,
                       c->who.person_id);
    if (!c->who.full && !c->who.must_enrol)
        return err_set(err, ERR_DENIED, "Show your second factor first.", "session %" PRId64 " is half-open",
                       c->who.session_id);
    return true;
}

static bool change_settle(Db *db, void *work, Err *err)
{
    PasswordChange *c = work;
    Account         now;
    if (!change_load(db, c, err) || !account_by_person(db, c->who.person_id, &now, err))
        return false;
    if (!c->right)
        return throttle_wrong(db, c->access, slice_of(c->who.login), c->asked->address, err) &&
               access_trace(db, AUDIT_ACCOUNT, AUDIT_REFUSED, &c->who, c->asked->address, "password",
                            "wrong current password", err);
    return hash_save(db, c->who.person_id, c->fresh, false, err) &&
           sessions_end_others(db, c->who.person_id, c->who.session_id, err) &&
           access_trace(db, AUDIT_ACCOUNT, AUDIT_OK, &c->who, c->asked->address, "password", "changed", err);
}

/* Is 'wanted' the password there is? Then nothing would change. */
static bool change_is_new(PasswordChange *c, Slice wanted, Err *err)
{
    bool same = false;
    char unused[PASSWORD_HASH_SIZE];
    if (!password_verify(c->access, wanted, c->account.hash, &same, unused, err))
        return false;
    return !same || err_set(err, ERR_INPUT, "The new password is the old one.", "same password");
}

bool password_set(Access *a, const Who *w, Slice current, Slice wanted, Err *err)
{
    PasswordChange c = { .access = a, .asked = w };
    char           unused[PASSWORD_HASH_SIZE];
    if (!db_read_work(a->host, change_load, &c, err) ||
        !password_form_check(wanted, slice_of(c.who.login), err))
        return false;
    bool first = c.account.must_change && !current.len && !(c.who.factors & FACTORS_NATIONAL); /* the one-time password opened this very session */
    c.right    = first;
    if (!first &&
        !password_verify(a, slice_part(current, 0, PASSWORD_MAX), c.account.hash, &c.right, unused, err))
        return false;
    if (c.right && (!change_is_new(&c, wanted, err) || !password_hash(a, wanted, c.fresh, err)))
        return false;
    if (!db_write(a->host, change_settle, &c, err))
        return false;
    return c.right ||
           err_set(err, ERR_SIGN_IN, "The current password is wrong.", "person %" PRId64, w->person_id);
}

/* ---- accounts by an administrator ---- */

/* Nothing of what the person could show before remains. */
static bool factors_forget(Db *db, int64_t person_id, Err *err)
{
    static const char *const FORGET[] = {
        "DELETE FROM session WHERE person_id = ?1",       "DELETE FROM totp WHERE person_id = ?1",
        "DELETE FROM recovery_code WHERE person_id = ?1", "DELETE FROM passkey WHERE person_id = ?1",
        "DELETE FROM challenge WHERE person_id = ?1",     "UPDATE person SET enrolled = 0 WHERE id = ?1",
    };
    for (size_t i = 0; i < COUNT(FORGET); i++) {
        OWNED(DbQuery) *q = db_query(db, FORGET[i]);
        db_bind_int(q, 1, person_id);
        if (!db_run(q, err))
            return false;
        if (i + 1 == COUNT(FORGET) && !db_changes(q))
            return err_set(err, ERR_NOT_FOUND, "No such person.", "person %" PRId64, person_id);
    }
    return true;
}

bool account_reset(Db *db, int64_t person_id, char ret_one_time[32], Err *err)
{
    char one_time[32], hash[PASSWORD_HASH_SIZE];
    random_words(4, one_time);
    one_time_hash(slice_of(one_time), hash);
    if (!factors_forget(db, person_id, err) || !hash_save(db, person_id, hash, true, err))
        return false;
    memcpy(ret_one_time, one_time, sizeof one_time);
    return true;
}

bool account_demo(Db *db, int64_t person_id, Slice password, Slice totp_base32, Err *err)
{
    char      hash[PASSWORD_HASH_SIZE];
    OWNED_BUF secret = buf_make(TOTP_SECRET_MAX);
    if (!base32_decode(totp_base32, &secret, err))
        return false;
    if (secret.len < TOTP_SECRET_MIN)
        return err_set(err, ERR_INPUT, "The secret of the code generator is too short.", "%zu bytes",
                       secret.len);
    if (!password_hash_now(password, ARGON2_BYTES, hash, err) || !factors_forget(db, person_id, err) ||
        !hash_save(db, person_id, hash, false, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO totp (person_id, secret, is_public, changed_at_s) VALUES "
                                     "(?1, ?2, 1, ?3)");
    db_bind_int(q, 1, person_id);
    db_bind_blob(q, 2, buf_slice(&secret));
    db_bind_int(q, 3, clock_now_s());
    return db_run(q, err) && person_set_enrolled(db, person_id, err);
}
