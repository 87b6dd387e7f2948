/*
 * Access grants: opened and closed by the clinic in the transaction of the fact, asked before every clinical
 * answer.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/grant.h"

#include <inttypes.h>

#include "platform/clock.h"

static void bind_or_null(DbQuery *q, int n, int64_t id)
{
    if (id)
        db_bind_int(q, n, id);
    else
        db_bind_null(q, n);
}

/* Moves the end of a grant that is there already; *ret_found says whether there was one. */
static bool grant_move(Db *db, const Grant *grant, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE access_grant"
                                     "   SET until_s = ?5, why = ?6"
                                     " WHERE patient_id = ?1"
                                     "   AND coalesce(organisation_id, 0) = ?2"
                                     "   AND coalesce(person_id, 0) = ?3"
                                     "   AND coalesce(act_id, 0) = ?4");
    db_bind_int(q, 1, grant->patient_id);
    db_bind_int(q, 2, grant->organisation_id);
    db_bind_int(q, 3, grant->person_id);
    db_bind_int(q, 4, grant->act_id);
    bind_or_null(q, 5, grant->until_s);
    db_bind_cstr(q, 6, grant->why);
    if (!db_run(q, err))
        return false;
    *ret_found = db_changes(q) > 0;
    return true;
}

bool grant_open(Db *db, const Grant *grant, Err *err)
{
    bool found = false;
    if (!grant->organisation_id == !grant->person_id || !grant->patient_id || !grant->why)
        return err_set(err, ERR_BUG, "The access could not be opened.",
                       "grant: organisation %" PRId64 " person %" PRId64 " patient %" PRId64,
                       grant->organisation_id, grant->person_id, grant->patient_id);
    if (!grant_move(db, grant, &found, err))
        return false;
    if (found)
        return true;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO access_grant (organisation_id, person_id, patient_id, "
                                     "act_id, opened_at_s, until_s, why)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    bind_or_null(q, 1, grant->organisation_id);
    bind_or_null(q, 2, grant->person_id);
    db_bind_int(q, 3, grant->patient_id);
    bind_or_null(q, 4, grant->act_id);
    db_bind_int(q, 5, clock_now_s());
    bind_or_null(q, 6, grant->until_s);
    db_bind_cstr(q, 7, grant->why);
    return db_run(q, err);
}

bool grant_close_act(Db *db, int64_t act_id, int64_t at_s, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "UPDATE access_grant"
                     "   SET until_s = ?2"
                     " WHERE act_id = ?1"
                     "   AND (until_s IS NULL OR until_s > ?2)"); /* never later than it was */
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, at_s);
    return db_run(q, err);
}

bool grant_check(Db *db, int64_t person_id, int64_t patient_id, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT" GRANT_SQL("?3", "?1", "?2"));
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, clock_now_s());
    db_bind_int(q, 3, patient_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0) != 0;
    return true;
}
