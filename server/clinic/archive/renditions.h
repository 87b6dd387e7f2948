/*
 * What people are shown of an instance that is no picture: a document, a video, a report; and a thumbnail of
 * anything.
 *
 * Source: DICOM PS3.18 §8.7.4 (rendered media types by category), §10.4.1.1.4 (thumbnails).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_RENDITIONS_H
#define CLINIC_ARCHIVE_RENDITIONS_H

#include "clinic/archive/frames.h"

typedef enum RenditionKind {
    RENDITION_PICTURE,
    RENDITION_VIDEO,
    RENDITION_PDF,      /* Encapsulated PDF */
    RENDITION_REPORT,   /* SR, key objects: a content tree */
    RENDITION_WAVEFORM, /* curves: wave_render.h */
    RENDITION_STATE,    /* softcopy presentation states: their images, presentation_render.h */
    RENDITION_NONE,     /* kept and handed out, but nothing of it is shown */
} RenditionKind;

RenditionKind rendition_kind(const InstanceRow *row);

/*
 * The ready file below the cache folder, made when missing: the video's stream, the PDF, the report as
 * text/html or, 'plain', text/plain. For X-Accel-Redirect below /_cache/, which answers byte ranges.
 * '*ret_type' is its media type. Errors: ERR_INPUT the document is not what its class says; ERR_NOT_FOUND
 * none of these kinds.
 */
bool rendition_file(Archive *a, const InstanceRow *row, bool plain, char ret_path[160], const char **ret_type,
                    Err *err);

/*
 * The first page of an encapsulated PDF, drawn by the sandboxed pages program within the size wanted. Errors:
 * ERR_INPUT it cannot be drawn (damaged, locked, too long to draw); ERR_UNAVAILABLE the program is not there.
 */
bool page_render(Archive *a, ChildPool *pages, const InstanceRow *row, const RenderWanted *wanted, Buf *ret, Err *err);

/*
 * The thumbnail of what has no picture, or none that can be decoded: a card with the kind on it, in the
 * format and size wanted. Errors: memory.
 */
bool card_render(const InstanceRow *row, const RenderWanted *wanted, Buf *ret, Err *err);

#endif
