/*
 * A person's own passkeys: adding, listing, removing. Attestation is not trusted; the key, the site and the
 * person are checked.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "formats/json/base64.h"
#include "formats/texts/texts.h"
#include "guard/access/passkey_store.h"
#include "platform/clock.h"

enum { PASSKEYS_MAX = 10, LABEL_MAX = 64 };

typedef struct PasskeyEnrol {
    Access       *access;
    const Who    *asked;
    Slice         label;
    PasskeyAnswer answer;
    AuthData      data;
    json_t       *known; /* descriptors of the passkeys there are */
    uint8_t       user_handle[16];
    char          challenge[CHALLENGE_TEXT_SIZE];
    Who           who;
    char          token[SESSION_TOKEN_SIZE];
} PasskeyEnrol;

static bool handle_load(Db *db, int64_t person_id, uint8_t ret[16], Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT user_handle FROM account WHERE person_id = ?1");
    db_bind_int(q, 1, person_id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_END || db_slice(q, 0).len != 16)
        return err_set(err, ERR_CONFLICT, "This account has no password.",
                       "person %" PRId64 " has no account", person_id);
    memcpy(ret, db_slice(q, 0).at, 16);
    return true;
}

static bool options_work(Db *db, void *work, Err *err)
{
    PasskeyEnrol *e = work;
    if (!session_may_enrol(db, e->access, e->asked, &e->who, err) ||
        !handle_load(db, e->who.person_id, e->user_handle, err))
        return false;
    ChallengeFor what = { .purpose = "enrol", .person_id = e->who.person_id, .digest = "" };
    e->known          = passkey_descriptors(db, e->who.person_id, err);
    return e->known && challenge_make(db, &what, e->challenge, err);
}

static json_t *user_entity(const PasskeyEnrol *e)
{
    OWNED_BUF handle = buf_make(64);
    json_t   *user   = json_object();
    base64url_encode(slice_bytes(e->user_handle, sizeof e->user_handle), &handle);
    json_put(user, "id", json_slice(buf_slice(&handle)));
    json_put(user, "name", json_cstr(e->who.login));
    json_put(user, "displayName", json_cstr(e->who.name));
    return user;
}

static json_t *key_kinds(void)
{
    static const int ACCEPTED[] = { COSE_ALG_ES256, COSE_ALG_EDDSA, COSE_ALG_RS256 };
    json_t          *list       = json_array();
    for (size_t i = 0; i < COUNT(ACCEPTED); i++) {
        json_t *kind = json_object();
        json_put(kind, "type", json_cstr("public-key"));
        json_put(kind, "alg", json_integer(ACCEPTED[i]));
        json_push(list, kind);
    }
    return list;
}

bool passkey_enrol_options(Access *a, const Who *w, Buf *ret_json, Err *err)
{
    PasskeyEnrol e = { .access = a, .asked = w };
    if (!db_write(a->host, options_work, &e, err)) {
        json_decref(e.known);
        return false;
    }
    OWNED(json_t) *out = json_object();
    json_t *rp = json_object(), *chosen = json_object();
    json_put(rp, "id", json_cstr(a->rp_id));
    json_put(rp, "name", json_cstr("Béclère"));
    json_put(chosen, "residentKey", json_cstr("required"));
    json_put(chosen, "requireResidentKey", json_true());
    json_put(chosen, "userVerification", json_cstr("required"));
    json_put(out, "rp", rp);
    json_put(out, "user", user_entity(&e));
    json_put(out, "challenge", json_cstr(e.challenge));
    json_put(out, "pubKeyCredParams", key_kinds());
    json_put(out, "timeout", json_integer(PROOF_S * 1000));
    json_put(out, "excludeCredentials", e.known);
    json_put(out, "authenticatorSelection", chosen);
    json_put(out, "attestation", json_cstr("none"));
    return json_dump_to_buf(out, ret_json, err);
}

/* Not too many, and not registered already (for anybody). */
static bool passkey_fits(Db *db, const PasskeyEnrol *e, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*), sum(credential = ?2) FROM passkey WHERE person_id = "
                                     "?1 OR credential = ?2");
    db_bind_int(q, 1, e->who.person_id);
    db_bind_blob(q, 2, e->data.credential);
    if (db_next(q, err) != DB_ROW)
        return false;
    if (db_int(q, 1))
        return err_set(err, ERR_CONFLICT, "This passkey is already registered.", "credential known");
    if (db_int(q, 0) >= PASSKEYS_MAX)
        return err_set(err, ERR_LIMIT, "A person has ten passkeys at most.", "person %" PRId64,
                       e->who.person_id);
    return true;
}

static bool passkey_insert(Db *db, const PasskeyEnrol *e, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO passkey (id, person_id, credential, public_key, sign_count,"
                                     "                     backup_eligible, backed_up, label, created_at_s)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)");
    db_bind_int(q, 1, random_id());
    db_bind_int(q, 2, e->who.person_id);
    db_bind_blob(q, 3, e->data.credential);
    db_bind_blob(q, 4, e->data.key_bytes);
    db_bind_int(q, 5, e->data.sign_count);
    db_bind_int(q, 6, e->data.backup_eligible);
    db_bind_int(q, 7, e->data.backed_up);
    db_bind_text(q, 8, e->label);
    db_bind_int(q, 9, clock_now_s());
    return db_run(q, err);
}

