/*
 * The register of rooms and equipment, per site and per imager. O3, S5, O11, L13.
 *
 * The machine of the worklist (table room) is named by equipment that refers to it; it is not kept twice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_REGISTER_H
#define CLINIC_STAFF_STAFF_REGISTER_H

#include <jansson.h>

#include "clinic/staff/staff_items.h"

typedef struct StaffRoom {
    int64_t id, organisation_id;
    int64_t person_id; /* the imager whose own place it is; 0: of all */
    char    name[96], purpose[16];
    bool    nuclear, active;
} StaffRoom;

typedef struct StaffEquipment {
    int64_t id, organisation_id, room_id;
    int64_t machine_id; /* the room of the worklist; 0: none */
    char    kind[16], name[96], maker[96], serial[64], modality[8];
    bool    active, stopped;
} StaffEquipment;

/* ERR_DENIED: rooms are kept by the biomedical engineer, the responsible and quality; a reading room of their own by an imager. */
bool staff_room_save(Db *db, StaffRoom *room, const StaffBy *by, Err *err);
bool staff_room_load(Db *db, int64_t id, StaffRoom *ret, Err *err);
/* ERR_DENIED: kept by the biomedical engineer; workstations, displays and lines by the PACS administrator too. */
bool equipment_save(Db *db, StaffEquipment *e, const StaffBy *by, Err *err);
bool equipment_load(Db *db, int64_t id, StaffEquipment *ret, Err *err);
/* Out of service with a reason, or ('why' empty) back again. By the biomedical engineer, physicist, PCR, technologist. */
bool equipment_stop(Db *db, const StaffEquipment *e, Slice why, const StaffBy *by, Err *err);

bool equipment_of_machine(Db *db, int64_t machine_id, StaffEquipment *ret, bool *ret_found, Err *err);
bool equipment_in_room(Db *db, int64_t room_id, int64_t *ret, size_t max, size_t *ret_count, Err *err);
/* Places of reading of this imager: their own first, then those the organisation shares. */
bool reading_rooms(Db *db, int64_t organisation_id, int64_t person_id, int64_t *ret, size_t max, size_t *ret_count, Err *err);

/* {"rooms":[{…,blocking,warning,items,"equipment":[{…}]}],"machines":[those of the worklist not in the register]} */
bool register_json(Db *db, int64_t organisation_id, StaffReader see, int64_t today, json_t **ret, Err *err);

/* [{code,text,why,count}] in the language. */
json_t *staff_missing_json(const MissingList *list, Lang lang);

#endif
