/*
 * Signed JSON Web Tokens and key sets, read but not yet believed: RFC 7515 (compact serialisation), RFC 7517, RFC 7519.
 *
 * Only RS256, PS256 and ES256 are read: "none", the HMAC family and everything else is refused here, before anybody could
 * look at a claim. The signature is checked by guard/access/jws.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_JWT_H
#define GUARD_ACCESS_JWT_H

#include "formats/json/json_util.h"

enum {
    JWT_BYTES_MAX  = 32 << 10, /* of one token */
    JWKS_BYTES_MAX = 64 << 10,
    JWKS_KEYS_MAX  = 32,
    JWK_RSA_MIN    = 256, /* bytes of the modulus: 2048 bits */
    JWK_RSA_MAX    = 1024,
    JWK_EC_BYTES   = 32, /* P-256 */
};

typedef enum JwtAlgorithm { JWT_RS256, JWT_PS256, JWT_ES256 } JwtAlgorithm;

typedef struct Jwt {
    JwtAlgorithm algorithm;
    char         kid[128]; /* "" when the header names no key */
    char         type[32]; /* "typ" of the header, "" when absent */
    Slice        covered;  /* what the signature covers: borrowed from the token */
    Buf          signature;
    json_t      *claims; /* an object */
} Jwt;

void jwt_clear(Jwt *t);
#define OWNED_JWT __attribute__((cleanup(jwt_clear))) Jwt

/* 'compact' is borrowed and must outlive the result. ERR_INPUT not such a token, ERR_LIMIT too long. *ret is always to be cleared. */
bool jwt_read(Slice compact, Jwt *ret, Err *err);

/* A public key, its numbers big-endian. */
typedef struct Jwk {
    bool    ec; /* P-256; otherwise RSA */
    uint8_t n[JWK_RSA_MAX], e[8], x[JWK_EC_BYTES], y[JWK_EC_BYTES];
    size_t  n_len, e_len;
} Jwk;

/*
 * The key of the set that may have signed 'jwt': by its kid, for signatures, of the kind the algorithm needs. A token without kid is taken only
 * when one key fits. ERR_NOT_FOUND none fits (perhaps the keys were rotated); ERR_INPUT the set is none.
 */
bool jwks_find(const json_t *set, const Jwt *jwt, Jwk *ret, Err *err);

#endif
