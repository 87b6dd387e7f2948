/*
 * Live rooms: seats, what is passed on, evidence of media.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/web/push_room.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "clinic/live/seats.h"
#include "formats/json/json_util.h"
#include "formats/texts/texts.h"
#include "platform/clock.h"
#include "platform/log.h"
#include "platform/relay/relay.h"

enum { ROOM_POLICY = 1008, ROOMS_MAX = 128 };

typedef struct RoomSeat {
    PushClient *client; /* NULL: nobody sits there */
    LiveSitting s;
    char        level[8];
    char        page[40]; /* as the page names itself: one that reconnects keeps its links, another does not */
} RoomSeat;

struct PushRoom {
    PushRoom *next;
    int64_t   act_id;
    RoomSeat  seats[SEATS];
    json_t   *state; /* of the shared viewer; NULL: nothing shown yet */
    MediaLink to_patient, to_imager;
    bool         flows, relayed[2]; /* as the imager's end says, and the patient's */
    RelayWitness witness;
    int64_t   rights_ms; /* monotonic: when the rights were looked at */
};

/* ---- words to a page ---- */

static void send_taken(PushClient *c, json_t *taken)
{
    if (taken)
        push_client_send(c, taken);
    json_decref(taken);
}

static void send_others(const PushRoom *r, const PushClient *but, json_t *taken)
{
    for (int s = 0; taken && s < SEATS; s++)
        if (r->seats[s].client && r->seats[s].client != but)
            push_client_send(r->seats[s].client, taken);
    json_decref(taken);
}

/* What one page passes to another: left out where that one's queue is half full, so that a flood closes nobody but its author. */
static void pass_to(PushClient *c, const json_t *message)
{
    if (push_client_has_room(c))
        push_client_send(c, message);
}

static json_t *seat_json(const RoomSeat *at)
{
    return json_pack("{s:s, s:I, s:s, s:s, s:s}", "seat", seat_name(at->s.seat), "person_id", (json_int_t)at->s.person_id, "name", at->s.name, "level",
                     at->level, "page", at->page);
}

/* Who is let in by the relay, for its count: this person in this seat of this act. */
static void relay_label(const LiveSitting *s, char ret[RELAY_LABEL_MAX])
{
    (void)snprintf(ret, RELAY_LABEL_MAX, "%" PRId64 "-%.17s-%" PRId64, s->act_id % 1000000000, seat_name(s->seat), s->person_id % 1000000000);
}

/* Real time: the relay knows no other. */
static json_t *relay_json(const PushHub *hub, const char *label)
{
    RelayAccess access;
    if (!hub->house->relay || !relay_access(hub->house->relay, label, (int64_t)time(NULL), &access))
        return json_null();
    json_t *urls = json_array();
    for (size_t i = 0; urls && i < access.url_count; i++)
        json_array_append_new(urls, json_string(access.urls[i]));
    return json_pack("{s:o, s:s, s:s, s:i}", "urls", urls, "username", access.username, "credential", access.credential, "lives_s", RELAY_ACCESS_S);
}

static void refuse(PushClient *c, int64_t act_id, Slice seat, const Err *why)
{
    char name[32];
    (void)slice_copy(seat, name, sizeof name);
    send_taken(c, json_pack("{s:s, s:I, s:s, s:s, s:s}", "type", "room-refused", "act", (json_int_t)act_id, "seat", name, "kind", err_kind_name(why->kind),
                            "shown", text_in(c->english ? LANG_EN : LANG_FR, why->shown ? why->shown : "Something went wrong here.")));
}

/* ---- rooms ---- */

static PushRoom *room_of(PushHub *hub, int64_t act_id)
{
    PushRoom *r = hub->rooms;
    while (r && r->act_id != act_id)
        r = r->next;
    return r;
}

static PushRoom *room_open(PushHub *hub, int64_t act_id)
{
    size_t    count = 0;
    PushRoom *r     = room_of(hub, act_id);
    if (r)
        return r;
    for (r = hub->rooms; r; r = r->next)
        count++;
    r = count < ROOMS_MAX ? calloc(1, sizeof *r) : NULL;
    if (!r)
        return NULL;
    r->act_id  = act_id;
    r->next    = hub->rooms;
    hub->rooms = r;
    return r;
}

