/*
 * Sessions: opened, found again, ended. The database keeps the SHA-256 of a token, never the token.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "guard/access/access_internal.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { SESSIONS_PER_PERSON = 10, TOUCH_S = 60, NATIONAL_IDLE_S = 1800, NATIONAL_ABSOLUTE_S = 4 * 3600, FRESH_S = 600 };

#define SESSION_COLUMNS                                                                                      \
    PERSON_COLUMNS                                                                                           \
    ", person.lang, session.id, session.factors, session.is_full, session.csrf, session.address,"            \
    " session.signed_in_at_s, session.seen_at_s, session.expires_at_s, coalesce(account.must_change, 1),"                   \
    " person.is_holder, session.situation"
#define SESSION_FROM                                                                                         \
    "  FROM session"                                                                                         \
    "  JOIN person ON person.id = session.person_id"                                                         \
    "  LEFT JOIN account ON account.person_id = session.person_id"
enum { AFTER_PERSON = 12 }; /* number of PERSON_COLUMNS */

typedef struct SessionRow {
    Who     who;
    bool    active, must_change;
    int64_t seen_at_s;
} SessionRow;

static void session_from_row(const DbQuery *q, SessionRow *ret)
{
    Person p;
    person_from_row(q, 0, &p);
    Who w = {
        .person_id      = p.id,
        .session_id     = db_int(q, AFTER_PERSON + 1),
        .factors        = (unsigned)db_int(q, AFTER_PERSON + 2),
        .full           = db_int(q, AFTER_PERSON + 3) != 0,
        .signed_in_at_s = db_int(q, AFTER_PERSON + 6),
        .expires_at_s   = db_int(q, AFTER_PERSON + 8),
    };
    snprintf(w.login, sizeof w.login, "%s", p.login);
    snprintf(w.rpps, sizeof w.rpps, "%s", p.rpps);
    person_shown_name(&p, w.name, sizeof w.name);
    db_text(q, AFTER_PERSON, w.lang, sizeof w.lang);
    db_text(q, AFTER_PERSON + 4, w.csrf, sizeof w.csrf);
    db_text(q, AFTER_PERSON + 5, w.address, sizeof w.address);
    ret->active      = p.active;
    ret->seen_at_s   = db_int(q, AFTER_PERSON + 7);
    ret->must_change = db_int(q, AFTER_PERSON + 9) != 0;
    w.must_enrol     = !(w.factors & FACTORS_NATIONAL) && (ret->must_change || !p.enrolled);
    w.holder         = db_int(q, AFTER_PERSON + 10) != 0;
    db_text(q, AFTER_PERSON + 11, w.situation, sizeof w.situation);
    ret->who         = w;
}

int64_t session_idle_s(const Access *a, unsigned factors)
{
    return factors & FACTORS_NATIONAL && a->idle_s > NATIONAL_IDLE_S ? NATIONAL_IDLE_S : a->idle_s;
}

/* Refuses a session that is not there, idle, over, or of somebody switched off; fills the memberships. */
static bool session_judge(Db *db, const Access *a, DbQuery *q, SessionRow *ret, Err *err)
{
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_END)
        return err_set(err, ERR_SIGN_IN, "Sign in again: the session is over.", "no such session");
    session_from_row(q, ret);
    int64_t now = clock_now_s();
    if (!ret->active || now >= ret->who.expires_at_s || now >= ret->seen_at_s + session_idle_s(a, ret->who.factors))
        return err_set(err, ERR_SIGN_IN, "Sign in again: the session is over.",
                       "session %" PRId64 " is over or idle", ret->who.session_id);
    return memberships_load(db, ret->who.person_id, ret->who.memberships, &ret->who.membership_count, err);
}

static bool session_by_id(Db *db, const Access *a, int64_t id, SessionRow *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " SESSION_COLUMNS SESSION_FROM " WHERE session.id = ?1");
    db_bind_int(q, 1, id);
    return session_judge(db, a, q, ret, err);
}

bool session_again(Db *db, const Access *a, const Who *w, Who *ret, Err *err)
{
    SessionRow row;
    if (!session_by_id(db, a, w->session_id, &row, err))
        return false;
    if (row.who.person_id != w->person_id)
        return err_set(err, ERR_SIGN_IN, "Sign in again: the session is over.", "session of another person");
    *ret = row.who;
    return true;
}

