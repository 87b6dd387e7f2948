/*
 * Tests of the seal: it never stands behind a row whose file is on its way, whatever became of an earlier row with its key.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

enum { KEY = 12 };

typedef struct Begun {
    Archive *a;
    bool     commits;
} Begun;

static bool sealed_work(Db *db, void *begun, Err *err)
{
    (void)begun;
    OWNED(DbQuery) *q = db_query(db, "UPDATE archive_seal SET instance_id = 12 WHERE id = 1");
    return db_run(q, err);
}

static bool begin_work(Db *db, void *begun, Err *err)
{
    Begun *b = begun;
    return flight_begin(db, b->a, KEY, 1000, true, err) &&
           (b->commits || err_set(err, ERR_FULL, "The storage is full.", "after the seal"));
}

static int64_t seal_of(World *w)
{
    Err        err = { 0 };
    OWNED(Db) *db  = db_read(w->host, &err);
    OWNED(DbQuery) *q = db_query(db, "SELECT instance_id FROM archive_seal WHERE id = 1");
    assert_int_equal(db_next(q, &err), DB_ROW);
    return db_int(q, 0);
}

/* The key of a withdrawn row is given out again; the first that has it is rolled back. */
static void the_seal_stands_before_a_key_given_out_again_after_a_roll_back(void **state) /* E30 */
{
    World  *w   = *state;
    Flight *f   = &w->archive->flight;
    Err     err = { 0 };
    assert_true(db_write(w->host, sealed_work, NULL, &err));
    f->last = f->sealed = KEY;
    assert_false(db_write(w->host, begin_work, &(Begun) { w->archive, false }, &err));
    flight_end(w->archive, KEY);
    assert_int_equal(seal_of(w), KEY);
    err = (Err) { 0 };
    assert_true(db_write(w->host, begin_work, &(Begun) { w->archive, true }, &err));
    assert_true(seal_of(w) < KEY);
    flight_end(w->archive, KEY);
}

static int64_t count_of(World *w, const char *sql)
{
    Err        err = { 0 };
    OWNED(Db) *db  = db_read(w->host, &err);
    OWNED(DbQuery) *q = db_query(db, sql);
    assert_int_equal(db_next(q, &err), DB_ROW);
    return db_int(q, 0);
}

/* Rows of a file that never reached the disk: with the first image of a study, the study is not there either. */
static void a_study_whose_only_image_is_taken_back_is_gone(void **state) /* E30 */
{
    World       *w   = *state;
    Err          err = { 0 };
    Image        image = AN_IMAGE;
    IngestResult one, other;
    must_send(w, &image, INGEST_STORED, &one);
    image.uid = "1.2.826.1.1.1.77";
    must_send(w, &image, INGEST_STORED, &other);
    assert_true(db_write(w->host, arrival_withdraw, &one.instance_id, &err));
    assert_int_equal(count_of(w, "SELECT COUNT(*) FROM study WHERE instance_count = 1 AND series_count = 1"), 1);
    assert_true(db_write(w->host, arrival_withdraw, &other.instance_id, &err));
    assert_int_equal(count_of(w, "SELECT COUNT(*) FROM series"), 0);
    assert_int_equal(count_of(w, "SELECT COUNT(*) FROM study"), 0);
    must_send(w, &image, INGEST_STORED, &one); /* and comes like any other */
    assert_int_equal(count_of(w, "SELECT COUNT(*) FROM study WHERE instance_count = 1 AND series_count = 1"), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_seal_stands_before_a_key_given_out_again_after_a_roll_back, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_study_whose_only_image_is_taken_back_is_gone, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
