/*
 * Access outside care ('bris de glace'): a physician opens a patient nobody has sent to them, for a few hours, with a reason; the patient's
 * site is told and judges it afterwards. X2, L9.
 *
 * What it opens is reading: the grants are the person's own, and a step of an act asks for a part in it besides.
 * docs/decisions/0127-emergency-access.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_EMERGENCY_H
#define CLINIC_WORKFLOW_EMERGENCY_H

#include <jansson.h>

#include "guard/access/who.h"

enum { EMERGENCY_REASON_MIN = 20, EMERGENCY_REASON_MAX = 1000 }; /* bytes */

/* Who is looked for: the number, or all three traits, each whole: a search by parts would show who is a patient here. */
typedef struct EmergencyAsk {
    Slice ipp, birth_name, first_given, birth_date; /* the date as YYYY-MM-DD */
    Slice code, reason;
} EmergencyAsk;

typedef struct EmergencyOpened {
    int64_t id, patient_id, until_ms;
} EmergencyOpened;

/*
 * Opens for a few hours, in the caller's write transaction. Errors: ERR_NOT_FOUND nobody is exactly this; ERR_INPUT reason missing;
 * ERR_CONFLICT all of it is open to them already.
 */
bool emergency_open(Db *db, const Who *who, const EmergencyAsk *ask, EmergencyOpened *ret, Err *err);
/* Ends one's own before its time. ERR_NOT_FOUND not one's own; ERR_CONFLICT over already. */
bool emergency_end(Db *db, const Who *who, int64_t id, int64_t *ret_patient_id, Err *err);
/* The judgement, by a responsible or a quality officer of an organisation that was told, never one's own; 'verdict': "justified", "not-justified". */
bool emergency_review(Db *db, const Who *who, int64_t id, Slice verdict, Slice note, int64_t *ret_patient_id, Err *err);

/* {"mine":[…],"review":[…]}: one's own with what they open; those one may judge, what waits first. docs/api.md. */
bool emergency_json(Db *db, const Who *who, json_t **ret, Err *err);
/* How many wait for this person's judgement, and since when the oldest is overdue (0: none). */
bool emergency_waiting(Db *db, const Who *who, int64_t *ret_count, int64_t *ret_due_ms, Err *err);

#endif
