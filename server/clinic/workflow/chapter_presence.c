/*
 * Who is there, each confirmed by that person: imager, local physician, nuclear physician. E1, E23, E24.
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

/* ---- what the facts say ---- */

bool act_is_injected(const Act *a)
{
    Slice planned = act_fact_text(a, "protocol", "injection");
    return modality_is_nuclear(a->modality) || (planned.len && !slice_equal_text(planned, "none")) ||
           json_array_size(act_fact(a, "drugs", NULL)) > 0;
}

bool act_patient_is_on_site(const Act *a)
{
    return a->state == ACT_RUNNING || a->state == ACT_RELEASED;
}

bool act_local_is_there(const Act *a)
{
    return act_fact_int(a, "local_physician", "confirmed_at_ms") && !act_fact_int(a, "local_physician", "left_at_ms");
}

bool act_nuclear_is_there(const Act *a)
{
    return json_array_size(act_fact(a, "nuclear_presence", "people")) > 0;
}

json_t *act_local_asked(const Act *a)
{
    json_t *named = json_object_get(a->facts, "local_physician");
    json_t *next  = json_object_get(named, "next");
    if (json_is_object(next))
        return next;
    return named && (!json_object_get(named, "confirmed_at_ms") || json_object_get(named, "left_at_ms")) ? named : NULL;
}

static bool is_person(const json_t *physician, int64_t person_id)
{
    return person_id && json_integer_value(json_object_get(physician, "person_id")) == person_id;
}

/* The place of this person among the nuclear physicians there; -1: not among them. */
static int nuclear_place(const Act *a, int64_t person_id)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "nuclear_presence", "people"), i, one)
        if (is_person(one, person_id))
            return (int)i;
    return -1;
}

/* ---- conditions ---- */

static bool local_is_named(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact(a, "local_physician", NULL) != NULL;
}

/* Somebody who may have to come can be called. */
static bool local_is_reachable(const Act *a, const ActScene *scene)
{
    (void)scene;
    size_t digits = 0;
    Slice  phone  = act_fact_text(a, "local_physician", "phone");
    for (size_t i = 0; i < phone.len; i++)
        digits += phone.at[i] >= '0' && phone.at[i] <= '9';
    return !local_is_named(a, scene) || digits >= 3;
}

static bool local_is_confirmed(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_is_injected(a) || act_local_is_there(a);
}

static bool local_is_me(const Act *a, const ActScene *scene)
{
    return is_person(act_local_asked(a), scene->person_id) ||
           is_person(act_fact(a, "local_physician", NULL), scene->person_id);
}

static bool leave_is_explained(const ActScene *scene)
{
    return !scene->data || says_something(sent_text(scene, "reason", NULL), 2);
}

/* Nobody goes while something was injected and the patient is there, without somebody who has confirmed. */
static bool local_is_replaced(const Act *a, const ActScene *scene)
{
    return !act_patient_is_on_site(a) || !act_is_injected(a) || leave_is_explained(scene);
}

static bool nuclear_is_there(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !modality_is_nuclear(a->modality) || act_nuclear_is_there(a);
}

static bool nuclear_is_me(const Act *a, const ActScene *scene)
{
    return nuclear_place(a, scene->person_id) >= 0;
}

static bool nuclear_is_replaced(const Act *a, const ActScene *scene)
{
    return !act_patient_is_on_site(a) || !modality_is_nuclear(a->modality) ||
           json_array_size(act_fact(a, "nuclear_presence", "people")) > 1 || leave_is_explained(scene);
}

/* ---- of use now? ---- */

static bool imager_is_absent(const Act *a, const ActScene *scene)
{
    (void)scene;
    return !act_fact_true(a, "imager_presence", "present");
}

static bool imager_is_present(const Act *a, const ActScene *scene)
{
    (void)scene;
    return act_fact_true(a, "imager_presence", "present");
}

static bool awaits_me(const Act *a, const ActScene *scene)
{
    return is_person(act_local_asked(a), scene->person_id);
}

static bool local_may_leave(const Act *a, const ActScene *scene)
{
    return act_local_is_there(a) && is_person(act_fact(a, "local_physician", NULL), scene->person_id);
}

static bool nuclear_may_come(const Act *a, const ActScene *scene)
{
    return modality_is_nuclear(a->modality) && nuclear_place(a, scene->person_id) < 0;
}

