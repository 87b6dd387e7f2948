/*
 * The live act: who is there in person, the link to the patient; allowed beside refused, in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

static void planned_as(World *w, const char *modality, const char *injection, int64_t room)
{
    char verdict[400], slot[160];
    create(w, modality);
    does(w, &w->requester, "edit-request", A_REQUEST);
    does(w, &w->requester, "send", NULL);
    snprintf(verdict, sizeof verdict,
             "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"benefit_confirmed\":true,\"protocol\":{\"name\":\"Abdomen\","
             "\"injection\":\"%s\",\"optimisation\":\"100 kV\"}}",
             injection);
    does(w, &w->imager, "accept", verdict);
    snprintf(slot, sizeof slot, "{\"room_id\":%" PRId64 ",\"start_ms\":%" PRId64 ",\"minutes\":20}", room,
             clock_now_ms() + 600000);
    does(w, &w->technologist, "plan", slot);
    consent(w);
    name_local(w);
    does(w, &w->technologist, "acknowledge-protocol", NULL);
    does(w, &w->technologist, "check-identity", AN_IDENTITY);
    does(w, &w->imager, "imager-present", NULL);
    gone_through(w);
}

typedef struct Told {
    const World *w;
    const char  *step, *json;
} Told;

static bool tell(Db *db, void *arg, Err *err)
{
    const Told *t = arg;
    return act_do_system(db, t->w->house, t->w->act, t->step, said(t->json), err);
}

static void system_does(World *w, const char *step, const char *json)
{
    MUST(db_write(w->host, tell, &(Told) { w, step, json }, fault));
}

static int64_t incidents_of(World *w, const char *subject)
{
    OWNED_ACT     a = { 0 };
    size_t        i;
    const json_t *one;
    int64_t       count = 0;
    load_act(w, &a);
    json_array_foreach (act_fact(&a, "incidents", NULL), i, one) {
        const char *said_ = json_string_value(json_object_get(one, "subject"));
        count += said_ && strcmp(said_, subject) == 0;
    }
    return count;
}

static void the_verdict_says_what_is_injected(void **state) /* E23 */
{
    World *w = *state;
    ask(w);
    refused(w, &w->imager, "accept",
            "{\"indication\":\"relevant\",\"indication_reason\":\"GBU\",\"distance_reason\":\"Sur place\",\"renal_waiver\":\"Urgence vitale\",\"distance\":\"relevant\",\"benefit_confirmed\":true,\"protocol\":{\"name\":\"Abdomen\","
            "\"optimisation\":\"100 kV\"}}",
            ERR_CONFLICT, "injection");
    does(w, &w->imager, "accept", A_VERDICT);
}

static void nothing_is_injected_before_the_local_physician_has_confirmed(void **state) /* E23 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    planned_as(w, "CT", "contrast", w->room_ct);
    does(w, &w->technologist, "test-channel", A_CHANNEL);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "local-confirmed");
    refused(w, &w->local2, "confirm-local-presence", NULL, ERR_CONFLICT, "local-physician-me");
    refused(w, &w->technologist, "confirm-local-presence", NULL, ERR_DENIED, NULL);
    does(w, &w->local, "confirm-local-presence", NULL);
    does(w, &w->local, "local-leaves", NULL); /* before the exam one may go: it is asked again */
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "local-confirmed");
    does(w, &w->local, "confirm-local-presence", NULL);
    does(w, &w->technologist, "start", NULL);

    char other[64];
    snprintf(other, sizeof other, "{\"person_id\":%" PRId64 "}", w->local2.person_id);
    refused(w, &w->local, "local-leaves", NULL, ERR_CONFLICT, "replacement");
    does(w, &w->technologist, "name-local-physician", other);
    load_act(w, &a);
    assert_int_equal(act_fact_int(&a, "local_physician", "person_id"), w->local.person_id); /* until the next confirms */
    refused(w, &w->local, "local-leaves", NULL, ERR_CONFLICT, "replacement");
    does(w, &w->local2, "confirm-local-presence", NULL);
    act_clear(&a);
    load_act(w, &a);
    assert_int_equal(act_fact_int(&a, "local_physician", "person_id"), w->local2.person_id);
    assert_int_equal(json_array_size(act_fact(&a, "local_physicians_before", NULL)), 2);
    refused(w, &w->local, "local-leaves", NULL, ERR_CONFLICT, "local-physician-me");
    assert_int_equal(incidents_of(w, "local-physician-left"), 0);
    does(w, &w->local2, "local-leaves", "{\"reason\":\"Arrêt cardiaque en salle 3\"}");
    assert_int_equal(incidents_of(w, "local-physician-left"), 1);
}

