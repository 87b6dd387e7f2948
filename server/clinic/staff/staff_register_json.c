/*
 * The register as JSON: each room with its equipment, what is checked, and whether it may be used.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_fit.h"
#include "formats/json/json_util.h"

json_t *staff_missing_json(const MissingList *list, Lang lang)
{
    json_t *all = json_array();
    for (size_t i = 0; i < list->count; i++) {
        const Missing *m = &list->items[i];
        json_push(all, json_pack("{s:s, s:s, s:s, s:I}", "code", m->code, "text", text_in(lang, m->text), "why", m->why, "count", (json_int_t)m->count));
    }
    return all;
}

static bool put_fit(json_t *json, const MissingList *blocking, const MissingList *warning, Lang lang)
{
    return json_put(json, "blocking", staff_missing_json(blocking, lang)) && json_put(json, "warning", staff_missing_json(warning, lang));
}

static bool stopped_json(Db *db, int64_t id, json_t *json, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT stopped_why, stopped_at_ms,"
                                     " (SELECT person.given || ' ' || person.family FROM person WHERE person.id = stopped_by)"
                                     "  FROM staff_equipment WHERE id = ?1 AND stopped_at_ms IS NOT NULL");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        return json_put(json, "stopped", json_pack("{s:o, s:I, s:o}", "why", json_slice(db_slice(q, 0)), "at_ms", (json_int_t)db_int(q, 1), "by",
                                                   json_slice(db_slice(q, 2))));
    return step == DB_END && json_put(json, "stopped", json_null());
}

static bool equipment_json(Db *db, const StaffEquipment *e, bool nuclear, StaffReader see, int64_t today, json_t **ret, Err *err)
{
    MissingList blocking = { 0 }, warning = { 0 };
    json_t     *items    = NULL;
    unsigned    when     = staff_when(slice_of(e->modality)) | (nuclear ? WHEN_IRRADIATING | WHEN_NUCLEAR : 0);
    if (!equipment_item_fit(db, e, when, today, &blocking, &warning, err) ||
        !staff_items_json(db, OF_EQUIPMENT, e->id, see, e->modality, today, &items, err))
        return false;
    OWNED(json_t) *json = json_pack("{s:I, s:s, s:s, s:s, s:s, s:s, s:o, s:b, s:o}", "id", (json_int_t)e->id, "kind", e->kind, "name", e->name,
                                    "maker", e->maker, "serial", e->serial, "modality", e->modality, "machine_id",
                                    e->machine_id ? json_integer(e->machine_id) : json_null(), "active", e->active, "items", items);
    if (!json || !put_fit(json, &blocking, &warning, see.lang))
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "equipment as JSON");
    if (!stopped_json(db, e->id, json, err))
        return false;
    *ret = GIVE(json);
    return true;
}

/* Every equipment of the room; *ret_when is what is done there: it says which rules the room is under. */
static bool equipment_of_room(Db *db, const StaffRoom *room, StaffReader see, int64_t today, json_t *list, unsigned *ret_when, Err *err)
{
    int64_t ids[64];
    size_t  count = 0;
    *ret_when     = room->nuclear ? WHEN_IRRADIATING | WHEN_NUCLEAR : WHEN_ALWAYS;
    if (!equipment_in_room(db, room->id, ids, COUNT(ids), &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        StaffEquipment e;
        json_t        *one = NULL;
        if (!equipment_load(db, ids[i], &e, err) || !equipment_json(db, &e, room->nuclear, see, today, &one, err))
            return false;
        if (strcmp(e.kind, "modality") == 0)
            *ret_when |= staff_when(slice_of(e.modality));
        json_push(list, one);
    }
    return true;
}

static bool room_json(Db *db, const StaffRoom *room, StaffReader see, int64_t today, json_t **ret, Err *err)
{
    MissingList blocking = { 0 }, warning = { 0 };
    unsigned    when     = 0;
    json_t     *items    = NULL;
    OWNED(json_t) *equipment = json_array();
    if (!equipment_of_room(db, room, see, today, equipment, &when, err) || !room_fit(db, room, when, today, &blocking, &warning, err) ||
        !staff_items_json(db, OF_ROOM, room->id, see, "", today, &items, err))
        return false;
    OWNED(json_t) *json = json_pack("{s:I, s:s, s:s, s:b, s:o, s:b, s:o, s:o}", "id", (json_int_t)room->id, "name", room->name, "purpose",
                                    room->purpose, "nuclear", room->nuclear, "person_id",
                                    room->person_id ? json_integer(room->person_id) : json_null(), "active", room->active, "items", items,
                                    "equipment", json_incref(equipment));
    if (!json || !put_fit(json, &blocking, &warning, see.lang))
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "room as JSON");
    *ret = GIVE(json);
    return true;
}

/* Machines of the worklist that nobody entered in the register yet. */
static bool machines_json(Db *db, int64_t organisation_id, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT room.id, room.name, room.modality FROM room"
                                     " WHERE room.site_id = ?1"
                                     "   AND NOT EXISTS (SELECT 1 FROM staff_equipment WHERE staff_equipment.machine_id = room.id)"
                                     " ORDER BY room.name");
    db_bind_int(q, 1, organisation_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:I, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "name", json_slice(db_slice(q, 1)), "modality",
                                  json_slice(db_slice(q, 2))));
    return step == DB_END;
}

bool register_json(Db *db, int64_t organisation_id, StaffReader see, int64_t today, json_t **ret, Err *err)
{
    OWNED(json_t) *rooms = json_array();
    OWNED(json_t) *machines = json_array();
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM staff_room WHERE organisation_id = ?1 ORDER BY active DESC, purpose, name LIMIT 500");
    db_bind_int(q, 1, organisation_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        StaffRoom room;
        json_t   *one = NULL;
        if (!staff_room_load(db, db_int(q, 0), &room, err) || !room_json(db, &room, see, today, &one, err))
            return false;
        json_push(rooms, one);
    }
    if (step == DB_FAILED || !machines_json(db, organisation_id, machines, err))
        return false;
    *ret = json_pack("{s:O, s:O}", "rooms", rooms, "machines", machines);
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "register as JSON");
}
