/*
 * Indicators: passages of each delay from the facts of an act, and quantiles. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/own.h"
#include "clinic/workflow/indicators.h"

static void quantiles_are_of_the_nearest_rank(void **state)
{
    (void)state;
    const int64_t ten[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 };
    assert_int_equal(indicator_quantile(ten, 0, 50), 0);
    assert_int_equal(indicator_quantile(ten, 1, 90), 1);
    assert_int_equal(indicator_quantile(ten, 10, 50), 5);
    assert_int_equal(indicator_quantile(ten, 10, 90), 9);
    assert_int_equal(indicator_quantile(ten, 3, 50), 2);
}

static void each_delay_is_measured_between_its_two_moments(void **state) /* O7 */
{
    static const struct {
        const char *delay, *facts;
        ActState    state;
        int64_t     from, to; /* from 0: no passage */
    } CASES[] = {
        { "verdict_min", "{}", ACT_ASKED, 1000, 0 },
        { "verdict_min", "{\"verdict\":{\"at_ms\":1500},\"paused_ms\":200}", ACT_VALIDATED, 1200, 1500 },
        { "verdict_min", "{\"refusal\":{\"at_ms\":1700}}", ACT_REFUSED, 1000, 1700 },
        { "verdict_min", "{\"cancellation\":{\"at_ms\":1700}}", ACT_CANCELLED, 0, 0 },
        { "planning_min", "{\"verdict\":{\"at_ms\":1500}}", ACT_VALIDATED, 1500, 1600 },
        { "exam_min", "{}", ACT_RUNNING, 1000, 2000 },
        { "exam_min", "{\"refusal\":{\"at_ms\":1700}}", ACT_REFUSED, 0, 0 },
        { "information_min", "{\"questions\":[{\"at_ms\":1100,\"answered_at_ms\":1300}]}", ACT_ASKED, 1100, 1300 },
        { "report_min", "{\"acquisition\":{\"ended\":{\"at_ms\":2500}},\"signature\":{\"at_ms\":3000}}", ACT_SIGNED, 2500, 3000 },
        { "urgent_min", "{\"urgent\":[{\"at_ms\":2600,\"told\":[{\"told_at_ms\":2500}]}]}", ACT_LEFT, 2600, 2600 }, /* told before it was written */
        { "acknowledge_min", "{\"delivered_at_ms\":3100}", ACT_DELIVERED, 3100, 0 },
        { "patient_min", "{\"delivered_at_ms\":3100,\"patient_informed\":{\"at_ms\":3200}}", ACT_DELIVERED, 3100, 3200 },
        { "unknown_min", "{}", ACT_ASKED, 0, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        IndicatorSpan   spans[INDICATOR_SPANS_MAX];
        IndicatorFirsts firsts = { .planned_ms = 1600, .started_ms = 2000 };
        Err             err    = { 0 };
        OWNED_ACT       a = { .state = CASES[i].state, .kind = "remote-exam", .asked_at_ms = 1000, .facts = json_parse_object(slice_of(CASES[i].facts), &err) };
        assert_non_null(a.facts);
        size_t count = indicator_spans(&a, &firsts, CASES[i].delay, spans);
        if (count != (CASES[i].from ? 1u : 0u) || (count && (spans[0].from_ms != CASES[i].from || spans[0].to_ms != CASES[i].to)))
            fail_msg("case %zu, %s: %zu, from %" PRId64 " to %" PRId64, i, CASES[i].delay, count, count ? spans[0].from_ms : 0, count ? spans[0].to_ms : 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_of_the_nearest_rank),
        cmocka_unit_test(each_delay_is_measured_between_its_two_moments),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
