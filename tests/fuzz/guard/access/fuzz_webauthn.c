/*
 * What an authenticator (or somebody in its place) sends: attestation, authenticator data, client data, the
 * whole answer.
 *
 * The first byte says which of them. Nothing made up here may pass for a signature.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "guard/access/webauthn.h"

static const RelyingParty SITE = { "localhost", "https://localhost:8443" };

static void whole_answer(Slice json, bool registration)
{
    PasskeyAnswer answer;
    if (!passkey_answer_read(json, registration, &SITE, &answer, NULL))
        return;
    Slice    inner = SLICE_NONE;
    AuthData d;
    if (registration && attestation_auth_data(buf_slice(&answer.attestation), &inner, NULL) &&
        auth_data_read(inner, &d, NULL))
        (void)registration_check(&d, &SITE, NULL);
    passkey_answer_free(&answer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint8_t  challenge[CHALLENGE_SIZE];
    AuthData d;
    if (size == 0)
        return 0;
    Slice rest = slice_bytes(data + 1, size - 1), inner = SLICE_NONE;
    switch (data[0] % 5) {
    case 0:
        if (attestation_auth_data(rest, &inner, NULL) &&
            (inner.at < rest.at || inner.at + inner.len > rest.at + rest.len))
            abort();
        break;
    case 1:
        if (auth_data_read(rest, &d, NULL)) {
            if (d.credential.len + d.key_bytes.len > rest.len || (d.backed_up && !d.backup_eligible))
                abort();
            (void)registration_check(&d, &SITE, NULL);
        }
        break;
    case 2:
        (void)client_data_check(rest, "webauthn.get", SITE.origin, challenge, NULL);
        break;
    default:
        whole_answer(rest, data[0] % 5 == 3);
        break;
    }
    return 0;
}
