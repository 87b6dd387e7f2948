/*
 * Passkeys: three kinds of key open a session and prove a signature; every altered field is refused. X1, E16.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "authenticator.h"

#define DIGEST "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff"

/* Registers 'a' in session 's', which is replaced. */
static void enrol(const House *h, Session *s, Authenticator *a, Says says)
{
    OWNED_BUF options = buf_make(1 << 16), answer = buf_make(1 << 16);
    MUST(passkey_enrol_options(h->access, &s->who, &options, fault));
    register_with(a, buf_slice(&options), says, &answer);
    MUST(passkey_enrol(h->access, &s->who, buf_slice(&answer), SLICE("Téléphone"), s->token, &s->who, fault));
}

static bool sign_in_as(const House *h, const Authenticator *a, Says says, Session *ret, Err *err)
{
    OWNED_BUF options = buf_make(1 << 16), answer = buf_make(1 << 16);
    MUST(passkey_sign_in_options(h->access, &options, fault));
    assert_with(a, buf_slice(&options), says, &answer);
    return passkey_sign_in(h->access, buf_slice(&answer), HOME, ret->token, &ret->who, err);
}

static void a_passkey_at_first_sign_in_opens_and_signs_in_again(void **state)
{
    static const int ALGORITHMS[] = { -7, -8, -257 };
    House           *h            = *state;
    Session          s            = first_sign_in(h), t;
    for (size_t i = 0; i < COUNT(ALGORITHMS); i++) {
        Authenticator a = authenticator_new(ALGORITHMS[i]);
        enrol(h, &s, &a, honest());
        assert_true(s.who.full);
        assert_int_equal(s.who.factors, FACTOR_PASSWORD | FACTOR_PASSKEY);
        for (int again = 0; again < 2; again++) { /* a counter that stays zero is not compared */
            MUST(sign_in_as(h, &a, honest(), &t, fault));
            assert_true(t.who.full);
            assert_int_equal(t.who.factors, FACTOR_PASSKEY);
            assert_int_equal(t.who.person_id, h->person_id);
        }
        authenticator_free(&a);
    }
}

static void every_lie_at_sign_in_is_refused(void **state)
{
    House        *h = *state;
    Session       s = first_sign_in(h), t;
    Authenticator a = authenticator_new(-7), stranger = authenticator_new(-7);
    enrol(h, &s, &a, honest());
    Says lies[24];
    for (size_t i = 0; i < COUNT(lies); i++)
        lies[i] = honest();
    size_t n                    = 0;
    lies[n++].type              = "webauthn.create";
    lies[n++].type              = "payment.get";
    lies[n++].origin            = "https://localhost:8444";
    lies[n++].origin            = "https://localhost:8443.evil.example";
    lies[n++].origin            = "http://localhost:8443";
    lies[n++].client_extra      = ",\"crossOrigin\":true";
    lies[n++].client_extra      = ",\"topOrigin\":\"https://evil.example\"";
    lies[n++].challenge         = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    lies[n++].challenge         = "AAAA";
    lies[n++].rp_id             = "evil.example";
    lies[n++].flags             = UP;
    lies[n++].flags             = UV;
    lies[n++].flags             = 0;
    lies[n++].flags             = UP | UV | BS; /* backed up, yet not eligible */
    lies[n++].flags             = UP | UV | AT; /* a credential that is not there */
    lies[n++].flags             = UP | UV | ED; /* extensions that are not there */
    lies[n++].break_signature   = true;
    lies[n++].break_signed_data = true;
    lies[n++].no_user_handle    = true;
    lies[n++].other_handle      = true;
    lies[n++].trailing_byte     = true;
    lies[n++].other_raw_id      = true;
    for (size_t i = 0; i < n; i++) {
        Err err = { 0 };
        if (sign_in_as(h, &a, lies[i], &t, &err))
            fail_msg("lie %zu was believed", i);
        if (err.kind != ERR_SIGN_IN && err.kind != ERR_INPUT)
            fail_msg("lie %zu: %s", i, err.detail);
    }
    memcpy(stranger.credential, a.credential, sizeof a.credential); /* the right name, another key */
    memcpy(stranger.user_handle, a.user_handle, sizeof a.user_handle);
    REFUSED(ERR_SIGN_IN, sign_in_as(h, &stranger, honest(), &t, fault));
    MUST(sign_in_as(h, &a, honest(), &t, fault)); /* and the truth still opens */
    authenticator_free(&a);
    authenticator_free(&stranger);
}

