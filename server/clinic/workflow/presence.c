/*
 * Whose pages are open, and what follows for the acts somebody is in. E1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/presence.h"

#include "clinic/workflow/act_house.h"
#include "clinic/workflow/act_presence.h"
#include "platform/clock.h"

typedef struct PagePresence {
    bool    known, here;
    int64_t since_ms;
} PagePresence;

static bool presence_of_person(Db *db, int64_t person_id, PagePresence *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT page_presence.here, page_presence.since_ms"
                                     "  FROM page_presence WHERE page_presence.person_id = ?1");
    db_bind_int(q, 1, person_id);
    *ret = (PagePresence) { 0 };
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = (PagePresence) { true, db_int(q, 0) != 0, db_int(q, 1) };
        return true;
    case DB_END:
        return true;
    case DB_FAILED:
        break;
    }
    return false;
}

static bool presence_set(Db *db, int64_t person_id, bool here, int64_t since_ms, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO page_presence (person_id, here, since_ms) VALUES (?1, ?2, "
                                     "?3)"
                                     " ON CONFLICT (person_id) DO UPDATE SET here = excluded.here, since_ms "
                                     "= excluded.since_ms");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, here);
    db_bind_int(q, 3, since_ms);
    return db_run(q, err);
}

static bool job_watch(Db *db, int64_t person_id, int64_t gone_ms, Err *err)
{
    OWNED(json_t) *payload =
        json_pack("{s:I, s:I}", "person_id", (json_int_t)person_id, "gone_ms", (json_int_t)gone_ms);
    OWNED_BUF text = buf_make(256);
    return json_dump_to_buf(payload, &text, err) &&
           job_add(db, "act.presence", buf_slice(&text), gone_ms + PRESENCE_GRACE_MS, err);
}

static bool person_went(Db *db, int64_t person_id, int64_t now_ms, Err *err)
{
    return presence_set(db, person_id, false, now_ms, err) && job_watch(db, person_id, now_ms, err);
}

bool presence_told(Db *db, int64_t person_id, bool here, Err *err)
{
    PagePresence was;
    if (!presence_of_person(db, person_id, &was, err))
        return false;
    if (was.known && was.here == here)
        return true;
    int64_t now_ms = clock_now_ms();
    return here ? presence_set(db, person_id, true, now_ms, err) : person_went(db, person_id, now_ms, err);
}

bool presence_nobody(Db *db, Err *err)
{
    int64_t now_ms       = clock_now_ms();
    OWNED(DbQuery) *here = db_query(db, "UPDATE page_presence SET here = 0, since_ms = ?1 WHERE here = 1 "
                                        "RETURNING person_id");
    db_bind_int(here, 1, now_ms);
    for (DbStep step; (step = db_next(here, err)) != DB_END;)
        if (step == DB_FAILED || !job_watch(db, db_int(here, 0), now_ms, err))
            return false;
    return true;
}

/* ---- the acts ---- */

static bool act_presence_set(Db *db, int64_t act_id, int64_t person_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO act_presence (act_id, person_id) VALUES (?1, ?2)"
                                     " ON CONFLICT (act_id) DO UPDATE SET person_id = excluded.person_id");
    db_bind_int(q, 1, act_id);
    db_bind_int(q, 2, person_id);
    return db_run(q, err);
}

static bool act_presence_clear(Db *db, int64_t act_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM act_presence WHERE act_id = ?1");
    db_bind_int(q, 1, act_id);
    return db_run(q, err);
}

/* Said to be in the act without a page open (another program's call): the same grace to open one. */
static bool watch_without_page(Db *db, int64_t person_id, int64_t now_ms, Err *err)
{
    PagePresence is;
    return presence_of_person(db, person_id, &is, err) &&
           (is.here || person_went(db, person_id, now_ms, err));
}

bool act_follow_presence(Db *db, const Act *a, const ActEvent *e, Err *err)
{
    if (strcmp(e->step, "imager-present") == 0)
        return act_presence_set(db, a->id, e->person_id, err) &&
               watch_without_page(db, e->person_id, e->at_ms, err);
    bool over = strcmp(e->step, "imager-absent") == 0 || strcmp(e->step, "imager-lost") == 0 ||
                (e->to != e->from && !act_step_row(a, SLICE("imager-present")));
    return !over || act_presence_clear(db, a->id, err);
}

typedef struct Watch {
    const ActHouse *house;
    int64_t         person_id, gone_ms;
} Watch;

static bool act_loses(Db *db, const Watch *w, int64_t act_id, Err *err)
{
    return act_do_system(
        db, w->house, act_id, "imager-lost",
        json_pack("{s:I, s:I}", "person_id", (json_int_t)w->person_id, "since_ms", (json_int_t)w->gone_ms),
        err);
}

static bool watch_work(Db *db, void *arg, Err *err)
{
    enum { ACTS_MAX = 64 }; /* nobody is in more at once; the rest is taken by the next look */
    const Watch *w = arg;
    int64_t      acts[ACTS_MAX];
    size_t       count = 0;
    PagePresence is;
    if (!presence_of_person(db, w->person_id, &is, err))
        return false;
    if (is.here || is.since_ms != w->gone_ms)
        return true; /* came back, or went again later: another job's affair */
    OWNED(DbQuery) *q = db_query(db, "SELECT act_presence.act_id FROM act_presence"
                                     " WHERE act_presence.person_id = ?1 ORDER BY act_presence.act_id LIMIT "
                                     "?2");
    db_bind_int(q, 1, w->person_id);
    db_bind_int(q, 2, ACTS_MAX);
    for (DbStep step; count < ACTS_MAX && (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        acts[count++] = db_int(q, 0);
    }
    for (size_t i = 0; i < count; i++)
        if (!act_loses(db, w, acts[i], err))
            return false;
    return count < ACTS_MAX || job_watch(db, w->person_id, w->gone_ms, err);
}

bool job_presence(const Job *job, void *house, Err *err)
{
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    const ActHouse *h      = house;
    if (!payload)
        return false;
    Watch w = { h, json_integer_value(json_object_get(payload, "person_id")),
                json_integer_value(json_object_get(payload, "gone_ms")) };
    return db_write(h->needs.host, watch_work, &w, err);
}
