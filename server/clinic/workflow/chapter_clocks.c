/*
 * Delays that have passed, and whom the system called for them. E10, E29, E31.
 *
 * One chapter of the workflow: steps of the system and what they leave in the facts. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

/* clang-format off */
static const ActStep STEPS[] = {
    /* requirement, from, step, who may, at, what must be there, to, flags, label */
    { "E10 E29 E31", EVERY, "overdue", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "A delay has passed" },
    { "E10 O2", EVERY, "escalate", NOBODY, 0, NO_NEEDS, STAY, STEP_SYSTEM|STEP_QUIET, "The next of the convention's chain is called" },
    { 0 },
};
/* clang-format on */

static void on_overdue(Act *a, const ActEvent *e)
{
    json_array_append_new(fold_list(a, "overdue"), fold_stamp(e));
}

static void on_escalate(Act *a, const ActEvent *e)
{
    size_t  i;
    json_t *item;
    json_array_foreach (fold_list(a, "overdue"), i, item) {
        const char *what = json_string_value(json_object_get(item, "what"));
        if (!what || strcmp(what, event_text(e, "what")) != 0 ||
            json_integer_value(json_object_get(item, "due_ms")) != event_int(e, "due_ms"))
            continue;
        if (!json_object_get(item, "called"))
            fold_member(item, "called", json_array());
        json_t       *people = json_object_get(e->data, "people");
        json_array_append_new(json_object_get(item, "called"),
                              json_pack("{s:I, s:I, s:s, s:o}", "at_ms", (json_int_t)e->at_ms, "level",
                                        (json_int_t)event_int(e, "level"), "to", event_text(e, "to"), "people",
                                        people ? json_deep_copy(people) : json_array()));
    }
}

static const ActFold FOLDS[] = {
    { "overdue", NULL, on_overdue },
    { "escalate", NULL, on_escalate },
    { 0 },
};

const ActChapter CHAPTER_CLOCKS = { .name = "clocks", .kinds = KIND_ANY, .steps = STEPS, .folds = FOLDS };
