/*
 * Who receives the report: the lines of a delivery and the conditions on them. Pure. E31, T6, L8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/delivery.h"

#include "clinic/workflow/act_conditions.h"

enum { MINUTE_MS = 60 * 1000, DAY_MIN = 24 * 60 };

static const char *text_of(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static int64_t int_of(const json_t *object, const char *key)
{
    return json_integer_value(json_object_get(object, key));
}

int64_t delivery_within_min(const Act *a)
{
    int64_t minutes = act_fact_int(a, "delays", "delivery_min");
    return minutes > 0 ? minutes : DAY_MIN;
}

const json_t *delivery_objection(const Act *a, const char *to, int64_t recipient_id)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "objections"), i, one)
        if (!json_object_get(one, "lifted_at_ms") && strcmp(text_of(one, "to"), to) == 0 &&
            int_of(one, "recipient_id") == recipient_id)
            return one;
    return NULL;
}

/* ---- lines ---- */

static json_t *line(const Act *a, int64_t id, const char *to, const char *name, const char *status, const char *why,
                    int64_t now_ms)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:I, s:s?, s:I}", "id", (json_int_t)id, "to", to, "name", name, "status",
                     status, "at_ms", (json_int_t)now_ms, "why", why, "due_ms",
                     (json_int_t)(now_ms + delivery_within_min(a) * MINUTE_MS));
}

json_t *delivery_line_of(const Act *a, const json_t *recipient, int64_t id, int64_t now_ms)
{
    int64_t recipient_id = int_of(recipient, "id");
    bool    blocked      = delivery_objection(a, "designated", recipient_id);
    json_t *one = line(a, id, "designated", text_of(recipient, "name"), blocked ? "objected" : "waiting",
                       blocked ? "patient-objects" : "no-account", now_ms);
    json_put(one, "recipient_id", json_integer(recipient_id));
    return one;
}

/* The treating physician asked for this act: one report for one person. */
static bool requester_treats(const json_t *treating, const char *requester_rpps)
{
    return *requester_rpps && strcmp(text_of(treating, "rpps"), requester_rpps) == 0;
}

json_t *delivery_lines(const Act *a, const char *requester_name, const char *requester_rpps, int64_t now_ms)
{
    size_t        i;
    const json_t *recipient;
    int64_t       id       = delivery_last_id(a) + 1; /* those of the version before keep their numbers */
    json_t       *lines    = json_array();
    const json_t *treating = act_fact(a, "request", "treating_physician");
    json_push(lines, line(a, id++, "requester", requester_name, "delivered", NULL, now_ms));
    if (treating && !json_is_true(json_object_get(treating, "none")) && !requester_treats(treating, requester_rpps)) {
        bool blocked = delivery_objection(a, "treating-physician", 0);
        json_push(lines, line(a, id++, "treating-physician", text_of(treating, "name"),
                              blocked ? "objected" : "not-reached", blocked ? "patient-objects" : "no-account", now_ms));
    }
    json_array_foreach (json_object_get(a->facts, "recipients"), i, recipient)
        if (!json_object_get(recipient, "revoked_at_ms"))
            json_push(lines, delivery_line_of(a, recipient, id++, now_ms));
    bool    informed = act_fact(a, "patient_informed", NULL); /* of a version that this one does not change for the care */
    json_t *patient  = line(a, id, "patient", "", "waiting", informed ? "no-copy-yet" : "patient-not-informed", now_ms);
    json_object_del(patient, "due_ms"); /* the duty to inform has its own clock */
    json_put(patient, "at_ms", json_null());
    json_push(lines, patient);
    return lines;
}

static int64_t last_of(const json_t *lines, int64_t last)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (lines, i, one)
        if (int_of(one, "id") > last)
            last = int_of(one, "id");
    return last;
}

int64_t delivery_last_id(const Act *a)
{
    size_t        i;
    const json_t *past;
    int64_t       last = last_of(json_object_get(a->facts, "deliveries"), 0);
    json_array_foreach (json_object_get(a->facts, "superseded"), i, past)
        last = last_of(json_object_get(past, "deliveries"), last);
    return last;
}

bool delivery_is(const json_t *one, const char *status)
{
    return strcmp(text_of(one, "status"), status) == 0;
}

bool delivery_has_arrived(const json_t *one)
{
    bool handed = json_is_object(json_object_get(one, "access")) && delivery_is(one, "delivered");
    return delivery_is(one, "opened") || (delivery_is(one, "delivered") && !handed);
}

bool delivery_is_settled(const json_t *one)
{
    return delivery_is(one, "delivered") || delivery_is(one, "opened") || delivery_is(one, "objected") ||
           delivery_is(one, "revoked") || json_array_size(json_object_get(one, "tries")) > 0;
}

