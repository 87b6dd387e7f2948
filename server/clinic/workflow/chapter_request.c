/*
 * The request: written, sent, asked about, answered, called off. E2, E4, E5, E7, L4, R.1333-53.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"
#include "clinic/archive/study.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_fitness.h"
#include "clinic/workflow/identity.h"
#include "platform/clock.h"

/* What stays on site is a clause: only the reasons that the convention lists lead away from there. S2 */
static bool distance_is_allowed(const Act *a, const ActScene *scene)
{
    return !scene->distance_outside || !act_has_distance_code(a, scene);
}

static bool has_guideline(const Act *a, const ActScene *scene)
{
    (void)scene;
    return says_something(act_fact_text(a, "request", "guideline"), 2);
}

static const json_t *priors_sent(const json_t *data)
{
    return json_object_get(json_object_get(data, "request"), "priors");
}

static bool priors_are_the_patients(const Act *a, const ActScene *scene)
{
    (void)a;
    return !priors_sent(scene->data) || scene->priors_fit;
}

/* ---- operations and interventions of the past, one a line ---- */

static json_t *operations_sent(const json_t *data)
{
    return json_object_get(json_object_get(data, "request"), "operations");
}

/* "2019", "2019-03" or "2019-03-21"; as much as is known. */
static bool is_when(Slice text)
{
    for (size_t i = 0; i < text.len; i++)
        if (i == 4 || i == 7 ? text.at[i] != '-' : text.at[i] < '0' || text.at[i] > '9')
            return false;
    return text.len == 0 || text.len == 4 || text.len == 7 || text.len == 10;
}

static bool operations_are_told(const Act *a, const ActScene *scene)
{
    (void)a;
    size_t        i;
    const json_t *one;
    json_array_foreach (operations_sent(scene->data), i, one) {
        Slice what = slice_trim(slice_of(json_string_value(json_object_get(one, "what"))));
        if (!says_something(what, 2) || what.len > LINE || !is_when(slice_of(json_string_value(json_object_get(one, "when")))))
            return false;
    }
    return true;
}

