/*
 * The Native DICOM Model in XML, read into the DICOM JSON model. DICOM PS3.19 annex A.
 *
 * No document type, no entity but the five of XML, no network; depth and size are bounded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOMWEB_XML_READ_H
#define FORMATS_DICOMWEB_XML_READ_H

#include "formats/json/json_util.h"

enum { NATIVE_XML_BYTES_MAX = 32 << 20, NATIVE_XML_NUMBER_MAX = 1 << 20 };

/* What reading this will take in memory, in bytes: an estimate from above. */
size_t native_xml_weight(Slice xml);

/* One data set as a JSON object (numbers stay strings). Errors: ERR_INPUT not such a document; ERR_LIMIT. */
json_t *native_xml_read(Slice xml, Err *err);

#endif
