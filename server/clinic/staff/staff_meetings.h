/*
 * Staff meetings and multidisciplinary meetings (RCP): participants, cases, decisions, minutes signed by the chair. O6.
 *
 * A case names an act by its number; which acts somebody may see is not known here: the door asks and leaves out the rest.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_MEETINGS_H
#define CLINIC_STAFF_STAFF_MEETINGS_H

#include <jansson.h>

#include "clinic/staff/staff_items.h"

enum { MEETING_PEOPLE_MAX = 60, MEETING_CASES_MAX = 60, MEETING_TEXT_MAX = 20000 };

typedef struct MeetingCase {
    int64_t reference; /* the act's id */
    char    number[32];
    Slice   question, decision; /* borrowed */
} MeetingCase;

typedef struct StaffMeeting {
    int64_t id, organisation_id, held_at_ms, chair_id, revision, signed_at_ms, created_by;
    char    kind[8], title[160];
    Slice   minutes; /* borrowed; left empty by meeting_load */
    char    sha256[65];
} StaffMeeting;

typedef struct MeetingContent {
    int64_t     people[MEETING_PEOPLE_MAX];
    size_t      people_count;
    MeetingCase cases[MEETING_CASES_MAX];
    size_t      case_count;
} MeetingContent;

/*
 * New (id 0) or changed. The chair is a participant; everybody named is a person of this program. 'revision' is the one that
 * was read. Cases that the writer may not see are not named by them: 'kept' says which references stay as they were.
 * ERR_CONFLICT signed already, or changed meanwhile.
 */
bool meeting_save(Db *db, StaffMeeting *m, const MeetingContent *content, const int64_t *kept, size_t kept_count, const StaffBy *by, Err *err);
bool meeting_load(Db *db, int64_t id, StaffMeeting *ret, Err *err);
/* References of its cases. */
bool meeting_references(Db *db, int64_t id, int64_t ret[MEETING_CASES_MAX], size_t *ret_count, Err *err);
/* SHA-256 over everything that is signed. */
bool meeting_digest(Db *db, int64_t id, char ret[65], Err *err);
/* By the chair alone; a meeting with no other participant or without minutes is not signed. */
bool meeting_sign(Db *db, const StaffMeeting *m, const StaffBy *by, const char *proof, Err *err);
bool meeting_has(Db *db, int64_t id, int64_t person_id, bool *ret, Err *err);

/* [{id,kind,title,held_at_ms,chair,chair_id,people,cases,signed_at_ms}], newest first: those of the organisation (0: none), those the person took part in. */
bool meetings_json(Db *db, int64_t organisation_id, int64_t person_id, json_t **ret, Err *err);
/* One, with minutes, people and every case (the caller takes out those that the reader may not see). */
bool meeting_json(Db *db, const StaffMeeting *m, json_t **ret, Err *err);

#endif
