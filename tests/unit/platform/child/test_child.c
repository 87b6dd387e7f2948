/*
 * Tests of child processes. The program is its own worker: started under the name "worker", it answers
 * requests.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/child/child.h"
#include "platform/child/child_wire.h"
#include "platform/clock.h"

/* ---- the worker ---- */

static int64_t far_away(void)
{
    return clock_monotonic_ms() + 3600000;
}

static void obey(const char *order, int body)
{
    char answer[256] = "ok";
    int  file        = -1;
    if (strcmp(order, "crash") == 0)
        abort();
    if (strcmp(order, "hang") == 0)
        pause();
    if (strcmp(order, "pid") == 0)
        (void)snprintf(answer, sizeof answer, "%d", (int)getpid());
    if (strcmp(order, "limits") == 0) {
        struct rlimit data, core;
        getrlimit(RLIMIT_DATA, &data);
        getrlimit(RLIMIT_CORE, &core);
        (void)snprintf(answer, sizeof answer, "data %lld core %lld env %s", (long long)data.rlim_cur,
                       (long long)core.rlim_cur, getenv("HOME") ? "kept" : "bare");
    }
    if (strcmp(order, "files") == 0) { /* nothing of the parent's is open above the request socket */
        int open_count = 0;
        for (int fd = 4; fd < 1000; fd++)
            open_count += fd != body && fcntl(fd, F_GETFD) >= 0;
        (void)snprintf(answer, sizeof answer, "%d", open_count);
    }
    if (strcmp(order, "seal") == 0)
        (void)snprintf(answer, sizeof answer, "%s",
                       pwrite(body, "x", 1, 0) < 0 && errno == EPERM ? "sealed" : "open");
    if (strcmp(order, "echo") == 0) { /* the body comes back reversed */
        file        = memfd_create("answer", 0);
        off_t size  = lseek(body, 0, SEEK_END);
        char *bytes = malloc((size_t)size);
        if (pread(body, bytes, (size_t)size, 0) != size)
            abort();
        for (off_t i = 0; i < size / 2; i++) {
            char c              = bytes[i];
            bytes[i]            = bytes[size - 1 - i];
            bytes[size - 1 - i] = c;
        }
        if (write(file, bytes, (size_t)size) != size)
            abort();
        free(bytes);
    }
    if (!child_send(3, slice_of(answer), file, far_away()))
        _exit(1);
    if (file >= 0)
        close(file);
}

static int worker(void)
{
    for (;;) {
        OWNED_BUF head = buf_make(CHILD_HEAD_MAX + 1);
        int       body = -1;
        if (!child_receive(3, &head, &body, far_away()))
            return 0;
        obey(buf_text(&head), body);
        if (body >= 0)
            close(body);
    }
}

/* ---- the tests ---- */

static char folder[] = "/tmp/beclere-child-XXXXXX", program[64];

static int group_setup(void **state)
{
    (void)state;
    char    self[4096];
    ssize_t len = readlink("/proc/self/exe", self, sizeof self - 1);
    if (len <= 0 || !mkdtemp(folder))
        return -1;
    self[len] = '\0';
    (void)snprintf(program, sizeof program, "%s/worker", folder);
    return symlink(self, program);
}

static int group_teardown(void **state)
{
    (void)state;
    unlink(program);
    return rmdir(folder);
}

static ChildPool *pool(int workers)
{
    Err        err = { 0 };
    ChildPool *p   = child_pool_new(program, (ChildLimits) { .answer_ms = 1500, .workers = workers }, &err);
    assert_non_null(p);
    return p;
}

/* The answer's head as text. */
static bool ask(ChildPool *p, const char *order, Slice body, char *ret, size_t size, Buf *ret_body, Err *err)
{
    OWNED_BUF head = buf_make(1024);
    if (!child_ask(p, slice_of(order), body, &head, ret_body, err))
        return false;
    (void)slice_copy(buf_slice(&head), ret, size);
    return true;
}

