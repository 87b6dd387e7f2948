/*
 * Fetches from other archives as jobs: begun, watched by those who wait for them, tried again, taken up after
 * a stop.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "doors/dimse/remote_internal.h"
#include "formats/dicom/uid.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"
#include "platform/log.h"

enum {
    ATTEMPTS_MAX = 30,  /* 10 s, doubled to an hour: about a day */
    TELL_MS      = 400, /* how far it is, and whether it is still wanted */
};

/* ---- asked for ---- */

static bool add(Db *db, Slice ae_title, Slice study_uid, const char *actor, int64_t fetch_id, int64_t turn,
                Err *err)
{
    OWNED(json_t) *payload = json_object();
    OWNED_BUF text         = buf_make(4096);
    if (!uid_is_usable(study_uid))
        return err_set(err, ERR_INPUT, "A UID of the image is malformed.", "study to fetch");
    return json_put(payload, "peer", json_slice(ae_title)) &&
           json_put(payload, "study_uid", json_slice(study_uid)) &&
           json_put(payload, "actor", json_cstr(actor)) &&
           json_put(payload, "fetch_id", json_integer(fetch_id)) &&
           json_put(payload, "turn", json_integer(turn)) && json_dump_to_buf(payload, &text, err) &&
           job_add(db, REMOTE_JOB_FETCH, buf_slice(&text), clock_now_ms(), err);
}

bool remote_fetch_later(Db *db, Slice ae_title, Slice study_uid, const char *actor, Err *err)
{
    return add(db, ae_title, study_uid, actor, 0, 0, err);
}

bool remote_fetch_row_later(Db *db, const FetchRow *row, Err *err)
{
    return add(db, slice_of(row->ae_title), slice_of(row->study_uid), row->actor, row->id, row->turn, err);
}

static bool once_more(Db *db, const FetchRow *row, void *with, Err *err)
{
    (void)with;
    return remote_fetch_row_later(db, row, err);
}

static bool again_work(Db *db, void *work, Err *err)
{
    return fetches_again(db, once_more, work, err);
}

bool remote_fetch_again(DbHost *db, Err *err)
{
    return db_write(db, again_work, NULL, err);
}

/* ---- run ---- */

typedef struct Running {
    const RemoteHouse *h;
    FetchRow           row;
    const char        *why; /* NULL: it came */
    bool               still, again;
    int64_t            told_at_ms;
} Running;

static bool take_work(Db *db, void *work, Err *err)
{
    Running *r = work;
    return fetch_take(db, r->row.id, r->row.turn, &r->still, err) &&
           fetch_load(db, r->row.id, 0, &r->row, err);
}

static bool tell_work(Db *db, void *work, Err *err)
{
    Running *r = work;
    return fetch_progress(db, &r->row, &r->still, err);
}

static bool end_work(Db *db, void *work, Err *err)
{
    Running *r = work;
    return fetch_end(db, &r->row, r->why, r->again, err);
}

static bool go_on(void *with, const RemoteFetched *so_far)
{
    Running *r      = with;
    int64_t  now_ms = clock_monotonic_ms();
    if (now_ms - r->told_at_ms < TELL_MS)
        return r->still;
    r->told_at_ms = now_ms;
    r->row.count  = *so_far;
    Err err       = { 0 };
    if (!db_write(r->h->db, tell_work, r, &err)) /* a database that is busy does not end a fetch */
        log_err("dimse", "progress of a fetch not kept", &err);
    return r->still;
}

static bool given_up(const Job *job, const Err *why)
{
    bool again = err_may_pass(why->kind) && job->attempt < ATTEMPTS_MAX;
    log_err("dimse", again ? "fetch tried again later" : "fetch given up", why);
    return !again;
}

/* With its row: 'waiting' until it is tried again, 'failed' when it is not. */
static bool run_row(const Job *job, const RemoteHouse *h, int64_t id, int64_t turn, Err *err)
{
    Running       r   = { .h = h, .row = { .id = id, .turn = turn } };
    Err           why = { 0 };
    RemoteFetched count;
    if (!db_write(h->db, take_work, &r, err))
        return false;
    if (!r.still)
        return true;
    RemoteAsker who   = { .actor      = r.row.actor,
                          .origin     = r.row.origin,
                          .factors    = r.row.factors,
                          .person_id  = r.row.person_id,
                          .patient_id = r.row.patient_id,
                          .act_id     = r.row.act_id };
    RemoteWatch watch = { go_on, &r };
    bool        ok =
        remote_fetch(h, &who, slice_of(r.row.ae_title), slice_of(r.row.study_uid), &watch, &count, &why);
    r.row.count = count;
    r.why       = ok ? NULL : why.shown;
    r.again     = !ok && r.still && !given_up(job, &why);
    if (!db_write(h->db, end_work, &r, err))
        return false;
    return !r.again || err_set(err, why.kind, why.shown, "%s", why.detail);
}

bool remote_fetch_run(const Job *job, void *house, Err *err)
{
    char          peer[17], study[65], actor[65];
    int64_t       fetch_id = 0, turn = 0;
    RemoteFetched count;
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    if (!payload || !json_need_copy(payload, "peer", peer, sizeof peer, err) ||
        !json_need_copy(payload, "study_uid", study, sizeof study, err) ||
        !json_need_copy(payload, "actor", actor, sizeof actor, err) ||
        !json_may_int(payload, "fetch_id", 0, INT64_MAX, &fetch_id, err) ||
        !json_may_int(payload, "turn", 0, INT64_MAX, &turn, err))
        return false;
    if (fetch_id)
        return run_row(job, house, fetch_id, turn, err);
    RemoteAsker who = { .actor = actor };
    Err         why = { 0 };
    if (remote_fetch(house, &who, slice_of(peer), slice_of(study), NULL, &count, &why))
        return true;
    return given_up(job, &why) || err_set(err, why.kind, why.shown, "%s", why.detail);
}
