/*
 * Recovery of an account by two people: its states and who may move them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/account_recovery.h"

#include <inttypes.h>

#include "formats/json/json_util.h"
#include "formats/texts/texts.h"
#include "guard/access/holder.h"
#include "guard/access/people.h"
#include "platform/clock.h"

/* Administrators, and who answers for an organisation of the person. */
static bool may_recover(Db *db, const Who *who, int64_t person_id, bool *ret, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    if (!memberships_load(db, person_id, memberships, &count, err))
        return false;
    *ret = (who_roles(who) & ROLE_ADMIN) != 0;
    for (size_t i = 0; i < count; i++)
        *ret |= (who_roles_in(who, memberships[i].organisation_id) & ROLE_RESPONSIBLE) != 0;
    return true;
}

static bool check_may(Db *db, const Who *who, int64_t person_id, Err *err)
{
    bool may = false;
    if (person_id == who->person_id)
        return err_set(err, ERR_DENIED, "Nobody recovers their own account: ask two other people.", "person %" PRId64, person_id);
    return may_recover(db, who, person_id, &may, err) &&
           (may || err_set(err, ERR_DENIED, "An account is recovered by administrators and by the responsible of the person's organisation.", "person %" PRId64, person_id));
}

/* One that is there, active, and no holder of an own record. */
static bool check_person(Db *db, int64_t person_id, Err *err)
{
    bool   holder = false;
    Person p;
    return holder_is(db, person_id, &holder, err) && person_load(db, person_id, &p, err) &&
           (!holder || err_set(err, ERR_NOT_FOUND, "No such person.", "person %" PRId64 " is a holder", person_id)) &&
           (p.active || err_set(err, ERR_CONFLICT, "This account is inactive: activate it first.", "person %" PRId64, person_id));
}

static bool check_none_open(Db *db, int64_t person_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM account_recovery WHERE person_id = ?1 AND state = 'open' AND until_ms > ?2");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, clock_now_ms());
    DbStep step = db_next(q, err);
    return step == DB_END ||
           (step == DB_ROW && err_set(err, ERR_CONFLICT, "A recovery of this account is open already: somebody else confirms or cancels it.", "person %" PRId64, person_id));
}