static bool enrol_work(Db *db, void *work, Err *err)
{
    PasskeyEnrol *e    = work;
    Access       *a    = e->access;
    bool          fine = false;
    if (!session_may_enrol(db, a, e->asked, &e->who, err))
        return false;
    Who          was  = e->who;
    ChallengeFor what = { .purpose = "enrol", .person_id = was.person_id, .digest = "" };
    if (!challenge_use(db, &what, e->answer.challenge, &fine, err))
        return false;
    if (!fine)
        return err_set(err, ERR_SIGN_IN, "The passkey was not accepted.",
                       "challenge unknown, used or too old");
    return passkey_fits(db, e, err) && passkey_insert(db, e, err) &&
           person_set_enrolled(db, was.person_id, err) &&
           session_open(db, a, was.person_id, was.factors | FACTOR_PASSKEY, true, e->asked->address,
                        was.session_id, e->token, &e->who, err) &&
           throttle_right(db, a, slice_of(was.login), err) &&
           access_trace(db, AUDIT_ACCOUNT, AUDIT_OK, &e->who, e->asked->address, "passkey", "enrolled", err);
}

static bool enrol_all(PasskeyEnrol *e, Err *err)
{
    RelyingParty rp   = { e->access->rp_id, e->access->origin };
    Slice        data = SLICE_NONE;
    if (!attestation_auth_data(buf_slice(&e->answer.attestation), &data, err) ||
        !auth_data_read(data, &e->data, err) || !registration_check(&e->data, &rp, err))
        return false;
    if (!slice_equal(e->data.credential, buf_slice(&e->answer.credential)))
        return err_set(err, ERR_SIGN_IN, "The passkey was not accepted.", "rawId is not the credential");
    return db_write(e->access->host, enrol_work, e, err);
}

bool passkey_enrol(Access *a, const Who *w, Slice response_json, Slice label,
                   char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err)
{
    RelyingParty rp = { a->rp_id, a->origin };
    PasskeyEnrol e  = { .access = a, .asked = w, .label = slice_trim(label) };
    if (!e.label.len)
        e.label = SLICE("passkey");
    if (e.label.len > LABEL_MAX || !text_is_clean_utf8(e.label))
        return err_set(err, ERR_INPUT, "A text is too long.", "label of %zu bytes", e.label.len);
    if (!passkey_answer_read(response_json, true, &rp, &e.answer, err))
        return false;
    bool done = enrol_all(&e, err);
    passkey_answer_free(&e.answer);
    if (!done)
        return false;
    memcpy(ret_token, e.token, SESSION_TOKEN_SIZE);
    *ret = e.who;
    return true;
}

bool passkey_list(Access *a, const Who *w, Buf *ret_json, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    if (!db)
        return false;
    OWNED(json_t) *out = json_object();
    json_t *list       = json_array();
    json_put(out, "passkeys", list);
    OWNED(DbQuery) *q = db_query(db, "SELECT id, label, created_at_s, last_used_at_s, backup_eligible, backed_up FROM passkey WHERE "
                                     "person_id = ?1 ORDER BY created_at_s, id");
    db_bind_int(q, 1, w->person_id);
    for (;;) {
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_END)
            return json_dump_to_buf(out, ret_json, err);
        json_t *one = json_object();
        json_put(one, "id", json_integer(db_int(q, 0)));
        json_put(one, "label", json_slice(db_slice(q, 1)));
        json_put(one, "created_at_s", json_integer(db_int(q, 2)));
        json_put(one, "last_used_at_s", db_is_null(q, 3) ? json_null() : json_integer(db_int(q, 3)));
        json_put(one, "backup_eligible", json_boolean(db_int(q, 4)));
        json_put(one, "backed_up", json_boolean(db_int(q, 5)));
        json_push(list, one);
    }
}

typedef struct PasskeyRemoval {
    Access    *access;
    const Who *asked;
    int64_t    id;
} PasskeyRemoval;

static bool remove_work(Db *db, void *work, Err *err)
{
    PasskeyRemoval *r = work;
    Who             who;
    if (!session_may_enrol(db, r->access, r->asked, &who, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM passkey WHERE id = ?1 AND person_id = ?2");
    db_bind_int(q, 1, r->id);
    db_bind_int(q, 2, who.person_id);
    if (!db_run(q, err))
        return false;
    if (!db_changes(q))
        return err_set(err, ERR_NOT_FOUND, "No such passkey.", "passkey %" PRId64, r->id);
    if (!person_set_enrolled(db, who.person_id, err))
        return false;
    OWNED(DbQuery) *left = db_query(db, "SELECT enrolled FROM person WHERE id = ?1");
    db_bind_int(left, 1, who.person_id);
    if (db_next(left, err) != DB_ROW)
        return false;
    if (!db_int(left, 0)) /* undone with the transaction */
        return err_set(err, ERR_CONFLICT, "This is your last second factor: add another one first.",
                       "passkey %" PRId64, r->id);
    return access_trace(db, AUDIT_ACCOUNT, AUDIT_OK, &who, r->asked->address, "passkey", "removed", err);
}

bool passkey_remove(Access *a, const Who *w, int64_t id, Err *err)
{
    PasskeyRemoval r = { .access = a, .asked = w, .id = id };
    return db_write(a->host, remove_work, &r, err);
}
