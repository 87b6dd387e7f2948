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
    MATCH_ANY_OF,  /* one of several values: modalities in study */
    MATCH_INSTANT, /* DT: one or a range */
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
/* Descriptions of study and series: fuzzy matching means them too, beside names. */
bool query_is_description(uint32_t tag);
/* ERR_INPUT when the pattern is not of its kind's grammar. */
bool query_pattern_check(MatchKind kind, Slice pattern, Err *err);
bool query_has_wildcard(Slice pattern);

/* "20260101-20260131", "-20260131", "20260101-", "20260102": both ends as YYYYMMDD, "" when open. */
bool query_date_range(Slice pattern, char ret_from[9], char ret_to[9]);
/* A date key and a time key as one range: YYYYMMDDHHMMSSffffff, "" when open. False: no such pair. */
enum { QUERY_INSTANT_SIZE = 21 };
bool query_instant_range(Slice date, Slice time, char ret_from[QUERY_INSTANT_SIZE],
                         char ret_to[QUERY_INSTANT_SIZE]);
bool query_instant_matches(Slice date_key, Slice time_key, Slice date, Slice time);
/* How an attribute is matched that only the kept header has. */
MatchKind query_vr_match(Vr vr);
/* The level an attribute belongs to (PS3.3: whose module it is). */
QueryLevel query_tag_level(uint32_t tag);

/* Next of a list parted by backslash or comma. */
Slice query_list_next(Slice *rest);

/* ---- query_sql.c ---- */

typedef struct SqlValue {
    bool    is_text;
    int64_t number;
    Slice   text;
} SqlValue;

/* A statement of our own pieces only; every value is bound. */
typedef struct Sql {
    Buf       text;
    Arena    *arena; /* of the values */
    SqlValue *values;
    int       count, room;
    bool      failed; /* memory */
    bool      exact;  /* nothing is left to be matched on what comes out */
    uint32_t  described; /* the description that leads to few of its rows; 0: none does */
} Sql;

bool sql_open(Sql *s, Err *err); /* sql_close in any case */
void sql_close(Sql *s);
/* What comes from where, ordered for people (newest first) or only the ids. */
void sql_rows(Sql *s, const ArchiveQuery *q, const ArchiveViewer *v);
void sql_unordered(Sql *s, const ArchiveQuery *q, const ArchiveViewer *v);
void sql_ids(Sql *s, const ArchiveQuery *q, const ArchiveViewer *v);
/* NULL when it could not be made. */
DbQuery *sql_run(Sql *s, Db *db, Err *err);
/* Conditions on what a viewer sees, for statements of other files: " WHERE ..." */
void sql_seen(Sql *s, const ArchiveViewer *v);
void sql_number(Sql *s, int64_t n);
void sql_text(Sql *s, Slice t);
bool sql_reserve(Sql *s); /* room for at least two values more */
/* Conditions of the keys: " AND ..." each. */
void sql_keys(Sql *s, const ArchiveQuery *q);
bool sql_driven(const Sql *s, const ArchiveQuery *q); /* a key leads to few studies by its own index */

/*
 * Does a description lead to few studies or series, where nothing better does? It is counted, as far as 'few'
 * goes, since common words are faster found along the dates. Before sql_rows and the like.
 */
bool sql_describe(Sql *s, Db *db, const ArchiveQuery *q, Err *err);

/* ---- query_statement.c ---- */

/* The statement's columns, read. */
void                     query_row_read(const DbQuery *q, QueryLevel level, QueryRow *ret);
extern const char *const QUERY_FROM[4]; /* "SELECT ... FROM ..." by level */

/* ---- query_zone.c ---- */

/* From the zone that the image says ("" ours) to another; false: left as it is, being no point in time. */
bool query_zone_move(char date[9], char *time, size_t time_size, const char *from, int to_minutes);
void query_day_move(char date[9], int days);

/* ---- query_header.c ---- */
/* Does it match 'key' of 'q'? The keys of one sequence are matched together, with the first of them. */
bool header_matches(const json_t *header, const ArchiveQuery *q, const QueryKey *key);

#endif
