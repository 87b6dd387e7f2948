/*
 * What the patient was told and agreed to, and the attested exception of an emergency. E3, L8, R.6316-2.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_document.h"
#include "clinic/workflow/consent_rules.h"
#include "clinic/workflow/expertise.h"
#include "guard/access/grant.h"

/* ---- of use now? ---- */

static bool has_consent(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "consent_act", NULL) || act_fact(a, "consent_distance", NULL);
}

static bool is_adult(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->minor;
}

/* ---- conditions ---- */

bool act_patient_objects(const Act *a, const char *to)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "objections", NULL), i, one) {
        const char *whom = json_string_value(json_object_get(one, "to"));
        if (whom && strcmp(whom, to) == 0 && !json_object_get(one, "lifted_at_ms"))
            return true;
    }
    return false;
}

static bool no_objection(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_patient_objects(a, "imaging");
}

bool act_exception_is_open(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "emergency_exception", NULL) && !act_fact(a, "emergency_exception", "review");
}

static bool exception_reviewed(const Act *a, const ActScene *scene)
{
    return !act_exception_is_open(a, scene);
}

static bool exception_there(const Act *a, const ActScene *scene)
{
    return !scene->data || act_exception_is_open(a, scene);
}

/* Nobody reviews what they attested themselves. */
static bool another_reviews(const Act *a, const ActScene *scene)
{
    return json_integer_value(json_object_get(act_fact(a, "emergency_exception", "by"), "id")) != scene->person_id || !scene->person_id;
}

static bool in_writing(const Act *a, const ActScene *scene)
{
    (void)a;
    return !slice_equal_text(sent_text(scene, "how", NULL), "written") || sent_value(scene, "document_id", NULL) ||
           says_something(sent_text(scene, "document", NULL), 2);
}

static bool document_there(const Act *a, const ActScene *scene)
{
    (void)a;
    return !sent_value(scene, "document_id", NULL) || scene->document_fits;
}