/* clang-format off */
/*    name                      code                   asked by     holds                        what to say */
const ActNeed NEED_IMAGER_THERE[1] = { { "imager-present", "E1", act_imager_is_there, "The imager is not in the act." } };
const ActNeed NEED_LOCAL_PHYSICIAN[1] = { { "local-physician", "E23", local_is_named, "No local physician is named." } };
const ActNeed NEED_LOCAL_REACHABLE[1] = { { "local-reachable", "E23", local_is_reachable, "The local physician has no telephone number: write it, or name somebody who can be reached." } };
const ActNeed NEED_LOCAL_CONFIRMED[1] = { { "local-confirmed", "E23", local_is_confirmed, "Something is to be injected: the local physician must first confirm being there, in person." } };
const ActNeed NEED_NUCLEAR[1] = { { "nuclear-physician", "E24", nuclear_is_there, "No nuclear physician has confirmed being on site." } };
static const ActNeed NEED_LOCAL_REAL[1] = { { "local-physician", "E23", act_local_is_real, "Choose a local physician of this site, or give a name and a telephone number." } };
static const ActNeed NEED_LOCAL_IS_ME[1] = { { "local-physician-me", "E23", local_is_me, "Only the named local physician may confirm being there." } };
static const ActNeed NEED_LOCAL_REPLACED[1] = { { "replacement", "E23", local_is_replaced, "Nobody has confirmed replacing you: have your replacement named and confirm, or write why you leave all the same." } };
static const ActNeed NEED_NUCLEAR_IS_ME[1] = { { "nuclear-me", "E24", nuclear_is_me, "You are not among the nuclear physicians who confirmed being there." } };
static const ActNeed NEED_NUCLEAR_REPLACED[1] = { { "replacement", "E24", nuclear_is_replaced, "Nobody has confirmed replacing you: have your replacement confirm being on site, or write why you leave all the same." } };

