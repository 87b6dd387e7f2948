/*
 * Studies that leave as one zip archive: DICOM files with names every reader takes, a DICOMDIR, a README.
 *
 *     export_begin(db, &ask, &viewer, &by, &row, err)   // in a write transaction: who, for whom, why; traced
 *     OWNED(Export) *e = export_open(archive, codec, id, viewer, err);
 *     while ((n = export_read(e, to, size)) > 0) send(to, n);
 *
 * Made while it is sent, one file open at a time; nothing is kept on our disk. A file that is not in a form
 * that media readers know (implicit VR, big endian, deflated, without preamble) is rewritten on the way,
 * pixels untouched. Source: PS3.10, PS3.11 (general purpose), PS3.12; docs/decisions/0014-media.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_EXPORT_H
#define CLINIC_ARCHIVE_EXPORT_H

#include <sys/types.h>

#include <jansson.h>

#include "clinic/archive/study.h"
#include "platform/child/child.h"

enum {
    EXPORT_PARTS_MAX = 64,
    EXPORT_FILES_MAX = 100000,
    EXPORT_FRESH_MS  = 60 * 60 * 1000, /* an export is fetched within an hour of being asked for */
};

typedef struct ExportPart {
    char study_uid[65], series_uid[65]; /* series "": the whole study */
} ExportPart;

typedef struct ExportAsk {
    ExportPart parts[EXPORT_PARTS_MAX];
    size_t     part_count;
    char       purpose[24]; /* a row of the table in export.c: "care", "patient"... */
    char       reason[256]; /* compulsory where the table says so */
    bool       deidentified;
    json_t    *options; /* of the de-identification; borrowed */
} ExportAsk;

typedef struct ExportRow {
    int64_t id, person_id, patient_id, act_id;
    char    purpose[24], reason[256], state[12];
    bool    deidentified;
    int64_t files, bytes, files_sent, files_left_out, bytes_sent, created_at_ms, ended_at_ms;
} ExportRow;

/* Reads the body of POST /api/exports. ERR_INPUT says what is missing. Borrows from 'body'. */
bool export_ask_from_json(const json_t *body, ExportAsk *ret, Err *err);

/*
 * Writes down what is asked, traced. All parts must be of one patient, whom the viewer may see.
 * Errors: ERR_NOT_FOUND a study that is not there or not for them; ERR_INPUT studies of several patients;
 * ERR_LIMIT too many files.
 */
bool export_begin(Db *db, const ExportAsk *ask, const ArchiveViewer *viewer, const PatientBy *by,
                  ExportRow *ret, Err *err);

/* ERR_NOT_FOUND: none of this person's. */
bool    export_load(Db *db, int64_t id, int64_t person_id, ExportRow *ret, Err *err);
json_t *export_json(const ExportRow *row);

/* ---- the archive on its way ---- */

typedef struct Export Export;

/*
 * Opens it for sending: its files are listed again, as the viewer may see them now. Errors: ERR_NOT_FOUND;
 * ERR_CONFLICT it was asked for too long ago; ERR_UNAVAILABLE database or memory. 'codec' decodes what must
 * be cleaned (borrowed, outlives it); NULL: such images are left out.
 */
Export *export_open(Archive *a, ChildPool *codec, int64_t id, const ArchiveViewer *viewer, Err *err);

/* Next bytes: how many, 0 at the end, -1 when it cannot go on (the reason is in the log). */
ssize_t export_read(Export *e, char *to, size_t size);

/* Ends it: what was sent is written down ("done", or "cut" before the end). Takes NULL. */
void export_free(Export *e);
OWNED_BY(Export, export_free)

#endif
