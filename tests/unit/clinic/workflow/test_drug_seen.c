/*
 * Drugs that the images tell of: recorded against told, problems, times of the machine. L2, S5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "clinic/workflow/drug_seen.h"

static json_t *read(const char *text)
{
    Err     err  = { 0 };
    json_t *made = json_parse_object(slice_of(text), &err);
    assert_non_null(made);
    return made;
}

static void a_radionuclide_is_the_same_however_it_is_written(void **state) /* L2 */
{
    static const struct {
        const char *said, *plain;
    } WAYS[] = { { "F-18", "F18" }, { "18F", "F18" }, { "^18^Fluorine", "F18" }, { "F^18^[^18^Fluorine]", "F18" }, { "Fluor 18", "F18" }, { "99mTc", "TC99" },
                 { "Tc-99m", "TC99" }, { "Technetium^99m^", "TC99" }, { "I-131", "I131" }, { "Iode 123", "I123" }, { "Ga-68", "GA68" }, { "^68^Gallium", "GA68" } };
    (void)state;
    for (size_t i = 0; i < COUNT(WAYS); i++) {
        char plain[33];
        nuclide_plain(slice_of(WAYS[i].said), plain);
        assert_string_equal(plain, WAYS[i].plain);
    }
}

static void what_differs_is_named_and_what_is_close_is_not(void **state) /* L2 S5 */
{
    (void)state;
    OWNED(json_t) *drug = read("{\"kind\":\"radiopharmaceutical\",\"product\":\"FDG\",\"radionuclide\":\"F-18\",\"activity_mbq\":250,\"batch\":\"LOT-A1\","
                               "\"route\":\"intravenous\",\"given_at_ms\":1000000}");
    OWNED(json_t) *same = read("{\"kind\":\"radiopharmaceutical\",\"product\":\"Fluorodeoxyglucose\",\"radionuclide\":\"^18^Fluorine\",\"activity_mbq\":255,"
                               "\"batch\":\"lot a1\",\"route\":\"intravenous\",\"given_at_ms\":1200000}");
    OWNED(json_t) *other = read("{\"kind\":\"radiopharmaceutical\",\"radionuclide\":\"Ga-68\",\"activity_mbq\":180,\"batch\":\"LOT-B2\",\"route\":\"oral\","
                                "\"given_at_ms\":4000000}");
    OWNED(json_t) *none = drug_differences(drug, same), *all = drug_differences(drug, other);
    static const char *const NAMED[] = { "radionuclide", "activity_mbq", "batch", "route", "given_at_ms" };
    assert_int_equal(json_array_size(none), 0);
    assert_int_equal(json_array_size(all), COUNT(NAMED));
    for (size_t i = 0; i < COUNT(NAMED); i++)
        assert_string_equal(json_string_value(json_object_get(json_array_get(all, i), "what")), NAMED[i]);
}

static void each_injection_is_compared_with_its_own_record(void **state) /* L2 */
{
    (void)state;
    OWNED(json_t) *facts = read("{\"drugs\":[{\"id\":1,\"kind\":\"radiopharmaceutical\",\"activity_mbq\":250,\"radionuclide\":\"Tc-99m\"},"
                                "{\"id\":2,\"kind\":\"radiopharmaceutical\",\"activity_mbq\":750,\"radionuclide\":\"Tc-99m\"}],"
                                "\"drugs_seen\":[{\"id\":3,\"kind\":\"radiopharmaceutical\",\"activity_mbq\":600,\"radionuclide\":\"99mTc\"},"
                                "{\"id\":4,\"kind\":\"radiopharmaceutical\",\"activity_mbq\":752,\"radionuclide\":\"99mTc\"},"
                                "{\"id\":5,\"kind\":\"contrast\",\"product\":\"Iomeron\"},"
                                "{\"id\":6,\"kind\":\"radiopharmaceutical\",\"problems\":[\"unit\"]}]}");
    static const char *const STATES[] = { "contradicts", "agrees", "unrecorded", "problem" };
    drugs_seen_refresh(facts);
    for (size_t i = 0; i < COUNT(STATES); i++) {
        const json_t *seen = json_array_get(json_object_get(facts, "drugs_seen"), i);
        assert_string_equal(json_string_value(json_object_get(seen, "state")), STATES[i]);
        assert_int_equal(drug_seen_is_open(seen), i != 1);
    }
    assert_int_equal(json_integer_value(json_object_get(json_array_get(json_object_get(facts, "drugs_seen"), 0), "drug_id")), 1);
}

static void what_cannot_be_right_is_a_problem(void **state) /* L2: another patient, Bq for MBq, a time outside the exam */
{
    enum { MINUTE = 60000 };
    (void)state;
    Act a   = { .facts = read("{\"acquisition\":{\"started_at_ms\":3600000}}") };
    OWNED(json_t) *wrong = read("{\"wrong_patient\":true,\"activity_mbq\":0.00037,\"other_unit\":true}");
    OWNED(json_t) *huge  = read("{\"activity_mbq\":20000}");
    OWNED(json_t) *good  = read("{\"activity_mbq\":370}");
    OWNED(json_t) *three = drug_seen_problems(&a, wrong, 1, 4000000), *one = drug_seen_problems(&a, huge, 0, 4000000);
    OWNED(json_t) *none  = drug_seen_problems(&a, good, 3600000 + MINUTE, 4000000);
    OWNED(json_t) *late  = drug_seen_problems(&a, good, 4000000 + 6 * MINUTE, 4000000);
    assert_int_equal(json_array_size(three), 3);
    assert_string_equal(json_string_value(json_array_get(three, 0)), "patient");
    assert_string_equal(json_string_value(json_array_get(three, 1)), "unit");
    assert_string_equal(json_string_value(json_array_get(three, 2)), "time");
    assert_string_equal(json_string_value(json_array_get(one, 0)), "activity");
    assert_int_equal(json_array_size(none), 0);
    assert_int_equal(json_array_size(late), 1);
    json_decref(a.facts);
}

static void a_machine_tells_local_time(void **state)
{
    (void)state;
    OWNED(json_t) *two = json_integer(120);
    assert_int_equal(local_to_ms("20260701100000", NULL, "Europe/Paris"), 1782892800000);  /* 08:00 UTC */
    assert_int_equal(local_to_ms("20260101100000", NULL, "Europe/Paris"), 1767258000000);  /* 09:00 UTC */
    assert_int_equal(local_to_ms("20260101100000", two, "Europe/Paris"), 1767254400000);   /* 08:00 UTC */
    assert_int_equal(local_to_ms("2026010110", NULL, "Europe/Paris"), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_radionuclide_is_the_same_however_it_is_written),
        cmocka_unit_test(what_differs_is_named_and_what_is_close_is_not),
        cmocka_unit_test(each_injection_is_compared_with_its_own_record),
        cmocka_unit_test(what_cannot_be_right_is_a_problem),
        cmocka_unit_test(a_machine_tells_local_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