static void room_close_if_empty(PushHub *hub, PushRoom *r)
{
    for (int s = 0; s < SEATS; s++)
        if (r->seats[s].client)
            return;
    PushRoom **at = &hub->rooms;
    while (*at != r)
        at = &(*at)->next;
    *at = r->next;
    json_decref(r->state);
    free(r);
}

static RoomSeat *seat_of(PushRoom *r, const PushClient *c)
{
    for (int s = 0; r && s < SEATS; s++)
        if (r->seats[s].client == c)
            return &r->seats[s];
    return NULL;
}

/* ---- evidence ---- */

static void media_tell(PushHub *hub, PushRoom *r, bool flows, const char *why)
{
    Err       err   = { 0 };
    LiveMedia media = { .act_id = r->act_id, .flows = flows, .from_imager = r->to_patient.got, .from_patient = r->to_imager.got,
                        .imager_id = r->seats[SEAT_IMAGER].s.person_id, .beside_id = r->seats[SEAT_PATIENT].s.person_id, .relayed = r->relayed[0] || r->relayed[1], .why = why };
    if (!live_media(hub->house->acts, &media, &err)) {
        log_err("web", "media of a live room not told", &err); /* the next report tries again */
        return;
    }
    r->flows = flows;
    push_wake(hub);
}

/* What the relay says of these two, where they say that they go through it. */
static RelayWord relay_word(PushHub *hub, PushRoom *r, int64_t now_ms)
{
    char    imager[RELAY_LABEL_MAX], patient[RELAY_LABEL_MAX];
    int64_t claimed = r->to_patient.got.audio + r->to_patient.got.video + r->to_imager.got.audio + r->to_imager.got.video;
    relay_label(&r->seats[SEAT_IMAGER].s, imager);
    relay_label(&r->seats[SEAT_PATIENT].s, patient);
    int64_t by_imager = relay_counted(hub->house->relay, imager), by_patient = relay_counted(hub->house->relay, patient);
    return evidence_relay(&r->witness, r->relayed[0] || r->relayed[1], claimed, by_imager > by_patient ? by_imager : by_patient, now_ms);
}

static void media_look(PushHub *hub, PushRoom *r)
{
    int64_t now  = clock_monotonic_ms();
    bool    both = r->seats[SEAT_IMAGER].client && r->seats[SEAT_IMAGER].s.is_imager && r->seats[SEAT_PATIENT].client;
    bool    denied = both && relay_word(hub, r, now) == RELAY_DENIES;
    if (r->flows && denied)
        media_tell(hub, r, false, "relay");
    else if (!r->flows && both && !denied && evidence_carries(&r->to_patient, now) && evidence_carries(&r->to_imager, now))
        media_tell(hub, r, true, NULL);
    else if (r->flows && (!both || evidence_is_stale(&r->to_patient, now) || evidence_is_stale(&r->to_imager, now)))
        media_tell(hub, r, false, both ? "silent" : "left");
}

static MediaCount count_of(const json_t *link, const char *key)
{
    const json_t *one = json_object_get(link, key);
    return (MediaCount) { json_integer_value(json_object_get(one, "audio")), json_integer_value(json_object_get(one, "video")),
                          json_integer_value(json_object_get(one, "frames")) };
}

/* Of an imager's page about the patient, or the other way: nobody else's link proves anything. */
static void hear_link(PushRoom *r, const RoomSeat *from, const json_t *link)
{
    Seat       to   = seat_from_name(slice_of(json_string_value(json_object_get(link, "seat"))));
    int64_t    now  = clock_monotonic_ms();
    MediaCount sent = count_of(link, "sent"), got = count_of(link, "got");
    bool imagers = from->s.seat == SEAT_IMAGER && from->s.is_imager && to == SEAT_PATIENT, patients = from->s.seat == SEAT_PATIENT && to == SEAT_IMAGER;
    if (!imagers && !patients)
        return;
    evidence_sent(imagers ? &r->to_patient : &r->to_imager, &sent, now);
    evidence_got(imagers ? &r->to_imager : &r->to_patient, &got, now);
    r->relayed[patients] = json_is_true(json_object_get(link, "relay"));
}

