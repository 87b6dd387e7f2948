/*
 * The rooms of a site: which machine, under which AE title.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/workflow/act.h"

bool room_create(Db *db, const Room *room, int64_t *ret_id, Err *err)
{
    if (!room->name[0] || !room->modality[0] || !room->ae_title[0])
        return err_set(err, ERR_INPUT, "A room needs a name, a modality and an AE title.", "site %" PRId64,
                       room->site_id);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO room (site_id, name, modality, ae_title, station_name)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5)");
    db_bind_int(q, 1, room->site_id);
    db_bind_cstr(q, 2, room->name);
    db_bind_cstr(q, 3, room->modality);
    db_bind_cstr(q, 4, room->ae_title);
    db_bind_cstr(q, 5, room->station_name[0] ? room->station_name : room->ae_title);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

static void room_from_row(const DbQuery *row, Room *ret)
{
    *ret = (Room) { .id = db_int(row, 0), .site_id = db_int(row, 1) };
    db_text(row, 2, ret->name, sizeof ret->name);
    db_text(row, 3, ret->modality, sizeof ret->modality);
    db_text(row, 4, ret->ae_title, sizeof ret->ae_title);
    db_text(row, 5, ret->station_name, sizeof ret->station_name);
}

bool room_load(Db *db, int64_t id, Room *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT room.id, room.site_id, room.name, room.modality, room.ae_title, "
                                     "room.station_name"
                                     "  FROM room WHERE room.id = ?1");
    db_bind_int(q, 1, id);
    switch (db_next(q, err)) {
    case DB_ROW:
        room_from_row(q, ret);
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such room.", "room %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

bool rooms_json(Db *db, int64_t site_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q = db_query(db, "SELECT room.id, room.site_id, room.name, room.modality, room.ae_title, "
                                     "room.station_name"
                                     "  FROM room WHERE room.site_id = ?1 ORDER BY room.name");
    db_bind_int(q, 1, site_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        Room room;
        room_from_row(q, &room);
        json_push(list, json_pack("{s:I, s:s, s:s, s:s, s:s}", "id", (json_int_t)room.id, "name", room.name,
                                  "modality", room.modality, "ae_title", room.ae_title, "station_name",
                                  room.station_name));
    }
    *ret = GIVE(list);
    return true;
}
