/*
 * A frame of a stored image after the mask subtraction that a presentation state says.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_ARCHIVE_PRESENTATION_MASK_H
#define CLINIC_ARCHIVE_PRESENTATION_MASK_H

#include "clinic/archive/frames_internal.h"
#include "formats/image/mask.h"

enum { MASK_PIXELS_MAX = 1 << 24, MASK_BYTES_MAX = MASK_PIXELS_MAX * 8 };

/*
 * Frames decoded, averaged, moved, taken away: 'ret' holds a double for each pixel. 'p' is of the image as stored and
 * then describes these; 'rules' lose the modality table, which is applied. Without a window of the state both signs
 * of the whole range are shown, no difference in the middle. Errors: as frame_samples, mask_values_add;
 * ERR_LIMIT more than MASK_PIXELS_MAX.
 */
bool mask_difference(ChildPool *codec, const Stored *image, const MaskPlan *plan, Pixels *p, GreyRules *rules, Buf *ret, Err *err);

#endif
