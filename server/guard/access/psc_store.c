/*
 * The tables of Pro Santé Connect.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/psc_store.h"

#include "guard/access/psc.h"
#include "platform/clock.h"

enum { FLOW_S = 600, FLOWS_MAX = 5000 };

void psc_proved_clear(PscProved *p)
{
    buf_free(&p->id_token);
    json_decref(p->situations);
    p->situations = NULL;
}

/* ---- under way ---- */

static bool over_purge(Db *db, Err *err)
{
    static const char *const OVER[] = { "DELETE FROM psc_flow WHERE expires_at_s <= ?1", "DELETE FROM psc_choice WHERE expires_at_s <= ?1",
                                        "DELETE FROM psc_logout WHERE expires_at_s <= ?1" };
    for (size_t i = 0; i < COUNT(OVER); i++) {
        OWNED(DbQuery) *q = db_query(db, OVER[i]);
        db_bind_int(q, 1, clock_now_s());
        if (!db_run(q, err))
            return false;
    }
    return true;
}

bool psc_flow_add(Db *db, Slice state, Slice browser, Err *err)
{
    char state_hash[HEX_256_SIZE], browser_hash[HEX_256_SIZE];
    sha256_hex(state, state_hash);
    sha256_hex(browser, browser_hash);
    if (!over_purge(db, err))
        return false;
    {
        OWNED(DbQuery) *many = db_query(db, "SELECT count(*) FROM psc_flow");
        if (db_next(many, err) != DB_ROW)
            return false;
        if (db_int(many, 0) >= FLOWS_MAX)
            return err_set(err, ERR_UNAVAILABLE, "Too many people are signing in: try again in a moment.", "sign-ins under way");
    }
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO psc_flow (state_hash, browser_hash, expires_at_s) VALUES (?1, ?2, ?3)");
    db_bind_cstr(q, 1, state_hash);
    db_bind_cstr(q, 2, browser_hash);
    db_bind_int(q, 3, clock_now_s() + FLOW_S);
    return db_run(q, err);
}

bool psc_flow_use(Db *db, Slice state, Slice browser, bool *ret_fine, Err *err)
{
    char state_hash[HEX_256_SIZE], browser_hash[HEX_256_SIZE];
    sha256_hex(state, state_hash);
    sha256_hex(browser, browser_hash);
    *ret_fine = false;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM psc_flow WHERE state_hash = ?1 AND browser_hash = ?2 AND expires_at_s > ?3");
        db_bind_cstr(q, 1, state_hash);
        db_bind_cstr(q, 2, browser_hash);
        db_bind_int(q, 3, clock_now_s());
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        *ret_fine = step == DB_ROW;
    }
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM psc_flow WHERE state_hash = ?1");
    db_bind_cstr(q, 1, state_hash);
    return db_run(q, err);
}

/* ---- the choice ---- */

static bool choice_forget(Db *db, const char *browser_hash, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM psc_choice WHERE browser_hash = ?1");
    db_bind_cstr(q, 1, browser_hash);
    return db_run(q, err);
}

bool psc_choice_add(Db *db, Slice browser, const PscProved *p, Err *err)
{
    char      hash[HEX_256_SIZE];
    OWNED_BUF situations = buf_make(JSON_BYTES_MAX);
    sha256_hex(browser, hash);
    if (!json_dump_to_buf(p->situations, &situations, err) || !choice_forget(db, hash, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO psc_choice (browser_hash, person_id, sub, sid, id_token, auth_time_s, situations, expires_at_s)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
    db_bind_cstr(q, 1, hash);
    db_bind_int(q, 2, p->person_id);
    db_bind_cstr(q, 3, p->sub);
    db_bind_cstr(q, 4, p->sid);
    db_bind_blob(q, 5, buf_slice(&p->id_token));
    db_bind_int(q, 6, p->auth_time_s);
    db_bind_text(q, 7, buf_slice(&situations));
    db_bind_int(q, 8, clock_now_s() + FLOW_S);
    return db_run(q, err);
}

bool psc_choice_use(Db *db, Slice browser, PscProved *ret, Err *err)
{
    char hash[HEX_256_SIZE];
    sha256_hex(browser, hash);
    *ret = (PscProved){ .id_token = buf_make(2 * SECRET_MAX) };
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT psc_choice.person_id, psc_choice.sub, psc_choice.sid, psc_choice.id_token, psc_choice.auth_time_s, psc_choice.situations, person.login"
                                         "  FROM psc_choice"
                                         "  JOIN person ON person.id = psc_choice.person_id"
                                         " WHERE psc_choice.browser_hash = ?1 AND psc_choice.expires_at_s > ?2 AND person.active = 1");
        db_bind_cstr(q, 1, hash);
        db_bind_int(q, 2, clock_now_s());
        DbStep step = db_next(q, err);
        if (step != DB_ROW)
            return step == DB_END;
        ret->person_id = db_int(q, 0);
        db_text(q, 1, ret->sub, sizeof ret->sub);
        db_text(q, 2, ret->sid, sizeof ret->sid);
        buf_add(&ret->id_token, db_slice(q, 3));
        ret->auth_time_s = db_int(q, 4);
        db_text(q, 6, ret->login, sizeof ret->login);
        if (!(ret->situations = json_parse(db_slice(q, 5), err)))
            return false;
    }
    return choice_forget(db, hash, err);
}

