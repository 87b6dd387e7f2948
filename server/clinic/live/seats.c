/*
 * Who may sit where in the room of an act, and what the act's log hears of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/live/seats.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/act_house.h"
#include "guard/access/people.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

static const char *const NAMES[SEATS] = { "imager", "technologist", "patient", "requester", "local-physician", "nuclear-physician" };

const char *seat_name(Seat s)
{
    return s < SEATS ? NAMES[s] : "";
}

Seat seat_from_name(Slice name)
{
    int s = 0;
    while (s < SEATS && !slice_equal_text(name, NAMES[s]))
        s++;
    return (Seat)s;
}

/* ---- who may sit where ---- */

static bool is_party(const Act *a, const Membership *m, Seat s)
{
    switch (s) {
    case SEAT_IMAGER:
        return m->organisation_id == a->imaging_id && (m->roles & ROLE_IMAGER);
    case SEAT_TECHNOLOGIST:
    case SEAT_PATIENT: /* the station beside the patient, opened by who is with them */
        return m->organisation_id == a->site_id && (m->roles & ROLE_TECHNOLOGIST);
    case SEAT_REQUESTER:
        return m->organisation_id == a->requester_org_id && (m->roles & ROLE_REQUESTER);
    case SEAT_LOCAL_PHYSICIAN:
        return m->organisation_id == a->site_id && (m->roles & ROLE_LOCAL_PHYSICIAN);
    case SEAT_NUCLEAR_PHYSICIAN:
        return m->organisation_id == a->site_id && (m->roles & ROLE_NUCLEAR_PHYSICIAN);
    case SEATS:
        break;
    }
    return false;
}

static bool seats_in(Db *db, const Act *a, int64_t person_id, bool ret[SEATS], Err *err)
{
    Membership of[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    if (!memberships_load(db, person_id, of, &count, err))
        return false;
    for (int s = 0; s < SEATS; s++) {
        ret[s] = false;
        for (size_t i = 0; i < count; i++)
            ret[s] |= is_party(a, &of[i], (Seat)s);
    }
    return true;
}

bool live_seats_of(Db *db, int64_t act_id, int64_t person_id, bool ret[SEATS], Err *err)
{
    OWNED_ACT a = { 0 };
    return act_load_for(db, act_id, person_id, clock_now_s(), &a, err) && seats_in(db, &a, person_id, ret, err);
}

/* ---- rows: what a crash would leave open ---- */

static bool seat_put(Db *db, const LiveSitting *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO live_seat (act_id, seat, person_id, since_ms) VALUES (?1, ?2, ?3, ?4)"
                                     " ON CONFLICT (act_id, seat) DO UPDATE SET person_id = excluded.person_id, since_ms = excluded.since_ms");
    db_bind_int(q, 1, s->act_id);
    db_bind_text(q, 2, slice_of(seat_name(s->seat)));
    db_bind_int(q, 3, s->person_id);
    db_bind_int(q, 4, clock_now_ms());
    return db_run(q, err);
}

static bool seat_remove(Db *db, int64_t act_id, Seat seat, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM live_seat WHERE act_id = ?1 AND seat = ?2");
    db_bind_int(q, 1, act_id);
    db_bind_text(q, 2, slice_of(seat_name(seat)));
    return db_run(q, err);
}

static bool link_set(Db *db, int64_t act_id, bool there, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, there ? "INSERT INTO live_link (act_id, since_ms) VALUES (?1, ?2) ON CONFLICT (act_id) DO NOTHING"
                                           : "DELETE FROM live_link WHERE act_id = ?1");
    db_bind_int(q, 1, act_id);
    if (there)
        db_bind_int(q, 2, clock_now_ms());
    return db_run(q, err);
}

