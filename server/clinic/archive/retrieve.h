/*
 * Sending kept objects: which they are, of whose studies, and their data sets in a transfer syntax that the
 * receiver takes.
 *
 * Where the receiver takes what is stored, its bytes leave as they came.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_RETRIEVE_H
#define CLINIC_ARCHIVE_RETRIEVE_H

#include "clinic/archive/query.h"
#include "clinic/archive/transcode.h"
#include "platform/child/child.h"

enum { RETRIEVE_KINDS_MAX = 512 };

/* A SOP class in a transfer syntax, as stored. */
typedef struct RetrieveKind {
    char class_uid[65], syntax_uid[65];
} RetrieveKind;

typedef struct RetrieveStudy {
    int64_t id, patient_id, act_id, instances; /* 'instances' of this retrieval */
    char    uid[65];
} RetrieveStudy;

typedef struct Retrieve {
    QueryIds       instances;
    RetrieveKind  *kinds;
    RetrieveStudy *studies;
    size_t         kind_count, study_count, study_room;
} Retrieve;

/* What a query of level QUERY_INSTANCE finds. Errors: as query_ids. Nothing found is no error. */
bool retrieve_find(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, Retrieve *ret, Err *err);
/* The same of rows that are known already; 'given' is taken over. */
bool retrieve_ids(Db *db, QueryIds *given, Retrieve *ret, Err *err);
void retrieve_clear(Retrieve *r);

/* Is this instance of this study kept? Not: put aside. For fetching what is missing. */
bool instance_is_here(Db *db, Slice study_uid, Slice instance_uid, bool *ret, Err *err);

/* One object on its way out. */
typedef struct Outgoing {
    InstanceRow row;       /* as stored */
    Blob       *blob;      /* as stored, to be read piece by piece */
    Buf         rewritten; /* in the syntax asked for: uncompressed from uncompressed */
    Object     *made;      /* or with its pixels coded anew */
} Outgoing;

/* ERR_NOT_FOUND it went away; ERR_UNAVAILABLE its file cannot be read. outgoing_close in any case. */
bool outgoing_open(Archive *a, int64_t instance_id, Outgoing *ret, Err *err);
void outgoing_close(Outgoing *o);

/*
 * Its data set in 'syntax_uid', borrowed until the next call or outgoing_close; transcode_offered says which
 * can be asked for. 'codec' may be NULL: then nothing is compressed or decompressed. Errors: ERR_INPUT it
 * cannot be converted.
 */
bool outgoing_in(Archive *a, Outgoing *o, ChildPool *codec, const char *syntax_uid, BlobSource *ret,
                 Err *err);

#endif
