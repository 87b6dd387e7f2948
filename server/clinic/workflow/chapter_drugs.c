/*
 * What is prescribed and given in the act, and what a technologist may do alone, with a physician there, on prescription. S5, L2, L5, E23.
 *
 * Source: R.4351-1 to R.4351-2-2 (decree 2016-1672), L.5121-1; docs/decisions/0090-live-act.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/drug_seen.h"
#include "clinic/workflow/prepared_dose.h"

/* ---- the technologist's acts ---- */

enum { ALONE = 0, ON_PRESCRIPTION = 1 << 0, PHYSICIAN_THERE = 1 << 1 };
static const struct {
    const char *act;
    unsigned    asks;
} TECHNOLOGIST_ACTS[] = {
    { "positioning", ALONE },
    { "monitoring", ALONE },
    { "image-processing", ALONE },
    { "venous-line", ON_PRESCRIPTION },
    { "blood-sample", ON_PRESCRIPTION },
    { "oral-product", ON_PRESCRIPTION },
    { "injection", ON_PRESCRIPTION | PHYSICIAN_THERE },
    { "stress-test", ON_PRESCRIPTION | PHYSICIAN_THERE },
    { "aerosol", ON_PRESCRIPTION | PHYSICIAN_THERE },
};

static unsigned act_asks(const ActScene *scene)
{
    Slice act = sent_text(scene, "act", NULL);
    for (size_t i = 0; i < COUNT(TECHNOLOGIST_ACTS); i++)
        if (slice_equal_text(act, TECHNOLOGIST_ACTS[i].act))
            return TECHNOLOGIST_ACTS[i].asks;
    return ALONE; /* nothing sent: only asked whether the step may be taken */
}

/* ---- what the step names ---- */

static const json_t *prescription_of(const Act *a, const ActScene *scene)
{
    return act_item(a, "prescriptions", json_integer_value(sent_value(scene, "prescription_id", NULL)));
}

static bool is_radioactive(const ActScene *scene)
{
    return slice_equal_text(sent_text(scene, "kind", NULL), "radiopharmaceutical");
}

static bool is_swallowed(const ActScene *scene)
{
    static const char *const ROUTES[] = { "oral", "rectal", NULL };
    return code_known(ROUTES, sent_text(scene, "route", NULL));
}

/* ---- conditions ---- */

/* A physician gives on their own decision; a technologist gives what a prescription of the act names. */
static bool is_prescribed(const Act *a, const ActScene *scene)
{
    const json_t *prescription = prescription_of(a, scene);
    if (!scene->data || scene->physician)
        return true;
    const char *kind = json_string_value(json_object_get(prescription, "kind"));
    return prescription && kind && slice_equal_text(sent_text(scene, "kind", NULL), kind);
}

static bool local_is_there_for_drug(const Act *a, const ActScene *scene)
{
    return !scene->data || is_swallowed(scene) || act_local_is_there(a);
}

static bool nuclear_is_there_for_drug(const Act *a, const ActScene *scene)
{
    return !scene->data || !is_radioactive(scene) || act_nuclear_is_there(a);
}

static bool radionuclide_is_said(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !is_radioactive(scene) || says_something(sent_text(scene, "radionuclide", NULL), 2);
}

static bool activity_is_said(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !is_radioactive(scene) || sent_value(scene, "activity_mbq", NULL);
}

static bool dose_is_said(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || is_radioactive(scene) ||
           (sent_value(scene, "dose", NULL) && sent_text(scene, "unit", NULL).len > 0);
}

static bool given_at_a_time(const Act *a, const ActScene *scene)
{
    enum { AHEAD_MAX_MS = 60 * 1000 };
    int64_t given_ms = json_integer_value(sent_value(scene, "given_at_ms", NULL));
    return !scene->data || (given_ms >= act_fact_int(a, "acquisition", "started_at_ms") - AHEAD_MAX_MS &&
                            given_ms <= scene->now_ms + AHEAD_MAX_MS);
}

static bool is_physician(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->physician;
}

static bool act_is_prescribed(const Act *a, const ActScene *scene)
{
    return !(act_asks(scene) & ON_PRESCRIPTION) || prescription_of(a, scene);
}

static bool physician_is_there_for_act(const Act *a, const ActScene *scene)
{
    return !(act_asks(scene) & PHYSICIAN_THERE) || act_local_is_there(a) || act_nuclear_is_there(a);
}

/* ---- what the pharmacy prepared ---- */

static const json_t *prepared(const Act *a, const ActScene *scene)
{
    return prepared_dose_open(a, json_integer_value(sent_value(scene, "prepared_id", NULL)));
}

static bool difference_is_told(const ActScene *scene)
{
    return says_something(sent_text(scene, "difference_reason", NULL), 3);
}

/* A dose waits for this patient: it is the one that is given, or it is said why not. */
static bool prepared_is_named(const Act *a, const ActScene *scene)
{
    return !scene->data || sent_value(scene, "prepared_id", NULL) || difference_is_told(scene) ||
           !prepared_dose_waits(a, sent_text(scene, "kind", NULL));
}

