/*
 * The one-time access of a recipient without an account: made, opened, ended; the only SQL for it. E31, T6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/handed_access.h"

#include <inttypes.h>
#include <stdio.h>

#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

#include "clinic/workflow/delivery.h"
#include "formats/json/base64.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { DAY_S = 24 * 60 * 60, HASH_SIZE = 65 };

static void hash_of(Slice text, char ret[HASH_SIZE])
{
    uint8_t sha256[SHA256_DIGEST_LENGTH];
    SHA256((const unsigned char *)text.at, text.len, sha256);
    hex_encode(slice_bytes(sha256, sizeof sha256), ret);
}

/* The code alone could be guessed from its hash; together with the link's 256 bits it cannot. */
static void code_hash_of(Slice secret, Slice code, char ret[HASH_SIZE])
{
    OWNED_BUF both = buf_make(256);
    buf_add(&both, secret);
    buf_add_char(&both, ':');
    buf_add(&both, code);
    hash_of(buf_slice(&both), ret);
}

static bool secrets_make(HandedAccess *ret, Err *err)
{
    uint8_t  bytes[32];
    uint64_t number = 0;
    if (RAND_bytes(bytes, sizeof bytes) != 1 || RAND_bytes((unsigned char *)&number, sizeof number) != 1)
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no random bytes");
    hex_encode(slice_bytes(bytes, sizeof bytes), ret->secret);
    (void)snprintf(ret->code, sizeof ret->code, "%08" PRIu64, number % 100000000);
    return true;
}

/* ---- made ---- */

static bool access_end(Db *db, int64_t act_id, int64_t delivery_id, int64_t at_s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE handed_access SET ended_at_s = ?3"
                                     " WHERE act_id = ?1 AND delivery_id = ?2 AND ended_at_s IS NULL");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, delivery_id);
    db_bind_int(q, 3, at_s);
    return db_run(q, err);
}

