/*
 * Searching the archive: QIDO-RS and C-FIND at study, series and instance level.
 *
 * SQL narrows by what is indexed; the exact matching of the standard (wild cards, ranges, lists, folded
 * names) is done on what comes out. Source: DICOM PS3.4 §C.2; PS3.18 §10.6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_QUERY_H
#define CLINIC_ARCHIVE_QUERY_H

#include "clinic/archive/study.h"

typedef enum QueryLevel { QUERY_STUDY, QUERY_SERIES, QUERY_INSTANCE } QueryLevel;

enum {
    QUERY_KEYS_MAX      = 32,
    QUERY_INCLUDE_MAX   = 64,
    QUERY_VALUE_MAX     = 2048, /* bytes of one value (libraries note: query values 2 kB) */
    QUERY_LIMIT_DEFAULT = 500,
    QUERY_LIMIT_MAX     = 5000,
};

typedef struct QueryKey {
    uint32_t tag;
    Slice    value; /* UTF-8, borrowed; empty: universal, only asks for the attribute */
} QueryKey;

typedef struct ArchiveQuery {
    QueryLevel level;
    QueryKey   keys[QUERY_KEYS_MAX];
    size_t     key_count;
    uint32_t   include[QUERY_INCLUDE_MAX];
    size_t     include_count;
    bool       include_all, fuzzy;
    int64_t    limit, offset; /* limit 0: QUERY_LIMIT_DEFAULT; C-FIND sets QUERY_LIMIT_MAX */
} ArchiveQuery;

/* Adds a key. ERR_LIMIT too many; ERR_INPUT malformed date, time, range or UID list. Unknown tags are kept
 * out of matching: query_unsupported tells (status FF01). */
bool query_key(ArchiveQuery *q, uint32_t tag, Slice value, Err *err);

/*
 * One parameter of a QIDO URL, percent-decoded: "PatientName" or "00100010", "includefield", "limit",
 * "offset", "fuzzymatching". ERR_INPUT an attribute nobody knows, or a bad value. Values are borrowed.
 */
bool query_parameter(ArchiveQuery *q, Slice name, Slice value, Err *err);

/* Does the query name keys that we cannot match at this level? */
bool query_unsupported(const ArchiveQuery *q);

/* What was found. */
typedef struct QueryCount {
    int64_t answers;
    bool    more; /* the limit cut the answer: HTTP Warning 299 */
} QueryCount;

/* One answer: the attributes of its level and above. Values are text in UTF-8; "" when unknown. */
typedef struct QueryRow {
    QueryLevel level;
    StudyRow   study;
    char       study_referring[325];
    /* series and below */
    char series_uid[65], series_modality[17], series_description[65], series_date[9], series_time[17],
        series_body[17];
    char    station[17];
    int64_t series_number; /* INT64_MIN when absent */
    int64_t series_instances;
    /* instance */
    char     instance_uid[65], class_uid[65], syntax_uid[65];
    int64_t  instance_number; /* INT64_MIN when absent */
    uint32_t frames, rows, columns, bits_allocated;
    int64_t  instance_id;
} QueryRow;

typedef bool QueryEach(const QueryRow *row, void *with); /* false stops */

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
