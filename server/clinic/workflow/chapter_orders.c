/*
 * What people ask of each other, messages, delays that have passed. E7, E12, E13, E17, E20.
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

static bool order_for_me(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *item;
    json_array_foreach (json_object_get(a->facts, "orders"), i, item)
        if (!json_object_get(item, "answered_at_ms") && order_is_for(item, scene))
            return true;
    return false;
}

/* An order that is answered in words; an examination has its own answer, line by line. */
static bool answer_for_me(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *item;
    json_array_foreach (json_object_get(a->facts, "orders"), i, item)
        if (!json_object_get(item, "answered_at_ms") && !order_is_examination(item) && order_is_for(item, scene))
            return true;
    return false;
}

/* ---- conditions ---- */

static bool is_no_examination(const Act *a, const ActScene *scene)
{
    (void)a;
    return !slice_equal_text(sent_text(scene, "kind", NULL), "clinical-examination");
}

static bool is_answered_in_words(const Act *a, const ActScene *scene)
{
    return !order_is_examination(act_item(a, "orders", json_integer_value(sent_value(scene, "id", NULL))));
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_ORDER_OPEN[1] = { { "order-open", "E13", act_order_is_open, "This order is not open." } };
static const ActNeed NEED_ORDER_MINE[1] = { { "order-mine", "E13", act_order_is_mine, "This order is addressed to somebody else." } };

static const ActNeed NEED_OWN_ORDER[1] = { { "examination-own", "E13", is_no_examination, "A further clinical examination has an order of its own: ask for it line by line." } };
static const ActNeed NEED_IN_WORDS[1] = { { "examination-own", "E13", is_answered_in_words, "This is a clinical examination: answer it line by line." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E13 E17 E20", LIVE, "order", IMAGER|TECHNOLOGIST|REQUESTER, AT_ALL, NEEDS(NEED_OWN_ORDER), STAY, STEP_QUIET, "Give or ask something" },
    { "E13 E17 E20", EVERY, "acknowledge-order", ANYBODY, AT_ALL, NEEDS(NEED_ORDER_OPEN, NEED_ORDER_MINE), STAY, STEP_QUIET, "Acknowledge", order_for_me },
    { "E13 E17 E20", EVERY, "answer-order", ANYBODY, AT_ALL, NEEDS(NEED_ORDER_OPEN, NEED_ORDER_MINE, NEED_IN_WORDS), STAY, STEP_QUIET, "Answer the order", answer_for_me },
    { "E7 E12", EVERY, "message", ANYBODY, AT_ALL, NO_NEEDS, STAY, STEP_QUIET, "Write a message" },
    { "E13", EVERY, "escalate-order", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The next contact is called" },
    { "E15 E22", EVERY, "wrong-patient", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM, "Images of another patient" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "order",              NULL,       "to",                   FIELD_CODE,    0,           CODES_ORDER_TO,      "E13",  "Say to whom the order goes." },
    { "order",              NULL,       "kind",                 FIELD_CODE,    0,           CODES_ORDER_KIND,    "E13",  "Say what is asked for." },
    { "order",              NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E13",  "Write what is asked for." },
    { "order",              NULL,       "due_min",              FIELD_INTEGER, 10080,       NULL,                NULL,   NULL },
    { "acknowledge-order",  NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E13",  "Say which order." },
    { "answer-order",       NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E13",  "Say which order." },
    { "answer-order",       NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E13",  "Write the answer." },
    { "message",            NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E12",  "Write the message." },
    { 0 },
};
/* clang-format on */

static void on_order(Act *a, const ActEvent *e)
{
    fold_item(a, e, "orders");
}

static void on_acknowledge_order(Act *a, const ActEvent *e)
{
    json_t *order = act_item(a, "orders", event_int(e, "id"));
    fold_member(order, "acknowledged_at_ms", json_integer(e->at_ms));
    fold_member(order, "acknowledged_by", act_by(e));
}

static void on_answer_order(Act *a, const ActEvent *e)
{
    json_t *order = act_item(a, "orders", event_int(e, "id"));
    if (!json_object_get(order, "acknowledged_at_ms"))
        on_acknowledge_order(a, e);
    fold_member(order, "answer", json_string(event_text(e, "text")));
    fold_member(order, "answered_at_ms", json_integer(e->at_ms));
    fold_member(order, "answered_by", act_by(e));
}

static void on_escalate_order(Act *a, const ActEvent *e)
{
    json_t *order = act_item(a, "orders", event_int(e, "id"));
    fold_member(order, "escalated_at_ms", json_integer(e->at_ms));
    fold_member(order, "escalated_to", json_string(event_text(e, "to")));
    if (!json_object_get(order, "called"))
        fold_member(order, "called", json_array());
    json_array_append_new(json_object_get(order, "called"),
                          json_string(event_text(e, "to"))); /* each of them may still answer */
    fold_member(order, "due_ms", json_integer(event_int(e, "due_ms")));
    if (json_object_get(e->data, "people")) /* who of the roster was called */
        json_object_set(order, "people", json_object_get(e->data, "people"));
}

static void on_message(Act *a, const ActEvent *e)
{
    json_t *item = fold_stamp(e);
    fold_member(item, "seq", json_integer(e->seq));
    json_array_append_new(fold_list(a, "messages"), item);
}

static const ActFold FOLDS[] = {
    { "order", NULL, on_order },
    { "acknowledge-order", NULL, on_acknowledge_order },
    { "answer-order", NULL, on_answer_order },
    { "escalate-order", NULL, on_escalate_order },
    { "message", NULL, on_message },
    { 0 },
};

const ActChapter CHAPTER_ORDERS = { .name = "orders", .kinds = KIND_ANY, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