static void the_local_physician_of_every_exam_can_be_called(void **state) /* E23 */
{
    World *w = *state;
    planned_as(w, "CT", "none", w->room_ct);
    does(w, &w->technologist, "test-channel", A_CHANNEL);
    MUST(db_write(w->host, run_sql, "UPDATE person SET phone = '' WHERE login = 'medecin2'", fault));
    char other[64];
    snprintf(other, sizeof other, "{\"person_id\":%" PRId64 "}", w->local2.person_id);
    does(w, &w->technologist, "name-local-physician", other);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "local-reachable");
    name_local(w);
    does(w, &w->technologist, "start", NULL); /* nothing injected: named and reachable is enough */
}

static void the_link_to_the_patient_is_tested_and_no_page_attests_a_video(void **state) /* E14 */
{
    World *w = *state;
    planned_as(w, "CT", "none", w->room_ct);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "channel");
    refused(w, &w->technologist, "test-channel", "{\"means\":\"video\",\"reason\":\"Elle marche\",\"number\":\"123\"}", ERR_CONFLICT, "video-attested");
    refused(w, &w->technologist, "test-channel", "{\"means\":\"sound\",\"reason\":\"Image figée\",\"number\":\"123\"}", ERR_CONFLICT, "sound-alone");
    refused(w, &w->technologist, "test-channel", "{\"means\":\"telephone\",\"number\":\"0102030405\"}", ERR_CONFLICT, "reason");
    refused(w, &w->technologist, "test-channel", "{\"means\":\"telephone\",\"reason\":\"Pas de caméra\",\"number\":\"fixe\"}", ERR_CONFLICT, "number");
    refused(w, &w->requester, "test-channel", A_CHANNEL, ERR_DENIED, NULL);
    does(w, &w->imager, "imager-absent", NULL);
    refused(w, &w->technologist, "test-channel", A_CHANNEL, ERR_CONFLICT, "imager-present");
    does(w, &w->imager, "imager-present", NULL);
    refused(w, &w->technologist, "media-flows", "{\"from_imager_bytes\":1,\"from_patient_bytes\":1}", ERR_DENIED, NULL);
    system_does(w, "media-flows", "{\"from_imager_bytes\":5000,\"from_patient_bytes\":0}"); /* one way is none */
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "channel");
    system_does(w, "media-flows", "{\"from_imager_bytes\":5000,\"from_patient_bytes\":70000}");
    does(w, &w->technologist, "start", NULL);
}

