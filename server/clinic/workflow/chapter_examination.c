/*
 * A further clinical examination: asked line by line of a physician, with a clock, passed on where it must be, answered line by line
 * with values, units, who examined and when. E13, E20, L5.
 *
 * It stands among the orders of the act (chapter_orders.c), as one of its own kind: the same clock calls the next contact. A
 * technologist asks for it and passes it on; to examine is a physician's, a dental surgeon's or a midwife's (R.4351-1 to -2-2).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <string.h>

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "formats/texts/texts.h"

enum { LINES_MAX = 12, UNIT_MAX = 20, DUE_MIN = 15, MINUTE_MS = 60 * 1000, AHEAD_MS = 60 * 1000 };

/* ---- the order that is named ---- */

static const json_t *named(const Act *a, const ActScene *scene)
{
    const json_t *order = act_item(a, "orders", json_integer_value(sent_value(scene, "id", NULL)));
    return order_is_examination(order) ? order : NULL;
}

bool order_is_examination(const json_t *order)
{
    const char *kind = json_string_value(json_object_get(order, "kind"));
    return kind && strcmp(kind, "clinical-examination") == 0 && json_is_array(json_object_get(order, "items")); /* those of before had words alone */
}

/* An open one that this person may take in hand; 'answers': and may answer. */
static bool waits_for(const Act *a, const ActScene *scene, bool answers)
{
    size_t        i;
    const json_t *item;
    json_array_foreach (json_object_get(a->facts, "orders"), i, item)
        if (order_is_examination(item) && !json_object_get(item, "answered_at_ms") && (!answers || order_is_for(item, scene)))
            return true;
    return false;
}

static bool waits_for_me(const Act *a, const ActScene *scene)
{
    return scene->medical && waits_for(a, scene, true);
}

static bool waits(const Act *a, const ActScene *scene)
{
    return waits_for(a, scene, false);
}

/* ---- conditions ---- */

static Slice member(const json_t *line, const char *key)
{
    const json_t *value = json_object_get(line, key);
    return slice_trim((Slice) { json_string_value(value), json_string_length(value) });
}

static bool is_text(const json_t *line, const char *key, size_t max)
{
    const json_t *value = json_object_get(line, key);
    Slice         text  = member(line, key);
    return !value || json_is_null(value) || (json_is_string(value) && text.len <= max && text_is_clean_utf8(text));
}

/* Each line says which kind of thing and what; a measure says in which unit. */
static bool lines_are_clear(const Act *a, const ActScene *scene)
{
    const json_t *lines = sent_value(scene, "items", NULL), *line;
    size_t        i;
    (void)a;
    json_array_foreach (lines, i, line)
        if (!code_known(CODES_EXAMINED, member(line, "kind")) || !says_something(member(line, "text"), 3) || !is_text(line, "text", LINE) ||
            !is_text(line, "unit", UNIT_MAX) || (slice_equal_text(member(line, "kind"), "measure") && !member(line, "unit").len))
            return false;
    return true;
}

static bool is_asked_of_a_physician(const Act *a, const ActScene *scene)
{
    Slice to = sent_text(scene, "to", NULL);
    (void)a;
    return !scene->data || slice_equal_text(to, "requester") || slice_equal_text(to, "local-physician");
}

static bool is_open(const Act *a, const ActScene *scene)
{
    return !scene->data || (named(a, scene) && !json_object_get(named(a, scene), "answered_at_ms"));
}

static bool goes_to_another(const Act *a, const ActScene *scene)
{
    const char *now = json_string_value(json_object_get(named(a, scene), "to"));
    return !scene->data || !now || !slice_equal_text(sent_text(scene, "to", NULL), now);
}

static bool examines(const Act *a, const ActScene *scene)
{
    (void)a;
    return scene->medical;
}

/* What is told of one line: NULL when nothing is. */
static const json_t *told_of(const json_t *results, int64_t line)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (results, i, one)
        if (json_integer_value(json_object_get(one, "item")) == line)
            return one;
    return NULL;
}

static bool is_told(const json_t *line, const json_t *told)
{
    bool          measure = slice_equal_text(member(line, "kind"), "measure");
    const json_t *value   = json_object_get(told, "value");
    if (!is_text(told, "text", LONG / 4) || !is_text(told, "unit", UNIT_MAX) || !is_text(told, "not_done", LINE))
        return false;
    if (says_something(member(told, "not_done"), 3))
        return true;
    return measure ? json_is_number(value) : says_something(member(told, "text"), 2) || json_is_number(value);
}

static bool every_line_is_told(const Act *a, const ActScene *scene)
{
    const json_t *results = sent_value(scene, "results", NULL), *line;
    size_t        i;
    if (!scene->data)
        return true;
    json_array_foreach (json_object_get(named(a, scene), "items"), i, line)
        if (!is_told(line, told_of(results, json_integer_value(json_object_get(line, "id")))))
            return false;
    return true;
}

