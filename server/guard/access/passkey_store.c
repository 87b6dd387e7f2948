/*
 * Challenges and passkeys in the database: the only SQL of these two tables, shared by sign-in, enrolment and
 * proofs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/passkey_store.h"

#include <sodium.h>

#include "formats/json/base64.h"
#include "platform/clock.h"

enum { WAITING_MAX = 5000 }; /* challenges not yet answered, all people together */

static bool challenges_purge(Db *db, Err *err)
{
    OWNED(DbQuery) *old = db_query(db, "DELETE FROM challenge WHERE expires_at_s <= ?1");
    db_bind_int(old, 1, clock_now_s());
    if (!db_run(old, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM challenge");
    if (db_next(q, err) != DB_ROW)
        return false;
    if (db_int(q, 0) >= WAITING_MAX)
        return err_set(err, ERR_UNAVAILABLE, "Too many people are signing in: try again in a moment.",
                       "challenges waiting");
    return true;
}

bool challenge_make(Db *db, const ChallengeFor *what, char ret_text[CHALLENGE_TEXT_SIZE], Err *err)
{
    uint8_t   bytes[CHALLENGE_SIZE];
    char      hash[HEX_256_SIZE];
    OWNED_BUF text = buf_make(64);
    randombytes_buf(bytes, sizeof bytes);
    sha256_hex(slice_bytes(bytes, sizeof bytes), hash);
    if (!challenges_purge(db, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO challenge (hash, purpose, person_id, act_id, digest, "
                                     "expires_at_s)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_cstr(q, 1, hash);
    db_bind_cstr(q, 2, what->purpose);
    if (what->person_id)
        db_bind_int(q, 3, what->person_id);
    else
        db_bind_null(q, 3);
    db_bind_int(q, 4, what->act_id);
    db_bind_cstr(q, 5, what->digest);
    db_bind_int(q, 6, clock_now_s() + PROOF_S);
    if (!db_run(q, err))
        return false;
    base64url_encode(slice_bytes(bytes, sizeof bytes), &text);
    slice_copy(buf_slice(&text), ret_text, CHALLENGE_TEXT_SIZE);
    return true;
}

bool challenge_use(Db *db, const ChallengeFor *what, const uint8_t challenge[CHALLENGE_SIZE], bool *ret_fine,
                   Err *err)
{
    char hash[HEX_256_SIZE];
    sha256_hex(slice_bytes(challenge, CHALLENGE_SIZE), hash);
    OWNED(DbQuery) *q = db_query(db, "UPDATE challenge"
                                     "   SET used_at_s = ?1"
                                     " WHERE hash = ?2"
                                     "   AND used_at_s IS NULL"
                                     "   AND expires_at_s > ?1"
                                     "   AND purpose = ?3"
                                     "   AND coalesce(person_id, 0) = ?4"
                                     "   AND act_id = ?5"
                                     "   AND digest = ?6");
    db_bind_int(q, 1, clock_now_s());
    db_bind_cstr(q, 2, hash);
    db_bind_cstr(q, 3, what->purpose);
    db_bind_int(q, 4, what->person_id);
    db_bind_int(q, 5, what->act_id);
    db_bind_cstr(q, 6, what->digest);
    if (!db_run(q, err))
        return false;
    *ret_fine = db_changes(q) == 1;
    return true;
}

bool passkey_by_credential(Db *db, Slice credential, Passkey *ret, Err *err)
{
    *ret              = (Passkey) { .public_key = buf_make(WEBAUTHN_BYTES_MAX) };
    OWNED(DbQuery) *q = db_query(db, "SELECT passkey.id, passkey.person_id, passkey.sign_count, "
                                     "person.active, person.login, passkey.public_key,"
                                     "       account.user_handle"
                                     "  FROM passkey"
                                     "  JOIN person ON person.id = passkey.person_id"
                                     "  JOIN account ON account.person_id = passkey.person_id"
                                     " WHERE passkey.credential = ?1");
    db_bind_blob(q, 1, credential);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    Slice handle = db_slice(q, 6);
    if (handle.len != sizeof ret->user_handle)
        return err_set(err, ERR_BUG, "The passkey was not accepted.", "user handle of %zu bytes", handle.len);
    memcpy(ret->user_handle, handle.at, sizeof ret->user_handle);
    ret->id         = db_int(q, 0);
    ret->person_id  = db_int(q, 1);
    ret->sign_count = db_int(q, 2);
    ret->active     = db_int(q, 3) != 0;
    db_text(q, 4, ret->login, sizeof ret->login);
    buf_add(&ret->public_key, db_slice(q, 5));
    return buf_ok(&ret->public_key, err);
}

bool passkey_used(Db *db, int64_t id, const AuthData *d, bool *ret_fine, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE passkey"
                                     "   SET sign_count = ?2, backed_up = ?3, last_used_at_s = ?4"
                                     " WHERE id = ?1"
                                     "   AND (sign_count < ?2 OR (sign_count = 0 AND ?2 = 0))");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, d->sign_count);
    db_bind_int(q, 3, d->backed_up);
    db_bind_int(q, 4, clock_now_s());
    if (!db_run(q, err))
        return false;
    *ret_fine = db_changes(q) == 1;
    return true;
}

json_t *passkey_descriptors(Db *db, int64_t person_id, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT credential FROM passkey WHERE person_id = ?1 ORDER BY id");
    db_bind_int(q, 1, person_id);
    for (;;) {
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return NULL;
        if (step == DB_END)
            return GIVE(list);
        OWNED_BUF id = buf_make(2048);
        base64url_encode(db_slice(q, 0), &id);
        json_t *one = json_object();
        json_put(one, "type", json_cstr("public-key"));
        json_put(one, "id", json_slice(buf_slice(&id)));
        json_push(list, one);
    }
}

bool request_options(const Access *a, const char *challenge, json_t *allowed, Buf *ret_json, Err *err)
{
    OWNED(json_t) *out = json_object();
    json_put(out, "challenge", json_cstr(challenge));
    json_put(out, "timeout", json_integer(PROOF_S * 1000));
    json_put(out, "rpId", json_cstr(a->rp_id));
    json_put(out, "allowCredentials", allowed);
    json_put(out, "userVerification", json_cstr("required"));
    return json_dump_to_buf(out, ret_json, err);
}
