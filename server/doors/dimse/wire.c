/*
 * Whole protocol data units over a socket, with limits in time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/wire.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "platform/clock.h"

void wire_init(Wire *w, int fd, Tls *tls, int stop_fd, uint32_t max_p_data)
{
    *w = (Wire) { .fd = fd, .tls = tls, .stop_fd = stop_fd, .wake_fd = -1, .max_p_data = max_p_data };
}

void wire_clear(Wire *w)
{
    tls_free(w->tls);
    if (w->fd >= 0)
        close(w->fd);
    free(w->bytes);
    *w = (Wire) { .fd = -1, .stop_fd = -1, .wake_fd = -1 };
}

/* As recv that does not block. */
static ssize_t receive(Wire *w, char *to, size_t most)
{
    return w->tls ? tls_read(w->tls, to, most) : recv(w->fd, to, most, MSG_DONTWAIT);
}

static ssize_t send_some(Wire *w, Slice first, Slice second)
{
    struct iovec  parts[2] = { { .iov_base = (void *)(uintptr_t)first.at, .iov_len = first.len },
                               { .iov_base = (void *)(uintptr_t)second.at, .iov_len = second.len } };
    struct msghdr message  = { .msg_iov = parts, .msg_iovlen = 2 };
    return w->tls ? tls_write(w->tls, first, second) : sendmsg(w->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Room for 'need' bytes from w->begin on. */
static bool make_room(Wire *w, size_t need, Err *err)
{
    if (w->begin == w->end)
        w->begin = w->end = 0;
    if (w->room - w->begin >= need)
        return true;
    if (w->begin) {
        memmove(w->bytes, w->bytes + w->begin, w->end - w->begin);
        w->end -= w->begin;
        w->begin = 0;
    }
    if (w->room >= need)
        return true;
    size_t room  = need < 16384 ? 16384 : need;
    char  *bytes = realloc(w->bytes, room);
    if (!bytes)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for %zu bytes", room);
    w->bytes = bytes;
    w->room  = room;
    return true;
}

static WireNews late(Err *err)
{
    err_set(err, ERR_UNAVAILABLE, "The DICOM peer did not answer in time.", "time-out on the connection");
    return WIRE_LATE;
}

static WireNews closed(Err *err, int why)
{
    err_set(err, ERR_UNAVAILABLE, "The DICOM peer closed the connection.", "connection closed, errno %d",
            why);
    return WIRE_CLOSED;
}

/* Over TLS a read may have to wait until something can be sent (a change of keys). */
static short reading_awaits(const Wire *w)
{
    return w->tls && tls_awaits(w->tls) == POLLOUT ? POLLOUT : POLLIN;
}

/* Waits until fd is readable, or stop_fd or wake_fd when 'heed_stop'. WIRE_PDU means readable. */
static WireNews wait_readable(const Wire *w, int64_t until_ms, bool heed_stop, Err *err)
{
    for (;;) {
        struct pollfd fds[3] = { { .fd = w->fd, .events = reading_awaits(w) },
                                 { .fd = w->stop_fd, .events = POLLIN }, /* -1 is passed over */
                                 { .fd = w->wake_fd, .events = POLLIN } };
        if (w->tls && tls_has(w->tls))
            return WIRE_PDU;
        int64_t left  = until_ms - clock_monotonic_ms();
        int     ready = poll(fds, heed_stop ? 3 : 1, left > 0 ? (int)left : 0);
        if (ready < 0 && errno != EINTR)
            return closed(err, errno);
        if (ready > 0 && heed_stop && fds[1].revents) {
            err_set(err, ERR_UNAVAILABLE, "The DICOM service is stopping.", "stop while waiting for a peer");
            return WIRE_STOPPED;
        }
        if (ready > 0 && heed_stop && fds[2].revents)
            return WIRE_WOKEN;
        if (ready > 0)
            return WIRE_PDU;
        if (ready == 0)
            return late(err);
    }
}

/* Until at least 'need' bytes are there. */
static WireNews fill(Wire *w, size_t need, int64_t until_ms, bool heed_stop, Err *err)
{
    if (!make_room(w, need, err))
        return WIRE_INVALID;
    while (w->end - w->begin < need) {
        WireNews news = wait_readable(w, until_ms, heed_stop, err);
        if (news != WIRE_PDU)
            return news;
        ssize_t got = receive(w, w->bytes + w->end, w->room - w->end);
        if (got == 0)
            return closed(err, 0);
        if (got < 0 && errno != EAGAIN && errno != EINTR)
            return closed(err, errno);
        if (got > 0) {
            w->end += (size_t)got;
            w->bytes_in += got;
        }
    }
    return WIRE_PDU;
}

WireNews wire_read(Wire *w, int first_ms, int whole_ms, bool heed_stop, PduHeader *ret, Slice *ret_body,
                   Err *err)
{
    WireNews news = fill(w, 1, clock_monotonic_ms() + first_ms, heed_stop, err);
    if (news != WIRE_PDU)
        return news;
    int64_t until_ms = clock_monotonic_ms() + whole_ms;
    news             = fill(w, PDU_HEADER_SIZE, until_ms, false, err);
    if (news != WIRE_PDU)
        return news;
    PduHeader header;
    Reader    head = reader_make(slice_bytes(w->bytes + w->begin, PDU_HEADER_SIZE));
    if (!pdu_header_read(&head, w->max_p_data, &header, err))
        return WIRE_INVALID;
    size_t whole = PDU_HEADER_SIZE + (size_t)header.length;
    news         = fill(w, whole, until_ms, false, err);
    if (news != WIRE_PDU)
        return news;
    *ret      = header;
    *ret_body = slice_bytes(w->bytes + w->begin + PDU_HEADER_SIZE, header.length);
    w->begin += whole;
    return WIRE_PDU;
}

bool wire_has_news(const Wire *w)
{
    struct pollfd one = { .fd = w->fd, .events = POLLIN };
    return w->begin < w->end || (w->tls && tls_has(w->tls)) || poll(&one, 1, 0) > 0;
}

bool wire_write(Wire *w, Slice first, Slice second, int timeout_ms, Err *err)
{
    while (first.len + second.len) {
        ssize_t sent = send_some(w, first, second);
        if (sent < 0 && errno == EAGAIN) {
            struct pollfd one   = { .fd = w->fd, .events = w->tls ? tls_awaits(w->tls) : POLLOUT };
            int           ready = poll(&one, 1, timeout_ms);
            if (ready == 0)
                return late(err) == WIRE_PDU;
            if (ready < 0 && errno != EINTR)
                return closed(err, errno) == WIRE_PDU;
        } else if (sent < 0 && errno != EINTR) {
            return closed(err, errno) == WIRE_PDU;
        } else if (sent > 0) {
            size_t of_first = (size_t)sent < first.len ? (size_t)sent : first.len;
            size_t of_rest  = (size_t)sent - of_first;
            first           = (Slice) { first.at + of_first, first.len - of_first };
            second          = (Slice) { second.at + of_rest, second.len - of_rest };
            w->bytes_out += sent;
        }
    }
    return true;
}

bool wire_drain(Wire *w, int timeout_ms)
{
    enum { STOPPING_MS = 200 };
    int64_t until_ms = clock_monotonic_ms() + timeout_ms;
    bool    heed     = true;
    char    dropped[4096];
    for (;;) {
        WireNews news = wait_readable(w, until_ms, heed, NULL);
        if (news == WIRE_STOPPED) {
            heed     = false;
            until_ms = clock_monotonic_ms() + STOPPING_MS;
            continue;
        }
        if (news == WIRE_WOKEN) { /* nothing is said any more */
            w->wake_fd = -1;
            continue;
        }
        if (news != WIRE_PDU)
            return news == WIRE_CLOSED;
        ssize_t got = receive(w, dropped, sizeof dropped);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return true;
    }
}
