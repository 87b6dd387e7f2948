/*
 * The slot: planned, moved, given back; later than the delay only when requester and imager agree again; none in time. E10, E9, O3, O2.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. The judgement of a slot is
 * slots.c, asked in the transaction of the step.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <stdio.h>

#include "clinic/archive/ingest.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/slots.h"

enum { MINUTE_MS = 60 * 1000 };
static const int64_t SEARCH_MS = 31LL * 24 * 3600 * 1000;

/* ---- conditions ---- */

static bool slot_is_possible(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->slot.count == 0;
}

static void slot_explained(const Act *a, const ActScene *scene, MissingList *ret)
{
    (void)a;
    missing_append(ret, &scene->slot);
}

static bool is_late(const Act *a, const ActScene *scene)
{
    int64_t limit_ms = act_exam_limit_ms(a);
    return scene->data && limit_ms && json_integer_value(sent_value(scene, "start_ms", NULL)) > limit_ms;
}

static bool has_accepted(const Act *a, const char *party)
{
    const char *decision = json_string_value(json_object_get(act_fact(a, "later", party), "decision"));
    return decision && strcmp(decision, "accepted") == 0;
}

/* Both have agreed, to a slot as late as this one. */
static bool late_is_agreed(const Act *a, const ActScene *scene)
{
    return !is_late(a, scene) || (has_accepted(a, "requester") && has_accepted(a, "imager") &&
                                  json_integer_value(sent_value(scene, "start_ms", NULL)) <= act_fact_int(a, "later", "start_ms"));
}

static void late_explained(const Act *a, const ActScene *scene, MissingList *ret)
{
    if (!act_fact(a, "later", NULL) || json_integer_value(sent_value(scene, "start_ms", NULL)) > act_fact_int(a, "later", "start_ms")) {
        missing_add(ret, "later-asked", "The slot is later than the delay allows: ask requester and imager to validate it again first.", "E10");
        return;
    }
    if (!has_accepted(a, "requester"))
        missing_add(ret, "later-requester", "The requester has not validated the later slot again.", "E10");
    if (!has_accepted(a, "imager"))
        missing_add(ret, "later-imager", "The imager has not validated the later slot again.", "E10");
}

static bool late_is_asked_for(const Act *a, const ActScene *scene)
{
    return !scene->data || is_late(a, scene);
}

static bool later_is_open(const Act *a, const ActScene *scene)
{
    const char *mine = (act_roles(scene, PARTY_REQUESTER) & ROLE_REQUESTER) ? "requester" : "imager";
    return act_fact(a, "later", NULL) && !act_fact(a, "later", mine);
}

static bool none_is_free(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !scene->slot_free_ms;
}

