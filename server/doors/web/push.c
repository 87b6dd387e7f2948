/*
 * The push hub: its thread, who is there, and the upgrade that brings a page in. What is told: push_tail.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/push.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "doors/web/push_room.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { CLOSE_GOING_AWAY = 1001, CLOSE_POLICY = 1008, EVENTS_AT_ONCE = 64, GOODBYE_ROUND_MS = 20 };

/* ---- from other threads ---- */

void push_wake(PushHub *hub)
{
    uint64_t one = 1;
    if (hub && write(hub->wake_fd, &one, sizeof one) < 0) /* full is awake enough */
        return;
}

static void end_wanted(PushHub *hub, int64_t session_id, int64_t person_id)
{
    pthread_mutex_lock(&hub->lock);
    if (hub->end_count < COUNT(hub->ends))
        hub->ends[hub->end_count++] = (PushEnd) { session_id, person_id };
    else
        hub->check_all = true; /* too many at once: every session is looked at */
    pthread_mutex_unlock(&hub->lock);
    push_wake(hub);
}

void push_end_session(PushHub *hub, int64_t session_id)
{
    end_wanted(hub, session_id, 0);
}

void push_end_person(PushHub *hub, int64_t person_id)
{
    end_wanted(hub, 0, person_id);
}

/* ---- the handshake ---- */

bool push_accept_key(Slice key, char ret[PUSH_ACCEPT_SIZE])
{
    static const char GUID[] = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"; /* RFC 6455 §1.3 */
    char              text[64];
    uint8_t           digest[EVP_MAX_MD_SIZE];
    unsigned          size = 0;
    if (key.len != 24) /* 16 bytes in base64 */
        return false;
    int len = snprintf(text, sizeof text, "%.24s%s", key.at, GUID);
    if (EVP_Digest(text, (size_t)len, digest, &size, EVP_sha1(), NULL) != 1 || size != 20)
        return false;
    return EVP_EncodeBlock((unsigned char *)ret, digest, (int)size) == PUSH_ACCEPT_SIZE - 1;
}

/* Lives in the request's arena until the adapter has handed the socket over. */
typedef struct Coming {
    PushHub *hub;
    int64_t  person_id, session_id;
    bool     english;
} Coming;

static void hear(void *with, PushClient *c, Slice type, const json_t *message)
{
    (void)push_room_hear(with, c, type, message);
}

/* In the connection's thread: the hub's takes it from here. */
static void on_upgraded(void *with, int fd, Slice first_bytes, void *handle)
{
    Coming     *coming = with;
    PushHub    *hub    = coming->hub;
    PushClient *c      = push_client_new(fd, first_bytes, handle, coming->person_id, coming->session_id);
    if (!c) {
        http_upgrade_close(handle);
        return;
    }
    c->english   = coming->english;
    c->hear      = hear;
    c->hear_with = hub;
    pthread_mutex_lock(&hub->lock);
    bool stopping = hub->stopping;
    if (!stopping) {
        c->next       = hub->incoming;
        hub->incoming = c;
    }
    pthread_mutex_unlock(&hub->lock);
    if (stopping)
        push_client_free(c);
    else
        push_wake(hub);
}

static bool header_has(const HttpRequest *q, const char *name, const char *token)
{
    Slice value = slice_of(http_header(q, name));
    while (value.len)
        if (slice_equal_fold(slice_trim(slice_cut(&value, ',')), slice_of(token)))
            return true;
    return false;
}