static bool link_is_there(Db *db, int64_t act_id, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM live_link WHERE live_link.act_id = ?1");
    db_bind_int(q, 1, act_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

/* ---- what the act hears ---- */

/* An act that is over hears nothing more: no failure of the room's. */
static bool tell(Db *db, const ActHouse *house, int64_t act_id, const char *step, json_t *data, Err *err)
{
    Err why = { 0 };
    return act_do_system(db, house, act_id, step, data, &why) || why.kind == ERR_CONFLICT || err_set(err, why.kind, why.shown, "%s", why.detail);
}

typedef struct Sitting {
    ActHouse    *house;
    LiveSitting *s;
} Sitting;

static json_t *sitting_json(const LiveSitting *s)
{
    return json_pack("{s:s, s:I, s:s}", "seat", seat_name(s->seat), "person_id", (json_int_t)s->person_id, "name", s->name);
}

static bool trace_entry(Db *db, const Act *a, const LiveSitting *s, const Person *person, Err *err)
{
    return audit_add(db, &(AuditLine) { .event = AUDIT_STEP, .person_id = s->person_id, .patient_id = a->patient_id, .act_id = a->id,
                                        .actor = person->login, .what = "enters the live room", .object = a->number, .detail = seat_name(s->seat) }, err);
}

static bool enter_work(Db *db, void *arg, Err *err)
{
    const Sitting *w = arg;
    LiveSitting   *s = w->s;
    OWNED_ACT      a = { 0 };
    Person         person;
    bool           may[SEATS];
    if (!act_load_for(db, s->act_id, s->person_id, clock_now_s(), &a, err) || !seats_in(db, &a, s->person_id, may, err) ||
        !person_load(db, s->person_id, &person, err))
        return false;
    if (s->seat >= SEATS || !may[s->seat])
        return err_set(err, ERR_DENIED, "This place in the live room is not yours.", "seat %s", seat_name(s->seat));
    person_shown_name(&person, s->name, sizeof s->name);
    s->is_imager = s->seat == SEAT_IMAGER && (!a.imager_id || a.imager_id == s->person_id);
    return seat_put(db, s, err) && trace_entry(db, &a, s, &person, err) &&
           act_do_system(db, w->house, s->act_id, "room-entered", sitting_json(s), err);
}

bool live_enter(ActHouse *house, LiveSitting *sitting, Err *err)
{
    Err why = { 0 };
    if (db_write(house->needs.host, enter_work, &(Sitting) { house, sitting }, &why))
        return true;
    if (why.kind == ERR_CONFLICT)
        return err_set(err, ERR_CONFLICT, "The live room of this act is closed: it has not been sent yet, or is over.", "%s", why.detail);
    return err_set(err, why.kind, why.shown, "%s", why.detail);
}

static bool left_work(Db *db, void *arg, Err *err)
{
    const Sitting *w = arg;
    return seat_remove(db, w->s->act_id, w->s->seat, err) && tell(db, w->house, w->s->act_id, "room-left", sitting_json(w->s), err);
}

bool live_left(ActHouse *house, const LiveSitting *sitting, Err *err)
{
    LiveSitting s = *sitting;
    return db_write(house->needs.host, left_work, &(Sitting) { house, &s }, err);
}

typedef struct Line {
    ActHouse          *house;
    const LiveSitting *s;
    const char        *level;
} Line;

static bool line_work(Db *db, void *arg, Err *err)
{
    const Line *l = arg;
    json_t     *data = sitting_json(l->s);
    return json_put(data, "level", json_string(l->level)) && tell(db, l->house, l->s->act_id, "line-changed", data, err);
}

bool live_line(ActHouse *house, const LiveSitting *sitting, const char *level, Err *err)
{
    return db_write(house->needs.host, line_work, &(Line) { house, sitting, level }, err);
}

typedef struct MediaTold {
    ActHouse        *house;
    const LiveMedia *m;
} MediaTold;

static bool media_work(Db *db, void *arg, Err *err)
{
    const MediaTold *t = arg;
    const LiveMedia *m = t->m;
    if (!link_set(db, m->act_id, m->flows, err))
        return false;
    if (!m->flows)
        return tell(db, t->house, m->act_id, "media-lost", json_pack("{s:s}", "reason", m->why ? m->why : ""), err);
    return tell(db, t->house, m->act_id, "media-flows",
                json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:b}", "from_imager_bytes", (json_int_t)(m->from_imager.audio + m->from_imager.video),
                          "from_patient_bytes", (json_int_t)(m->from_patient.audio + m->from_patient.video), "from_imager_frames",
                          (json_int_t)m->from_imager.frames, "from_patient_frames", (json_int_t)m->from_patient.frames, "imager_id",
                          (json_int_t)m->imager_id, "beside_id", (json_int_t)m->beside_id, "relayed", m->relayed),
                err);
}

bool live_media(ActHouse *house, const LiveMedia *media, Err *err)
{
    return db_write(house->needs.host, media_work, &(MediaTold) { house, media }, err);
}

/* ---- at start ---- */

static bool begin_one(Db *db, ActHouse *house, LiveSitting *s, Err *err)
{
    bool carried = false;
    if (!link_is_there(db, s->act_id, &carried, err))
        return false;
    if (carried && !media_work(db, &(MediaTold) { house, &(LiveMedia) { .act_id = s->act_id, .why = "restart" } }, err))
        return false;
    return left_work(db, &(Sitting) { house, s }, err);
}

/* The first seat still written; false with no error: none. */
static bool first_seat(Db *db, LiveSitting *ret, bool *found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT live_seat.act_id, live_seat.seat, live_seat.person_id FROM live_seat LIMIT 1");
    DbStep          step = db_next(q, err);
    *found               = step == DB_ROW;
    if (step == DB_ROW) {
        char seat[32];
        db_text(q, 1, seat, sizeof seat);
        *ret = (LiveSitting) { .act_id = db_int(q, 0), .seat = seat_from_name(slice_of(seat)), .person_id = db_int(q, 2) };
    }
    return step != DB_FAILED;
}

static bool begin_work(Db *db, void *arg, Err *err)
{
    for (;;) {
        LiveSitting s     = { 0 };
        bool        found = false;
        Person      person;
        if (!first_seat(db, &s, &found, err))
            return false;
        if (!found)
            return true;
        if (!person_load(db, s.person_id, &person, err))
            return false;
        person_shown_name(&person, s.name, sizeof s.name);
        if (!begin_one(db, arg, &s, err))
            return false;
    }
}

bool live_begin(ActHouse *house, Err *err)
{
    return db_write(house->needs.host, begin_work, house, err);
}
