/*
 * The protocol read, the identity, the start. E1, E15, E19.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_fitness.h"
#include "clinic/workflow/identity.h"

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_INFORMED[1] = { { "information", "E3", act_is_informed, "The patient's information is missing." } };
static const ActNeed NEED_CONSENT_ACT[1] = { { "consent-act", "E3", act_has_consent_act, "The consent to the exam is missing." } };
static const ActNeed NEED_CONSENT_DISTANCE[1] = { { "consent-distance", "E3", act_has_consent_distance, "The consent to its being remote is missing." } };
static const ActNeed NEED_NOT_WITHDRAWN[1] = { { "consent-withdrawn", "E3", act_nothing_withdrawn, "The patient has withdrawn a consent." } };
static const ActNeed NEED_IDENTITY[1] = { { "identity", "E15", act_identity_matches, "The patient's identity is not checked, or does not match." } };
static const ActNeed NEED_ASKED[1] = { { "asked", "E15", identity_is_asked, "Say how the identity was asked: an open question to the patient, a relative, or the patient is unable to answer." } };
static const ActNeed NEED_PROVED[1] = { { "identity-proof", "E15", identity_is_proved, "The patient could not answer: say why, and name the document or wristband that was seen." } };
static const ActNeed NEED_RELATIVE[1] = { { "asked-text", "E15", identity_relative_is_named, "Say who answered for the patient." } };
static const ActNeed NEED_PLACE[1] = { { "birth-place", "E15", identity_place_is_asked, "A homonym or a doubtful identity: ask for the place of birth too." } };

#define CONSENTS NEED_INFORMED, NEED_CONSENT_ACT, NEED_CONSENT_DISTANCE, NEED_NOT_WITHDRAWN, NEED_CONSENTS_FIT

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E15", S(PLANNED), "check-identity", TECHNOLOGIST, AT_S, NEEDS(NEED_ASKED, NEED_PROVED, NEED_RELATIVE, NEED_PLACE), STAY, 0, "Check the patient's identity" },
    { "E1 E3 E11 E14 E15 E19 E23 E24 L9", S(PLANNED), "start", TECHNOLOGIST, AT_S, NEEDS(CONSENTS, NEED_NO_OBJECTION, NEED_IDENTITY, NEED_IMAGER_THERE, NEED_LOCAL_PHYSICIAN, NEED_LOCAL_REACHABLE, NEED_LOCAL_CONFIRMED, NEED_NUCLEAR, NEED_VIDEO, NEED_CHANNEL, NEED_DEVICE, NEED_PREPARED, NEED_PREGNANCY_DECIDED, NEED_PROTOCOL_READ, NEED_RENAL, NEED_MRI_CHECKED, NEED_TECHNOLOGIST_FIT, NEED_EQUIPMENT_FIT), ACT_RUNNING, STEP_STALE, "Start the exam" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "check-identity",     NULL,       "birth_name",           FIELD_TEXT,    LINE,        NULL,                "E15",  "Write the birth name as the patient says it." },
    { "check-identity",     NULL,       "first_given",          FIELD_TEXT,    LINE,        NULL,                "E15",  "Write the first given name as the patient says it." },
    { "check-identity",     NULL,       "birth_date",           FIELD_TEXT,    10,          NULL,                "E15",  "Write the date of birth as the patient says it." },
    { "check-identity",     NULL,       "sex",                  FIELD_CODE,    0,           CODES_SEX,           "E15",  "Give the sex." },
    { "check-identity",     NULL,       "document",             FIELD_CODE,    0,           CODES_DOCUMENT,      "E15",  "Say which document or wristband was seen." },
    { "check-identity",     NULL,       "asked",                FIELD_CODE,    0,           CODES_ASKED,         NULL,   NULL },
    { "check-identity",     NULL,       "asked_text",           FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "check-identity",     NULL,       "used_name",            FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "check-identity",     NULL,       "birth_place",          FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "check-identity",     NULL,       "wristband",            FIELD_CODE,    0,           CODES_WRISTBAND,     NULL,   NULL },
    { 0 },
};
/* clang-format on */

static void on_check_identity(Act *a, const ActEvent *e)
{
    fold_set(a, "identity", fold_stamp(e));
    if (strcmp(event_text(e, "result"), "mismatch") == 0)
        fold_incident(a, e, "identity", "L’identité vérifiée sur place n’est pas celle de la demande.");
    a->technologist_id = e->person_id;
}

static void on_start(Act *a, const ActEvent *e)
{
    fold_set(a, "acquisition",
             json_pack("{s:I, s:o}", "started_at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
    a->technologist_id = e->person_id;
}

static const ActFold FOLDS[] = {
    { "acknowledge-protocol", "protocol_acknowledged", NULL },
    { "check-identity", NULL, on_check_identity },
    { "start", NULL, on_start },
    { 0 },
};

/* ---- with the database ---- */

static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    (void)loaded, (void)event;
    if (slice_equal_text(step, "plan")) {
        json_t *told = identity_as_told(db, a->patient_id, err); /* what the worklist says of the patient from now on */
        return told && json_put(data, "identity", told);
    }
    return !slice_equal_text(step, "check-identity") || identity_check_prepare(db, a, data, err);
}

static bool follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err)
{
    (void)house, (void)before;
    return strcmp(event->step, "check-identity") != 0 || identity_check_follow(db, after, event, err);
}

const ActChapter CHAPTER_SITE = { .name = "site", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .prepare = prepare, .follow = follow };
