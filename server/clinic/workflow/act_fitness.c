/*
 * The files of people, rooms and equipment, asked at the steps of an act.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_fitness.h"

#include "clinic/staff/display_check.h"
#include "clinic/staff/staff.h"
#include "clinic/workflow/act_chapter.h"

/* ---- the conditions: pure, over what was looked up ---- */

#define FITNESS(name, which, code, why, text)                                                                \
    static bool which##_is_fit(const Act *a, const ActScene *scene)                                          \
    {                                                                                                        \
        (void)a;                                                                                             \
        return scene->unfit[FIT_##name].count == 0;                                                          \
    }                                                                                                        \
    static void which##_unfit(const Act *a, const ActScene *scene, MissingList *ret)                         \
    {                                                                                                        \
        (void)a;                                                                                             \
        missing_append(ret, &scene->unfit[FIT_##name]);                                                      \
    }                                                                                                        \
    const ActNeed NEED_##name##_FIT[1] = { { code, why, which##_is_fit, text, which##_unfit } };

FITNESS(REQUESTER, requester, "staff", "S5 O5", "Your file is not in order: see the page “My file”.")
FITNESS(IMAGER, imager, "staff", "S5 O5", "Your file is not in order: see the page “My file”.")
FITNESS(TECHNOLOGIST, technologist, "staff", "S5 O5", "Your file is not in order: see the page “My file”.")
FITNESS(LOCAL, local, "staff", "S5 O5", "Your file is not in order: see the page “My file”.")
FITNESS(NUCLEAR, nuclear, "staff", "S5 O5", "Your file is not in order: see the page “My file”.")
FITNESS(WORKPLACE, workplace, "workplace", "O3 O4", "The place you read in is not fit: see the register of equipment.")
FITNESS(DISPLAY, display, "display-unchecked", "O4", "This screen has not been checked: open “Check of the screen” (three minutes), then come back here.")
FITNESS(EQUIPMENT, equipment, "equipment", "O3 S5", "The room or its equipment is not fit: see the register of equipment.")

/* ---- looking ---- */

/* Only where a row asks for it: a file is several reads. An empty step is the page that asks what may be done. */
static bool is_asked(const Act *a, Slice step, const ActNeed *need)
{
    ActStepWalk at = { 0 };
    for (const ActStep *row; (row = act_step_next(a, &at));)
        if ((row->from & (1u << a->state)) && (!step.len || slice_equal_text(step, row->step)))
            for (size_t n = 0; row->needs && row->needs[n]; n++)
                if (row->needs[n] == need)
                    return true;
    return false;
}

static bool fitness_look(Db *db, const Act *a, const Who *who, Slice step, const json_t *data, ActSceneLoaded *ret, Err *err)
{
    ActScene *scene = &ret->scene;
    (void)data;
    if (!who)
        return true;
    const struct {
        const ActNeed *need;
        Fitness        which;
        unsigned       role, held;
        int64_t        organisation_id;
    } PARTS[] = {
        { NEED_REQUESTER_FIT, FIT_REQUESTER, ROLE_REQUESTER, scene->requester_roles, a->requester_org_id },
        { NEED_IMAGER_FIT, FIT_IMAGER, ROLE_IMAGER, who_roles_in(who, a->imaging_id), a->imaging_id },
        { NEED_TECHNOLOGIST_FIT, FIT_TECHNOLOGIST, ROLE_TECHNOLOGIST, scene->site_roles, a->site_id },
        { NEED_LOCAL_FIT, FIT_LOCAL, ROLE_LOCAL_PHYSICIAN, scene->site_roles, a->site_id },
        { NEED_NUCLEAR_FIT, FIT_NUCLEAR, ROLE_NUCLEAR_PHYSICIAN, scene->site_roles, a->site_id },
    };
    for (size_t i = 0; i < COUNT(PARTS); i++) {
        StaffPart part = { .person_id       = who->person_id,
                           .organisation_id = PARTS[i].organisation_id,
                           .role            = PARTS[i].role,
                           .modality        = slice_of(a->modality),
                           .at_ms           = scene->now_ms };
        if ((PARTS[i].held & PARTS[i].role) && is_asked(a, step, PARTS[i].need) &&
            !staff_fit(db, &part, &scene->unfit[PARTS[i].which], NULL, err))
            return false;
    }
    if ((who_roles_in(who, a->imaging_id) & ROLE_IMAGER) && is_asked(a, step, NEED_WORKPLACE_FIT)) {
        WorkplacePart place = { who->person_id, a->imaging_id, slice_of(a->modality), scene->now_ms };
        if (!workplace_fit(db, &place, &scene->unfit[FIT_WORKPLACE], NULL, err))
            return false;
    }
    if ((who_roles(who) & ROLE_IMAGER) && is_asked(a, step, NEED_DISPLAY_FIT) &&
        !display_fit(db, who->workstation, scene->now_ms, &scene->unfit[FIT_DISPLAY], err))
        return false;
    if (a->slot_room_id && is_asked(a, step, NEED_EQUIPMENT_FIT)) {
        EquipmentPart machine = { a->slot_room_id, slice_of(a->modality), scene->now_ms };
        return equipment_fit(db, &machine, &scene->unfit[FIT_EQUIPMENT], NULL, err);
    }
    return true;
}

const ActChapter CHAPTER_FITNESS = { .name = "fitness", .kinds = KIND_ANY, .look = fitness_look };
