/*
 * The answer that moves a session on: its new cookie.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_SESSION_ANSWER_H
#define DOORS_WEB_SESSION_ANSWER_H

#include "doors/web/router.h"

/* Sets the cookie ("" takes it away) and forgets the one it replaces. 'who' may be NULL. */
bool set_session(Request *q, HttpResponse *a, const char *token, const Who *who, Err *err);

/* Sets the cookie of a way of signing in that leads away from the page (sessions.h); "" takes it away. */
bool set_way_cookie(Request *q, HttpResponse *a, const char *name, const char *secret, Err *err);

#endif
