/*
 * Days, states of items, and the walk through the table of rules.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_rules.h"

#include <stdio.h>

#include "base/own.h"

/* ---- days ---- */

/* Civil day to days since 1970-01-01; the year is taken to begin in March, so that a leap day is its last. */
static int64_t days_of(int64_t y, int64_t m, int64_t d)
{
    y -= m <= 2;
    int64_t era = y / 400, of_era = y - era * 400;
    int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

void staff_day_text(int64_t days, char ret[STAFF_DAY])
{
    int64_t z = days + 719468, era = z / 146097, doe = z - era * 146097;
    int64_t yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100), mp = (5 * doy + 2) / 153;
    int64_t d = doy - (153 * mp + 2) / 5 + 1, m = mp < 10 ? mp + 3 : mp - 9, y = yoe + era * 400 + (m <= 2);
    (void)snprintf(ret, STAFF_DAY, "%04d-%02d-%02d", (int)(y % 10000), (int)m, (int)d);
}

bool staff_day(Slice day, int64_t *ret)
{
    int64_t y, m, d;
    char    again[STAFF_DAY];
    if (day.len != STAFF_DAY - 1 || day.at[4] != '-' || day.at[7] != '-' || !slice_int(slice_part(day, 0, 4), &y) ||
        !slice_int(slice_part(day, 5, 2), &m) || !slice_int(slice_part(day, 8, 2), &d) || y < 1900 || m < 1 || m > 12 || d < 1)
        return false;
    int64_t days = days_of(y, m, d);
    staff_day_text(days, again);
    if (!slice_equal_text(day, again)) /* the 31st of a shorter month */
        return false;
    *ret = days;
    return true;
}

/* ---- the state of one item ---- */

const char *staff_state_name(StaffState s)
{
    static const char *const NAMES[] = { "missing", "expired", "failed", "ahead", "unverified", "soon", "valid" };
    return s <= ITEM_VALID ? NAMES[s] : "";
}

StaffState staff_item_state(const StaffItem *item, int64_t today)
{
    int64_t day;
    if (strcmp(item->result, "failed") == 0)
        return ITEM_FAILED;
    if (staff_day(slice_of(item->until), &day) && day < today)
        return ITEM_EXPIRED;
    if (staff_day(slice_of(item->from), &day) && day > today)
        return ITEM_AHEAD;
    if (item->kind->needs & ITEM_NEEDS_VERIFIED && !item->verified)
        return ITEM_UNVERIFIED;
    if (item->kind->needs & ITEM_NEEDS_SIGNED && !item->is_signed)
        return ITEM_UNVERIFIED;
    if (staff_day(slice_of(item->until), &day) && day - today <= STAFF_SOON_DAYS)
        return ITEM_SOON;
    return ITEM_VALID;
}

static bool is_about(const StaffItem *item, const StaffKind *kind, int64_t procedure_id)
{
    return item->kind == kind && (!procedure_id || item->procedure_id == procedure_id);
}

static bool later(const StaffItem *a, const StaffItem *b)
{
    int order = strcmp(a->assessed_on, b->assessed_on);
    return order ? order > 0 : a->id > b->id;
}

/* The newest one that was failed; NULL. */
static const StaffItem *newest_failed(const StaffItem *items, size_t count, const StaffKind *kind, int64_t procedure_id, int64_t today)
{
    const StaffItem *failed = NULL;
    for (size_t i = 0; i < count; i++)
        if (is_about(&items[i], kind, procedure_id) && staff_item_state(&items[i], today) == ITEM_FAILED &&
            (!failed || later(&items[i], failed)))
            failed = &items[i];
    return failed;
}

bool staff_put_aside(const StaffItem *items, size_t count, const StaffItem *one, int64_t today)
{
    const StaffItem *failed = newest_failed(items, count, one->kind, one->procedure_id, today);
    return failed && failed->id != one->id && !later(one, failed);
}

StaffState staff_best(const StaffItem *items, size_t count, const StaffKind *kind, int64_t procedure_id, int64_t today,
                      const StaffItem **ret_item)
{
    const StaffItem *failed = newest_failed(items, count, kind, procedure_id, today), *best = NULL;
    StaffState       state = ITEM_MISSING;
    for (size_t i = 0; i < count; i++) {
        if (!is_about(&items[i], kind, procedure_id) || (failed && &items[i] != failed && !later(&items[i], failed)))
            continue;
        StaffState one = staff_item_state(&items[i], today);
        if (!best || one > state || (one == state && strcmp(items[i].until, best->until) > 0)) {
            best  = &items[i];
            state = one;
        }
    }
    if (ret_item)
        *ret_item = best;
    return state;
}

/* ---- whom and when ---- */

unsigned staff_when(Slice modality)
{
    static const struct {
        const char *modality;
        unsigned    when;
    } MODALITIES[] = {
        { "CT", WHEN_IRRADIATING }, { "DX", WHEN_IRRADIATING }, { "CR", WHEN_IRRADIATING }, { "MG", WHEN_IRRADIATING },
        { "XA", WHEN_IRRADIATING }, { "RF", WHEN_IRRADIATING }, { "PX", WHEN_IRRADIATING }, { "IO", WHEN_IRRADIATING },
        { "BMD", WHEN_IRRADIATING }, { "NM", WHEN_IRRADIATING | WHEN_NUCLEAR }, { "PT", WHEN_IRRADIATING | WHEN_NUCLEAR },
    };
    for (size_t i = 0; i < COUNT(MODALITIES); i++)
        if (slice_equal_text(modality, MODALITIES[i].modality))
            return MODALITIES[i].when;
    return WHEN_ALWAYS;
}

unsigned room_purpose(Slice name)
{
    return slice_equal_text(name, "exam") ? ROOM_FOR_EXAM : slice_equal_text(name, "reading") ? ROOM_FOR_READING : 0;
}

unsigned equipment_kind(Slice name)
{
    static const char *const NAMES[] = { "modality", "workstation", "display", "network" };
    for (unsigned i = 0; i < COUNT(NAMES); i++)
        if (slice_equal_text(name, NAMES[i]))
            return 1u << i;
    return 0;
}

void staff_rules_check(StaffSubject subject, unsigned whom, unsigned when, const StaffItem *items, size_t count, int64_t today,
                       MissingList *blocking, MissingList *warning)
{
    for (size_t i = 0; i < STAFF_RULE_COUNT; i++) {
        const StaffRule *rule = &STAFF_RULES[i];
        const StaffKind *kind = staff_kind(slice_of(rule->kind));
        if (!kind || kind->subject != subject || !(rule->whom & whom) || (rule->when & when) != rule->when ||
            kind->needs & ITEM_NEEDS_PROTOCOL)
            continue;
        if (!staff_state_fits(staff_best(items, count, kind, 0, today, NULL)))
            missing_add(rule->blocks ? blocking : warning, rule->code, rule->text, rule->why);
    }
}
