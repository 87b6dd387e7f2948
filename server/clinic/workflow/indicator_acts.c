/*
 * The acts behind an indicator, for those to whom they are open. O7, E29, L3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/indicator_quality.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/act_store.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MINUTE_MS = 60 * 1000, ACTS_TOLD_MAX = 500 };

static bool of_group(const IndicatorActsWanted *w, const Act *a, int64_t version)
{
    const struct {
        const char *by;
        int64_t     id;
    } NUMBERED[] = { { "version", version }, { "site", a->site_id }, { "imaging", a->imaging_id } };
    if (!w->by.len || slice_equal_text(w->by, "all"))
        return true;
    if (slice_equal_text(w->by, "modality"))
        return slice_equal_text(w->key, a->modality);
    for (size_t i = 0; i < COUNT(NUMBERED); i++) {
        char id[24];
        snprintf(id, sizeof id, "%" PRId64, NUMBERED[i].id);
        if (slice_equal_text(w->by, NUMBERED[i].by))
            return slice_equal_text(w->key, id);
    }
    return false;
}

static void difference_put(const IndicatorDifference *d, json_t *into)
{
    int64_t told_ms = d->told_ms > d->final_ms ? d->told_ms - d->final_ms : 0;
    json_put(into, "at_ms", json_integer(d->final_ms));
    json_put(into, "difference", json_pack("{s:O?, s:O?, s:O?}", "what", json_object_get(d->difference, "what"), "why",
                                           json_object_get(d->difference, "why"), "category", json_object_get(d->difference, "category")));
    json_put(into, "told_min", d->told_ms ? json_integer((told_ms + MINUTE_MS - 1) / MINUTE_MS) : json_null());
}

/* In the words of who judged: of the refusal, or of the exam chosen instead. */
static void discord_put(const Act *a, unsigned discord, json_t *into)
{
    const json_t *refusals = act_fact(a, "refusals", NULL), *refusal = act_fact(a, "refusal", NULL);
    if (!refusal)
        refusal = json_array_get(refusals, 0);
    json_t *names  = json_array();
    json_t *reason = json_object_get(refusal ? refusal : act_fact(a, "verdict", "change"), refusal ? "text" : "reason");
    for (size_t i = 0; i < DISCORDS; i++)
        if (discord & 1u << i)
            json_push(names, json_string(DISCORD_NAMES[i]));
    json_put(into, "at_ms", json_integer(a->asked_at_ms));
    json_put(into, "discord", names);
    json_put(into, "code", json_cstr(json_string_value(json_object_get(refusal, "code"))));
    json_put(into, "reason", json_cstr(json_string_value(reason)));
    json_put(into, "relevance", json_cstr(json_string_value(act_fact(a, "request", "relevance"))));
}

static bool name_put(Db *db, json_t *into, const char *key, int64_t id, Err *err)
{
    Organisation o;
    return organisation_load(db, id, &o, err) && json_put(into, key, json_string(o.name));
}

/* Does it belong in the list; what is told of it then stands in 'ret'. */
static bool act_told(const IndicatorActsWanted *w, const Act *a, json_t *ret)
{
    if (slice_equal_text(w->what, "differences")) {
        IndicatorDifference d;
        if (!indicator_difference(a, &d) || !d.difference)
            return false;
        difference_put(&d, ret);
        return true;
    }
    bool     judged;
    unsigned discord = indicator_discord(a, &judged);
    if (discord)
        discord_put(a, discord, ret);
    return discord != 0;
}

static bool act_push(Db *db, const Act *a, json_t *one, json_t *list, Err *err)
{
    json_put(one, "id", json_integer(a->id));
    json_put(one, "number", json_string(a->number));
    json_put(one, "kind", json_string(a->kind));
    json_put(one, "modality", json_string(a->modality));
    json_put(one, "region", json_string(a->region));
    return name_put(db, one, "site", a->site_id, err) && name_put(db, one, "imaging", a->imaging_id, err) && json_push(list, json_incref(one));
}

bool indicator_acts_json(Db *db, const Who *who, const IndicatorActsWanted *w, json_t **ret, Err *err)
{
    int64_t others = 0;
    OWNED(json_t) *list = json_array();
    if (!slice_equal_text(w->what, "differences") && !slice_equal_text(w->what, "discord"))
        return err_set(err, ERR_INPUT, "No such list of acts.", "indicator acts");
    if (w->of.from_ms >= w->of.to_ms)
        return err_set(err, ERR_INPUT, "The period ends before it begins.", "indicator acts");
    if (!indicators_may_ask(db, who, w->of.convention, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS ", convention.version," ACT_GRANT_SQL("act.id", "?4", "?5")
                                     "  FROM act JOIN convention ON convention.id = act.convention_id"
                                     " WHERE convention.number = ?1 AND act.asked_at_ms >= ?2 AND act.asked_at_ms < ?3"
                                     " ORDER BY act.asked_at_ms DESC, act.id DESC");
    db_bind_text(q, 1, w->of.convention);
    db_bind_int(q, 2, w->of.from_ms);
    db_bind_int(q, 3, w->of.to_ms);
    db_bind_int(q, 4, who->person_id);
    db_bind_int(q, 5, clock_now_s());
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_ACT a = { 0 };
        OWNED(json_t) *one = json_object();
        if (step == DB_FAILED || !act_from_row(q, &a, err))
            return false;
        if (!of_group(w, &a, db_int(q, ACT_COLUMN_COUNT)) || !act_told(w, &a, one))
            continue;
        if (!db_int(q, ACT_COLUMN_COUNT + 1) || json_array_size(list) >= ACTS_TOLD_MAX)
            others++;
        else if (!act_push(db, &a, one, list, err))
            return false;
    }
    *ret = json_pack("{s:O, s:I}", "acts", list, "others", (json_int_t)others);
    return *ret != NULL;
}
