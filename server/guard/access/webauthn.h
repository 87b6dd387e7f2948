/*
 * WebAuthn (Level 2): what an authenticator answered, taken apart and checked. Pure: no database, no clock.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_WEBAUTHN_H
#define GUARD_ACCESS_WEBAUTHN_H

#include "base/buf.h"
#include "formats/cbor/cose.h"

enum { CHALLENGE_SIZE = 32, CREDENTIAL_MAX = 1023, WEBAUTHN_BYTES_MAX = 64 << 10 };

/* Where the answer must come from. */
typedef struct RelyingParty {
    const char *id;     /* "localhost" */
    const char *origin; /* "https://localhost:8443" */
} RelyingParty;

/* §6.1. Slices are borrowed from the bytes read. */
typedef struct AuthData {
    Slice    rp_id_hash;
    bool     user_present, user_verified, backup_eligible, backed_up, has_credential;
    uint32_t sign_count;
    Slice    credential; /* its id; registration only */
    Slice    key_bytes;  /* the COSE_Key as it stands; registration only */
    CoseKey  key;
} AuthData;

bool auth_data_read(Slice bytes, AuthData *ret, Err *err);
/* The authData inside an attestationObject (§6.5.4). The attestation statement is passed over: no trust is
 * taken from it. */
bool attestation_auth_data(Slice attestation_object, Slice *ret, Err *err);

/* clientDataJSON (§5.8.1): type, origin, not cross-origin; gives the challenge. */
bool client_data_check(Slice json, const char *type, const char *origin,
                       uint8_t ret_challenge[CHALLENGE_SIZE], Err *err);

/* A registration's authData: our site, user present and verified, a credential with a key we accept. */
bool registration_check(const AuthData *d, const RelyingParty *rp, Err *err);

/* An assertion: our site, user present and verified, signed by 'cose_key' over authData and the client data.
 */
bool assertion_check(Slice auth_data, Slice client_data_json, Slice signature, Slice cose_key,
                     const RelyingParty *rp, Err *err);

/* The members of credential.toJSON() that matter, decoded. Buffers must be freed by passkey_answer_free. */
typedef struct PasskeyAnswer {
    Buf     credential, client_data, auth_data, signature, user_handle; /* user_handle may be empty */
    Buf     attestation;                                                /* registration only */
    uint8_t challenge[CHALLENGE_SIZE];
} PasskeyAnswer;

bool passkey_answer_read(Slice json, bool registration, const RelyingParty *rp, PasskeyAnswer *ret, Err *err);
void passkey_answer_free(PasskeyAnswer *answer);

#endif
