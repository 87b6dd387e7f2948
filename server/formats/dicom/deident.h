/*
 * De-identification: the Basic Application Level Confidentiality Profile and its options. DICOM PS3.15 annex
 * E.
 *
 * What happens to an attribute is read from table E.1-1 (tables/dicom-deident.tsv); what the table leaves to
 * the type of the attribute is decided so that the object stays valid: a dummy rather than nothing, nothing
 * rather than a leftover. Attributes that no dictionary knows go.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_DEIDENT_H
#define FORMATS_DICOM_DEIDENT_H

#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"

/* The options of table E.1-1, as its columns. */
enum {
    DEIDENT_SAFE_PRIVATE    = 1 << 0, /* private attributes that the standard lists as safe (E.3.10) */
    DEIDENT_UIDS            = 1 << 1, /* keep UIDs */
    DEIDENT_DEVICE          = 1 << 2, /* keep the identity of the device */
    DEIDENT_INSTITUTION     = 1 << 3,
    DEIDENT_CHARACTERISTICS = 1 << 4,  /* keep age, sex, size, weight... */
    DEIDENT_FULL_DATES      = 1 << 5,  /* dates as they are */
    DEIDENT_SHIFTED_DATES   = 1 << 6,  /* all dates moved by the same number of days */
    DEIDENT_DESCRIPTORS     = 1 << 7,  /* descriptions kept as far as their words are known to be harmless */
    DEIDENT_STRUCTURED      = 1 << 8,  /* content of structured reports kept: numbers, codes, references */
    DEIDENT_GRAPHICS        = 1 << 9,  /* drawn annotations kept, their texts not */
    DEIDENT_PIXELS          = 1 << 10, /* the caller made black what was burned in: it is said, no more */
    DEIDENT_OPTIONS         = (1 << 11) - 1,
};

/* What is the same all through one export and known to nobody outside. */
typedef struct DeidentKey {
    /* The UID that stands for 'uid': the same for the same one. 'ret' holds 64 characters. */
    void (*replace_uid)(void *with, Slice uid, char ret[65]);
    void       *with;
    const char *pseudonym;  /* written as patient's name and identifier; borrowed */
    int         shift_days; /* of DEIDENT_SHIFTED_DATES */
} DeidentKey;

/* May pixels or an embedded document show who it is? */
typedef enum DeidentRisk {
    DEIDENT_NO_RISK,
    DEIDENT_PERHAPS_BURNED_IN, /* kinds of image in which names are written often, and nothing says they are
                                  not */
    DEIDENT_BURNED_IN,         /* Burned In Annotation is YES, or a label */
    DEIDENT_RECOGNIZABLE,      /* recognisable features are declared: no box takes a face away */
    DEIDENT_DOCUMENT,          /* a document inside (PDF, CDA), or a sound: cannot be cleaned here */
} DeidentRisk;
DeidentRisk deident_risk(const Dataset *ds);

/*
 * Gives 'w' all attributes of 'ds' that stay, but for the pixels (rewrite_is_pixels), and says what was done
 * (0012,0062) (0012,0063) (0012,0064) (0028,0303); of DEIDENT_PIXELS (0028,0301) too. 'options': DEIDENT_…;
 * full and shifted dates together are ERR_INPUT, and so is a data set without its UIDs. Memory as 'w' and
 * 'scratch' allow.
 */
bool deident_write(const Dataset *ds, unsigned options, const DeidentKey *key, DicomWriter *w, Arena *scratch,
                   Err *err);

#endif
