/*
 * Corrections in the background: one thread takes the jobs that orders and late arrivals leave.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/correction_internal.h"
#include "formats/json/json_util.h"

struct Corrections {
    Jobs *jobs;
};

static bool job_run(const Job *job, void *archive, Err *err)
{
    int64_t id          = 0;
    OWNED(json_t) *body = json_parse_object(job->payload, err);
    return body && json_need_int(body, "id", 1, INT64_MAX, &id, err) && correction_run(archive, id, err);
}

static const JobKind JOBS[] = { { CORRECTION_JOB, job_run } };

Corrections *corrections_start(Archive *a, Err *err)
{
    OWNED(Corrections) *c = calloc(1, sizeof *c);
    if (!c) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "corrections");
        return NULL;
    }
    c->jobs = jobs_start(a->host, JOBS, COUNT(JOBS), a, 1, err);
    return c->jobs ? GIVE(c) : NULL;
}

void corrections_stop(Corrections *c)
{
    if (!c)
        return;
    if (c->jobs)
        jobs_stop(c->jobs);
    free(c);
}
