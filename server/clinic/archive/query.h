/*
 * Searching the archive: QIDO-RS and C-FIND at patient, study, series and instance level.
 *
 * SQL narrows by what is indexed; the exact matching of the standard (wild cards, ranges, lists, folded
 * names, attributes of the kept headers) is done on what comes out. Source: DICOM PS3.4 §C.2; PS3.18 §10.6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_QUERY_H
#define CLINIC_ARCHIVE_QUERY_H

#include <jansson.h>

#include "clinic/archive/study.h"

typedef enum QueryLevel { QUERY_PATIENT, QUERY_STUDY, QUERY_SERIES, QUERY_INSTANCE } QueryLevel;

enum {
    QUERY_KEYS_MAX      = 64,
    QUERY_INCLUDE_MAX   = 64,
    QUERY_DEPTH_MAX     = 3,     /* sequences around a key */
    QUERY_VALUE_MAX     = 65536, /* bytes of one value: a thousand UIDs */
    QUERY_LIMIT_DEFAULT = 500,
    QUERY_LIMIT_MAX     = 5000,
    QUERY_IDS_MAX       = 2000000, /* answers of one C-FIND, images of one C-MOVE */
    QUERY_HEADERS_MAX   = 20000,   /* kept headers that one query may look into */
};

typedef struct QueryKey {
    uint32_t tag;
    Slice    value;                   /* UTF-8, borrowed; empty: universal, only asks for the attribute */
    uint32_t within[QUERY_DEPTH_MAX]; /* sequences it stands in, outermost first; 0 ends */
} QueryKey;

typedef struct ArchiveQuery {
    QueryLevel level;
    QueryKey   keys[QUERY_KEYS_MAX];
    size_t     key_count;
    uint32_t   include[QUERY_INCLUDE_MAX];
    size_t     include_count;
    bool       include_all, fuzzy;
    bool       zoned;         /* times are asked for, matched and told 'zone_minutes' east of UTC */
    int        zone_minutes;
    bool       combined;      /* Study Date and Time are one point in time (PS3.4 §C.2.2.2.5.3) */
    int64_t    limit, offset; /* limit 0: QUERY_LIMIT_DEFAULT; not looked at by query_ids */
} ArchiveQuery;

/* Adds a key. ERR_LIMIT too many; ERR_INPUT malformed date, time, range or UID list. Keys that cannot be
 * matched at the query's level are kept out of matching: query_unsupported tells (status FF01). */
bool query_key(ArchiveQuery *q, uint32_t tag, Slice value, Err *err);
bool query_key_within(ArchiveQuery *q, const uint32_t within[QUERY_DEPTH_MAX], uint32_t tag, Slice value,
                      Err *err);

/*
 * One parameter of a QIDO URL, percent-decoded: "PatientName" or "00100010", also within sequences
 * ("RequestAttributesSequence.00400009"), "includefield", "limit", "offset", "fuzzymatching". ERR_INPUT an attribute nobody knows, or a bad value. Values are borrowed.
 */
bool query_parameter(ArchiveQuery *q, Slice name, Slice value, Err *err);

/* Does the query name keys that we cannot match at this level? */
bool query_unsupported(const ArchiveQuery *q);

/* Is this attribute one of its level or above, so that an answer can tell it? */
bool query_tells(QueryLevel level, uint32_t tag);

/* "+0100", "-0430" (0008,0201); false: no such offset. */
bool query_zone_read(Slice text, int *ret_minutes);

/* What was found. */
typedef struct QueryCount {
    int64_t answers;
    bool    more; /* the limit cut the answer: HTTP Warning 299 */
} QueryCount;

/* One answer: the attributes of its level and above. Values are text in UTF-8; "" when unknown. */
typedef struct QueryRow {
    QueryLevel level;
    StudyRow   study; /* of a patient: the study received last */
    char       study_referring[325], study_time_zone[9];
    /* series and below */
    char series_uid[65], series_modality[17], series_description[65], series_date[9], series_time[17],
        series_body[17];
    char    station[17];
    int64_t series_id;
    int64_t series_number; /* INT64_MIN when absent */
    int64_t series_instances;
    /* instance */
    char     instance_uid[65], class_uid[65], syntax_uid[65];
    int64_t  instance_number; /* INT64_MIN when absent */
    uint32_t frames, rows, columns, bits_allocated;
    int64_t  instance_id;
} QueryRow;

/* Its dates and times, moved to that zone, and what it says of its zone. And those of a kept header. */
void query_row_zone(QueryRow *row, int minutes);
void query_header_zone(json_t *header, int minutes);

typedef bool QueryEach(const QueryRow *row, void *with); /* false stops */

/* Keys of the rows that match, in no order: little memory, and a snapshot that is soon given back. */
typedef struct QueryIds {
    int64_t *at;
    size_t   count, room;
} QueryIds;
void query_ids_clear(QueryIds *ids);
bool query_ids_add(QueryIds *ids, int64_t id, Err *err); /* ERR_LIMIT more than QUERY_IDS_MAX */
/* ERR_LIMIT more than QUERY_IDS_MAX, or too many headers to look into. */
bool query_ids(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, QueryIds *ret, Err *err);
/* One of them. *ret_found false: it went away meanwhile. */
bool query_row(Db *db, QueryLevel level, int64_t id, QueryRow *ret, bool *ret_found, Err *err);

/*
 * What is counted or gathered for one answer: Number of Patient Related Studies, Series, Instances, SOP
 * Classes in Study. *ret_known false: not one of these, or not told at this level.
 */
bool query_gathered(Db *db, const QueryRow *row, const ArchiveViewer *viewer, uint32_t tag, Buf *ret,
                    bool *ret_known, Err *err);

/* The kept header that stands for an answer (its first instance's), in the DICOM JSON model. */
bool query_header(Db *db, const QueryRow *row, json_t **ret, Err *err);

/* Runs, newest study first. For C-FIND. */
bool query_each(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, QueryEach *each, void *with,
                QueryCount *ret, Err *err);

/* Value of an attribute of an answer as DICOM text ("\\" parts values); false when this level does not have
 * it. */
bool query_value(const QueryRow *row, uint32_t tag, Buf *ret);
/* Attributes always answered at a level, ended by 0: the required ones of PS3.18 tables 10.6.3-3 to -5. */
const uint32_t *query_default_tags(QueryLevel level);

/*
 * Runs and adds a JSON array in the DICOM JSON model. 'base' is the DICOMweb root for Retrieve URLs
 * ("https://host/dicom-web"). Errors: as query_each; ERR_LIMIT the buffer's ceiling.
 */
bool query_json(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, const char *base, Buf *ret,
                QueryCount *ret_count, Err *err);

#endif
