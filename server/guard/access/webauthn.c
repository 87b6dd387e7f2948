/*
 * WebAuthn (Level 2): what an authenticator answered, taken apart and checked. Pure: no database, no clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/webauthn.h"

#include <fido.h>
#include <fido/eddsa.h>
#include <fido/es256.h>
#include <fido/rs256.h>
#include <sodium.h>

#include "formats/json/base64.h"
#include "formats/json/json_util.h"

#define SHOWN "The passkey was not accepted."

enum {
    FLAG_UP = 1 << 0,
    FLAG_UV = 1 << 2,
    FLAG_BE = 1 << 3,
    FLAG_BS = 1 << 4,
    FLAG_AT = 1 << 6,
    FLAG_ED = 1 << 7
};

static bool refused(const char *why, Err *err)
{
    return err_set(err, ERR_SIGN_IN, SHOWN, "passkey: %s", why);
}

/* ---- authenticator data ---- */

static bool credential_read(Reader *in, AuthData *d, Err *err)
{
    (void)read_slice(in, 16); /* AAGUID: the model of the authenticator, no trust is taken from it */
    d->credential = read_slice(in, read_u16be(in));
    if (!reader_ok(in) || d->credential.len == 0 || d->credential.len > CREDENTIAL_MAX)
        return refused("the credential is cut short or too long", err);
    size_t from = in->pos;
    if (!cose_key_read(in, &d->key, err))
        return false;
    d->key_bytes = slice_part(in->bytes, from, in->pos - from);
    return true;
}

bool auth_data_read(Slice bytes, AuthData *ret, Err *err)
{
    Reader   in    = reader_make(bytes);
    AuthData d     = { .rp_id_hash = read_slice(&in, crypto_hash_sha256_BYTES),
                       .credential = SLICE_NONE,
                       .key_bytes  = SLICE_NONE };
    uint8_t  flags = read_u8(&in);
    d.sign_count   = read_u32be(&in);
    if (!reader_ok(&in))
        return refused("the authenticator data is cut short", err);
    d.user_present    = flags & FLAG_UP;
    d.user_verified   = flags & FLAG_UV;
    d.backup_eligible = flags & FLAG_BE;
    d.backed_up       = flags & FLAG_BS;
    d.has_credential  = flags & FLAG_AT;
    if (d.has_credential && !credential_read(&in, &d, err))
        return false;
    if (flags & FLAG_ED && !cbor_skip(&in, err))
        return false;
    if (reader_left(&in))
        return refused("bytes after the authenticator data", err);
    if (d.backed_up && !d.backup_eligible)
        return refused("backed up, yet not eligible", err);
    *ret = d;
    return true;
}

bool attestation_auth_data(Slice attestation_object, Slice *ret, Err *err)
{
    Reader   in = reader_make(attestation_object);
    CborItem map, name, value;
    Slice    found = SLICE_NONE;
    if (!cbor_read(&in, &map, err))
        return false;
    if (map.kind != CBOR_MAP || map.number > 8)
        return refused("the attestation is not a map", err);
    for (uint64_t i = 0; i < map.number; i++) {
        if (!cbor_read(&in, &name, err))
            return false;
        bool wanted = name.kind == CBOR_TEXT && slice_equal_text(name.bytes, "authData");
        if (name.kind != CBOR_TEXT || (wanted && found.len))
            return refused("a member of the attestation", err);
        if (!wanted) {
            if (!cbor_skip(&in, err))
                return false;
            continue;
        }
        if (!cbor_read(&in, &value, err))
            return false;
        if (value.kind != CBOR_BYTES || !value.bytes.len)
            return refused("authData is not bytes", err);
        found = value.bytes;
    }
    if (!found.len || reader_left(&in))
        return refused("no authData in the attestation, or bytes after it", err);
    *ret = found;
    return true;
}

/* ---- client data ---- */

