/*
 * Judging slots: machine, calendar, closings, other acts, fitness, roster. E10, O3, O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/slots.h"

#include <inttypes.h>
#include <stdlib.h>

#include "clinic/staff/staff.h"
#include "clinic/workflow/act_codes.h"
#include "clinic/workflow/act_conditions.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MINUTE_MS = 60 * 1000, STEP_MIN = 15 };
static const int64_t BOOKING_MAX_MS = (CALENDAR_MINUTES_MAX + CALENDAR_BUFFER_MAX) * (int64_t)MINUTE_MS;
static const int64_t SPAN_MAX_MS    = 62LL * 24 * 3600 * 1000;

/* ---- what stands on a machine ---- */

bool bookings_each(Db *db, int64_t room_id, int64_t from_ms, int64_t to_ms, BookingEach *each, void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " ACT_COLUMNS "  FROM act WHERE act.slot_room_id = ?1 AND act.slot_start_ms > ?2"
                                     "   AND act.slot_start_ms < ?3 AND act.state IN ('planned', 'running') ORDER BY act.slot_start_ms, act.id");
    db_bind_int(q, 1, room_id);
    db_bind_int(q, 2, from_ms - BOOKING_MAX_MS);
    db_bind_int(q, 3, to_ms);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        OWNED_ACT a = { 0 };
        if (step == DB_FAILED || !act_from_row(q, &a, err))
            return false;
        Booking b = { .act_id    = a.id,
                      .from_ms   = a.slot_start_ms,
                      .to_ms     = a.slot_start_ms + act_fact_int(&a, "slot", "minutes") * MINUTE_MS,
                      .buffer_ms = act_fact_int(&a, "slot", "buffer_minutes") * MINUTE_MS };
        (void)snprintf(b.number, sizeof b.number, "%s", a.number);
        (void)snprintf(b.state, sizeof b.state, "%s", act_state_name(a.state));
        if (b.to_ms + b.buffer_ms > from_ms && !each(&b, arg))
            return true;
    }
    return true;
}

static bool booking_keep(const Booking *b, void *arg)
{
    SlotRoom *room = arg;
    room->bookings[room->booking_count++] = *b;
    return room->booking_count < SLOT_BOOKINGS_MAX;
}

static bool closing_keep(const RoomClosing *c, void *arg)
{
    SlotRoom *room = arg;
    room->closings[room->closing_count++] = *c;
    return room->closing_count < SLOT_CLOSINGS_MAX;
}

/* ---- loading ---- */

bool room_makes(const char *room, const char *act)
{
    bool   asked_plain = strcmp(act, "DX") == 0 || strcmp(act, "CR") == 0;
    bool   room_plain  = strcmp(room, "DX") == 0 || strcmp(room, "CR") == 0;
    size_t plain       = strcspn(act, "/"); /* PT/CT is done in a room PT: the worklist knows no double code */
    return (strlen(room) == plain && strncmp(room, act, plain) == 0) || (asked_plain && room_plain);
}

ExamKind exam_kind(Db *db, const Act *a, int64_t at_ms)
{
    enum { CHILD_MONTHS = 16 * 12 }; /* as the protocols of children */
    int months = act_patient_months(db, a, at_ms);
    return (ExamKind) { .region = slice_of(a->region), .contrast = act_is_injected(a), .child = months >= 0 && months < CHILD_MONTHS };
}

static bool room_fill(SlotSearch *s, SlotRoom *room, int64_t id, Err *err)
{
    int64_t version = 0;
    room->bookings  = calloc(SLOT_BOOKINGS_MAX, sizeof *room->bookings);
    if (!room->bookings)
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
    if (!room_load(s->db, id, &room->room, err) || !calendar_load(s->db, id, &room->calendar, &version, err))
        return false;
    ExamKind kind = exam_kind(s->db, s->act, s->now_ms);
    room->length  = calendar_length(room->calendar, &kind);
    return bookings_each(s->db, id, s->from_ms, s->to_ms + BOOKING_MAX_MS, booking_keep, room, err) &&
           closings_each(s->db, id, s->from_ms, s->to_ms + BOOKING_MAX_MS, closing_keep, room, err);
}

static void room_free(SlotRoom *room)
{
    if (!room)
        return;
    json_decref(room->calendar);
    free(room->bookings);
    free(room);
}