#define THERE_STATES S(PLANNED)|S(RUNNING)|S(GONE)|S(RELEASED)
#define LOCAL_STATES S(VALIDATED)|S(PLANNED)|S(RUNNING)|S(RELEASED)

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E23", LOCAL_STATES, "name-local-physician", TECHNOLOGIST|SECRETARY|LOCAL, AT_S, NEEDS(NEED_LOCAL_REAL), STAY, 0, "Name the local physician" },
    { "E23", LOCAL_STATES, "confirm-local-presence", LOCAL, AT_S, NEEDS(NEED_LOCAL_PHYSICIAN, NEED_LOCAL_IS_ME, NEED_LOCAL_FIT), STAY, STEP_QUIET, "I am on site and reachable", awaits_me },
    { "E23", LOCAL_STATES, "local-leaves", LOCAL, AT_S, NEEDS(NEED_LOCAL_PHYSICIAN, NEED_LOCAL_IS_ME, NEED_LOCAL_REPLACED), STAY, STEP_QUIET, "I am no longer there", local_may_leave },
    { "E24", THERE_STATES, "nuclear-present", NUCLEAR, AT_S, NEEDS(NEED_NUCLEAR_FIT), STAY, STEP_QUIET, "I am the nuclear physician on site", nuclear_may_come },
    { "E24", THERE_STATES, "nuclear-leaves", NUCLEAR, AT_S, NEEDS(NEED_NUCLEAR_IS_ME, NEED_NUCLEAR_REPLACED), STAY, STEP_QUIET, "I leave the site", nuclear_is_me },
    { "E1", THERE_STATES, "imager-present", IMAGER, AT_I, NO_NEEDS, STAY, STEP_QUIET, "I am in the act", imager_is_absent },
    { "E1", THERE_STATES, "imager-absent", IMAGER, AT_I, NO_NEEDS, STAY, STEP_QUIET, "I leave the act", imager_is_present },
    { "E1", THERE_STATES, "imager-lost", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The imager's page is gone" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step                 within      name                    kind     max          codes                why     when it is missing */
    { "name-local-physician",NULL,      "person_id",            FIELD_INTEGER, INT64_MAX,   NULL,                NULL,   NULL },
    { "name-local-physician",NULL,      "name",                 FIELD_TEXT,    LINE,        NULL,                NULL,   NULL },
    { "name-local-physician",NULL,      "phone",                FIELD_TEXT,    40,          NULL,                NULL,   NULL },
    { "local-leaves",       NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { "nuclear-leaves",     NULL,       "reason",               FIELD_TEXT,    LONG,        NULL,                NULL,   NULL },
    { 0 },
};
/* clang-format on */

/* ---- the local physician ---- */

static void local_keep_former(Act *a, const ActEvent *e)
{
    const json_t *named = json_object_get(a->facts, "local_physician");
    OWNED(json_t) *former = json_deep_copy(named);
    if (!json_object_get(former, "confirmed_at_ms"))
        return;
    json_object_del(former, "next");
    if (!json_object_get(former, "left_at_ms"))
        fold_member(former, "left_at_ms", json_integer(e->at_ms));
    json_array_append_new(fold_list(a, "local_physicians_before"), json_incref(former));
}

/* While the patient is there, who has confirmed stays in charge until the next has confirmed. */
static void on_name_local(Act *a, const ActEvent *e)
{
    if (act_patient_is_on_site(a) && act_local_is_there(a)) {
        fold_member(json_object_get(a->facts, "local_physician"), "next", fold_stamp(e));
        return;
    }
    local_keep_former(a, e);
    fold_set(a, "local_physician", fold_stamp(e));
}

static void on_confirm_local_presence(Act *a, const ActEvent *e)
{
    json_t        *named = json_object_get(a->facts, "local_physician");
    OWNED(json_t) *next  = json_incref(json_object_get(named, "next"));
    if (is_person(next, e->person_id)) {
        local_keep_former(a, e);
        fold_set(a, "local_physician", json_deep_copy(next));
    } else if (json_object_get(named, "left_at_ms")) { /* back again */
        local_keep_former(a, e);
        json_object_del(named, "left_at_ms");
    }
    fold_member(json_object_get(a->facts, "local_physician"), "confirmed_at_ms", json_integer(e->at_ms));
}

static void on_local_leaves(Act *a, const ActEvent *e)
{
    json_t *named = json_object_get(a->facts, "local_physician");
    fold_member(named, "left_at_ms", json_integer(e->at_ms));
    if (!act_patient_is_on_site(a) || !act_is_injected(a))
        return;
    json_t *incident = fold_item(a, e, "incidents");
    fold_member(incident, "kind", json_string("deviation"));
    fold_member(incident, "subject", json_string("local-physician-left"));
    fold_member(incident, "text", json_string(event_text(e, "reason")));
}

/* ---- the nuclear physician ---- */

static json_t *nuclear_of(Act *a)
{
    json_t *presence = json_object_get(a->facts, "nuclear_presence");
    if (!presence) {
        presence = json_pack("{s:[], s:[], s:[]}", "people", "absences", "stood");
        json_object_set_new(a->facts, "nuclear_presence", presence);
    }
    return presence;
}

static void on_nuclear_present(Act *a, const ActEvent *e)
{
    json_t *presence = nuclear_of(a), *absences = json_object_get(presence, "absences");
    size_t  count = json_array_size(absences);
    json_t *last  = count ? json_array_get(absences, count - 1) : NULL;
    if (last && !json_object_get(last, "to_ms"))
        fold_member(last, "to_ms", json_integer(e->at_ms));
    if (nuclear_place(a, e->person_id) >= 0)
        return;
    json_t *person = json_pack("{s:I, s:s, s:I}", "person_id", (json_int_t)e->person_id, "name", e->person_name, "since_ms",
                               (json_int_t)e->at_ms);
    json_array_append_new(json_object_get(presence, "people"), json_incref(person));
    json_array_append_new(json_object_get(presence, "stood"), person); /* also who left again since */
}

static void stood_remove(json_t *stood, int64_t person_id)
{
    for (size_t i = json_array_size(stood); i-- > 0;)
        if (is_person(json_array_get(stood, i), person_id))
            json_array_remove(stood, i);
}

static void on_nuclear_leaves(Act *a, const ActEvent *e)
{
    json_t *presence = nuclear_of(a), *people = json_object_get(presence, "people");
    int     place = nuclear_place(a, e->person_id);
    if (place >= 0)
        json_array_remove(people, (size_t)place);
    if (!act_fact(a, "acquisition", NULL)) /* gone before anything began: stood by at nothing */
        stood_remove(json_object_get(presence, "stood"), e->person_id);
    if (json_array_size(people) > 0 || !act_patient_is_on_site(a) || !modality_is_nuclear(a->modality))
        return;
    json_array_append_new(json_object_get(presence, "absences"),
                          json_pack("{s:I, s:o}", "from_ms", (json_int_t)e->at_ms, "by", act_by(e)));
    json_t *incident = fold_item(a, e, "incidents");
    fold_member(incident, "kind", json_string("deviation"));
    fold_member(incident, "subject", json_string("nuclear-physician-left"));
    fold_member(incident, "text", json_string(event_text(e, "reason")));
}

/* ---- the imager ---- */

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

static const ActFold FOLDS[] = {
    { "name-local-physician", NULL, on_name_local },
    { "confirm-local-presence", NULL, on_confirm_local_presence },
    { "local-leaves", NULL, on_local_leaves },
    { "nuclear-present", NULL, on_nuclear_present },
    { "nuclear-leaves", NULL, on_nuclear_leaves },
    { "imager-present", NULL, on_imager_present },
    { "imager-absent", NULL, on_imager_absent },
    { "imager-lost", NULL, on_imager_lost },
    { 0 },
};

const ActChapter CHAPTER_PRESENCE = { .name = "presence", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS };
