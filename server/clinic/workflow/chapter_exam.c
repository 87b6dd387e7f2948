/*
 * The exam as it is done, its quality, the departure. E17, E18, E22.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"

static void explain_count(MissingList *ret, const ActNeed *need, int64_t count)
{
    missing_add(ret, need->code, need->text, need->why);
    if (ret->count)
        ret->items[ret->count - 1].count = count;
}

static void explain_missing(const Act *a, const ActScene *scene, MissingList *ret);
static void explain_gaps(const Act *a, const ActScene *scene, MissingList *ret);

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_QUALITY[1] = { { "quality", "E18", act_has_quality, "The imager has not judged the images." } };
static const ActNeed NEED_QUALITY_COMMENT[1] = { { "quality-comment", "E18", act_quality_is_explained, "Say in what the images are limited." } };
static const ActNeed NEED_IMAGES[1] = { { "images", "E18", act_has_images, "No image has been received." } };
static const ActNeed NEED_ACQUISITION_OVER[1] = { { "acquisition-over", "E22", act_acquisition_is_over, "The technologist has not said how many images the modality made." } };
static const ActNeed NEED_ALL_IMAGES[1] = { { "images-missing", "E22", act_has_all_images, "Images that the modality made have not arrived.", explain_missing } };
static const ActNeed NEED_NO_GAPS[1] = { { "images-gaps", "E22", act_has_no_gaps, "Images are missing by their numbers, their positions or what the modality says it made: send them, or judge the images limited and say why.", explain_gaps } };
const ActNeed NEED_RIGHT_PATIENT[1] = { { "wrong-patient", "E15", act_images_are_the_patients, "Images received carry another patient's identity." } };

#define IMAGES_SEEN NEED_QUALITY, NEED_IMAGES, NEED_ACQUISITION_OVER, NEED_ALL_IMAGES, NEED_NO_GAPS, NEED_RIGHT_PATIENT

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E22", S(RUNNING)|S(GONE), "end-acquisition", TECHNOLOGIST, AT_S, NEEDS(NEED_PROTOCOL_READ), STAY, 0, "The acquisition is over" },
    { "E18", S(RUNNING), "more-images", IMAGER, AT_I, NO_NEEDS, STAY, 0, "Ask for more images" },
    { "E18", S(RUNNING)|S(GONE), "judge-quality", IMAGER, AT_I, NEEDS(NEED_QUALITY_COMMENT), STAY, 0, "Judge the images" },
    { "E18 E22", S(RUNNING), "release", IMAGER, AT_I, NEEDS(IMAGES_SEEN), ACT_RELEASED, STEP_STALE, "Release the patient" },
    { "E18 E22", S(GONE), "release", IMAGER, AT_I, NEEDS(IMAGES_SEEN), ACT_LEFT, STEP_STALE, "Release the patient" },
    { "E18 E23", S(RELEASED), "patient-left", TECHNOLOGIST, AT_S, NEEDS(NEED_QUALITY, NEED_CARED_FOR), ACT_LEFT, 0, "The patient has left" },
    { "E18", S(RUNNING), "patient-gone", TECHNOLOGIST, AT_S, NO_NEEDS, ACT_GONE, 0, "The patient went away without release" },
    { "E18", S(GONE), "recall", IMAGER, AT_I, NO_NEEDS, ACT_VALIDATED, 0, "Recall the patient" },
    { "E9", S(PLANNED)|S(RUNNING), "abandon", IMAGER, AT_I, NO_NEEDS, ACT_NOT_DONE, 0, "Give the exam up" },
    { "E17 E22", S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED)|S(LEFT), "performed-step", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The modality says what it performs" },
    { "E22", S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED)|S(LEFT), "images-counted", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The images are counted" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "end-acquisition",    NULL,       "made",                 FIELD_INTEGER, 1000000,     NULL,                "E22",  "Say how many images the modality made." },
    { "more-images",        NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E18",  "Say which images are needed." },
    { "judge-quality",      NULL,       "verdict",              FIELD_CODE,    0,           CODES_QUALITY,       "E18",  "Judge the quality of the images." },
    { "judge-quality",      NULL,       "comment",              FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "patient-gone",       NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E18",  "Say what happened." },
    { "recall",             NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E18",  "Say why the patient is recalled." },
    { "abandon",            NULL,       "code",                 FIELD_CODE,    0,           CODES_CANCELLATION,  "E9",   "Choose why the exam is given up." },
    { "abandon",            NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E9",   "Write why the exam is given up." },
    { 0 },
};
/* clang-format on */