static bool no_slot_is_open(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "no_slot", NULL) != NULL;
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_ROOM[1] = { { "room", "E10", act_room_fits, "Choose a room of this site for this modality." } };
static const ActNeed NEED_SLOT_AHEAD[1] = { { "slot-past", "E10", act_slot_is_ahead, "The slot is in the past." } };
static const ActNeed NEED_SLOT[1] = { { "slot", "E10 O3", slot_is_possible, "This slot is not possible: choose another.", slot_explained } };
static const ActNeed NEED_SLOT_IN_TIME[1] = { { "late-reason", "E10", act_slot_is_in_time, "The slot is later than the delay allows: say why." } };
static const ActNeed NEED_LATE_AGREED[1] = { { "later", "E10", late_is_agreed, "The slot is later than the delay allows: ask requester and imager to validate it again first.", late_explained } };
static const ActNeed NEED_LATE_ASKED[1] = { { "later-needless", "E10", late_is_asked_for, "This slot is within the delay: plan it." } };
static const ActNeed NEED_LATER_OPEN[1] = { { "later-open", "E10", later_is_open, "No later slot waits for your answer." } };
static const ActNeed NEED_NONE_FREE[1] = { { "slot-free", "E9", none_is_free, "A slot within the delay is free: plan it (see the proposals)." } };
static const ActNeed NEED_NO_SLOT[1] = { { "no-slot", "E9", no_slot_is_open, "Other care is offered once the exam cannot be done: no slot in time, refused, cancelled or failed." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E10", S(VALIDATED)|S(PLANNED), "plan", TECHNOLOGIST|SECRETARY, AT_S, NEEDS(NEED_ROOM, NEED_SLOT_AHEAD, NEED_SLOT, NEED_SLOT_IN_TIME, NEED_LATE_AGREED, NEED_NO_OBJECTION, NEED_RENAL), ACT_PLANNED, 0, "Plan" },
    { "E10", S(PLANNED), "cancel-slot", TECHNOLOGIST|SECRETARY, AT_S, NO_NEEDS, ACT_VALIDATED, 0, "Give the slot back" },
    { "E10", S(VALIDATED)|S(PLANNED), "ask-later", TECHNOLOGIST|SECRETARY, AT_S, NEEDS(NEED_LATE_ASKED), STAY, 0, "Ask for a later slot" },
    { "E10", S(VALIDATED)|S(PLANNED), "answer-later", REQUESTER|IMAGER, AT_R|AT_I, NEEDS(NEED_LATER_OPEN), STAY, STEP_STALE, "Answer about the later slot", later_is_open },
    { "E9 E10", S(VALIDATED), "no-slot", TECHNOLOGIST|SECRETARY, AT_S, NEEDS(NEED_NONE_FREE), STAY, 0, "No slot in time" },
    { "E9", S(VALIDATED)|S(PLANNED), "offer-alternative", IMAGER|REQUESTER, AT_R|AT_I, NEEDS(NEED_NO_SLOT, NEED_TOLD_WHEN), STAY, 0, "Record the care offered instead", no_slot_is_open },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "plan",               NULL,       "room_id",              FIELD_INTEGER, INT64_MAX,   NULL,                "E10",  "Choose a room." },
    { "plan",               NULL,       "start_ms",             FIELD_TIME_MS, 0,           NULL,                "E10",  "Choose a time." },
    { "plan",               NULL,       "minutes",              FIELD_INTEGER, 600,         NULL,                "E10",  "Say how long the room is taken." },
    { "plan",               NULL,       "late_reason",          FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "plan",               NULL,       "move_reason",          FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "cancel-slot",        NULL,       "code",                 FIELD_CODE,    0,           CODES_SLOT_BACK,     "E10",  "Choose why the slot is given back." },
    { "cancel-slot",        NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E10",  "Write why the slot is given back." },
    { "ask-later",          NULL,       "start_ms",             FIELD_TIME_MS, 0,           NULL,                "E10",  "Choose a time." },
    { "ask-later",          NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E10",  "Write why no earlier slot will do." },
    { "answer-later",       NULL,       "decision",             FIELD_CODE,    0,           CODES_LATER,         "E10",  "Accept the later slot or refuse it." },
    { "answer-later",       NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E10",  "Write why the later slot suits the patient's situation, or not." },
    { "no-slot",            NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E9",   "Write what was tried to find a slot." },
    { 0 },
};
/* clang-format on */

/* ---- what is left of them ---- */

static void on_plan(Act *a, const ActEvent *e)
{
    fold_set(a, "slot", fold_stamp(e));
    json_object_del(a->facts, "no_slot");
    (void)snprintf(a->accession, sizeof a->accession, "%s", event_text(e, "accession"));
    (void)snprintf(a->study_uid, sizeof a->study_uid, "%s", event_text(e, "study_uid"));
    (void)snprintf(a->sps_id, sizeof a->sps_id, "%s", event_text(e, "sps_id"));
    a->slot_start_ms = event_int(e, "start_ms");
    a->slot_room_id  = event_int(e, "room_id");
}

/* What was checked with the patient for that slot is asked again for the next. */
static void on_cancel_slot(Act *a, const ActEvent *e)
{
    static const char *const AGAIN[] = { "slot", "identity", "preparation" };
    fold_item(a, e, "slots_back");
    for (size_t i = 0; i < COUNT(AGAIN); i++)
        json_object_del(a->facts, AGAIN[i]);
    a->slot_start_ms = 0;
    a->slot_room_id  = 0;
}

static void on_answer_later(Act *a, const ActEvent *e)
{
    json_t *later = json_object_get(a->facts, "later");
    fold_member(later, strcmp(e->role, "requester") == 0 ? "requester" : "imager", fold_stamp(e));
}

static const ActFold FOLDS[] = {
    { "plan", NULL, on_plan },
    { "cancel-slot", NULL, on_cancel_slot },
    { "ask-later", "later", NULL },
    { "answer-later", NULL, on_answer_later },
    { "no-slot", "no_slot", NULL },
    { 0 },
};

/* ---- with the database ---- */

static bool plan_look(Db *db, const Act *a, const json_t *data, ActScene *scene, Err *err)
{
    int64_t room_id  = json_integer_value(json_object_get(data, "room_id"));
    int64_t start_ms = json_integer_value(json_object_get(data, "start_ms")), minutes = json_integer_value(json_object_get(data, "minutes"));
    if (!scene->room_fits || !act_slot_is_ahead(a, scene))
        return true; /* said already */
    OWNED(SlotSearch) *s = slot_search_new(db, a, room_id, start_ms, start_ms, err);
    return s && (!s->room_count || slot_judge(s, s->rooms[0], start_ms, minutes, &scene->slot, NULL, err));
}

static bool no_slot_look(Db *db, const Act *a, ActScene *scene, Err *err)
{
    int64_t limit_ms = act_exam_limit_ms(a), until_ms = scene->now_ms + SEARCH_MS, room_id = 0;
    if (limit_ms && limit_ms < until_ms)
        until_ms = limit_ms;
    if (until_ms <= scene->now_ms)
        return true;
    OWNED(SlotSearch) *s = slot_search_new(db, a, 0, scene->now_ms, until_ms, err);
    return s && slot_in_time(s, until_ms, &scene->slot_free_ms, &room_id, err);
}

static bool look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    (void)who;
    if (data && slice_equal_text(step, "plan"))
        return plan_look(db, a, data, &ret->scene, err);
    return !data || !slice_equal_text(step, "no-slot") || no_slot_look(db, a, &ret->scene, err);
}

/* The time around the slot, as the calendar in force now says; where the exam stood before. */
static bool plan_prepare(Db *db, const Act *a, json_t *data, Err *err)
{
    int64_t start_ms = json_integer_value(json_object_get(data, "start_ms"));
    OWNED(SlotSearch) *s = slot_search_new(db, a, json_integer_value(json_object_get(data, "room_id")), start_ms, start_ms, err);
    if (!s)
        return false;
    ExamLength length = s->room_count ? s->rooms[0]->length : (ExamLength) { 0 };
    if (act_fact(a, "slot", NULL))
        json_put(data, "moved_from", json_pack("{s:I, s:s}", "start_ms", (json_int_t)a->slot_start_ms, "room",
                                               json_string_value(act_fact(a, "slot", "room"))));
    return json_put(data, "buffer_minutes", json_integer(length.buffer_minutes)) && json_put(data, "lead_minutes", json_integer(length.lead_minutes));
}

static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    (void)event;
    if (slice_equal_text(step, "plan"))
        return plan_prepare(db, a, data, err);
    if (slice_equal_text(step, "cancel-slot"))
        return json_put(data, "start_ms", json_integer(a->slot_start_ms)) &&
               json_put(data, "room", json_incref(json_object_get(json_object_get(a->facts, "slot"), "room")));
    if (!slice_equal_text(step, "no-slot"))
        return true;
    int64_t limit_ms = act_exam_limit_ms(a);
    return json_put(data, "until_ms", json_integer(limit_ms ? limit_ms : loaded->scene.now_ms + SEARCH_MS));
}

/* The machine's worklist follows the state; what the archive waits for is told here. */
static bool follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err)
{
    (void)house, (void)before;
    return strcmp(event->step, "cancel-slot") != 0 || expected_study_remove(db, after->id, err);
}

const ActChapter CHAPTER_PLANNING = { .name = "planning", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .look = look,
                                      .prepare = prepare, .follow = follow };
