/*
 * Images that come on a medium (a disc, a folder): taken file by file, held apart, and let into the record
 * only when a person has said whose they are. E5, E15, E25.
 *
 * Held files are durable as soon as they are acknowledged, so a cut line or a closed page loses none: asked
 * again, import_have says which are here. docs/decisions/0014-media.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_IMPORT_H
#define CLINIC_ARCHIVE_IMPORT_H

#include <jansson.h>

#include "clinic/archive/study.h"
#include "platform/jobs/jobs.h"

enum {
    IMPORT_PATH_MAX  = 512,
    IMPORT_FILES_MAX = 200000,
    IMPORT_ASKED_MAX = 1000, /* files of one question */
    IMPORT_TURN_MS   = 3000, /* one turn of letting in: then the page asks for the next */
};

typedef struct ImportRow {
    int64_t id, person_id, patient_id, act_id, created_at_ms;
    char    origin[128], state[12];
} ImportRow;

/* Begins, traced. The patient must be one this person sees. Errors: ERR_NOT_FOUND, ERR_INPUT no origin. */
bool import_begin(Db *db, int64_t patient_id, int64_t act_id, Slice origin, const PatientBy *by,
                  ImportRow *ret, Err *err);

/* ERR_NOT_FOUND: none of this person's, or the patient is no longer for them. */
bool import_load(Db *db, int64_t id, int64_t person_id, ImportRow *ret, Err *err);

/*
 * Which of [{"path","sha256","bytes"}] need not be sent: adds their places to 'ret'. Those that the archive
 * has in this patient's record are noted as "already".
 */
bool import_have(Db *db, const ImportRow *row, const json_t *files, json_t *ret, Err *err);

/* One file on its way into the house. */
typedef struct ImportTake ImportTake;
ImportTake               *import_take_begin(Archive *a, const ImportRow *row, Slice path, Err *err);
bool                      import_take_append(ImportTake *t, Slice bytes, Err *err);
/*
 * Its end: held ("waiting"), or not an image ("skipped": nothing stays of it). A DICOMDIR is read for what it
 * announces. *ret: the file as JSON. Errors: ERR_LIMIT too many files; ERR_UNAVAILABLE.
 */
bool import_take_finish(ImportTake *t, json_t **ret, Err *err);
void import_take_free(ImportTake *t);
OWNED_BY(ImportTake, import_take_free)

/* The import as it stands: counts, studies with whose they say they are, what was skipped or is missing. */
bool import_json(Db *db, const ImportRow *row, json_t **ret, Err *err);

/* Open imports of a person for a patient. */
bool imports_open_json(Db *db, int64_t person_id, int64_t patient_id, json_t *ret, Err *err);

/*
 * A person has decided about one study. Letting in works in turns of IMPORT_TURN_MS: *ret_left files remain.
 * Errors: ERR_CONFLICT the medium says another patient and no reason is given, or the archive has this study
 * in another record; ERR_NOT_FOUND nothing waits.
 */
bool import_attach(Archive *a, const ImportRow *row, Slice study_uid, const char *reason, const PatientBy *by,
                   const char *address, int64_t *ret_left, Err *err);
bool import_refuse(Archive *a, const ImportRow *row, Slice study_uid, const char *reason, const PatientBy *by,
                   Err *err);

/* At start: held files that no row names (an upload that was cut off), older than an hour, go. */
bool import_sweep(Archive *a, int64_t *ret_removed, Err *err);

/*
 * Open imports that were begun 'older_than_ms' ago are closed: their waiting files go, what was attached
 * stays, and the trace says so. Called at start and once a day.
 */
bool import_expire(Archive *a, int64_t older_than_ms, int64_t *ret_closed, Err *err);
/* That as a job, once a day from now on; 'days' 0: never. Its handler, which adds the next one. */
#define IMPORT_JOB_EXPIRE "archive.import-expire"
bool import_expire_daily(DbHost *db, int64_t days, Err *err);
bool import_expire_run(const Job *job, Archive *a, Err *err);

/* Earlier exams that were brought:
 * [{"study_uid","date","modalities",...,"origin","dicom_name","differences"}] */
bool priors_json(Db *db, int64_t patient_id, json_t *ret, Err *err);

#endif
