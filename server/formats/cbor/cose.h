/*
 * Public keys as authenticators give them: COSE_Key (RFC 9052 §7, RFC 9053, RFC 8230), the three kinds we
 * accept.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_CBOR_COSE_H
#define FORMATS_CBOR_COSE_H

#include "formats/cbor/cbor.h"

typedef enum CoseAlgorithm { COSE_ALG_ES256 = -7, COSE_ALG_EDDSA = -8, COSE_ALG_RS256 = -257 } CoseAlgorithm;

/* Slices are borrowed from what was read. */
typedef struct CoseKey {
    CoseAlgorithm algorithm;
    Slice         x, y; /* ES256: 32 bytes each on P-256; EdDSA: x alone, 32 bytes of Ed25519 */
    Slice         n, e; /* RS256: a modulus of 256 bytes (2,048 bits), an exponent of 3 */
} CoseKey;

/* Reads one key. ERR_INPUT another algorithm, curve or size, a parameter twice or missing. */
bool cose_key_read(Reader *in, CoseKey *ret, Err *err);

#endif
