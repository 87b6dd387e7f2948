/*
 * The slot, who is there, the identity, the start. E1, E10, E15, E19, E23.
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

static bool is_absent(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact_true(a, "imager_presence", "present");
}

static bool is_present(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_true(a, "imager_presence", "present");
}

static bool awaits_me(const Act *a, const ActScene *scene)
{
    return act_fact_int(a, "local_physician", "person_id") == scene->person_id &&
           !act_fact(a, "local_physician", "confirmed_at_ms");
}

static bool protocol_unread(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact(a, "protocol_acknowledged", NULL);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_INFORMED[1] = { { "information", "E3", act_is_informed, "The patient's information is missing." } };
static const ActNeed NEED_CONSENT_ACT[1] = { { "consent-act", "E3", act_has_consent_act, "The consent to the exam is missing." } };
static const ActNeed NEED_CONSENT_DISTANCE[1] = { { "consent-distance", "E3", act_has_consent_distance, "The consent to its being remote is missing." } };
static const ActNeed NEED_NOT_WITHDRAWN[1] = { { "consent-withdrawn", "E3", act_nothing_withdrawn, "The patient has withdrawn a consent." } };
static const ActNeed NEED_ROOM[1] = { { "room", "E10", act_room_fits, "Choose a room of this site for this modality." } };
static const ActNeed NEED_SLOT_AHEAD[1] = { { "slot-past", "E10", act_slot_is_ahead, "The slot is in the past." } };
static const ActNeed NEED_SLOT_IN_TIME[1] = { { "late-reason", "E10", act_slot_is_in_time, "The slot is later than the delay allows: say why." } };
static const ActNeed NEED_LOCAL_PHYSICIAN[1] = { { "local-physician", "E23", act_has_local_physician, "No local physician is named." } };
static const ActNeed NEED_LOCAL_REAL[1] = { { "local-physician", "E23", act_local_is_real, "Choose a local physician of this site, or give a name and a telephone number." } };
static const ActNeed NEED_LOCAL_IS_ME[1] = { { "local-physician-me", "E23", act_local_is_me, "Only the named local physician may confirm being there." } };
static const ActNeed NEED_IDENTITY[1] = { { "identity", "E15", act_identity_matches, "The patient's identity is not checked, or does not match." } };
static const ActNeed NEED_IMAGER_THERE[1] = { { "imager-present", "E1", act_imager_is_there, "The imager is not in the act." } };
static const ActNeed NEED_PROTOCOL_READ[1] = { { "protocol-read", "E19", act_protocol_is_read, "The technologist has not read the protocol." } };

#define CONSENTS NEED_INFORMED, NEED_CONSENT_ACT, NEED_CONSENT_DISTANCE, NEED_NOT_WITHDRAWN

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E10", S(VALIDATED)|S(PLANNED), "plan", TECHNOLOGIST|SECRETARY, AT_S, NEEDS(NEED_ROOM, NEED_SLOT_AHEAD, NEED_SLOT_IN_TIME), ACT_PLANNED, 0, "Plan" },
    { "E23", S(VALIDATED)|S(PLANNED)|S(RUNNING), "name-local-physician", TECHNOLOGIST|SECRETARY|LOCAL, AT_S, NEEDS(NEED_LOCAL_REAL), STAY, 0, "Name the local physician" },
    { "E23", S(VALIDATED)|S(PLANNED)|S(RUNNING), "confirm-local-presence", LOCAL, AT_S, NEEDS(NEED_LOCAL_PHYSICIAN, NEED_LOCAL_IS_ME), STAY, STEP_QUIET, "I am on site and reachable", awaits_me },
    { "E19", S(VALIDATED)|S(PLANNED), "acknowledge-protocol", TECHNOLOGIST, AT_S, NO_NEEDS, STAY, 0, "I have read the protocol", protocol_unread },
    { "E15", S(PLANNED), "check-identity", TECHNOLOGIST, AT_S, NO_NEEDS, STAY, 0, "Check the patient's identity" },
    { "E1", S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED), "imager-present", IMAGER, AT_I, NO_NEEDS, STAY, STEP_QUIET, "I am in the act", is_absent },
    { "E1", S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED), "imager-absent", IMAGER, AT_I, NO_NEEDS, STAY, STEP_QUIET, "I leave the act", is_present },
    { "E1 E3 E15 E19 E23", S(PLANNED), "start", TECHNOLOGIST, AT_S, NEEDS(CONSENTS, NEED_IDENTITY, NEED_IMAGER_THERE, NEED_LOCAL_PHYSICIAN, NEED_PROTOCOL_READ), ACT_RUNNING, STEP_STALE, "Start the exam" },
    { "E1", S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED), "imager-lost", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The imager's page is gone" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "plan",               NULL,       "room_id",              FIELD_INTEGER, INT64_MAX,   NULL,                "E10",  "Choose a room." },
    { "plan",               NULL,       "start_ms",             FIELD_TIME_MS, 0,           NULL,                "E10",  "Choose a time." },
    { "plan",               NULL,       "minutes",              FIELD_INTEGER, 600,         NULL,                "E10",  "Say how long the room is taken." },
    { "plan",               NULL,       "late_reason",          FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "name-local-physician",NULL,      "person_id",            FIELD_INTEGER, INT64_MAX,   NULL,                NULL,   NULL },
    { "name-local-physician",NULL,      "name",                 FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "name-local-physician",NULL,      "phone",                FIELD_TEXT,    40,          NULL,                NULL,   NULL },
    { "check-identity",     NULL,       "birth_name",           FIELD_TEXT,    LINE,        NULL,                "E15",  "Write the birth name as the patient says it." },
    { "check-identity",     NULL,       "first_given",          FIELD_TEXT,    LINE,        NULL,                "E15",  "Write the first given name as the patient says it." },
    { "check-identity",     NULL,       "birth_date",           FIELD_TEXT,    10,          NULL,                "E15",  "Write the date of birth as the patient says it." },
    { "check-identity",     NULL,       "sex",                  FIELD_CODE,    0,           CODES_SEX,           "E15",  "Give the sex." },
    { "check-identity",     NULL,       "document",             FIELD_CODE,    0,           CODES_DOCUMENT,      "E15",  "Say which document or wristband was seen." },
    { 0 },
};
/* clang-format on */

