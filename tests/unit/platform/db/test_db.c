/*
 * Tests of the database: durability, group commit, snapshots, statements, migrations.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/db/db.h"
#include "schema/schema.h"

static const DbMigration MIGRATIONS[] = {
    { 1, "0001_first",
      "CREATE TABLE t (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, n INTEGER, r REAL, b BLOB) "
      "STRICT;" },
    { 2, "0002_second",
      "CREATE TABLE child (id INTEGER PRIMARY KEY, t INTEGER NOT NULL REFERENCES t (id)) STRICT;"
      "CREATE INDEX child_t ON child (t);" },
};

typedef struct Place {
    char    folder[64], path[96];
    DbHost *host;
} Place;

static int setup(void **state)
{
    Place *p = calloc(1, sizeof *p);
    (void)snprintf(p->folder, sizeof p->folder, "/tmp/beclere-db-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    (void)snprintf(p->path, sizeof p->path, "%s/test.db", p->folder);
    Err err = { 0 };
    p->host = db_open(p->path, MIGRATIONS, COUNT(MIGRATIONS), &err);
    *state  = p;
    return p->host ? 0 : -1;
}

static int teardown(void **state)
{
    Place *p = *state;
    db_close(p->host);
    static const char *const FILES[] = { "", "-wal", "-shm" };
    for (size_t i = 0; i < COUNT(FILES); i++) {
        char path[128];
        (void)snprintf(path, sizeof path, "%s%s", p->path, FILES[i]);
        unlink(path);
    }
    rmdir(p->folder);
    free(p);
    return 0;
}

static bool insert(Db *db, void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO t (name, n) VALUES (?1, ?2)");
    db_bind_cstr(q, 1, arg);
    db_bind_int(q, 2, 7);
    return db_run(q, err);
}

static int64_t count_rows(DbHost *host)
{
    Err err       = { 0 };
    OWNED(Db) *db = db_read(host, &err);
    assert_non_null(db);
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM t");
    assert_int_equal(db_next(q, &err), DB_ROW);
    return db_int(q, 0);
}

static void what_is_written_is_read(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_true(db_write(p->host, insert, "Léa", &err));
    OWNED(Db) *db = db_read(p->host, &err);
    assert_non_null(db);
    OWNED(DbQuery) *q = db_query(db, "SELECT id, name, n, r, b FROM t");
    assert_int_equal(db_next(q, &err), DB_ROW);
    char name[3];
    db_text(q, 1, name, sizeof name); /* cut to fit */
    assert_string_equal(name, "L\xc3");
    OWNED(Arena) *a = arena_new(100);
    assert_string_equal(db_text_dup(q, 1, a), "Léa");
    assert_int_equal(db_int(q, 2), 7);
    assert_true(db_is_null(q, 3));
    assert_true(db_real(q, 3) == 0.0);
    assert_int_equal(db_slice(q, 4).len, 0);
    assert_int_equal(db_next(q, &err), DB_END);
    assert_int_equal(db_next(q, &err), DB_END); /* stays at the end */
}

static bool insert_twice(Db *db, void *arg, Err *err)
{
    return insert(db, "once", err) && insert(db, arg, err);
}

static bool insert_then_refuse(Db *db, void *arg, Err *err)
{
    return insert(db, arg, err) && err_set(err, ERR_DENIED, "No.", "refused by the work");
}

