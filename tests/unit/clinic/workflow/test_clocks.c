/*
 * Clocks and the times of a clause: what runs in which state, whose delay, which hours and regions count. E10, S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

#include "clinic/workflow/act_overdue.h"
#include "clinic/workflow/convention_delays.h"
#include "clinic/workflow/convention_hours.h"
#include "clinic/workflow/convention_rules.h"

enum { MINUTE = 60000 };
static const int64_t T0 = 1790000000000; /* 2026-09-21 15:33:20 in Paris's summer */

#define DELAYS                                                                                                    \
    "\"delays\":{\"assign_min\":5,\"verdict_min\":30,\"information_min\":60,\"planning_min\":20,\"exam_min\":120," \
    "\"presence_min\":10,\"report_min\":90,\"urgent_min\":15,\"delivery_min\":8,\"acknowledge_min\":240,"           \
    "\"patient_min\":300,\"record_min\":500}"

static int64_t runs(const ActClocks *c, const char *what)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->items[i].what, what) == 0)
            return c->items[i].at_ms;
    return 0;
}

/* Facts of each stage, the clocks that run then and when they end, in minutes after T0; 0: none at all. */
static void each_part_of_the_path_has_its_clock(void **state)
{
    (void)state;
    static const struct {
        ActState    state;
        const char *facts;
        const char *what;
        int         minutes;
    } STAGES[] = {
        { ACT_ASKED, "", "verdict", 30 },
        { ACT_ASKED, "\"paused_ms\":600000,", "verdict", 40 },
        { ACT_ASKED, "\"assignment\":{\"person_id\":7,\"at_ms\":1790000060000},", "assignment", 6 },
        { ACT_ASKED, "\"assignment\":{\"person_id\":7,\"at_ms\":1790000060000,\"taken_at_ms\":1790000070000},", "assignment", 0 },
        { ACT_INFO_ASKED, "\"questions\":[{\"at_ms\":1790000000000}],", "information", 60 },
        { ACT_INFO_ASKED, "\"questions\":[{\"at_ms\":1790000000000}],", "verdict", 0 },
        { ACT_INFO_ASKED, "\"questions\":[{\"at_ms\":1,\"answered_at_ms\":2}],", "information", 0 },
        { ACT_VALIDATED, "\"verdict\":{\"at_ms\":1790000060000},", "planning", 21 },
        { ACT_VALIDATED, "\"verdict\":{\"at_ms\":1},\"recalls\":[{\"at_ms\":1790000120000}],", "planning", 22 },
        { ACT_VALIDATED, "\"verdict\":{\"exam_within_min\":45},", "exam", 45 },
        { ACT_PLANNED, "\"verdict\":{\"at_ms\":1790000060000},", "exam", 120 },
        { ACT_PLANNED, "\"verdict\":{\"at_ms\":1790000060000},", "planning", 0 },
        { ACT_PLANNED, "\"local_physician\":{\"at_ms\":1790000000000},", "presence", 10 },
        { ACT_PLANNED, "\"local_physician\":{\"at_ms\":1790000000000,\"confirmed_at_ms\":1},", "presence", 0 },
        { ACT_GONE, "\"acquisition\":{\"ended\":{\"at_ms\":1790000000000}},", "report", 90 },
        { ACT_RUNNING, "\"acquisition\":{\"started_at_ms\":1790000000000},", "report", 90 }, /* begun and forgotten */
        { ACT_RUNNING, "\"acquisition\":{\"started_at_ms\":1790000000000,\"ended\":{\"at_ms\":1790000060000}},", "report", 91 },
        { ACT_ACKNOWLEDGED, "\"acknowledged\":{\"at_ms\":1790000060000},", "closing", 501 },
        { ACT_REFUSED, "\"refusal\":{\"at_ms\":1790000000000},", "closing", 500 },
        { ACT_CANCELLED, "\"cancellation\":{\"at_ms\":1790000000000},", "closing", 500 },
        { ACT_NOT_DONE, "\"abandonment\":{\"at_ms\":1790000000000},", "closing", 500 },
        { ACT_CLOSED, "\"acknowledged\":{\"at_ms\":1790000060000},", "closing", 0 },
        { ACT_LEFT, "\"release\":{\"at_ms\":1790000060000},", "report", 91 },
        { ACT_SIGNED, "\"urgent\":[{\"at_ms\":1790000000000}],", "urgent", 15 },
        { ACT_SIGNED, "\"urgent\":[{\"at_ms\":1790000000000,\"action\":{\"at_ms\":3}}],", "urgent", 0 },
        { ACT_SIGNED, "\"signature\":{\"at_ms\":1790000000000},", "delivery", 8 },
        { ACT_DELIVERED, "\"delivered_at_ms\":1790000000000,", "acknowledge", 240 },
        { ACT_ACKNOWLEDGED, "\"delivered_at_ms\":1790000000000,", "patient", 300 },
        { ACT_ACKNOWLEDGED, "\"delivered_at_ms\":1790000000000,\"patient_informed\":{\"at_ms\":1},", "patient", 0 },
        { ACT_ACKNOWLEDGED, "\"delivered_at_ms\":1790000000000,", "record", 500 },
        { ACT_ACKNOWLEDGED, "\"delivered_at_ms\":1790000000000,", "acknowledge", 0 },
        { ACT_CLOSED, "\"delivered_at_ms\":1790000000000,", "record", 0 },
    };
    for (size_t i = 0; i < COUNT(STAGES); i++) {
        char json[1024];
        Err  err = { 0 };
        snprintf(json, sizeof json, "{%s" DELAYS "}", STAGES[i].facts);
        OWNED_ACT a = { .state = STAGES[i].state, .kind = "remote-exam", .asked_at_ms = T0, .facts = json_parse_object(slice_of(json), &err) };
        assert_non_null(a.facts);
        ActClocks clocks = act_clocks(&a);
        int64_t   at     = runs(&clocks, STAGES[i].what);
        if (at != (STAGES[i].minutes ? T0 + (int64_t)STAGES[i].minutes * MINUTE : 0))
            fail_msg("stage %zu: %s at %" PRId64 " min", i, STAGES[i].what, at ? (at - T0) / MINUTE : 0);
    }
}