static void on_plan(Act *a, const ActEvent *e)
{
    fold_set(a, "slot", fold_stamp(e));
    snprintf(a->accession, sizeof a->accession, "%s", event_text(e, "accession"));
    snprintf(a->study_uid, sizeof a->study_uid, "%s", event_text(e, "study_uid"));
    snprintf(a->sps_id, sizeof a->sps_id, "%s", event_text(e, "sps_id"));
    a->slot_start_ms = event_int(e, "start_ms");
    a->slot_room_id  = event_int(e, "room_id");
}

static void on_confirm_local_presence(Act *a, const ActEvent *e)
{
    json_t *physician = json_object_get(a->facts, "local_physician");
    fold_member(physician, "confirmed_at_ms", json_integer(e->at_ms));
}

static void on_check_identity(Act *a, const ActEvent *e)
{
    fold_set(a, "identity", fold_stamp(e));
    if (strcmp(event_text(e, "result"), "mismatch") == 0)
        fold_incident(a, e, "identity", "L’identité vérifiée sur place n’est pas celle de la demande.");
    a->technologist_id = e->person_id;
}

static json_t *presence_of(Act *a)
{
    json_t *presence = json_object_get(a->facts, "imager_presence");
    if (!presence) {
        presence = json_pack("{s:b, s:[]}", "present", 0, "losses");
        json_object_set_new(a->facts, "imager_presence", presence);
    }
    return presence;
}

static void on_imager_present(Act *a, const ActEvent *e)
{
    json_t *presence = presence_of(a);
    json_t *losses   = json_object_get(presence, "losses");
    size_t  count    = json_array_size(losses);
    json_t *last     = count ? json_array_get(losses, count - 1) : NULL;
    if (last && !json_object_get(last, "to_ms"))
        fold_member(last, "to_ms", json_integer(e->at_ms));
    fold_member(presence, "present", json_true());
    json_object_del(presence, "lost");
    fold_member(presence, "since_ms", json_integer(e->at_ms));
    fold_member(presence, "by", act_by(e));
}

static void presence_ends(Act *a, const ActEvent *e, int64_t since_ms, bool lost)
{
    json_t *presence = presence_of(a);
    bool    was      = json_is_true(json_object_get(presence, "present"));
    fold_member(presence, "present", json_false());
    fold_member(presence, "since_ms", json_integer(since_ms));
    fold_member(presence, "lost", json_boolean(lost));
    if (was && e->from == ACT_RUNNING)
        json_array_append_new(json_object_get(presence, "losses"),
                              json_pack("{s:I, s:b}", "from_ms", (json_int_t)since_ms, "lost", lost));
}

static void on_imager_absent(Act *a, const ActEvent *e)
{
    presence_ends(a, e, e->at_ms, false);
}

/* The page went without a word: absent since then, not since it was noticed; never before the imager came. */
static void on_imager_lost(Act *a, const ActEvent *e)
{
    int64_t since_ms = event_int(e, "since_ms"), came_ms = act_fact_int(a, "imager_presence", "since_ms");
    presence_ends(a, e, since_ms > came_ms ? since_ms : came_ms, true);
}

static void on_start(Act *a, const ActEvent *e)
{
    fold_set(a, "acquisition",
             json_pack("{s:I, s:o}", "started_at_ms", (json_int_t)e->at_ms, "by", act_by(e)));
    a->technologist_id = e->person_id;
}

static const ActFold FOLDS[] = {
    { "plan", NULL, on_plan },
    { "name-local-physician", "local_physician", NULL },
    { "confirm-local-presence", NULL, on_confirm_local_presence },
    { "acknowledge-protocol", "protocol_acknowledged", NULL },
    { "check-identity", NULL, on_check_identity },
    { "imager-present", NULL, on_imager_present },
    { "imager-absent", NULL, on_imager_absent },
    { "imager-lost", NULL, on_imager_lost },
    { "start", NULL, on_start },
    { 0 },
};

const ActChapter CHAPTER_SITE = { .name = "site", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
