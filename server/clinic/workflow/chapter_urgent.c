/*
 * An urgent finding: told by voice with read-back, acted on by the site or the requester, called out until it is. E26.
 *
 * A message only summons. The finding is closed by the action that the local physician, the requester or a delegate whom one of them
 * named records, after it was told; every time is kept. Until then a job calls again, and the act is not closed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_alarms.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/expertise.h"
#include "clinic/workflow/urgent.h"
#include "guard/access/people.h"

enum { MINUTE_MS = 60 * 1000, READ_BACK_LETTERS_MIN = 10 };

/* How long until the action is recorded, when the convention says nothing; its own delay is that of the most urgent. */
static const struct {
    const char *category;
    int64_t     minutes;
} CATEGORIES[] = { { "immediate", 30 }, { "hours", 360 }, { "days", 1440 } };

int64_t urgent_delay_ms(const Act *a, const char *category)
{
    int64_t shortest = act_fact_int(a, "delays", "urgent_min");
    for (size_t i = 0; category && i < COUNT(CATEGORIES); i++)
        if (strcmp(category, CATEGORIES[i].category) == 0)
            return MINUTE_MS * (shortest && (i == 0 || shortest > CATEGORIES[i].minutes) ? shortest : CATEGORIES[i].minutes);
    return 0;
}

static const json_t *finding_named(const Act *a, const ActScene *scene)
{
    return act_item(a, "urgent", json_integer_value(sent_value(scene, "id", NULL)));
}

static bool is_closed(const json_t *finding)
{
    return json_object_get(finding, "action") != NULL;
}

static bool was_told(const json_t *finding)
{
    return json_array_size(json_object_get(finding, "told")) > 0;
}

static bool is_delegate(const json_t *finding, int64_t person_id)
{
    return person_id && json_integer_value(json_object_get(json_object_get(finding, "delegate"), "person_id")) == person_id;
}

/* Local physician and requester by their role; anybody else when named. */
static bool may_act(const json_t *finding, const ActScene *scene)
{
    return (scene->site_roles & ROLE_LOCAL_PHYSICIAN) || (scene->requester_roles & ROLE_REQUESTER) ||
           is_delegate(finding, scene->person_id);
}

/* ---- conditions ---- */

static bool finding_is_open(const Act *a, const ActScene *scene)
{
    const json_t *finding = finding_named(a, scene);
    return !scene->data || (finding && !is_closed(finding));
}

static bool how_is_spoken(const Act *a, const ActScene *scene)
{
    (void)a;
    return !slice_equal_text(sent_text(scene, "how", NULL), "message");
}

static bool is_read_back(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || says_something(sent_text(scene, "repeated", NULL), READ_BACK_LETTERS_MIN);
}

static bool told_at_a_time(const Act *a, const ActScene *scene)
{
    int64_t at_ms = json_integer_value(sent_value(scene, "told_at_ms", NULL));
    int64_t found = json_integer_value(json_object_get(finding_named(a, scene), "at_ms"));
    return !scene->data || (at_ms >= found - 30 * MINUTE_MS && at_ms <= scene->now_ms + MINUTE_MS);
}

static bool finding_was_told(const Act *a, const ActScene *scene)
{
    return !scene->data || was_told(finding_named(a, scene));
}

static bool finding_is_mine(const Act *a, const ActScene *scene)
{
    return !scene->data || may_act(finding_named(a, scene), scene);
}

static bool delegate_is_of_the_act(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->delegate_fits;
}

static bool none_is_open(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    (void)scene;
    json_array_foreach (json_object_get(a->facts, "urgent"), i, one)
        if (!is_closed(one))
            return false;
    return true;
}

/* What the report calls urgent has been raised as such, and told before it is signed. */
static bool urgent_report_is_told(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    bool          some = false;
    json_array_foreach (json_object_get(a->facts, "urgent"), i, one) {
        some = true;
        if (!was_told(one))
            return false;
    }
    return some || !scene->report_urgent;
}

/* Before its exam an act has nothing to find; an opinion is on images made before. T5 */
static bool there_are_images(const Act *a, const ActScene *scene)
{
    (void)scene;
    return a->state != ACT_VALIDATED || act_is_expertise(a);
}

/* ---- of use now? ---- */

static bool some_open(const Act *a, const ActScene *scene)
{
    return !none_is_open(a, scene);
}

