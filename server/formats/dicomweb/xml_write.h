/*
 * The Native DICOM Model in XML from the DICOM JSON model. PS3.19 annex A, PS3.18 §F.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOMWEB_XML_WRITE_H
#define FORMATS_DICOMWEB_XML_WRITE_H

#include "base/buf.h"

#define DICOMWEB_XML_BOUNDARY "beclere-xml-3d90b1f6a27c4e58"
#define DICOMWEB_XML_TYPE "multipart/related; type=\"application/dicom+xml\"; boundary=" DICOMWEB_XML_BOUNDARY

/* 'json' is an array of data sets; adds one part for each, and the end. Characters that XML 1.0 cannot hold
 * become U+FFFD. ERR_LIMIT the buffer's ceiling; ERR_BUG our own JSON is malformed. */
bool dicomweb_xml(Slice json, Buf *ret, Err *err);
/* 'json' is one data set: a document alone. */
bool dicomweb_xml_alone(Slice json, Buf *ret, Err *err);

#endif
