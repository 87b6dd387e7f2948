/*
 * What the DICOMweb handlers share: for whom they look, and where they say things are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_DICOMWEB_H
#define DOORS_WEB_DICOMWEB_H

#include "clinic/archive/study.h"
#include "doors/web/router.h"

ArchiveViewer dicomweb_viewer(const Request *q);
const char   *dicomweb_base(const Request *q); /* "https://host/dicom-web" */

/* ERR_INPUT, status 406: nothing we can make is what Accept wants. */
bool not_acceptable(Request *q, Err *err);

#endif
