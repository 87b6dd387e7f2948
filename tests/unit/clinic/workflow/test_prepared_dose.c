/*
 * Doses of the pharmacy: decay, what is prepared and by whom, what is given compared with it. S4, S5, L2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/prepared_dose.h"
#include "clinic/workflow/todo.h"

enum { HOUR_MS = 3600000 };
static const int64_t T0 = 1790000000000;

static json_t *read(const char *text)
{
    Err     err  = { 0 };
    json_t *made = json_parse_object(slice_of(text), &err);
    assert_non_null(made);
    return made;
}

static bool near(double a, double b)
{
    return a > b - 0.05 && a < b + 0.05;
}

static void a_half_life_is_found_however_the_radionuclide_is_written(void **state) /* L2 */
{
    (void)state;
    static const char *const WRITTEN[] = { "18F", "F-18", "F18", "Fluor 18" };
    for (size_t i = 0; i < COUNT(WRITTEN); i++)
        assert_true(near(half_life_s(slice_of(WRITTEN[i])) / 60, 109.77));
    assert_true(near(half_life_s(SLICE("99mTc")) / 3600, 6.0067));
    assert_true(near(half_life_s(SLICE("Tc-99m")) / 3600, 6.0067));
    assert_true(half_life_s(SLICE("inconnu")) == 0);
}

static void an_activity_holds_at_its_hour_and_decays_from_there(void **state) /* L2 */
{
    (void)state;
    OWNED(json_t) *dose = read("{\"radionuclide\":\"99mTc\",\"activity_mbq\":600,\"calibrated_at_ms\":1790000000000}");
    assert_true(near(prepared_dose_mbq(dose, T0), 600));
    assert_true(near(prepared_dose_mbq(dose, T0 + (int64_t)(6.0067 * HOUR_MS)), 300));
    assert_true(near(prepared_dose_mbq(dose, T0 - (int64_t)(6.0067 * HOUR_MS)), 1200)); /* calibrated for a later hour */
}

#define PREPARED                                                                                                                              \
    "{\"acquisition\":{\"started_at_ms\":1},\"prescriptions\":[{\"id\":3,\"kind\":\"radiopharmaceutical\"},{\"id\":4,\"kind\":\"contrast\"}],"   \
    "\"prepared_doses\":["                                                                                                                    \
    "{\"id\":7,\"kind\":\"radiopharmaceutical\",\"product\":\"FDG\",\"batch\":\"L12\",\"radionuclide\":\"18F\",\"activity_mbq\":250,"            \
    "\"calibrated_at_ms\":1790000000000,\"expires_at_ms\":1790014400000,\"released\":{\"at_ms\":1}},"                                         \
    "{\"id\":8,\"kind\":\"contrast\",\"batch\":\"C3\",\"dose\":90,\"unit\":\"ml\",\"expires_at_ms\":1790014400000}]}"

static bool names(const Act *a, ActScene *scene, const char *step, const char *text, const char *code)
{
    OWNED(json_t) *data = read(text);
    MissingList    missing = { 0 };
    const ActStep *row     = NULL;
    Err            err     = { 0 };
    scene->data            = data;
    (void)act_step_check(a, scene, slice_of(step), &row, &missing, &err);
    scene->data = NULL;
    for (size_t i = 0; i < missing.count; i++)
        if (strcmp(missing.items[i].code, code) == 0)
            return true;
    assert_true(missing.count > 0 || err.kind == ERR_NONE); /* looked at, not denied */
    return false;
}

#define HOT "{\"prescription_id\":3,\"kind\":\"radiopharmaceutical\",\"radionuclide\":\"18F\",\"route\":\"intravenous\","
#define COLD "{\"prescription_id\":4,\"kind\":\"contrast\",\"unit\":\"ml\",\"route\":\"intravenous\",\"given_at_ms\":1790000000000,"

static void what_is_given_is_compared_with_what_was_prepared(void **state) /* L2 S4 S5 */
{
    (void)state;
    static const struct {
        const char *sent, *code;
        bool        named;
    } CASES[] = {
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L12\",\"activity_mbq\":250}", "prepared", true }, /* which dose? */
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L12\",\"activity_mbq\":250,\"difference_reason\":\"Flacon de secours\"}", "prepared", false },
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L12\",\"activity_mbq\":250,\"prepared_id\":7}", "prepared", false },
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L12\",\"activity_mbq\":250,\"prepared_id\":99}", "prepared-fit", true },
        { COLD "\"batch\":\"C3\",\"dose\":80,\"prepared_id\":7}", "prepared-fit", true }, /* another kind */
        { COLD "\"batch\":\"C3\",\"dose\":80,\"prepared_id\":8}", "prepared-released", true },
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"l12 \",\"activity_mbq\":250,\"prepared_id\":7}", "prepared-batch", false },
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L21\",\"activity_mbq\":250,\"prepared_id\":7}", "prepared-batch", true },
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L21\",\"activity_mbq\":250,\"prepared_id\":7,\"difference_reason\":\"Même fabrication\"}", "prepared-batch", false },
        { HOT "\"given_at_ms\":1790006586200,\"batch\":\"L12\",\"activity_mbq\":125,\"prepared_id\":7}", "prepared-amount", false }, /* one half-life later */
        { HOT "\"given_at_ms\":1790006586200,\"batch\":\"L12\",\"activity_mbq\":250,\"prepared_id\":7}", "prepared-amount", true },
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L12\",\"activity_mbq\":224,\"prepared_id\":7}", "prepared-amount", true },
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L12\",\"activity_mbq\":226,\"prepared_id\":7}", "prepared-amount", false },
        { HOT "\"given_at_ms\":1790000000000,\"batch\":\"L12\",\"activity_mbq\":180,\"prepared_id\":7,\"difference_reason\":\"Extravasation\"}", "prepared-amount", false },
        { COLD "\"batch\":\"C3\",\"dose\":90,\"prepared_id\":8}", "prepared-amount", false },
        { COLD "\"batch\":\"C3\",\"dose\":91,\"prepared_id\":8}", "prepared-amount", true },
        { HOT "\"given_at_ms\":1790014500000,\"batch\":\"L12\",\"activity_mbq\":54.6,\"prepared_id\":7}", "prepared-expired", true },
    };
    OWNED_ACT a     = { .state = ACT_RUNNING, .kind = "remote-exam", .modality = "PT", .facts = read(PREPARED) };
    ActScene  scene = { .now_ms = T0 + 5 * HOUR_MS, .person_id = 2, .site_roles = ROLE_TECHNOLOGIST };
    for (size_t i = 0; i < COUNT(CASES); i++)
        if (names(&a, &scene, "give-drug", CASES[i].sent, CASES[i].code) != CASES[i].named)
            fail_msg("case %zu: %s", i, CASES[i].code);
}