static void work_that_fails_leaves_nothing(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_false(db_write(p->host, insert_twice, "once", &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    err = (Err) { 0 };
    assert_false(db_write(p->host, insert_then_refuse, "x", &err));
    assert_int_equal(err.kind, ERR_DENIED);
    assert_int_equal(count_rows(p->host), 0);
}

static bool fail_in_silence(Db *db, void *arg, Err *err)
{
    (void)db, (void)arg, (void)err;
    return false;
}

static void work_that_fails_without_a_word_is_our_bug(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_false(db_write(p->host, fail_in_silence, NULL, &err));
    assert_int_equal(err.kind, ERR_BUG);
}

static bool write_in_write(Db *db, void *arg, Err *err)
{
    (void)db;
    return db_write(arg, insert, "inner", err);
}

static void a_write_inside_a_write_is_refused_instead_of_waiting_for_ever(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_false(db_write(p->host, write_in_write, p->host, &err));
    assert_int_equal(err.kind, ERR_BUG);
}

static bool orphan(Db *db, void *arg, Err *err)
{
    (void)arg;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO child (t) VALUES (99)");
    return db_run(q, err);
}

static void foreign_keys_are_held(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_false(db_write(p->host, orphan, NULL, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

enum { WRITERS = 24, EACH = 20 };

typedef struct Writer {
    pthread_t thread;
    DbHost   *host;
    int       number, kept, refused;
} Writer;

static bool insert_or_refuse(Db *db, void *arg, Err *err)
{
    char *name = arg;
    return insert(db, name, err) &&
           (name[0] != 'r' || err_set(err, ERR_DENIED, "No.", "refused by the work"));
}

static void *write_many(void *arg)
{
    Writer *w = arg;
    for (int i = 0; i < EACH; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "%c%d.%d", i % 3 == 0 ? 'r' : 'k', w->number, i);
        Err  err = { 0 };
        bool ok  = db_write(w->host, insert_or_refuse, name, &err);
        w->kept += ok;
        w->refused += !ok && err.kind == ERR_DENIED;
    }
    return NULL;
}

static void a_failing_item_does_not_undo_the_others_of_its_group(void **state)
{
    Place *p = *state;
    Writer writers[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
        writers[i] = (Writer) { .host = p->host, .number = i };
        assert_int_equal(pthread_create(&writers[i].thread, NULL, write_many, &writers[i]), 0);
    }
    int kept = 0, refused = 0;
    for (int i = 0; i < WRITERS; i++) {
        pthread_join(writers[i].thread, NULL);
        kept += writers[i].kept;
        refused += writers[i].refused;
    }
    assert_int_equal(kept + refused, WRITERS * EACH);
    assert_int_equal(refused, WRITERS * 7);
    assert_int_equal(count_rows(p->host), kept);
}

static bool break_transaction(Db *db, void *arg, Err *err)
{
    (void)arg;
    OWNED(DbQuery) *q = db_query(db, "ROLLBACK"); /* what a full disk makes SQLite do */
    return db_run(q, err);
}

static void a_lost_transaction_is_told_to_its_writer_and_the_next_one_works(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_false(db_write(p->host, break_transaction, NULL, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    err = (Err) { 0 };
    assert_true(db_write(p->host, insert, "after", &err));
    assert_int_equal(count_rows(p->host), 1);
}

static bool insert_large(Db *db, void *arg, Err *err)
{
    (void)arg;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO t (name, b) VALUES ('large', zeroblob(4000000))");
    return db_run(q, err);
}

/* A file that may not grow stands for a full disk: SQLite sees the same failing write. */
static void a_disk_that_cannot_grow_is_unavailable_not_silent(void **state)
{
    Place *p = *state;
    (void)signal(SIGXFSZ, SIG_IGN);
    struct rlimit old, small = { .rlim_cur = 1000000, .rlim_max = RLIM_INFINITY };
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small.rlim_max = old.rlim_max;
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    Err  err = { 0 };
    bool ok  = db_write(p->host, insert_large, NULL, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_false(ok);
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_int_equal(count_rows(p->host), 0);
    err = (Err) { 0 };
    assert_true(db_write(p->host, insert, "later", &err));
}

static atomic_int  started, refused_count;
static atomic_bool may_end;

static bool hold(Db *db, void *arg, Err *err)
{
    (void)db, (void)arg, (void)err;
    atomic_fetch_add(&started, 1);
    while (!atomic_load(&may_end))
        usleep(1000);
    return true;
}

static void *write_one(void *arg)
{
    Writer *w   = arg;
    Err     err = { 0 };
    if (w->number == 0)
        w->kept = db_write(w->host, hold, NULL, &err);
    else {
        char name[32];
        (void)snprintf(name, sizeof name, "w%d", w->number);
        w->kept = db_write(w->host, insert, name, &err);
        atomic_fetch_add(&refused_count, err.kind == ERR_UNAVAILABLE);
    }
    return NULL;
}

enum { CROWD = 1 + 1024 + 6 }; /* the one that holds, a full queue, and six too many */

static void a_full_queue_refuses_at_once(void **state)
{
    Place         *p       = *state;
    Writer        *writers = calloc(CROWD, sizeof *writers);
    pthread_attr_t small;
    assert_non_null(writers);
    pthread_attr_init(&small);
    pthread_attr_setstacksize(&small, 256 * 1024);
    for (int i = 0; i < CROWD; i++) {
        writers[i] = (Writer) { .host = p->host, .number = i };
        assert_int_equal(pthread_create(&writers[i].thread, &small, write_one, &writers[i]), 0);
        while (i == 0 && atomic_load(&started) == 0)
            usleep(1000);
    }
    int kept = 0;
    for (int tries = 0; tries < 5000 && atomic_load(&refused_count) < 6; tries++)
        usleep(1000); /* the six are refused while the first still holds */
    atomic_store(&may_end, true);
    for (int i = 0; i < CROWD; i++) {
        pthread_join(writers[i].thread, NULL);
        kept += writers[i].kept;
    }
    assert_int_equal(atomic_load(&refused_count), 6);
    assert_int_equal(kept, CROWD - 6);
    assert_int_equal(count_rows(p->host), 1024);
    pthread_attr_destroy(&small);
    free(writers);
}

static void a_snapshot_does_not_see_what_comes_later(void **state)
{
    Place *p      = *state;
    Err    err    = { 0 };
    OWNED(Db) *db = db_read(p->host, &err);
    for (int i = 0; i < 2; i++) {
        OWNED(DbQuery) *q = db_query(db, "SELECT count(*) FROM t");
        assert_int_equal(db_next(q, &err), DB_ROW);
        assert_int_equal(db_int(q, 0), 0);
        if (i == 0)
            assert_true(db_write(p->host, insert, "later", &err));
    }
    assert_int_equal(count_rows(p->host), 1);
}

static void a_reader_cannot_write(void **state)
{
    Place *p      = *state;
    Err    err    = { 0 };
    OWNED(Db) *db = db_read(p->host, &err);
    assert_false(insert(db, "x", &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
}

static void readers_are_bounded_and_come_back(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    Db    *all[16];
    for (int i = 0; i < 16; i++)
        assert_non_null(all[i] = db_read(p->host, &err));
    assert_null(db_read(p->host, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    for (int i = 0; i < 16; i++)
        db_read_end(all[i]);
    assert_int_equal(count_rows(p->host), 0);
}

static bool nested(Db *db, void *arg, Err *err)
{
    static const char SQL[] = "SELECT name FROM t ORDER BY name";
    int              *seen  = arg;
    OWNED(DbQuery) *outer   = db_query(db, SQL);
    while (db_next(outer, err) == DB_ROW) {
        OWNED(DbQuery) *inner = db_query(db, SQL);
        while (db_next(inner, err) == DB_ROW)
            (*seen)++;
    }
    return true;
}

static void the_same_statement_may_be_used_inside_itself(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_true(db_write(p->host, insert, "a", &err) && db_write(p->host, insert, "b", &err) &&
                db_write(p->host, insert, "c", &err));
    for (int again = 0; again < 3; again++) {
        int seen = 0;
        assert_true(db_read_work(p->host, nested, &seen, &err));
        assert_int_equal(seen, 9);
    }
}

static bool many_texts(Db *db, void *arg, Err *err)
{
    (void)arg;
    for (int i = 0; i < 2000; i++) {
        char sql[64];
        (void)snprintf(sql, sizeof sql, "SELECT %d", i);
        OWNED(DbQuery) *q = db_query(db, sql);
        if (db_next(q, err) != DB_ROW || db_int(q, 0) != i)
            return false;
    }
    return true;
}

static void texts_made_at_run_time_are_never_taken_for_each_other(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_true(db_read_work(p->host, many_texts, NULL, &err));
}

static bool reuse(Db *db, void *arg, Err *err)
{
    (void)arg;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO t (name, n, r, b) VALUES (?1, ?2, ?3, ?4) RETURNING id");
    for (int64_t i = 1; i <= 3; i++) {
        char name[8];
        (void)snprintf(name, sizeof name, "n%d", (int)i);
        db_bind_text(q, 1, slice_of(name));
        db_bind_int(q, 2, i);
        db_bind_real(q, 3, (double)i / 2);
        db_bind_blob(q, 4, SLICE("\0\1"));
        if (db_next(q, err) != DB_ROW || db_int(q, 0) != i || !db_run(q, err) || db_changes(q) != 1)
            return false;
        if (db_last_id(db) != i)
            return false;
    }
    OWNED(DbQuery) *all = db_query(db, "UPDATE t SET n = NULL");
    return db_run(all, err) && db_changes(all) == 3;
}

static void a_statement_may_be_bound_and_run_again(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_true(db_write(p->host, reuse, NULL, &err));
    assert_int_equal(count_rows(p->host), 3);
}

static void a_wrong_statement_says_so_when_stepped(void **state)
{
    Place *p                         = *state;
    Err    err                       = { 0 };
    OWNED(Db) *db                    = db_read(p->host, &err);
    static const char *const WRONG[] = { "SELECT nothing FROM t", "SELECT 1; SELECT 2", "", "SELEC" };
    for (size_t i = 0; i < COUNT(WRONG); i++) {
        err               = (Err) { 0 };
        OWNED(DbQuery) *q = db_query(db, WRONG[i]);
        db_bind_int(q, 1, 1);
        assert_int_equal(db_next(q, &err), DB_FAILED);
        assert_int_equal(err.kind, ERR_BUG);
        assert_int_equal(db_int(q, 0), 0);
    }
    err                  = (Err) { 0 };
    OWNED(DbQuery) *past = db_query(db, "SELECT 1 WHERE 1 = ?1");
    db_bind_int(past, 2, 1);
    assert_int_equal(db_next(past, &err), DB_FAILED);
    assert_int_equal(err.kind, ERR_BUG);
}

static void a_database_of_a_newer_program_is_refused(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    db_close(p->host);
    p->host = NULL;
    assert_null(db_open(p->path, MIGRATIONS, 1, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    DbMigration renamed[] = { MIGRATIONS[0], { 2, "0002_other", "SELECT 1" } };
    err                   = (Err) { 0 };
    assert_null(db_open(p->path, renamed, 2, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

static void a_failing_migration_leaves_the_database_as_it_was(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    db_close(p->host);
    DbMigration three[] = { MIGRATIONS[0],
                            MIGRATIONS[1],
                            { 3, "0003_third", "CREATE TABLE u (id INTEGER PRIMARY KEY); CREATE TABL" } };
    p->host             = db_open(p->path, three, 3, &err);
    assert_null(p->host);
    assert_int_equal(err.kind, ERR_BUG);
    three[2].sql = "CREATE TABLE u (id INTEGER PRIMARY KEY) STRICT";
    err          = (Err) { 0 };
    p->host      = db_open(p->path, three, 3, &err);
    assert_non_null(p->host);
}

static void the_program_s_own_schema_applies(void **state)
{
    (void)state;
    char folder[] = "/tmp/beclere-db-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/b.db", folder);
    for (int again = 0; again < 2; again++) {
        Err err             = { 0 };
        OWNED(DbHost) *host = db_open(path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
        if (!host)
            fail_msg("%s", err.detail);
    }
    unlink(path);
    rmdir(folder);
}

/* The child writes and tells each acknowledged row through a pipe, until it is killed. */
static void write_until_killed(const char *path, int told)
{
    DbHost *host = db_open(path, MIGRATIONS, COUNT(MIGRATIONS), NULL);
    for (int i = 0; host; i++) {
        char name[32] = { 0 };
        (void)snprintf(name, sizeof name, "row%d", i);
        if (!db_write(host, insert, name, NULL) || write(told, name, sizeof name) != sizeof name)
            break;
    }
    _exit(1);
}

static bool has_row(Db *db, void *arg, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM t WHERE name = ?1");
    db_bind_cstr(q, 1, arg);
    return db_next(q, err) == DB_ROW;
}

static void a_killed_program_loses_nothing_it_acknowledged(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    db_close(p->host);
    p->host = NULL;
    int told[2];
    assert_int_equal(pipe(told), 0);
    pid_t child = fork();
    if (child == 0) {
        close(told[0]);
        write_until_killed(p->path, told[1]);
    }
    close(told[1]);
    char names[400][32];
    int  count = 0;
    while (count < 300 && read(told[0], names[count], 32) == 32)
        count++;
    assert_int_equal(count, 300);
    kill(child, SIGKILL);
    while (count < 400 && read(told[0], names[count], 32) == 32) /* told before it died */
        count++;
    close(told[0]);
    waitpid(child, NULL, 0);
    p->host = db_open(p->path, MIGRATIONS, COUNT(MIGRATIONS), &err);
    assert_non_null(p->host);
    for (int i = 0; i < count; i++)
        if (!db_read_work(p->host, has_row, names[i], &err))
            fail_msg("%s was acknowledged and is lost", names[i]);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_killed_program_loses_nothing_it_acknowledged),
        TEST(what_is_written_is_read),
        TEST(work_that_fails_leaves_nothing),
        TEST(work_that_fails_without_a_word_is_our_bug),
        TEST(a_write_inside_a_write_is_refused_instead_of_waiting_for_ever),
        TEST(foreign_keys_are_held),
        TEST(a_failing_item_does_not_undo_the_others_of_its_group),
        TEST(a_lost_transaction_is_told_to_its_writer_and_the_next_one_works),
        TEST(a_disk_that_cannot_grow_is_unavailable_not_silent),
        TEST(a_full_queue_refuses_at_once),
        TEST(a_snapshot_does_not_see_what_comes_later),
        TEST(a_reader_cannot_write),
        TEST(readers_are_bounded_and_come_back),
        TEST(the_same_statement_may_be_used_inside_itself),
        TEST(texts_made_at_run_time_are_never_taken_for_each_other),
        TEST(a_statement_may_be_bound_and_run_again),
        TEST(a_wrong_statement_says_so_when_stepped),
        TEST(a_database_of_a_newer_program_is_refused),
        TEST(a_failing_migration_leaves_the_database_as_it_was),
        cmocka_unit_test(the_program_s_own_schema_applies),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
