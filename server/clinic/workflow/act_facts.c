/*
 * Reading the facts of an act: members, items, authors. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/act_projection.h"

void act_clear(Act *a)
{
    json_decref(a->facts);
    *a = (Act) { 0 };
}

void act_event_clear(ActEvent *e)
{
    json_decref(e->data);
    *e = (ActEvent) { 0 };
}

/* ---- reading facts ---- */

static const json_t *present(const json_t *value)
{
    return value && !json_is_null(value) ? value : NULL;
}

const json_t *act_fact(const Act *a, const char *key, const char *member)
{
    const json_t *value = present(json_object_get(a->facts, key));
    return member ? present(json_object_get(value, member)) : value;
}

Slice act_fact_text(const Act *a, const char *key, const char *member)
{
    const json_t *value = act_fact(a, key, member);
    if (!json_is_string(value))
        return SLICE_NONE;
    return slice_trim((Slice) { json_string_value(value), json_string_length(value) });
}

int64_t act_fact_int(const Act *a, const char *key, const char *member)
{
    return json_integer_value(act_fact(a, key, member));
}

bool act_fact_true(const Act *a, const char *key, const char *member)
{
    return json_is_true(act_fact(a, key, member));
}

json_t *act_item(const Act *a, const char *list, int64_t id)
{
    size_t  i;
    json_t *item;
    json_array_foreach (json_object_get(a->facts, list), i, item)
        if (json_integer_value(json_object_get(item, "id")) == id)
            return item;
    return NULL;
}

json_t *act_by(const ActEvent *e)
{
    return json_pack("{s:I, s:s, s:s}", "id", (json_int_t)e->person_id, "name", e->person_name, "role",
                     e->role);
}
