/*
 * The clocks of an act, one row each: what runs, from which event, in which states, by which delay of the
 * convention's clause. Several may run. Pure. E10, E29; docs/decisions/0081-conventions-and-clocks.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/report_versions.h"

enum { MINUTE_MS = 60 * 1000 };

typedef struct ActClock {
    const char *what;
    unsigned    kinds;
    uint32_t    states;
    const char *delay;                 /* of the clause: "verdict_min" */
    const char *otherwise;             /* where the clause does not set it: one that every clause has; NULL: then it does not run */
    int64_t (*from)(const Act *a);     /* when it began; 0: it does not run (not begun, done, or paused) */
    int64_t (*until)(const Act *a);    /* instead of both: when it ends; 0: it does not run */
} ActClock;

static int64_t delay_ms(const Act *a, const char *which)
{
    return act_fact_int(a, "delays", which) * MINUTE_MS;
}

static int64_t later(int64_t a, int64_t b)
{
    return a > b ? a : b;
}

/* Requester and imager may ask for less than the convention allows; never for more (E10). */
static int64_t exam_delay_ms(const Act *a)
{
    int64_t delay     = delay_ms(a, "exam_min");
    int64_t shorter[] = { act_fact_int(a, "request", "exam_within_min") * MINUTE_MS,
                          act_fact_int(a, "verdict", "exam_within_min") * MINUTE_MS };
    for (size_t i = 0; i < COUNT(shorter); i++)
        if (shorter[i] > 0 && (delay == 0 || shorter[i] < delay))
            delay = shorter[i];
    return delay;
}

int64_t act_exam_limit_ms(const Act *a)
{
    int64_t delay = exam_delay_ms(a);
    return delay && a->asked_at_ms ? a->asked_at_ms + delay + act_fact_int(a, "paused_ms", NULL) : 0;
}

static int64_t answer_until(const Act *a)
{
    return act_fact(a, "paused_since_ms", NULL) ? 0 : expertise_answer_limit_ms(a);
}

static int64_t sooner(int64_t a, int64_t b)
{
    return !a || (b && b < a) ? b : a;
}

/* Whether somebody answers is known before the answer itself is due. T4 */
static int64_t acceptance_until(const Act *a)
{
    int64_t delay = delay_ms(a, "verdict_min");
    return a->asked_at_ms && delay ? sooner(a->asked_at_ms + delay + act_fact_int(a, "paused_ms", NULL), expertise_answer_limit_ms(a)) : 0;
}

/* ---- from when ---- */

static int64_t asked(const Act *a)
{
    return a->asked_at_ms ? a->asked_at_ms + act_fact_int(a, "paused_ms", NULL) : 0;
}

/* The first question that is still open. */
static int64_t questioned(const Act *a)
{
    size_t  i;
    json_t *question;
    json_array_foreach (act_fact(a, "questions", NULL), i, question)
        if (!json_object_get(question, "answered_at_ms"))
            return json_integer_value(json_object_get(question, "at_ms"));
    return 0;
}

static int64_t assigned(const Act *a)
{
    bool open = act_fact(a, "assignment", "person_id") && !act_fact(a, "assignment", "taken_at_ms") &&
                !act_fact(a, "questions", NULL); /* who asks has answered */
    return open ? act_fact_int(a, "assignment", "at_ms") : 0;
}

static int64_t last_of(const Act *a, const char *list)
{
    const json_t *all = act_fact(a, list, NULL);
    return json_integer_value(json_object_get(json_array_get(all, json_array_size(all) - 1), "at_ms"));
}

/* Judged, asked to come again, or its slot given back. */
static int64_t to_be_planned(const Act *a)
{
    return later(act_fact_int(a, "verdict", "at_ms"), later(last_of(a, "recalls"), last_of(a, "slots_back")));
}

