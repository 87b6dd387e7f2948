/*
 * A DICOM file: preamble, file meta information, data set. DICOM PS3.10 §7.
 *
 * Files of the field lack one or the other; what can be read is read, and the answer says what was missing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_PART10_H
#define FORMATS_DICOM_PART10_H

#include "formats/dicom/dataset.h"

/* Ours, in every file and association we make (PS3.10 §7.1). */
#define OUR_IMPLEMENTATION_UID "2.25.34099598529644051596955446780588990233"
#define OUR_IMPLEMENTATION_VERSION "BECLERE_1"

typedef struct Part10 {
    bool           has_preamble, has_meta;
    char           sop_class[65], sop_instance[65]; /* from the file meta; empty when not there */
    char           syntax_uid[65];                  /* stated, or the one of the encoding we recognised */
    TransferSyntax syntax;                          /* how the data set's bytes are written */
    bool           encapsulated;
    bool           syntax_guessed; /* nothing (or nothing true) was stated: seen from the bytes */
    bool   syntax_unknown; /* one was stated that is none, or nobody's: elements can be read, pixels not */
    size_t dataset_at;     /* offset of the data set in the file */
    Slice  dataset;        /* its bytes, borrowed: the rest of the file */
} Part10;

/*
 * Look at a file in memory: where its data set begins and how it is written. Reads only the head.
 * Errors: ERR_INPUT not DICOM, or cut short inside the file meta.
 */
bool part10_read(Slice file, Part10 *ret, Err *err);

/* The file's data set, parsed. 'file' must outlive it. 'ret_file' may be NULL. */
Dataset *part10_parse(Slice file, Part10 *ret_file, Err *err);

/*
 * For indexing: all elements before the pixel data, from the first bytes of a file (64 kB is nearly always
 * enough). dataset_complete() is false when it stopped early; when dataset_stopped_at() is the end of
 * 'prefix' and the file goes on, give a longer prefix if something needed was not found.
 */
Dataset *part10_head_scan(Slice prefix, Part10 *ret_file, Err *err);

/*
 * Adds preamble and file meta information; the data set's bytes follow untouched (a C-STORE, as received).
 * 'source_ae' may be empty. Errors: ERR_INPUT a UID that is none; ERR_LIMIT the buffer's ceiling.
 */
bool part10_header(Slice sop_class, Slice sop_instance, Slice syntax_uid, Slice source_ae, Buf *ret,
                   Err *err);

/*
 * The four UIDs under which an image is filed. Errors: ERR_INPUT one is missing or malformed (the text says
 * which). Some makers write UIDs with a leading zero in a component: tolerated.
 */
typedef struct FourUids {
    char sop_class[65], sop_instance[65], study[65], series[65];
} FourUids;
bool dataset_four_uids(const Dataset *ds, FourUids *ret, Err *err);

#endif