static void hear_level(PushHub *hub, PushRoom *r, RoomSeat *at, const char *level)
{
    static const char *const LEVELS[] = { "high", "low", "voice", "none" };
    Err                      err      = { 0 };
    size_t                   i        = 0;
    while (i < COUNT(LEVELS) && (!level || strcmp(level, LEVELS[i]) != 0))
        i++;
    if (i == COUNT(LEVELS) || strcmp(at->level, LEVELS[i]) == 0)
        return;
    if (!live_line(hub->house->acts, &at->s, LEVELS[i], &err)) {
        log_err("web", "line of a live room not told", &err);
        return;
    }
    (void)slice_copy(slice_of(LEVELS[i]), at->level, sizeof at->level);
    send_others(r, NULL, json_pack("{s:s, s:I, s:s, s:s}", "type", "room-level", "act", (json_int_t)r->act_id, "seat", seat_name(at->s.seat), "level", at->level));
    push_wake(hub);
}

static void hear_report(PushHub *hub, PushRoom *r, RoomSeat *at, const json_t *message)
{
    size_t        i;
    const json_t *link;
    json_array_foreach (json_object_get(message, "links"), i, link)
        if (i < SEATS)
            hear_link(r, at, link);
    hear_level(hub, r, at, json_string_value(json_object_get(message, "level")));
    media_look(hub, r);
}

/* ---- coming and going ---- */

static void media_forget(PushRoom *r)
{
    r->to_patient = r->to_imager = (MediaLink) { 0 };
    r->witness                   = (RelayWitness) { 0 };
    r->relayed[0] = r->relayed[1] = false;
}

/* What somebody shows goes with them: who comes late is not led by who has left. */
static void state_forget(PushRoom *r, Seat seat)
{
    const char *from = json_string_value(json_object_get(r->state, "from"));
    if (!from || strcmp(from, seat_name(seat)) != 0)
        return;
    json_decref(r->state);
    r->state = NULL;
}

static void leave(PushHub *hub, PushRoom *r, RoomSeat *at)
{
    Err         err  = { 0 };
    LiveSitting s    = at->s;
    bool        ends = s.seat == SEAT_IMAGER || s.seat == SEAT_PATIENT;
    *at              = (RoomSeat) { 0 };
    state_forget(r, s.seat);
    if (ends)
        media_look(hub, r);
    if (ends)
        media_forget(r);
    if (!live_left(hub->house->acts, &s, &err))
        log_err("web", "a seat left in a live room not told", &err);
    send_others(r, NULL, json_pack("{s:s, s:I, s:s}", "type", "room-gone", "act", (json_int_t)r->act_id, "seat", seat_name(s.seat)));
    push_wake(hub);
}

static json_t *room_json(const PushHub *hub, const PushRoom *r, const RoomSeat *me)
{
    char    label[RELAY_LABEL_MAX];
    json_t *seats = json_array();
    relay_label(&me->s, label);
    for (int s = 0; seats && s < SEATS; s++)
        if (r->seats[s].client && &r->seats[s] != me)
            json_array_append_new(seats, seat_json(&r->seats[s]));
    return json_pack("{s:s, s:I, s:s, s:o, s:O?, s:o}", "type", "room", "act", (json_int_t)r->act_id, "seat", seat_name(me->s.seat), "seats", seats, "state",
                     r->state, "relay", relay_json(hub, label));
}

