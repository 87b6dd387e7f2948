/*
 * From the slot to the patient's departure: what must be there, and what happens when it is not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"
#include "clinic/workflow/presence.h"

static void accepted(World *w)
{
    ask(w);
    does(w, &w->imager, "accept", A_VERDICT);
}

static void slot_json(char ret[200], int64_t room, int64_t start_ms, const char *more)
{
    snprintf(ret, 200, "{\"room_id\":%" PRId64 ",\"start_ms\":%" PRId64 ",\"minutes\":20%s}", room, start_ms,
             more);
}

/* Requester and imager validate a slot beyond the delay again; each alone is not enough. */
static void both_accept_later(World *w, int64_t start_ms)
{
    char slot[200];
    snprintf(slot, sizeof slot, "{\"start_ms\":%" PRId64 ",\"text\":\"Scanner en panne\"}", start_ms);
    does(w, &w->technologist, "ask-later", slot);
    does(w, &w->requester, "answer-later", "{\"decision\":\"accepted\",\"text\":\"Patient stable\"}");
    slot_json(slot, w->room_ct, start_ms, ",\"late_reason\":\"Scanner en panne\"");
    refused(w, &w->secretary, "plan", slot, ERR_CONFLICT, "later-imager");
    does(w, &w->imager, "answer-later", "{\"decision\":\"accepted\",\"text\":\"Peut attendre\"}");
}

static void a_slot_is_in_the_right_room_and_in_time_or_says_why(void **state) /* E10 */
{
    enum { HOUR_MS = 3600000 };
    World *w = *state;
    char   slot[200];
    accepted(w);
    int64_t now_ms = clock_now_ms();
    slot_json(slot, w->room_mr, now_ms + 1000, "");
    refused(w, &w->technologist, "plan", slot, ERR_CONFLICT, "room");
    slot_json(slot, 4242, now_ms + 1000, "");
    refused(w, &w->technologist, "plan", slot, ERR_CONFLICT, "room");
    slot_json(slot, w->room_ct, now_ms - HOUR_MS, "");
    refused(w, &w->technologist, "plan", slot, ERR_CONFLICT, "slot-past");
    slot_json(slot, w->room_ct, now_ms + 3 * HOUR_MS, ""); /* two hours are allowed */
    refused(w, &w->technologist, "plan", slot, ERR_CONFLICT, "late-reason");
    refused(w, &w->imager, "plan", slot, ERR_DENIED, NULL);
    slot_json(slot, w->room_ct, now_ms + 3 * HOUR_MS, ",\"late_reason\":\"Scanner en panne jusqu’à 15 h\"");
    refused(w, &w->secretary, "plan", slot, ERR_CONFLICT, "later-asked");
    both_accept_later(w, now_ms + 3 * HOUR_MS);
    does(w, &w->secretary, "plan", slot);
    is_now(w, ACT_PLANNED);
    OWNED_ACT first = { 0 };
    OWNED_ACT again = { 0 };
    load_act(w, &first);
    slot_json(slot, w->room_ct, now_ms + HOUR_MS, "");
    does(w, &w->technologist, "plan", slot);
    load_act(w, &again);
    assert_string_equal(first.study_uid, again.study_uid); /* the study is made once */
    assert_string_equal(first.accession, again.accession);
    assert_string_not_equal(first.sps_id, again.sps_id);
    assert_true(strlen(again.accession) <= 16 && strlen(again.sps_id) <= 16 && strlen(again.study_uid) <= 64);
    is_whole(w);
}

