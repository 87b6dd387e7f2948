/*
 * The DICOM dictionary: what a tag is called and how its value is written; what a UID names.
 *
 * TAG_<KEYWORD> and UID_<KEYWORD> are made at build time from tables/dicom-tags.tsv and
 * tables/dicom-uids.tsv: keyword PatientID gives TAG_PATIENT_ID, CTImageStorage gives UID_CT_IMAGE_STORAGE.
 * Source: DICOM PS3.6; PS3.5 §6.2 (value representations), annex A (transfer syntaxes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_TAGS_H
#define FORMATS_DICOM_TAGS_H

#include "base/err.h"
#include "base/slice.h"
#include "dicom_tags_generated.h" /* TAG_..., as uint32_t numbers: group in the high half */
#include "dicom_uids_generated.h" /* UID_..., as string literals */

#define TAG(group, element) ((uint32_t)(group) << 16 | (uint32_t)(element))
#define TAG_GROUP(tag) ((uint16_t)((tag) >> 16))
#define TAG_ELEMENT(tag) ((uint16_t)(tag))
#define TAG_IS_PRIVATE(tag) (((tag) >> 16 & 1) != 0)

/* A value representation is its two letters, so that it can be read in a dump: 'P' << 8 | 'N'. */
#define VR_CODE(a, b) ((Vr)((unsigned)(a) << 8 | (unsigned)(b)))
typedef uint16_t Vr;
#define VR_NONE ((Vr)0) /* items and delimiters have none */
#define VR_AE VR_CODE('A', 'E')
#define VR_AS VR_CODE('A', 'S')
#define VR_AT VR_CODE('A', 'T')
#define VR_CS VR_CODE('C', 'S')
#define VR_DA VR_CODE('D', 'A')
#define VR_DS VR_CODE('D', 'S')
#define VR_DT VR_CODE('D', 'T')
#define VR_FL VR_CODE('F', 'L')
#define VR_FD VR_CODE('F', 'D')
#define VR_IS VR_CODE('I', 'S')
#define VR_LO VR_CODE('L', 'O')
#define VR_LT VR_CODE('L', 'T')
#define VR_OB VR_CODE('O', 'B')
#define VR_OD VR_CODE('O', 'D')
#define VR_OF VR_CODE('O', 'F')
#define VR_OL VR_CODE('O', 'L')
#define VR_OV VR_CODE('O', 'V')
#define VR_OW VR_CODE('O', 'W')
#define VR_PN VR_CODE('P', 'N')
#define VR_SH VR_CODE('S', 'H')
#define VR_SL VR_CODE('S', 'L')
#define VR_SQ VR_CODE('S', 'Q')
#define VR_SS VR_CODE('S', 'S')
#define VR_ST VR_CODE('S', 'T')
#define VR_SV VR_CODE('S', 'V')
#define VR_TM VR_CODE('T', 'M')
#define VR_UC VR_CODE('U', 'C')
#define VR_UI VR_CODE('U', 'I')
#define VR_UL VR_CODE('U', 'L')
#define VR_UN VR_CODE('U', 'N')
#define VR_UR VR_CODE('U', 'R')
#define VR_US VR_CODE('U', 'S')
#define VR_UT VR_CODE('U', 'T')
#define VR_UV VR_CODE('U', 'V')

/* What the standard says of one value representation (PS3.5 table 6.2-1). */
typedef struct VrInfo {
    Vr      vr;
    char    name[3];
    uint8_t unit;        /* bytes of one number (2, 4, 8) to swap in big endian; 1 for text and bytes */
    bool    text;        /* characters */
    bool    charset;     /* characters in the data set's character set (0008,0005) */
    bool    many;        /* several values, parted by a backslash (text) or side by side (numbers) */
    bool    long_length; /* in explicit encodings: 2 reserved bytes and a length of 4 */
    char    pad;         /* byte that makes the length even */
} VrInfo;

/* NULL when the two letters are no VR of the standard. */
const VrInfo *vr_info(Vr vr);

/* One row of the dictionary. */
typedef struct TagInfo {
    uint32_t    tag;  /* of a repeating group: its first one */
    uint32_t    mask; /* which bits of a tag count: all, but for repeating groups (50xx, 60xx...) */
    Vr          vr;   /* of "US or SS" and the like: the first named; see also 'or_ow' */
    bool        or_ow, us_or_ss, retired;
    const char *keyword; /* "PatientID"; empty where the standard gives none */
    const char *name;    /* "Patient ID" */
} TagInfo;

/* NULL for what the standard does not list (private elements, group lengths). */
const TagInfo *tag_info(uint32_t tag);

/* All rows, one after the other: NULL behind the last. */
const TagInfo *tag_info_at(size_t index);

/* By keyword ("PatientName", as DICOMweb queries say) or by 8 hexadecimal digits. False when it is neither.
 */
bool tag_from_text(Slice keyword_or_hex, uint32_t *ret);

/* VR for implicit encodings: the dictionary's; UL for group lengths; LO for private creators; UN else. */
Vr tag_vr(uint32_t tag);

/* How the bytes of a data set are written (PS3.5 annex A). Compressed pixels always come in EXPLICIT_LITTLE.
 */
typedef enum TransferSyntax {
    IMPLICIT_LITTLE,
    EXPLICIT_LITTLE,
    EXPLICIT_BIG,
    DEFLATED_LITTLE
} TransferSyntax;

typedef struct SyntaxInfo {
    const char    *uid, *name;
    TransferSyntax syntax;
    bool           encapsulated; /* pixel data in fragments */
    bool           lossy;        /* pixels may have lost something: never transcode from it silently */
    bool           retired;
    bool           storable; /* a file or C-STORE may hold it (not JPIP, not real-time video) */
} SyntaxInfo;

/* NULL when the UID (padding allowed) is no transfer syntax we know. */
const SyntaxInfo *syntax_info(Slice uid);

/* A row of the UID registry, or NULL. */
typedef struct UidInfo {
    const char *uid, *name, *type; /* type: "SOP Class", "Transfer Syntax", "Meta SOP Class"... */
    bool        retired;
} UidInfo;
const UidInfo *uid_info(Slice uid);

const UidInfo *uid_info_at(size_t index); /* NULL behind the last */

/* A SOP class of the storage service (its instances are sent by C-STORE and kept). */
bool uid_is_storage(Slice uid);

/* All storage classes, in UID order: for the association's presentation contexts. */
size_t      uid_storage_count(void);
const char *uid_storage_at(size_t index);

/* Name for people: the registry's, or the UID itself. 'buffer' holds a copy in the second case. */
const char *uid_name(Slice uid, char buffer[65]);

#endif
