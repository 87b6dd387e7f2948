/*
 * People, organisations, sites and who belongs where with which roles. S2, S4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_PEOPLE_H
#define GUARD_ACCESS_PEOPLE_H

#include "guard/access/who.h"

typedef struct Organisation {
    int64_t id;
    char    name[128];
    char    kind[16];   /* "site" (patients are scanned there), "imaging" (group of imagers), "requester" */
    char    finess[16]; /* 9 digits or "" */
    char    city[64];
    char    time_zone[40]; /* "Europe/Paris" */
    char    street[128], postcode[12], phone[24]; /* "" when not said */
} Organisation;
#define ORGANISATION_COLUMNS "organisation.id, organisation.name, organisation.kind, organisation.finess, organisation.city, organisation.time_zone, " \
    "organisation.street, organisation.postcode, organisation.phone"
void organisation_from_row(const DbQuery *row, int first_column, Organisation *ret);

bool organisation_create(Db *db, const Organisation *o, int64_t *ret_id, Err *err);
/* Its name, place and telephone; the kind stays. ERR_NOT_FOUND, ERR_INPUT. */
bool organisation_change(Db *db, const Organisation *o, Err *err);
/* "3 rue de la Gare, 43000 Rochevive": what is known of it, on one line. */
void organisation_address(const Organisation *o, char *ret, size_t size);
bool organisation_load(Db *db, int64_t id, Organisation *ret, Err *err);

/* "Dr Jeanne MARTIN", of a row of person under this alias: a piece of SQL for who joins the table. */
#define PERSON_NAME_SQL(of) "trim(" of ".title || ' ' || " of ".given || ' ' || " of ".family)"

typedef struct Person {
    int64_t id;
    char    login[64];
    char    title[16];    /* "Dr", "Pr", "" */
    char    family[64], given[64];
    char    rpps[16];     /* 11 digits, Luhn checked, or "" */
    char    profession[40]; /* "physician", "technologist", "secretary"... */
    char    speciality[64];
    char    phone[32], email[96];
    bool    active;
    bool    enrolled;     /* a second factor is in place */
} Person;
#define PERSON_COLUMNS                                                                                            \
    "person.id, person.login, person.title, person.family, person.given, person.rpps, person.profession,"         \
    " person.speciality, person.phone, person.email, person.active, person.enrolled"
void person_from_row(const DbQuery *row, int first_column, Person *ret);

/* Errors: ERR_INPUT a field is wrong (RPPS key, login form); ERR_CONFLICT login or RPPS taken. */
bool person_create(Db *db, const Person *p, int64_t *ret_id, Err *err);
bool person_update(Db *db, const Person *p, Err *err);
bool person_set_lang(Db *db, int64_t id, Slice lang, Err *err); /* "fr" or "en" */
bool person_load(Db *db, int64_t id, Person *ret, Err *err);
/* "Dr Jeanne MARTIN" */
void person_shown_name(const Person *p, char *ret, size_t size);
/* That of the person with this id. ERR_NOT_FOUND nobody has it. */
bool person_name_load(Db *db, int64_t id, char *ret, size_t size, Err *err);

/* Roles 0 removes the membership. */
bool membership_set(Db *db, int64_t person_id, int64_t organisation_id, unsigned roles, Err *err);
bool memberships_load(Db *db, int64_t person_id, Membership ret[WHO_MEMBERSHIPS_MAX], size_t *ret_count, Err *err);

bool rpps_valid(Slice rpps);   /* 11 digits with Luhn key; reference/identity-fr.md §3 */

#endif
