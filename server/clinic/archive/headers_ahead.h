/*
 * Metadata made in advance: when a series has got nothing new for a moment its ready file is made, newest
 * first, so that the first who asks waits for nothing. Whatever is not made here is made when it is asked
 * for.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_HEADERS_AHEAD_H
#define CLINIC_ARCHIVE_HEADERS_AHEAD_H

#include "clinic/archive/study.h"

enum {
    HEADERS_QUIET_MS  = 500,  /* without an arrival a series is thought to be whole */
    HEADERS_WORTH     = 16,   /* instances; fewer are made while they are asked for as fast */
    HEADERS_LOOK_BACK = 2000, /* instances, after a start */
    HEADERS_PENDING   = 64,   /* series; of more the newest */
};

typedef struct HeadersPending {
    char    study_uid[65], series_uid[65];
    int64_t due_ms; /* monotonic */
} HeadersPending;

/* Of one thread. Zeroed but for 'last_instance'. */
typedef struct HeadersAhead {
    HeadersPending pending[HEADERS_PENDING];
    size_t         count;
    int64_t        last_instance; /* looked at */
} HeadersAhead;

/* Notes what arrived since the last look. */
bool headers_news(Archive *a, HeadersAhead *h, Err *err);
/* Makes one series that is due, the newest; *ret_made: there was one. ERR_UNAVAILABLE: later again. */
bool headers_turn(Archive *a, HeadersAhead *h, bool *ret_made, Err *err);

#endif
