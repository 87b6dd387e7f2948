/*
 * The entry that each medical professional of an act keeps in their own record: the five items of R.6316-4. L10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/record_entry.h"

#include "clinic/workflow/act_summary.h"
#include "clinic/workflow/duties.h"
#include "platform/clock.h"

static json_t *copy_of(const json_t *value)
{
    return value ? json_deep_copy(value) : json_null();
}

/* An expert's own refusal; else that of the act. */
static const json_t *refusal_of(const Act *a, const Who *who)
{
    size_t        i;
    const json_t *one, *own = NULL;
    json_array_foreach (act_fact(a, "refusals", NULL), i, one)
        if (act_record_person_id(json_object_get(one, "by")) == who->person_id)
            own = one;
    return own ? own : act_fact(a, "refusal", NULL);
}

static json_t *report_part(const Act *a, const Report *r, const json_t *refusal)
{
    json_t *part = json_pack("{s:s, s:o, s:o, s:o, s:o}", "status", report_status_name(r->status), "outcome",
                             copy_of(act_fact(a, "outcome", NULL)), "signature", copy_of(act_fact(a, "signature", NULL)),
                             "not_interpretable", copy_of(act_fact(a, "not_interpretable", NULL)), "refusal",
                             copy_of(refusal));
    if (r->status == REPORT_SIGNED) {
        json_put(part, "results", copy_of(json_object_get(r->content, "results")));
        json_put(part, "conclusion", copy_of(json_object_get(r->content, "conclusion")));
        json_put(part, "kind", json_string(report_kind_name(r->kind)));
        json_put(part, "version", json_integer(r->version));
        json_put(part, "addendum", copy_of(json_object_get(r->content, "addendum")));
    }
    json_put(part, "cancellation", copy_of(act_fact(a, "cancellation", NULL)));
    return part;
}

static json_t *acts_part(const Act *a, const Report *r)
{
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o}", "kind", a->kind, "modality", a->modality, "region", a->region,
                     "protocol", copy_of(act_fact(a, "protocol", NULL)), "prescriptions",
                     copy_of(json_object_get(r->content, "prescriptions")), "dose",
                     copy_of(json_object_get(r->content, "dose")), "orders", copy_of(act_fact(a, "orders", NULL)));
}

static json_t *people_part(const Act *a)
{
    const json_t *people[DUTIES_MAX];
    size_t        count = act_record_people(a, people), i;
    const json_t *kept;
    json_t       *list = json_array();
    for (size_t p = 0; p < count; p++) {
        json_t *person = json_deep_copy(people[p]);
        int64_t id     = act_record_person_id(people[p]);
        json_put(person, "id", json_integer(id));
        json_array_foreach (json_object_get(a->facts, "records"), i, kept)
            if (json_integer_value(json_object_get(json_object_get(kept, "by"), "id")) == id) {
                json_put(person, "kept_at_ms", copy_of(json_object_get(kept, "at_ms")));
                json_put(person, "where", copy_of(json_object_get(kept, "where")));
            }
        json_push(list, person);
    }
    return list;
}

static json_t *times_part(const Act *a)
{
    static const struct {
        const char *what, *fact, *member;
    } TIMES[] = {
        { "signed_request", "signed_request", "at_ms" }, { "refusal", "refusal", "at_ms" },
        { "cancellation", "cancellation", "at_ms" },     { "started", "acquisition", "started_at_ms" },
        { "release", "release", "at_ms" },               { "departure", "departure", "at_ms" },
        { "reading", "reading", "at_ms" },               { "signature", "signature", "at_ms" },
        { "delivered", "delivered_at_ms", NULL },        { "acknowledged", "acknowledged", "at_ms" },
    };
    json_t *list = json_array();
    for (size_t i = 0; i < COUNT(TIMES); i++) {
        int64_t at_ms = act_fact_int(a, TIMES[i].fact, TIMES[i].member);
        if (at_ms)
            json_push(list, json_pack("{s:s, s:I}", "what", TIMES[i].what, "at_ms", (json_int_t)at_ms));
    }
    return list;
}

/* 'No incident' is said, never left open: the report says it, or there is none in the log. */
static json_t *incidents_part(const Act *a, const Report *r)
{
    const json_t *told = json_object_get(r->content, "incidents"), *logged = act_fact(a, "incidents", NULL);
    return json_pack("{s:b, s:o, s:o}", "none",
                     json_array_size(logged) == 0 && (!told || json_is_true(json_object_get(told, "none"))), "report",
                     copy_of(told), "log", copy_of(logged));
}

bool record_entry_json(Db *db, const Who *who, int64_t act_id, json_t **ret, Err *err)
{
    OWNED_ACT a           = { 0 };
    Report    r           = { 0 };
    OWNED(json_t) *summary = NULL;
    if (!act_load_for(db, act_id, who->person_id, clock_now_s(), &a, err) ||
        !act_summary_json(db, &a, who, &summary, err) || !report_load_signed(db, act_id, &r, err)) /* a draft is nobody's record */
        return false;
    *ret = json_pack("{s:s, s:o, s:o, s:{s:o, s:o, s:o, s:o}, s:o, s:o, s:o}", "number", a.number, "report",
                     report_part(&a, &r, refusal_of(&a, who)), "acts_and_prescriptions", acts_part(&a, &r), "identities", "patient",
                     copy_of(json_object_get(summary, "patient")), "people", copy_of(json_object_get(summary, "people")),
                     "site", copy_of(json_object_get(summary, "site")), "imaging",
                     copy_of(json_object_get(summary, "imaging")), "times", times_part(&a), "incidents",
                     incidents_part(&a, &r), "people", people_part(&a));
    report_clear(&r);
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "record entry");
}