/* ---- conditions ---- */

/* Lines with an owner of their own are not handed: the requester has the act, the patient the copy. */
static bool is_ours(const json_t *one)
{
    return strcmp(text_of(one, "to"), "treating-physician") == 0 || strcmp(text_of(one, "to"), "designated") == 0;
}

static const json_t *sent_line(const Act *a, const ActScene *scene)
{
    const json_t *one = act_item(a, "deliveries", json_integer_value(sent_value(scene, "id", NULL)));
    return one && is_ours(one) ? one : NULL;
}

bool delivery_is_known(const Act *a, const ActScene *scene)
{
    return !scene->data || sent_line(a, scene);
}

bool delivery_has_no_objection(const Act *a, const ActScene *scene)
{
    return !scene->data || !delivery_is(sent_line(a, scene), "objected");
}

bool delivery_is_wanted(const Act *a, const ActScene *scene)
{
    return !scene->data || !delivery_is(sent_line(a, scene), "revoked");
}

bool delivery_not_arrived(const Act *a, const ActScene *scene)
{
    return !scene->data || !delivery_has_arrived(sent_line(a, scene));
}

static bool access_is_open(const json_t *one)
{
    const json_t *access = json_object_get(one, "access");
    return access && !json_object_get(access, "revoked_at_ms");
}

bool delivery_has_access(const Act *a, const ActScene *scene)
{
    return !scene->data || access_is_open(sent_line(a, scene));
}

static bool some_line(const Act *a, bool (*is)(const json_t *one))
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "deliveries"), i, one)
        if (is_ours(one) && is(one))
            return true;
    return false;
}

static bool can_be_tried(const json_t *one)
{
    return !delivery_has_arrived(one) && !delivery_is(one, "objected") && !delivery_is(one, "revoked");
}

bool delivery_can_be_tried(const Act *a, const ActScene *scene)
{
    (void)scene;
    return some_line(a, can_be_tried);
}

bool delivery_some_access(const Act *a, const ActScene *scene)
{
    (void)scene;
    return some_line(a, access_is_open);
}

bool delivery_designated_then(const Act *a, const ActScene *scene)
{
    enum { AHEAD_MAX_MS = 60 * 1000 };
    (void)a;
    int64_t at_ms = json_integer_value(sent_value(scene, "designated_at_ms", NULL));
    return !scene->data || (at_ms > 0 && at_ms <= scene->now_ms + AHEAD_MAX_MS);
}

bool delivery_recipient_is_there(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *one = act_item(a, "recipients", json_integer_value(sent_value(scene, "id", NULL)));
    return one && !json_object_get(one, "revoked_at_ms");
}

static bool some_open(const Act *a, const char *list, const char *ended)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, list), i, one)
        if (!json_object_get(one, ended))
            return true;
    return false;
}

bool delivery_some_recipient(const Act *a, const ActScene *scene)
{
    (void)scene;
    return some_open(a, "recipients", "revoked_at_ms");
}

bool delivery_objection_fits(const Act *a, const ActScene *scene)
{
    Slice whom = sent_text(scene, "to", NULL);
    if (slice_equal_text(whom, "imaging") || slice_equal_text(whom, "dmp") || slice_equal_text(whom, "patient-page"))
        return true; /* no delivery of its own */
    if (!scene->data || slice_equal_text(sent_text(scene, "to", NULL), "treating-physician"))
        return true;
    const json_t *one = act_item(a, "recipients", json_integer_value(sent_value(scene, "recipient_id", NULL)));
    return one && !json_object_get(one, "revoked_at_ms");
}

bool delivery_objection_is_open(const Act *a, const ActScene *scene)
{
    if (!scene->data)
        return true;
    const json_t *one = act_item(a, "objections", json_integer_value(sent_value(scene, "id", NULL)));
    return one && !json_object_get(one, "lifted_at_ms");
}

bool delivery_some_objection(const Act *a, const ActScene *scene)
{
    (void)scene;
    return some_open(a, "objections", "lifted_at_ms");
}

bool delivery_try_is_told(const Act *a, const ActScene *scene)
{
    (void)a;
    return !scene->data || !slice_equal_text(sent_text(scene, "reached", NULL), "no") ||
           says_something(sent_text(scene, "text", NULL), 3);
}

bool delivery_all_settled(const Act *a, const ActScene *scene)
{
    size_t        i;
    const json_t *one;
    (void)scene;
    json_array_foreach (json_object_get(a->facts, "deliveries"), i, one)
        if (is_ours(one) && !delivery_is_settled(one))
            return false;
    return true;
}
