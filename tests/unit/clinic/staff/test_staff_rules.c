/*
 * The rules of the files, pure: days, states, the whole table walked. S4, S5, O3, O5, O6, L1, L11, L13.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/own.h"
#include "clinic/staff/staff_rules.h"
#include "formats/texts/texts.h"

enum { TODAY = 20000, ITEMS = 64 };

static void day_of(int64_t days, char ret[STAFF_DAY])
{
    staff_day_text(days, ret);
}

/* A good item of this kind, as the clinic would record it. */
static StaffItem good(const StaffKind *kind)
{
    StaffItem item = { .id = 1, .kind = kind, .verified = true, .is_signed = true, .document_id = 7, .procedure_id = 3 };
    day_of(TODAY - 10, item.from);
    day_of(TODAY + 300, item.until);
    day_of(TODAY - 10, item.assessed_on);
    slice_copy(SLICE("passed"), item.result, sizeof item.result);
    slice_copy(SLICE("N-1"), item.number, sizeof item.number);
    item.measured      = true;
    item.ambient_lux   = 30;
    item.luminance_max = 430;
    item.luminance_min = 1.25;
    item.grey_error    = 5;
    return item;
}

static size_t all_good(StaffItem ret[ITEMS], StaffSubject subject)
{
    size_t n = 0;
    for (size_t i = 0; i < STAFF_KIND_COUNT; i++)
        if (STAFF_KINDS[i].subject == subject)
            ret[n++] = good(&STAFF_KINDS[i]);
    return n;
}

static void a_day_goes_to_a_number_and_back_over_four_centuries(void **state)
{
    (void)state;
    for (int64_t d = -20000; d < 130000; d++) {
        char    text[STAFF_DAY];
        int64_t back = 0;
        staff_day_text(d, text);
        assert_true(staff_day(slice_of(text), &back));
        assert_int_equal(back, d);
    }
    int64_t day = 0;
    assert_true(staff_day(SLICE("1970-01-01"), &day));
    assert_int_equal(day, 0);
    assert_true(staff_day(SLICE("2024-02-29"), &day));
}

static void what_is_no_day_is_refused(void **state)
{
    static const char *const WRONG[] = { "", "2026-2-3", "2026-02-30", "2023-02-29", "2026-13-01", "2026-00-10", "2026-01-00", "26-01-0101", "2026/01/01",
                                         "2026-01-0x", "1600-01-01", "2026-01-01T" };
    (void)state;
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        int64_t day = 42;
        assert_false(staff_day(slice_of(WRONG[i]), &day));
        assert_int_equal(day, 42);
    }
}

static void an_item_holds_to_its_last_day_and_no_longer(void **state) /* S5 */
{
    StaffItem item = good(staff_kind(SLICE("insurance")));
    (void)state;
    for (int64_t left = -3; left <= 70; left++) {
        day_of(TODAY + left, item.until);
        StaffState is = staff_item_state(&item, TODAY);
        assert_int_equal(is, left < 0 ? ITEM_EXPIRED : left <= STAFF_SOON_DAYS ? ITEM_SOON : ITEM_VALID);
        assert_int_equal(staff_state_fits(is), left >= 0);
    }
    day_of(TODAY + 300, item.until);
    day_of(TODAY + 1, item.from);
    assert_int_equal(staff_item_state(&item, TODAY), ITEM_AHEAD);
}

static void what_is_not_verified_or_not_signed_does_not_count(void **state) /* S5 */
{
    (void)state;
    for (size_t i = 0; i < STAFF_KIND_COUNT; i++) {
        StaffItem item = good(&STAFF_KINDS[i]);
        assert_true(staff_state_fits(staff_item_state(&item, TODAY)));
        item.verified = false;
        assert_int_equal(staff_state_fits(staff_item_state(&item, TODAY)), !(STAFF_KINDS[i].needs & ITEM_NEEDS_VERIFIED));
        item.verified  = true;
        item.is_signed = false;
        assert_int_equal(staff_state_fits(staff_item_state(&item, TODAY)), !(STAFF_KINDS[i].needs & ITEM_NEEDS_SIGNED));
    }
}

