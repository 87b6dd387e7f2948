/*
 * The register of security incidents as it is kept. X7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/access/security_register.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/own.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"
#include "guard/access/people.h"
#include "platform/clock.h"

enum { WHAT_MIN = 10 };
#define TEN_YEARS_MS (10LL * 366 * 24 * 60 * 60 * 1000)

static bool entry_insert(Db *db, const Who *who, int64_t id, const char *step, const json_t *data, Err *err)
{
    OWNED_BUF text = buf_make(4 * SECURITY_TEXT_MAX);
    if (!json_dump_to_buf(data, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO security_entry (incident_id, seq, at_ms, by_person, step, data)"
                                     " VALUES (?1, (SELECT count(*) + 1 FROM security_entry WHERE incident_id = ?1), ?2, ?3, ?4, ?5)");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_int(q, 3, who->person_id);
    db_bind_cstr(q, 4, step);
    db_bind_text(q, 5, buf_slice(&text));
    return db_run(q, err);
}

bool security_open(Db *db, const Who *who, Slice title, Slice what, int64_t known_at_ms, int64_t *ret_id, Err *err)
{
    int64_t now_ms = clock_now_ms();
    title = slice_trim(title), what = slice_trim(what);
    if (!title.len || what.len < WHAT_MIN)
        return err_set(err, ERR_INPUT, "Name the incident and say in a few words what happened.", "title, what");
    if (title.len > SECURITY_TITLE_MAX || what.len > SECURITY_TEXT_MAX || !text_is_clean_utf8(title) || !text_is_clean_utf8(what))
        return err_set(err, ERR_INPUT, "This entry of the register is not as it should be.", "title, what");
    if (known_at_ms > now_ms || known_at_ms < now_ms - TEN_YEARS_MS)
        return err_set(err, ERR_INPUT, "Say since when the incident is known: not in the future.", "known_at_ms");
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO security_incident (known_at_ms, title) VALUES (?1, ?2)");
    db_bind_int(q, 1, known_at_ms);
    db_bind_text(q, 2, title);
    if (!db_run(q, err))
        return false;
    *ret_id             = db_last_id(db);
    OWNED(json_t) *data = json_pack("{s:o}", "what", json_slice(what));
    return entry_insert(db, who, *ret_id, "open", data, err);
}

/* All entries of one, in order. */
static bool entries_load(Db *db, int64_t id, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT security_entry.seq, security_entry.at_ms, security_entry.step, security_entry.data, " PERSON_NAME_SQL("person") ""
                                     "  FROM security_entry JOIN person ON person.id = security_entry.by_person WHERE security_entry.incident_id = ?1 ORDER BY security_entry.seq");
    db_bind_int(q, 1, id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *data = json_parse_object(db_slice(q, 3), err);
        if (!data || !json_push(ret, json_pack("{s:I, s:I, s:o, s:o, s:o}", "seq", (json_int_t)db_int(q, 0), "at_ms", (json_int_t)db_int(q, 1), "step", json_slice(db_slice(q, 2)), "data", data,
                                               "by", json_slice(db_slice(q, 4)))))
            return false;
    }
    return step == DB_END;
}

bool security_add(Db *db, const Who *who, int64_t id, Slice step, const json_t *said, Err *err)
{
    int64_t known_at_ms;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT known_at_ms FROM security_incident WHERE id = ?1");
        db_bind_int(q, 1, id);
        DbStep found = db_next(q, err);
        if (found != DB_ROW)
            return found == DB_END && err_set(err, ERR_NOT_FOUND, "This incident is not in the register.", "security incident %" PRId64, id);
        known_at_ms = db_int(q, 0);
    }
    OWNED(json_t) *entries = json_array();
    OWNED(json_t) *kept    = NULL;
    SecurityState  state;
    char           name[16];
    if (!entries_load(db, id, entries, err))
        return false;
    security_fold(entries, known_at_ms, &state);
    return security_entry_checked(&state, step, said, clock_now_ms(), &kept, err) && slice_copy(step, name, sizeof name) && entry_insert(db, who, id, name, kept, err);
}

/* ---- as JSON ---- */

static json_t *duties_json(const SecurityState *s, int64_t now_ms, int64_t *ret_next_ms)
{
    json_t *list = json_array();
    *ret_next_ms = INT64_MAX;
    for (size_t d = 0; d < SECURITY_DUTIES; d++) {
        const SecurityDuty *duty = &s->duties[d];
        if (!duty->due_ms && !duty->told_ms)
            continue;
        bool open = duty->due_ms && !duty->told_ms;
        if (open && duty->due_ms < *ret_next_ms)
            *ret_next_ms = duty->due_ms;
        json_push(list, json_pack("{s:s, s:o, s:o, s:b}", "to", duty->to, "due_ms", duty->due_ms ? json_integer(duty->due_ms) : json_null(), "told_ms",
                                  duty->told_ms ? json_integer(duty->told_ms) : json_null(), "overdue", open && duty->due_ms < now_ms));
    }
    return list;
}

typedef struct Told {
    int64_t next_ms, id;
    json_t *json;
} Told;

static int nearest_first(const void *a, const void *b)
{
    const Told *x = a, *y = b;
    if (x->next_ms != y->next_ms)
        return x->next_ms < y->next_ms ? -1 : 1;
    return x->id > y->id ? -1 : 1;
}

static bool one_told(Db *db, int64_t id, Slice title, int64_t known_at_ms, int64_t now_ms, Told *ret, Err *err)
{
    OWNED(json_t) *entries = json_array();
    SecurityState  s;
    if (!entries_load(db, id, entries, err))
        return false;
    security_fold(entries, known_at_ms, &s);
    json_t *duties = duties_json(&s, now_ms, &ret->next_ms);
    ret->id        = id;
    ret->json      = json_pack("{s:I, s:o, s:I, s:b, s:b, s:s, s:b, s:b, s:o, s:O}", "id", (json_int_t)id, "title", json_slice(title), "known_at_ms", (json_int_t)known_at_ms, "assessed",
                               s.assessed, "breach", s.breach, "risk", s.risk, "serious", s.serious, "closed", s.closed, "duties", duties, "entries", entries);
    return ret->json || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "security incident %" PRId64, id);
}

bool security_json(Db *db, json_t **ret, Err *err)
{
    static const size_t ROOM = SECURITY_LIST_MAX;
    int64_t         now_ms   = clock_now_ms();
    size_t          count    = 0;
    bool            right    = true;
    Told           *told     = calloc(ROOM, sizeof *told);
    OWNED(DbQuery) *q        = db_query(db, "SELECT id, title, known_at_ms FROM security_incident ORDER BY id DESC LIMIT ?1");
    db_bind_int(q, 1, SECURITY_LIST_MAX);
    DbStep step = DB_FAILED;
    while (told && right && (step = db_next(q, err)) == DB_ROW)
        if ((right = one_told(db, db_int(q, 0), db_slice(q, 1), db_int(q, 2), now_ms, &told[count], err)))
            count++;
    right = told ? right && step == DB_END : err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "security incidents");
    json_t *list = json_array();
    if (right)
        qsort(told, count, sizeof *told, nearest_first);
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, told[i].json);
    free(told);
    if (!right) {
        json_decref(list);
        return false;
    }
    *ret = json_pack("{s:o, s:I}", "incidents", list, "now_ms", (json_int_t)now_ms);
    return *ret != NULL;
}