#define PREPARE "{\"prescription_id\":3,\"kind\":\"radiopharmaceutical\",\"product\":\"FDG\",\"batch\":\"L12\",\"expires_at_ms\":1790014400000"

static void a_dose_is_prepared_on_prescription_and_a_pharmacist_answers_for_it(void **state) /* S4 S5 L2 */
{
    (void)state;
    OWNED_ACT a     = { .state = ACT_PLANNED, .kind = "remote-exam", .modality = "PT", .facts = read(PREPARED) };
    ActScene  scene = { .now_ms = T0, .person_id = 2, .site_roles = ROLE_PHARMACY_TECH };
    assert_true(names(&a, &scene, "prepare-dose", "{\"prescription_id\":4,\"kind\":\"radiopharmaceutical\"}", "prescription"));
    assert_true(names(&a, &scene, "prepare-dose", PREPARE ",\"radionuclide\":\"18F\"}", "activity"));
    assert_true(names(&a, &scene, "prepare-dose", PREPARE ",\"radionuclide\":\"18F\",\"activity_mbq\":250}", "calibration"));
    assert_true(names(&a, &scene, "prepare-dose", "{\"prescription_id\":4,\"kind\":\"contrast\",\"expires_at_ms\":1790014400000}", "dose"));
    assert_true(names(&a, &scene, "prepare-dose", "{\"prescription_id\":4,\"kind\":\"contrast\",\"dose\":90,\"unit\":\"ml\",\"expires_at_ms\":1789999999999}", "expiry"));
    assert_false(names(&a, &scene, "prepare-dose", PREPARE ",\"radionuclide\":\"18F\",\"activity_mbq\":250,\"calibrated_at_ms\":1790000000000}", "prescription"));
    const ActStep *row = NULL;
    Err            err = { 0 };
    assert_false(act_step_check(&a, &scene, SLICE("release-dose"), &row, NULL, &err)); /* a technician does not answer for it */
    assert_int_equal(err.kind, ERR_DENIED);
    scene.site_roles = ROLE_PHARMACIST;
    assert_true(names(&a, &scene, "release-dose", "{\"id\":7}", "to-release")); /* released already */
    assert_false(names(&a, &scene, "release-dose", "{\"id\":8}", "to-release"));
    assert_true(names(&a, &scene, "set-dose-aside", "{\"id\":99}", "prepared"));
    scene.now_ms = T0 + 5 * HOUR_MS;
    assert_true(names(&a, &scene, "release-dose", "{\"id\":8}", "expired"));
}

static bool asked(const Act *a, const char *kind, unsigned role)
{
    static Todos todos;
    todos_of(a, &todos);
    for (size_t i = 0; i < todos.count; i++)
        if (strcmp(todos.at[i].kind, kind) == 0 && todos.at[i].role == role)
            return true;
    return false;
}

static void the_pharmacy_is_asked_until_it_has_prepared_and_a_pharmacist_released(void **state) /* S4 */
{
    (void)state;
    OWNED_ACT a = { .state = ACT_PLANNED, .kind = "remote-exam", .modality = "PT", .facts = read(PREPARED) };
    json_t *first = json_array_get(act_fact(&a, "prepared_doses", NULL), 0), *second = json_array_get(act_fact(&a, "prepared_doses", NULL), 1);
    assert_true(asked(&a, "prepare-drug", ROLE_PHARMACY_TECH)); /* no dose names a prescription yet */
    json_object_set_new(first, "prescription_id", json_integer(3));
    json_object_set_new(second, "prescription_id", json_integer(4));
    assert_false(asked(&a, "prepare-drug", ROLE_PHARMACY_TECH));
    assert_true(asked(&a, "release-dose", ROLE_PHARMACIST)); /* the contrast waits */
    json_object_set_new(second, "released", json_object());
    assert_false(asked(&a, "release-dose", ROLE_PHARMACIST));
    json_object_set_new(second, "set_aside", json_object());
    assert_true(asked(&a, "prepare-drug", ROLE_PHARMACY_TECH)); /* another is to be prepared */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_half_life_is_found_however_the_radionuclide_is_written),
        cmocka_unit_test(an_activity_holds_at_its_hour_and_decays_from_there),
        cmocka_unit_test(what_is_given_is_compared_with_what_was_prepared),
        cmocka_unit_test(the_pharmacy_is_asked_until_it_has_prepared_and_a_pharmacist_released),
        cmocka_unit_test(a_dose_is_prepared_on_prescription_and_a_pharmacist_answers_for_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
