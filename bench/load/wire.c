/*
 * Just enough of the DICOM upper layer to store: one presentation context, Explicit VR Little Endian.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "load.h"

double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

void put_u16be(uint8_t *at, uint32_t v)
{
    at[0] = (uint8_t)(v >> 8);
    at[1] = (uint8_t)v;
}

void put_u32be(uint8_t *at, uint32_t v)
{
    put_u16be(at, v >> 16);
    put_u16be(at + 2, v);
}

uint32_t get_u32be(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

int dial(const char *host, const char *port)
{
    struct addrinfo *list = NULL, hints = { .ai_socktype = SOCK_STREAM };
    int              fd = -1, one = 1;
    if (getaddrinfo(host, port, &hints, &list) != 0)
        return -1;
    fd = socket(list->ai_family, SOCK_STREAM, 0);
    if (fd >= 0 && connect(fd, list->ai_addr, list->ai_addrlen) != 0) {
        close(fd);
        fd = -1;
    }
    freeaddrinfo(list);
    if (fd >= 0)
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return fd;
}

bool send_whole(int fd, const void *bytes, size_t len)
{
    for (const char *at = bytes; len;) {
        ssize_t put = send(fd, at, len, MSG_NOSIGNAL);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        at += put;
        len -= (size_t)put;
    }
    return true;
}

bool read_whole(int fd, void *bytes, size_t len)
{
    for (char *at = bytes; len;) {
        ssize_t got = recv(fd, at, len, 0);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        at += got;
        len -= (size_t)got;
    }
    return true;
}

static size_t item(uint8_t *at, uint8_t type, const void *value, size_t len)
{
    at[0] = type;
    at[1] = 0;
    put_u16be(at + 2, (uint32_t)len);
    memcpy(at + 4, value, len);
    return len + 4;
}

static size_t associate_rq(uint8_t *pdu, const char *called, const char *calling, const char *class_uid,
                           const char *stored)
{
    static const char APPLICATION[] = "1.2.840.10008.3.1.1.1", EXPLICIT_LITTLE[] = "1.2.840.10008.1.2.1",
                      OURS[] = "2.25.190273645564738291";
    uint8_t inner[512], user[256], longest[4];
    size_t  n = 74, in = 0, us = 0;
    memset(pdu, 0, 74);
    pdu[0] = 0x01;
    pdu[7] = 1; /* protocol version */
    memset(pdu + 10, ' ', 32);
    memcpy(pdu + 10, called, strlen(called));
    memcpy(pdu + 26, calling, strlen(calling));
    n += item(pdu + n, 0x10, APPLICATION, strlen(APPLICATION));
    memcpy(inner, "\1\0\0\0", 4); /* context 1 */
    in = 4;
    in += item(inner + in, 0x30, class_uid, strlen(class_uid));
    in += item(inner + in, 0x40, EXPLICIT_LITTLE, strlen(EXPLICIT_LITTLE));
    n += item(pdu + n, 0x20, inner, in);
    if (stored) {
        inner[0] = 3;
        in       = 4;
        in += item(inner + in, 0x30, stored, strlen(stored));
        in += item(inner + in, 0x40, EXPLICIT_LITTLE, strlen(EXPLICIT_LITTLE));
        n += item(pdu + n, 0x20, inner, in);
    }
    put_u32be(longest, stored ? 131072 : 16384);
    us += item(user, 0x51, longest, 4);
    us += item(user + us, 0x52, OURS, strlen(OURS));
    if (stored) { /* we are its SCP (PS3.7 §D.3.3.4) */
        put_u16be(inner, (uint32_t)strlen(stored));
        memcpy(inner + 2, stored, strlen(stored));
        memcpy(inner + 2 + strlen(stored), "\0\1", 2);
        us += item(user + us, 0x54, inner, strlen(stored) + 4);
    }
    n += item(pdu + n, 0x50, user, us);
    put_u32be(pdu + 2, (uint32_t)(n - 6));
    return n;
}

/* The maximum length in an A-ASSOCIATE-AC; 0 when the context was not accepted. */
static uint32_t accepted_length(const uint8_t *body, size_t len)
{
    uint32_t longest  = 0;
    bool     accepted = false;
    for (size_t at = 68; at + 4 <= len;) {
        size_t size = (size_t)body[at + 2] << 8 | body[at + 3];
        if (body[at] == 0x21 && size >= 4)
            accepted = body[at + 6] == 0; /* of two: the last, that of what comes back */
        for (size_t in = at + 4; body[at] == 0x50 && in + 8 <= at + 4 + size;
             in += 4 + ((size_t)body[in + 2] << 8 | body[in + 3]))
            if (body[in] == 0x51)
                longest = get_u32be(body + in + 4);
        at += 4 + size;
    }
    if (longest == 0 || longest > 1 << 20)
        longest = 1 << 20;
    return accepted ? longest : 0;
}

bool peer_open(Peer *p, const char *host, const char *port, const char *called, const char *calling,
               const char *class_uid)
{
    return peer_open_get(p, host, port, called, calling, class_uid, NULL);
}

bool peer_open_get(Peer *p, const char *host, const char *port, const char *called, const char *calling,
                   const char *class_uid, const char *stored)
{
    uint8_t pdu[2048];
    p->fd = dial(host, port);
    if (p->fd < 0) {
        perror("connect");
        return false;
    }
    size_t len = associate_rq(pdu, called, calling, class_uid, stored);
    if (!send_whole(p->fd, pdu, len) || !read_whole(p->fd, pdu, 6) || pdu[0] != 0x02 ||
        get_u32be(pdu + 2) > sizeof pdu) {
        fprintf(stderr, "association refused (PDU %02x)\n", pdu[0]);
        return false;
    }
    len        = get_u32be(pdu + 2);
    p->max_pdu = read_whole(p->fd, pdu, len) ? accepted_length(pdu, len) : 0;
    if (!p->max_pdu)
        fprintf(stderr, "presentation context refused\n");
    return p->max_pdu != 0;
}

void peer_close(Peer *p)
{
    static const uint8_t RELEASE[10] = { 0x05, 0, 0, 0, 0, 4, 0, 0, 0, 0 };
    uint8_t              answer[10];
    if (send_whole(p->fd, RELEASE, sizeof RELEASE))
        (void)read_whole(p->fd, answer, sizeof answer);
    close(p->fd);
}

int peer_status(Peer *p)
{
    uint8_t head[6], body[16384];
    if (!read_whole(p->fd, head, 6) || head[0] != 0x04 || get_u32be(head + 2) > sizeof body ||
        !read_whole(p->fd, body, get_u32be(head + 2)))
        return -1;
    size_t len = get_u32be(head + 2);
    for (size_t at = 6; at + 8 <= len;) { /* the command: Implicit VR Little Endian */
        uint32_t value = (uint32_t)body[at + 4] | (uint32_t)body[at + 5] << 8 | (uint32_t)body[at + 6] << 16;
        if (memcmp(body + at, "\0\0\0\x09", 4) == 0 && at + 10 <= len)
            return body[at + 8] | body[at + 9] << 8;
        at += 8 + value;
    }
    return -1;
}
