/*
 * What an act still asks of somebody after its report. Pure: from the facts alone. E27 to E35, L10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/duties.h"

#include "clinic/workflow/delivery.h"
#include "clinic/workflow/expertise.h"

/* From the report, or from the end of an act that came to none; where the convention sets no delay. */
enum { DAY_MS = 24 * 60 * 60 * 1000, SITE_DAYS = 3, INFORM_DAYS = 7, DMP_DAYS = 7, RECORD_DAYS = 7, ANNOUNCE_DAYS = 3 };

bool act_withheld(const Act *a)
{
    return act_fact(a, "announcement", NULL) && !act_fact(a, "announcement", "announced");
}

bool act_duty_has_no_site(const Act *a)
{
    return act_is_expertise(a) || !act_fact(a, "acquisition", NULL);
}

/* ---- each professional's own record ---- */

int64_t act_record_person_id(const json_t *person)
{
    int64_t id = json_integer_value(json_object_get(person, "id"));
    return id ? id : json_integer_value(json_object_get(person, "person_id")); /* the local physician's own fact */
}

static int64_t id_of(const json_t *by)
{
    return act_record_person_id(by);
}

static void person_add(const json_t *by, const json_t *ret[DUTIES_MAX], size_t *count)
{
    if (!id_of(by) || *count == DUTIES_MAX)
        return;
    for (size_t i = 0; i < *count; i++)
        if (id_of(ret[i]) == id_of(by))
            return;
    ret[(*count)++] = by;
}

/*
 * Who asked, judged, refused, supervised, read, gave an opinion, added to the report or stood by the patient as a physician.
 * Who refuses keeps an entry as well: the refusal is an act of their own.
 */
size_t act_record_people(const Act *a, const json_t *ret[DUTIES_MAX])
{
    static const char *const ONE[]  = { "signed_request", "verdict", "reading", "preliminary", "signature", "assistance", "refusal" };
    static const char *const MANY[] = { "opinions", "agreements", "advice", "refusals", "addenda" };
    size_t                   count = 0, i;
    const json_t            *item;
    for (size_t k = 0; k < COUNT(ONE); k++)
        person_add(act_fact(a, ONE[k], "by"), ret, &count);
    for (size_t k = 0; k < COUNT(MANY); k++)
        json_array_foreach (json_object_get(a->facts, MANY[k]), i, item)
            person_add(json_object_get(item, "by"), ret, &count);
    /* confirmed in person: a physician who was only named has done nothing yet */
    if (act_fact(a, "local_physician", "confirmed_at_ms"))
        person_add(act_fact(a, "local_physician", NULL), ret, &count);
    /* who stood by during a nuclear exam, if it began */
    if (act_fact(a, "acquisition", NULL))
        json_array_foreach (act_fact(a, "nuclear_presence", "stood"), i, item)
            person_add(item, ret, &count);
    return count;
}

bool act_record_of(const Act *a, int64_t person_id)
{
    const json_t *people[DUTIES_MAX];
    size_t        count = act_record_people(a, people);
    for (size_t i = 0; i < count; i++)
        if (id_of(people[i]) == person_id)
            return true;
    return false;
}

bool act_record_kept(const Act *a, int64_t person_id)
{
    size_t        i;
    const json_t *item;
    json_array_foreach (json_object_get(a->facts, "records"), i, item)
        if (id_of(json_object_get(item, "by")) == person_id)
            return true;
    return false;
}

size_t act_records_missing(const Act *a)
{
    const json_t *people[DUTIES_MAX];
    size_t        count = act_record_people(a, people), missing = 0;
    for (size_t i = 0; i < count; i++)
        missing += !act_record_kept(a, id_of(people[i]));
    return missing;
}

/* ---- all of them ---- */

typedef struct Duties {
    Duty  *at;
    size_t count;
} Duties;

static void duty(Duties *d, const char *kind, int64_t item, const char *party, int64_t due_ms, const char *text)
{
    if (d->count < DUTIES_MAX)
        d->at[d->count++] = (Duty) { kind, item, party, due_ms, text ? text : "" };
}

/* The convention's delay when it has one. */
static int64_t within(const Act *a, const char *delay, int days)
{
    enum { MINUTE_MS = 60 * 1000 };
    int64_t minutes = act_fact_int(a, "delays", delay);
    return minutes > 0 ? minutes * MINUTE_MS : days * (int64_t)DAY_MS;
}

