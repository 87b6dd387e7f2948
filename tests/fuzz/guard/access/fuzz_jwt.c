/*
 * What an identity provider (or somebody in its place) sends: a signed token, a set of keys, claims of an ID token, of a logout token and of a
 * professional.
 *
 * The first byte says which of them. Nothing made up here may pass for a signature or let somebody in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>

#include "guard/access/jws.h"
#include "guard/access/psc_claims.h"

/* A token and a set with a line feed between: whatever key is found, it did not sign this. */
static void token_and_keys(Slice rest)
{
    OWNED_JWT jwt   = { 0 };
    Slice     token = slice_cut(&rest, '\n');
    Jwk       key   = { 0 };
    if (!jwt_read(token, &jwt, NULL))
        return;
    if (jwt.covered.len >= token.len || !json_is_object(jwt.claims))
        abort();
    OWNED(json_t) *set = json_parse_object(rest, NULL);
    if (set && jwks_find(set, &jwt, &key, NULL)) {
        if (key.n_len > sizeof key.n || key.e_len > sizeof key.e)
            abort();
        if (jws_verify(&jwt, &key, NULL) && json_object_get(jwt.claims, "made-up"))
            abort();
    }
}

static void claims(Slice rest)
{
    static const IdTokenWanted WANTED = { "https://issuer.example", "beclere", "a nonce that nobody knows", "eidas1", 1900000000 };
    OWNED(json_t) *json = json_parse_object(rest, NULL);
    IdToken        id;
    LogoutToken    out;
    PscPerson      person;
    char           code[WHO_SITUATION_SIZE], rpps[12];
    if (!json)
        return;
    if (id_token_check(json, &WANTED, &id, NULL) && !json_object_get(json, "nonce"))
        abort();
    if (logout_token_check(json, &WANTED, &out, NULL) && !out.jti[0])
        abort();
    if (!psc_person_read(json, &person, NULL))
        return;
    if (person.count > PSC_SITUATIONS_MAX)
        abort();
    for (size_t i = 0; i < person.count; i++) {
        psc_situation_code(&person.situations[i], code);
        json_t *shown = psc_situation_json(&person.situations[i]);
        if (!shown || strpbrk(code, "+\n\""))
            abort();
        json_decref(shown);
    }
    (void)rpps_of_national_id(slice_of(person.national_id), rpps, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    Slice rest = slice_bytes(data + 1, size - 1);
    if (data[0] % 2)
        claims(rest);
    else
        token_and_keys(rest);
    return 0;
}
