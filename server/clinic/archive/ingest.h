/*
 * The archive's entrance: what a modality or a person sends is kept byte for byte, durable before it is
 * acknowledged.
 *
 *     OWNED(Ingest) *in = ingest_begin(archive, &source, syntax, class, instance, err);
 *     while (more) ingest_append(in, bytes, err);
 *     ingest_finish(in, &result, err)       // true: on disk, in the database, traced
 *
 * Freed without ingest_finish, or refused by it, nothing stays. Several threads may receive at once.
 * Source: DICOM PS3.4 annex B; docs/decisions/0006-archive.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_INGEST_H
#define CLINIC_ARCHIVE_INGEST_H

#include "clinic/patients/patient.h"
#include "platform/blobs/blobs.h"
#include "platform/db/db.h"

/* The archive: database, files, cache of frames. Borrowed by all who use it; outlives them. */
typedef struct Archive Archive;

typedef struct ArchiveOptions {
    const char *cache_folder; /* made when missing; everything in it may be deleted at any time */
    const char *ae_title;     /* ours: written as receiving AE in the file meta, answered as Retrieve AE */
} ArchiveOptions;

/* 'host' and 'blobs' are borrowed. */
Archive *archive_open(DbHost *host, Blobs *blobs, const ArchiveOptions *options, Err *err);
void     archive_close(Archive *a);
OWNED_BY(Archive, archive_close)
DbHost     *archive_db(Archive *a);
Blobs      *archive_blobs(Archive *a);
const char *archive_ae_title(const Archive *a);

/* A file without a name in the cache folder, for what must wait before it can be kept: gone once closed. -1 with 'err'
 * (ERR_UNAVAILABLE) when there is none. */
int archive_scratch(const Archive *a, Err *err);

/* Who sends. Strings are borrowed until ingest_finish; NULL reads as "". */
typedef struct IngestSource {
    const char *via;             /* "dimse", "web", "report", "demo" */
    const char *actor;           /* as AuditLine: login, "peer:MODALITY1", "system:jobs" */
    int64_t     person_id;       /* 0: a peer or a system */
    int64_t     organisation_id; /* the site the peer stands at; 0 unknown */
    const char *ae_title;        /* of the sending peer, else "" */
    const char *address;         /* network address */
    const char *factors;         /* of the person's session, else "" */
} IngestSource;

typedef struct Ingest Ingest;

/*
 * A C-STORE: the data set's bytes follow as they come, in 'transfer_syntax'. We write preamble and file meta
 * before them. Errors: ERR_INPUT a UID is malformed, the syntax is unknown or not for storage;
 * ERR_UNAVAILABLE disk.
 */
Ingest *ingest_begin(Archive *a, const IngestSource *source, Slice transfer_syntax, Slice class_uid,
                     Slice instance_uid, Err *err);

/* A whole Part 10 file (STOW-RS, import): kept as it comes. */
Ingest *ingest_begin_file(Archive *a, const IngestSource *source, Err *err);

/* More bytes. Errors stick: after the first, ingest_finish returns it. ERR_LIMIT larger than
 * INGEST_BYTES_MAX. */
#define INGEST_BYTES_MAX ((int64_t)4 << 30)
bool ingest_append(Ingest *in, Slice bytes, Err *err);

typedef enum IngestOutcome {
    INGEST_STORED,
    INGEST_ALREADY, /* the same data set is there: nothing new was kept */
    INGEST_ASIDE,   /* that SOP Instance UID is there with other bytes: kept aside, the first stays what is
                       shown */
} IngestOutcome;

typedef struct IngestResult {
    IngestOutcome outcome;
    char          sop_class[65], sop_instance[65], study[65], series[65];
    int64_t       study_id, instance_id; /* 0 when aside */
    int64_t       patient_id, act_id;    /* 0: not matched */
    bool          wrong_patient;         /* the study is flagged: images and patient differ (E15) */
    int64_t       bytes;
} IngestResult;