/* Help during an act has neither slot nor exam: its own clock runs from the question to the end, and no other. L7 */
static void an_assistance_has_its_own_clock_and_none_of_an_exam(void **state)
{
    (void)state;
    static const char *const NOT_ITS[] = { "planning", "exam", "presence", "report" };
    Err       err = { 0 };
    OWNED_ACT a   = { .state = ACT_VALIDATED, .kind = "tele-assistance", .asked_at_ms = T0,
                      .facts = json_parse_object(SLICE("{\"verdict\":{\"at_ms\":1790000060000}," DELAYS "}"), &err) };
    ActClocks clocks = act_clocks(&a);
    assert_int_equal(runs(&clocks, "assistance"), T0 + 120 * MINUTE);
    for (size_t i = 0; i < COUNT(NOT_ITS); i++)
        assert_int_equal(runs(&clocks, NOT_ITS[i]), 0);
    a.state = ACT_ASKED;
    clocks  = act_clocks(&a);
    assert_int_equal(runs(&clocks, "verdict"), T0 + 30 * MINUTE);
    assert_int_equal(runs(&clocks, "assistance"), 0);
}

/* An expert's question has a clock of its own, also where the clause sets no delay for it: then that of the verdict. E7, T2 */
static void a_question_of_an_expert_is_not_without_end(void **state)
{
    (void)state;
    Err       err = { 0 };
    OWNED_ACT a   = { .state = ACT_VALIDATED, .kind = "tele-expertise", .asked_at_ms = T0,
                      .facts = json_parse_object(SLICE("{\"questions\":[{\"at_ms\":1790000060000}],\"paused_since_ms\":1790000060000,"
                                                       "\"delays\":{\"verdict_min\":30,\"report_min\":90,\"acknowledge_min\":240}}"), &err) };
    assert_non_null(a.facts);
    ActClocks clocks = act_clocks(&a);
    assert_int_equal(clocks.count, 1);
    assert_true(runs(&clocks, "information") == T0 + 31 * MINUTE);
}

