/*
 * Sessions remembered for a few seconds, so that a hundred frames are not a hundred look-ups; and the cookie.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_SESSIONS_H
#define DOORS_WEB_SESSIONS_H

#include "guard/access/sign_in.h"

enum { SESSION_REMEMBERED_MS = 5000, SESSIONS_REMEMBERED = 512 };
#define SESSION_COOKIE "__Host-beclere"

typedef struct Sessions Sessions;

Sessions *sessions_new(Access *access, Err *err);
void      sessions_free(Sessions *s);

/* As session_find, at most SESSION_REMEMBERED_MS old. */
bool sessions_find(Sessions *s, Slice token, const char *address, Who *ret, Err *err);

/* Signed out, or roles, factors, passwords changed: the next request looks again. */
void sessions_forget_person(Sessions *s, int64_t person_id);
void sessions_forget_token(Sessions *s, Slice token);

/* The key of a workstation: 32 bytes in hexadecimal that the server makes at the first check of its display and the browser keeps. O4. */
#define WORKSTATION_COOKIE "__Host-beclere-workstation"
enum { WORKSTATION_KEY_CHARS = 64, WORKSTATION_COOKIE_SIZE = 224 };
void workstation_cookie(const char *key, char ret[WORKSTATION_COOKIE_SIZE]);

/* "__Host-beclere=...; Path=/; Secure; HttpOnly; SameSite=Strict"; an empty token takes the cookie away. */
enum { SESSION_COOKIE_SIZE = 192 };
void session_cookie(const char *token, char ret[SESSION_COOKIE_SIZE]);

/* What binds a sign-in through Pro Santé Connect, or with a card, to this browser: ten minutes; an empty secret takes it away. */
#define PSC_COOKIE "__Host-beclere-psc"
#define CARD_COOKIE "__Host-beclere-card"
void way_cookie(const char *name, const char *secret, char ret[SESSION_COOKIE_SIZE]);

#endif
