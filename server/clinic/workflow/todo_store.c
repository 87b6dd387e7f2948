/*
 * What acts ask of whom, in their table: written after each event, read for one person; the only SQL for it. S4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/workflow/act_chapter.h"
#include "clinic/workflow/act_dose.h"
#include "clinic/workflow/todo.h"
#include "platform/clock.h"

enum { TEXT_MAX = 300, HOUR_MS = 3600 * 1000 };

/* As much of a text as a line shows: never half a character. */
static Slice shortened(const char *text)
{
    Slice all = slice_of(text);
    if (all.len <= TEXT_MAX)
        return all;
    all.len = TEXT_MAX;
    while (all.len && ((unsigned char)all.at[all.len] & 0xC0) == 0x80)
        all.len--;
    return all;
}

/* Where it stands among the others: its end; without one, as if what is pressing had ended when it began. */
static int64_t sort_of(const Todo *t)
{
    static const int64_t PATIENCE_MS[] = { [TODO_NOW] = 0, [TODO_TODAY] = 24 * (int64_t)HOUR_MS, [TODO_LATER] = 30 * 24 * (int64_t)HOUR_MS };
    int64_t by_press = t->since_ms + PATIENCE_MS[t->press];
    return t->due_ms && (t->press != TODO_NOW || t->due_ms < by_press) ? t->due_ms : by_press;
}

static bool todo_write(Db *db, int64_t act_id, const Todo *t, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO act_todo (act_id, kind, item, organisation_id, role, person_id, alone, press, due_at_ms, sort_ms, text)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11) ON CONFLICT DO NOTHING");
    db_bind_int(q, 1, act_id);
    db_bind_cstr(q, 2, t->kind);
    db_bind_int(q, 3, t->item);
    db_bind_int(q, 4, t->organisation_id);
    db_bind_int(q, 5, t->role);
    db_bind_int(q, 6, t->person_id);
    db_bind_int(q, 7, t->alone);
    db_bind_int(q, 8, t->press);
    db_bind_int(q, 9, t->due_ms);
    db_bind_int(q, 10, sort_of(t));
    db_bind_text(q, 11, shortened(t->text));
    return db_run(q, err);
}

/* Above a reference level of its protocol, once the exam was made: for the physicist of the site. E11 */
static bool dose_above(Db *db, const Act *a, Todos *list, Err *err)
{
    const json_t *levels = act_fact(a, "protocol", "drl"), *one;
    size_t        i;
    OWNED(json_t) *dose = NULL;
    if (!json_is_object(levels) || !((READABLE | REPORTED) & (1u << a->state)))
        return true;
    if (!act_dose(db, a, &dose, err))
        return false;
    OWNED(json_t) *compared = protocol_dose_compared(levels, dose);
    json_array_foreach (compared, i, one)
        if (json_is_true(json_object_get(one, "above"))) {
            todo_add(list, (Todo) { .kind = "dose-above", .organisation_id = a->site_id, .role = ROLE_PHYSICIST, .press = TODO_LATER,
                                    .since_ms = act_fact_int(a, "acquisition", "started_at_ms"),
                                    .text     = json_string_value(json_object_get(act_fact(a, "protocol", NULL), "name")) });
            return true;
        }
    return true;
}

bool todos_follow(Db *db, const Act *a, Err *err)
{
    Todos           list;
    OWNED(DbQuery) *gone = db_query(db, "DELETE FROM act_todo WHERE act_id = ?1");
    db_bind_int(gone, 1, a->id);
    todos_of(a, &list);
    if (!db_run(gone, err) || !dose_above(db, a, &list, err))
        return false;
    for (size_t i = 0; i < list.count; i++)
        if (!todo_write(db, a->id, &list.at[i], err))
            return false;
    return true;
}

/* ---- those of a person ---- */

typedef struct Reading {
    const Who *who;
    int64_t    now_s;
    int        limit;
    json_t    *into;
    bool       more;
} Reading;

#define TODO_COLUMNS                                                                                          \
    "act_todo.act_id, act_todo.kind, act_todo.item, act_todo.organisation_id, act_todo.role, act_todo.person_id,"  \
    " act_todo.press, act_todo.due_at_ms, act_todo.sort_ms, act_todo.text, act.number, act.kind, act.state, act.modality, act.region," \
    " act.priority, act.study_uid, organisation.name, organisation.time_zone, patient.birth_name || ' ' || patient.first_given," ACT_GRANT_SQL("act.id", "?1", "?2")
#define TODO_JOINED                                                                                           \
    " FROM act_todo JOIN act ON act.id = act_todo.act_id JOIN patient ON patient.id = act.patient_id"          \
    " JOIN organisation ON organisation.id = act.site_id"

/* Of these an act may be named to who does not see it: without its patient. */
static bool told_without_patient(Slice kind)
{
    return slice_equal_text(kind, "called") || slice_equal_text(kind, "nobody-on-duty");
}

static bool is_there(const json_t *list, int64_t act_id, Slice kind, int64_t item)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (list, i, one)
        if (json_integer_value(json_object_get(json_object_get(one, "act"), "id")) == act_id &&
            slice_equal_text(kind, json_string_value(json_object_get(one, "kind"))) && json_integer_value(json_object_get(one, "item")) == item)
            return true;
    return false;
}

