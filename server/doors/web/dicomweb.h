/*
 * What the DICOMweb handlers share: for whom they look, and where they say things are.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_DICOMWEB_H
#define DOORS_WEB_DICOMWEB_H

#include "clinic/archive/export.h"
#include "clinic/archive/frames.h"
#include "clinic/archive/presentation_render.h"
#include "clinic/archive/study.h"
#include "doors/web/router.h"

ArchiveViewer dicomweb_viewer(const Request *q);
const char   *dicomweb_base(const Request *q); /* "https://host/dicom-web" */

/* What is wanted: the query parameter 'accept' (PS3.18 §8.3.3.1), else the header. */
Slice dicomweb_accept(const Request *q);

/* ERR_INPUT, status 406: nothing we can make is what Accept wants. */
bool not_acceptable(Request *q, Err *err);

/* The instance whose three UIDs are the first parts of the address; the trace speaks of its series. */
bool dicomweb_instance(Request *q, InstanceRow *ret, Err *err);
bool dicomweb_frame(Slice text, uint32_t *ret, Err *err); /* a frame number, from 1 */

/* What the query says of a picture: window, viewport, quality; annotation, colours. ERR_INPUT. */
bool dicomweb_wanted(const Request *q, RenderWanted *ret, Err *err);

/* /rendered of a presentation state: its first image alone, or all of them as parts. */
bool dicomweb_state(Request *q, HttpResponse *a, const InstanceRow *state, Err *err);
/* The same, as a multipart body made part by part; takes 'images' over. */
bool dicomweb_state_parts(Request *q, HttpResponse *a, const InstanceRow *state, StateImages *images,
                          const RenderWanted *wanted, Err *err);
/* The first of its images, for this answer alone. ERR_NOT_FOUND: none is here. */
bool dicomweb_state_first(Request *q, HttpResponse *a, const InstanceRow *state, const RenderWanted *wanted,
                          Err *err);
/* WADO-URI: the image under the state that presentationUID and presentationSeriesUID name (PS3.18 §9.1.2.2). */
bool dicomweb_state_uri(Request *q, HttpResponse *a, const InstanceRow *image, uint32_t frame,
                        const RenderWanted *wanted, Err *err);

/* One frame as a picture: a ready file by the edge, or made for this answer alone. Whether it may be seen was asked before. */
bool dicomweb_picture(const Request *q, HttpResponse *a, const InstanceRow *row, uint32_t frame, const RenderWanted *wanted,
                      Err *err);

/* The zip of an export on its way, traced; whether this person may have it was asked before (handlers_exports.c). */
bool export_answer(Request *q, HttpResponse *a, const ExportRow *row, const ArchiveViewer *viewer, Err *err);

/* A frame never changes under its UIDs; ten minutes is what one line of the trace covers. */
#define FRAME_CACHE "private, max-age=600"

#endif
