/*
 * What the archive learnt of the drugs of an act becomes events of the act. L2, S5.
 *
 * A report of the laboratory (RRDSR) speaks before the headers of images; many series that tell of one injection tell it once.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/drug_seen.h"

#include <string.h>

#include "clinic/archive/agent.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { SEEN_IN_AN_ACT_MAX = 20 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static bool same(const json_t *a, const json_t *b, const char *key)
{
    const json_t *x = json_object_get(a, key), *y = json_object_get(b, key);
    return x == y || (x && y && json_equal(x, y));
}

/* Told already: the same row, or (by headers) the same product and amount in another series. */
static bool is_told(const Act *a, const json_t *agent)
{
    size_t  i;
    json_t *seen;
    bool    header = strcmp(text_of(agent, "source"), "header") == 0;
    json_array_foreach (json_object_get(a->facts, "drugs_seen"), i, seen)
        if (same(seen, agent, "agent_id") || (header && strcmp(text_of(seen, "source"), "header") == 0 && same(seen, agent, "product") &&
                                              same(seen, agent, "radionuclide") && same(seen, agent, "activity_mbq") && same(seen, agent, "volume_ml")))
            return true;
    return false;
}

static bool report_speaks(const json_t *agents)
{
    size_t  i;
    json_t *one;
    json_array_foreach (agents, i, one)
        if (strcmp(text_of(one, "source"), "report") == 0 && !json_is_true(json_object_get(one, "wrong_patient")))
            return true;
    return false;
}

static bool tell(Db *db, const ActHouse *house, const Act *a, const json_t *agent, const char *zone, Err *err)
{
    int64_t given_at_ms = local_to_ms(text_of(agent, "started"), json_object_get(agent, "offset_min"), zone);
    json_t *data        = json_deep_copy(agent);
    json_put(data, "problems", drug_seen_problems(a, agent, given_at_ms, clock_now_ms()));
    json_put(data, "kind", json_string(json_is_true(json_object_get(agent, "radioactive")) ? "radiopharmaceutical" : "contrast"));
    if (given_at_ms)
        json_put(data, "given_at_ms", json_integer(given_at_ms));
    static const char *const INNER[] = { "wrong_patient", "other_unit", "radioactive", "offset_min" };
    for (size_t i = 0; i < COUNT(INNER); i++)
        json_object_del(data, INNER[i]);
    return act_do_system(db, house, a->id, "drug-seen", data, err);
}

/* The first that is not told yet; true with 'ret_more' false when all are. */
static bool tell_next(Db *db, const ActHouse *house, int64_t act_id, const json_t *agents, bool *ret_more, Err *err)
{
    OWNED_ACT    a = { 0 };
    Organisation site;
    size_t       i;
    json_t      *one;
    *ret_more = false;
    if (!act_load(db, act_id, &a, err) || !organisation_load(db, a.site_id, &site, err))
        return false;
    if (!act_step_row(&a, SLICE("drug-seen")) || json_array_size(act_fact(&a, "drugs_seen", NULL)) >= SEEN_IN_AN_ACT_MAX)
        return true;
    bool report = report_speaks(agents);
    json_array_foreach (agents, i, one) {
        bool header = json_is_true(json_object_get(one, "radioactive")) && strcmp(text_of(one, "source"), "header") == 0;
        if (is_told(&a, one) || (header && report))
            continue;
        *ret_more = true;
        return tell(db, house, &a, one, site.time_zone, err);
    }
    return true;
}

bool drug_seen_work(Db *db, const ActHouse *house, int64_t act_id, Err *err)
{
    OWNED(json_t) *agents = NULL;
    bool more             = act_id != 0;
    if (!act_id || !agents_of_act(db, act_id, &agents, err))
        return !act_id;
    while (more)
        if (!tell_next(db, house, act_id, agents, &more, err))
            return false;
    return true;
}
