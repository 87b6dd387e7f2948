/*
 * The push hub: one thread that tells every open page what happens in the acts its person may see.
 *
 * It tails the act log and the archive by id: woken when something is written, and every 200 ms anyway, so
 * that a second process needs nothing more. A slow page is dropped, never waited for (1013); the page comes
 * back and says since when.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_PUSH_H
#define DOORS_WEB_PUSH_H

#include "doors/web/http.h"
#include "doors/web/web_server.h"
#include "guard/access/who.h"

enum {
    PUSH_QUEUE_MESSAGES = 256,
    PUSH_QUEUE_BYTES    = 1 << 20,
    PUSH_PAYLOAD_MAX    = 64 << 10,
    PUSH_TAIL_MS        = 200,
    PUSH_PING_MS        = 5 * 1000,
    PUSH_SILENCE_MS     = 16 * 1000, /* three pings unanswered: the laptop is closed. E1 */
    PUSH_CLIENTS_MAX    = 400,
};

typedef struct PushHub PushHub;

PushHub *push_start(const WebHouse *house, Err *err);
void     push_close(
        PushHub *hub);        /* says 1001 to all, closes them, ends the thread; later upgrades are refused */
void push_free(PushHub *hub); /* takes NULL; after push_close */
void push_wake(PushHub *hub);

/*
 * Makes 'a' the upgrade of this request; the hub then owns the socket. The caller has checked session and
 * Origin. Errors: ERR_INPUT not a WebSocket handshake; ERR_UNAVAILABLE too many pages.
 */
bool push_upgrade(PushHub *hub, const HttpRequest *q, const Who *who, HttpResponse *a, Err *err);

/* The session is over: its pages hear {"type":"session"} and are closed. */
void push_end_session(PushHub *hub, int64_t session_id);
void push_end_person(PushHub *hub, int64_t person_id);

/* Answer to Sec-WebSocket-Key, RFC 6455 §4.2.2. */
enum { PUSH_ACCEPT_SIZE = 29 };
bool push_accept_key(Slice key, char ret[PUSH_ACCEPT_SIZE]);

#endif
