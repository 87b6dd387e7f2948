/*
 * The table of steps, walked whole: every state, every step, every set of roles.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_conditions.h"
#include "formats/texts/texts.h"

/* Everything that can be there is there. */
static void full(Act *a, ActScene *scene)
{
    Err err  = { 0 };
    a->facts = json_parse_object(SLICE("{\"request\":{\"reason\":\"aa\",\"purpose\":\"bb\",\"circumstances\":"
                                       "\"cc\",\"pregnancy\":\"no\","
                                       "\"earlier_exams\":\"dd\",\"optimisation\":\"ee\",\"question\":\"ff\","
                                       "\"relevance\":\"gg\",\"guideline\":\"GBU\",\"benefit_code\":"
                                       "\"access\",\"benefit\":\"une phrase "
                                       "entière\",\"distance_reason_code\":\"other\",\"distance_reason\":"
                                       "\"hh\","
                                       "\"pathway\":\"direct\",\"treating_physician\":{\"none\":true}},"
                                       "\"information\":{\"at_ms\":1},\"consent_act\":{\"at_ms\":2},"
                                       "\"consent_distance\":{\"at_ms\":3},"
                                       "\"identity\":{\"result\":\"match\"},\"imager_presence\":{\"present\":"
                                       "true},\"local_physician\":{\"person_id\":7,\"phone\":\"0102030405\",\"confirmed_at_ms\":1},"
                                       "\"assignment\":{\"person_id\":7,\"at_ms\":1},\"channel\":{\"at_ms\":1},\"video\":{\"both_ways\":true},\"nuclear_presence\":{\"people\":[{\"person_id\":7}]},"
                                       "\"device_explained\":{\"at_ms\":1},\"preparation\":{\"at_ms\":1},"
                                       "\"protocol_acknowledged\":{\"at_ms\":4},"
                                       "\"acquisition\":{\"ended\":{\"made\":1}},\"quality\":{\"verdict\":"
                                       "\"sufficient\"},\"patient_informed\":{\"at_ms\":1},"
                                       "\"dmp\":{\"at_ms\":1},\"acknowledged\":{\"at_ms\":1},\"later\":{\"at_ms\":1,\"start_ms\":2},\"no_slot\":{\"at_ms\":1},\"alternative\":"
                                       "{\"at_ms\":1},\"signed_request\":{\"by\":{\"id\":7}},\"records\":[{\"by\":"
                                       "{\"id\":7}}],\"site_check\":{\"at_ms\":1},\"document\":{\"sop_uid\":"
                                       "\"2.25.1\"},\"announcement\":{\"exchanges\":[{\"at_ms\":1}],\"announced\":"
                                       "{\"at_ms\":2}},\"signature\":{\"by\":{\"id\":7}},\"addendum_draft\":{\"by\":{\"id\":7}},"
                                       "\"refusals\":[{\"by\":{\"id\":7}}]}"),
                                 &err);
    assert_non_null(a->facts);
    memcpy(a->modality, "CT", 3);
    *scene = (ActScene) { .now_ms          = 1000,
                          .person_id       = 7,
                          .physician       = true,
                          .identified      = true,
                          .medical         = true,
                          .patient_sex     = 'F',
                          .patient_age     = 30,
                          .images          = 1,
                          .report_complete = true,
                          .addendum_written = true };
}

/* Roles where they belong: one bit each of this walk. */
enum { IS_REQUESTER = 1, IS_TECHNOLOGIST = 2, IS_SECRETARY = 4, IS_LOCAL = 8, IS_IMAGER = 16, IS_NUCLEAR = 32, WALKS = 64 };

