/*
 * The signature of a token, checked by OpenSSL: RS256, PS256, ES256 (RFC 7518 §3.3 to 3.5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_JWS_H
#define GUARD_ACCESS_JWS_H

#include "guard/access/jwt.h"

/* ERR_SIGN_IN the signature is not that key's, or the key is no sound one. */
bool jws_verify(const Jwt *jwt, const Jwk *key, Err *err);

#endif