static void a_worker_answers_with_head_and_body(void **state)
{
    (void)state;
    OWNED(ChildPool) *p = pool(1);
    OWNED_BUF body      = buf_make(1 << 20);
    Err       err       = { 0 };
    char      text[64];
    assert_true(ask(p, "echo", SLICE("abc"), text, sizeof text, &body, &err));
    assert_string_equal(text, "ok");
    assert_true(slice_equal_text(buf_slice(&body), "cba"));
    char first[64], second[64];
    assert_true(ask(p, "pid", SLICE_NONE, first, sizeof first, &body, &err));
    assert_true(ask(p, "pid", SLICE_NONE, second, sizeof second, &body, &err));
    assert_string_equal(first, second); /* one process for many requests */
}

static void the_request_cannot_be_changed_by_the_worker(void **state)
{
    (void)state;
    OWNED(ChildPool) *p = pool(1);
    OWNED_BUF body      = buf_make(1 << 20);
    char      text[64];
    assert_true(ask(p, "seal", SLICE("abc"), text, sizeof text, &body, NULL));
    assert_string_equal(text, "sealed");
}

static void a_worker_inherits_neither_files_nor_environment(void **state)
{
    (void)state;
    setenv("HOME", "/root", 1);
    int leak            = open("/dev/null", O_RDONLY); /* without close-on-exec */
    OWNED(ChildPool) *p = pool(1);
    OWNED_BUF body      = buf_make(1 << 20);
    char      text[128];
    assert_true(ask(p, "files", SLICE_NONE, text, sizeof text, &body, NULL));
    assert_string_equal(text, "0");
    assert_true(ask(p, "limits", SLICE_NONE, text, sizeof text, &body, NULL));
    assert_non_null(strstr(text, "core 0 env bare"));
    close(leak);
}

static void the_memory_limit_is_set(void **state)
{
    (void)state;
#ifdef BECLERE_SANITIZED
    skip(); /* the sanitizer itself needs more */
#endif
    Err err             = { 0 };
    OWNED(ChildPool) *p = child_pool_new(program, (ChildLimits) { 200 << 20, 1500, 1 }, &err);
    OWNED_BUF body      = buf_make(1 << 20);
    char      text[128];
    assert_true(ask(p, "limits", SLICE_NONE, text, sizeof text, &body, &err));
    assert_non_null(strstr(text, "data 209715200 "));
}

