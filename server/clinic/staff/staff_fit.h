/*
 * The loaders' halves of staff.h, for the lists of this room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_FIT_H
#define CLINIC_STAFF_STAFF_FIT_H

#include "clinic/staff/staff.h"
#include "clinic/staff/staff_items.h"
#include "clinic/staff/staff_register.h"

/* As staff_fit, with the file loaded already and the kind of act said; modality "*": every protocol counts. */
bool staff_fit_items(Db *db, const StaffPart *part, unsigned when, const StaffItems *items, int64_t today, MissingList *blocking,
                     MissingList *warning, Err *err);
bool room_fit(Db *db, const StaffRoom *room, unsigned when, int64_t today, MissingList *blocking, MissingList *warning, Err *err);
bool equipment_item_fit(Db *db, const StaffEquipment *e, unsigned when, int64_t today, MissingList *blocking, MissingList *warning, Err *err);

#endif
