/*
 * A software authenticator for tests: makes real registrations and assertions (ES256, EdDSA, RS256) with
 * OpenSSL, and can lie about anything that the server has to check.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TEST_GUARD_ACCESS_AUTHENTICATOR_H
#define TEST_GUARD_ACCESS_AUTHENTICATOR_H

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "base/buf.h"
#include "formats/json/base64.h"
#include "house.h"

enum { UP = 1, UV = 4, BE = 8, BS = 16, AT = 64, ED = 128 };

/* What the authenticator says; the honest answer comes from lie_none(). */
typedef struct Says {
    const char *type; /* NULL: as the ceremony wants */
    const char *origin, *rp_id;
    const char *challenge;    /* NULL: the one asked */
    const char *client_extra; /* more members of clientDataJSON */
    unsigned    flags;
    uint32_t    count;
    bool        break_signature, break_signed_data, no_user_handle, other_handle, trailing_byte, other_raw_id;
    int         alg;    /* claimed in the COSE key; 0: true one */
    const char *format; /* attestation */
} Says;

static Says honest(void)
{
    return (Says) { .origin = TEST_SITE, .rp_id = TEST_RP, .flags = UP | UV, .format = "none" };
}

typedef struct Authenticator {
    EVP_PKEY *key;
    int       alg;
    uint8_t   credential[32];
    char      user_handle[64]; /* base64url, from the creation options */
} Authenticator;

UNUSED_FN Authenticator authenticator_new(int alg)
{
    Authenticator a = { .alg = alg };
    if (alg == -7)
        a.key = EVP_PKEY_Q_keygen(NULL, NULL, "EC", "P-256");
    else if (alg == -8)
        a.key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    else
        a.key = EVP_RSA_gen(2048);
    assert_non_null(a.key);
    FILE *random = fopen("/dev/urandom", "rb");
    assert_int_equal(fread(a.credential, 1, sizeof a.credential, random), sizeof a.credential);
    fclose(random);
    return a;
}

UNUSED_FN void authenticator_free(Authenticator *a)
{
    EVP_PKEY_free(a->key);
}

/* ---- CBOR, only what is needed ---- */

static void cbor_head(Buf *to, unsigned kind, size_t n)
{
    if (n < 24) {
        buf_add_char(to, (char)(kind << 5 | n));
    } else if (n < 256) {
        buf_add_char(to, (char)(kind << 5 | 24));
        buf_add_char(to, (char)n);
    } else {
        buf_add_char(to, (char)(kind << 5 | 25));
        buf_add_u16be(to, (uint16_t)n);
    }
}

static void cbor_number(Buf *to, int n)
{
    cbor_head(to, n < 0, (size_t)(n < 0 ? -1 - n : n));
}

static void cbor_bytes(Buf *to, unsigned kind, Slice s)
{
    cbor_head(to, kind, s.len);
    buf_add(to, s);
}

static void key_part(const Authenticator *a, const char *name, size_t size, Buf *to, int label)
{
    BIGNUM *number = NULL;
    uint8_t bytes[256];
    assert_int_equal(EVP_PKEY_get_bn_param(a->key, name, &number), 1);
    assert_int_equal(BN_bn2binpad(number, bytes, (int)size), (int)size);
    BN_free(number);
    cbor_number(to, label);
    cbor_bytes(to, 2, slice_bytes(bytes, size));
}

static void cose_key(const Authenticator *a, int claimed, Buf *to)
{
    static const int TYPES[] = { 2, 1, 3 };
    int              kind    = a->alg == -7 ? 0 : a->alg == -8 ? 1 : 2;
    cbor_head(to, 5, kind == 0 ? 5 : 4);
    cbor_number(to, 1);
    cbor_number(to, TYPES[kind]);
    cbor_number(to, 3);
    cbor_number(to, claimed ? claimed : a->alg);
    if (kind == 2) {
        key_part(a, OSSL_PKEY_PARAM_RSA_N, 256, to, -1);
        key_part(a, OSSL_PKEY_PARAM_RSA_E, 3, to, -2);
        return;
    }
    cbor_number(to, -1);
    cbor_number(to, kind == 0 ? 1 : 6);
    if (kind == 0) {
        key_part(a, OSSL_PKEY_PARAM_EC_PUB_X, 32, to, -2);
        key_part(a, OSSL_PKEY_PARAM_EC_PUB_Y, 32, to, -3);
    } else {
        uint8_t raw[32];
        size_t  len = sizeof raw;
        assert_int_equal(EVP_PKEY_get_raw_public_key(a->key, raw, &len), 1);
        cbor_number(to, -2);
        cbor_bytes(to, 2, slice_bytes(raw, len));
    }
}

/* ---- the two answers ---- */

static void auth_data(const Authenticator *a, const Says *says, bool registration, Buf *to)
{
    uint8_t hash[32];
    assert_int_equal(EVP_Digest(says->rp_id, strlen(says->rp_id), hash, NULL, EVP_sha256(), NULL), 1);
    buf_add(to, slice_bytes(hash, sizeof hash));
    buf_add_char(to, (char)(says->flags | (registration ? AT : 0U)));
    buf_add_u32be(to, says->count);
    if (registration &&
        !(says->flags & AT)) { /* AT in 'flags' of a registration: the lie that leaves it out */
        buf_add_zeros(to, 16);
        buf_add_u16be(to, sizeof a->credential);
        buf_add(to, slice_bytes(a->credential, sizeof a->credential));
        cose_key(a, says->alg, to);
    }
    if (says->trailing_byte)
        buf_add_char(to, 0);
}