static void nuclear_medicine_waits_for_its_physician_and_its_video(void **state) /* E14 E24 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    planned_as(w, "PT/CT", "radiopharmaceutical", w->room_pt);
    does(w, &w->local, "confirm-local-presence", NULL);
    refused(w, &w->technologist, "test-channel", A_CHANNEL, ERR_CONFLICT, "video");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "nuclear-physician");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "video");
    refused(w, &w->local, "nuclear-present", NULL, ERR_DENIED, NULL);
    does(w, &w->nuclear, "nuclear-present", NULL);
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "video"); /* the reason is still shown */
    system_does(w, "media-flows", "{\"from_imager_bytes\":5000,\"from_patient_bytes\":70000}");
    does(w, &w->nuclear, "nuclear-leaves", NULL); /* nothing is given yet */
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "nuclear-physician");
    does(w, &w->nuclear, "nuclear-present", NULL);
    does(w, &w->technologist, "start", NULL);

    refused(w, &w->nuclear, "nuclear-leaves", NULL, ERR_CONFLICT, "replacement");
    refused(w, &w->nuclear2, "nuclear-leaves", NULL, ERR_CONFLICT, "nuclear-me");
    does(w, &w->nuclear2, "nuclear-present", NULL);
    does(w, &w->nuclear, "nuclear-leaves", NULL); /* replaced by somebody who has confirmed */
    assert_int_equal(incidents_of(w, "nuclear-physician-left"), 0);
    refused(w, &w->nuclear2, "nuclear-leaves", NULL, ERR_CONFLICT, "replacement");
    does(w, &w->nuclear2, "nuclear-leaves", "{\"reason\":\"Malaise\"}");
    assert_int_equal(incidents_of(w, "nuclear-physician-left"), 1);
    clock_advance(60000);
    does(w, &w->nuclear, "nuclear-present", NULL);
    load_act(w, &a);
    const json_t *absence = json_array_get(act_fact(&a, "nuclear_presence", "absences"), 0);
    assert_true(json_integer_value(json_object_get(absence, "to_ms")) - json_integer_value(json_object_get(absence, "from_ms")) >= 60000);

    system_does(w, "media-lost", "{}"); /* a stop that is traced, and the exam still ends */
    assert_int_equal(incidents_of(w, "video-lost"), 1);
    does(w, &w->imager, "abandon", "{\"code\":\"technical\",\"text\":\"Vidéo perdue après injection\"}");
}

static void begun(World *w, const char *injection)
{
    planned_as(w, "CT", injection, w->room_ct);
    does(w, &w->technologist, "test-channel", A_CHANNEL);
    does(w, &w->local, "confirm-local-presence", NULL);
    does(w, &w->technologist, "start", NULL);
}

static void a_video_that_the_relay_denies_is_an_incident_of_any_exam(void **state) /* E14 */
{
    World *w = *state;
    begun(w, "none");
    system_does(w, "media-flows", "{\"from_imager_bytes\":5000,\"from_patient_bytes\":70000,\"relayed\":true}");
    system_does(w, "media-lost", "{\"reason\":\"left\"}");
    assert_int_equal(incidents_of(w, "video-lost") + incidents_of(w, "video-denied"), 0);
    system_does(w, "media-flows", "{\"from_imager_bytes\":5000,\"from_patient_bytes\":70000,\"relayed\":true}");
    system_does(w, "media-lost", "{\"reason\":\"relay\"}");
    assert_int_equal(incidents_of(w, "video-denied"), 1);
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    assert_false(act_fact_true(&a, "video", "both_ways"));
}

static int64_t last_id(World *w, const char *list)
{
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    const json_t *items = act_fact(&a, list, NULL);
    return json_integer_value(json_object_get(json_array_get(items, json_array_size(items) - 1), "id"));
}

static void the_sheet_is_gone_through_and_pregnancy_asked_again(void **state) /* E3 E11 E23 L9 */
{
    World *w = *state;
    planned_as(w, "CT", "contrast", w->room_ct);
    does(w, &w->technologist, "test-channel", A_CHANNEL);
    does(w, &w->local, "confirm-local-presence", NULL);
    refused(w, &w->technologist, "explain-device", "{}", ERR_CONFLICT, "how");
    refused(w, &w->imager, "explain-device", "{\"how\":\"tried\"}", ERR_DENIED, NULL);
    refused(w, &w->technologist, "prepare-patient", "{\"sheet\":\"v2\",\"renal_function\":\"DFG 92\",\"pregnancy\":\"no\"}", ERR_CONFLICT, "allergies");
    refused(w, &w->technologist, "prepare-patient", "{\"sheet\":\"v2\",\"allergies\":\"Aucune\",\"pregnancy\":\"no\"}", ERR_CONFLICT, "renal-function");
    refused(w, &w->technologist, "prepare-patient", "{\"sheet\":\"v2\",\"allergies\":\"Aucune\",\"renal_function\":\"DFG 92\"}", ERR_CONFLICT, "pregnancy");
    does(w, &w->technologist, "prepare-patient", "{\"sheet\":\"v2\",\"allergies\":\"Aucune\",\"renal_function\":\"DFG 92\",\"pregnancy\":\"possible\"}");
    refused(w, &w->technologist, "start", NULL, ERR_CONFLICT, "pregnancy-decision");
    refused(w, &w->technologist, "decide-pregnancy", "{\"text\":\"On y va\"}", ERR_DENIED, NULL);
    does(w, &w->imager, "decide-pregnancy", "{\"text\":\"Urgence vitale, passage unique\"}");
    does(w, &w->technologist, "start", NULL);
}

