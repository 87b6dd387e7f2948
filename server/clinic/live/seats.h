/*
 * The seats of a live room: who may take which, and what the room tells the act. E12, E13, E14.
 *
 *     live_begin(house, err);                                       at start: nobody sits anywhere
 *     live_enter(house, &sitting, err); … live_left(house, &sitting, err);
 *     live_media(house, &media, err);                               carried both ways, or no more
 *
 * docs/decisions/0108-live-room.md. Who is connected is the door's affair; nothing here is kept but rows of 'live_seat'.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_LIVE_SEATS_H
#define CLINIC_LIVE_SEATS_H

#include "clinic/live/evidence.h"
#include "clinic/workflow/act.h"

typedef enum Seat { SEAT_IMAGER, SEAT_TECHNOLOGIST, SEAT_PATIENT, SEAT_REQUESTER, SEAT_LOCAL_PHYSICIAN, SEAT_NUCLEAR_PHYSICIAN, SEATS } Seat;

const char *seat_name(Seat s);      /* "imager", "patient"…: API and log */
Seat        seat_from_name(Slice name); /* SEATS when unknown */

typedef struct LiveSitting {
    int64_t act_id, person_id;
    Seat    seat;
    char    name[128]; /* of the person: filled by live_enter */
    bool    is_imager; /* of this act, not only of the group: whose link to the patient counts; filled by live_enter */
} LiveSitting;

/* {"seats":["imager",…]}: which this person may take in this act. ERR_NOT_FOUND: no such act for this person. */
bool live_seats_of(Db *db, int64_t act_id, int64_t person_id, bool ret[SEATS], Err *err);

/*
 * Takes the seat and says so in the act ("room-entered"). Errors: ERR_NOT_FOUND no such act for this person; ERR_DENIED not this seat;
 * ERR_CONFLICT the act is over or has not been sent.
 */
bool live_enter(ActHouse *house, LiveSitting *sitting, Err *err);
/* "room-left"; an act that is over hears nothing more. */
bool live_left(ActHouse *house, const LiveSitting *sitting, Err *err);

typedef struct LiveMedia {
    int64_t    act_id;
    bool       flows;
    MediaCount from_imager, from_patient; /* as received */
    int64_t    imager_id, beside_id;      /* who sat at either end */
    bool       relayed;
    const char *why;                      /* of a loss: "silent" "left" "restart" "relay" (the relay denies it) */
} LiveMedia;
bool live_media(ActHouse *house, const LiveMedia *media, Err *err);

/* The ladder: "high" "low" "voice" "none". */
bool live_line(ActHouse *house, const LiveSitting *sitting, const char *level, Err *err);

bool live_begin(ActHouse *house, Err *err);

#endif
