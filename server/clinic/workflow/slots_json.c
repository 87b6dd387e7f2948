/*
 * The slots of an exam as the page shows them: each with what stands against it and who is on duty. E10.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/slots.h"

#include <inttypes.h>

#include "clinic/workflow/act_json.h"
#include "clinic/workflow/expertise.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { MINUTE_MS = 60 * 1000, STEP_MIN = 15, FIRST_MAX = 6 };
static const int64_t DAY_MS = 24LL * 60 * MINUTE_MS;

/* ---- names, each read once ---- */

static bool name_put(Db *db, json_t *names, int64_t person_id, Err *err)
{
    Person person;
    char   key[24], name[160];
    (void)snprintf(key, sizeof key, "%" PRId64, person_id);
    if (json_object_get(names, key))
        return true;
    if (!person_load(db, person_id, &person, err))
        return false;
    person_shown_name(&person, name, sizeof name);
    return json_put(names, key, json_string(name));
}

static json_t *on_duty(SlotSearch *s, const DutyBook *book, const char *role, int64_t at_ms, json_t *names, Err *err)
{
    int64_t people[SLOT_DUTY_MAX];
    size_t  count = duty_book_at(book, role, at_ms, people, SLOT_DUTY_MAX);
    json_t *list  = json_array();
    for (size_t i = 0; i < count; i++) {
        char key[24];
        (void)snprintf(key, sizeof key, "%" PRId64, people[i]);
        if (!name_put(s->db, names, people[i], err)) {
            json_decref(list);
            return NULL;
        }
        json_push(list, json_incref(json_object_get(names, key)));
    }
    return list;
}

static bool duty_put(SlotSearch *s, json_t *into, const char *key, const DutyBook *book, const char *role, int64_t at_ms, json_t *names, Err *err)
{
    json_t *list = on_duty(s, book, role, at_ms, names, err);
    return list && json_put(into, key, list);
}

/* ---- one slot ---- */

static bool slot_push(SlotSearch *s, SlotRoom *room, int64_t start_ms, Lang lang, json_t *names, json_t *into, bool only_possible, Err *err)
{
    MissingList blocking = { 0 }, warning = { 0 };
    int64_t     arrive_ms = start_ms - room->length.lead_minutes * MINUTE_MS;
    if (arrive_ms < s->now_ms)
        return true;
    if (!slot_judge(s, room, start_ms, 0, &blocking, &warning, err))
        return false;
    if (only_possible && blocking.count)
        return true;
    json_t *one = json_pack("{s:I, s:I, s:I, s:I, s:b, s:b, s:o, s:o}", "room_id", (json_int_t)room->room.id, "start_ms", (json_int_t)start_ms,
                            "end_ms", (json_int_t)(start_ms + room->length.minutes * MINUTE_MS), "arrive_ms", (json_int_t)arrive_ms, "possible",
                            blocking.count == 0, "late", s->limit_ms && start_ms > s->limit_ms, "missing", missing_json(&blocking, lang),
                            "warnings", missing_json(&warning, lang));
    return one && json_push(into, one) && duty_put(s, one, "technologist", s->site, "technologist", start_ms, names, err) &&
           duty_put(s, one, "local", s->site, "local-physician", start_ms, names, err) &&
           duty_put(s, one, "imager", s->imaging, "imager", start_ms, names, err);
}

static bool span_push(SlotSearch *s, int64_t from_ms, int64_t to_ms, Lang lang, json_t *names, json_t *into, size_t most, Err *err)
{
    for (int64_t at = calendar_round(from_ms, STEP_MIN, s->zone); at < to_ms && json_array_size(into) < most; at += STEP_MIN * MINUTE_MS)
        for (size_t i = 0; i < s->room_count; i++)
            if (!slot_push(s, s->rooms[i], at, lang, names, into, most == FIRST_MAX, err))
                return false;
    return true;
}

static json_t *rooms_of(const SlotSearch *s)
{
    json_t *list = json_array();
    for (size_t i = 0; i < s->room_count; i++) {
        const SlotRoom *room = s->rooms[i];
        json_push(list, json_pack("{s:I, s:s, s:s, s:b, s:I, s:I, s:I}", "id", (json_int_t)room->room.id, "name", room->room.name, "modality",
                                  room->room.modality, "calendar", room->calendar != NULL, "minutes", (json_int_t)room->length.minutes,
                                  "lead_minutes", (json_int_t)room->length.lead_minutes, "buffer_minutes",
                                  (json_int_t)room->length.buffer_minutes));
    }
    return list;
}

bool slots_json(Db *db, const Who *who, Lang lang, int64_t act_id, int64_t from_ms, int64_t to_ms, json_t **ret, Err *err)
{
    static const int64_t SPAN_MS = 2, FIRST_DAYS = 31;
    OWNED_ACT            a       = { 0 };
    OWNED(json_t) *names         = json_object();
    OWNED(json_t) *slots         = json_array();
    OWNED(json_t) *first         = json_array();
    int64_t now_ms               = clock_now_ms();
    if (!act_load_for(db, act_id, who->person_id, now_ms / 1000, &a, err))
        return false;
    if (act_is_expertise(&a) || to_ms <= from_ms || to_ms - from_ms > SPAN_MS * DAY_MS)
        return err_set(err, ERR_INPUT, "Slots of an exam are shown for two days at most.", "act %" PRId64, act_id);
    int64_t limit_ms = act_exam_limit_ms(&a), until_ms = now_ms + FIRST_DAYS * DAY_MS;
    if (limit_ms && limit_ms < until_ms)
        until_ms = limit_ms > now_ms ? limit_ms : now_ms;
    OWNED(SlotSearch) *near = slot_search_new(db, &a, 0, now_ms, until_ms, err);
    OWNED(SlotSearch) *span = near ? slot_search_new(db, &a, 0, from_ms, to_ms, err) : NULL;
    if (!span || !span_push(near, now_ms, until_ms + 1, lang, names, first, FIRST_MAX, err) ||
        !span_push(span, from_ms > now_ms ? from_ms : now_ms, to_ms, lang, names, slots, SIZE_MAX, err))
        return false;
    while (json_array_size(first) > FIRST_MAX)
        json_array_remove(first, json_array_size(first) - 1);
    *ret = json_pack("{s:s, s:I, s:o, s:O?, s:o, s:O, s:O}", "zone", span->zone, "now_ms", (json_int_t)now_ms, "limit_ms",
                     limit_ms ? json_integer(limit_ms) : json_null(), "later", act_fact(&a, "later", NULL), "rooms", rooms_of(span), "first",
                     first, "slots", slots);
    return *ret != NULL;
}
