/*
 * The only clock: the system's, plus an offset that tests and the demonstration may move.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

static _Atomic int64_t offset_ms; /* the one moved thing of this room: clock_advance adds to it */

static int64_t read_ms(clockid_t which)
{
    struct timespec t = { 0 };
    (void)clock_gettime(which, &t);
    return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t clock_now_ms(void)
{
    return read_ms(CLOCK_REALTIME) + atomic_load_explicit(&offset_ms, memory_order_relaxed);
}

int64_t clock_now_s(void)
{
    return clock_now_ms() / 1000;
}

int64_t clock_monotonic_ms(void)
{
    return read_ms(CLOCK_MONOTONIC);
}

void clock_advance(int64_t by_ms)
{
    atomic_fetch_add_explicit(&offset_ms, by_ms, memory_order_relaxed);
}

void clock_iso(int64_t at_ms, char ret[CLOCK_ISO_SIZE])
{
    int64_t ms = at_ms % 1000;
    if (ms < 0)
        ms += 1000;
    time_t    seconds = (time_t)((at_ms - ms) / 1000);
    struct tm t       = { 0 };
    size_t    len     = gmtime_r(&seconds, &t) ? strftime(ret, CLOCK_ISO_SIZE, "%Y-%m-%dT%H:%M:%S", &t) : 0;
    if (len == 0)
        len = (size_t)snprintf(ret, CLOCK_ISO_SIZE, "0000-00-00T00:00:00");
    (void)snprintf(ret + len, CLOCK_ISO_SIZE - len, ".%03dZ", (int)ms);
}
