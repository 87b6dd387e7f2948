/*
 * The roster: who is on duty at a site or in an imaging group, with the telephone of the duty. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_ROSTER_H
#define CLINIC_WORKFLOW_ROSTER_H

#include "clinic/workflow/roster_rules.h"
#include "formats/json/json_util.h"
#include "guard/access/who.h"

/* [{shift_id, person_id, name, phone, role, from_ms, to_ms}] at that moment: swaps and absences counted. 'role' NULL: all. */
bool roster_on_duty(Db *db, int64_t organisation_id, const char *role, int64_t at_ms, json_t **ret, Err *err);

/*
 * GET /api/roster: {"organisation_id","zone","may_edit","duties":[…],"absences":[…],"swaps":[…],"now":[…],"skills":[…]} of
 * what touches [from_ms, to_ms), at most 62 days. ERR_DENIED: no member there.
 */
bool roster_json(Db *db, const Who *who, int64_t organisation_id, int64_t from_ms, int64_t to_ms, json_t **ret, Err *err);

/* Responsible, secretary and administrator of the organisation keep its roster. All: ERR_DENIED, ERR_INPUT, ERR_NOT_FOUND. */
bool roster_may_edit(const Who *who, int64_t organisation_id);
bool roster_shift_add(Db *db, const Who *who, const RosterShift *shift, int64_t *ret_id, Err *err);
bool roster_shift_end(Db *db, const Who *who, int64_t id, Err *err);
/* Taken off by mistake: as it was, with its swaps. Nothing to do where it is on the roster. */
bool roster_shift_back(Db *db, const Who *who, int64_t id, Err *err);
typedef struct RosterAbsence {
    int64_t organisation_id, person_id, from_ms, to_ms;
    Slice   reason;
} RosterAbsence;
/* A person may say their own. */
bool roster_absence_add(Db *db, const Who *who, const RosterAbsence *absence, int64_t *ret_id, Err *err);
/* Asked by who holds the shift (or keeps the roster), of somebody with the same role there; 'from_ms' names the occurrence. */
bool roster_swap_ask(Db *db, const Who *who, int64_t shift_id, int64_t from_ms, int64_t person_id, int64_t *ret_id, Err *err);
/* Answered by the person asked, once. */
bool roster_swap_answer(Db *db, const Who *who, int64_t id, bool yes, Err *err);
/* {"skills":[{"modality","region"}]}: replaces those of a person of an organisation whose roster one keeps. */
bool roster_skills_set(Db *db, const Who *who, int64_t organisation_id, int64_t person_id, const json_t *skills, Err *err);

/* 100, 70 or 30: AssignmentScore.competence. */
bool roster_competence(Db *db, int64_t person_id, const char *modality, const char *region, int *ret, Err *err);

/* ---- for the files of this subject ---- */
bool roster_zone(Db *db, int64_t organisation_id, char ret[40], Err *err);
/* False from 'each' is an error. */
typedef bool RosterEach(Db *db, const RosterShift *s, void *arg, Err *err);
/* Those that may be on duty after 'since_ms': one taken off before that is left out. */
bool roster_shifts_each(Db *db, int64_t organisation_id, int64_t since_ms, RosterEach *each, void *arg, Err *err);
/* Whose occurrence it is once swaps are counted; *ret_absent: that person is away at 'at_ms'. */
bool roster_holder(Db *db, const RosterShift *s, int64_t from_ms, int64_t at_ms, int64_t *ret_person, bool *ret_absent, Err *err);

#endif
