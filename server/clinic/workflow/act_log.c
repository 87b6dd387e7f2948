/*
 * Verifying the log of acts: the chain of each act, and the projection rebuilt from it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/act_store.h"

enum { DATA_BYTES_MAX = 4 << 20 };

typedef struct Replay {
    Act       act; /* rebuilt so far */
    ActCheck *check;
    Err       err;
} Replay;

static bool broken(Replay *r, int64_t seq, const char *why)
{
    r->check->broken_act = r->act.id;
    r->check->broken_seq = seq;
    snprintf(r->check->why, sizeof r->check->why, "%s", why);
    return false;
}

static bool replay_event(const ActEvent *e, void *arg)
{
    Replay *r = arg;
    r->check->events++;
    if (e->seq != r->act.last_seq + 1)
        return broken(r, e->seq, "event removed before");
    if (strcmp(e->prev_hash, r->act.last_hash) != 0)
        return broken(r, e->seq, "order changed or event replaced before");
    OWNED_BUF data = buf_make(DATA_BYTES_MAX);
    char      hash[ACT_HASH_SIZE];
    if (!json_dump_to_buf(e->data, &data, &r->err))
        return false;
    act_event_hash(e, buf_slice(&data), hash);
    if (strcmp(hash, e->hash) != 0)
        return broken(r, e->seq, "content altered");
    return act_apply(&r->act, e);
}

static bool columns_equal(const Act *a, const Act *b)
{
    return strcmp(a->number, b->number) == 0 && strcmp(a->kind, b->kind) == 0 && a->state == b->state &&
           a->version == b->version && a->patient_id == b->patient_id &&
           a->requester_org_id == b->requester_org_id && a->site_id == b->site_id &&
           a->imaging_id == b->imaging_id && strcmp(a->modality, b->modality) == 0 &&
           strcmp(a->priority, b->priority) == 0 && strcmp(a->region, b->region) == 0 &&
           a->convention_id == b->convention_id && a->requester_id == b->requester_id &&
           a->imager_id == b->imager_id && a->technologist_id == b->technologist_id &&
           a->reader_id == b->reader_id && a->created_at_ms == b->created_at_ms &&
           a->asked_at_ms == b->asked_at_ms && strcmp(a->deadline_what, b->deadline_what) == 0 &&
           a->deadline_at_ms == b->deadline_at_ms && a->slot_start_ms == b->slot_start_ms &&
           a->slot_room_id == b->slot_room_id && strcmp(a->accession, b->accession) == 0 &&
           strcmp(a->study_uid, b->study_uid) == 0 && strcmp(a->sps_id, b->sps_id) == 0;
}

bool act_projection_equal(const Act *a, const Act *b)
{
    return columns_equal(a, b) && json_equal(a->facts, b->facts);
}

bool act_replay(Db *db, int64_t id, Act *ret, ActCheck *check, Err *err)
{
    Replay replay = { .act = { .id = id, .facts = json_object() }, .check = check };
    bool   ok     = act_events_each(db, id, 0, replay_event, &replay, err);
    *ret          = replay.act;
    return ok && (!replay.err.kind || err_set(err, replay.err.kind, replay.err.shown, "%s", replay.err.detail));
}

static bool verify_one(Db *db, int64_t id, ActCheck *check, Err *err)
{
    OWNED_ACT stored = { 0 }, made = { 0 };
    check->acts++;
    if (!act_load(db, id, &stored, err) || !act_replay(db, id, &made, check, err))
        return false;
    Replay r = { .act = made, .check = check };
    if (check->broken_act)
        return true;
    if (made.last_seq != stored.last_seq || strcmp(made.last_hash, stored.last_hash) != 0)
        broken(&r, stored.last_seq, "events removed at the end");
    else if (!act_projection_equal(&made, &stored))
        broken(&r, stored.last_seq, "projection differs from the log");
    return true;
}

static bool next_act(Db *db, int64_t after, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.id FROM act WHERE act.id > ?1 ORDER BY act.id LIMIT 1");
    db_bind_int(q, 1, after);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = db_int(q, 0);
        return true;
    case DB_END:
        *ret = 0;
        return true;
    case DB_FAILED:
        break;
    }
    return false;
}

bool act_verify(Db *db, int64_t act_id, ActCheck *ret, Err *err)
{
    ActCheck check = { 0 };
    if (act_id) {
        if (!verify_one(db, act_id, &check, err))
            return false;
        *ret = check;
        return true;
    }
    int64_t id = 0;
    for (;;) {
        if (!next_act(db, id, &id, err))
            return false;
        if (!id || check.broken_act)
            break;
        if (!verify_one(db, id, &check, err))
            return false;
    }
    *ret = check;
    return true;
}
