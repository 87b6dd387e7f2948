/*
 * One open page on the push hub: its socket, its frames, its bounded queue.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_PUSH_CLIENT_H
#define DOORS_WEB_PUSH_CLIENT_H

#include <jansson.h>
#include <wslay/wslay.h>

#include "doors/web/push.h"

enum { PUSH_FIRST_BYTES_MAX = 8192, PUSH_FROM_PAGE_MAX = 32 << 10 /* a session description */, PUSH_GOODBYE_MS = 2000 };

struct PushClient;
/* Of one message of a page, on the hub's thread. */
typedef void PushHear(void *with, struct PushClient *c, Slice type, const json_t *message);

typedef struct PushClient {
    struct PushClient      *next;
    int                     fd;
    void                   *handle; /* of the adapter: closes the descriptor */
    wslay_event_context_ptr frames;
    int64_t                 person_id, session_id;
    bool                    english; /* what is refused is told in English */
    PushHear               *hear;    /* NULL: only 'since' is heard */
    void                   *hear_with;
    int64_t                 says_since_ms, says; /* messages heard in this second */
    int64_t                 last_event;                      /* sent or passed over */
    int64_t                 heard_ms, pinged_ms, closing_ms; /* monotonic; closing_ms 0: not closing */
    uint16_t                close_code;      /* to be said when what is queued has gone; 0: none */
    bool                    broken, writing; /* EPOLLOUT is armed */
    bool                    greeted;
    int64_t                 asked_since;                 /* -1: not asked */
    char                    first[PUSH_FIRST_BYTES_MAX]; /* came with the handshake */
    size_t                  first_len, first_read;
} PushClient;

/* Takes the socket over (made non-blocking). NULL when it cannot; the caller then closes the handle. */
PushClient *push_client_new(int fd, Slice first_bytes, void *handle, int64_t person_id, int64_t session_id);
void        push_client_free(PushClient *c); /* closes */

/* Reads and writes what goes without waiting. False: it is over. */
bool push_client_pump(PushClient *c);

/* Queues a message; a client whose queue is full is closed with 1013 ("try again later"). */
void push_client_send(PushClient *c, const json_t *message);
bool push_client_has_room(const PushClient *c); /* for a batch of a catch-up */
void push_client_ping(PushClient *c);
void push_client_close(PushClient *c, uint16_t code); /* says so and goes within PUSH_GOODBYE_MS */

#endif
