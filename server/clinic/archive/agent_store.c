/*
 * What instances tell of drugs, in rows: the only SQL for their table.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/agent.h"

#include <stdio.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/news.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

/* A report names its event; slices of a series all say the same. */
static void fingerprint_of(const Agent *a, Buf *ret)
{
    if (a->event_uid[0])
        buf_addf(ret, "event %s ", a->event_uid);
    buf_addf(ret, "%d|%d|%s|%s|%s|%s|%s|%.6g|%.6g", a->source, a->radioactive, a->product, a->radionuclide, a->batch, a->route, a->started,
             a->activity_mbq.known ? a->activity_mbq.value : -1, a->volume_ml.known ? a->volume_ml.value : -1);
}

static bool agent_insert(Db *db, int64_t instance_id, int64_t study_id, const Agent *a, bool *ret_new, Err *err)
{
    OWNED_BUF content = buf_make(8192), mark = buf_make(1024);
    OWNED(json_t) *json = agent_json(a);
    fingerprint_of(a, &mark);
    if (!buf_ok(&mark, err) || !json_dump_to_buf(json, &content, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO agent_seen (instance_id, study_id, fingerprint, content, seen_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING");
    db_bind_int(q, 1, instance_id);
    db_bind_int(q, 2, study_id);
    db_bind_text(q, 3, buf_slice(&mark));
    db_bind_text(q, 4, buf_slice(&content));
    db_bind_int(q, 5, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_new |= db_changes(q) > 0;
    return true;
}

bool agents_store(Db *db, int64_t instance_id, int64_t study_id, const AgentFacts *facts, Err *err)
{
    bool is_new = false;
    for (size_t i = 0; i < facts->count; i++)
        if (!agent_insert(db, instance_id, study_id, &facts->items[i], &is_new, err))
            return false;
    return !is_new || archive_news_job(db, ARCHIVE_JOB_AGENT, study_id, err);
}

bool agents_tell(Db *db, int64_t study_id, Err *err)
{
    DbStep step;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM agent_seen WHERE study_id = ?1 LIMIT 1");
        db_bind_int(q, 1, study_id);
        step = db_next(q, err);
    }
    return step == DB_END || (step == DB_ROW && archive_news_job(db, ARCHIVE_JOB_AGENT, study_id, err));
}

bool agents_of_act(Db *db, int64_t act_id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT agent_seen.id, agent_seen.study_id, agent_seen.content, study.wrong_patient"
                                       "  FROM study JOIN agent_seen ON agent_seen.study_id = study.id"
                                       " WHERE study.act_id = ?1 ORDER BY agent_seen.id LIMIT 50");
    db_bind_int(q, 1, act_id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        json_t *one = step == DB_ROW ? json_parse_object(db_slice(q, 2), err) : NULL;
        if (!one)
            return false;
        json_put(one, "agent_id", json_integer(db_int(q, 0)));
        json_put(one, "study_id", json_integer(db_int(q, 1)));
        json_put(one, "wrong_patient", json_boolean(db_int(q, 3) != 0));
        if (!json_push(list, one))
            return false;
    }
    *ret = GIVE(list);
    return true;
}
