/*
 * Signatures of tokens over OpenSSL.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/jws.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#define SHOWN "The answer of the identity provider could not be verified: start the sign-in again. If it happens again, tell your administrator."

OWNED_BY(EVP_PKEY, EVP_PKEY_free)
OWNED_BY(EVP_PKEY_CTX, EVP_PKEY_CTX_free)
OWNED_BY(EVP_MD_CTX, EVP_MD_CTX_free)
OWNED_BY(OSSL_PARAM, OSSL_PARAM_free)
OWNED_BY(OSSL_PARAM_BLD, OSSL_PARAM_BLD_free)
OWNED_BY(BIGNUM, BN_free)
OWNED_BY(ECDSA_SIG, ECDSA_SIG_free)

static EVP_PKEY *pkey_from(const char *type, OSSL_PARAM_BLD *parts)
{
    OWNED(OSSL_PARAM) *params = OSSL_PARAM_BLD_to_param(parts);
    OWNED(EVP_PKEY_CTX) *c    = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key             = NULL;
    if (!params || !c || EVP_PKEY_fromdata_init(c) != 1 || EVP_PKEY_fromdata(c, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        return NULL;
    return key;
}

static EVP_PKEY *rsa_key(const Jwk *k)
{
    OWNED(BIGNUM) *n             = BN_bin2bn(k->n, (int)k->n_len, NULL);
    OWNED(BIGNUM) *e             = BN_bin2bn(k->e, (int)k->e_len, NULL);
    OWNED(OSSL_PARAM_BLD) *parts = OSSL_PARAM_BLD_new();
    if (!n || !e || !parts || !OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_N, n) ||
        !OSSL_PARAM_BLD_push_BN(parts, OSSL_PKEY_PARAM_RSA_E, e))
        return NULL;
    return pkey_from("RSA", parts);
}

/* The point must lie on the curve: fromdata refuses any other. */
static EVP_PKEY *ec_key(const Jwk *k)
{
    uint8_t point[1 + 2 * JWK_EC_BYTES] = { 4 };
    memcpy(point + 1, k->x, JWK_EC_BYTES);
    memcpy(point + 1 + JWK_EC_BYTES, k->y, JWK_EC_BYTES);
    OWNED(OSSL_PARAM_BLD) *parts = OSSL_PARAM_BLD_new();
    if (!parts || !OSSL_PARAM_BLD_push_utf8_string(parts, OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) ||
        !OSSL_PARAM_BLD_push_octet_string(parts, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof point))
        return NULL;
    return pkey_from("EC", parts);
}

/* r and s one after the other become the DER that OpenSSL reads. */
static bool ec_signature(Slice raw, Buf *ret)
{
    if (raw.len != 2 * JWK_EC_BYTES)
        return false;
    const uint8_t *at     = (const uint8_t *)raw.at;
    OWNED(ECDSA_SIG) *sig = ECDSA_SIG_new();
    BIGNUM *r = BN_bin2bn(at, JWK_EC_BYTES, NULL), *s = BN_bin2bn(at + JWK_EC_BYTES, JWK_EC_BYTES, NULL);
    if (!sig || !r || !s || ECDSA_SIG_set0(sig, r, s) != 1) {
        BN_free(r);
        BN_free(s);
        return false;
    }
    unsigned char der[80], *end = der;
    int           len = i2d_ECDSA_SIG(sig, NULL);
    return len > 0 && len <= (int)sizeof der && i2d_ECDSA_SIG(sig, &end) == len && buf_add(ret, slice_bytes(der, (size_t)len));
}

static bool pss_set(EVP_PKEY_CTX *c)
{
    return EVP_PKEY_CTX_set_rsa_padding(c, RSA_PKCS1_PSS_PADDING) == 1 &&
           EVP_PKEY_CTX_set_rsa_pss_saltlen(c, RSA_PSS_SALTLEN_DIGEST) == 1 && EVP_PKEY_CTX_set_rsa_mgf1_md(c, EVP_sha256()) == 1;
}

bool jws_verify(const Jwt *jwt, const Jwk *key, Err *err)
{
    OWNED_BUF der        = buf_make(128);
    Slice     sig        = buf_slice(&jwt->signature);
    OWNED(EVP_PKEY) *pub = key->ec ? ec_key(key) : rsa_key(key);
    OWNED(EVP_MD_CTX) *c = EVP_MD_CTX_new();
    EVP_PKEY_CTX *inner  = NULL; /* of 'c' */
    if (!pub || !c || key->ec != (jwt->algorithm == JWT_ES256))
        return err_set(err, ERR_SIGN_IN, SHOWN, "JWS: the key is not sound");
    if (key->ec && !ec_signature(sig, &der))
        return err_set(err, ERR_SIGN_IN, SHOWN, "JWS: signature of %zu bytes", sig.len);
    if (key->ec)
        sig = buf_slice(&der);
    if (EVP_DigestVerifyInit(c, &inner, EVP_sha256(), NULL, pub) != 1 || (jwt->algorithm == JWT_PS256 && !pss_set(inner)) ||
        EVP_DigestVerify(c, (const uint8_t *)sig.at, sig.len, (const uint8_t *)jwt->covered.at, jwt->covered.len) != 1)
        return err_set(err, ERR_SIGN_IN, SHOWN, "JWS: the signature is not that key's");
    return true;
}
