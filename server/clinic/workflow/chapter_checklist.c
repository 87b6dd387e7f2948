/*
 * Before the start: the device explained to the patient, the preparation sheet, allergies, renal function, pregnancy asked again. E3, E11, L9.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"

static bool device_is_explained(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "device_explained", NULL) != NULL;
}

static bool is_prepared(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "preparation", NULL) != NULL;
}

static bool allergies_are_asked(const Act *a, const ActScene *scene)
{
    return !scene->data || !act_is_injected(a) || says_something(sent_text(scene, "allergies", NULL), 2);
}

/* Iodine and gadolinium leave by the kidneys. */
static bool renal_function_is_seen(const Act *a, const ActScene *scene)
{
    return !scene->data || !slice_equal_text(act_fact_text(a, "protocol", "injection"), "contrast") ||
           says_something(sent_text(scene, "renal_function", NULL), 2);
}

static bool pregnancy_binds(const Act *a, const ActScene *scene)
{
    return modality_irradiates(a->modality) && pregnancy_matters(scene->patient_sex, scene->patient_age);
}

static bool pregnancy_is_asked(const Act *a, const ActScene *scene)
{
    Slice said = sent_text(scene, "pregnancy", NULL);
    return !scene->data || !pregnancy_binds(a, scene) || (said.len && !slice_equal_text(said, "not-applicable"));
}

/* What is said in the room and was not in the request is the imager's to decide. */
static bool pregnancy_is_new(const Act *a)
{
    Slice now = act_fact_text(a, "preparation", "pregnancy"), then = act_fact_text(a, "request", "pregnancy");
    bool  doubt = slice_equal_text(now, "yes") || slice_equal_text(now, "possible") || slice_equal_text(now, "unknown");
    return doubt && !(now.len == then.len && memcmp(now.at, then.at, now.len) == 0);
}

static bool pregnancy_is_decided(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !modality_irradiates(a->modality) || !pregnancy_is_new(a) ||
           act_fact_int(a, "pregnancy_decision", "at_ms") >= act_fact_int(a, "preparation", "at_ms");
}

static bool pregnancy_waits(const Act *a, const ActScene *scene)
{
    return !pregnancy_is_decided(a, scene);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
const ActNeed NEED_DEVICE[1] = { { "device-explained", "L9", device_is_explained, "The patient has not been shown how the remote exam goes: explain the device, or try it together." } };
const ActNeed NEED_PREPARED[1] = { { "preparation", "E3", is_prepared, "The preparation sheet has not been gone through with the patient." } };
const ActNeed NEED_PREGNANCY_DECIDED[1] = { { "pregnancy-decision", "E11", pregnancy_is_decided, "What the patient says of a pregnancy differs from the request: the imager decides first." } };
static const ActNeed NEED_ALLERGIES_SEEN[1] = { { "allergies", "E23", allergies_are_asked, "Something is to be injected: write which allergies the patient tells, or that there are none." } };
static const ActNeed NEED_RENAL_SEEN[1] = { { "renal-function", "E23", renal_function_is_seen, "Contrast is to be injected: write the renal function that was seen, with its date." } };
static const ActNeed NEED_PREGNANCY_ASKED[1] = { { "pregnancy", "E11", pregnancy_is_asked, "Ask again about a pregnancy, and write the answer." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "L9", S(VALIDATED)|S(PLANNED), "explain-device", TECHNOLOGIST|LOCAL|NUCLEAR, AT_S, NO_NEEDS, STAY, STEP_QUIET, "The device is explained to the patient" },
    { "E3 E11 E23", S(PLANNED), "prepare-patient", TECHNOLOGIST|LOCAL|NUCLEAR, AT_S, NEEDS(NEED_ALLERGIES_SEEN, NEED_RENAL_SEEN, NEED_PREGNANCY_ASKED), STAY, STEP_QUIET, "Go through the preparation sheet" },
    { "E11", S(PLANNED), "decide-pregnancy", IMAGER, AT_I, NO_NEEDS, STAY, STEP_QUIET, "Decide on the exam in spite of a possible pregnancy", pregnancy_waits },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "explain-device",     NULL,       "how",                  FIELD_CODE,    0,           CODES_DEVICE_HOW,    "L9",   "Say whether the device was explained or tried." },
    { "prepare-patient",    NULL,       "sheet",                FIELD_TEXT,    LINE,        NULL,                "E3",   "Name the preparation sheet and its version." },
    { "prepare-patient",    NULL,       "allergies",            FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "prepare-patient",    NULL,       "renal_function",       FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "prepare-patient",    NULL,       "pregnancy",            FIELD_CODE,    0,           CODES_PREGNANCY,     NULL,   NULL },
    { "decide-pregnancy",   NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E11",  "Write why the exam is done all the same, and how the dose is limited." },
    { 0 },
};
/* clang-format on */

static const ActFold FOLDS[] = {
    { "explain-device", "device_explained", NULL },
    { "prepare-patient", "preparation", NULL },
    { "decide-pregnancy", "pregnancy_decision", NULL },
    { 0 },
};

const ActChapter CHAPTER_CHECKLIST = { .name = "checklist", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
