/*
 * May this person take part, may this equipment be used? What the workflow asks before a step. S5, O3, O5, O6, L1, L11, L13.
 *
 *     MissingList missing = { 0 };
 *     StaffPart   part    = { .person_id = p, .organisation_id = o, .role = ROLE_TECHNOLOGIST, .modality = SLICE("CT"), .at_ms = now };
 *     if (!staff_fit(db, &part, &missing, NULL, err)) return false;   -- could not be read
 *     if (missing.count) -- refused: the list says what, why and what to do
 *
 * Who is asked at which step (the caller wires it): send, the requester; accept and sign, the imager, and at sign the place
 * they read in (workplace_fit); start, the technologist and the machine of the slot (equipment_fit); confirm presence, the
 * local or nuclear physician. 'warning' never stops a step: it may be shown beside it.
 *
 * Codes begin with "staff-", "room-", "equipment-" or "workplace-"; texts are keys of the catalogue. The rules are the
 * table in staff_table.c; docs/decisions/0070-staff-files.md. Nothing here knows an act: the caller says role and modality.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_H
#define CLINIC_STAFF_STAFF_H

#include "clinic/reports/missing.h"
#include "guard/access/who.h"

typedef struct StaffPart {
    int64_t  person_id;
    int64_t  organisation_id; /* whose procedures hold: the one in which the person takes this part */
    unsigned role;            /* one Role */
    Slice    modality;        /* "CT"; decides whether the act irradiates */
    int64_t  at_ms;           /* UTC; the day is that of the organisation */
} StaffPart;

/*
 * True when it could be read: then the part may be taken if blocking->count is 0. Either list may be NULL.
 * ERR_NOT_FOUND no such organisation.
 */
bool staff_fit(Db *db, const StaffPart *part, MissingList *blocking, MissingList *warning, Err *err);

typedef struct EquipmentPart {
    int64_t machine_id; /* the room of the worklist (table room of 0007): where the slot of the act is */
    Slice   modality;
    int64_t at_ms;
} EquipmentPart;

/* The machine, the room it stands in. Not in the register at all is blocking ("equipment-unknown"). */
bool equipment_fit(Db *db, const EquipmentPart *part, MissingList *blocking, MissingList *warning, Err *err);

typedef struct WorkplacePart {
    int64_t person_id;       /* the imager */
    int64_t organisation_id; /* of imaging */
    Slice   modality;
    int64_t at_ms;
} WorkplacePart;

/*
 * Has the imager a fit place to read: a room of their own or one that the organisation shares, with a fit display? When
 * several are there, one fit place is enough; otherwise the faults of the first are told.
 */
bool workplace_fit(Db *db, const WorkplacePart *part, MissingList *blocking, MissingList *warning, Err *err);

/* The day at an organisation, in days since 1970-01-01. */
bool staff_today(Db *db, int64_t organisation_id, int64_t at_ms, int64_t *ret, Err *err);

#endif
