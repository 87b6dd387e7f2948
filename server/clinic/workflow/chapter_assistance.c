/*
 * Tele-assistance: an imager helps a colleague at a distance while that colleague does an act. L7, R.6316-1 4°, L8, L10.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure. No report: what was advised
 * and by whom stands in the act, and its summary is what goes into the record of both.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_fitness.h"

#define OPEN (S(DRAFT) | S(ASKED) | S(VALIDATED))

static bool has_act_named(const Act *a, const ActScene *scene)
{
    (void)scene;
    return says_something(act_fact_text(a, "request", "reason"), 3);
}

/* The one who accepted; another may take over. */
static bool is_mine(const Act *a, const ActScene *scene)
{
    return a->imager_id == scene->person_id;
}

static bool is_anothers(const Act *a, const ActScene *scene)
{
    return a->imager_id != 0 && a->imager_id != scene->person_id;
}

static bool has_advice(const Act *a, const ActScene *scene)
{
    (void)scene;
    return json_array_size(act_fact(a, "advice", NULL)) > 0;
}

static bool has_summary(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || says_something(sent_text(scene, "summary", NULL), 10);
}

/* clang-format off */
static const ActNeed COVERED[1]     = { { "convention", "S3", act_has_convention, "No convention in force covers this act.", act_explain_clause } };
static const ActNeed ACT_NAMED[1]   = { { "reason", "L7", has_act_named, "Say which act you are doing." } };
static const ActNeed QUESTION[1]    = { { "question", "L7", act_has_question, "Say what help you ask for." } };
static const ActNeed INFORMED[1]    = { { "information", "L8", act_is_informed, "The patient's information is missing." } };
static const ActNeed CONSENT[1]     = { { "consent-act", "L8", act_has_consent_act, "The patient's consent to this assistance is missing." } };
static const ActNeed NOT_REFUSED[1] = { { "consent-withdrawn", "L8", act_nothing_withdrawn, "The patient has withdrawn a consent." } };
static const ActNeed PATHWAY[1]     = { { "pathway", "S7", act_has_pathway, "Say whether this is the coordinated care pathway, an emergency or direct access." } };
static const ActNeed TREATING[1]    = { { "treating-physician", "S7", act_has_treating, "Name the treating physician, or say that none is declared." } };
static const ActNeed MINE[1]        = { { "assistant", "L7", is_mine, "Only the imager who assists may do this." } };
static const ActNeed ANOTHERS[1]    = { { "assistant-other", "L7", is_anothers, "There is no other imager's assistance to take over." } };
static const ActNeed ADVISED[1]     = { { "advice", "L10", has_advice, "Record first what was advised." } };
static const ActNeed SUMMARY[1]     = { { "summary", "L10", has_summary, "Write what was advised and what came of it: it goes into the patient's record." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "L7 S3", S(DRAFT), "edit-request", REQUESTER, AT_R, NEEDS(COVERED), STAY, 0, "Complete the request" },
    { "L7 L8 S3 S7", S(DRAFT), "send", REQUESTER, AT_R, NEEDS(ACT_NAMED, QUESTION, INFORMED, CONSENT, NOT_REFUSED, NEED_CONSENTS_FIT, PATHWAY, TREATING, COVERED, NEED_REQUESTER_FIT), ACT_ASKED, 0, "Sign and send the request" },
    { "L7", S(ASKED), "accept", IMAGER, AT_I, NEEDS(NEED_IMAGER_FIT), ACT_VALIDATED, STEP_STALE, "Accept" },
    { "E8", S(ASKED), "refuse", IMAGER, AT_I, NO_NEEDS, ACT_REFUSED, STEP_STALE, "Refuse" },
    { "E9", OPEN, "cancel", REQUESTER, AT_R, NO_NEEDS, ACT_CANCELLED, 0, "Cancel" },
    { "L7", S(VALIDATED), "take-over-assistance", IMAGER, AT_I, NEEDS(ANOTHERS), STAY, 0, "Take the assistance over", is_anothers },
    { "L7 L10", S(VALIDATED), "record-advice", IMAGER, AT_I, NEEDS(MINE), STAY, STEP_QUIET, "Record what is advised", is_mine },
    { "L7 L10", S(VALIDATED), "end-assistance", IMAGER, AT_I, NEEDS(MINE, ADVISED, SUMMARY), ACT_DELIVERED, STEP_STALE, "End the assistance", is_mine },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                   within      name                    kind            max          codes                why     when it is missing */
    { "edit-request",         "request",  "reason",               FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",         "request",  "question",             FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",         "request",  "context",              FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",         "request",  "allergies",            FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",         "request",  "medication",           FIELD_TEXT,     LONG,        NULL,                NULL,   NULL },
    { "edit-request",         "request",  "pathway",              FIELD_CODE,     0,           CODES_PATHWAY,       NULL,   NULL },
    { "edit-request",         "request",  "treating_physician",   FIELD_OBJECT,   0,           NULL,                NULL,   NULL },
    { "edit-request",         NULL,       "priority",             FIELD_CODE,     0,           CODES_PRIORITY,      NULL,   NULL },
    { "edit-request",         NULL,       "region",               FIELD_TEXT,     64,          NULL,                NULL,   NULL },
    { "refuse",               NULL,       "code",                 FIELD_CODE,     0,           CODES_REFUSAL,       "E8",   "Choose the reason of the refusal." },
    { "refuse",               NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "E8",   "Write the reason of the refusal." },
    { "cancel",               NULL,       "code",                 FIELD_CODE,     0,           CODES_CANCELLATION,  "E9",   "Choose the reason of the cancellation." },
    { "cancel",               NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "E9",   "Write the reason of the cancellation." },
    { "take-over-assistance", NULL,       "reason",               FIELD_TEXT,     LONG,        NULL,                "L7",   "Say why you take over." },
    { "record-advice",        NULL,       "text",                 FIELD_TEXT,     LONG,        NULL,                "L10",  "Write what is advised." },
    { "end-assistance",       NULL,       "summary",              FIELD_TEXT,     LONG,        NULL,                "L10",  "Write what was advised and what came of it: it goes into the patient's record." },
    { "end-assistance",       NULL,       "incidents",            FIELD_TEXT,     LONG,        NULL,                "L10",  "Say the incidents, or that there was none." },
    { 0 },
};
/* clang-format on */

