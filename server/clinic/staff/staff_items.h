/*
 * Items of a file in the database: loaded, added, verified, withdrawn. S5, O5, L13.
 *
 * An item is never changed: what was found wrong is withdrawn with a reason and stays in the list.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_ITEMS_H
#define CLINIC_STAFF_STAFF_ITEMS_H

#include <jansson.h>

#include "clinic/staff/staff_rules.h"
#include "formats/texts/texts.h"

enum { STAFF_ITEMS_MAX = 400 }; /* of one subject, newest first; older ones are history only */

typedef struct StaffItems {
    StaffItem *at;
    size_t     count;
} StaffItems;

void staff_items_free(StaffItems *items); /* what it holds */
#define OWNED_ITEMS __attribute__((cleanup(staff_items_free))) StaffItems

/* Those that hold (not withdrawn) of one person, room or equipment. */
bool staff_items_load(Db *db, StaffSubject subject, int64_t subject_id, StaffItems *ret, Err *err);

/* Who does it: the roles that count for this subject (STAFF_SELF in one's own file). */
typedef struct StaffBy {
    int64_t     person_id;
    unsigned    roles;
    const char *factors; /* of the session, of what is signed */
    bool        proved;  /* a fresh second factor was shown for this */
} StaffBy;

/*
 * Checked and added. 'modality' of the equipment, "" otherwise. A training whose assessment was passed is not verified by
 * the person it is about. ERR_DENIED this role does not record this kind; ERR_INPUT what is missing.
 */
bool staff_item_add(Db *db, StaffItem *item, const char *modality, int64_t today, const StaffBy *by, Err *err);

/* Whose item it is, for deciding who may. ERR_NOT_FOUND also when it was withdrawn. */
bool staff_item_load(Db *db, int64_t id, StaffItem *ret, Err *err);
bool staff_item_verify(Db *db, const StaffItem *item, const StaffBy *by, Err *err);
bool staff_item_withdraw(Db *db, const StaffItem *item, const StaffBy *by, Slice why, Err *err);
bool staff_item_follow_up(Db *db, const StaffItem *item, const StaffBy *by, Slice text, Err *err);

/* Who reads: the roles that count for the subject, and the language of what is said. */
typedef struct StaffReader {
    unsigned roles;
    Lang     lang;
} StaffReader;

/*
 * All of a subject, withdrawn ones too, newest first. Of a person, kinds that the reader's roles do not
 * see are left out; who answers for people sees their dates and state all the same.
 */
bool staff_items_json(Db *db, StaffSubject subject, int64_t subject_id, StaffReader see, const char *modality, int64_t today, json_t **ret,
                      Err *err);

#endif
