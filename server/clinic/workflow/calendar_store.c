/*
 * Calendars and closings in the database: the only SQL that changes them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/calendar.h"

#include <inttypes.h>

#include "clinic/workflow/act.h"
#include "clinic/workflow/slots.h"
#include "platform/clock.h"

static bool room_for(Db *db, const Who *who, int64_t room_id, unsigned roles, const char *refusal, Room *ret, Err *err)
{
    if (!room_load(db, room_id, ret, err))
        return false;
    return (who_roles_in(who, ret->site_id) & roles) || err_set(err, ERR_DENIED, refusal, "room %" PRId64, room_id);
}

bool calendar_load(Db *db, int64_t room_id, json_t **ret, int64_t *ret_version, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT content, version FROM room_calendar WHERE room_id = ?1 ORDER BY version DESC LIMIT 1");
    db_bind_int(q, 1, room_id);
    DbStep step  = db_next(q, err);
    *ret         = NULL;
    *ret_version = 0;
    if (step != DB_ROW)
        return step == DB_END;
    *ret_version = db_int(q, 1);
    *ret         = json_parse_object(db_slice(q, 0), err);
    return *ret != NULL;
}

bool calendar_save(Db *db, const Who *who, int64_t room_id, const json_t *content, int64_t seen, int64_t *ret_version, Err *err)
{
    Room           room;
    int64_t        version = 0;
    OWNED(json_t) *before  = NULL;
    OWNED_BUF      text    = buf_make(64 * 1024);
    if (!room_for(db, who, room_id, CALENDAR_KEEPERS,
                  "The calendar of a room is kept by secretary, responsible, biomedical engineer or administrator of the site.", &room, err) ||
        !calendar_check(content, err) || !calendar_load(db, room_id, &before, &version, err) || !json_dump_to_buf(content, &text, err))
        return false;
    if (seen != version)
        return err_set(err, ERR_CONFLICT, "Somebody has changed this calendar meanwhile: look at it again.", "version %" PRId64, version);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO room_calendar (room_id, version, content, made_by, made_at_ms) VALUES (?1, ?2, ?3, ?4, ?5)");
    db_bind_int(q, 1, room_id);
    db_bind_int(q, 2, version + 1);
    db_bind_text(q, 3, buf_slice(&text));
    db_bind_int(q, 4, who->person_id);
    db_bind_int(q, 5, clock_now_ms());
    *ret_version = version + 1;
    return db_run(q, err);
}

bool calendar_versions_json(Db *db, const Who *who, int64_t room_id, json_t **ret, Err *err)
{
    Room           room;
    OWNED(json_t) *list = json_array();
    if (!room_for(db, who, room_id, ~0u, "You are no member of this organisation.", &room, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT version, content, made_at_ms, person.given || ' ' || person.family FROM room_calendar"
                                     "  JOIN person ON person.id = room_calendar.made_by WHERE room_id = ?1 ORDER BY version DESC LIMIT 50");
    db_bind_int(q, 1, room_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        json_t *content = step == DB_ROW ? json_parse_object(db_slice(q, 1), err) : NULL;
        if (!content)
            return false;
        json_push(list, json_pack("{s:I, s:o, s:I, s:o}", "version", (json_int_t)db_int(q, 0), "content", content, "made_at_ms",
                                  (json_int_t)db_int(q, 2), "made_by", json_slice(db_slice(q, 3))));
    }
    *ret = json_pack("{s:O}", "versions", list);
    return *ret != NULL;
}

/* ---- closings ---- */

static bool planned_push(const Booking *b, void *arg)
{
    return json_push(arg, json_string(b->number));
}

static bool closing_check(const RoomClosing *c, Err *err)
{
    static const char *const KINDS[] = { "maintenance", "breakdown", "holiday", "training", "other" };
    static const int64_t     MAX_MS  = 366LL * 24 * 3600 * 1000;
    bool                     known   = false;
    for (size_t i = 0; i < COUNT(KINDS); i++)
        known = known || strcmp(c->kind, KINDS[i]) == 0;
    Slice reason = slice_trim(slice_of(c->reason));
    return (known && c->to_ms > c->from_ms && c->to_ms - c->from_ms <= MAX_MS && reason.len >= 2 && text_is_clean_utf8(reason)) ||
           err_set(err, ERR_INPUT, "A closing has a kind, a beginning, an end after it, and a reason.", "closing");
}

bool closing_add(Db *db, const Who *who, const RoomClosing *c, json_t **ret, Err *err)
{
    Room           room;
    OWNED(json_t) *acts = json_array();
    if (!room_for(db, who, c->room_id, CALENDAR_CLOSERS, "A room is closed by who keeps its calendar, or by a technologist of the site.", &room, err) ||
        !closing_check(c, err) || !bookings_each(db, c->room_id, c->from_ms, c->to_ms, planned_push, acts, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO room_closing (room_id, from_ms, to_ms, kind, reason, made_by, made_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    db_bind_int(q, 1, c->room_id);
    db_bind_int(q, 2, c->from_ms);
    db_bind_int(q, 3, c->to_ms);
    db_bind_cstr(q, 4, c->kind);
    db_bind_cstr(q, 5, c->reason);
    db_bind_int(q, 6, who->person_id);
    db_bind_int(q, 7, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret = json_pack("{s:I, s:O}", "id", (json_int_t)db_last_id(db), "acts", acts);
    return *ret != NULL;
}

bool closing_withdraw(Db *db, const Who *who, int64_t id, Err *err)
{
    Room            room;
    OWNED(DbQuery) *q = db_query(db, "SELECT room_id FROM room_closing WHERE id = ?1 AND withdrawn_at_ms IS NULL");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "There is no such closing.", "closing %" PRId64, id);
    if (!room_for(db, who, db_int(q, 0), CALENDAR_CLOSERS, "A room is closed by who keeps its calendar, or by a technologist of the site.", &room, err))
        return false;
    OWNED(DbQuery) *end = db_query(db, "UPDATE room_closing SET withdrawn_by = ?2, withdrawn_at_ms = ?3 WHERE id = ?1");
    db_bind_int(end, 1, id);
    db_bind_int(end, 2, who->person_id);
    db_bind_int(end, 3, clock_now_ms());
    return db_run(end, err);
}

bool closings_each(Db *db, int64_t room_id, int64_t from_ms, int64_t to_ms, ClosingEach *each, void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, room_id, from_ms, to_ms, kind, reason FROM room_closing"
                                     " WHERE room_id = ?1 AND to_ms > ?2 AND from_ms < ?3 AND withdrawn_at_ms IS NULL ORDER BY from_ms, id");
    db_bind_int(q, 1, room_id);
    db_bind_int(q, 2, from_ms);
    db_bind_int(q, 3, to_ms);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        RoomClosing c = { .id = db_int(q, 0), .room_id = db_int(q, 1), .from_ms = db_int(q, 2), .to_ms = db_int(q, 3) };
        db_text(q, 4, c.kind, sizeof c.kind);
        db_text(q, 5, c.reason, sizeof c.reason);
        if (!each(&c, arg))
            return true;
    }
    return true;
}