static void roles_set(ActScene *scene, unsigned bits)
{
    scene->requester_roles = bits & IS_REQUESTER ? ROLE_REQUESTER : 0u;
    scene->site_roles      = (bits & IS_TECHNOLOGIST ? ROLE_TECHNOLOGIST : 0u) |
                        (bits & IS_SECRETARY ? ROLE_SECRETARY : 0u) |
                        (bits & IS_LOCAL ? ROLE_LOCAL_PHYSICIAN : 0u) |
                        (bits & IS_NUCLEAR ? ROLE_NUCLEAR_PHYSICIAN : 0u);
    scene->imaging_roles = bits & IS_IMAGER ? ROLE_IMAGER : 0u;
}

/* What the contract allows, said a second time: step, who, from which states. */
#define BEFORE BEFORE_RUNNING
#define FAILED_ NOT_DONE_YET
static const struct {
    const char *step;
    unsigned    who;
    uint32_t    from;
} CONTRACT[] = {
    { "edit-request", IS_REQUESTER, S(DRAFT) | S(INFO_ASKED) },
    { "record-information", IS_REQUESTER | IS_TECHNOLOGIST | IS_LOCAL, BEFORE },
    { "record-consent", IS_REQUESTER | IS_TECHNOLOGIST | IS_LOCAL, BEFORE },
    { "withdraw-consent", IS_REQUESTER | IS_TECHNOLOGIST | IS_LOCAL, BEFORE },
    { "emergency-exception", IS_REQUESTER | IS_LOCAL, BEFORE },
    { "review-exception", IS_REQUESTER | IS_LOCAL | IS_IMAGER, SENT },
    { "send", IS_REQUESTER, S(DRAFT) },
    { "ask-information", IS_IMAGER, S(ASKED) },
    { "answer-information", IS_REQUESTER, S(INFO_ASKED) },
    { "accept", IS_IMAGER, S(ASKED) },
    { "refuse", IS_IMAGER, S(ASKED) | S(INFO_ASKED) },
    { "offer-alternative", IS_IMAGER | IS_REQUESTER, FAILED_ | S(VALIDATED) | S(PLANNED) },
    { "plan", IS_TECHNOLOGIST | IS_SECRETARY, S(VALIDATED) | S(PLANNED) },
    { "cancel-slot", IS_TECHNOLOGIST | IS_SECRETARY, S(PLANNED) },
    { "ask-later", IS_TECHNOLOGIST | IS_SECRETARY, S(VALIDATED) | S(PLANNED) },
    { "answer-later", IS_REQUESTER | IS_IMAGER, S(VALIDATED) | S(PLANNED) },
    { "no-slot", IS_TECHNOLOGIST | IS_SECRETARY, S(VALIDATED) },
    { "cancel", IS_REQUESTER | IS_IMAGER, BEFORE },
    { "name-local-physician", IS_TECHNOLOGIST | IS_SECRETARY | IS_LOCAL,
      S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(RELEASED) },
    { "confirm-local-presence", IS_LOCAL, S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(RELEASED) },
    { "local-leaves", IS_LOCAL, S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(RELEASED) },
    { "nuclear-present", IS_NUCLEAR, S(PLANNED) | S(RUNNING) | S(GONE) | S(RELEASED) },
    { "nuclear-leaves", IS_NUCLEAR, S(PLANNED) | S(RUNNING) | S(GONE) | S(RELEASED) },
    { "test-channel", IS_TECHNOLOGIST | IS_IMAGER, S(PLANNED) | S(RUNNING) },
    { "explain-device", IS_TECHNOLOGIST | IS_LOCAL | IS_NUCLEAR, S(VALIDATED) | S(PLANNED) },
    { "prepare-patient", IS_TECHNOLOGIST | IS_LOCAL | IS_NUCLEAR, S(PLANNED) },
    { "decide-pregnancy", IS_IMAGER, S(PLANNED) },
    { "prescribe", IS_IMAGER | IS_LOCAL | IS_NUCLEAR | IS_REQUESTER, S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(RELEASED) },
    { "give-drug", IS_TECHNOLOGIST | IS_LOCAL | IS_NUCLEAR, S(RUNNING) | S(RELEASED) },
    { "prepare-dose", 0, S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(RELEASED) },
    { "release-dose", 0, S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(RELEASED) },
    { "set-dose-aside", 0, EVERY & ~S(DRAFT) & ~S(CLOSED) },
    { "technologist-act", IS_TECHNOLOGIST, S(RUNNING) | S(RELEASED) },
    { "drug-seen", 0, 0 },
    { "settle-drug", IS_TECHNOLOGIST | IS_LOCAL | IS_NUCLEAR | IS_IMAGER,
      S(RUNNING) | S(GONE) | S(RELEASED) | S(LEFT) | S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED) },
    { "order-examination", IS_IMAGER | IS_TECHNOLOGIST, LIVE },
    { "pass-examination", IS_IMAGER | IS_TECHNOLOGIST | IS_REQUESTER | IS_LOCAL | IS_NUCLEAR, EVERY },
    { "answer-examination", IS_TECHNOLOGIST | IS_REQUESTER | IS_LOCAL, EVERY },
    { "acknowledge-incident", IS_LOCAL | IS_IMAGER, EVERY },
    { "record-care", IS_LOCAL, SENT },
    { "escalate-incident", 0, 0 },
    { "report-urgent", IS_IMAGER, READABLE | S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED) },
    { "tell-urgent", IS_IMAGER, EVERY },
    { "delegate-urgent", IS_LOCAL | IS_REQUESTER, EVERY },
    { "act-on-urgent", WALKS - 1, EVERY },
    { "escalate-urgent", 0, 0 },
    { "media-flows", 0, 0 },
    { "media-lost", 0, 0 },
    { "acknowledge-protocol", IS_TECHNOLOGIST, S(VALIDATED) | S(PLANNED) | S(RUNNING) | S(GONE) },
    { "change-protocol", IS_IMAGER, S(VALIDATED) | S(PLANNED) | S(RUNNING) },
    { "record-renal", IS_REQUESTER | IS_TECHNOLOGIST | IS_LOCAL, S(VALIDATED) | S(PLANNED) },
    { "check-mri-safety", IS_TECHNOLOGIST, S(PLANNED) },
    { "check-identity", IS_TECHNOLOGIST, S(PLANNED) },
    { "start", IS_TECHNOLOGIST, S(PLANNED) },
    { "end-acquisition", IS_TECHNOLOGIST, S(RUNNING) | S(GONE) },
    { "more-images", IS_IMAGER, S(RUNNING) },
    { "judge-quality", IS_IMAGER, S(RUNNING) | S(GONE) },
    { "release", IS_IMAGER, S(RUNNING) | S(GONE) },
    { "patient-left", IS_TECHNOLOGIST, S(RELEASED) },
    { "patient-gone", IS_TECHNOLOGIST, S(RUNNING) },
    { "recall", IS_IMAGER, S(GONE) },
    { "abandon", IS_IMAGER, S(PLANNED) | S(RUNNING) },
    { "open-reading", IS_IMAGER, READABLE },
    { "sign", IS_IMAGER, S(LEFT) },
    { "acknowledge", IS_REQUESTER, S(DELIVERED) },
    { "inform-patient", IS_REQUESTER, S(DELIVERED) | S(ACKNOWLEDGED) },
    { "patient-copy", IS_REQUESTER, S(DELIVERED) | S(ACKNOWLEDGED) },
    { "check-dmp", IS_REQUESTER, S(DELIVERED) | S(ACKNOWLEDGED) },
    { "designate-recipient", 31, EVERY & ~(FAILED_ | S(CLOSED)) },
    { "revoke-recipient", 31, EVERY & ~(FAILED_ | S(CLOSED)) },
    { "record-objection", 31, EVERY & ~(FAILED_ | S(CLOSED)) },
    { "hand-access", 31 & ~IS_LOCAL, READABLE | S(DELIVERED) | S(ACKNOWLEDGED) },
    { "try-delivery", 31 & ~IS_LOCAL, READABLE | S(DELIVERED) | S(ACKNOWLEDGED) },
    { "sign-preliminary", IS_IMAGER, S(RELEASED) | S(LEFT) },
    { "deliver-preliminary", 0, 0 },
    { "drop-addendum", IS_IMAGER, S(DELIVERED) | S(ACKNOWLEDGED) | S(CLOSED) },
    { "sign-addendum", IS_IMAGER, S(DELIVERED) | S(ACKNOWLEDGED) | S(CLOSED) },
    { "ask-again", IS_REQUESTER, S(RELEASED) | S(LEFT) | S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED) },
    { "escalate-question", 0, 0 },
    { "add-follow-up", IS_IMAGER | IS_REQUESTER, S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED) },
    { "close-follow-up", 31, S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED) },
    { "access-opened", 0, 0 },
    { "duty-overdue", 0, 0 },
    { "review-report", IS_IMAGER, S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED) | S(CLOSED) },
    { "images-corrected", 0, 0 },
    { "identity-corrected", 0, 0 },
    { "patient-merged", 0, 0 },
    { "patient-parted", 0, 0 },
    { "record-protection", IS_REQUESTER | IS_TECHNOLOGIST | IS_LOCAL, BEFORE },
    { "close", IS_REQUESTER, S(ACKNOWLEDGED) | FAILED_ },
    { "deliver", 0, 0 },
    { "overdue", 0, 0 },
    { "escalate", 0, 0 },
    { "assign-duty", 0, 0 },
    { "nobody-on-duty", 0, 0 },
    { "assign", IS_IMAGER, LIVE },
    { "escalate-order", 0, 0 },
    { "imager-lost", 0, 0 },
    { "wrong-patient", 0, 0 },
};

