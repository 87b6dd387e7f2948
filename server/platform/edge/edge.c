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

static bool wait_until_it_accepts(Edge *e, const char *address, Err *err)
{
    char    host[256];
    int     port     = net_split(address, host);
    int64_t until_ms = clock_monotonic_ms() + START_MS;
    while (edge_alive(e) && clock_monotonic_ms() < until_ms) {
        int fd = net_connect_tcp(net_reached_at(host), port, 500, NULL);
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

/* The port is asked about before nginx is started: it would try for seconds while whoever holds the port answers in its place. */
Edge *edge_start(const Config *c, Err *err)
{
    EdgePaths *p = calloc(1, sizeof *p);
    Edge      *e = calloc(1, sizeof *e);
    if (!p || !e)
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "edge_start");
    bool ok = p && e && edge_write_config(c, err) && edge_paths(c, p, err) && check(p, err) &&
              net_port_is_free(config_text(c, "edge-listen"), err);
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
