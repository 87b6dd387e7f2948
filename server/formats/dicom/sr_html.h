/*
 * A structured report as a page to read: headings, names and values, nothing that runs or is fetched.
 *
 * Source: DICOM PS3.18 §8.7.4 (text/html as a rendered media type); PS3.3 §C.17.3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_SR_HTML_H
#define FORMATS_DICOM_SR_HTML_H

#include "formats/dicom/sr.h"

/* UTF-8 HTML of the whole tree. Errors: as sr_parse; ERR_LIMIT the buffer's ceiling. */
bool sr_html(const Dataset *ds, Buf *ret, Err *err);

/* The same as plain text, indented. */
bool sr_plain(const Dataset *ds, Buf *ret, Err *err);

#endif
