/*
 * Questions on the report: asked by the requester, answered by the imager, with a clock; unanswered, the imager on duty is called. E7, E32, T5.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_alarms.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/expertise.h"

enum { MINUTE_MS = 60 * 1000, ANSWER_MIN = 60 };

#define TOLD (S(RELEASED) | S(LEFT) | S(SIGNED) | S(DELIVERED) | S(ACKNOWLEDGED))

static bool there_is_a_report(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "signature", NULL) || act_fact(a, "preliminary", NULL);
}

static bool accepted_when_expert(const Act *a, const ActScene *scene)
{
    return !act_is_expertise(a) || expertise_accepted_by_me(a, scene);
}

static bool is_person(const json_t *who, int64_t person_id)
{
    return person_id && json_integer_value(json_object_get(who, "id")) == person_id;
}

static bool was_called(const json_t *question, int64_t person_id)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(question, "called"), i, one)
        if (json_integer_value(json_object_get(one, "person_id")) == person_id)
            return true;
    return false;
}

/* Who signed or read answers; another imager of the group when on duty, or called for it. */
static bool question_is_mine(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    if (act_is_expertise(a) || a->reader_id == scene->person_id || scene->on_duty ||
        is_person(act_fact(a, "signature", "by"), scene->person_id) || is_person(act_fact(a, "preliminary", "by"), scene->person_id))
        return true;
    json_array_foreach (act_fact(a, "second_questions", NULL), i, one)
        if (!json_object_get(one, "answered_at_ms") && was_called(one, scene->person_id))
            return true;
    return false;
}

static bool for_me(const Act *a, const ActScene *scene)
{
    return expertise_second_is_open(a, scene) && accepted_when_expert(a, scene) && question_is_mine(a, scene);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed REPORT_THERE[1] = { { "report-there", "E32", there_is_a_report, "There is no report yet: write a message to the imager." } };
static const ActNeed ACCEPTED[1]     = { { "expert-accepted", "T4", accepted_when_expert, "Accept the request first." } };
static const ActNeed OPEN[1]         = { { "second-open", "T5", expertise_second_is_open, "This question on the report is not open." } };
static const ActNeed MINE[1]         = { { "question-mine", "E32", question_is_mine, "The question is put to the imager who read the exam; another imager of the group answers when on duty, or called for it." } };

const ActNeed NEED_SECOND_ANSWERED[1] = { { "second-answered", "T5", expertise_second_are_answered, "A question on the report waits for its answer." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "E7 E32 T5", TOLD, "ask-again", REQUESTER, AT_R, NEEDS(REPORT_THERE), STAY, 0, "Ask a question on the report", there_is_a_report },
    { "E7 E32 T5", TOLD, "answer-again", IMAGER, AT_I, NEEDS(ACCEPTED, OPEN, MINE), STAY, 0, "Answer the question on the report", for_me },
    { "E32", TOLD, "escalate-question", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The imager on duty is called for a question" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "ask-again",          NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "T5",   "Write the question." },
    { "answer-again",       NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "T5",   "Say which question is answered." },
    { "answer-again",       NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "T5",   "Write the answer." },
    { 0 },
};
/* clang-format on */

static void on_ask(Act *a, const ActEvent *e)
{
    fold_item(a, e, "second_questions");
}

static void on_answer(Act *a, const ActEvent *e)
{
    json_t *question = act_item(a, "second_questions", event_int(e, "id"));
    fold_member(question, "answer", json_string(event_text(e, "text")));
    fold_member(question, "answered_at_ms", json_integer(e->at_ms));
    fold_member(question, "answered_by", act_by(e));
}

static void on_escalate(Act *a, const ActEvent *e)
{
    json_t *question = act_item(a, "second_questions", event_int(e, "id")), *people = json_object_get(e->data, "people");
    fold_member(question, "escalated_at_ms", json_integer(e->at_ms));
    fold_member(question, "escalations", json_integer(json_integer_value(json_object_get(question, "escalations")) + 1));
    fold_member(question, "due_ms", json_integer(event_int(e, "due_ms")));
    fold_member(question, "called", people ? json_deep_copy(people) : json_array());
}

static const ActFold FOLDS[] = {
    { "ask-again", NULL, on_ask },
    { "answer-again", NULL, on_answer },
    { "escalate-question", NULL, on_escalate },
    { 0 },
};

/* The delay of an answer to a question, as the convention sets it; an hour when it sets none. */
static bool discuss_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    int64_t minutes = act_fact_int(a, "delays", "information_min");
    (void)db, (void)event, (void)err;
    if (!slice_equal_text(step, "ask-again"))
        return true;
    int64_t due_ms = loaded->scene.now_ms + (minutes > 0 ? minutes : ANSWER_MIN) * (int64_t)MINUTE_MS;
    return json_put(data, "first_due_ms", json_integer(due_ms)) && json_put(data, "due_ms", json_integer(due_ms));
}

static bool discuss_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *e, Err *err)
{
    (void)house, (void)before;
    if (strcmp(e->step, "ask-again") == 0)
        return act_alarm_add(db, "act.question-due", after->id, e->seq, event_int(e, "due_ms"), err);
    if (strcmp(e->step, "escalate-question") == 0)
        return act_alarm_add(db, "act.question-due", after->id, event_int(e, "id"), event_int(e, "due_ms"), err);
    return true;
}

const ActChapter CHAPTER_DISCUSS = { .name    = "discuss",
                                     .kinds   = KIND_EXAM | KIND_EXPERTISE,
                                     .steps   = STEPS,
                                     .fields  = FIELDS,
                                     .folds   = FOLDS,
                                     .prepare = discuss_prepare,
                                     .follow  = discuss_follow };
