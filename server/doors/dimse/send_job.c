/*
 * Sendings to other archives as jobs.
 *
 * A peer that is away, breaks the line or has no room is asked again, less and less often, for about a day;
 * objects that it refuses for good are counted as failed and not sent again unless a person asks for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/send_job.h"

#include <stdio.h>

#include "doors/dimse/command.h"
#include "doors/dimse/delivery.h"
#include "formats/json/json_util.h"
#include "guard/access/peer_admin.h"
#include "platform/clock.h"
#include "platform/log.h"

enum {
    ATTEMPTS_MAX = 30,  /* 10 s, doubled to an hour: about a day */
    TELL_MS      = 400, /* how far it is, and whether it is still wanted */
    TELL_OBJECTS = 200, /* and at the latest after so many: what is not told is sent twice after a crash */
};

/* ---- asked for ---- */

bool send_later(Db *db, const SendRow *row, Err *err)
{
    char payload[96];
    int  n = snprintf(payload, sizeof payload, "{\"send_id\":%lld,\"turn\":%lld}", (long long)row->id,
                      (long long)row->turn);
    return job_add(db, SEND_JOB, slice_bytes(payload, (size_t)n), clock_now_ms(), err);
}

static bool once_more(Db *db, const SendRow *row, void *with, Err *err)
{
    (void)with;
    return send_later(db, row, err);
}

static bool again_work(Db *db, void *work, Err *err)
{
    return sends_again(db, once_more, work, err);
}

bool sends_resume(DbHost *db, Err *err)
{
    return db_write(db, again_work, NULL, err);
}

/* ---- run ---- */

typedef struct Running {
    const SendHouse *h;
    SendRow          row;
    Peer             to;
    Retrieve         what;
    int64_t          taken[TELL_OBJECTS]; /* since it was last told */
    size_t           taken_count, ended, later;
    int64_t          told_at_ms, next_try_at_ms;
    bool             still;
    Err              why; /* the first that stood in the way of an object */
} Running;

static bool take_work(Db *db, void *work, Err *err)
{
    Running *r = work;
    return send_take(db, r->row.id, r->row.turn, &r->row, &r->still, err);
}

static bool tell_work(Db *db, void *work, Err *err)
{
    Running *r = work;
    return send_progress(db, &r->row, r->taken, r->taken_count, &r->still, err);
}

static bool end_work(Db *db, void *work, Err *err)
{
    Running *r = work;
    return send_end(db, &r->row, r->why.shown, r->next_try_at_ms, err);
}

static void tell(Running *r)
{
    Err err = { 0 };
    if (db_write(r->h->db, tell_work, r, &err))
        r->taken_count = 0;
    else
        log_err("dimse", "progress of a sending not kept", &err); /* a busy database does not end a sending */
    r->told_at_ms = clock_monotonic_ms();
}

/* Out of resources (PS3.4 table B.2-1: A7xx): it may have room later. */
static bool is_passing(uint16_t status)
{
    return (status & 0xFF00) == 0xA700;
}

static void object_ended(void *with, size_t number, uint16_t status, const Err *why)
{
    Running *r = with;
    r->ended++;
    if (!why && (status == STATUS_SUCCESS || status_is_warning(status))) {
        r->row.sent++;
        if (r->taken_count == TELL_OBJECTS)
            tell(r);
        if (r->taken_count < TELL_OBJECTS)
            r->taken[r->taken_count++] = r->what.instances.at[number];
        return;
    }
    if (!why && is_passing(status))
        r->later++;
    else
        r->row.failed++;
    if (why)
        err_set(&r->why, why->kind, why->shown, "%s", why->detail);
    else
        err_set(&r->why, ERR_UNAVAILABLE, "The DICOM peer answered with a failure.", "C-STORE status %04x",
                status);
}

static bool go_on(void *with)
{
    Running *r = with;
    if (clock_monotonic_ms() - r->told_at_ms >= TELL_MS)
        tell(r);
    return r->still;
}

/* The peer as it is now: its rights may have gone since it was asked for. */
static bool find_all(Running *r, Err *err)
{
    OWNED(Db) *db = db_read(r->h->db, err);
    if (!db || !peer_load(db, r->row.peer_id, &r->to, err))
        return false;
    if (!(r->to.may & PEER_RECEIVE))
        return err_set(err, ERR_DENIED, "This DICOM peer may not be sent objects.", "peer %s",
                       r->to.ae_title);
    if (!r->to.enabled || !r->to.port)
        return err_set(err, ERR_CONFLICT, "This DICOM peer cannot be called: it is disabled or has no port.",
                       "peer %s", r->to.ae_title);
    return send_left(db, r->row.id, &r->what, err);
}

/* True: no need to come back. */
static bool deliver(Running *r)
{
    Err why = { 0 };
    if (!find_all(r, &why)) {
        r->why = why;
        return why.kind != ERR_UNAVAILABLE;
    }
    Delivery d  = { .db         = r->h->db,
                    .archive    = r->h->archive,
                    .codec      = r->h->codec,
                    .tls        = r->h->tls,
                    .to         = &r->to,
                    .what       = &r->what,
                    .calling    = r->h->ae_title,
                    .timeout_ms = r->h->timeout_ms,
                    .stop_fd    = r->h->stop_fd,
                    .ended      = object_ended,
                    .go_on      = go_on,
                    .with       = r };
    bool     ok = !r->what.instances.count || delivery_run(&d, &why);
    if (!ok)
        r->why = why;
    tell(r);
    return (ok && !r->later) || (!ok && why.kind != ERR_UNAVAILABLE);
}

/* As the runner of jobs will wait. */
static int64_t next_try_ms(int attempt)
{
    int64_t seconds = 10;
    for (int i = 1; i < attempt && seconds < 3600; i++)
        seconds *= 2;
    return (seconds < 3600 ? seconds : 3600) * 1000;
}

bool send_run(const Job *job, void *house, Err *err)
{
    Running r              = { .h = house };
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    if (!payload || !json_need_int(payload, "send_id", 1, INT64_MAX, &r.row.id, err) ||
        !json_need_int(payload, "turn", 0, INT64_MAX, &r.row.turn, err))
        return false;
    if (!db_write(r.h->db, take_work, &r, err))
        return false;
    if (!r.still)
        return true;
    bool over = deliver(&r) || !r.still || job->attempt >= ATTEMPTS_MAX;
    retrieve_clear(&r.what);
    if (!over)
        r.next_try_at_ms = clock_now_ms() + next_try_ms(job->attempt);
    if (r.why.kind)
        log_err("dimse", over ? "sending ended with failures" : "sending tried again later", &r.why);
    if (!db_write(r.h->db, end_work, &r, err))
        return false;
    return over || err_set(err, r.why.kind, r.why.shown, "%s", r.why.detail);
}
