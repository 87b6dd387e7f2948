/*
 * Live rooms on the push hub: who of the open pages sits where, what they say to each other, what their media prove. E12, E14.
 *
 * From a page (each names its act; the server writes who speaks):
 *     {"type":"room-join","act":7,"seat":"imager","page":"…"}                      takes a seat; again: fresh credentials of the relay
 *     {"type":"room-leave","act":7}
 *     {"type":"room-say","act":7,"to":"patient","data":{…}}                        session descriptions and candidates, untouched
 *     {"type":"room-state","act":7,"data":{…}}                                     of the shared viewer: kept for who comes late
 *     {"type":"room-point","act":7,"data":{…}}                                     the pointer, where no data channel is open: not kept
 *     {"type":"room-report","act":7,"level":"high","links":[{"seat":"patient","sent":{"audio":…,"video":…,"frames":…},"got":{…},"relay":false}]}
 *     {"type":"room-ping","at":123}, {"type":"room-relay"}                          of a test of the line, seat or not
 * To a page: room, room-came, room-gone, room-say, room-state, room-point, room-refused, room-pong. docs/api.md.
 *
 * All of it on the hub's own thread. docs/decisions/0108-live-room.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_PUSH_ROOM_H
#define DOORS_WEB_PUSH_ROOM_H

#include "doors/web/push_hub.h"

enum { ROOM_SAYS_PER_S = 300, ROOM_RIGHTS_EVERY_MS = 5000 };

/* At start: the log is told of seats that a crash left. */
bool push_room_begin(PushHub *hub, Err *err);
/* A message of this page; false: its type is no room's. */
bool push_room_hear(PushHub *hub, PushClient *c, Slice type, const json_t *message);
void push_room_gone(PushHub *hub, PushClient *c);
/* Media that grew silent, rights that ended. */
void push_room_tick(PushHub *hub);
void push_room_end(PushHub *hub);

#endif
