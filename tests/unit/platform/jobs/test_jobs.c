/*
 * Tests of the jobs: in the fact's transaction, run once, again after a failure or a death, in bounded time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/clock.h"
#include "platform/jobs/jobs.h"
#include "schema/schema.h"

typedef struct House {
    char        folder[64], path[96];
    DbHost     *host;
    atomic_int  done, failed, attempt;
    atomic_bool wrong;
} House;

/* A new database has work of its own waiting: not that of these tests. */
static bool empty(Db *db, void *unused, Err *err)
{
    (void)unused;
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM job");
    return db_run(q, err);
}

static int setup(void **state)
{
    House *h = calloc(1, sizeof *h);
    (void)snprintf(h->folder, sizeof h->folder, "/tmp/beclere-jobs-XXXXXX");
    if (!mkdtemp(h->folder))
        return -1;
    (void)snprintf(h->path, sizeof h->path, "%s/test.db", h->folder);
    h->host = db_open(h->path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, NULL);
    *state  = h;
    return h->host && db_write(h->host, empty, NULL, NULL) ? 0 : -1;
}

static int teardown(void **state)
{
    House *h = *state;
    db_close(h->host);
    unlink(h->path);
    rmdir(h->folder);
    free(h);
    return 0;
}

typedef struct Add {
    const char *kind;
    Slice       payload;
    int64_t     run_at_ms;
    bool        refuse;
} Add;

static bool add(Db *db, void *arg, Err *err)
{
    Add *a = arg;
    return job_add(db, a->kind, a->payload, a->run_at_ms, err) &&
           (!a->refuse || err_set(err, ERR_CONFLICT, "No.", "the fact was refused"));
}

static int64_t waiting(House *h)
{
    OWNED(Db) *db     = db_read(h->host, NULL);
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM job");
    assert_int_equal(db_next(q, NULL), DB_ROW);
    return db_int(q, 0);
}

static bool greet(const Job *job, void *house, Err *err)
{
    House *h = house;
    (void)err;
    if (!slice_equal_text(job->payload, "{\"to\":\"you\"}") || strcmp(job->kind, "greet") != 0 ||
        job->attempt != 1)
        atomic_store(&h->wrong, true);
    atomic_fetch_add(&h->done, 1);
    return true;
}

static bool stumble(const Job *job, void *house, Err *err)
{
    House *h = house;
    atomic_store(&h->attempt, job->attempt);
    if (job->attempt == 1) {
        atomic_fetch_add(&h->failed, 1);
        return err_set(err, ERR_UNAVAILABLE, "Later.", "peer is away");
    }
    atomic_fetch_add(&h->done, 1);
    return true;
}

static const JobKind KINDS[] = { { "greet", greet }, { "stumble", stumble } };

static void wait_for_count(atomic_int *what, int count)
{
    for (int i = 0; i < 2000 && atomic_load(what) < count; i++)
        usleep(5000);
    assert_int_equal(atomic_load(what), count);
}

static void wait_until_none_waits(House *h)
{
    for (int i = 0; i < 2000 && waiting(h) > 0; i++)
        usleep(5000);
    assert_int_equal(waiting(h), 0);
}

static void a_job_runs_once_and_its_row_goes(void **state)
{
    House *h   = *state;
    Err    err = { 0 };
    Jobs  *j   = jobs_start(h->host, KINDS, COUNT(KINDS), h, 3, &err);
    assert_non_null(j);
    Add one = { "greet", SLICE("{\"to\":\"you\"}"), 0, false };
    for (int i = 0; i < 20; i++)
        assert_true(db_write(h->host, add, &one, &err));
    jobs_wake(j);
    wait_for_count(&h->done, 20);
    wait_until_none_waits(h);
    jobs_stop(j);
    assert_int_equal(atomic_load(&h->done), 20);
    assert_false(atomic_load(&h->wrong));
}

static void a_refused_fact_leaves_no_job(void **state)
{
    House *h   = *state;
    Err    err = { 0 };
    Add    one = { "greet", SLICE("{}"), 0, true };
    assert_false(db_write(h->host, add, &one, &err));
    assert_int_equal(waiting(h), 0);
}

