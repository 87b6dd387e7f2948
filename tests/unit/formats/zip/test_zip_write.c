/*
 * An archive we made is read back by what others use: unzip, and Python's reader.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "formats/zip/zip_write.h"

static const struct tm DAY = {
    .tm_year = 126, .tm_mon = 10, .tm_mday = 24, .tm_hour = 4, .tm_min = 5, .tm_sec = 6
};

static void add_file(ZipWriter *z, Slice name, Slice bytes, Buf *to)
{
    size_t before = to->len;
    assert_true(zip_entry(z, name, zip_crc(0, bytes), bytes.len, to, NULL));
    assert_int_equal(to->len - before, zip_entry_bytes(name, bytes.len));
    assert_true(buf_add(to, bytes));
}

/* Runs a program on the archive; its exit code, or -1 when it is not installed. */
static int run(const char *const *arguments)
{
    pid_t child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout))
            execvp(arguments[0], (char *const *)(uintptr_t)arguments);
        _exit(127);
    }
    int status = 0;
    assert_true(child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status));
    return WEXITSTATUS(status) == 127 ? -1 : WEXITSTATUS(status);
}

static void read_back(const Buf *archive)
{
    char path[] = "/tmp/test-zip-XXXXXX";
    int  fd     = mkstemp(path);
    assert_true(fd >= 0 && write(fd, archive->at, archive->len) == (ssize_t)archive->len);
    close(fd);
    int unzip  = run((const char *const[]) { "unzip", "-tq", path, NULL });
    int python = run((const char *const[]) { "python3", "-m", "zipfile", "-t", path, NULL });
    unlink(path);
    if (unzip < 0 && python < 0)
        print_message("skipped: neither unzip nor python3 is there\n");
    assert_true(unzip <= 0);
    assert_true(python <= 0);
}

static void an_archive_is_read_back_by_others(void **state)
{
    (void)state;
    OWNED(ZipWriter) *z = zip_new(&DAY);
    OWNED_BUF all       = buf_make(1 << 20);
    add_file(z, SLICE("LISEZMOI.TXT"), SLICE("Bonjour"), &all);
    add_file(z, SLICE("DICOM/00000001"), SLICE("\0\1\2\3\4"), &all);
    add_file(z, SLICE("VIDE"), SLICE_NONE, &all);
    add_file(z, SLICE("d\xc3\xa9j\xc3\xa0/vu.txt"), SLICE("accents"), &all);
    size_t before = all.len;
    assert_true(zip_end(z, &all, NULL));
    assert_int_equal(all.len - before, zip_end_bytes(z));
    read_back(&all);
}

static void more_entries_than_sixteen_bits_count_are_zip64(void **state)
{
    (void)state;
    OWNED(ZipWriter) *z = zip_new(&DAY);
    OWNED_BUF all       = buf_make(32 << 20);
    for (int i = 0; i < 66000; i++) {
        char name[32];
        (void)snprintf(name, sizeof name, "DICOM/%08d", i);
        add_file(z, slice_of(name), SLICE("x"), &all);
    }
    assert_true(zip_end(z, &all, NULL));
    assert_true(slice_find(buf_slice(&all), SLICE("PK\x06\x06")) != SIZE_MAX);
    read_back(&all);
}

static void a_file_and_a_place_beyond_four_gigabytes_are_said_in_sixty_four_bits(void **state)
{
    (void)state;
    OWNED(ZipWriter) *z = zip_new(&DAY);
    OWNED_BUF head = buf_make(1 << 16), after = buf_make(1 << 16), tail = buf_make(1 << 16);
    uint64_t  big = (uint64_t)5 << 30;
    assert_true(zip_entry(z, SLICE("A"), 7, big, &head, NULL));
    assert_int_equal(head.len, zip_entry_bytes(SLICE("A"), big));
    assert_memory_equal(head.at + 18, "\xff\xff\xff\xff\xff\xff\xff\xff", 8);
    assert_memory_equal(head.at + 31, "\1\0\x10\0\0\0\0\x40\1\0\0\0", 12);
    assert_true(zip_entry(z, SLICE("B"), 7, 1, &after, NULL));
    assert_int_equal(after.len, 31);
    assert_true(zip_end(z, &tail, NULL));
    assert_int_equal(tail.len, (46 + 1 + 20) + (46 + 1 + 12) + 76 + 22);
}

static void a_name_that_leaves_its_folder_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = { "", "/etc/passwd", "../x", "a/../../x", "a\\b", "C:x", "a//b", "./a" };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        OWNED(ZipWriter) *z = zip_new(&DAY);
        OWNED_BUF out       = buf_make(4096);
        Err       err       = { 0 };
        assert_false(zip_entry(z, slice_of(BAD[i]), 0, 0, &out, &err));
        assert_int_equal(err.kind, ERR_INPUT);
        assert_int_equal(out.len, 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_archive_is_read_back_by_others),
        cmocka_unit_test(more_entries_than_sixteen_bits_count_are_zip64),
        cmocka_unit_test(a_file_and_a_place_beyond_four_gigabytes_are_said_in_sixty_four_bits),
        cmocka_unit_test(a_name_that_leaves_its_folder_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