static void a_failed_assessment_puts_aside_what_was_passed_before_it_and_not_what_came_after(void **state) /* O5 L11 */
{
    const StaffKind *kind = staff_kind(SLICE("training-tools"));
    StaffItem        list[3];
    (void)state;
    for (int i = 0; i < 3; i++) {
        list[i]    = good(kind);
        list[i].id = i + 1;
    }
    day_of(TODAY - 20, list[0].assessed_on);
    day_of(TODAY - 10, list[1].assessed_on);
    slice_copy(SLICE("failed"), list[1].result, sizeof list[1].result);
    assert_int_equal(staff_best(list, 2, kind, 0, TODAY, NULL), ITEM_FAILED);
    assert_true(staff_put_aside(list, 2, &list[0], TODAY));
    assert_false(staff_put_aside(list, 2, &list[1], TODAY));
    assert_false(staff_put_aside(list, 3, &list[2], TODAY));
    day_of(TODAY - 10, list[2].assessed_on); /* the same day, recorded later */
    assert_int_equal(staff_best(list, 3, kind, 0, TODAY, NULL), ITEM_VALID);
    list[2].verified = false;
    assert_false(staff_state_fits(staff_best(list, 3, kind, 0, TODAY, NULL)));
}

static void an_item_of_another_protocol_says_nothing(void **state) /* O6 */
{
    const StaffKind *kind = staff_kind(SLICE("knowledge"));
    StaffItem        item = good(kind);
    (void)state;
    assert_int_equal(staff_best(&item, 1, kind, 3, TODAY, NULL), ITEM_VALID);
    assert_int_equal(staff_best(&item, 1, kind, 4, TODAY, NULL), ITEM_MISSING);
}

/* Every rule: with all items nobody is blocked; without its own, exactly the roles and acts of its rows are. */
static void each_rule_blocks_whom_and_when_its_row_says(void **state) /* S5 O3 O5 L1 L11 L13 */
{
    static const unsigned WHEN[] = { WHEN_ALWAYS, WHEN_IRRADIATING, WHEN_IRRADIATING | WHEN_NUCLEAR };
    (void)state;
    for (int subject = 0; subject < STAFF_SUBJECTS; subject++)
        for (size_t without = 0; without < STAFF_KIND_COUNT; without++) {
            StaffItem items[ITEMS];
            size_t    all = all_good(items, (StaffSubject)subject), count = 0;
            for (size_t i = 0; i < all; i++)
                if (items[i].kind != &STAFF_KINDS[without])
                    items[count++] = items[i];
            for (unsigned whom = 1; whom < 1u << ROLE_COUNT; whom <<= 1)
                for (size_t w = 0; w < COUNT(WHEN); w++) {
                    MissingList blocking = { 0 }, warning = { 0 };
                    size_t      blocks = 0, warns = 0;
                    staff_rules_check((StaffSubject)subject, whom, WHEN[w], items, count, TODAY, &blocking, &warning);
                    for (size_t r = 0; r < STAFF_RULE_COUNT; r++) {
                        const StaffRule *rule = &STAFF_RULES[r];
                        if (strcmp(rule->kind, STAFF_KINDS[without].code) != 0 || STAFF_KINDS[without].subject != (StaffSubject)subject ||
                            !(rule->whom & whom) || (rule->when & WHEN[w]) != rule->when || STAFF_KINDS[without].needs & ITEM_NEEDS_PROTOCOL)
                            continue;
                        blocks += rule->blocks;
                        warns += !rule->blocks;
                    }
                    assert_int_equal(blocking.count, blocks);
                    assert_int_equal(warning.count, warns);
                }
        }
}