static bool some_for_me(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "urgent"), i, one)
        if (!is_closed(one) && may_act(one, scene))
            return true;
    return false;
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
const ActNeed NEED_URGENT_CLOSED[1] = { { "urgent-open", "E26", none_is_open, "An urgent finding waits for the action taken: the local physician, the requester or a delegate records it." } };
const ActNeed NEED_URGENT_TOLD[1] = { { "urgent-told", "E26", urgent_report_is_told, "The report is urgent: raise the finding and tell it by voice, with read-back, before signing." } };
static const ActNeed NEED_IMAGES[1] = { { "urgent-images", "E26", there_are_images, "The exam has not begun: there is nothing to find yet." } };
static const ActNeed NEED_FINDING_OPEN[1] = { { "urgent-known", "E26", finding_is_open, "This urgent finding is not open." } };
static const ActNeed NEED_SPOKEN[1] = { { "spoken", "E26", how_is_spoken, "A message only summons: tell the finding by voice or video." } };
static const ActNeed NEED_READ_BACK[1] = { { "read-back", "E26", is_read_back, "Write what the person repeated to you." } };
static const ActNeed NEED_TOLD_TIME[1] = { { "told-when", "E26", told_at_a_time, "The time at which it was told is not that of this finding." } };
static const ActNeed NEED_TOLD[1] = { { "urgent-told", "E26", finding_was_told, "The finding has not been told by voice with read-back yet: call the imager." } };
static const ActNeed NEED_FINDING_MINE[1] = { { "urgent-mine", "E26", finding_is_mine, "Only the local physician, the requester or the delegate whom one of them named records the action." } };
static const ActNeed NEED_DELEGATE[1] = { { "delegate", "E26", delegate_is_of_the_act, "Name somebody who has a role in this act." } };