bool account_recovery_open(Db *db, const Who *who, int64_t person_id, Slice verified, int64_t *ret_id, Err *err)
{
    verified = slice_trim(verified);
    if (!check_may(db, who, person_id, err) || !check_person(db, person_id, err))
        return false;
    if (verified.len < RECOVERY_VERIFIED_MIN || verified.len > RECOVERY_VERIFIED_MAX || !text_is_clean_utf8(verified))
        return err_set(err, ERR_INPUT, "Say in a sentence how the identity was verified, for example: seen in person, with the professional card.", "%zu bytes", verified.len);
    if (!check_none_open(db, person_id, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO account_recovery (person_id, verified, opened_by, opened_at_ms, until_ms, state) VALUES (?1, ?2, ?3, ?4, ?5, 'open')");
    db_bind_int(q, 1, person_id);
    db_bind_text(q, 2, verified);
    db_bind_int(q, 3, who->person_id);
    db_bind_int(q, 4, clock_now_ms());
    db_bind_int(q, 5, clock_now_ms() + (int64_t)RECOVERY_HOURS * 3600 * 1000);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

/* Whose and by whom; 'own' lets the person pass as well. ERR_CONFLICT when it is over. */
static bool open_one(Db *db, const Who *who, int64_t id, bool own, int64_t *ret_person_id, int64_t *ret_opened_by, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person_id, opened_by, state = 'open' AND until_ms > ?2 FROM account_recovery WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such recovery.", "recovery %" PRId64, id);
    *ret_person_id = db_int(q, 0);
    *ret_opened_by = db_int(q, 1);
    if (!(own && *ret_person_id == who->person_id) && !check_may(db, who, *ret_person_id, err))
        return false;
    return db_int(q, 2) || err_set(err, ERR_CONFLICT, "This recovery is over: it was confirmed, cancelled, or more than 24 hours passed. Open another one.", "recovery %" PRId64, id);
}

static bool close_one(Db *db, const Who *who, int64_t id, const char *state, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE account_recovery SET state = ?2, ended_by = ?3, ended_at_ms = ?4 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_cstr(q, 2, state);
    db_bind_int(q, 3, who->person_id);
    db_bind_int(q, 4, clock_now_ms());
    return db_run(q, err);
}

bool account_recovery_confirm(Db *db, Access *a, const Who *who, int64_t id, int64_t *ret_person_id, char ret_one_time[32], Err *err)
{
    int64_t opened_by = 0;
    if (!open_one(db, who, id, false, ret_person_id, &opened_by, err))
        return false;
    if (opened_by == who->person_id)
        return err_set(err, ERR_DENIED, "You opened this recovery: another authorised person confirms it.", "recovery %" PRId64, id);
    return check_person(db, *ret_person_id, err) && session_check_fresh(db, a, who, err) && account_reset(db, *ret_person_id, ret_one_time, err) &&
           close_one(db, who, id, "confirmed", err);
}

bool account_recovery_cancel(Db *db, const Who *who, int64_t id, int64_t *ret_person_id, Err *err)
{
    int64_t opened_by = 0;
    return open_one(db, who, id, true, ret_person_id, &opened_by, err) && close_one(db, who, id, "cancelled", err);
}

bool account_recoveries_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT account_recovery.id, account_recovery.person_id, " PERSON_NAME_SQL("person") ", account_recovery.verified, " PERSON_NAME_SQL("opener") ","
                                       "       account_recovery.opened_at_ms, account_recovery.until_ms, account_recovery.opened_by"
                                       "  FROM account_recovery JOIN person ON person.id = account_recovery.person_id JOIN person AS opener ON opener.id = account_recovery.opened_by"
                                       " WHERE account_recovery.state = 'open' AND account_recovery.until_ms > ?1 ORDER BY account_recovery.id");
    db_bind_int(q, 1, clock_now_ms());
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        bool    may    = false;
        int64_t person = db_int(q, 1);
        if (!may_recover(db, who, person, &may, err))
            return false;
        if (may && !json_push(list, json_pack("{s:I, s:{s:I, s:o}, s:o, s:o, s:I, s:I, s:b}", "id", (json_int_t)db_int(q, 0), "person", "id", (json_int_t)person, "name",
                                              json_slice(db_slice(q, 2)), "verified", json_slice(db_slice(q, 3)), "opened_by", json_slice(db_slice(q, 4)), "opened_at_ms",
                                              (json_int_t)db_int(q, 5), "until_ms", (json_int_t)db_int(q, 6), "may_confirm",
                                              db_int(q, 7) != who->person_id && person != who->person_id)))
            return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "recoveries as JSON");
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

bool account_recoveries_own_json(Db *db, int64_t person_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT account_recovery.id, account_recovery.state, " PERSON_NAME_SQL("opener") ", " PERSON_NAME_SQL("ender") ", account_recovery.verified,"
                                       "       coalesce(account_recovery.ended_at_ms, account_recovery.opened_at_ms)"
                                       "  FROM account_recovery JOIN person AS opener ON opener.id = account_recovery.opened_by LEFT JOIN person AS ender ON ender.id = account_recovery.ended_by"
                                       " WHERE account_recovery.person_id = ?1"
                                       "   AND ((account_recovery.state = 'confirmed' AND account_recovery.seen_at_ms IS NULL) OR (account_recovery.state = 'open' AND account_recovery.until_ms > ?2))"
                                       " ORDER BY account_recovery.id");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, clock_now_ms());
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        if (!json_push(list, json_pack("{s:I, s:o, s:o, s:o, s:o, s:I}", "id", (json_int_t)db_int(q, 0), "state", json_slice(db_slice(q, 1)), "opened_by", json_slice(db_slice(q, 2)),
                                       "ended_by", json_slice(db_slice(q, 3)), "verified", json_slice(db_slice(q, 4)), "at_ms", (json_int_t)db_int(q, 5))))
            return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "recoveries as JSON");
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

bool account_recovery_seen(Db *db, int64_t person_id, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE account_recovery SET seen_at_ms = ?3 WHERE id = ?1 AND person_id = ?2 AND state = 'confirmed' AND seen_at_ms IS NULL");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, person_id);
    db_bind_int(q, 3, clock_now_ms());
    return db_run(q, err) && (db_changes(q) || err_set(err, ERR_NOT_FOUND, "No such recovery.", "recovery %" PRId64, id));
}
