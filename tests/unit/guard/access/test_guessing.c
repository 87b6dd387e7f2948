/*
 * Guessing passwords and codes: who makes wait, for how long, whatever the way; and how passwords are hashed. X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "house.h"

#include <pthread.h>

#include "guard/access/access_internal.h"

/* ---- guessing ---- */

static void five_wrong_passwords_make_wait_longer_each_time(void **state)
{
    static const int MINUTES[] = { 1, 2, 4, 8, 15, 15 };
    House           *h         = *state;
    Session          s;
    (void)first_sign_in(h);
    for (int i = 0; i < 4; i++)
        REFUSED(ERR_SIGN_IN,
                sign_in_password(h->access, SLICE("j.martin"), SLICE("faux"), HOME, s.token, &s.who, fault));
    for (size_t i = 0; i < COUNT(MINUTES); i++) {
        char shown[64];
        Err  err = { 0 };
        REFUSED(ERR_SIGN_IN,
                sign_in_password(h->access, SLICE("j.martin"), SLICE("faux"), HOME, s.token, &s.who, fault));
        snprintf(shown, sizeof shown, "Too many attempts: try again in %d minute%s.", MINUTES[i],
                 MINUTES[i] > 1 ? "s" : "");
        assert_false(sign_in_password(h->access, SLICE("j.martin"), SLICE(PASSWORD), HOME, s.token, &s.who,
                                      &err)); /* even right */
        assert_int_equal(err.kind, ERR_TOO_OFTEN);
        assert_string_equal(err.shown, shown);
        clock_advance(MINUTES[i] * 60000LL - 2000);
        REFUSED(ERR_TOO_OFTEN, sign_in_password(h->access, SLICE("J.MARTIN"), SLICE(PASSWORD), HOME, s.token,
                                            &s.who, fault));
        clock_advance(4000);
    }
    (void)by_password(h, PASSWORD);
}

static void twenty_wrong_passwords_lock_for_an_hour(void **state)
{
    House  *h = *state;
    Session s;
    Err     err = { 0 };
    for (int i = 0; i < 20; i++) {
        clock_advance(16 * 60000);
        REFUSED(ERR_SIGN_IN,
                sign_in_password(h->access, SLICE("j.martin"), SLICE("faux"), HOME, s.token, &s.who, fault));
    }
    assert_false(
        sign_in_password(h->access, SLICE("j.martin"), slice_of(h->one_time), HOME, s.token, &s.who, &err));
    assert_string_equal(err.shown, "Too many attempts: try again in one hour.");
    clock_advance(59 * 60000);
    REFUSED(ERR_TOO_OFTEN, sign_in_password(h->access, SLICE("j.martin"), slice_of(h->one_time), HOME, s.token,
                                        &s.who, fault));
    clock_advance(2 * 60000);
    (void)by_password(h, h->one_time);
}

static void waiting_outlives_a_restart_and_says_nothing_of_who_exists(void **state)
{
    House  *h = *state;
    Session s;
    for (int i = 0; i < 5; i++)
        REFUSED(ERR_SIGN_IN,
                sign_in_password(h->access, SLICE("nobody"), SLICE("faux"), HOME, s.token, &s.who, fault));
    access_free(h->access);
    MUST((h->access = house_access(h, fault)));
    REFUSED(ERR_TOO_OFTEN,
            sign_in_password(h->access, SLICE("nobody"), SLICE("faux"), HOME, s.token, &s.who, fault));
    (void)by_password(h, h->one_time); /* another login from the same address goes on */
}

static void an_address_that_tries_every_login_has_to_wait(void **state)
{
    House  *h = *state;
    Session s;
    for (int i = 0; i < 100; i++) {
        char login[32];
        snprintf(login, sizeof login, "login%d", i);
        REFUSED(ERR_SIGN_IN,
                sign_in_password(h->access, slice_of(login), SLICE("faux"), HOME, s.token, &s.who, fault));
    }
    REFUSED(ERR_TOO_OFTEN, sign_in_password(h->access, SLICE("j.martin"), slice_of(h->one_time), HOME, s.token,
                                        &s.who, fault));
    MUST(sign_in_password(h->access, SLICE("j.martin"), slice_of(h->one_time), "192.0.2.8", s.token, &s.who,
                          fault));
}

