/*
 * Tests of what the archive keeps and what it refused: files gone or changed are found and mended, leftovers wait,
 * refusals are counted (E30).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include <fcntl.h>
#include <time.h>

#include "clinic/archive/refusal.h"
#include "guard/audit/audit.h"

/* ---- keeping (E30) ---- */

typedef struct Faults {
    int missing, altered, leftover;
} Faults;

static void count_fault(const char *what, const char *uid, const char *blob, void *with)
{
    Faults *f = with;
    (void)uid, (void)blob;
    f->missing += strcmp(what, "missing") == 0;
    f->altered += strcmp(what, "altered") == 0;
    f->leftover += strcmp(what, "leftover") == 0;
}

static void blob_path(World *w, const IngestResult *r, char path[512])
{
    InstanceRow row;
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(instance_find(db, slice_of(r->study), slice_of(r->series), slice_of(r->sop_instance), &ALL,
                              &row, NULL));
    snprintf(path, 512, "%s/blobs/%s", w->folder, row.blob);
}

static void path_of_only_instance(World *w, char ret[512])
{
    char blob[256];
    OWNED(Db) *db     = db_read(w->host, NULL);
    OWNED(DbQuery) *q = db_query(db, "SELECT blob FROM instance");
    assert_int_equal(db_next(q, NULL), DB_ROW);
    db_text(q, 0, blob, sizeof blob);
    snprintf(ret, 512, "%s/%s", blobs_folder(w->blobs), blob);
}

/* Nobody has read the files again yet: no fault is known. */
static void an_image_whose_file_is_gone_or_short_is_whole_when_it_comes_again(void **state)
{
    static const size_t SIZES[] = { 0, 64 * 3000, 64 * 60000 }; /* small; at once; streamed */
    World              *w       = *state;
    for (size_t i = 0; i < 2 * COUNT(SIZES); i++) {
        char         path[512], uid[32];
        IngestResult r;
        InstanceRow  row;
        Image        image = AN_IMAGE;
        OWNED_BUF    sent  = buf_make(64 << 20);
        OWNED_BUF    kept  = buf_make(64 << 20);
        snprintf(uid, sizeof uid, "1.2.826.1.7.%zu", i);
        image.uid         = uid;
        image.pixel_bytes = SIZES[i / 2];
        image_bytes(&image, true, &sent);
        must_send(w, &image, INGEST_STORED, &r);
        path_of_only_instance(w, path);
        assert_int_equal(i % 2 ? truncate(path, 1000) : unlink(path), 0);
        must_send(w, &image, INGEST_ALREADY, &r);
        stored_bytes(w, &r, &kept, &row);
        assert_true(slice_equal(buf_slice(&sent), buf_slice(&kept)));
        must_send(w, &image, INGEST_ALREADY, &r); /* once more: nothing changes */
        buf_clear(&kept);
        stored_bytes(w, &r, &kept, &row);
        assert_true(slice_equal(buf_slice(&sent), buf_slice(&kept)));
        assert_int_equal(world_number(w, "SELECT COUNT(*) FROM audit_line WHERE detail LIKE '%replaced%'"), 1);
        world_free(state);
        assert_int_equal(world_new(state), 0);
        w = *state;
    }
}

static void one_bit_changed_and_one_file_gone_are_found(void **state)
{
    World       *w = *state;
    IngestResult first, second, third;
    Image        i = AN_IMAGE;
    char         path[512];
    ArchiveCheck check;
    Faults       faults = { 0 };
    must_send(w, &i, INGEST_STORED, &first);
    i.uid = "1.2.826.1.1.1.2";
    must_send(w, &i, INGEST_STORED, &second);
    i.uid = "1.2.826.1.1.1.3";
    must_send(w, &i, INGEST_STORED, &third);
    blob_path(w, &first, path);
    FILE *f = fopen(path, "r+b");
    assert_non_null(f);
    fseek(f, -1, SEEK_END);
    fputc(1, f);
    fclose(f);
    blob_path(w, &second, path);
    assert_int_equal(unlink(path), 0);
    assert_true(archive_check(w->archive, count_fault, &faults, &check, NULL));
    assert_int_equal(check.instances, 3);
    assert_int_equal(faults.altered, 1);
    assert_int_equal(faults.missing, 1);
    assert_true(
        archive_sweep(w->archive, &check, NULL)); /* cheap: sizes only, so the changed bit is not seen here */
    assert_int_equal(check.missing, 1);
}

static void put_file(World *w, const char *name, int64_t age_s)
{
    char path[512];
    snprintf(path, sizeof path, "%s/blobs/%s", w->folder, name);
    for (char *slash = strchr(path + strlen(w->folder) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0750);
        *slash = '/';
    }
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fclose(f);
    time_t          at       = time(NULL) - age_s;
    struct timespec times[2] = { { .tv_sec = at }, { .tv_sec = at } };
    assert_int_equal(utimensat(AT_FDCWD, path, times, 0), 0);
}

