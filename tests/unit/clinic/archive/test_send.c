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

static bool many_work(Db *db, void *none, Err *err)
{
    (void)none;
    return run_sql(db, "INSERT INTO archive_send (id, peer_id, ae_title, person_id, actor, factors, origin, reason, state, total,"
                       "                          created_at_ms, changed_at_ms)"
                       " WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
                       " SELECT i, 1, 'DEST', CASE WHEN i <= 3 THEN 7 ELSE 8 END, 'x', '', '', '', 'done', 1, 1, 1 FROM n", err) &&
           run_sql(db, "INSERT INTO archive_send_part (send_id, position, study_uid) SELECT id, 0, '1.2.' || id FROM archive_send", err);
}

/* Who sent little and long ago sees it, however much others send. */
static void the_newest_are_those_of_who_looks(void **state)
{
    World        *w   = *state;
    Err           err = { 0 };
    ArchiveViewer viewer = { .person_id = 7, .now_s = 1 }, other = { .person_id = 8, .now_s = 1 }, nobody = { .person_id = 9, .now_s = 1 };
    assert_true(db_write(w->host, many_work, NULL, &err));
    OWNED(Db) *db       = db_read(w->host, &err);
    OWNED(json_t) *mine = json_array(), *theirs = json_array(), *none = json_array(), *of_study = json_array();
    assert_true(sends_json(db, &viewer, SLICE_NONE, LANG_EN, mine, &err));
    assert_int_equal(json_array_size(mine), 3);
    assert_int_equal(json_integer_value(json_object_get(json_array_get(mine, 0), "id")), 3);
    assert_true(sends_json(db, &other, SLICE_NONE, LANG_EN, theirs, &err));
    assert_int_equal(json_array_size(theirs), SEND_LISTED);
    assert_true(sends_json(db, &nobody, SLICE_NONE, LANG_EN, none, &err));
    assert_int_equal(json_array_size(none), 0);
    assert_true(sends_json(db, &viewer, SLICE("1.2.2"), LANG_EN, of_study, &err));
    assert_int_equal(json_array_size(of_study), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_was_taken_when_it_was_cancelled_counts, world_new, world_free),
        cmocka_unit_test_setup_teardown(what_was_taken_when_it_was_asked_for_again_is_not_sent_twice, world_new, world_free),
        cmocka_unit_test_setup_teardown(the_newest_are_those_of_who_looks, world_new, world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