static void only_acts_that_irradiate_ask_for_radiation_protection(void **state) /* L1 L13 */
{
    static const char *const IRRADIATING[] = { "CT", "DX", "CR", "MG", "XA", "RF", "NM", "PT" }, *const NOT[] = { "MR", "US", "", "*", "OT" };
    (void)state;
    for (size_t i = 0; i < COUNT(IRRADIATING); i++)
        assert_true(staff_when(slice_of(IRRADIATING[i])) & WHEN_IRRADIATING);
    for (size_t i = 0; i < COUNT(NOT); i++)
        assert_int_equal(staff_when(slice_of(NOT[i])), WHEN_ALWAYS);
    assert_true(staff_when(SLICE("PT")) & WHEN_NUCLEAR);
    assert_false(staff_when(SLICE("CT")) & WHEN_NUCLEAR);
}

static void each_kind_is_taken_whole_and_refused_without_what_it_needs(void **state) /* S5 O5 L11 */
{
    (void)state;
    for (size_t i = 0; i < STAFF_KIND_COUNT; i++) {
        const StaffKind *k = &STAFF_KINDS[i];
        for (int without = 0; without < 6; without++) {
            StaffItem item   = good(k);
            Err       err    = { 0 };
            bool      needed = without > 0 && (k->needs & (unsigned)(without == 1   ? ITEM_NEEDS_UNTIL
                                                                      : without == 2 ? ITEM_NEEDS_RESULT
                                                                      : without == 3 ? ITEM_NEEDS_EVIDENCE
                                                                      : without == 4 ? ITEM_NEEDS_PROTOCOL
                                                                                     : ITEM_IS_MEASURED)) != 0;
            if (without == 1)
                item.until[0] = '\0';
            if (without == 2)
                item.assessed_on[0] = '\0';
            if (without == 3)
                item.document_id = 0, item.number[0] = '\0';
            if (without == 4)
                item.procedure_id = 0;
            if (without == 5)
                item.measured = false;
            assert_int_equal(staff_item_check(&item, "", TODAY, &err), !needed);
            if (needed) {
                assert_int_equal(err.kind, ERR_INPUT);
                assert_string_not_equal(text_in(LANG_FR, err.shown), err.shown);
            }
        }
        if (!k->years_max)
            continue;
        StaffItem item = good(k);
        Err       err  = { 0 };
        day_of(TODAY - 10 + k->years_max * 366 + 1, item.until);
        assert_false(staff_item_check(&item, "", TODAY, &err));
    }
}

static void a_training_ends_sooner_where_the_profession_says_so(void **state) /* L1 */
{
    const StaffKind *kind = staff_kind(SLICE("training-patients"));
    (void)state;
    for (unsigned role = 1; role < 1u << ROLE_COUNT; role <<= 1) {
        StaffItem item = good(kind);
        Err       err  = { 0 };
        item.subject_roles = role | ROLE_SECRETARY;
        day_of(TODAY - 10 + 8 * 365, item.until);
        bool shorter = role & (ROLE_NUCLEAR_PHYSICIAN | ROLE_PHYSICIST | ROLE_PHARMACIST | ROLE_PHARMACY_TECH);
        assert_int_equal(staff_item_check(&item, "", TODAY, &err), !shorter);
    }
}

static void a_display_is_judged_by_its_values_and_nobody_types_the_result(void **state) /* O3 */
{
    const StaffKind *kind = staff_kind(SLICE("display-control"));
    const struct {
        double      max, min, grey, lux;
        const char *modality, *result;
    } MEASURED[] = {
        { 430, 1.25, 5, 30, "", "passed" },   { 349, 1.2, 5, 30, "", "failed" },   { 400, 0.99, 5, 30, "", "failed" }, { 350, 1.5, 5, 30, "", "failed" },
        { 500, 1.05, 5, 30, "", "failed" },   { 430, 1.25, 10.1, 30, "", "failed" }, { 430, 1.25, 5, 41, "", "failed" }, { 430, 1.25, 5, 19, "", "failed" },
        { 430, 1.25, 5, 30, "MG", "passed" }, { 419, 1.25, 5, 30, "MG", "failed" }, { 430, 1.1, 5, 30, "MG", "failed" },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(MEASURED); i++) {
        StaffItem item     = good(kind);
        Err       err      = { 0 };
        item.luminance_max = MEASURED[i].max;
        item.luminance_min = MEASURED[i].min;
        item.grey_error    = MEASURED[i].grey;
        item.ambient_lux   = MEASURED[i].lux;
        assert_true(staff_item_check(&item, MEASURED[i].modality, TODAY, &err));
        assert_string_equal(item.result, MEASURED[i].result);
    }
}

