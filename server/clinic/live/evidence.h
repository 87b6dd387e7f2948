/*
 * What two ends say of the media between them, held against each other. Pure: no clock, no network. E14.
 *
 * A direction carries when its receiver's counters of sound, picture and decoded frames grow and stay within what its sender says
 * it sent. docs/decisions/0108-live-room.md.
 *
 *     evidence_sent(&link, &(MediaCount){ .audio = …, .video = …, .frames = … }, now_ms);   by the sender's page
 *     evidence_got(&link, &count, now_ms);                                                  by the receiver's
 *     if (evidence_carries(&link, now_ms)) …
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_LIVE_EVIDENCE_H
#define CLINIC_LIVE_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

enum {
    EVIDENCE_HOLD_MS  = 3000,     /* grown for that long before it counts */
    EVIDENCE_STALE_MS = 10000,    /* no growth for that long: it carries no more */
    EVIDENCE_SLACK    = 2 << 20,  /* bytes a receiver may be ahead of the sender's last word: two reports at full rate */
};

typedef struct MediaCount {
    int64_t audio, video; /* bytes of RTP payload since the link was made */
    int64_t frames;       /* encoded by the sender, decoded by the receiver */
} MediaCount;

/* One direction between two seats; zero it to begin. */
typedef struct MediaLink {
    MediaCount sent, got;
    int64_t    since_ms, grown_ms; /* 0: never grown */
    int64_t    disputed;           /* reports that contradicted the other end */
} MediaLink;

void evidence_sent(MediaLink *l, const MediaCount *count, int64_t now_ms);
void evidence_got(MediaLink *l, const MediaCount *count, int64_t now_ms);
bool evidence_carries(const MediaLink *l, int64_t now_ms);
/* It did, and has not grown for EVIDENCE_STALE_MS. */
bool evidence_is_stale(const MediaLink *l, int64_t now_ms);

#endif
