/*
 * What the push hub tells: events of acts one may see, images that arrived, the end of a session.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/news.h"
#include "clinic/workflow/act_json.h"
#include "doors/web/push_hub.h"
#include "formats/json/json_util.h"
#include "guard/access/grant.h"
#include "guard/access/session_alive.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { BATCH = 64, SESSIONS_EVERY_MS = 5000 };

bool push_tail_begin(PushHub *hub, Err *err)
{
    OWNED(Db) *db = db_read(hub->house->db, err);
    return db && act_events_last_id(db, &hub->last_event, err) &&
           archive_news_last(db, &hub->last_instance, err);
}

static bool send_event(int64_t event_id, const json_t *event, void *arg)
{
    (void)event_id;
    PushClient *c          = arg;
    OWNED(json_t) *message = json_pack("{s:s, s:O}", "type", "event", "event", event);
    if (message)
        push_client_send(c, message);
    return !c->closing_ms;
}

static void greet(PushHub *hub, PushClient *c)
{
    OWNED(json_t) *message = json_pack("{s:s, s:I, s:I}", "type", "hello", "last_event",
                                       (json_int_t)hub->last_event, "now_ms", (json_int_t)clock_now_ms());
    c->greeted             = true;
    c->last_event          = hub->last_event;
    if (message)
        push_client_send(c, message);
}

/* Events one after the other, as long as its queue has room: a long catch-up takes several looks. */
static bool tell_events(Db *db, PushHub *hub, PushClient *c, Err *err)
{
    if (!c->greeted)
        greet(hub, c);
    if (c->asked_since >= 0) {
        if (c->asked_since < c->last_event)
            c->last_event = c->asked_since;
        c->asked_since = -1;
    }
    while (c->last_event < hub->last_event && push_client_has_room(c)) {
        int64_t last = c->last_event;
        if (!act_events_since(db, c->person_id, c->last_event, BATCH, send_event, c, &last, err))
            return false;
        if (last <= c->last_event)
            break;
        c->last_event = last;
    }
    return true;
}

typedef struct ImagesTold {
    Db      *db;
    PushHub *hub;
    Err     *err;
    bool     ok;
} ImagesTold;

static bool tell_images(const ArchiveNews *news, void *with)
{
    ImagesTold *t = with;
    OWNED(json_t) *message =
        json_pack("{s:s, s:I, s:s, s:s, s:s, s:I, s:I}", "type", "images", "act_id", (json_int_t)news->act_id,
                  "study_uid", news->study_uid, "series_uid", news->series_uid, "modality", news->modality,
                  "instances", (json_int_t)news->series_instances, "total", (json_int_t)news->study_instances);
    for (PushClient *c = t->hub->clients; message && c && news->patient_id; c = c->next) {
        bool may = false;
        if (!grant_check(t->db, c->person_id, news->patient_id, &may, t->err)) {
            t->ok = false;
            return false;
        }
        if (may)
            push_client_send(c, message);
    }
    return true;
}

/* However often we are woken: a series of 500 images is some messages, not 500. */
static bool tell_all_images(Db *db, PushHub *hub, Err *err)
{
    ImagesTold told = { db, hub, err, true };
    int64_t    now  = clock_monotonic_ms();
    if (now - hub->images_told_ms < PUSH_TAIL_MS)
        return true;
    hub->images_told_ms = now;
    return archive_news_since(db, hub->last_instance, tell_images, &told, &hub->last_instance, err) &&
           told.ok;
}

static bool check_sessions(Db *db, PushHub *hub, Err *err)
{
    int64_t now = clock_monotonic_ms();
    if (hub->sessions_checked_ms && now - hub->sessions_checked_ms < SESSIONS_EVERY_MS)
        return true;
    hub->sessions_checked_ms = now;
    for (PushClient *c = hub->clients; c; c = c->next) {
        SessionLife life = SESSION_ALIVE;
        if (!session_life(db, hub->house->access, c->session_id, &life, err))
            return false;
        if (life != SESSION_ALIVE)
            push_session_over(c, life == SESSION_IDLE   ? "idle"
                                 : life == SESSION_OVER ? "over"
                                                        : "signed-out");
    }
    return true;
}

static bool look(PushHub *hub, Err *err)
{
    OWNED(Db) *db = db_read(hub->house->db, err);
    if (!db || !act_events_last_id(db, &hub->last_event, err))
        return false;
    for (PushClient *c = hub->clients; c; c = c->next)
        if (!tell_events(db, hub, c, err))
            return false;
    return tell_all_images(db, hub, err) && check_sessions(db, hub, err);
}

void push_tail(PushHub *hub)
{
    Err err        = { 0 };
    hub->tailed_ms = clock_monotonic_ms();
    if (!look(hub, &err))
        log_err("web", "push look failed", &err);
}
