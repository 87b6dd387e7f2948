/*
 * Tests of what a cut of power, a killed process or a failing disk leaves of arrivals whose file and rows are
 * made durable side by side.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include <errno.h>
#include <sys/wait.h>

#include "guard/audit/audit.h"
#include "platform/blobs/blobs_disk.h"

enum { SMALL = 0, MEDIUM = 64 * 4000, LARGE = 64 * 30000 }; /* bytes of pixels: copied, in memory, streamed */
static const size_t SIZES[] = { SMALL, MEDIUM, LARGE };

static void path_of(World *w, char ret[512])
{
    OWNED(Db) *db     = db_read(w->host, NULL);
    OWNED(DbQuery) *q = db_query(db, "SELECT blob FROM instance ORDER BY id DESC LIMIT 1");
    assert_int_equal(db_next(q, NULL), DB_ROW);
    snprintf(ret, 512, "%s/blobs/" SLICE_FMT, w->folder, (int)db_slice(q, 0).len, db_slice(q, 0).at);
}

static void whole(World *w, int64_t instances)
{
    ArchiveCheck check = { 0 };
    assert_true(archive_check(w->archive, NULL, NULL, &check, NULL));
    assert_int_equal(check.missing + check.altered, 0);
    assert_int_equal(check.instances, instances);
    assert_int_equal(world_number(w, "SELECT COALESCE(SUM(instance_count), 0) FROM study"), instances);
    assert_int_equal(world_number(w, "SELECT COALESCE(SUM(instance_count), 0) FROM series"), instances);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM instance_json"), instances);
}

/* What a child does before it is gone without any end: its database, files and memory as they stand. */
static void in_a_process_that_dies(World *w, const Image *images, size_t count)
{
    world_shut(w);
    pid_t child = fork();
    if (child == 0) {
        World own = *w;
        for (size_t i = 0; i < count; i++) {
            IngestResult r;
            if ((i == 0 && !world_open(&own)) || !send_file(&own, &images[i], &r, NULL))
                _exit(1);
        }
        kill(getpid(), SIGKILL);
    }
    int status = 0;
    waitpid(child, &status, 0);
    assert_true(WIFSIGNALED(status));
}