static const char *given(char text[400], const char *rest)
{
    snprintf(text, 400, "{\"product\":\"Iomeprol\",\"batch\":\"B12\",\"given_at_ms\":%" PRId64 ",%s}", clock_now_ms(), rest);
    return text;
}

static void a_technologist_gives_what_is_prescribed_with_a_physician_there(void **state) /* S5 L2 L5 E23 E24 */
{
    World    *w = *state;
    OWNED_ACT a = { 0 };
    char      t[400], rest[200];
    begun(w, "contrast");
    refused(w, &w->technologist, "give-drug", given(t, "\"kind\":\"contrast\",\"dose\":90,\"unit\":\"ml\",\"route\":\"intravenous\""), ERR_CONFLICT, "prescription");
    refused(w, &w->technologist, "prescribe", "{\"kind\":\"contrast\",\"text\":\"90 ml\"}", ERR_DENIED, NULL);
    MUST(db_write(w->host, run_sql, "UPDATE person SET profession = 'midwife' WHERE login = 'demandeur'", fault));
    refused(w, &w->requester, "prescribe", "{\"kind\":\"contrast\",\"text\":\"90 ml\"}", ERR_CONFLICT, "physician");
    does(w, &w->imager, "prescribe", "{\"kind\":\"contrast\",\"text\":\"Ioméprol 400, 90 ml IV\"}");
    int64_t id = last_id(w, "prescriptions");
    snprintf(rest, sizeof rest, "\"prescription_id\":%" PRId64 ",\"kind\":\"other\",\"dose\":90,\"unit\":\"ml\",\"route\":\"intravenous\"", id);
    refused(w, &w->technologist, "give-drug", given(t, rest), ERR_CONFLICT, "prescription"); /* another product than prescribed */
    snprintf(rest, sizeof rest, "\"prescription_id\":%" PRId64 ",\"kind\":\"contrast\",\"route\":\"intravenous\"", id);
    refused(w, &w->technologist, "give-drug", given(t, rest), ERR_CONFLICT, "dose");
    snprintf(rest, sizeof rest, "\"prescription_id\":%" PRId64 ",\"kind\":\"contrast\",\"dose\":90,\"unit\":\"ml\",\"route\":\"intravenous\"", id);
    does(w, &w->local, "local-leaves", "{\"reason\":\"Urgence\"}");
    refused(w, &w->technologist, "give-drug", given(t, rest), ERR_CONFLICT, "local-there");
    does(w, &w->local, "confirm-local-presence", NULL);
    does(w, &w->technologist, "give-drug", given(t, rest));
    load_act(w, &a);
    const json_t *drug = json_array_get(act_fact(&a, "drugs", NULL), 0);
    assert_int_equal(json_integer_value(json_object_get(json_object_get(drug, "prescriber"), "id")), w->imager.person_id);

    does(w, &w->imager, "prescribe", "{\"kind\":\"radiopharmaceutical\",\"text\":\"FDG 200 MBq\"}");
    id = last_id(w, "prescriptions");
    snprintf(rest, sizeof rest, "\"prescription_id\":%" PRId64 ",\"kind\":\"radiopharmaceutical\",\"route\":\"intravenous\"", id);
    refused(w, &w->technologist, "give-drug", given(t, rest), ERR_CONFLICT, "nuclear-physician");
    refused(w, &w->technologist, "give-drug", given(t, rest), ERR_CONFLICT, "radionuclide");
    refused(w, &w->technologist, "give-drug", given(t, rest), ERR_CONFLICT, "activity");
}