bool client_data_check(Slice json, const char *type, const char *origin,
                       uint8_t ret_challenge[CHALLENGE_SIZE], Err *err)
{
    OWNED_BUF challenge = buf_make(CHALLENGE_SIZE);
    Slice     said_type = SLICE_NONE, said_origin = SLICE_NONE, text = SLICE_NONE, top = SLICE_NONE;
    bool      cross     = false;
    OWNED(json_t) *data = json_parse_object(json, err);
    if (!data || !json_need_text(data, "type", &said_type, err) ||
        !json_need_text(data, "challenge", &text, err) ||
        !json_need_text(data, "origin", &said_origin, err) ||
        !json_may_bool(data, "crossOrigin", &cross, err) || !json_may_text(data, "topOrigin", &top, err))
        return false;
    if (!slice_equal_text(said_type, type))
        return refused("made for another ceremony", err);
    if (!slice_equal_text(said_origin, origin))
        return refused("from another origin", err);
    if (cross || top.len)
        return refused("from a page inside another one", err);
    if (text.len > 64 || !base64url_decode(text, &challenge, NULL) || challenge.len != CHALLENGE_SIZE)
        return refused("the challenge is not one of ours", err);
    memcpy(ret_challenge, challenge.at, CHALLENGE_SIZE);
    return true;
}

/* ---- the two ceremonies ---- */

static bool site_and_user_check(const AuthData *d, const RelyingParty *rp, Err *err)
{
    uint8_t ours[crypto_hash_sha256_BYTES];
    crypto_hash_sha256(ours, (const uint8_t *)rp->id, strlen(rp->id));
    if (!slice_equal(d->rp_id_hash, slice_bytes(ours, sizeof ours)))
        return refused("made for another site", err);
    if (!d->user_present)
        return refused("nobody was there", err);
    if (!d->user_verified)
        return refused("the person was not verified", err);
    return true;
}

typedef union KeyStore {
    es256_pk_t *es256;
    eddsa_pk_t *eddsa;
    rs256_pk_t *rs256;
} KeyStore;

/* FIDO's own form of the key; NULL when it is not a point of the curve or a usable modulus. */
static const void *fido_key(const CoseKey *key, KeyStore *store, int *ret_type)
{
    uint8_t flat[256 + 3];
    switch (key->algorithm) {
    case COSE_ALG_ES256:
        *ret_type    = COSE_ES256;
        store->es256 = es256_pk_new();
        memcpy(flat, key->x.at, 32);
        memcpy(flat + 32, key->y.at, 32);
        return store->es256 && es256_pk_from_ptr(store->es256, flat, 64) == FIDO_OK ? store->es256 : NULL;
    case COSE_ALG_EDDSA:
        *ret_type    = COSE_EDDSA;
        store->eddsa = eddsa_pk_new();
        return store->eddsa && eddsa_pk_from_ptr(store->eddsa, key->x.at, 32) == FIDO_OK ? store->eddsa
                                                                                         : NULL;
    case COSE_ALG_RS256:
        *ret_type    = COSE_RS256;
        store->rs256 = rs256_pk_new();
        memcpy(flat, key->n.at, 256);
        memcpy(flat + 256, key->e.at, 3);
        return store->rs256 && rs256_pk_from_ptr(store->rs256, flat, sizeof flat) == FIDO_OK ? store->rs256
                                                                                             : NULL;
    }
    return NULL;
}

static void fido_key_free(const CoseKey *key, KeyStore *store)
{
    switch (key->algorithm) {
    case COSE_ALG_ES256:
        es256_pk_free(&store->es256);
        break;
    case COSE_ALG_EDDSA:
        eddsa_pk_free(&store->eddsa);
        break;
    case COSE_ALG_RS256:
        rs256_pk_free(&store->rs256);
        break;
    }
}

bool registration_check(const AuthData *d, const RelyingParty *rp, Err *err)
{
    KeyStore store = { NULL };
    int      type  = 0;
    if (!site_and_user_check(d, rp, err))
        return false;
    if (!d->has_credential)
        return refused("no credential", err);
    bool usable = fido_key(&d->key, &store, &type) != NULL;
    fido_key_free(&d->key, &store);
    return usable || refused("the public key is not usable", err);
}

