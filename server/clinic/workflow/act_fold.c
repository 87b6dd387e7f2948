/*
 * What an event leaves in the facts of an act: the tools of the folds. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_fold.h"

int64_t event_int(const ActEvent *e, const char *key)
{
    return json_integer_value(json_object_get(e->data, key));
}

const char *event_text(const ActEvent *e, const char *key)
{
    const char *text = json_string_value(json_object_get(e->data, key));
    return text ? text : "";
}

json_t *fold_stamp(const ActEvent *e)
{
    json_t *stamp = json_pack("{s:I, s:o}", "at_ms", (json_int_t)e->at_ms, "by", act_by(e));
    if (stamp && e->data)
        json_object_update_missing(stamp, e->data);
    return stamp;
}

void fold_set(Act *a, const char *key, json_t *value)
{
    json_object_set_new(a->facts, key, value);
}

void fold_member(json_t *object, const char *key, json_t *value)
{
    json_object_set_new(object, key, value);
}

json_t *fold_list(Act *a, const char *key)
{
    json_t *list = json_object_get(a->facts, key);
    if (!list) {
        list = json_array();
        json_object_set_new(a->facts, key, list);
    }
    return list;
}

json_t *fold_item(Act *a, const ActEvent *e, const char *list)
{
    json_t *item = fold_stamp(e);
    fold_member(item, "id", json_integer(e->seq));
    json_array_append_new(fold_list(a, list), item);
    return item;
}

void fold_clause(Act *a, const ActEvent *e)
{
    json_t *delays = json_object_get(e->data, "delays");
    if (delays) {
        fold_set(a, "delays", json_deep_copy(delays));
        a->convention_id = e->convention_id;
    }
}

void fold_clock_resume(Act *a, const ActEvent *e)
{
    int64_t since  = act_fact_int(a, "paused_since_ms", NULL);
    int64_t before = act_fact_int(a, "paused_ms", NULL);
    if (since)
        fold_set(a, "paused_ms", json_integer(before + e->at_ms - since));
    json_object_del(a->facts, "paused_since_ms");
}

void fold_incident(Act *a, const ActEvent *e, const char *kind, const char *text)
{
    json_t *item = fold_item(a, e, "incidents");
    fold_member(item, "kind", json_string(kind));
    if (text)
        fold_member(item, "text", json_string(text));
}

void fold_request(Act *a, const ActEvent *e)
{
    json_object_update(json_object_get(a->facts, "request"), json_object_get(e->data, "request"));
    if (*event_text(e, "priority"))
        snprintf(a->priority, sizeof a->priority, "%s", event_text(e, "priority"));
    if (*event_text(e, "region"))
        snprintf(a->region, sizeof a->region, "%s", event_text(e, "region"));
    fold_clause(a, e);
}
