/*
 * Signing in by password and code: what opens, what is refused, what makes wait, what ends. X1, E16.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "house.h"

#include <pthread.h>
#include <sys/stat.h>

#include "guard/access/access_internal.h"

/* ---- first sign-in ---- */

static void a_one_time_password_leads_through_a_new_password_and_a_factor_to_a_full_session(void **state)
{
    House  *h = *state;
    Session s = by_password(h, h->one_time);
    assert_true(s.who.must_enrol);
    assert_false(s.who.full);
    assert_int_equal(who_permissions(&s.who), ANYONE | MAY_SIGN_IN);

    OWNED_BUF out = buf_make(1 << 20);
    REFUSED(ERR_CONFLICT,
            totp_enrol_start(h->access, &s.who, &out, fault)); /* the new password comes first */
    REFUSED(ERR_CONFLICT, passkey_enrol_options(h->access, &s.who, &out, fault));

    MUST(password_set(h->access, &s.who, SLICE_NONE, SLICE(PASSWORD), fault));
    Enrolled e = enrol_totp(h, &s);
    assert_true(e.session.who.full);
    assert_false(e.session.who.must_enrol);
    assert_int_equal(e.session.who.factors, FACTOR_PASSWORD | FACTOR_TOTP);
    assert_int_equal(strlen(e.session.who.csrf), 64);
    assert_string_equal(e.session.who.name, "Dr Jeanne MARTIN");

    Who found;
    MUST(session_find(h->access, slice_of(e.session.token), HOME, &found, fault));
    assert_true(found.full);
    REFUSED(ERR_SIGN_IN,
            session_find(h->access, slice_of(s.token), HOME, &found, fault)); /* the half-open one is gone */
    Session none;
    REFUSED(ERR_SIGN_IN, sign_in_password(h->access, SLICE("j.martin"), slice_of(h->one_time), HOME,
                                          none.token, &none.who, fault));
}

static void a_one_time_password_is_worth_nothing_after_a_week(void **state)
{
    House  *h = *state;
    Session s;
    clock_advance((7LL * 86400 + 1) * 1000);
    REFUSED(ERR_SIGN_IN, sign_in_password(h->access, SLICE("j.martin"), slice_of(h->one_time), HOME, s.token,
                                          &s.who, fault));
}

static void a_wrong_code_at_enrolment_enrols_nothing(void **state)
{
    House    *h   = *state;
    Session   s   = first_sign_in(h), t;
    OWNED_BUF out = buf_make(1 << 20);
    REFUSED(ERR_CONFLICT, totp_enrol_confirm(h->access, &s.who, SLICE("123456"), &out, t.token, &t.who,
                                             fault)); /* not begun */
    MUST(totp_enrol_start(h->access, &s.who, &out, fault));
    REFUSED(ERR_SIGN_IN,
            totp_enrol_confirm(h->access, &s.who, SLICE("12345x"), &out, t.token, &t.who, fault));
    assert_int_equal(count_of(h, "SELECT enrolled FROM person"), 0);
    assert_int_equal(count_of(h, "SELECT count(*) FROM recovery_code"), 0);
}

static void a_session_still_to_enrol_cannot_pass_by_a_code(void **state)
{
    House  *h = *state;
    Session s = first_sign_in(h), t;
    REFUSED(ERR_CONFLICT, sign_in_totp(h->access, &s.who, SLICE("123456"), t.token, &t.who, fault));
    REFUSED(ERR_CONFLICT, sign_in_recovery(h->access, &s.who, SLICE("abcde-fghij"), t.token, &t.who, fault));
}

static void a_picture_and_an_address_go_with_the_secret(void **state)
{
    House    *h       = *state;
    Session   s       = first_sign_in(h);
    OWNED_BUF out     = buf_make(1 << 20);
    Slice     otpauth = SLICE_NONE, svg = SLICE_NONE;
    MUST(totp_enrol_start(h->access, &s.who, &out, fault));
    OWNED(json_t) *j = json_parse_object(buf_slice(&out), NULL);
    MUST(json_need_text(j, "otpauth", &otpauth, fault));
    MUST(json_need_text(j, "qr_svg", &svg, fault));
    assert_true(slice_starts(otpauth, SLICE("otpauth://totp/B%C3%A9cl%C3%A8re:j.martin?secret=")));
    assert_true(slice_starts(svg, SLICE("<svg ")) && slice_ends(svg, SLICE("</svg>")));
}

