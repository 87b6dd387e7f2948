/*
 * Tests of identities: traits, INS, trust status, look-alikes, history, search, comparison (E15, INS).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* nftw */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <ftw.h>
#include <unistd.h>

#include "clinic/patients/patient_internal.h"
#include "formats/json/json_util.h"
#include "guard/access/grant.h"
#include "guard/access/people.h"
#include "schema/schema.h"

/* ---- rules, without a database ---- */

static void the_key_of_the_ins_is_checked(void **state)
{
    static const char *const RIGHT[] = { "279035121518989", "260058815400233", "285052A00400131",
                                         "285052B03300161" };
    static const char *const WRONG[] = { "279035121518988", "27903512151898",  "285052C00400131", "",
                                         "2790351215189AB", "285052A00400132", "000000000000097" };
    (void)state;
    for (size_t i = 0; i < COUNT(RIGHT); i++)
        if (!ins_key_valid(slice_of(RIGHT[i])))
            fail_msg("%s", RIGHT[i]);
    for (size_t i = 0; i < COUNT(WRONG); i++)
        if (ins_key_valid(slice_of(WRONG[i])))
            fail_msg("%s", WRONG[i]);
    /* Any single digit changed is seen. */
    for (size_t at = 0; at < 15; at++) {
        char other[16] = "279035121518989";
        other[at]      = other[at] == '9' ? '1' : (char)(other[at] + 1);
        assert_false(ins_key_valid(slice_of(other)));
    }
}

static void a_production_server_refuses_test_authorities_and_the_other_way(void **state)
{
    static const char *const PRODUCTION[] = { "1.2.250.1.213.1.4.8", "1.2.250.1.213.1.4.9" };
    static const char *const TEST[]       = { "1.2.250.1.213.1.4.10", "1.2.250.1.213.1.4.11" };
    Slice                    ins          = SLICE("279035121518989");
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        assert_true(ins_check(ins, slice_of(PRODUCTION[i]), INS_OIDS_PRODUCTION, NULL));
        assert_false(ins_check(ins, slice_of(PRODUCTION[i]), INS_OIDS_TEST, NULL));
        assert_true(ins_check(ins, slice_of(TEST[i]), INS_OIDS_TEST, NULL));
        assert_false(ins_check(ins, slice_of(TEST[i]), INS_OIDS_PRODUCTION, NULL));
    }
    assert_false(ins_check(ins, SLICE("1.2.250.1.213.1.4.2"), INS_OIDS_PRODUCTION, NULL));
}

static void traits_are_written_in_capitals_without_accents(void **state)
{
    static const char *const CASES[][2] = {
        { "Lefèvre", "LEFEVRE" },         { "  d’Œuvre-çà ", "D'OEUVRE-CA" },
        { "Anne-Sophie", "ANNE-SOPHIE" }, { "Le  Goff", "LE GOFF" },
        { "Straße", "STRASSE" },          { "Søren", "SOREN" }
    };
    static const char *const REFUSED[] = { "DUPONT2", "A?B", "Иванов", "A\xFF", "<b>", "A^B" };
    char                     out[64];
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        assert_true(trait_normalise(slice_of(CASES[i][0]), out, sizeof out, "x", NULL));
        assert_string_equal(out, CASES[i][1]);
    }
    for (size_t i = 0; i < COUNT(REFUSED); i++)
        assert_false(trait_normalise(slice_of(REFUSED[i]), out, sizeof out, "x", NULL));
}

static void dates_and_places_of_birth_are_real(void **state)
{
    static const char *const DATES[]  = { "1970-02-30", "70-01-01", "1970-13-01", "2100-01-01",
                                          "1849-01-01", "",         "1970/01/01", "1900-02-29" };
    static const char *const PLACES[] = { "7505", "2C004", "ABCDE", "750567", "" };
    (void)state;
    for (size_t i = 0; i < COUNT(DATES); i++)
        assert_false(birth_date_check(slice_of(DATES[i]), 1790000000, NULL));
    assert_true(birth_date_check(SLICE("2000-02-29"), 1790000000, NULL));
    for (size_t i = 0; i < COUNT(PLACES); i++)
        assert_false(birth_place_check(slice_of(PLACES[i]), NULL));
    assert_true(birth_place_check(SLICE("2A004"), NULL));
    assert_true(birth_place_check(SLICE("99999"), NULL));
}

