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

/* ---- the third witness ---- */

enum {
    RELAY_PATIENCE_MS = 60000,   /* coturn tells each 4096 packets: voice alone makes as many in twenty seconds */
    RELAY_SLACK       = 8 << 20, /* bytes in 4096 packets that it has not told yet, and a report's worth */
};

typedef enum RelayWord { RELAY_NOT_ASKED, RELAY_WAITS, RELAY_AGREES, RELAY_DENIES } RelayWord;

/* Of one pair of ends that say they go through the relay; zero it to begin. */
typedef struct RelayWitness {
    int64_t since_ms, claimed, counted;              /* when it began, and what was said then */
    int64_t heard_ms, heard_claimed, heard_counted;  /* when the relay last counted more */
} RelayWitness;

/*
 * 'claimed': bytes that both ends say they received of each other; 'counted': that the relay saw pass for them, -1 where it cannot be heard.
 * The relay carries more than media (keys, checks, other links of the same two): it may have counted more, never less.
 */
RelayWord evidence_relay(RelayWitness *w, bool relayed, int64_t claimed, int64_t counted, int64_t now_ms);

#endif
