/*
 * The provider of identities behind Pro Santé Connect: where its doors are, its keys, the three questions we ask it. Nothing is asked of a host that the operator did not name.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PSC_PROVIDER_H
#define GUARD_ACCESS_PSC_PROVIDER_H

#include "guard/access/psc_claims.h"
#include "platform/config.h"

#define PSC_AWAY "Pro Santé Connect does not answer: try again in a moment, or sign in with your passkey or password."

enum { PSC_URL_SIZE = 512 };

typedef struct PscPlaces {
    char authorization[PSC_URL_SIZE], token[PSC_URL_SIZE], userinfo[PSC_URL_SIZE], keys[PSC_URL_SIZE];
    char end_session[PSC_URL_SIZE]; /* "" when the provider has none */
    bool issuer_in_answer;          /* RFC 9207: the browser brings the issuer back */
} PscPlaces;

typedef struct PscProvider PscProvider;

PscProvider *psc_provider_new(const Config *c, Err *err);
void         psc_provider_free(PscProvider *p);

/* As configured, and for what is not as the discovery document says (kept an hour). ERR_UNAVAILABLE; ERR_SIGN_IN it names hosts that are not allowed or another issuer. */
bool psc_places(PscProvider *p, PscPlaces *ret, Err *err);

typedef struct PscTokens {
    char access[8192];
    char id_token[16384];
} PscTokens;
/* The code against tokens; 'redirect' as it was asked. ERR_SIGN_IN the code is refused. */
bool psc_exchange(PscProvider *p, Slice code, const char *redirect, const char *verifier, PscTokens *ret, Err *err);

/* Reads a token and checks its signature with the provider's keys, fetched again (at most twice a minute) when none fits. */
bool psc_token_claims(PscProvider *p, Slice token, json_t **ret_claims, Err *err);

/* The person's claims, from JSON or from a signed token for this client. */
bool psc_userinfo(PscProvider *p, const char *access_token, json_t **ret, Err *err);

#endif
