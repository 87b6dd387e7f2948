/*
 * What the rules say of one person, machine or place now: files loaded, then asked. Contract: staff.h.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_fit.h"

#include <inttypes.h>

#include "clinic/reports/local_time.h"
#include "clinic/staff/staff_procedures.h"
#include "clinic/staff/staff_register.h"
#include "guard/access/people.h"

bool staff_today(Db *db, int64_t organisation_id, int64_t at_ms, int64_t *ret, Err *err)
{
    Organisation o;
    char         day[STAFF_DAY];
    if (!organisation_load(db, organisation_id, &o, err))
        return false;
    LocalTime t = local_time(at_ms, o.time_zone);
    (void)snprintf(day, sizeof day, "%04d-%02d-%02d", t.year % 10000, t.month % 100, t.day % 100);
    return staff_day(slice_of(day), ret) || err_set(err, ERR_BUG, "The content is too large.", "a day of the clock: %s", day);
}

/* One line for all: the count says how many. */
static void counted(MissingList *list, const char *code, const char *text, const char *why, int64_t count)
{
    if (!list || !count)
        return;
    size_t before = list->count;
    missing_add(list, code, text, why);
    if (list->count > before)
        list->items[before].count = count;
}

static const StaffRule *knowledge_rule(unsigned role)
{
    for (size_t i = 0; i < STAFF_RULE_COUNT; i++)
        if (strcmp(STAFF_RULES[i].kind, "knowledge") == 0 && STAFF_RULES[i].whom & role)
            return &STAFF_RULES[i];
    return NULL;
}

bool staff_fit_items(Db *db, const StaffPart *part, unsigned when, const StaffItems *items, int64_t today, MissingList *blocking,
                     MissingList *warning, Err *err)
{
    int64_t          open = 0;
    const StaffRule *rule = knowledge_rule(part->role);
    staff_rules_check(OF_PERSON, part->role, when, items->at, items->count, today, blocking, warning);
    if (!procedures_unsigned(db, part->organisation_id, part->role, part->person_id, today, &open, err))
        return false;
    counted(blocking, "staff-procedures", "Procedures in force are not signed: read and sign them on the page “Procedures”.", "O6", open);
    if (rule && !protocols_unchecked(db, part->organisation_id, part->role, part->modality, items, today, &open, err))
        return false;
    if (rule)
        counted(rule->blocks ? blocking : warning, rule->code, rule->text, rule->why, open);
    return true;
}

bool staff_fit(Db *db, const StaffPart *part, MissingList *blocking, MissingList *warning, Err *err)
{
    int64_t     today = 0;
    OWNED_ITEMS items = { 0 };
    return staff_today(db, part->organisation_id, part->at_ms, &today, err) &&
           staff_items_load(db, OF_PERSON, part->person_id, &items, err) &&
           staff_fit_items(db, part, staff_when(part->modality), &items, today, blocking, warning, err);
}

bool room_fit(Db *db, const StaffRoom *room, unsigned when, int64_t today, MissingList *blocking, MissingList *warning, Err *err)
{
    OWNED_ITEMS items = { 0 };
    if (!staff_items_load(db, OF_ROOM, room->id, &items, err))
        return false;
    if (!room->active)
        missing_add(blocking, "room-closed", "The room is no longer in use.", "O3");
    staff_rules_check(OF_ROOM, room_purpose(slice_of(room->purpose)), when, items.at, items.count, today, blocking, warning);
    return true;
}

bool equipment_item_fit(Db *db, const StaffEquipment *e, unsigned when, int64_t today, MissingList *blocking, MissingList *warning, Err *err)
{
    OWNED_ITEMS items = { 0 };
    if (!staff_items_load(db, OF_EQUIPMENT, e->id, &items, err))
        return false;
    if (!e->active || e->stopped)
        missing_add(blocking, "equipment-stopped", "The equipment is out of service.", "O3 O11");
    staff_rules_check(OF_EQUIPMENT, equipment_kind(slice_of(e->kind)), when, items.at, items.count, today, blocking, warning);
    return true;
}

bool equipment_fit(Db *db, const EquipmentPart *part, MissingList *blocking, MissingList *warning, Err *err)
{
    StaffEquipment e;
    StaffRoom      room;
    int64_t        today = 0;
    bool           found = false;
    if (!equipment_of_machine(db, part->machine_id, &e, &found, err))
        return false;
    if (!found) {
        missing_add(blocking, "equipment-unknown", "This machine is not in the register of equipment: the biomedical engineer enters it.", "O3");
        return true;
    }
    unsigned when = staff_when(part->modality);
    return staff_today(db, e.organisation_id, part->at_ms, &today, err) &&
           equipment_item_fit(db, &e, when, today, blocking, warning, err) && staff_room_load(db, e.room_id, &room, err) &&
           room_fit(db, &room, when, today, blocking, warning, err);
}

/* A room to read in: itself, and at least one display that fits; its workstations and lines are told too. */
static bool place_fit(Db *db, const StaffRoom *room, int64_t today, MissingList *blocking, MissingList *warning, Err *err)
{
    int64_t     ids[64];
    size_t      count = 0;
    bool        display = false, any = false;
    MissingList of_displays = { 0 };
    if (!room_fit(db, room, WHEN_ALWAYS, today, blocking, warning, err) || !equipment_in_room(db, room->id, ids, COUNT(ids), &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        StaffEquipment e;
        MissingList    faults = { 0 };
        if (!equipment_load(db, ids[i], &e, err))
            return false;
        bool is_display = strcmp(e.kind, "display") == 0;
        if (!equipment_item_fit(db, &e, WHEN_ALWAYS, today, is_display ? &faults : blocking, warning, err))
            return false;
        if (is_display && !faults.count)
            display = true;
        if (is_display && !any)
            of_displays = faults;
        any |= is_display;
    }
    if (!any)
        missing_add(blocking, "workplace-display", "The place of reading has no display in the register.", "O3");
    for (size_t i = 0; any && !display && i < of_displays.count; i++)
        missing_add(blocking, of_displays.items[i].code, of_displays.items[i].text, of_displays.items[i].why);
    return true;
}

static void add_all(MissingList *to, const MissingList *from)
{
    for (size_t i = 0; to && i < from->count && to->count < MISSING_MAX; i++)
        to->items[to->count++] = from->items[i];
}

bool workplace_fit(Db *db, const WorkplacePart *part, MissingList *blocking, MissingList *warning, Err *err)
{
    int64_t     ids[32], today = 0;
    size_t      count = 0;
    MissingList first = { 0 }, first_warned = { 0 };
    if (!staff_today(db, part->organisation_id, part->at_ms, &today, err) ||
        !reading_rooms(db, part->organisation_id, part->person_id, ids, COUNT(ids), &count, err))
        return false;
    if (!count)
        missing_add(&first, "workplace-unknown", "No place of reading is in the register for this imager.", "O3");
    for (size_t i = 0; i < count; i++) {
        StaffRoom   room;
        MissingList faults = { 0 }, warned = { 0 };
        if (!staff_room_load(db, ids[i], &room, err) || !place_fit(db, &room, today, &faults, &warned, err))
            return false;
        if (!faults.count) {
            add_all(warning, &warned);
            return true;
        }
        if (!i) {
            first        = faults;
            first_warned = warned;
        }
    }
    add_all(blocking, &first);
    add_all(warning, &first_warned);
    return true;
}