static bool examined_at_a_time(const Act *a, const ActScene *scene)
{
    int64_t at_ms = json_integer_value(sent_value(scene, "examined_at_ms", NULL));
    return !scene->data || !named(a, scene) ||
           (at_ms >= json_integer_value(json_object_get(named(a, scene), "at_ms")) - AHEAD_MS && at_ms <= scene->now_ms + AHEAD_MS);
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed NEED_LINES[1] = { { "examination-items", "E13", lines_are_clear, "Say line by line what is to be examined: which kind, what, and the unit of a measure." } };
static const ActNeed NEED_PHYSICIAN_ASKED[1] = { { "examination-to", "L5", is_asked_of_a_physician, "A clinical examination is a physician's act: address it to the requester or to the local physician; a technologist passes it on and does not carry it out." } };
static const ActNeed NEED_OPEN[1] = { { "examination-open", "E13", is_open, "This examination is not open." } };
static const ActNeed NEED_ANOTHER[1] = { { "examination-other", "E13", goes_to_another, "It is with them already: choose the other one." } };
static const ActNeed NEED_ADDRESSED[1] = { { "order-mine", "E13", act_order_is_mine, "This order is addressed to somebody else." } };
static const ActNeed NEED_EXAMINER[1] = { { "examiner", "L5", examines, "Only a physician, a dental surgeon or a midwife examines and answers: pass the order on to one of them." } };
static const ActNeed NEED_TOLD[1] = { { "examination-results", "E13", every_line_is_told, "Answer each line: a value, a finding, or why it was not done." } };
static const ActNeed NEED_EXAMINED_WHEN[1] = { { "examined-when", "E13", examined_at_a_time, "The time of the examination is not between the order and now." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E13 E20 L5", LIVE, "order-examination", IMAGER|TECHNOLOGIST, AT_ALL, NEEDS(NEED_LINES, NEED_PHYSICIAN_ASKED), STAY, STEP_QUIET, "Ask for a further clinical examination" },
    { "E13 E20 L5", EVERY, "pass-examination", TECHNOLOGIST|REQUESTER|LOCAL|NUCLEAR|IMAGER, AT_ALL, NEEDS(NEED_OPEN, NEED_PHYSICIAN_ASKED, NEED_ANOTHER), STAY, STEP_QUIET, "Pass the examination on", waits },
    { "E13 E20 L5", EVERY, "answer-examination", REQUESTER|LOCAL|TECHNOLOGIST, AT_ALL, NEEDS(NEED_OPEN, NEED_EXAMINER, NEED_ADDRESSED, NEED_TOLD, NEED_EXAMINED_WHEN), STAY, STEP_QUIET, "Answer the examination", waits_for_me },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "order-examination",  NULL,       "to",                   FIELD_CODE,    0,           CODES_ORDER_TO,      "E13",  "Say to whom the order goes." },
    { "order-examination",  NULL,       "items",                FIELD_ARRAY,   LINES_MAX,   NULL,                "E13",  "Say line by line what is to be examined: which kind, what, and the unit of a measure." },
    { "order-examination",  NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E13",  "Write why this examination is needed." },
    { "order-examination",  NULL,       "due_min",              FIELD_INTEGER, 10080,       NULL,                NULL,   NULL },
    { "pass-examination",   NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E13",  "Say which order." },
    { "pass-examination",   NULL,       "to",                   FIELD_CODE,    0,           CODES_ORDER_TO,      "E13",  "Say to whom the order goes." },
    { "pass-examination",   NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "answer-examination", NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E13",  "Say which order." },
    { "answer-examination", NULL,       "results",              FIELD_ARRAY,   LINES_MAX,   NULL,                "E13",  "Answer each line: a value, a finding, or why it was not done." },
    { "answer-examination", NULL,       "examiner",             FIELD_TEXT,    LINE,        NULL,                "E13",  "Say who examined the patient." },
    { "answer-examination", NULL,       "examined_at_ms",       FIELD_TIME_MS, 0,           NULL,                "E13",  "Say when the patient was examined." },
    { "answer-examination", NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { 0 },
};
/* clang-format on */

/* ---- what the event keeps: known members only, each line by its number ---- */

static void keep_text(json_t *into, const json_t *from, const char *key)
{
    Slice text = member(from, key);
    if (text.len)
        json_put(into, key, json_slice(text));
}

static bool prepare_lines(json_t *data)
{
    json_t *kept = json_array(), *line;
    size_t  i;
    json_array_foreach (json_object_get(data, "items"), i, line) {
        json_t *one = json_pack("{s:I}", "id", (json_int_t)(i + 1));
        keep_text(one, line, "kind");
        keep_text(one, line, "text");
        keep_text(one, line, "unit");
        json_push(kept, one);
    }
    json_put(data, "kind", json_string("clinical-examination"));
    return json_put(data, "items", kept);
}

static bool prepare_results(const Act *a, json_t *data)
{
    const json_t  *order   = act_item(a, "orders", json_integer_value(json_object_get(data, "id")));
    OWNED(json_t) *results = json_incref(json_object_get(data, "results"));
    json_t        *kept    = json_array(), *line;
    size_t         i;
    json_array_foreach (json_object_get(order, "items"), i, line) {
        int64_t       id    = json_integer_value(json_object_get(line, "id"));
        const json_t *told  = told_of(results, id);
        const json_t *value = json_object_get(told, "value");
        json_t       *one   = json_pack("{s:I}", "item", (json_int_t)id);
        if (json_is_number(value)) {
            json_put(one, "value", json_real(json_number_value(value)));
            keep_text(one, member(told, "unit").len ? told : line, "unit");
        }
        keep_text(one, told, "text");
        keep_text(one, told, "not_done");
        json_push(kept, one);
    }
    return json_put(data, "results", kept);
}

static bool prepare_due(const ActScene *scene, json_t *data)
{
    int64_t due_min = json_integer_value(json_object_get(data, "due_min"));
    return json_put(data, "due_ms", json_integer(scene->now_ms + (due_min > 0 ? due_min : DUE_MIN) * MINUTE_MS));
}

static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    (void)db, (void)event, (void)err;
    if (slice_equal_text(step, "order-examination"))
        return prepare_lines(data) && prepare_due(&loaded->scene, data);
    if (slice_equal_text(step, "pass-examination"))
        return prepare_due(&loaded->scene, data);
    return !slice_equal_text(step, "answer-examination") || prepare_results(a, data);
}

/* ---- what stays in the facts ---- */

static void on_order(Act *a, const ActEvent *e)
{
    fold_item(a, e, "orders");
}

/* Whoever had it may no longer answer; the clock runs anew for who has it now. */
static void on_pass(Act *a, const ActEvent *e)
{
    static const char *const OF_THE_ONE_BEFORE[] = { "acknowledged_at_ms", "acknowledged_by", "escalated_at_ms", "escalated_to", "called", "people" };
    json_t *order = act_item(a, "orders", event_int(e, "id"));
    json_t *once  = fold_stamp(e);
    json_object_del(once, "id");
    json_object_del(once, "due_ms");
    fold_member(once, "from", json_incref(json_object_get(order, "to")));
    if (!json_object_get(order, "passed"))
        fold_member(order, "passed", json_array());
    json_array_append_new(json_object_get(order, "passed"), once);
    for (size_t i = 0; i < COUNT(OF_THE_ONE_BEFORE); i++)
        json_object_del(order, OF_THE_ONE_BEFORE[i]);
    fold_member(order, "to", json_string(event_text(e, "to")));
    fold_member(order, "due_ms", json_integer(event_int(e, "due_ms")));
}

static void on_answer(Act *a, const ActEvent *e)
{
    static const char *const MEMBERS[] = { "results", "examiner", "examined_at_ms" };
    json_t *order = act_item(a, "orders", event_int(e, "id"));
    for (size_t i = 0; i < COUNT(MEMBERS); i++)
        json_object_set(order, MEMBERS[i], json_object_get(e->data, MEMBERS[i]));
    if (!json_object_get(order, "acknowledged_at_ms")) {
        fold_member(order, "acknowledged_at_ms", json_integer(e->at_ms));
        fold_member(order, "acknowledged_by", act_by(e));
    }
    fold_member(order, "answer", json_string(event_text(e, "text")));
    fold_member(order, "answered_at_ms", json_integer(e->at_ms));
    fold_member(order, "answered_by", act_by(e));
}

static const ActFold FOLDS[] = {
    { "order-examination", NULL, on_order },
    { "pass-examination", NULL, on_pass },
    { "answer-examination", NULL, on_answer },
    { 0 },
};

/* The clock of an order: act.order-due calls the next contact. */
static bool follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *e, Err *err)
{
    bool asked = strcmp(e->step, "order-examination") == 0;
    (void)house, (void)before;
    if (!asked && strcmp(e->step, "pass-examination") != 0)
        return true;
    int64_t due_ms = event_int(e, "due_ms");
    return act_job_add(db, "act.order-due",
                       json_pack("{s:I, s:I, s:I}", "act_id", (json_int_t)after->id, "order_id", (json_int_t)(asked ? e->seq : event_int(e, "id")),
                                 "due_ms", (json_int_t)due_ms),
                       due_ms, err);
}

const ActChapter CHAPTER_EXAMINATION = { .name = "examination", .kinds = KIND_ANY, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .prepare = prepare, .follow = follow };
