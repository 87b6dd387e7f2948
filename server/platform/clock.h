/*
 * The only clock. Tests and the demonstration may move it; production may not.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_CLOCK_H
#define PLATFORM_CLOCK_H

#include <stddef.h>
#include <stdint.h>

/* UTC milliseconds since 1970, plus the offset set by clock_advance. Thread-safe. */
int64_t clock_now_ms(void);
int64_t clock_now_s(void);

/* Milliseconds that only grow, for time-outs; never moved. */
int64_t clock_monotonic_ms(void);

/* Moves clock_now by 'by_ms' more (demonstration and tests only; the caller checks that). */
void clock_advance(int64_t by_ms);

/* "2026-03-02T09:14:05.120Z" (24 characters and a terminator). */
enum { CLOCK_ISO_SIZE = 32 };
void clock_iso(int64_t at_ms, char ret[CLOCK_ISO_SIZE]);

#endif