/* ---- passwords ---- */

static void a_password_has_to_be_long_varied_and_not_the_login(void **state)
{
    House  *h = *state;
    Session s = by_password(h, h->one_time);
    char    long_one[300];
    memset(long_one, 'a', sizeof long_one - 1);
    long_one[sizeof long_one - 1] = '\0';
    const char *const wrong[]     = {
            "", "onze caract", "aaaaaaaaaaaaaaaa", "x j.martin x 123", "tab\001ulation longue", long_one
    };
    for (size_t i = 0; i < COUNT(wrong); i++)
        REFUSED(ERR_INPUT, password_set(h->access, &s.who, SLICE_NONE, slice_of(wrong[i]), fault));
    REFUSED(ERR_INPUT,
            password_set(h->access, &s.who, SLICE_NONE, slice_of(h->one_time), fault)); /* the same again */
    MUST(password_set(h->access, &s.who, SLICE_NONE, SLICE("éèàùçôîâûêëï"), fault)); /* twelve characters */
}

static void changing_a_password_wants_the_old_one_and_ends_the_other_sessions(void **state)
{
    House   *h    = *state;
    Enrolled e    = settled(h);
    Session  here = by_totp(h, &e);
    Who      found;
    REFUSED(ERR_SIGN_IN, password_set(h->access, &here.who, SLICE_NONE, SLICE("Une autre phrase 42"), fault));
    REFUSED(ERR_SIGN_IN,
            password_set(h->access, &here.who, SLICE("pas le bon"), SLICE("Une autre phrase 42"), fault));
    REFUSED(ERR_INPUT, password_set(h->access, &here.who, SLICE(PASSWORD), SLICE(PASSWORD), fault));
    MUST(password_set(h->access, &here.who, SLICE(PASSWORD), SLICE("Une autre phrase 42"), fault));
    MUST(session_find(h->access, slice_of(here.token), HOME, &found, fault));
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(e.session.token), HOME, &found, fault));
    (void)by_password(h, "Une autre phrase 42");
}

static void a_half_open_session_changes_no_password_and_enrols_nothing(void **state)
{
    House *h = *state;
    (void)settled(h);
    Session   half = by_password(h, PASSWORD), t;
    OWNED_BUF out  = buf_make(1 << 20);
    assert_false(half.who.full);
    assert_false(half.who.must_enrol);
    REFUSED(ERR_DENIED,
            password_set(h->access, &half.who, SLICE(PASSWORD), SLICE("Une autre phrase 42"), fault));
    REFUSED(ERR_DENIED, totp_enrol_start(h->access, &half.who, &out, fault));
    REFUSED(ERR_DENIED,
            totp_enrol_confirm(h->access, &half.who, SLICE("123456"), &out, t.token, &t.who, fault));
    REFUSED(ERR_DENIED, passkey_enrol_options(h->access, &half.who, &out, fault));
    Who lying  = half.who; /* what the caller claims is not believed */
    lying.full = lying.must_enrol = true;
    REFUSED(ERR_DENIED, totp_enrol_start(h->access, &lying, &out, fault));
}

static void an_unknown_login_and_a_wrong_password_are_told_apart_by_nobody(void **state)
{
    House  *h = *state;
    Session s;
    Err     unknown = { 0 }, wrong = { 0 };
    assert_false(
        sign_in_password(h->access, SLICE("nobody"), SLICE(PASSWORD), HOME, s.token, &s.who, &unknown));
    assert_false(
        sign_in_password(h->access, SLICE("j.martin"), SLICE(PASSWORD), HOME, s.token, &s.who, &wrong));
    assert_int_equal(unknown.kind, wrong.kind);
    assert_string_equal(unknown.shown, wrong.shown);
    assert_int_equal(unknown.kind, ERR_SIGN_IN);
}