static bool signature_check(Slice auth_data, Slice client_data_json, Slice signature, const CoseKey *key,
                            const RelyingParty *rp)
{
    uint8_t        hash[crypto_hash_sha256_BYTES];
    KeyStore       store  = { NULL };
    int            type   = 0;
    fido_assert_t *assert = fido_assert_new();
    const void *public    = fido_key(key, &store, &type);
    crypto_hash_sha256(hash, (const uint8_t *)client_data_json.at, client_data_json.len);
    bool                  right =
        assert &&public &&fido_assert_set_clientdata_hash(assert, hash, sizeof hash) ==
        FIDO_OK &&fido_assert_set_rp(assert, rp->id) == FIDO_OK &&fido_assert_set_up(assert, FIDO_OPT_TRUE) ==
        FIDO_OK &&fido_assert_set_uv(assert, FIDO_OPT_TRUE) == FIDO_OK &&fido_assert_set_count(assert, 1) ==
        FIDO_OK &&fido_assert_set_authdata_raw(assert, 0, (const uint8_t *)auth_data.at, auth_data.len) ==
        FIDO_OK &&fido_assert_set_sig(assert, 0, (const uint8_t *)signature.at, signature.len) ==
        FIDO_OK &&fido_assert_verify(assert, 0, type, public) == FIDO_OK;
    fido_key_free(key, &store);
    fido_assert_free(&assert);
    return right;
}

bool assertion_check(Slice auth_data, Slice client_data_json, Slice signature, Slice cose_key,
                     const RelyingParty *rp, Err *err)
{
    AuthData d;
    CoseKey  key;
    Reader   in = reader_make(cose_key);
    if (!auth_data_read(auth_data, &d, err) || !site_and_user_check(&d, rp, err) ||
        !cose_key_read(&in, &key, err))
        return false;
    if (!signature.len || !signature_check(auth_data, client_data_json, signature, &key, rp))
        return refused("the signature is wrong", err);
    return true;
}

/* ---- credential.toJSON() ---- */

static bool member_decode(const json_t *object, const char *name, bool required, Buf *ret, Err *err)
{
    Slice text = SLICE_NONE;
    if (required ? !json_need_text(object, name, &text, err) : !json_may_text(object, name, &text, err))
        return false;
    return base64url_decode(text, ret, err);
}

static bool answer_read(Slice json, bool registration, const RelyingParty *rp, PasskeyAnswer *a, Err *err)
{
    json_t *response    = NULL;
    Slice   type        = SLICE_NONE;
    OWNED(json_t) *root = json_parse_object(json, err);
    if (!root || !json_need_text(root, "type", &type, err) ||
        !json_need_object(root, "response", &response, err))
        return false;
    if (!slice_equal_text(type, "public-key"))
        return refused("not a public key", err);
    if (!member_decode(root, "rawId", true, &a->credential, err) ||
        !member_decode(response, "clientDataJSON", true, &a->client_data, err))
        return false;
    if (registration ? !member_decode(response, "attestationObject", true, &a->attestation, err)
                     : !member_decode(response, "authenticatorData", true, &a->auth_data, err) ||
                           !member_decode(response, "signature", true, &a->signature, err) ||
                           !member_decode(response, "userHandle", false, &a->user_handle, err))
        return false;
    return client_data_check(buf_slice(&a->client_data), registration ? "webauthn.create" : "webauthn.get",
                             rp->origin, a->challenge, err);
}

bool passkey_answer_read(Slice json, bool registration, const RelyingParty *rp, PasskeyAnswer *ret, Err *err)
{
    *ret = (PasskeyAnswer) {
        .credential  = buf_make(CREDENTIAL_MAX),
        .client_data = buf_make(WEBAUTHN_BYTES_MAX),
        .auth_data   = buf_make(WEBAUTHN_BYTES_MAX),
        .signature   = buf_make(1024),
        .user_handle = buf_make(64),
        .attestation = buf_make(WEBAUTHN_BYTES_MAX),
    };
    if (answer_read(json, registration, rp, ret, err))
        return true;
    passkey_answer_free(ret);
    return false;
}

void passkey_answer_free(PasskeyAnswer *answer)
{
    Buf *const all[] = { &answer->credential, &answer->client_data, &answer->auth_data,
                         &answer->signature,  &answer->user_handle, &answer->attestation };
    for (size_t i = 0; i < COUNT(all); i++)
        buf_free(all[i]);
}
