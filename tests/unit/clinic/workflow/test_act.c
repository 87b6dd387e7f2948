/*
 * Acts told as stories, from the draft to the closed act, with each refused path on the way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

static void an_act_goes_from_draft_to_closed(void **state) /* E2…E35 */
{
    World *w = *state;
    start(w);
    is_now(w, ACT_RUNNING);
    release(w);
    does(w, &w->technologist, "patient-left", NULL);
    is_now(w, ACT_LEFT);
    read_and_sign(w);
    is_now(w, ACT_SIGNED);
    assert_int_equal(run_jobs(w, "act.deliver"), 1);
    is_now(w, ACT_DELIVERED);
    does(w, &w->requester, "acknowledge", NULL);
    does(w, &w->requester, "inform-patient",
         "{\"how\":\"in-person\",\"content_given\":\"Résultat normal expliqué\"}");
    does(w, &w->requester, "patient-copy", "{\"how\":\"paper\"}");
    does(w, &w->requester, "check-dmp", "{\"record_checked\":true,\"dmp\":\"none\"}");
    finish_duties(w);
    does(w, &w->requester, "close", NULL);
    is_now(w, ACT_CLOSED);
    is_whole(w);
}

/* ---- the request ---- */

static void a_request_names_each_missing_item(void **state) /* E2 E4 E5 L4 S7 R.1333-53 */
{
    static const struct {
        const char *field, *emptied, *code;
    } ITEMS[] = {
        { "reason", "\"\"", "reason" },
        { "purpose", "\"  \"", "purpose" },
        { "circumstances", "null", "circumstances" },
        { "pregnancy", "\"not-applicable\"", "pregnancy" },
        { "earlier_exams", "\".\"", "earlier-exams" },
        { "optimisation", "\"\"", "optimisation" },
        { "question", "\"\"", "question" },
        { "relevance", "\"\"", "relevance" },
        { "benefit_code", "\"organisational-convenience\"", "benefit-patient" },
        { "benefit_code", "null", "benefit-code" },
        { "benefit", "\"oui\"", "benefit" },
        { "distance_reason_code", "\"\"", "distance-code" },
        { "distance_reason", "\"\"", "distance-reason" },
        { "pathway", "\"\"", "pathway" },
        { "treating_physician", "{\"name\":\"\"}", "treating-physician" },
    };
    World *w = *state;
    create(w, "CT");
    refused(w, &w->requester, "send", NULL, ERR_CONFLICT, "reason");
    for (size_t i = 0; i < COUNT(ITEMS); i++) {
        char change[200];
        does(w, &w->requester, "edit-request", A_REQUEST);
        snprintf(change, sizeof change, "{\"%s\":%s}", ITEMS[i].field, ITEMS[i].emptied);
        does(w, &w->requester, "edit-request", change);
        refused(w, &w->requester, "send", NULL, ERR_CONFLICT, ITEMS[i].code);
    }
    does(w, &w->requester, "edit-request", A_REQUEST);
    does(w, &w->requester, "edit-request", "{\"treating_physician\":{\"none\":true}}");
    does(w, &w->requester, "send", NULL);
    is_now(w, ACT_ASKED);
    is_whole(w);
}

static void a_field_of_the_wrong_kind_is_refused(void **state)
{
    static const char *const WRONG[] = { "{\"reason\":5}",
                                         "{\"pregnancy\":\"perhaps\"}",
                                         "{\"weight_kg\":\"lourd\"}",
                                         "{\"weight_kg\":-1}",
                                         "{\"weight_kg\":4000}",
                                         "{\"benefit_code\":\"gain\"}",
                                         "{\"treating_physician\":\"Dr X\"}",
                                         "{\"pathway\":\"none\"}",
                                         "{\"reason\":\"a\\u0007b\"}",
                                         "{\"priority\":\"tomorrow\"}" };
    World                   *w       = *state;
    create(w, "CT");
    for (size_t i = 0; i < COUNT(WRONG); i++)
        refused(w, &w->requester, "edit-request", WRONG[i], ERR_INPUT, NULL);
    does(w, &w->requester, "edit-request", "{\"weight_kg\":\"72,5\"}");
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    assert_true(json_real_value(act_fact(&a, "request", "weight_kg")) == 72.5);
}