static void a_challenge_is_answered_once_in_two_minutes_whatever_the_answer(void **state)
{
    House        *h       = *state;
    Session       s       = first_sign_in(h), t;
    Authenticator a       = authenticator_new(-7);
    OWNED_BUF     options = buf_make(1 << 16), answer = buf_make(1 << 16);
    enrol(h, &s, &a, honest());
    MUST(passkey_sign_in_options(h->access, &options, fault));
    assert_with(&a, buf_slice(&options), honest(), &answer);
    MUST(passkey_sign_in(h->access, buf_slice(&answer), HOME, t.token, &t.who, fault));
    REFUSED(ERR_SIGN_IN,
            passkey_sign_in(h->access, buf_slice(&answer), HOME, t.token, &t.who, fault)); /* replayed */

    buf_clear(&options);
    Says wrong            = honest();
    wrong.break_signature = true;
    MUST(passkey_sign_in_options(h->access, &options, fault));
    assert_with(&a, buf_slice(&options), wrong, &answer);
    REFUSED(ERR_SIGN_IN, passkey_sign_in(h->access, buf_slice(&answer), HOME, t.token, &t.who, fault));
    assert_with(&a, buf_slice(&options), honest(), &answer);
    REFUSED(ERR_SIGN_IN, passkey_sign_in(h->access, buf_slice(&answer), HOME, t.token, &t.who,
                                         fault)); /* used up by the wrong one */

    buf_clear(&options);
    MUST(passkey_sign_in_options(h->access, &options, fault));
    assert_with(&a, buf_slice(&options), honest(), &answer);
    clock_advance(121 * 1000);
    REFUSED(ERR_SIGN_IN,
            passkey_sign_in(h->access, buf_slice(&answer), HOME, t.token, &t.who, fault)); /* too late */
    authenticator_free(&a);
}

static void a_counter_that_does_not_grow_is_refused(void **state)
{
    static const struct {
        uint32_t count;
        bool     accepted;
    } STEPS[]          = { { 8, true }, { 8, false },         { 7, false }, { 0, false },
                           { 9, true }, { 4000000000, true }, { 1, false } };
    House        *h    = *state;
    Session       s    = first_sign_in(h), t;
    Authenticator a    = authenticator_new(-7);
    Says          says = honest();
    says.count         = 7;
    enrol(h, &s, &a, says);
    for (size_t i = 0; i < COUNT(STEPS); i++) {
        Err err    = { 0 };
        says.count = STEPS[i].count;
        assert_int_equal(sign_in_as(h, &a, says, &t, &err), STEPS[i].accepted);
        assert_int_equal(err.kind, STEPS[i].accepted ? ERR_NONE : ERR_SIGN_IN);
    }
    authenticator_free(&a);
}

static void every_lie_at_registration_is_refused(void **state)
{
    House        *h = *state;
    Session       s = first_sign_in(h), t;
    Authenticator a = authenticator_new(-7);
    Says          lies[16];
    for (size_t i = 0; i < COUNT(lies); i++)
        lies[i] = honest();
    size_t n                = 0;
    lies[n++].type          = "webauthn.get";
    lies[n++].origin        = "https://evil.example";
    lies[n++].client_extra  = ",\"crossOrigin\":true";
    lies[n++].challenge     = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    lies[n++].rp_id         = "evil.example";
    lies[n++].flags         = UP;
    lies[n++].flags         = UV;
    lies[n++].flags         = UP | UV | AT; /* flag set, credential left out */
    lies[n++].alg           = -8;           /* not what the key is */
    lies[n++].alg           = -37;          /* not offered */
    lies[n++].trailing_byte = true;
    lies[n++].other_raw_id  = true;
    for (size_t i = 0; i < n; i++) {
        OWNED_BUF options = buf_make(1 << 16), answer = buf_make(1 << 16);
        Err       err = { 0 };
        MUST(passkey_enrol_options(h->access, &s.who, &options, fault));
        register_with(&a, buf_slice(&options), lies[i], &answer);
        if (passkey_enrol(h->access, &s.who, buf_slice(&answer), SLICE("x"), t.token, &t.who, &err))
            fail_msg("lie %zu was believed", i);
        if (err.kind != ERR_SIGN_IN && err.kind != ERR_INPUT)
            fail_msg("lie %zu: %s", i, err.detail);
    }
    assert_int_equal(count_of(h, "SELECT count(*) FROM passkey"), 0);
    assert_int_equal(count_of(h, "SELECT enrolled FROM person"), 0);
    Says packed   = honest();
    packed.format = "packed"; /* another attestation is accepted without trusting it */
    enrol(h, &s, &a, packed);
    authenticator_free(&a);
}