static void the_requester_may_shorten_the_delay(void **state) /* E10 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    char      slot[200];
    create(w, "CT");
    does(w, &w->requester, "edit-request", A_REQUEST);
    does(w, &w->requester, "edit-request", "{\"exam_within_min\":45}");
    does(w, &w->requester, "send", NULL);
    does(w, &w->imager, "accept", A_VERDICT);
    load_act(w, &a);
    assert_string_equal(a.deadline_what, "exam");
    assert_int_equal(a.deadline_at_ms, a.asked_at_ms + 45 * 60000);
    slot_json(slot, w->room_ct, clock_now_ms() + 50 * 60000, "");
    refused(w, &w->technologist, "plan", slot, ERR_CONFLICT, "late-reason");
}

static void nothing_starts_before_all_is_there(void **state) /* E1 E3 E15 E19 E23 */
{
    static const char *const NAMED[] = { "information",    "consent-act",     "consent-distance", "identity",
                                         "imager-present", "local-physician", "protocol-read",
                                         "channel" };
    World                   *w       = *state;
    accepted(w);
    plan(w);
    for (size_t i = 0; i < COUNT(NAMED); i++)
        refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, NAMED[i]);
    refused(w, &w->requester, "record-consent", "{\"subject\":\"act\",\"how\":\"oral\"}", ERR_CONFLICT,
            "information");
    refused(w, &w->requester, "record-information", "{\"language\":\"fr\"}", ERR_CONFLICT, "version");
    does(w, &w->requester, "record-information", "{\"version\":\"2026-1\",\"language\":\"fr\"}");
    refused(w, &w->requester, "record-consent", "{\"subject\":\"all\",\"how\":\"oral\"}", ERR_INPUT, NULL);
    does(w, &w->technologist, "record-consent", "{\"subject\":\"act\",\"how\":\"oral\"}");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "consent-distance");
    does(w, &w->local, "record-consent", "{\"subject\":\"distance\",\"how\":\"written\",\"document\":\"Dossier papier\"}");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "local-physician");
    name_local(w);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "protocol-read");
    does(w, &w->technologist, "acknowledge-protocol", NULL);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "imager-present");
    does(w, &w->imager, "imager-present", NULL);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "identity");
    does(w, &w->technologist, "check-identity", AN_IDENTITY);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "channel");
    does(w, &w->technologist, "test-channel", A_CHANNEL);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "device-explained");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "preparation");
    gone_through(w);
    refused(w, &w->imager, "start", NULL, ERR_DENIED, NULL);
    does(w, &w->technologist, "start", NULL);
    is_now(w, ACT_RUNNING);
}

static void ready(World *w)
{
    accepted(w);
    plan(w);
    name_local(w);
    does(w, &w->technologist, "acknowledge-protocol", NULL);
    does(w, &w->imager, "imager-present", NULL);
    does(w, &w->technologist, "test-channel", A_CHANNEL);
    gone_through(w);
    does(w, &w->technologist, "check-identity", AN_IDENTITY);
}

static void a_withdrawn_consent_blocks_until_it_is_given_again(void **state) /* E3 L8 */
{
    World *w = *state;
    ready(w);
    consent(w);
    does(w, &w->technologist, "withdraw-consent",
         "{\"subject\":\"distance\",\"reason\":\"Ne souhaite plus\"}");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "consent-withdrawn");
    does(w, &w->requester, "emergency-exception", "{\"reason\":\"Coma\",\"consulted\":\"Épouse\"}");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "consent-withdrawn"); /* a no is a no */
    does(w, &w->requester, "record-consent", "{\"subject\":\"distance\",\"how\":\"oral\"}");
    does(w, &w->technologist, "start", NULL);
}

static void an_emergency_is_attested_by_a_physician_instead_of_consents(void **state) /* E3 */
{
    World *w = *state;
    ready(w);
    refused(w, &w->technologist, "emergency-exception", "{\"reason\":\"Coma\",\"consulted\":\"Épouse\"}",
            ERR_DENIED, NULL);
    refused(w, &w->requester, "emergency-exception", "{\"reason\":\"Coma\"}", ERR_CONFLICT, "consulted");
    MUST(db_write(w->host, run_sql, "UPDATE person SET profession = 'midwife' WHERE login = 'demandeur'",
                  fault));
    refused(w, &w->requester, "emergency-exception", "{\"reason\":\"Coma\",\"consulted\":\"Épouse\"}",
            ERR_CONFLICT, "physician");
    does(w, &w->local, "emergency-exception", "{\"reason\":\"Coma\",\"consulted\":\"Épouse\"}");
    does(w, &w->technologist, "start", NULL);
}

static void a_wrong_identity_is_an_incident_and_blocks_until_it_matches(void **state) /* E15 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    accepted(w);
    plan(w);
    consent(w);
    name_local(w);
    does(w, &w->technologist, "acknowledge-protocol", NULL);
    does(w, &w->imager, "imager-present", NULL);
    does(w, &w->technologist, "check-identity",
         "{\"birth_name\":\"DUPOND\",\"first_given\":\"ÉLISE\",\"birth_date\":\"1985-03-14\",\"sex\":\"F\","
         "\"document\":\"wristband\",\"asked\":\"open\"}");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "identity");
    load_act(w, &a);
    assert_int_equal(json_array_size(act_fact(&a, "incidents", NULL)), 1);
    assert_string_equal(
        json_string_value(json_object_get(json_array_get(act_fact(&a, "identity", "differences"), 0), "trai"
                                                                                                      "t")),
        "birth_name");
    does(w, &w->technologist, "check-identity", AN_IDENTITY); /* accents and case do not count */
    does(w, &w->technologist, "test-channel", A_CHANNEL);
    gone_through(w);
    does(w, &w->technologist, "start", NULL);
}

