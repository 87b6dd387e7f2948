/*
 * Tests of sendings: what a peer took while a sending was cancelled, or asked for again, counts and is not sent twice.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include "clinic/archive/retrieve.h"
#include "clinic/archive/send.h"

static const PatientBy WHO = { .person_id = 1, .actor = "asks", .factors = "", .origin = "", .what = "test" };

enum { IMAGES = 4 };

typedef struct Sending {
    SendRow row, runs; /* as people see it; as its runner knows it */
    int64_t ids[IMAGES];
    size_t  took;
    bool    again, still; /* asked for again at once */
    size_t  left;
} Sending;

static bool run_sql(Db *db, const char *sql, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    return db_run(q, err);
}

static bool begin_work(Db *db, void *sending, Err *err)
{
    Sending *s = sending;
    return run_sql(db, "INSERT INTO archive_send (id, peer_id, ae_title, person_id, actor, factors, origin, reason, state, total,"
                       "                          created_at_ms, changed_at_ms)"
                       " VALUES (1, 1, 'DEST', 1, 'asks', '', '', '', 'waiting', 4, 1, 1)", err) &&
           run_sql(db, "INSERT INTO archive_send_part (send_id, position, study_uid) SELECT 1, 0, uid FROM study", err) &&
           send_take(db, 1, 1, &s->runs, &s->still, err);
}

static bool stopped_work(Db *db, void *sending, Err *err)
{
    Sending *s = sending;
    return send_load(db, 1, &s->row, err) && send_cancel(db, &s->row, &WHO, err) &&
           (!s->again || run_sql(db, "UPDATE archive_send SET state = 'waiting', turn = turn + 1 WHERE id = 1", err));
}

static bool took_work(Db *db, void *sending, Err *err)
{
    Sending *s = sending;
    Retrieve left;
    if (!send_progress(db, &s->runs, s->ids, s->took, &s->still, err) || !send_load(db, 1, &s->row, err) ||
        !send_left(db, 1, &left, err))
        return false;
    s->left = left.instances.count;
    retrieve_clear(&left);
    return true;
}

static void must(World *w, bool (*work)(Db *, void *, Err *), Sending *s)
{
    Err err = { 0 };
    if (!db_write(w->host, work, s, &err))
        fail_msg("%s: %s", err.shown, err.detail);
}

static void images_come(World *w, Sending *s)
{
    for (int i = 0; i < IMAGES; i++) {
        char         uid[65];
        Image        image = AN_IMAGE;
        IngestResult came;
        snprintf(uid, sizeof uid, "%s.%d", AN_IMAGE.series, i + 1);
        image.uid    = uid;
        image.number = i + 1;
        must_send(w, &image, INGEST_STORED, &came);
        s->ids[i] = i + 1;
    }
}

static void stopped_while_objects_are_under_way(World *w, bool again)
{
    Sending s = { .again = again };
    images_come(w, &s);
    must(w, begin_work, &s);
    assert_true(s.still);
    must(w, stopped_work, &s);
    s.took = 3;
    must(w, took_work, &s);
    assert_false(s.still);
    assert_string_equal(s.row.state, again ? "waiting" : "cancelled");
    assert_int_equal(s.row.sent, 3);
    assert_int_equal(s.left, 1);
}

static void what_was_taken_when_it_was_cancelled_counts(void **state) /* X5 */
{
    stopped_while_objects_are_under_way(*state, false);
}

static void what_was_taken_when_it_was_asked_for_again_is_not_sent_twice(void **state) /* X5 */
{
    stopped_while_objects_are_under_way(*state, true);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_taken_when_it_was_cancelled_counts, world_new, world_free),
        cmocka_unit_test_setup_teardown(what_was_taken_when_it_was_asked_for_again_is_not_sent_twice, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
