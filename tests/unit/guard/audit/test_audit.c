/*
 * The trace: whatever is done to a stored line, to its place or to the end of the chain is found and named.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "guard/audit/audit_list.h"
#include "platform/clock.h"
#include "schema/schema.h"

typedef struct Fixture {
    DbHost *host;
    char    folder[64], path[96];
} Fixture;

enum { LINES = 12 };

static bool add_lines(Db *db, void *work, Err *err)
{
    (void)work;
    for (int i = 0; i < LINES; i++) {
        AuditLine line = {
            .event           = (AuditEvent)(AUDIT_SIGN_IN + i),
            .outcome         = (AuditOutcome)(i % 3),
            .person_id       = i,
            .organisation_id = i * 2,
            .patient_id      = i * 3,
            .act_id          = i * 4,
            .actor           = "j.martin",
            .factors         = "password+totp",
            .origin          = "127.0.0.1",
            .what            = "GET /api/patients/{id}",
            .object          = i % 2 ? "1.2.3" : NULL,
            .detail          = NULL,
        };
        if (!audit_add(db, &line, err))
            return false;
    }
    return true;
}

static int setup(void **state)
{
    Fixture *f = calloc(1, sizeof *f);
    snprintf(f->folder, sizeof f->folder, "/tmp/beclere-audit-XXXXXX");
    assert_non_null(mkdtemp(f->folder));
    snprintf(f->path, sizeof f->path, "%s/db", f->folder);
    Err err = { 0 };
    f->host = db_open(f->path, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
    if (!f->host)
        print_error("%s: %s\n", err.shown, err.detail);
    assert_non_null(f->host);
    assert_true(db_write(f->host, add_lines, NULL, &err));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    Fixture *f = *state;
    db_close(f->host);
    static const char *const FILES[] = { "db", "db-wal", "db-shm" };
    for (size_t i = 0; i < COUNT(FILES); i++) {
        char path[128];
        snprintf(path, sizeof path, "%s/%s", f->folder, FILES[i]);
        unlink(path);
    }
    rmdir(f->folder);
    free(f);
    return 0;
}

static AuditCheck verified(Fixture *f)
{
    AuditCheck check = { 0 };
    Err        err   = { 0 };
    OWNED(Db) *db    = db_read(f->host, &err);
    assert_non_null(db);
    assert_true(audit_verify(db, &check, &err));
    return check;
}

static bool run_sql(Db *db, void *work, Err *err)
{
    const char *const *sql = work;
    for (; *sql; sql++) {
        OWNED(DbQuery) *q = db_query(db, *sql);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

static void tamper(Fixture *f, const char *first, const char *second)
{
    const char *statements[] = { first, second, NULL };
    Err         err          = { 0 };
    if (!db_write(f->host, run_sql, statements, &err))
        fail_msg("%s: %s", first, err.detail);
}

static void an_untouched_trace_fits(void **state)
{
    AuditCheck check = verified(*state);
    assert_int_equal(check.lines, LINES);
    assert_int_equal(check.first_broken, 0);
}

static void an_empty_trace_fits(void **state)
{
    Fixture *f = *state;
    tamper(f, "DELETE FROM audit_line",
           "UPDATE audit_head SET lines = 0, hash = "
           "'0000000000000000000000000000000000000000000000000000000000000000'");
    AuditCheck check = verified(f);
    assert_int_equal(check.lines, 0);
    assert_int_equal(check.first_broken, 0);
}

static void a_change_in_any_column_is_found(void **state)
{
    static const char *const CHANGES[] = {
        "at_ms = at_ms + 1",
        "event = 'delete'",
        "outcome = 'failed'",
        "person_id = 99",
        "organisation_id = 99",
        "patient_id = 99",
        "act_id = 99",
        "actor = 'somebody'",
        "factors = ''",
        "origin = '10.0.0.1'",
        "what = 'nothing'",
        "object = 'x'",
        "detail = 'x'",
        "previous = hash",
        "hash = previous",
        /* the same bytes, cut elsewhere: the lengths tell */
        "actor = actor || factors, factors = ''",
    };
    Fixture *f = *state;
    for (size_t i = 0; i < COUNT(CHANGES); i++) {
        char keep[128], change[256];
        snprintf(keep, sizeof keep, "CREATE TABLE kept AS SELECT * FROM audit_line WHERE id = 5");
        snprintf(change, sizeof change, "UPDATE audit_line SET %s WHERE id = 5", CHANGES[i]);
        tamper(f, keep, change);
        AuditCheck check = verified(f);
        assert_int_equal(check.first_broken, 5);
        assert_string_equal(check.why, "content altered");
        tamper(f, "DELETE FROM audit_line WHERE id = 5", "INSERT INTO audit_line SELECT * FROM kept");
        tamper(f, "DROP TABLE kept", NULL);
        assert_int_equal(verified(f).first_broken, 0);
    }
}