/* Every combination of what a status rests on. */
static void the_ins_is_given_out_by_a_qualified_identity_alone(void **state)
{
    (void)state;
    for (unsigned bits = 0; bits < 32; bits++) {
        Patient p       = { .ins_retrieved = bits & 1, .attributes = bits >> 2 };
        bool    checked = bits & 2, forced = p.attributes & (PATIENT_DOUT | PATIENT_FICT),
             confirmed = p.ins_retrieved;
        Slice value, oid;
        slice_copy(slice_of("279035121518989"), p.ins_value, sizeof p.ins_value);
        slice_copy(slice_of(checked ? "passport" : "wristband"), p.document, sizeof p.document);
        status_settle(&p);
        PatientStatus expected = forced                 ? PATIENT_PROV
                                 : confirmed && checked ? PATIENT_QUAL
                                 : confirmed            ? PATIENT_RECUP
                                 : checked              ? PATIENT_VALI
                                                        : PATIENT_PROV;
        assert_int_equal(p.status, expected);
        assert_int_equal(patient_ins(&p, &value, &oid), expected == PATIENT_QUAL);
        OWNED(json_t) *j = patient_json(&p);
        assert_int_equal(json_is_null(json_object_get(j, "ins")), expected != PATIENT_QUAL);
    }
}

static Patient jeanne(void)
{
    Patient p = { .sex = 'F' };
    slice_copy(slice_of("LE GOFF"), p.birth_name, sizeof p.birth_name);
    slice_copy(slice_of("MARTIN"), p.used_name, sizeof p.used_name);
    slice_copy(slice_of("JEANNE"), p.first_given, sizeof p.first_given);
    slice_copy(slice_of("JEANNE MARIE"), p.given_names, sizeof p.given_names);
    slice_copy(slice_of("1970-01-02"), p.birth_date, sizeof p.birth_date);
    return p;
}

static void the_identity_check_names_what_differs(void **state)
{
    PatientDifference d[PATIENT_DIFFERENCES_MAX];
    Patient           p = jeanne();
    TraitsGiven same = { SLICE("Le-Goff"), SLICE("jeanne"), SLICE("1970-01-02"), SLICE("F") }, given = same;
    (void)state;
    assert_int_equal(patient_compare(&p, &same, d), 0);
    given.birth_date = SLICE("1970-02-01");
    assert_int_equal(patient_compare(&p, &given, d), 1);
    assert_string_equal(d[0].trait, "birth_date");
    given            = same;
    given.birth_name = SLICE("MARTIN"); /* the used name is not the birth name */
    assert_int_equal(patient_compare(&p, &given, d), 1);
    given = (TraitsGiven) { SLICE_NONE, SLICE_NONE, SLICE_NONE, SLICE_NONE };
    assert_int_equal(patient_compare(&p, &given, d), 4);
}

/* ---- with a database ---- */

typedef struct World {
    char    folder[64];
    DbHost *host;
} World;

