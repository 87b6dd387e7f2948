/*
 * A call from one to another of the act: it rings on every page of who is called; unanswered it goes to the next by the roster. E13, E20.
 *
 * Whom it rings is the server's answer, from the act and the roster; what they say is in the live room, and is kept nowhere.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include <string.h>

#include "clinic/workflow/act_alarms.h"
#include "clinic/workflow/act_calls.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/act_overdue.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { CALLS_KEPT = 60, RINGS_MAX = 8 };

static const char *const CODES_CALLED[] = { "imager", "technologist", "requester", "local-physician", "nuclear-physician", NULL };

static const json_t *sent_call(const Act *a, const ActScene *scene)
{
    return act_item(a, "calls", json_integer_value(sent_value(scene, "id", NULL)));
}

static bool state_is(const json_t *call, const char *state)
{
    const char *is = json_string_value(json_object_get(call, "state"));
    return is && strcmp(is, state) == 0;
}

static bool is_in(const json_t *people, int64_t person_id)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (people, i, one)
        if (json_integer_value(json_object_get(one, "person_id")) == person_id)
            return true;
    return false;
}

static bool rings_me(const Act *a, const ActScene *scene)
{
    const json_t *call = scene->data ? sent_call(a, scene) : NULL;
    return !scene->data || (call && is_in(json_object_get(call, "rings"), scene->person_id));
}

static bool still_rings(const Act *a, const ActScene *scene)
{
    return !scene->data || state_is(sent_call(a, scene), "ringing");
}

static bool is_my_call(const Act *a, const ActScene *scene)
{
    const json_t *call = scene->data ? sent_call(a, scene) : NULL;
    return !scene->data || (call && json_integer_value(json_object_get(json_object_get(call, "by"), "id")) == scene->person_id);
}

static bool some_rings_me(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "calls", NULL), i, one)
        if (state_is(one, "ringing") && is_in(json_object_get(one, "rings"), scene->person_id))
            return true;
    return false;
}

static bool mine_rings(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "calls", NULL), i, one)
        if (state_is(one, "ringing") && json_integer_value(json_object_get(json_object_get(one, "by"), "id")) == scene->person_id)
            return true;
    return false;
}

static bool none_of_mine_rings(const Act *a, const ActScene *scene)
{
    return !mine_rings(a, scene);
}

static bool missed_is_mine(const Act *a, const ActScene *scene)
{
    const json_t *call = scene->data ? sent_call(a, scene) : NULL;
    return !scene->data || (call && is_in(json_object_get(call, "missed"), scene->person_id));
}

static bool some_missed(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "calls", NULL), i, one)
        if (is_in(json_object_get(one, "missed"), scene->person_id))
            return true;
    return false;
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
static const ActNeed RINGS_ME[1] = { { "call-mine", "E13", rings_me, "This call is not for you." } };
static const ActNeed RINGING[1]  = { { "call-ringing", "E13", still_rings, "This call no longer rings: somebody has answered, or it was given up." } };
static const ActNeed MY_CALL[1]  = { { "call-caller", "E13", is_my_call, "Only who calls gives the call up." } };
static const ActNeed ONE_CALL[1] = { { "call-one", "E13", none_of_mine_rings, "A call of yours still rings in this act: wait for its answer, or give it up." } };
static const ActNeed MISSED[1]   = { { "call-missed", "E13", missed_is_mine, "This call is not among those you missed." } };

#define CALLABLE (LIVE | REPORTED)

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label, use */
    { "E13 E20", CALLABLE, "call", ANYBODY, AT_ALL, NEEDS(ONE_CALL), STAY, STEP_QUIET, "Call" },
    { "E13 E20", SENT, "call-answered", ANYBODY, AT_ALL, NEEDS(RINGS_ME, RINGING), STAY, STEP_QUIET, "Answer", some_rings_me },
    { "E13 E20", SENT, "call-refused", ANYBODY, AT_ALL, NEEDS(RINGS_ME, RINGING), STAY, STEP_QUIET, "I cannot answer now", some_rings_me },
    { "E13 E20", SENT, "call-ended", ANYBODY, AT_ALL, NEEDS(MY_CALL, RINGING), STAY, STEP_QUIET, "Give the call up", mine_rings },
    { "E13 E20", SENT, "call-seen", ANYBODY, AT_ALL, NEEDS(MISSED), STAY, STEP_QUIET, "I have seen this missed call", some_missed },
    { "E13 E20", SENT, "call-passed", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The call goes to the next" },
    { "E13 E20", SENT, "call-missed", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "Nobody answered the call" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "call",               NULL,       "to",                   FIELD_CODE,    0,           CODES_CALLED,        "E13",  "Say whom to call." },
    { "call",               NULL,       "text",                 FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "call-answered",      NULL,       "id",                   FIELD_INTEGER, INT64_MAX,   NULL,                "E13",  "Say which call." },
    { "call-refused",       NULL,       "id",                   FIELD_INTEGER, INT64_MAX,   NULL,                "E13",  "Say which call." },
    { "call-refused",       NULL,       "text",                 FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "call-ended",         NULL,       "id",                   FIELD_INTEGER, INT64_MAX,   NULL,                "E13",  "Say which call." },
    { "call-seen",          NULL,       "id",                   FIELD_INTEGER, INT64_MAX,   NULL,                "E13",  "Say which call." },
    { 0 },
};
/* clang-format on */

