/*
 * A person's file and the list of an organisation's people: who may take part, who may not and why, what ends soon. S5, O5, O6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_STAFF_STAFF_FILE_H
#define CLINIC_STAFF_STAFF_FILE_H

#include <jansson.h>

#include "clinic/staff/staff_items.h"

/* Text of the statement of ethics that is signed now, French; its version and SHA-256. */
extern const char *const STAFF_ETHICS_TEXT, *const STAFF_ETHICS_VERSION;
bool staff_ethics_digest(char ret[65], Err *err);

/*
 * {"person":{id,name,rpps,profession,speciality},"parts":[{organisation_id,role,blocking,irradiating,warning}],"items":[…],
 *  "ethics":{version,text,sha256}}: 'irradiating' is what blocks only acts that irradiate. 'see' as staff_items_json.
 */
bool staff_file_json(Db *db, int64_t person_id, StaffReader see, int64_t at_ms, json_t **ret, Err *err);

/*
 * [{id,name,profession,parts:[…],soon:[{kind,state,valid_until,days}]}] of the active people of an organisation. What the
 * reader's roles do not see of a kind is left out; 'only' a role (0: all) picks the people that have it.
 */
bool staff_people_json(Db *db, int64_t organisation_id, StaffReader see, unsigned only, int64_t at_ms, json_t **ret, Err *err);

/*
 * Everybody of an organisation against what is asked of them, for who answers for them (staff_skills.c):
 * {organisation_id,day,procedures:[{id,kind,code,title,version}],people:[{id,name,profession,roles,
 *  cells:{kind:{state,until,days,required,blocks,irradiating}},procedures:[{id,signed_version?,signed_at_ms?,check:{state,on,by,until,days}|null}]}]}.
 * A kind that is neither asked for nor there has no cell; 'check' where an imager checks the knowledge of a protocol. No evidence, no number.
 */
bool staff_skills_json(Db *db, int64_t organisation_id, int64_t at_ms, json_t **ret, Err *err);

/* The day where the person works first. */
bool staff_today_of_person(Db *db, int64_t person_id, int64_t at_ms, int64_t *ret, Err *err);

/* The kinds as a table, and the rules: what the page offers and shows as 'the rules'. */
json_t *staff_kinds_json(Lang lang);
json_t *staff_rules_json(Lang lang);

/* ---- warnings ---- */

/* Not yet put aside by this person, newest first: [{id,days,at_ms,kind,valid_until,about}]. */
bool staff_warnings_json(Db *db, int64_t person_id, json_t **ret, Err *err);
bool staff_warning_seen(Db *db, int64_t id, int64_t person_id, Err *err);

/* Says what ends within 60, 30 or 7 days and what is over, each once to each who must know. *ret_said: how many. */
bool staff_warn(Db *db, int64_t at_ms, int64_t *ret_said, Err *err);

#define STAFF_JOB_DAILY "staff.daily"
/* Queues the daily round if none waits. In the caller's transaction. */
bool staff_warn_daily(Db *db, Err *err);
/* The job itself: warns, traces, queues the next. In the caller's transaction. */
bool staff_warn_run(Db *db, Err *err);

#endif
