/*
 * When the patient may read: the rule of the page over every state, by facts alone. E34, E27, L8, T7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "clinic/workflow/own_record.h"
#include "formats/json/json_util.h"

static void set_facts(Act *a, const char *json)
{
    Err err = { 0 };
    json_decref(a->facts);
    a->facts = json_parse_object(slice_of(json), &err);
    assert_non_null(a->facts);
}

#define SIGNED "\"signature\":{\"at_ms\":1}"
#define TOLD SIGNED ",\"patient_informed\":{\"at_ms\":2}"

static void the_report_opens_after_the_patient_is_told_and_never_before(void **state) /* E34 */
{
    (void)state;
    for (int s = 0; s < ACT_STATES; s++) {
        OWNED_ACT a = { .state = (ActState)s, .kind = "remote-exam" };
        bool      out = s == ACT_DELIVERED || s == ACT_ACKNOWLEDGED || s == ACT_CLOSED;
        set_facts(&a, "{}");
        assert_false(own_report_is_open(&a));
        set_facts(&a, "{" SIGNED "}");
        assert_false(own_report_is_open(&a));
        set_facts(&a, "{" TOLD "}");
        assert_int_equal(own_report_is_open(&a), out);
        assert_int_equal(strcmp(own_state(&a), "ready") == 0, out);
    }
}

static void what_waits_for_an_announcement_looks_like_what_waits_for_the_doctor(void **state) /* E27 */
{
    (void)state;
    OWNED_ACT a = { .state = ACT_DELIVERED, .kind = "tele-expertise" };
    set_facts(&a, "{" SIGNED "}");
    const char *waiting = own_state(&a);
    set_facts(&a, "{" SIGNED ",\"announcement\":{\"reason\":\"x\"}}");
    assert_string_equal(own_state(&a), waiting);
    set_facts(&a, "{" TOLD ",\"announcement\":{\"reason\":\"x\"}}");
    assert_false(own_report_is_open(&a));
    assert_string_equal(own_state(&a), waiting);
    set_facts(&a, "{" TOLD ",\"announcement\":{\"announced\":{\"at_ms\":3}}}");
    assert_true(own_report_is_open(&a));
}

static void what_the_patient_objects_to_and_what_is_in_doubt_stay_away(void **state) /* L8 E15 */
{
    (void)state;
    OWNED_ACT a = { .state = ACT_CLOSED, .kind = "remote-exam" };
    set_facts(&a, "{" TOLD ",\"objections\":[{\"id\":1,\"to\":\"patient-page\"}]}");
    assert_false(own_report_is_open(&a));
    set_facts(&a, "{" TOLD ",\"objections\":[{\"id\":1,\"to\":\"patient-page\",\"lifted_at_ms\":4},{\"id\":2,\"to\":\"dmp\"}]}");
    assert_true(own_report_is_open(&a));
    set_facts(&a, "{" TOLD ",\"report_marks\":[{\"id\":1}]}");
    assert_false(own_report_is_open(&a));
    set_facts(&a, "{" TOLD ",\"report_marks\":[{\"id\":1,\"verdict\":\"withdrawn\"}]}");
    assert_false(own_report_is_open(&a));
    set_facts(&a, "{" TOLD ",\"report_marks\":[{\"id\":1,\"verdict\":\"stands\"}]}");
    assert_true(own_report_is_open(&a));
}

static void every_state_has_a_plain_word(void **state)
{
    (void)state;
    static const char *const WORDS[] = { "asked", "planned", "under-way", "reading", "waiting", "ready", "not-done" };
    for (int s = 0; s < ACT_STATES; s++) {
        OWNED_ACT a     = { .state = (ActState)s, .kind = "remote-exam" };
        bool      known = false;
        set_facts(&a, "{}");
        for (size_t i = 0; i < COUNT(WORDS); i++)
            known |= strcmp(own_state(&a), WORDS[i]) == 0;
        assert_true(known);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_report_opens_after_the_patient_is_told_and_never_before),
        cmocka_unit_test(what_waits_for_an_announcement_looks_like_what_waits_for_the_doctor),
        cmocka_unit_test(what_the_patient_objects_to_and_what_is_in_doubt_stay_away),
        cmocka_unit_test(every_state_has_a_plain_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
