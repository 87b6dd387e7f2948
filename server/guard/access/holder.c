/*
 * Holders of an access to their own record: papers, codes, accounts; the only SQL for them. E34, T7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/holder.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>

#include "guard/access/access_internal.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { DAY_S = 24 * 60 * 60 };

#define HOLDER_COLUMNS                                                                                        \
    "own_access.id, own_access.patient_id, own_access.act_id, own_access.kind, own_access.name, own_access.login," \
    " own_access.handed_by, own_access.handed_at_s, own_access.code_until_s, own_access.wrong, own_access.person_id," \
    " own_access.activated_at_s, own_access.seen_at_s, own_access.until_s, own_access.ended_at_s, own_access.ended_why"

static void holder_from_row(const DbQuery *q, Holder *ret)
{
    *ret = (Holder) { .id             = db_int(q, 0),
                      .patient_id     = db_int(q, 1),
                      .act_id         = db_int(q, 2),
                      .handed_by      = db_int(q, 6),
                      .handed_at_s    = db_int(q, 7),
                      .code_until_s   = db_int(q, 8),
                      .wrong          = db_int(q, 9),
                      .person_id      = db_int(q, 10),
                      .activated_at_s = db_int(q, 11),
                      .seen_at_s      = db_int(q, 12),
                      .until_s        = db_int(q, 13),
                      .ended_at_s     = db_int(q, 14) };
    db_text(q, 3, ret->kind, sizeof ret->kind);
    db_text(q, 4, ret->name, sizeof ret->name);
    db_text(q, 5, ret->login, sizeof ret->login);
    db_text(q, 15, ret->ended_why, sizeof ret->ended_why);
}

static bool one_holder(DbQuery *q, Holder *ret, Err *err)
{
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such access.", "own access");
    if (step == DB_ROW)
        holder_from_row(q, ret);
    return step == DB_ROW;
}

void holder_secrets(HolderSecrets *ret)
{
    char words[12];
    random_words(3, ret->code);
    random_words(2, words);
    (void)snprintf(ret->login, sizeof ret->login, "p-%s", words);
}

/* Small letters and digits alone count: hyphens, spaces and case are how people type. */
static void code_hash(Slice code, char ret[HEX_256_SIZE])
{
    OWNED_BUF plain = buf_make(64);
    for (size_t i = 0; i < code.len && i < 48; i++) {
        char c = code.at[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c - 'A' + 'a');
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
            buf_add_char(&plain, c);
    }
    sha256_hex(buf_slice(&plain), ret);
}

/* ---- ended ---- */