static void a_login_is_known_in_any_case_of_letters(void **state)
{
    House  *h = *state;
    Session s;
    MUST(sign_in_password(h->access, SLICE("J.Martin"), slice_of(h->one_time), HOME, s.token, &s.who, fault));
}

static void somebody_switched_off_is_out_at_once(void **state)
{
    House   *h = *state;
    Enrolled e = settled(h);
    Session  s;
    Who      found;
    run(h, "UPDATE person SET active = 0");
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(e.session.token), HOME, &found, fault));
    REFUSED(ERR_SIGN_IN,
            sign_in_password(h->access, SLICE("j.martin"), SLICE(PASSWORD), HOME, s.token, &s.who, fault));
}

/* ---- second factor ---- */

static void two_factors_open_a_full_session_under_a_new_token(void **state)
{
    House   *h    = *state;
    Enrolled e    = settled(h);
    Session  half = by_password(h, PASSWORD), full;
    char     code[8];
    Who      found;
    MUST(totp_code_now(slice_of(e.secret), code, fault));
    MUST(sign_in_totp(h->access, &half.who, slice_of(code), full.token, &full.who, fault));
    assert_string_not_equal(half.token, full.token);
    assert_string_not_equal(half.who.csrf, full.who.csrf);
    assert_true(full.who.full);
    assert_int_equal(full.who.factors, FACTOR_PASSWORD | FACTOR_TOTP);
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(half.token), HOME, &found, fault));
    REFUSED(ERR_SIGN_IN, sign_in_totp(h->access, &half.who, slice_of(code), full.token, &full.who, fault));
    assert_int_equal(count_of(h, "SELECT count(*) FROM session WHERE length(token_hash) = 64"), 2);
}

static void a_code_is_accepted_once_and_only_near_its_time(void **state)
{
    House   *h    = *state;
    Enrolled e    = settled(h);
    Session  half = by_password(h, PASSWORD), full;
    char     code[8], old[8];
    MUST(totp_code_now(slice_of(e.secret), old, fault));
    clock_advance(60 * 1000);
    REFUSED(ERR_SIGN_IN, sign_in_totp(h->access, &half.who, slice_of(old), full.token, &full.who,
                                      fault)); /* two steps old */
    MUST(totp_code_now(slice_of(e.secret), code, fault));
    clock_advance(30 * 1000);
    MUST(sign_in_totp(h->access, &half.who, slice_of(code), full.token, &full.who, fault)); /* one step old */
    Session again = by_password(h, PASSWORD);
    Err     err   = { 0 };
    assert_false(sign_in_totp(h->access, &again.who, slice_of(code), full.token, &full.who, &err));
    assert_string_equal(err.shown, "This code was already used: wait for the next one.");
    static const char *const WRONG[] = { "", "12345", "1234567", "abcdef", "12 34 5" };
    for (size_t i = 0; i < 3; i++)
        REFUSED(ERR_SIGN_IN,
                sign_in_totp(h->access, &again.who, slice_of(WRONG[i]), full.token, &full.who, fault));
}

static void a_recovery_code_opens_once(void **state)
{
    House   *h    = *state;
    Enrolled e    = settled(h);
    int64_t  left = 0;
    for (int i = 0; i < 10; i++) {
        Session half = by_password(h, PASSWORD), full;
        assert_int_equal(strlen(e.recovery[i]), 11);
        MUST(sign_in_recovery(h->access, &half.who, slice_of(e.recovery[i]), full.token, &full.who, fault));
        assert_true(full.who.full);
        assert_int_equal(full.who.factors, FACTOR_PASSWORD | FACTOR_RECOVERY);
        MUST(recovery_left(h->access, h->person_id, &left, fault));
        assert_int_equal(left, 9 - i);
        Session again = by_password(h, PASSWORD);
        REFUSED(ERR_SIGN_IN, sign_in_recovery(h->access, &again.who, slice_of(e.recovery[i]), full.token,
                                              &full.who, fault));
    }
}