static void only_the_contract_is_allowed_for_every_state_step_and_role(void **state)
{
    (void)state;
    Act      a = { 0 };
    ActScene scene;
    full(&a, &scene);
    for (size_t i = 0; i < COUNT(CONTRACT); i++)
        for (int from = 0; from < ACT_STATES; from++)
            for (unsigned bits = 0; bits < WALKS; bits++) {
                Err            err = { 0 };
                const ActStep *row = NULL;
                a.state            = (ActState)from;
                a.reader_id        = strcmp(CONTRACT[i].step, "open-reading") == 0 ? 0 : 7;
                roles_set(&scene, bits);
                bool wanted = (CONTRACT[i].who & bits) && (CONTRACT[i].from & (1u << from));
                bool found  = act_step_check(&a, &scene, slice_of(CONTRACT[i].step), &row, NULL, &err);
                if (wanted != found)
                    fail_msg("%s in %s with roles %#x: %s", CONTRACT[i].step, act_state_name((ActState)from),
                             bits, found ? "allowed" : err.shown);
                assert_true(found || (err.shown && !row));
            }
    act_clear(&a);
}

static void a_role_counts_only_at_its_own_party(void **state)
{
    (void)state;
    Act      a = { 0 };
    ActScene scene;
    full(&a, &scene);
    /* all roles, but each at a party where it means nothing */
    scene.requester_roles = ROLE_IMAGER | ROLE_TECHNOLOGIST | ROLE_LOCAL_PHYSICIAN;
    scene.site_roles      = ROLE_REQUESTER | ROLE_IMAGER;
    scene.imaging_roles   = ROLE_REQUESTER | ROLE_TECHNOLOGIST | ROLE_SECRETARY | ROLE_LOCAL_PHYSICIAN;
    ActStepWalk at = { 0 };
    for (const ActStep *one; (one = act_step_next(&a, &at));)
        for (int from = 0; from < ACT_STATES; from++) {
            Err            err = { 0 };
            const ActStep *row = NULL;
            a.state            = (ActState)from;
            assert_false(act_step_check(&a, &scene, slice_of(one->step), &row, NULL, &err));
            assert_int_equal(err.kind, ERR_DENIED);
        }
    act_clear(&a);
}

