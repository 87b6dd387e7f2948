/*
 * One open page: wslay's frames over a socket that never blocks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/push_client.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/socket.h>

#include "formats/json/json_util.h"
#include "platform/clock.h"

enum { PUSH_TRY_AGAIN = 1013 }; /* close code, RFC 6455 registry */
enum { CATCH_UP_MESSAGES = PUSH_QUEUE_MESSAGES / 2, CATCH_UP_BYTES = PUSH_QUEUE_BYTES / 2 };

static ssize_t on_recv(wslay_event_context_ptr ctx, uint8_t *to, size_t size, int flags, void *with)
{
    (void)flags;
    PushClient *c = with;
    if (c->first_read < c->first_len) {
        Slice piece = slice_part((Slice) { c->first, c->first_len }, c->first_read, size);
        memcpy(to, piece.at, piece.len);
        c->first_read += piece.len;
        return (ssize_t)piece.len;
    }
    ssize_t got;
    do
        got = recv(c->fd, to, size, 0);
    while (got < 0 && errno == EINTR);
    if (got > 0) {
        c->heard_ms = clock_monotonic_ms();
        return got;
    }
    bool later = got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
    wslay_event_set_error(ctx, later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

static ssize_t on_send(wslay_event_context_ptr ctx, const uint8_t *from, size_t size, int flags, void *with)
{
    PushClient *c = with;
    ssize_t     put;
    do
        put = send(c->fd, from, size, MSG_NOSIGNAL | (flags & WSLAY_MSG_MORE ? MSG_MORE : 0));
    while (put < 0 && errno == EINTR);
    if (put >= 0)
        return put;
    bool later = errno == EAGAIN || errno == EWOULDBLOCK;
    wslay_event_set_error(ctx, later ? WSLAY_ERR_WOULDBLOCK : WSLAY_ERR_CALLBACK_FAILURE);
    return -1;
}

/* {"type":"since","event":N}; the rest is the hub's. What is no object with a type is passed over. */
static void on_message(wslay_event_context_ptr ctx, const struct wslay_event_on_msg_recv_arg *m, void *with)
{
    (void)ctx;
    PushClient *c = with;
    if (m->opcode != WSLAY_TEXT_FRAME || m->msg_length > PUSH_FROM_PAGE_MAX)
        return;
    OWNED(json_t) *json = json_parse_object((Slice) { (const char *)m->msg, m->msg_length }, NULL);
    Slice   type;
    int64_t event;
    if (!json || !json_need_text(json, "type", &type, NULL))
        return;
    if (slice_equal(type, SLICE("since")) && json_need_int(json, "event", 0, INT64_MAX, &event, NULL))
        c->asked_since = event;
    else if (c->hear)
        c->hear(c->hear_with, c, type, json);
}

PushClient *push_client_new(int fd, Slice first_bytes, void *handle, int64_t person_id, int64_t session_id)
{
    static const struct wslay_event_callbacks CALLBACKS = { .recv_callback        = on_recv,
                                                            .send_callback        = on_send,
                                                            .on_msg_recv_callback = on_message };
    int                                       flags     = fcntl(fd, F_GETFL);
    if (first_bytes.len > PUSH_FIRST_BYTES_MAX || flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
        return NULL;
    PushClient *c = calloc(1, sizeof *c);
    if (!c || wslay_event_context_server_init(&c->frames, &CALLBACKS, c) != 0) {
        free(c);
        return NULL;
    }
    wslay_event_config_set_max_recv_msg_length(c->frames, PUSH_PAYLOAD_MAX);
    c->fd          = fd;
    c->handle      = handle;
    c->person_id   = person_id;
    c->session_id  = session_id;
    c->asked_since = -1;
    c->heard_ms = c->pinged_ms = clock_monotonic_ms();
    memcpy(c->first, first_bytes.at, first_bytes.len);
    c->first_len = first_bytes.len;
    return c;
}

void push_client_free(PushClient *c)
{
    if (!c)
        return;
    wslay_event_context_free(c->frames);
    http_upgrade_close(c->handle);
    free(c);
}

/* A close frame overtakes what is queued: it is queued when the rest is gone. */
static bool flush(PushClient *c)
{
    if (wslay_event_send(c->frames) != 0)
        return false;
    if (!c->close_code || wslay_event_get_queued_msg_count(c->frames) > 0)
        return true;
    uint16_t code = c->close_code;
    c->close_code = 0;
    return wslay_event_queue_close(c->frames, code, NULL, 0) == 0 && wslay_event_send(c->frames) == 0;
}

bool push_client_pump(PushClient *c)
{
    if (c->broken || wslay_event_recv(c->frames) != 0 || !flush(c))
        c->broken = true;
    bool open = wslay_event_want_read(c->frames) || wslay_event_want_write(c->frames);
    if (c->closing_ms && ((!c->close_code && !wslay_event_want_write(c->frames)) ||
                          clock_monotonic_ms() - c->closing_ms > PUSH_GOODBYE_MS))
        open = false;
    return open && !c->broken;
}

static bool queue_fits(const PushClient *c, size_t messages, size_t bytes)
{
    return wslay_event_get_queued_msg_count(c->frames) < messages &&
           wslay_event_get_queued_msg_length(c->frames) < bytes;
}

bool push_client_has_room(const PushClient *c)
{
    return !c->closing_ms && !c->broken && queue_fits(c, CATCH_UP_MESSAGES, CATCH_UP_BYTES);
}

void push_client_send(PushClient *c, const json_t *message)
{
    OWNED_BUF text = buf_make(PUSH_PAYLOAD_MAX);
    if (c->closing_ms || c->broken)
        return;
    if (!queue_fits(c, PUSH_QUEUE_MESSAGES, PUSH_QUEUE_BYTES)) {
        push_client_close(c, PUSH_TRY_AGAIN);
        return;
    }
    if (!json_dump_to_buf(message, &text, NULL))
        return; /* larger than a frame may be: the page asks for the act itself */
    struct wslay_event_msg m = { WSLAY_TEXT_FRAME, (const uint8_t *)text.at, text.len };
    if (wslay_event_queue_msg(c->frames, &m) != 0)
        c->broken = true;
}

void push_client_ping(PushClient *c)
{
    struct wslay_event_msg m = { WSLAY_PING, (const uint8_t *)"", 0 };
    c->pinged_ms             = clock_monotonic_ms();
    if (!c->closing_ms)
        (void)wslay_event_queue_msg(c->frames, &m);
}

void push_client_close(PushClient *c, uint16_t code)
{
    if (c->closing_ms)
        return;
    c->closing_ms = clock_monotonic_ms();
    if (code == PUSH_TRY_AGAIN) /* what is queued will never go: this overtakes it */
        (void)wslay_event_queue_close(c->frames, code, NULL, 0);
    else
        c->close_code = code;
}