static void a_crash_is_the_bytes_fault_and_the_next_request_works(void **state)
{
    (void)state;
    OWNED(ChildPool) *p = pool(1);
    OWNED_BUF body      = buf_make(1 << 20);
    char      text[64];
    Err       err = { 0 };
    assert_false(ask(p, "crash", SLICE("x"), text, sizeof text, &body, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    err = (Err) { 0 };
    assert_true(ask(p, "pid", SLICE_NONE, text, sizeof text, &body, &err));
}

static void a_worker_that_hangs_is_killed_in_time(void **state)
{
    (void)state;
    OWNED(ChildPool) *p = pool(1);
    OWNED_BUF body      = buf_make(1 << 20);
    char      text[64];
    Err       err = { 0 };
    assert_true(ask(p, "pid", SLICE_NONE, text, sizeof text, &body, &err));
    pid_t   pid    = (pid_t)strtol(text, NULL, 10);
    int64_t before = clock_monotonic_ms();
    assert_false(ask(p, "hang", SLICE("x"), text, sizeof text, &body, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_in_range(clock_monotonic_ms() - before, 1400, 6000);
    assert_int_equal(kill(pid, 0), -1); /* gone and reaped */
}

static void a_worker_that_died_while_idle_is_replaced_unseen(void **state)
{
    (void)state;
    OWNED(ChildPool) *p = pool(1);
    OWNED_BUF body      = buf_make(1 << 20);
    char      text[64];
    Err       err = { 0 };
    assert_true(ask(p, "pid", SLICE_NONE, text, sizeof text, &body, &err));
    kill((pid_t)strtol(text, NULL, 10), SIGKILL);
    usleep(100000);
    assert_true(ask(p, "pid", SLICE_NONE, text, sizeof text, &body, &err));
}

static void an_answer_over_the_ceiling_is_refused(void **state)
{
    (void)state;
    OWNED(ChildPool) *p = pool(1);
    OWNED_BUF body      = buf_make(2);
    char      text[64];
    Err       err = { 0 };
    assert_false(ask(p, "echo", SLICE("abc"), text, sizeof text, &body, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void a_missing_program_is_unavailable(void **state)
{
    (void)state;
    Err err             = { 0 };
    OWNED(ChildPool) *p = child_pool_new("/nowhere/codec", (ChildLimits) { 0, 1000, 1 }, &err);
    OWNED_BUF body      = buf_make(2);
    char      text[64];
    assert_false(ask(p, "pid", SLICE_NONE, text, sizeof text, &body, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
}

static atomic_int answered;

/* Each asker is a thread that ends at once: its worker must outlive it. */
static void *asker(void *arg)
{
    OWNED_BUF body = buf_make(1 << 20);
    char      text[64];
    if (ask(arg, "echo", SLICE("abcdef"), text, sizeof text, &body, NULL) &&
        slice_equal_text(buf_slice(&body), "fedcba"))
        atomic_fetch_add(&answered, 1);
    return NULL;
}

static void many_threads_share_few_workers(void **state)
{
    (void)state;
    OWNED(ChildPool) *p = pool(2);
    for (int round = 0; round < 3; round++) {
        pthread_t threads[16];
        for (int i = 0; i < 16; i++)
            assert_int_equal(pthread_create(&threads[i], NULL, asker, p), 0);
        for (int i = 0; i < 16; i++)
            pthread_join(threads[i], NULL);
    }
    assert_int_equal(atomic_load(&answered), 48);
}

static void a_program_is_run_to_its_end(void **state)
{
    (void)state;
    OWNED_BUF         out    = buf_make(1024);
    Err               err    = { 0 };
    const char *const argv[] = { "/bin/sh", "-c", "echo out; echo err >&2; exit 3", NULL };
    assert_int_equal(child_run(argv, 5000, &out, &err), 3);
    assert_string_equal(buf_text(&out), "out\nerr\n");
    const char *const slow[] = { "/bin/sleep", "60", NULL };
    assert_int_equal(child_run(slow, 200, &out, &err), -1);
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    const char *const none[] = { "/nowhere/program", NULL };
    err                      = (Err) { 0 };
    assert_int_equal(child_run(none, 200, &out, &err), -1);
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
}

static void a_long_lived_program_is_stopped_gently_then_firmly(void **state)
{
    (void)state;
    Err               err      = { 0 };
    const char *const gentle[] = { "/bin/sleep", "60", NULL };
    pid_t             pid      = child_start(gentle, &err);
    assert_true(pid > 0);
    int64_t before = clock_monotonic_ms();
    child_stop(pid, 5000);
    assert_in_range(clock_monotonic_ms() - before, 0, 3000);
    const char *const deaf[] = { "/bin/sh", "-c", "trap '' TERM; while :; do sleep 1; done", NULL };
    pid                      = child_start(deaf, &err);
    usleep(200000); /* until the trap stands */
    before = clock_monotonic_ms();
    child_stop(pid, 300);
    assert_in_range(clock_monotonic_ms() - before, 250, 5000);
    assert_int_equal(kill(pid, 0), -1);
}

int main(int argc, char **argv)
{
    const char *name = argc > 0 ? strrchr(argv[0], '/') : NULL;
    if (name && strcmp(name, "/worker") == 0)
        return worker();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_worker_answers_with_head_and_body),
        cmocka_unit_test(the_request_cannot_be_changed_by_the_worker),
        cmocka_unit_test(a_worker_inherits_neither_files_nor_environment),
        cmocka_unit_test(the_memory_limit_is_set),
        cmocka_unit_test(a_crash_is_the_bytes_fault_and_the_next_request_works),
        cmocka_unit_test(a_worker_that_hangs_is_killed_in_time),
        cmocka_unit_test(a_worker_that_died_while_idle_is_replaced_unseen),
        cmocka_unit_test(an_answer_over_the_ceiling_is_refused),
        cmocka_unit_test(a_missing_program_is_unavailable),
        cmocka_unit_test(many_threads_share_few_workers),
        cmocka_unit_test(a_program_is_run_to_its_end),
        cmocka_unit_test(a_long_lived_program_is_stopped_gently_then_firmly),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
