/*
 * Corrections: a study's identity set right, a study that goes to another patient, series that go to another
 * study, two patients that are one. IHE Radiology TF (Patient Information Reconciliation), DICOM PS3.3
 * §C.12.1.1.9.
 *
 * The file that came in is never touched. A corrected one is made beside it, with an Original Attributes
 * Sequence that says what was written before; both are kept, one is shown, everywhere. What comes later under
 * the old identity is corrected the same way. Everything can be undone, the last correction first.
 * docs/decisions/0021-corrections.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_CORRECTION_H
#define CLINIC_ARCHIVE_CORRECTION_H

#include "clinic/archive/study.h"
#include "platform/jobs/jobs.h"

typedef enum CorrectionKind { CORRECTION_IDENTITY, CORRECTION_MOVE, CORRECTION_SPLIT } CorrectionKind;

/*
 * What a person asks. Borrowed. IDENTITY: 'values' are written into all images of the study. MOVE: the study
 * belongs to 'patient_id', whose identity is written, and whatever else names the other one is taken out.
 * SPLIT: 'series' go to the study 'target_uid', or (empty) to a new one, of 'patient_id' (0: of the same
 * patient as before).
 */
typedef struct CorrectionAsked {
    CorrectionKind kind;
    int64_t        study_id, patient_id, merge_id;
    const json_t  *values;    /* {"PatientName": "…"}: see correction_may_change; NULL: none */
    const json_t  *series;    /* array of UIDs */
    Slice          accession; /* MOVE, SPLIT: the planned exam that awaits these images; empty: none */
    Slice          target_uid, reason;
} CorrectionAsked;

/* PatientName, PatientID, IssuerOfPatientID, PatientBirthDate, PatientSex, AccessionNumber, StudyDescription.
 */
bool correction_may_change(Slice keyword);

/* What it would do: {"before":{…},"after":{…},"instances":N,"series":[…],"taken_out":[keywords]}. Same errors
 * as _begin. */
bool correction_preview(Db *db, const CorrectionAsked *asked, json_t **ret, Err *err);

/*
 * Writes the order and its job, in the caller's transaction; the images follow within moments. Traced.
 * Errors: ERR_INPUT no reason, a value its attribute cannot hold, nothing that changes; ERR_NOT_FOUND;
 * ERR_CONFLICT another correction of that study is under way, an image of it is in quarantine.
 */
bool correction_begin(Db *db, const CorrectionAsked *asked, const PatientBy *by, int64_t *ret_id, Err *err);

/* The same for the way back. ERR_CONFLICT: a later correction stands upon it, or it is not done. */
bool correction_undo(Db *db, int64_t id, Slice reason, const PatientBy *by, Err *err);

/* Newest first, of one study (empty UID: all), at most 200. One by its id. */
bool corrections_json(Db *db, Slice study_uid, json_t **ret, Err *err);
bool correction_json(Db *db, int64_t id, json_t **ret, Err *err);
/* Name of the file that it put away for an instance. ERR_NOT_FOUND. */
bool correction_version_blob(Db *db, int64_t id, Slice instance_uid, char ret[256], Err *err);
/* Those of a merge. */
bool corrections_of_merge(Db *db, int64_t merge_id, int64_t *ret_ids, size_t room, size_t *ret_count,
                          Err *err);

/* Does the work that is asked for, in the background; what a restart interrupted is taken up again. */
typedef struct Corrections Corrections;
Corrections               *corrections_start(Archive *a, Err *err);
void                       corrections_stop(Corrections *c);
OWNED_BY(Corrections, corrections_stop)

/* Does one now (tests, commands). */
bool correction_run(Archive *a, int64_t id, Err *err);

#endif
