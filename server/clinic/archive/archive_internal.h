/*
 * Shared inside the room: the archive itself, what one instance says, and the rows made of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_ARCHIVE_INTERNAL_H
#define CLINIC_ARCHIVE_ARCHIVE_INTERNAL_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/buf.h"
#include "clinic/archive/agent.h"
#include "clinic/archive/dose.h"
#include "clinic/archive/ingest.h"
#include "clinic/archive/study.h"
#include "formats/dicom/part10.h"

enum { SHA256_BYTES = 32, NO_NUMBER = INT32_MIN };

/* Rows committed whose files are still on their way to the disk (flight.c). */
enum { FLIGHT_MAX = 256 };
typedef struct Flight {
    pthread_mutex_t lock;
    int64_t         ids[FLIGHT_MAX];
    size_t          count;
    int64_t         last, sealed; /* keys of instances */
    int64_t         bytes;        /* since the seal moved */
} Flight;

/* Small files whose bytes are in the database until they are flushed (pending.c). */
enum { PENDING_BYTES = 64 << 10 };
typedef struct Pending {
    _Atomic int64_t count;
    pthread_t       thread;
    pthread_mutex_t lock;
    pthread_cond_t  news;
    bool            runs, stopping;
} Pending;

/* Threads that end arrivals for others (ingest_later.c). */
enum { FINISHERS_MAX = 8 };
typedef struct Finishers {
    pthread_mutex_t lock;
    pthread_cond_t  news, done;
    IngestLater    *first;
    pthread_t       threads[FINISHERS_MAX];
    int             count; /* started when first needed */
    bool            stopping;
} Finishers;

/* What is known of the limits without asking the database (quota.c). */
typedef struct Quotas {
    _Atomic int64_t asked_ms; /* monotonic; 0: not yet */
    atomic_bool     limited;  /* at least one limit is set */
    _Atomic int64_t full_site; /* of the last refusal that left no trace yet; -1: none */
} Quotas;

struct Archive {
    DbHost *host;
    Blobs  *blobs;
    char    cache[512];
    char    ae_title[17];

    bool        owner; /* archive_own was called: rows may be committed before their file is flushed */
    Flight      flight;
    Pending     pending;
    Finishers   finishers;
    Quotas      quotas;

    pthread_mutex_t deletion_ends; /* a restore or a purge: never both of one deletion */
    atomic_int  arriving;   /* instances between their begin and their end */
    int         processors; /* of this machine */
    pthread_t   sweeper;
    bool        sweeps;
    atomic_bool stopping;
};

/* ---- one instance, read (header.c) ---- */

typedef struct Header {
    FourUids     uids;
    char         syntax_uid[65];
    size_t       dataset_at;
    DicomPatient patient;
    char study_date[9], study_time[17], accession[17], study_description[65], study_key[17], referring[325];
    char time_zone[9]; /* (0008,0201) */
    char modality[17], series_description[65], series_date[9], series_time[17], body_part[17], station[17];
    int64_t   series_number, instance_number; /* NO_NUMBER when absent */
    uint32_t  frames, rows, columns, bits_allocated;
    DoseFacts dose;
    AgentFacts agents;
    Buf       json; /* zlib */
    size_t    json_plain;
} Header;

/* The whole file: parsed to its end, so that a damaged one is seen. */
bool header_read(Slice file, Header *ret, Err *err);
void header_clear(Header *h);
bool zip_text(Slice plain, Buf *ret, Err *err);
bool unzip_text(Slice packed, size_t plain_bytes, Buf *ret, Err *err);

/* UTF-8 cut between characters, control characters left out. */
void text_keep(Slice utf8, char *ret, size_t size);

/* ---- rows (ingest_store.c) ---- */

typedef struct Arrival {
    Archive            *archive;
    const IngestSource *source;
    const Header       *header;
    const char         *blob;
    int64_t             bytes, received_at_ms;
    uint8_t             sha256[SHA256_BYTES], dataset_sha256[SHA256_BYTES];
    bool                flushed;     /* the file is on disk already */
    Slice               copy;        /* of a small file: committed with the rows; else nothing */
    IngestResult       *result;      /* filled by the work */
    bool                keep_blob;   /* the same: what was received is kept */
    bool                flush_first; /* nothing was done: this one must be flushed before its rows */
    int64_t             in_flight;   /* the row whose file was not yet flushed; 0 none */
} Arrival;

