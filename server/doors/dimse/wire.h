/*
 * One connection seen as whole protocol data units: read ahead into one buffer, written in one call, each
 * with a limit in time, so that a peer that dribbles bytes holds nothing for long.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_WIRE_H
#define DOORS_DIMSE_WIRE_H

#include "doors/dimse/pdu.h"
#include "platform/net/tls.h"

typedef struct Wire {
    int      fd;      /* owned */
    Tls     *tls;     /* owned; NULL: the bytes go in clear */
    int      stop_fd; /* becomes readable when the house closes; -1 none */
    int      wake_fd; /* becomes readable when there is something to say; -1 none */
    uint32_t max_p_data;
    char    *bytes;
    size_t   room, begin, end; /* what was received and not yet taken: [begin, end) */
    int64_t  bytes_in, bytes_out;
} Wire;

void wire_init(Wire *w, int fd, Tls *tls, int stop_fd, uint32_t max_p_data);
void wire_clear(Wire *w); /* closes */

typedef enum WireNews {
    WIRE_PDU,     /* a whole one */
    WIRE_CLOSED,  /* the peer closed, or the connection broke */
    WIRE_LATE,    /* the time was over */
    WIRE_STOPPED, /* stop_fd became readable before a PDU began */
    WIRE_WOKEN,   /* wake_fd did */
    WIRE_INVALID, /* not a PDU, or too long: see err */
} WireNews;

/*
 * The next PDU. Waits 'first_ms' for its first byte and 'whole_ms' from then on for all of it.
 * 'heed_stop' false: stop_fd and wake_fd are not looked at (a message is under way).
 * 'ret_body' is borrowed until the next call. *err is filled for everything but WIRE_PDU.
 */
WireNews wire_read(Wire *w, int first_ms, int whole_ms, bool heed_stop, PduHeader *ret, Slice *ret_body,
                   Err *err);

/* Is something to be read at once? */
bool wire_has_news(const Wire *w);

/* All of both parts, each wait at most 'timeout_ms'. */
bool wire_write(Wire *w, Slice first, Slice second, int timeout_ms, Err *err);

/* Reads and drops until the peer closes or the time (short once the house closes) is over. True when it
 * closed. */
bool wire_drain(Wire *w, int timeout_ms);

#endif