/* The same person's other page gives the seat over; another person's is theirs until they leave. */
static bool seat_free(PushRoom *r, const PushClient *c, Seat seat, Err *err)
{
    RoomSeat *at = &r->seats[seat];
    if (!at->client || at->client == c)
        return true;
    if (at->s.person_id != c->person_id)
        return err_set(err, ERR_CONFLICT, "Somebody else sits in this place of the live room: ask them to leave it.", "seat %s", seat_name(seat));
    send_taken(at->client, json_pack("{s:s, s:I, s:s, s:s}", "type", "room-gone", "act", (json_int_t)r->act_id, "seat", seat_name(seat), "why", "elsewhere"));
    at->client = NULL;
    return true;
}

static bool take(PushHub *hub, PushRoom *r, PushClient *c, Seat seat, Err *err)
{
    LiveSitting s    = { .act_id = r->act_id, .person_id = c->person_id, .seat = seat };
    RoomSeat   *mine = seat_of(r, c);
    if (!seat_free(r, c, seat, err) || !live_enter(hub->house->acts, &s, err))
        return false;
    if (mine && mine->s.seat != seat)
        leave(hub, r, mine);
    if (seat == SEAT_IMAGER || seat == SEAT_PATIENT)
        media_forget(r);
    r->seats[seat] = (RoomSeat) { .client = c, .s = s, .level = "none" };
    return true;
}

static void join(PushHub *hub, PushClient *c, int64_t act_id, const json_t *message)
{
    Err       err  = { 0 };
    Slice     name = slice_of(json_string_value(json_object_get(message, "seat")));
    Seat      seat = seat_from_name(name);
    PushRoom *r    = room_open(hub, act_id);
    if (!r) {
        err_set(&err, ERR_LIMIT, "Too many live rooms are open: try again in a moment.", "rooms");
        refuse(c, act_id, name, &err);
        return;
    }
    RoomSeat *mine = seat_of(r, c);
    if (mine && mine->s.seat == seat) { /* fresh credentials */
        send_taken(c, room_json(hub, r, mine));
        return;
    }
    if (seat == SEATS)
        err_set(&err, ERR_INPUT, "This place in the live room is not yours.", "unknown seat");
    if (err.kind || !take(hub, r, c, seat, &err)) {
        refuse(c, act_id, name, &err);
        room_close_if_empty(hub, r);
        return;
    }
    (void)slice_copy(slice_of(json_string_value(json_object_get(message, "page"))), r->seats[seat].page, sizeof r->seats[seat].page);
    send_taken(c, room_json(hub, r, &r->seats[seat]));
    json_t *came = seat_json(&r->seats[seat]);
    if (json_put(came, "type", json_string("room-came")) && json_put(came, "act", json_integer(act_id)))
        send_others(r, c, came);
    else
        json_decref(came);
    push_wake(hub);
}

/* ---- what is passed on ---- */

static void say(PushRoom *r, const RoomSeat *from, const json_t *message)
{
    Seat to = seat_from_name(slice_of(json_string_value(json_object_get(message, "to"))));
    if (to >= SEATS || !r->seats[to].client || &r->seats[to] == from)
        return;
    OWNED(json_t) *said = json_pack("{s:s, s:I, s:s, s:O?}", "type", "room-say", "act", (json_int_t)r->act_id, "from", seat_name(from->s.seat), "data",
                                    json_object_get(message, "data"));
    if (said)
        pass_to(r->seats[to].client, said);
}

static void pass_on(PushRoom *r, const RoomSeat *from, const char *type, const json_t *message)
{
    json_t *data = json_object_get(message, "data");
    if (!json_is_object(data))
        return;
    if (strcmp(type, "room-state") == 0) {
        json_decref(r->state);
        r->state = json_pack("{s:s, s:O}", "from", seat_name(from->s.seat), "data", data);
    }
    OWNED(json_t) *passed = json_pack("{s:s, s:I, s:s, s:O}", "type", type, "act", (json_int_t)r->act_id, "from", seat_name(from->s.seat), "data", data);
    for (int s = 0; passed && s < SEATS; s++)
        if (r->seats[s].client && &r->seats[s] != from)
            pass_to(r->seats[s].client, passed);
}