static void a_removed_line_is_found_wherever_it_stood(void **state)
{
    Fixture *f = *state;
    for (int id = 1; id <= LINES; id++) {
        char remove[64];
        snprintf(remove, sizeof remove, "DELETE FROM audit_line WHERE id = %d", id);
        tamper(f, "CREATE TABLE kept AS SELECT * FROM audit_line", remove);
        AuditCheck check = verified(f);
        assert_int_equal(check.first_broken, id == LINES ? LINES : id + 1);
        assert_string_equal(check.why, id == LINES ? "lines removed at the end" : "line removed before");
        tamper(f, "DELETE FROM audit_line", "INSERT INTO audit_line SELECT * FROM kept");
        tamper(f, "DROP TABLE kept", NULL);
    }
}

static void a_removed_line_whose_followers_were_renumbered_is_found(void **state)
{
    Fixture *f = *state;
    tamper(f, "DELETE FROM audit_line WHERE id = 4", "UPDATE audit_line SET id = id - 1 WHERE id > 4");
    AuditCheck check = verified(f);
    assert_int_equal(check.first_broken, 4);
    assert_string_equal(check.why, "content altered");
}

static void two_lines_that_changed_places_are_found(void **state)
{
    Fixture *f = *state;
    tamper(f, "UPDATE audit_line SET id = 1000 WHERE id = 6", "UPDATE audit_line SET id = 6 WHERE id = 7");
    tamper(f, "UPDATE audit_line SET id = 7 WHERE id = 1000", NULL);
    assert_int_equal(verified(f).first_broken, 6);
}

static void a_tail_cut_off_is_found_even_with_the_count_corrected(void **state)
{
    Fixture *f = *state;
    tamper(f, "DELETE FROM audit_line WHERE id > 8", NULL);
    AuditCheck check = verified(f);
    assert_int_equal(check.first_broken, 9);
    assert_string_equal(check.why, "lines removed at the end");
    tamper(f, "UPDATE audit_head SET lines = 8", NULL);
    check = verified(f);
    assert_int_equal(check.first_broken, 8);
    assert_string_equal(check.why, "the head does not match the last line");
}

static void a_line_put_in_by_hand_is_found(void **state)
{
    Fixture *f = *state;
    tamper(f,
           "INSERT INTO audit_line SELECT 13, at_ms, event, outcome, person_id, organisation_id, patient_id, "
           "act_id, actor,"
           " factors, origin, what, object, detail, previous, hash FROM audit_line WHERE id = 12",
           NULL);
    assert_int_equal(verified(f).first_broken, 13);
}

/* A writer that knows our hash: chains a false line after line 3 with right content hashes of its own. */
static void a_rewritten_middle_breaks_at_the_line_that_follows(void **state)
{
    Fixture *f = *state;
    tamper(f, "CREATE TABLE tail AS SELECT * FROM audit_line WHERE id > 3",
           "DELETE FROM audit_line WHERE id > 3");
    tamper(f, "UPDATE audit_head SET lines = 3, hash = (SELECT hash FROM audit_line WHERE id = 3)", NULL);
    assert_int_equal(verified(f).first_broken, 0);
    Err err = { 0 };
    assert_true(db_write(f->host, add_lines, NULL, &err)); /* lines 4 to 15 told again */
    tamper(f, "DELETE FROM audit_line WHERE id > 4",
           "INSERT INTO audit_line SELECT * FROM tail WHERE id > 4");
    tamper(f, "UPDATE audit_head SET lines = 12, hash = (SELECT hash FROM audit_line WHERE id = 12)", NULL);
    AuditCheck check = verified(f);
    assert_int_equal(check.first_broken, 5);
    assert_string_equal(check.why, "order changed");
}

static void a_missing_head_is_found(void **state)
{
    Fixture *f = *state;
    tamper(f, "DELETE FROM audit_head", NULL);
    assert_string_equal(verified(f).why, "the head is missing");
    Err err = { 0 };
    assert_false(db_write(f->host, add_lines, NULL, &err)); /* and nothing is done without a trace */
    assert_int_equal(err.kind, ERR_BUG);
}

