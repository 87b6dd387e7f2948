/*
 * The register of rooms and equipment. O3, S5, O11, L13.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "doors/web/handlers_staff.h"
#include "platform/clock.h"

bool staff_register(Request *q, HttpResponse *a, Err *err)
{
    int64_t  organisation_id = 0, today = 0;
    unsigned roles           = 0;
    json_t  *json            = NULL;
    OWNED(Db) *db            = db_read(q->house->db, err);
    return db && staff_organisation(q, &organisation_id, err) && staff_roles_in(q, organisation_id, &roles, err) &&
           staff_today(db, organisation_id, clock_now_ms(), &today, err) &&
           register_json(db, organisation_id, (StaffReader) { roles, q->lang }, today, &json, err) &&
           json_put(json, "organisation_id", json_integer(organisation_id)) && answer_json(a, json, err);
}

typedef struct RegisterWork {
    const json_t  *body;
    int64_t        id;
    StaffRoom      room;
    StaffEquipment equipment;
    StaffItem      item;
    Slice          text;
} RegisterWork;

/* ---- rooms ---- */

static bool room_run(Db *db, Request *q, void *with, Err *err)
{
    RegisterWork *w     = with;
    StaffRoom    *r     = &w->room;
    unsigned      roles = 0;
    char          factors[64];
    *r = (StaffRoom) { .active = true };
    if (w->id ? !staff_room_load(db, w->id, r, err) : !json_need_int(w->body, "organisation_id", 1, INT64_MAX, &r->organisation_id, err))
        return false;
    if (!json_may_copy(w->body, "name", r->name, sizeof r->name, err) || !json_may_copy(w->body, "purpose", r->purpose, sizeof r->purpose, err) ||
        !json_may_bool(w->body, "nuclear", &r->nuclear, err) || !json_may_bool(w->body, "active", &r->active, err) ||
        !json_may_int(w->body, "person_id", 0, INT64_MAX, &r->person_id, err) || !staff_roles_in(q, r->organisation_id, &roles, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    if (!staff_room_save(db, r, &by, err))
        return false;
    staff_traced(q, "room", r->id, r->purpose);
    return true;
}

static bool save(Request *q, HttpResponse *a, bool known, StaffRun *run, const char *what, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    RegisterWork w      = { .body = body };
    if (!body || (known && !param_id(q, 0, &w.id, err)))
        return false;
    staff_traced(q, what, w.id, "");
    return staff_write(q, run, &w, err) &&
           answer_json(a, json_pack("{s:I}", "id", (json_int_t)(w.room.id ? w.room.id : w.equipment.id)), err);
}

bool staff_room_new(Request *q, HttpResponse *a, Err *err)
{
    return save(q, a, false, room_run, "room", err);
}

bool staff_room_change(Request *q, HttpResponse *a, Err *err)
{
    return save(q, a, true, room_run, "room", err);
}

/* ---- equipment ---- */

static bool equipment_run(Db *db, Request *q, void *with, Err *err)
{
    RegisterWork   *w     = with;
    StaffEquipment *e     = &w->equipment;
    StaffRoom       room  = { 0 };
    unsigned        roles = 0;
    char            factors[64];
    *e = (StaffEquipment) { .active = true };
    if (w->id && !equipment_load(db, w->id, e, err))
        return false;
    if (!json_may_int(w->body, "room_id", 1, INT64_MAX, &e->room_id, err) || !json_may_copy(w->body, "kind", e->kind, sizeof e->kind, err) ||
        !json_may_copy(w->body, "name", e->name, sizeof e->name, err) || !json_may_copy(w->body, "maker", e->maker, sizeof e->maker, err) ||
        !json_may_copy(w->body, "serial", e->serial, sizeof e->serial, err) ||
        !json_may_copy(w->body, "modality", e->modality, sizeof e->modality, err) ||
        !json_may_int(w->body, "machine_id", 0, INT64_MAX, &e->machine_id, err) || !json_may_bool(w->body, "active", &e->active, err) ||
        !staff_room_load(db, e->room_id, &room, err))
        return false;
    e->organisation_id = w->id ? e->organisation_id : room.organisation_id;
    if (!staff_roles_in(q, e->organisation_id, &roles, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    if (!equipment_save(db, e, &by, err))
        return false;
    staff_traced(q, "equipment", e->id, e->kind);
    return true;
}

bool staff_equipment_new(Request *q, HttpResponse *a, Err *err)
{
    return save(q, a, false, equipment_run, "equipment", err);
}

bool staff_equipment_change(Request *q, HttpResponse *a, Err *err)
{
    return save(q, a, true, equipment_run, "equipment", err);
}

static bool service_run(Db *db, Request *q, void *with, Err *err)
{
    RegisterWork *w     = with;
    unsigned      roles = 0;
    char          factors[64];
    if (!equipment_load(db, w->id, &w->equipment, err) || !staff_roles_in(q, w->equipment.organisation_id, &roles, err))
        return false;
    StaffBy by = staff_by(q, roles, factors);
    return equipment_stop(db, &w->equipment, w->text, &by, err);
}

/* {"reason"}: out of service; without one: back in service. */
bool staff_equipment_service(Request *q, HttpResponse *a, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    RegisterWork w      = { .body = body };
    if (!body || !param_id(q, 0, &w.id, err) || !json_may_text(body, "reason", &w.text, err))
        return false;
    staff_traced(q, "equipment", w.id, w.text.len ? "out of service" : "in service");
    return staff_write(q, service_run, &w, err) && answer_json(a, json_pack("{s:I}", "id", (json_int_t)w.id), err);
}

/* ---- checks and papers ---- */

static bool add_item(Db *db, Request *q, RegisterWork *w, int64_t organisation_id, bool own, const char *modality, Err *err)
{
    unsigned roles = 0;
    int64_t  today = 0;
    char     factors[64];
    if (!staff_roles_in(q, organisation_id, &roles, err) || !staff_today(db, organisation_id, clock_now_ms(), &today, err))
        return false;
    StaffBy by = staff_by(q, roles | (own ? (unsigned)STAFF_SELF : 0), factors);
    return staff_item_add(db, &w->item, modality, today, &by, err);
}

static bool room_item_run(Db *db, Request *q, void *with, Err *err)
{
    RegisterWork *w = with;
    if (!staff_room_load(db, w->id, &w->room, err) || !staff_item_read(db, q, w->body, OF_ROOM, &w->item, err))
        return false;
    w->item.subject_id = w->id;
    staff_traced(q, "room", w->id, w->item.kind->code);
    return add_item(db, q, w, w->room.organisation_id, w->room.person_id == q->who.person_id, "", err);
}

static bool equipment_item_run(Db *db, Request *q, void *with, Err *err)
{
    RegisterWork *w = with;
    if (!equipment_load(db, w->id, &w->equipment, err) || !staff_item_read(db, q, w->body, OF_EQUIPMENT, &w->item, err))
        return false;
    w->item.subject_id = w->id;
    staff_traced(q, "equipment", w->id, w->item.kind->code);
    return add_item(db, q, w, w->equipment.organisation_id, false, w->equipment.modality, err);
}

static bool item_new(Request *q, HttpResponse *a, StaffRun *run, const char *what, Err *err)
{
    OWNED(json_t) *body = body_json(q, err);
    RegisterWork w      = { .body = body };
    if (!body || !param_id(q, 0, &w.id, err))
        return false;
    staff_traced(q, what, w.id, "");
    return staff_write(q, run, &w, err) &&
           answer_json(a, json_pack("{s:I, s:s}", "id", (json_int_t)w.item.id, "result", w.item.result), err);
}

bool staff_room_item(Request *q, HttpResponse *a, Err *err)
{
    return item_new(q, a, room_item_run, "room", err);
}

bool staff_equipment_item(Request *q, HttpResponse *a, Err *err)
{
    return item_new(q, a, equipment_item_run, "equipment", err);
}