bool session_check_fresh(Db *db, const Access *a, const Who *w, Err *err)
{
    Who now;
    return session_again(db, a, w, &now, err) &&
           ((now.full && clock_now_s() - now.signed_in_at_s <= FRESH_S) ||
            err_set(err, ERR_DENIED, "This is done within ten minutes of signing in: sign out, sign in again, then start again here.", "session %" PRId64 " signed in %" PRId64 " s ago",
                    now.session_id, clock_now_s() - now.signed_in_at_s));
}

bool session_may_enrol(Db *db, const Access *a, const Who *w, Who *ret, Err *err)
{
    SessionRow row;
    if (!session_by_id(db, a, w->session_id, &row, err))
        return false;
    if (row.must_change && !(row.who.factors & FACTORS_NATIONAL))
        return err_set(err, ERR_CONFLICT, "Choose a new password first.", "one-time password not replaced");
    if (row.who.person_id != w->person_id || (!row.who.full && !row.who.must_enrol))
        return err_set(err, ERR_DENIED, "Show your second factor first.", "session %" PRId64 " is half-open",
                       row.who.session_id);
    if (row.who.full && !row.who.must_enrol && clock_now_s() - row.who.signed_in_at_s > FRESH_S)
        return err_set(err, ERR_DENIED, "Factors are changed within ten minutes of signing in: sign out, sign in again, then start again here.",
                       "session %" PRId64 " signed in %" PRId64 " s ago", row.who.session_id, clock_now_s() - row.who.signed_in_at_s);
    *ret = row.who;
    return true;
}

/* Room beside session 'keep_id': what is over goes, and the oldest of this person beyond ten. */
static bool sessions_purge(Db *db, const Access *a, int64_t person_id, int64_t keep_id, Err *err)
{
    OWNED(DbQuery) *over = db_query(db, "DELETE FROM session WHERE expires_at_s <= ?1 OR seen_at_s <= ?2");
    db_bind_int(over, 1, clock_now_s());
    db_bind_int(over, 2, clock_now_s() - a->idle_s);
    if (!db_run(over, err))
        return false;
    OWNED(DbQuery) *many = db_query(db, "DELETE FROM session"
                                        " WHERE person_id = ?1"
                                        "   AND id <> ?3"
                                        "   AND id NOT IN (SELECT id FROM session WHERE person_id = ?1 AND id <> ?3"
                                        "                   ORDER BY seen_at_s DESC, id DESC LIMIT ?2)");
    db_bind_int(many, 1, person_id);
    db_bind_int(many, 2, SESSIONS_PER_PERSON - 1);
    db_bind_int(many, 3, keep_id);
    return db_run(many, err);
}

static bool session_delete(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM session WHERE id = ?1");
    db_bind_int(q, 1, id);
    return db_run(q, err);
}

static bool session_insert(Db *db, int64_t id, int64_t person_id, unsigned factors, bool full,
                           const char *address, int64_t ends_at_s, char ret_token[SESSION_TOKEN_SIZE],
                           Err *err)
{
    char hash[HEX_256_SIZE], csrf[HEX_256_SIZE];
    random_hex(ret_token);
    random_hex(csrf);
    sha256_hex(slice_of(ret_token), hash);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO session (id, token_hash, person_id, factors, is_full, "
                                     "csrf, address,"
                                     "                     signed_in_at_s, seen_at_s, expires_at_s)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?8, ?9)");
    db_bind_int(q, 1, id);
    db_bind_cstr(q, 2, hash);
    db_bind_int(q, 3, person_id);
    db_bind_int(q, 4, factors);
    db_bind_int(q, 5, full);
    db_bind_cstr(q, 6, csrf);
    db_bind_cstr(q, 7, address ? address : "");
    db_bind_int(q, 8, clock_now_s());
    db_bind_int(q, 9, ends_at_s);
    return db_run(q, err);
}

