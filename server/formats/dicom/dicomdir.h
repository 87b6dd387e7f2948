/*
 * DICOMDIR: the table of contents of a folder, disc or archive of DICOM files. PS3.3 annex F, PS3.10 §8.6.
 *
 * Writing: one call a file, in any order; the directory itself comes last. Reading: what an outside medium
 * says it holds, bounded, whatever its offsets say.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_DICOMDIR_H
#define FORMATS_DICOM_DICOMDIR_H

#include "formats/dicom/dataset.h"

enum {
    DICOMDIR_PATH_MAX    = 72, /* 8 parts of 8 characters and what stands between (PS3.10 §8.2) */
    DICOMDIR_RECORDS_MAX = 500000,
    DICOMDIR_BYTES_MAX   = 256 << 20,
};

/* ---- writing ---- */

typedef struct DicomDir DicomDir;

/* 'max_bytes' bounds all that is kept of the records (an image takes about 500). NULL only without memory. */
DicomDir *dicomdir_new(size_t max_bytes);
void      dicomdir_free(DicomDir *d);
OWNED_BY(DicomDir, dicomdir_free)

/*
 * One file: 'ds' is its header (all before the pixels), 'path' its place with '/' between parts of at most 8
 * characters A-Z 0-9 _. Records of its patient, study and series are made when they are new. A key that the
 * standard requires and the file lacks is made up (dates 19000101, numbers from 1).
 * Errors: ERR_INPUT no UIDs, or a path that is no file id; ERR_LIMIT the ceiling.
 */
bool dicomdir_add(DicomDir *d, const Dataset *ds, Slice syntax_uid, Slice path, Err *err);

size_t dicomdir_files(const DicomDir *d);

/* Adds the whole DICOMDIR file. 'file_set': at most 16 characters A-Z 0-9 _; 'uid': the file set's own. */
bool dicomdir_write(DicomDir *d, Slice file_set, Slice uid, Buf *ret, Err *err);

/* ---- reading ---- */

/* One record that names a file. Slices are borrowed until the call returns; texts are UTF-8, "" when absent.
 */
typedef struct DicomDirFile {
    Slice path; /* '/' between the parts, as written (most readers meet it without regard to case) */
    Slice type; /* "IMAGE", "SR DOCUMENT"... */
    Slice class_uid, instance_uid, syntax_uid;
} DicomDirFile;

typedef bool DicomDirEach(const DicomDirFile *file, void *with); /* false stops */

/*
 * Every file the directory names, in the order of the records; records no longer in use are passed over, and
 * so are parts of a path that would climb out. Offsets are not followed: nothing can turn in a circle.
 * Errors: ERR_INPUT not a DICOMDIR; ERR_LIMIT too many records or bytes.
 */
bool dicomdir_each(Slice file, DicomDirEach *each, void *with, Err *err);

#endif
