/*
 * The preparation sheet given to the patient: which version, for which slot, by whom, how. E3, E10.
 *
 * One chapter of the workflow: conditions, steps, what may be sent, what an event leaves in the facts.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_chapter.h"

#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "clinic/workflow/preparation.h"

static bool sheet_is_approved(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || scene->sheet_fits;
}

/* clang-format off */
static const ActNeed NEED_SHEET[1] = { { "sheet", "E3", sheet_is_approved, "No preparation sheet is approved for this exam: ask an imager of the group for one." } };

static const ActStep STEPS[] = {
    { "E3 E10", S(PLANNED), "give-sheet", REQUESTER|TECHNOLOGIST|SECRETARY, AT_R|AT_S, NEEDS(NEED_SHEET), STAY, STEP_QUIET, "Give the preparation sheet" },
    { 0 },
};

static const ActField FIELDS[] = {
    { "give-sheet",         NULL,       "how",                  FIELD_CODE,    0,           CODES_SHEET_HOW,     "E3",   "Say how the sheet was given." },
    { "give-sheet",         NULL,       "language",             FIELD_CODE,    0,           CODES_SHEET_LANGUAGE, "E3",  "Say in which language." },
    { 0 },
};
/* clang-format on */

static const ActFold FOLDS[] = {
    { "give-sheet", "sheet_given", NULL },
    { 0 },
};

static bool look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    OWNED_PREPARATION p = { 0 };
    (void)who;
    return !data || !slice_equal_text(step, "give-sheet") || preparation_for_act(db, a, &p, &ret->scene.sheet_fits, err);
}

/* The event says which text the patient holds, and for which hour. */
static bool prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    OWNED_PREPARATION p     = { 0 };
    bool              found = false;
    (void)loaded, (void)event;
    if (!slice_equal_text(step, "give-sheet"))
        return true;
    if (!preparation_for_act(db, a, &p, &found, err))
        return false;
    const json_t *title = json_object_get(json_object_get(p.content, json_string_value(json_object_get(data, "language"))), "title");
    return json_put(data, "sheet_id", json_integer(p.id)) && json_put(data, "sheet_version", json_integer(p.version)) &&
           json_put(data, "title", json_deep_copy(title)) && json_put(data, "slot_start_ms", json_integer(a->slot_start_ms));
}

const ActChapter CHAPTER_PREPARATION = { .name = "preparation", .kinds = KIND_EXAM, .steps = STEPS, .fields = FIELDS, .folds = FOLDS, .look = look,
                                         .prepare = prepare };
