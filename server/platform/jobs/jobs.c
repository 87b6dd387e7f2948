/*
 * Jobs: taken for a time, run outside any transaction, removed when done, put back with a growing delay when
 * not.
 *
 * A runner that dies leaves its job taken; it comes due again when the time it was taken for has passed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/jobs/jobs.h"

#include <pthread.h>
#include <stdio.h>
#include <time.h>

#include "platform/clock.h"
#include "platform/log.h"

enum {
    PAYLOAD_MAX  = 64 * 1024,
    KIND_MAX     = 64,
    TAKEN_MS     = 10 * 60 * 1000, /* longer than any handler runs */
    FIRST_WAIT_S = 10,
    LAST_WAIT_S  = 3600,
    LOOK_MS      = 1000,
    THREADS_MAX  = 64,
};

struct Jobs {
    DbHost         *host;
    const JobKind  *kinds;
    size_t          count;
    void           *house;
    pthread_mutex_t lock;
    pthread_cond_t  news;
    bool            stopping;
    unsigned        wakes;
    int             busy; /* runners between looking for a job and having marked it */
    int             threads;
    pthread_t       thread[THREADS_MAX];
};

bool job_add(Db *db, const char *kind, Slice payload, int64_t run_at_ms, Err *err)
{
    if (payload.len > PAYLOAD_MAX || strlen(kind) > KIND_MAX)
        return err_set(err, ERR_LIMIT, "The content is too large.", "job %s of %zu bytes", kind, payload.len);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO job (kind, payload, added_at_ms, run_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4)");
    db_bind_cstr(q, 1, kind);
    db_bind_text(q, 2, payload.at ? payload : SLICE_NONE);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_int(q, 4, run_at_ms);
    return db_run(q, err);
}

/* One job on its way from the table to its handler and back. */
typedef struct Taken {
    Jobs          *jobs;
    bool           found;
    int64_t        id;
    const JobKind *kind;
    int            attempt;
    char          *payload; /* owned */
    size_t         payload_len;
    char           last_error[300];
} Taken;

/* The first due job of 'kind': marked as taken by moving its time into the future. */
static bool take_kind(Db *db, const JobKind *kind, int64_t now_ms, Taken *t, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE job"
                                     "   SET run_at_ms = ?1, attempt = attempt + 1"
                                     " WHERE id = (SELECT id FROM job"
                                     "              WHERE kind = ?2 AND run_at_ms <= ?3"
                                     "              ORDER BY run_at_ms, id"
                                     "              LIMIT 1)"
                                     " RETURNING id, attempt, payload");
    db_bind_int(q, 1, now_ms + TAKEN_MS);
    db_bind_cstr(q, 2, kind->kind);
    db_bind_int(q, 3, now_ms);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    Slice payload  = db_slice(q, 2);
    t->found       = true;
    t->id          = db_int(q, 0);
    t->attempt     = (int)db_int(q, 1);
    t->kind        = kind;
    t->payload     = slice_dup(payload);
    t->payload_len = payload.len;
    if (!t->payload)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "job payload");
    return db_run(q, err);
}

static bool take(Db *db, void *arg, Err *err)
{
    Taken  *t      = arg;
    int64_t now_ms = clock_now_ms();
    for (size_t i = 0; i < t->jobs->count && !t->found; i++)
        if (!take_kind(db, &t->jobs->kinds[i], now_ms, t, err))
            return false;
    return true;
}

/* Is there anything due that we know how to run? Asked of a reader, so that idle runners never touch the
 * writer. */
static bool something_due(Jobs *j)
{
    OWNED(Db) *db = db_read(j->host, NULL);
    if (!db)
        return false;
    int64_t now_ms = clock_now_ms();
    for (size_t i = 0; i < j->count; i++) { /* a step into the index each, however many wait */
        OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM job WHERE kind = ?1 AND run_at_ms <= ?2 LIMIT 1");
        db_bind_cstr(q, 1, j->kinds[i].kind);
        db_bind_int(q, 2, now_ms);
        if (db_next(q, NULL) == DB_ROW)
            return true;
    }
    return false;
}

static bool finish(Db *db, void *arg, Err *err)
{
    Taken *t          = arg;
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM job WHERE id = ?1");
    db_bind_int(q, 1, t->id);
    return db_run(q, err);
}

/* 10 s, doubled each time, at most one hour. */
static int64_t delay_ms(int attempt)
{
    int64_t seconds = FIRST_WAIT_S;
    for (int i = 1; i < attempt && seconds < LAST_WAIT_S; i++)
        seconds *= 2;
    return (seconds < LAST_WAIT_S ? seconds : LAST_WAIT_S) * 1000;
}

static bool put_back(Db *db, void *arg, Err *err)
{
    Taken *t          = arg;
    OWNED(DbQuery) *q = db_query(db, "UPDATE job SET run_at_ms = ?2, last_error = ?3 WHERE id = ?1");
    db_bind_int(q, 1, t->id);
    db_bind_int(q, 2, clock_now_ms() + delay_ms(t->attempt));
    db_bind_cstr(q, 3, t->last_error);
    return db_run(q, err);
}

static void run(Jobs *j, Taken *t)
{
    char id[24], attempt[12];
    (void)snprintf(id, sizeof id, "%lld", (long long)t->id);
    (void)snprintf(attempt, sizeof attempt, "%d", t->attempt);
    Job job = {
        .id = t->id, .kind = t->kind->kind, .attempt = t->attempt, .payload = { t->payload, t->payload_len }
    };
    Err  err = { 0 }, end = { 0 };
    bool done = t->kind->run(&job, j->house, &err);
    if (!done) {
        (void)snprintf(t->last_error, sizeof t->last_error, "%s: %s", err_kind_name(err.kind), err.detail);
        log_line("jobs", LOG_WARN, "job failed, tried again later", "id", id, "job", job.kind, "attempt",
                 attempt, "kind", err_kind_name(err.kind), "detail", err.detail, NULL);
    }
    if (!db_write(j->host, done ? finish : put_back, t, &end))
        log_err("jobs", "a job could not be marked; it will run again", &end);
}

