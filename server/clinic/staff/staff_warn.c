/*
 * Warnings before an item ends: 60, 30 and 7 days, and when it is over. Each once, to the person and to who answers. S5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/staff/staff_file.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"
#include "platform/jobs/jobs.h"

enum { DAY_MS = 86400000 };

typedef struct Ending {
    int64_t      item_id, subject_id;
    StaffSubject subject;
    int64_t      days; /* which warning: 60, 30, 7, 0 */
} Ending;

/* The warning that is due 'left' days before the end; -1: none yet. */
static int64_t warning_due(int64_t left)
{
    return left < 0 ? 0 : left <= 7 ? 7 : left <= 30 ? 30 : left <= 60 ? 60 : -1;
}

/* Whom it concerns: the person; and in each organisation of the subject who answers for it or keeps this kind. */
static bool say(Db *db, const Ending *e, unsigned keepers, int64_t at_ms, int64_t *said, Err *err)
{
    OWNED(DbQuery) *q = db_query(
        db, "INSERT INTO staff_warning (item_id, days, person_id, at_ms)"
            " SELECT ?1, ?2, told.person_id, ?3 FROM ("
            "   SELECT ?5 AS person_id WHERE ?4 = 0"
            "   UNION SELECT answers.person_id FROM membership AS answers"
            "           JOIN person ON person.id = answers.person_id AND person.active = 1"
            "          WHERE (answers.roles & ?6) <> 0"
            "            AND answers.organisation_id IN ("
            "                SELECT membership.organisation_id FROM membership WHERE ?4 = 0 AND membership.person_id = ?5"
            "                UNION SELECT staff_room.organisation_id FROM staff_room WHERE ?4 = 1 AND staff_room.id = ?5"
            "                UNION SELECT staff_equipment.organisation_id FROM staff_equipment WHERE ?4 = 2 AND staff_equipment.id = ?5)"
            " ) AS told WHERE true"
            " ON CONFLICT DO NOTHING");
    db_bind_int(q, 1, e->item_id);
    db_bind_int(q, 2, e->days);
    db_bind_int(q, 3, at_ms);
    db_bind_int(q, 4, e->subject);
    db_bind_int(q, 5, e->subject_id);
    db_bind_int(q, 6, keepers);
    if (!db_run(q, err))
        return false;
    int64_t new_ones = db_changes(q);
    *said += new_ones;
    if (!new_ones)
        return true;
    char object[64], detail[64];
    (void)snprintf(object, sizeof object, "%s %" PRId64 " item %" PRId64, staff_subject_name(e->subject), e->subject_id, e->item_id);
    if (e->days)
        (void)snprintf(detail, sizeof detail, "ends within %" PRId64 " days: %" PRId64 " told", e->days, new_ones);
    else
        (void)snprintf(detail, sizeof detail, "is over: %" PRId64 " told", new_ones);
    return audit_add(db, &(AuditLine) { .event = AUDIT_SYSTEM, .actor = "system:staff", .what = "file warning", .object = object, .detail = detail }, err);
}

/* Each kind (and protocol) speaks through its best item: what was renewed in time is not warned about. */
static bool warn_subject(Db *db, StaffSubject subject, int64_t id, int64_t today, int64_t at_ms, int64_t *said, Err *err)
{
    OWNED_ITEMS items = { 0 };
    if (!staff_items_load(db, subject, id, &items, err))
        return false;
    for (size_t i = 0; i < items.count; i++) {
        const StaffItem *item = &items.at[i], *best = NULL;
        StaffState       state = staff_best(items.at, items.count, item->kind, item->procedure_id, today, &best);
        int64_t          until = 0;
        if (best != item || !(state == ITEM_SOON || state == ITEM_EXPIRED) || !staff_day(slice_of(item->until), &until))
            continue;
        Ending   e       = { item->id, id, subject, warning_due(until - today) };
        unsigned keepers = STAFF_ANSWERS | (item->kind->record & (ROLE_PCR | ROLE_BIOMEDICAL | ROLE_PHYSICIST));
        if (e.days >= 0 && !say(db, &e, subject == OF_PERSON ? STAFF_ANSWERS | (item->kind->record & ROLE_PCR) : keepers, at_ms, said, err))
            return false;
    }
    return true;
}

