/*
 * The roster: who is on duty, and what a week looks like. O2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/roster.h"

#include <inttypes.h>

#include "clinic/workflow/convention_hours.h"
#include "guard/access/people.h"
#include "platform/clock.h"

bool roster_zone(Db *db, int64_t organisation_id, char ret[40], Err *err)
{
    Organisation o;
    if (!organisation_load(db, organisation_id, &o, err))
        return false;
    slice_copy(slice_of(o.time_zone), ret, 40);
    return true;
}

bool roster_shifts_each(Db *db, int64_t organisation_id, int64_t since_ms, RosterEach *each, void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, organisation_id, person_id, from_ms, to_ms, weeks, until_ms, role, contact, coalesce(ended_at_ms, 0)"
                                     "  FROM roster_shift WHERE organisation_id = ?1 AND (ended_at_ms IS NULL OR ended_at_ms > ?2)"
                                     " ORDER BY from_ms, id");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, since_ms);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        RosterShift s = { .id = db_int(q, 0), .organisation_id = db_int(q, 1), .person_id = db_int(q, 2), .from_ms = db_int(q, 3),
                          .to_ms = db_int(q, 4), .weeks = db_int(q, 5), .until_ms = db_int(q, 6), .ended_ms = db_int(q, 9) };
        db_text(q, 7, s.role, sizeof s.role);
        db_text(q, 8, s.contact, sizeof s.contact);
        if (!each(db, &s, arg, err))
            return false;
    }
    return true;
}

bool roster_holder(Db *db, const RosterShift *s, int64_t from_ms, int64_t at_ms, int64_t *ret_person, bool *ret_absent, Err *err)
{
    *ret_person       = s->person_id;
    OWNED(DbQuery) *q = db_query(db, "SELECT person_id FROM roster_swap WHERE shift_id = ?1 AND from_ms = ?2 AND state = 'accepted'"
                                     " ORDER BY id DESC LIMIT 1");
    db_bind_int(q, 1, s->id);
    db_bind_int(q, 2, from_ms);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW)
        *ret_person = db_int(q, 0);
    OWNED(DbQuery) *away = db_query(db, "SELECT 1 FROM roster_absence WHERE organisation_id = ?1 AND person_id = ?2"
                                        "   AND from_ms <= ?3 AND to_ms > ?3");
    db_bind_int(away, 1, s->organisation_id);
    db_bind_int(away, 2, *ret_person);
    db_bind_int(away, 3, at_ms);
    step        = db_next(away, err);
    *ret_absent = step == DB_ROW;
    return step != DB_FAILED;
}

/* One duty: person, telephone, hours. */
static json_t *duty_json(Db *db, const RosterShift *s, int64_t person_id, int64_t from_ms, int64_t to_ms, Err *err)
{
    Person person;
    char   name[160];
    if (!person_load(db, person_id, &person, err))
        return NULL;
    person_shown_name(&person, name, sizeof name);
    return json_pack("{s:I, s:I, s:s, s:s, s:s, s:I, s:I, s:I}", "shift_id", (json_int_t)s->id, "person_id", (json_int_t)person_id,
                     "name", name, "phone", s->contact[0] && person_id == s->person_id ? s->contact : person.phone, "role", s->role,
                     "from_ms", (json_int_t)from_ms, "to_ms", (json_int_t)to_ms, "weeks", (json_int_t)s->weeks);
}

/* ---- now ---- */

typedef struct OnDuty {
    const char *role;
    char        zone[40];
    int64_t     at_ms;
    json_t     *into;
} OnDuty;

static bool listed(const json_t *list, int64_t person_id, const char *role)
{
    size_t  i;
    json_t *one;
    json_array_foreach (list, i, one)
        if (json_integer_value(json_object_get(one, "person_id")) == person_id &&
            strcmp(json_string_value(json_object_get(one, "role")), role) == 0)
            return true;
    return false;
}

static bool on_duty_each(Db *db, const RosterShift *s, void *arg, Err *err)
{
    OnDuty *d      = arg;
    int64_t from   = 0, to = 0, person = 0;
    bool    absent = false;
    if ((d->role && strcmp(d->role, s->role) != 0) || !shift_covers(s, d->zone, d->at_ms, &from, &to))
        return true;
    if (!roster_holder(db, s, from, d->at_ms, &person, &absent, err))
        return false;
    if (absent || listed(d->into, person, s->role))
        return true;
    json_t *one = duty_json(db, s, person, from, to, err);
    return one && json_push(d->into, one);
}

bool roster_on_duty(Db *db, int64_t organisation_id, const char *role, int64_t at_ms, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OnDuty d            = { .role = role, .at_ms = at_ms, .into = list };
    if (!roster_zone(db, organisation_id, d.zone, err) || !roster_shifts_each(db, organisation_id, at_ms, on_duty_each, &d, err))
        return false;
    *ret = GIVE(list);
    return true;
}

/* ---- a week ---- */

typedef struct Span {
    char    zone[40];
    int64_t from_ms, to_ms;
    json_t *into;
} Span;

static bool span_each(Db *db, const RosterShift *s, void *arg, Err *err)
{
    enum { DUTIES_MAX = 1000 };
    Span   *span   = arg;
    int64_t from   = 0, to = 0, person = 0;
    bool    absent = false;
    for (int64_t at = span->from_ms; shift_next(s, span->zone, at, &from, &to) && from < span->to_ms; at = to) {
        if (json_array_size(span->into) >= DUTIES_MAX)
            return true;
        if (!roster_holder(db, s, from, from, &person, &absent, err))
            return false;
        json_t *one = duty_json(db, s, person, from, to, err);
        if (!one)
            return false;
        json_put(one, "absent", json_boolean(absent));
        json_put(one, "swapped", json_boolean(person != s->person_id));
        json_put(one, "ended", json_boolean(s->ended_ms != 0));
        json_push(span->into, one);
        if (to <= at)
            return true;
    }
    return true;
}

