/*
 * Phantoms are readable DICOM, the same for the same order, and dciodvfy finds no error in them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "demo/phantom.h"
#include "formats/dicom/part10.h"

typedef struct Seen {
    int  files, validated;
    bool validator;
    char folder[64];
} Seen;

/* Runs dciodvfy on one file; its complaints go to 'ret'. */
static void validate(const char *path, char *ret, size_t size)
{
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)dup2(ends[1], STDOUT_FILENO);
        (void)close(ends[0]);
        execl("/usr/bin/dciodvfy", "dciodvfy", path, (char *)NULL);
        _exit(127);
    }
    (void)close(ends[1]);
    size_t  got = 0;
    ssize_t n;
    while (got < size - 1 && (n = read(ends[0], ret + got, size - 1 - got)) > 0)
        got += (size_t)n;
    ret[got] = '\0';
    (void)close(ends[0]);
    (void)waitpid(pid, NULL, 0);
}

static bool look(Slice file, const char *sop_class, const char *sop_instance, void *with, Err *err)
{
    Seen           *seen = with;
    Part10          head;
    OWNED(Dataset) *ds = part10_parse(file, &head, err);
    FourUids        four;
    assert_non_null(ds);
    assert_true(dataset_four_uids(ds, &four, err));
    assert_int_equal(strlen(sop_class) > 10 && strlen(sop_instance) > 4, 1);
    seen->files++;
    if (!seen->validator || (seen->files > 2 && seen->files % 64 != 1))
        return true;
    char path[256];
    (void)snprintf(path, sizeof path, "%s/%d.dcm", seen->folder, seen->files);
    FILE *out = fopen(path, "wb");
    assert_non_null(out);
    assert_int_equal(fwrite(file.at, 1, file.len, out), file.len);
    (void)fclose(out);
    static char said[65536];
    validate(path, said, sizeof said);
    (void)unlink(path);
    if (strstr(said, "Error"))
        fail_msg("dciodvfy on %s: %s", sop_class, said);
    seen->validated++;
    return true;
}

static void every_phantom_is_valid(void **state)
{
    (void)state;
    static const int FILES[PHANTOM_KINDS] = { 129, 24, 1, 1, 1, 97 };
    for (int kind = 0; kind < PHANTOM_KINDS; kind++) {
        Seen seen = { .validator = access("/usr/bin/dciodvfy", X_OK) == 0, .folder = "/tmp/beclere-phantom-XXXXXX" };
        assert_non_null(mkdtemp(seen.folder));
        PhantomOrder order;
        Err          err = { 0 };
        phantom_order_default(7, &order);
        if (!phantom_make((PhantomKind)kind, &order, look, &seen, &err))
            fail_msg("phantom %d: %s", kind, err.detail);
        assert_int_equal(seen.files, FILES[kind]);
        (void)rmdir(seen.folder);
        if (!seen.validator)
            print_message("skipped: dciodvfy is not there\n");
    }
}

static void an_unknown_kind_is_refused(void **state)
{
    (void)state;
    Err err = { 0 };
    assert_int_equal(phantom_kind(SLICE("nm")), PHANTOM_KINDS);
    PhantomOrder order;
    phantom_order_default(1, &order);
    assert_false(phantom_make(PHANTOM_KINDS, &order, look, NULL, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(every_phantom_is_valid), cmocka_unit_test(an_unknown_kind_is_refused) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