static void the_local_physician_is_of_the_site_or_has_a_telephone(void **state) /* E23 */
{
    World *w = *state;
    char   other[80];
    accepted(w);
    snprintf(other, sizeof other, "{\"person_id\":%" PRId64 "}",
             w->stranger.person_id); /* local physician elsewhere */
    refused(w, &w->technologist, "name-local-physician", other, ERR_CONFLICT, "local-physician");
    refused(w, &w->technologist, "name-local-physician", "{\"name\":\"Dr SEUL\"}", ERR_CONFLICT,
            "local-physician");
    refused(w, &w->local, "confirm-local-presence", NULL, ERR_CONFLICT, "local-physician");
    does(w, &w->secretary, "name-local-physician", "{\"name\":\"Dr GARDE\",\"phone\":\"01 02 03 04 05\"}");
    refused(w, &w->local, "confirm-local-presence", NULL, ERR_CONFLICT, "local-physician-me");
    name_local(w);
    does(w, &w->local, "confirm-local-presence", NULL);
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    assert_true(act_fact_int(&a, "local_physician", "confirmed_at_ms") > 0);
}

static void a_lost_imager_is_timed_while_the_exam_runs(void **state) /* E1 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    start(w);
    does(w, &w->imager, "imager-absent", NULL);
    clock_advance(90000);
    does(w, &w->imager, "imager-present", NULL);
    load_act(w, &a);
    const json_t *loss = json_array_get(act_fact(&a, "imager_presence", "losses"), 0);
    int64_t       lost = json_integer_value(json_object_get(loss, "to_ms")) -
                   json_integer_value(json_object_get(loss, "from_ms"));
    assert_true(lost >= 90000 && lost < 95000);
}

/* The page went without a word: absent since then, and the exam does not start on it. E1 */
static void an_imager_without_a_page_is_not_there(void **state)
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    start(w); /* says to be there, no page is open */
    int64_t came = clock_now_ms();
    clock_advance(PRESENCE_GRACE_MS + 5000);
    run_jobs(w, "act.presence");
    load_act(w, &a);
    assert_false(act_fact_true(&a, "imager_presence", "present"));
    assert_true(act_fact_true(&a, "imager_presence", "lost"));
    int64_t from = json_integer_value(
        json_object_get(json_array_get(act_fact(&a, "imager_presence", "losses"), 0), "from_ms"));
    assert_true(from <= came);
}

typedef struct PageTold {
    int64_t person_id;
    bool    here;
} PageTold;

static bool page_told_work(Db *db, void *arg, Err *err)
{
    const PageTold *told = arg;
    return presence_told(db, told->person_id, told->here, err);
}

static void page_tells(World *w, const Who *who, bool here)
{
    PageTold told = { who->person_id, here };
    MUST(db_write(w->host, page_told_work, &told, fault));
}

static void a_page_that_comes_back_in_time_is_no_loss(void **state) /* E1 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 }, b = { 0 };
    page_tells(w, &w->imager, true);
    start(w);
    page_tells(w, &w->imager, false);
    clock_advance(PRESENCE_GRACE_MS / 2);
    page_tells(w, &w->imager, true);
    clock_advance(PRESENCE_GRACE_MS);
    run_jobs(w, "act.presence");
    load_act(w, &a);
    assert_true(act_fact_true(&a, "imager_presence", "present"));
    page_tells(w, &w->imager, false);
    clock_advance(PRESENCE_GRACE_MS + 1);
    run_jobs(w, "act.presence");
    load_act(w, &b);
    assert_false(act_fact_true(&b, "imager_presence", "present"));
}

static void the_patient_leaves_only_after_the_release(void **state) /* E18 E22 */
{
    World *w = *state;
    start(w);
    refused(w, &w->technologist, "patient-left", NULL, ERR_CONFLICT, NULL);
    refused(w, &w->imager, "release", NULL, ERR_CONFLICT, "quality");
    refused(w, &w->imager, "release", NULL, ERR_CONFLICT, "images");
    refused(w, &w->imager, "judge-quality", "{\"verdict\":\"limited\",\"comment\":\"\"}", ERR_CONFLICT,
            "quality-comment");
    does(w, &w->imager, "judge-quality", "{\"verdict\":\"sufficient\"}");
    image_comes(w, 1, "DUPONT-MOREAU");
    refused(w, &w->imager, "release", NULL, ERR_CONFLICT, "acquisition-over");
    does(w, &w->technologist, "end-acquisition", "{\"made\":2}");
    refused(w, &w->imager, "release", NULL, ERR_CONFLICT, "images-missing");
    image_comes(w, 2, "DUPONT-MOREAU");
    refused(w, &w->technologist, "release", NULL, ERR_DENIED, NULL);
    does(w, &w->imager, "release", NULL);
    is_now(w, ACT_RELEASED);
    does(w, &w->technologist, "patient-left", NULL);
    is_now(w, ACT_LEFT);
}