static void kinds_and_modalities_without_rules_are_refused_by_name(void **state) /* S1 L7 */
{
    static const struct {
        const char *key, *value, *code;
    } REFUSED[] = { { "kind", "teleconsultation", "kind" },
                    { "kind", "telesurveillance", "kind" }, { "kind", "emergency-regulation", "kind" },
                    { "kind", "therapy", "kind" },
                    { "modality", "RF", "modality" },       { "modality", "MG", "modality" },
                    { "modality", "XA", "modality" },       { "modality", "XX", "modality" } };
    World *w    = *state;
    for (size_t i = 0; i < COUNT(REFUSED); i++) {
        OWNED(json_t) *wish = a_wish(w, "CT", "urgent");
        MissingList missing = { 0 };
        Err         err     = { 0 };
        json_object_set_new(wish, REFUSED[i].key, json_string(REFUSED[i].value));
        assert_false(act_create(w->house, &w->requester, wish, &w->act, &missing, &err));
        assert_int_equal(err.kind, ERR_CONFLICT);
        assert_true(names(&missing, REFUSED[i].code));
        assert_string_not_equal(text_in(LANG_FR, err.shown), err.shown);
    }
    assert_int_equal(number_of(w, "SELECT count(*) FROM act"), 0);
    assert_int_equal(number_of(w, "SELECT count(*) FROM audit_line WHERE what = 'step create' AND outcome = "
                                  "'refused'"),
                     (int64_t)COUNT(REFUSED));
}

static void no_act_stands_outside_a_convention_in_force(void **state) /* S3 */
{
    static const struct {
        const char *key, *text;
        int64_t     number;
        const char *code;
    } CASES[] = { { "modality", "US", 0, "clause-modality" },
                  { "priority", "emergency", 0, "clause-priority" } };
    World *w  = *state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        OWNED(json_t) *wish = a_wish(w, "CT", "urgent");
        MissingList missing = { 0 };
        Err         err     = { 0 };
        json_object_set_new(wish, CASES[i].key, json_string(CASES[i].text));
        assert_false(act_create(w->house, &w->requester, wish, &w->act, &missing, &err));
        assert_int_equal(err.kind, ERR_CONFLICT);
        assert_true(names(&missing, CASES[i].code));
    }
    OWNED(json_t) *wish = a_wish(w, "CT", "urgent");
    MissingList missing = { 0 };
    Err         err     = { 0 };
    json_object_set_new(wish, "site_id", json_integer(w->other_site));
    assert_false(act_create(w->house, &w->requester, wish, &w->act, &missing, &err));
    assert_true(names(&missing, "party-site"));
}

static void a_draft_is_seen_by_its_requester_alone(void **state) /* S2 L9 */
{
    World *w = *state;
    create(w, "CT");
    refused(w, &w->imager, "message", "{\"text\":\"Bonjour\"}", ERR_NOT_FOUND, NULL);
    refused(w, &w->stranger, "send", NULL, ERR_NOT_FOUND, NULL);
    refused(w, &w->admin, "message", "{\"text\":\"Bonjour\"}", ERR_NOT_FOUND, NULL);
    does(w, &w->requester, "edit-request", A_REQUEST);
    does(w, &w->requester, "send", NULL);
    does(w, &w->imager, "message", "{\"text\":\"Bonjour\"}");
    refused(w, &w->stranger, "message", "{\"text\":\"Bonjour\"}", ERR_NOT_FOUND, NULL);
    refused(w, &w->admin, "message", "{\"text\":\"Bonjour\"}", ERR_NOT_FOUND, NULL);
}

/* ---- the verdict ---- */

