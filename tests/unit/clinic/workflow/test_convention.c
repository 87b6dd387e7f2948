/*
 * Conventions: what must stand in them, when they are in force, which clause is missing. S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

#include "clinic/workflow/convention_rules.h"

typedef struct Making {
    json_t     *convention;
    MissingList missing;
    int64_t     id;
} Making;

static bool make(Db *db, void *arg, Err *err)
{
    Making *m = arg;
    return convention_create(db, m->convention, &m->id, &m->missing, err);
}

static void all_six_sections_parties_clauses_and_dates_are_compulsory(void **state)
{
    static const char *const SECTIONS[] = { "scope",        "benefits", "commitments",
                                            "organisation", "roles",    "rules" };
    World                   *w          = *state;
    for (size_t i = 0; i < COUNT(SECTIONS) + 3; i++) {
        OWNED(json_t) *c = a_convention(w);
        Making      m    = { .convention = c };
        Err         err  = { 0 };
        const char *code = i < COUNT(SECTIONS) ? SECTIONS[i]
                           : i == 6            ? "clauses"
                           : i == 7            ? "validity"
                                               : "party-imaging";
        if (i < COUNT(SECTIONS))
            json_object_set_new(json_object_get(c, "sections"), SECTIONS[i], json_string(" "));
        else if (i == 6)
            json_array_clear(json_object_get(c, "clauses"));
        else if (i == 7)
            json_object_set_new(c, "valid_until", json_string("demain"));
        else
            json_array_remove(json_object_get(c, "parties"), 2);
        assert_false(db_write(w->host, make, &m, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_true(names(&m.missing, code));
        assert_string_not_equal(text_in(LANG_FR, err.shown), err.shown);
    }
    assert_int_equal(number_of(w, "SELECT count(*) FROM convention"), 1);
}

static bool in_force(World *w, ConventionWanted wanted, ConventionClause *ret, MissingList *missing)
{
    OWNED(Db) *db = NULL;
    Err err       = { 0 };
    *missing      = (MissingList) { 0 };
    MUST((db = db_read(w->host, fault)));
    return convention_in_force(db, &wanted, ret, missing, &err);
}

static void the_missing_clause_is_named(void **state)
{
    World           *w = *state;
    ConventionClause clause;
    MissingList      missing;
    ConventionWanted good = { "remote-exam", "CT", "urgent", w->site, w->site, w->imaging, clock_now_ms() };
    assert_true(in_force(w, good, &clause, &missing));
    assert_int_equal(clause.exam_min, 120);
    assert_int_equal(clause.acknowledge_min, 1440);
    struct {
        ConventionWanted wanted;
        const char      *code;
    } cases[] = { { good, "party-requester" }, { good, "party-site" },  { good, "party-imaging" },
                  { good, "validity" },        { good, "clause-kind" }, { good, "clause-modality" },
                  { good, "clause-priority" } };
    cases[0].wanted.requester_org_id = w->other_site;
    cases[1].wanted.site_id          = w->other_site;
    cases[2].wanted.imaging_id       = w->other_site;
    cases[3].wanted.at_ms            = 4102444800000 + 86400000;
    cases[4].wanted.kind             = "tele-expertise";
    cases[5].wanted.modality         = "US";
    cases[6].wanted.priority         = "emergency";
    for (size_t i = 0; i < COUNT(cases); i++) {
        assert_false(in_force(w, cases[i].wanted, &clause, &missing));
        assert_int_equal(missing.count, 1);
        assert_string_equal(missing.items[0].code, cases[i].code);
    }
    MUST(db_write(w->host, run_sql, "UPDATE convention_party SET signed_at_ms = NULL WHERE part = 'imaging'",
                  fault));
    assert_false(in_force(w, good, &clause, &missing));
    assert_string_equal(missing.items[0].code, "signatures");
}

static void an_act_keeps_the_version_it_was_made_under(void **state)
{
    World *w = *state;
    ask(w);
    OWNED(json_t) *c = a_convention(w);
    Making m         = { .convention = c };
    MUST(db_write(w->host, make, &m, fault));
    does(w, &w->imager, "accept", A_VERDICT);
    assert_int_equal(number_of(w, "SELECT count(*) FROM act_event WHERE convention_version <> 1"), 0);
    create(w, "CT");
    assert_int_equal(number_of(w, "SELECT convention_version FROM act_event ORDER BY id DESC LIMIT 1"), 2);
    is_whole(w);
}

static void people_see_the_conventions_of_their_organisations(void **state)
{
    World *w              = *state;
    OWNED(Db) *db         = NULL;
    OWNED(json_t) *ours   = NULL;
    OWNED(json_t) *theirs = NULL;
    MUST((db = db_read(w->host, fault)));
    MUST(conventions_json(db, &w->imager, &ours, fault));
    MUST(conventions_json(db, &w->stranger, &theirs, fault));
    assert_int_equal(json_array_size(json_object_get(ours, "conventions")), 1);
    assert_int_equal(json_array_size(json_object_get(theirs, "conventions")), 0);
    const json_t *one = json_array_get(json_object_get(ours, "conventions"), 0);
    assert_int_equal(json_array_size(json_object_get(one, "clauses")), 5);
    assert_int_equal(json_object_size(json_object_get(one, "sections")), 6);
}

static void days_are_compared_with_both_ends_included(void **state)
{
    (void)state;
    assert_true(day_between(SLICE("2026-03-02"), SLICE("2026-03-02"), SLICE("2026-03-02")));
    assert_false(day_between(SLICE("2026-03-01"), SLICE("2026-03-02"), SLICE("2026-03-03")));
    assert_false(day_between(SLICE("2026-03-04"), SLICE("2026-03-02"), SLICE("2026-03-03")));
    assert_false(day_between(SLICE(""), SLICE("2026-03-02"), SLICE("2026-03-03")));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(all_six_sections_parties_clauses_and_dates_are_compulsory),
        WITH_WORLD(the_missing_clause_is_named),
        WITH_WORLD(an_act_keeps_the_version_it_was_made_under),
        WITH_WORLD(people_see_the_conventions_of_their_organisations),
        cmocka_unit_test(days_are_compared_with_both_ends_included),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