static bool account_off(Db *db, int64_t person_id, Err *err)
{
    static const char *const OFF[] = { "DELETE FROM session WHERE person_id = ?1", "UPDATE person SET active = 0 WHERE id = ?1" };
    for (size_t i = 0; person_id && i < COUNT(OFF); i++) {
        OWNED(DbQuery) *q = db_query(db, OFF[i]);
        db_bind_int(q, 1, person_id);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

bool holder_end(Db *db, int64_t id, const char *why, Err *err)
{
    Holder h;
    if (!holder_load(db, id, &h, err))
        return false;
    if (h.ended_at_s)
        return err_set(err, ERR_CONFLICT, "This access is closed already.", "own access %" PRId64, id);
    OWNED(DbQuery) *q = db_query(db, "UPDATE own_access SET ended_at_s = ?2, ended_why = ?3 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_s());
    db_bind_cstr(q, 3, why);
    return db_run(q, err) && account_off(db, h.person_id, err);
}

/* ---- handed ---- */

static bool replaced(Db *db, const Holder *h, Err *err)
{
    int64_t ids[16];
    size_t  count = 0;
    DbStep  step;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT own_access.id FROM own_access"
                                         " WHERE own_access.patient_id = ?1 AND own_access.kind = ?2"
                                         "   AND lower(own_access.name) = lower(?3) AND own_access.ended_at_s IS NULL");
        db_bind_int(q, 1, h->patient_id);
        db_bind_cstr(q, 2, h->kind);
        db_bind_cstr(q, 3, h->name);
        while ((step = db_next(q, err)) == DB_ROW && count < COUNT(ids))
            ids[count++] = db_int(q, 0);
        if (step == DB_FAILED)
            return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!holder_end(db, ids[i], "replaced", err))
            return false;
    return true;
}

bool holder_hand(Db *db, const Holder *h, const HolderSecrets *secrets, Err *err)
{
    char hash[HEX_256_SIZE];
    code_hash(slice_of(secrets->code), hash);
    if (!replaced(db, h, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO own_access (patient_id, act_id, kind, name, login, code_hash, handed_by,"
                                     "                        handed_at_s, code_until_s, until_s)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    db_bind_int(q, 1, h->patient_id);
    db_bind_int(q, 2, h->act_id);
    db_bind_cstr(q, 3, h->kind);
    db_bind_cstr(q, 4, h->name);
    db_bind_cstr(q, 5, secrets->login);
    db_bind_cstr(q, 6, hash);
    db_bind_int(q, 7, h->handed_by);
    db_bind_int(q, 8, clock_now_s());
    db_bind_int(q, 9, clock_now_s() + HOLDER_CODE_DAYS * (int64_t)DAY_S);
    if (h->until_s)
        db_bind_int(q, 10, h->until_s);
    else
        db_bind_null(q, 10);
    return db_run(q, err);
}

/* ---- the code ---- */

static bool holder_trace(Db *db, const Holder *h, AuditOutcome outcome, const char *address, const char *detail, Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event      = AUDIT_SIGN_IN,
                                    .outcome    = outcome,
                                    .person_id  = h->person_id,
                                    .patient_id = h->patient_id,
                                    .act_id     = h->act_id,
                                    .actor      = h->login,
                                    .factors    = outcome == AUDIT_OK ? "code+traits" : "",
                                    .origin     = address,
                                    .what       = "own access, code",
                                    .detail     = detail },
                     err);
}

static const char *why_closed(const Holder *h)
{
    if (h->ended_at_s)
        return "ended";
    if (h->activated_at_s)
        return "used";
    if (h->wrong >= HOLDER_WRONG_MAX)
        return "locked";
    return h->code_until_s <= clock_now_s() || (h->until_s && h->until_s <= clock_now_s()) ? "over" : NULL;
}

bool holder_by_code(Db *db, Access *a, Slice code, const char *address, Holder *ret, Err *err)
{
    char hash[HEX_256_SIZE];
    *ret = (Holder) { 0 };
    if (!throttle_check(db, a, SLICE_NONE, address, err))
        return false;
    code_hash(code, hash);
    OWNED(DbQuery) *q = db_query(db, "SELECT " HOLDER_COLUMNS " FROM own_access WHERE own_access.code_hash = ?1");
    db_bind_cstr(q, 1, hash);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW)
        holder_from_row(q, ret);
    const char *closed = step == DB_ROW ? why_closed(ret) : "unknown code";
    if (!closed)
        return true;
    Holder told = *ret;
    *ret        = (Holder) { 0 };
    return throttle_wrong(db, a, SLICE_NONE, address, err) && holder_trace(db, &told, AUDIT_REFUSED, address, closed, err);
}

bool holder_wrong(Db *db, Access *a, const Holder *h, const char *address, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE own_access SET wrong = wrong + 1 WHERE id = ?1");
    db_bind_int(q, 1, h->id);
    return db_run(q, err) && throttle_wrong(db, a, SLICE_NONE, address, err) &&
           holder_trace(db, h, AUDIT_REFUSED, address, "wrong traits", err);
}

/* ---- the account ---- */

static bool mark_holder(Db *db, int64_t id, int64_t person_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE person SET is_holder = 1 WHERE id = ?1");
    db_bind_int(q, 1, person_id);
    if (!db_run(q, err))
        return false;
    OWNED(DbQuery) *own = db_query(db, "UPDATE own_access SET person_id = ?2 WHERE id = ?1");
    db_bind_int(own, 1, id);
    db_bind_int(own, 2, person_id);
    return db_run(own, err);
}

/* With a passkey alone there is no password to choose: what stands there instead is known to nobody. */
static bool without_password(Db *db, int64_t person_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE account SET must_change = 0 WHERE person_id = ?1");
    db_bind_int(q, 1, person_id);
    return db_run(q, err);
}

bool holder_begin(Db *db, Access *a, const Holder *h, Slice family, Slice given, bool passkey, const char *address,
                  char ret_token[SESSION_TOKEN_SIZE], Who *ret, Err *err)
{
    Person p = { .active = true };
    char   nobody_knows[32];
    Holder told = *h;
    (void)slice_copy(slice_of(h->login), p.login, sizeof p.login);
    (void)slice_copy(family, p.family, sizeof p.family);
    (void)slice_copy(given, p.given, sizeof p.given);
    (void)slice_copy(SLICE("patient"), p.profession, sizeof p.profession);
    if (!told.person_id &&
        (!person_create(db, &p, &told.person_id, err) || !mark_holder(db, h->id, told.person_id, err)))
        return false;
    if (!account_reset(db, told.person_id, nobody_knows, err) || (passkey && !without_password(db, told.person_id, err)))
        return false;
    sodium_memzero(nobody_knows, sizeof nobody_knows);
    return session_open(db, a, told.person_id, passkey ? 0 : FACTOR_PASSWORD, false, address, 0, ret_token, ret, err) &&
           holder_trace(db, &told, AUDIT_OK, address, passkey ? "account begun: passkey" : "account begun: password", err);
}

bool holder_signed_in(Db *db, int64_t person_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE own_access SET seen_at_s = ?2, activated_at_s = coalesce(activated_at_s, ?2)"
                                     " WHERE person_id = ?1 AND ended_at_s IS NULL");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, clock_now_s());
    return db_run(q, err);
}

