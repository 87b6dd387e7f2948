/*
 * Shared by the files that make an export: what is to be sent, and one file on its way.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_EXPORT_INTERNAL_H
#define CLINIC_ARCHIVE_EXPORT_INTERNAL_H

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/export.h"
#include "formats/dicom/deident.h"
#include "formats/dicom/dicomdir.h"
#include "formats/dicom/rewrite.h"
#include "formats/zip/zip_write.h"

enum { EXPORT_SECRET_BYTES = 32, EXPORT_PIECES = 4, EXPORT_PATH_SIZE = 40 };

typedef struct ExportFile {
    const char *blob;
    int64_t     bytes, study_id, series_id;
    char        path[EXPORT_PATH_SIZE]; /* DICOM/ST000001/SE000001/IM000001 */
} ExportFile;

typedef struct ExportSource { /* what was asked, read back */
    ExportRow  row;
    ExportPart parts[EXPORT_PARTS_MAX];
    size_t     part_count;
    char       options[1024];
    uint8_t    secret[EXPORT_SECRET_BYTES];
    bool       has_secret;
} ExportSource;

bool export_source_load(Db *db, int64_t id, int64_t person_id, ExportSource *ret, Err *err);
bool export_mark(Archive *a, const ExportRow *row, Err *err); /* state and counts, durable */

/* One entry as it goes out: 'pieces' borrow from 'made', the mapped blob or the data set. */
typedef struct ExportEntry {
    Blob     *blob;
    Dataset  *ds;
    Rewritten made;
    Slice     pieces[EXPORT_PIECES];
    size_t    count;
} ExportEntry;

void export_entry_clear(ExportEntry *e);
void export_entry_rewritten(ExportEntry *e); /* 'made' becomes the pieces */

/* ---- de-identification (export_deident.c) ---- */

/* Reads the options: DEIDENT_… and whether somebody says that no name stands in the pixels. */
bool export_options(const json_t *options, unsigned *ret, bool *ret_pixels_checked, Err *err);

/*
 * The file 'ds' without its identity, as the pieces of 'entry'. False with *ret_left_out set (no error): it
 * may not leave, and why, in French.
 */
bool export_deidentify(const ExportSource *asked, const Part10 *from, ExportEntry *entry,
                       const char **ret_left_out, Err *err);

/* The text of LISEZMOI.TXT. */
bool export_readme(const ExportRow *row, size_t files, Buf *ret);

#endif
