/*
 * Messages and memory files between the pool and its workers; nothing the worker sends is trusted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "platform/child/child_wire.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "platform/clock.h"

int child_memfd(Slice bytes)
{
    int fd = memfd_create("request", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    while (fd >= 0 && bytes.len) {
        ssize_t put = write(fd, bytes.at, bytes.len);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            close(fd);
            return -1;
        }
        bytes = (Slice) { bytes.at + put, bytes.len - (size_t)put };
    }
    if (fd >= 0)
        (void)fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL);
    return fd;
}

static bool ready(int fd, short events, int64_t until_ms)
{
    for (;;) {
        int64_t       left = until_ms - clock_monotonic_ms();
        struct pollfd p    = { .fd = fd, .events = events };
        int           rc   = poll(&p, 1, left > 0 ? (int)left : 0);
        if (rc > 0)
            return true;
        if (rc < 0 && errno != EINTR)
            return false;
        if (left <= 0) {
            errno = ETIMEDOUT;
            return false;
        }
    }
}

/* One descriptor's worth of room for a control message, aligned as the system wants it. */
typedef union Control {
    struct cmsghdr head;
    char           room[CMSG_SPACE(sizeof(int))];
} Control;

static ssize_t send_some(int socket_fd, Slice bytes, int fd)
{
    Control       control = { .room = { 0 } };
    struct iovec  part    = { .iov_base = (void *)(uintptr_t)bytes.at, .iov_len = bytes.len };
    struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
    if (fd >= 0) {
        message.msg_control    = control.room;
        message.msg_controllen = sizeof control.room;
        struct cmsghdr *c      = CMSG_FIRSTHDR(&message);
        c->cmsg_level          = SOL_SOCKET;
        c->cmsg_type           = SCM_RIGHTS;
        c->cmsg_len            = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(c), &fd, sizeof fd);
    }
    return sendmsg(socket_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

bool child_send(int socket_fd, Slice head, int fd, int64_t until_ms)
{
    OWNED_BUF whole = buf_make(CHILD_HEAD_MAX + 4);
    if (!buf_add_u32le(&whole, (uint32_t)head.len) || !buf_add(&whole, head)) {
        errno = EMSGSIZE;
        return false;
    }
    for (Slice rest = buf_slice(&whole); rest.len;) {
        if (!ready(socket_fd, POLLOUT, until_ms))
            return false;
        ssize_t put = send_some(socket_fd, rest, fd);
        if (put < 0 && errno != EINTR && errno != EAGAIN)
            return false;
        if (put > 0) {
            rest = (Slice) { rest.at + put, rest.len - (size_t)put };
            fd   = -1; /* went with the first byte */
        }
    }
    return true;
}

/* Takes the descriptor of a control message; a second one never arrives, the room holds one. */
static void keep_descriptor(struct msghdr *message, int *ret_fd)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
            continue;
        if (*ret_fd >= 0)
            close(*ret_fd);
        memcpy(ret_fd, CMSG_DATA(c), sizeof *ret_fd);
    }
}

static bool receive_all(int socket_fd, char *to, size_t len, int *ret_fd, int64_t until_ms)
{
    while (len) {
        if (!ready(socket_fd, POLLIN, until_ms))
            return false;
        Control       control = { .room = { 0 } };
        struct iovec  part    = { .iov_base = to, .iov_len = len };
        struct msghdr message = { .msg_iov        = &part,
                                  .msg_iovlen     = 1,
                                  .msg_control    = control.room,
                                  .msg_controllen = sizeof control.room };
        ssize_t       got     = recvmsg(socket_fd, &message, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
        if (got == 0)
            errno = 0;
        if (got == 0 || (got < 0 && errno != EINTR && errno != EAGAIN))
            return false;
        if (got > 0) {
            keep_descriptor(&message, ret_fd);
            to += got;
            len -= (size_t)got;
        }
    }
    return true;
}

bool child_receive(int socket_fd, Buf *ret_head, int *ret_fd, int64_t until_ms)
{
    uint8_t length[4];
    *ret_fd = -1;
    if (!receive_all(socket_fd, (char *)length, sizeof length, ret_fd, until_ms))
        return false;
    size_t len =
        (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 | (size_t)length[3] << 24;
    size_t at = ret_head->len;
    if (len > CHILD_HEAD_MAX || !buf_add_zeros(ret_head, len)) {
        errno = EMSGSIZE;
        return false;
    }
    return receive_all(socket_fd, ret_head->at + at, len, ret_fd, until_ms);
}

bool child_read_memfd(int fd, Buf *ret)
{
    struct stat s;
    if (fstat(fd, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size < 0)
        return false;
    size_t at = ret->len, len = (size_t)s.st_size, done = 0;
    if (!buf_add_zeros(ret, len))
        return false;
    while (done < len) {
        ssize_t got = pread(fd, ret->at + at + done, len - done, (off_t)done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        done += (size_t)got;
    }
    return true;
}