/* What a line holds, and nothing else that came with it. */
static bool operations_keep(json_t *data)
{
    size_t        i;
    const json_t *one;
    json_t       *kept = json_array();
    json_array_foreach (operations_sent(data), i, one)
        json_push(kept, json_pack("{s:O, s:s}", "what", json_object_get(one, "what"), "when",
                                  json_is_string(json_object_get(one, "when")) ? json_string_value(json_object_get(one, "when")) : ""));
    return json_put(json_object_get(data, "request"), "operations", kept);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
const ActNeed NEED_CONVENTION[1] = { { "convention", "S3", act_has_convention, "No convention in force covers this act.", act_explain_clause } };
const ActNeed NEED_REASON[1] = { { "reason", "R.1333-53", act_has_reason, "The reason of the exam is missing." } };
const ActNeed NEED_PURPOSE[1] = { { "purpose", "R.1333-53", act_has_purpose, "The purpose of the exam is missing." } };
const ActNeed NEED_CIRCUMSTANCES[1] = { { "circumstances", "R.1333-53", act_has_circumstances, "The circumstances of the exam are missing." } };
const ActNeed NEED_PREGNANCY[1] = { { "pregnancy", "E11", act_has_pregnancy, "The pregnancy status is missing: this patient may be of child-bearing age." } };
const ActNeed NEED_EARLIER_EXAMS[1] = { { "earlier-exams", "R.1333-53", act_has_earlier_exams, "Earlier exams are missing (or “none known”)." } };
const ActNeed NEED_OPTIMISATION[1] = { { "optimisation", "R.1333-53", act_has_optimisation, "The data needed to optimise the dose are missing." } };
static const ActNeed NEED_QUESTION[1] = { { "question", "E5", act_has_question, "The question to the imager is missing." } };
static const ActNeed NEED_BENEFIT_CODE[1] = { { "benefit-code", "E2", act_has_benefit_code, "Choose what this patient gains from a remote exam." } };
static const ActNeed NEED_BENEFIT_PATIENT[1] = { { "benefit-patient", "E2", act_benefit_is_the_patients, "Organisational convenience alone is not a benefit for the patient." } };
static const ActNeed NEED_BENEFIT_TEXT[1] = { { "benefit", "E2", act_has_benefit_text, "Say in a sentence what this patient gains from a remote exam." } };
static const ActNeed NEED_DISTANCE_CODE[1] = { { "distance-code", "S2", act_has_distance_code, "Choose why the exam is not done with an imager on site." } };
static const ActNeed NEED_DISTANCE_ALLOWED[1] = { { "distance-convention", "S2", distance_is_allowed, "The convention keeps such exams on site: this reason of the distance is none of those it accepts." } };
static const ActNeed NEED_DISTANCE_TEXT[1] = { { "distance-reason", "S2", act_has_distance_text, "Say why the exam is not done with an imager on site." } };
static const ActNeed NEED_RELEVANCE[1] = { { "relevance", "E4", act_has_relevance, "The requester's justification of the exam is missing." } };
static const ActNeed NEED_GUIDELINE[1] = { { "guideline", "E4", has_guideline, "Name the guideline followed (GBU for example), or say that none applies." } };
static const ActNeed NEED_PRIORS[1] = { { "priors", "E5", priors_are_the_patients, "One of the earlier exams is not an exam of this patient in the archive." } };
static const ActNeed NEED_OPERATIONS[1] = { { "operations", "E5", operations_are_told, "An operation of the past is one line: what was done, and when (the year at least, where it is known)." } };
static const ActNeed NEED_PATHWAY[1] = { { "pathway", "S7", act_has_pathway, "Say whether this is the coordinated care pathway, an emergency or direct access." } };
static const ActNeed NEED_TREATING[1] = { { "treating-physician", "S7", act_has_treating, "Name the treating physician, or say that none is declared." } };
static const ActNeed NEED_QUESTION_OPEN[1] = { { "question-open", "E7", act_question_is_open, "This question is not open." } };

#define BENEFIT NEED_BENEFIT_CODE, NEED_BENEFIT_PATIENT, NEED_BENEFIT_TEXT, NEED_DISTANCE_CODE, NEED_DISTANCE_ALLOWED, NEED_DISTANCE_TEXT
#define REQUEST FIVE_ITEMS, BENEFIT, NEED_QUESTION, NEED_RELEVANCE, NEED_GUIDELINE, NEED_MRI_ITEMS, NEED_MRI_DETAILS, NEED_CHILD_WEIGHT, NEED_PATHWAY, NEED_TREATING

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E5", S(DRAFT)|S(INFO_ASKED), "edit-request", REQUESTER, AT_R, NEEDS(NEED_CONVENTION, NEED_PRIORS, NEED_OPERATIONS), STAY, 0, "Complete the request" },
    { "E2 E4 E5 L4 S3 S7", S(DRAFT), "send", REQUESTER, AT_R, NEEDS(REQUEST, NEED_CONVENTION, NEED_NO_OBJECTION, NEED_REQUESTER_FIT), ACT_ASKED, 0, "Sign and send the request" },
    { "E7", S(ASKED), "ask-information", IMAGER, AT_I, NO_NEEDS, ACT_INFO_ASKED, 0, "Ask for information" },
    { "E7 L4", S(INFO_ASKED), "answer-information", REQUESTER, AT_R, NEEDS(NEED_QUESTION_OPEN, REQUEST), ACT_ASKED, 0, "Answer" },
    { "E9", BEFORE_RUNNING, "cancel", REQUESTER|IMAGER, AT_R|AT_I, NO_NEEDS, ACT_CANCELLED, 0, "Cancel" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "edit-request",       "request",  "reason",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "purpose",              FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "circumstances",        FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "pregnancy",            FIELD_CODE,    0,           CODES_PREGNANCY,     NULL,   NULL },
    { "edit-request",       "request",  "earlier_exams",        FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "optimisation",         FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "question",             FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "allergies",            FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "renal_value",          FIELD_NUMBER,  5000,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "renal_unit",           FIELD_CODE,    0,           CODES_RENAL_UNIT,    NULL,   NULL },
    { "edit-request",       "request",  "renal_date",           FIELD_TEXT,    10,          NULL,                NULL,   NULL },
    { "edit-request",       "request",  "metformin",            FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "diabetes",             FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "breastfeeding",        FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "anticoagulants",       FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_pacemaker",        FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_neurostimulator",  FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_cochlear",         FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_clip",             FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_metal_in_eye",     FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_pump",             FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_valve_stent",      FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_prosthesis",       FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "mri_claustrophobia",   FIELD_CODE,    0,           CODES_KNOWN,         NULL,   NULL },
    { "edit-request",       "request",  "priors",               FIELD_ARRAY,   50,          NULL,                NULL,   NULL },
    { "edit-request",       "request",  "operations",           FIELD_ARRAY,   30,          NULL,                NULL,   NULL },
    { "edit-request",       "request",  "implants",             FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "weight_kg",            FIELD_NUMBER,  400,         NULL,                NULL,   NULL },
    { "edit-request",       "request",  "medication",           FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "relevance",            FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "guideline",            FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "benefit_code",         FIELD_CODE,    0,           CODES_BENEFIT,       NULL,   NULL },
    { "edit-request",       "request",  "benefit",              FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "distance_reason_code", FIELD_CODE,    0,           CODES_DISTANCE,      NULL,   NULL },
    { "edit-request",       "request",  "distance_reason",      FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "edit-request",       "request",  "pathway",              FIELD_CODE,    0,           CODES_PATHWAY,       NULL,   NULL },
    { "edit-request",       "request",  "treating_physician",   FIELD_OBJECT,  0,           NULL,                NULL,   NULL },
    { "edit-request",       "request",  "exam_within_min",      FIELD_INTEGER, 1000000,     NULL,                NULL,   NULL },
    { "edit-request",       NULL,       "priority",             FIELD_CODE,    0,           CODES_PRIORITY,      NULL,   NULL },
    { "edit-request",       NULL,       "region",               FIELD_TEXT,    64,          NULL,                NULL,   NULL },
    { "ask-information",    NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E7",   "Write the question." },
    { "answer-information", NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E7",   "Say which question is answered." },
    { "answer-information", NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E7",   "Write the answer." },
    { "cancel",             NULL,       "code",                 FIELD_CODE,    0,           CODES_CANCELLATION,  "E9",   "Choose the reason of the cancellation." },
    { "cancel",             NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E9",   "Write the reason of the cancellation." },
    { 0 },
};
/* clang-format on */

static void sign_request(Act *a, const ActEvent *e)
{
    json_t *identity = json_object_get(e->data, "identity"), *before = json_object_get(json_object_get(a->facts, "signed_request"), "identity");
    json_t *kept     = identity ? identity : before;
    OWNED(json_t) *copy = kept ? json_deep_copy(kept) : NULL;
    fold_set(a, "signed_request", json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
    if (copy)
        fold_member(json_object_get(a->facts, "signed_request"), "identity", json_incref(copy));
}

static void on_send(Act *a, const ActEvent *e)
{
    a->asked_at_ms  = e->at_ms;
    a->requester_id = e->person_id;
    sign_request(a, e);
    fold_clause(a, e);
}

static void on_ask_information(Act *a, const ActEvent *e)
{
    fold_item(a, e, "questions");
    fold_set(a, "paused_since_ms", json_integer(e->at_ms));
}

static void on_answer_information(Act *a, const ActEvent *e)
{
    json_t *question = act_item(a, "questions", event_int(e, "id"));
    fold_member(question, "answer", json_string(event_text(e, "text")));
    fold_member(question, "answered_at_ms", json_integer(e->at_ms));
    fold_member(question, "answered_by", act_by(e));
    fold_clock_resume(a, e);
    sign_request(a, e);
}

static void on_cancel(Act *a, const ActEvent *e)
{
    fold_set(a, "cancellation", fold_stamp(e));
    fold_clock_resume(a, e);
}

static const ActFold FOLDS[] = {
    { "edit-request", NULL, fold_request },
    { "send", NULL, on_send },
    { "ask-information", NULL, on_ask_information },
    { "answer-information", NULL, on_answer_information },
    { "cancel", NULL, on_cancel },
    { 0 },
};

/* ---- with the database ---- */

static bool prior_find(Db *db, const Act *a, const Who *who, const json_t *uid, StudyRow *ret, Err *err)
{
    ArchiveViewer viewer = { .person_id = who->person_id, .now_s = clock_now_s() };
    return study_find(db, slice_of(json_string_value(uid)), &viewer, ret, err) &&
           (ret->patient_id == a->patient_id || err_set(err, ERR_NOT_FOUND, "No such study.", "study of another patient"));
}

/* The exams ticked, as the archive tells them: what the list says stays readable when the archive changes. E5 */
static bool look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    size_t        i;
    const json_t *uid;
    if (!who || !slice_equal_text(step, "edit-request") || !priors_sent(data))
        return true;
    json_array_foreach (priors_sent(data), i, uid) {
        StudyRow row;
        Err      absent = { 0 };
        if (!json_is_string(uid))
            return err_set(err, ERR_INPUT, "A field of this step is not as it should be.", "priors");
        if (!prior_find(db, a, who, uid, &row, &absent))
            return absent.kind == ERR_NOT_FOUND || err_set(err, absent.kind, absent.shown, "%s", absent.detail);
    }
    ret->scene.priors_fit = true;
    return true;
}

static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    size_t  i;
    json_t *uid, *told = json_array();
    OWNED(json_t) *owned = told;
    (void)loaded, (void)event, (void)owned;
    if (slice_equal_text(step, "send") || slice_equal_text(step, "answer-information")) {
        json_t *patient = identity_as_told(db, a->patient_id, err);
        return patient && json_put(data, "identity", patient);
    }
    if (slice_equal_text(step, "edit-request") && operations_sent(data) && !operations_keep(data))
        return false;
    if (!slice_equal_text(step, "edit-request") || !priors_sent(data))
        return true;
    json_array_foreach (priors_sent(data), i, uid) {
        StudyRow      row;
        ArchiveViewer everybody = { .sees_all = true, .now_s = clock_now_s() }; /* 'look' has asked for this person */
        if (!study_find(db, slice_of(json_string_value(uid)), &everybody, &row, err))
            return false;
        json_push(told, json_pack("{s:s, s:s, s:s, s:s}", "study_uid", row.uid, "date", row.date, "modalities", row.modalities, "description",
                                  row.description));
    }
    (void)a;
    return json_put(json_object_get(data, "request"), "priors", json_incref(told));
}

const ActChapter CHAPTER_REQUEST = { .name = "request", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .look = look, .prepare = prepare };