static void a_recovery_code_may_be_typed_loosely_and_belongs_to_one_person(void **state)
{
    House   *h    = *state;
    Enrolled e    = settled(h);
    Session  half = by_password(h, PASSWORD), full;
    char     loose[16];
    snprintf(loose, sizeof loose, "%.5s %.5s", e.recovery[3], e.recovery[3] + 6);
    for (char *c = loose; *c; c++)
        *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
    run(h, "UPDATE recovery_code SET hash = replace(hash, 'a', 'b') WHERE id = 1"); /* not the fourth */
    MUST(sign_in_recovery(h->access, &half.who, slice_of(loose), full.token, &full.who, fault));
}

static void the_secrets_in_the_database_are_sealed(void **state)
{
    House   *h = *state;
    Enrolled e = settled(h);
    assert_int_equal(count_of(h, "SELECT length(secret) FROM totp"), 24 + 16 + 20); /* nonce, seal, secret */
    assert_int_equal(count_of(h, "SELECT count(*) FROM account WHERE hash LIKE '$argon2id$%'"), 1);
    assert_int_equal(count_of(h, "SELECT count(*) FROM recovery_code WHERE length(hash) = 64"), 10);
    char        path[96];
    struct stat about;
    snprintf(path, sizeof path, "%s/secrets.key", h->folder);
    assert_int_equal(stat(path, &about), 0);
    assert_int_equal(about.st_mode & 0777, 0600);
    assert_int_equal(about.st_size, 32);

    access_free(h->access); /* the same file again: everything still opens */
    MUST((h->access = house_access(h, fault)));
    (void)by_totp(h, &e);

    access_free(h->access); /* another key: the seal does not open, and nobody gets in by it */
    unlink(path);
    MUST((h->access = house_access(h, fault)));
    Session half = by_password(h, PASSWORD), full;
    REFUSED(ERR_BUG, sign_in_totp(h->access, &half.who, SLICE("123456"), full.token, &full.who, fault));
}

static void a_key_file_that_others_may_read_is_refused(void **state)
{
    House *h = *state;
    char   path[96];
    snprintf(path, sizeof path, "%s/secrets.key", h->folder);
    assert_int_equal(chmod(path, 0640), 0);
    Err err = { 0 };
    assert_null(house_access(h, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(truncate(path, 31), 0);
    err = (Err) { 0 };
    assert_null(house_access(h, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
}

/* ---- sessions ---- */

static void a_session_ends_when_idle_and_when_its_time_is_over(void **state)
{
    House   *h = *state;
    Enrolled e = settled(h);
    Session  s = by_totp(h, &e);
    Who      found;
    for (int passed = 0; passed + IDLE_S - 60 < ABSOLUTE_S; passed += IDLE_S - 60) {
        MUST(session_find(h->access, slice_of(s.token), HOME, &found, fault));
        assert_int_equal(found.expires_at_s, s.who.signed_in_at_s + ABSOLUTE_S);
        clock_advance((IDLE_S - 60) * 1000LL);
    }
    MUST(session_find(h->access, slice_of(s.token), HOME, &found, fault));
    clock_advance((IDLE_S - 60) * 1000LL); /* not idle, but over */
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(s.token), HOME, &found, fault));

    Session t = by_totp(h, &e);
    clock_advance((IDLE_S - 2) * 1000LL);
    MUST(session_find(h->access, slice_of(t.token), HOME, &found, fault));
    clock_advance((IDLE_S + 1) * 1000LL);
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(t.token), HOME, &found, fault));
}

static void a_half_open_session_lives_ten_minutes(void **state)
{
    House *h = *state;
    (void)settled(h);
    Session half = by_password(h, PASSWORD);
    Who     found;
    clock_advance(598 * 1000);
    MUST(session_find(h->access, slice_of(half.token), HOME, &found, fault));
    assert_false(found.full);
    clock_advance(3 * 1000);
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(half.token), HOME, &found, fault));
}

