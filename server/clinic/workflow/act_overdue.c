/*
 * A delay has passed: it is said on the act, and the people of the convention's chain are called in turn. E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_overdue.h"

#include <stdio.h>

#include "clinic/workflow/roster.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MINUTE_MS = 60 * 1000 };

bool act_follow_clocks(Db *db, const Act *before, const Act *after, Err *err)
{
    for (size_t i = 0; i < after->clocks.count; i++) {
        const ActClockRun *clock = &after->clocks.items[i];
        if (!act_clock_runs(&before->clocks, clock->what, clock->at_ms) &&
            !act_job_add(db, "act.deadline",
                         json_pack("{s:I, s:s, s:I}", "act_id", (json_int_t)after->id, "what", clock->what, "at_ms",
                                   (json_int_t)clock->at_ms),
                         clock->at_ms, err))
            return false;
    }
    return true;
}

/* What was said of this delay; NULL: nothing yet. */
static json_t *said(const Act *a, const char *what, int64_t due_ms)
{
    size_t  i;
    json_t *item;
    json_array_foreach (json_object_get(a->facts, "overdue"), i, item) {
        const char *its = json_string_value(json_object_get(item, "what"));
        if (its && strcmp(its, what) == 0 && json_integer_value(json_object_get(item, "due_ms")) == due_ms)
            return item;
    }
    return NULL;
}

static bool called_at(const json_t *item, int64_t level)
{
    size_t  i;
    json_t *call;
    json_array_foreach (json_object_get(item, "called"), i, call)
        if (json_integer_value(json_object_get(call, "level")) == level)
            return true;
    return false;
}

json_t *act_overdue_json(const Act *a, int64_t now_ms)
{
    json_t *list = json_array();
    for (size_t i = 0; i < a->clocks.count; i++) {
        const ActClockRun *clock = &a->clocks.items[i];
        if (clock->at_ms > now_ms)
            continue;
        const json_t *called = json_object_get(said(a, clock->what, clock->at_ms), "called");
        json_push(list, json_pack("{s:s, s:I, s:o}", "what", clock->what, "at_ms", (json_int_t)clock->at_ms, "called",
                                  called ? json_deep_copy(called) : json_array()));
    }
    return list;
}

/* ---- who is called ---- */

/* A word of the chain: a role, at a party of the act. */
static const struct {
    const char *to;
    unsigned    role;
    size_t      at; /* of the organisation, in Act */
} CALLED[] = {
    { "imager", ROLE_IMAGER, offsetof(Act, imaging_id) },
    { "responsible-imaging", ROLE_RESPONSIBLE, offsetof(Act, imaging_id) },
    { "responsible-site", ROLE_RESPONSIBLE, offsetof(Act, site_id) },
    { "responsible-requester", ROLE_RESPONSIBLE, offsetof(Act, requester_org_id) },
    { "requester", ROLE_REQUESTER, offsetof(Act, requester_org_id) },
    { "local-physician", ROLE_LOCAL_PHYSICIAN, offsetof(Act, site_id) },
    { "technologist", ROLE_TECHNOLOGIST, offsetof(Act, site_id) },
    { "nuclear-physician", ROLE_NUCLEAR_PHYSICIAN, offsetof(Act, site_id) },
};

static bool members_add(Db *db, int64_t organisation_id, unsigned role, json_t *into, Err *err)
{
    enum { CALLED_MAX = 8 };
    OWNED(DbQuery) *q = db_query(db, "SELECT " PERSON_COLUMNS " FROM person JOIN membership ON membership.person_id = person.id"
                                     " WHERE membership.organisation_id = ?1 AND (membership.roles & ?2) <> 0 AND person.active = 1"
                                     " ORDER BY person.id LIMIT ?3");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, role);
    db_bind_int(q, 3, CALLED_MAX);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        Person person = { 0 };
        char   name[160];
        if (step == DB_FAILED)
            return false;
        person_from_row(q, 0, &person);
        person_shown_name(&person, name, sizeof name);
        json_push(into, json_pack("{s:I, s:s, s:s, s:s}", "person_id", (json_int_t)person.id, "name", name, "phone",
                                  person.phone, "role", role_name(role)));
    }
    return true;
}