/* ---- looked up ---- */

bool holders_of(Db *db, int64_t patient_id, HolderEach *each, void *with, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "SELECT " HOLDER_COLUMNS " FROM own_access WHERE own_access.patient_id = ?1 ORDER BY own_access.id DESC");
    DbStep step;
    db_bind_int(q, 1, patient_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        Holder h;
        holder_from_row(q, &h);
        if (!each(&h, with))
            return true;
    }
    return step != DB_FAILED;
}

bool holder_load(Db *db, int64_t id, Holder *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " HOLDER_COLUMNS " FROM own_access WHERE own_access.id = ?1");
    db_bind_int(q, 1, id);
    return one_holder(q, ret, err);
}

bool holder_of_person(Db *db, int64_t person_id, Holder *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " HOLDER_COLUMNS " FROM own_access WHERE own_access.person_id = ?1"
                                     " ORDER BY own_access.id DESC LIMIT 1");
    db_bind_int(q, 1, person_id);
    return one_holder(q, ret, err);
}

bool holder_is(Db *db, int64_t person_id, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person.is_holder FROM person WHERE person.id = ?1");
    db_bind_int(q, 1, person_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW && db_int(q, 0) != 0;
    return step != DB_FAILED;
}

bool holder_demo(Db *db, int64_t person_id, int64_t patient_id, Err *err)
{
    Person        p;
    HolderSecrets secrets;
    holder_secrets(&secrets);
    Holder h = { .patient_id = patient_id, .kind = "patient", .handed_by = person_id };
    if (!person_load(db, person_id, &p, err))
        return false;
    (void)slice_copy(slice_of(p.login), secrets.login, sizeof secrets.login);
    return holder_hand(db, &h, &secrets, err) && mark_holder(db, db_last_id(db), person_id, err) &&
           holder_signed_in(db, person_id, err);
}
