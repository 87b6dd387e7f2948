/*
 * The reading ledger: which images of a study were shown to a person, for how long, whole or still being refined. E25.
 *
 * Kept per study and person, added to in batches. Nothing is signed while an image was only ever shown incomplete;
 * images that were not shown are listed, not forbidden: a scout need not be opened. What was computed from a series (planes
 * through it, PET laid over CT, a body) is kept beside, under the series: no image counts as seen by it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_READING_LEDGER_H
#define CLINIC_WORKFLOW_READING_LEDGER_H

#include <jansson.h>

#include "clinic/archive/study.h"
#include "clinic/workflow/act_projection.h"

enum { READING_BATCH_MAX = 2000 };

/*
 * Adds [{sop,frame,full_ms,partial_ms} or {series,made:"planes"|"body",full_ms,partial_ms}], partial_ms of what was made: of a
 * reduced preview. What is not of this study is passed over. ERR_INPUT, ERR_LIMIT.
 */
bool reading_ledger_add(Db *db, const StudyRow *study, int64_t person_id, const json_t *images, Err *err);

/*
 * {"images","seen","incomplete","full_ms","series":[{uid,number,description,modality,images,seen,incomplete,planes_ms,
 * body_ms,preview_ms}]}: frames in all, shown whole, shown but never whole; how long planes and bodies made of the series were
 * looked at, and reduced previews; of image series only.
 */
bool reading_ledger_json(Db *db, const StudyRow *study, int64_t person_id, json_t **ret, Err *err);

enum { SUMMARY_SERIES_MAX = 40 };
/*
 * What a signature keeps of it: {"images","seen","incomplete","full_ms","series":[{study,number,description,modality,images,seen,
 * incomplete,full_ms,unseen}],"more"}. 'unseen' lists the numbers of the images that were not shown whole ("3-7, 12"); "more" counts
 * the series beyond SUMMARY_SERIES_MAX, which are in the sums. Of an opinion: of the series that were chosen for it.
 */
bool reading_summary(Db *db, const Act *a, int64_t person_id, json_t **ret, Err *err);

/* Images of this act's studies that were shown to the person and never whole. */
bool reading_incomplete(Db *db, int64_t act_id, int64_t person_id, int64_t *ret, Err *err);

#endif