static void each_need_of_each_row_blocks_alone(void **state)
{
    (void)state;
    Act      a = { 0 }, empty = { .facts = json_object() };
    ActScene scene;
    full(&a, &scene);
    a.reader_id = 7;
    memcpy(empty.modality, "CT", 3);
    ActScene    bare = { .now_ms = 1000, .person_id = 7, .patient_sex = 'F', .patient_age = 30, .wrong_patient = true };
    ActStepWalk at   = { 0 };
    for (const ActStep *row; (row = act_step_next(&a, &at));)
        for (size_t n = 0; row->needs && row->needs[n]; n++) {
            const ActNeed *need = row->needs[n];
            if (need->there(&empty, &bare))
                continue; /* those that hold while nothing is sent are told in the stories */
            if (!need->there(&a, &scene) && strcmp(need->code, "reader-other") != 0 && strcmp(need->code, "second-open") != 0)
                fail_msg("%s: %s is never there", row->step, need->code);
            MissingList missing = { 0 };
            act_missing(&empty, &bare, (const ActNeed *const[]) { need, NULL }, &missing);
            assert_int_equal(missing.count, 1);
            assert_non_null(missing.items[0].code);
            assert_true(strlen(missing.items[0].why) > 0);
        }
    act_clear(&a);
    act_clear(&empty);
}

