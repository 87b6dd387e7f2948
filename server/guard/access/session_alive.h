/*
 * Is a session still there? Asked for pages that only listen: unlike session_find it does not count as
 * activity.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_SESSION_ALIVE_H
#define GUARD_ACCESS_SESSION_ALIVE_H

#include "guard/access/sign_in.h"

typedef enum SessionLife { SESSION_ALIVE, SESSION_IDLE, SESSION_OVER, SESSION_GONE } SessionLife;

/* GONE: signed out, or the person was switched off. */
bool session_life(Db *db, const Access *a, int64_t session_id, SessionLife *ret, Err *err);

/* The sessions that are open now stay as old as they are while the demonstration's clock moves on by that much; the caller checks that it may. */
bool sessions_carry(Db *db, int64_t by_s, Err *err);

#endif