static void the_acts_of_a_technologist_have_their_conditions(void **state) /* L5: R.4351-1 to -2-2 */
{
    static const struct {
        const char *act;
        bool        prescribed, physician;
    } ACTS[] = { { "positioning", false, false },  { "monitoring", false, false }, { "image-processing", false, false },
                 { "venous-line", true, false },   { "blood-sample", true, false }, { "oral-product", true, false },
                 { "injection", true, true },      { "stress-test", true, true },   { "aerosol", true, true } };
    World *w = *state;
    char   bare[120], whole[160];
    begun(w, "none");
    does(w, &w->imager, "prescribe", "{\"kind\":\"other\",\"text\":\"Selon protocole\"}");
    int64_t id = last_id(w, "prescriptions");
    does(w, &w->local, "local-leaves", "{\"reason\":\"Bloc\"}");
    for (size_t i = 0; i < COUNT(ACTS); i++) {
        snprintf(bare, sizeof bare, "{\"act\":\"%s\"}", ACTS[i].act);
        snprintf(whole, sizeof whole, "{\"act\":\"%s\",\"prescription_id\":%" PRId64 "}", ACTS[i].act, id);
        if (ACTS[i].prescribed)
            refused(w, &w->technologist, "technologist-act", bare, ERR_CONFLICT, "prescription");
        else
            does(w, &w->technologist, "technologist-act", bare);
        if (ACTS[i].physician)
            refused(w, &w->technologist, "technologist-act", whole, ERR_CONFLICT, "physician-there");
        else
            does(w, &w->technologist, "technologist-act", whole);
    }
    does(w, &w->local, "confirm-local-presence", NULL);
    for (size_t i = 0; i < COUNT(ACTS); i++) {
        snprintf(whole, sizeof whole, "{\"act\":\"%s\",\"prescription_id\":%" PRId64 "}", ACTS[i].act, id);
        does(w, &w->technologist, "technologist-act", whole);
    }
    refused(w, &w->local, "technologist-act", "{\"act\":\"positioning\"}", ERR_DENIED, NULL);
}

static int64_t escalations(World *w)
{
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    return json_integer_value(json_object_get(json_array_get(act_fact(&a, "incidents", NULL), 0), "escalations"));
}

static void an_adverse_effect_is_acknowledged_by_both_and_cared_for(void **state) /* E21 E23 */
{
    World *w = *state;
    char   t[200], care[300];
    begun(w, "none");
    does(w, &w->technologist, "report-incident", "{\"kind\":\"adverse-effect\",\"text\":\"Urticaire\"}");
    int64_t id = last_id(w, "incidents");
    snprintf(t, sizeof t, "{\"id\":%" PRId64 "}", id);
    refused(w, &w->technologist, "acknowledge-incident", t, ERR_DENIED, NULL);
    does(w, &w->imager, "acknowledge-incident", t);
    refused(w, &w->imager, "acknowledge-incident", t, ERR_CONFLICT, "incident-waits");
    assert_int_equal(run_jobs(w, "act.incident-due"), 0); /* not yet */
    clock_advance(3 * 60000 + 1000);
    assert_int_equal(run_jobs(w, "act.incident-due"), 1);
    assert_int_equal(escalations(w), 1); /* the local physician is silent */
    assert_int_equal(number_of(w, "SELECT count(*) FROM audit_line WHERE what = 'step escalate-incident'"), 1);
    does(w, &w->local, "acknowledge-incident", t);
    clock_advance(6 * 60000);
    run_jobs(w, "act.incident-due");
    assert_int_equal(escalations(w), 1);

    release(w);
    refused(w, &w->technologist, "patient-left", NULL, ERR_CONFLICT, "care");
    snprintf(care, sizeof care, "{\"id\":%" PRId64 ",\"text\":\"x\"}", id);
    refused(w, &w->technologist, "resolve-incident", care, ERR_CONFLICT, "care");
    snprintf(care, sizeof care, "{\"id\":%" PRId64 ",\"text\":\"Antihistaminique\",\"outcome\":\"\",\"care_at_ms\":%" PRId64 "}", id, clock_now_ms());
    refused(w, &w->local, "record-care", care, ERR_CONFLICT, "outcome");
    snprintf(care, sizeof care, "{\"id\":%" PRId64 ",\"text\":\"Antihistaminique\",\"outcome\":\"Régression\",\"care_at_ms\":%" PRId64 "}", id, clock_now_ms() + 3600000);
    refused(w, &w->local, "record-care", care, ERR_CONFLICT, "care-when");
    snprintf(care, sizeof care, "{\"id\":%" PRId64 ",\"text\":\"Antihistaminique\",\"outcome\":\"Régression\",\"care_at_ms\":%" PRId64 "}", id, clock_now_ms());
    refused(w, &w->imager, "record-care", care, ERR_DENIED, NULL);
    does(w, &w->local, "record-care", care);
    does(w, &w->technologist, "patient-left", NULL);
    is_now(w, ACT_LEFT);
}