static void both_verdicts_must_be_relevant_to_accept(void **state) /* E2 E4 E6 E11 E19 */
{
    static const struct {
        const char *data, *code;
    } REFUSED[] = {
        { "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"not-relevant\",\"benefit_confirmed\":true,"
          "\"protocol\":{\"name\":\"AP\",\"injection\":\"none\",\"optimisation\":\"100 kV\"}}",
          "verdict-distance" },
        { "{\"indication\":\"not-relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"benefit_confirmed\":true,"
          "\"protocol\":{\"name\":\"AP\",\"injection\":\"none\",\"optimisation\":\"100 kV\"}}",
          "verdict-indication" },
        { "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"benefit_confirmed\":true,\"protocol\":{\"name\":\"AP\","
          "\"injection\":\"none\",\"optimisation\":\"100 kV\"}}",
          "distance" },
        { "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"protocol\":{\"name\":\"AP\","
          "\"injection\":\"none\",\"optimisation\":\"100 kV\"}}",
          "benefit-confirmed" },
        { "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"benefit_confirmed\":true}", "protocol" },
        { "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"benefit_confirmed\":true,\"protocol\":{"
          "\"name\":\"AP\"}}",
          "dose-decision" },
        { "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"benefit_confirmed\":true,\"protocol\":{"
          "\"name\":\"AP\",\"injection\":\"none\",\"optimisation\":\"100 kV\"},\"change\":{\"modality\":\"MR\"}}",
          "change" },
        { "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"benefit_confirmed\":true,\"protocol\":{"
          "\"name\":\"AP\",\"injection\":\"none\",\"optimisation\":\"100 kV\"},\"change\":{\"modality\":\"US\",\"reason\":\"sans "
          "rayons\"}}",
          "clause-modality" },
    };
    World *w = *state;
    ask(w);
    for (size_t i = 0; i < COUNT(REFUSED); i++)
        refused(w, &w->imager, "accept", REFUSED[i].data, ERR_CONFLICT, REFUSED[i].code);
    refused(w, &w->requester, "accept", A_VERDICT, ERR_DENIED, NULL);
    does(w, &w->imager, "accept", A_VERDICT);
    is_now(w, ACT_VALIDATED);
}

static void the_imager_may_change_the_exam(void **state) /* E6 L3 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    ask(w);
    does(w, &w->imager, "accept",
         "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"benefit_confirmed\":true,\"protocol\":{"
         "\"name\":\"IRM "
         "abdomen\",\"injection\":\"none\"},\"change\":{\"modality\":\"MR\",\"region\":\"Abdomen\",\"reason\":\"Femme jeune, éviter "
         "l’irradiation\"}}");
    load_act(w, &a);
    assert_string_equal(a.modality, "MR");
    assert_string_equal(json_string_value(json_object_get(act_fact(&a, "verdict", "asked"), "modality")),
                        "CT");
    is_whole(w);
}

static void a_refusal_has_its_reason_and_other_care_before_it_is_closed(void **state) /* E6 E8 E9 L3 */
{
    World *w = *state;
    char   offered[200];
    ask(w);
    refused(w, &w->imager, "refuse", "{\"code\":\"not-indicated\"}", ERR_CONFLICT, "text");
    refused(w, &w->imager, "refuse", "{\"text\":\"Non\"}", ERR_CONFLICT, "code");
    refused(w, &w->imager, "refuse", "{\"code\":\"because\",\"text\":\"Non\"}", ERR_INPUT, NULL);
    refused(w, &w->requester, "refuse", "{\"code\":\"not-indicated\",\"text\":\"Non\"}", ERR_DENIED, NULL);
    does(w, &w->imager, "refuse",
         "{\"code\":\"not-indicated\",\"text\":\"Échographie "
         "d’abord\",\"indication\":\"not-relevant\",\"distance\":\"relevant\"}");
    is_now(w, ACT_REFUSED);
    refused(w, &w->requester, "cancel", "{\"code\":\"other\",\"text\":\"Je passe outre\"}", ERR_CONFLICT,
            NULL);
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, "alternative");
    refused(w, &w->requester, "offer-alternative", "{\"offered\":\"Échographie\",\"answer\":\"D’accord\"}",
            ERR_CONFLICT, "patient_told_at_ms");
    snprintf(offered, sizeof offered,
             "{\"offered\":\"Échographie\",\"patient_told_at_ms\":%" PRId64 ",\"answer\":\"D’accord\"}",
             clock_now_ms() + 3600000);
    refused(w, &w->requester, "offer-alternative", offered, ERR_CONFLICT, "told-when");
    snprintf(offered, sizeof offered,
             "{\"offered\":\"Échographie\",\"patient_told_at_ms\":%" PRId64 ",\"answer\":\"D’accord\"}",
             clock_now_ms());
    does(w, &w->requester, "offer-alternative", offered);
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, "records"); /* L10: refused acts too */
    keep_records(w);
    does(w, &w->requester, "close", NULL);
    is_now(w, ACT_CLOSED);
}

