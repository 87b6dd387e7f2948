/*
 * The relay of voice and picture (TURN): coturn as our child, or somebody else's, and credentials that live ten minutes. E12.
 *
 *     Relay *r = relay_start(config, err);
 *     RelayAccess access;
 *     if (relay_access(r, label, clock_now_s(), &access)) … tell the page
 *     relay_stop(r);
 *
 * Our child's secret is new at each start and never leaves its configuration file (0600). docs/decisions/0108-live-room.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_RELAY_RELAY_H
#define PLATFORM_RELAY_RELAY_H

#include "platform/config.h"
#include "platform/relay/relay_count.h"

enum { RELAY_URLS_MAX = 3, RELAY_ACCESS_S = 600 };

typedef struct Relay Relay;

typedef struct RelayAccess {
    char    urls[RELAY_URLS_MAX][280]; /* "turn:host:3478?transport=udp" */
    size_t  url_count;
    char    username[64];              /* "<expiry, unix seconds>:<label>" */
    char    credential[32];            /* base64 of HMAC-SHA1 (coturn's shared-secret scheme) */
    int64_t until_s;
} RelayAccess;

/* Never NULL without an error: with "relay = none" and no 'relay-url' it is a relay that nobody gets access to. */
Relay *relay_start(const Config *c, Err *err);
bool   relay_alive(Relay *r); /* false when our child ended on its own */
void   relay_stop(Relay *r);  /* takes NULL */

/* 'label' names who is let in, for the count: letters, digits and '-', below RELAY_LABEL_MAX. False: there is no relay; voice and picture then go directly or not at all. */
bool relay_access(const Relay *r, const char *label, int64_t now_s, RelayAccess *ret);

/* Bytes that our child saw pass for this label, both ways, as far as it has told (relay_count.h); -1: the relay is not ours to hear. */
int64_t relay_counted(Relay *r, const char *label);

#endif
