/*
 * Making data sets: add elements in any order, then have them written, sorted, padded, in the encoding asked
 * for.
 *
 *     OWNED(DicomWriter) *w = dw_new(MIB(4));
 *     dw_text(w, TAG_PATIENT_NAME, "DUPONT^JEAN");
 *     dw_sequence_begin(w, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE);
 *     dw_item_begin(w);
 *     dw_text(w, TAG_MODALITY, "CT");
 *     dw_item_end(w);
 *     dw_sequence_end(w);
 *     if (!dw_finish(w, EXPLICIT_LITTLE, &bytes, err)) ...
 *
 * No act needs its own check: the first failure sticks and dw_finish reports it. Text given is UTF-8; unless
 * dw_charset says otherwise it is written as such, with (0008,0005) ISO_IR 192 added when it is not plain
 * ASCII.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_WRITER_H
#define FORMATS_DICOM_WRITER_H

#include "formats/dicom/dataset.h"

typedef struct DicomWriter DicomWriter;

/* 'max_bytes' bounds all the values together. */
DicomWriter *dw_new(size_t max_bytes);
void         dw_free(DicomWriter *w);
OWNED_BY(DicomWriter, dw_free)

/* Character set of the texts that follow ("ISO_IR 100", "ISO_IR 192"); call it first, at the top level. */
void dw_charset(DicomWriter *w, const char *term);

/* The VR is the dictionary's (tag_vr); dw_value writes any other. An element given twice: the last one
 * stands. */
void dw_text(DicomWriter *w, uint32_t tag,
             const char *utf8); /* NULL or "" writes the empty element; IS and DS too */
void dw_slice(DicomWriter *w, uint32_t tag, Slice utf8);
void dw_textf(DicomWriter *w, uint32_t tag, const char *format, ...) __attribute__((format(printf, 3, 4)));
void dw_empty(DicomWriter *w, uint32_t tag);              /* also an empty sequence */
void dw_int(DicomWriter *w, uint32_t tag, int64_t value); /* binary, IS or DS; out of range fails */
void dw_ints(DicomWriter *w, uint32_t tag, const int64_t *values, size_t count);
void dw_double(DicomWriter *w, uint32_t tag, double value); /* FL, FD; DS in at most 16 characters */
void dw_doubles(DicomWriter *w, uint32_t tag, const double *values, size_t count);
void dw_tag(DicomWriter *w, uint32_t tag, uint32_t value);       /* VR AT */
void dw_bytes(DicomWriter *w, uint32_t tag, Slice bytes);        /* numbers inside are little endian */
void dw_value(DicomWriter *w, uint32_t tag, Vr vr, Slice bytes); /* any VR, as it stands (padded to even) */

/* One number as its VR writes it (text VRs: a backslash first when something is there already). False when it
 * does not fit, nothing is said of it then. */
bool dicom_add_int(Buf *to, Vr vr, int64_t value);
bool dicom_add_double(Buf *to, Vr vr, double value);

/* Coded entry: the three attributes of a code sequence item (PS3.3 §8.8), in a sequence of one item. */
void dw_code(DicomWriter *w, uint32_t sequence, const char *value, const char *scheme, const char *meaning);

void dw_sequence_begin(DicomWriter *w, uint32_t tag);
void dw_item_begin(DicomWriter *w);
void dw_item_end(DicomWriter *w);
void dw_sequence_end(DicomWriter *w);

/* Native pixel data: VR by bits allocated (OB up to 8, OW above), words little endian. Borrowed until
 * dw_finish. */
void dw_pixels(DicomWriter *w, Slice pixels, unsigned bits_allocated);

/* Encapsulated pixel data, one frame a fragment, with the basic offset table. Frames are borrowed until
 * dw_finish. */
void dw_frames(DicomWriter *w, const Slice *frames, size_t count);

/* One element of a parsed data set, or all (nested ones too); values are copied, big endian ones swapped. */
void dw_copy(DicomWriter *w, const Dataset *ds, const Element *e);
void dw_copy_all(DicomWriter *w, const Dataset *ds);
void dw_remove(DicomWriter *w, uint32_t tag); /* of the current level, if there */

/*
 * Adds the data set to 'ret', in any of the four encodings (fragments not in big endian). Command sets (group
 * 0000) get their group length. The writer can be used again afterwards. Errors: ERR_LIMIT a ceiling;
 * ERR_INPUT a value its VR cannot hold; ERR_BUG begin and end do not match.
 */
bool dw_finish(DicomWriter *w, TransferSyntax syntax, Buf *ret, Err *err);

/* A whole file: header of part10_header, from (0008,0016) and (0008,0018) of what was added, then the data
 * set. */
bool dw_finish_file(DicomWriter *w, const char *syntax_uid, Buf *ret, Err *err);

#endif
