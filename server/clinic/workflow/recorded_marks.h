/*
 * Measures and key images in the patient's record: made DICOM objects of the study by the server, seen by all who may see it. E25.
 *
 * A draft (reading_marks.h) is its author's. At the signature of a report, and whenever the reader asks for it before or after, the
 * draft becomes a version: a structured report, presentation states and a key object selection, kept by the archive like any
 * other object. A later version names the one before and leaves it where it is. docs/decisions/0111-marks-in-the-record.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_RECORDED_MARKS_H
#define CLINIC_WORKFLOW_RECORDED_MARKS_H

#include "clinic/archive/study.h"
#include "clinic/workflow/act_house.h"

#define RECORDED_JOB "act.record-marks"
enum { RECORDED_DESCRIPTION_MAX = 500 };

/* May this person put measures of this study into the record? The reader of the exam; an expert asked about it who accepted. ERR_DENIED
 * ERR_CONFLICT: the images are flagged as another patient's. */
bool recorded_may(const Act *a, const StudyRow *study, int64_t person_id, Err *err);

typedef struct RecordAsked {
    int64_t     act_id;
    bool        for_referrer; /* the key images' title */
    const char *description;  /* of the key images; "" none */
} RecordAsked;
/*
 * The draft of this person as the next version, and the job that makes its objects. In the caller's transaction; recorded_make
 * afterwards need not wait for the job. Errors: as recorded_may; ERR_NOT_FOUND no such act for this person; ERR_CONFLICT nothing
 * is drawn, or nothing changed since the last version.
 */
bool recorded_add(Db *db, const StudyRow *study, const Who *who, const RecordAsked *asked, int64_t *ret_id, Err *err);

/* At the signature of a report of the act: every study of it on which the signer drew. In the transaction of the step. */
bool recorded_at_signature(Db *db, const Act *a, int64_t person_id, int64_t at_ms, Err *err);

/* Makes and keeps the objects of a version that has none yet. May be called twice, at the same time too. */
bool recorded_make(const ActHouse *house, int64_t id, Err *err);

/*
 * What is recorded on a study: reports, presentation states and selections of anybody, ours with their author.
 * docs/api.md, /api/studies/{study}/recorded. 'act_id' 0, or the act in which it is looked at: then "may" is told.
 */
bool recorded_json(const ActHouse *house, Db *db, const StudyRow *study, const ArchiveViewer *viewer, const Who *who, int64_t act_id,
                   json_t **ret, Err *err);

#endif
