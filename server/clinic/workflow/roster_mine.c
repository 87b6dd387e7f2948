/*
 * One's own duties and what is asked of one on the roster.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/roster_mine.h"

#include "guard/access/people.h"

enum { WEEK_MS = 7 * 24 * 3600 * 1000, TRIED_MAX = 60 };

/* The first occurrence of a shift that is this person's, swaps and absences counted, before 'until_ms'. */
static bool first_own(Db *db, const RosterShift *s, const char *zone, int64_t person_id, int64_t now_ms, int64_t *ret_from, int64_t *ret_to, Err *err)
{
    int64_t from = 0, to = 0, holder = 0, at = now_ms;
    bool    absent = false;
    *ret_from      = 0;
    for (int i = 0; i < TRIED_MAX && shift_next(s, zone, at, &from, &to) && from < now_ms + WEEK_MS; i++, at = to) {
        if (!roster_holder(db, s, from, from, &holder, &absent, err))
            return false;
        if (holder != person_id || absent)
            continue;
        *ret_from = from;
        *ret_to   = to;
        return true;
    }
    return true;
}

static void keep_earliest(json_t *list, const Organisation *o, const RosterShift *s, int64_t from, int64_t to, int64_t now_ms)
{
    size_t  i;
    json_t *one, *made = json_pack("{s:s, s:I, s:s, s:s, s:s, s:I, s:I}", "kind", from <= now_ms ? "on-duty" : "duty-next", "id", (json_int_t)o->id, "about",
                                   o->name, "zone", o->time_zone, "role", s->role, "from_ms", (json_int_t)from, "to_ms", (json_int_t)to);
    json_array_foreach (list, i, one)
        if (json_integer_value(json_object_get(one, "id")) == o->id && strcmp(json_string_value(json_object_get(one, "role")), s->role) == 0) {
            if (json_integer_value(json_object_get(one, "from_ms")) > from)
                json_array_set(list, i, made);
            json_decref(made);
            return;
        }
    json_push(list, made);
}

static bool duties(Db *db, const Who *who, const Organisation *o, int64_t now_ms, json_t *list, Err *err)
{
    DbStep step       = DB_END;
    OWNED(DbQuery) *q = db_query(db, "SELECT id, organisation_id, person_id, from_ms, to_ms, weeks, until_ms, role FROM roster_shift"
                                     " WHERE organisation_id = ?1 AND ended_at_ms IS NULL AND (person_id = ?2 OR EXISTS (SELECT 1 FROM roster_swap"
                                     "   WHERE roster_swap.shift_id = roster_shift.id AND roster_swap.state = 'accepted' AND roster_swap.person_id = ?2))");
    db_bind_int(q, 1, o->id);
    db_bind_int(q, 2, who->person_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        RosterShift s = { .id = db_int(q, 0), .organisation_id = db_int(q, 1), .person_id = db_int(q, 2), .from_ms = db_int(q, 3),
                          .to_ms = db_int(q, 4), .weeks = db_int(q, 5), .until_ms = db_int(q, 6) };
        int64_t from = 0, to = 0;
        db_text(q, 7, s.role, sizeof s.role);
        if (!first_own(db, &s, o->time_zone, who->person_id, now_ms, &from, &to, err))
            return false;
        if (from)
            keep_earliest(list, o, &s, from, to, now_ms);
    }
    return step == DB_END;
}

static bool swaps(Db *db, const Who *who, int64_t now_ms, json_t *list, Err *err)
{
    DbStep step       = DB_END;
    OWNED(DbQuery) *q = db_query(db, "SELECT organisation.id, organisation.name, organisation.time_zone, roster_shift.role, roster_swap.from_ms, roster_swap.to_ms"
                                     "  FROM roster_swap JOIN roster_shift ON roster_shift.id = roster_swap.shift_id"
                                     "  JOIN organisation ON organisation.id = roster_shift.organisation_id"
                                     " WHERE roster_swap.person_id = ?1 AND roster_swap.state = 'asked' AND roster_swap.from_ms > ?2 AND roster_shift.ended_at_ms IS NULL"
                                     " ORDER BY roster_swap.from_ms LIMIT 20");
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, now_ms);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:s, s:I, s:o, s:o, s:o, s:I, s:I}", "kind", "swap-answer", "id", (json_int_t)db_int(q, 0), "about",
                                  json_slice(db_slice(q, 1)), "zone", json_slice(db_slice(q, 2)), "role", json_slice(db_slice(q, 3)), "from_ms",
                                  (json_int_t)db_int(q, 4), "to_ms", (json_int_t)db_int(q, 5)));
    return step == DB_END;
}

bool roster_mine_json(Db *db, const Who *who, int64_t now_ms, json_t **ret, Err *err)
{
    OWNED(json_t) *list  = json_array();
    OWNED(json_t) *asked = json_array();
    for (size_t i = 0; i < who->membership_count; i++) {
        Organisation o;
        if (!organisation_load(db, who->memberships[i].organisation_id, &o, err) || !duties(db, who, &o, now_ms, list, err))
            return false;
    }
    if (!swaps(db, who, now_ms, asked, err) || json_array_extend(list, asked) != 0)
        return false;
    *ret = GIVE(list);
    return true;
}