static bool rooms_fill(SlotSearch *s, int64_t room_id, Err *err)
{
    OWNED(json_t) *list = NULL;
    size_t         i;
    json_t        *one;
    if (!rooms_json(s->db, s->act->site_id, &list, err))
        return false;
    json_array_foreach (list, i, one) {
        int64_t id = json_integer_value(json_object_get(one, "id"));
        if ((room_id && id != room_id) || !room_makes(json_string_value(json_object_get(one, "modality")), s->act->modality) ||
            s->room_count == SLOT_ROOMS_MAX)
            continue;
        SlotRoom *room = calloc(1, sizeof *room);
        if (!room)
            return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
        s->rooms[s->room_count++] = room;
        if (!room_fill(s, room, id, err))
            return false;
    }
    return true;
}

static bool search_fill(SlotSearch *s, int64_t room_id, Err *err)
{
    s->site    = calloc(1, sizeof *s->site);
    s->imaging = calloc(1, sizeof *s->imaging);
    if (!s->site || !s->imaging)
        return err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
    int64_t early_ms = s->from_ms - CALENDAR_LEAD_MAX * (int64_t)MINUTE_MS, late_ms = s->to_ms + BOOKING_MAX_MS;
    return roster_zone(s->db, s->act->site_id, s->zone, err) && rooms_fill(s, room_id, err) &&
           duty_book_load(s->db, s->act->site_id, early_ms, late_ms, s->site, err) &&
           duty_book_load(s->db, s->act->imaging_id, early_ms, late_ms, s->imaging, err);
}

SlotSearch *slot_search_new(Db *db, const Act *a, int64_t room_id, int64_t from_ms, int64_t to_ms, Err *err)
{
    if (to_ms < from_ms || to_ms - from_ms > SPAN_MAX_MS) {
        err_set(err, ERR_LIMIT, "Slots are looked for over two months at most.", "from %" PRId64 " to %" PRId64, from_ms, to_ms);
        return NULL;
    }
    SlotSearch *s = calloc(1, sizeof *s);
    if (!s) {
        err_set(err, ERR_UNAVAILABLE, "The act could not be recorded: try again.", "no memory");
        return NULL;
    }
    s->db       = db;
    s->act      = a;
    s->now_ms   = clock_now_ms();
    s->from_ms  = from_ms;
    s->to_ms    = to_ms;
    s->limit_ms = act_exam_limit_ms(a);
    if (search_fill(s, room_id, err))
        return s;
    slot_search_free(s);
    return NULL;
}

void slot_search_free(SlotSearch *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < s->room_count; i++)
        room_free(s->rooms[i]);
    free(s->site);
    free(s->imaging);
    free(s);
}

/* ---- judging ---- */

static void hours_judge(const SlotSearch *s, const SlotRoom *room, int64_t from_ms, int64_t to_ms, MissingList *ret)
{
    switch (calendar_through(room->calendar, from_ms, to_ms, s->zone)) {
    case CALENDAR_SHUT:
        missing_add(ret, "slot-hours", "The room is not open then, by its calendar: choose another hour.", "O3");
        break;
    case CALENDAR_HOLIDAY:
        missing_add(ret, "slot-holiday", "The room is closed on this public holiday: choose another day.", "O3");
        break;
    case CALENDAR_OPEN:
        break;
    }
    if (strcmp(s->act->priority, "emergency") != 0 && calendar_held(room->calendar, from_ms, to_ms, s->now_ms, s->zone))
        missing_add(ret, "slot-held", "This time is held for emergencies: choose another slot.", "E10");
    for (size_t i = 0; i < room->closing_count; i++)
        if (room->closings[i].from_ms < to_ms && room->closings[i].to_ms > from_ms) {
            missing_add_named(ret, "slot-closed", "The room is closed then: choose another slot or another room.", "O3", room->closings[i].reason);
            break;
        }
}

