/*
 * Accepting connections, each in its own thread, and ending them all.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "platform/log.h"
#include "platform/net/net.h"

/* Beside those served, so many may wait until they have said who they are; then the oldest of them goes. */
enum { BACKLOG = 128, STACK_BYTES = 1 << 20, PAUSE_MS = 100, WAITING_MOST = 256, EVICT_MS = 1000 };

typedef struct Visitor {
    Listener *listener;
    int       fd;           /* the thread's own, closed by it */
    int       break_fd;     /* a second name of the same connection, to break it from outside; -1 when free */
    bool      full, seated; /* 'seated': admitted, one of 'most' */
    int64_t   since;        /* running number of the connection */
    int64_t   whose;        /* once seated */
    char      address[64];
} Visitor;

struct Listener {
    int             fd, stop_fd;
    ListenerServe  *serve;
    void           *with;
    pthread_t       thread;
    bool            started;
    pthread_mutex_t lock; /* over what follows */
    pthread_cond_t  left; /* somebody did */
    int             most, room, count, seated;
    int64_t         came;     /* connections so far */
    Visitor        *visitors; /* 'room' of them: 'most', and those who wait */
};

Listener *listener_new(const char *address, int most, Err *err)
{
    OWNED(Listener) *l = calloc(1, sizeof *l);
    if (!l) {
        err_set(err, ERR_UNAVAILABLE, "The DICOM service cannot start.", "no memory");
        return NULL;
    }
    l->most     = most;
    l->room     = most + WAITING_MOST;
    l->stop_fd  = -1;
    l->fd       = net_listen_tcp(address, BACKLOG, err);
    l->visitors = calloc((size_t)l->room, sizeof *l->visitors);
    if (l->fd < 0)
        return NULL;
    l->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    if (!l->visitors || l->stop_fd < 0 || pthread_mutex_init(&l->lock, NULL) ||
        pthread_cond_init(&l->left, &monotonic)) {
        err_set(err, ERR_UNAVAILABLE, "The DICOM service cannot start.", "errno %d", errno);
        return NULL;
    }
    pthread_condattr_destroy(&monotonic);
    for (int i = 0; i < l->room; i++)
        l->visitors[i].break_fd = -1;
    return GIVE(l);
}

void listener_free(Listener *l)
{
    if (!l)
        return;
    if (l->fd >= 0)
        close(l->fd);
    if (l->stop_fd >= 0)
        close(l->stop_fd);
    free(l->visitors);
    free(l);
}

int listener_stop_fd(const Listener *l)
{
    return l->stop_fd;
}

int listener_port(const Listener *l)
{
    return net_listen_port(l->fd);
}

static void leave(Visitor *v)
{
    Listener *l = v->listener;
    pthread_mutex_lock(&l->lock);
    close(v->break_fd);
    v->break_fd = -1;
    l->seated -= v->seated;
    l->count--;
    pthread_cond_broadcast(&l->left);
    pthread_mutex_unlock(&l->lock);
}

static void *visit(void *arg)
{
    Visitor *v = arg;
    v->listener->serve(v->listener->with, v->fd, v->address, v->full);
    leave(v);
    return NULL;
}

bool listener_seat(Listener *l, int fd, int64_t whose, int64_t own_most, bool *ret_own)
{
    Visitor *one = NULL; /* the newest: an older one may have closed this number, and not have left yet */
    int64_t  own = 0;
    pthread_mutex_lock(&l->lock);
    for (int i = 0; i < l->room; i++) {
        Visitor *v = &l->visitors[i];
        if (v->break_fd >= 0 && v->fd == fd && (!one || v->since > one->since))
            one = v;
        own += v->break_fd >= 0 && v->seated && v->whose == whose;
    }
    *ret_own    = own_most > 0 && one && !one->seated && own >= own_most;
    bool seated = !one || one->seated || (l->seated < l->most && !*ret_own);
    if (one && seated && !one->seated) {
        one->seated = true;
        one->whose  = whose;
        l->seated++;
    }
    pthread_mutex_unlock(&l->lock);
    return seated;
}

