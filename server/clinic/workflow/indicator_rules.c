/*
 * From when until when each delay of an act's path went, and quantiles. Pure. O7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/indicators.h"

typedef struct Spans {
    IndicatorSpan *at;
    size_t         count;
} Spans;

static void span(Spans *s, int64_t from_ms, int64_t to_ms)
{
    if (from_ms && s->count < INDICATOR_SPANS_MAX)
        s->at[s->count++] = (IndicatorSpan) { from_ms, to_ms && to_ms < from_ms ? from_ms : to_ms };
}

static int64_t first_of(int64_t a, int64_t b)
{
    return !a || (b && b < a) ? b : a;
}

/* The time in which a question waited is nobody's delay. */
static int64_t asked(const Act *a)
{
    return a->asked_at_ms ? a->asked_at_ms + act_fact_int(a, "paused_ms", NULL) : 0;
}

/* Accepted or refused; of an opinion: by the first expert who accepts; called off before: never judged, and no delay either. */
static int64_t judged(const Act *a)
{
    int64_t at_ms = first_of(act_fact_int(a, "verdict", "at_ms"), act_fact_int(a, "refusal", "at_ms"));
    at_ms         = first_of(at_ms, act_fact_int(a, "assistance", "at_ms"));
    return act_is_expertise(a) ? first_of(at_ms, act_fact_int(a, "reading", "at_ms")) : at_ms;
}

static bool called_off(const Act *a)
{
    return a->state == ACT_CANCELLED || a->state == ACT_NOT_DONE || act_fact(a, "cancellation", NULL) || act_fact(a, "abandonment", NULL);
}

static void of_verdict(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    (void)f;
    if (judged(a) || !called_off(a))
        span(ret, asked(a), judged(a));
}

static void of_assignment(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    (void)f;
    int64_t answered = first_of(act_fact_int(a, "assignment", "taken_at_ms"), judged(a));
    if (act_fact(a, "assignment", "person_id") && (answered || !called_off(a)))
        span(ret, act_fact_int(a, "assignment", "at_ms"), answered);
}

static void of_questions(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    size_t        i;
    const json_t *one;
    (void)f;
    json_array_foreach (act_fact(a, "questions", NULL), i, one)
        span(ret, json_integer_value(json_object_get(one, "at_ms")), json_integer_value(json_object_get(one, "answered_at_ms")));
}

static void of_planning(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    if (f->planned_ms || !called_off(a))
        span(ret, act_fact_int(a, "verdict", "at_ms"), f->planned_ms);
}

static void of_exam(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    bool exam = strcmp(a->kind, "remote-exam") == 0 && !act_fact(a, "refusal", NULL);
    if (exam && (f->started_ms || !called_off(a)))
        span(ret, asked(a), f->started_ms);
}

static void of_presence(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    int64_t called = act_fact_int(a, "local_physician", "at_ms"), slot = a->slot_start_ms;
    (void)f;
    if (act_fact(a, "local_physician", "confirmed_at_ms") || !called_off(a))
        span(ret, called > slot ? called : called ? slot : 0, act_fact_int(a, "local_physician", "confirmed_at_ms"));
}

static void of_report(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    (void)f;
    int64_t ended = act_fact_int(a, "release", "at_ms");
    int64_t said  = json_integer_value(json_object_get(act_fact(a, "acquisition", "ended"), "at_ms"));
    ended         = said ? said : ended ? ended : act_fact_int(a, "departure", "at_ms");
    if (act_is_expertise(a))
        ended = act_fact(a, "refusal", NULL) && a->state == ACT_REFUSED ? 0 : asked(a);
    if (act_fact(a, "signature", NULL) || !called_off(a))
        span(ret, ended, act_fact_int(a, "signature", "at_ms"));
}

static void of_urgent(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    size_t        i;
    const json_t *one;
    (void)f;
    json_array_foreach (act_fact(a, "urgent", NULL), i, one)
        span(ret, json_integer_value(json_object_get(one, "at_ms")),
             json_integer_value(json_object_get(json_array_get(json_object_get(one, "told"), 0), "told_at_ms")));
}

static void of_delivery(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    (void)f;
    span(ret, act_fact_int(a, "signature", "at_ms"), act_fact_int(a, "delivered_at_ms", NULL));
}

static void of_acknowledgement(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    (void)f;
    span(ret, act_fact_int(a, "delivered_at_ms", NULL), act_fact_int(a, "acknowledged", "at_ms"));
}

static void of_patient(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    (void)f;
    span(ret, act_fact_int(a, "delivered_at_ms", NULL), act_fact_int(a, "patient_informed", "at_ms"));
}

static void of_record(const Act *a, const IndicatorFirsts *f, Spans *ret)
{
    (void)f;
    span(ret, act_fact_int(a, "delivered_at_ms", NULL), act_fact_int(a, "dmp", "at_ms"));
}

/* One row for each delay that a clause may set. */
static const struct {
    const char *delay;
    void (*find)(const Act *a, const IndicatorFirsts *f, Spans *ret);
} MEASURES[] = {
    { "assign_min", of_assignment },   { "verdict_min", of_verdict },   { "information_min", of_questions },
    { "planning_min", of_planning },   { "exam_min", of_exam },         { "presence_min", of_presence },
    { "report_min", of_report },       { "urgent_min", of_urgent },     { "delivery_min", of_delivery },
    { "acknowledge_min", of_acknowledgement }, { "patient_min", of_patient }, { "record_min", of_record },
};

size_t indicator_spans(const Act *a, const IndicatorFirsts *firsts, const char *delay, IndicatorSpan ret[INDICATOR_SPANS_MAX])
{
    Spans s = { ret, 0 };
    for (size_t i = 0; i < COUNT(MEASURES); i++)
        if (strcmp(delay, MEASURES[i].delay) == 0)
            MEASURES[i].find(a, firsts, &s);
    return s.count;
}

int64_t indicator_quantile(const int64_t *sorted, size_t count, int percent)
{
    size_t rank = (count * (size_t)percent + 99) / 100; /* the nearest rank */
    return count ? sorted[rank ? rank - 1 : 0] : 0;
}
