/*
 * Guessing is slow: wrong answers in a row make a login or an address wait, longer each time. Kept in the
 * database.
 *
 * Passkeys cannot be guessed, so a waiting login does not stop them (docs/decisions/0004-sign-in.md).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <arpa/inet.h>
#include <inttypes.h>

#include "guard/access/access_internal.h"
#include "platform/clock.h"

typedef struct ThrottleRule {
    const char *label;
    int64_t     free; /* wrong answers without waiting */
    int64_t     first_s, most_s;
    int64_t     lock_at, lock_s;
    int64_t     forget_s; /* without a wrong answer for so long, counting starts anew */
} ThrottleRule;

static const ThrottleRule RULES[] = {
    /* what      wrong  wait: first, most   locked at, for   forgotten after */
    { "login", 5, 60, 900, 20, 3600, 86400 },
    { "address", 100, 60, 900, 1000, 3600, 3600 }, /* a hospital is one address */
};
enum { BY_LOGIN, BY_ADDRESS, FORGET_ALL_S = 7 * 86400 };

/* The least of these that is not less than what is left. */
static const struct {
    int64_t     minutes;
    const char *shown;
} WAITS[] = {
    { 1, "Too many attempts: try again in 1 minute." },
    { 2, "Too many attempts: try again in 2 minutes." },
    { 4, "Too many attempts: try again in 4 minutes." },
    { 8, "Too many attempts: try again in 8 minutes." },
    { 15, "Too many attempts: try again in 15 minutes." },
    { 30, "Too many attempts: try again in 30 minutes." },
    { 60, "Too many attempts: try again in one hour." },
};

/* An IPv6 customer owns a whole /64: its first half is who asks. */
static void key_of(const Access *a, size_t rule, Slice text, char ret[HEX_256_SIZE])
{
    char            copy[64], folded[64];
    struct in6_addr six;
    if (rule == BY_LOGIN) {
        size_t len = text.len < sizeof folded ? text.len : sizeof folded;
        for (size_t i = 0; i < len; i++)
            folded[i] = (char)(text.at[i] >= 'A' && text.at[i] <= 'Z' ? text.at[i] - 'A' + 'a' : text.at[i]);
        text = (Slice) { folded, len };
    } else if (slice_copy(text, copy, sizeof copy) && inet_pton(AF_INET6, copy, &six) == 1 &&
               !IN6_IS_ADDR_V4MAPPED(&six)) {
        text = slice_bytes(&six, 8);
    }
    keyed_hash(a, RULES[rule].label, text, ret);
}

typedef struct Throttled {
    int64_t wrong, wait_until_s;
} Throttled;

static bool throttle_load(Db *db, const char *hash, int64_t forget_s, Throttled *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT wrong, wait_until_s FROM throttle WHERE hash = ?1 AND "
                                     "(last_at_s > ?2 OR wait_until_s > ?3)");
    db_bind_cstr(q, 1, hash);
    db_bind_int(q, 2, clock_now_s() - forget_s);
    db_bind_int(q, 3, clock_now_s());
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? (Throttled) { db_int(q, 0), db_int(q, 1) } : (Throttled) { 0, 0 };
    return step != DB_FAILED;
}

static int64_t wait_after(const ThrottleRule *rule, int64_t wrong)
{
    if (wrong < rule->free)
        return 0;
    if (wrong >= rule->lock_at)
        return rule->lock_s;
    int64_t doublings = wrong - rule->free < 20 ? wrong - rule->free : 20;
    int64_t wait_s    = rule->first_s << doublings;
    return wait_s < rule->most_s ? wait_s : rule->most_s;
}

static bool must_wait(int64_t left_s, const char *label, Err *err)
{
    size_t i = 0;
    while (i + 1 < COUNT(WAITS) && WAITS[i].minutes * 60 < left_s)
        i++;
    return err_set(err, ERR_TOO_OFTEN, WAITS[i].shown, "throttled by %s: %" PRId64 " s left", label, left_s);
}

bool throttle_check(Db *db, const Access *a, Slice login, const char *address, Err *err)
{
    const Slice texts[] = { login, slice_of(address) };
    for (size_t i = 0; i < COUNT(RULES); i++) {
        char      hash[HEX_256_SIZE];
        Throttled is;
        if (!texts[i].len)
            continue;
        key_of(a, i, texts[i], hash);
        if (!throttle_load(db, hash, RULES[i].forget_s, &is, err))
            return false;
        if (is.wait_until_s > clock_now_s())
            return must_wait(is.wait_until_s - clock_now_s(), RULES[i].label, err);
    }
    return true;
}

static bool throttle_save(Db *db, const char *hash, Throttled is, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO throttle (hash, wrong, wait_until_s, last_at_s)"
                                     " VALUES (?1, ?2, ?3, ?4)"
                                     " ON CONFLICT (hash)"
                                     " DO UPDATE SET wrong = excluded.wrong, wait_until_s = "
                                     "excluded.wait_until_s, last_at_s = excluded.last_at_s");
    db_bind_cstr(q, 1, hash);
    db_bind_int(q, 2, is.wrong);
    db_bind_int(q, 3, is.wait_until_s);
    db_bind_int(q, 4, clock_now_s());
    return db_run(q, err);
}

bool throttle_wrong(Db *db, const Access *a, Slice login, const char *address, Err *err)
{
    const Slice texts[] = { login, slice_of(address) };
    for (size_t i = 0; i < COUNT(RULES); i++) {
        char      hash[HEX_256_SIZE];
        Throttled is;
        if (!texts[i].len)
            continue;
        key_of(a, i, texts[i], hash);
        if (!throttle_load(db, hash, RULES[i].forget_s, &is, err))
            return false;
        is.wrong++;
        is.wait_until_s = clock_now_s() + wait_after(&RULES[i], is.wrong);
        if (!throttle_save(db, hash, is, err))
            return false;
    }
    OWNED(DbQuery) *old = db_query(db, "DELETE FROM throttle WHERE last_at_s < ?1");
    db_bind_int(old, 1, clock_now_s() - FORGET_ALL_S);
    return db_run(old, err);
}

bool throttle_right(Db *db, const Access *a, Slice login, Err *err)
{
    char hash[HEX_256_SIZE];
    key_of(a, BY_LOGIN, login, hash);
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM throttle WHERE hash = ?1");
    db_bind_cstr(q, 1, hash);
    return db_run(q, err);
}
