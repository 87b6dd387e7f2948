/*
 * Sign-ins under way, choices, sessions and logout tokens of Pro Santé Connect: the only SQL of these tables.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PSC_STORE_H
#define GUARD_ACCESS_PSC_STORE_H

#include "guard/access/access_internal.h"
#include "guard/access/psc_claims.h"

/* Kept ten minutes; what is over goes. ERR_UNAVAILABLE too many wait. */
bool psc_flow_add(Db *db, Slice state, Slice browser, Err *err);
/* Uses it up, whoever asks. *ret_fine: it was there, for this browser, in time. */
bool psc_flow_use(Db *db, Slice state, Slice browser, bool *ret_fine, Err *err);

/* Somebody whom Pro Santé Connect vouches for, verified. */
typedef struct PscProved {
    int64_t person_id;
    char    login[64];
    char    sub[PSC_SUB_SIZE], sid[PSC_SUB_SIZE];
    int64_t auth_time_s;
    Buf     id_token; /* sealed */
    json_t *situations;
} PscProved;
void psc_proved_clear(PscProved *p);

bool psc_choice_add(Db *db, Slice browser, const PscProved *p, Err *err);
/* Uses it up. ret->person_id 0: none for this browser, or too old. */
bool psc_choice_use(Db *db, Slice browser, PscProved *ret, Err *err);

/* The person's session is one of Pro Santé Connect, in this situation (JSON, NULL none), until 'ends_at_s' at the latest. */
bool psc_session_note(Db *db, int64_t session_id, const PscProved *p, const json_t *situation, const char *code, int64_t ends_at_s, Err *err);
/* Sealed ID token of a session; *ret_there false: not one of Pro Santé Connect. */
bool psc_session_token(Db *db, int64_t session_id, Buf *ret_sealed, bool *ret_there, Err *err);

/* Notes a logout token. *ret_new false: it came before. */
bool psc_logout_note(Db *db, const LogoutToken *t, bool *ret_new, Err *err);
/* Ends the sessions that it names; *ret_people are theirs, each once, at most 'room'. */
bool psc_logout_sessions(Db *db, const LogoutToken *t, int64_t *ret_people, size_t room, size_t *ret_count, Err *err);

#endif
