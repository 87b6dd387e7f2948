/*
 * The pool: a free worker gets the request; one that fails, crashes or takes too long is killed and replaced.
 *
 * Workers are started by a thread of the pool's own: a child dies with the thread that started it, and those
 * who ask come and go.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>
#include <unistd.h>

#include "platform/child/child_start.h"
#include "platform/child/child_wire.h"
#include "platform/clock.h"

enum { WORKERS_MAX = 64 };

#define NO_START "A helper program cannot be started."

typedef struct Worker {
    pid_t pid; /* 0: not started */
    int   fd;
    bool  busy;
    bool  wanted; /* to be started by the starter thread */
    Err   err;    /* why it could not be */
} Worker;

struct ChildPool {
    char           *program;
    ChildLimits     limits;
    pthread_mutex_t lock;
    pthread_cond_t  news; /* a worker is free, wanted, started; the pool closes */
    pthread_t       starter;
    bool            starter_runs, closing;
    Worker          workers[WORKERS_MAX];
};

/* ---- the starter thread ---- */

static void start_worker(ChildPool *p, Worker *w)
{
    int pair[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
        err_set(&w->err, ERR_UNAVAILABLE, NO_START, "socketpair: %s", strerror(errno));
        return;
    }
    const char *const argv[] = { p->program, NULL };
    ChildPlan         plan   = { .argv         = argv,
                                 .output_fd    = -1,
                                 .request_fd   = pair[1],
                                 .bare         = true,
                                 .death_signal = SIGKILL,
                                 .memory_bytes = p->limits.memory_bytes,
                                 .idle         = p->limits.idle };
    pid_t             pid    = child_spawn(&plan, &w->err);
    close(pair[1]);
    if (pid < 0) {
        close(pair[0]);
        return;
    }
    w->pid = pid;
    w->fd  = pair[0];
}

static Worker *wanted_worker(ChildPool *p)
{
    for (int i = 0; i < p->limits.workers; i++)
        if (p->workers[i].wanted)
            return &p->workers[i];
    return NULL;
}

static void *starter(void *arg)
{
    ChildPool *p = arg;
    pthread_mutex_lock(&p->lock);
    while (!p->closing) {
        Worker *w = wanted_worker(p);
        if (!w) {
            pthread_cond_wait(&p->news, &p->lock);
            continue;
        }
        pthread_mutex_unlock(&p->lock);
        start_worker(p, w); /* ours alone: busy, and its asker waits for 'wanted' to end */
        pthread_mutex_lock(&p->lock);
        w->wanted = false;
        pthread_cond_broadcast(&p->news);
    }
    for (int i = 0; i < p->limits.workers; i++)
        p->workers[i].wanted = false;
    pthread_cond_broadcast(&p->news);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

/* ---- birth and death of the pool ---- */

ChildPool *child_pool_new(const char *program, ChildLimits limits, Err *err)
{
    ChildPool *p = calloc(1, sizeof *p);
    if (!p || !(p->program = slice_dup(slice_of(program)))) {
        free(p);
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "child_pool_new");
        return NULL;
    }
    p->limits         = limits;
    p->limits.workers = limits.workers < 1 ? 1 : limits.workers > WORKERS_MAX ? WORKERS_MAX : limits.workers;
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->news, NULL);
    if (pthread_create(&p->starter, NULL, starter, p) != 0) {
        err_set(err, ERR_UNAVAILABLE, NO_START, "no thread for the pool");
        child_pool_free(p);
        return NULL;
    }
    p->starter_runs = true;
    return p;
}

static void end_worker(Worker *w)
{
    if (w->pid <= 0)
        return;
    close(w->fd);
    child_stop(w->pid, 0);
    w->pid = 0;
}

void child_pool_free(ChildPool *p)
{
    if (!p)
        return;
    if (p->starter_runs) {
        pthread_mutex_lock(&p->lock);
        p->closing = true;
        pthread_cond_broadcast(&p->news);
        pthread_mutex_unlock(&p->lock);
        pthread_join(p->starter, NULL);
    }
    for (int i = 0; i < p->limits.workers; i++)
        end_worker(&p->workers[i]);
    pthread_cond_destroy(&p->news);
    pthread_mutex_destroy(&p->lock);
    free(p->program);
    free(p);
}

