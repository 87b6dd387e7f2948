/*
 * People, roles, grants and peers: who may see and do what, and that nobody else may. S2, S4, X2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/grant.h"
#include "guard/access/peer.h"
#include "house.h"

/* ---- roles and permissions ---- */

static void every_role_has_one_name_and_reads_back(void **state)
{
    (void)state;
    for (unsigned i = 0; i < ROLE_COUNT; i++) {
        const char *name = role_name(1U << i);
        assert_true(name[0] != '\0');
        assert_int_equal(role_from_name(slice_of(name)), 1U << i);
    }
    assert_string_equal(role_name(0), "");
    assert_string_equal(role_name(ROLE_IMAGER | ROLE_ADMIN), "");
    assert_int_equal(role_from_name(SLICE("imager ")), 0);
    assert_int_equal(role_from_name(SLICE_NONE), 0);
}

static void an_administrator_reads_no_clinical_data(void **state)
{
    (void)state;
    unsigned clinical =
        MAY_REQUEST | MAY_ACT | MAY_SEARCH | MAY_VIEW | MAY_STORE | MAY_REPORT | MAY_IDENTIFY | MAY_PLAN |
        MAY_FETCH;
    assert_int_equal(permissions_of_roles(ROLE_ADMIN) & clinical, 0);
    assert_int_equal(permissions_of_roles(ROLE_QUALITY | ROLE_RESPONSIBLE | ROLE_PATIENT) & clinical, 0);
    assert_true(permissions_of_roles(ROLE_ADMIN) & MAY_ADMINISTER);
}

static void each_power_belongs_to_the_roles_that_need_it_alone(void **state)
{
    static const struct {
        unsigned may, roles;
    } OWNERS[] = {
        { MAY_ADMINISTER, ROLE_ADMIN },
        { MAY_REPORT, ROLE_IMAGER },
        { MAY_REQUEST, ROLE_REQUESTER },
        { MAY_ARCHIVE, ROLE_PACS_ADMIN },
        { MAY_STORE, ROLE_TECHNOLOGIST | ROLE_PACS_ADMIN },
        { MAY_PLAN, ROLE_TECHNOLOGIST | ROLE_SECRETARY },
        { MAY_FETCH, ROLE_REQUESTER | ROLE_TECHNOLOGIST | ROLE_IMAGER | ROLE_NUCLEAR_PHYSICIAN | ROLE_PACS_ADMIN },
        { MAY_FILE, (1u << ROLE_COUNT) - 1 - ROLE_PATIENT },
        { MAY_STAFF, ROLE_IMAGER | ROLE_SECRETARY | ROLE_PACS_ADMIN | ROLE_PHYSICIST | ROLE_PCR | ROLE_BIOMEDICAL | ROLE_QUALITY | ROLE_RESPONSIBLE },
        { MAY_AUDIT, ROLE_ADMIN | ROLE_QUALITY | ROLE_RESPONSIBLE },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(OWNERS); i++)
        for (unsigned role = 1; role < 1U << ROLE_COUNT; role <<= 1)
            assert_int_equal((permissions_of_roles(role) & OWNERS[i].may) != 0,
                             (OWNERS[i].roles & role) != 0);
}

static void only_a_full_session_gives_what_the_roles_give(void **state)
{
    (void)state;
    Who w      = { .person_id        = 1,
                   .memberships      = { { 3, ROLE_IMAGER }, { 4, ROLE_SECRETARY } },
                   .membership_count = 2 };
    Who nobody = { 0 };
    assert_int_equal(who_permissions(&nobody), ANYONE);
    assert_int_equal(who_permissions(&w), ANYONE | MAY_SIGN_IN);
    w.full = true;
    assert_true(who_permissions(&w) & MAY_REPORT && who_permissions(&w) & MAY_PLAN &&
                who_permissions(&w) & SIGNED_IN);
    w.must_enrol = true;
    assert_int_equal(who_permissions(&w), ANYONE | MAY_SIGN_IN);
    assert_int_equal(who_roles(&w), ROLE_IMAGER | ROLE_SECRETARY);
    assert_int_equal(who_roles_in(&w, 4), ROLE_SECRETARY);
    assert_int_equal(who_roles_in(&w, 5), 0);
    char text[32];
    w.factors = FACTOR_PASSWORD | FACTOR_TOTP;
    assert_string_equal(who_factors_text(&w, text, sizeof text), "password+totp");
    w.factors = 0;
    assert_string_equal(who_factors_text(&w, text, sizeof text), "");
}