static void a_registration_answers_one_challenge_of_this_person_once(void **state)
{
    House        *h = *state;
    Session       s = first_sign_in(h), t;
    Authenticator a = authenticator_new(-7), b = authenticator_new(-7);
    OWNED_BUF     options = buf_make(1 << 16), answer = buf_make(1 << 16), sign_in = buf_make(1 << 16);
    MUST(passkey_enrol_options(h->access, &s.who, &options, fault));
    register_with(&a, buf_slice(&options), honest(), &answer);
    MUST(passkey_enrol(h->access, &s.who, buf_slice(&answer), SLICE_NONE, s.token, &s.who, fault));
    REFUSED(ERR_SIGN_IN, passkey_enrol(h->access, &s.who, buf_slice(&answer), SLICE_NONE, t.token, &t.who,
                                       fault)); /* again */
    register_with(&b, buf_slice(&options), honest(), &answer);
    REFUSED(ERR_SIGN_IN, passkey_enrol(h->access, &s.who, buf_slice(&answer), SLICE_NONE, t.token, &t.who,
                                       fault)); /* used challenge */

    MUST(passkey_sign_in_options(h->access, &sign_in, fault)); /* a challenge for something else */
    Says says        = honest();
    OWNED(json_t) *j = json_parse_object(buf_slice(&sign_in), NULL);
    says.challenge   = json_string_value(json_object_get(j, "challenge"));
    register_with(&b, buf_slice(&options), says, &answer);
    REFUSED(ERR_SIGN_IN,
            passkey_enrol(h->access, &s.who, buf_slice(&answer), SLICE_NONE, t.token, &t.who, fault));

    buf_clear(&options);
    MUST(passkey_enrol_options(h->access, &s.who, &options, fault));
    OWNED(json_t) *o = json_parse_object(buf_slice(&options), NULL);
    assert_int_equal(json_array_size(json_object_get(o, "excludeCredentials")), 1);
    register_with(&a, buf_slice(&options), honest(), &answer);
    REFUSED(ERR_CONFLICT, passkey_enrol(h->access, &s.who, buf_slice(&answer), SLICE_NONE, t.token, &t.who,
                                        fault)); /* known already */
    authenticator_free(&a);
    authenticator_free(&b);
}

static void passkeys_are_listed_and_removed_but_never_the_last_factor(void **state)
{
    House        *h = *state;
    Session       s = first_sign_in(h), t;
    Authenticator a = authenticator_new(-7), b = authenticator_new(-7);
    OWNED_BUF     list     = buf_make(4096);
    json_t       *passkeys = NULL;
    enrol(h, &s, &a, honest());
    clock_advance(1000);
    enrol(h, &s, &b, honest());
    MUST(passkey_list(h->access, &s.who, &list, fault));
    OWNED(json_t) *j = json_parse_object(buf_slice(&list), NULL);
    MUST(json_need_array(j, "passkeys", 10, &passkeys, fault));
    assert_int_equal(json_array_size(passkeys), 2);
    assert_string_equal(json_string_value(json_object_get(json_array_get(passkeys, 0), "label")), "Téléphon"
                                                                                                  "e");
    int64_t first = json_integer_value(json_object_get(json_array_get(passkeys, 0), "id"));
    int64_t other = json_integer_value(json_object_get(json_array_get(passkeys, 1), "id"));
    MUST(passkey_remove(h->access, &s.who, first, fault));
    REFUSED(ERR_NOT_FOUND, passkey_remove(h->access, &s.who, first, fault));
    REFUSED(ERR_CONFLICT, passkey_remove(h->access, &s.who, other, fault));
    REFUSED(ERR_SIGN_IN, sign_in_as(h, &a, honest(), &t, fault));
    MUST(sign_in_as(h, &b, honest(), &t, fault));
    Enrolled e = enrol_totp(h, &s);
    MUST(passkey_remove(h->access, &e.session.who, other, fault));
    authenticator_free(&a);
    authenticator_free(&b);
}