/* The first answer of an expert has its own delay where the clause sets one: a third at most of the time the answer has. T4 */
static void an_expert_who_is_silent_does_not_use_up_the_delay(void **state)
{
    static const struct {
        const char *facts;
        int         expert, verdict; /* minutes; 0: does not run */
    } CASES[] = {
        { "\"experts\":{\"list\":[{\"person_id\":7,\"state\":\"asked\"}]},\"delays\":{\"assign_min\":5,\"verdict_min\":15,\"report_min\":75}", 5, 15 },
        { "\"experts\":{\"list\":[{\"person_id\":7,\"state\":\"asked\"}]},\"request\":{\"answer_within_min\":12},\"delays\":{\"assign_min\":5,\"verdict_min\":15,\"report_min\":75}", 4, 12 },
        { "\"experts\":{\"list\":[{\"person_id\":7,\"state\":\"asked\"},{\"person_id\":7,\"state\":\"asked\",\"asked_at_ms\":1790000300000}]},\"delays\":{\"assign_min\":5,\"verdict_min\":15,\"report_min\":75}", 10, 15 },
        { "\"experts\":{\"list\":[{\"person_id\":7,\"state\":\"asked\"}]},\"questions\":[{\"answered_at_ms\":1790000120000}],\"paused_ms\":60000,\"delays\":{\"assign_min\":5,\"verdict_min\":15,\"report_min\":75}", 7, 16 },
        { "\"experts\":{\"list\":[{\"person_id\":7,\"state\":\"asked\"}]},\"delays\":{\"verdict_min\":2880,\"report_min\":7200}", 0, 2880 },
    };
    (void)state;
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char text[512];
        Err  err = { 0 };
        (void)snprintf(text, sizeof text, "{%s}", CASES[i].facts);
        OWNED_ACT a = { .state = ACT_ASKED, .kind = "tele-expertise", .asked_at_ms = T0, .facts = json_parse_object(slice_of(text), &err) };
        assert_non_null(a.facts);
        ActClocks clocks = act_clocks(&a);
        assert_true(runs(&clocks, "expert") == (CASES[i].expert ? T0 + (int64_t)CASES[i].expert * MINUTE : 0));
        assert_true(runs(&clocks, "verdict") == T0 + (int64_t)CASES[i].verdict * MINUTE);
    }
}

static void several_clocks_run_and_the_nearest_is_shown(void **state)
{
    (void)state;
    Err         err = { 0 };
    const char *what = NULL;
    int64_t     at = 0;
    OWNED_ACT   a = { .state = ACT_DELIVERED, .kind = "remote-exam", .asked_at_ms = T0,
                      .facts = json_parse_object(SLICE("{\"delivered_at_ms\":1790000000000," DELAYS "}"), &err) };
    a.clocks = act_clocks(&a);
    assert_int_equal(a.clocks.count, 3);
    assert_true(act_deadline(&a.clocks, &what, &at));
    assert_string_equal(what, "acknowledge");
    OWNED(json_t) *early = act_overdue_json(&a, T0);
    OWNED(json_t) *late  = act_overdue_json(&a, T0 + 301 * MINUTE);
    assert_int_equal(json_array_size(early), 0);
    assert_int_equal(json_array_size(late), 2); /* acknowledgement and patient, not yet the record */
    ActClocks none = { 0 };
    assert_false(act_deadline(&none, &what, &at));
}

static json_t *hours(const char *text)
{
    Err     err   = { 0 };
    json_t *value = json_parse(slice_of(text), &err);
    assert_non_null(value);
    return value;
}

