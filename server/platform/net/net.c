/*
 * TCP and Unix sockets: every wait has an end, every run of bytes is whole or an error.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "platform/net/net.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "platform/clock.h"

#define NO_LISTEN "The address to listen on cannot be used."
#define NO_PEER "The peer cannot be reached."
#define GONE "The connection ended."

/* Splits "host:port" or "[v6]:port" into terminated texts. */
static bool split_address(const char *address, char host[256], char port[8])
{
    Slice whole = slice_of(address), name = whole, number = SLICE_NONE;
    if (slice_starts(whole, SLICE("["))) {
        whole = slice_part(whole, 1, SIZE_MAX);
        name  = slice_cut(&whole, ']');
        if (whole.len == 0 || whole.at[0] != ':')
            return false;
        number = slice_part(whole, 1, SIZE_MAX);
    } else {
        name   = slice_cut(&whole, ':');
        number = whole;
    }
    int64_t value = 0;
    return name.len > 0 && slice_copy(name, host, 256) && slice_copy(number, port, 8) &&
           slice_int(number, &value) && value >= 0 && value <= 65535;
}

int net_split(const char *address, char ret_host[256])
{
    char    port[8];
    int64_t value = 0;
    return split_address(address, ret_host, port) && slice_int(slice_of(port), &value) ? (int)value : 0;
}

bool net_is_wildcard(const char *host)
{
    return strcmp(host, "0.0.0.0") == 0 || strcmp(host, "::") == 0;
}

const char *net_reached_at(const char *host)
{
    return !net_is_wildcard(host) ? host : host[0] == ':' ? "::1" : "127.0.0.1";
}

bool net_port_is_free(const char *address, Err *err)
{
    int fd = net_listen_tcp(address, 1, err);
    if (fd >= 0)
        close(fd);
    return fd >= 0;
}

static int listen_on(const struct addrinfo *a, int backlog)
{
    int yes = 1;
    int fd  = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC, a->ai_protocol);
    if (fd < 0)
        return -1;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    if (bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, backlog) == 0)
        return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

int net_listen_tcp(const char *address, int backlog, Err *err)
{
    char             host[256], port[8];
    struct addrinfo *found = NULL;
    struct addrinfo  hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE };
    if (!split_address(address, host, port)) {
        err_set(err, ERR_INPUT, NO_LISTEN, "%s: expected host:port", address);
        return -1;
    }
    int rc = getaddrinfo(host, port, &hints, &found);
    if (rc != 0) {
        err_set(err, ERR_UNAVAILABLE, NO_LISTEN, "%s: %s", address, gai_strerror(rc));
        return -1;
    }
    int fd = listen_on(found, backlog);
    if (fd < 0)
        err_set(err, ERR_UNAVAILABLE, NO_LISTEN, "%s: %s", address, strerror(errno));
    freeaddrinfo(found);
    return fd;
}

int net_listen_port(int fd)
{
    struct sockaddr_storage a   = { 0 };
    socklen_t               len = sizeof a;
    if (getsockname(fd, (struct sockaddr *)&a, &len) != 0)
        return -1;
    if (a.ss_family == AF_INET6)
        return ntohs(((struct sockaddr_in6 *)&a)->sin6_port);
    return a.ss_family == AF_INET ? ntohs(((struct sockaddr_in *)&a)->sin_port) : -1;
}

int net_listen_unix(const char *path, int backlog, Err *err)
{
    struct sockaddr_un a = { .sun_family = AF_UNIX };
    struct stat        s;
    if (!slice_copy(slice_of(path), a.sun_path, sizeof a.sun_path)) {
        err_set(err, ERR_INPUT, NO_LISTEN, "the socket path is too long");
        return -1;
    }
    if (lstat(path, &s) == 0 && S_ISSOCK(s.st_mode)) /* what an earlier run left; anything else is not ours */
        (void)unlink(path);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && chmod(path, 0660) == 0 &&
        listen(fd, backlog) == 0)
        return fd;
    err_set(err, ERR_UNAVAILABLE, NO_LISTEN, "unix socket: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return -1;
}

/* Until 'fd' has one of 'events'. False with errno (ETIMEDOUT). */
static bool wait_for(int fd, short events, int64_t until_ms)
{
    for (;;) {
        int64_t left = until_ms - clock_monotonic_ms();
        if (left < 0)
            left = 0;
        struct pollfd p  = { .fd = fd, .events = events };
        int           rc = poll(&p, 1, left > 1000000 ? 1000000 : (int)left);
        if (rc > 0)
            return true;
        if (rc < 0 && errno != EINTR)
            return false;
        if (left == 0) {
            errno = ETIMEDOUT;
            return false;
        }
    }
}