static bool access_add(Db *db, const Act *a, const ActEvent *e, void *arg, Err *err)
{
    const HandedAccess *made        = arg;
    int64_t             delivery_id = json_integer_value(json_object_get(e->data, "id"));
    char                link[HASH_SIZE], code[HASH_SIZE];
    hash_of(slice_of(made->secret), link);
    code_hash_of(slice_of(made->secret), slice_of(made->code), code);
    if (!access_end(db, a->id, delivery_id, e->at_ms / 1000, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO handed_access (act_id, delivery_id, link_hash, code_hash, handed_by, "
                                     "handed_at_s, expires_at_s)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    db_bind_int(q, 1, a->id);
    db_bind_int(q, 2, delivery_id);
    db_bind_cstr(q, 3, link);
    db_bind_cstr(q, 4, code);
    db_bind_int(q, 5, e->person_id);
    db_bind_int(q, 6, e->at_ms / 1000);
    db_bind_int(q, 7, made->expires_at_ms / 1000);
    return db_run(q, err);
}

bool handed_access_make(ActHouse *house, const Who *who, int64_t act_id, int64_t delivery_id, HandedAccess *ret,
                        MissingList *ret_missing, Err *err)
{
    HandedAccess made = { .expires_at_ms = (clock_now_s() + HANDED_DAYS * DAY_S) * 1000 };
    if (!secrets_make(&made, err))
        return false;
    OWNED(json_t) *data = json_pack("{s:I, s:I}", "id", (json_int_t)delivery_id, "expires_at_ms",
                                    (json_int_t)made.expires_at_ms);
    ActCall call = { .act_id = act_id, .step = SLICE("hand-access"), .data = data, .also = access_add, .also_arg = &made };
    if (!act_do(house, who, &call, ret_missing, err))
        return false;
    *ret = made;
    return true;
}

/* ---- opened ---- */

typedef struct Opening {
    ActHouse   *house;
    Slice       secret, code;
    const char *address;
    bool        opened, known;
    int64_t     id, act_id, delivery_id, patient_id, wrong, openings, expires_at_s, ended_at_s;
    char        code_hash[HASH_SIZE], number[24];
} Opening;

static bool opening_load(Db *db, Opening *o, Err *err)
{
    char link[HASH_SIZE];
    hash_of(o->secret, link);
    OWNED(DbQuery) *q =
        db_query(db, "SELECT handed_access.id, handed_access.act_id, handed_access.delivery_id, handed_access.code_hash,"
                     "       handed_access.wrong, handed_access.openings, handed_access.expires_at_s,"
                     "       handed_access.ended_at_s, act.patient_id, act.number"
                     "  FROM handed_access JOIN act ON act.id = handed_access.act_id"
                     " WHERE handed_access.link_hash = ?1");
    db_bind_cstr(q, 1, link);
    DbStep step = db_next(q, err);
    o->known    = step == DB_ROW;
    if (o->known) {
        o->id          = db_int(q, 0);
        o->act_id      = db_int(q, 1);
        o->delivery_id = db_int(q, 2);
        db_text(q, 3, o->code_hash, sizeof o->code_hash);
        o->wrong        = db_int(q, 4);
        o->openings     = db_int(q, 5);
        o->expires_at_s = db_int(q, 6);
        o->ended_at_s   = db_int(q, 7);
        o->patient_id   = db_int(q, 8);
        db_text(q, 9, o->number, sizeof o->number);
    }
    return step != DB_FAILED;
}

static bool code_is_right(const Opening *o)
{
    char given[HASH_SIZE];
    code_hash_of(o->secret, o->code, given);
    return CRYPTO_memcmp(given, o->code_hash, HASH_SIZE - 1) == 0;
}

static bool count_up(Db *db, const Opening *o, bool right, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE handed_access SET wrong = wrong + ?2, openings = openings + ?3 WHERE id = ?1");
    db_bind_int(q, 1, o->id);
    db_bind_int(q, 2, right ? 0 : 1);
    db_bind_int(q, 3, right ? 1 : 0);
    return db_run(q, err);
}

static bool opening_trace(Db *db, const Opening *o, const char *detail, Err *err)
{
    char actor[40];
    (void)snprintf(actor, sizeof actor, "handed-access:%" PRId64, o->id);
    return audit_add(db,
                     &(AuditLine) { .event      = AUDIT_READ,
                                    .outcome    = o->opened ? AUDIT_OK : AUDIT_REFUSED,
                                    .patient_id = o->patient_id,
                                    .act_id     = o->act_id,
                                    .actor      = actor,
                                    .factors    = "link+code",
                                    .origin     = o->address,
                                    .what       = "POST /api/handed-report",
                                    .object     = o->number,
                                    .detail     = detail },
                     err);
}

/* A wrong code must be counted although nothing opens: the transaction succeeds, the answer is 'opened'. */
static bool opening_work(Db *db, void *arg, Err *err)
{
    Opening *o = arg;
    if (!opening_load(db, o, err))
        return false;
    if (!o->known)
        return true; /* 256 bits are not guessed: the door's own line is enough */
    if (o->ended_at_s || o->expires_at_s <= clock_now_s() || o->wrong >= HANDED_WRONG_MAX ||
        o->openings >= HANDED_OPENINGS_MAX)
        return opening_trace(db, o, o->ended_at_s ? "ended" : o->wrong >= HANDED_WRONG_MAX ? "locked" : "over", err);
    if (!code_is_right(o))
        return count_up(db, o, false, err) && opening_trace(db, o, "wrong code", err);
    o->opened = true;
    return count_up(db, o, true, err) && opening_trace(db, o, "", err) &&
           act_do_system(db, o->house, o->act_id, "access-opened",
                         json_pack("{s:I, s:I}", "id", (json_int_t)o->delivery_id, "openings",
                                   (json_int_t)(o->openings + 1)),
                         err);
}

bool handed_access_open(ActHouse *house, Slice secret, Slice code, const char *address, Buf *ret, Err *err)
{
    Opening o = { .house = house, .secret = secret, .code = slice_trim(code), .address = address };
    if (secret.len != HANDED_SECRET_SIZE - 1 || o.code.len != HANDED_CODE_SIZE - 1) /* not even the form of one */
        return err_set(err, ERR_DENIED, "Nothing opens with this link and this code. Check the code, or ask the person who gave you the link for a new one.",
                       "form of the secrets");
    if (!db_write(house->needs.host, opening_work, &o, err))
        return false;
    if (!o.opened)
        return err_set(err, ERR_DENIED, "Nothing opens with this link and this code. Check the code, or ask the person who gave you the link for a new one.",
                       "access %" PRId64, o.id);
    return act_signed_pdf(house, o.act_id, ret, err);
}

static bool all_end(Db *db, int64_t act_id, int64_t at_s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE handed_access SET ended_at_s = ?2 WHERE act_id = ?1 AND ended_at_s IS NULL");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, at_s);
    return db_run(q, err);
}

bool handed_access_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event,
                          Err *err)
{
    /* what was handed over opened the version before: the new one is handed anew */
    if (strcmp(event->step, "sign-addendum") == 0 || strcmp(event->step, "sign") == 0)
        return all_end(db, after->id, event->at_ms / 1000, err);
    static const char *const ENDING[] = { "revoke-recipient", "record-objection", "revoke-access", "try-delivery" };
    size_t                   i;
    const json_t            *line;
    (void)house;
    (void)before;
    for (size_t s = 0; s < COUNT(ENDING); s++) {
        if (strcmp(event->step, ENDING[s]) != 0)
            continue;
        json_array_foreach (json_object_get(after->facts, "deliveries"), i, line) {
            const json_t *access = json_object_get(line, "access");
            if (access && !json_object_get(access, "revoked_at_ms"))
                continue;
            if (!access_end(db, after->id, json_integer_value(json_object_get(line, "id")), event->at_ms / 1000, err))
                return false;
        }
    }
    return true;
}