static void busy_add(Jobs *j, int by)
{
    pthread_mutex_lock(&j->lock);
    j->busy += by;
    pthread_mutex_unlock(&j->lock);
}

/* Takes and runs one; false when there was nothing to do. */
static bool take_and_run(Jobs *j)
{
    Taken t   = { .jobs = j };
    Err   err = { 0 };
    if (!something_due(j))
        return false;
    bool ok = db_write(j->host, take, &t, &err);
    if (!ok)
        log_err("jobs", "no job can be taken", &err);
    if (ok && t.found)
        run(j, &t);
    free(t.payload);
    return ok && t.found;
}

static bool run_one(Jobs *j)
{
    busy_add(j, 1);
    bool ran = take_and_run(j);
    busy_add(j, -1);
    return ran;
}

/* Until woken or LOOK_MS. False when stopping. */
static bool wait_for_news(Jobs *j, unsigned *seen)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += LOOK_MS / 1000;
    pthread_mutex_lock(&j->lock);
    int rc = 0;
    while (!j->stopping && j->wakes == *seen && rc == 0)
        rc = pthread_cond_timedwait(&j->news, &j->lock, &until);
    *seen     = j->wakes;
    bool more = !j->stopping;
    pthread_mutex_unlock(&j->lock);
    return more;
}

static bool stopping(Jobs *j)
{
    pthread_mutex_lock(&j->lock);
    bool stop = j->stopping;
    pthread_mutex_unlock(&j->lock);
    return stop;
}

static void *runner(void *arg)
{
    Jobs    *j    = arg;
    unsigned seen = 0;
    do {
        while (!stopping(j) && run_one(j))
            continue;
    } while (wait_for_news(j, &seen));
    return NULL;
}

Jobs *jobs_start(DbHost *host, const JobKind *kinds, size_t count, void *house, int threads, Err *err)
{
    Jobs *j = calloc(1, sizeof *j);
    if (!j) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "jobs_start");
        return NULL;
    }
    *j = (Jobs) { .host = host, .kinds = kinds, .count = count, .house = house };
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_cond_init(&j->news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    pthread_mutex_init(&j->lock, NULL);
    for (int i = 0; i < threads && i < THREADS_MAX; i++) {
        if (pthread_create(&j->thread[i], NULL, runner, j) != 0) {
            err_set(err, ERR_UNAVAILABLE, "Memory is out.", "no thread for the jobs");
            jobs_stop(j);
            return NULL;
        }
        j->threads++;
    }
    return j;
}

void jobs_wake(Jobs *j)
{
    pthread_mutex_lock(&j->lock);
    j->wakes++;
    pthread_cond_broadcast(&j->news);
    pthread_mutex_unlock(&j->lock);
}

/* ---- the demonstration's clock ---- */

static bool is_busy(Jobs *j)
{
    pthread_mutex_lock(&j->lock);
    bool busy = j->busy > 0;
    pthread_mutex_unlock(&j->lock);
    return busy;
}

/* Until nothing is due and nobody runs anything. */
static bool settle(Jobs *j, Err *err)
{
    enum { PATIENCE_MS = 60 * 1000, NAP_NS = 1000 * 1000 };
    int64_t until_ms = clock_monotonic_ms() + PATIENCE_MS;
    while (is_busy(j) || something_due(j)) {
        if (clock_monotonic_ms() > until_ms)
            return err_set(err, ERR_UNAVAILABLE, "The clock cannot be moved now: jobs are being run. Try again in a moment.", "jobs do not come to rest");
        jobs_wake(j);
        (void)nanosleep(&(struct timespec){ .tv_nsec = NAP_NS }, NULL);
    }
    return true;
}

/* When the next job of our kinds comes due; INT64_MAX: none waits. */
static bool next_due(Jobs *j, int64_t *ret, Err *err)
{
    *ret          = INT64_MAX;
    OWNED(Db) *db = db_read(j->host, err);
    for (size_t i = 0; db && i < j->count; i++) {
        OWNED(DbQuery) *q = db_query(db, "SELECT run_at_ms FROM job WHERE kind = ?1 ORDER BY run_at_ms, id LIMIT 1");
        db_bind_cstr(q, 1, j->kinds[i].kind);
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_ROW && db_int(q, 0) < *ret)
            *ret = db_int(q, 0);
    }
    return db != NULL;
}

bool jobs_walk(Jobs *j, int64_t until_ms, int64_t grain_ms, Err *err)
{
    for (;;) {
        int64_t next = 0;
        if (!settle(j, err) || !next_due(j, &next, err))
            return false;
        int64_t now_ms = clock_now_ms();
        if (now_ms >= until_ms)
            return true;
        int64_t to_ms = next < until_ms - grain_ms ? next + grain_ms : until_ms;
        if (to_ms > now_ms)
            clock_advance(to_ms - now_ms);
    }
}

void jobs_stop(Jobs *j)
{
    if (!j)
        return;
    pthread_mutex_lock(&j->lock);
    j->stopping = true;
    pthread_cond_broadcast(&j->news);
    pthread_mutex_unlock(&j->lock);
    for (int i = 0; i < j->threads; i++)
        pthread_join(j->thread[i], NULL);
    pthread_cond_destroy(&j->news);
    pthread_mutex_destroy(&j->lock);
    free(j);
}
