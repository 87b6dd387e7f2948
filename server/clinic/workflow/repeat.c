/*
 * An exam that could not be interpreted, and the one that repeats it; the convention's procedures. E27, E28.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/repeat.h"

#include <inttypes.h>

#include "platform/clock.h"

bool repeat_look(Db *db, const Who *who, int64_t repeated_id, int64_t patient_id, json_t **ret, MissingList *missing, Err *err)
{
    OWNED_ACT a = { 0 };
    if (!act_load_for(db, repeated_id, who->person_id, clock_now_s(), &a, err))
        return false;
    if (a.patient_id != patient_id || !slice_equal_text(act_fact_text(&a, "outcome", NULL), "not-interpretable")) {
        missing_add(missing, "repeat-of", "Only an exam of this patient whose images could not be interpreted is repeated.", "E28");
        return err_set(err, ERR_CONFLICT, "Only an exam of this patient whose images could not be interpreted is repeated.",
                       "act %" PRId64, repeated_id);
    }
    *ret = json_pack("{s:I, s:s}", "id", (json_int_t)a.id, "number", a.number);
    return *ret || err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
}

bool repeat_tell(Db *db, const ActHouse *house, int64_t repeated_id, int64_t act_id, const char *number, Err *err)
{
    return act_do_system(db, house, repeated_id, "repeat-created",
                         json_pack("{s:I, s:s}", "act_id", (json_int_t)act_id, "number", number), err);
}

static bool procedure_put(Db *db, const Act *a, const char *which, json_t *data, Err *err)
{
    OWNED(json_t) *procedure = NULL;
    if (!convention_procedure(db, a->convention_id, which, &procedure, err))
        return false;
    return !procedure || json_put(data, "convention_procedure", json_incref(procedure));
}

bool repeat_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    (void)loaded;
    (void)event;
    return !slice_equal_text(step, "not-interpretable") || procedure_put(db, a, "not_interpretable", data, err);
}

bool announce_prepare(Db *db, const Act *a, const ActSceneLoaded *loaded, Slice step, json_t *data, ActEvent *event, Err *err)
{
    bool asked = slice_equal_text(step, "mark-bad-news") || slice_equal_text(step, "ask-announcement");
    (void)loaded;
    (void)event;
    return !asked || procedure_put(db, a, "bad_news", data, err);
}
