/*
 * Shared by the files of the search: the attributes we answer, and matching.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_QUERY_INTERNAL_H
#define CLINIC_ARCHIVE_QUERY_INTERNAL_H

#include "clinic/archive/query.h"
#include "formats/dicom/tags.h"

typedef enum MatchKind {
    MATCH_NEVER, /* answered, not matched */
    MATCH_UID,   /* one or a list */
    MATCH_TEXT,  /* wild cards, case counts */
    MATCH_NAME,  /* wild cards, folded */
    MATCH_DATE,
    MATCH_TIME,
    MATCH_NUMBER,
    MATCH_ANY_OF, /* one of several values: modalities in study */
} MatchKind;

/* What we answer: at which level it stands, how it is matched, and whether it is answered unasked. */
typedef struct QueryTag {
    uint32_t   tag;
    QueryLevel level;
    Vr         vr;
    MatchKind  match;
    bool       always;
} QueryTag;
extern const QueryTag QUERY_TAGS[];
extern const size_t   QUERY_TAG_COUNT;
const QueryTag       *query_tag(uint32_t tag); /* NULL: we do not answer it */

/* Does the value match the pattern (not empty)? Pure. */
bool query_matches(MatchKind kind, Slice pattern, Slice value, bool fuzzy);
/* ERR_INPUT when the pattern is not of its kind's grammar. */
bool query_pattern_check(MatchKind kind, Slice pattern, Err *err);
bool query_has_wildcard(Slice pattern);

/* "20260101-20260131", "-20260131", "20260101-", "20260102": both ends as YYYYMMDD, "" when open. */
bool query_date_range(Slice pattern, char ret_from[9], char ret_to[9]);
/* Next of a list parted by backslash or comma. */
Slice query_list_next(Slice *rest);

#endif
