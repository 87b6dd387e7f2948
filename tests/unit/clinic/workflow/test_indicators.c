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
#include "clinic/workflow/indicator_quality.h"

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

static Act of_facts(const char *facts)
{
    Err err = { 0 };
    Act a   = { .state = ACT_SIGNED, .kind = "remote-exam", .facts = json_parse_object(slice_of(facts), &err) };
    assert_non_null(a.facts);
    return a;
}

static void a_final_is_held_against_its_preliminary_alone(void **state) /* E29 O7 */
{
#define MATTERS "\"difference\":{\"significant\":true,\"what\":\"x\"}"
    static const struct {
        const char *facts;
        bool        both, differs;
        int64_t     final_ms, told_ms;
    } CASES[] = {
        { "{\"signature\":{\"at_ms\":9," MATTERS "}}", false, false, 0, 0 }, /* there was none before it */
        { "{\"preliminary\":{\"at_ms\":5}}", false, false, 0, 0 },
        { "{\"preliminary\":{\"at_ms\":5},\"signature\":{\"at_ms\":9}}", true, false, 9, 0 },
        { "{\"preliminary\":{\"at_ms\":5},\"signature\":{\"at_ms\":9,\"difference\":{\"significant\":false}}}", true, false, 9, 0 },
        { "{\"preliminary\":{\"at_ms\":5},\"signature\":{\"at_ms\":9," MATTERS "}}", true, true, 9, 0 },
        { "{\"preliminary\":{\"at_ms\":5},\"signature\":{\"at_ms\":9," MATTERS "},\"urgent\":[{\"at_ms\":2,\"told\":[{\"told_at_ms\":3}]},"
          "{\"at_ms\":9,\"difference\":true,\"told\":[{\"told_at_ms\":12}]}]}", true, true, 9, 12 },
        /* an addendum stands in its place now: the final one is in what was before; the preliminary one had no signature there */
        { "{\"preliminary\":{\"at_ms\":5},\"signature\":{\"at_ms\":20," MATTERS "},\"superseded\":[{\"until_ms\":9},{\"signature\":{\"at_ms\":9}}]}", true, false, 9, 0 },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        IndicatorDifference d = { 0 };
        OWNED_ACT           a = of_facts(CASES[i].facts);
        if (indicator_difference(&a, &d) != CASES[i].both || (d.difference != NULL) != CASES[i].differs || d.final_ms != CASES[i].final_ms || d.told_ms != CASES[i].told_ms)
            fail_msg("case %zu: %" PRId64 " %" PRId64, i, d.final_ms, d.told_ms);
    }
    size_t    differ;
    OWNED_ACT added = of_facts("{\"addenda\":[{\"id\":1},{\"id\":2," MATTERS "}]}");
    assert_int_equal(indicator_addenda(&added, &differ), 2);
    assert_int_equal(differ, 1);
}

static void a_verdict_against_the_request_is_found_where_it_was_given(void **state) /* E6 L3 */
{
    static const struct {
        const char *facts;
        unsigned    found;
        bool        judged;
    } CASES[] = {
        { "{}", 0, false },
        { "{\"verdict\":{\"indication\":\"relevant\",\"distance\":\"relevant\"}}", 0, true },
        { "{\"verdict\":{\"requester_opinion\":{}}}", DISCORD_EXAM, true },
        { "{\"refusal\":{\"code\":\"not-indicated\",\"indication\":\"not-relevant\",\"distance\":\"relevant\"}}", DISCORD_INDICATION, true },
        { "{\"refusal\":{\"code\":\"technical\",\"indication\":\"relevant\",\"distance\":\"relevant\"}}", 0, true },
        { "{\"refusal\":{\"code\":\"other-exam\",\"indication\":\"relevant\",\"distance\":\"not-relevant\"}}", DISCORD_EXAM | DISCORD_DISTANCE, true },
        { "{\"refusals\":[{\"code\":\"no-slot\"},{\"code\":\"distance-unsuitable\"}]}", DISCORD_DISTANCE, true },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        bool      judged = false;
        OWNED_ACT a      = of_facts(CASES[i].facts);
        unsigned  found  = indicator_discord(&a, &judged);
        if (found != CASES[i].found || judged != CASES[i].judged)
            fail_msg("case %zu: %#x", i, found);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_of_the_nearest_rank),
        cmocka_unit_test(each_delay_is_measured_between_its_two_moments),
        cmocka_unit_test(a_final_is_held_against_its_preliminary_alone),
        cmocka_unit_test(a_verdict_against_the_request_is_found_where_it_was_given),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
