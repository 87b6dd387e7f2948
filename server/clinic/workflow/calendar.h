/*
 * The calendars of the rooms of a site: versions, closings, what a week looks like. E10, O3.
 *
 * Read by the members of the site; an act is shown to who may see it, to others its time is taken and no more.
 * docs/decisions/0103-planning.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_CALENDAR_H
#define CLINIC_WORKFLOW_CALENDAR_H

#include "clinic/workflow/calendar_rules.h"
#include "formats/texts/texts.h"
#include "guard/access/who.h"

/* Roles at the site. */
enum {
    CALENDAR_KEEPERS = ROLE_SECRETARY | ROLE_RESPONSIBLE | ROLE_BIOMEDICAL | ROLE_ADMIN,
    CALENDAR_CLOSERS = CALENDAR_KEEPERS | ROLE_TECHNOLOGIST,
};

/*
 * GET /api/sites/{id}/calendar: {"site","zone","now_ms","may_edit","may_close","rooms":[{…,"calendar","fit"}],"open","held","closings",
 * "holidays","acts"} of what touches [from_ms, to_ms), at most 45 days. ERR_DENIED: no member of the site.
 */
bool calendar_json(Db *db, const Who *who, Lang lang, int64_t site_id, int64_t from_ms, int64_t to_ms, json_t **ret, Err *err);

/*
 * The next version of a room's calendar, by secretary, responsible, biomedical engineer or administrator of the site. 'seen': the version
 * it was made from. ERR_DENIED, ERR_INPUT, ERR_CONFLICT somebody changed it meanwhile.
 */
bool calendar_save(Db *db, const Who *who, int64_t room_id, const json_t *content, int64_t seen, int64_t *ret_version, Err *err);
/* {"versions":[{version, content, made_by, made_at_ms}]}, the newest first. */
bool calendar_versions_json(Db *db, const Who *who, int64_t room_id, json_t **ret, Err *err);
/* The content in force, the caller's; NULL without error: none is kept. */
bool calendar_load(Db *db, int64_t room_id, json_t **ret, int64_t *ret_version, Err *err);

typedef struct RoomClosing {
    int64_t id, room_id, from_ms, to_ms;
    char    kind[16], reason[200];
} RoomClosing;
/* By who keeps the calendar, and by a technologist of the site. *ret: {"id","acts":[numbers planned on it]}. */
bool closing_add(Db *db, const Who *who, const RoomClosing *closing, json_t **ret, Err *err);
bool closing_withdraw(Db *db, const Who *who, int64_t id, Err *err);

/* False from 'each' stops without error. Those that touch [from, to), by their beginning. */
typedef bool ClosingEach(const RoomClosing *c, void *arg);
bool closings_each(Db *db, int64_t room_id, int64_t from_ms, int64_t to_ms, ClosingEach *each, void *arg, Err *err);

#endif
