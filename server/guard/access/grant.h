/*
 * Access grants: who may see which patient, because of which act, until when. X2, L9, S2.
 *
 * The clinic opens and closes grants in the transaction of the fact that does (request sent, act closed).
 * Guard reads no clinical table. Queries over clinical tables add GRANT_SQL to their WHERE.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef GUARD_ACCESS_GRANT_H
#define GUARD_ACCESS_GRANT_H

#include "guard/access/who.h"

/*
 * SQL condition: person ?W has an open grant on the patient at time ?N (UTC seconds), in person or through an
 * organisation where they hold a clinical role. 'patient' is a column, W and N parameter texts: GRANT_SQL("study.patient_id", "?1", "?2").
 * Table: access_grant(id, organisation_id NULL, person_id NULL, patient_id, act_id NULL, opened_at_s, until_s NULL, why).
 */
#define GRANT_SQL(patient, W, N)                                                                              \
    " EXISTS (SELECT 1 FROM access_grant"                                                                     \
    "          WHERE access_grant.patient_id = " patient                                                      \
    "            AND (access_grant.until_s IS NULL OR access_grant.until_s > " N ")"                          \
    "            AND (access_grant.person_id = " W                                                            \
    "                 OR access_grant.organisation_id IN (SELECT membership.organisation_id FROM membership"  \
    "                                                      WHERE membership.person_id = " W                   \
    "                                                        AND membership.clinical = 1))) "

typedef struct Grant {
    int64_t     organisation_id; /* one of these two; the other 0 */
    int64_t     person_id;
    int64_t     patient_id;
    int64_t     act_id;  /* 0: none */
    int64_t     until_s; /* 0: open until closed */
    const char *why;     /* "request", "imaging group", "demonstration"... */
} Grant;

/* Same organisation or person, patient and act again: nothing new, until_s is moved. */
bool grant_open(Db *db, const Grant *grant, Err *err);
/* Closes at 'at_s' all grants of an act. */
bool grant_close_act(Db *db, int64_t act_id, int64_t at_s, Err *err);
/* May this person see this patient now? *ret false: no (no error). */
bool grant_check(Db *db, int64_t person_id, int64_t patient_id, bool *ret, Err *err);

#endif
