/*
 * An act as its log tells it: events in, state and facts out. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_projection.h"

#include <stdio.h>

#include "clinic/workflow/act_chapter.h"

/* The first event says what the act is; the chapters that tell it from there on are those of its kind. */
static void on_create(Act *a, const ActEvent *e)
{
    snprintf(a->number, sizeof a->number, "%s", event_text(e, "number"));
    snprintf(a->kind, sizeof a->kind, "%s", event_text(e, "kind"));
    snprintf(a->modality, sizeof a->modality, "%s", event_text(e, "modality"));
    snprintf(a->priority, sizeof a->priority, "%s", event_text(e, "priority"));
    snprintf(a->region, sizeof a->region, "%s", event_text(e, "region"));
    a->patient_id       = event_int(e, "patient_id");
    a->requester_org_id = event_int(e, "requester_org_id");
    a->site_id          = event_int(e, "site_id");
    a->imaging_id       = event_int(e, "imaging_id");
    a->requester_id     = e->person_id;
    a->created_at_ms    = e->at_ms;
    a->convention_id    = e->convention_id;
    fold_set(a, "delays", json_deep_copy(json_object_get(e->data, "delays")));
    fold_set(a, "request", json_object());
    if (json_object_get(e->data, "repeat_of"))
        fold_set(a, "repeat_of", json_deep_copy(json_object_get(e->data, "repeat_of")));
}

/* The first fold of that step, in the chapters of this kind of act. */
static void fold(Act *a, const ActEvent *e)
{
    if (strcmp(e->step, "create") == 0) {
        on_create(a, e);
        return;
    }
    for (size_t c = 0; c < ACT_CHAPTER_COUNT; c++)
        for (const ActFold *f = act_chapter_of(a, c) ? ACT_CHAPTERS[c]->folds : NULL; f && f->step; f++) {
            if (strcmp(f->step, e->step) != 0)
                continue;
            if (f->fact)
                fold_set(a, f->fact, fold_stamp(e));
            else
                f->apply(a, e);
            return;
        }
}

bool act_apply(Act *a, const ActEvent *e)
{
    if (!a->facts)
        a->facts = json_object();
    if (!a->facts)
        return false;
    fold(a, e);
    a->state    = e->to;
    a->last_seq = e->seq;
    snprintf(a->last_hash, sizeof a->last_hash, "%s", e->hash);
    if (!act_step_is_quiet(e->step))
        a->version++;
    const char *what = "";
    int64_t     at   = 0;
    a->clocks = act_clocks(a);
    if (!act_deadline(&a->clocks, &what, &at)) {
        what = "";
        at   = 0;
    }
    snprintf(a->deadline_what, sizeof a->deadline_what, "%s", what);
    a->deadline_at_ms = at;
    return true;
}
