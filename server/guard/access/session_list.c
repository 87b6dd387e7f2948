/*
 * Sessions listed and ended one by one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/session_list.h"

#include <inttypes.h>

#include "formats/json/json_util.h"
#include "guard/access/access_internal.h"
#include "platform/clock.h"

bool session_list(Db *db, const Access *a, int64_t person_id, int64_t here_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT id, factors, situation, address, is_full, signed_in_at_s, seen_at_s, expires_at_s"
                                       "  FROM session"
                                       " WHERE person_id = ?1 AND expires_at_s > ?2"
                                       " ORDER BY seen_at_s DESC, id");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, clock_now_s());
    for (;;) {
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_END)
            break;
        Who  w = { .factors = (unsigned)db_int(q, 1) };
        char factors[64], address[64];
        db_text(q, 2, w.situation, sizeof w.situation);
        db_text(q, 3, address, sizeof address);
        if (db_int(q, 6) + session_idle_s(a, w.factors) > clock_now_s())
            json_push(list, json_pack("{s:I, s:s, s:s, s:b, s:I, s:I, s:I, s:b}", "id", (json_int_t)db_int(q, 0), "factors", who_factors_text(&w, factors, sizeof factors),
                                      "address", address, "full", db_int(q, 4) != 0, "signed_in_at_s", (json_int_t)db_int(q, 5), "seen_at_s", (json_int_t)db_int(q, 6),
                                      "expires_at_s", (json_int_t)db_int(q, 7), "here", db_int(q, 0) == here_id));
    }
    *ret = GIVE(list);
    return true;
}

bool session_end_of(Db *db, int64_t person_id, int64_t session_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM session WHERE id = ?1 AND person_id = ?2");
    db_bind_int(q, 1, session_id);
    db_bind_int(q, 2, person_id);
    if (!db_run(q, err))
        return false;
    return db_changes(q) == 1 || err_set(err, ERR_NOT_FOUND, "No such session: it has ended already.", "session %" PRId64, session_id);
}