/* Somebody who floods the others is put out. */
static bool too_many(PushClient *c)
{
    int64_t now = clock_monotonic_ms();
    if (now - c->says_since_ms >= 1000) {
        c->says_since_ms = now;
        c->says          = 0;
    }
    if (++c->says <= ROOM_SAYS_PER_S)
        return false;
    push_client_close(c, ROOM_POLICY);
    return true;
}

static void relay(const PushHub *hub, PushClient *c)
{
    send_taken(c, json_pack("{s:s, s:o}", "type", "room-relay", "relay", relay_json(hub, "line")));
}

static void pong(PushClient *c, const json_t *message)
{
    send_taken(c, json_pack("{s:s, s:O?}", "type", "room-pong", "at", json_object_get(message, "at")));
}

bool push_room_hear(PushHub *hub, PushClient *c, Slice type, const json_t *message)
{
    if (!slice_starts(type, SLICE("room-")))
        return false;
    if (too_many(c) || c->closing_ms)
        return true;
    int64_t   act_id = json_integer_value(json_object_get(message, "act"));
    PushRoom *r      = room_of(hub, act_id);
    RoomSeat *at     = seat_of(r, c);
    if (slice_equal_text(type, "room-ping"))
        pong(c, message);
    else if (slice_equal_text(type, "room-relay"))
        relay(hub, c);
    else if (slice_equal_text(type, "room-join") && act_id > 0)
        join(hub, c, act_id, message);
    else if (!at)
        return true; /* who does not sit there says nothing there */
    else if (slice_equal_text(type, "room-say"))
        say(r, at, message);
    else if (slice_equal_text(type, "room-state"))
        pass_on(r, at, "room-state", message);
    else if (slice_equal_text(type, "room-point"))
        pass_on(r, at, "room-point", message);
    else if (slice_equal_text(type, "room-report"))
        hear_report(hub, r, at, message);
    else if (slice_equal_text(type, "room-leave")) {
        leave(hub, r, at);
        room_close_if_empty(hub, r);
    }
    return true;
}

void push_room_gone(PushHub *hub, PushClient *c)
{
    for (PushRoom *r = hub->rooms, *next; r; r = next) {
        RoomSeat *at = seat_of(r, c);
        next         = r->next;
        if (!at)
            continue;
        leave(hub, r, at);
        room_close_if_empty(hub, r);
    }
}

/* ---- as time goes ---- */

/* A right that ended ends the seat: L9. */
static bool rights_look(PushHub *hub, PushRoom *r, Err *err)
{
    OWNED(Db) *db = db_read(hub->house->db, err);
    if (!db)
        return false;
    for (int s = 0; s < SEATS; s++) {
        RoomSeat *at = &r->seats[s];
        bool      may[SEATS] = { 0 };
        Err       why = { 0 };
        if (!at->client)
            continue;
        if (!live_seats_of(db, r->act_id, at->s.person_id, may, &why) && why.kind != ERR_NOT_FOUND)
            return err_set(err, why.kind, why.shown, "%s", why.detail);
        if (may[s])
            continue;
        send_taken(at->client, json_pack("{s:s, s:I, s:s, s:s}", "type", "room-gone", "act", (json_int_t)r->act_id, "seat", seat_name((Seat)s), "why", "rights"));
        leave(hub, r, at);
    }
    return true;
}

void push_room_tick(PushHub *hub)
{
    int64_t now = clock_monotonic_ms();
    for (PushRoom *r = hub->rooms, *next; r; r = next) {
        Err err = { 0 };
        next    = r->next;
        if (now - r->rights_ms >= ROOM_RIGHTS_EVERY_MS) {
            r->rights_ms = now;
            if (!rights_look(hub, r, &err))
                log_err("web", "rights in a live room not looked at", &err);
        }
        media_look(hub, r);
        room_close_if_empty(hub, r);
    }
}

bool push_room_begin(PushHub *hub, Err *err)
{
    return !hub->house->acts || live_begin(hub->house->acts, err);
}

void push_room_end(PushHub *hub)
{
    while (hub->rooms) {
        PushRoom *r = hub->rooms;
        hub->rooms  = r->next;
        json_decref(r->state);
        free(r);
    }
}