bool session_open(Db *db, const Access *a, int64_t person_id, unsigned factors, bool full,
                  const char *address, int64_t replaces, char ret_token[SESSION_TOKEN_SIZE], Who *ret,
                  Err *err)
{
    char       token[SESSION_TOKEN_SIZE];
    SessionRow row;
    int64_t    id      = random_id();
    int64_t    lasts_s = full                              ? a->absolute_s
                         : a->absolute_s < ENROL_SESSION_S ? a->absolute_s
                                                           : ENROL_SESSION_S;
    if (factors & FACTORS_NATIONAL && lasts_s > NATIONAL_ABSOLUTE_S)
        lasts_s = NATIONAL_ABSOLUTE_S;
    if (!session_insert(db, id, person_id, factors, full, address, clock_now_s() + lasts_s, token, err) ||
        (replaces && (!psc_session_moves(db, replaces, id, err) || !session_delete(db, replaces, err))) || !sessions_purge(db, a, person_id, id, err))
        return false;
    if (!session_by_id(db, a, id, &row, err))
        return false;
    if (!full && !row.who.must_enrol) { /* a second factor is there: ten minutes to show it */
        OWNED(DbQuery) *q    = db_query(db, "UPDATE session SET expires_at_s = ?2 WHERE id = ?1");
        row.who.expires_at_s = clock_now_s() + (lasts_s < HALF_SESSION_S ? lasts_s : HALF_SESSION_S);
        db_bind_int(q, 1, id);
        db_bind_int(q, 2, row.who.expires_at_s);
        if (!db_run(q, err))
            return false;
    }
    if (full && row.who.holder && !holder_signed_in(db, person_id, err))
        return false;
    memcpy(ret_token, token, sizeof token);
    *ret = row.who;
    return true;
}

static bool session_touch(Db *db, void *work, Err *err)
{
    const Who *w      = work;
    OWNED(DbQuery) *q = db_query(db, "UPDATE session SET seen_at_s = ?2, address = ?3 WHERE id = ?1");
    db_bind_int(q, 1, w->session_id);
    db_bind_int(q, 2, clock_now_s());
    db_bind_cstr(q, 3, w->address);
    return db_run(q, err);
}

bool session_find(Access *a, Slice token, const char *address, Who *ret, Err *err)
{
    char       hash[HEX_256_SIZE];
    SessionRow row;
    if (token.len != SESSION_TOKEN_SIZE - 1)
        return err_set(err, ERR_SIGN_IN, "Sign in again: the session is over.", "token of %zu characters",
                       token.len);
    sha256_hex(token, hash);
    {
        OWNED(Db) *db = db_read(a->host, err);
        if (!db)
            return false;
        OWNED(DbQuery) *q = db_query(db, "SELECT " SESSION_COLUMNS SESSION_FROM " WHERE session.token_hash = "
                                         "?1");
        db_bind_cstr(q, 1, hash);
        if (!session_judge(db, a, q, &row, err))
            return false;
    }
    if (address)
        snprintf(row.who.address, sizeof row.who.address, "%s", address);
    if (clock_now_s() >= row.seen_at_s + TOUCH_S && !db_write(a->host, session_touch, &row.who, err))
        return false;
    *ret = row.who;
    return true;
}

bool sessions_end_others(Db *db, int64_t person_id, int64_t keep_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM session WHERE person_id = ?1 AND id <> ?2");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, keep_id);
    return db_run(q, err);
}

static bool end_one(Db *db, void *work, Err *err)
{
    const Who *w = work;
    return session_delete(db, w->session_id, err) &&
           access_trace(db, AUDIT_SIGN_OUT, AUDIT_OK, w, w->address, "sign-out", "", err);
}

bool session_end(Access *a, const Who *w, Err *err)
{
    Who copy = *w;
    return db_write(a->host, end_one, &copy, err);
}

static bool end_all(Db *db, void *work, Err *err)
{
    const Who *w = work;
    return sessions_end_others(db, w->person_id, 0, err) &&
           access_trace(db, AUDIT_SIGN_OUT, AUDIT_OK, w, w->address, "sign-out everywhere", "", err);
}

bool session_end_all(Access *a, int64_t person_id, Err *err)
{
    Who who = { .person_id = person_id };
    return db_write(a->host, end_all, &who, err);
}

bool person_set_enrolled(Db *db, int64_t person_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE person"
                                     "   SET enrolled = CASE WHEN EXISTS (SELECT 1 FROM passkey WHERE "
                                     "passkey.person_id = ?1)"
                                     "                         OR EXISTS (SELECT 1 FROM totp WHERE "
                                     "totp.person_id = ?1 AND totp.secret IS NOT NULL)"
                                     "                       THEN 1 ELSE 0 END"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, person_id);
    return db_run(q, err);
}
