/*
 * Holders of an access to their own record: one paper, one account, two factors, no other permission. E34, X1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "house.h"

#include "guard/access/holder.h"

typedef struct Work {
    House        *house;
    Holder        h;
    HolderSecrets secrets;
    const char   *code; /* NULL: that of 'secrets' */
    const char   *why;
    bool          passkey;
    char          token[SESSION_TOKEN_SIZE];
    Who           who;
} Work;

static bool hand(Db *db, void *with, Err *err)
{
    Work *w = with;
    return holder_hand(db, &w->h, &w->secrets, err);
}

static bool find(Db *db, void *with, Err *err)
{
    Work *w = with;
    return holder_by_code(db, w->house->access, slice_of(w->code ? w->code : w->secrets.code), HOME, &w->h, err);
}

static bool wrong(Db *db, void *with, Err *err)
{
    Work *w = with;
    return holder_wrong(db, w->house->access, &w->h, HOME, err);
}

static bool begin(Db *db, void *with, Err *err)
{
    Work *w = with;
    return holder_begin(db, w->house->access, &w->h, SLICE("DUPONT"), SLICE("ZOE"), w->passkey, HOME, w->token, &w->who, err);
}

static bool end(Db *db, void *with, Err *err)
{
    Work *w = with;
    return holder_end(db, w->h.id, w->why, err);
}

static Work paper(House *h, const char *kind, const char *name)
{
    Work w = { .house = h, .h = { .patient_id = 41, .act_id = 5, .handed_by = h->person_id } };
    snprintf(w.h.kind, sizeof w.h.kind, "%s", kind);
    snprintf(w.h.name, sizeof w.h.name, "%s", name);
    holder_secrets(&w.secrets);
    MUST(db_write(h->host, hand, &w, fault));
    return w;
}

static bool opens(House *h, const char *code)
{
    Work w = { .house = h, .code = code };
    MUST(db_write(h->host, find, &w, fault));
    return w.h.id != 0;
}

static void the_code_is_kept_as_a_hash_and_read_as_people_type_it(void **state)
{
    House *h = *state;
    Work   w = paper(h, "patient", "");
    char   sql[160], typed[40];
    snprintf(sql, sizeof sql, "SELECT COUNT(*) FROM own_access WHERE code_hash LIKE '%%%.5s%%' OR login LIKE '%%%.5s%%'", w.secrets.code, w.secrets.code);
    assert_int_equal(count_of(h, sql), 0);
    assert_true(opens(h, w.secrets.code));
    snprintf(typed, sizeof typed, " %.5s %.5s%.5s ", w.secrets.code, w.secrets.code + 6, w.secrets.code + 12);
    assert_true(opens(h, typed));
    assert_false(opens(h, ""));
    assert_false(opens(h, "aaaaa-aaaaa-aaaaa"));
}

static void a_new_paper_ends_the_last_of_the_same_holder_alone(void **state)
{
    House *h      = *state;
    Work   first  = paper(h, "parent", "Mme Inès PETIT");
    Work   father = paper(h, "parent", "M. Hugo PETIT");
    Work   second = paper(h, "parent", "mme inès PETIT");
    assert_false(opens(h, first.secrets.code));
    assert_true(opens(h, second.secrets.code));
    assert_true(opens(h, father.secrets.code));
}

static void five_wrong_answers_end_a_paper(void **state)
{
    House *h = *state;
    Work   w = paper(h, "patient", "");
    for (int i = 0; i < HOLDER_WRONG_MAX; i++) {
        MUST(db_write(h->host, find, &w, fault));
        assert_true(w.h.id);
        MUST(db_write(h->host, wrong, &w, fault));
    }
    assert_false(opens(h, w.secrets.code));
    assert_int_equal(count_of(h, "SELECT COUNT(*) FROM audit_line WHERE what = 'own access, code' AND outcome = 'refused'"), HOLDER_WRONG_MAX + 1);
}

static void an_account_that_is_begun_opens_nothing_and_may_begin_anew(void **state)
{
    House *h = *state;
    Work   w = paper(h, "patient", "");
    MUST(db_write(h->host, find, &w, fault));
    MUST(db_write(h->host, begin, &w, fault));
    assert_true(w.who.holder && w.who.must_enrol && !w.who.full);
    assert_int_equal(who_permissions(&w.who), ANYONE | MAY_SIGN_IN);
    assert_true(opens(h, w.secrets.code));
    Who first = w.who;
    w.passkey = true;
    MUST(db_write(h->host, find, &w, fault));
    MUST(db_write(h->host, begin, &w, fault));
    assert_int_equal(w.who.person_id, first.person_id);
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of("0000000000000000000000000000000000000000000000000000000000000000"), HOME, &first, fault));
    OWNED_BUF json = buf_make(4096);
    REFUSED(ERR_CONFLICT, totp_enrol_start(h->access, &w.who, &json, fault)); /* one factor alone */
    assert_int_equal(count_of(h, "SELECT COUNT(*) FROM person WHERE is_holder = 1"), 1);
}

static void a_holder_has_one_permission_whatever_they_belong_to(void **state)
{
    (void)state;
    Who w = { .person_id = 3, .full = true, .holder = true, .memberships = { { 1, ROLE_IMAGER | ROLE_ADMIN } }, .membership_count = 1 };
    assert_int_equal(who_permissions(&w), ANYONE | MAY_SIGN_IN | MAY_OWN);
    w.holder = false;
    assert_false(who_permissions(&w) & MAY_OWN);
    assert_true(who_permissions(&w) & SIGNED_IN);
    w.memberships[0].roles = ROLE_PATIENT; /* a member of a site as its patient is no colleague either */
    assert_int_equal(who_permissions(&w), ANYONE | MAY_SIGN_IN);
}

static void what_is_ended_opens_nothing_and_ends_once(void **state)
{
    House *h = *state;
    Work   w = paper(h, "patient", "");
    MUST(db_write(h->host, find, &w, fault));
    MUST(db_write(h->host, begin, &w, fault));
    w.why = "revoked";
    MUST(db_write(h->host, end, &w, fault));
    REFUSED(ERR_CONFLICT, db_write(h->host, end, &w, fault));
    assert_false(opens(h, w.secrets.code));
    Who gone;
    REFUSED(ERR_SIGN_IN, session_find(h->access, slice_of(w.token), HOME, &gone, fault));
    w.h.id = 999;
    REFUSED(ERR_NOT_FOUND, db_write(h->host, end, &w, fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HOUSE(the_code_is_kept_as_a_hash_and_read_as_people_type_it),
        WITH_HOUSE(a_new_paper_ends_the_last_of_the_same_holder_alone),
        WITH_HOUSE(five_wrong_answers_end_a_paper),
        WITH_HOUSE(an_account_that_is_begun_opens_nothing_and_may_begin_anew),
        WITH_HOUSE(a_holder_has_one_permission_whatever_they_belong_to),
        WITH_HOUSE(what_is_ended_opens_nothing_and_ends_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
