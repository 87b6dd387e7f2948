/*
 * Signing in through Pro Santé Connect, as an OpenID Connect relying party: authorization code with PKCE, bound to one browser. X1, E16.
 *
 * psc_begin sends the person there, psc_finish takes what the browser brought back, asks the provider for the rest and opens a full session: what
 * Pro Santé Connect verified (card or e-CPS with its code) counts as two factors. Off unless "psc-issuer" is configured.
 * docs/decisions/0123-pro-sante-connect.md.
 *
 * Traced here, in the transaction of the fact: sign-ins, their refusals, sessions that Pro Santé Connect closed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PSC_H
#define GUARD_ACCESS_PSC_H

#include <jansson.h>

#include "guard/access/sign_in.h"
#include "platform/config.h"

typedef struct Psc Psc;

/* *ret NULL when it is not configured. 'a' and 'c' must outlive it. ERR_INPUT: configured by halves. Asks nobody yet. */
bool psc_open(Access *a, const Config *c, Psc **ret, Err *err);
void psc_close(Psc *p);
OWNED_BY(Psc, psc_close)

/* The address to go to, and the secret that binds this sign-in to the browser (a cookie). ERR_UNAVAILABLE the provider does not answer. */
bool psc_begin(Psc *p, const char *address, char ret_browser[SESSION_TOKEN_SIZE], Buf *ret_url, Err *err);

/* What the browser brings back; absent ones empty. */
typedef struct PscAnswer {
    Slice browser; /* its cookie */
    Slice state, code, issuer;
    Slice error; /* instead of a code: "access_denied" */
} PscAnswer;

/* Either a session, or the situations among which the person chooses (psc_choose). */
typedef struct PscOutcome {
    char    token[SESSION_TOKEN_SIZE];
    Who     who;        /* person_id 0: a choice is asked */
    json_t *situations; /* taken over by the caller; NULL when there is a session */
} PscOutcome;

/*
 * ERR_SIGN_IN refused, in words that say what to do; ERR_UNAVAILABLE the provider is away, slow or answers too much; ERR_TOO_OFTEN. The state serves once, whatever comes of it.
 */
bool psc_finish(Psc *p, const PscAnswer *answer, const char *address, PscOutcome *ret, Err *err);
/* The n-th situation (from 0) of those that psc_finish gave to this browser. Once. */
bool psc_choose(Psc *p, Slice browser, int64_t n, const char *address, PscOutcome *ret, Err *err);

/* The ID token of a session, kept to close it over there; adds nothing when the session is not from there. To be asked before session_end. */
bool psc_hint_of(Psc *p, int64_t session_id, Buf *ret_token, Err *err);
/* Where the browser goes after our own sign-out, to end the session over there too; adds nothing when the provider has no such place. ERR_UNAVAILABLE. */
bool psc_end_session_url(Psc *p, Slice token, Buf *ret_url, Err *err);

/* The situation chosen in this session as JSON; NULL (and true) when there is none. */
bool psc_situation_of(Db *db, int64_t session_id, json_t **ret, Err *err);

/*
 * Back-channel logout: a signed token ends the sessions it names. *ret_people: whose (at most 'room'), for whoever remembers sessions. ERR_INPUT not a token of the provider for us, or
 * one that came before.
 */
enum { PSC_LOGOUT_MAX = 16 };
bool psc_back_channel(Psc *p, Slice logout_token, const char *address, int64_t ret_people[PSC_LOGOUT_MAX], size_t *ret_count, Err *err);

#endif
