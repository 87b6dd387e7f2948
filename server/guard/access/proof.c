/*
 * Fresh proofs: the person shows a factor again for one act and one digest, inside the transaction of what it
 * proves.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "guard/access/passkey_store.h"
#include "platform/clock.h"

enum { PURPOSE_SIZE = 48 };

/* "proof:" keeps these apart from challenges of sign-in and enrolment, whatever purpose was asked. */
static bool wanted_check(const ProofWanted *p, char ret_purpose[PURPOSE_SIZE], Err *err)
{
    Slice digest = slice_of(p->digest), purpose = slice_of(p->purpose);
    bool  fine = purpose.len > 0 && purpose.len < 32 && p->act_id > 0 && digest.len == DIGEST_SIZE - 1;
    for (size_t i = 0; fine && i < digest.len; i++)
        fine = (digest.at[i] >= '0' && digest.at[i] <= '9') || (digest.at[i] >= 'a' && digest.at[i] <= 'f');
    if (!fine)
        return err_set(err, ERR_INPUT, "What is to be proved is not complete.", "purpose, act or digest");
    snprintf(ret_purpose, PURPOSE_SIZE, "proof:%s", p->purpose);
    return true;
}

static bool full_session(Db *db, const Access *a, const Who *w, Who *ret, Err *err)
{
    if (!session_again(db, a, w, ret, err))
        return false;
    if (!ret->full || ret->must_enrol)
        return err_set(err, ERR_DENIED, "Show your second factor first.", "session %" PRId64 " is half-open",
                       ret->session_id);
    return true;
}

/* ---- asking for one ---- */

typedef struct ProofOptions {
    Access            *access;
    const Who         *asked;
    const ProofWanted *wanted;
    json_t            *allowed;
    char               challenge[CHALLENGE_TEXT_SIZE];
} ProofOptions;

static bool options_work(Db *db, void *work, Err *err)
{
    ProofOptions *o = work;
    Who           who;
    char          purpose[PURPOSE_SIZE];
    if (!full_session(db, o->access, o->asked, &who, err) || !wanted_check(o->wanted, purpose, err))
        return false;
    ChallengeFor what = { purpose, who.person_id, o->wanted->act_id, o->wanted->digest };
    o->allowed        = passkey_descriptors(db, who.person_id, err);
    if (!o->allowed)
        return false;
    if (!json_array_size(o->allowed))
        return err_set(err, ERR_CONFLICT, "This account has no passkey: use a code.", "person %" PRId64,
                       who.person_id);
    return challenge_make(db, &what, o->challenge, err);
}

bool passkey_proof_options(Access *a, const Who *w, const ProofWanted *p, Buf *ret_json, Err *err)
{
    ProofOptions o = { .access = a, .asked = w, .wanted = p };
    if (!db_write(a->host, options_work, &o, err)) {
        json_decref(o.allowed);
        return false;
    }
    return request_options(a, o.challenge, o.allowed, ret_json, err);
}

/* ---- checking one ---- */

static bool totp_proof(Db *db, const Access *a, const Who *who, const json_t *proof, Err *err)
{
    Slice       code    = SLICE_NONE;
    TotpVerdict verdict = TOTP_WRONG;
    if (!json_need_text(proof, "code", &code, err) || !totp_check(db, a, who->person_id, code, &verdict, err))
        return false;
    if (verdict == TOTP_USED)
        return err_set(err, ERR_SIGN_IN, "This code was already used: wait for the next one.",
                       "person %" PRId64, who->person_id);
    return verdict == TOTP_RIGHT ||
           err_set(err, ERR_SIGN_IN, "The code is wrong.", "person %" PRId64, who->person_id);
}

