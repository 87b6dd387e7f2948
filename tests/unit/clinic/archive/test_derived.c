/*
 * Tests of frames made in advance: what came is there after a moment, newest first; deleted, it is made again
 * on demand; a restart goes on where it was; a code stream that contradicts its header is noticed.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include "clinic/archive/cache.h"
#include "clinic/archive/derived.h"
#include "clinic/archive/headers_ahead.h"
#include "clinic/archive/transcode.h"

static char       program[4096];
static ChildPool *codec;

static int codec_start(void **state)
{
    (void)state;
    ssize_t len = readlink("/proc/self/exe", program, sizeof program - 32);
    if (len <= 0)
        return -1;
    program[len] = '\0';
    (void)snprintf(strrchr(program, '/'), 32, "/beclere-codec");
    codec = child_pool_new(program, (ChildLimits) { .answer_ms = 60000, .workers = 1 }, NULL);
    return codec && access(program, X_OK) == 0 ? 0 : -1;
}

static int codec_stop(void **state)
{
    (void)state;
    child_pool_free(codec);
    return 0;
}

static InstanceRow row_of(World *w, const IngestResult *r)
{
    InstanceRow row;
    Err         err = { 0 };
    OWNED(Db) *db   = db_read(w->host, NULL);
    if (!instance_find(db, slice_of(r->study), slice_of(r->series), slice_of(r->sop_instance), &ALL, &row,
                       &err))
        fail_msg("%s", err.shown);
    return row;
}

/* An image worth it: 1024 rows of 64 bytes. */
static InstanceRow arrive(World *w, int n)
{
    char         uid[65];
    IngestResult r;
    Image        i = AN_IMAGE;
    snprintf(uid, sizeof uid, "1.2.826.1.1.1.%d", n);
    i.uid         = uid;
    i.number      = n;
    i.fill        = n;
    i.pixel_bytes = 64 * 1024;
    must_send(w, &i, INGEST_STORED, &r);
    return row_of(w, &r);
}

static bool is_made(World *w, const InstanceRow *row)
{
    char path[160];
    return frame_transcode_file(w->archive, NULL, row, 1, DERIVED_SYNTAX, path, NULL);
}

static bool made_soon(World *w, const InstanceRow *row)
{
    for (int i = 0; i < 600; i++) {
        if (is_made(w, row))
            return true;
        usleep(50000);
    }
    return false;
}

static Derived *start(World *w, int min_free_percent)
{
    DerivedOptions options = { .codec = program, .min_free_percent = min_free_percent };
    Err            err     = { 0 };
    Derived       *d       = derived_start(w->archive, &options, &err);
    assert_non_null(d);
    return d;
}

static void cache_emptied(World *w)
{
    char full[512];
    snprintf(full, sizeof full, "%s/cache/frames", w->folder);
    nftw(full, world_remove, 16, FTW_DEPTH | FTW_PHYS);
}

static void what_arrives_is_there_a_moment_later(void **state)
{
    World      *w      = *state;
    InstanceRow before = arrive(w, 1);
    Derived    *d      = start(w, 0);
    assert_true(made_soon(w, &before)); /* what lay there */
    InstanceRow after = arrive(w, 2);
    assert_true(made_soon(w, &after)); /* what came */
    assert_int_equal(derived_count(d)->frames, 2);
    assert_int_equal(derived_count(d)->bytes, 2 * 64 * 1024);
    assert_int_equal(derived_count(d)->refused, 0);
    derived_stop(d);
}

static void what_was_deleted_is_made_again_when_somebody_asks(void **state)
{
    World      *w   = *state;
    InstanceRow row = arrive(w, 1);
    Derived    *d   = start(w, 0);
    char        path[160];
    Err         err = { 0 };
    assert_true(made_soon(w, &row));
    cache_emptied(w);
    assert_false(is_made(w, &row));
    assert_true(frame_transcode_file(w->archive, codec, &row, 1, DERIVED_SYNTAX, path, &err));
    assert_true(is_made(w, &row));
    InstanceRow next = arrive(w, 2);
    assert_true(made_soon(w, &next)); /* and the folder that was gone is no obstacle */
    derived_stop(d);
}

static void a_restart_goes_on_where_it_was(void **state)
{
    World      *w   = *state;
    InstanceRow row = arrive(w, 1);
    Derived    *d   = start(w, 0);
    assert_true(made_soon(w, &row));
    usleep(500000); /* made, and then ticked off: stopped in between it would be looked at again */
    derived_stop(d);
    InstanceRow next = arrive(w, 2);
    cache_emptied(w);
    d = start(w, 0);
    assert_true(made_soon(w, &next));
    derived_stop(d);
    assert_false(is_made(w, &row)); /* looked at once; asked for, it would be made */
}

static void on_a_full_disk_the_oldest_go_and_nothing_is_made(void **state)
{
    World      *w   = *state;
    InstanceRow old = arrive(w, 1), row = arrive(w, 2);
    char        path[160];
    assert_true(frame_transcode_file(w->archive, codec, &old, 1, DERIVED_SYNTAX, path, NULL));
    assert_true(cache_trim(w->archive, 1) > 0);
    assert_false(is_made(w, &old));
    Derived *d = start(w, 100); /* no disk has that */
    usleep(800000);
    assert_false(is_made(w, &row));
    derived_stop(d);
}

static bool go_on(void *with)
{
    (void)with;
    return true;
}