static bool duty_add(Db *db, int64_t organisation_id, unsigned role, int64_t now_ms, json_t *into, Err *err)
{
    OWNED(json_t) *duties = NULL;
    return roster_on_duty(db, organisation_id, role_name(role), now_ms, &duties, err) && json_array_extend(into, duties) == 0;
}

bool act_called_people(Db *db, const Act *a, const char *to, int64_t now_ms, json_t **ret, Err *err)
{
    OWNED(json_t) *people = json_array();
    for (size_t i = 0; i < COUNT(CALLED); i++)
        if (strcmp(to, CALLED[i].to) == 0) {
            int64_t organisation = *(const int64_t *)((const char *)a + CALLED[i].at);
            if (!duty_add(db, organisation, CALLED[i].role, now_ms, people, err))
                return false;
            if (json_array_size(people) == 0 && !members_add(db, organisation, CALLED[i].role, people, err))
                return false; /* nobody on duty: whoever has the role */
        }
    *ret = GIVE(people);
    return true;
}

bool act_role_people(Db *db, const Act *a, const char *to, json_t **ret, Err *err)
{
    OWNED(json_t) *people = json_array();
    for (size_t i = 0; i < COUNT(CALLED); i++)
        if (strcmp(to, CALLED[i].to) == 0 && !members_add(db, *(const int64_t *)((const char *)a + CALLED[i].at), CALLED[i].role, people, err))
            return false;
    *ret = GIVE(people);
    return true;
}

/* ---- the job ---- */

static bool call_next(Db *db, const Act *a, const char *what, int64_t due_ms, int64_t level, const json_t *chain, Err *err)
{
    const json_t *next = json_array_get(chain, (size_t)level); /* level 0 has been said: the first of the chain is next */
    if (!next)
        return true;
    int64_t at_ms = due_ms + json_integer_value(json_object_get(next, "after_min")) * MINUTE_MS;
    return act_job_add(db, "act.deadline",
                       json_pack("{s:I, s:s, s:I, s:I}", "act_id", (json_int_t)a->id, "what", what, "at_ms", (json_int_t)due_ms,
                                 "level", (json_int_t)(level + 1)),
                       at_ms, err);
}

static bool call(Db *db, const ActHouse *house, const Act *a, const char *what, int64_t due_ms, int64_t level,
                 const json_t *link, Err *err)
{
    const char *to        = json_string_value(json_object_get(link, "to"));
    OWNED(json_t) *people = NULL;
    if (!to || !act_called_people(db, a, to, clock_now_ms(), &people, err))
        return to == NULL;
    return act_do_system(db, house, a->id, "escalate",
                         json_pack("{s:s, s:I, s:I, s:s, s:O}", "what", what, "due_ms", (json_int_t)due_ms, "level",
                                   (json_int_t)level, "to", to, "people", people),
                         err);
}

bool act_overdue_work(Db *db, const ActHouse *house, const json_t *payload, Err *err)
{
    OWNED_ACT   a        = { 0 };
    const char *what     = json_string_value(json_object_get(payload, "what"));
    int64_t     due_ms   = json_integer_value(json_object_get(payload, "at_ms"));
    int64_t     level    = json_integer_value(json_object_get(payload, "level"));
    OWNED(json_t) *chain = NULL;
    if (!act_load(db, json_integer_value(json_object_get(payload, "act_id")), &a, err))
        return false;
    if (!what || !act_clock_runs(&a.clocks, what, due_ms))
        return true; /* met, or moved */
    const json_t *item = said(&a, what, due_ms);
    if (level == 0 ? item != NULL : called_at(item, level))
        return true; /* done already */
    if (!convention_escalation(db, a.convention_id, &chain, err))
        return false;
    if (level == 0) {
        if (!act_do_system(db, house, a.id, "overdue", json_pack("{s:s, s:I}", "what", what, "due_ms", (json_int_t)due_ms), err))
            return false;
    } else {
        const json_t *link = json_array_get(chain, (size_t)(level - 1));
        if (link && !call(db, house, &a, what, due_ms, level, link, err))
            return false;
    }
    return call_next(db, &a, what, due_ms, level, chain, err);
}