/* ---- people ---- */

static bool create(Db *db, void *work, Err *err)
{
    Person *p = work;
    return person_create(db, p, &p->id, err);
}

static bool update(Db *db, void *work, Err *err)
{
    return person_update(db, work, err);
}

static void an_rpps_number_is_right_by_its_key(void **state)
{
    (void)state;
    int right = 0;
    for (char key = '0'; key <= '9'; key++) {
        char number[12] = "1010101010x";
        number[10]      = key;
        right += rpps_valid(slice_of(number));
    }
    assert_int_equal(right, 1);
    assert_true(rpps_valid(SLICE("79927398713")));  /* the textbook number of Luhn */
    assert_false(rpps_valid(SLICE("79927398731"))); /* two digits swapped */
    assert_false(rpps_valid(SLICE("7992739871")));
    assert_false(rpps_valid(SLICE("7992739871x")));
    assert_false(rpps_valid(SLICE_NONE));
}

static void a_person_needs_a_sound_login_a_name_and_a_right_rpps(void **state)
{
    House       *h     = *state;
    const Person right = { .login = "a.durand", .family = "Durand", .rpps = "79927398713", .active = true };
    const char *const logins[] = { "", "ab", "A.Durand", "a durand", "1durand", "é.durand", "a'durand" };
    for (size_t i = 0; i < COUNT(logins); i++) {
        Person p = right;
        snprintf(p.login, sizeof p.login, "%s", logins[i]);
        REFUSED(ERR_INPUT, db_write(h->host, create, &p, fault));
    }
    Person p    = right;
    p.family[0] = ' ', p.family[1] = '\0';
    REFUSED(ERR_INPUT, db_write(h->host, create, &p, fault));
    p          = right;
    p.rpps[10] = '4';
    REFUSED(ERR_INPUT, db_write(h->host, create, &p, fault));
    p          = right;
    p.given[0] = '\n';
    REFUSED(ERR_INPUT, db_write(h->host, create, &p, fault));
    p = right;
    MUST(db_write(h->host, create, &p, fault));

    Person twin  = right;
    twin.rpps[0] = '\0';
    REFUSED(ERR_CONFLICT, db_write(h->host, create, &twin, fault)); /* the login */
    twin = right;
    snprintf(twin.login, sizeof twin.login, "b.durand");
    REFUSED(ERR_CONFLICT, db_write(h->host, create, &twin, fault)); /* the RPPS */
    twin.rpps[0] = '\0';
    MUST(db_write(h->host, create, &twin, fault));

    snprintf(twin.login, sizeof twin.login, "a.durand");
    REFUSED(ERR_CONFLICT, db_write(h->host, update, &twin, fault));
    snprintf(p.speciality, sizeof p.speciality, "G15_10/SM44");
    MUST(db_write(h->host, update, &p, fault)); /* itself is not in its way */
    p.id      = 999;
    p.rpps[0] = '\0';
    snprintf(p.login, sizeof p.login, "c.durand");
    REFUSED(ERR_NOT_FOUND, db_write(h->host, update, &p, fault));
    Person loaded;
    OWNED(Db) *db = db_read(h->host, NULL);
    MUST(person_load(db, twin.id, &loaded, fault));
    assert_string_equal(loaded.login, "b.durand");
    REFUSED(ERR_NOT_FOUND, person_load(db, 999, &loaded, fault));
}

