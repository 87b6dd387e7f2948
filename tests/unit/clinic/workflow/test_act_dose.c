/*
 * What a machine says of its dose at the end fills what its images leave out, and nothing else.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clinic/workflow/act_dose.h"
#include "formats/json/json_util.h"

static json_t *merged(const char *images, const char *performed)
{
    json_t *a    = images ? json_loads(images, JSON_DECODE_ANY, NULL) : NULL,
           *b    = performed ? json_loads(performed, JSON_DECODE_ANY, NULL) : NULL;
    json_t *dose = act_dose_merged(a, b);
    json_decref(a);
    json_decref(b);
    return dose;
}

static double number(const json_t *dose, const char *key)
{
    return json_number_value(json_object_get(dose, key));
}

static const char *source(const json_t *dose)
{
    return json_string_value(json_object_get(dose, "source"));
}

static void nothing_known_is_nothing_told(void **state)
{
    static const char *const STEPS[] = { NULL,
                                         "[]",
                                         "[{\"uid\":\"1.2\"}]",
                                         "[{\"dap_dgycm2\":\"\"}]",
                                         "[{\"dap_dgycm2\":\"much\"}]",
                                         "[{\"dap_dgycm2\":\"-4\"}]",
                                         "[{\"dap_dgycm2\":\"1e30\"}]" };
    (void)state;
    for (size_t i = 0; i < COUNT(STEPS); i++) {
        json_t *dose = merged(i % 2 ? "null" : NULL, STEPS[i]);
        assert_true(json_is_null(dose));
        json_decref(dose);
    }
}

static void the_steps_alone_are_added_up_in_the_units_of_the_report(void **state)
{
    (void)state;
    json_t *dose = merged("null", "[{\"dap_dgycm2\":\"1.5\",\"fluoroscopy_s\":\"12\"},{\"dap_dgycm2\":\"0."
                                  "25\"}]");
    assert_string_equal(source(dose), "mpps");
    assert_float_equal(number(dose, "dap_mgycm2"), 175, 1e-9); /* 1 dGy·cm² is 100 mGy·cm² */
    assert_float_equal(number(dose, "fluoroscopy_s"), 12, 1e-9);
    json_decref(dose);
}

static void what_the_images_say_stays(void **state)
{
    (void)state;
    json_t *dose = merged("{\"source\":\"rdsr\",\"dap_mgycm2\":80.0,\"fluoroscopy_s\":null}",
                          "[{\"dap_dgycm2\":\"9\",\"fluoroscopy_s\":\"3\"}]");
    assert_string_equal(source(dose), "rdsr");
    assert_float_equal(number(dose, "dap_mgycm2"), 80, 1e-9);
    assert_float_equal(number(dose, "fluoroscopy_s"), 3, 1e-9);
    json_decref(dose);
    dose = merged("{\"source\":\"headers\",\"ctdi\":[{\"mgy\":7.4}],\"dlp_mgycm\":284.0,\"dap_mgycm2\":null}",
                  "[{\"dap_dgycm2\":\"9\"}]");
    assert_string_equal(source(dose), "headers");
    assert_float_equal(number(dose, "dlp_mgycm"), 284, 1e-9);
    json_decref(dose);
}

static void images_without_a_number_take_that_of_the_steps(void **state)
{
    (void)state;
    json_t *dose = merged("{\"source\":\"headers\",\"ctdi\":[],\"dlp_mgycm\":null,\"dap_mgycm2\":null}",
                          "[{\"dap_dgycm2\":\"2\"}]");
    assert_string_equal(source(dose), "mpps");
    assert_float_equal(number(dose, "dap_mgycm2"), 200, 1e-9);
    json_decref(dose);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_known_is_nothing_told),
        cmocka_unit_test(the_steps_alone_are_added_up_in_the_units_of_the_report),
        cmocka_unit_test(what_the_images_say_stays),
        cmocka_unit_test(images_without_a_number_take_that_of_the_steps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
