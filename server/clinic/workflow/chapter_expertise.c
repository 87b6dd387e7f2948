/*
 * Tele-expertise: asked, checked, answered by one or several experts. T1 to T7, R.6316-1.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_fitness.h"
#include "clinic/workflow/expertise.h"

#define OPEN (S(DRAFT) | S(ASKED) | S(INFO_ASKED) | S(VALIDATED))

/* clang-format off */
static const ActNeed COVERED[1]     = { { "convention", "S3", act_has_convention, "No convention in force covers this act.", act_explain_clause } };
static const ActNeed MEDICAL[1]     = { { "medical", "T1", expertise_asker_is_medical, "Only a physician, a dental surgeon or a midwife asks for an opinion." } };
static const ActNeed IDENTIFIED[1]  = { { "identity-trusted", "T2", expertise_patient_is_identified, "An opinion for care is given on an identified patient: check an identity document first." } };
static const ActNeed QUESTION[1]    = { { "question", "T1", act_has_question, "Write the question to the expert." } };
static const ActNeed CONTEXT[1]     = { { "context", "T1", expertise_has_context, "Write the clinical context of the question." } };
static const ActNeed IMAGES[1]      = { { "images-chosen", "T2", expertise_has_images, "Choose the series to show to the expert, or say why there are none." } };
static const ActNeed IMAGES_HIS[1]  = { { "images-patient", "T2", expertise_images_fit, "Choose series of this patient, as they are in the archive." } };
static const ActNeed EXPERTS[1]     = { { "experts", "T1", expertise_has_experts, "Choose at least one expert." } };
static const ActNeed EXPERTS_FIT[1] = { { "experts-fit", "T1", expertise_experts_fit, "Choose one to eight imagers of a group of this convention, each once." } };
static const ActNeed STAY_ON[1]     = { { "expert-accepted", "T1", expertise_answered_stay, "An expert who has accepted stays on the list." } };
static const ActNeed MODE_STAYS[1]  = { { "mode-stays", "R.6316-1", expertise_mode_stays, "An expert has answered already: how the experts answer no longer changes." } };
static const ActNeed INFORMED[1]    = { { "information", "T1", act_is_informed, "The patient's information is missing." } };
static const ActNeed CONSENT[1]     = { { "consent-act", "T1", act_has_consent_act, "The patient's consent to this opinion is missing." } };
static const ActNeed NOT_REFUSED[1] = { { "consent-withdrawn", "T1", act_nothing_withdrawn, "The patient has withdrawn a consent." } };
static const ActNeed PATHWAY[1]     = { { "pathway", "S7", act_has_pathway, "Say whether this is the coordinated care pathway, an emergency or direct access." } };
static const ActNeed TREATING[1]    = { { "treating-physician", "S7", act_has_treating, "Name the treating physician, or say that none is declared." } };
static const ActNeed OPEN_ASKED[1]  = { { "question-open", "E7", act_question_is_open, "This question is not open." } };
static const ActNeed MINE[1]        = { { "expert", "T1", expertise_is_mine, "Only an expert who is asked may do this." } };
static const ActNeed NOT_YET[1]     = { { "accepted", "T4", expertise_not_accepted_yet, "You have already answered this request." } };
static const ActNeed ACCEPTED[1]    = { { "expert-accepted", "T4", expertise_accepted_by_me, "Accept the request first." } };
static const ActNeed NOT_ANSWERED[1]= { { "answered", "T5", expertise_not_answered_by_me, "Your answer is already given." } };
static const ActNeed NOT_AGREED[1]  = { { "agreed", "T5", expertise_not_agreed_by_me, "There is nothing here for you to agree to: you write this report, or have agreed to it." } };
static const ActNeed PROPOSED[1]    = { { "delay-proposed", "T4", expertise_delay_is_proposed, "No other delay is proposed." } };
static const ActNeed AGREED[1]      = { { "delay-agreed", "T4", expertise_delay_is_agreed, "The requester has not agreed to the delay proposed." } };
static const ActNeed JOINT[1]       = { { "joint", "R.6316-1", expertise_is_joint, "Each expert answers separately here." } };
static const ActNeed SEPARATE[1]    = { { "separate", "R.6316-1", expertise_is_separate, "The experts answer together here." } };
static const ActNeed OPINION[1]     = { { "opinion", "T5", expertise_opinion_is_whole, "Write what you see and your conclusion." } };
static const ActNeed OPINION_SEEN[1]= { { "opinion-seen", "E16", expertise_opinion_is_seen, "What is signed is not what was shown: read it again." } };
static const ActNeed CHECKED[1]     = { { "checklist", "T2", expertise_is_checked, "Check what is needed, item by item.", expertise_unchecked } };
static const ActNeed EXPLAINED[1]   = { { "check-comment", "T2", expertise_check_explained, "Say what is missing, or why it is not needed." } };
static const ActNeed NO_QUESTION[1] = { { "question-waiting", "T2", expertise_questions_answered, "A question to the requester waits for its answer." } };
static const ActNeed OTHERS_DONE[1] = { { "experts-answered", "R.6316-1", expertise_others_are_done, "An expert who accepted has not answered yet." } };
static const ActNeed READER[1]      = { { "same-reader", "T5", act_same_reader, "Only the expert who writes the report may do this." } };
static const ActNeed REPORT[1]      = { { "report", "T5", act_report_is_full, "The report is incomplete.", act_explain_report } };
static const ActNeed REPORT_SEEN[1] = { { "report-seen", "T5", act_report_is_seen, "The report has changed since it was shown: read it again before signing." } };
static const ActNeed PROOF[1]       = { { "proof", "E16", act_has_proof, "Confirm with your second factor." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "T1 S3", S(DRAFT)|S(INFO_ASKED), "edit-request", REQUESTER, AT_R, NEEDS(COVERED), STAY, 0, "Complete the request" },
    { "T2", S(DRAFT)|S(INFO_ASKED), "choose-images", REQUESTER, AT_R, NEEDS(IMAGES_HIS), STAY, 0, "Choose the images" },
    { "T1 R.6316-1", S(DRAFT), "invite-experts", REQUESTER, AT_R, NEEDS(EXPERTS_FIT, STAY_ON), STAY, 0, "Choose the experts" },
    { "T1 L8 R.6316-1", OPEN & ~S(DRAFT), "invite-experts", REQUESTER, AT_R, NEEDS(EXPERTS_FIT, STAY_ON, MODE_STAYS, NOT_REFUSED, COVERED), STAY, STEP_STALE, "Ask one more expert" },
    { "T1 T2 S3 S7 L8", S(DRAFT), "send", REQUESTER, AT_R, NEEDS(MEDICAL, IDENTIFIED, QUESTION, CONTEXT, IMAGES, EXPERTS, INFORMED, CONSENT, NOT_REFUSED, NEED_NO_OBJECTION, NEED_CONSENTS_FIT, PATHWAY, TREATING, COVERED, NEED_REQUESTER_FIT), ACT_ASKED, 0, "Sign and send the request" },
    { "E9", OPEN, "cancel", REQUESTER, AT_R, NO_NEEDS, ACT_CANCELLED, 0, "Cancel" },
    { "T2 E7", S(ASKED), "ask-information", IMAGER, AT_I, NEEDS(MINE), ACT_INFO_ASKED, 0, "Ask for information" },
    { "T2 E7", S(VALIDATED), "ask-information", IMAGER, AT_I, NEEDS(MINE), STAY, 0, "Ask for information" },
    { "T2 E7", S(INFO_ASKED), "answer-information", REQUESTER, AT_R, NEEDS(OPEN_ASKED), ACT_ASKED, 0, "Answer" },
    { "T2 E7", S(VALIDATED), "answer-information", REQUESTER, AT_R, NEEDS(OPEN_ASKED), STAY, 0, "Answer" },
    { "T4", S(ASKED), "accept", IMAGER, AT_I, NEEDS(MINE, NOT_YET, NEED_IMAGER_FIT), ACT_VALIDATED, STEP_STALE, "Accept", expertise_not_accepted_yet },
    { "T4", S(VALIDATED), "accept", IMAGER, AT_I, NEEDS(MINE, NOT_YET, NEED_IMAGER_FIT), STAY, STEP_STALE, "Accept", expertise_not_accepted_yet },
    { "T3 E8", S(ASKED)|S(INFO_ASKED)|S(VALIDATED), "refuse", IMAGER, AT_I, NEEDS(MINE), STAY, 0, "Refuse", expertise_is_mine },
    { "T3", S(ASKED)|S(INFO_ASKED)|S(VALIDATED), "all-refused", NOBODY, 0, NO_NEEDS, ACT_REFUSED, STEP_SYSTEM, "No expert is left" },
    { "T4", S(ASKED), "ask-duty-expert", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "Unanswered: an expert on duty is asked as well" },
    { "T4", S(ASKED), "nobody-on-duty", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "Nobody on duty: the responsible is called" },
    { "T4", S(VALIDATED), "agree-delay", REQUESTER, AT_R, NEEDS(PROPOSED), STAY, 0, "Answer on the delay", expertise_delay_is_proposed },
    { "T2", S(VALIDATED), "check-item", IMAGER, AT_I, NEEDS(ACCEPTED, EXPLAINED), STAY, STEP_QUIET, "Check what is needed", expertise_accepted_by_me },
    { "T5 O4 R.6316-1", S(VALIDATED), "give-opinion", IMAGER, AT_I, NEEDS(SEPARATE, NOT_ANSWERED, CHECKED, NO_QUESTION, OPINION, OPINION_SEEN, PROOF, NEED_IMAGER_FIT, NEED_DISPLAY_FIT), STAY, STEP_PROOF, "Sign my opinion", expertise_is_separate },
    { "T5 O4 R.6316-1", S(VALIDATED), "agree-report", IMAGER, AT_I, NEEDS(JOINT, NOT_AGREED, REPORT, REPORT_SEEN, PROOF, NEED_IMAGER_FIT, NEED_DISPLAY_FIT), STAY, STEP_PROOF, "Agree to the report", expertise_agreement_waits_for_me },
    { "T2 T4 T5 O4 E16", S(VALIDATED), "sign", IMAGER, AT_I, NEEDS(READER, CHECKED, NO_QUESTION, AGREED, OTHERS_DONE, REPORT, NEED_URGENT_TOLD, REPORT_SEEN, PROOF, NEED_IMAGER_FIT, NEED_DISPLAY_FIT), ACT_SIGNED, STEP_STALE|STEP_PROOF, "Sign the report" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind            max          codes                why     when it is missing */
    { "edit-request",       "request",  "question",             FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "context",              FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "earlier_exams",        FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "allergies",            FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "medication",           FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "pathway",              FIELD_CODE,     0,           CODES_PATHWAY,       NULL,   NULL },
    { "edit-request",       "request",  "treating_physician",   FIELD_OBJECT,   0,           NULL,                NULL,   NULL },
    { "edit-request",       "request",  "answer_within_min",    FIELD_INTEGER,  1000000,     NULL,                NULL,   NULL },
    { "edit-request",       NULL,       "priority",             FIELD_CODE,     0,           CODES_PRIORITY,      NULL,   NULL },
    { "edit-request",       NULL,       "region",               FIELD_TEXT,     64,          NULL,                NULL,   NULL },
    { "choose-images",      NULL,       "series",               FIELD_ARRAY,    EXPERTISE_SERIES_MAX, NULL,       NULL,   NULL },
    { "choose-images",      NULL,       "none_reason",          FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "invite-experts",     NULL,       "experts",              FIELD_ARRAY,    EXPERTS_MAX, NULL,                "T1",   "Choose at least one expert." },
    { "invite-experts",     NULL,       "mode",                 FIELD_CODE,     0,           CODES_EXPERTISE_MODE,NULL,   NULL },
    { "cancel",             NULL,       "code",                 FIELD_CODE,     0,           CODES_CANCELLATION,  "E9",   "Choose the reason of the cancellation." },
    { "cancel",             NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "E9",   "Write the reason of the cancellation." },
    { "ask-information",    NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "E7",   "Write the question." },
    { "answer-information", NULL,       "id",                   FIELD_INTEGER,  INT32_MAX,   NULL,                "E7",   "Say which question is answered." },
    { "answer-information", NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "E7",   "Write the answer." },
    { "accept",             NULL,       "within_min",           FIELD_INTEGER,  1000000,     NULL,                NULL,   NULL },
    { "refuse",             NULL,       "code",                 FIELD_CODE,     0,           CODES_REFUSAL,       "T3",   "Choose the reason of the refusal." },
    { "refuse",             NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "T3",   "Write the reason of the refusal." },
    { "agree-delay",        NULL,       "answer",               FIELD_CODE,     0,           CODES_YES_NO,        "T4",   "Say whether you agree to the delay." },
    { "agree-delay",        NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "check-item",         NULL,       "item",                 FIELD_CODE,     0,           CODES_CHECK_ITEM,    "T2",   "Say which item is checked." },
    { "check-item",         NULL,       "verdict",              FIELD_CODE,     0,           CODES_CHECK,         "T2",   "Give the verdict on this item." },
    { "check-item",         NULL,       "comment",              FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "give-opinion",       NULL,       "results",              FIELD_TEXT,     LONG,        NULL,                "T5",   "Write what you see and your conclusion." },
    { "give-opinion",       NULL,       "conclusion",           FIELD_TEXT,     LONG,        NULL,                "T5",   "Write what you see and your conclusion." },
    { "give-opinion",       NULL,       "sha256",               FIELD_TEXT,     64,          NULL,                "E16",  "The digest of what is signed is missing." },
    { "give-opinion",       NULL,       "proof",                FIELD_OBJECT,   0,           NULL,                "E16",  "Confirm with your second factor." },
    { "agree-report",       NULL,       "revision",             FIELD_INTEGER,  INT32_MAX,   NULL,                "T5",   "Say which version is signed." },
    { "agree-report",       NULL,       "sha256",               FIELD_TEXT,     64,          NULL,                "E16",  "The digest of what is signed is missing." },
    { "agree-report",       NULL,       "proof",                FIELD_OBJECT,   0,           NULL,                "E16",  "Confirm with your second factor." },
    { "ask-again",          NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "T5",   "Write the question." },
    { "answer-again",       NULL,       "id",                   FIELD_INTEGER,  INT32_MAX,   NULL,                "T5",   "Say which question is answered." },
    { "answer-again",       NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "T5",   "Write the answer." },
    { 0 },
};
/* clang-format on */

/* Who was asked before and stays keeps their answer; who refused and is not asked again stays on the list as that. */
static void on_invite_experts(Act *a, const ActEvent *e)
{
    size_t         i, k;
    json_t        *expert, *before;
    OWNED(json_t) *list = json_deep_copy(json_object_get(e->data, "list"));
    OWNED(json_t) *gone = json_array();
    json_array_foreach (list, i, expert) {
        before = expert_of(a, json_integer_value(json_object_get(expert, "person_id")));
        if (before)
            json_object_update(expert, before);
        else
            fold_member(expert, "asked_at_ms", json_integer(e->at_ms));
        const char *state = json_string_value(json_object_get(expert, "state"));
        if (!state || strcmp(state, "refused") == 0)
            fold_member(expert, "state", json_string("asked"));
    }
    json_array_foreach (json_object_get(json_object_get(a->facts, "experts"), "list"), i, before) {
        int64_t     id    = json_integer_value(json_object_get(before, "person_id"));
        const char *state = json_string_value(json_object_get(before, "state"));
        bool        again = false;
        json_array_foreach (list, k, expert)
            again |= json_integer_value(json_object_get(expert, "person_id")) == id;
        if (!again && state && strcmp(state, "refused") == 0)
            json_push(list, json_incref(before));
        json_push(gone, json_integer(id));
    }
    json_t *experts = fold_stamp(e);
    fold_member(experts, "list", json_incref(list));
    json_object_del(experts, "added"); /* of the event alone */
    if (!*event_text(e, "mode")) {
        const json_t *mode = act_fact(a, "experts", "mode");
        fold_member(experts, "mode", mode ? json_deep_copy(mode) : json_string("joint"));
    }
    fold_set(a, "experts", experts);
    fold_set(a, "experts_before", json_incref(gone));
}

/* Asked beside those whom the requester chose, who may still answer. */
static void on_ask_duty_expert(Act *a, const ActEvent *e)
{
    json_t *list = json_object_get(json_object_get(a->facts, "experts"), "list");
    if (list && !expert_of(a, event_int(e, "person_id")))
        json_push(list, json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "person_id", (json_int_t)event_int(e, "person_id"), "name",
                                  event_text(e, "name"), "speciality", event_text(e, "speciality"), "phone", event_text(e, "phone"),
                                  "organisation", event_text(e, "organisation"), "state", "asked", "how", "duty", "asked_at_ms",
                                  (json_int_t)e->at_ms));
}

