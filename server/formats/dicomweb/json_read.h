/*
 * The DICOM JSON model back into a data set. DICOM PS3.18 annex F.
 *
 * Text becomes UTF-8 ((0008,0005) says ISO_IR 192 as soon as it is needed or was given); InlineBinary is
 * taken as little endian. Group lengths and groups 0000 and 0002 are passed over, and what the web alone adds
 * to a data set (Retrieve URL, Available Transfer Syntax UID).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOMWEB_JSON_READ_H
#define FORMATS_DICOMWEB_JSON_READ_H

#include "formats/dicom/writer.h"
#include "formats/json/json_util.h"

enum { DICOM_JSON_BYTES_MAX = 32 << 20, DICOM_JSON_VALUES_MAX = 1 << 20 };

typedef struct DicomJsonReading {
    uint32_t from_tag, below_tag; /* top level: only these; below_tag 0: to the end */
    /* Bytes of a BulkDataURI, borrowed until the call returns. NULL: every BulkDataURI is refused. */
    bool (*bulk)(void *with, uint32_t tag, Slice uri, Slice *ret, Err *err);
    void *with;
} DicomJsonReading;

/* What the tree of this JSON will take in memory, in bytes: an estimate from above, without building it. */
size_t dicom_json_weight(Slice text);

/* One array of data sets, or one data set (then an array of one). Errors: ERR_INPUT, ERR_LIMIT. */
json_t *dicom_json_parse(Slice text, Err *err);

/*
 * Adds the elements of 'object' at the writer's current level; the caller finishes it. Pixel data of the top
 * level (7FE0,0008..0010) is left to the caller: see dicom_json_pixels. Errors: ERR_INPUT a tag, VR or value
 * that is none, bulk data that is not there; ERR_LIMIT nested too deep.
 */
bool dicom_json_read(const json_t *object, const DicomJsonReading *reading, DicomWriter *w, Err *err);

/* The attribute that holds the pixels, or NULL; its tag in 'ret_tag'. Borrowed. */
const json_t *dicom_json_pixels(const json_t *object, uint32_t *ret_tag);

/* First value of a text attribute of the top level, by its tag; empty when absent. Borrowed from 'object'. */
Slice dicom_json_text(const json_t *object, uint32_t tag);
bool  dicom_json_has(const json_t *object, uint32_t tag);

#endif