/* The local physician is called for the hour of the slot, or when named later than that. E23 */
static int64_t physician_called(const Act *a)
{
    bool open = act_fact(a, "local_physician", NULL) && !act_fact(a, "local_physician", "confirmed_at_ms");
    return open ? later(act_fact_int(a, "local_physician", "at_ms"), a->slot_start_ms) : 0;
}

/*
 * The exam is over for the reader when the machine has made its last image, or when the patient is gone. As long as nobody has said
 * either it counts from the start, so that an exam that is begun and forgotten is called for.
 */
static int64_t exam_ended(const Act *a)
{
    const json_t *ended = act_fact(a, "acquisition", "ended");
    if (ended)
        return json_integer_value(json_object_get(ended, "at_ms"));
    int64_t released = act_fact_int(a, "release", "at_ms"), departed = act_fact_int(a, "departure", "at_ms");
    return released ? released : departed ? departed : act_fact_int(a, "acquisition", "started_at_ms");
}

/* The first urgent finding that nobody has closed. E26 */
static int64_t found_urgent(const Act *a)
{
    size_t  i;
    json_t *finding;
    json_array_foreach (act_fact(a, "urgent", NULL), i, finding)
        if (!json_array_size(json_object_get(finding, "told")) && !json_object_get(finding, "action"))
            return json_integer_value(json_object_get(finding, "at_ms"));
    return 0;
}

/* The final report after a preliminary one: E29. */
static int64_t final_until(const Act *a)
{
    return act_fact_int(a, "preliminary", "final_due_ms");
}

static int64_t unreported(const Act *a)
{
    return act_fact(a, "preliminary", NULL) ? 0 : exam_ended(a);
}

/* The first answer due of the questions on the report that are open. E32 */
static int64_t answer_to_question_until(const Act *a)
{
    size_t  i;
    json_t *question;
    int64_t first = 0;
    json_array_foreach (act_fact(a, "second_questions", NULL), i, question) {
        int64_t due = json_integer_value(json_object_get(question, "first_due_ms"));
        if (!json_object_get(question, "answered_at_ms") && due && (!first || due < first))
            first = due;
    }
    return first;
}

static int64_t signed_at(const Act *a)
{
    return act_fact_int(a, "signature", "at_ms");
}

static int64_t delivered(const Act *a)
{
    return act_fact_int(a, "delivered_at_ms", NULL);
}

static int64_t patient_uninformed(const Act *a)
{
    return act_fact(a, "patient_informed", NULL) ? 0 : delivered(a);
}

static int64_t record_unchecked(const Act *a)
{
    return act_fact(a, "dmp", NULL) ? 0 : delivered(a);
}

/* Nothing is left but to close it: read by the requester, or come to no exam. What was never asked is its author's own. E9, L10 */
static int64_t to_be_closed(const Act *a)
{
    static const char *const ENDS[] = { "acknowledged", "refusal", "cancellation", "abandonment" };
    int64_t                  at_ms  = 0;
    for (size_t i = 0; a->asked_at_ms && i < COUNT(ENDS); i++)
        at_ms = later(at_ms, act_fact_int(a, ENDS[i], "at_ms"));
    return at_ms;
}

/* ---- the table ---- */