static void on_send(Act *a, const ActEvent *e)
{
    a->asked_at_ms  = e->at_ms;
    a->requester_id = e->person_id;
    fold_set(a, "signed_request", json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
    fold_clause(a, e);
}

static void on_accept(Act *a, const ActEvent *e)
{
    a->imager_id = e->person_id;
    fold_set(a, "assistance", fold_stamp(e));
}

static void on_refuse(Act *a, const ActEvent *e)
{
    a->imager_id = e->person_id;
    fold_set(a, "refusal", fold_stamp(e));
}

static void on_take_over(Act *a, const ActEvent *e)
{
    json_array_append_new(fold_list(a, "assistance_before"), json_deep_copy(json_object_get(a->facts, "assistance")));
    on_accept(a, e);
}

static void on_record_advice(Act *a, const ActEvent *e)
{
    fold_item(a, e, "advice");
}

static void on_end(Act *a, const ActEvent *e)
{
    fold_set(a, "assistance_ended", fold_stamp(e));
    fold_set(a, "delivered_at_ms", json_integer(e->at_ms));
}

static const ActFold FOLDS[] = {
    { "edit-request", NULL, fold_request },
    { "send", NULL, on_send },
    { "accept", NULL, on_accept },
    { "refuse", NULL, on_refuse },
    { "cancel", "cancellation", NULL },
    { "take-over-assistance", NULL, on_take_over },
    { "record-advice", NULL, on_record_advice },
    { "end-assistance", NULL, on_end },
    { 0 },
};

const ActChapter CHAPTER_ASSISTANCE = {
    .name = "assistance", .kinds = KIND_ASSISTANCE, .steps = STEPS, .fields = FIELDS, .folds = FOLDS
};