static void on_nobody(Act *a, const ActEvent *e)
{
    const json_t *people = json_object_get(e->data, "people");
    fold_set(a, "assignment", json_pack("{s:I, s:o}", "nobody_at_ms", (json_int_t)e->at_ms, "called", people ? json_deep_copy(people) : json_array()));
}

static void on_send(Act *a, const ActEvent *e)
{
    a->asked_at_ms  = e->at_ms;
    a->requester_id = e->person_id;
    snprintf(a->study_uid, sizeof a->study_uid, "%s", event_text(e, "study_uid"));
    snprintf(a->accession, sizeof a->accession, "%s", event_text(e, "accession"));
    fold_set(a, "signed_request", json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
    fold_clause(a, e);
}

static void on_ask_information(Act *a, const ActEvent *e)
{
    fold_item(a, e, "questions");
    if (!act_fact(a, "paused_since_ms", NULL))
        fold_set(a, "paused_since_ms", json_integer(e->at_ms));
}

/* The clock goes on when the last question is answered. */
static void on_answer_information(Act *a, const ActEvent *e)
{
    json_t *question = act_item(a, "questions", event_int(e, "id"));
    fold_member(question, "answer", json_string(event_text(e, "text")));
    fold_member(question, "answered_at_ms", json_integer(e->at_ms));
    fold_member(question, "answered_by", act_by(e));
    if (expertise_questions_answered(a, NULL))
        fold_clock_resume(a, e);
}

static void on_cancel(Act *a, const ActEvent *e)
{
    fold_set(a, "cancellation", fold_stamp(e));
    fold_clock_resume(a, e);
}

static void expert_state(Act *a, const ActEvent *e, const char *state)
{
    json_t *expert = expert_of(a, e->person_id);
    fold_member(expert, "state", json_string(state));
    fold_member(expert, "at_ms", json_integer(e->at_ms));
}

/* The first who accepts writes the report. */
static void lead_is(Act *a, const ActEvent *e, int64_t person_id)
{
    const char *name = json_string_value(json_object_get(expert_of(a, person_id), "name"));
    a->reader_id     = person_id;
    a->imager_id     = person_id;
    fold_set(a, "reading", person_id ? json_pack("{s:I, s:{s:I, s:s, s:s}}", "at_ms", (json_int_t)e->at_ms, "by", "id",
                                                 (json_int_t)person_id, "name", name ? name : "", "role", "imager")
                                     : json_null());
}

static void on_accept(Act *a, const ActEvent *e)
{
    expert_state(a, e, "accepted");
    if (!a->reader_id)
        lead_is(a, e, e->person_id);
    if (event_int(e, "proposed_min"))
        fold_set(a, "delay", json_pack("{s:I, s:I, s:o}", "proposed_min", (json_int_t)event_int(e, "proposed_min"),
                                       "proposed_at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
}

static void on_refuse(Act *a, const ActEvent *e)
{
    expert_state(a, e, "refused");
    fold_item(a, e, "refusals");
    fold_set(a, "refusal", fold_stamp(e));
    if (a->reader_id != e->person_id)
        return;
    const json_t *next = expert_in_state(a, "accepted", e->person_id);
    if (!next)
        next = expert_in_state(a, "answered", e->person_id);
    lead_is(a, e, json_integer_value(json_object_get(next, "person_id")));
}

static void on_all_refused(Act *a, const ActEvent *e)
{
    fold_clock_resume(a, e);
}

static void on_agree_delay(Act *a, const ActEvent *e)
{
    json_t *delay  = json_object_get(a->facts, "delay");
    bool    agreed = strcmp(event_text(e, "answer"), "yes") == 0;
    fold_member(delay, "agreed", json_boolean(agreed));
    fold_member(delay, "agreed_at_ms", json_integer(e->at_ms));
    fold_member(delay, "agreed_by", act_by(e));
    if (!agreed) { /* the delay asked for stands: nothing is proposed any more */
        json_array_append_new(fold_list(a, "delays_refused"), json_deep_copy(delay));
        json_object_del(a->facts, "delay");
    }
}

static void on_check_item(Act *a, const ActEvent *e)
{
    json_t *list = json_object_get(a->facts, "checklist");
    if (!list) {
        list = json_object();
        json_object_set_new(a->facts, "checklist", list);
    }
    json_object_set_new(list, event_text(e, "item"), fold_stamp(e));
}

static void on_give_opinion(Act *a, const ActEvent *e)
{
    expert_state(a, e, "answered");
    fold_item(a, e, "opinions");
}

/* An agreement holds for the digest it was given for: another version needs it anew. */
static void on_agree_report(Act *a, const ActEvent *e)
{
    expert_state(a, e, "answered");
    fold_item(a, e, "agreements");
}

static const ActFold FOLDS[] = {
    { "edit-request", NULL, fold_request },
    { "choose-images", "chosen_images", NULL },
    { "invite-experts", NULL, on_invite_experts },
    { "send", NULL, on_send },
    { "cancel", NULL, on_cancel },
    { "ask-information", NULL, on_ask_information },
    { "answer-information", NULL, on_answer_information },
    { "accept", NULL, on_accept },
    { "refuse", NULL, on_refuse },
    { "all-refused", NULL, on_all_refused },
    { "ask-duty-expert", NULL, on_ask_duty_expert },
    { "nobody-on-duty", NULL, on_nobody },
    { "agree-delay", NULL, on_agree_delay },
    { "check-item", NULL, on_check_item },
    { "give-opinion", NULL, on_give_opinion },
    { "agree-report", NULL, on_agree_report },
    { 0 },
};

const ActChapter CHAPTER_EXPERTISE = { .name    = "expertise",
                                       .kinds   = KIND_EXPERTISE,
                                       .steps   = STEPS,
                                       .fields  = FIELDS,
                                       .folds   = FOLDS,
                                       .look    = expertise_look,
                                       .prepare = expertise_prepare,
                                       .follow  = expertise_follow };
