/*
 * Messages with a descriptor, waiting as long as it takes: whoever asked us watches the time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE
#include "codec/exchange.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

enum { HEAD_MAX = 64 * 1024 };

typedef union Control {
    struct cmsghdr head;
    char           room[CMSG_SPACE(sizeof(int))];
} Control;

static void keep_descriptor(struct msghdr *message, int *ret_body)
{
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c)) {
        if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS || c->cmsg_len != CMSG_LEN(sizeof(int)))
            continue;
        if (*ret_body >= 0)
            close(*ret_body);
        memcpy(ret_body, CMSG_DATA(c), sizeof *ret_body);
    }
}

static bool receive_all(int fd, char *to, size_t len, int *ret_body)
{
    while (len) {
        Control       control = { .room = { 0 } };
        struct iovec  part    = { .iov_base = to, .iov_len = len };
        struct msghdr message = { .msg_iov        = &part,
                                  .msg_iovlen     = 1,
                                  .msg_control    = control.room,
                                  .msg_controllen = sizeof control.room };
        ssize_t       got     = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
        if (got == 0 || (got < 0 && errno != EINTR))
            return false;
        if (got > 0) {
            keep_descriptor(&message, ret_body);
            to += got;
            len -= (size_t)got;
        }
    }
    return true;
}

bool exchange_receive(int fd, Buf *ret_head, int *ret_body)
{
    uint8_t length[4];
    *ret_body = -1;
    if (!receive_all(fd, (char *)length, sizeof length, ret_body))
        return false;
    size_t len =
        (size_t)length[0] | (size_t)length[1] << 8 | (size_t)length[2] << 16 | (size_t)length[3] << 24;
    return len <= HEAD_MAX && buf_add_zeros(ret_head, len) && receive_all(fd, ret_head->at, len, ret_body);
}

bool exchange_send(int fd, Slice head, int body)
{
    OWNED_BUF whole = buf_make(HEAD_MAX);
    if (!buf_add_u32le(&whole, (uint32_t)head.len) || !buf_add(&whole, head))
        return false;
    for (Slice rest = buf_slice(&whole); rest.len;) {
        Control       control = { .room = { 0 } };
        struct iovec  part    = { .iov_base = (void *)(uintptr_t)rest.at, .iov_len = rest.len };
        struct msghdr message = { .msg_iov = &part, .msg_iovlen = 1 };
        if (body >= 0) {
            message.msg_control    = control.room;
            message.msg_controllen = sizeof control.room;
            struct cmsghdr *c      = CMSG_FIRSTHDR(&message);
            c->cmsg_level          = SOL_SOCKET;
            c->cmsg_type           = SCM_RIGHTS;
            c->cmsg_len            = CMSG_LEN(sizeof body);
            memcpy(CMSG_DATA(c), &body, sizeof body);
        }
        ssize_t put = sendmsg(fd, &message, MSG_NOSIGNAL);
        if (put < 0 && errno != EINTR)
            return false;
        if (put > 0) {
            rest = slice_part(rest, (size_t)put, SIZE_MAX);
            body = -1;
        }
    }
    return true;
}