static void missing_images_are_counted_and_the_imager_may_say_why_that_is_enough(void **state) /* E22 */
{
    World      *w       = *state;
    MissingList missing = { 0 };
    Err         err     = { 0 };
    start(w);
    image_comes(w, 1, "DUPONT-MOREAU");
    does(w, &w->technologist, "end-acquisition", "{\"made\":8}");
    does(w, &w->imager, "judge-quality", "{\"verdict\":\"sufficient\"}");
    assert_false(try_step(w, &w->imager, "release", NULL, &missing, &err));
    assert_string_equal(missing.items[0].code, "images-missing");
    assert_int_equal(missing.items[0].count, 7);
    does(w, &w->imager, "judge-quality",
         "{\"verdict\":\"limited\",\"comment\":\"Topogrammes non transmis, suffisant\"}");
    does(w, &w->imager, "release", NULL);
}

static void more_images_go_back_to_the_technologist(void **state) /* E18 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    char      answer[80];
    start(w);
    refused(w, &w->technologist, "more-images", "{\"text\":\"Un passage tardif\"}", ERR_DENIED, NULL);
    refused(w, &w->imager, "more-images", "{}", ERR_CONFLICT, "text");
    does(w, &w->imager, "more-images", "{\"text\":\"Un passage tardif\"}");
    load_act(w, &a);
    snprintf(answer, sizeof answer, "{\"id\":%" PRId64 ",\"text\":\"Fait\"}", a.last_seq);
    refused(w, &w->requester, "answer-order", answer, ERR_CONFLICT, "order-mine");
    does(w, &w->technologist, "acknowledge-order", answer);
    does(w, &w->technologist, "answer-order", answer);
    refused(w, &w->technologist, "answer-order", answer, ERR_CONFLICT, "order-open");
}

static void a_patient_who_went_away_is_an_incident_with_recall(void **state) /* E18 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    start(w);
    image_comes(w, 1, "DUPONT-MOREAU");
    does(w, &w->technologist, "patient-gone", "{\"text\":\"Parti sans prévenir\"}");
    is_now(w, ACT_GONE);
    refused(w, &w->technologist, "patient-left", NULL, ERR_CONFLICT, NULL);
    load_act(w, &a);
    assert_int_equal(json_array_size(act_fact(&a, "incidents", NULL)), 1);
    assert_false(act_fact_true(&a, "departure", "released"));
    does(w, &w->imager, "recall", "{\"text\":\"Coupes manquantes\"}");
    is_now(w, ACT_VALIDATED);
    plan(w);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "identity"); /* checked again */
    is_whole(w);
}

static void a_patient_who_went_away_with_enough_images_has_left(void **state) /* E18 */
{
    World *w = *state;
    start(w);
    image_comes(w, 1, "DUPONT-MOREAU");
    does(w, &w->technologist, "patient-gone", "{\"text\":\"Parti sans prévenir\"}");
    does(w, &w->imager, "judge-quality", "{\"verdict\":\"sufficient\"}");
    refused(w, &w->imager, "release", NULL, ERR_CONFLICT, "acquisition-over");
    does(w, &w->technologist, "end-acquisition", "{\"made\":1}");
    does(w, &w->imager, "release", NULL);
    is_now(w, ACT_LEFT);
}

