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

/* ---- of use now? ---- */

static bool has_consent(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "consent_act", NULL) || act_fact(a, "consent_distance", NULL);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_INFORMATION[1] = { { "information", "E3", act_has_information, "Record first that the patient was informed." } };
static const ActNeed NEED_PHYSICIAN[1] = { { "physician", "E3", act_is_physician, "Only a physician may attest this." } };
static const ActNeed NEED_URGENCY[1] = { { "routine", "E3", act_has_urgency, "A routine exam leaves the time to inform the patient and to collect consent." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E3 R.6316-2", BEFORE_RUNNING, "record-information", REQUESTER|TECHNOLOGIST|LOCAL, AT_R|AT_S, NO_NEEDS, STAY, 0, "Record the patient's information" },
    { "E3 L8", BEFORE_RUNNING, "record-consent", REQUESTER|TECHNOLOGIST|LOCAL, AT_R|AT_S, NEEDS(NEED_INFORMATION), STAY, 0, "Record a consent" },
    { "E3 L8", BEFORE_RUNNING, "withdraw-consent", REQUESTER|TECHNOLOGIST|LOCAL, AT_R|AT_S, NO_NEEDS, STAY, 0, "Record a withdrawn consent", has_consent },
    { "E3", BEFORE_RUNNING, "emergency-exception", REQUESTER|LOCAL, AT_R|AT_S, NEEDS(NEED_PHYSICIAN, NEED_URGENCY), STAY, 0, "Attest the emergency exception" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "record-information", NULL,       "version",              FIELD_TEXT,    LINE,        NULL,                "E3",   "Name the version of the text the patient was given." },
    { "record-information", NULL,       "language",             FIELD_TEXT,    LINE,        NULL,                "E3",   "Name the language of the information." },
    { "record-information", NULL,       "interpreter",          FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
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
    { "record-information", "information", NULL },
    { "record-consent", NULL, on_record_consent },
    { "withdraw-consent", NULL, on_withdraw_consent },
    { "emergency-exception", "emergency_exception", NULL },
    { 0 },
};

const ActChapter CHAPTER_CONSENT = { .name = "consent", .kinds = KIND_ANY, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