static int removed(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

static int world_new(void **state)
{
    World *w = calloc(1, sizeof *w);
    char   path[128];
    Err    err = { 0 };
    snprintf(w->folder, sizeof w->folder, "/tmp/beclere-patients-XXXXXX");
    *state = w;
    if (!mkdtemp(w->folder))
        return -1;
    snprintf(path, sizeof path, "%s/test.db", w->folder);
    w->host = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
    return w->host ? 0 : -1;
}

static int world_free(void **state)
{
    World *w = *state;
    db_close(w->host);
    nftw(w->folder, removed, 16, FTW_DEPTH | FTW_PHYS);
    free(w);
    return 0;
}

static const PatientBy BY = { .actor = "tester", .what = "test" };

/* One act on an identity, as data. */
typedef enum Doing { CREATE, UPDATE, DOCUMENT, CONFIRM, REFUSE, ATTRIBUTES, IDENTIFIER } Doing;
typedef struct Act {
    Doing           doing;
    PatientDraft    draft;
    const char     *text;
    unsigned        attributes;
    int64_t         id, version;
    Patient         p;
    PatientHomonyms alike;
} Act;

static bool act_work(Db *db, void *arg, Err *err)
{
    Act  *a   = arg;
    Slice oid = SLICE("1.2.250.1.213.1.4.10");
    switch (a->doing) {
    case CREATE:
        return patient_create(db, &a->draft, INS_OIDS_TEST, &BY, &a->p, &a->alike, err);
    case UPDATE:
        return patient_update(db, a->id, a->version, &a->draft, INS_OIDS_TEST, &BY, &a->p, err);
    case DOCUMENT:
        return patient_document_checked(db, a->id, a->text, &BY, &a->p, err);
    case CONFIRM:
        return patient_ins_confirmed(db, a->id, slice_of(a->text), oid, INS_OIDS_TEST, &BY, &a->p, err);
    case REFUSE:
        return patient_ins_refused(db, a->id, &BY, &a->p, err);
    case ATTRIBUTES:
        return patient_set_attributes(db, a->id, a->attributes, &BY, &a->p, err);
    case IDENTIFIER:
        return patient_identifier_add(db, a->id, slice_of(a->text), SLICE("CHU-X"), &BY, err);
    }
    return false;
}

static void must(World *w, Act *a)
{
    Err err = { 0 };
    if (!db_write(w->host, act_work, a, &err))
        fail_msg("%s (%s)", err.shown, err.detail);
}

static void must_not(World *w, Act *a, ErrKind kind)
{
    Err err = { 0 };
    assert_false(db_write(w->host, act_work, a, &err));
    assert_int_equal(err.kind, kind);
    assert_non_null(err.shown);
}

static PatientDraft draft_of(const char *name, const char *given, const char *birth)
{
    return (PatientDraft) { .birth_name       = slice_of(name),
                            .first_given      = slice_of(given),
                            .birth_date       = slice_of(birth),
                            .sex              = SLICE("F"),
                            .birth_place_code = SLICE("75056"),
                            .organisation_id  = 1 };
}

static Patient created(World *w, const char *name, const char *given, const char *birth)
{
    Act a = { .doing = CREATE, .draft = draft_of(name, given, birth) };
    must(w, &a);
    return a.p;
}

static int64_t number(World *w, const char *sql)
{
    OWNED(Db) *db     = db_read(w->host, NULL);
    OWNED(DbQuery) *q = db_query(db, sql);
    assert_int_equal(db_next(q, NULL), DB_ROW);
    return db_int(q, 0);
}

static void creation_needs_the_five_strict_traits(void **state)
{
    PatientDraft whole = draft_of("Dupont", "Zoé", "1970-01-02");
    for (int missing = 0; missing < 6; missing++) {
        Act a                                         = { .doing = CREATE, .draft = whole };
        *(missing == 0   ? &a.draft.birth_name
          : missing == 1 ? &a.draft.first_given
          : missing == 2 ? &a.draft.birth_date
          : missing == 3 ? &a.draft.sex
                         : &a.draft.birth_place_code) = SLICE_NONE;
        if (missing == 5) {
            a.draft                 = whole;
            a.draft.organisation_id = 0;
        }
        must_not(*state, &a, ERR_INPUT);
    }
    Patient p = created(*state, "Dupont", "Zoé", "1970-01-02");
    assert_string_equal(p.first_given, "ZOE");
    assert_int_equal(p.status, PATIENT_PROV);
    assert_string_equal(p.ipp, "B000000018"); /* 1 and its Luhn digit */
    assert_int_equal(number(*state, "SELECT COUNT(*) FROM patient_history"), 1);
    assert_int_equal(
        number(*state, "SELECT COUNT(*) FROM audit_line WHERE event = 'create' AND patient_id = 1"), 1);
}

static void who_looks_alike_is_shown_before_a_second_is_made(void **state)
{
    World                   *w          = *state;
    Patient                  first      = created(w, "Dupont", "Jeanne", "1970-01-02");
    static const char *const ALIKE[][3] = { { "DUPONT", "jeanne", "1970-01-02" },
                                            { "Dupond", "Jeanne", "1970-01-02" },
                                            { "Dupont", "Jeannette", "1970-01-02" },
                                            { "Dupont", "Jeanne", "1970-02-01" },
                                            { "Dupont", "Jeanne", "1970-01-03" } };
    for (size_t i = 0; i < COUNT(ALIKE); i++) {
        Act a = { .doing = CREATE, .draft = draft_of(ALIKE[i][0], ALIKE[i][1], ALIKE[i][2]) };
        must_not(w, &a, ERR_CONFLICT);
        assert_int_equal(a.alike.count, 1);
        assert_int_equal(a.alike.patients[0].id, first.id);
    }
    Act a               = { .doing = CREATE, .draft = draft_of("Dupont", "Jeanne", "1970-01-02") };
    a.draft.confirm_new = true;
    must(w, &a);
    assert_true(a.p.attributes & PATIENT_HOMO);
    assert_int_equal(number(w, "SELECT COUNT(*) FROM patient WHERE attributes = 1"), 2); /* both are marked */
    created(w, "Dupont", "Paul", "1970-01-02");
}

static void the_status_climbs_and_falls_by_the_rules(void **state)
{
    World  *w = *state;
    Patient p = created(w, "Dupont", "Jeanne", "1970-01-02");
    Act     a = { .doing = DOCUMENT, .id = p.id, .text = "wristband" };
    must(w, &a);
    assert_int_equal(a.p.status, PATIENT_PROV);
    a.text = "id-card";
    must(w, &a);
    assert_int_equal(a.p.status, PATIENT_VALI);
    a = (Act) { .doing = CONFIRM, .id = p.id, .text = "279035121518989" };
    must(w, &a);
    assert_int_equal(a.p.status, PATIENT_QUAL);
    a = (Act) { .doing = REFUSE, .id = p.id };
    must(w, &a);
    assert_int_equal(a.p.status, PATIENT_VALI);
    assert_string_equal(a.p.ins_value, "");
    a = (Act) { .doing = CONFIRM, .id = p.id, .text = "279035121518989" };
    must(w, &a);
    a = (Act) { .doing = ATTRIBUTES, .id = p.id, .attributes = PATIENT_DOUT };
    must(w, &a);
    assert_int_equal(a.p.status, PATIENT_PROV);
    assert_string_equal(a.p.ins_value, "");
    a = (Act) { .doing = CONFIRM, .id = p.id, .text = "279035121518989" };
    must_not(w, &a, ERR_CONFLICT);
    assert_int_equal(number(w, "SELECT COUNT(*) FROM patient_history"), 7);
}

static void a_strict_trait_changed_by_hand_drops_the_status(void **state)
{
    World  *w = *state;
    Patient p = created(w, "Dupont", "Jeanne", "1970-01-02");
    Act     a = { .doing = CONFIRM, .id = p.id, .text = "279035121518989" };
    must(w, &a);
    a = (Act) { .doing = DOCUMENT, .id = p.id, .text = "passport" };
    must(w, &a);
    assert_int_equal(a.p.status, PATIENT_QUAL);
    Act phone = { .doing = UPDATE, .id = p.id, .version = a.p.version, .draft = { .phone = SLICE("01 02") } };
    must(w, &phone);
    assert_int_equal(phone.p.status, PATIENT_QUAL); /* no strict trait */
    Act behind = { .doing = UPDATE, .id = p.id, .version = a.p.version, .draft = { .phone = SLICE("03") } };
    must_not(w, &behind, ERR_CONFLICT);
    Act birth = { .doing   = UPDATE,
                  .id      = p.id,
                  .version = phone.p.version,
                  .draft   = { .birth_date = SLICE("1970-01-03") } };
    must(w, &birth);
    assert_int_equal(birth.p.status, PATIENT_PROV);
    assert_string_equal(birth.p.ins_value, "");
    Act again = { .doing   = UPDATE,
                  .id      = p.id,
                  .version = birth.p.version,
                  .draft   = { .birth_date = SLICE("1970-01-02"), .document = SLICE("passport") } };
    must(w, &again);
    assert_int_equal(again.p.status, PATIENT_VALI); /* the document holds for the new traits */
}

static void an_ins_typed_by_hand_raises_nothing_and_one_person_holds_it(void **state)
{
    World *w          = *state;
    Act    a          = { .doing = CREATE, .draft = draft_of("Dupont", "Jeanne", "1970-01-02") };
    a.draft.ins_value = SLICE("279035121518989");
    a.draft.ins_oid   = SLICE("1.2.250.1.213.1.4.10");
    a.draft.document  = SLICE("passport");
    must(w, &a);
    assert_int_equal(a.p.status, PATIENT_VALI);
    Slice value, oid;
    assert_false(patient_ins(&a.p, &value, &oid));
    Act b             = { .doing = CREATE, .draft = draft_of("Martin", "Zoé", "1980-01-02") };
    b.draft.ins_value = SLICE("279035121518989");
    b.draft.ins_oid   = SLICE("1.2.250.1.213.1.4.10");
    must_not(w, &b, ERR_CONFLICT);
    assert_int_equal(b.alike.patients[0].id, a.p.id);
    b.draft.ins_value = SLICE("279035121518988");
    must_not(w, &b, ERR_INPUT);
}

static void an_identifier_belongs_to_one_patient_of_its_issuer(void **state)
{
    World  *w = *state;
    Patient p = created(w, "Dupont", "Jeanne", "1970-01-02"), q = created(w, "Martin", "Zoé", "1980-01-02"),
            found;
    bool is = false;
    Act  a  = { .doing = IDENTIFIER, .id = p.id, .text = "12345" };
    must(w, &a);
    must(w, &a); /* again: nothing new */
    a.id = q.id;
    must_not(w, &a, ERR_CONFLICT);
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(patient_by_identifier(db, SLICE("12345"), SLICE("CHU-X"), &found, &is, NULL));
    assert_true(is && found.id == p.id);
    assert_true(patient_by_identifier(db, SLICE("12345"), SLICE("CHU-Y"), &found, &is, NULL));
    assert_false(is);
    assert_true(patient_by_identifier(db, slice_of(q.ipp), SLICE(PATIENT_ISSUER), &found, &is, NULL));
    assert_true(is && found.id == q.id);
}

static void images_are_compared_by_name_birth_sex_and_identifier(void **state)
{
    typedef struct Said {
        DicomPatient image;
        size_t       differences;
    } Said;
    static const Said SAID[] = {
        { { "B000000018", "", "LE GOFF^JEANNE", "19700102", "F" }, 0 },
        { { "B000000018", "BECLERE", "le-goff^Jeanne Marie", "19700102", "F" }, 0 },
        { { "B000000018", "", "MARTIN^JEANNE", "19700102", "F" }, 0 }, /* used name */
        { { "B000000018", "", "LE GOFF^JEANNE", "", "" }, 0 },
        { { "999", "CHU-UNKNOWN", "LE GOFF^JEANNE", "19700102", "O" }, 0 }, /* an issuer we know nothing of */
        { { "999", "", "LE GOFF^JEANNE", "19700102", "F" }, 1 },
        { { "B000000018", "", "LE GOFF^ANNE", "19700102", "F" }, 1 },
        { { "B000000018", "", "DUPONT^PAUL", "19700201", "M" }, 4 },
        { { "", "", "", "19700102", "F" }, 1 }, /* nobody at all */
    };
    World *w          = *state;
    Act    a          = { .doing = CREATE, .draft = draft_of("Le Goff", "Jeanne", "1970-01-02") };
    a.draft.used_name = SLICE("Martin");
    must(w, &a);
    OWNED(Db) *db = db_read(w->host, NULL);
    for (size_t i = 0; i < COUNT(SAID); i++) {
        PatientDifference d[PATIENT_DIFFERENCES_MAX];
        size_t            count = 99;
        assert_true(patient_compare_dicom(db, &a.p, &SAID[i].image, d, &count, NULL));
        if (count != SAID[i].differences)
            fail_msg("case %zu: %zu differences", i, count);
    }
}

/* ---- search and access (X2) ---- */

typedef struct Member {
    int64_t person_id, organisation_id, patient_id;
} Member;

static bool member_work(Db *db, void *arg, Err *err)
{
    Member      *m = arg;
    Person       p = { .login = "requester", .family = "Roux", .given = "Eve", .active = true };
    Organisation o = { .name = "Urgences", .kind = "requester", .time_zone = "Europe/Paris" };
    return person_create(db, &p, &m->person_id, err) &&
           organisation_create(db, &o, &m->organisation_id, err) &&
           membership_set(db, m->person_id, m->organisation_id, ROLE_REQUESTER, err);
}

static bool grant_work(Db *db, void *arg, Err *err)
{
    Member *m = arg;
    return grant_open(db, &(Grant) { .person_id = m->person_id, .patient_id = m->patient_id, .why = "test" },
                      err);
}

static bool count_one(const Patient *p, void *with)
{
    (void)p;
    ++*(int *)with;
    return true;
}

static int found(World *w, int64_t person, const char *birth, const char *name)
{
    int count     = 0;
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(
        patient_find(db, person, 1790000000, slice_of(birth), slice_of(name), count_one, &count, NULL));
    return count;
}

static void the_search_goes_by_birth_date_and_three_letters_among_those_one_may_see(void **state)
{
    World *w    = *state;
    Member m    = { 0 };
    bool   seen = true;
    assert_true(db_write(w->host, member_work, &m, NULL));
    Act mine                   = { .doing = CREATE, .draft = draft_of("Lefèvre", "Jeanne", "1970-01-02") };
    mine.draft.organisation_id = m.organisation_id;
    mine.draft.used_name       = SLICE("Martin");
    must(w, &mine);
    Act other                   = { .doing = CREATE, .draft = draft_of("Lefort", "Paul", "1970-01-02") };
    other.draft.organisation_id = m.organisation_id + 1;
    must(w, &other);
    assert_int_equal(found(w, m.person_id, "1970-01-02", "Lef"), 1);
    assert_int_equal(found(w, m.person_id, "1970-01-02", "lefevrier"), 1); /* three letters count, no more */
    assert_int_equal(found(w, m.person_id, "1970-01-02", "MAR"), 1);
    assert_int_equal(found(w, m.person_id, "1970-01-03", "Lef"), 0);
    assert_int_equal(found(w, m.person_id + 1, "1970-01-02", "Lef"), 0);
    m.patient_id = other.p.id;
    assert_true(db_write(w->host, grant_work, &m, NULL));
    assert_int_equal(found(w, m.person_id, "1970-01-02", "Lef"), 2);
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(patient_seen_by(db, m.person_id, other.p.id, 1790000000, &seen, NULL));
    assert_true(seen);
    assert_true(patient_seen_by(db, m.person_id + 1, other.p.id, 1790000000, &seen, NULL));
    assert_false(seen);
    Err err = { 0 };
    assert_false(
        patient_find(db, m.person_id, 1790000000, SLICE("1970-01-02"), SLICE_NONE, count_one, &seen, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_key_of_the_ins_is_checked),
        cmocka_unit_test(a_production_server_refuses_test_authorities_and_the_other_way),
        cmocka_unit_test(traits_are_written_in_capitals_without_accents),
        cmocka_unit_test(dates_and_places_of_birth_are_real),
        cmocka_unit_test(the_ins_is_given_out_by_a_qualified_identity_alone),
        cmocka_unit_test(the_identity_check_names_what_differs),
        IN_A_WORLD(creation_needs_the_five_strict_traits),
        IN_A_WORLD(who_looks_alike_is_shown_before_a_second_is_made),
        IN_A_WORLD(the_status_climbs_and_falls_by_the_rules),
        IN_A_WORLD(a_strict_trait_changed_by_hand_drops_the_status),
        IN_A_WORLD(an_ins_typed_by_hand_raises_nothing_and_one_person_holds_it),
        IN_A_WORLD(an_identifier_belongs_to_one_patient_of_its_issuer),
        IN_A_WORLD(images_are_compared_by_name_birth_sex_and_identifier),
        IN_A_WORLD(the_search_goes_by_birth_date_and_three_letters_among_those_one_may_see),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