static void explain_missing(const Act *a, const ActScene *scene, MissingList *ret)
{
    explain_count(ret, NEED_ALL_IMAGES, act_images_missing(a, scene));
}

static void explain_gaps(const Act *a, const ActScene *scene, MissingList *ret)
{
    (void)a;
    explain_count(ret, NEED_NO_GAPS, scene->gaps);
}

static void on_end_acquisition(Act *a, const ActEvent *e)
{
    fold_member(
        json_object_get(a->facts, "acquisition"), "ended",
        json_pack("{s:I, s:I}", "at_ms", (json_int_t)e->at_ms, "made", (json_int_t)event_int(e, "made")));
}

/* What a machine says of one step: the last word counts. */
static void on_performed_step(Act *a, const ActEvent *e)
{
    json_t *list = fold_list(a, "performed"), *one;
    size_t  i;
    json_array_foreach (list, i, one)
        if (strcmp(event_text(e, "uid"), json_string_value(json_object_get(one, "uid"))) == 0) {
            json_array_set_new(list, i, fold_stamp(e));
            return;
        }
    json_array_append_new(list, fold_stamp(e));
}

static void on_more_images(Act *a, const ActEvent *e)
{
    json_t *order = fold_item(a, e, "orders");
    fold_member(order, "to", json_string("technologist"));
    fold_member(order, "kind", json_string("more-images"));
    json_object_del(a->facts, "quality"); /* judged without the images that are asked for now */
    fold_member(json_object_get(a->facts, "acquisition"), "ended", json_null());
}

static void on_patient_gone(Act *a, const ActEvent *e)
{
    json_t *departure = fold_stamp(e);
    fold_member(departure, "released", json_false());
    fold_set(a, "departure", departure);
    fold_incident(a, e, "other", event_text(e, "text"));
}

static void on_patient_left(Act *a, const ActEvent *e)
{
    json_t *departure = fold_stamp(e);
    fold_member(departure, "released", json_true());
    fold_set(a, "departure", departure);
}

/* The patient comes again: what belonged to the first coming has to be done once more. */
static void on_recall(Act *a, const ActEvent *e)
{
    static const char *const AGAIN[] = { "slot",    "identity",  "imager_presence",       "acquisition",
                                         "quality", "departure", "protocol_acknowledged", "local_physician",
                                         "channel", "video",     "nuclear_presence",      "device_explained",
                                         "preparation", "pregnancy_decision" };
    json_array_append_new(fold_list(a, "recalls"), fold_stamp(e));
    for (size_t i = 0; i < COUNT(AGAIN); i++)
        json_object_del(a->facts, AGAIN[i]);
    a->slot_start_ms = 0;
    a->slot_room_id  = 0;
    a->sps_id[0]     = '\0';
}

static const ActFold FOLDS[] = {
    { "end-acquisition", NULL, on_end_acquisition },
    { "more-images", NULL, on_more_images },
    { "judge-quality", "quality", NULL },
    { "release", "release", NULL },
    { "patient-left", NULL, on_patient_left },
    { "patient-gone", NULL, on_patient_gone },
    { "recall", NULL, on_recall },
    { "abandon", "abandonment", NULL },
    { "performed-step", NULL, on_performed_step },
    { "images-counted", "completeness", NULL },
    { 0 },
};

const ActChapter CHAPTER_EXAM = { .name = "exam", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