static int64_t urgent_times(World *w, const char *member)
{
    OWNED_ACT a = { 0 };
    load_act(w, &a);
    return json_integer_value(json_object_get(json_array_get(act_fact(&a, "urgent", NULL), 0), member));
}

static void an_urgent_finding_is_spoken_and_closed_by_the_action_taken(void **state) /* E26 */
{
    World *w = *state;
    char   t[400];
    begun(w, "none");
    refused(w, &w->technologist, "report-urgent", "{\"category\":\"hours\",\"text\":\"AVC\"}", ERR_DENIED, NULL);
    refused(w, &w->imager, "report-urgent", "{\"category\":\"immediate\"}", ERR_CONFLICT, "text");
    does(w, &w->imager, "report-urgent", "{\"category\":\"immediate\",\"text\":\"Pneumothorax compressif\"}");
    int64_t id = last_id(w, "urgent");
    assert_true(urgent_times(w, "due_ms") <= clock_now_ms() + 30 * 60000);

    snprintf(t, sizeof t, "{\"id\":%" PRId64 ",\"text\":\"Drainage\"}", id);
    refused(w, &w->local, "act-on-urgent", t, ERR_CONFLICT, "urgent-told"); /* a summons is not a telling */
    snprintf(t, sizeof t, "{\"id\":%" PRId64 ",\"to\":\"Dr NGUYEN\",\"how\":\"message\",\"repeated\":\"Pneumothorax compressif droit\",\"told_at_ms\":%" PRId64 "}", id, clock_now_ms());
    refused(w, &w->imager, "tell-urgent", t, ERR_CONFLICT, "spoken");
    snprintf(t, sizeof t, "{\"id\":%" PRId64 ",\"to\":\"Dr NGUYEN\",\"how\":\"voice\",\"repeated\":\"oui\",\"told_at_ms\":%" PRId64 "}", id, clock_now_ms());
    refused(w, &w->imager, "tell-urgent", t, ERR_CONFLICT, "read-back");
    snprintf(t, sizeof t, "{\"id\":%" PRId64 ",\"to\":\"Dr NGUYEN\",\"how\":\"voice\",\"repeated\":\"Pneumothorax compressif droit\",\"told_at_ms\":%" PRId64 "}", id, clock_now_ms() + 3600000);
    refused(w, &w->imager, "tell-urgent", t, ERR_CONFLICT, "told-when");

    clock_advance(31 * 60000);
    assert_int_equal(run_jobs(w, "act.urgent-due"), 1);
    assert_int_equal(urgent_times(w, "escalations"), 1);
    clock_advance(5 * 60000 + 1000);
    assert_int_equal(run_jobs(w, "act.urgent-due"), 1); /* and again, until somebody acts */
    assert_int_equal(urgent_times(w, "escalations"), 2);

    snprintf(t, sizeof t, "{\"id\":%" PRId64 ",\"to\":\"Dr NGUYEN\",\"how\":\"voice\",\"repeated\":\"Pneumothorax compressif droit\",\"told_at_ms\":%" PRId64 "}", id, clock_now_ms());
    refused(w, &w->local, "tell-urgent", t, ERR_DENIED, NULL);
    does(w, &w->imager, "tell-urgent", t);
    snprintf(t, sizeof t, "{\"id\":%" PRId64 ",\"text\":\"Drainage\"}", id);
    refused(w, &w->technologist, "act-on-urgent", t, ERR_CONFLICT, "urgent-mine");
    refused(w, &w->imager, "act-on-urgent", t, ERR_CONFLICT, "urgent-mine");
    char named[100];
    snprintf(named, sizeof named, "{\"id\":%" PRId64 ",\"person_id\":%" PRId64 "}", id, w->stranger.person_id);
    refused(w, &w->local, "delegate-urgent", named, ERR_CONFLICT, "delegate");
    snprintf(named, sizeof named, "{\"id\":%" PRId64 ",\"person_id\":%" PRId64 "}", id, w->nuclear.person_id);
    refused(w, &w->technologist, "delegate-urgent", named, ERR_DENIED, NULL);
    does(w, &w->local, "delegate-urgent", named);
    does(w, &w->nuclear, "act-on-urgent", t);
    refused(w, &w->local, "act-on-urgent", t, ERR_CONFLICT, "urgent-known"); /* closed once */
    clock_advance(6 * 60000);
    run_jobs(w, "act.urgent-due");
    assert_int_equal(urgent_times(w, "escalations"), 2);
    is_whole(w);
}