static void client_data(const Says *says, const char *type, const char *challenge, Buf *to)
{
    buf_addf(to, "{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\"%s}", says->type ? says->type : type,
             says->challenge ? says->challenge : challenge, says->origin,
             says->client_extra ? says->client_extra : ",\"crossOrigin\":false");
}

static void put_base64url(json_t *object, const char *name, Slice bytes)
{
    OWNED_BUF text = buf_make(16384);
    base64url_encode(bytes, &text);
    json_put(object, name, json_slice(buf_slice(&text)));
}

static void sign(const Authenticator *a, Slice data, Buf *to)
{
    uint8_t     signature[512];
    size_t      len = sizeof signature;
    EVP_MD_CTX *md  = EVP_MD_CTX_new();
    assert_int_equal(EVP_DigestSignInit(md, NULL, a->alg == -8 ? NULL : EVP_sha256(), NULL, a->key), 1);
    assert_int_equal(EVP_DigestSign(md, signature, &len, (const uint8_t *)data.at, data.len), 1);
    EVP_MD_CTX_free(md);
    buf_add(to, slice_bytes(signature, len));
}

static Slice member_text(const json_t *options, const char *name)
{
    return slice_of(json_string_value(json_object_get(options, name)));
}

static void finish(const Authenticator *a, const Says *says, json_t *response, Buf *ret_json)
{
    OWNED(json_t) *out = json_object();
    uint8_t id[32];
    memcpy(id, a->credential, sizeof id);
    id[0] = (uint8_t)(id[0] ^ (says->other_raw_id ? 1 : 0));
    put_base64url(out, "id", slice_bytes(id, sizeof id));
    put_base64url(out, "rawId", slice_bytes(id, sizeof id));
    json_put(out, "type", json_cstr("public-key"));
    json_put(out, "clientExtensionResults", json_object());
    json_put(out, "response", response);
    buf_clear(ret_json);
    MUST(json_dump_to_buf(out, ret_json, fault));
}

/* navigator.credentials.create(options).toJSON() */
UNUSED_FN void register_with(Authenticator *a, Slice options_json, Says says, Buf *ret_json)
{
    OWNED(json_t) *options = json_parse_object(options_json, NULL);
    OWNED_BUF data = buf_make(4096), object = buf_make(8192), client = buf_make(2048);
    assert_non_null(options);
    slice_copy(member_text(json_object_get(options, "user"), "id"), a->user_handle, sizeof a->user_handle);
    client_data(&says, "webauthn.create", member_text(options, "challenge").at, &client);
    auth_data(a, &says, true, &data);
    cbor_head(&object, 5, 3);
    cbor_bytes(&object, 3, SLICE("fmt"));
    cbor_bytes(&object, 3, slice_of(says.format));
    cbor_bytes(&object, 3, SLICE("attStmt"));
    cbor_head(&object, 5, 0);
    cbor_bytes(&object, 3, SLICE("authData"));
    cbor_bytes(&object, 2, buf_slice(&data));
    json_t *response = json_object();
    put_base64url(response, "clientDataJSON", buf_slice(&client));
    put_base64url(response, "attestationObject", buf_slice(&object));
    finish(a, &says, response, ret_json);
}

/* navigator.credentials.get(options).toJSON() */
UNUSED_FN void assert_with(const Authenticator *a, Slice options_json, Says says, Buf *ret_json)
{
    OWNED(json_t) *options = json_parse_object(options_json, NULL);
    OWNED_BUF data = buf_make(4096), client = buf_make(2048), signature = buf_make(1024),
              to_sign = buf_make(8192);
    uint8_t hash[32];
    assert_non_null(options);
    client_data(&says, "webauthn.get", member_text(options, "challenge").at, &client);
    auth_data(a, &says, false, &data);
    assert_int_equal(EVP_Digest(client.at, client.len, hash, NULL, EVP_sha256(), NULL), 1);
    buf_add(&to_sign, buf_slice(&data));
    buf_add(&to_sign, slice_bytes(hash, sizeof hash));
    sign(a, buf_slice(&to_sign), &signature);
    if (says.break_signature)
        signature.at[signature.len - 1] = (char)(signature.at[signature.len - 1] ^ 1);
    if (says.break_signed_data)
        data.at[36] = (char)(data.at[36] ^ 64); /* the counter, after signing */
    json_t *response = json_object();
    put_base64url(response, "clientDataJSON", buf_slice(&client));
    put_base64url(response, "authenticatorData", buf_slice(&data));
    put_base64url(response, "signature", buf_slice(&signature));
    if (says.other_handle)
        put_base64url(response, "userHandle", SLICE("0123456789abcdef"));
    else if (!says.no_user_handle)
        json_put(response, "userHandle", json_cstr(a->user_handle));
    finish(a, &says, response, ret_json);
}

#endif