static void wrong_codes_count_like_wrong_passwords_and_a_right_password_between_forgives_nothing(void **state)
{
    House   *h    = *state;
    Enrolled e    = settled(h);
    Session  half = { 0 }, full;
    char     code[8];
    for (int i = 0; i < 5; i++) {
        half = by_password(h, PASSWORD);
        REFUSED(ERR_SIGN_IN,
                sign_in_totp(h->access, &half.who, SLICE("00000x"), full.token, &full.who, fault));
    }
    MUST(totp_code_now(slice_of(e.secret), code, fault));
    REFUSED(ERR_TOO_OFTEN, sign_in_totp(h->access, &half.who, slice_of(code), full.token, &full.who, fault));
    REFUSED(ERR_TOO_OFTEN,
            sign_in_recovery(h->access, &half.who, slice_of(e.recovery[0]), full.token, &full.who, fault));
    REFUSED(ERR_TOO_OFTEN, sign_in_password(h->access, SLICE("j.martin"), SLICE(PASSWORD), HOME, full.token,
                                        &full.who, fault));
    clock_advance(61000);
    MUST(totp_code_now(slice_of(e.secret), code, fault));
    MUST(sign_in_totp(h->access, &half.who, slice_of(code), full.token, &full.who, fault));
    half = by_password(h, PASSWORD); /* a full sign-in forgives */
    REFUSED(ERR_SIGN_IN, sign_in_totp(h->access, &half.who, SLICE("00000x"), full.token, &full.who, fault));
    (void)by_password(h, PASSWORD);
}

enum { CROWD = 24 };

typedef struct Guess {
    House  *house;
    ErrKind kind;
} Guess;

static void *guess(void *arg)
{
    Guess  *g   = arg;
    Err     err = { 0 };
    Session s;
    (void)sign_in_password(g->house->access, SLICE("j.martin"), SLICE("faux"), HOME, s.token, &s.who, &err);
    g->kind = err.kind;
    return NULL;
}

static void guesses_made_all_at_once_are_counted_one_by_one(void **state)
{
    House    *h = *state;
    pthread_t threads[CROWD];
    Guess     guesses[CROWD];
    int       judged = 0, kept_out = 0;
    for (int i = 0; i < CROWD; i++) {
        guesses[i] = (Guess) { .house = h };
        assert_int_equal(pthread_create(&threads[i], NULL, guess, &guesses[i]), 0);
    }
    for (int i = 0; i < CROWD; i++) {
        pthread_join(threads[i], NULL);
        judged += guesses[i].kind == ERR_SIGN_IN;
        kept_out += guesses[i].kind == ERR_TOO_OFTEN || guesses[i].kind == ERR_UNAVAILABLE;
    }
    assert_int_equal(judged, 5);
    assert_int_equal(kept_out, CROWD - 5);
    assert_int_equal(h->access->slots, sysconf(_SC_NPROCESSORS_ONLN)); /* every slot was given back */
}

static void who_finds_no_slot_for_hashing_is_told_to_come_back(void **state)
{
    House  *h     = *state;
    long    slots = h->access->slots;
    Session s;
    h->access->slots = 0;
    REFUSED(ERR_UNAVAILABLE, sign_in_password(h->access, SLICE("j.martin"), slice_of(h->one_time), HOME,
                                              s.token, &s.who, fault));
    h->access->slots = slots;
    (void)by_password(h, h->one_time); /* and it did not count as a wrong answer */
    assert_int_equal(count_of(h, "SELECT count(*) FROM throttle"), 0);
}

static void the_program_hashes_with_argon2id_and_64_mebibytes(void **state)
{
    (void)state;
    char hash[PASSWORD_HASH_SIZE];
    MUST(password_hash_now(SLICE(PASSWORD), ARGON2_BYTES, hash, fault));
    assert_true(slice_starts(slice_of(hash), SLICE("$argon2id$v=19$m=65536,t=3,p=1$")));
}

static void a_hash_of_weaker_parameters_is_made_anew_at_sign_in(void **state)
{
    House *h = *state;
    (void)settled(h);
    h->access->argon2_bytes = 2 << 20;
    (void)by_password(h, PASSWORD);
    assert_int_equal(count_of(h, "SELECT count(*) FROM account WHERE hash LIKE '$argon2id$v=19$m=2048,%'"),
                     1);
    (void)by_password(h, PASSWORD);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(five_wrong_passwords_make_wait_longer_each_time),
        WITH_HOUSE(twenty_wrong_passwords_lock_for_an_hour),
        WITH_HOUSE(waiting_outlives_a_restart_and_says_nothing_of_who_exists),
        WITH_HOUSE(an_address_that_tries_every_login_has_to_wait),
        WITH_HOUSE(wrong_codes_count_like_wrong_passwords_and_a_right_password_between_forgives_nothing),
        WITH_HOUSE(guesses_made_all_at_once_are_counted_one_by_one),
        WITH_HOUSE(who_finds_no_slot_for_hashing_is_told_to_come_back),
        cmocka_unit_test(the_program_hashes_with_argon2id_and_64_mebibytes),
        WITH_HOUSE(a_hash_of_weaker_parameters_is_made_anew_at_sign_in),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