static bool finish_connect(int fd, const struct addrinfo *a, int64_t until_ms)
{
    int       failure = 0;
    socklen_t len     = sizeof failure;
    if (connect(fd, a->ai_addr, a->ai_addrlen) == 0)
        return true;
    if (errno != EINPROGRESS || !wait_for(fd, POLLOUT, until_ms))
        return false;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &failure, &len) != 0)
        return false;
    errno = failure;
    return failure == 0;
}

/* A connected, blocking socket, or -1 with errno. */
static int connect_to(const struct addrinfo *a, int64_t until_ms)
{
    int yes = 1;
    int fd  = socket(a->ai_family, a->ai_socktype | SOCK_CLOEXEC | SOCK_NONBLOCK, a->ai_protocol);
    if (fd < 0)
        return -1;
    if (finish_connect(fd, a, until_ms)) {
        int flags = fcntl(fd, F_GETFL);
        (void)fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
        (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
        return fd;
    }
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

int net_connect_tcp(const char *host, int port, int timeout_ms, Err *err)
{
    char number[8];
    (void)snprintf(number, sizeof number, "%d", port);
    struct addrinfo *found = NULL;
    struct addrinfo  hints = { .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM };
    int              rc = port > 0 && port <= 65535 ? getaddrinfo(host, number, &hints, &found) : EAI_SERVICE;
    if (rc != 0) {
        err_set(err, ERR_UNAVAILABLE, NO_PEER, "%s port %d: %s", host, port, gai_strerror(rc));
        return -1;
    }
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    int     fd       = -1;
    for (const struct addrinfo *a = found; a && fd < 0; a = a->ai_next)
        fd = connect_to(a, until_ms);
    if (fd < 0)
        err_set(err, ERR_UNAVAILABLE, NO_PEER, "%s port %d: %s", host, port, strerror(errno));
    freeaddrinfo(found);
    return fd;
}

static void name_peer(const struct sockaddr_storage *a, socklen_t len, char ret[64])
{
    if (a->ss_family == AF_UNIX ||
        getnameinfo((const struct sockaddr *)a, len, ret, 64, NULL, 0, NI_NUMERICHOST) != 0)
        (void)slice_copy(a->ss_family == AF_UNIX ? SLICE("local") : SLICE("unknown"), ret, 64);
}

/* The peer went away before it was taken, or the network hiccuped: accept(2) says to try again. */
static bool accept_again(int why)
{
    return why == EINTR || why == ECONNABORTED || why == EAGAIN || why == EPROTO || why == ENETDOWN ||
           why == EHOSTUNREACH || why == ENETUNREACH;
}

int net_accept(int listen_fd, int stop_fd, char ret_peer[64], Err *err)
{
    int yes = 1;
    for (;;) {
        struct pollfd p[2] = { { .fd = listen_fd, .events = POLLIN }, { .fd = stop_fd, .events = POLLIN } };
        if (poll(p, stop_fd >= 0 ? 2 : 1, -1) < 0 && errno != EINTR)
            break;
        if (stop_fd >= 0 && p[1].revents)
            return -1;
        if (!p[0].revents)
            continue;
        struct sockaddr_storage a   = { 0 };
        socklen_t               len = sizeof a;
        int                     fd  = accept4(listen_fd, (struct sockaddr *)&a, &len, SOCK_CLOEXEC);
        if (fd >= 0) {
            (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            name_peer(&a, len, ret_peer);
            return fd;
        }
        if (!accept_again(errno))
            break;
    }
    err_set(err, ERR_UNAVAILABLE, "No further connection can be accepted.", "accept: %s", strerror(errno));
    return -1;
}

bool net_read_all(int fd, void *to, size_t len, int timeout_ms, Err *err)
{
    char *at = to;
    while (len) {
        if (!wait_for(fd, POLLIN, clock_monotonic_ms() + timeout_ms))
            return err_set(err, ERR_UNAVAILABLE, GONE, "read: %s", strerror(errno));
        ssize_t got = recv(fd, at, len, MSG_DONTWAIT);
        if (got == 0)
            return err_set(err, ERR_UNAVAILABLE, GONE, "end of stream, %zu bytes missing", len);
        if (got < 0 && errno != EINTR && errno != EAGAIN)
            return err_set(err, ERR_UNAVAILABLE, GONE, "read: %s", strerror(errno));
        if (got > 0) {
            at += got;
            len -= (size_t)got;
        }
    }
    return true;
}

bool net_write_all(int fd, Slice bytes, int timeout_ms, Err *err)
{
    while (bytes.len) {
        if (!wait_for(fd, POLLOUT, clock_monotonic_ms() + timeout_ms))
            return err_set(err, ERR_UNAVAILABLE, GONE, "write: %s", strerror(errno));
        ssize_t put = send(fd, bytes.at, bytes.len, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (put < 0 && errno != EINTR && errno != EAGAIN)
            return err_set(err, ERR_UNAVAILABLE, GONE, "write: %s", strerror(errno));
        if (put > 0)
            bytes = (Slice) { bytes.at + put, bytes.len - (size_t)put };
    }
    return true;
}
