/*
 * An act as its log tells it: events in, state and facts out. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_projection.h"

#include <stdio.h>

#include "clinic/workflow/act_steps.h"

/* ---- what an event does to the facts ---- */

/* {at_ms, by} and the members of the event's data. */
static json_t *stamped(const ActEvent *e)
{
    json_t *stamp = json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e));
    if (stamp && e->data)
        json_object_update_missing(stamp, e->data);
    return stamp;
}

static void fact_set(Act *a, const char *key, json_t *value)
{
    json_object_set_new(a->facts, key, value);
}

static void member_set(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

static json_t *list_of(Act *a, const char *key)
{
    json_t *list = json_object_get(a->facts, key);
    if (!list) {
        list = json_array();
        json_object_set_new(a->facts, key, list);
    }
    return list;
}

/* Adds an item that is named by the event's number in this act. */
static json_t *item_add(Act *a, const ActEvent *e, const char *list)
{
    json_t *item = stamped(e);
    member_set(item, "id", json_integer(e->seq));
    json_array_append_new(list_of(a, list), item);
    return item;
}

static int64_t data_int(const ActEvent *e, const char *key)
{
    return json_integer_value(json_object_get(e->data, key));
}

static const char *data_text(const ActEvent *e, const char *key)
{
    const char *text = json_string_value(json_object_get(e->data, key));
    return text ? text : "";
}

static void on_create(Act *a, const ActEvent *e)
{
    snprintf(a->number, sizeof a->number, "%s", data_text(e, "number"));
    snprintf(a->kind, sizeof a->kind, "%s", data_text(e, "kind"));
    snprintf(a->modality, sizeof a->modality, "%s", data_text(e, "modality"));
    snprintf(a->priority, sizeof a->priority, "%s", data_text(e, "priority"));
    snprintf(a->region, sizeof a->region, "%s", data_text(e, "region"));
    a->patient_id       = data_int(e, "patient_id");
    a->requester_org_id = data_int(e, "requester_org_id");
    a->site_id          = data_int(e, "site_id");
    a->imaging_id       = data_int(e, "imaging_id");
    a->requester_id     = e->person_id;
    a->created_at_ms    = e->at_ms;
    a->convention_id    = e->convention_id;
    fact_set(a, "delays", json_deep_copy(json_object_get(e->data, "delays")));
    fact_set(a, "request", json_object());
}

/* A change of priority or modality brings the convention clause that covers it. */
static void clause_follow(Act *a, const ActEvent *e)
{
    json_t *delays = json_object_get(e->data, "delays");
    if (delays) {
        fact_set(a, "delays", json_deep_copy(delays));
        a->convention_id = e->convention_id;
    }
}

static void on_edit_request(Act *a, const ActEvent *e)
{
    json_object_update(json_object_get(a->facts, "request"), json_object_get(e->data, "request"));
    if (*data_text(e, "priority"))
        snprintf(a->priority, sizeof a->priority, "%s", data_text(e, "priority"));
    if (*data_text(e, "region"))
        snprintf(a->region, sizeof a->region, "%s", data_text(e, "region"));
    clause_follow(a, e);
}

static void on_record_consent(Act *a, const ActEvent *e)
{
    bool act = strcmp(data_text(e, "subject"), "act") == 0;
    fact_set(a, act ? "consent_act" : "consent_distance", stamped(e));
}

static void on_withdraw_consent(Act *a, const ActEvent *e)
{
    bool    act     = strcmp(data_text(e, "subject"), "act") == 0;
    json_t *consent = json_object_get(a->facts, act ? "consent_act" : "consent_distance");
    if (!consent) {
        consent = json_object();
        json_object_set_new(a->facts, act ? "consent_act" : "consent_distance", consent);
    }
    member_set(consent, "withdrawn_at_ms", json_integer(e->at_ms));
    member_set(consent, "withdrawn_by", act_by(e));
    member_set(consent, "withdrawn_reason", json_string(data_text(e, "reason")));
}

static void sign_request(Act *a, const ActEvent *e)
{
    fact_set(a, "signed_request", json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
}

static void on_send(Act *a, const ActEvent *e)
{
    a->asked_at_ms  = e->at_ms;
    a->requester_id = e->person_id;
    sign_request(a, e);
    clause_follow(a, e);
}

static void on_ask_information(Act *a, const ActEvent *e)
{
    item_add(a, e, "questions");
    fact_set(a, "paused_since_ms", json_integer(e->at_ms));
}

/* The clock stood still since the question. */
static void clock_resume(Act *a, const ActEvent *e)
{
    int64_t since  = act_fact_int(a, "paused_since_ms", NULL);
    int64_t before = act_fact_int(a, "paused_ms", NULL);
    if (since)
        fact_set(a, "paused_ms", json_integer(before + e->at_ms - since));
    json_object_del(a->facts, "paused_since_ms");
}

static void on_answer_information(Act *a, const ActEvent *e)
{
    json_t *question = act_item(a, "questions", data_int(e, "id"));
    member_set(question, "answer", json_string(data_text(e, "text")));
    member_set(question, "answered_at_ms", json_integer(e->at_ms));
    member_set(question, "answered_by", act_by(e));
    clock_resume(a, e);
    sign_request(a, e);
}

static void on_accept(Act *a, const ActEvent *e)
{
    json_t *verdict  = stamped(e);
    json_t *protocol = json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e));
    json_object_update_missing(protocol, json_object_get(e->data, "protocol"));
    json_object_del(verdict, "protocol");
    json_object_del(verdict, "delays");
    json_t *change = json_object_get(e->data, "change");
    if (json_is_object(change)) {
        const char *modality = json_string_value(json_object_get(change, "modality"));
        const char *region   = json_string_value(json_object_get(change, "region"));
        member_set(verdict, "asked", json_pack("{s:s, s:s}", "modality", a->modality, "region", a->region));
        if (modality && *modality)
            snprintf(a->modality, sizeof a->modality, "%s", modality);
        if (region && *region)
            snprintf(a->region, sizeof a->region, "%s", region);
    }
    fact_set(a, "verdict", verdict);
    fact_set(a, "protocol", protocol);
    a->imager_id = e->person_id;
    clause_follow(a, e);
}