static void a_question_stops_the_clock_until_it_is_answered(void **state) /* E7 E10 */
{
    enum { HOUR_MS = 3600000 };
    World    *w      = *state;
    OWNED_ACT before = { 0 };
    OWNED_ACT during = { 0 };
    OWNED_ACT after  = { 0 };
    char      answer[80];
    ask(w);
    load_act(w, &before);
    assert_string_equal(before.deadline_what, "verdict");
    assert_int_equal(before.deadline_at_ms, before.asked_at_ms + 30 * 60000);
    does(w, &w->imager, "ask-information", "{\"text\":\"Créatinine ?\"}");
    load_act(w, &during);
    assert_string_equal(during.deadline_what, "information"); /* the verdict's clock stands; the answer has its own */
    clock_advance(HOUR_MS);
    does(w, &w->requester, "edit-request", "{\"renal_value\":92}");
    refused(w, &w->requester, "answer-information", "{\"id\":999,\"text\":\"92\"}", ERR_CONFLICT,
            "question-open");
    snprintf(answer, sizeof answer, "{\"id\":%" PRId64 ",\"text\":\"DFG 92 mL/min\"}", during.last_seq);
    does(w, &w->requester, "answer-information", answer);
    load_act(w, &after);
    assert_int_equal(after.state, ACT_ASKED);
    assert_true(after.deadline_at_ms >= before.deadline_at_ms + HOUR_MS);
    assert_true(after.deadline_at_ms < before.deadline_at_ms + HOUR_MS + 60000);
    is_whole(w);
}

static void a_step_on_what_was_not_seen_is_refused_as_stale(void **state)
{
    World      *w = *state;
    OWNED_ACT   a = { 0 };
    MissingList missing;
    Err         err     = { 0 };
    OWNED(json_t) *data = said(A_VERDICT);
    ask(w);
    load_act(w, &a);
    does(w, &w->requester, "message", "{\"text\":\"Patient à jeun\"}"); /* a message makes nothing stale */
    does(w, &w->requester, "record-information", "{\"version\":\"1\",\"language\":\"fr\"}");
    ActCall call = { .act_id = w->act, .step = SLICE("accept"), .version = a.version, .data = data };
    assert_false(act_do(w->house, &w->imager, &call, &missing, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    assert_true(names(&missing, "stale"));
    call.version++;
    MUST(act_do(w->house, &w->imager, &call, &missing, fault));
}

const struct CMUnitTest TESTS[] = {
    WITH_WORLD(an_act_goes_from_draft_to_closed),
    WITH_WORLD(a_request_names_each_missing_item),
    WITH_WORLD(a_field_of_the_wrong_kind_is_refused),
    WITH_WORLD(kinds_and_modalities_without_rules_are_refused_by_name),
    WITH_WORLD(no_act_stands_outside_a_convention_in_force),
    WITH_WORLD(a_draft_is_seen_by_its_requester_alone),
    WITH_WORLD(both_verdicts_must_be_relevant_to_accept),
    WITH_WORLD(the_imager_may_change_the_exam),
    WITH_WORLD(a_refusal_has_its_reason_and_other_care_before_it_is_closed),
    WITH_WORLD(a_question_stops_the_clock_until_it_is_answered),
    WITH_WORLD(a_step_on_what_was_not_seen_is_refused_as_stale),
};

int main(void)
{
    return cmocka_run_group_tests(TESTS, NULL, NULL);
}
