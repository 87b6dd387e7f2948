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
#include "formats/image/pixel_clean.h"
#include "formats/zip/zip_write.h"
#include "platform/child/child.h"

enum {
    EXPORT_SECRET_BYTES  = 32,
    EXPORT_PIECES        = 4,
    EXPORT_PATH_SIZE     = 40,
    EXPORT_BOXES_MAX     = 256,
    EXPORT_OPTIONS_BYTES = 32 << 10, /* as JSON: room for all the boxes */
    EXPORT_CLEANED_MAX   = 1 << 29,  /* bytes of the pixels of one image, in memory while it leaves */
};

typedef struct ExportFile {
    const char *blob;
    int64_t     bytes, study_id, series_id;
    char        path[EXPORT_PATH_SIZE]; /* DICOM/ST000001/SE000001/IM000001 */
} ExportFile;

typedef struct ExportSource { /* what was asked, read back */
    ExportRow  row;
    ExportPart parts[EXPORT_PARTS_MAX];
    size_t     part_count;
    char       options[EXPORT_OPTIONS_BYTES + 1];
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
    Buf       pixels; /* when they were cleaned: 'made' borrows them */
    Slice     pieces[EXPORT_PIECES];
    size_t    count;
} ExportEntry;

void export_entry_clear(ExportEntry *e);
void export_entry_rewritten(ExportEntry *e); /* 'made' becomes the pieces */

/* ---- de-identification (export_deident.c) ---- */

/* Clean Pixel Data (PS3.15 §E.3.1): what is made black, by the size of image that it was drawn on. */
typedef struct ExportBox {
    uint32_t rows, columns;
    PixelBox box;
} ExportBox;

typedef struct ExportOptions {
    unsigned  deident;         /* DEIDENT_… */
    bool      pixels_checked;  /* somebody says that no name stands in the pixels */
    bool      clean_pixels;    /* boxes, or: */
    bool      outside_regions; /* all that lies outside the Sequence of Ultrasound Regions */
    ExportBox boxes[EXPORT_BOXES_MAX];
    size_t    box_count;
} ExportOptions;

/* ERR_INPUT: an option we do not know how to follow, and why. */
bool export_options(const json_t *options, ExportOptions *ret, Err *err);

/*
 * The file 'ds' without its identity, as the pieces of 'entry'. False with *ret_left_out set (no error): it
 * may not leave, and why, in French. 'codec' NULL: what would have to be decoded is left out.
 */
bool export_deidentify(const ExportSource *asked, ChildPool *codec, const Part10 *from, ExportEntry *entry,
                       const char **ret_left_out, Err *err);

/* ---- pixels (export_pixels.c) ---- */

typedef struct ExportPixels {                  /* of one image: what was done to it */
    bool        made, blanked, decoded, lossy; /* made: new pixels stand in 'entry->pixels' */
    uint16_t    bits_allocated, samples;
    Photometric colour;
} ExportPixels;

/* Do the boxes or the regions of 'o' take something out of this image? */
bool export_pixels_covers(const ExportOptions *o, const Dataset *ds);

/*
 * Silences what hides in unused bits, and blanks what 'o' says. False with *ret_left_out set: it cannot be
 * made sure of.
 */
bool export_pixels_clean(const ExportOptions *o, ChildPool *codec, const Part10 *from, ExportEntry *entry,
                         ExportPixels *ret, const char **ret_left_out);

/* The text of LISEZMOI.TXT. */
bool export_readme(const ExportRow *row, size_t files, Buf *ret);

#endif
