/*
 * Who and what is in the demonstration region: tables only. Fictitious throughout.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_REGION_TABLES_H
#define DEMO_REGION_TABLES_H

#include "guard/access/who.h"

enum { AT_VAL, AT_ROCHE, AT_PINS, AT_GROUP, AT_TILLEULS, REGION_ORGANISATIONS };

#define REGION_TIME_ZONE "Europe/Paris" /* of all its sites */

typedef struct RegionOrganisation {
    const char *name, *kind, *finess, *city, *street, *postcode, *phone;
} RegionOrganisation;
extern const RegionOrganisation REGION_ORGANISATION[REGION_ORGANISATIONS];

typedef struct RegionRoom {
    int         at;
    const char *name, *modality, *ae_title, *station;
} RegionRoom;
extern const RegionRoom REGION_ROOM[];
extern const size_t     REGION_ROOM_COUNT;

typedef struct RegionPerson {
    const char *login, *title, *given, *family, *profession, *speciality, *phone;
    const char *rpps10; /* first ten digits; the key is computed. NULL: none */
    int         at;
    unsigned    roles;
    int         also_at; /* a second organisation, -1 none */
    unsigned    also_roles;
} RegionPerson;
extern const RegionPerson REGION_PERSON[];
extern const size_t       REGION_PERSON_COUNT;

typedef struct RegionPatient {
    int         at;
    const char *birth_name, *first_given, *given_names, *used_name, *birth_date, *sex, *place_code, *place_name;
    const char *nir13;    /* the key is computed */
    const char *document; /* "" : identity only provisional */
    const char *phone;
} RegionPatient;
extern const RegionPatient REGION_PATIENT[];
extern const size_t        REGION_PATIENT_COUNT;

typedef struct RegionPeer {
    const char *ae_title, *description;
    int         at;
    unsigned    may;
} RegionPeer;
extern const RegionPeer REGION_PEER[];
extern const size_t     REGION_PEER_COUNT;

typedef struct RegionClause {
    const char *priority;
    int         verdict_min, exam_min, report_min, acknowledge_min;
    int         assign_min, information_min, planning_min, presence_min, urgent_min, delivery_min, patient_min, record_min;
} RegionClause;
extern const RegionClause REGION_CLAUSE[];
extern const size_t       REGION_CLAUSE_COUNT;

/* Each week again: 'hours' from 'from_hour' (on the clock of Paris) every day, or whole weeks when 'hours' is 24. */
typedef struct RegionDuty {
    const char *login, *role;
    int         at, from_hour, hours;
} RegionDuty;
extern const RegionDuty REGION_DUTY[];
extern const size_t     REGION_DUTY_COUNT;
/* Someone of the imaging group, as in a session: who writes, who approves. */
bool region_imager(Db *db, const char *login, Who *ret, Err *err);
/* Into the library of the imaging group, written by one imager and approved by another. */
bool region_protocols_add(Db *db, int64_t imaging_id, Err *err);
bool region_preparations_add(Db *db, int64_t imaging_id, Err *err);
/* Calendars of the rooms that are there. */
bool region_calendars_add(Db *db, Err *err);

#endif