static void leftovers_wait_in_quarantine_before_they_go(void **state)
{
    World       *w = *state;
    IngestResult r;
    ArchiveCheck check;
    must_send(w, &AN_IMAGE, INGEST_STORED, &r);
    put_file(w, "2026/01/01/1.2/1.3/old.dcm", 7200);
    put_file(w, "2026/01/01/1.2/1.3/young.dcm", 60); /* perhaps being received */
    put_file(w, "reports/ab/other.pdf", 7200);       /* another room's */
    assert_true(archive_sweep(w->archive, &check, NULL));
    assert_int_equal(check.leftovers, 1);
    assert_int_equal(world_blobs(w), 4); /* moved, not gone */
    assert_true(archive_sweep(w->archive, &check, NULL));
    assert_int_equal(check.leftovers, 0);
    put_file(w, "quarantine/2026_01_01_1.2_1.3_old.dcm", 90000); /* a day later */
    assert_true(archive_sweep(w->archive, &check, NULL));
    assert_int_equal(world_blobs(w), 3);
}

static int64_t refused_count(World *w, const char *sql)
{
    OWNED(Db) *db     = db_read(w->host, NULL);
    OWNED(DbQuery) *q = db_query(db, sql);
    assert_int_equal(db_next(q, NULL), DB_ROW);
    return db_int(q, 0);
}

static bool fill_refusals(Db *db, void *arg, Err *err)
{
    (void)arg;
    OWNED(DbQuery) *q = db_query(
        db, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1000)"
            " INSERT INTO refused_object (via, actor, address, class_uid, uid, study_uid, kind, why, detail,"
            "                             times, first_at_ms, last_at_ms)"
            " SELECT 'dimse', 'peer:X', '::1', '', '1.2.' || i, '', 'input', 'x', '', 1, i, i FROM n");
    return db_run(q, err);
}

static void refusals_are_counted_bounded_and_only_those_that_stay(void **state) /* E30 */
{
    World       *w  = *state;
    IngestResult of = { .sop_instance = "1.2.826.9" };
    refusal_note(w->archive, &A_PEER, &of, &(Err) { ERR_UNAVAILABLE, "The disk is full.", "" });
    assert_int_equal(refused_count(w, "SELECT COUNT(*) FROM refused_object"), 0);
    assert_true(db_write(w->host, fill_refusals, NULL, NULL));
    for (int i = 0; i < 3; i++)
        refusal_note(w->archive, &A_PEER, &of, &(Err) { ERR_INPUT, "This is not a DICOM file.", "no head" });
    assert_int_equal(refused_count(w, "SELECT COUNT(*) FROM refused_object"), REFUSALS_MAX);
    assert_int_equal(refused_count(w, "SELECT times FROM refused_object WHERE uid = '1.2.826.9'"), 3);
    assert_int_equal(refused_count(w, "SELECT COUNT(*) FROM refused_object WHERE uid = '1.2.1'"), 0); /* the oldest went */
}

static void refusals_for_want_of_room_are_one_line_a_sender(void **state) /* E30 X5 */
{
    World       *w    = *state;
    const Err    full = { ERR_FULL, "The archive is full.", "0 bytes left" };
    IngestSource web  = { .via = "web", .actor = "pacs", .address = "::1" };
    for (int i = 0; i < 500; i++) {
        IngestResult of = { 0 };
        (void)snprintf(of.sop_instance, sizeof of.sop_instance, "1.2.826.%d", i);
        refusal_note(w->archive, i % 5 ? &A_PEER : &web, &of, &full);
        refusal_note_sender(w->archive, &A_PEER, &of, &(Err) { ERR_DENIED, "This machine may not store images.", "" });
    }
    assert_int_equal(refused_count(w, "SELECT COUNT(*) FROM refused_object"), 3);
    assert_int_equal(refused_count(w, "SELECT times FROM refused_object WHERE via = 'dimse' AND kind = 'full'"), 400);
    assert_int_equal(refused_count(w, "SELECT times FROM refused_object WHERE via = 'web' AND uid = ''"), 100);
    assert_int_equal(refused_count(w, "SELECT times FROM refused_object WHERE kind = 'denied' AND instr(detail, '1.2.826.499')"), 500);
    assert_int_equal(refused_count(w, "SELECT COUNT(*) FROM audit_line WHERE outcome = 'refused'"), 3);
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(an_image_whose_file_is_gone_or_short_is_whole_when_it_comes_again),
        IN_A_WORLD(one_bit_changed_and_one_file_gone_are_found),
        IN_A_WORLD(leftovers_wait_in_quarantine_before_they_go),
        IN_A_WORLD(refusals_are_counted_bounded_and_only_those_that_stay),
        IN_A_WORLD(refusals_for_want_of_room_are_one_line_a_sender),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