/* ---- sessions ---- */

bool psc_session_note(Db *db, int64_t session_id, const PscProved *p, const json_t *situation, const char *code, int64_t ends_at_s, Err *err)
{
    OWNED_BUF chosen = buf_make(JSON_BYTES_MAX);
    if (situation && !json_dump_to_buf(situation, &chosen, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO psc_session (session_id, sub, sid, id_token, situation) VALUES (?1, ?2, ?3, ?4, ?5)");
    db_bind_int(q, 1, session_id);
    db_bind_cstr(q, 2, p->sub);
    db_bind_cstr(q, 3, p->sid);
    db_bind_blob(q, 4, buf_slice(&p->id_token));
    db_bind_text(q, 5, buf_slice(&chosen));
    if (!db_run(q, err))
        return false;
    OWNED(DbQuery) *s = db_query(db, "UPDATE session SET situation = ?2, expires_at_s = CASE WHEN expires_at_s > ?3 THEN ?3 ELSE expires_at_s END WHERE id = ?1");
    db_bind_int(s, 1, session_id);
    db_bind_cstr(s, 2, code);
    db_bind_int(s, 3, ends_at_s);
    return db_run(s, err);
}

bool psc_session_moves(Db *db, int64_t from, int64_t to, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE psc_session SET session_id = ?2 WHERE session_id = ?1");
    db_bind_int(q, 1, from);
    db_bind_int(q, 2, to);
    if (!db_run(q, err))
        return false;
    if (!db_changes(q)) /* not one of theirs */
        return true;
    OWNED(DbQuery) *s = db_query(db, "UPDATE session"
                                     "   SET situation = old.situation,"
                                     "       expires_at_s = CASE WHEN session.expires_at_s > old.expires_at_s THEN old.expires_at_s ELSE session.expires_at_s END"
                                     "  FROM session AS old"
                                     " WHERE session.id = ?2 AND old.id = ?1");
    db_bind_int(s, 1, from);
    db_bind_int(s, 2, to);
    return db_run(s, err);
}

bool psc_session_token(Db *db, int64_t session_id, Buf *ret_sealed, bool *ret_there, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id_token FROM psc_session WHERE session_id = ?1");
    db_bind_int(q, 1, session_id);
    DbStep step = db_next(q, err);
    *ret_there  = step == DB_ROW;
    if (step == DB_ROW)
        buf_add(ret_sealed, db_slice(q, 0));
    return step != DB_FAILED;
}

bool psc_situation_of(Db *db, int64_t session_id, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT situation FROM psc_session WHERE session_id = ?1 AND situation <> ''");
    db_bind_int(q, 1, session_id);
    *ret = NULL;
    switch (db_next(q, err)) {
    case DB_ROW:
        return (*ret = json_parse_object(db_slice(q, 0), err)) != NULL;
    case DB_END:
        return true;
    case DB_FAILED:
        break;
    }
    return false;
}

/* ---- logout tokens ---- */

bool psc_logout_note(Db *db, const LogoutToken *t, bool *ret_new, Err *err)
{
    char hash[HEX_256_SIZE];
    sha256_hex(slice_of(t->jti), hash);
    if (!over_purge(db, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO psc_logout (jti_hash, expires_at_s) VALUES (?1, ?2) ON CONFLICT DO NOTHING");
    db_bind_cstr(q, 1, hash);
    db_bind_int(q, 2, t->ends_at_s);
    if (!db_run(q, err))
        return false;
    *ret_new = db_changes(q) == 1;
    return true;
}

#define NAMED " (?1 = '' OR psc_session.sid = ?1) AND (?2 = '' OR psc_session.sub = ?2) AND (?1 <> '' OR ?2 <> '')"

bool psc_logout_sessions(Db *db, const LogoutToken *t, int64_t *ret_people, size_t room, size_t *ret_count, Err *err)
{
    DbStep step;
    *ret_count = 0;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT DISTINCT session.person_id"
                                         "  FROM psc_session"
                                         "  JOIN session ON session.id = psc_session.session_id"
                                         " WHERE" NAMED);
        db_bind_cstr(q, 1, t->sid);
        db_bind_cstr(q, 2, t->sub);
        while ((step = db_next(q, err)) == DB_ROW && *ret_count < room)
            ret_people[(*ret_count)++] = db_int(q, 0);
        if (step == DB_FAILED)
            return false;
    }
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM session WHERE id IN (SELECT psc_session.session_id FROM psc_session WHERE" NAMED ")");
    db_bind_cstr(q, 1, t->sid);
    db_bind_cstr(q, 2, t->sub);
    return db_run(q, err);
}