/* ---- asking ---- */

/* A started one when there is any, else a free place. */
static Worker *free_worker(ChildPool *p)
{
    Worker *place = NULL;
    for (int i = 0; i < p->limits.workers; i++) {
        Worker *w = &p->workers[i];
        if (!w->busy && (!place || (place->pid == 0 && w->pid != 0)))
            place = w;
    }
    return place;
}

static Worker *worker_take(ChildPool *p)
{
    Worker *w;
    pthread_mutex_lock(&p->lock);
    while (!(w = free_worker(p)))
        pthread_cond_wait(&p->news, &p->lock);
    w->busy = true;
    pthread_mutex_unlock(&p->lock);
    return w;
}

static void worker_give(ChildPool *p, Worker *w)
{
    pthread_mutex_lock(&p->lock);
    w->busy = false;
    pthread_cond_broadcast(&p->news);
    pthread_mutex_unlock(&p->lock);
}

/* Started by the starter thread, unless it lives already. */
static bool worker_ready(ChildPool *p, Worker *w, Err *err)
{
    if (w->pid > 0)
        return true;
    pthread_mutex_lock(&p->lock);
    w->err    = (Err) { 0 };
    w->wanted = !p->closing;
    pthread_cond_broadcast(&p->news);
    while (w->wanted)
        pthread_cond_wait(&p->news, &p->lock);
    pthread_mutex_unlock(&p->lock);
    if (w->pid > 0)
        return true;
    if (w->err.kind == ERR_NONE)
        return err_set(err, ERR_UNAVAILABLE, NO_START, "the pool is closing");
    if (err && err->kind == ERR_NONE)
        *err = w->err;
    return false;
}

/* Sends to a living worker; one that died while it had nothing to do is replaced once. */
static bool send_request(ChildPool *p, Worker *w, Slice head, int body_fd, int64_t *ret_until_ms, Err *err)
{
    for (int attempt = 0;; attempt++) {
        bool fresh = w->pid == 0;
        if (!worker_ready(p, w, err))
            return false;
        *ret_until_ms = clock_monotonic_ms() + p->limits.answer_ms;
        if (child_send(w->fd, head, body_fd, *ret_until_ms))
            return true;
        int why = errno;
        end_worker(w);
        if (fresh || attempt > 0)
            return err_set(err, ERR_UNAVAILABLE, NO_START, "%s: %s", p->program, strerror(why));
    }
}

static bool receive_answer(Worker *w, Buf *ret_head, Buf *ret_body, int64_t until_ms, Err *err)
{
    int  fd = -1;
    bool ok = child_receive(w->fd, ret_head, &fd, until_ms);
    if (!ok)
        err_set(err, ERR_INPUT, "This content could not be read.", "worker %s",
                errno == ETIMEDOUT ? "took too long"
                : errno == 0       ? "crashed"
                                   : strerror(errno));
    if (ok && fd >= 0 && !child_read_memfd(fd, ret_body))
        ok = err_set(err, ERR_INPUT, "This content could not be read.", "the worker's answer is too large");
    if (fd >= 0)
        close(fd);
    return ok;
}

bool child_ask(ChildPool *p, Slice head, Slice body, Buf *ret_head, Buf *ret_body, Err *err)
{
    if (head.len > CHILD_HEAD_MAX)
        return err_set(err, ERR_LIMIT, "The content is too large.", "request head of %zu bytes", head.len);
    int body_fd = body.len ? child_memfd(body) : -1;
    if (body.len && body_fd < 0)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "memory file: %s", strerror(errno));
    Worker *w        = worker_take(p);
    int64_t until_ms = 0;
    bool    ok       = send_request(p, w, head, body_fd, &until_ms, err) &&
              receive_answer(w, ret_head, ret_body, until_ms, err);
    if (!ok)
        end_worker(w); /* whatever state it is in, the next request gets a clean one */
    worker_give(p, w);
    if (body_fd >= 0)
        close(body_fd);
    return ok;
}
