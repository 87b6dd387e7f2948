/*
 * The DICOM JSON model of a data set, streamed. DICOM PS3.18 annex F.
 *
 * UTF-8 whatever came in ((0008,0005) then says ISO_IR 192). Text of DS and IS is copied as a JSON number
 * when it is one, else as a string. Group 0002 and group lengths are left out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_DICOM_JSON_H
#define FORMATS_DICOM_DICOM_JSON_H

#include "formats/dicom/dataset.h"

/* Where a value stands: tags, and between them item numbers from 1: 00400275 / 1 / 00080100. */
typedef struct JsonPlace {
    uint32_t tag[DATASET_DEPTH_MAX + 1], item[DATASET_DEPTH_MAX + 1];
    size_t   depth; /* tag[0..depth], item[0..depth-1] */
} JsonPlace;

typedef struct DicomJsonOptions {
    size_t inline_max; /* bytes; a longer binary value becomes a BulkDataURI. 0: 1024 */
    const char *
        bulk_prefix; /* "https://.../instances/1.2/bulkdata": "/00420011" or "/00400275/1/00420011" follows */
    /* Instead of the prefix: adds the URI's text. Returns false to leave the value out. */
    bool (*bulk_uri)(void *with, const JsonPlace *place, const Element *e, Buf *ret);
    void       *with;
    const char *pixel_uri; /* for (7FE0,0010), (7FE0,0008), (7FE0,0009): this very URI; NULL: as any other */
    const char *extra;     /* NULL, or members already in JSON ("\"00081190\":{...}") placed first */
} DicomJsonOptions;

/* Adds one JSON object. 'options' may be NULL: then values too long for inline are left without value. */
bool dicom_json(const Dataset *ds, const DicomJsonOptions *options, Buf *ret, Err *err);

/* Adds one member, "00100010":{"vr":"PN",...}, without comma: for query answers made attribute by attribute.
 */
bool dicom_json_element(const Dataset *ds, const Element *e, const DicomJsonOptions *options, Buf *ret,
                        Err *err);

/* Adds a JSON string, quotes included, escaped; bytes that are no UTF-8 become U+FFFD. */
bool dicom_json_string(Slice utf8, Buf *ret);

#endif