static void switching_a_person_off_ends_their_sessions_in_the_same_transaction(void **state)
{
    House *h = *state;
    (void)settled(h);
    Person p;
    {
        OWNED(Db) *db = db_read(h->host, NULL);
        MUST(person_load(db, h->person_id, &p, fault));
    }
    assert_true(p.enrolled && p.active);
    p.active = false;
    MUST(db_write(h->host, update, &p, fault));
    assert_int_equal(count_of(h, "SELECT count(*) FROM session"), 0);
}

static void names_are_shown_with_the_family_in_capitals(void **state)
{
    static const struct {
        Person      p;
        const char *shown;
    } NAMES[] = {
        { { .title = "Dr", .family = "Martin", .given = "Jeanne" }, "Dr Jeanne MARTIN" },
        { { .family = "Béclère", .given = "Antoine" }, "Antoine BÉCLÈRE" },
        { { .title = "Pr", .family = "d’Arcy-Çélik ÷ß" }, "Pr D’ARCY-ÇÉLIK ÷ß" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        char shown[128];
        person_shown_name(&NAMES[i].p, shown, sizeof shown);
        assert_string_equal(shown, NAMES[i].shown);
    }
}

static bool speak(Db *db, void *work, Err *err)
{
    return person_set_lang(db, 1, slice_of(work), err);
}

static void a_person_speaks_french_or_english(void **state)
{
    House *h    = *state;
    char   en[] = "en", de[] = "de";
    MUST(db_write(h->host, speak, en, fault));
    REFUSED(ERR_INPUT, db_write(h->host, speak, de, fault));
    Session s = by_password(h, h->one_time);
    assert_string_equal(s.who.lang, "en");
}

/* ---- organisations and memberships ---- */

static bool create_organisation(Db *db, void *work, Err *err)
{
    Organisation *o = work;
    return organisation_create(db, o, &o->id, err);
}

static int64_t organisation(const House *h, const char *kind)
{
    Organisation o = { .name = "Centre hospitalier" };
    snprintf(o.kind, sizeof o.kind, "%s", kind);
    MUST(db_write(h->host, create_organisation, &o, fault));
    return o.id;
}

static void an_organisation_is_checked_and_reads_back(void **state)
{
    House             *h     = *state;
    const Organisation right = {
        .name = "CH de Nîmes", .kind = "site", .finess = "300780038", .city = "Nîmes"
    };
    Organisation o = right, loaded;
    o.name[0]      = '\0';
    REFUSED(ERR_INPUT, db_write(h->host, create_organisation, &o, fault));
    o         = right;
    o.kind[0] = 'S';
    REFUSED(ERR_INPUT, db_write(h->host, create_organisation, &o, fault));
    o           = right;
    o.finess[8] = '\0';
    REFUSED(ERR_INPUT, db_write(h->host, create_organisation, &o, fault));
    o = right;
    snprintf(o.time_zone, sizeof o.time_zone, "../../etc/passwd");
    REFUSED(ERR_INPUT, db_write(h->host, create_organisation, &o, fault));
    o = right;
    MUST(db_write(h->host, create_organisation, &o, fault));
    OWNED(Db) *db = db_read(h->host, NULL);
    MUST(organisation_load(db, o.id, &loaded, fault));
    assert_string_equal(loaded.name, right.name);
    assert_string_equal(loaded.time_zone, "Europe/Paris");
    REFUSED(ERR_NOT_FOUND, organisation_load(db, 999, &loaded, fault));
}

typedef struct Join {
    int64_t  person_id, organisation_id;
    unsigned roles;
} Join;

static bool join(Db *db, void *work, Err *err)
{
    Join *j = work;
    return membership_set(db, j->person_id, j->organisation_id, j->roles, err);
}

static void set_roles(const House *h, int64_t organisation_id, unsigned roles)
{
    Join j = { h->person_id, organisation_id, roles };
    MUST(db_write(h->host, join, &j, fault));
}

static void memberships_are_set_replaced_removed_and_travel_with_the_session(void **state)
{
    House  *h    = *state;
    int64_t site = organisation(h, "site"), group = organisation(h, "imaging");
    set_roles(h, site, ROLE_TECHNOLOGIST);
    set_roles(h, site, ROLE_SECRETARY);
    set_roles(h, group, ROLE_IMAGER | ROLE_RESPONSIBLE);
    Session s = by_password(h, h->one_time);
    assert_int_equal(s.who.membership_count, 2);
    assert_int_equal(who_roles_in(&s.who, site), ROLE_SECRETARY);
    assert_int_equal(who_roles_in(&s.who, group), ROLE_IMAGER | ROLE_RESPONSIBLE);
    set_roles(h, site, 0);
    Who found;
    MUST(session_find(h->access, slice_of(s.token), HOME, &found, fault)); /* at the next request */
    assert_int_equal(who_roles_in(&found, site), 0);
    Join unknown = { h->person_id, site, 1U << ROLE_COUNT };
    REFUSED(ERR_INPUT, db_write(h->host, join, &unknown, fault));
    Join nowhere = { h->person_id, 999, ROLE_IMAGER };
    REFUSED(ERR_CONFLICT, db_write(h->host, join, &nowhere, fault));
}

static void a_person_belongs_to_thirty_two_organisations_at_most(void **state)
{
    House *h = *state;
    for (int i = 0; i < WHO_MEMBERSHIPS_MAX; i++)
        set_roles(h, organisation(h, "site"), ROLE_IMAGER);
    Join one_more = { h->person_id, organisation(h, "site"), ROLE_IMAGER };
    REFUSED(ERR_LIMIT, db_write(h->host, join, &one_more, fault));
    set_roles(h, 1, ROLE_SECRETARY); /* one that is there may still change */
}

/* ---- grants ---- */

static bool open_grant(Db *db, void *work, Err *err)
{
    return grant_open(db, work, err);
}

static bool close_act(Db *db, void *work, Err *err)
{
    (void)work;
    return grant_close_act(db, 7, clock_now_s(), err);
}

static bool sees(const House *h, int64_t patient_id)
{
    bool yes      = false;
    OWNED(Db) *db = db_read(h->host, NULL);
    MUST(grant_check(db, h->person_id, patient_id, &yes, fault));
    return yes;
}

static void nobody_sees_a_patient_without_a_grant(void **state)
{
    House  *h    = *state;
    int64_t site = organisation(h, "site");
    set_roles(h, site, ROLE_IMAGER);
    assert_false(sees(h, 5));
    Grant g = { .organisation_id = site, .patient_id = 6, .act_id = 7, .why = "request" };
    MUST(db_write(h->host, open_grant, &g, fault));
    assert_false(sees(h, 5)); /* another patient */
    assert_true(sees(h, 6));
}

static void a_grant_to_an_organisation_reaches_its_clinical_roles_only(void **state)
{
    House  *h    = *state;
    int64_t site = organisation(h, "site"), other = organisation(h, "site");
    Grant   g = { .organisation_id = site, .patient_id = 5, .act_id = 7, .why = "request" };
    MUST(db_write(h->host, open_grant, &g, fault));
    assert_false(sees(h, 5)); /* no member */
    set_roles(h, other, ROLE_IMAGER);
    assert_false(sees(h, 5)); /* member elsewhere */
    for (unsigned role = 1; role < 1U << ROLE_COUNT; role <<= 1) {
        set_roles(h, site, role);
        unsigned not_clinical =
            ROLE_PCR | ROLE_BIOMEDICAL | ROLE_QUALITY | ROLE_RESPONSIBLE | ROLE_ADMIN | ROLE_PATIENT;
        assert_int_equal(sees(h, 5), !(role & not_clinical));
    }
    set_roles(h, site, 0);
    assert_false(sees(h, 5));
}

static void a_grant_ends_with_its_time_or_its_act(void **state)
{
    House *h = *state;
    Grant  g = { .person_id  = h->person_id,
                 .patient_id = 5,
                 .act_id     = 7,
                 .until_s    = clock_now_s() + 100,
                 .why        = "demonstration" };
    MUST(db_write(h->host, open_grant, &g, fault));
    assert_true(sees(h, 5));
    clock_advance(101 * 1000);
    assert_false(sees(h, 5));
    g.until_s = 0;
    MUST(db_write(h->host, open_grant, &g, fault)); /* the same again: moved, not doubled */
    assert_int_equal(count_of(h, "SELECT count(*) FROM access_grant"), 1);
    assert_true(sees(h, 5));
    Grant other = { .person_id = h->person_id, .patient_id = 6, .act_id = 8, .why = "request" };
    MUST(db_write(h->host, open_grant, &other, fault));
    MUST(db_write(h->host, close_act, NULL, fault));
    assert_false(sees(h, 5));
    assert_true(sees(h, 6)); /* another act goes on */
}

static void closing_an_act_never_lengthens_a_grant(void **state)
{
    House  *h   = *state;
    int64_t end = clock_now_s() - 50;
    Grant   g = { .person_id = h->person_id, .patient_id = 5, .act_id = 7, .until_s = end, .why = "request" };
    MUST(db_write(h->host, open_grant, &g, fault));
    MUST(db_write(h->host, close_act, NULL, fault));
    assert_int_equal(count_of(h, "SELECT until_s FROM access_grant"), end);
}

static void a_grant_is_for_one_of_person_or_organisation_and_for_a_patient(void **state)
{
    House      *h       = *state;
    const Grant WRONG[] = {
        { .patient_id = 5, .why = "x" },
        { .patient_id = 5, .person_id = 1, .organisation_id = 1, .why = "x" },
        { .person_id = 1, .why = "x" },
        { .person_id = 1, .patient_id = 5 },
    };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        Grant g = WRONG[i];
        REFUSED(ERR_BUG, db_write(h->host, open_grant, &g, fault));
    }
}