static void the_five_items_bind_irradiating_exams_alone(void **state) /* L4 R.1333-53 */
{
    (void)state;
    static const struct {
        const char *modality;
        bool        binds;
    } EXAMS[] = { { "CT", true }, { "DX", true }, { "CR", true }, { "MR", false }, { "US", false },
                  { "NM", true }, { "PT", true }, { "PT/CT", true }, { "NM/CT", true } };
    for (size_t i = 0; i < COUNT(EXAMS); i++) {
        Act      a     = { .facts = json_pack("{s:{}}", "request") };
        ActScene scene = { .patient_sex = 'F', .patient_age = 30 };
        memcpy(a.modality, EXAMS[i].modality, strlen(EXAMS[i].modality) + 1);
        MissingList missing = { 0 };
        act_missing(&a, &scene, NEEDS(FIVE_ITEMS), &missing);
        assert_int_equal(missing.count, EXAMS[i].binds ? 6 : 0);
        act_clear(&a);
    }
}

/* E14 E24: in nuclear medicine nothing starts, whoever asks in whatever state, without video and nuclear physician. */
static void nuclear_medicine_never_starts_without_video_and_nuclear_physician(void **state)
{
    (void)state;
    static const char *const MODALITIES[] = { "NM", "PT", "PT/CT", "NM/CT" };
    Act      a = { 0 };
    ActScene scene;
    full(&a, &scene);
    OWNED(json_t) *whole = json_deep_copy(a.facts);
    for (size_t m = 0; m < COUNT(MODALITIES); m++)
        for (int from = 0; from < ACT_STATES; from++)
            for (unsigned bits = 0; bits < WALKS; bits++)
                for (unsigned there = 0; there < 8; there++) {
                    Err            err     = { 0 };
                    MissingList    missing = { 0 };
                    const ActStep *row     = NULL;
                    memset(a.modality, 0, sizeof a.modality);
                    memcpy(a.modality, MODALITIES[m], strlen(MODALITIES[m]));
                    a.state = (ActState)from;
                    json_object_update(a.facts, whole);
                    if (!(there & 1))
                        json_object_set_new(a.facts, "video", json_pack("{s:b}", "both_ways", 0));
                    if (!(there & 2))
                        json_object_set_new(a.facts, "nuclear_presence", json_pack("{s:[]}", "people"));
                    if (!(there & 4))
                        json_object_set_new(a.facts, "local_physician", json_pack("{s:i, s:s}", "person_id", 7, "phone", "123"));
                    roles_set(&scene, bits);
                    bool started = act_step_check(&a, &scene, SLICE("start"), &row, &missing, &err);
                    assert_int_equal(started, there == 7 && from == ACT_PLANNED && (bits & IS_TECHNOLOGIST));
                    if (from == ACT_PLANNED && (bits & IS_TECHNOLOGIST))
                        assert_int_equal(missing.count, !(there & 1) + !(there & 2) + !(there & 4));
                }
    act_clear(&a);
}

