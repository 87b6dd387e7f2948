/*
 * Imports that were begun and left: nobody else's images wait here for ever.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/import_internal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { TURN = 200, DAY_MS = 86400000, DAYS_MAX = 3650 };

typedef struct Stale {
    int64_t id, patient_id, act_id, before_ms;
    int64_t files[TURN];
    char    blobs[TURN][128];
    size_t  count;
} Stale;

/* The oldest left one; *ret_found false: none any more. */
static bool next_stale(Db *db, int64_t before_ms, Stale *ret, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, patient_id, COALESCE(act_id, 0) FROM import"
                                     " WHERE state = 'open' AND created_at_ms < ?1 ORDER BY id LIMIT 1");
    db_bind_int(q, 1, before_ms);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step == DB_ROW)
        *ret = (Stale) {
            .id = db_int(q, 0), .patient_id = db_int(q, 1), .act_id = db_int(q, 2), .before_ms = before_ms
        };
    return step != DB_FAILED;
}

static bool held_files(Db *db, Stale *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, blob FROM import_file WHERE import_id = ?1 AND state = "
                                     "'waiting'"
                                     " ORDER BY id LIMIT ?2");
    db_bind_int(q, 1, s->id);
    db_bind_int(q, 2, TURN);
    DbStep step = DB_END;
    s->count    = 0;
    while (s->count < TURN && (step = db_next(q, err)) == DB_ROW) {
        s->files[s->count] = db_int(q, 0);
        db_text(q, 1, s->blobs[s->count++], sizeof s->blobs[0]);
    }
    return step != DB_FAILED;
}

static bool refuse_files(Db *db, void *work, Err *err)
{
    const Stale *s = work;
    for (size_t i = 0; i < s->count; i++) {
        OWNED(DbQuery) *q = db_query(db, "UPDATE import_file SET state = 'refused', why = 'expired', blob = "
                                         "''"
                                         " WHERE id = ?1 AND state = 'waiting'");
        db_bind_int(q, 1, s->files[i]);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

static bool close_import(Db *db, void *work, Err *err)
{
    const Stale *s = work;
    char         object[32];
    OWNED(DbQuery) *q = db_query(db, "UPDATE import SET state = 'expired', ended_at_ms = ?2"
                                     " WHERE id = ?1 AND state = 'open' AND created_at_ms < ?3");
    db_bind_int(q, 1, s->id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_int(q, 3, s->before_ms);
    (void)snprintf(object, sizeof object, "import %lld", (long long)s->id);
    return db_run(q, err) && (!db_changes(q) || audit_add(db,
                                                          &(AuditLine) { .event      = AUDIT_DELETE,
                                                                         .outcome    = AUDIT_OK,
                                                                         .patient_id = s->patient_id,
                                                                         .act_id     = s->act_id,
                                                                         .actor      = "system:imports",
                                                                         .what       = "import left open",
                                                                         .object     = object,
                                                                         .detail = "closed, waiting files "
                                                                                   "removed" },
                                                          err));
}

/* Closed first, so that no file comes in meanwhile; then the files, whose rows are changed after they are
 * gone. */
static bool expire_one(Archive *a, Stale *s, Err *err)
{
    if (!db_write(archive_db(a), close_import, s, err))
        return false;
    for (;;) {
        {
            OWNED(Db) *db = db_read(archive_db(a), err);
            if (!db || !held_files(db, s, err))
                return false;
        }
        if (!s->count)
            return true;
        for (size_t i = 0; i < s->count; i++)
            (void)blob_remove(archive_blobs(a), s->blobs[i], NULL);
        if (!db_write(archive_db(a), refuse_files, s, err))
            return false;
    }
}

bool import_expire(Archive *a, int64_t older_than_ms, int64_t *ret_closed, Err *err)
{
    int64_t before_ms = clock_now_ms() - older_than_ms;
    bool    found     = true;
    Stale  *s         = calloc(1, sizeof *s);
    *ret_closed       = 0;
    if (!s)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "imports");
    bool ok = true;
    while (ok && found) {
        {
            OWNED(Db) *db = db_read(archive_db(a), err);
            ok            = db && next_stale(db, before_ms, s, &found, err);
        }
        ok = ok && (!found || expire_one(a, s, err));
        *ret_closed += ok && found;
    }
    free(s);
    return ok;
}

/* ---- once a day ---- */

typedef struct Plan {
    int64_t days, at_ms;
} Plan;

/* The only one of its kind, whatever stood there before. */
static bool plan_work(Db *db, void *work, Err *err)
{
    const Plan *p = work;
    char        payload[32];
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM job WHERE kind = ?1");
    db_bind_cstr(q, 1, IMPORT_JOB_EXPIRE);
    (void)snprintf(payload, sizeof payload, "{\"days\":%lld}", (long long)p->days);
    return db_run(q, err) && (!p->days || job_add(db, IMPORT_JOB_EXPIRE, slice_of(payload), p->at_ms, err));
}

bool import_expire_daily(DbHost *db, int64_t days, Err *err)
{
    return db_write(db, plan_work, &(Plan) { days, clock_now_ms() }, err);
}

static bool next_work(Db *db, void *work, Err *err)
{
    const Plan *p = work;
    char        payload[32];
    (void)snprintf(payload, sizeof payload, "{\"days\":%lld}", (long long)p->days);
    return job_add(db, IMPORT_JOB_EXPIRE, slice_of(payload), p->at_ms, err);
}

bool import_expire_run(const Job *job, Archive *a, Err *err)
{
    Plan    plan           = { .at_ms = clock_now_ms() + DAY_MS };
    int64_t closed         = 0;
    OWNED(json_t) *payload = json_parse_object(job->payload, err);
    return payload && json_need_int(payload, "days", 1, DAYS_MAX, &plan.days, err) &&
           import_expire(a, plan.days * DAY_MS, &closed, err) &&
           db_write(archive_db(a), next_work, &plan, err);
}
