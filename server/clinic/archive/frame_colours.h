/*
 * A picture in the colours asked for, with the profile that says so. PS3.18 §8.3.5.1.4.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_FRAME_COLOURS_H
#define CLINIC_ARCHIVE_FRAME_COLOURS_H

#include "clinic/archive/frames.h"
#include "formats/image/render.h"

/*
 * By the profile of the image (0028,2000), of the whole or of its first optical path that has one, else as
 * sRGB. The picture becomes RGB; its profile lives in 'made', which the caller keeps as long as the picture.
 * Nothing asked: nothing done. Errors: ERR_INPUT the image's profile cannot be used, or no codec; ERR_LIMIT
 * too large.
 */
bool frame_colours(ChildPool *codec, const Dataset *ds, const RenderWanted *wanted, Picture *picture,
                   Buf *made, Err *err);

#endif