static json_t *act_short(const DbQuery *q, bool seen)
{
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "number", json_slice(db_slice(q, 10)),
                     "kind", json_slice(db_slice(q, 11)), "state", json_slice(db_slice(q, 12)), "modality", json_slice(db_slice(q, 13)), "region",
                     json_slice(db_slice(q, 14)), "priority", json_slice(db_slice(q, 15)), "study_uid",
                     seen && !db_is_null(q, 16) ? json_slice(db_slice(q, 16)) : json_null(), "site", json_slice(db_slice(q, 17)), "zone",
                     json_slice(db_slice(q, 18)), "patient", seen ? json_slice(db_slice(q, 19)) : json_null());
}

/* A row for somebody who no longer has the role, or does not see the act, is passed over. */
static bool row_take(const DbQuery *q, Reading *r)
{
    static const char *const PRESS[] = { "now", "today", "later" };
    Slice    kind  = db_slice(q, 1);
    int64_t  place = db_int(q, 3), press = db_int(q, 6);
    unsigned role  = (unsigned)db_int(q, 4), held = place ? who_roles_in(r->who, place) : who_roles(r->who);
    bool     seen  = db_int(q, 20) != 0;
    if ((role && !(role & held)) || (!seen && !told_without_patient(kind)) || press < 0 || press > TODO_LATER ||
        is_there(r->into, db_int(q, 0), kind, db_int(q, 2)))
        return true;
    return json_push(r->into, json_pack("{s:o, s:o, s:I, s:s, s:b, s:s, s:I, s:I, s:o}", "act", act_short(q, seen), "kind", json_slice(kind), "item",
                                        (json_int_t)db_int(q, 2), "role", role ? role_name(role) : "", "mine",
                                        db_int(q, 5) == r->who->person_id, "press", PRESS[press], "due_ms", (json_int_t)db_int(q, 7), "sort_ms",
                                        (json_int_t)db_int(q, 8), "text", json_slice(seen || told_without_patient(kind) ? db_slice(q, 9) : SLICE_NONE)));
}

static bool rows_take(DbQuery *q, Reading *r, Err *err)
{
    DbStep step;
    int    rows = 0;
    while ((step = db_next(q, err)) == DB_ROW)
        if (++rows > r->limit)
            r->more = true;
        else if (!row_take(q, r))
            return err_set(err, ERR_UNAVAILABLE, "The list could not be read: try again.", "no memory");
    return step == DB_END;
}

static bool of_person(Db *db, Reading *r, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " TODO_COLUMNS TODO_JOINED " WHERE act_todo.person_id = ?1 AND act_todo.alone = 1"
                                     " ORDER BY act_todo.sort_ms LIMIT ?3");
    db_bind_int(q, 1, r->who->person_id);
    db_bind_int(q, 2, r->now_s);
    db_bind_int(q, 3, r->limit + 1);
    return rows_take(q, r, err);
}

static bool of_role(Db *db, Reading *r, int64_t organisation_id, unsigned role, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " TODO_COLUMNS TODO_JOINED " WHERE act_todo.organisation_id = ?3 AND act_todo.role = ?4 AND act_todo.alone = 0"
                                     " ORDER BY act_todo.sort_ms LIMIT ?5");
    db_bind_int(q, 1, r->who->person_id);
    db_bind_int(q, 2, r->now_s);
    db_bind_int(q, 3, organisation_id);
    db_bind_int(q, 4, role);
    db_bind_int(q, 5, r->limit + 1);
    return rows_take(q, r, err);
}

bool todos_json(Db *db, const Who *who, int limit, json_t **ret, bool *ret_more, Err *err)
{
    OWNED(json_t) *list = json_array();
    Reading r           = { .who = who, .now_s = clock_now_ms() / 1000, .limit = limit, .into = list };
    if (!list || !of_person(db, &r, err))
        return false;
    for (size_t i = 0; i < who->membership_count; i++)
        for (unsigned roles = who->memberships[i].roles; roles; roles &= roles - 1)
            if (!of_role(db, &r, who->memberships[i].organisation_id, roles & -roles, err))
                return false;
    *ret      = GIVE(list);
    *ret_more = r.more;
    return true;
}

/* ---- acts that were there before ---- */

typedef struct Filling {
    int64_t after;
} Filling;

static bool fill_some(Db *db, void *arg, Err *err)
{
    enum { SOME = 200 };
    const Filling *f  = arg;
    int64_t ids[SOME] = { 0 };
    size_t  count     = 0;
    DbStep  step;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT id FROM act WHERE id > ?1 AND state <> 'closed' ORDER BY id LIMIT ?2");
        db_bind_int(q, 1, f->after);
        db_bind_int(q, 2, SOME);
        while ((step = db_next(q, err)) == DB_ROW)
            ids[count++] = db_int(q, 0);
    }
    for (size_t i = 0; step == DB_END && i < count; i++) {
        OWNED_ACT a = { 0 };
        if (!act_load(db, ids[i], &a, err) || !todos_follow(db, &a, err))
            return false;
    }
    return step == DB_END &&
           (count < SOME || act_job_add(db, "act.todo-fill", json_pack("{s:I}", "after", (json_int_t)ids[count - 1]), clock_now_ms(), err));
}

bool job_todo_fill(const Job *job, void *house, Err *err)
{
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    const ActHouse *h      = house;
    Filling f              = { json_integer_value(json_object_get(payload, "after")) };
    return payload && db_write(h->needs.host, fill_some, &f, err);
}
