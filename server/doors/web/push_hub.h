/*
 * The inside of the push hub, shared by its files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_PUSH_HUB_H
#define DOORS_WEB_PUSH_HUB_H

#include <pthread.h>

#include "doors/web/push_client.h"

typedef struct PushEnd {
    int64_t session_id, person_id; /* one of them; the other 0 */
} PushEnd;

typedef struct PushRoom PushRoom; /* push_room.c */

struct PushHub {
    const WebHouse *house;
    int             epoll_fd, wake_fd;
    pthread_t       thread;
    bool            running;

    pthread_mutex_t lock; /* what follows, up to the blank line */
    PushClient     *incoming;
    PushEnd         ends[64];
    size_t          end_count, client_count;
    bool            stopping, check_all;

    PushClient *clients; /* from here on: the hub's thread alone */
    PushRoom   *rooms;
    int64_t     last_event, last_instance;
    int64_t     here[PUSH_CLIENTS_MAX]; /* people told to be there, ascending */
    size_t      here_count;
    int64_t     tailed_ms, images_told_ms, sessions_checked_ms; /* monotonic */
};

/* From now on: what is in the log already is not news. */
bool push_tail_begin(PushHub *hub, Err *err);

/* One look: new events and images for each page, catch-ups, sessions that ended. Failures are logged; next
 * time. */
void push_tail(PushHub *hub);

/* From now on: nobody is there until a page says so. Then: who came and who went since the last look. */
bool push_here_begin(PushHub *hub, Err *err);
void push_here(PushHub *hub);

void push_session_over(PushClient *c, const char *how);

#endif