static bool asks_for(const ActStep *row, const char *code)
{
    for (size_t n = 0; row->needs && row->needs[n]; n++)
        if (strcmp(row->needs[n]->code, code) == 0)
            return true;
    return false;
}

/* E18: every row into 'released' asks for the verdict on the images; into 'left' leads the release, or its own verdict. */
static void nobody_leaves_without_a_verdict(void **state)
{
    (void)state;
    int rows = 0;
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++)
        for (const ActStep *row = ACT_CHAPTERS[c]->steps; row && row->step; row++) {
            if (row->to != ACT_LEFT && row->to != ACT_RELEASED)
                continue;
            rows++;
            if (!asks_for(row, "quality"))
                fail_msg("%s leads to %s without a verdict", row->step, act_state_name(row->to));
            assert_int_equal(row->flags & STEP_SYSTEM, 0);
            assert_int_equal(row->from & ~(S(RUNNING) | S(GONE) | S(RELEASED)), 0);
        }
    assert_int_equal(rows, 3); /* release while running, release once gone, departure */
}

static void pregnancy_is_asked_of_women_from_10_to_55_and_when_the_sex_is_unknown(void **state) /* E11 */
{
    (void)state;
    for (int age = -1; age < 120; age++) {
        bool bearing = age < 0 || (age >= 10 && age <= 55);
        assert_false(pregnancy_matters('M', age));
        assert_int_equal(pregnancy_matters('F', age), bearing);
        assert_int_equal(pregnancy_matters('U', age), bearing);
    }
}

static void rows_of_one_step_ask_the_same_people(void **state)
{
    (void)state;
    static const char *const KINDS[] = { "remote-exam", "tele-expertise", "tele-assistance" };
    for (size_t k = 0; k < COUNT(KINDS); k++) {
        Act a = { 0 };
        snprintf(a.kind, sizeof a.kind, "%s", KINDS[k]);
        ActStepWalk at = { 0 };
        for (const ActStep *one; (one = act_step_next(&a, &at));) {
            ActStepWalk rest = at;
            for (const ActStep *other; (other = act_step_next(&a, &rest));)
                if (strcmp(one->step, other->step) == 0) {
                    assert_int_equal(one->who, other->who);
                    assert_int_equal(one->from & other->from, 0); /* one row a state */
                }
        }
    }
}

static void every_label_and_every_missing_text_has_its_french(void **state)
{
    (void)state;
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++) {
        for (const ActStep *row = ACT_CHAPTERS[c]->steps; row && row->step; row++) {
            assert_string_not_equal(text_in(LANG_FR, row->label), row->label);
            for (size_t n = 0; row->needs && row->needs[n]; n++)
                assert_string_not_equal(text_in(LANG_FR, row->needs[n]->text), row->needs[n]->text);
        }
        for (const ActField *f = ACT_CHAPTERS[c]->fields; f && f->step; f++)
            if (f->text)
                assert_string_not_equal(text_in(LANG_FR, f->text), f->text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(only_the_contract_is_allowed_for_every_state_step_and_role),
        cmocka_unit_test(a_role_counts_only_at_its_own_party),
        cmocka_unit_test(each_need_of_each_row_blocks_alone),
        cmocka_unit_test(the_five_items_bind_irradiating_exams_alone),
        cmocka_unit_test(nuclear_medicine_never_starts_without_video_and_nuclear_physician),
        cmocka_unit_test(nobody_leaves_without_a_verdict),
        cmocka_unit_test(pregnancy_is_asked_of_women_from_10_to_55_and_when_the_sex_is_unknown),
        cmocka_unit_test(rows_of_one_step_ask_the_same_people),
        cmocka_unit_test(every_label_and_every_missing_text_has_its_french),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
