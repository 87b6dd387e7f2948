/*
 * Information, consents, objections and recipients of one act, for its patient. E3, E31, L8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/own_choices.h"

#include "clinic/workflow/act_json.h"

static json_t *copy(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return value ? json_deep_copy(value) : json_null();
}

static json_t *name_of(const json_t *stamp)
{
    return copy(json_object_get(stamp, "by"), "name");
}

static json_t *information(const Act *a)
{
    static const struct {
        const char *fact, *on;
    } GIVEN[] = { { "information", "both" }, { "information_act", "act" }, { "information_distance", "distance" } };
    json_t *list = json_array();
    bool    both = act_fact(a, "information", NULL) != NULL; /* of both at once: not said again one by one */
    for (size_t i = 0; i < (both ? 1 : COUNT(GIVEN)); i++) {
        const json_t *one = act_fact(a, GIVEN[i].fact, NULL);
        if (one)
            json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o}", "on", GIVEN[i].on, "at_ms", copy(one, "at_ms"), "by", name_of(one),
                                                  "language", copy(one, "language")));
    }
    return list;
}

static json_t *consents(const Act *a)
{
    static const struct {
        const char *fact, *to;
    } GIVEN[] = { { "consent_act", "act" }, { "consent_distance", "distance" } };
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT(GIVEN); i++) {
        const json_t *one = act_fact(a, GIVEN[i].fact, NULL);
        if (one)
            json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "to", GIVEN[i].to, "how", copy(one, "how"), "at_ms",
                                                  copy(one, "at_ms"), "by", name_of(one), "for", copy(one, "representative_name"),
                                                  "withdrawn_at_ms", copy(one, "withdrawn_at_ms")));
    }
    return list;
}

static json_t *objections(const Act *a)
{
    json_t       *list = json_array();
    const json_t *one, *who;
    size_t        i, k;
    json_array_foreach (act_fact(a, "objections", NULL), i, one) {
        const json_t *name = NULL;
        json_array_foreach (act_fact(a, "recipients", NULL), k, who)
            if (json_object_get(one, "recipient_id") && json_equal(json_object_get(who, "id"), json_object_get(one, "recipient_id")))
                name = json_object_get(who, "name");
        json_array_append_new(list, json_pack("{s:o, s:o, s:o, s:o}", "to", copy(one, "to"), "name", name ? json_deep_copy(name) : json_null(),
                                              "at_ms", copy(one, "at_ms"), "lifted_at_ms", copy(one, "lifted_at_ms")));
    }
    return list;
}

/* Sent: as each line stands. Before: whom the patient named. */
static json_t *recipients(const Act *a)
{
    json_t       *list = json_array();
    const json_t *one, *lines = act_fact(a, "deliveries", NULL);
    size_t        i;
    json_array_foreach (lines, i, one) {
        const char *to     = json_string_value(json_object_get(one, "to"));
        const char *status = json_string_value(json_object_get(one, "status"));
        if (!to || !status || strcmp(to, "patient") == 0)
            continue;
        bool reached = strcmp(status, "delivered") == 0 || strcmp(status, "opened") == 0;
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:b}", "to", to, "name", copy(one, "name"), "reached_at_ms",
                                              reached ? copy(one, "at_ms") : json_null(), "revoked",
                                              strcmp(status, "revoked") == 0 || strcmp(status, "objected") == 0));
    }
    if (lines)
        return list;
    json_array_foreach (act_fact(a, "recipients", NULL), i, one)
        json_array_append_new(list, json_pack("{s:s, s:o, s:n, s:b}", "to", "designated", "name", copy(one, "name"), "reached_at_ms", "revoked",
                                              json_object_get(one, "revoked_at_ms") != NULL));
    return list;
}

json_t *own_choices(const Act *a)
{
    const json_t *exception = act_fact(a, "emergency_exception", NULL);
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "information", information(a), "consents", consents(a), "exception",
                     exception ? json_pack("{s:o, s:o}", "at_ms", copy(exception, "at_ms"), "by", name_of(exception)) : json_null(),
                     "objections", objections(a), "recipients", recipients(a));
}
