/*
 * Attribute matching of queries: single value, wild card, names, ranges of dates and times. DICOM PS3.4
 * §C.2.2.2.
 *
 * Pure. An empty key matches everything.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_MATCH_H
#define DOORS_DIMSE_MATCH_H

#include "base/slice.h"

typedef enum MatchKind {
    MATCH_NONE, /* returned only; a value asked for it is not looked at */
    MATCH_EXACT,
    MATCH_WILD, /* '*' any run, '?' one character; case counts */
    MATCH_NAME, /* as wild, without regard to case and accents; UTF-8 */
    MATCH_DATE, /* DA: one day or a range */
    MATCH_TIME, /* TM: one time (its precision counts) or a range */
} MatchKind;

/* Is the key well formed for its kind? (A range that is none, a date of other than digits.) */
bool match_key_ok(MatchKind kind, Slice key);

/* 'value' of a date is YYYYMMDD, of a time HHMMSS. */
bool match(MatchKind kind, Slice key, Slice value);

bool match_has_wild_card(Slice key);

/* First and last day of a date key, YYYYMMDD; empty when open. */
void match_range(Slice key, Slice *ret_from, Slice *ret_to);

#endif