static void on_refuse(Act *a, const ActEvent *e)
{
    fact_set(a, "refusal", stamped(e));
    clock_resume(a, e);
    a->imager_id = e->person_id;
}

static void on_cancel(Act *a, const ActEvent *e)
{
    fact_set(a, "cancellation", stamped(e));
    clock_resume(a, e);
}

static void on_plan(Act *a, const ActEvent *e)
{
    fact_set(a, "slot", stamped(e));
    snprintf(a->accession, sizeof a->accession, "%s", data_text(e, "accession"));
    snprintf(a->study_uid, sizeof a->study_uid, "%s", data_text(e, "study_uid"));
    snprintf(a->sps_id, sizeof a->sps_id, "%s", data_text(e, "sps_id"));
    a->slot_start_ms = data_int(e, "start_ms");
    a->slot_room_id  = data_int(e, "room_id");
}

static void on_confirm_local_presence(Act *a, const ActEvent *e)
{
    json_t *physician = json_object_get(a->facts, "local_physician");
    member_set(physician, "confirmed_at_ms", json_integer(e->at_ms));
}

static void incident_add(Act *a, const ActEvent *e, const char *kind, const char *text)
{
    json_t *item = item_add(a, e, "incidents");
    member_set(item, "kind", json_string(kind));
    if (text)
        member_set(item, "text", json_string(text));
}

static void on_check_identity(Act *a, const ActEvent *e)
{
    fact_set(a, "identity", stamped(e));
    if (strcmp(data_text(e, "result"), "mismatch") == 0)
        incident_add(a, e, "identity", "L’identité vérifiée sur place n’est pas celle de la demande.");
    a->technologist_id = e->person_id;
}

static json_t *presence_of(Act *a)
{
    json_t *presence = json_object_get(a->facts, "imager_presence");
    if (!presence) {
        presence = json_pack("{s:b, s:[]}", "present", 0, "losses");
        json_object_set_new(a->facts, "imager_presence", presence);
    }
    return presence;
}

static void on_imager_present(Act *a, const ActEvent *e)
{
    json_t *presence = presence_of(a);
    json_t *losses   = json_object_get(presence, "losses");
    size_t  count    = json_array_size(losses);
    json_t *last     = count ? json_array_get(losses, count - 1) : NULL;
    if (last && !json_object_get(last, "to_ms"))
        member_set(last, "to_ms", json_integer(e->at_ms));
    member_set(presence, "present", json_true());
    json_object_del(presence, "lost");
    member_set(presence, "since_ms", json_integer(e->at_ms));
    member_set(presence, "by", act_by(e));
}

