/*
 * Which keys a directory record carries, by what kind of object it names. PS3.3 §F.4, §F.5.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_DICOMDIR_KEYS_H
#define FORMATS_DICOM_DICOMDIR_KEYS_H

#include "formats/dicom/writer.h"

typedef enum KeyNeed {
    KEY_REQUIRED,   /* type 1: made up when the file lacks it */
    KEY_MAY_EMPTY,  /* type 2 */
    KEY_WHEN_THERE, /* types 1C and 3 */
} KeyNeed;

typedef struct DirKey {
    uint32_t    tag;
    KeyNeed     need;
    const char *instead; /* of a required one; NULL: a number from 1 */
} DirKey;

enum { DIR_KEYS_MAX = 10 };

typedef struct DirKind {
    const char *type;
    DirKey      keys[DIR_KEYS_MAX]; /* ended by tag 0 */
} DirKind;

extern const DirKind DIR_PATIENT, DIR_STUDY, DIR_SERIES;

/* By SOP class; what is not listed is an IMAGE. */
const DirKind *dir_kind_of(Slice class_uid);

/* Writes the keys of 'kind' out of 'ds' into 'w', as UTF-8. 'number' stands for a number that is not there.
 */
void dir_keys_write(DicomWriter *w, const DirKind *kind, const Dataset *ds, unsigned number, Arena *a);

#endif
