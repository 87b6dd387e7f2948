/*
 * Shared inside the room: the archive itself, what one instance says, and the rows made of it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_ARCHIVE_INTERNAL_H
#define CLINIC_ARCHIVE_ARCHIVE_INTERNAL_H

#include "base/buf.h"
#include "clinic/archive/dose.h"
#include "clinic/archive/ingest.h"
#include "clinic/archive/study.h"
#include "formats/dicom/part10.h"

struct Archive {
    DbHost *host;
    Blobs  *blobs;
    char    cache[512];
    char    ae_title[17];
};

enum { SHA256_BYTES = 32, NO_NUMBER = INT32_MIN };

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
    const IngestSource *source;
    const Header       *header;
    const char         *blob;
    int64_t             bytes, received_at_ms;
    uint8_t             sha256[SHA256_BYTES], dataset_sha256[SHA256_BYTES];
    IngestResult       *result; /* filled by the work */
    bool                keep_blob;
} Arrival;

/* DbWork: all the rows of one arrival, its trace and its news. */
bool arrival_store(Db *db, void *arrival, Err *err);

/* What is known of this SOP Instance UID: nothing (*ret_known false), the same data set, or another. */
typedef struct Known {
    bool    known, same, aside_already;
    int64_t study_id, instance_id, patient_id, act_id;
    bool    wrong_patient;
} Known;
bool instance_known(Db *db, const FourUids *uids, const uint8_t dataset_sha256[SHA256_BYTES], Known *ret,
                    Err *err);

/* ---- whose study (match.c) ---- */

typedef struct Match {
    int64_t patient_id, act_id, site_id; /* 0: none */
} Match;
bool study_match(Db *db, const char *study_uid, const char *accession, const DicomPatient *patient,
                 Match *ret, Err *err);

/* Compares and flags: sets the study's columns, queues the news when it is newly flagged. */
bool study_compare(Db *db, int64_t study_id, int64_t patient_id, const DicomPatient *image, bool *ret_wrong,
                   Err *err);
bool archive_news_job(Db *db, const char *kind, int64_t study_id, Err *err);

/* ---- dose rows (dose_store.c) ---- */
bool dose_store(Db *db, int64_t instance_id, int64_t study_id, int64_t series_id, const DoseFacts *facts,
                Err *err);

void bind_ref(DbQuery *q, int n, int64_t id);        /* 0 binds NULL */
void bind_number(DbQuery *q, int n, int64_t number); /* NO_NUMBER binds NULL */

#endif
