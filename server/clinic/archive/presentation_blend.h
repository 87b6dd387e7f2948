/*
 * The superimposed images of a blending state, laid over one of its underlying ones.
 *
 * Source: DICOM PS3.3 §A.33.4, §C.11.14; PS3.4 §N.2.4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_PRESENTATION_BLEND_H
#define CLINIC_ARCHIVE_PRESENTATION_BLEND_H

#include "clinic/archive/presentation_render.h"
#include "formats/image/presentation.h"

typedef struct Blending {
    Archive           *archive;
    ChildPool         *codec; /* may be NULL */
    const Dataset     *state, *image;
    uint32_t           frame; /* of 'image', from 1 */
    const StateImages *of;
} Blending;

/*
 * Makes 'picture', the greys of the whole of that frame, coloured and blended. Where no superimposed plane
 * reaches, it stays as it is. Errors: ERR_INPUT it or they are no greys, or do not lie in the same space or not
 * parallel; as frame_render.
 */
bool blend_over(const Blending *b, const Presentation *says, Picture *picture, Err *err);

#endif