static void a_person_with_a_passkey_alone_is_told_to_use_it(void **state)
{
    House        *h = *state;
    Session       s = first_sign_in(h), half, t;
    Authenticator a = authenticator_new(-7);
    enrol(h, &s, &a, honest());
    half = by_password(h, PASSWORD);
    assert_false(half.who.full);
    REFUSED(ERR_CONFLICT, sign_in_totp(h->access, &half.who, SLICE("123456"), t.token, &t.who, fault));
    authenticator_free(&a);
}

static void somebody_switched_off_is_not_let_in_by_a_passkey(void **state)
{
    House        *h = *state;
    Session       s = first_sign_in(h), t;
    Authenticator a = authenticator_new(-7);
    enrol(h, &s, &a, honest());
    run(h, "UPDATE person SET active = 0");
    REFUSED(ERR_SIGN_IN, sign_in_as(h, &a, honest(), &t, fault));
    authenticator_free(&a);
}

static void guessing_at_the_password_does_not_keep_the_passkey_out(void **state)
{
    House        *h = *state;
    Session       s = first_sign_in(h), t;
    Authenticator a = authenticator_new(-7);
    enrol(h, &s, &a, honest());
    for (int i = 0; i < 5; i++)
        REFUSED(ERR_SIGN_IN,
                sign_in_password(h->access, SLICE("j.martin"), SLICE("faux"), HOME, t.token, &t.who, fault));
    REFUSED(ERR_TOO_OFTEN,
            sign_in_password(h->access, SLICE("j.martin"), SLICE(PASSWORD), HOME, t.token, &t.who, fault));
    MUST(sign_in_as(h, &a, honest(), &t, fault));
    authenticator_free(&a);
}

static void answers_that_are_not_answers_are_refused(void **state)
{
    static const char *const WRONG[] = {
        "",
        "[]",
        "{}",
        "{\"type\":\"public-key\"}",
        "{\"type\":\"public-key\",\"rawId\":\"AA\",\"response\":{}}",
        "{\"type\":\"password\",\"rawId\":\"AA\",\"response\":{}}",
        ("{\"type\":\"public-key\",\"rawId\":\"AA\",\"response\":{\"clientDataJSON\":\"e30\","
         "\"authenticatorData\":\"AA\",\"signature\":\"AA\"}}"),
        "{\"type\":\"public-key\",\"rawId\":\"A=\",\"response\":{\"clientDataJSON\":7}}",
    };
    House  *h = *state;
    Session s = first_sign_in(h), t;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        Err err = { 0 };
        assert_false(passkey_sign_in(h->access, slice_of(WRONG[i]), HOME, t.token, &t.who, &err));
        assert_true(err.kind == ERR_INPUT || err.kind == ERR_SIGN_IN);
        assert_false(passkey_enrol(h->access, &s.who, slice_of(WRONG[i]), SLICE_NONE, t.token, &t.who, NULL));
    }
}

/* ---- fresh proofs ---- */

typedef struct ProofTry {
    House      *house;
    const Who  *who;
    ProofWanted wanted;
    Slice       json;
    char        kind[16];
} ProofTry;

static bool check_proof(Db *db, void *work, Err *err)
{
    ProofTry *t = work;
    return proof_check(db, t->house->access, t->who, &t->wanted, t->json, t->kind, err);
}

static const ProofWanted ACT_7 = { "sign-report", 7, DIGEST };

