/*
 * What must be there before a step: each condition by name, with the requirement that asks for it. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_needs.h"

void act_missing(const Act *a, const ActScene *scene, const ActNeed *const *needs, MissingList *ret)
{
    for (; needs && *needs; needs++) {
        const ActNeed *need = *needs;
        if (need->there(a, scene))
            continue;
        size_t before = ret->count;
        if (need->explain)
            need->explain(a, scene, ret);
        if (ret->count == before)
            missing_add(ret, need->code, need->text, need->why);
    }
}

void act_explain_clause(const Act *a, const ActScene *scene, MissingList *ret)
{
    (void)a;
    missing_append(ret, &scene->clause_missing);
}

void act_explain_report(const Act *a, const ActScene *scene, MissingList *ret)
{
    (void)a;
    missing_append(ret, &scene->report_missing);
}
