/*
 * The versions of a report in its act: which one the patient may see, what a new one reopens. Pure. E29, E34, E27.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/report_versions.h"

#include "clinic/workflow/duties.h"

/* Signed as final or as an addendum: the list of addenda, and the signature that stands. */
static bool is_signed_version(const Act *a, int64_t revision)
{
    size_t        i;
    const json_t *one;
    if (revision <= 0)
        return false;
    if (act_fact_int(a, "signature", "revision") == revision)
        return true;
    json_array_foreach (act_fact(a, "superseded", NULL), i, one)
        if (json_integer_value(json_object_get(json_object_get(one, "signature"), "revision")) == revision)
            return true;
    return false;
}

/* Of a version that a later one differs from in a way that matters. */
static bool was_informed(const Act *a)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "superseded", NULL), i, one)
        if (json_object_get(one, "patient_informed"))
            return true;
    return false;
}

bool act_patient_may_see(const Act *a, int64_t revision, const char **ret_why)
{
    const char *why = NULL;
    if (!is_signed_version(a, revision))
        why = revision > 0 && act_fact_int(a, "preliminary", "revision") == revision ? "This report is preliminary: the final one is to come."
                                                                                     : "There is no report yet.";
    else if (act_withheld(a))
        why = "The report is withheld from the patient: record first how the diagnosis was announced.";
    else if (!act_fact(a, "patient_informed", NULL))
        why = was_informed(a) ? "A new version changes something for the care: the patient is informed of it first."
                              : "The patient is not informed of the result.";
    if (ret_why)
        *ret_why = why;
    return why == NULL;
}

int64_t act_patient_revision(const Act *a)
{
    int64_t revision = act_fact_int(a, "signature", "revision");
    return act_patient_may_see(a, revision, NULL) ? revision : 0;
}

const char *act_report_stands_as(const Act *a)
{
    if (act_fact(a, "addenda", NULL))
        return "addendum";
    if (act_fact(a, "signature", NULL))
        return "final";
    return act_fact(a, "preliminary", NULL) ? "preliminary" : "";
}

int64_t act_final_within_min(const Act *a)
{
    enum { DAY_MIN = 24 * 60 };
    int64_t minutes = act_fact_int(a, "delays", "final_min");
    return minutes > 0 ? minutes : DAY_MIN;
}

const json_t *versions_significant(const ActEvent *e)
{
    return report_significant(e->data);
}

void versions_supersede(Act *a, const ActEvent *e, bool significant)
{
    static const char *const REACHED[] = { "deliveries", "document", "delivered_at_ms", "acknowledged", "patient_copy",
                                           "dmp",        "site_check", "records",       "closed" };
    json_t *past = json_pack("{s:I}", "until_ms", (json_int_t)e->at_ms);
    json_t *sign = json_object_get(a->facts, "signature");
    if (sign)
        fold_member(past, "signature", json_deep_copy(sign));
    for (size_t i = 0; i < COUNT(REACHED); i++) {
        json_t *fact = json_object_get(a->facts, REACHED[i]);
        if (fact)
            fold_member(past, REACHED[i], json_incref(fact));
        json_object_del(a->facts, REACHED[i]);
    }
    static const char *const INFORMED[] = { "patient_informed", "patient_opened" };
    for (size_t i = 0; significant && i < COUNT(INFORMED); i++) {
        json_t *fact = json_object_get(a->facts, INFORMED[i]);
        if (fact)
            fold_member(past, INFORMED[i], json_incref(fact));
        json_object_del(a->facts, INFORMED[i]);
    }
    json_array_append_new(fold_list(a, "superseded"), past);
}
