/*
 * Is a session still there?
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/session_alive.h"

#include "guard/access/access_internal.h"
#include "platform/clock.h"

bool session_life(Db *db, const Access *a, int64_t session_id, SessionLife *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT session.seen_at_s, session.expires_at_s, person.active, session.factors"
                                     "  FROM session"
                                     "  JOIN person ON person.id = session.person_id"
                                     " WHERE session.id = ?1");
    db_bind_int(q, 1, session_id);
    switch (db_next(q, err)) {
    case DB_FAILED:
        return false;
    case DB_END:
        *ret = SESSION_GONE;
        return true;
    case DB_ROW:
        break;
    }
    int64_t now = clock_now_s();
    if (!db_int(q, 2))
        *ret = SESSION_GONE;
    else if (now >= db_int(q, 1))
        *ret = SESSION_OVER;
    else
        *ret = now - db_int(q, 0) >= session_idle_s(a, (unsigned)db_int(q, 3)) ? SESSION_IDLE : SESSION_ALIVE;
    return true;
}

bool sessions_carry(Db *db, int64_t by_s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE session SET seen_at_s = seen_at_s + ?1, expires_at_s = expires_at_s + ?1 WHERE expires_at_s > ?2");
    db_bind_int(q, 1, by_s);
    db_bind_int(q, 2, clock_now_s());
    return db_run(q, err);
}
