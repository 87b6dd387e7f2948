/*
 * The projections of acts made again from their log: what an older fold left, what was altered, what must be left alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "act_world.h"

#include "clinic/workflow/act_rebuild.h"

static void sql(World *w, const char *statement)
{
    char copy[400];
    snprintf(copy, sizeof copy, "%s", statement);
    MUST(db_write(w->host, run_sql, copy, fault));
}

static int64_t number(World *w, const char *query)
{
    OWNED(Db) *db = NULL;
    MUST((db = db_read(w->host, fault)));
    OWNED(DbQuery) *q = db_query(db, query);
    assert_int_equal(db_next(q, NULL), DB_ROW);
    return db_int(q, 0);
}

static bool is_verified(World *w)
{
    ActCheck check = { 0 };
    OWNED(Db) *db  = NULL;
    MUST((db = db_read(w->host, fault)));
    MUST(act_verify(db, 0, &check, fault));
    return check.broken_act == 0;
}

typedef struct Told {
    char what[200];
    int  count;
} Told;

static void tell(const char *act, const char *what, const ActRebuilt *so_far, void *with)
{
    Told *told = with;
    assert_true(act && so_far->acts > 0);
    if (what) {
        told->count++;
        snprintf(told->what, sizeof told->what, "%s", what);
    }
}

static void what_an_older_fold_left_is_made_again(void **state) /* X3 X4 */
{
    World     *w    = *state;
    ActRebuilt r    = { 0 };
    Told       told = { 0 };
    bool       done = false;
    start(w);
    /* the facts of before a fold was richer, a deadline of before a clock was known, and a clock without its job */
    sql(w, "UPDATE act SET facts = json_remove(facts, '$.verdict.indication', '$.questions'), deadline_what = NULL, deadline_at_ms = NULL");
    sql(w, "DELETE FROM job WHERE kind = 'act.deadline'");
    assert_false(is_verified(w));
    MUST(act_rebuild(w->house, true, tell, &told, &r, fault));
    assert_int_equal(r.changed, 1);
    assert_string_equal(told.what, "facts: verdict");
    assert_false(is_verified(w)); /* only looked */
    assert_int_equal(number(w, "SELECT version FROM act_fold"), 0);
    MUST(act_rebuild_if_needed(w->house, &done, &r, fault));
    assert_true(done);
    assert_int_equal(r.changed, 1);
    assert_int_equal(r.broken, 0);
    assert_true(is_verified(w));
    assert_true(number(w, "SELECT count(*) FROM job WHERE kind = 'act.deadline'") > 0);
    assert_int_equal(number(w, "SELECT version FROM act_fold"), ACT_FOLD_VERSION);
    assert_int_equal(number(w, "SELECT count(*) FROM audit_line WHERE what = 'rebuild acts'"), 1);
    MUST(act_rebuild_if_needed(w->house, &done, &r, fault));
    assert_false(done); /* once a version */
    MUST(act_rebuild(w->house, false, NULL, NULL, &r, fault));
    assert_int_equal(r.changed, 0);
}

static void a_broken_log_is_told_and_left_alone(void **state) /* X3 */
{
    static const char *const BREAKS[] = {
        "UPDATE act_event SET at_ms = at_ms + 1 WHERE seq = 3",
        "DELETE FROM act_event WHERE seq = (SELECT max(seq) FROM act_event)",
    };
    World     *w = *state;
    ActRebuilt r = { 0 };
    start(w);
    sql(w, "UPDATE act SET state = 'closed'");
    for (size_t i = 0; i < COUNT(BREAKS); i++) {
        Told told = { 0 };
        sql(w, BREAKS[i]);
        MUST(act_rebuild(w->house, false, tell, &told, &r, fault));
        assert_int_equal(r.broken, 1);
        assert_int_equal(r.changed, 0);
        assert_int_equal(told.count, 1);
        assert_int_equal(number(w, "SELECT count(*) FROM act WHERE state = 'closed'"), 1); /* the evidence stays */
        assert_false(is_verified(w));
        if (i == 0)
            sql(w, "UPDATE act_event SET at_ms = at_ms - 1 WHERE seq = 3");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_WORLD(what_an_older_fold_left_is_made_again),
        WITH_WORLD(a_broken_log_is_told_and_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
