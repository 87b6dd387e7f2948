/*
 * Rooms and equipment in the database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_register.h"

#include <inttypes.h>

#include "platform/clock.h"

static void bind_id(DbQuery *q, int n, int64_t id)
{
    if (id)
        db_bind_int(q, n, id);
    else
        db_bind_null(q, n);
}

/* ---- rooms ---- */

bool staff_room_save(Db *db, StaffRoom *room, const StaffBy *by, Err *err)
{
    bool own = room->person_id && room->person_id == by->person_id && strcmp(room->purpose, "reading") == 0 && by->roles & ROLE_IMAGER;
    if (!own && !(by->roles & (ROLE_BIOMEDICAL | STAFF_ANSWERS)))
        return err_set(err, ERR_DENIED, "Your role does not keep the register of rooms.", "roles %#x", by->roles);
    if (!room->name[0] || !room_purpose(slice_of(room->purpose)))
        return err_set(err, ERR_INPUT, "A room needs a name and what it is for: exam or reading.", "%s", room->purpose);
    OWNED(DbQuery) *q = room->id ? db_query(db, "UPDATE OR IGNORE staff_room SET name = ?2, purpose = ?3, nuclear = ?4, person_id = ?5, active = ?6"
                                                " WHERE id = ?7 AND organisation_id = ?1")
                                 : db_query(db, "INSERT INTO staff_room (organisation_id, name, purpose, nuclear, person_id, active)"
                                                " VALUES (?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING");
    db_bind_int(q, 1, room->organisation_id);
    db_bind_cstr(q, 2, room->name);
    db_bind_cstr(q, 3, room->purpose);
    db_bind_int(q, 4, room->nuclear);
    bind_id(q, 5, room->person_id);
    db_bind_int(q, 6, room->active);
    if (room->id)
        db_bind_int(q, 7, room->id);
    if (!db_run(q, err))
        return false;
    if (!db_changes(q))
        return err_set(err, ERR_CONFLICT, "A room of this organisation has that name already.", "organisation %" PRId64, room->organisation_id);
    room->id = room->id ? room->id : db_last_id(db);
    return true;
}

bool staff_room_load(Db *db, int64_t id, StaffRoom *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, organisation_id, name, purpose, nuclear, person_id, active FROM staff_room WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "There is no such room in the register.", "room %" PRId64, id);
    *ret = (StaffRoom) { .id = db_int(q, 0), .organisation_id = db_int(q, 1), .nuclear = db_int(q, 4), .person_id = db_int(q, 5), .active = db_int(q, 6) };
    db_text(q, 2, ret->name, sizeof ret->name);
    db_text(q, 3, ret->purpose, sizeof ret->purpose);
    return true;
}

/* ---- equipment ---- */

static bool equipment_check(Db *db, const StaffEquipment *e, const StaffBy *by, Err *err)
{
    unsigned  kind = equipment_kind(slice_of(e->kind));
    unsigned  keepers = ROLE_BIOMEDICAL | (kind == EQUIPMENT_MODALITY ? 0 : ROLE_PACS_ADMIN);
    StaffRoom room;
    if (!(by->roles & keepers))
        return err_set(err, ERR_DENIED, "Your role does not keep the register of this equipment.", "%s, roles %#x", e->kind, by->roles);
    if (!kind || !e->name[0] || (kind == EQUIPMENT_MODALITY && !e->modality[0]))
        return err_set(err, ERR_INPUT, "Equipment needs a kind and a name; a modality also which one (CT, MR…).", "%s", e->kind);
    if (!staff_room_load(db, e->room_id, &room, err))
        return false;
    if (room.organisation_id != e->organisation_id)
        return err_set(err, ERR_INPUT, "The room is of another organisation.", "room %" PRId64, e->room_id);
    if (!e->machine_id)
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM room WHERE id = ?1 AND site_id = ?2");
    db_bind_int(q, 1, e->machine_id);
    db_bind_int(q, 2, e->organisation_id);
    DbStep step = db_next(q, err);
    return step == DB_ROW || (step == DB_END && err_set(err, ERR_INPUT, "This machine is not one of the site.", "machine %" PRId64, e->machine_id));
}

bool equipment_save(Db *db, StaffEquipment *e, const StaffBy *by, Err *err)
{
    if (!equipment_check(db, e, by, err))
        return false;
    OWNED(DbQuery) *q = e->id ? db_query(db, "UPDATE OR IGNORE staff_equipment SET staff_room_id = ?2, kind = ?3, name = ?4, maker = ?5, serial = ?6,"
                                             " modality = ?7, machine_id = ?8, active = ?9 WHERE id = ?10 AND organisation_id = ?1")
                              : db_query(db, "INSERT INTO staff_equipment (organisation_id, staff_room_id, kind, name, maker, serial, modality, machine_id,"
                                             " active) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING");
    db_bind_int(q, 1, e->organisation_id);
    db_bind_int(q, 2, e->room_id);
    db_bind_cstr(q, 3, e->kind);
    db_bind_cstr(q, 4, e->name);
    db_bind_cstr(q, 5, e->maker);
    db_bind_cstr(q, 6, e->serial);
    db_bind_cstr(q, 7, e->modality);
    bind_id(q, 8, e->machine_id);
    db_bind_int(q, 9, e->active);
    if (e->id)
        db_bind_int(q, 10, e->id);
    if (!db_run(q, err))
        return false;
    if (!db_changes(q))
        return err_set(err, ERR_CONFLICT, "This machine is in the register already.", "machine %" PRId64, e->machine_id);
    e->id = e->id ? e->id : db_last_id(db);
    return true;
}

