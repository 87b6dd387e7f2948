/*
 * Signing in with a professional's card: started on the page, shown on a port of its own (mutual TLS at the edge), finished on the page. X1, E16.
 *
 * One secret in a cookie binds the three steps to one browser; cookies do not know ports, so the same host sees it on both. A card with its code counts as two factors.
 * Traced here: sign-ins and their refusals.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_CARD_H
#define GUARD_ACCESS_CARD_H

#include "guard/access/sign_in.h"
#include "platform/config.h"

typedef struct CardDoor CardDoor;

/* *ret NULL when "card-listen" has no port. ERR_INPUT: configured by halves. */
bool card_open(Access *a, const Config *c, CardDoor **ret, Err *err);
void card_close(CardDoor *d);
OWNED_BY(CardDoor, card_close)

/* "https://host:8444/carte": where the browser shows the card. Borrowed. */
const char *card_url(const CardDoor *d);
/* "fresh", "stale" (accepted with an alarm), "over" (no card is accepted), "missing". Looked at once a minute. */
const char *card_list_state(CardDoor *d);

bool card_begin(CardDoor *d, const char *address, char ret_browser[SESSION_TOKEN_SIZE], Err *err);
/* The certificate that the handshake proved ("" none), judged and kept for card_finish. ERR_SIGN_IN: this browser began nothing. */
bool card_shown(CardDoor *d, Slice browser, Slice pem, Err *err);
/* The session, or ERR_SIGN_IN with why not; once. */
bool card_finish(CardDoor *d, Slice browser, const char *address, char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err);

#endif