static bool objection_in_time(const Act *a, const ActScene *scene)
{
    unsigned before = act_is_expertise(a) ? S(DRAFT) : BEFORE_RUNNING;
    return !slice_equal_text(sent_text(scene, "to", NULL), "imaging") || (before & (1u << a->state));
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_INFORMATION[1] = { { "information", "E3", act_has_information, "Record first that the patient was informed." } };
static const ActNeed NEED_PHYSICIAN[1] = { { "physician", "E3", act_is_physician, "Only a physician may attest this." } };
const ActNeed NEED_NO_OBJECTION[1] = { { "objection", "L8", no_objection, "The patient objects to data going to the imaging group: cancel the request, or lift the objection if the patient agrees." } };
const ActNeed NEED_EXCEPTION_REVIEWED[1] = { { "exception-reviewed", "E3", exception_reviewed, "The emergency exception is not reviewed by another physician yet." } };
static const ActNeed NEED_EXCEPTION[1] = { { "exception", "E3", exception_there, "There is no emergency exception to review." } };
static const ActNeed NEED_ANOTHER[1] = { { "another-physician", "E3", another_reviews, "The exception is reviewed by a physician other than the one who attested it." } };
static const ActNeed NEED_REPRESENTED[1] = { { "representative", "E3", consent_names_representative, "Name who consents for the patient, and in which quality." } };
static const ActNeed NEED_MINOR[1] = { { "minor", "E3", consent_minor_does_not_consent_alone, "The patient is a minor: record the consent of a holder of parental authority or of the guardian, or the exception of the law that applies (secrecy asked for by the minor, broken family ties, emancipation)." } };
static const ActNeed NEED_SECRECY[1] = { { "minor-secrecy", "L.1111-5", consent_secrecy_is_attested, "A minor asks for secrecy: a physician records it, writes what was tried to persuade the minor to have the parents consulted, and names the adult of the minor's choice who comes along." } };
static const ActNeed NEED_EXCEPTION_SHOWN[1] = { { "minor-exception-proof", "L.1111-5", consent_exception_is_shown, "Name the paper that shows that this minor consents alone (judgment of emancipation, own health cover)." } };
static const ActNeed NEED_QUALITY_FITS[1] = { { "representative-quality", "E3", consent_quality_fits, "This person may not consent for this patient: for a minor, a holder of parental authority or the guardian; for an adult under a measure of protection with representation, the person in charge of it; a parent does not consent for an adult, and a guardian needs the measure to be recorded first." } };
static const ActNeed NEED_USUAL[1] = { { "usual-act", "E3", consent_usual_is_said, "Say whether the act is a usual one: for one that is not, both holders of parental authority are informed and agree." } };
static const ActNeed NEED_OTHER_HOLDER[1] = { { "other-holder", "E3", consent_other_holder_agrees, "The act is not a usual one: name the other holder of parental authority who is informed and agrees, or the paper that shows that there is no other, or that the judge decided." } };
static const ActNeed NEED_HEARD[1] = { { "heard", "L.1111-4", consent_patient_is_heard, "Say what the patient thinks of it: the patient's own agreement is sought even when somebody else consents." } };
static const ActNeed NEED_SETTLED[1] = { { "heard-text", "L.1111-4", consent_disagreement_is_settled, "The patient refuses: write what was decided and by whom (for a protected adult, the decision of the judge, save in an emergency)." } };
static const ActNeed NEED_CAN_SAY[1] = { { "protected-adult", "L.1111-4", consent_protected_can_say, "This adult is represented by a measure of protection: say whether the patient is able to consent, alone or with help; if not, record the consent of the person in charge of the measure." } };
const ActNeed NEED_CONSENTS_FIT[1] = { { "consent-representative", "E3", consents_fit_the_patient, "A consent recorded does not fit the patient (a minor, or an adult who is represented): record it again by the person who may give it." } };
static const ActNeed NEED_OF_ADULT[1] = { { "protection-adult", "E3", protection_is_of_an_adult, "A minor is represented by parental authority or a guardian: measures of protection are those of adults." } };
static const ActNeed NEED_PROTECTION_NAMED[1] = { { "protection-named", "E3", protection_is_named, "Name the person in charge of the measure and the decision that ordered it." } };
static const ActNeed NEED_IN_WRITING[1] = { { "document", "E3", in_writing, "Attach the written consent, or say where it is kept." } };
static const ActNeed NEED_DOCUMENT[1] = { { "document-known", "E3", document_there, "This document is not attached to this act." } };
const ActNeed NEED_OBJECTION_TIME[1] = { { "objection-late", "L8", objection_in_time, "The exchange has begun: cancel or stop the act if the patient objects." } };
static const ActNeed NEED_URGENCY[1] = { { "routine", "E3", act_has_urgency, "A routine exam leaves the time to inform the patient and to collect consent." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E3 R.6316-2", BEFORE_RUNNING, "record-information", REQUESTER|TECHNOLOGIST|LOCAL, AT_R|AT_S, NO_NEEDS, STAY, 0, "Record the patient's information" },
    { "E3 L8", BEFORE_RUNNING, "record-consent", REQUESTER|TECHNOLOGIST|LOCAL, AT_R|AT_S, NEEDS(NEED_INFORMATION, NEED_MINOR, NEED_REPRESENTED, NEED_QUALITY_FITS, NEED_USUAL, NEED_OTHER_HOLDER, NEED_CAN_SAY, NEED_HEARD, NEED_SETTLED, NEED_SECRECY, NEED_EXCEPTION_SHOWN, NEED_IN_WRITING, NEED_DOCUMENT), STAY, 0, "Record a consent" },
    { "E3 L.1111-4", BEFORE_RUNNING, "record-protection", REQUESTER|TECHNOLOGIST|LOCAL, AT_R|AT_S, NEEDS(NEED_OF_ADULT, NEED_PROTECTION_NAMED), STAY, 0, "Record a measure of protection of the patient", is_adult },
    { "E3 L8", BEFORE_RUNNING, "withdraw-consent", REQUESTER|TECHNOLOGIST|LOCAL, AT_R|AT_S, NO_NEEDS, STAY, 0, "Record a withdrawn consent", has_consent },
    { "E3", BEFORE_RUNNING, "emergency-exception", REQUESTER|LOCAL, AT_R|AT_S, NEEDS(NEED_PHYSICIAN, NEED_URGENCY), STAY, 0, "Attest the emergency exception" },
    { "E3", SENT, "review-exception", IMAGER|REQUESTER|LOCAL, AT_ALL, NEEDS(NEED_EXCEPTION, NEED_PHYSICIAN, NEED_ANOTHER), STAY, 0, "Review the emergency exception", act_exception_is_open },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "record-information", NULL,       "version",              FIELD_TEXT,    LINE,        NULL,                "E3",   "Name the version of the text the patient was given." },
    { "record-information", NULL,       "language",             FIELD_TEXT,    LINE,        NULL,                "E3",   "Name the language of the information." },
    { "record-information", NULL,       "interpreter",          FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "record-information", NULL,       "subject",              FIELD_CODE,    0,           CODES_INFORMED_ON,   NULL,   NULL },
    { "record-consent",     NULL,       "representative_name",  FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "record-consent",     NULL,       "representative_quality",FIELD_CODE,   0,           CODES_QUALITY_OF,    NULL,   NULL },
    { "record-consent",     NULL,       "minor_exception",      FIELD_CODE,    0,           CODES_MINOR_ALONE,   NULL,   NULL },
    { "record-consent",     NULL,       "exception_text",       FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "record-consent",     NULL,       "accompanied_by",       FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "record-consent",     NULL,       "usual_act",            FIELD_CODE,    0,           CODES_YES_NO,        NULL,   NULL },
    { "record-consent",     NULL,       "other_holder",         FIELD_CODE,    0,           CODES_OTHER_HOLDER,  NULL,   NULL },
    { "record-consent",     NULL,       "other_holder_name",    FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "record-consent",     NULL,       "heard",                FIELD_CODE,    0,           CODES_HEARD,         NULL,   NULL },
    { "record-consent",     NULL,       "heard_text",           FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "record-consent",     NULL,       "able",                 FIELD_CODE,    0,           CODES_ABLE,          NULL,   NULL },
    { "record-protection",  NULL,       "measure",              FIELD_CODE,    0,           CODES_PROTECTION,    "E3",   "Say which measure of protection the patient is under, or that there is none." },
    { "record-protection",  NULL,       "holder_name",          FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "record-protection",  NULL,       "contact",              FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "record-protection",  NULL,       "decision",             FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "record-consent",     NULL,       "document_id",          FIELD_INTEGER, INT64_MAX,   NULL,                NULL,   NULL },
    { "review-exception",   NULL,       "verdict",              FIELD_CODE,    0,           CODES_JUSTIFIED,     "E3",   "Say whether the exception was justified." },
    { "review-exception",   NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E3",   "Write what the review found, and what the patient was told since." },
    { "record-consent",     NULL,       "subject",              FIELD_CODE,    0,           CODES_SUBJECT,       "E3",   "Say to what the patient consents." },
    { "record-consent",     NULL,       "how",                  FIELD_CODE,    0,           CODES_CONSENT_HOW,   "E3",   "Say how the consent was given." },
    { "record-consent",     NULL,       "document",             FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "withdraw-consent",   NULL,       "subject",              FIELD_CODE,    0,           CODES_SUBJECT,       "E3",   "Say which consent is withdrawn." },
    { "withdraw-consent",   NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "emergency-exception",NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E3",   "Say why the patient cannot be informed or cannot consent." },
    { "emergency-exception",NULL,       "consulted",            FIELD_TEXT,    LINE,        NULL,                "E3",   "Name the person who was consulted, or say that nobody could be." },
    { 0 },
};
/* clang-format on */

/* Told of both unless it is said. */
static void on_record_information(Act *a, const ActEvent *e)
{
    const char *on = event_text(e, "subject");
    fold_set(a, strcmp(on, "act") == 0 ? "information_act" : strcmp(on, "distance") == 0 ? "information_distance" : "information", fold_stamp(e));
}

static void on_review_exception(Act *a, const ActEvent *e)
{
    fold_member(json_object_get(a->facts, "emergency_exception"), "review", fold_stamp(e));
}

static void on_record_consent(Act *a, const ActEvent *e)
{
    bool act = strcmp(event_text(e, "subject"), "act") == 0;
    fold_set(a, act ? "consent_act" : "consent_distance", fold_stamp(e));
}

static void on_withdraw_consent(Act *a, const ActEvent *e)
{
    bool    act     = strcmp(event_text(e, "subject"), "act") == 0;
    json_t *consent = json_object_get(a->facts, act ? "consent_act" : "consent_distance");
    if (!consent) {
        consent = json_object();
        json_object_set_new(a->facts, act ? "consent_act" : "consent_distance", consent);
    }
    fold_member(consent, "withdrawn_at_ms", json_integer(e->at_ms));
    fold_member(consent, "withdrawn_by", act_by(e));
    fold_member(consent, "withdrawn_reason", json_string(event_text(e, "reason")));
}

static const ActFold FOLDS[] = {
    { "record-information", NULL, on_record_information },
    { "review-exception", NULL, on_review_exception },
    { "record-consent", NULL, on_record_consent },
    { "record-protection", "protection", NULL },
    { "withdraw-consent", NULL, on_withdraw_consent },
    { "emergency-exception", "emergency_exception", NULL },
    { 0 },
};

/* ---- with the database ---- */

static bool look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    ActDocument document;
    Err         absent = { 0 };
    int64_t     id     = json_integer_value(json_object_get(data, "document_id"));
    (void)who;
    if (!id || !slice_equal_text(step, "record-consent"))
        return true;
    ret->scene.document_fits = act_document_load(db, a->id, id, &document, &absent);
    return ret->scene.document_fits || absent.kind == ERR_NOT_FOUND || err_set(err, absent.kind, absent.shown, "%s", absent.detail);
}

/* An objection closes the imagers' access to this act at once; lifted, it opens again as the sending had opened it. L8 */
static bool follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err)
{
    (void)house, (void)before;
    bool made = strcmp(event->step, "record-objection") == 0, lifted = strcmp(event->step, "lift-objection") == 0;
    if ((!made && !lifted) || act_is_expertise(after) || !after->asked_at_ms ||
        after->imaging_id == after->site_id || after->imaging_id == after->requester_org_id)
        return true;
    Grant grant = { .organisation_id = after->imaging_id, .patient_id = after->patient_id, .act_id = after->id, .why = "imaging group" };
    if (act_patient_objects(after, "imaging"))
        grant.until_s = event->at_ms / 1000;
    else if (made)
        return true; /* it concerns somebody else */
    return grant_open(db, &grant, err);
}

const ActChapter CHAPTER_CONSENT = { .name = "consent", .kinds = KIND_ANY, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .look = look, .follow = follow };
