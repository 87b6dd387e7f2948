/*
 * The access of the patient, or of who represents the patient, to the patient's own record: handed, closed, used. E34, T7, L8, L9.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/patient_access.h"

static const char *const CODES_HOLDER[]   = { "patient", "parent", "guardian", NULL };
static const char *const CODES_SEEN[]     = { "passport", "id-card", "residence-permit", NULL };
enum { OF_AGE = 18 };

#define HELD (S(DELIVERED) | S(ACKNOWLEDGED) | S(CLOSED))

static bool identified(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->identified;
}

static bool not_objected(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_patient_objects(a, "patient-page");
}

static bool is_child(const ActScene *scene)
{
    return scene->patient_age >= 0 && scene->patient_age < OF_AGE;
}

/* A child's paper goes to who holds parental authority; that of somebody of age never to a parent. */
static bool holder_of_age(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !slice_equal_text(sent_text(scene, "holder", NULL), "patient") || !is_child(scene);
}

static bool parent_of_child(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !slice_equal_text(sent_text(scene, "holder", NULL), "parent") || is_child(scene);
}

static bool named(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || slice_equal_text(sent_text(scene, "holder", NULL), "patient") ||
           (says_something(sent_text(scene, "name", NULL), 3) && says_something(sent_text(scene, "relation", NULL), 3));
}

/* clang-format off */
/*    name                    code                   asked by      holds             what to say */
static const ActNeed IDENTIFIED[1] = { { "identity-trusted", "E34", identified,      "The patient's identity is not validated: compare it with an identity document in the record first. No access is handed on a provisional identity." } };
static const ActNeed NO_OBJECTION[1] = { { "objection",      "L8",  not_objected,    "The patient objects to this act being on their page: nothing is handed over until the patient lifts the objection." } };
static const ActNeed AGE[1]        = { { "holder-age",       "E34", holder_of_age,   "The patient is under age: hand the paper to who holds parental authority, or to the guardian." } };
static const ActNeed CHILD[1]      = { { "holder-parent",    "E34", parent_of_child, "The patient is of age: hand the paper to the patient, or to a guardian named by a court." } };
static const ActNeed NAMED[1]      = { { "holder-name",      "E34", named,           "Write the name of who represents the patient, and in which quality (mother, father, guardian)." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E34 T7 L9", SENT, "hand-patient-access", REQUESTER|TECHNOLOGIST|SECRETARY|LOCAL|NUCLEAR, AT_R|AT_S, NEEDS(IDENTIFIED, NO_OBJECTION, AGE, CHILD, NAMED), STAY, STEP_QUIET|STEP_ROOM, "Hand over the patient's access" },
    { "E34 T7 L8", SENT, "end-patient-access", REQUESTER|TECHNOLOGIST|SECRETARY|LOCAL|NUCLEAR, AT_R|AT_S, NO_NEEDS, STAY, STEP_QUIET|STEP_ROOM, "Close the patient's access" },
    { "E34 T7", HELD, "patient-opened", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The patient opened the report" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                  within      name                    kind     max          codes                why     when it is missing */
    { "hand-patient-access", NULL,       "holder",               FIELD_CODE,    0,           CODES_HOLDER,        "E34",  "Say to whom the paper is handed: the patient, a parent, a guardian." },
    { "hand-patient-access", NULL,       "name",                 FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "hand-patient-access", NULL,       "relation",             FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "hand-patient-access", NULL,       "document",             FIELD_CODE,    0,           CODES_SEEN,          "E34",  "Say which identity document of the person in front of you was seen." },
    { "hand-patient-access", NULL,       "code_until_ms",        FIELD_TIME_MS, 0,           NULL,                NULL,   NULL },
    { "end-patient-access",  NULL,       "access",               FIELD_INTEGER, INT64_MAX,   NULL,                "E34",  "Say which access." },
    { "end-patient-access",  NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                "E34",  "Write why the access is closed." },
    { 0 },
};
/* clang-format on */

/* The patient's own line among the deliveries: reached, by the page. */
static void on_opened(Act *a, const ActEvent *e)
{
    size_t  i;
    json_t *line;
    fold_set(a, "patient_opened", fold_stamp(e));
    json_array_foreach (json_object_get(a->facts, "deliveries"), i, line) {
        const char *to = json_string_value(json_object_get(line, "to"));
        if (!to || strcmp(to, "patient") != 0)
            continue;
        fold_member(line, "status", json_string("opened"));
        fold_member(line, "why", json_null());
        fold_member(line, "at_ms", json_integer(e->at_ms));
    }
}

static void on_hand(Act *a, const ActEvent *e)
{
    (void)fold_item(a, e, "patient_papers");
}

static const ActFold FOLDS[] = {
    { "hand-patient-access", NULL, on_hand },
    { "patient-opened", NULL, on_opened },
    { 0 },
};

const ActChapter CHAPTER_PATIENT = { .name   = "patient",
                                     .kinds  = KIND_EXAM | KIND_EXPERTISE,
                                     .steps  = STEPS,
                                     .fields = FIELDS,
                                     .folds  = FOLDS,
                                     .look   = patient_access_look };
