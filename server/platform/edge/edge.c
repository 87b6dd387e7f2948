/*
 * nginx as our child: checked, started, watched, ended.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/edge/edge.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "platform/child/child.h"
#include "platform/clock.h"
#include "platform/edge/edge_room.h"
#include "platform/log.h"
#include "platform/net/net.h"

enum { CHECK_MS = 20000, START_MS = 10000, QUIT_MS = 5000 };

#define NO_START "The edge (nginx) cannot be started."

struct Edge {
    pid_t pid; /* 0: ended */
};

/* Debian keeps it out of an ordinary user's PATH. */
static const char *nginx_program(void)
{
    static const char *const PLACES[] = { "/usr/sbin/nginx", "/usr/local/sbin/nginx", "/usr/bin/nginx" };
    for (size_t i = 0; i < COUNT(PLACES); i++)
        if (access(PLACES[i], X_OK) == 0)
            return PLACES[i];
    return "nginx";
}

/* nginx says in words what it does not like; that is for the log, a line each. */
static void log_words(Slice words)
{
    while (words.len) {
        Slice line = slice_trim(slice_cut(&words, '\n'));
        char  text[512];
        (void)slice_copy(line, text, sizeof text);
        if (line.len)
            log_line("edge", LOG_ERROR, "nginx refuses its configuration", "says", text, NULL);
    }
}

static bool check(const EdgePaths *p, Err *err)
{
    const char *const argv[] = { nginx_program(), "-t", "-q",      "-e", p->error_log, "-p",
                                 p->folder,       "-c", p->config, NULL };
    OWNED_BUF         output = buf_make(64 * 1024);
    int               code   = child_run(argv, CHECK_MS, &output, err);
    if (code == 0)
        return true;
    log_words(buf_slice(&output));
    Slice first = buf_slice(&output);
    first       = slice_cut(&first, '\n');
    return err_set(err, ERR_UNAVAILABLE, NO_START, "nginx -t: %.*s", (int)(first.len < 200 ? first.len : 200),
                   first.at);
}

/* Splits host and port of edge-listen, as net_connect_tcp wants them. A wildcard is reached by the loopback.
 */
static int listen_port(const char *address, char host[256])
{
    Slice   whole = slice_of(address), name;
    int64_t port  = 0;
    if (slice_starts(whole, SLICE("["))) {
        whole = slice_part(whole, 1, SIZE_MAX);
        name  = slice_cut(&whole, ']');
        whole = slice_part(whole, 1, SIZE_MAX);
    } else {
        name = slice_cut(&whole, ':');
    }
    (void)slice_int(whole, &port);
    (void)slice_copy(slice_equal_text(name, "0.0.0.0") ? SLICE("127.0.0.1")
                     : slice_equal_text(name, "::")    ? SLICE("::1")
                                                       : name,
                     host, 256);
    return (int)port;
}

static bool wait_until_it_accepts(Edge *e, const char *address, Err *err)
{
    char    host[256];
    int     port     = listen_port(address, host);
    int64_t until_ms = clock_monotonic_ms() + START_MS;
    while (edge_alive(e) && clock_monotonic_ms() < until_ms) {
        int fd = net_connect_tcp(host, port, 500, NULL);
        if (fd >= 0) {
            close(fd);
            if (edge_alive(e))
                return true;
        }
        (void)poll(NULL, 0, 20);
    }
    return err_set(err, ERR_UNAVAILABLE, NO_START, "nginx %s on %s; see edge/error.log in the data folder",
                   e->pid ? "does not accept" : "ended at its start", address);
}

/* Asked before nginx is started: it would try for seconds while whoever holds the port answers in its place.
 */
static bool port_is_free(const char *address, Err *err)
{
    int fd = net_listen_tcp(address, 1, err);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

Edge *edge_start(const Config *c, Err *err)
{
    EdgePaths *p = calloc(1, sizeof *p);
    Edge      *e = calloc(1, sizeof *e);
    if (!p || !e)
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "edge_start");
    bool ok = p && e && edge_write_config(c, err) && edge_paths(c, p, err) && check(p, err) &&
              port_is_free(config_text(c, "edge-listen"), err);
    if (ok) {
        const char *const argv[] = { nginx_program(), "-e", p->error_log, "-p",
                                     p->folder,       "-c", p->config,    NULL };
        e->pid                   = child_start(argv, err);
        ok                       = e->pid > 0 && wait_until_it_accepts(e, config_text(c, "edge-listen"), err);
    }
    free(p);
    if (ok)
        return e;
    edge_stop(e);
    return NULL;
}

bool edge_alive(Edge *e)
{
    int status = 0;
    if (e->pid > 0 && waitpid(e->pid, &status, WNOHANG) != 0)
        e->pid = 0;
    return e->pid > 0;
}

void edge_stop(Edge *e)
{
    if (!e)
        return;
    int64_t until_ms = clock_monotonic_ms() + QUIT_MS;
    if (e->pid > 0)
        (void)kill(e->pid, SIGQUIT);
    while (edge_alive(e) && clock_monotonic_ms() < until_ms)
        (void)poll(NULL, 0, 20);
    if (e->pid > 0)
        child_stop(e->pid, 1000);
    free(e);
}
