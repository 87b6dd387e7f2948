/*
 * Tests of the sockets: addresses, time-outs, ends of streams.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

#include "platform/clock.h"
#include "platform/net/net.h"

static void what_one_side_writes_the_other_reads_whole(void **state)
{
    (void)state;
    Err err    = { 0 };
    int listen = net_listen_tcp("127.0.0.1:0", 8, &err);
    assert_true(listen >= 0);
    int port = net_listen_port(listen);
    assert_true(port > 0);
    int out = net_connect_tcp("127.0.0.1", port, 1000, &err);
    assert_true(out >= 0);
    char peer[64];
    int  in = net_accept(listen, -1, peer, &err);
    assert_true(in >= 0);
    assert_string_equal(peer, "127.0.0.1");
    char said[100], heard[100];
    memset(said, 'x', sizeof said);
    assert_true(net_write_all(out, (Slice) { said, 60 }, 1000, &err));
    assert_true(net_write_all(out, (Slice) { said, 40 }, 1000, &err));
    assert_true(net_read_all(in, heard, 100, 1000, &err));
    assert_memory_equal(said, heard, 100);
    close(out);
    assert_false(net_read_all(in, heard, 1, 1000, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    close(in);
    close(listen);
}

static void a_silent_peer_and_a_full_pipe_time_out(void **state)
{
    (void)state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    char    byte;
    Err     err    = { 0 };
    int64_t before = clock_monotonic_ms();
    assert_false(net_read_all(pair[0], &byte, 1, 100, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    assert_in_range(clock_monotonic_ms() - before, 99, 5000);
    char *large = calloc(1, 64 << 20);
    err         = (Err) { 0 };
    assert_false(net_write_all(pair[0], (Slice) { large, 64 << 20 }, 100, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    free(large);
    close(pair[0]);
    err = (Err) { 0 };
    close(pair[1]);
}

static void writing_to_a_closed_peer_is_an_error_not_a_signal(void **state)
{
    (void)state;
    int pair[2];
    assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    close(pair[1]);
    Err err = { 0 };
    assert_false(net_write_all(pair[0], SLICE("x"), 1000, &err));
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    close(pair[0]);
}

static void a_stop_ends_the_wait_for_connections(void **state)
{
    (void)state;
    Err err    = { 0 };
    int listen = net_listen_tcp("127.0.0.1:0", 8, &err);
    assert_true(listen >= 0);
    int stop[2];
    assert_int_equal(pipe(stop), 0);
    assert_int_equal(write(stop[1], "x", 1), 1);
    char peer[64];
    err = (Err) { 0 };
    assert_int_equal(net_accept(listen, stop[0], peer, &err), -1);
    assert_int_equal(err.kind, ERR_NONE);
    close(stop[0]);
    close(stop[1]);
    close(listen);
}

static void wrong_addresses_are_refused(void **state)
{
    (void)state;
    static const char *const WRONG[] = { "",      "localhost", "127.0.0.1:", "127.0.0.1:x", "127.0.0.1:70000",
                                         "[::1]", ":80" };
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        Err err = { 0 };
        assert_int_equal(net_listen_tcp(WRONG[i], 8, &err), -1);
        assert_int_equal(err.kind, ERR_INPUT);
    }
    Err err = { 0 };
    assert_int_equal(net_connect_tcp("127.0.0.1", 0, 100, &err), -1);
    int  taken = net_listen_tcp("127.0.0.1:0", 8, NULL);
    char again[32];
    (void)snprintf(again, sizeof again, "127.0.0.1:%d", net_listen_port(taken));
    err = (Err) { 0 };
    assert_int_equal(net_listen_tcp(again, 8, &err), -1);
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
    close(taken);
    err = (Err) { 0 };
    assert_int_equal(net_connect_tcp("127.0.0.1", 1, 1000, &err), -1);
    assert_int_equal(err.kind, ERR_UNAVAILABLE);
}

static void a_unix_socket_replaces_an_old_one_but_no_other_file(void **state)
{
    (void)state;
    char folder[] = "/tmp/beclere-net-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/s", folder);
    for (int i = 0; i < 2; i++) {
        Err err = { 0 };
        int fd  = net_listen_unix(path, 8, &err);
        assert_true(fd >= 0);
        struct stat s;
        assert_int_equal(stat(path, &s), 0);
        assert_int_equal(s.st_mode & 0777, 0660);
        close(fd);
    }
    unlink(path);
    FILE *file = fopen(path, "w");
    fclose(file);
    Err err = { 0 };
    assert_int_equal(net_listen_unix(path, 8, &err), -1);
    assert_int_equal(access(path, F_OK), 0);
    unlink(path);
    rmdir(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_one_side_writes_the_other_reads_whole),
        cmocka_unit_test(a_silent_peer_and_a_full_pipe_time_out),
        cmocka_unit_test(writing_to_a_closed_peer_is_an_error_not_a_signal),
        cmocka_unit_test(a_stop_ends_the_wait_for_connections),
        cmocka_unit_test(wrong_addresses_are_refused),
        cmocka_unit_test(a_unix_socket_replaces_an_old_one_but_no_other_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
