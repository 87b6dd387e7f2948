/*
 * The pharmacy prepares what will be given, on prescription: product, activity at its hour, batch, expiry; a pharmacist answers for it.
 * S4, S5, L2.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure. What is given is compared
 * with what was prepared in chapter_drugs.c; docs/decisions/0104-drugs-from-images.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/prepared_dose.h"

enum { PHARMACIST = ROLE_PHARMACIST, PHARMACY = ROLE_PHARMACIST | ROLE_PHARMACY_TECH };

static bool is_radioactive(const ActScene *scene)
{
    return slice_equal_text(sent_text(scene, "kind", NULL), "radiopharmaceutical");
}

/* The pharmacy prepares what a physician asked for in this act, of that kind. */
static bool is_prescribed(const Act *a, const ActScene *scene)
{
    const json_t *prescription = act_item(a, "prescriptions", json_integer_value(sent_value(scene, "prescription_id", NULL)));
    const char   *kind         = json_string_value(json_object_get(prescription, "kind"));
    return !scene->data || (kind && slice_equal_text(sent_text(scene, "kind", NULL), kind));
}

static bool activity_is_said(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !is_radioactive(scene) ||
           (says_something(sent_text(scene, "radionuclide", NULL), 2) && json_number_value(sent_value(scene, "activity_mbq", NULL)) > 0);
}

static bool calibration_is_said(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !is_radioactive(scene) || json_integer_value(sent_value(scene, "calibrated_at_ms", NULL)) > 0;
}

static bool dose_is_said(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || is_radioactive(scene) || (sent_value(scene, "dose", NULL) && sent_text(scene, "unit", NULL).len > 0);
}

static bool expires_later(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || json_integer_value(sent_value(scene, "expires_at_ms", NULL)) > scene->now_ms;
}

static json_t *named(const Act *a, const ActScene *scene)
{
    return prepared_dose_open(a, json_integer_value(sent_value(scene, "id", NULL)));
}

static bool is_to_release(const Act *a, const ActScene *scene)
{
    const json_t *dose = named(a, scene);
    return !scene->data || (dose && !prepared_dose_released(dose));
}

static bool is_still_good(const Act *a, const ActScene *scene)
{
    const json_t *dose = named(a, scene);
    return !scene->data || !dose || json_integer_value(json_object_get(dose, "expires_at_ms")) > scene->now_ms;
}

static bool is_there(const Act *a, const ActScene *scene)
{
    return !scene->data || named(a, scene);
}

static bool some_wait(const Act *a, const ActScene *scene)
{
    (void)scene;
    return prepared_dose_waits(a, SLICE("contrast")) || prepared_dose_waits(a, SLICE("radiopharmaceutical")) || prepared_dose_waits(a, SLICE("other"));
}

/* clang-format off */
static const ActNeed NEED_PRESCRIBED[1]  = { { "prescription", "S5", is_prescribed, "The pharmacy prepares what a physician has prescribed in this act, of that kind: ask for the prescription first." } };
static const ActNeed NEED_ACTIVITY[1]    = { { "activity", "L2", activity_is_said, "Name the radionuclide and the activity measured, in MBq." } };
static const ActNeed NEED_CALIBRATION[1] = { { "calibration", "L2", calibration_is_said, "Write the hour at which the activity holds." } };
static const ActNeed NEED_DOSE[1]        = { { "dose", "S5", dose_is_said, "Write the dose and its unit." } };
static const ActNeed NEED_EXPIRY[1]      = { { "expiry", "L2", expires_later, "Write until when the dose may be given: an hour that is not past." } };
static const ActNeed NEED_TO_RELEASE[1]  = { { "to-release", "L2", is_to_release, "This dose is released already, was given, or was set aside." } };
static const ActNeed NEED_GOOD[1]        = { { "expired", "L2", is_still_good, "This dose has expired: set it aside and prepare another." } };
static const ActNeed NEED_THERE[1]       = { { "prepared", "L2", is_there, "This dose was given or set aside already." } };

#define BEFORE_GIVEN S(VALIDATED)|S(PLANNED)|S(RUNNING)|S(RELEASED)

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "S5 L2", BEFORE_GIVEN, "prepare-dose", PHARMACY, AT_S, NEEDS(NEED_PRESCRIBED, NEED_ACTIVITY, NEED_CALIBRATION, NEED_DOSE, NEED_EXPIRY), STAY, STEP_QUIET, "Record a dose prepared" },
    { "S4 L2", BEFORE_GIVEN, "release-dose", PHARMACIST, AT_S, NEEDS(NEED_TO_RELEASE, NEED_GOOD), STAY, STEP_QUIET, "Release the dose", some_wait },
    { "S5 L2", EVERY & ~S(DRAFT) & ~S(CLOSED), "set-dose-aside", PHARMACY, AT_S, NEEDS(NEED_THERE), STAY, STEP_QUIET, "Set the dose aside", some_wait },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "prepare-dose",       NULL,       "prescription_id",      FIELD_INTEGER, INT32_MAX,   NULL,                "S5",   "Say which prescription is prepared." },
    { "prepare-dose",       NULL,       "kind",                 FIELD_CODE,    0,           CODES_DRUG,          "S5",   "Say which kind of product." },
    { "prepare-dose",       NULL,       "product",              FIELD_TEXT,    LINE,        NULL,                "S5",   "Name the product." },
    { "prepare-dose",       NULL,       "batch",                FIELD_TEXT,    LINE,        NULL,                "S5",   "Write the batch." },
    { "prepare-dose",       NULL,       "radionuclide",         FIELD_TEXT,    20,          NULL,                NULL,   NULL },
    { "prepare-dose",       NULL,       "activity_mbq",         FIELD_NUMBER,  10000,       NULL,                NULL,   NULL },
    { "prepare-dose",       NULL,       "calibrated_at_ms",     FIELD_TIME_MS, 0,           NULL,                NULL,   NULL },
    { "prepare-dose",       NULL,       "dose",                 FIELD_NUMBER,  100000,      NULL,                NULL,   NULL },
    { "prepare-dose",       NULL,       "unit",                 FIELD_CODE,    0,           CODES_UNIT,          NULL,   NULL },
    { "prepare-dose",       NULL,       "expires_at_ms",        FIELD_TIME_MS, 0,           NULL,                "L2",   "Write until when the dose may be given." },
    { "release-dose",       NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "L2",   "Say which dose." },
    { "set-dose-aside",     NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "L2",   "Say which dose." },
    { "set-dose-aside",     NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "L2",   "Write why, and what becomes of it." },
    { 0 },
};
/* clang-format on */

/* A pharmacist who prepares answers for it at once; what a technician prepares waits for one. */
static void on_prepare(Act *a, const ActEvent *e)
{
    json_t *dose = fold_item(a, e, "prepared_doses");
    if (strcmp(e->role, role_name(ROLE_PHARMACIST)) == 0)
        fold_member(dose, "released", json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
}

static void on_release(Act *a, const ActEvent *e)
{
    fold_member(act_item(a, "prepared_doses", event_int(e, "id")), "released", fold_stamp(e));
}

static void on_set_aside(Act *a, const ActEvent *e)
{
    fold_member(act_item(a, "prepared_doses", event_int(e, "id")), "set_aside", fold_stamp(e));
}

static const ActFold FOLDS[] = {
    { "prepare-dose", NULL, on_prepare },
    { "release-dose", NULL, on_release },
    { "set-dose-aside", NULL, on_set_aside },
    { 0 },
};

const ActChapter CHAPTER_PHARMACY = { .name = "pharmacy", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
