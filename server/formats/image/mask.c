/*
 * Masks read from their items; frames averaged, moved by parts of a pixel, taken away.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/mask.h"

#include <math.h>
#include <stdlib.h>

#include "formats/image/presentation.h"
#include "formats/image/samples.h"

enum {
    VIEWING_MODE     = 0x00281090,
    MASKS            = 0x00286100,
    OPERATION        = 0x00286101,
    RANGE            = 0x00286102,
    MASK_FRAMES      = 0x00286110,
    AVERAGING        = 0x00286112,
    SUB_PIXEL_SHIFT  = 0x00286114,
    TID_OFFSET       = 0x00286120,
    ITEM_ID          = 0x00289416,
    FILTER           = 0x00289411,
    VISIBILITY       = 0x00289478,
    INTENSITY_LUT    = 0x00289422,
    LUT_FUNCTION     = 0x00289474,
    LUT_RANGE        = 0x00289507,
    PIXEL_SHIFTS     = 0x00289501,
    REGIONS          = 0x00289502,
    VERTICES         = 0x00289503,
    SHIFT_RANGE      = 0x00289506,
    FRAME_SHIFTS     = 0x00289415,
    MULTI_FRAME      = 0x00289505,
    FRAME_DISPLAY    = 0x00089458,
    RANGES_MAX       = 1000,
    CORNERS_MAX      = 128,
    REGIONS_MAX      = 64,
};
#define DAMAGED "The mask of the presentation state is damaged."

/* ---- which frames ---- */

/* Does a list of first and last frames hold this one? 'ret_first' of the pair that does. A missing list holds all. */
static bool in_range(const Dataset *item, uint32_t tag, uint32_t frame, int64_t *ret_first)
{
    int64_t first = 0, last = 0;
    *ret_first = 1;
    if (!dataset_int(item, tag, 0, &first))
        return true;
    for (size_t i = 0; i < RANGES_MAX && dataset_int(item, tag, 2 * i, &first) && dataset_int(item, tag, 2 * i + 1, &last); i++)
        if (frame >= first && frame <= last) {
            *ret_first = first;
            return true;
        }
    return false;
}

static bool contrast_read(const Dataset *item, uint32_t frame, uint32_t frames, MaskPlan *ret, Err *err)
{
    int64_t count = 1;
    if (!dataset_int(item, AVERAGING, 0, &count) || count < 1)
        count = 1;
    if (count > MASK_FRAMES_MAX)
        return err_set(err, ERR_LIMIT, "The mask averages more frames than is done here.", "%lld contrast frames", (long long)count);
    for (uint32_t f = frame; f <= frames && f - frame < (uint32_t)count; f++)
        ret->contrast[ret->contrast_count++] = f;
    return true;
}

/* The frames of AVG_SUB. */
static bool average_read(const Dataset *item, uint32_t frames, MaskPlan *ret, Err *err)
{
    int64_t frame = 0;
    for (size_t i = 0; dataset_int(item, MASK_FRAMES, i, &frame); i++) {
        if (i == MASK_FRAMES_MAX)
            return err_set(err, ERR_LIMIT, "The mask averages more frames than is done here.", "more than %d", MASK_FRAMES_MAX);
        if (frame < 1 || frame > frames)
            return err_set(err, ERR_INPUT, DAMAGED, "mask frame %lld of %u", (long long)frame, frames);
        ret->mask[ret->mask_count++] = (uint32_t)frame;
    }
    return ret->mask_count || err_set(err, ERR_INPUT, DAMAGED, "no mask frame");
}

/* The one frame of TID and REV_TID; none where it would lie outside of the image. */
static void interval_read(const Dataset *item, bool reversed, uint32_t frame, int64_t first, uint32_t frames, MaskPlan *ret)
{
    int64_t offset = 0;
    if (!dataset_int(item, TID_OFFSET, 0, &offset))
        offset = 1; /* of no length: 1 */
    int64_t mask = reversed ? 2 * first - frame - offset : frame - offset;
    if (mask >= 1 && mask <= frames)
        ret->mask[ret->mask_count++] = (uint32_t)mask;
}

static bool frames_read(const Dataset *item, uint32_t frame, uint32_t frames, int64_t first, MaskPlan *ret, Err *err)
{
    Slice operation = dataset_code(item, OPERATION);
    bool  reversed  = slice_equal_text(operation, "REV_TID");
    if (slice_equal_text(operation, "NONE"))
        return true;
    if (reversed || slice_equal_text(operation, "TID"))
        interval_read(item, reversed, frame, first, frames, ret);
    else if (!slice_equal_text(operation, "AVG_SUB"))
        return err_set(err, ERR_INPUT, DAMAGED, "unknown operation");
    else if (!average_read(item, frames, ret, err))
        return false;
    return contrast_read(item, frame, frames, ret, err);
}

