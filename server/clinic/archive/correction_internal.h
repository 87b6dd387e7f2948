/*
 * A correction as its row says it, and the steps that make it true.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_CORRECTION_INTERNAL_H
#define CLINIC_ARCHIVE_CORRECTION_INTERNAL_H

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/correction.h"
#include "formats/dicom/rewrite.h"

#define CORRECTION_JOB "archive.correct"

typedef struct Correction {
    int64_t      id, at_ms, site_id;
    char         kind[16], state[16], source_uid[65], target_uid[65];
    char         series[8192], attributes[8192];
    bool         strip;
    DicomPatient before; /* as the images said */
    Match        was, becomes;
    int64_t      person_id;
    char         actor[128], factors[64];
} Correction;

bool correction_load(Db *db, int64_t id, Correction *ret, Err *err);

/*
 * The corrected file of a stored one: values of 'c' written, the old ones in a new item of the Original
 * Attributes Sequence. 'ds' must outlive 'ret'. Errors: ERR_INPUT a value cannot be written.
 */
bool correction_rewrite(const Correction *c, const Dataset *ds, const Part10 *from, Rewritten *ret, Err *err);

/* Is this series one of those that the correction is about? */
bool correction_chose(const Correction *c, const char *series_uid);

/* ---- references to the study the images were in (correction_references.c) ---- */

/* Does this sequence (or one inside it) name the old study for series that moved? */
bool correction_refers(const Correction *c, const Dataset *ds, const Element *e);
/* Writes such a sequence with the new study where it follows. */
void correction_follow(const Correction *c, const Dataset *ds, const Element *e, DicomWriter *w);

/* Attributes that name a patient beside the five that are written: taken out when the patient is another one.
 */
extern const uint32_t CORRECTION_STRIPPED[];
extern const size_t   CORRECTION_STRIPPED_COUNT;

/* Does an image that says this fall under a correction made after 'after' (0: any)? Its job is added;
 * *ret_expected: its identity is the one that was corrected, so that a difference from the study is no news.
 */
bool correction_awaits(Db *db, const Header *h, int64_t after, bool *ret_expected, Err *err);

/* ---- rows (ingest_place.c) ---- */

/*
 * An instance that is there goes under what its new header says: study and series made when missing, rows of
 * header and dose made anew. 'match' is for a study that is made. Counts are left to study_recount.
 */
bool instance_place(Db *db, const Arrival *a, int64_t instance_id, const Match *match, int64_t *ret_study_id,
                    Err *err);
/* The same data set came again while its file is known to be damaged: the new file takes its place. */
bool instance_heal(Db *db, Arrival *a, int64_t instance_id, int64_t study_id, bool *ret_healed, Err *err);
/* Counts, dates and modalities of a study from its instances; series and study without any are removed. */
bool study_recount(Db *db, int64_t study_id, Err *err);
/* The study says what this header says: patient, accession, description. */
bool study_says(Db *db, int64_t study_id, const Header *h, Err *err);

#endif
