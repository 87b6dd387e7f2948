/*
 * Jobs: rows in a table, written in the same transaction as the fact they follow, run by a few threads.
 *
 * A killed process loses none: a job is taken for a time, and taken again when that time passes without an
 * end. Handlers must therefore be repeatable.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_JOBS_JOBS_H
#define PLATFORM_JOBS_JOBS_H

#include "platform/db/db.h"

/* Queues a job inside the caller's transaction. 'kind' names its handler; 'payload' is JSON text (≤ 64 kB).
 */
bool job_add(Db *db, const char *kind, Slice payload, int64_t run_at_ms, Err *err);

typedef struct Job {
    int64_t     id;
    const char *kind;
    Slice       payload;
    int         attempt; /* from 1 */
} Job;

/* True: done, the row goes. False: tried again later (10 s, doubled, at most 1 h), kept for ever, logged. */
typedef bool JobHandler(const Job *job, void *house, Err *err);

typedef struct JobKind {
    const char *kind;
    JobHandler *run;
} JobKind;

typedef struct Jobs Jobs;

/* Starts 'threads' runners. 'kinds' and 'house' are borrowed. A job whose kind has no handler waits. */
Jobs *jobs_start(DbHost *host, const JobKind *kinds, size_t count, void *house, int threads, Err *err);
void  jobs_wake(Jobs *j); /* something was added: look now (they look every second anyway) */

/*
 * Moves the clock to 'until_ms' as time would pass: to the next job of these kinds, at most 'grain_ms' (≥ 0) behind its moment,
 * waits until all that came due has run and nothing is being run, then on to the next. What a job adds on the way is run on the
 * way. For the demonstration's clock alone: the caller checks that it may be moved; one caller at a time.
 * ERR_UNAVAILABLE: a job ran longer than a minute, or the database does not answer; the clock stands where it came to.
 */
bool  jobs_walk(Jobs *j, int64_t until_ms, int64_t grain_ms, Err *err);
void  jobs_stop(Jobs *j); /* waits for running handlers, then frees */

#endif