/* ---- peers ---- */

static bool save_peer(Db *db, void *work, Err *err)
{
    Peer *p = work;
    return peer_save(db, p, &p->id, err);
}

static void a_peer_is_admitted_by_title_and_address_together(void **state)
{
    House *h = *state;
    Peer   p = { .ae_title    = "STORESCU",
                 .address     = "192.0.2.10",
                 .port        = 104,
                 .may         = PEER_STORE,
                 .enabled     = true,
                 .description = "CT" };
    Peer   got;
    MUST(db_write(h->host, save_peer, &p, fault));
    {
        OWNED(Db) *db = db_read(h->host, NULL);
        MUST(peer_admit(db, SLICE("STORESCU"), SLICE("192.0.2.10"), &got, fault));
        assert_int_equal(got.id, p.id);
        assert_int_equal(got.may, PEER_STORE);
        MUST(peer_admit(db, SLICE(" STORESCU       "), SLICE("192.0.2.10"), &got,
                        fault)); /* padded as PDUs are */
        MUST(peer_admit(db, SLICE("STORESCU"), SLICE("::ffff:192.0.2.10"), &got,
                        fault)); /* a double-stack socket */
        REFUSED(ERR_DENIED, peer_admit(db, SLICE("STORESCU"), SLICE("192.0.2.11"), &got, fault));
        REFUSED(ERR_DENIED, peer_admit(db, SLICE("OTHER"), SLICE("192.0.2.10"), &got, fault));
        REFUSED(ERR_DENIED, peer_admit(db, SLICE("storescu"), SLICE("192.0.2.10"), &got, fault));
        REFUSED(ERR_DENIED, peer_admit(db, SLICE_NONE, SLICE("192.0.2.10"), &got, fault));
        REFUSED(ERR_DENIED, peer_admit(db, SLICE("STORESCU"), SLICE("localhost"), &got, fault));
        Err err = { 0 };
        assert_false(peer_admit(db, SLICE("STORESCU"), SLICE("192.0.2.11"), &got, &err));
        assert_non_null(strstr(err.detail, "not from this address"));
    }
    Peer second = p; /* the same title at another address is another peer */
    second.id   = 0;
    snprintf(second.address, sizeof second.address, "192.0.2.11");
    MUST(db_write(h->host, save_peer, &second, fault));
    Peer twin = p;
    twin.id   = 0;
    REFUSED(ERR_CONFLICT, db_write(h->host, save_peer, &twin, fault));
    p.enabled = false;
    MUST(db_write(h->host, save_peer, &p, fault));
    OWNED(Db) *db = db_read(h->host, NULL);
    REFUSED(ERR_DENIED, peer_admit(db, SLICE("STORESCU"), SLICE("192.0.2.10"), &got, fault));
    MUST(peer_admit(db, SLICE("STORESCU"), SLICE("192.0.2.11"), &got, fault));
}

