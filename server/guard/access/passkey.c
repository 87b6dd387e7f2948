/*
 * Signing in with a passkey: the person's device, unlocked by the person (user verification), counts as two
 * factors.
 *
 * The challenge is used up first, in its own transaction, whatever the answer is worth; the signature is
 * checked outside the writer; the counter and the session follow in a second transaction.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "guard/access/passkey_store.h"
#include "platform/clock.h"

#define SHOWN "The passkey was not accepted."

static const ChallengeFor FOR_SIGN_IN = { .purpose = "sign-in", .digest = "" };

static bool options_work(Db *db, void *work, Err *err)
{
    return challenge_make(db, &FOR_SIGN_IN, work, err);
}

bool passkey_sign_in_options(Access *a, Buf *ret_json, Err *err)
{
    char challenge[CHALLENGE_TEXT_SIZE];
    return db_write(a->host, options_work, challenge, err) &&
           request_options(a, challenge, json_array(), ret_json, err);
}

typedef struct PasskeyTry {
    Access       *access;
    const char   *address;
    PasskeyAnswer answer;
    Passkey       passkey;
    AuthData      data;
    const char   *wrong; /* why not, for the trace; NULL: right so far */
    Who           who;
    char          token[SESSION_TOKEN_SIZE];
} PasskeyTry;

static bool try_begin(Db *db, void *work, Err *err)
{
    PasskeyTry *t    = work;
    bool        fine = false;
    if (!throttle_check(db, t->access, SLICE_NONE, t->address, err) ||
        !challenge_use(db, &FOR_SIGN_IN, t->answer.challenge, &fine, err) ||
        !passkey_by_credential(db, buf_slice(&t->answer.credential), &t->passkey, err))
        return false;
    Slice handle = slice_bytes(t->passkey.user_handle, sizeof t->passkey.user_handle);
    if (!fine)
        t->wrong = "challenge unknown, used or too old";
    else if (!t->passkey.id)
        t->wrong = "unknown credential";
    else if (!slice_equal(buf_slice(&t->answer.user_handle), handle))
        t->wrong = "credential of another person";
    else if (!t->passkey.active)
        t->wrong = "the person is switched off";
    return true;
}

static bool try_settle(Db *db, void *work, Err *err)
{
    PasskeyTry *t    = work;
    bool        fine = true;
    if (!t->wrong && !passkey_used(db, t->passkey.id, &t->data, &fine, err))
        return false;
    if (!fine)
        t->wrong = "the counter did not grow: the passkey may have been copied, or was removed";
    if (t->wrong) {
        Who known = { .person_id = t->passkey.person_id };
        memcpy(known.login, t->passkey.login, sizeof known.login);
        return throttle_wrong(db, t->access, SLICE_NONE, t->address, err) &&
               access_trace(db, AUDIT_SIGN_IN, AUDIT_REFUSED, &known, t->address, "sign-in passkey", t->wrong,
                            err);
    }
    return session_open(db, t->access, t->passkey.person_id, FACTOR_PASSKEY, true, t->address, 0, t->token,
                        &t->who, err) &&
           access_trace(db, AUDIT_SIGN_IN, AUDIT_OK, &t->who, t->address, "sign-in passkey", "", err);
}

static bool try_all(PasskeyTry *t, Err *err)
{
    RelyingParty rp      = { t->access->rp_id, t->access->origin };
    Err          checked = { 0 };
    Slice        data    = buf_slice(&t->answer.auth_data);
    if (!db_write(t->access->host, try_begin, t, err))
        return false;
    if (!t->wrong &&
        (!auth_data_read(data, &t->data, &checked) ||
         !assertion_check(data, buf_slice(&t->answer.client_data), buf_slice(&t->answer.signature),
                          buf_slice(&t->passkey.public_key), &rp, &checked)))
        t->wrong = checked.detail;
    if (!db_write(t->access->host, try_settle, t, err))
        return false;
    return !t->wrong || err_set(err, ERR_SIGN_IN, SHOWN, "passkey %" PRId64 ": %s", t->passkey.id, t->wrong);
}

bool passkey_sign_in(Access *a, Slice response_json, const char *address, char ret_token[SESSION_TOKEN_SIZE],
                     Who *ret, Err *err)
{
    RelyingParty rp = { a->rp_id, a->origin };
    PasskeyTry   t  = { .access = a, .address = address };
    if (!passkey_answer_read(response_json, false, &rp, &t.answer, err))
        return false;
    bool done = try_all(&t, err);
    passkey_answer_free(&t.answer);
    buf_free(&t.passkey.public_key);
    if (!done)
        return false;
    memcpy(ret_token, t.token, SESSION_TOKEN_SIZE);
    *ret = t.who;
    return true;
}