bool push_upgrade(PushHub *hub, const HttpRequest *q, const Who *who, HttpResponse *a, Err *err)
{
    const char *version = http_header(q, "Sec-WebSocket-Version");
    char       *accept  = arena_alloc(q->arena, PUSH_ACCEPT_SIZE);
    Coming     *coming  = arena_alloc(q->arena, sizeof *coming);
    if (!accept || !coming)
        return err_set(err, ERR_LIMIT, "The content is too large.", "upgrade");
    if (!header_has(q, "Upgrade", "websocket") || !header_has(q, "Connection", "upgrade") || !version ||
        strcmp(version, "13") != 0 || !push_accept_key(slice_of(http_header(q, "Sec-WebSocket-Key")), accept))
        return err_set(err, ERR_INPUT, "This address speaks WebSocket only.", "no WebSocket handshake");
    pthread_mutex_lock(&hub->lock);
    bool full = hub->stopping || hub->client_count >= PUSH_CLIENTS_MAX;
    pthread_mutex_unlock(&hub->lock);
    if (full)
        return err_set(err, ERR_UNAVAILABLE, "Too many pages are open: try again in a moment.",
                       "push clients");
    *coming         = (Coming) { hub, who->person_id, who->session_id, strcmp(who->lang, "en") == 0 };
    a->status       = 101;
    a->upgraded     = on_upgraded;
    a->upgrade_with = coming;
    http_set_header(a, "Upgrade", "websocket");
    http_set_header(a, "Sec-WebSocket-Accept", accept);
    return true;
}

/* ---- the hub's own thread ---- */

static void watch(PushHub *hub, PushClient *c)
{
    bool               writing = wslay_event_want_write(c->frames);
    struct epoll_event e       = { .events = EPOLLIN | (writing ? EPOLLOUT : 0), .data.ptr = c };
    if (writing == c->writing)
        return;
    c->writing = writing; /* armed as long as there is something to write, or it stalls */
    if (epoll_ctl(hub->epoll_fd, EPOLL_CTL_MOD, c->fd, &e) != 0)
        c->broken = true;
}

static void adopt(PushHub *hub)
{
    pthread_mutex_lock(&hub->lock);
    PushClient *coming = hub->incoming;
    hub->incoming      = NULL;
    pthread_mutex_unlock(&hub->lock);
    while (coming) {
        PushClient        *c = coming;
        struct epoll_event e = { .events = EPOLLIN, .data.ptr = c };
        coming               = c->next;
        if (epoll_ctl(hub->epoll_fd, EPOLL_CTL_ADD, c->fd, &e) != 0) {
            push_client_free(c);
            continue;
        }
        c->next      = hub->clients;
        hub->clients = c;
        pthread_mutex_lock(&hub->lock);
        hub->client_count++;
        pthread_mutex_unlock(&hub->lock);
    }
}

static void drop(PushHub *hub, PushClient **at)
{
    PushClient *c = *at;
    *at           = c->next;
    push_room_gone(hub, c);
    (void)epoll_ctl(hub->epoll_fd, EPOLL_CTL_DEL, c->fd, NULL);
    push_client_free(c);
    pthread_mutex_lock(&hub->lock);
    hub->client_count--;
    pthread_mutex_unlock(&hub->lock);
}

/* Moves every client on; those that are over go. */
static void pump_all(PushHub *hub)
{
    int64_t now = clock_monotonic_ms();
    for (PushClient **at = &hub->clients; *at;) {
        PushClient *c = *at;
        if (now - c->pinged_ms >= PUSH_PING_MS)
            push_client_ping(c);
        if (!push_client_pump(c) || now - c->heard_ms > PUSH_SILENCE_MS) {
            drop(hub, at);
            continue;
        }
        watch(hub, c);
        at = &c->next;
    }
}

void push_session_over(PushClient *c, const char *how)
{
    OWNED(json_t) *message = json_pack("{s:s, s:s}", "type", "session", "ends", how);
    if (message)
        push_client_send(c, message);
    push_client_close(c, CLOSE_POLICY);
}

static void end_sessions(PushHub *hub)
{
    PushEnd ends[COUNT(hub->ends)];
    pthread_mutex_lock(&hub->lock);
    size_t count = hub->end_count;
    memcpy(ends, hub->ends, sizeof ends);
    hub->end_count = 0;
    if (hub->check_all)
        hub->sessions_checked_ms = 0;
    hub->check_all = false;
    pthread_mutex_unlock(&hub->lock);
    for (PushClient *c = hub->clients; c && count; c = c->next)
        for (size_t i = 0; i < count; i++)
            if ((ends[i].session_id && ends[i].session_id == c->session_id) ||
                (ends[i].person_id && ends[i].person_id == c->person_id))
                push_session_over(c, "signed-out");
}

