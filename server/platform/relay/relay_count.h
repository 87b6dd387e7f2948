/*
 * What the relay itself counted: bytes that passed between its ends, by who was given access. Read from coturn's own words.
 *
 *     RelayCount *c = relay_count_start(fd, err);         the reading end of coturn's output: ours from here, also on failure
 *     int64_t     n = relay_count_of(c, "12-imager-4");   bytes both ways
 *
 * coturn tells a session's counts each 4096 packets and at its end: what it knows comes late, never too early.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_RELAY_RELAY_COUNT_H
#define PLATFORM_RELAY_RELAY_COUNT_H

#include <stdint.h>

#include "base/err.h"
#include "base/slice.h"

enum { RELAY_LABEL_MAX = 40, RELAY_COUNTS_MAX = 512 };

typedef struct RelayCount RelayCount;

RelayCount *relay_count_start(int fd, Err *err);
void        relay_count_stop(RelayCount *c); /* once the child has ended; takes NULL */
int64_t     relay_count_of(RelayCount *c, const char *label);

/*
 * One line of coturn: "… peer usage: realm=<…>, username=<UNTIL:LABEL>, rp=…, rb=…, sp=…, sb=…" (turn_report_session_usage, coturn 4.6).
 * 'ret_label' is a part of 'line', 'ret_bytes' is received from and sent to the peer since the line before. False: another line.
 */
bool relay_usage_read(Slice line, Slice *ret_label, int64_t *ret_bytes);

#endif