static void images_of_another_patient_raise_an_incident_and_block(void **state) /* E15 E22 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    start(w);
    image_comes(w, 1, "DURAND");
    does(w, &w->imager, "judge-quality", "{\"verdict\":\"sufficient\"}");
    refused(w, &w->imager, "release", NULL, ERR_CONFLICT, "wrong-patient");
    assert_true(run_jobs(w, "archive.wrong-patient") >= 1);
    load_act(w, &a);
    assert_int_equal(json_array_size(act_fact(&a, "incidents", NULL)), 1);
    is_whole(w);
}

static void an_exam_given_up_or_cancelled_needs_its_reason_and_other_care(void **state) /* E9 */
{
    World *w = *state;
    char   offered[200];
    start(w);
    refused(w, &w->technologist, "abandon", "{\"code\":\"technical\",\"text\":\"Panne\"}", ERR_DENIED, NULL);
    refused(w, &w->imager, "abandon", "{\"code\":\"technical\"}", ERR_CONFLICT, "text");
    refused(w, &w->requester, "cancel", "{\"code\":\"other\",\"text\":\"Annulé\"}", ERR_CONFLICT, NULL);
    does(w, &w->imager, "abandon", "{\"code\":\"technical\",\"text\":\"Panne du tube\"}");
    is_now(w, ACT_NOT_DONE);
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, "alternative");
    snprintf(offered, sizeof offered,
             "{\"offered\":\"Transfert\",\"patient_told_at_ms\":%" PRId64 ",\"answer\":\"Accepte\"}",
             clock_now_ms());
    does(w, &w->imager, "offer-alternative", offered);
    keep_records(w);
    does(w, &w->requester, "close", NULL);
    create(w, "CT");
    refused(w, &w->requester, "cancel", "{\"text\":\"Erreur\"}", ERR_CONFLICT, "code");
    does(w, &w->requester, "cancel", "{\"code\":\"duplicate\",\"text\":\"Demande en double\"}");
    is_now(w, ACT_CANCELLED);
}

static void incidents_are_reported_by_any_participant_and_resolved(void **state) /* E21 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    char      done[100];
    start(w);
    refused(w, &w->technologist, "report-incident", "{\"kind\":\"other\"}", ERR_CONFLICT, "text");
    does(w, &w->technologist, "report-incident", "{\"kind\":\"adverse-effect\",\"text\":\"Malaise\"}");
    load_act(w, &a);
    snprintf(done, sizeof done, "{\"id\":%" PRId64 ",\"text\":\"Allongé, repris\"}", a.last_seq);
    refused(w, &w->stranger, "resolve-incident", done, ERR_NOT_FOUND, NULL);
    refused(w, &w->local, "resolve-incident", done, ERR_CONFLICT, "care"); /* E23: care first */
    char care[200];
    snprintf(care, sizeof care, "{\"id\":%" PRId64 ",\"text\":\"Allongé\",\"outcome\":\"Repris\",\"care_at_ms\":%" PRId64 "}",
             a.last_seq, clock_now_ms());
    does(w, &w->local, "record-care", care);
    does(w, &w->local, "resolve-incident", done);
    refused(w, &w->local, "resolve-incident", done, ERR_CONFLICT, "incident-open");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(a_slot_is_in_the_right_room_and_in_time_or_says_why),
        WITH_WORLD(the_requester_may_shorten_the_delay),
        WITH_WORLD(nothing_starts_before_all_is_there),
        WITH_WORLD(a_withdrawn_consent_blocks_until_it_is_given_again),
        WITH_WORLD(an_emergency_is_attested_by_a_physician_instead_of_consents),
        WITH_WORLD(a_wrong_identity_is_an_incident_and_blocks_until_it_matches),
        WITH_WORLD(the_local_physician_is_of_the_site_or_has_a_telephone),
        WITH_WORLD(a_lost_imager_is_timed_while_the_exam_runs),
        WITH_WORLD(an_imager_without_a_page_is_not_there),
        WITH_WORLD(a_page_that_comes_back_in_time_is_no_loss),
        WITH_WORLD(the_patient_leaves_only_after_the_release),
        WITH_WORLD(missing_images_are_counted_and_the_imager_may_say_why_that_is_enough),
        WITH_WORLD(more_images_go_back_to_the_technologist),
        WITH_WORLD(a_patient_who_went_away_is_an_incident_with_recall),
        WITH_WORLD(a_patient_who_went_away_with_enough_images_has_left),
        WITH_WORLD(images_of_another_patient_raise_an_incident_and_block),
        WITH_WORLD(an_exam_given_up_or_cancelled_needs_its_reason_and_other_care),
        WITH_WORLD(incidents_are_reported_by_any_participant_and_resolved),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