static bool prepared_is_there(const Act *a, const ActScene *scene)
{
    const char *kind = json_string_value(json_object_get(prepared(a, scene), "kind"));
    return !scene->data || !sent_value(scene, "prepared_id", NULL) || (kind && slice_equal_text(sent_text(scene, "kind", NULL), kind));
}

static bool prepared_is_released(const Act *a, const ActScene *scene)
{
    const json_t *dose = prepared(a, scene);
    return !scene->data || !dose || prepared_dose_released(dose);
}

static bool prepared_batch_fits(const Act *a, const ActScene *scene)
{
    const char *batch = json_string_value(json_object_get(prepared(a, scene), "batch"));
    return !scene->data || !batch || slice_equal_fold(slice_trim(sent_text(scene, "batch", NULL)), slice_trim(slice_of(batch))) ||
           difference_is_told(scene);
}

static bool prepared_is_in_time(const Act *a, const ActScene *scene)
{
    const json_t *dose = prepared(a, scene);
    return !scene->data || !dose || difference_is_told(scene) ||
           json_integer_value(sent_value(scene, "given_at_ms", NULL)) <= json_integer_value(json_object_get(dose, "expires_at_ms"));
}

/* Within a tenth of what the dose holds at that hour: what a dose calibrator and a syringe leave. Other products: no more than was prepared. */
static bool prepared_amount_fits(const Act *a, const ActScene *scene)
{
    const double  TENTH = 0.1;
    const json_t *dose  = prepared(a, scene);
    if (!scene->data || !dose || difference_is_told(scene))
        return true;
    if (is_radioactive(scene)) {
        double there = prepared_dose_mbq(dose, json_integer_value(sent_value(scene, "given_at_ms", NULL)));
        double given = json_number_value(sent_value(scene, "activity_mbq", NULL));
        return given >= there * (1 - TENTH) && given <= there * (1 + TENTH);
    }
    const char *unit = json_string_value(json_object_get(dose, "unit"));
    return unit && slice_equal_text(sent_text(scene, "unit", NULL), unit) &&
           json_number_value(sent_value(scene, "dose", NULL)) <= json_number_value(json_object_get(dose, "dose"));
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_PRESCRIBER[1] = { { "physician", "L5", is_physician, "Only a physician prescribes." } };
static const ActNeed NEED_PRESCRIBED[1] = { { "prescription", "L5", is_prescribed, "A technologist gives what a physician has prescribed in this act: ask for the prescription first." } };
static const ActNeed NEED_LOCAL_FOR_DRUG[1] = { { "local-there", "E23", local_is_there_for_drug, "The local physician has not confirmed being there, or has left: nothing is injected before." } };
static const ActNeed NEED_NUCLEAR_FOR_DRUG[1] = { { "nuclear-physician", "E24", nuclear_is_there_for_drug, "No nuclear physician has confirmed being on site." } };
static const ActNeed NEED_RADIONUCLIDE[1] = { { "radionuclide", "L2", radionuclide_is_said, "Name the radionuclide." } };
static const ActNeed NEED_ACTIVITY[1] = { { "activity", "L2", activity_is_said, "Write the activity given, in MBq." } };
static const ActNeed NEED_DOSE[1] = { { "dose", "S5", dose_is_said, "Write the dose and its unit." } };
static const ActNeed NEED_GIVEN_WHEN[1] = { { "given-when", "S5", given_at_a_time, "The time given is not within this exam." } };
static const ActNeed NEED_PREPARED_NAMED[1] = { { "prepared", "L2", prepared_is_named, "The pharmacy has prepared a dose for this patient: say that it is this one, or why another is given." } };
static const ActNeed NEED_PREPARED_THERE[1] = { { "prepared-fit", "L2", prepared_is_there, "This prepared dose is of another kind, was given already, or was set aside." } };
static const ActNeed NEED_PREPARED_RELEASED[1] = { { "prepared-released", "S4", prepared_is_released, "No pharmacist has released this dose yet." } };
static const ActNeed NEED_PREPARED_BATCH[1] = { { "prepared-batch", "L2", prepared_batch_fits, "The batch is not that of the prepared dose: read the label again, or write why." } };
static const ActNeed NEED_PREPARED_TIME[1] = { { "prepared-expired", "L2", prepared_is_in_time, "The prepared dose had expired at that hour: take another, or write why it was given." } };
static const ActNeed NEED_PREPARED_AMOUNT[1] = { { "prepared-amount", "L2", prepared_amount_fits, "What is given differs by more than a tenth from what the prepared dose holds at that hour, or is more than was prepared: check, or write why." } };
static const ActNeed NEED_ACT_PRESCRIBED[1] = { { "prescription", "L5", act_is_prescribed, "A technologist does this on prescription only: ask for the prescription first." } };
static const ActNeed NEED_ACT_PHYSICIAN[1] = { { "physician-there", "L5", physician_is_there_for_act, "A technologist does this only while a physician who can step in has confirmed being there." } };

#define CARE_STATES S(RUNNING)|S(RELEASED)

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "S5 L5", S(VALIDATED)|S(PLANNED)|CARE_STATES, "prescribe", IMAGER|LOCAL|NUCLEAR|REQUESTER, AT_ALL, NEEDS(NEED_PRESCRIBER), STAY, STEP_QUIET, "Prescribe" },
    { "S5 L2 L5 E23 E24", CARE_STATES, "give-drug", TECHNOLOGIST|LOCAL|NUCLEAR, AT_S, NEEDS(NEED_PRESCRIBED, NEED_LOCAL_FOR_DRUG, NEED_NUCLEAR_FOR_DRUG, NEED_RADIONUCLIDE, NEED_ACTIVITY, NEED_DOSE, NEED_GIVEN_WHEN, NEED_PREPARED_NAMED, NEED_PREPARED_THERE, NEED_PREPARED_RELEASED, NEED_PREPARED_BATCH, NEED_PREPARED_TIME, NEED_PREPARED_AMOUNT), STAY, STEP_QUIET, "Record what is given" },
    { "L5", CARE_STATES, "technologist-act", TECHNOLOGIST, AT_S, NEEDS(NEED_ACT_PRESCRIBED, NEED_ACT_PHYSICIAN), STAY, STEP_QUIET, "Record an act of the technologist" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "prescribe",          NULL,       "kind",                 FIELD_CODE,    0,           CODES_DRUG,          "S5",   "Say which kind of product." },
    { "prescribe",          NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "S5",   "Write what is prescribed: product, dose, route." },
    { "give-drug",          NULL,       "prescription_id",      FIELD_INTEGER, INT32_MAX,   NULL,                NULL,   NULL },
    { "give-drug",          NULL,       "kind",                 FIELD_CODE,    0,           CODES_DRUG,          "S5",   "Say which kind of product." },
    { "give-drug",          NULL,       "product",              FIELD_TEXT,    LINE,        NULL,                "S5",   "Name the product." },
    { "give-drug",          NULL,       "batch",                FIELD_TEXT,    LINE,        NULL,                "S5",   "Write the batch." },
    { "give-drug",          NULL,       "dose",                 FIELD_NUMBER,  100000,      NULL,                NULL,   NULL },
    { "give-drug",          NULL,       "unit",                 FIELD_CODE,    0,           CODES_UNIT,          NULL,   NULL },
    { "give-drug",          NULL,       "radionuclide",         FIELD_TEXT,    20,          NULL,                NULL,   NULL },
    { "give-drug",          NULL,       "activity_mbq",         FIELD_NUMBER,  10000,       NULL,                NULL,   NULL },
    { "give-drug",          NULL,       "route",                FIELD_CODE,    0,           CODES_ROUTE,         "S5",   "Say by which route." },
    { "give-drug",          NULL,       "given_at_ms",          FIELD_TIME_MS, 0,           NULL,                "S5",   "Say when it was given." },
    { "give-drug",          NULL,       "prepared_id",          FIELD_INTEGER, INT32_MAX,   NULL,                NULL,   NULL },
    { "give-drug",          NULL,       "difference_reason",    FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "technologist-act",   NULL,       "act",                  FIELD_CODE,    0,           CODES_TECHNOLOGIST,  "L5",   "Say which act." },
    { "technologist-act",   NULL,       "prescription_id",      FIELD_INTEGER, INT32_MAX,   NULL,                NULL,   NULL },
    { "technologist-act",   NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { 0 },
};
/* clang-format on */

