/*
 * The calendar of a site as the page shows it: openings, closings, what is held, and who stands where. E10, O3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/patients/patient.h"
#include "clinic/staff/staff.h"
#include "clinic/workflow/act_json.h"
#include "clinic/workflow/act_store.h"
#include "clinic/workflow/calendar.h"
#include "clinic/workflow/slots.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MINUTE_MS = 60 * 1000, GRAIN_MIN = 5, DAYS_MAX = 45 };
static const int64_t DAY_MS = 24LL * 60 * MINUTE_MS;

typedef struct Shown {
    Db         *db;
    const Who  *who;
    Lang        lang;
    char        zone[40];
    int64_t     room_id, from_ms, to_ms, now_ms;
    json_t     *open, *held, *closings, *acts; /* borrowed from the answer */
    Err        *err;
    bool        failed;
} Shown;

/* ---- acts: all of one that this person may see, of others the time alone ---- */

static bool act_put(Shown *s, const Booking *b, json_t *one)
{
    OWNED_ACT a      = { 0 };
    Err       hidden = { 0 };
    Patient   patient;
    if (!act_load_for(s->db, b->act_id, s->who->person_id, s->now_ms / 1000, &a, &hidden))
        return hidden.kind == ERR_NOT_FOUND || err_set(s->err, hidden.kind, hidden.shown, "%s", hidden.detail);
    if (!patient_load(s->db, a.patient_id, &patient, s->err))
        return false;
    json_put(one, "act_id", json_integer(a.id));
    json_put(one, "number", json_string(a.number));
    json_put(one, "patient", patient_json(&patient));
    json_put(one, "modality", json_string(a.modality));
    json_put(one, "region", json_string(a.region));
    json_put(one, "priority", json_string(a.priority));
    return json_put(one, "state", json_string(b->state));
}

static bool booking_show(const Booking *b, void *arg)
{
    Shown  *s   = arg;
    json_t *one = json_pack("{s:I, s:I, s:I}", "room_id", (json_int_t)s->room_id, "start_ms", (json_int_t)b->from_ms, "end_ms", (json_int_t)b->to_ms);
    s->failed   = !one || !json_push(s->acts, one) || !act_put(s, b, one);
    return !s->failed;
}

static bool closing_show(const RoomClosing *c, void *arg)
{
    Shown *s = arg;
    return json_push(s->closings, json_pack("{s:I, s:I, s:I, s:I, s:s, s:s}", "id", (json_int_t)c->id, "room_id", (json_int_t)c->room_id, "from_ms",
                                            (json_int_t)c->from_ms, "to_ms", (json_int_t)c->to_ms, "kind", c->kind, "reason", c->reason));
}

/* ---- openings: where the answer changes, by five minutes ---- */

static bool is_open(const json_t *calendar, int64_t at_ms, const Shown *s)
{
    return calendar_at(calendar, at_ms, s->zone) == CALENDAR_OPEN;
}

static bool is_held(const json_t *calendar, int64_t at_ms, const Shown *s)
{
    return calendar_held(calendar, at_ms, at_ms + 1, s->now_ms, s->zone);
}

static void spans(const json_t *calendar, const Shown *s, bool (*is)(const json_t *, int64_t, const Shown *), json_t *into)
{
    int64_t begun = -1;
    for (int64_t at = s->from_ms; at <= s->to_ms; at += GRAIN_MIN * MINUTE_MS) {
        bool now = at < s->to_ms && is(calendar, at, s);
        if (now && begun < 0)
            begun = at;
        if (!now && begun >= 0) {
            json_push(into, json_pack("{s:I, s:I, s:I}", "room_id", (json_int_t)s->room_id, "from_ms", (json_int_t)begun, "to_ms", (json_int_t)at));
            begun = -1;
        }
    }
}

/* ---- one room ---- */

static bool room_show(Shown *s, json_t *room, Err *err)
{
    OWNED(json_t) *calendar = NULL;
    int64_t        version  = 0;
    MissingList    unfit    = { 0 };
    s->room_id              = json_integer_value(json_object_get(room, "id"));
    EquipmentPart part      = { s->room_id, slice_of(json_string_value(json_object_get(room, "modality"))), s->now_ms };
    if (!calendar_load(s->db, s->room_id, &calendar, &version, err) || !equipment_fit(s->db, &part, &unfit, NULL, err))
        return false;
    json_put(room, "version", json_integer(version));
    json_put(room, "unfit", missing_json(&unfit, s->lang));
    if (calendar) {
        json_put(room, "calendar", json_incref(calendar));
        spans(calendar, s, is_open, s->open);
        spans(calendar, s, is_held, s->held);
    }
    return closings_each(s->db, s->room_id, s->from_ms, s->to_ms, closing_show, s, err) &&
           bookings_each(s->db, s->room_id, s->from_ms, s->to_ms, booking_show, s, err) && !s->failed;
}

static json_t *holidays_of(const Shown *s)
{
    OWNED(json_t) *alsace = json_pack("{s:s}", "holidays", "shut-alsace");
    json_t        *list   = json_array();
    for (int64_t at = calendar_midnight(s->from_ms, 0, s->zone); at < s->to_ms; at = calendar_midnight(at, 1, s->zone)) {
        const char *name  = calendar_holiday(alsace, at, s->zone);
        bool        local = name && !calendar_holiday(NULL, at, s->zone);
        if (name)
            json_push(list, json_pack("{s:I, s:s, s:b}", "at_ms", (json_int_t)at, "name", text_in(s->lang, name), "alsace", local));
    }
    return list;
}

bool calendar_json(Db *db, const Who *who, Lang lang, int64_t site_id, int64_t from_ms, int64_t to_ms, json_t **ret, Err *err)
{
    OWNED(json_t) *rooms = NULL;
    Organisation   site;
    unsigned       roles = who_roles_in(who, site_id);
    size_t         i;
    json_t        *room;
    if (!roles)
        return err_set(err, ERR_DENIED, "You are no member of this organisation.", "organisation %" PRId64, site_id);
    if (to_ms <= from_ms || to_ms - from_ms > DAYS_MAX * DAY_MS)
        return err_set(err, ERR_INPUT, "A calendar is shown for at most six weeks.", "from %" PRId64 " to %" PRId64, from_ms, to_ms);
    if (!organisation_load(db, site_id, &site, err) || !rooms_json(db, site_id, &rooms, err))
        return false;
    Shown s = { .db = db, .who = who, .lang = lang, .from_ms = from_ms, .to_ms = to_ms, .now_ms = clock_now_ms(), .err = err };
    slice_copy(slice_of(site.time_zone), s.zone, sizeof s.zone);
    OWNED(json_t) *all = json_pack("{s:s, s:s, s:I, s:b, s:b, s:O, s:[], s:[], s:[], s:[], s:o}", "site", site.name, "zone", s.zone, "now_ms",
                                   (json_int_t)s.now_ms, "may_edit", (roles & CALENDAR_KEEPERS) != 0, "may_close",
                                   (roles & CALENDAR_CLOSERS) != 0, "rooms", rooms, "open", "held", "closings", "acts", "holidays", holidays_of(&s));
    s.open     = json_object_get(all, "open");
    s.held     = json_object_get(all, "held");
    s.closings = json_object_get(all, "closings");
    s.acts     = json_object_get(all, "acts");
    json_array_foreach (rooms, i, room)
        if (!room_show(&s, room, err))
            return false;
    *ret = GIVE(all);
    return true;
}
