/*
 * Images as a presentation state shows them: grey, colour, pseudo-colour and blending softcopy states.
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

/* What is shown, and what lies over it (blending states alone; 'planes' says where in the patient). */
typedef struct StateImages {
    StateImage   *at, *over;
    size_t        count, over_count;
    struct Plane *planes;
    char          other_study[65]; /* of 'over', where it is not the state's; else empty */
} StateImages;

/*
 * The frames that the state is of, as it lists them, as far as they are here and for this viewer: those of its
 * own study (as the standard has it); of a blending state, those of the studies that it names.
 * state_images_clear in any case. Errors: ERR_NOT_FOUND none of them, or none that lies over them; ERR_INPUT a
 * blending state without one of its sets, or whose upper images do not say where they lie; ERR_LIMIT more than
 * STATE_IMAGES_MAX of one.
 */
bool state_images(Archive *a, Db *db, const InstanceRow *state, const ArchiveViewer *viewer, StateImages *ret,
                  Err *err);
void state_images_clear(StateImages *images);

/*
 * One of them, with what state_images found. Size and part that are wanted are those of what is displayed; a
 * window is refused, as the state says it. Errors: as frame_render; ERR_INPUT also when the state is not of this
 * frame, or what it blends does not lie in the same space.
 */
bool state_render(Archive *a, ChildPool *codec, const InstanceRow *state, const StateImage *image,
                  const StateImages *of, const RenderWanted *wanted, Buf *ret, Err *err);

#endif
