/*
 * Tests of the blobs: names, order of flushing, what happens when the disk fails.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/blobs/blobs_disk.h"

/* ---- a disk that records what is asked and fails when told ---- */

static char   calls[4096];     /* one letter a call: w write, d fdatasync, c close, f fsync of a folder */
static char   folders[64][96]; /* the folders that were flushed */
static size_t folder_count;
static int    fail_write, fail_fdatasync, fail_close, fail_fsync; /* an errno, or 0 */
static size_t short_write;                                        /* at most this many bytes a call; 0: all */
static int    free_percent = 50, watched_percent = 50;            /* of the blobs' disk, of /database */
static int    statvfs_calls;

static void record(char what)
{
    static pthread_mutex_t one = PTHREAD_MUTEX_INITIALIZER; /* helpers call too */
    pthread_mutex_lock(&one);
    size_t len     = strlen(calls);
    calls[len]     = what;
    calls[len + 1] = '\0';
    pthread_mutex_unlock(&one);
}

static int failing(int why)
{
    errno = why;
    return -1;
}

static ssize_t disk_write(int fd, const void *bytes, size_t len)
{
    record('w');
    if (fail_write)
        return failing(fail_write);
    return write(fd, bytes, short_write && len > short_write ? short_write : len);
}

static int disk_fdatasync(int fd)
{
    record('d');
    return fail_fdatasync ? failing(fail_fdatasync) : fdatasync(fd);
}

static int disk_close(int fd)
{
    record('c');
    int rc = close(fd);
    return fail_close ? failing(fail_close) : rc;
}

static int disk_fsync(int fd)
{
    record('f');
    char link[64];
    (void)snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t len                                = readlink(link, folders[folder_count], sizeof folders[0] - 1);
    folders[folder_count++][len > 0 ? len : 0] = '\0';
    return fail_fsync ? failing(fail_fsync) : fsync(fd);
}

static int disk_statvfs(const char *path, struct statvfs *ret)
{
    statvfs_calls++;
    ret->f_blocks = 1000;
    ret->f_bavail = (fsblkcnt_t)(strcmp(path, "/database") == 0 ? watched_percent : free_percent) * 10;
    return 0;
}

static int disk_begin(int fd)
{
    (void)fd;
    record('b');
    return 0;
}

static int disk_syncfs(int fd)
{
    record('s');
    return fail_fsync ? failing(fail_fsync) : syncfs(fd);
}

static const BlobsDisk DISK = { disk_write,   disk_fdatasync, disk_fsync, disk_close,
                                disk_statvfs, disk_begin,     disk_syncfs };

typedef struct Place {
    char   folder[64];
    Blobs *b;
} Place;

static int setup(void **state)
{
    Place *p = calloc(1, sizeof *p);
    (void)snprintf(p->folder, sizeof p->folder, "/tmp/beclere-blobs-XXXXXX");
    if (!mkdtemp(p->folder))
        return -1;
    Err err = { 0 };
    p->b    = blobs_open(p->folder, 5, &err);
    if (!p->b)
        return -1;
    blobs_set_disk(p->b, &DISK);
    memset(calls, 0, sizeof calls);
    memset(folders, 0, sizeof folders);
    folder_count = 0;
    fail_write = fail_fdatasync = fail_close = fail_fsync = statvfs_calls = 0;
    short_write                                                           = 0;
    free_percent                                                          = 50;
    *state                                                                = p;
    return 0;
}

static int remove_one(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)s, (void)kind, (void)at;
    return remove(path);
}