/* The stored object in JPEG 2000, its Pixel Representation changed: what some modalities send. */
static void a_code_stream_that_contradicts_its_header_is_noticed(void **state)
{
    World      *w    = *state;
    InstanceRow row  = arrive(w, 1);
    Err         err  = { 0 };
    OWNED_BUF   file = buf_make(1 << 20);
    OWNED(Object) *o = object_open(w->archive, codec, &row, "1.2.840.10008.1.2.4.90", &err);
    assert_non_null(o);
    buf_add(&file, object_file(o));
    size_t sign = slice_find(buf_slice(&file), SLICE("\x28\x00\x03\x01US\x02\x00"));
    assert_true(sign != SIZE_MAX);
    for (size_t at; (at = slice_find(buf_slice(&file), SLICE("1.2.826.1.1.1.1"))) != SIZE_MAX;)
        file.at[at + 14] = '7'; /* another instance */
    for (int is_signed = 0; is_signed < 2; is_signed++) {
        IngestResult r;
        DerivedCount count = { 0 };
        for (size_t at;
             (at = slice_find(buf_slice(&file), SLICE("1.2.826.1.1.1.7"))) != SIZE_MAX && is_signed;)
            file.at[at + 14] = '8';
        file.at[sign + 8] = (char)is_signed;
        assert_true(ingest_file(w->archive, &A_PEER, buf_slice(&file), &r, &err));
        InstanceRow made = row_of(w, &r);
        assert_true(derived_make(w->archive, codec, &made, go_on, NULL, &count, &err));
        assert_int_equal(count.warned, is_signed);
    }
}

static void only_what_gains_is_made_in_advance(void **state)
{
    (void)state;
    static const struct {
        const char *syntax;
        int64_t     bytes;
        uint32_t    frames;
        bool        wanted;
    } CASES[] = {
        { "1.2.840.10008.1.2.1", 500000, 1, true },      { "1.2.840.10008.1.2", 500000, 1, true },
        { "1.2.840.10008.1.2.5", 500000, 1, true },      { "1.2.840.10008.1.2.4.70", 200000, 1, true },
        { "1.2.840.10008.1.2.4.80", 200000, 1, true },   { "1.2.840.10008.1.2.1", 500000, 0, false },
        { "1.2.840.10008.1.2.1", 5000, 1, false },       { "1.2.840.10008.1.2.1", 500000, 100, false },
        { "1.2.840.10008.1.2.4.202", 500000, 1, false }, { "1.2.840.10008.1.2.4.201", 500000, 1, false },
        { "1.2.840.10008.1.2.4.50", 500000, 1, false },  { "1.2.840.10008.1.2.4.91", 500000, 1, false },
        { "1.2.840.10008.1.2.4.102", 500000, 1, false }, { "1.2.3", 500000, 1, false },
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        InstanceRow row = { .bytes = CASES[i].bytes, .frames = CASES[i].frames };
        slice_copy(slice_of(CASES[i].syntax), row.syntax_uid, sizeof row.syntax_uid);
        assert_int_equal(derived_wanted(&row), CASES[i].wanted);
    }
}

static int ready_files;

static int count_ready(const char *path, const struct stat *s, int type, struct FTW *at)
{
    (void)s;
    (void)at;
    ready_files += type == FTW_F && strstr(path, ".json") != NULL;
    return 0;
}

static int headers_ready(World *w)
{
    char folder[512];
    ready_files = 0;
    (void)snprintf(folder, sizeof folder, "%s/cache/headers", w->folder);
    (void)nftw(folder, count_ready, 16, FTW_PHYS);
    return ready_files;
}

/* One look and one turn; *ret: was a series made? */
static bool headers_step(World *w, HeadersAhead *h)
{
    bool made = false;
    Err  err  = { 0 };
    if (!headers_news(w->archive, h, &err) || !headers_turn(w->archive, h, &made, &err))
        fail_msg("%s (%s)", err.shown, err.detail);
    return made;
}

static void metadata_lies_ready_when_a_series_is_quiet(void **state)
{
    World       *w     = *state;
    HeadersAhead ahead = { 0 };
    InstanceRow  row   = { 0 };
    for (int n = 1; n < HEADERS_WORTH; n++)
        row = arrive(w, n);
    assert_false(headers_step(w, &ahead));
    assert_int_equal(ahead.count, 0); /* too few to be worth it */
    for (int more = 0; more < 2; more++) {
        row = arrive(w, HEADERS_WORTH + more);
        assert_false(headers_step(w, &ahead)); /* still on its way */
        assert_int_equal(ahead.count, 1);
        usleep((HEADERS_QUIET_MS + 20) * 1000);
        assert_true(headers_step(w, &ahead));
        assert_false(headers_step(w, &ahead));
        assert_int_equal(headers_ready(w), 2); /* plain and compressed; the one before is gone */
    }
    char        path[160], full[700];
    struct stat seen;
    OWNED(Db) *db = db_read(w->host, NULL);
    assert_true(
        metadata_file(w->archive, db, slice_of(row.study_uid), slice_of(row.series_uid), &ALL, path, NULL));
    (void)snprintf(full, sizeof full, "%s/cache/%s", w->folder, path);
    assert_int_equal(stat(full, &seen), 0);
    assert_int_equal(headers_ready(w), 2); /* the same one is found by who asks */
}

int main(void)
{
#define IN_A_WORLD(test) cmocka_unit_test_setup_teardown(test, world_new, world_free)
    const struct CMUnitTest tests[] = {
        IN_A_WORLD(what_arrives_is_there_a_moment_later),
        IN_A_WORLD(what_was_deleted_is_made_again_when_somebody_asks),
        IN_A_WORLD(a_restart_goes_on_where_it_was),
        IN_A_WORLD(metadata_lies_ready_when_a_series_is_quiet),
        IN_A_WORLD(on_a_full_disk_the_oldest_go_and_nothing_is_made),
        IN_A_WORLD(a_code_stream_that_contradicts_its_header_is_noticed),
        cmocka_unit_test(only_what_gains_is_made_in_advance),
    };
    return cmocka_run_group_tests(tests, codec_start, codec_stop);
}