static bool add_long(Db *db, void *work, Err *err)
{
    (void)work;
    char text[2000];
    for (size_t i = 0; i + 2 < sizeof text; i += 2)
        memcpy(text + i, "é", 2);
    text[sizeof text - 2] = '\0';
    text[0]               = 'x'; /* so that the limit falls inside a character */
    text[1]               = 'x';
    memmove(text + 1, text + 2, sizeof text - 2);
    AuditLine line = { .event = AUDIT_SYSTEM, .detail = text };
    return audit_add(db, &line, err);
}

static void a_long_text_is_cut_between_characters_and_the_chain_holds(void **state)
{
    Fixture *f   = *state;
    Err      err = { 0 };
    assert_true(db_write(f->host, add_long, NULL, &err));
    assert_int_equal(verified(f).first_broken, 0);
    OWNED(Db) *db     = db_read(f->host, &err);
    OWNED(DbQuery) *q = db_query(db, "SELECT detail FROM audit_line WHERE id = 13");
    assert_int_equal(db_next(q, &err), DB_ROW);
    Slice detail = db_slice(q, 0);
    assert_int_equal(detail.len, 511);
    assert_memory_equal(detail.at + detail.len - 2, "é", 2);
}

static void every_event_has_a_name_of_its_own(void **state)
{
    (void)state;
    for (int a = 0; a < AUDIT_EVENTS; a++)
        for (int b = 0; b < a; b++)
            assert_string_not_equal(audit_event_name((AuditEvent)a), audit_event_name((AuditEvent)b));
    assert_string_equal(audit_event_name(AUDIT_VIEW_IMAGE), "view-image");
    assert_string_equal(audit_event_name(AUDIT_EVENTS), "unset");
}

/* Ids of the answer, newest first, blank between. */
static void listed(Fixture *f, const AuditWanted *wanted, char ret[128])
{
    Err     err          = { 0 };
    json_t *raw          = NULL, *line;
    size_t  i;
    int     at           = 0;
    OWNED(Db) *db        = db_read(f->host, &err);
    assert_non_null(db);
    assert_true(audit_list_json(db, wanted, &raw, &err));
    OWNED(json_t) *found = raw;
    ret[0]               = '\0';
    json_array_foreach(json_object_get(found, "lines"), i, line)
        at += snprintf(ret + at, 128 - (size_t)at, "%s%lld", i ? " " : "", (long long)json_integer_value(json_object_get(line, "id")));
}

/* X3: line i + 1 has outcome i % 3 (ok, refused, failed), person i and the time below. */
static void lines_are_found_by_refusal_and_day(void **state)
{
    Fixture *f = *state;
    char     ids[128];
    tamper(f, "UPDATE audit_line SET at_ms = id * 1000", NULL);
    listed(f, &(AuditWanted) { .refused = true }, ids);
    assert_string_equal(ids, "12 11 9 8 6 5 3 2");
    listed(f, &(AuditWanted) { .until_ms = 4000 }, ids);
    assert_string_equal(ids, "4 3 2 1");
    listed(f, &(AuditWanted) { .until_ms = 4999, .refused = true }, ids);
    assert_string_equal(ids, "3 2");
    listed(f, &(AuditWanted) { .until_ms = 999 }, ids);
    assert_string_equal(ids, "");
    listed(f, &(AuditWanted) { .until_ms = 99000, .before_id = 3 }, ids);
    assert_string_equal(ids, "2 1");
    listed(f, &(AuditWanted) { .person_id = 3 }, ids);
    assert_string_equal(ids, "4");
    listed(f, &(AuditWanted) { .person_id = 3, .refused = true }, ids);
    assert_string_equal(ids, "");
    listed(f, &(AuditWanted) { .person_id = 4, .refused = true }, ids);
    assert_string_equal(ids, "5");
}

#define WITH_DB(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_DB(an_untouched_trace_fits),
        WITH_DB(an_empty_trace_fits),
        WITH_DB(a_change_in_any_column_is_found),
        WITH_DB(a_removed_line_is_found_wherever_it_stood),
        WITH_DB(a_removed_line_whose_followers_were_renumbered_is_found),
        WITH_DB(two_lines_that_changed_places_are_found),
        WITH_DB(a_tail_cut_off_is_found_even_with_the_count_corrected),
        WITH_DB(a_line_put_in_by_hand_is_found),
        WITH_DB(a_rewritten_middle_breaks_at_the_line_that_follows),
        WITH_DB(a_missing_head_is_found),
        WITH_DB(a_long_text_is_cut_between_characters_and_the_chain_holds),
        WITH_DB(lines_are_found_by_refusal_and_day),
        cmocka_unit_test(every_event_has_a_name_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