static void presence_ends(Act *a, const ActEvent *e, int64_t since_ms, bool lost)
{
    json_t *presence = presence_of(a);
    bool    was      = json_is_true(json_object_get(presence, "present"));
    member_set(presence, "present", json_false());
    member_set(presence, "since_ms", json_integer(since_ms));
    member_set(presence, "lost", json_boolean(lost));
    if (was && e->from == ACT_RUNNING)
        json_array_append_new(json_object_get(presence, "losses"),
                              json_pack("{s:I, s:b}", "from_ms", (json_int_t)since_ms, "lost", lost));
}

static void on_imager_absent(Act *a, const ActEvent *e)
{
    presence_ends(a, e, e->at_ms, false);
}

/* The page went without a word: absent since then, not since it was noticed; never before the imager came. */
static void on_imager_lost(Act *a, const ActEvent *e)
{
    int64_t since_ms = data_int(e, "since_ms"), came_ms = act_fact_int(a, "imager_presence", "since_ms");
    presence_ends(a, e, since_ms > came_ms ? since_ms : came_ms, true);
}

static void on_start(Act *a, const ActEvent *e)
{
    fact_set(a, "acquisition",
             json_pack("{s:I, s:o}", "started_at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
    a->technologist_id = e->person_id;
}

static void on_end_acquisition(Act *a, const ActEvent *e)
{
    member_set(
        json_object_get(a->facts, "acquisition"), "ended",
        json_pack("{s:I, s:I}", "at_ms", (json_int_t)e->at_ms, "made", (json_int_t)data_int(e, "made")));
}

/* What a machine says of one step: the last word counts. */
static void on_performed_step(Act *a, const ActEvent *e)
{
    json_t *list = list_of(a, "performed"), *one;
    size_t  i;
    json_array_foreach (list, i, one)
        if (strcmp(data_text(e, "uid"), json_string_value(json_object_get(one, "uid"))) == 0) {
            json_array_set_new(list, i, stamped(e));
            return;
        }
    json_array_append_new(list, stamped(e));
}

static void on_order(Act *a, const ActEvent *e)
{
    item_add(a, e, "orders");
}

static void on_more_images(Act *a, const ActEvent *e)
{
    json_t *order = item_add(a, e, "orders");
    member_set(order, "to", json_string("technologist"));
    member_set(order, "kind", json_string("more-images"));
    json_object_del(a->facts, "quality"); /* judged without the images that are asked for now */
    member_set(json_object_get(a->facts, "acquisition"), "ended", json_null());
}

static void on_acknowledge_order(Act *a, const ActEvent *e)
{
    json_t *order = act_item(a, "orders", data_int(e, "id"));
    member_set(order, "acknowledged_at_ms", json_integer(e->at_ms));
    member_set(order, "acknowledged_by", act_by(e));
}

static void on_answer_order(Act *a, const ActEvent *e)
{
    json_t *order = act_item(a, "orders", data_int(e, "id"));
    if (!json_object_get(order, "acknowledged_at_ms"))
        on_acknowledge_order(a, e);
    member_set(order, "answer", json_string(data_text(e, "text")));
    member_set(order, "answered_at_ms", json_integer(e->at_ms));
    member_set(order, "answered_by", act_by(e));
}

static void on_escalate_order(Act *a, const ActEvent *e)
{
    json_t *order = act_item(a, "orders", data_int(e, "id"));
    member_set(order, "escalated_at_ms", json_integer(e->at_ms));
    member_set(order, "escalated_to", json_string(data_text(e, "to")));
    if (!json_object_get(order, "called"))
        member_set(order, "called", json_array());
    json_array_append_new(json_object_get(order, "called"),
                          json_string(data_text(e, "to"))); /* each of them may still answer */
    member_set(order, "due_ms", json_integer(data_int(e, "due_ms")));
}

static void on_report_incident(Act *a, const ActEvent *e)
{
    item_add(a, e, "incidents");
}

static void on_resolve_incident(Act *a, const ActEvent *e)
{
    json_t *incident = act_item(a, "incidents", data_int(e, "id"));
    member_set(incident, "resolved_at_ms", json_integer(e->at_ms));
    member_set(incident, "resolved_by", act_by(e));
    member_set(incident, "resolution", json_string(data_text(e, "text")));
}

/* A mark on the signed report, until its imager has looked again; a correction that is undone takes it away. */
static void on_images_corrected(Act *a, const ActEvent *e)
{
    size_t  i;
    json_t *mark;
    if (strcmp(data_text(e, "kind"), "undone") != 0) {
        item_add(a, e, "report_marks");
        return;
    }
    json_array_foreach (list_of(a, "report_marks"), i, mark)
        if (json_integer_value(json_object_get(mark, "correction_id")) == data_int(e, "correction_id"))
            member_set(mark, "undone_at_ms", json_integer(e->at_ms));
}

static void on_review_report(Act *a, const ActEvent *e)
{
    json_t *mark = act_item(a, "report_marks", data_int(e, "id"));
    member_set(mark, "reviewed_at_ms", json_integer(e->at_ms));
    member_set(mark, "reviewed_by", act_by(e));
    member_set(mark, "verdict", json_string(data_text(e, "verdict")));
    member_set(mark, "review", json_string(data_text(e, "text")));
}

static void on_patient_gone(Act *a, const ActEvent *e)
{
    json_t *departure = stamped(e);
    member_set(departure, "released", json_false());
    fact_set(a, "departure", departure);
    incident_add(a, e, "other", data_text(e, "text"));
}

static void on_patient_left(Act *a, const ActEvent *e)
{
    json_t *departure = stamped(e);
    member_set(departure, "released", json_true());
    fact_set(a, "departure", departure);
}

/* The patient comes again: what belonged to the first coming has to be done once more. */
static void on_recall(Act *a, const ActEvent *e)
{
    static const char *const AGAIN[] = { "slot",    "identity",  "imager_presence",       "acquisition",
                                         "quality", "departure", "protocol_acknowledged", "local_physician" };
    json_array_append_new(list_of(a, "recalls"), stamped(e));
    for (size_t i = 0; i < COUNT(AGAIN); i++)
        json_object_del(a->facts, AGAIN[i]);
    a->slot_start_ms = 0;
    a->slot_room_id  = 0;
    a->sps_id[0]     = '\0';
}

static void on_open_reading(Act *a, const ActEvent *e)
{
    if (act_fact(a, "reading", NULL))
        return; /* the first reader is the reader; opening again changes nothing */
    fact_set(a, "reading", stamped(e));
    if (!act_fact(a, "outcome", NULL))
        fact_set(a, "outcome", json_string("interpreted"));
    a->reader_id = e->person_id;
}

/* Earlier readings stand side by side: one inside the other they would soon be too deep to be read again. */
static void on_take_over_reading(Act *a, const ActEvent *e)
{
    json_t *reading = stamped(e);
    json_t *last    = json_deep_copy(json_object_get(a->facts, "reading"));
    json_t *before  = json_incref(json_object_get(last, "before"));
    if (!before)
        before = json_array();
    json_object_del(last, "before");
    json_array_append_new(before, last);
    member_set(reading, "before", before);
    fact_set(a, "reading", reading);
    a->reader_id = e->person_id;
}

static void on_not_interpretable(Act *a, const ActEvent *e)
{
    fact_set(a, "not_interpretable", stamped(e));
    fact_set(a, "outcome", json_string("not-interpretable"));
}

static void on_interpretable(Act *a, const ActEvent *e)
{
    (void)e;
    json_object_del(a->facts, "not_interpretable");
    fact_set(a, "outcome", json_string("interpreted"));
}

static void on_sign(Act *a, const ActEvent *e)
{
    fact_set(a, "signature", stamped(e));
    member_set(json_object_get(a->facts, "reading"), "ended_at_ms", json_integer(e->at_ms));
}

static void on_deliver(Act *a, const ActEvent *e)
{
    fact_set(a, "deliveries", json_deep_copy(json_object_get(e->data, "deliveries")));
    fact_set(a, "delivered_at_ms", json_integer(e->at_ms));
    fact_set(a, "document", json_deep_copy(json_object_get(e->data, "document")));
}

/* The patient's own line among the deliveries says how far it is; NULL before anything is delivered. E31 E34.
 */
static void patient_delivery(Act *a, const ActEvent *e, const char *status, const char *why)
{
    size_t  i;
    json_t *line;
    json_array_foreach (json_object_get(a->facts, "deliveries"), i, line) {
        const char *to = json_string_value(json_object_get(line, "to"));
        if (!to || strcmp(to, "patient") != 0)
            continue;
        member_set(line, "status", json_string(status));
        member_set(line, "why", why ? json_string(why) : json_null());
        member_set(line, "at_ms", json_integer(e->at_ms));
    }
}

static void on_inform_patient(Act *a, const ActEvent *e)
{
    fact_set(a, "patient_informed", stamped(e));
    if (!act_fact(a, "patient_copy", NULL))
        patient_delivery(a, e, "waiting", "no-copy-yet");
}

static void on_patient_copy(Act *a, const ActEvent *e)
{
    bool paper = strcmp(data_text(e, "how"), "paper") == 0;
    fact_set(a, "patient_copy", stamped(e));
    patient_delivery(a, e, paper ? "delivered" : "not-reached", paper ? NULL : "none-wanted");
}

static void on_message(Act *a, const ActEvent *e)
{
    json_t *item = stamped(e);
    member_set(item, "seq", json_integer(e->seq));
    json_array_append_new(list_of(a, "messages"), item);
}

static void on_overdue(Act *a, const ActEvent *e)
{
    json_array_append_new(list_of(a, "overdue"), stamped(e));
}

/* A step either stamps one fact with its data, or has an act of its own. */
static const struct {
    const char *step;
    const char *fact;
    void (*apply)(Act *a, const ActEvent *e);
} APPLY[] = {
    { "create", NULL, on_create },
    { "edit-request", NULL, on_edit_request },
    { "record-information", "information", NULL },
    { "record-consent", NULL, on_record_consent },
    { "withdraw-consent", NULL, on_withdraw_consent },
    { "emergency-exception", "emergency_exception", NULL },
    { "send", NULL, on_send },
    { "ask-information", NULL, on_ask_information },
    { "answer-information", NULL, on_answer_information },
    { "accept", NULL, on_accept },
    { "refuse", NULL, on_refuse },
    { "offer-alternative", "alternative", NULL },
    { "plan", NULL, on_plan },
    { "cancel", NULL, on_cancel },
    { "name-local-physician", "local_physician", NULL },
    { "confirm-local-presence", NULL, on_confirm_local_presence },
    { "acknowledge-protocol", "protocol_acknowledged", NULL },
    { "check-identity", NULL, on_check_identity },
    { "imager-present", NULL, on_imager_present },
    { "imager-absent", NULL, on_imager_absent },
    { "imager-lost", NULL, on_imager_lost },
    { "start", NULL, on_start },
    { "order", NULL, on_order },
    { "acknowledge-order", NULL, on_acknowledge_order },
    { "answer-order", NULL, on_answer_order },
    { "escalate-order", NULL, on_escalate_order },
    { "report-incident", NULL, on_report_incident },
    { "wrong-patient", NULL, on_report_incident },
    { "resolve-incident", NULL, on_resolve_incident },
    { "images-corrected", NULL, on_images_corrected },
    { "review-report", NULL, on_review_report },
    { "end-acquisition", NULL, on_end_acquisition },
    { "more-images", NULL, on_more_images },
    { "judge-quality", "quality", NULL },
    { "release", "release", NULL },
    { "patient-left", NULL, on_patient_left },
    { "patient-gone", NULL, on_patient_gone },
    { "recall", NULL, on_recall },
    { "abandon", "abandonment", NULL },
    { "open-reading", NULL, on_open_reading },
    { "take-over-reading", NULL, on_take_over_reading },
    { "not-interpretable", NULL, on_not_interpretable },
    { "interpretable", NULL, on_interpretable },
    { "sign", NULL, on_sign },
    { "deliver", NULL, on_deliver },
    { "acknowledge", "acknowledged", NULL },
    { "inform-patient", NULL, on_inform_patient },
    { "patient-copy", NULL, on_patient_copy },
    { "check-dmp", "dmp", NULL },
    { "close", "closed", NULL },
    { "message", NULL, on_message },
    { "overdue", NULL, on_overdue },
    { "performed-step", NULL, on_performed_step },
    { "images-counted", "completeness", NULL },
};

bool act_apply(Act *a, const ActEvent *e)
{
    if (!a->facts)
        a->facts = json_object();
    if (!a->facts)
        return false;
    for (size_t i = 0; i < COUNT(APPLY); i++) {
        if (strcmp(APPLY[i].step, e->step) != 0)
            continue;
        if (APPLY[i].fact)
            fact_set(a, APPLY[i].fact, stamped(e));
        else
            APPLY[i].apply(a, e);
        break;
    }
    a->state    = e->to;
    a->last_seq = e->seq;
    snprintf(a->last_hash, sizeof a->last_hash, "%s", e->hash);
    if (!act_step_is_quiet(e->step))
        a->version++;
    const char *what = "";
    int64_t     at   = 0;
    if (!act_deadline(a, &what, &at)) {
        what = "";
        at   = 0;
    }
    snprintf(a->deadline_what, sizeof a->deadline_what, "%s", what);
    a->deadline_at_ms = at;
    return true;
}
