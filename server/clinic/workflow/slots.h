/*
 * Slots of an exam: which are possible, and why the others are not. E10, O3, O2.
 *
 * One judgement for both uses: the proposals shown, and the step 'plan', which asks again in its own transaction. Writes are one at a
 * time, so what is free in the transaction of a plan is free when it is written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_SLOTS_H
#define CLINIC_WORKFLOW_SLOTS_H

#include "clinic/workflow/act_house.h"
#include "clinic/workflow/calendar.h"
#include "clinic/workflow/duty_book.h"

enum { SLOT_ROOMS_MAX = 24, SLOT_BOOKINGS_MAX = 1500, SLOT_CLOSINGS_MAX = 200, SLOT_DUTY_MAX = 8 };

/* An act that stands on a machine, with the time after it that nobody takes. */
typedef struct Booking {
    int64_t act_id, from_ms, to_ms, buffer_ms;
    char    number[24], state[16];
} Booking;
typedef bool BookingEach(const Booking *b, void *arg);
/* Acts planned or running there that touch [from, to), by their beginning. False from 'each' stops without error. */
bool bookings_each(Db *db, int64_t room_id, int64_t from_ms, int64_t to_ms, BookingEach *each, void *arg, Err *err);

typedef struct SlotRoom {
    Room        room;
    json_t     *calendar; /* owned; NULL: none is kept */
    ExamLength  length;
    Booking    *bookings; /* owned */
    size_t      booking_count;
    RoomClosing closings[SLOT_CLOSINGS_MAX];
    size_t      closing_count;
    int64_t     fit_day;  /* midnight for which 'unfit' was asked; 0: not yet */
    MissingList unfit;
} SlotRoom;

/* All that slots of one act within a span are judged by. */
typedef struct SlotSearch {
    Db       *db;
    const Act *act;
    int64_t   now_ms, from_ms, to_ms;
    int64_t   limit_ms; /* the latest start the delay allows; 0: none */
    char      zone[40];
    SlotRoom *rooms[SLOT_ROOMS_MAX]; /* owned */
    size_t    room_count;
    DutyBook *site, *imaging; /* owned */
} SlotSearch;

/* Does the machine make exams of this kind of modality (PT makes PT/CT, DX and CR stand for each other)? Pure. */
bool room_makes(const char *room_modality, const char *act_modality);

/* The kind of the act's exam for a patient as old as then; borrows from the act. */
ExamKind exam_kind(Db *db, const Act *a, int64_t at_ms);

/*
 * Loads the machines of the act's site for its modality ('room_id' 0: all), their calendars, closings, bookings and the rosters.
 * ERR_LIMIT a span or roster too large.
 */
SlotSearch *slot_search_new(Db *db, const Act *a, int64_t room_id, int64_t from_ms, int64_t to_ms, Err *err);
void        slot_search_free(SlotSearch *s);
OWNED_BY(SlotSearch, slot_search_free)

/* 'minutes' 0: as long as the calendar says. Adds what stands against the slot; *warning may be NULL. */
bool slot_judge(SlotSearch *s, SlotRoom *room, int64_t start_ms, int64_t minutes, MissingList *blocking, MissingList *warning, Err *err);

/* Is any slot possible that starts in [now, until_ms)? Looks at every quarter of an hour. */
bool slot_in_time(SlotSearch *s, int64_t until_ms, int64_t *ret_start_ms, int64_t *ret_room_id, Err *err);

/*
 * GET /api/acts/{id}/slots: {"zone","now_ms","limit_ms","later","rooms":[{id,name,modality,calendar,minutes,lead_minutes}],
 * "first":[possible…],"slots":[{room_id,start_ms,end_ms,arrive_ms,possible,late,missing,warnings,technologist,imager,local}]}: every
 * quarter of an hour of [from_ms, to_ms), two days at most; "first": the six nearest that are possible before the limit. ERR_NOT_FOUND.
 */
bool slots_json(Db *db, const Who *who, Lang lang, int64_t act_id, int64_t from_ms, int64_t to_ms, json_t **ret, Err *err);

#endif
