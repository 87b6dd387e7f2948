/*
 * Tests of backup and restore: names stay below their folder, a failing disk leaves no list, nothing is
 * overwritten, forgery shows (E30, X5).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include <errno.h>
#include <signal.h>
#include <sys/resource.h>

#include "clinic/archive/backup.h"

static void home_of(World *w, char ret[128])
{
    char from[160], to[160];
    snprintf(ret, 128, "%s", w->folder);
    snprintf(from, sizeof from, "%s/test.db", w->folder);
    snprintf(to, sizeof to, "%s/beclere.db", w->folder);
    if (symlink(from, to) != 0) /* the world calls its database otherwise */
        assert_int_equal(errno, EEXIST);
    snprintf(to, sizeof to, "%s/keys", w->folder);
    (void)mkdir(to, 0750);
}

static bool take(World *w, BackupReport *ret, Err *err)
{
    char home[128], folder[160];
    home_of(w, home);
    snprintf(folder, sizeof folder, "%s/backups", w->folder);
    return backup_make(w->host, &(BackupPlaces) { .home = home, .folder = folder }, ret, err);
}

static bool give_back(World *w, const char *to, BackupReport *ret, Err *err)
{
    char home[160], folder[160];
    snprintf(home, sizeof home, "%s/%s", w->folder, to);
    snprintf(folder, sizeof folder, "%s/backups", w->folder);
    return backup_restore(&(BackupPlaces) { .home = home, .folder = folder }, ret, err);
}

static void images_arrive(void **state, int count)
{
    IngestResult r;
    char         uid[64];
    for (int i = 0; i < count; i++) {
        Image one = AN_IMAGE;
        snprintf(uid, sizeof uid, "1.2.826.1.1.1.%d", i + 1);
        one.uid  = uid;
        one.fill = i;
        must_send(*state, &one, INGEST_STORED, &r);
    }
}

static void what_is_backed_up_comes_back_and_a_second_backup_copies_nothing(void **state)
{
    BackupReport r;
    Err          err = { 0 };
    images_arrive(state, 5);
    assert_true(take(*state, &r, &err));
    assert_int_equal(r.number, 1);
    assert_int_equal(r.blobs, 5);
    assert_int_equal(r.copied, 5);
    assert_true(take(*state, &r, &err));
    assert_int_equal(r.number, 2);
    assert_int_equal(r.copied, 0);
    assert_true(give_back(*state, "again", &r, &err));
    assert_int_equal(r.copied, 5);
    assert_int_equal(r.missing + r.altered, 0);
    assert_false(give_back(*state, "again", &r, &err)); /* not over what is there */
    assert_int_equal(err.kind, ERR_CONFLICT);
}

static void a_missing_image_is_told_and_the_rest_is_kept(void **state)
{
    World       *w = *state;
    BackupReport r;
    Err          err = { 0 };
    char         blob[256];
    images_arrive(state, 3);
    {
        OWNED(Db) *db     = db_read(w->host, &err);
        OWNED(DbQuery) *q = db_query(db, "SELECT blob FROM instance ORDER BY id LIMIT 1");
        assert_int_equal(db_next(q, &err), DB_ROW);
        db_text(q, 0, blob, sizeof blob);
    }
    assert_true(blob_remove(w->blobs, blob, &err));
    assert_true(take(w, &r, &err));
    assert_int_equal(r.blobs, 2);
    assert_int_equal(r.missing, 1);
}

/* No file may grow: as a full disk does, in the middle. */
static void a_backup_that_fails_is_no_backup_and_the_next_one_is_whole(void **state)
{
    BackupReport  r;
    Err           err = { 0 };
    struct rlimit before, small;
    images_arrive(state, 4);
    (void)signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
    small = (struct rlimit) { .rlim_cur = 2048, .rlim_max = before.rlim_max };
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
    bool made = take(*state, &r, &err);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
    assert_false(made);
    err = (Err) { 0 };
    assert_false(give_back(*state, "none", &r, &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    err = (Err) { 0 };
    assert_true(take(*state, &r, &err));
    assert_int_equal(r.number, 1);
    assert_int_equal(r.blobs, 4);
}

static void a_name_that_leaves_its_folder_is_refused(void **state)
{
    (void)state;
    static const char *const NAMES[] = { "../x", "a/../../x", "/etc/passwd", "a//b", "a/",
                                         "",     ".",         "a b",         "a/./b" };
    char                     line[256], hex[65];
    memset(hex, 'a', 64);
    hex[64] = '\0';
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        ManifestLine read;
        snprintf(line, sizeof line, "blob %s 1 0 %s", hex, NAMES[i]);
        assert_false(manifest_line_read(slice_of(line), &read, NULL));
    }
    ManifestLine read;
    snprintf(line, sizeof line, "blob %s 1 0 2026/01/01/1.2/3.4/5.6.dcm", hex);
    assert_true(manifest_line_read(slice_of(line), &read, NULL));
}

static void the_moment_of_a_backup_is_read_as_strictly_as_it_is_written(void **state)
{
    (void)state;
    static const char *const MOMENTS[] = { "bbecler2xxxxxxxx+1 3 b.2", "2026-11-24 04:30:00.000Z", "2026-11-24T04:30:00.000",
                                           "2026-11-24T04:30:00.000ZZ" };
    char                     line[64];
    ManifestLine             read;
    for (size_t i = 0; i < COUNT(MOMENTS); i++) {
        snprintf(line, sizeof line, "beclere-backup 1 3 %s", MOMENTS[i]);
        assert_false(manifest_line_read(slice_of(line), &read, NULL));
    }
    assert_false(manifest_line_read(SLICE("beclere-backup 1 3 2026-11-24T04:30:00\0000Z"), &read, NULL));
    assert_true(manifest_line_read(SLICE("beclere-backup 1 3 2026-11-24T04:30:00.000Z"), &read, NULL));
}

static void a_snapshot_is_one_moment_and_overwrites_nothing(void **state)
{
    World *w   = *state;
    Err    err = { 0 };
    char   from[128], to[128];
    images_arrive(state, 2);
    snprintf(from, sizeof from, "%s/test.db", w->folder);
    snprintf(to, sizeof to, "%s/copy.db", w->folder);
    assert_true(db_snapshot(from, to, &err));
    OWNED(DbHost) *copy = db_open_snapshot(to, &err);
    assert_non_null(copy);
    {
        OWNED(Db) *db     = db_read(copy, &err);
        OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) FROM instance");
        assert_int_equal(db_next(q, &err), DB_ROW);
        assert_int_equal(db_int(q, 0), 2);
    }
    assert_false(db_snapshot(from, to, &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_is_backed_up_comes_back_and_a_second_backup_copies_nothing,
                                        world_new, world_free),
        cmocka_unit_test_setup_teardown(a_missing_image_is_told_and_the_rest_is_kept, world_new, world_free),
        cmocka_unit_test_setup_teardown(a_backup_that_fails_is_no_backup_and_the_next_one_is_whole, world_new,
                                        world_free),
        cmocka_unit_test(a_name_that_leaves_its_folder_is_refused),
cmocka_unit_test(the_moment_of_a_backup_is_read_as_strictly_as_it_is_written),
        cmocka_unit_test_setup_teardown(a_snapshot_is_one_moment_and_overwrites_nothing, world_new,
                                        world_free),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