static int teardown(void **state)
{
    Place *p = *state;
    blobs_close(p->b);
    (void)nftw(p->folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    free(p);
    return 0;
}

static bool store(Blobs *b, const char *name, Slice bytes, Err *err)
{
    OWNED(BlobWriter) *w = blob_begin(b, name, err);
    uint8_t sha256[32];
    int64_t size = -1;
    return w && blob_append(w, bytes, err) && blob_commit(w, sha256, &size, err) &&
           size == (int64_t)bytes.len;
}

static bool is_there(const Place *p, const char *name)
{
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%s", p->folder, name);
    return access(path, F_OK) == 0;
}

static void a_blob_comes_back_with_its_digest(void **state)
{
    Place *p             = *state;
    Err    err           = { 0 };
    OWNED(BlobWriter) *w = blob_begin(p->b, "2026/03/abc.dcm", &err);
    uint8_t sha256[32];
    int64_t size = 0;
    assert_true(blob_append(w, SLICE("a"), &err) && blob_append(w, SLICE("bc"), &err));
    assert_true(blob_commit(w, sha256, &size, &err));
    assert_int_equal(size, 3);
    static const uint8_t ABC[4] = { 0xba, 0x78, 0x16, 0xbf }; /* FIPS 180-2, "abc" */
    assert_memory_equal(sha256, ABC, 4);
    OWNED(Blob) *blob = blob_open(p->b, "2026/03/abc.dcm", &err);
    assert_non_null(blob);
    assert_true(slice_equal_text(blob_bytes(blob), "abc"));
}

static void bytes_are_flushed_before_the_folder_and_new_parents_once(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_true(store(p->b, "x/y/one", SLICE("1"), &err));
    assert_string_equal(calls, "ffwdcf"); /* x in the root, y in x, then the file, then y */
    char wanted[96];
    assert_string_equal(folders[0], p->folder);
    (void)snprintf(wanted, sizeof wanted, "%s/x", p->folder);
    assert_string_equal(folders[1], wanted);
    (void)snprintf(wanted, sizeof wanted, "%s/x/y", p->folder);
    assert_string_equal(folders[2], wanted);
    calls[0] = '\0';
    assert_true(store(p->b, "x/y/two", SLICE("2"), &err));
    assert_string_equal(calls, "wdcf");
}

static void a_large_blob_survives_short_writes(void **state)
{
    Place *p    = *state;
    Err    err  = { 0 };
    size_t size = 1000003;
    char  *all  = malloc(size);
    for (size_t i = 0; i < size; i++)
        all[i] = (char)(i * 7 + i / 251);
    short_write          = 300007;
    OWNED(BlobWriter) *w = blob_begin(p->b, "large", &err);
    for (size_t at = 0, step = 1; at < size; at += step, step = step * 3 + 1)
        assert_true(blob_append(w, slice_part((Slice) { all, size }, at, step), &err));
    uint8_t sha256[32];
    int64_t got = 0;
    assert_true(blob_commit(w, sha256, &got, &err));
    assert_int_equal(got, size);
    OWNED(Blob) *blob = blob_open(p->b, "large", &err);
    assert_true(slice_equal(blob_bytes(blob), (Slice) { all, size }));
    free(all);
}

static void any_failure_of_the_disk_loses_the_blob_and_leaves_no_file(void **state)
{
    Place *p = *state;
    static const struct {
        int *fault;
        int  why;
    } FAULTS[] = { { &fail_write, ENOSPC },     { &fail_write, EIO },    { &fail_fdatasync, EIO },
                   { &fail_fdatasync, ENOSPC }, { &fail_close, EDQUOT }, { &fail_fsync, EIO } };
    Err warm   = { 0 };
    assert_true(
        store(p->b, "d/first", SLICE("1"), &warm)); /* parents known: the faults below hit the file itself */
    for (size_t i = 0; i < COUNT(FAULTS); i++) {
        Err err          = { 0 };
        calls[0]         = '\0';
        *FAULTS[i].fault = FAULTS[i].why;
        assert_false(store(p->b, "d/lost", SLICE("bytes"), &err));
        *FAULTS[i].fault = 0;
        assert_int_equal(err.kind, FAULTS[i].why == EIO ? ERR_UNAVAILABLE : ERR_FULL);
        assert_false(is_there(p, "d/lost"));
    }
    Err err = { 0 };
    assert_true(store(p->b, "d/lost", SLICE("bytes"), &err)); /* the name is free again */
}

static void a_failed_flush_is_never_tried_again(void **state)
{
    Place *p             = *state;
    Err    err           = { 0 };
    OWNED(BlobWriter) *w = blob_begin(p->b, "once", &err);
    uint8_t sha256[32];
    int64_t size = 0;
    assert_true(blob_append(w, SLICE("x"), &err));
    fail_fdatasync = EIO;
    assert_false(blob_commit(w, sha256, &size, &err));
    fail_fdatasync = 0;
    assert_false(blob_commit(w, sha256, &size, &err));
    assert_false(blob_append(w, SLICE("y"), &err));
    assert_string_equal(calls, "wd");
}

static void a_parent_folder_that_cannot_be_flushed_is_flushed_again_next_time(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    fail_fsync = EIO;
    assert_false(store(p->b, "n/one", SLICE("1"), &err));
    fail_fsync = 0;
    err        = (Err) { 0 };
    calls[0]   = '\0';
    assert_true(store(p->b, "n/one", SLICE("1"), &err));
    assert_string_equal(calls, "fwdcf");
}

static void an_abandoned_blob_leaves_no_file(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    {
        OWNED(BlobWriter) *w = blob_begin(p->b, "half", &err);
        assert_true(blob_append(w, SLICE("half"), &err));
        assert_true(is_there(p, "half"));
    }
    assert_false(is_there(p, "half"));
}

static void a_name_is_never_written_twice(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_true(store(p->b, "same", SLICE("first"), &err));
    assert_false(store(p->b, "same", SLICE("second"), &err));
    assert_int_equal(err.kind, ERR_CONFLICT);
    err               = (Err) { 0 };
    OWNED(Blob) *blob = blob_open(p->b, "same", &err);
    assert_true(slice_equal_text(blob_bytes(blob), "first"));
}

static void no_name_leaves_the_folder(void **state)
{
    Place                   *p       = *state;
    static const char *const NAMES[] = { "",      "/",    "/etc/x",
                                         "..",    "../x", "a/../b",
                                         "a/./b", ".",    "a//b",
                                         "a/",    "a b",  "a\\b",
                                         "é",     "a\nb", "a/b/c/d/e/f/g/h/i/j/k/l/m/n/o/p/q" };
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        Err err = { 0 };
        assert_null(blob_begin(p->b, NAMES[i], &err));
        assert_int_equal(err.kind, ERR_INPUT);
        err = (Err) { 0 };
        assert_null(blob_open(p->b, NAMES[i], &err));
        assert_int_equal(err.kind, ERR_INPUT);
        err = (Err) { 0 };
        assert_false(blob_remove(p->b, NAMES[i], &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    char *name = malloc(2000);
    memset(name, 'a', 1999);
    name[1999] = '\0';
    Err err    = { 0 };
    assert_null(blob_begin(p->b, name, &err));
    free(name);
}

static void too_little_free_space_refuses_new_blobs(void **state) /* here, or beside the database */
{
    Place *p   = *state;
    Err    err = { 0 }, watched = { 0 };
    assert_true(blobs_watch(p->b, "/database", &err));
    free_percent = 4;
    assert_false(store(p->b, "no", SLICE("1"), &err));
    assert_int_equal(err.kind, ERR_FULL);
    blobs_close(p->b);
    free_percent    = 50;
    watched_percent = 4;
    p->b            = blobs_open(p->folder, 5, NULL);
    blobs_set_disk(p->b, &DISK);
    assert_true(blobs_watch(p->b, "/database", &watched));
    assert_false(store(p->b, "no", SLICE("1"), &watched));
    watched_percent = 50;
    assert_int_equal(watched.kind, ERR_FULL);
    assert_false(is_there(p, "no"));
}

static void free_space_is_asked_at_most_once_a_second(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    for (int i = 0; i < 50; i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "n%d", i);
        assert_true(store(p->b, name, SLICE("1"), &err));
    }
    assert_in_range(statvfs_calls, 1, 10); /* a slow machine may take some seconds for fifty flushes */
}

static void a_folder_removed_behind_our_back_is_made_again(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_true(store(p->b, "gone/one", SLICE("1"), &err));
    assert_true(blob_remove(p->b, "gone/one", &err));
    char path[128];
    (void)snprintf(path, sizeof path, "%s/gone", p->folder);
    assert_int_equal(rmdir(path), 0);
    assert_true(store(p->b, "gone/one", SLICE("1"), &err));
}

static void an_absent_blob_is_not_found_and_its_removal_is_no_error(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_null(blob_open(p->b, "no/such", &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
    err = (Err) { 0 };
    assert_true(blob_remove(p->b, "no/such", &err));
    assert_true(store(p->b, "empty", SLICE_NONE, &err));
    OWNED(Blob) *blob = blob_open(p->b, "empty", &err);
    assert_non_null(blob);
    assert_int_equal(blob_bytes(blob).len, 0);
}

static void a_blob_is_read_in_pieces_and_one_cut_since_is_an_error(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    char   path[256], some[4];
    assert_true(store(p->b, "whole", SLICE("0123456789"), &err));
    OWNED(Blob) *blob = blob_open_pieces(p->b, "whole", &err);
    assert_non_null(blob);
    assert_int_equal(blob_length(blob), 10);
    assert_true(blob_read(blob, 6, some, 4, &err));
    assert_memory_equal(some, "6789", 4);
    assert_true(blob_map(blob, &err) && slice_equal_text(blob_bytes(blob), "0123456789"));
    (void)snprintf(path, sizeof path, "%s/whole", p->folder);
    assert_int_equal(truncate(path, 8), 0);
    assert_false(blob_read(blob, 6, some, 4, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    err = (Err) { 0 };
    assert_null(blob_open_pieces(p->b, "none", &err));
    assert_int_equal(err.kind, ERR_NOT_FOUND);
}

typedef struct Seen {
    int     count, stop_at;
    int64_t bytes;
    char    last[64];
} Seen;

static bool see(const char *name, int64_t bytes, int64_t mtime_s, void *arg)
{
    Seen *s = arg;
    assert_true(mtime_s > 1500000000);
    s->bytes += bytes;
    (void)slice_copy(slice_of(name), s->last, sizeof s->last);
    return ++s->count != s->stop_at;
}

static void a_walk_sees_every_blob_and_stops_when_told(void **state)
{
    Place *p   = *state;
    Err    err = { 0 };
    assert_true(store(p->b, "a/b/c", SLICE("123"), &err) && store(p->b, "a/d", SLICE("45"), &err));
    Seen all = { 0 };
    assert_true(blobs_walk(p->b, see, &all, &err));
    assert_int_equal(all.count, 2);
    assert_int_equal(all.bytes, 5);
    assert_true(strcmp(all.last, "a/b/c") == 0 || strcmp(all.last, "a/d") == 0);
    Seen one = { .stop_at = 1 };
    assert_true(blobs_walk(p->b, see, &one, &err));
    assert_int_equal(one.count, 1);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

/* Grows as an upload does; a helper follows. */
static void a_helper_writes_what_comes_while_its_owner_does_something_else(void **state)
{
    enum { PIECE = 50000, PIECES = 20 };
    static char bytes[PIECE * PIECES];
    Place      *p        = *state;
    Err         err      = { 0 };
    int64_t     size     = 0;
    OWNED(BlobWriter) *w = blob_begin_undigested(p->b, "fed", &err);
    blob_feed_begin(w, bytes);
    for (int i = 0; i < PIECES; i++) {
        memset(bytes + i * PIECE, 'a' + i, PIECE);
        blob_feed(w, (size_t)(i + 1) * PIECE);
    }
    assert_true(blob_fed(w, slice_bytes(bytes, sizeof bytes), &err) && blob_seal(w, &err));
    OWNED(Blob) *blob = blob_open(p->b, "fed", &err); /* readable before it is flushed */
    assert_true(slice_equal(blob_bytes(blob), slice_bytes(bytes, sizeof bytes)));
    assert_true(blob_commit(w, NULL, &size, &err));
    assert_int_equal(size, sizeof bytes);
    const char *flush = strchr(calls, 'd');
    assert_true(flush && !strchr(flush, 'w') && strchr(flush, 'c')); /* all written, flushed, closed */
    assert_ptr_equal(strchr(calls, 'f'), strrchr(calls, 'f'));       /* its folder once, by whom it may be */
    assert_non_null(strchr(calls, 'f'));
}

static void with_every_helper_taken_the_owner_does_it_and_a_free_one_serves_again(void **state)
{
    enum { MANY = 40 };
    Place      *p   = *state;
    Err         err = { 0 };
    BlobWriter *writers[MANY];
    char        name[16];
    blobs_set_disk(p->b, &(BlobsDisk) { write, fdatasync, fsync, close, disk_statvfs, NULL, NULL });
    for (int i = 0; i < MANY; i++) {
        (void)snprintf(name, sizeof name, "many/%d", i);
        writers[i] = blob_begin_undigested(p->b, name, &err);
        blob_feed_begin(writers[i], "one of many");
    }
    for (int i = MANY - 1; i >= 0; i--) {
        int64_t size = 0;
        if (i % 3) { /* every third is dropped */
            assert_true(blob_fed(writers[i], SLICE("one of many"), &err));
            assert_true(blob_commit(writers[i], NULL, &size, &err));
            assert_int_equal(size, 11);
        }
        blob_writer_free(writers[i]);
        (void)snprintf(name, sizeof name, "many/%d", i);
        assert_int_equal(is_there(p, name), i % 3 != 0);
    }
    blobs_set_disk(p->b, &DISK);
}

static void what_a_helper_could_not_do_is_told_and_leaves_no_file(void **state)
{
    static char bytes[300000];
    Place      *p        = *state;
    int        *faults[] = { &fail_write, &fail_fdatasync, &fail_close, &fail_fsync };
    (void)store(p->b, "later/first", SLICE("1"), NULL); /* its folder is known from now on */
    for (size_t i = 0; i < COUNT(faults); i++) {
        Err         err  = { 0 };
        int64_t     size = 0;
        BlobWriter *w    = blob_begin_undigested(p->b, "later/lost", &err);
        *faults[i]       = EIO;
        blob_feed_begin(w, bytes);
        blob_feed(w, 200000);
        assert_false(blob_fed(w, slice_bytes(bytes, sizeof bytes), &err) &&
                     blob_commit(w, NULL, &size, &err));
        assert_int_equal(err.kind, ERR_UNAVAILABLE);
        blob_writer_free(w);
        *faults[i] = 0;
        assert_false(is_there(p, "later/lost"));
    }
}

static void what_is_left_unflushed_is_flushed_by_the_next_sync_of_all(void **state)
{
    Place *p             = *state;
    Err    err           = { 0 };
    OWNED(BlobWriter) *w = blob_begin_undigested(p->b, "left", &err);
    assert_true(blob_append(w, SLICE("small"), &err) && blob_leave(w, &err));
    assert_string_equal(calls, "wc");
    assert_true(is_there(p, "left"));
    assert_true(blobs_sync_all(p->b, &err));
    assert_string_equal(calls, "wcs");
    fail_fsync = EIO;
    assert_false(blobs_sync_all(p->b, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_blob_comes_back_with_its_digest),
        TEST(bytes_are_flushed_before_the_folder_and_new_parents_once),
        TEST(a_large_blob_survives_short_writes),
        TEST(any_failure_of_the_disk_loses_the_blob_and_leaves_no_file),
        TEST(a_helper_writes_what_comes_while_its_owner_does_something_else),
        TEST(with_every_helper_taken_the_owner_does_it_and_a_free_one_serves_again),
        TEST(what_a_helper_could_not_do_is_told_and_leaves_no_file),
        TEST(what_is_left_unflushed_is_flushed_by_the_next_sync_of_all),
        TEST(a_failed_flush_is_never_tried_again),
        TEST(a_parent_folder_that_cannot_be_flushed_is_flushed_again_next_time),
        TEST(an_abandoned_blob_leaves_no_file),
        TEST(a_name_is_never_written_twice),
        TEST(no_name_leaves_the_folder),
        TEST(too_little_free_space_refuses_new_blobs),
        TEST(free_space_is_asked_at_most_once_a_second),
        TEST(a_folder_removed_behind_our_back_is_made_again),
        TEST(an_absent_blob_is_not_found_and_its_removal_is_no_error),
        TEST(a_blob_is_read_in_pieces_and_one_cut_since_is_an_error),
        TEST(a_walk_sees_every_blob_and_stops_when_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
