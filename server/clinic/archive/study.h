/*
 * Studies, series and instances of the archive: who may see them, where their bytes are, what an act has
 * received.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_STUDY_H
#define CLINIC_ARCHIVE_STUDY_H

#include <jansson.h>

#include "base/buf.h"
#include "clinic/archive/ingest.h"

/*
 * For whom a query runs. A person sees studies of patients they have a grant for; a site's modality (peer)
 * sees the studies of its site; 'sees_all' is for MAY_ARCHIVE people and for our own jobs, unmatched studies
 * included.
 */
typedef struct ArchiveViewer {
    int64_t person_id;       /* 0: none */
    int64_t organisation_id; /* of a peer; 0: none */
    int64_t now_s;
    bool    sees_all;
} ArchiveViewer;

typedef struct StudyRow {
    int64_t id, patient_id, act_id, site_id; /* 0: none */
    char    uid[65];
    char    date[9], time[17], accession[17], description[65], study_id[17], modalities[65]; /* "CT\\SR" */
    char    patient_name[325], patient_key[65], patient_issuer[65], patient_birth[9],
        patient_sex[17]; /* as the images say */
    int64_t series, instances, bytes, first_at_ms, last_at_ms;
    bool    wrong_patient;
} StudyRow;

/* ERR_NOT_FOUND: no such study, or none this viewer may see. */
bool study_find(Db *db, Slice study_uid, const ArchiveViewer *viewer, StudyRow *ret, Err *err);
bool study_load(Db *db, int64_t study_id, StudyRow *ret, Err *err); /* whoever asks: jobs */

typedef struct InstanceRow {
    int64_t  id, study_id, series_id, patient_id, act_id;
    char     study_uid[65], series_uid[65], uid[65], class_uid[65], syntax_uid[65], modality[17];
    char     sha256[65];            /* of the file, hexadecimal: strong ETag */
    char     blob[256];             /* name in the blob store: X-Accel path is /_blobs/<blob> */
    int64_t  bytes, dataset_at;     /* the data set begins at dataset_at */
    int64_t  number;                /* Instance Number, 0 when absent */
    uint32_t frames, rows, columns; /* 0 frames: no image */
    int64_t  received_at_ms;
} InstanceRow;

/* ERR_NOT_FOUND: not there, or not for this viewer. */
bool instance_find(Db *db, Slice study_uid, Slice series_uid, Slice instance_uid, const ArchiveViewer *viewer,
                   InstanceRow *ret, Err *err);

/*
 * Every instance of a study, or of one series (empty 'series_uid': all), or one instance, by series and
 * instance number. ERR_NOT_FOUND when there is none for this viewer. 'each' returns false to stop.
 */
typedef bool InstanceEach(const InstanceRow *row, void *with);
bool         instances_each(Db *db, Slice study_uid, Slice series_uid, Slice instance_uid,
                            const ArchiveViewer *viewer, InstanceEach *each, void *with, Err *err);

/* Is this instance safely here? For storage commitment and counting (E22). */
bool instance_kept(Db *db, Slice class_uid, Slice instance_uid, bool *ret, Err *err);

/*
 * WADO-RS metadata: a JSON array of the kept headers (made at ingest, without bulk data; BulkDataURIs are
 * "/dicom-web/studies/…/bulkdata/GGGGEEEE"). Same filters and errors as instances_each; ERR_LIMIT the
 * buffer's ceiling.
 */
bool instances_metadata(Db *db, Slice study_uid, Slice series_uid, Slice instance_uid,
                        const ArchiveViewer *viewer, Buf *ret, Err *err);

/*
 * The same of a study or series as a ready file below the cache folder ("headers/…json", and ".gz" beside
 * it), made when missing: for X-Accel-Redirect below /_cache/.
 */
bool metadata_file(Archive *a, Db *db, Slice study_uid, Slice series_uid, const ArchiveViewer *viewer,
                   char ret_path[160], Err *err);
void metadata_forget(const Archive *a, Slice study_uid);

/* What an act has received; zeros when nothing came. */
typedef struct ActImages {
    int64_t studies, instances;
    int64_t last_at_ms;
    bool    wrong_patient;
    bool    pictures; /* some of them can be looked at: a report kept as a document is no picture */
} ActImages;
bool act_images(Db *db, int64_t act_id, ActImages *ret, Err *err);

/* docs/api.md §4 "images": JSON object; JSON null when nothing came. 'wrong_patient' is the list of
 * differences. */
bool act_images_json(Db *db, int64_t act_id, json_t **ret, Err *err);

/*
 * A person who may (MAY_ARCHIVE) says whose study this is: sets patient and act (0: none), clears or sets the
 * flag by comparing again; 'accept_differences' clears it with a reason. Traced.
 */
typedef struct StudyAssign {
    int64_t     study_id, patient_id, act_id;
    bool        accept_differences;
    const char *reason; /* required */
} StudyAssign;
bool study_assign(Db *db, const StudyAssign *assign, const PatientBy *by, Err *err);

/* Instances that came with a known UID and other bytes, newest first. */
typedef struct AsideRow {
    int64_t id, received_at_ms, bytes;
    char    study_uid[65], uid[65], blob[256], reason[64], actor[64];
} AsideRow;
typedef bool AsideEach(const AsideRow *row, void *with);
bool         instances_aside_each(Db *db, AsideEach *each, void *with, Err *err);

#endif