static void a_token_that_is_not_ours_finds_nothing(void **state)
{
    House   *h = *state;
    Enrolled e = settled(h);
    Who      found;
    char     other[SESSION_TOKEN_SIZE];
    memcpy(other, e.session.token, sizeof other);
    other[10] = other[10] == '0' ? '1' : '0';
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(other), HOME, &found, fault));
    REFUSED(ERR_SIGN_IN, session_find(h->access, SLICE_NONE, HOME, &found, fault));
    REFUSED(ERR_SIGN_IN, session_find(h->access, SLICE("' OR 1=1 --"), HOME, &found, fault));
    char stored[SESSION_TOKEN_SIZE] = "";
    {
        OWNED(Db) *db     = db_read(h->host, NULL);
        OWNED(DbQuery) *q = db_query(db, "SELECT token_hash FROM session");
        assert_int_equal(db_next(q, NULL), DB_ROW);
        db_text(q, 0, stored, sizeof stored);
    }
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(stored), HOME, &found,
                                      fault)); /* what the database shows opens nothing */
}

static void signing_out_ends_one_session_or_all(void **state)
{
    House   *h   = *state;
    Enrolled e   = settled(h);
    Session  one = by_totp(h, &e);
    clock_advance(30000);
    Session two = by_totp(h, &e);
    Who     found;
    MUST(session_end(h->access, &one.who, fault));
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(one.token), HOME, &found, fault));
    MUST(session_find(h->access, slice_of(two.token), HOME, &found, fault));
    MUST(session_end_all(h->access, h->person_id, fault));
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(two.token), HOME, &found, fault));
    assert_int_equal(count_of(h, "SELECT count(*) FROM session"), 0);
}

static void a_person_has_ten_sessions_at_most(void **state)
{
    House *h = *state;
    (void)settled(h);
    Session first = by_password(h, PASSWORD);
    Who     found;
    clock_advance(1000);
    for (int i = 0; i < 12; i++)
        (void)by_password(h, PASSWORD);
    assert_int_equal(count_of(h, "SELECT count(*) FROM session"), 10);
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(first.token), HOME, &found, fault));
}

/* ---- accounts ---- */

static bool reset_again(Db *db, void *work, Err *err)
{
    House *h = work;
    return account_reset(db, h->person_id, h->one_time, err);
}

static void a_reset_leaves_nothing_of_what_opened_before(void **state)
{
    House   *h = *state;
    Enrolled e = settled(h);
    Session  s;
    Who      found;
    MUST(db_write(h->host, reset_again, h, fault));
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(e.session.token), HOME, &found, fault));
    REFUSED(ERR_SIGN_IN,
            sign_in_password(h->access, SLICE("j.martin"), SLICE(PASSWORD), HOME, s.token, &s.who, fault));
    s = by_password(h, h->one_time);
    assert_true(s.who.must_enrol);
    assert_int_equal(count_of(h, "SELECT (SELECT count(*) FROM totp) + (SELECT count(*) FROM recovery_code) "
                                 "+ (SELECT count(*) FROM passkey)"),
                     0);
}

static bool reset_unknown(Db *db, void *work, Err *err)
{
    return account_reset(db, 999, work, err);
}

static void resetting_nobody_is_refused(void **state)
{
    House *h = *state;
    char   one_time[32];
    REFUSED(ERR_NOT_FOUND, db_write(h->host, reset_unknown, one_time, fault));
}

static bool make_demo(Db *db, void *work, Err *err)
{
    House *h = work;
    return account_demo(db, h->person_id, SLICE("Demonstration 2026"), SLICE("JBSWY3DPEHPK3PXPJBSWY3DP"),
                        err);
}

static void a_demonstration_account_signs_in_with_its_fixed_factors(void **state)
{
    House  *h = *state;
    Session half, full;
    char    code[8];
    MUST(db_write(h->host, make_demo, h, fault));
    half = by_password(h, "Demonstration 2026");
    assert_false(half.who.must_enrol);
    MUST(totp_code_now(SLICE("JBSWY3DPEHPK3PXPJBSWY3DP"), code, fault));
    MUST(sign_in_totp(h->access, &half.who, slice_of(code), full.token, &full.who, fault));
    assert_true(full.who.full);
}