/* A passkey's proof over a challenge asked for 'asked'. */
static void prove(const House *h, const Session *s, const Authenticator *a, ProofWanted asked, Says says,
                  Buf *ret)
{
    OWNED_BUF options = buf_make(1 << 16), answer = buf_make(1 << 16);
    MUST(passkey_proof_options(h->access, &s->who, &asked, &options, fault));
    assert_with(a, buf_slice(&options), says, &answer);
    buf_clear(ret);
    buf_addf(ret, "{\"kind\":\"passkey\",\"response\":%s}", buf_text(&answer));
}

static void a_passkey_proves_one_act_and_one_digest_once(void **state)
{
    House        *h    = *state;
    Session       s    = first_sign_in(h);
    Authenticator a    = authenticator_new(-7);
    OWNED_BUF     json = buf_make(1 << 17);
    enrol(h, &s, &a, honest());
    prove(h, &s, &a, ACT_7, honest(), &json);
    ProofTry t = { .house = h, .who = &s.who, .wanted = ACT_7, .json = buf_slice(&json) };

    ProofTry other      = t;
    other.wanted.act_id = 8;
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &other, fault));
    other                = t;
    other.wanted.purpose = "close-act";
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &other, fault));
    other               = t;
    other.wanted.digest = "ff112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &other, fault));

    MUST(db_write(h->host, check_proof, &t, fault));
    assert_string_equal(t.kind, "passkey");
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &t, fault)); /* once */

    prove(h, &s, &a, ACT_7, honest(), &json);
    t.json = buf_slice(&json);
    clock_advance(121 * 1000);
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &t, fault)); /* two minutes */

    Says wrong  = honest();
    wrong.flags = UP;
    prove(h, &s, &a, ACT_7, wrong, &json);
    t.json = buf_slice(&json);
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &t, fault));
    authenticator_free(&a);
}

static void a_sign_in_does_not_prove_a_signature_nor_the_other_way_round(void **state)
{
    House        *h       = *state;
    Session       s       = first_sign_in(h), u;
    Authenticator a       = authenticator_new(-7);
    OWNED_BUF     options = buf_make(1 << 16), answer = buf_make(1 << 16), json = buf_make(1 << 17);
    enrol(h, &s, &a, honest());
    MUST(passkey_sign_in_options(h->access, &options, fault));
    assert_with(&a, buf_slice(&options), honest(), &answer);
    buf_addf(&json, "{\"kind\":\"passkey\",\"response\":%s}", buf_text(&answer));
    ProofTry t = { .house = h, .who = &s.who, .wanted = ACT_7, .json = buf_slice(&json) };
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &t, fault));

    buf_clear(&options);
    ProofWanted named_so = { "sign-in", 7, DIGEST };
    MUST(passkey_proof_options(h->access, &s.who, &named_so, &options, fault));
    assert_with(&a, buf_slice(&options), honest(), &answer);
    REFUSED(ERR_SIGN_IN, passkey_sign_in(h->access, buf_slice(&answer), HOME, u.token, &u.who, fault));
    authenticator_free(&a);
}

static void a_code_proves_when_its_step_was_not_used(void **state)
{
    House   *h = *state;
    Enrolled e = settled(h);
    Session  s = by_totp(h, &e);
    char     code[8], text[64];
    MUST(totp_code_now(slice_of(e.secret), code, fault));
    snprintf(text, sizeof text, "{\"kind\":\"totp\",\"code\":\"%s\"}", code);
    ProofTry t   = { .house = h, .who = &s.who, .wanted = ACT_7, .json = slice_of(text) };
    Err      err = { 0 };
    assert_false(db_write(h->host, check_proof, &t, &err)); /* the code of the sign-in */
    assert_string_equal(err.shown, "This code was already used: wait for the next one.");
    clock_advance(30000);
    MUST(totp_code_now(slice_of(e.secret), code, fault));
    snprintf(text, sizeof text, "{\"kind\":\"totp\",\"code\":\"%s\"}", code);
    t.json = slice_of(text);
    MUST(db_write(h->host, check_proof, &t, fault));
    assert_string_equal(t.kind, "totp");
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &t, fault));
    OWNED_BUF options = buf_make(4096);
    REFUSED(ERR_CONFLICT,
            passkey_proof_options(h->access, &s.who, &ACT_7, &options, fault)); /* no passkey there */
}