/* The act that stands there, by its number and hours. */
static void busy_judge(const SlotSearch *s, const SlotRoom *room, int64_t from_ms, int64_t to_ms, MissingList *ret)
{
    int64_t free_ms = to_ms + room->length.buffer_minutes * MINUTE_MS;
    for (size_t i = 0; i < room->booking_count; i++) {
        const Booking *b = &room->bookings[i];
        char           who[80];
        if (b->act_id == s->act->id || b->from_ms >= free_ms || b->to_ms + b->buffer_ms <= from_ms)
            continue;
        LocalTime from = local_time(b->from_ms, s->zone), to = local_time(b->to_ms, s->zone);
        (void)snprintf(who, sizeof who, "%s, %02d:%02d–%02d:%02d", b->number, from.hour, from.minute, to.hour, to.minute);
        missing_add_named(ret, "slot-taken", "The machine is taken at that hour by another act: choose another slot.", "E10", who);
        return;
    }
}

static bool fit_judge(SlotSearch *s, SlotRoom *room, int64_t start_ms, MissingList *ret, Err *err)
{
    int64_t day = calendar_midnight(start_ms, 0, s->zone);
    if (room->fit_day != day) {
        EquipmentPart part = { room->room.id, slice_of(s->act->modality), start_ms };
        room->unfit        = (MissingList) { 0 };
        if (!equipment_fit(s->db, &part, &room->unfit, NULL, err))
            return false;
        room->fit_day = day;
    }
    missing_append(ret, &room->unfit);
    return true;
}

static bool somebody(const DutyBook *book, const char *role, int64_t at_ms)
{
    int64_t one;
    return duty_book_at(book, role, at_ms, &one, 1) > 0;
}

/* Technologist and imager for any exam; a physician near for what is injected (E23), said beforehand for the others. */
static void duty_judge(const SlotSearch *s, int64_t arrive_ms, int64_t start_ms, MissingList *blocking, MissingList *warning)
{
    if (!somebody(s->site, "technologist", arrive_ms) || !somebody(s->site, "technologist", start_ms))
        missing_add(blocking, "duty-technologist", "No technologist is on duty at the site then: complete the roster or choose another slot.", "O2");
    if (!somebody(s->imaging, "imager", start_ms))
        missing_add(blocking, "duty-imager", "No imager is on duty then: complete the roster of the group or choose another slot.", "O2");
    if (!somebody(s->site, "local-physician", start_ms))
        missing_add(act_is_injected(s->act) ? blocking : warning, "duty-local",
                    "No local physician is on duty at the site then: complete the roster, or name one who will be there.", "E23");
    if (modality_is_nuclear(s->act->modality) && !somebody(s->site, "nuclear-physician", start_ms))
        missing_add(warning, "duty-nuclear", "No nuclear physician is on duty at the site then: name one who will be there.", "E24");
}

bool slot_judge(SlotSearch *s, SlotRoom *room, int64_t start_ms, int64_t minutes, MissingList *blocking, MissingList *warning, Err *err)
{
    int64_t takes = minutes ? minutes : room->length.minutes, end_ms = start_ms + takes * MINUTE_MS;
    if (minutes && room->length.kept && minutes < room->length.minutes) {
        size_t at = blocking->count;
        missing_add(blocking, "slot-short", "The calendar sets more time for this exam: take at least so many minutes.", "E10");
        if (at < blocking->count)
            blocking->items[at].count = room->length.minutes;
    }
    busy_judge(s, room, start_ms, end_ms, blocking);
    hours_judge(s, room, start_ms, end_ms, blocking);
    duty_judge(s, start_ms - room->length.lead_minutes * MINUTE_MS, start_ms, blocking, warning);
    return fit_judge(s, room, start_ms, blocking, err);
}

bool slot_in_time(SlotSearch *s, int64_t until_ms, int64_t *ret_start_ms, int64_t *ret_room_id, Err *err)
{
    int64_t first_ms = calendar_round(s->now_ms, STEP_MIN, s->zone);
    *ret_start_ms    = 0;
    *ret_room_id     = 0;
    for (int64_t at = first_ms; at <= until_ms; at += STEP_MIN * MINUTE_MS)
        for (size_t i = 0; i < s->room_count; i++) {
            MissingList blocking = { 0 };
            if (at - s->rooms[i]->length.lead_minutes * MINUTE_MS < s->now_ms)
                continue;
            if (!slot_judge(s, s->rooms[i], at, 0, &blocking, NULL, err))
                return false;
            if (blocking.count)
                continue;
            *ret_start_ms = at;
            *ret_room_id  = s->rooms[i]->room.id;
            return true;
        }
    return true;
}
