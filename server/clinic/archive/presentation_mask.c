/*
 * The frames of a mask subtraction: each decoded by itself, so that one picture needs the memory of three.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/presentation_mask.h"

#include <math.h>
#include <stdlib.h>

#include "clinic/archive/frame_annotate.h"

/* The mean of some frames, rows × columns; NULL: an error. */
static double *mean_of(ChildPool *codec, const Stored *image, const MaskPlan *plan, const Pixels *stored, const GreyRules *rules,
                       const uint32_t *frames, size_t count, Err *err)
{
    size_t  pixels = (size_t)stored->rows * stored->columns;
    double *sum    = calloc(pixels, sizeof *sum);
    bool    ok     = sum || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "mask");
    for (size_t i = 0; ok && i < count; i++) {
        OWNED_BUF samples = buf_make(FRAME_BYTES_MAX);
        Pixels    p       = *stored;
        ok = frame_samples(codec, image, frames[i], &p, &samples, err) &&
             ((p.rows == stored->rows && p.columns == stored->columns) ||
              err_set(err, ERR_INPUT, "The image data is shorter than described.", "frame %u", frames[i])) &&
             mask_values_add(plan, &p, rules, buf_slice(&samples), sum, err);
    }
    for (size_t k = 0; ok && k < pixels; k++)
        sum[k] /= (double)count;
    if (!ok) {
        free(sum);
        sum = NULL;
    }
    return sum;
}

/* The least and greatest that the values can be after the modality: as far apart can a difference be. */
static double reach_of(const MaskPlan *plan, const Pixels *p, const GreyRules *rules)
{
    const struct GreyLut *table = plan->to_log.count ? &plan->to_log : rules->modality.count ? &rules->modality : NULL;
    if (table)
        return (1u << table->bits) - 1;
    return fabs(p->slope) * (ldexp(1, p->bits_stored) - 1);
}

/* 'p' and 'rules' of what is left: doubles, without padding, tables of the modality or bits of overlays. */
static void describe(const MaskPlan *plan, Pixels *p, GreyRules *rules)
{
    if (!p->has_window && !rules->voi.count) {
        p->has_window    = true;
        p->window_center = 0;
        p->window_width  = 2 * reach_of(plan, p, rules);
        rules->shape     = WINDOW_LINEAR_EXACT;
    }
    free(rules->modality.at);
    rules->modality   = (struct GreyLut) { 0 };
    p->kind           = PIXELS_DOUBLE;
    p->bits_allocated = p->bits_stored = 64;
    p->high_bit       = 63;
    p->is_signed      = true;
    p->slope          = 1;
    p->intercept      = 0;
    p->has_padding    = false;
    p->encapsulated = p->big_endian = false;
}

bool mask_difference(ChildPool *codec, const Stored *image, const MaskPlan *plan, Pixels *p, GreyRules *rules, Buf *ret, Err *err)
{
    size_t pixels = (size_t)p->rows * p->columns;
    if (pixels > MASK_PIXELS_MAX)
        return err_set(err, ERR_LIMIT, "This image is too large to be decoded here.", "%u x %u subtracted", p->rows, p->columns);
    double *contrast = mean_of(codec, image, plan, p, rules, plan->contrast, plan->contrast_count, err);
    double *mask     = contrast ? mean_of(codec, image, plan, p, rules, plan->mask, plan->mask_count, err) : NULL;
    bool    ok       = mask && mask_take_away(plan, p->rows, p->columns, contrast, mask, err) &&
              (buf_add(ret, slice_bytes(contrast, pixels * sizeof *contrast)) || buf_ok(ret, err));
    if (ok)
        describe(plan, p, rules);
    free(contrast);
    free(mask);
    return ok;
}
