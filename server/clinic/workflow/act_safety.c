/*
 * Conditions of safety before the exam: contrast and kidneys, implants and MRI, pregnancy, weight of children. Pure. E5, E11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <time.h>

#include "base/own.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"

enum { ADULT_YEARS = 18, RENAL_DAYS = 90 /* of a protocol that does not say */ };
#define DAY_MS (24LL * 60 * 60 * 1000)

/* ---- contrast ---- */

/* Of the protocol that is being ordered, else of the one ordered. */
static Slice contrast_of(const Act *a, const ActScene *scene)
{
    if (sent_value(scene, "protocol", NULL)) {
        if (scene->protocol_known)
            return slice_of(scene->protocol_contrast);
        if (!slice_equal_text(sent_text(scene, "protocol", "injection"), "contrast"))
            return SLICE("none");
        Slice said = sent_text(scene, "protocol", "contrast");
        return said.len ? said : strcmp(a->modality, "MR") == 0 ? SLICE("gadolinium") : SLICE("iodinated");
    }
    return slice_of(json_string_value(json_object_get(act_fact(a, "protocol", "contrast"), "kind")));
}

static bool injects(const Act *a, const ActScene *scene)
{
    Slice kind = contrast_of(a, scene);
    return slice_equal_text(kind, "iodinated") || slice_equal_text(kind, "gadolinium");
}

static int64_t renal_days(const Act *a, const ActScene *scene)
{
    if (sent_value(scene, "protocol", NULL))
        return scene->protocol_known ? scene->protocol_renal_days : RENAL_DAYS;
    return json_integer_value(json_object_get(act_fact(a, "protocol", "contrast"), "renal_days"));
}

/* Start of that day, UTC; -1 when it is no date. */
static int64_t day_ms(Slice date)
{
    int64_t year = 0, month = 0, day = 0;
    if (date.len != 10 || date.at[4] != '-' || date.at[7] != '-' || !slice_int(slice_part(date, 0, 4), &year) ||
        !slice_int(slice_part(date, 5, 2), &month) || !slice_int(slice_part(date, 8, 2), &day) || month < 1 || month > 12 || day < 1 ||
        day > 31 || year < 1900)
        return -1;
    struct tm at = { .tm_year = (int)year - 1900, .tm_mon = (int)month - 1, .tm_mday = (int)day };
    return (int64_t)timegm(&at) * 1000;
}

/* Measured, dated, and not older at the exam than the protocol allows; or the imager wrote why it cannot wait. */
static bool renal_is_known(const Act *a, const ActScene *scene)
{
    int64_t days = renal_days(a, scene);
    if (!injects(a, scene) || days <= 0 || says_something(sent_text(scene, "renal_waiver", NULL), 10) ||
        act_fact_text(a, "verdict", "renal_waiver").len)
        return true;
    int64_t slot_ms = json_integer_value(sent_value(scene, "start_ms", NULL));
    int64_t exam_ms = slot_ms ? slot_ms : a->slot_start_ms > scene->now_ms ? a->slot_start_ms : scene->now_ms;
    int64_t at_ms   = day_ms(act_fact_text(a, "request", "renal_date"));
    return json_number_value(act_fact(a, "request", "renal_value")) > 0 && act_fact_text(a, "request", "renal_unit").len && at_ms >= 0 &&
           at_ms <= scene->now_ms + DAY_MS && exam_ms - at_ms < (days + 1) * DAY_MS;
}

static bool allergies_are_known(const Act *a, const ActScene *scene)
{
    return !injects(a, scene) || says_something(act_fact_text(a, "request", "allergies"), 2);
}

static bool weight_is_known(const Act *a, const ActScene *scene)
{
    return !injects(a, scene) || json_number_value(act_fact(a, "request", "weight_kg")) > 0;
}

static bool metformin_is_known(const Act *a, const ActScene *scene)
{
    return !slice_equal_text(contrast_of(a, scene), "iodinated") || act_fact_text(a, "request", "metformin").len > 0;
}

/* ---- what is radioactive ---- */

static const char *modality_asked(const Act *a, const ActScene *scene)
{
    const char *changed = json_string_value(sent_value(scene, "change", "modality"));
    return changed && *changed ? changed : a->modality;
}

/* Sugar and insulin decide of the picture that labelled glucose gives. */
static bool diabetes_is_known(const Act *a, const ActScene *scene)
{
    const char *modality = modality_asked(a, scene);
    return (strcmp(modality, "PT") != 0 && strcmp(modality, "PT/CT") != 0) || act_fact_text(a, "request", "diabetes").len > 0;
}

static bool breastfeeding_is_known(const Act *a, const ActScene *scene)
{
    return !modality_is_nuclear(modality_asked(a, scene)) || !pregnancy_matters(scene->patient_sex, scene->patient_age) ||
           act_fact_text(a, "request", "breastfeeding").len > 0;
}

/* ---- MRI ---- */