/* ---- how ---- */

static void shift_read(const Dataset *item, double *down, double *right)
{
    double y = 0, x = 0;
    if (!dataset_double(item, SUB_PIXEL_SHIFT, 0, &y) || !dataset_double(item, SUB_PIXEL_SHIFT, 1, &x) || !isfinite(y) || !isfinite(x) ||
        fabs(y) > UINT16_MAX || fabs(x) > UINT16_MAX)
        return;
    *down  = y;
    *right = x;
}

static bool same_item(const Dataset *item, const Dataset *mask)
{
    int64_t one = 0, other = 0;
    return !dataset_int(item, ITEM_ID, 0, &one) || !dataset_int(mask, ITEM_ID, 0, &other) || one == other;
}

/* Shifts of a state by region, of an enhanced image by frame. */
static void shifts_read(const Dataset *holder, const Dataset *mask, uint32_t frame, MaskPlan *ret)
{
    const Dataset *own   = frame_group(holder, frame, FRAME_SHIFTS);
    int64_t        first = 0;
    shift_read(mask, &ret->down, &ret->right);
    if (own && same_item(own, mask))
        shift_read(own, &ret->down, &ret->right);
    for (size_t i = 0; i < dataset_items(holder, PIXEL_SHIFTS); i++) {
        const Dataset *item = dataset_item(holder, PIXEL_SHIFTS, i);
        if (same_item(item, mask) && in_range(item, SHIFT_RANGE, frame, &first))
            ret->regions = item;
    }
}

/* A percentage of the state, of its presentation or of its display of frames: the first that says it. */
static double percentage(const Dataset *holder, uint32_t tag, double unsaid)
{
    const Dataset *multi = dataset_item(holder, MULTI_FRAME, 0), *frames = dataset_item(multi ? multi : holder, FRAME_DISPLAY, 0);
    double         value = unsaid;
    if (!dataset_double(holder, tag, 0, &value) && !(multi && dataset_double(multi, tag, 0, &value)) &&
        !(frames && dataset_double(frames, tag, 0, &value)))
        return unsaid;
    return isfinite(value) ? fmin(fmax(value, 0), 100) / 100 : unsaid;
}

static bool to_log_read(const Dataset *holder, uint32_t frame, MaskPlan *ret, Err *err)
{
    int64_t first = 0;
    for (size_t i = 0; i < dataset_items(holder, INTENSITY_LUT); i++) {
        const Dataset *item = dataset_item(holder, INTENSITY_LUT, i);
        if (slice_equal_text(dataset_code(item, LUT_FUNCTION), "TO_LOG") && in_range(item, LUT_RANGE, frame, &first))
            return grey_lut_item(item, &ret->to_log, err);
    }
    return true;
}

bool mask_plan_read(const Dataset *holder, Slice uid, uint32_t frame, uint32_t frames, MaskPlan *ret, Err *err)
{
    *ret = (MaskPlan) { .taken = 1 };
    if (slice_equal_text(dataset_code(holder, VIEWING_MODE), "NAT"))
        return true;
    for (size_t i = 0; i < dataset_items(holder, MASKS) && !ret->subtracts; i++) {
        const Dataset *item  = dataset_item(holder, MASKS, i);
        int64_t        first = 1;
        if (!presentation_means(item, uid, frame) || !in_range(item, RANGE, frame, &first))
            continue;
        *ret = (MaskPlan) { .taken = 1 };
        if (!frames_read(item, frame, frames, first, ret, err))
            return false;
        ret->subtracts = ret->mask_count > 0 && ret->contrast_count > 0;
        if (ret->subtracts)
            shifts_read(holder, item, frame, ret);
    }
    if (!ret->subtracts)
        return true;
    ret->taken     = 1 - percentage(holder, VISIBILITY, 0);
    ret->sharpened = percentage(holder, FILTER, 0);
    return to_log_read(holder, frame, ret, err);
}

void mask_plan_clear(MaskPlan *plan)
{
    free(plan->to_log.at);
    *plan = (MaskPlan) { 0 };
}

/* ---- values ---- */

bool mask_values_add(const MaskPlan *plan, const Pixels *p, const GreyRules *rules, Slice frame, double *sum, Err *err)
{
    Samples               s;
    const struct GreyLut *table = plan->to_log.count ? &plan->to_log : rules->modality.count ? &rules->modality : NULL;
    if (p->samples != 1 || (p->photometric != MONOCHROME1 && p->photometric != MONOCHROME2))
        return err_set(err, ERR_INPUT, "Only grey images are subtracted: this one has colours.", "%u samples", p->samples);
    if (!samples_make(p, frame, 0, &s))
        return err_set(err, ERR_INPUT, "The image data is shorter than described.", "frame of %zu bytes", frame.len);
    for (size_t i = 0; i < s.pixels; i++) {
        double value = sample_real(&s, i);
        sum[i] += table ? grey_lut_at(table, value) : value * p->slope + p->intercept;
    }
    return true;
}