static void on_prescribe(Act *a, const ActEvent *e)
{
    fold_item(a, e, "prescriptions");
}

/* Who prescribed is told beside what was given; a physician without a prescription decided alone. */
static void on_give_drug(Act *a, const ActEvent *e)
{
    json_t       *drug         = fold_item(a, e, "drugs");
    const json_t *prescription = act_item(a, "prescriptions", event_int(e, "prescription_id"));
    json_t       *prescriber   = json_object_get(prescription, "by");
    fold_member(drug, "prescriber", prescriber ? json_deep_copy(prescriber) : act_by(e));
    json_t *dose = prepared_dose_open(a, event_int(e, "prepared_id"));
    if (dose) {
        fold_member(dose, "given", json_pack("{s:I, s:o}", "at_ms", (json_int_t)event_int(e, "given_at_ms"), "by", act_by(e)));
        if (json_object_get(dose, "activity_mbq"))
            fold_member(drug, "prepared_mbq", json_real(prepared_dose_mbq(dose, event_int(e, "given_at_ms"))));
    }
    drugs_seen_refresh(a->facts);
}

static void on_technologist_act(Act *a, const ActEvent *e)
{
    fold_item(a, e, "technologist_acts");
}

static const ActFold FOLDS[] = {
    { "prescribe", NULL, on_prescribe },
    { "give-drug", NULL, on_give_drug },
    { "technologist-act", NULL, on_technologist_act },
    { 0 },
};

const ActChapter CHAPTER_DRUGS = { .name = "drugs", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