#define NOT_EXPERTISE (KIND_EXAM | KIND_ASSISTANCE)
#define TOLD (S(DELIVERED) | S(ACKNOWLEDGED))
#define ENDED (S(ACKNOWLEDGED) | S(REFUSED) | S(CANCELLED) | S(NOT_DONE))
/* clang-format off */
static const ActClock CLOCKS[] = {
    /* what           kinds           states                        delay               otherwise          from                or until */
    { "assignment",   NOT_EXPERTISE,  S(ASKED),                     "assign_min",       NULL,              assigned,           NULL },
    { "expert",       KIND_EXPERTISE, S(ASKED),                     NULL,               NULL,              NULL,               expertise_expert_limit_ms },
    { "verdict",      NOT_EXPERTISE,  S(ASKED),                     "verdict_min",      NULL,              asked,              NULL },
    { "verdict",      KIND_EXPERTISE, S(ASKED),                     NULL,               NULL,              NULL,               acceptance_until },
    { "information",  NOT_EXPERTISE,  S(INFO_ASKED),                "information_min",  "verdict_min",     questioned,         NULL },
    { "information",  KIND_EXPERTISE, S(INFO_ASKED)|S(VALIDATED),   "information_min",  "verdict_min",     questioned,         NULL },
    { "planning",     KIND_EXAM,      S(VALIDATED),                 "planning_min",     NULL,              to_be_planned,      NULL },
    { "exam",         KIND_EXAM,      S(VALIDATED)|S(PLANNED),      NULL,               NULL,              NULL,               act_exam_limit_ms },
    { "assistance",   KIND_ASSISTANCE, S(VALIDATED),                NULL,               NULL,              NULL,               act_exam_limit_ms },
    { "presence",     KIND_EXAM,         S(PLANNED)|S(RUNNING),        "presence_min",     NULL,              physician_called,   NULL },
    { "report",       KIND_EXPERTISE, S(VALIDATED),                 NULL,               NULL,              NULL,               answer_until },
    { "report",       KIND_ANY,       READABLE,                     "report_min",       NULL,              unreported,         NULL },
    { "final",        KIND_EXAM,      READABLE,                     NULL,               NULL,              NULL,               final_until },
    { "question",     KIND_ANY,       READABLE|S(SIGNED)|TOLD,      NULL,               NULL,              NULL,               answer_to_question_until },
    { "urgent",       KIND_ANY,       S(VALIDATED)|READABLE|REPORTED, "urgent_min",       NULL,              found_urgent,       NULL },
    { "delivery",     KIND_ANY,       S(SIGNED),                    "delivery_min",     "acknowledge_min", signed_at,          NULL },
    { "acknowledge",  KIND_ANY,       S(DELIVERED),                 "acknowledge_min",  NULL,              delivered,          NULL },
    { "patient",      NOT_EXPERTISE,  TOLD,                         "patient_min",      NULL,              patient_uninformed, NULL },
    { "record",       NOT_EXPERTISE,  TOLD,                         "record_min",       NULL,              record_unchecked,   NULL },
    { "closing",      KIND_ANY,       ENDED,                        "record_min",       "acknowledge_min", to_be_closed,       NULL },
};
/* clang-format on */

static int64_t ends_at(const ActClock *clock, const Act *a)
{
    if (clock->until)
        return clock->until(a);
    int64_t from = clock->from(a), delay = delay_ms(a, clock->delay);
    if (!delay && clock->otherwise)
        delay = delay_ms(a, clock->otherwise);
    return from && delay ? from + delay : 0;
}

ActClocks act_clocks(const Act *a)
{
    ActClocks ret  = { 0 };
    unsigned  kind = act_kind_bit(a);
    for (size_t i = 0; i < COUNT(CLOCKS) && ret.count < ACT_CLOCKS_MAX; i++) {
        const ActClock *clock = &CLOCKS[i];
        int64_t at_ms = (clock->kinds & kind) && (clock->states & (1u << a->state)) ? ends_at(clock, a) : 0;
        if (at_ms)
            ret.items[ret.count++] = (ActClockRun) { clock->what, at_ms };
    }
    return ret;
}

bool act_clock_runs(const ActClocks *clocks, const char *what, int64_t at_ms)
{
    for (size_t i = 0; i < clocks->count; i++)
        if (clocks->items[i].at_ms == at_ms && strcmp(clocks->items[i].what, what) == 0)
            return true;
    return false;
}

bool act_deadline(const ActClocks *clocks, const char **ret_what, int64_t *ret_at_ms)
{
    const ActClockRun *nearest = NULL;
    for (size_t i = 0; i < clocks->count; i++)
        if (!nearest || clocks->items[i].at_ms < nearest->at_ms)
            nearest = &clocks->items[i];
    if (!nearest)
        return false;
    *ret_what  = nearest->what;
    *ret_at_ms = nearest->at_ms;
    return true;
}
