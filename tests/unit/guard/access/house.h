/*
 * What the tests of this room stand on: a fresh database, an Access over it, people, and the steps of signing
 * in.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef TEST_GUARD_ACCESS_HOUSE_H
#define TEST_GUARD_ACCESS_HOUSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "formats/json/json_util.h"
#include "guard/access/people.h"
#include "guard/access/sign_in.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"
#include "schema/schema.h"

#define UNUSED_FN __attribute__((unused)) static

typedef struct House {
    DbHost *host;
    Access *access;
    int64_t person_id; /* "j.martin", with a one-time password */
    char    one_time[32];
    char    folder[64];
} House;

#define HOME "192.0.2.7"
#define PASSWORD "Une phrase assez longue 7"
#define TEST_RP "localhost"
#define TEST_SITE "https://localhost:8443"
enum { IDLE_S = 1800, ABSOLUTE_S = 14400 };

UNUSED_FN Access *house_access(const House *h, Err *err)
{
    char        key[96];
    SignInRules rules = { .idle_s       = IDLE_S,
                          .absolute_s   = ABSOLUTE_S,
                          .rp_id        = TEST_RP,
                          .origin       = TEST_SITE,
                          .key_file     = key,
                          .argon2_bytes = 1 << 20 };
    snprintf(key, sizeof key, "%s/secrets.key", h->folder);
    return access_new(h->host, rules, err);
}

UNUSED_FN bool make_person(Db *db, void *work, Err *err)
{
    House *h = work;
    Person p = { .login = "j.martin", .title = "Dr", .family = "Martin", .given = "Jeanne", .active = true };
    return person_create(db, &p, &h->person_id, err) && account_reset(db, h->person_id, h->one_time, err);
}

UNUSED_FN int house_setup(void **state)
{
    House *h   = calloc(1, sizeof *h);
    Err    err = { 0 };
    char   path[96];
    snprintf(h->folder, sizeof h->folder, "/tmp/beclere-access-XXXXXX");
    assert_non_null(mkdtemp(h->folder));
    snprintf(path, sizeof path, "%s/db", h->folder);
    h->host = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
    if (!h->host)
        fail_msg("%s", err.detail);
    h->access = house_access(h, &err);
    if (!h->access || !db_write(h->host, make_person, h, &err))
        fail_msg("%s", err.detail);
    *state = h;
    return 0;
}

UNUSED_FN int house_teardown(void **state)
{
    static const char *const FILES[] = { "db", "db-wal", "db-shm", "secrets.key" };
    House                   *h       = *state;
    access_free(h->access);
    db_close(h->host);
    for (size_t i = 0; i < COUNT(FILES); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", h->folder, FILES[i]);
        unlink(path);
    }
    rmdir(h->folder);
    free(h);
    return 0;
}

#define WITH_HOUSE(test) cmocka_unit_test_setup_teardown(test, house_setup, house_teardown)

/* A number out of the database. */
UNUSED_FN int64_t count_of(const House *h, const char *sql)
{
    Err err           = { 0 };
    OWNED(Db) *db     = db_read(h->host, &err);
    OWNED(DbQuery) *q = db_query(db, sql);
    if (db_next(q, &err) != DB_ROW)
        fail_msg("%s: %s", sql, err.detail);
    return db_int(q, 0);
}

UNUSED_FN bool run_statement(Db *db, void *work, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, work);
    return db_run(q, err);
}

UNUSED_FN void run(const House *h, const char *sql)
{
    Err  err = { 0 };
    char copy[512];
    snprintf(copy, sizeof copy, "%s", sql);
    if (!db_write(h->host, run_statement, copy, &err))
        fail_msg("%s: %s", sql, err.detail);
}

/* A session: its token and who it is. */
typedef struct Session {
    char token[SESSION_TOKEN_SIZE];
    Who  who;
} Session;

#define MUST(call)                                                                                           \
    do {                                                                                                     \
        Err must_err = { 0 }, *fault = &must_err;                                                              \
        if (!(call))                                                                                         \
            fail_msg("%s: %s (%s)", #call, must_err.shown, must_err.detail);                                 \
    } while (0)

#define REFUSED(expected, call)                                                                              \
    do {                                                                                                     \
        Err refused_err = { 0 }, *fault = &refused_err;                                                        \
        assert_false(call);                                                                                  \
        if (refused_err.kind != (expected))                                                                  \
            fail_msg("%s: kind %d, %s (%s)", #call, refused_err.kind, refused_err.shown,                     \
                     refused_err.detail);                                                                    \
        assert_non_null(refused_err.shown);                                                                  \
    } while (0)

UNUSED_FN Session by_password(const House *h, const char *password)
{
    Session s;
    MUST(sign_in_password(h->access, SLICE("j.martin"), slice_of(password), HOME, s.token, &s.who, fault));
    return s;
}

/* First sign-in: one-time password, then the lasting one. */
UNUSED_FN Session first_sign_in(const House *h)
{
    Session s = by_password(h, h->one_time);
    MUST(password_set(h->access, &s.who, SLICE_NONE, SLICE(PASSWORD), fault));
    return s;
}

typedef struct Enrolled {
    Session session;
    char    secret[64]; /* base32 */
    char    recovery[10][16];
} Enrolled;

/* Enrols a code generator in a session that may. */
UNUSED_FN Enrolled enrol_totp(const House *h, const Session *from)
{
    Enrolled  e = { 0 };
    char      code[8];
    Slice     secret = SLICE_NONE;
    json_t   *codes  = NULL;
    OWNED_BUF start = buf_make(1 << 20), done = buf_make(1 << 16);
    MUST(totp_enrol_start(h->access, &from->who, &start, fault));
    OWNED(json_t) *j = json_parse_object(buf_slice(&start), NULL);
    MUST(json_need_text(j, "secret", &secret, fault));
    slice_copy(secret, e.secret, sizeof e.secret);
    MUST(totp_code_now(slice_of(e.secret), code, fault));
    MUST(totp_enrol_confirm(h->access, &from->who, slice_of(code), &done, e.session.token, &e.session.who,
                            fault));
    OWNED(json_t) *d = json_parse_object(buf_slice(&done), NULL);
    MUST(json_need_array(d, "recovery_codes", 10, &codes, fault));
    for (size_t i = 0; i < json_array_size(codes); i++)
        snprintf(e.recovery[i], sizeof e.recovery[i], "%s", json_string_value(json_array_get(codes, i)));
    return e;
}

/* The whole first sign-in with a code generator, then a step of time so that its code is fresh. */
UNUSED_FN Enrolled settled(const House *h)
{
    Session  first = first_sign_in(h);
    Enrolled e     = enrol_totp(h, &first);
    clock_advance(30 * 1000);
    return e;
}

UNUSED_FN Session by_totp(const House *h, const Enrolled *e)
{
    Session half = by_password(h, PASSWORD), full;
    char    code[8];
    MUST(totp_code_now(slice_of(e->secret), code, fault));
    MUST(sign_in_totp(h->access, &half.who, slice_of(code), full.token, &full.who, fault));
    return full;
}

#endif