static void nothing_is_proved_without_a_full_session_or_a_whole_question(void **state)
{
    House   *h    = *state;
    Enrolled e    = settled(h);
    Session  half = by_password(h, PASSWORD), s = e.session;
    char     code[8], text[64];
    MUST(totp_code_now(slice_of(e.secret), code, fault));
    snprintf(text, sizeof text, "{\"kind\":\"totp\",\"code\":\"%s\"}", code);
    ProofTry t = { .house = h, .who = &half.who, .wanted = ACT_7, .json = slice_of(text) };
    REFUSED(ERR_DENIED, db_write(h->host, check_proof, &t, fault));
    t.who                     = &s.who;
    const ProofWanted WRONG[] = {
        { "", 7, DIGEST }, { "sign-report", 0, DIGEST }, { "sign-report", 7, "" }, { "sign-report", 7, "00" }
    };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        t.wanted = WRONG[i];
        REFUSED(ERR_INPUT, db_write(h->host, check_proof, &t, fault));
    }
    t.wanted                      = ACT_7;
    static const char *const NO[] = { "",
                                      "{}",
                                      "{\"kind\":\"word\"}",
                                      "{\"kind\":\"totp\"}",
                                      "{\"kind\":\"passkey\"}",
                                      "{\"kind\":\"passkey\",\"response\":{}}" };
    for (size_t i = 0; i < COUNT(NO); i++) {
        t.json = slice_of(NO[i]);
        REFUSED(ERR_INPUT, db_write(h->host, check_proof, &t, fault));
    }
    MUST(session_end(h->access, &s.who, fault));
    t.json = slice_of(text);
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &t, fault));
}

static void proofs_that_fail_are_counted_and_void_what_was_asked(void **state)
{
    House        *h    = *state;
    Session       s    = first_sign_in(h);
    Authenticator a    = authenticator_new(-7);
    OWNED_BUF     json = buf_make(1 << 17);
    enrol(h, &s, &a, honest());
    prove(h, &s, &a, ACT_7, honest(), &json);
    ProofTry t = { .house = h, .who = &s.who, .wanted = ACT_7, .json = buf_slice(&json) };
    MUST(proof_failed(h->access, &s.who, fault));
    REFUSED(ERR_SIGN_IN, db_write(h->host, check_proof, &t, fault));
    for (int i = 0; i < 4; i++)
        MUST(proof_failed(h->access, &s.who, fault));
    REFUSED(ERR_TOO_OFTEN, db_write(h->host, check_proof, &t, fault));
    assert_int_equal(
        count_of(h, "SELECT count(*) FROM audit_line WHERE what = 'proof' AND outcome = 'refused'"), 5);
    authenticator_free(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(a_passkey_at_first_sign_in_opens_and_signs_in_again),
        WITH_HOUSE(every_lie_at_sign_in_is_refused),
        WITH_HOUSE(a_challenge_is_answered_once_in_two_minutes_whatever_the_answer),
        WITH_HOUSE(a_counter_that_does_not_grow_is_refused),
        WITH_HOUSE(every_lie_at_registration_is_refused),
        WITH_HOUSE(a_registration_answers_one_challenge_of_this_person_once),
        WITH_HOUSE(passkeys_are_listed_and_removed_but_never_the_last_factor),
        WITH_HOUSE(a_person_with_a_passkey_alone_is_told_to_use_it),
        WITH_HOUSE(somebody_switched_off_is_not_let_in_by_a_passkey),
        WITH_HOUSE(guessing_at_the_password_does_not_keep_the_passkey_out),
        WITH_HOUSE(answers_that_are_not_answers_are_refused),
        WITH_HOUSE(a_passkey_proves_one_act_and_one_digest_once),
        WITH_HOUSE(a_sign_in_does_not_prove_a_signature_nor_the_other_way_round),
        WITH_HOUSE(a_code_proves_when_its_step_was_not_used),
        WITH_HOUSE(nothing_is_proved_without_a_full_session_or_a_whole_question),
        WITH_HOUSE(proofs_that_fail_are_counted_and_void_what_was_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