static void the_tables_are_whole_each_text_in_french_each_rule_with_its_requirement(void **state) /* S4 */
{
    (void)state;
    for (size_t i = 0; i < STAFF_KIND_COUNT; i++) {
        const StaffKind *k = &STAFF_KINDS[i];
        assert_ptr_equal(staff_kind(slice_of(k->code)), k);
        assert_true(k->record && k->see && k->law[0]);
        assert_false(k->record & ROLE_ADMIN || k->record & ROLE_PATIENT || k->verify & ROLE_ADMIN);
        assert_int_equal((k->needs & ITEM_NEEDS_VERIFIED) != 0 && !k->verify, 0); /* somebody can verify what must be */
        if (strcmp(k->code, "maintenance") != 0 && strcmp(k->code, "authorisation") != 0 && strcmp(k->code, "speciality") != 0)
            assert_true(strcmp(text_in(LANG_FR, k->label), k->label) != 0);
    }
    for (size_t i = 0; i < STAFF_RULE_COUNT; i++) {
        assert_non_null(staff_kind(slice_of(STAFF_RULES[i].kind)));
        assert_true(STAFF_RULES[i].why[0] && STAFF_RULES[i].whom);
        assert_string_not_equal(text_in(LANG_FR, STAFF_RULES[i].text), STAFF_RULES[i].text);
    }
}

static void dosimetry_and_zoning_are_the_officers_alone(void **state) /* L13 S4 */
{
    static const char *const KEPT[] = { "classification", "dosimetry", "health-follow-up", "training-workers", "zoning", "radiation-check" };
    (void)state;
    for (size_t i = 0; i < COUNT(KEPT); i++)
        assert_int_equal(staff_kind(slice_of(KEPT[i]))->record, ROLE_PCR);
    assert_int_equal(staff_kind(SLICE("quality-control"))->record, ROLE_PHYSICIST);
    assert_int_equal(staff_kind(SLICE("knowledge"))->record, ROLE_IMAGER);
    assert_int_equal(staff_kind(SLICE("dosimetry"))->see, (unsigned)STAFF_SELF | ROLE_PCR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_goes_to_a_number_and_back_over_four_centuries),
        cmocka_unit_test(what_is_no_day_is_refused),
        cmocka_unit_test(an_item_holds_to_its_last_day_and_no_longer),
        cmocka_unit_test(what_is_not_verified_or_not_signed_does_not_count),
        cmocka_unit_test(a_failed_assessment_puts_aside_what_was_passed_before_it_and_not_what_came_after),
        cmocka_unit_test(an_item_of_another_protocol_says_nothing),
        cmocka_unit_test(each_rule_blocks_whom_and_when_its_row_says),
        cmocka_unit_test(only_acts_that_irradiate_ask_for_radiation_protection),
        cmocka_unit_test(each_kind_is_taken_whole_and_refused_without_what_it_needs),
        cmocka_unit_test(a_training_ends_sooner_where_the_profession_says_so),
        cmocka_unit_test(a_display_is_judged_by_its_values_and_nobody_types_the_result),
        cmocka_unit_test(the_tables_are_whole_each_text_in_french_each_rule_with_its_requirement),
        cmocka_unit_test(dosimetry_and_zoning_are_the_officers_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