static const char *text_of(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* An expert who refused owes an entry whatever the others do. L10 */
static void refusers(const Act *a, Duties *ret)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "refusals"), i, one) {
        int64_t person_id = id_of(json_object_get(one, "by"));
        bool    known     = false; /* asked again, and refused again: one entry */
        for (size_t d = 0; d < ret->count; d++)
            known |= ret->at[d].item == person_id && strcmp(ret->at[d].kind, "record") == 0;
        if (person_id && !known && !act_record_kept(a, person_id))
            duty(ret, "record", person_id, "imaging", json_integer_value(json_object_get(one, "at_ms")) + RECORD_DAYS * (int64_t)DAY_MS,
                 text_of(json_object_get(one, "by"), "name"));
    }
}

bool act_refused(const Act *a, int64_t person_id)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "refusals"), i, one)
        if (id_of(json_object_get(one, "by")) == person_id)
            return true;
    return false;
}

static void records(const Act *a, int64_t from_ms, Duties *ret)
{
    const json_t *people[DUTIES_MAX];
    size_t        count = act_record_people(a, people);
    for (size_t i = 0; i < count; i++) {
        const char *role = text_of(people[i], "role");
        bool        imager = role && strcmp(role, "imager") == 0, local = !role || strcmp(role, "local-physician") == 0;
        if (!act_record_kept(a, id_of(people[i])))
            duty(ret, "record", id_of(people[i]), imager ? "imaging" : local ? "site" : "requester",
                 from_ms + RECORD_DAYS * (int64_t)DAY_MS, text_of(people[i], "name"));
    }
}

static void deliveries(const Act *a, Duties *ret)
{
    size_t        i;
    const json_t *line;
    json_array_foreach (json_object_get(a->facts, "deliveries"), i, line) {
        const char *to  = text_of(line, "to");
        int64_t     due = json_integer_value(json_object_get(line, "due_ms"));
        if (!to || !due || strcmp(to, "patient") == 0 || strcmp(to, "requester") == 0 || delivery_has_arrived(line) ||
            delivery_is(line, "objected") || delivery_is(line, "revoked"))
            continue;
        duty(ret, "delivery", json_integer_value(json_object_get(line, "id")), "requester", due, text_of(line, "name"));
    }
}

static void follow_ups(const Act *a, Duties *ret)
{
    size_t        i;
    const json_t *item;
    json_array_foreach (json_object_get(a->facts, "follow_ups"), i, item)
        if (!json_object_get(item, "closed_at_ms"))
            duty(ret, "follow-up", json_integer_value(json_object_get(item, "id")), text_of(item, "owner"),
                 json_integer_value(json_object_get(item, "due_at_ms")), text_of(item, "text"));
}

static int64_t ended_ms(const Act *a)
{
    int64_t refused = act_fact_int(a, "refusal", "at_ms"), called_off = act_fact_int(a, "cancellation", "at_ms");
    int64_t at_ms   = refused > called_off ? refused : called_off;
    return at_ms ? at_ms : a->created_at_ms;
}

size_t duties_of(const Act *a, Duty ret[DUTIES_MAX])
{
    Duties d = { ret, 0 };
    if (a->state == ACT_REFUSED || a->state == ACT_CANCELLED || a->state == ACT_NOT_DONE)
        records(a, ended_ms(a), &d);
    else if (a->state != ACT_DELIVERED && a->state != ACT_ACKNOWLEDGED)
        refusers(a, &d);
    if (act_fact(a, "preliminary", "delivered_at_ms") && !act_fact(a, "signature", NULL))
        deliveries(a, &d);
    if (a->state != ACT_CLOSED && act_fact(a, "no_slot", NULL) && !act_fact(a, "alternative", NULL))
        duty(&d, "alternative", 0, "requester", act_fact_int(a, "no_slot", "until_ms"), text_of(act_fact(a, "no_slot", NULL), "text"));
    if (a->state != ACT_DELIVERED && a->state != ACT_ACKNOWLEDGED)
        return d.count;
    int64_t out_ms = act_fact_int(a, "delivered_at_ms", NULL);
    if (act_withheld(a))
        duty(&d, "announcement", 0, "requester", out_ms + ANNOUNCE_DAYS * (int64_t)DAY_MS, "");
    if (!act_fact(a, "patient_informed", NULL))
        duty(&d, "inform", 0, "requester", out_ms + within(a, "patient_min", INFORM_DAYS), "");
    if (!act_fact(a, "dmp", NULL))
        duty(&d, "dmp", 0, "requester", out_ms + within(a, "record_min", DMP_DAYS), "");
    if (!act_duty_has_no_site(a) && !act_fact(a, "site_check", NULL))
        duty(&d, "site", 0, "site", out_ms + SITE_DAYS * (int64_t)DAY_MS, "");
    deliveries(a, &d);
    follow_ups(a, &d);
    records(a, out_ms, &d);
    return d.count;
}