static void an_urgent_report_is_not_signed_before_it_is_told_nor_closed_before_somebody_acted(void **state) /* E26 */
{
    World *w = *state;
    char   proof[300], t[400], content[2000];
    begun(w, "none");
    release(w);
    does(w, &w->technologist, "patient-left", NULL);
    imager_signs_in(w);
    does(w, &w->imager, "open-reading", NULL);
    snprintf(content, sizeof content, "%s", A_REPORT);
    memcpy(strstr(content, "\"urgent\":false"), "\"urgent\":true ", 14);
    write_report(w, &w->imager, 0, content);
    clock_advance(31000);
    signing(w, proof, sizeof proof);
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "urgent-told");
    does(w, &w->imager, "report-urgent", "{\"category\":\"hours\",\"text\":\"Embolie pulmonaire\"}");
    refused(w, &w->imager, "sign", proof, ERR_CONFLICT, "urgent-told");
    int64_t id = last_id(w, "urgent");
    snprintf(t, sizeof t, "{\"id\":%" PRId64 ",\"to\":\"Dr DUBOIS\",\"how\":\"video\",\"repeated\":\"Embolie pulmonaire bilatérale\",\"told_at_ms\":%" PRId64 "}", id, clock_now_ms());
    does(w, &w->imager, "tell-urgent", t);
    does(w, &w->imager, "sign", proof);
    run_jobs(w, "act.deliver");
    does(w, &w->requester, "acknowledge", NULL);
    refused(w, &w->requester, "close", NULL, ERR_CONFLICT, "urgent-open");
    snprintf(t, sizeof t, "{\"id\":%" PRId64 ",\"text\":\"Anticoagulation débutée\"}", id);
    does(w, &w->requester, "act-on-urgent", t);
    Err         err     = { 0 };
    MissingList missing = { 0 };
    assert_false(try_step(w, &w->requester, "close", NULL, &missing, &err)); /* the patient and the record are still due */
    assert_false(names(&missing, "urgent-open"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(the_verdict_says_what_is_injected),
        WITH_WORLD(nothing_is_injected_before_the_local_physician_has_confirmed),
        WITH_WORLD(the_local_physician_of_every_exam_can_be_called),
        WITH_WORLD(the_link_to_the_patient_is_tested_and_no_page_attests_a_video),
        WITH_WORLD(nuclear_medicine_waits_for_its_physician_and_its_video),
        WITH_WORLD(a_video_that_the_relay_denies_is_an_incident_of_any_exam),
        WITH_WORLD(the_sheet_is_gone_through_and_pregnancy_asked_again),
        WITH_WORLD(a_technologist_gives_what_is_prescribed_with_a_physician_there),
        WITH_WORLD(the_acts_of_a_technologist_have_their_conditions),
        WITH_WORLD(an_adverse_effect_is_acknowledged_by_both_and_cared_for),
        WITH_WORLD(an_urgent_finding_is_spoken_and_closed_by_the_action_taken),
        WITH_WORLD(an_urgent_report_is_not_signed_before_it_is_told_nor_closed_before_somebody_acted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
