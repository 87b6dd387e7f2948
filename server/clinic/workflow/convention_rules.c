/*
 * What a convention must hold, and whether it covers an act. Pure. S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/convention_rules.h"

static bool has_text(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_string(value) && slice_trim(slice_of(json_string_value(value))).len > 0;
}

static bool has_part(const json_t *convention, const char *part)
{
    size_t  i;
    json_t *party;
    json_array_foreach (json_object_get(convention, "parties"), i, party) {
        const char *its = json_string_value(json_object_get(party, "part"));
        if (its && strcmp(its, part) == 0)
            return true;
    }
    return false;
}

static bool is_day(const json_t *object, const char *key)
{
    const char *day = json_string_value(json_object_get(object, key));
    if (!day || strlen(day) != 10)
        return false;
    for (int i = 0; i < 10; i++)
        if (i == 4 || i == 7 ? day[i] != '-' : day[i] < '0' || day[i] > '9')
            return false;
    return true;
}

void convention_missing(const json_t *convention, MissingList *ret)
{
    static const struct {
        const char *section, *text;
    } SECTIONS[] = {
        { "scope", "The section on the scope of the acts is missing." },
        { "benefits", "The section on the expected benefit for patients is missing." },
        { "commitments", "The section on the commitments of structures and actors is missing." },
        { "organisation", "The section on the organisation is missing." },
        { "roles", "The section on roles and responsibilities is missing." },
        { "rules", "The section on the rules of practice is missing." },
    };
    const json_t *sections = json_object_get(convention, "sections");
    for (size_t i = 0; i < COUNT(SECTIONS); i++)
        if (!has_text(sections, SECTIONS[i].section))
            missing_add(ret, SECTIONS[i].section, SECTIONS[i].text, "S3");
    if (!has_part(convention, "requester"))
        missing_add(ret, "party-requester", "The convention names no requesting party.", "S3");
    if (!has_part(convention, "site"))
        missing_add(ret, "party-site", "The convention names no site.", "S3");
    if (!has_part(convention, "imaging"))
        missing_add(ret, "party-imaging", "The convention names no imaging group.", "S3");
    if (json_array_size(json_object_get(convention, "clauses")) == 0)
        missing_add(ret, "clauses", "The convention covers no act: it has no clause.", "S3");
    if (!is_day(convention, "valid_from") || !is_day(convention, "valid_until"))
        missing_add(ret, "validity", "The convention has no dates of validity.", "S3");
}

int convention_covers(const ConventionFacts *facts, MissingList *ret)
{
    const struct {
        bool        holds;
        const char *code, *text;
    } CONDITIONS[CONVENTION_COVERS] = {
        { facts->requester, "party-requester", "No convention has the requesting organisation as a party." },
        { facts->site, "party-site", "The convention of the requester does not cover this site." },
        { facts->imaging, "party-imaging", "The convention does not cover this imaging group." },
        { facts->all_signed, "signatures", "The convention is not signed by all its parties." },
        { facts->valid, "validity", "The convention is not in force at this date." },
        { facts->kind, "clause-kind", "The convention has no clause for this kind of act." },
        { facts->modality, "clause-modality", "The convention has no clause for this modality." },
        { facts->priority, "clause-priority", "The convention has no clause for this priority." },
        { facts->region, "clause-region", "The clause of the convention does not cover this body region." },
        { facts->hours, "clause-hours", "The clause of the convention does not cover this hour." },
    };
    for (int i = 0; i < CONVENTION_COVERS; i++) {
        if (CONDITIONS[i].holds)
            continue;
        missing_add(ret, CONDITIONS[i].code, CONDITIONS[i].text, "S3");
        return i;
    }
    return CONVENTION_COVERS;
}

bool day_between(Slice day, Slice first, Slice last)
{
    return day.len == 10 && first.len == 10 && last.len == 10 && memcmp(first.at, day.at, 10) <= 0 &&
           memcmp(day.at, last.at, 10) <= 0;
}

int64_t day_number(Slice day)
{
    int64_t y = 0, m = 0, d = 0;
    if (day.len != 10 || !slice_int(slice_part(day, 0, 4), &y) || !slice_int(slice_part(day, 5, 2), &m) ||
        !slice_int(slice_part(day, 8, 2), &d))
        return 0;
    y -= m <= 2; /* years begin in March: the leap day is the last one */
    int64_t era = y / 400, of_era = y % 400, of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

int convention_warning(int days_left)
{
    static const int STEPS[] = { 7, 30, 60 };
    for (size_t i = 0; i < COUNT(STEPS); i++)
        if (days_left <= STEPS[i])
            return STEPS[i];
    return 0;
}