static void signing_in_leaves_a_trace_that_holds(void **state)
{
    House   *h = *state;
    Enrolled e = settled(h);
    Session  s;
    REFUSED(ERR_SIGN_IN,
            sign_in_password(h->access, SLICE("j.martin"), SLICE("faux"), HOME, s.token, &s.who, fault));
    s = by_totp(h, &e);
    MUST(session_end(h->access, &s.who, fault));
    assert_int_equal(count_of(h, "SELECT count(*) FROM audit_line WHERE event = 'sign-in' AND outcome = "
                                 "'refused' AND person_id > 0"),
                     1);
    assert_int_equal(count_of(h, "SELECT count(*) FROM audit_line WHERE event = 'sign-in' AND what = "
                                 "'sign-in totp' AND factors = 'password+totp'"),
                     1);
    assert_int_equal(count_of(h, "SELECT count(*) FROM audit_line WHERE event = 'account' AND outcome = "
                                 "'ok'"),
                     2); /* password, generator */
    assert_int_equal(count_of(h, "SELECT count(*) FROM audit_line WHERE event = 'sign-out'"), 1);
    assert_int_equal(count_of(h, "SELECT count(*) FROM audit_line WHERE detail LIKE '%faux%' OR detail LIKE "
                                 "'%phrase%'"),
                     0);
    AuditCheck check;
    OWNED(Db) *db = db_read(h->host, NULL);
    MUST(audit_verify(db, &check, fault));
    assert_int_equal(check.first_broken, 0);
}

static void codes_are_those_of_rfc_6238(void **state)
{
    (void)state; /* appendix B, SHA-1, the last six digits; the clock is moved there */
    static const struct {
        int64_t     at_s;
        const char *code;
    } VECTORS[] = { { 20000000000, "353130" } };
    char code[8];
    for (size_t i = 0; i < COUNT(VECTORS); i++) {
        int64_t by_ms = VECTORS[i].at_s * 1000 + 500 - clock_now_ms();
        clock_advance(by_ms);
        MUST(totp_code_now(SLICE("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), code, fault));
        clock_advance(-by_ms);
        assert_string_equal(code, VECTORS[i].code);
    }
    REFUSED(ERR_INPUT, totp_code_now(SLICE("not base32!"), code, fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(a_one_time_password_leads_through_a_new_password_and_a_factor_to_a_full_session),
        WITH_HOUSE(a_one_time_password_is_worth_nothing_after_a_week),
        WITH_HOUSE(a_wrong_code_at_enrolment_enrols_nothing),
        WITH_HOUSE(a_session_still_to_enrol_cannot_pass_by_a_code),
        WITH_HOUSE(a_picture_and_an_address_go_with_the_secret),
        WITH_HOUSE(a_password_has_to_be_long_varied_and_not_the_login),
        WITH_HOUSE(changing_a_password_wants_the_old_one_and_ends_the_other_sessions),
        WITH_HOUSE(a_half_open_session_changes_no_password_and_enrols_nothing),
        WITH_HOUSE(an_unknown_login_and_a_wrong_password_are_told_apart_by_nobody),
        WITH_HOUSE(a_login_is_known_in_any_case_of_letters),
        WITH_HOUSE(somebody_switched_off_is_out_at_once),
        WITH_HOUSE(two_factors_open_a_full_session_under_a_new_token),
        WITH_HOUSE(a_code_is_accepted_once_and_only_near_its_time),
        WITH_HOUSE(a_recovery_code_opens_once),
        WITH_HOUSE(a_recovery_code_may_be_typed_loosely_and_belongs_to_one_person),
        WITH_HOUSE(the_secrets_in_the_database_are_sealed),
        WITH_HOUSE(a_key_file_that_others_may_read_is_refused),
        WITH_HOUSE(a_session_ends_when_idle_and_when_its_time_is_over),
        WITH_HOUSE(a_half_open_session_lives_ten_minutes),
        WITH_HOUSE(a_token_that_is_not_ours_finds_nothing),
        WITH_HOUSE(signing_out_ends_one_session_or_all),
        WITH_HOUSE(a_person_has_ten_sessions_at_most),
        WITH_HOUSE(a_reset_leaves_nothing_of_what_opened_before),
        WITH_HOUSE(resetting_nobody_is_refused),
        WITH_HOUSE(a_demonstration_account_signs_in_with_its_fixed_factors),
        WITH_HOUSE(signing_in_leaves_a_trace_that_holds),
        cmocka_unit_test(codes_are_those_of_rfc_6238),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
