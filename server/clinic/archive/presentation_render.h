/*
 * Images as a presentation state shows them: grey, colour and pseudo-colour softcopy states.
 *
 * Source: DICOM PS3.18 §10.4.1.1 (a rendered presentation state is its images under it), PS3.4 annex N.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_PRESENTATION_RENDER_H
#define CLINIC_ARCHIVE_PRESENTATION_RENDER_H

#include "clinic/archive/frames.h"

enum { STATE_IMAGES_MAX = 2000 };

typedef struct StateImage {
    InstanceRow row;
    uint32_t    frame; /* from 1 */
} StateImage;

/*
 * The frames that the state is of, as it lists them, as far as they are here and for this viewer (its study
 * only, as the standard has it). '*ret' is to be freed. Errors: ERR_NOT_FOUND none of them; ERR_LIMIT more
 * than STATE_IMAGES_MAX.
 */
bool state_images(Archive *a, Db *db, const InstanceRow *state, const ArchiveViewer *viewer, StateImage **ret,
                  size_t *ret_count, Err *err);

/*
 * One of them. Size and part that are wanted are those of what is displayed; a window is refused, as the state
 * says it. Errors: as frame_render; ERR_INPUT also when the state is not of this frame.
 */
bool state_render(Archive *a, ChildPool *codec, const InstanceRow *state, const StateImage *image,
                  const RenderWanted *wanted, Buf *ret, Err *err);

#endif
