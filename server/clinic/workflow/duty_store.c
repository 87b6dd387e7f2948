/*
 * The duties of acts in their table, their clocks, their list; the only SQL for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/workflow/duties.h"
#include "platform/clock.h"

static bool duty_add(Db *db, int64_t act_id, const Duty *duty, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO act_duty (act_id, kind, item, party, due_at_ms, text)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_int(q, 1, act_id);
    db_bind_cstr(q, 2, duty->kind);
    db_bind_int(q, 3, duty->item);
    db_bind_cstr(q, 4, duty->party);
    db_bind_int(q, 5, duty->due_ms);
    db_bind_cstr(q, 6, duty->text);
    return db_run(q, err);
}

static bool clock_set(Db *db, int64_t act_id, const Duty *duty, Err *err)
{
    OWNED(json_t) *payload = json_pack("{s:I, s:s, s:I, s:I}", "act_id", (json_int_t)act_id, "kind", duty->kind, "item",
                                       (json_int_t)duty->item, "due_ms", (json_int_t)duty->due_ms);
    OWNED_BUF text = buf_make(4096);
    return json_dump_to_buf(payload, &text, err) && job_add(db, "act.duty-due", buf_slice(&text), duty->due_ms, err);
}

/* Was it there before, with the same end: then its clock runs already. */
static bool is_new(Db *db, int64_t act_id, const Duty *duty, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM act_duty"
                                     " WHERE act_id = ?1 AND kind = ?2 AND item = ?3 AND due_at_ms = ?4");
    db_bind_int(q, 1, act_id);
    db_bind_cstr(q, 2, duty->kind);
    db_bind_int(q, 3, duty->item);
    db_bind_int(q, 4, duty->due_ms);
    DbStep step = db_next(q, err);
    *ret        = step == DB_END;
    return step != DB_FAILED;
}

static bool forget_all(Db *db, int64_t act_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM act_duty WHERE act_id = ?1");
    db_bind_int(q, 1, act_id);
    return db_run(q, err);
}

bool duties_follow(Db *db, const ActHouse *house, const Act *before, const Act *after, const ActEvent *event, Err *err)
{
    enum { NONE = 1u << ACT_DRAFT | 1u << ACT_CLOSED };
    Duty   duties[DUTIES_MAX];
    bool   fresh[DUTIES_MAX];
    size_t count = duties_of(after, duties);
    (void)house;
    (void)event;
    if ((1u << before->state & NONE) && (1u << after->state & NONE))
        return true;
    for (size_t i = 0; i < count; i++)
        if (!is_new(db, after->id, &duties[i], &fresh[i], err))
            return false;
    if (!forget_all(db, after->id, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!duty_add(db, after->id, &duties[i], err) || (fresh[i] && !clock_set(db, after->id, &duties[i], err)))
            return false;
    return true;
}

/* ---- overdue ---- */

static bool said_already(const Act *a, const char *kind, int64_t item, int64_t due_ms)
{
    size_t        i;
    const json_t *one;
    json_array_foreach (json_object_get(a->facts, "duties_overdue"), i, one) {
        const char *said = json_string_value(json_object_get(one, "kind"));
        if (said && strcmp(said, kind) == 0 && json_integer_value(json_object_get(one, "item")) == item &&
            json_integer_value(json_object_get(one, "due_ms")) == due_ms)
            return true;
    }
    return false;
}

/* Whom it is brought before when the one who owes it has let the moment pass. */
static const char *next_party(const char *party)
{
    return strcmp(party, "requester") == 0 ? "imaging" : "requester";
}

typedef struct DutyDue {
    const ActHouse *house;
    json_t         *payload;
} DutyDue;

static bool due_work(Db *db, void *arg, Err *err)
{
    const DutyDue *d = arg;
    OWNED_ACT      a = { 0 };
    Duty           duties[DUTIES_MAX];
    const char    *kind   = json_string_value(json_object_get(d->payload, "kind"));
    int64_t        item   = json_integer_value(json_object_get(d->payload, "item"));
    int64_t        due_ms = json_integer_value(json_object_get(d->payload, "due_ms"));
    if (!act_load(db, json_integer_value(json_object_get(d->payload, "act_id")), &a, err))
        return false;
    size_t count = duties_of(&a, duties);
    for (size_t i = 0; kind && i < count; i++) {
        if (strcmp(duties[i].kind, kind) != 0 || duties[i].item != item || duties[i].due_ms != due_ms ||
            said_already(&a, kind, item, due_ms))
            continue;
        return act_do_system(db, d->house, a.id, "duty-overdue",
                             json_pack("{s:s, s:I, s:I, s:s, s:s}", "kind", kind, "item", (json_int_t)item, "due_ms",
                                       (json_int_t)due_ms, "party", duties[i].party, "escalated_to",
                                       next_party(duties[i].party)),
                             err);
    }
    return true; /* done, moved, or said already */
}

bool job_duty_due(const Job *job, void *house, Err *err)
{
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    DutyDue due            = { house, payload };
    return payload && db_write(due.house->needs.host, due_work, &due, err);
}

/* ---- the list ---- */

static json_t *duty_json(const DbQuery *q, int64_t now_ms)
{
    int64_t due_ms = db_int(q, 9);
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:o, s:I, s:o, s:b}", "act_id", (json_int_t)db_int(q, 0),
                     "number", json_slice(db_slice(q, 1)), "modality", json_slice(db_slice(q, 2)), "priority",
                     json_slice(db_slice(q, 3)), "state", json_slice(db_slice(q, 4)), "patient",
                     json_slice(db_slice(q, 5)), "kind", json_slice(db_slice(q, 6)), "item", (json_int_t)db_int(q, 7),
                     "party", json_slice(db_slice(q, 8)), "due_ms", (json_int_t)due_ms, "text",
                     json_slice(db_slice(q, 10)), "overdue", due_ms <= now_ms);
}

bool duties_json(Db *db, const Who *who, bool overdue_only, json_t **ret, Err *err)
{
    int64_t now_ms      = clock_now_ms();
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q =
        db_query(db, "SELECT act.id, act.number, act.modality, act.priority, act.state,"
                     "       patient.birth_name || ' ' || patient.first_given, act_duty.kind, act_duty.item,"
                     "       act_duty.party, act_duty.due_at_ms, act_duty.text"
                     "  FROM act_duty"
                     "  JOIN act ON act.id = act_duty.act_id"
                     "  JOIN patient ON patient.id = act.patient_id"
                     " WHERE act_duty.due_at_ms <= ?3"
                     "   AND " ACT_GRANT_SQL("act.id", "?1", "?2") " ORDER BY act_duty.due_at_ms, act.id LIMIT 500");
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, now_ms / 1000);
    db_bind_int(q, 3, overdue_only ? now_ms : INT64_MAX);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        json_push(list, duty_json(q, now_ms));
    }
    *ret = json_pack("{s:O, s:I}", "duties", list, "now_ms", (json_int_t)now_ms);
    return *ret != NULL;
}