/* DbWork: all the rows of one arrival, its trace and its news. */
bool arrival_store(Db *db, void *arrival, Err *err);

/* Pieces of it, for instances that change their place (ingest_place.c). */
typedef struct Match Match;
bool                 study_row_for(Db *db, const Arrival *a, const Match *match, int64_t *ret_id, Err *err);
bool                 series_row_for(Db *db, const Arrival *a, int64_t study_id, int64_t *ret_id, Err *err);
bool                 study_name_words(Db *db, int64_t study_id, Slice folded, Err *err);

/* ---- files and rows at the same time (flight.c, pending.c); docs/decisions/0011-ingest.md ---- */

/* SHA-256 of what stands before the data set followed by the data set's own. 'dataset_sha256' NULL: computed.
 */
bool file_digest(Slice file, size_t dataset_at, const uint8_t dataset_sha256[SHA256_BYTES],
                 uint8_t ret[SHA256_BYTES]);
bool file_digest_is(Slice file, size_t dataset_at, Slice sha256);

bool flight_has_room(Archive *a);
/* On the writer, in the arrival's transaction, for each new row: moves the seal now and then. */
bool flight_begin(Db *db, Archive *a, int64_t instance_id, int64_t bytes, bool in_flight, Err *err);
void flight_end(Archive *a, int64_t instance_id); /* its file is flushed, or row and file are gone */
bool flight_seal(Archive *a, Err *err);
bool flight_recover(Archive *a, ArchiveRepair *sum, Err *err);

/* DbWork on an int64_t: the rows of an instance whose file did not reach the disk. */
bool arrival_withdraw(Db *db, void *instance_id, Err *err);

void finishers_open(Archive *a);
void finishers_close(Archive *a);

bool pending_has_room(Archive *a);
bool pending_add(Db *db, const char *blob, Slice bytes, Err *err);
void pending_added(Archive *a); /* after the commit */
bool pending_settle(Archive *a, Err *err);
bool pending_recover(Archive *a, ArchiveRepair *sum, Err *err);
bool pending_start(Archive *a, Err *err);
void pending_stop(Archive *a);

/* What is known of this SOP Instance UID: nothing (*ret_known false), the same data set, or another. */
typedef struct Known {
    bool    known, same, aside_already;
    int64_t study_id, instance_id, patient_id, act_id;
    bool    wrong_patient;
} Known;
bool instance_known(Db *db, const FourUids *uids, const uint8_t dataset_sha256[SHA256_BYTES], Known *ret,
                    Err *err);

/* ---- whose study (match.c) ---- */

struct Match {
    int64_t patient_id, act_id, site_id; /* 0: none */
};
bool study_match(Db *db, const char *study_uid, const char *accession, const DicomPatient *patient,
                 Match *ret, Err *err);

/* Compares and flags: sets the study's columns, queues the news when it is newly flagged. */
bool study_compare(Db *db, int64_t study_id, int64_t patient_id, const DicomPatient *image, bool *ret_wrong,
                   Err *err);
bool archive_news_job(Db *db, const char *kind, int64_t study_id, Err *err);

/* ---- how much may be kept (quota.c) ---- */

/* On the writer, after the rows of an arrival: is there still room under the limits of its site and of the whole
 * store? ERR_FULL, and its transaction is undone. Nothing is asked while no limit is set; what this house itself
 * makes (signed reports) is counted and never refused. */
bool quota_admits(Db *db, const Arrival *a, int64_t study_id, Err *err);
/* After a refusal for want of room: the first one under a limit leaves a line of the trace. */
void quota_refused(Archive *a, const Err *why);

/* ---- dose rows (dose_store.c) ---- */
bool dose_store(Db *db, int64_t instance_id, int64_t study_id, int64_t series_id, const DoseFacts *facts,
                Err *err);

/* ---- files and rows (keep.c) ---- */
bool blob_is_image(const char *name); /* yyyy/mm/dd/….dcm; other rooms keep files in the same store */
bool blob_has_row(Archive *a, const char *blob, bool *ret, Err *err);
bool digest_of_row(Slice value, uint8_t ret[SHA256_BYTES]);

void bind_ref(DbQuery *q, int n, int64_t id);        /* 0 binds NULL */
void bind_number(DbQuery *q, int n, int64_t number); /* NO_NUMBER binds NULL */

#endif