static void hours_count_in_the_zone_of_the_site_and_over_midnight(void **state)
{
    (void)state;
    LocalTime monday = { 2026, 9, 21, 15, 33, 0, 120 }, night = { 2026, 9, 22, 3, 0, 0, 120 };
    assert_int_equal(local_weekday(&monday), 1);
    assert_int_equal(local_weekday(&(LocalTime) { .year = 2024, .month = 2, .day = 29 }), 4);
    assert_int_equal(local_weekday(&(LocalTime) { .year = 2026, .month = 11, .day = 29 }), 7);
    OWNED(json_t) *day  = hours("[{\"days\":[1,2,3,4,5],\"from\":\"08:00\",\"to\":\"18:00\"}]");
    OWNED(json_t) *dark = hours("[{\"days\":[1],\"from\":\"20:00\",\"to\":\"08:00\"}]");
    OWNED(json_t) *none = json_array();
    assert_true(hours_cover(day, &monday));
    assert_false(hours_cover(day, &night));
    assert_false(hours_cover(dark, &monday));
    assert_true(hours_cover(dark, &night)); /* Monday's night goes on on Tuesday */
    assert_true(hours_cover(none, &night));
    assert_true(hours_are_well(day) && hours_are_well(NULL));
    static const char *const WRONG[] = { "[{\"days\":[0],\"from\":\"08:00\",\"to\":\"18:00\"}]", "[{\"days\":[],\"from\":\"08:00\",\"to\":\"18:00\"}]",
                                         "[{\"days\":[1],\"from\":\"8:00\",\"to\":\"18:00\"}]", "[{\"days\":[1],\"from\":\"08:60\",\"to\":\"18:00\"}]", "{}" };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        OWNED(json_t) *wrong = hours(WRONG[i]);
        assert_false(hours_are_well(wrong));
    }
}

static void regions_are_words_whatever_case_and_accents(void **state)
{
    (void)state;
    OWNED(json_t) *some = hours("[\"crâne\",\"Abdomen\"]");
    OWNED(json_t) *none = json_array();
    assert_true(regions_cover(some, SLICE("ABDOMEN-pelvis")));
    assert_true(regions_cover(some, SLICE("Crane sans injection")));
    assert_false(regions_cover(some, SLICE("Thorax")));
    assert_true(regions_cover(none, SLICE("Thorax")));
}

static void an_end_is_announced_60_30_and_7_days_before(void **state)
{
    (void)state;
    assert_int_equal(convention_warning(61), 0);
    assert_int_equal(convention_warning(60), 60);
    assert_int_equal(convention_warning(30), 30);
    assert_int_equal(convention_warning(8), 30);
    assert_int_equal(convention_warning(7), 7);
    assert_int_equal(convention_warning(-1), 7);
    assert_int_equal(day_number(SLICE("1970-01-01")), 0);
    assert_int_equal(day_number(SLICE("2026-09-21")), 20717);
    assert_int_equal(day_number(SLICE("2024-03-01")) - day_number(SLICE("2024-02-28")), 2);
}

static void delays_are_read_and_told_by_name(void **state)
{
    (void)state;
    Err              err    = { 0 };
    ConventionClause clause = { 0 };
    OWNED(json_t) *given    = hours("{\"verdict_min\":30,\"planning_min\":20}");
    assert_true(convention_delays_read(given, &clause, &err));
    assert_int_equal(clause.planning_min, 20);
    OWNED(json_t) *all    = convention_delays_json(&clause, true);
    OWNED(json_t) *others = convention_delays_json(&clause, false);
    assert_true(json_equal(all, given));
    assert_int_equal(json_object_size(others), 1);
    OWNED(json_t) *wrong = hours("{\"verdict_min\":0}");
    assert_false(convention_delays_read(wrong, &clause, &err));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_part_of_the_path_has_its_clock),
        cmocka_unit_test(an_assistance_has_its_own_clock_and_none_of_an_exam),
        cmocka_unit_test(a_question_of_an_expert_is_not_without_end),
    cmocka_unit_test(an_expert_who_is_silent_does_not_use_up_the_delay),
        cmocka_unit_test(several_clocks_run_and_the_nearest_is_shown),
        cmocka_unit_test(hours_count_in_the_zone_of_the_site_and_over_midnight),
        cmocka_unit_test(regions_are_words_whatever_case_and_accents),
        cmocka_unit_test(an_end_is_announced_60_30_and_7_days_before),
        cmocka_unit_test(delays_are_read_and_told_by_name),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
