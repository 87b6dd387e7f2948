/*
 * What is burned into a picture for whoever asks. PS3.18 §8.3.5.1.1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_FRAME_ANNOTATE_H
#define CLINIC_ARCHIVE_FRAME_ANNOTATE_H

#include "clinic/archive/frames.h"
#include "formats/image/render.h"

/*
 * Draws what 'wanted' asks of patient (upper left) and technique (lower left) into a picture of 'frame' (from
 * 1); nothing asked: nothing done. What the data set does not say is left out. The picture becomes RGB.
 * Errors: ERR_UNAVAILABLE memory.
 */
bool frame_annotate(const Dataset *ds, uint32_t frame, uint32_t frames, const RenderWanted *wanted,
                    Picture *picture, Err *err);

/* A grey picture becomes RGB. ERR_UNAVAILABLE memory. */
bool picture_coloured(Picture *picture, Err *err);

#endif
