/*
 * Shared by the files of import: one file as the medium says it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_IMPORT_INTERNAL_H
#define CLINIC_ARCHIVE_IMPORT_INTERNAL_H

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/import.h"

typedef struct ImportFile {
    int64_t      import_id, bytes;
    char         path[IMPORT_PATH_MAX + 1], sha256[65], state[12], why[160], blob[128];
    char         study_uid[65], instance_uid[65], modality[17], study_date[9], description[65];
    DicomPatient patient;
} ImportFile;

/* Writes or replaces the row of that path; *ret_old_blob: the file it replaces, "" when none. */
bool import_file_put(Db *db, const ImportFile *f, char ret_old_blob[128], Err *err);
void import_path_key(const char *path, char ret[IMPORT_PATH_MAX + 1]);

/* What the medium says of the patient against the record; an identifier without issuer says nothing. */
bool import_compare(Db *db, int64_t patient_id, const DicomPatient *image, PatientDifference ret[],
                    size_t *ret_count, Err *err);

#endif