static void a_file_that_the_power_cut_halved_takes_its_rows_along(void **state)
{
    World  *w    = *state;
    int64_t kept = 0;
    for (size_t k = 1; k < COUNT(SIZES); k++) {
        Image images[2] = { AN_IMAGE, AN_IMAGE };
        char  path[512], uid[2][40];
        images[0].pixel_bytes = images[1].pixel_bytes = SIZES[k];
        for (int i = 0; i < 2; i++) {
            snprintf(uid[i], sizeof uid[i], "1.2.826.1.1.1.%zu%d", k, i);
            images[i].uid = uid[i];
        }
        in_a_process_that_dies(w, images, 2);
        Err  err = { 0 };
        char db[128];
        snprintf(db, sizeof db, "%s/test.db", w->folder);
        w->host = db_open(db, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
        assert_non_null(w->host);
        path_of(w, path);
        db_close(w->host);
        assert_int_equal(truncate(path, 5000), 0);
        assert_true(world_open(w));
        assert_int_not_equal(access(path, F_OK), 0);
        whole(w, ++kept); /* the first of each pair */
        IngestResult r;
        must_send(w, &images[1], INGEST_STORED, &r); /* the sender tries again */
        whole(w, ++kept);
    }
    AuditCheck chain = { 0 };
    OWNED(Db) *db    = db_read(w->host, NULL);
    assert_true(audit_verify(db, &chain, NULL));
    assert_int_equal(chain.first_broken, 0);
}

static void a_small_file_that_never_reached_the_disk_comes_back(void **state)
{
    World *w     = *state;
    Image  image = AN_IMAGE;
    char   path[512], db[128];
    Err    err = { 0 };
    in_a_process_that_dies(w, &image, 1);
    snprintf(db, sizeof db, "%s/test.db", w->folder);
    w->host = db_open(db, SCHEMA_MIGRATIONS, SCHEMA_MIGRATION_COUNT, &err);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM blob_pending"), 1);
    path_of(w, path);
    db_close(w->host);
    assert_int_equal(truncate(path, 0), 0);
    assert_true(world_open(w));
    whole(w, 1);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM blob_pending"), 0);
}

static void an_end_in_order_leaves_nothing_to_look_at(void **state)
{
    World *w     = *state;
    Image  image = AN_IMAGE;
    char   uid[40];
    image.uid = uid;
    for (int i = 0; i < 6; i++) {
        IngestResult r;
        snprintf(uid, sizeof uid, "1.2.826.1.1.1.%d", i);
        image.pixel_bytes = SIZES[i % 3];
        must_send(w, &image, INGEST_STORED, &r);
    }
    archive_close(w->archive);
    assert_int_equal(world_number(w, "SELECT instance_id FROM archive_seal"), 6);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM blob_pending"), 0);
    char          cache[128];
    ArchiveRepair repair;
    snprintf(cache, sizeof cache, "%s/cache", w->folder);
    w->archive = archive_open(w->host, w->blobs, &(ArchiveOptions) { cache, "BECLERE" }, NULL);
    assert_true(archive_own(w->archive, &repair, NULL));
    assert_int_equal(repair.looked_at + repair.made_again + repair.withdrawn, 0);
    whole(w, 6);
}

static void the_seal_follows_and_never_passes_a_file_on_its_way(void **state)
{
    World *w     = *state;
    Image  image = AN_IMAGE;
    char   uid[40];
    image.uid         = uid;
    image.pixel_bytes = MEDIUM;
    for (int i = 0; i < 70; i++) {
        IngestResult r;
        snprintf(uid, sizeof uid, "1.2.826.1.1.1.%d", i);
        must_send(w, &image, INGEST_STORED, &r);
    }
    int64_t sealed = world_number(w, "SELECT instance_id FROM archive_seal");
    assert_true(sealed >= 60 && sealed < 70);
    w->archive->flight.ids[w->archive->flight.count++] = 70; /* as if the last were still being flushed */
    assert_true(flight_seal(w->archive, NULL));
    assert_int_equal(world_number(w, "SELECT instance_id FROM archive_seal"), 69);
    flight_end(w->archive, 70);
    assert_true(flight_seal(w->archive, NULL));
    assert_int_equal(world_number(w, "SELECT instance_id FROM archive_seal"), 70);
    int64_t last = 70;
    assert_true(db_write(w->host, arrival_withdraw, &last, NULL));
    IngestResult r;
    must_send(w, &image, INGEST_STORED,
              &r); /* the key is given out again, and was not sealed while in flight */
    assert_int_equal(r.instance_id, 70);
    assert_int_equal(world_number(w, "SELECT instance_id FROM archive_seal"), 69);
}

/* ---- a disk that fails ---- */

static int no_flush, no_syncfs;

static int flush_or_not(int fd)
{
    if (!no_flush)
        return fdatasync(fd);
    errno = no_flush;
    return -1;
}

static int syncfs_or_not(int fd)
{
    (void)fd;
    errno = no_syncfs;
    return no_syncfs ? -1 : 0;
}

static const BlobsDisk FAILING = { .write     = write,
                                   .fdatasync = flush_or_not,
                                   .fsync     = fsync,
                                   .close     = close,
                                   .statvfs   = statvfs,
                                   .syncfs    = syncfs_or_not };

static void a_failed_flush_is_told_and_leaves_neither_row_nor_file(void **state)
{
    World *w = *state;
    blobs_set_disk(w->blobs, &FAILING);
    for (size_t k = 1; k < COUNT(SIZES); k++) {
        IngestResult r;
        Err          err   = { 0 };
        Image        image = AN_IMAGE;
        image.pixel_bytes  = SIZES[k];
        no_flush           = EIO;
        assert_false(send_file(w, &image, &r, &err));
        assert_int_equal(err.kind, ERR_UNAVAILABLE);
        whole(w, 0);
        assert_int_equal(world_blobs(w), 0);
        assert_int_equal(w->archive->flight.count, 0);
        no_flush = 0;
        must_send(w, &image, INGEST_STORED, &r);
        whole(w, 1);
        assert_true(db_write(w->host, arrival_withdraw, &r.instance_id, NULL));
        char path[512];
        snprintf(path, sizeof path, "%s/blobs", w->folder);
        nftw(path, world_remove, 16, FTW_DEPTH | FTW_PHYS);
        mkdir(path, 0750);
    }
}

static void small_files_that_the_disk_may_have_lost_are_written_again(void **state)
{
    World       *w = *state;
    IngestResult r;
    char         path[512];
    blobs_set_disk(w->blobs, &FAILING);
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    path_of(w, path);
    assert_int_equal(truncate(path, 100), 0);
    no_syncfs = EIO;
    assert_true(pending_settle(w->archive, NULL));
    no_syncfs = 0;
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM blob_pending"), 0);
    whole(w, 1);
}

static void other_bytes_of_any_size_go_aside_with_their_file_flushed(void **state)
{
    World *w = *state;
    char   uid[40];
    for (size_t k = 0; k < COUNT(SIZES); k++) {
        IngestResult r;
        Image        image = AN_IMAGE;
        image.uid          = uid;
        image.pixel_bytes  = SIZES[k];
        snprintf(uid, sizeof uid, "1.2.826.1.1.1.%zu", k);
        must_send(w, &image, INGEST_STORED, &r);
        image.fill = 9;
        must_send(w, &image, INGEST_ASIDE, &r);
        must_send(w, &image, INGEST_ASIDE, &r); /* known aside: not kept twice */
        image.fill = 0;
        must_send(w, &image, INGEST_ALREADY, &r);
    }
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM instance_aside"), 3);
    assert_int_equal(world_blobs(w), 6);
    assert_int_equal(w->archive->flight.count, 0);
    ArchiveCheck check = { 0 };
    assert_true(archive_check(w->archive, NULL, NULL, &check, NULL));
    assert_int_equal(check.missing + check.altered, 0);
    assert_int_equal(check.instances, 6);
}

/* A program that is not the server (a command beside it) flushes each file before its rows. */
static void without_owning_the_archive_files_are_flushed_first(void **state)
{
    World *w = *state;
    char   cache[128];
    Err    err = { 0 };
    archive_close(w->archive);
    snprintf(cache, sizeof cache, "%s/cache", w->folder);
    w->archive = archive_open(w->host, w->blobs, &(ArchiveOptions) { cache, "BECLERE" }, NULL);
    blobs_set_disk(w->blobs, &FAILING);
    for (size_t k = 0; k < COUNT(SIZES); k++) {
        IngestResult r;
        Image        image = AN_IMAGE;
        char         uid[40];
        snprintf(uid, sizeof uid, "1.2.826.1.1.1.%zu", k);
        image.uid         = uid;
        image.pixel_bytes = SIZES[k];
        no_flush          = EIO;
        assert_false(send_file(w, &image, &r, &err));
        no_flush = 0;
        must_send(w, &image, INGEST_STORED, &r);
    }
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM blob_pending"), 0);
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM audit_line WHERE outcome = 'failed'"), 0);
    whole(w, 3);
}

/* ---- many at once ---- */

enum { THREADS = 8, EACH = 24 };

typedef struct Lane {
    World    *w;
    int       index, stored;
    pthread_t thread;
} Lane;

static void *send_lane(void *lane)
{
    Lane *l = lane;
    for (int i = 0; i < EACH; i++) {
        Image        image = AN_IMAGE;
        IngestResult r;
        char         uid[40], series[40];
        snprintf(uid, sizeof uid, "1.2.826.1.%d.1.%d", l->index + 1, i);
        snprintf(series, sizeof series, "1.2.826.1.%d.1", l->index + 1);
        image.uid         = uid;
        image.series      = series;
        image.pixel_bytes = SIZES[(i + l->index) % 3];
        l->stored += send_file(l->w, &image, &r, NULL) && r.outcome == INGEST_STORED;
    }
    return NULL;
}

static void many_at_once_are_all_kept_and_whole(void **state)
{
    World *w = *state;
    Lane   lanes[THREADS];
    for (int i = 0; i < THREADS; i++) {
        lanes[i] = (Lane) { .w = w, .index = i };
        assert_int_equal(pthread_create(&lanes[i].thread, NULL, send_lane, &lanes[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) {
        pthread_join(lanes[i].thread, NULL);
        assert_int_equal(lanes[i].stored, EACH);
    }
    whole(w, THREADS * EACH);
    assert_int_equal(world_blobs(w), THREADS * EACH);
    assert_int_equal(w->archive->flight.count, 0);
    assert_true(pending_settle(w->archive, NULL));
    assert_int_equal(world_number(w, "SELECT COUNT(*) FROM blob_pending"), 0);
    whole(w, THREADS * EACH);
}

static void arrivals_ended_by_helpers_keep_their_own_results(void **state)
{
    enum { MANY = 30 };
    World       *w = *state;
    IngestLater *later[MANY];
    char         uid[MANY][40];
    for (int i = 0; i < MANY; i++) {
        Image     image = AN_IMAGE;
        OWNED_BUF file  = buf_make(64 << 20);
        snprintf(uid[i], sizeof uid[i], "1.2.826.1.1.1.%d", i);
        image.uid         = uid[i];
        image.pixel_bytes = SIZES[i % 3];
        image_bytes(&image, true, &file);
        Ingest *in = ingest_begin_file(w->archive, &A_PEER, NULL);
        Slice as = i % 5 == 4 ? slice_part(buf_slice(&file), 0, 300) : buf_slice(&file); /* some cut short */
        (void)ingest_append(in, as, NULL);
        later[i] = ingest_finish_begin(w->archive, in, NULL);
        assert_non_null(later[i]);
    }
    for (int i = 0; i < MANY; i++) {
        IngestResult r   = { 0 };
        Err          err = { 0 };
        bool         ok  = ingest_finish_end(later[i], &r, &err);
        assert_int_equal(ok, i % 5 != 4);
        if (ok)
            assert_string_equal(r.sop_instance, uid[i]);
        else
            assert_int_equal(err.kind, ERR_INPUT);
    }
    whole(w, MANY - MANY / 5);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(a_file_that_the_power_cut_halved_takes_its_rows_along),
        IN_A_WORLD(a_small_file_that_never_reached_the_disk_comes_back),
        IN_A_WORLD(an_end_in_order_leaves_nothing_to_look_at),
        IN_A_WORLD(the_seal_follows_and_never_passes_a_file_on_its_way),
        IN_A_WORLD(a_failed_flush_is_told_and_leaves_neither_row_nor_file),
        IN_A_WORLD(small_files_that_the_disk_may_have_lost_are_written_again),
        IN_A_WORLD(other_bytes_of_any_size_go_aside_with_their_file_flushed),
        IN_A_WORLD(many_at_once_are_all_kept_and_whole),
        IN_A_WORLD(arrivals_ended_by_helpers_keep_their_own_results),
        IN_A_WORLD(without_owning_the_archive_files_are_flushed_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