static DbQuery *subjects(Db *db, StaffSubject subject)
{
    return subject == OF_PERSON ? db_query(db, "SELECT DISTINCT staff_item.person_id FROM staff_item"
                                               "  JOIN person ON person.id = staff_item.person_id AND person.active = 1"
                                               " WHERE staff_item.valid_until BETWEEN '0' AND ?1 AND staff_item.withdrawn_at_ms IS NULL")
           : subject == OF_ROOM ? db_query(db, "SELECT DISTINCT staff_item.staff_room_id FROM staff_item"
                                               "  JOIN staff_room ON staff_room.id = staff_item.staff_room_id AND staff_room.active = 1"
                                               " WHERE staff_item.valid_until BETWEEN '0' AND ?1 AND staff_item.withdrawn_at_ms IS NULL")
                                : db_query(db, "SELECT DISTINCT staff_item.equipment_id FROM staff_item"
                                               "  JOIN staff_equipment ON staff_equipment.id = staff_item.equipment_id AND staff_equipment.active = 1"
                                               " WHERE staff_item.valid_until BETWEEN '0' AND ?1 AND staff_item.withdrawn_at_ms IS NULL");
}

bool staff_warn(Db *db, int64_t at_ms, int64_t *ret_said, Err *err)
{
    int64_t today = at_ms / DAY_MS; /* a warning is a day early or late in the islands: the block itself is not */
    char    last[STAFF_DAY];
    *ret_said = 0;
    staff_day_text(today + STAFF_SOON_DAYS, last);
    for (int s = OF_PERSON; s < STAFF_SUBJECTS; s++) {
        OWNED(DbQuery) *q = subjects(db, (StaffSubject)s);
        DbStep step;
        db_bind_cstr(q, 1, last);
        while ((step = db_next(q, err)) == DB_ROW)
            if (!warn_subject(db, (StaffSubject)s, db_int(q, 0), today, at_ms, ret_said, err))
                return false;
        if (step == DB_FAILED)
            return false;
    }
    return true;
}

bool staff_warn_daily(Db *db, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM job WHERE kind = ?1"); /* the only one of its kind */
    db_bind_cstr(q, 1, STAFF_JOB_DAILY);
    return db_run(q, err) && job_add(db, STAFF_JOB_DAILY, SLICE("{}"), clock_now_ms(), err);
}

bool staff_warn_run(Db *db, Err *err)
{
    int64_t now_ms = clock_now_ms(), said = 0;
    return staff_warn(db, now_ms, &said, err) && job_add(db, STAFF_JOB_DAILY, SLICE("{}"), now_ms + DAY_MS, err);
}

/* ---- reading them ---- */

bool staff_warnings_json(Db *db, int64_t person_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(
        db, "SELECT staff_warning.id, staff_warning.days, staff_warning.at_ms, staff_item.kind, staff_item.valid_until,"
            "       COALESCE(person.given || ' ' || person.family, staff_room.name, staff_equipment.name), staff_item.person_id"
            "  FROM staff_warning JOIN staff_item ON staff_item.id = staff_warning.item_id AND staff_item.withdrawn_at_ms IS NULL"
            "  LEFT JOIN person ON person.id = staff_item.person_id"
            "  LEFT JOIN staff_room ON staff_room.id = staff_item.staff_room_id"
            "  LEFT JOIN staff_equipment ON staff_equipment.id = staff_item.equipment_id"
            " WHERE staff_warning.person_id = ?1 AND staff_warning.seen_at_ms IS NULL ORDER BY staff_warning.id DESC LIMIT 200");
    db_bind_int(q, 1, person_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:I, s:I, s:I, s:o, s:o, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "days", (json_int_t)db_int(q, 1), "at_ms",
                                  (json_int_t)db_int(q, 2), "kind", json_slice(db_slice(q, 3)), "valid_until", json_slice(db_slice(q, 4)),
                                  "about", json_slice(db_slice(q, 5)), "person_id", db_is_null(q, 6) ? json_null() : json_integer(db_int(q, 6))));
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

bool staff_warning_seen(Db *db, int64_t id, int64_t person_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE staff_warning SET seen_at_ms = COALESCE(seen_at_ms, ?3) WHERE id = ?1 AND person_id = ?2");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, person_id);
    db_bind_int(q, 3, clock_now_ms());
    return db_run(q, err) && (db_changes(q) || err_set(err, ERR_NOT_FOUND, "There is no such warning.", "warning %" PRId64, id));
}