/* ---- whom it rings ---- */

/* Who has the act in hand in that role; 0: nobody, or somebody without an account. */
static int64_t in_hand(const Act *a, const char *to)
{
    if (strcmp(to, "imager") == 0)
        return a->reader_id ? a->reader_id : a->imager_id;
    if (strcmp(to, "technologist") == 0)
        return a->technologist_id;
    if (strcmp(to, "requester") == 0)
        return a->requester_id;
    if (strcmp(to, "local-physician") == 0)
        return act_fact_int(a, "local_physician", "person_id");
    return json_integer_value(json_object_get(json_array_get(act_fact(a, "nuclear_presence", "people"), 0), "person_id"));
}

static bool ring_add(json_t *rings, const json_t *person, const json_t *rung, int64_t caller_id)
{
    int64_t     id   = json_integer_value(json_object_get(person, "person_id"));
    const char *name = json_string_value(json_object_get(person, "name"));
    if (!id || id == caller_id || is_in(rung, id) || is_in(rings, id) || json_array_size(rings) >= RINGS_MAX)
        return true;
    return json_array_append_new(rings, json_pack("{s:I, s:s}", "person_id", (json_int_t)id, "name", name ? name : "")) == 0;
}

static bool rings_add(json_t *rings, const json_t *people, const json_t *rung, int64_t caller_id, Err *err)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (people, i, one)
        if (!ring_add(rings, one, rung, caller_id))
            return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
    return true;
}

/* The one who has the act in hand first; then, together, those on duty that have not been rung; then everybody else of that role. */
static bool rings_of(Db *db, const Act *a, const char *to, const json_t *rung, int64_t caller_id, json_t **ret, Err *err)
{
    OWNED(json_t) *rings = json_array(), *duty = NULL, *all = NULL;
    int64_t        first = in_hand(a, to);
    Person         person;
    if (first && first != caller_id && !is_in(rung, first)) {
        char name[160];
        if (!person_load(db, first, &person, err))
            return false;
        person_shown_name(&person, name, sizeof name);
        json_array_append_new(rings, json_pack("{s:I, s:s}", "person_id", (json_int_t)first, "name", name));
    } else {
        if (!act_called_people(db, a, to, clock_now_ms(), &duty, err) || !rings_add(rings, duty, rung, caller_id, err))
            return false;
        if (json_array_size(rings) == 0 && (!act_role_people(db, a, to, &all, err) || !rings_add(rings, all, rung, caller_id, err)))
            return false;
    }
    *ret = GIVE(rings);
    return true;
}

static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    json_t *rings = NULL;
    (void)event;
    if (!slice_equal_text(step, "call"))
        return true;
    const char *to = json_string_value(json_object_get(data, "to"));
    if (!rings_of(db, a, to ? to : "", NULL, loaded->scene.person_id, &rings, err))
        return false;
    if (json_array_size(rings) == 0) {
        json_decref(rings);
        return err_set(err, ERR_CONFLICT, "Nobody who could be called has an account here: telephone, and note the call.", "call");
    }
    return json_put(data, "rings", rings) && json_put(data, "due_ms", json_integer(loaded->scene.now_ms + CALL_RINGS_MS));
}

/* ---- what follows ---- */

/* To the next, or missed: after thirty seconds, or at once when refused by all it rings. */
static bool pass_on(Db *db, const ActHouse *house, const Act *a, const json_t *call, Err *err)
{
    json_t     *rings = NULL;
    json_int_t  id    = json_integer_value(json_object_get(call, "id"));
    const char *to    = json_string_value(json_object_get(call, "to"));
    int64_t     by    = json_integer_value(json_object_get(json_object_get(call, "by"), "id"));
    if (!rings_of(db, a, to ? to : "", json_object_get(call, "rung"), by, &rings, err))
        return false;
    if (json_array_size(rings) == 0) {
        json_decref(rings);
        return act_do_system(db, house, a->id, "call-missed", json_pack("{s:I}", "id", id), err);
    }
    return act_do_system(db, house, a->id, "call-passed",
                         json_pack("{s:I, s:o, s:I}", "id", id, "rings", rings, "due_ms", (json_int_t)(clock_now_ms() + CALL_RINGS_MS)), err);
}