static bool passkey_proved(Db *db, const Access *a, const Who *who, const ChallengeFor *what,
                           const PasskeyAnswer *answer, Passkey *passkey, Err *err)
{
    RelyingParty rp   = { a->rp_id, a->origin };
    AuthData     data = { 0 };
    bool         fine = false;
    Slice        raw  = buf_slice(&answer->auth_data);
    if (!challenge_use(db, what, answer->challenge, &fine, err))
        return false;
    if (!fine)
        return err_set(err, ERR_SIGN_IN, "The passkey was not accepted.",
                       "challenge used, too old, or for something else");
    if (!passkey_by_credential(db, buf_slice(&answer->credential), passkey, err))
        return false;
    if (!passkey->id || passkey->person_id != who->person_id)
        return err_set(err, ERR_SIGN_IN, "The passkey was not accepted.",
                       "credential unknown or of another person");
    if (!auth_data_read(raw, &data, err) ||
        !assertion_check(raw, buf_slice(&answer->client_data), buf_slice(&answer->signature),
                         buf_slice(&passkey->public_key), &rp, err) ||
        !passkey_used(db, passkey->id, &data, &fine, err))
        return false;
    return fine || err_set(err, ERR_SIGN_IN, "The passkey was not accepted.",
                           "passkey %" PRId64 ": the counter did not grow", passkey->id);
}

static bool passkey_proof(Db *db, const Access *a, const Who *who, const ChallengeFor *what,
                          const json_t *proof, Err *err)
{
    RelyingParty  rp       = { a->rp_id, a->origin };
    PasskeyAnswer answer   = { 0 };
    Passkey       passkey  = { 0 };
    json_t       *response = NULL;
    OWNED_BUF     text     = buf_make(JSON_BYTES_MAX);
    if (!json_need_object(proof, "response", &response, err) || !json_dump_to_buf(response, &text, err) ||
        !passkey_answer_read(buf_slice(&text), false, &rp, &answer, err))
        return false;
    bool proved = passkey_proved(db, a, who, what, &answer, &passkey, err);
    passkey_answer_free(&answer);
    buf_free(&passkey.public_key);
    return proved;
}

bool proof_check(Db *db, Access *a, const Who *w, const ProofWanted *p, Slice proof_json, char ret_kind[16],
                 Err *err)
{
    char  purpose[PURPOSE_SIZE];
    Who   who;
    Slice kind = SLICE_NONE;
    if (!full_session(db, a, w, &who, err) || !wanted_check(p, purpose, err) ||
        !throttle_check(db, a, slice_of(who.login), w->address, err))
        return false;
    OWNED(json_t) *proof = json_parse_object(proof_json, err);
    if (!proof || !json_need_text(proof, "kind", &kind, err))
        return false;
    ChallengeFor what = { purpose, who.person_id, p->act_id, p->digest };
    bool         totp = slice_equal_text(kind, "totp");
    if (!totp && !slice_equal_text(kind, "passkey"))
        return err_set(err, ERR_INPUT, "This kind of proof is not known.", "proof kind of %zu characters",
                       kind.len);
    if (totp ? !totp_proof(db, a, &who, proof, err) : !passkey_proof(db, a, &who, &what, proof, err))
        return false;
    slice_copy(kind, ret_kind, 16);
    return true;
}

/* ---- one that failed ---- */

typedef struct ProofFailure {
    Access    *access;
    const Who *who;
} ProofFailure;

static bool failed_work(Db *db, void *work, Err *err)
{
    ProofFailure *f   = work;
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM challenge WHERE person_id = ?1 AND purpose LIKE 'proof:%'");
    db_bind_int(q, 1, f->who->person_id);
    return db_run(q, err) && throttle_wrong(db, f->access, slice_of(f->who->login), f->who->address, err) &&
           access_trace(db, AUDIT_SIGN_IN, AUDIT_REFUSED, f->who, f->who->address, "proof", "not accepted",
                        err);
}

bool proof_failed(Access *a, const Who *w, Err *err)
{
    ProofFailure f = { .access = a, .who = w };
    return db_write(a->host, failed_work, &f, err);
}