/* Items of the checklist before a magnet; the first of them need the imager's word before anybody enters. */
static const struct {
    const char *item, *text;
    bool        grave;
} MRI[] = {
    { "mri_pacemaker", "MRI safety: say whether the patient has a pacemaker or defibrillator.", true },
    { "mri_neurostimulator", "MRI safety: say whether the patient has a neurostimulator.", true },
    { "mri_cochlear", "MRI safety: say whether the patient has a cochlear implant.", true },
    { "mri_clip", "MRI safety: say whether the patient has a vascular clip in the head.", true },
    { "mri_metal_in_eye", "MRI safety: say whether a metal splinter may be in an eye.", true },
    { "mri_pump", "MRI safety: say whether the patient carries a pump.", true },
    { "mri_valve_stent", "MRI safety: say whether the patient has a heart valve or a stent.", false },
    { "mri_prosthesis", "MRI safety: say whether the patient has a prosthesis or osteosynthesis.", false },
    { "mri_claustrophobia", "MRI safety: say whether the patient is claustrophobic.", false },
};

static bool is_mri(const Act *a, const ActScene *scene)
{
    return strcmp(modality_asked(a, scene), "MR") == 0;
}

static bool mri_items_are_answered(const Act *a, const ActScene *scene)
{
    for (size_t i = 0; is_mri(a, scene) && i < COUNT(MRI); i++)
        if (!act_fact_text(a, "request", MRI[i].item).len)
            return false;
    return true;
}

static void explain_mri_items(const Act *a, const ActScene *scene, MissingList *ret)
{
    (void)scene;
    for (size_t i = 0; i < COUNT(MRI); i++)
        if (!act_fact_text(a, "request", MRI[i].item).len)
            missing_add(ret, MRI[i].item, MRI[i].text, "E5");
}

static bool mri_risk(const Act *a, const ActScene *scene, bool grave)
{
    for (size_t i = 0; is_mri(a, scene) && i < COUNT(MRI); i++) {
        Slice said = act_fact_text(a, "request", MRI[i].item);
        if ((MRI[i].grave || !grave) && said.len && !slice_equal_text(said, "no"))
            return true;
    }
    return false;
}

static bool mri_is_described(const Act *a, const ActScene *scene)
{
    return !mri_risk(a, scene, false) || says_something(act_fact_text(a, "request", "implants"), 3);
}

static bool mri_is_decided(const Act *a, const ActScene *scene)
{
    return !scene->data || !mri_risk(a, scene, true) || says_something(sent_text(scene, "mri_decision", NULL), 10);
}

static bool mri_is_checked(const Act *a, const ActScene *scene)
{
    return !is_mri(a, scene) || slice_equal_text(act_fact_text(a, "mri_check", "result"), "safe");
}

/* ---- children, pregnancy ---- */

static bool child_is_weighed(const Act *a, const ActScene *scene)
{
    return strcmp(a->modality, "US") == 0 || scene->patient_age < 0 || scene->patient_age >= ADULT_YEARS ||
           json_number_value(act_fact(a, "request", "weight_kg")) > 0;
}

static bool pregnancy_is_decided(const Act *a, const ActScene *scene)
{
    Slice said = act_fact_text(a, "request", "pregnancy");
    if (!scene->data || !modality_irradiates(modality_asked(a, scene)) ||
        !pregnancy_matters(scene->patient_sex, scene->patient_age) || slice_equal_text(said, "no"))
        return true;
    return says_something(sent_text(scene, "pregnancy_decision", NULL), 10);
}

/* clang-format off */
const ActNeed NEED_RENAL[1] = { { "renal-function", "E5", renal_is_known, "For this injection the renal function (value, unit, date) is missing or older than the protocol allows: ask for it, or write why the injection cannot wait." } };
const ActNeed NEED_CONTRAST_ALLERGIES[1] = { { "allergies", "E5", allergies_are_known, "Before an injection the allergies must be known (or “none known”)." } };
const ActNeed NEED_CONTRAST_WEIGHT[1] = { { "weight", "E5", weight_is_known, "Before an injection the weight must be known." } };
const ActNeed NEED_METFORMIN[1] = { { "metformin", "E5", metformin_is_known, "Before iodinated contrast, say whether the patient takes metformin." } };
const ActNeed NEED_DIABETES[1] = { { "diabetes", "E5", diabetes_is_known, "Before a PET say whether the patient is diabetic: sugar and insulin change the picture." } };
const ActNeed NEED_BREASTFEEDING[1] = { { "breastfeeding", "E5 E11", breastfeeding_is_known, "Before something radioactive say whether the patient is breastfeeding." } };
const ActNeed NEED_MRI_ITEMS[1] = { { "mri-safety", "E5", mri_items_are_answered, "Answer each item of the MRI safety checklist.", explain_mri_items } };
const ActNeed NEED_MRI_DETAILS[1] = { { "implants", "E5", mri_is_described, "Describe the implant or the risk that the MRI checklist tells of (model, date)." } };
const ActNeed NEED_MRI_DECISION[1] = { { "mri-decision", "E5", mri_is_decided, "The MRI checklist tells of a danger: write why the exam may be done, and how." } };
const ActNeed NEED_MRI_CHECKED[1] = { { "mri-check", "E5", mri_is_checked, "The MRI safety checklist is not repeated with the patient at the door of the magnet." } };
const ActNeed NEED_CHILD_WEIGHT[1] = { { "weight", "E11", child_is_weighed, "The weight of a child is needed for the choice of the protocol." } };
const ActNeed NEED_PREGNANCY_DECISION[1] = { { "pregnancy-decision", "E11", pregnancy_is_decided, "A pregnancy is possible, known or not excluded: write why this exam may be done now, and what protects the child." } };
