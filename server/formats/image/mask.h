/*
 * Mask subtraction: what of a frame is left when frames taken before the contrast medium are taken away from it.
 *
 * Between the modality transformation and the VOI (PS3.4 §N.2): values in, signed values out. Source: DICOM PS3.3
 * §C.7.6.10 (Mask module), §C.11.13 (masks of presentation states; of XA/XRF ones also pixel shifts of regions,
 * mask visibility, display filter), §C.7.6.16 (regions).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_MASK_H
#define FORMATS_IMAGE_MASK_H

#include "formats/image/lut.h"

enum { MASK_FRAMES_MAX = 64 }; /* averaged for one picture */

/* Which frames (from 1) are averaged and taken away from which, for one frame that is shown. */
typedef struct MaskPlan {
    bool           subtracts; /* false: the frame is shown as it is */
    size_t         mask_count, contrast_count;
    uint32_t       mask[MASK_FRAMES_MAX], contrast[MASK_FRAMES_MAX];
    double         down, right; /* the mask is moved so far first, in pixels */
    double         taken;       /* of the mask, 0 to 1: 1 without Mask Visibility Percentage */
    double         sharpened;   /* share of the Display Filter Percentage, 0 to 1 */
    const Dataset *regions;     /* with a Region Pixel Shift Sequence; NULL: none; borrowed */
    struct GreyLut to_log;      /* of linear samples, in place of the modality transformation; count 0: none */
} MaskPlan;

/*
 * What 'holder' (a presentation state, or an image that has a Mask module) says for a frame of an image of 'frames'.
 * Nothing said, viewing mode NAT, a frame out of its range: 'subtracts' is false. mask_plan_clear in any case.
 * Errors: ERR_INPUT an operation that names no frame, or frames that the image does not have, a damaged table;
 * ERR_LIMIT more than MASK_FRAMES_MAX; ERR_UNAVAILABLE memory.
 */
bool mask_plan_read(const Dataset *holder, Slice instance_uid, uint32_t frame, uint32_t frames, MaskPlan *ret, Err *err);
void mask_plan_clear(MaskPlan *plan);

/*
 * Adds the values of a frame, after the modality transformation of 'p' and 'rules' (or the plan's to_log), to 'sum',
 * rows × columns. Errors: ERR_INPUT a frame too short, an image of colours.
 */
bool mask_values_add(const MaskPlan *plan, const Pixels *p, const GreyRules *rules, Slice frame, double *sum, Err *err);

/*
 * contrast − taken × mask moved, in place of 'contrast'; both are means. Where the moved mask has no pixel its edge
 * goes on. Errors: ERR_UNAVAILABLE memory.
 */
bool mask_take_away(const MaskPlan *plan, uint32_t rows, uint32_t columns, double *contrast, const double *mask, Err *err);

#endif