/* With the lock held: a free place. */
static Visitor *free_place(Listener *l)
{
    for (int i = 0; i < l->room; i++)
        if (l->visitors[i].break_fd < 0)
            return &l->visitors[i];
    return NULL;
}

/* With the lock held: breaks the connection that has waited longest without saying who it is, and waits
 * until its place is free. Those who are served stay. */
static Visitor *evict(Listener *l)
{
    Visitor        *oldest = NULL;
    struct timespec until;
    for (int i = 0; i < l->room; i++) {
        Visitor *v = &l->visitors[i];
        if (!v->seated && (!oldest || v->since < oldest->since))
            oldest = v;
    }
    if (!oldest)
        return NULL;
    (void)shutdown(oldest->break_fd, SHUT_RDWR);
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += EVICT_MS / 1000;
    Visitor *found = free_place(l);
    while (!found && pthread_cond_timedwait(&l->left, &l->lock, &until) != ETIMEDOUT)
        found = free_place(l);
    return found;
}

static Visitor *place_for(Listener *l, int fd)
{
    pthread_mutex_lock(&l->lock);
    Visitor *found = free_place(l);
    if (!found)
        found = evict(l);
    int again = found ? fcntl(fd, F_DUPFD_CLOEXEC, 0) : -1;
    if (again < 0) {
        found = NULL;
    } else {
        *found = (Visitor) {
            .listener = l, .fd = fd, .break_fd = again, .full = l->seated >= l->most, .since = ++l->came
        };
        l->count++;
    }
    pthread_mutex_unlock(&l->lock);
    return found;
}

static void welcome(Listener *l, int fd, const char *address)
{
    Visitor *v = place_for(l, fd);
    if (!v) {
        log_line("dimse", LOG_WARN, "connection dropped: no room", "address", address, NULL);
        close(fd);
        return;
    }
    memcpy(v->address, address, sizeof v->address);
    pthread_attr_t how;
    pthread_t      thread;
    pthread_attr_init(&how);
    pthread_attr_setdetachstate(&how, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&how, STACK_BYTES);
    if (pthread_create(&thread, &how, visit, v)) {
        log_line("dimse", LOG_ERROR, "connection dropped: no thread", "address", address, NULL);
        close(fd);
        leave(v);
    }
    pthread_attr_destroy(&how);
}

static bool stopping(const Listener *l)
{
    struct pollfd stop = { .fd = l->stop_fd, .events = POLLIN };
    return poll(&stop, 1, 0) > 0;
}

static void *accept_all(void *arg)
{
    Listener *l = arg;
    for (;;) {
        char address[64] = "";
        Err  err         = { 0 };
        int  fd          = net_accept(l->fd, l->stop_fd, address, &err);
        if (fd >= 0) {
            welcome(l, fd, address);
            continue;
        }
        if (stopping(l))
            return NULL;
        log_err("dimse", "accept failed", &err); /* out of descriptors, most likely: let some close */
        nanosleep(&(struct timespec) { .tv_nsec = PAUSE_MS * 1000000L }, NULL);
    }
}

bool listener_start(Listener *l, ListenerServe *serve, void *with, Err *err)
{
    l->serve = serve;
    l->with  = with;
    if (pthread_create(&l->thread, NULL, accept_all, l))
        return err_set(err, ERR_UNAVAILABLE, "The DICOM service cannot start.", "no thread");
    l->started = true;
    return true;
}

void listener_stop(Listener *l, int grace_ms)
{
    if (!l->started)
        return;
    uint64_t one = 1;
    (void)!write(l->stop_fd, &one, sizeof one);
    pthread_join(l->thread, NULL);
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += grace_ms / 1000;
    until.tv_nsec += grace_ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000L;
    }
    pthread_mutex_lock(&l->lock);
    while (l->count && pthread_cond_timedwait(&l->left, &l->lock, &until) != ETIMEDOUT)
        ;
    for (int i = 0; i < l->room; i++)
        if (l->visitors[i].break_fd >= 0)
            shutdown(l->visitors[i].break_fd, SHUT_RDWR);
    while (l->count)
        pthread_cond_wait(&l->left, &l->lock);
    pthread_mutex_unlock(&l->lock);
    l->started = false;
}
