/*
 * Delivery, the patient told, records checked, care offered instead, the end. E9, E31, E34, E35.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"

static bool dmp_wanted(const Act *a, const ActScene *scene)
{
    return !scene->data || !act_patient_objects(a, "dmp") || slice_equal_text(sent_text(scene, "dmp", NULL), "opposed");
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_PATIENT_INFORMED[1] = { { "patient-informed", "E34", act_patient_is_informed, "The patient is not informed of the result." } };
static const ActNeed NEED_DMP_DONE[1] = { { "dmp-checked", "E35", act_dmp_is_done, "The patient's record and DMP are not checked." } };
static const ActNeed NEED_ACKNOWLEDGED[1] = { { "acknowledged", "E31", act_is_acknowledged, "The requester has not acknowledged the report." } };
static const ActNeed NEED_ALTERNATIVE[1] = { { "alternative", "E9", act_has_alternative, "Write which other care was offered to the patient." } };
static const ActNeed NEED_RECORD_CHECKED[1] = { { "record-checked", "E35", act_record_is_checked, "Confirm that the data are in the patient's record, and in the DMP when there is one." } };
const ActNeed NEED_TOLD_WHEN[1] = { { "told-when", "E9", act_told_at_a_time, "Say when the patient was told: after the request, not in the future." } };

static const ActNeed NEED_DMP_WANTED[1] = { { "dmp-objection", "L8", dmp_wanted, "The patient objects to the DMP: nothing is put there, say so." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E9", NOT_DONE_YET, "offer-alternative", IMAGER|REQUESTER, AT_R|AT_I, NEEDS(NEED_TOLD_WHEN), STAY, 0, "Record the care offered instead" },
    { "E31", S(SIGNED), "deliver", NOBODY, 0, NO_NEEDS, ACT_DELIVERED, STEP_SYSTEM, "Deliver" },
    { "E31", S(DELIVERED), "acknowledge", REQUESTER, AT_R, NO_NEEDS, ACT_ACKNOWLEDGED, 0, "I have read the report" },
    { "E34", S(DELIVERED)|S(ACKNOWLEDGED), "inform-patient", REQUESTER, AT_R, NEEDS(NEED_ANNOUNCED), STAY, 0, "The patient is informed" },
    { "E34", S(DELIVERED)|S(ACKNOWLEDGED), "patient-copy", REQUESTER, AT_R, NEEDS(NEED_ANNOUNCED, NEED_PATIENT_INFORMED), STAY, 0, "The patient's copy" },
    { "E35", S(DELIVERED)|S(ACKNOWLEDGED), "check-dmp", REQUESTER, AT_R, NEEDS(NEED_RECORD_CHECKED, NEED_DMP_WANTED), STAY, 0, "Record and DMP are checked" },
    { "E21 E26 E27 E30 E31 E33 E34 E35 L10", S(ACKNOWLEDGED), "close", REQUESTER, AT_R, NEEDS(NEED_ACKNOWLEDGED, NEED_URGENT_CLOSED, NEED_INCIDENTS_CLOSED, NEED_SECOND_ANSWERED, NEED_ANNOUNCED, NEED_PATIENT_INFORMED, NEED_DMP_DONE, NEED_DELIVERIES_SETTLED, NEED_FOLLOWED_UP, NEED_SITE_CONFIRMED, NEED_RECORDS, NEED_EXCEPTION_REVIEWED), ACT_CLOSED, 0, "Close the act" },
    { "E9 E21 E26 L10", NOT_DONE_YET, "close", REQUESTER, AT_R, NEEDS(NEED_ALTERNATIVE, NEED_URGENT_CLOSED, NEED_INCIDENTS_CLOSED, NEED_RECORDS, NEED_EXCEPTION_REVIEWED), ACT_CLOSED, 0, "Close the act" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "offer-alternative",  NULL,       "offered",              FIELD_TEXT,    LONG,        NULL,                "E9",   "Write which other care was offered to the patient." },
    { "offer-alternative",  NULL,       "offered_by",           FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "offer-alternative",  NULL,       "patient_told_at_ms",   FIELD_TIME_MS, 0,           NULL,                "E9",   "Say when the patient was told." },
    { "offer-alternative",  NULL,       "answer",               FIELD_TEXT,    LONG,        NULL,                "E9",   "Write the patient's answer." },
    { "inform-patient",     NULL,       "how",                  FIELD_CODE,    0,           CODES_INFORMED_HOW,  "E34",  "Say how the patient was informed." },
    { "inform-patient",     NULL,       "content_given",        FIELD_TEXT,    LONG,        NULL,                "E34",  "Write what the patient was told." },
    { "patient-copy",       NULL,       "how",                  FIELD_CODE,    0,           CODES_COPY_HOW,      "E34",  "Say how the patient gets the report." },
    { "check-dmp",          NULL,       "record_checked",       FIELD_BOOLEAN, 0,           NULL,                NULL,   NULL },
    { "check-dmp",          NULL,       "dmp",                  FIELD_CODE,    0,           CODES_DMP,           "E35",  "Say whether the patient has a DMP." },
    { "check-dmp",          NULL,       "checked",              FIELD_TEXT_OR_BOOLEAN, LINE, NULL,               NULL,   NULL },
    { 0 },
};
/* clang-format on */

static void on_deliver(Act *a, const ActEvent *e)
{
    fold_set(a, "deliveries", json_deep_copy(json_object_get(e->data, "deliveries")));
    fold_set(a, "delivered_at_ms", json_integer(e->at_ms));
    fold_set(a, "document", json_deep_copy(json_object_get(e->data, "document")));
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
        fold_member(line, "status", json_string(status));
        fold_member(line, "why", why ? json_string(why) : json_null());
        fold_member(line, "at_ms", json_integer(e->at_ms));
    }
}

static void on_acknowledge(Act *a, const ActEvent *e)
{
    size_t  i;
    json_t *line;
    fold_set(a, "acknowledged", fold_stamp(e));
    json_array_foreach (json_object_get(a->facts, "deliveries"), i, line)
        if (json_object_get(line, "id") && strcmp(json_string_value(json_object_get(line, "to")), "requester") == 0) {
            fold_member(line, "status", json_string("opened"));
            fold_member(line, "at_ms", json_integer(e->at_ms));
        }
}

static void on_inform_patient(Act *a, const ActEvent *e)
{
    fold_set(a, "patient_informed", fold_stamp(e));
    if (!act_fact(a, "patient_copy", NULL))
        patient_delivery(a, e, "waiting", "no-copy-yet");
}

static void on_patient_copy(Act *a, const ActEvent *e)
{
    bool paper = strcmp(event_text(e, "how"), "none-wanted") != 0; /* or the secure message: given */
    fold_set(a, "patient_copy", fold_stamp(e));
    patient_delivery(a, e, paper ? "delivered" : "not-reached", paper ? NULL : "none-wanted");
}

static const ActFold FOLDS[] = {
    { "offer-alternative", "alternative", NULL },
    { "deliver", NULL, on_deliver },
    { "acknowledge", NULL, on_acknowledge },
    { "inform-patient", NULL, on_inform_patient },
    { "patient-copy", NULL, on_patient_copy },
    { "check-dmp", "dmp", NULL },
    { "close", "closed", NULL },
    { 0 },
};

const ActChapter CHAPTER_AFTER = { .name = "after", .kinds = KIND_ANY, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