static bool stopping(PushHub *hub)
{
    pthread_mutex_lock(&hub->lock);
    bool stop = hub->stopping;
    pthread_mutex_unlock(&hub->lock);
    return stop;
}

static void say_good_bye(PushHub *hub)
{
    adopt(hub);
    for (PushClient *c = hub->clients; c; c = c->next)
        push_client_close(c, CLOSE_GOING_AWAY);
    int64_t until = clock_monotonic_ms() + PUSH_GOODBYE_MS;
    while (hub->clients && clock_monotonic_ms() < until) {
        pump_all(hub);
        if (hub->clients)
            (void)usleep(GOODBYE_ROUND_MS * 1000);
    }
    while (hub->clients)
        drop(hub, &hub->clients);
    push_room_end(hub);
}

static void *run(void *with)
{
    PushHub           *hub = with;
    struct epoll_event events[EVENTS_AT_ONCE];
    while (!stopping(hub)) {
        int64_t  since = clock_monotonic_ms() - hub->tailed_ms;
        int      wait  = since >= PUSH_TAIL_MS ? 0 : (int)(PUSH_TAIL_MS - since);
        int      count = epoll_wait(hub->epoll_fd, events, EVENTS_AT_ONCE, wait);
        bool     woken = false;
        uint64_t ignored;
        for (int i = 0; i < count; i++)
            woken |= events[i].data.ptr == NULL;
        if (woken && read(hub->wake_fd, &ignored, sizeof ignored) < 0)
            woken = false;
        adopt(hub);
        end_sessions(hub);
        if (woken || clock_monotonic_ms() - hub->tailed_ms >= PUSH_TAIL_MS)
            push_tail(hub);
        pump_all(hub);
        push_room_tick(hub);
        push_here(hub);
    }
    say_good_bye(hub);
    return NULL;
}

static bool open_hub(PushHub *hub, Err *err)
{
    struct epoll_event e = { .events = EPOLLIN, .data.ptr = NULL };
    hub->epoll_fd        = epoll_create1(EPOLL_CLOEXEC);
    hub->wake_fd         = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (hub->epoll_fd < 0 || hub->wake_fd < 0 ||
        epoll_ctl(hub->epoll_fd, EPOLL_CTL_ADD, hub->wake_fd, &e) != 0)
        return err_set(err, ERR_UNAVAILABLE, "The web door cannot be opened.", "push hub");
    if (!push_tail_begin(hub, err) || !push_here_begin(hub, err) || !push_room_begin(hub, err))
        return false;
    if (pthread_create(&hub->thread, NULL, run, hub) != 0)
        return err_set(err, ERR_UNAVAILABLE, "The web door cannot be opened.", "push thread");
    hub->running = true;
    return true;
}

PushHub *push_start(const WebHouse *house, Err *err)
{
    PushHub *hub = calloc(1, sizeof *hub);
    if (!hub) {
        err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "push hub");
        return NULL;
    }
    hub->house    = house;
    hub->epoll_fd = hub->wake_fd = -1;
    pthread_mutex_init(&hub->lock, NULL);
    if (!open_hub(hub, err)) {
        push_free(hub);
        return NULL;
    }
    return hub;
}

void push_close(PushHub *hub)
{
    pthread_mutex_lock(&hub->lock);
    hub->stopping = true;
    pthread_mutex_unlock(&hub->lock);
    push_wake(hub);
    if (hub->running)
        pthread_join(hub->thread, NULL);
    hub->running = false;
}

void push_free(PushHub *hub)
{
    if (!hub)
        return;
    if (hub->wake_fd >= 0)
        (void)close(hub->wake_fd);
    if (hub->epoll_fd >= 0)
        (void)close(hub->epoll_fd);
    pthread_mutex_destroy(&hub->lock);
    free(hub);
}
