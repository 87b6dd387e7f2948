/*
 * What the files and the register ask of one person: for their home page. S4, S5, O3, O5, O6, O11.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_TODO_H
#define CLINIC_STAFF_STAFF_TODO_H

#include "clinic/staff/staff_file.h"

/*
 * [{"kind","id","count","about","text","until"}] of this person in each role, the caller's. 'kind' is one of:
 *   "file-blocked"      their own file keeps them from taking a part; 'about' the role's word, 'text' the first reason
 *   "procedures-sign"   procedures in force that they have not signed
 *   "file-ends"         a warning not put aside: 'about' whom or what, 'text' the kind, 'until' its last day; 'id' the person, 0
 *   "verify"            papers of the organisation's people that wait for this person's verification
 *   "meeting-sign"      minutes they chaired and have not signed
 *   "register-unfit"    a room or equipment that may not be used until somebody with this role records what is missing
 *   "equipment-stopped" out of service, for who keeps it
 */
bool staff_todos_json(Db *db, const Who *who, Lang lang, int64_t at_ms, json_t **ret, Err *err);

#endif
