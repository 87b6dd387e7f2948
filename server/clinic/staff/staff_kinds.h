/*
 * What a file may hold: the kinds of dated items, who records, who verifies and who sees each. S4, S5, O5, L13.
 *
 * Pure: a table, and questions about it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_KINDS_H
#define CLINIC_STAFF_STAFF_KINDS_H

#include "guard/access/who.h"

typedef enum StaffSubject { OF_PERSON, OF_ROOM, OF_EQUIPMENT, STAFF_SUBJECTS } StaffSubject;
const char *staff_subject_name(StaffSubject s); /* "person", "room", "equipment" */

enum {
    STAFF_SELF = 1 << 30, /* beside the roles: the person whose file it is */
    STAFF_PROFESSIONAL = (1 << ROLE_COUNT) - 1 - ROLE_PATIENT,
    STAFF_ANSWERS = ROLE_RESPONSIBLE | ROLE_QUALITY, /* who answer for the people of an organisation */
};

enum {
    ITEM_NEEDS_UNTIL    = 1 << 0, /* has a last day */
    ITEM_NEEDS_RESULT   = 1 << 1, /* a dated assessment that was passed; mere attendance is not enough (O5) */
    ITEM_NEEDS_EVIDENCE = 1 << 2, /* a document, or at least its number */
    ITEM_NEEDS_VERIFIED = 1 << 3, /* counts once somebody else than its owner has verified it */
    ITEM_NEEDS_SIGNED   = 1 << 4, /* only by the person, with a fresh second factor */
    ITEM_NEEDS_PROTOCOL = 1 << 5, /* about one protocol */
    ITEM_IS_MEASURED    = 1 << 6, /* the result follows from measured values: nobody types it */
};

typedef struct StaffKind {
    const char  *code;    /* "insurance": API and database spelling */
    const char  *label;   /* English key of the catalogue */
    StaffSubject subject;
    unsigned     record;  /* roles in an organisation of the subject; STAFF_SELF */
    unsigned     verify;
    unsigned     see;     /* the whole; others who may open the file see only its dates and state */
    unsigned     needs;
    int          years_max; /* longest validity that is taken, from the assessment or first day; 0: no limit */
    const char  *law;
} StaffKind;

extern const StaffKind STAFF_KINDS[];
extern const size_t    STAFF_KIND_COUNT;

const StaffKind *staff_kind(Slice code); /* NULL: there is none */

/* Longest validity for somebody with these roles: the shortest that one of them sets, else years_max of the kind. */
int staff_years_max(const StaffKind *kind, unsigned roles);

#endif