typedef struct Plane2 {
    const double *at;
    int64_t       rows, columns;
} Plane2;

static double clamped(Plane2 m, int64_t row, int64_t column)
{
    row    = row < 0 ? 0 : row >= m.rows ? m.rows - 1 : row;
    column = column < 0 ? 0 : column >= m.columns ? m.columns - 1 : column;
    return m.at[row * m.columns + column];
}

/* Between the four nearest pixels. */
static double moved(Plane2 m, int64_t row, int64_t column, double down, double right)
{
    double  y = (double)row - down, x = (double)column - right, v = floor(y), u = floor(x), dy = y - v, dx = x - u;
    int64_t i = (int64_t)v, k = (int64_t)u;
    double  upper = clamped(m, i, k) * (1 - dx) + (dx > 0 ? clamped(m, i, k + 1) * dx : 0);
    double  lower = dy > 0 ? clamped(m, i + 1, k) * (1 - dx) + (dx > 0 ? clamped(m, i + 1, k + 1) * dx : 0) : 0;
    return upper * (1 - dy) + lower * dy;
}

typedef struct Region {
    size_t  corners; /* 0: the whole frame */
    int64_t row[CORNERS_MAX], column[CORNERS_MAX];
    double  down, right;
} Region;

static bool region_read(const Dataset *item, Region *ret)
{
    *ret = (Region) { 0 };
    shift_read(item, &ret->down, &ret->right);
    size_t n = 0;
    while (n < CORNERS_MAX && dataset_int(item, VERTICES, 2 * n, &ret->row[n]) && dataset_int(item, VERTICES, 2 * n + 1, &ret->column[n]))
        n++;
    ret->corners = n;
    return n == 0 || n >= 3;
}

/* Row and column count from 1; an odd number of sides lies to the right. */
static bool region_holds(const Region *r, int64_t row, int64_t column)
{
    bool inside = r->corners == 0;
    for (size_t i = 0, k = r->corners - 1; r->corners && i < r->corners; k = i++) {
        if ((r->row[i] > row) == (r->row[k] > row))
            continue;
        double at = (double)(r->column[k] - r->column[i]) * (double)(row - r->row[i]) / (double)(r->row[k] - r->row[i]) +
                    (double)r->column[i];
        inside ^= (double)column < at;
    }
    return inside;
}

static void taken_from(const MaskPlan *plan, const Region *only, Plane2 mask, const double *contrast, double *out)
{
    for (int64_t row = 0; row < mask.rows; row++)
        for (int64_t column = 0; column < mask.columns; column++) {
            size_t i = (size_t)(row * mask.columns + column);
            if (only && !region_holds(only, row + 1, column + 1))
                continue;
            out[i] = contrast[i] - plan->taken * moved(mask, row, column, only ? only->down : plan->down, only ? only->right : plan->right);
        }
}

/*
 * The standard gives the percentage and leaves the filter to the maker of the display: here the difference to the
 * mean of the nine pixels around, added as often as the percentage says.
 */
static void sharpened(double share, Plane2 from, double *out)
{
    for (int64_t row = 0; row < from.rows; row++)
        for (int64_t column = 0; column < from.columns; column++) {
            double sum = 0, own = clamped(from, row, column);
            for (int64_t i = -1; i <= 1; i++)
                for (int64_t k = -1; k <= 1; k++)
                    sum += clamped(from, row + i, column + k);
            out[row * from.columns + column] = own + share * (own - sum / 9);
        }
}

bool mask_take_away(const MaskPlan *plan, uint32_t rows, uint32_t columns, double *contrast, const double *mask, Err *err)
{
    size_t  pixels = (size_t)rows * columns;
    double *out    = malloc(pixels * sizeof *out);
    Plane2  m      = { mask, rows, columns };
    if (!out)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "mask");
    taken_from(plan, NULL, m, contrast, out);
    for (size_t i = 0; plan->regions && i < dataset_items(plan->regions, REGIONS) && i < REGIONS_MAX; i++) {
        Region region;
        if (region_read(dataset_item(plan->regions, REGIONS, i), &region))
            taken_from(plan, &region, m, contrast, out);
    }
    if (plan->sharpened > 0)
        sharpened(plan->sharpened, (Plane2) { out, rows, columns }, contrast);
    else
        memcpy(contrast, out, pixels * sizeof *out);
    free(out);
    return true;
}
