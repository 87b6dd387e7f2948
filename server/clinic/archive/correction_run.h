/*
 * One correction under way: its instances, as they are shown and as they will be.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_CORRECTION_RUN_H
#define CLINIC_ARCHIVE_CORRECTION_RUN_H

#include "clinic/archive/correction_internal.h"
#include "clinic/archive/deletion_internal.h"

enum { CORRECTION_REPORTS_MAX = 16 };

/* One instance: the version that is shown, and the one that will be. */
typedef struct CorrectionChange {
    int64_t id, study_id, bytes, dataset_at, received_at_ms, person_id, organisation_id, version_id;
    char    uid[65], study_uid[65], series_uid[65], class_uid[65], syntax_uid[65], blob[256], via[16],
        actor[128];
    uint8_t sha256[SHA256_BYTES], dataset_sha256[SHA256_BYTES];
    char    new_blob[256];
    int64_t new_bytes;
    uint8_t new_sha256[SHA256_BYTES], new_dataset_sha256[SHA256_BYTES];
    Header  header; /* of the new one */
    bool    ready, made;
} CorrectionChange;

typedef struct CorrectionRun {
    Archive   *a;
    Correction c;
    CorrectionChange    *changes;
    size_t     count, room;
    bool       back;  /* undoing */
    bool       stale; /* something changed meanwhile: once more */
    int64_t    told_at_ms;
    /* undoing: report objects that went into the basket with the correction, which come back with it */
    DeletionBack *reports[CORRECTION_REPORTS_MAX];
    size_t        report_count;
    char          undone_by[128], undone_reason[1024];
    PatientBy     by;
} CorrectionRun;

/* The new file of each change, flushed and read again ('ready'); changes that are not ours to make leave the list.
 * Tells on the way how far it is. Errors: ERR_CONFLICT a version is damaged; those of reading and writing. */
bool correction_files(CorrectionRun *r, Err *err);

#endif