static void a_failed_job_comes_back_after_its_delay(void **state)
{
    House *h   = *state;
    Err    err = { 0 };
    Add    one = { "stumble", SLICE("{}"), 0, false };
    assert_true(db_write(h->host, add, &one, &err));
    Jobs *j = jobs_start(h->host, KINDS, COUNT(KINDS), h, 2, &err);
    wait_for_count(&h->failed, 1);
    usleep(200000);
    jobs_wake(j);
    usleep(200000);
    assert_int_equal(atomic_load(&h->done), 0); /* ten seconds have not passed */
    clock_advance(11000);
    jobs_wake(j);
    wait_for_count(&h->done, 1);
    wait_until_none_waits(h);
    jobs_stop(j);
    assert_int_equal(atomic_load(&h->attempt), 2);
    clock_advance(-11000);
}

static void a_job_of_the_future_or_of_an_unknown_kind_waits(void **state)
{
    House *h       = *state;
    Err    err     = { 0 };
    Add    later   = { "greet", SLICE("{\"to\":\"you\"}"), clock_now_ms() + 60000, false };
    Add    unknown = { "nobody", SLICE("{}"), 0, false };
    assert_true(db_write(h->host, add, &later, &err) && db_write(h->host, add, &unknown, &err));
    Jobs *j = jobs_start(h->host, KINDS, COUNT(KINDS), h, 1, &err);
    usleep(300000);
    jobs_stop(j);
    assert_int_equal(atomic_load(&h->done), 0);
    assert_int_equal(waiting(h), 2);
}

static void the_clock_walks_from_job_to_job(void **state)
{
    House  *h     = *state;
    Err     err   = { 0 };
    int64_t start = clock_now_ms();
    Add     soon  = { "greet", SLICE("{\"to\":\"you\"}"), start + 3600000, false };
    Add     late  = { "greet", SLICE("{\"to\":\"you\"}"), start + 7200000, false };
    Add     after = { "greet", SLICE("{\"to\":\"you\"}"), start + 90000000, false };
    Add     falls = { "stumble", SLICE("{}"), start + 1800000, false };
    assert_true(db_write(h->host, add, &soon, &err) && db_write(h->host, add, &late, &err) && db_write(h->host, add, &after, &err) &&
                db_write(h->host, add, &falls, &err));
    Jobs *j = jobs_start(h->host, KINDS, COUNT(KINDS), h, 2, &err);
    assert_true(jobs_walk(j, start + 86400000, 1000, &err));
    assert_int_equal(atomic_load(&h->done), 3); /* two greetings, and the one that fell first and came back on the way */
    assert_int_equal(atomic_load(&h->failed), 1);
    assert_int_equal(waiting(h), 1); /* tomorrow's */
    int64_t now = clock_now_ms();
    assert_true(now >= start + 86400000 && now < start + 86400000 + 60000);
    jobs_stop(j);
    clock_advance(-86400000);
}

static bool mark_taken(Db *db, void *arg, Err *err) /* as a process does that dies while its handler runs */
{
    (void)arg;
    OWNED(DbQuery) *q = db_query(db, "UPDATE job SET attempt = 1, run_at_ms = ?1");
    db_bind_int(q, 1, clock_now_ms() + 600000);
    return db_run(q, err);
}

static void a_job_of_a_killed_process_is_taken_again(void **state)
{
    House *h   = *state;
    Err    err = { 0 };
    Add    one = { "stumble", SLICE("{}"), 0, false };
    assert_true(db_write(h->host, add, &one, &err) && db_write(h->host, mark_taken, NULL, &err));
    Jobs *j = jobs_start(h->host, KINDS, COUNT(KINDS), h, 1, &err);
    usleep(100000);
    assert_int_equal(atomic_load(&h->done), 0);
    clock_advance(600001);
    jobs_wake(j);
    wait_for_count(&h->done, 1);
    jobs_stop(j);
    clock_advance(-600001);
}

static void a_payload_has_a_limit(void **state)
{
    House *h     = *state;
    Err    err   = { 0 };
    char  *large = calloc(1, 65537);
    memset(large, 'x', 65537);
    Add one = { "greet", { large, 65537 }, 0, false };
    assert_false(db_write(h->host, add, &one, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
    free(large);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_job_runs_once_and_its_row_goes),         TEST(a_refused_fact_leaves_no_job),
        TEST(a_failed_job_comes_back_after_its_delay),  TEST(a_job_of_the_future_or_of_an_unknown_kind_waits),
        TEST(a_job_of_a_killed_process_is_taken_again), TEST(a_payload_has_a_limit),
        TEST(the_clock_walks_from_job_to_job),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