/*
 * Ends one instance: header read, file flushed, rows, trace and news committed. True means durable.
 * 'ret' holds the UIDs as soon as they could be read, also on failure (empty else), for STOW answers.
 * Errors: ERR_INPUT no readable data set, one of the four UIDs missing or malformed, command and data set
 * disagree; ERR_LIMIT a header too large; ERR_UNAVAILABLE disk or database (retrying may help).
 */
bool ingest_finish(Ingest *in, IngestResult *ret, Err *err);
void ingest_free(Ingest *in);
OWNED_BY(Ingest, ingest_free)

/*
 * The same by a helper thread, if one is idle, while the caller receives the next one. 'in' is given and freed by
 * ingest_finish_end, which must follow and waits. NULL: 'in' stays the caller's.
 */
typedef struct IngestLater IngestLater;
IngestLater *ingest_finish_begin(Archive *a, Ingest *in, Err *err);
bool         ingest_finish_end(IngestLater *later, IngestResult *ret, Err *err);

/* A whole file at once: begin_file, append, finish. */
bool ingest_file(Archive *a, const IngestSource *source, Slice bytes, IngestResult *ret, Err *err);

/* ---- what the archive waits for: written when a slot is planned ---- */

typedef struct ExpectedStudy {
    const char *study_uid;
    const char *accession; /* "" none */
    int64_t     act_id, patient_id, site_id;
    const char *ae_title; /* of the planned modality */
} ExpectedStudy;

/*
 * In the transaction that plans. The same study UID or act again replaces. Images that came before are linked
 * at once (and compared: see "archive.wrong-patient").
 */
bool expected_study_add(Db *db, const ExpectedStudy *expected, Err *err);
/* The act will not take place: later images of that study are no longer linked. */
bool expected_study_remove(Db *db, int64_t act_id, Err *err);

/* ---- keeping (E30, X5) ---- */

typedef struct ArchiveCheck {
    int64_t instances, bytes; /* read again */
    int64_t missing;          /* a row without its file */
    int64_t altered;          /* the digest differs */
    int64_t leftovers;        /* files without a row */
} ArchiveCheck;

/* Each damaged or missing blob: 'what' is "missing", "altered", "leftover". */
typedef void ArchiveFault(const char *what, const char *instance_uid, const char *blob, void *with);

/* Reads every file again and compares digests. 'fault' may be NULL. True when all could be read; look at the
 * counts. */
bool archive_check(Archive *a, ArchiveFault *fault, void *with, ArchiveCheck *ret, Err *err);

/* What archive_own did. */
typedef struct ArchiveRepair {
    int64_t made_again; /* small files written again from their copies */
    int64_t looked_at;  /* images read and compared */
    int64_t withdrawn;  /* rows without their file: never acknowledged */
} ArchiveRepair;

/*
 * This process is the one that serves, and calls this before any door is open: what a crash left is put in
 * order. From then on arrivals write their files and their rows at the same time, and small files are flushed
 * many at a time; without it each arrival flushes its file first. docs/decisions/0011-ingest.md.
 */
bool archive_own(Archive *a, ArchiveRepair *ret, Err *err);
/* archive_sweep in a thread of its own; archive_close ends it. */
bool archive_sweep_begin(Archive *a, Err *err);

/*
 * The database was lost: every image file without a row gets its rows again, in the order in which they came. What only the
 * database knew (patients, acts, accounts, the trace) does not come back. Repeatable.
 */
typedef struct ArchiveRebuilt {
    int64_t files, known, added, aside, unreadable;
} ArchiveRebuilt;
bool archive_rebuild(Archive *a, ArchiveFault *fault, void *with, ArchiveRebuilt *ret, Err *err);

/*
 * At start: files without a row that are older than an hour go to the quarantine folder, those that lay there
 * for a day are deleted (more than 64 stay where they are: then it is the database that lacks); rows without a file are logged as an alarm. Cheap: sizes are compared, bytes are not
 * read.
 */
bool archive_sweep(Archive *a, ArchiveCheck *ret, Err *err);

#endif
