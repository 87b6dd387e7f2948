/*
 * Parts of what is recorded, for the files recorded_*.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_RECORDED_INTERNAL_H
#define CLINIC_WORKFLOW_RECORDED_INTERNAL_H

#include "clinic/workflow/recorded_marks.h"
#include "formats/dicom/measures.h"

typedef struct RecordRow {
    int64_t id, study_id, person_id, act_id, version, marks_version, at_ms, kept_at_ms; /* kept 0: not yet */
    bool    is_signed, for_referrer;
    char    description[RECORDED_DESCRIPTION_MAX + 1];
    json_t *content; /* owned; NULL once its objects are kept */
} RecordRow;
void record_clear(RecordRow *r);
/* ERR_NOT_FOUND. */
bool record_load(Db *db, int64_t id, RecordRow *ret, Err *err);
/* The last version of a person on a study; false with ERR_NONE in 'err' when there is none. */
bool record_last(Db *db, int64_t study_id, int64_t person_id, RecordRow *ret, bool *ret_found, Err *err);
/* The structured report of version 'version'; "" when there is none. */
bool record_report_uid(Db *db, const RecordRow *r, int64_t version, char ret[65], Err *err);

typedef struct MadeObject {
    char uid[65], kind[8];
} MadeObject;
/* The objects are kept. Nothing happens when they were known already. */
bool record_done(Db *db, const RecordRow *r, const MadeObject *objects, size_t count, Err *err);

/* A set of marks (reading_marks.h) with the images it stands on, read from their files. */
typedef struct RecordSet {
    Arena        *arena;
    MeasureImage *images;
    size_t        image_count;
    Measure      *marks;
    KeyPlace     *keys;
    size_t        mark_count, key_count;
    Blob         *blob; /* of the first image: 'patient_of' points into it */
    Dataset      *patient_of;
} RecordSet;
/* Marks on images that are not there any more are left out. ERR_CONFLICT: the study has no image to take the patient from. */
bool record_set_load(Archive *archive, Db *db, const StudyRow *study, int64_t person_id, const json_t *content, RecordSet *ret, Err *err);
void record_set_clear(RecordSet *s);

#endif