static bool follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *e, Err *err)
{
    (void)before;
    if (strcmp(e->step, "call") == 0 || strcmp(e->step, "call-passed") == 0)
        return act_alarm_add(db, "act.call-due", after->id, strcmp(e->step, "call") == 0 ? e->seq : event_int(e, "id"), event_int(e, "due_ms"), err);
    const json_t *call = strcmp(e->step, "call-refused") == 0 ? act_item(after, "calls", event_int(e, "id")) : NULL;
    return !call || json_array_size(json_object_get(call, "rings")) > 0 || pass_on(db, house, after, call, err);
}

typedef struct CallDue {
    const ActHouse *house;
    int64_t         act_id, id, due_ms;
} CallDue;

static bool due_work(Db *db, void *arg, Err *err)
{
    const CallDue *due = arg;
    OWNED_ACT      a   = { 0 };
    if (!act_load(db, due->act_id, &a, err))
        return false;
    const json_t *call = act_item(&a, "calls", due->id);
    if (!state_is(call, "ringing") || json_integer_value(json_object_get(call, "due_ms")) != due->due_ms)
        return true;
    return pass_on(db, due->house, &a, call, err);
}

bool job_call_due(const Job *job, void *house, Err *err)
{
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    const ActHouse *h      = house;
    if (!payload)
        return false;
    CallDue due = { h, json_integer_value(json_object_get(payload, "act_id")), json_integer_value(json_object_get(payload, "id")),
                    json_integer_value(json_object_get(payload, "due_ms")) };
    return db_write(h->needs.host, due_work, &due, err);
}

/* ---- what is kept ---- */

static json_t *call_of(Act *a, const ActEvent *e)
{
    return act_item(a, "calls", event_int(e, "id"));
}

static void rung_too(json_t *call)
{
    size_t  i;
    json_t *one, *rung = json_object_get(call, "rung");
    json_array_foreach (json_object_get(call, "rings"), i, one)
        if (!is_in(rung, json_integer_value(json_object_get(one, "person_id"))))
            json_array_append_new(rung, json_deep_copy(one));
}

/* Who was rung and did not answer, unless they said that they cannot. */
static void missed_too(json_t *call)
{
    size_t  i;
    json_t *one, *missed = json_object_get(call, "missed");
    json_array_foreach (json_object_get(call, "rings"), i, one)
        json_array_append_new(missed, json_deep_copy(one));
}

static void remove_person(json_t *people, int64_t person_id)
{
    for (size_t i = json_array_size(people); i-- > 0;)
        if (json_integer_value(json_object_get(json_array_get(people, i), "person_id")) == person_id)
            json_array_remove(people, i);
}

static void on_call(Act *a, const ActEvent *e)
{
    json_t *list = fold_list(a, "calls"), *call = fold_item(a, e, "calls");
    fold_member(call, "state", json_string("ringing"));
    fold_member(call, "rung", json_array());
    fold_member(call, "missed", json_array());
    rung_too(call);
    while (json_array_size(list) > CALLS_KEPT)
        json_array_remove(list, 0);
}

static void ends(Act *a, const ActEvent *e, const char *state)
{
    json_t *call = call_of(a, e);
    if (!call)
        return;
    fold_member(call, "state", json_string(state));
    fold_member(call, "ended_at_ms", json_integer(e->at_ms));
    fold_member(call, "rings", json_array());
}

static void on_answered(Act *a, const ActEvent *e)
{
    json_t *call = call_of(a, e);
    if (call)
        remove_person(json_object_get(call, "missed"), e->person_id);
    ends(a, e, "answered");
    if (call)
        fold_member(call, "answered_by", act_by(e));
}

static void on_refused(Act *a, const ActEvent *e)
{
    remove_person(json_object_get(call_of(a, e), "rings"), e->person_id);
}

static void on_ended(Act *a, const ActEvent *e)
{
    json_t *call = call_of(a, e);
    if (call)
        missed_too(call);
    ends(a, e, "ended");
}

static void on_seen(Act *a, const ActEvent *e)
{
    remove_person(json_object_get(call_of(a, e), "missed"), e->person_id);
}

static void on_passed(Act *a, const ActEvent *e)
{
    json_t *call = call_of(a, e);
    if (!call)
        return;
    missed_too(call);
    fold_member(call, "rings", json_deep_copy(json_object_get(e->data, "rings")));
    fold_member(call, "due_ms", json_integer(event_int(e, "due_ms")));
    rung_too(call);
}

static void on_missed(Act *a, const ActEvent *e)
{
    json_t *call = call_of(a, e);
    if (call)
        missed_too(call);
    ends(a, e, "missed");
}

static const ActFold FOLDS[] = {
    { "call", NULL, on_call },
    { "call-answered", NULL, on_answered },
    { "call-refused", NULL, on_refused },
    { "call-ended", NULL, on_ended },
    { "call-seen", NULL, on_seen },
    { "call-passed", NULL, on_passed },
    { "call-missed", NULL, on_missed },
    { 0 },
};

const ActChapter CHAPTER_CALLS = { .name = "calls", .kinds = KIND_ANY, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .prepare = prepare, .follow = follow };