#define EQUIPMENT_COLUMNS                                                                                          \
    "staff_equipment.id, staff_equipment.organisation_id, staff_equipment.staff_room_id, staff_equipment.machine_id," \
    " staff_equipment.kind, staff_equipment.name, staff_equipment.maker, staff_equipment.serial,"                 \
    " staff_equipment.modality, staff_equipment.active, staff_equipment.stopped_at_ms IS NOT NULL"

static void equipment_from_row(const DbQuery *q, StaffEquipment *ret)
{
    *ret = (StaffEquipment) { .id = db_int(q, 0), .organisation_id = db_int(q, 1), .room_id = db_int(q, 2), .machine_id = db_int(q, 3),
                              .active = db_int(q, 9), .stopped = db_int(q, 10) };
    db_text(q, 4, ret->kind, sizeof ret->kind);
    db_text(q, 5, ret->name, sizeof ret->name);
    db_text(q, 6, ret->maker, sizeof ret->maker);
    db_text(q, 7, ret->serial, sizeof ret->serial);
    db_text(q, 8, ret->modality, sizeof ret->modality);
}

bool equipment_load(Db *db, int64_t id, StaffEquipment *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " EQUIPMENT_COLUMNS " FROM staff_equipment WHERE staff_equipment.id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        equipment_from_row(q, ret);
    return step == DB_ROW || (step == DB_END && err_set(err, ERR_NOT_FOUND, "There is no such equipment in the register.", "equipment %" PRId64, id));
}

bool equipment_of_machine(Db *db, int64_t machine_id, StaffEquipment *ret, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " EQUIPMENT_COLUMNS " FROM staff_equipment WHERE staff_equipment.machine_id = ?1");
    db_bind_int(q, 1, machine_id);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step == DB_ROW)
        equipment_from_row(q, ret);
    return step != DB_FAILED;
}

bool equipment_stop(Db *db, const StaffEquipment *e, Slice why, const StaffBy *by, Err *err)
{
    bool back = !slice_trim(why).len;
    if (!(by->roles & (ROLE_BIOMEDICAL | ROLE_PHYSICIST | ROLE_PCR | (back ? 0 : ROLE_TECHNOLOGIST | ROLE_PACS_ADMIN | ROLE_IMAGER))))
        return err_set(err, ERR_DENIED, "Your role does not put equipment out of service or back.", "roles %#x", by->roles);
    if (why.len > 500)
        return err_set(err, ERR_INPUT, "The reason is too long.", "%zu bytes", why.len);
    if (back != e->stopped)
        return err_set(err, ERR_CONFLICT, e->stopped ? "The equipment is out of service already." : "The equipment is in service.",
                       "equipment %" PRId64, e->id);
    OWNED(DbQuery) *q = db_query(db, "UPDATE staff_equipment SET stopped_why = ?2, stopped_at_ms = ?3, stopped_by = ?4 WHERE id = ?1");
    db_bind_int(q, 1, e->id);
    db_bind_text(q, 2, back ? SLICE_NONE : why);
    bind_id(q, 3, back ? 0 : clock_now_ms());
    bind_id(q, 4, back ? 0 : by->person_id);
    return db_run(q, err);
}

/* ---- lists of ids ---- */

static bool ids_of(DbQuery *q, int64_t *ret, size_t max, size_t *ret_count, Err *err)
{
    DbStep step = DB_END;
    *ret_count  = 0;
    while (*ret_count < max && (step = db_next(q, err)) == DB_ROW)
        ret[(*ret_count)++] = db_int(q, 0);
    return step != DB_FAILED;
}

bool equipment_in_room(Db *db, int64_t room_id, int64_t *ret, size_t max, size_t *ret_count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM staff_equipment WHERE staff_room_id = ?1 AND active = 1 ORDER BY kind, name, id");
    db_bind_int(q, 1, room_id);
    return ids_of(q, ret, max, ret_count, err);
}

bool reading_rooms(Db *db, int64_t organisation_id, int64_t person_id, int64_t *ret, size_t max, size_t *ret_count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM staff_room WHERE organisation_id = ?1 AND purpose = 'reading' AND active = 1"
                                     "   AND (person_id IS NULL OR person_id = ?2) ORDER BY person_id IS NULL, id");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, person_id);
    return ids_of(q, ret, max, ret_count, err);
}
