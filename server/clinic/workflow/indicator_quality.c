/*
 * Finals that differ from their preliminary, verdicts that contradict the request. Pure. O7, E29, E6, L3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/indicator_quality.h"

#include "clinic/reports/report.h"

const char *const DISCORD_NAMES[DISCORDS] = { "indication", "distance", "exam" };

/* Of the first version that was final: addenda have put theirs in its place since. */
static const json_t *final_signature(const Act *a)
{
    size_t        i;
    const json_t *past;
    json_array_foreach (act_fact(a, "superseded", NULL), i, past)
        if (json_object_get(past, "signature"))
            return json_object_get(past, "signature");
    return act_fact(a, "signature", NULL);
}

static int64_t told_at(const Act *a, int64_t signed_ms)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (act_fact(a, "urgent", NULL), i, one)
        if (json_is_true(json_object_get(one, "difference")) && json_integer_value(json_object_get(one, "at_ms")) == signed_ms)
            return json_integer_value(json_object_get(json_array_get(json_object_get(one, "told"), 0), "told_at_ms"));
    return 0;
}

bool indicator_difference(const Act *a, IndicatorDifference *ret)
{
    const json_t *sign = final_signature(a);
    if (!sign || !act_fact(a, "preliminary", NULL))
        return false;
    int64_t at_ms = json_integer_value(json_object_get(sign, "at_ms"));
    *ret          = (IndicatorDifference) { .final_ms = at_ms, .difference = report_significant(sign) };
    if (ret->difference)
        ret->told_ms = told_at(a, at_ms);
    return true;
}

size_t indicator_addenda(const Act *a, size_t *ret_differ)
{
    size_t        i;
    const json_t *one, *list = act_fact(a, "addenda", NULL);
    *ret_differ = 0;
    json_array_foreach (list, i, one)
        *ret_differ += report_significant(one) != NULL;
    return json_array_size(list);
}

static bool says(const json_t *object, const char *key, const char *word)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text && strcmp(text, word) == 0;
}

static unsigned discord_of(const json_t *refusal)
{
    return (says(refusal, "indication", "not-relevant") || says(refusal, "code", "not-indicated") ? (unsigned)DISCORD_INDICATION : 0) |
           (says(refusal, "distance", "not-relevant") || says(refusal, "code", "distance-unsuitable") ? (unsigned)DISCORD_DISTANCE : 0) |
           (says(refusal, "code", "other-exam") ? (unsigned)DISCORD_EXAM : 0);
}

unsigned indicator_discord(const Act *a, bool *ret_judged)
{
    size_t        i;
    const json_t *one, *refusal = act_fact(a, "refusal", NULL), *refusals = act_fact(a, "refusals", NULL);
    unsigned      found = discord_of(refusal);
    json_array_foreach (refusals, i, one)
        found |= discord_of(one);
    if (act_fact(a, "verdict", "requester_opinion")) /* kept when the imager chose another exam */
        found |= DISCORD_EXAM;
    *ret_judged = refusal || json_array_size(refusals) || act_fact(a, "verdict", NULL) || act_fact(a, "reading", NULL);
    return found;
}
