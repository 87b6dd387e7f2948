/*
 * To whom the act is assigned: somebody on duty, taken, given back, handed to another; nobody on duty. O2.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts. Its tables are
 * pure; the roster is looked at in act_assign.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_assign.h"
#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_conditions.h"

static bool is_mine(const Act *a, const ActScene *scene)
{
    return scene->person_id && act_fact_int(a, "assignment", "person_id") == scene->person_id;
}

static bool is_not_taken_by_me(const Act *a, const ActScene *scene)
{
    return !is_mine(a, scene) || !act_fact(a, "assignment", "taken_at_ms");
}

static bool assignee_fits(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->assignee_fits;
}

/* clang-format off */
static const ActNeed NEED_NOT_MINE[1] = { { "assignment-mine", "O2", is_not_taken_by_me, "You have taken this act already." } };
static const ActNeed NEED_MINE[1]     = { { "assignment-other", "O2", is_mine, "This act is not assigned to you." } };
static const ActNeed NEED_FITS[1]     = { { "assignee", "O2", assignee_fits, "Choose an imager of the group who is on duty now." } };

static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "O2", LIVE, "take", IMAGER, AT_I, NEEDS(NEED_NOT_MINE), STAY, STEP_QUIET, "Take this act", is_not_taken_by_me },
    { "O2", LIVE, "give-back", IMAGER, AT_I, NEEDS(NEED_MINE), STAY, STEP_QUIET, "Give this act back", is_mine },
    { "O2", LIVE, "assign", IMAGER, AT_I, NEEDS(NEED_FITS), STAY, STEP_QUIET, "Assign to somebody on duty" },
    { "O2", LIVE, "assign-duty", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "Assigned by the roster" },
    { "O2", LIVE, "nobody-on-duty", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "Nobody on duty: the responsible is called" },
    { 0 },
};

static const ActField FIELDS[] = {
    /* step        within  name          kind           max        codes  why   when it is missing */
    { "give-back", NULL,   "reason",     FIELD_TEXT,    LONG,      NULL,  "O2", "Say why the act is given back." },
    { "assign",    NULL,   "person_id",  FIELD_INTEGER, INT32_MAX, NULL,  "O2", "Say to whom the act is assigned." },
    { "assign",    NULL,   "reason",     FIELD_TEXT,    LONG,      NULL,  "O2", "Say why the act is assigned to this person." },
    { 0 },
};
/* clang-format on */

/* Who had it before stays in the list of those asked. */
static json_t *asked_before(const Act *a)
{
    const json_t *had  = act_fact(a, "assignment", "asked");
    json_t       *list = had ? json_deep_copy(had) : json_array();
    int64_t       last = act_fact_int(a, "assignment", "person_id");
    if (last)
        json_array_append_new(list, json_integer(last));
    return list;
}

static void assigned_to(Act *a, const ActEvent *e, int64_t person_id, const char *name, const char *how)
{
    json_t *assignment = fold_stamp(e);
    fold_member(assignment, "asked", asked_before(a));
    fold_member(assignment, "person_id", json_integer(person_id));
    fold_member(assignment, "name", json_string(name));
    fold_member(assignment, "how", json_string(how));
    fold_set(a, "assignment", assignment);
}

static void on_take(Act *a, const ActEvent *e)
{
    if (act_fact_int(a, "assignment", "person_id") != e->person_id)
        assigned_to(a, e, e->person_id, e->person_name, "taken");
    fold_member(json_object_get(a->facts, "assignment"), "taken_at_ms", json_integer(e->at_ms));
}

static void on_assign(Act *a, const ActEvent *e)
{
    assigned_to(a, e, event_int(e, "person_id"), event_text(e, "name"), "assigned");
}

static void on_assign_duty(Act *a, const ActEvent *e)
{
    assigned_to(a, e, event_int(e, "person_id"), event_text(e, "name"), "duty");
}

static void on_give_back(Act *a, const ActEvent *e)
{
    json_t *assignment = json_pack("{s:I, s:o}", "given_back_ms", (json_int_t)e->at_ms, "asked", asked_before(a));
    json_array_append_new(fold_list(a, "given_back"), fold_stamp(e));
    fold_set(a, "assignment", assignment);
}

static void on_nobody(Act *a, const ActEvent *e)
{
    json_t *assignment = json_object_get(a->facts, "assignment");
    if (!assignment) {
        assignment = json_object();
        fold_set(a, "assignment", assignment);
    }
    json_t *people = json_object_get(e->data, "people");
    fold_member(assignment, "nobody_at_ms", json_integer(e->at_ms));
    fold_member(assignment, "called", people ? json_deep_copy(people) : json_array());
}

static const ActFold FOLDS[] = {
    { "take", NULL, on_take },
    { "give-back", NULL, on_give_back },
    { "assign", NULL, on_assign },
    { "assign-duty", NULL, on_assign_duty },
    { "nobody-on-duty", NULL, on_nobody },
    { 0 },
};

const ActChapter CHAPTER_ASSIGNMENT = { .name = "assignment", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS,
                                        .look = assignment_look, .prepare = assignment_prepare, .follow = assignment_follow };