typedef struct Cell {
    const char *key;
    bool        text;
} Cell;

/* Rows of a query as objects, columns in the order of 'cells'. */
static bool rows_put(DbQuery *q, const Cell *cells, json_t *into, const char *key, Err *err)
{
    json_t *list = json_array();
    json_put(into, key, list);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        json_t *row = json_object();
        for (int i = 0; cells[i].key; i++)
            json_put(row, cells[i].key, cells[i].text ? json_slice(db_slice(q, i)) : json_integer(db_int(q, i)));
        json_push(list, row);
    }
    return true;
}

static bool absences_put(Db *db, int64_t organisation_id, const Span *span, json_t *into, Err *err)
{
    static const Cell CELLS[] = { { "id", false }, { "person_id", false }, { "from_ms", false }, { "to_ms", false }, { "reason", true },
                                  { "name", true }, { 0 } };
    OWNED(DbQuery) *q = db_query(db, "SELECT roster_absence.id, person_id, from_ms, to_ms, reason, person.given || ' ' || person.family"
                                     "  FROM roster_absence JOIN person ON person.id = roster_absence.person_id"
                                     " WHERE organisation_id = ?1 AND to_ms > ?2 AND from_ms < ?3 ORDER BY from_ms LIMIT 200");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, span->from_ms);
    db_bind_int(q, 3, span->to_ms);
    return rows_put(q, CELLS, into, "absences", err);
}

static bool swaps_put(Db *db, int64_t organisation_id, const Span *span, json_t *into, Err *err)
{
    static const Cell CELLS[] = { { "id", false }, { "shift_id", false }, { "from_ms", false }, { "to_ms", false }, { "person_id", false },
                                  { "state", true }, { "name", true }, { "holder", true }, { 0 } };
    OWNED(DbQuery) *q = db_query(db, "SELECT roster_swap.id, shift_id, roster_swap.from_ms, roster_swap.to_ms, roster_swap.person_id, state,"
                                     "       person.given || ' ' || person.family, holder.given || ' ' || holder.family"
                                     "  FROM roster_swap JOIN roster_shift ON roster_shift.id = roster_swap.shift_id"
                                     "  JOIN person ON person.id = roster_swap.person_id"
                                     "  JOIN person AS holder ON holder.id = roster_shift.person_id"
                                     " WHERE roster_shift.organisation_id = ?1 AND roster_swap.to_ms > ?2 AND roster_swap.from_ms < ?3"
                                     " ORDER BY roster_swap.from_ms LIMIT 200");
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, span->from_ms);
    db_bind_int(q, 3, span->to_ms);
    return rows_put(q, CELLS, into, "swaps", err);
}

static bool skills_put(Db *db, int64_t organisation_id, json_t *into, Err *err)
{
    static const Cell CELLS[] = { { "person_id", false }, { "modality", true }, { "region", true }, { 0 } };
    OWNED(DbQuery) *q = db_query(db, "SELECT roster_skill.person_id, modality, region FROM roster_skill JOIN membership"
                                     "    ON membership.person_id = roster_skill.person_id"
                                     " WHERE membership.organisation_id = ?1 ORDER BY roster_skill.person_id, modality, region");
    db_bind_int(q, 1, organisation_id);
    return rows_put(q, CELLS, into, "skills", err);
}

bool roster_json(Db *db, const Who *who, int64_t organisation_id, int64_t from_ms, int64_t to_ms, json_t **ret, Err *err)
{
    static const int64_t SPAN_MAX_MS = 62LL * 24 * 3600 * 1000;
    OWNED(json_t) *duties = json_array();
    json_t        *now    = NULL;
    Span           span   = { .from_ms = from_ms, .to_ms = to_ms, .into = duties };
    if (!who_roles_in(who, organisation_id))
        return err_set(err, ERR_DENIED, "You are no member of this organisation.", "organisation %" PRId64, organisation_id);
    if (to_ms <= from_ms || to_ms - from_ms > SPAN_MAX_MS)
        return err_set(err, ERR_INPUT, "A roster is shown for at most two months.", "from %" PRId64 " to %" PRId64, from_ms, to_ms);
    if (!roster_zone(db, organisation_id, span.zone, err) || !roster_shifts_each(db, organisation_id, from_ms, span_each, &span, err) ||
        !roster_on_duty(db, organisation_id, NULL, clock_now_ms(), &now, err))
        return false;
    OWNED(json_t) *all = json_pack("{s:I, s:s, s:b, s:O, s:o, s:I}", "organisation_id", (json_int_t)organisation_id, "zone", span.zone,
                                   "may_edit", roster_may_edit(who, organisation_id), "duties", duties, "now", now, "now_ms",
                                   (json_int_t)clock_now_ms());
    if (!absences_put(db, organisation_id, &span, all, err) || !swaps_put(db, organisation_id, &span, all, err) ||
        !skills_put(db, organisation_id, all, err))
        return false;
    *ret = GIVE(all);
    return true;
}

/* ---- competence ---- */

bool roster_competence(Db *db, int64_t person_id, const char *modality, const char *region, int *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT modality, region FROM roster_skill WHERE person_id = ?1");
    db_bind_int(q, 1, person_id);
    *ret = 70;
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        OWNED(json_t) *word = json_array();
        if (db_slice(q, 1).len)
            json_push(word, json_slice(db_slice(q, 1)));
        if (slice_equal_text(db_slice(q, 0), modality) && regions_cover(word, slice_of(region))) {
            *ret = 100;
            return true;
        }
        *ret = 30;
    }
    return true;
}