static void a_peer_that_makes_no_sense_is_not_saved(void **state)
{
    House     *h     = *state;
    const Peer right = { .ae_title = "STORESCU", .address = "192.0.2.10", .enabled = true };
    Peer       p     = right;
    p.ae_title[0]    = '\\';
    REFUSED(ERR_INPUT, db_write(h->host, save_peer, &p, fault));
    p             = right;
    p.ae_title[0] = '\0';
    REFUSED(ERR_INPUT, db_write(h->host, save_peer, &p, fault));
    p = right;
    snprintf(p.address, sizeof p.address, "scanner.hospital.example");
    REFUSED(ERR_INPUT, db_write(h->host, save_peer, &p, fault));
    p      = right;
    p.port = 65536;
    REFUSED(ERR_INPUT, db_write(h->host, save_peer, &p, fault));
    p    = right;
    p.id = 999;
    REFUSED(ERR_NOT_FOUND, db_write(h->host, save_peer, &p, fault));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_role_has_one_name_and_reads_back),
        cmocka_unit_test(an_administrator_reads_no_clinical_data),
        cmocka_unit_test(each_power_belongs_to_the_roles_that_need_it_alone),
        cmocka_unit_test(only_a_full_session_gives_what_the_roles_give),
        cmocka_unit_test(an_rpps_number_is_right_by_its_key),
        WITH_HOUSE(a_person_needs_a_sound_login_a_name_and_a_right_rpps),
        WITH_HOUSE(switching_a_person_off_ends_their_sessions_in_the_same_transaction),
        cmocka_unit_test(names_are_shown_with_the_family_in_capitals),
        WITH_HOUSE(a_person_speaks_french_or_english),
        WITH_HOUSE(an_organisation_is_checked_and_reads_back),
        WITH_HOUSE(memberships_are_set_replaced_removed_and_travel_with_the_session),
        WITH_HOUSE(a_person_belongs_to_thirty_two_organisations_at_most),
        WITH_HOUSE(nobody_sees_a_patient_without_a_grant),
        WITH_HOUSE(a_grant_to_an_organisation_reaches_its_clinical_roles_only),
        WITH_HOUSE(a_grant_ends_with_its_time_or_its_act),
        WITH_HOUSE(closing_an_act_never_lengthens_a_grant),
        WITH_HOUSE(a_grant_is_for_one_of_person_or_organisation_and_for_a_patient),
        WITH_HOUSE(a_peer_is_admitted_by_title_and_address_together),
        WITH_HOUSE(a_peer_that_makes_no_sense_is_not_saved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