#define URGENT_STATES S(RUNNING)|S(GONE)|S(RELEASED)|S(LEFT)|S(SIGNED)|S(DELIVERED)|S(ACKNOWLEDGED)

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E26 T5", URGENT_STATES|S(VALIDATED), "report-urgent", IMAGER, AT_I, NEEDS(NEED_IMAGES), STAY, STEP_QUIET, "Raise an urgent finding", there_are_images },
    { "E26", EVERY, "tell-urgent", IMAGER, AT_I, NEEDS(NEED_FINDING_OPEN, NEED_SPOKEN, NEED_READ_BACK, NEED_TOLD_TIME), STAY, STEP_QUIET, "The urgent finding is told", some_open },
    { "E26", EVERY, "delegate-urgent", LOCAL|REQUESTER, AT_S|AT_R, NEEDS(NEED_FINDING_OPEN, NEED_DELEGATE), STAY, STEP_QUIET, "Name a delegate for the urgent finding", some_open },
    { "E26", EVERY, "act-on-urgent", ANYBODY, AT_ALL, NEEDS(NEED_FINDING_OPEN, NEED_FINDING_MINE, NEED_TOLD), STAY, STEP_QUIET, "Record the action taken", some_for_me },
    { "E26", EVERY, "escalate-urgent", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The urgent finding is not acted on" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "report-urgent",      NULL,       "category",             FIELD_CODE,    0,           CODES_URGENT,        "E26",  "Say how urgent the finding is." },
    { "report-urgent",      NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E26",  "Write the finding." },
    { "tell-urgent",        NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E26",  "Say which finding." },
    { "tell-urgent",        NULL,       "to",                   FIELD_TEXT,    LINE,        NULL,                "E26",  "Name the person who was told." },
    { "tell-urgent",        NULL,       "how",                  FIELD_CODE,    0,           CODES_SPOKEN,        "E26",  "Say whether it was told by voice or video." },
    { "tell-urgent",        NULL,       "repeated",             FIELD_TEXT,    LONG,        NULL,                "E26",  "Write what the person repeated to you." },
    { "tell-urgent",        NULL,       "told_at_ms",           FIELD_TIME_MS, 0,           NULL,                "E26",  "Say when it was told." },
    { "delegate-urgent",    NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E26",  "Say which finding." },
    { "delegate-urgent",    NULL,       "person_id",            FIELD_INTEGER, INT64_MAX,   NULL,                "E26",  "Name somebody who has a role in this act." },
    { "act-on-urgent",      NULL,       "id",                   FIELD_INTEGER, INT32_MAX,   NULL,                "E26",  "Say which finding." },
    { "act-on-urgent",      NULL,       "text",                 FIELD_TEXT,    LONG,        NULL,                "E26",  "Write the action taken." },
    { 0 },
};
/* clang-format on */

static void on_report(Act *a, const ActEvent *e)
{
    fold_item(a, e, "urgent");
}

void urgent_raise(Act *a, const ActEvent *e, const json_t *difference)
{
    json_t     *finding  = json_pack("{s:I, s:I, s:o, s:b}", "id", (json_int_t)e->seq, "at_ms", (json_int_t)e->at_ms, "by", act_by(e),
                                     "difference", 1);
    const char *category = json_string_value(json_object_get(difference, "category"));
    const char *what     = json_string_value(json_object_get(difference, "what"));
    fold_member(finding, "category", json_string(category ? category : ""));
    fold_member(finding, "text", json_string(what ? what : ""));
    fold_member(finding, "first_due_ms", json_integer(event_int(e, "urgent_due_ms")));
    fold_member(finding, "due_ms", json_integer(event_int(e, "urgent_due_ms")));
    json_array_append_new(fold_list(a, "urgent"), finding);
}

static void on_tell(Act *a, const ActEvent *e)
{
    json_t *finding = act_item(a, "urgent", event_int(e, "id"));
    json_t *told    = json_object_get(finding, "told");
    if (!told) {
        told = json_array();
        fold_member(finding, "told", told);
    }
    json_array_append_new(told, fold_stamp(e));
}

static void on_delegate(Act *a, const ActEvent *e)
{
    fold_member(act_item(a, "urgent", event_int(e, "id")), "delegate", fold_stamp(e));
}

static void on_act(Act *a, const ActEvent *e)
{
    fold_member(act_item(a, "urgent", event_int(e, "id")), "action", fold_stamp(e));
}

static void on_escalate(Act *a, const ActEvent *e)
{
    json_t *finding = act_item(a, "urgent", event_int(e, "id"));
    fold_member(finding, "escalated_at_ms", json_integer(e->at_ms));
    fold_member(finding, "escalations", json_integer(json_integer_value(json_object_get(finding, "escalations")) + 1));
    fold_member(finding, "due_ms", json_integer(event_int(e, "due_ms")));
}

static const ActFold FOLDS[] = {
    { "report-urgent", NULL, on_report },
    { "tell-urgent", NULL, on_tell },
    { "delegate-urgent", NULL, on_delegate },
    { "act-on-urgent", NULL, on_act },
    { "escalate-urgent", NULL, on_escalate },
    { 0 },
};

/* A delegate is a member of one of the three organisations. */
static bool urgent_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    Membership memberships[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    (void)who;
    ret->scene.report_urgent = json_is_true(json_object_get(ret->report.content, "urgent"));
    if (!data || !slice_equal_text(step, "delegate-urgent"))
        return true;
    if (!memberships_load(db, json_integer_value(json_object_get(data, "person_id")), memberships, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if ((memberships[i].organisation_id == a->site_id || memberships[i].organisation_id == a->requester_org_id) && memberships[i].roles)
            ret->scene.delegate_fits = true;
    return true;
}

static bool urgent_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    (void)event;
    if (slice_equal_text(step, "report-urgent")) {
        int64_t due_ms = loaded->scene.now_ms + urgent_delay_ms(a, json_string_value(json_object_get(data, "category")));
        return json_put(data, "first_due_ms", json_integer(due_ms)) && json_put(data, "due_ms", json_integer(due_ms));
    }
    if (!slice_equal_text(step, "delegate-urgent"))
        return true;
    char name[160];
    return person_name_load(db, json_integer_value(json_object_get(data, "person_id")), name, sizeof name, err) &&
           json_put(data, "name", json_string(name));
}

static bool urgent_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *e, Err *err)
{
    (void)house, (void)before;
    if (event_int(e, "urgent_due_ms")) /* raised by what a new version of the report changes */
        return act_alarm_add(db, "act.urgent-due", after->id, e->seq, event_int(e, "urgent_due_ms"), err);
    if (strcmp(e->step, "report-urgent") == 0)
        return act_alarm_add(db, "act.urgent-due", after->id, e->seq, event_int(e, "due_ms"), err);
    if (strcmp(e->step, "escalate-urgent") == 0)
        return act_alarm_add(db, "act.urgent-due", after->id, event_int(e, "id"), event_int(e, "due_ms"), err);
    return true;
}

const ActChapter CHAPTER_URGENT = { .name    = "urgent",
                                    .kinds   = KIND_EXAM | KIND_EXPERTISE,
                                    .steps   = STEPS,
                                    .fields  = FIELDS,
                                    .folds   = FOLDS,
                                    .look    = urgent_look,
                                    .prepare = urgent_prepare,
                                    .follow  = urgent_follow };
