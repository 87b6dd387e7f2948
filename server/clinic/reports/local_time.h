/*
 * The hour at a site: UTC moved into the time zones where French hospitals stand. Pure.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_LOCAL_TIME_H
#define CLINIC_REPORTS_LOCAL_TIME_H

#include <stddef.h>
#include <stdint.h>

typedef struct LocalTime {
    int year, month, day, hour, minute, second;
    int offset_minutes; /* east of UTC */
} LocalTime;

/* 'zone' as in the time zone database ("Europe/Paris", "Indian/Reunion"); one that is not known here reads as
 * UTC. */
LocalTime local_time(int64_t at_ms, const char *zone);

/* "02/03/2026 à 09:14 (UTC+1)"; "02/03/2026". Empty for 0. */
void local_time_shown(int64_t at_ms, const char *zone, char *ret, size_t size);
void local_day_shown(int64_t at_ms, const char *zone, char *ret, size_t size);

#endif
