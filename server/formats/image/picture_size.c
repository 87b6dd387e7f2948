/*
 * A picture of another size or of a part: cut, turned over, then the mean of what a smaller pixel covers, or
 * the straight line between neighbours where it is enlarged.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdlib.h>

#include "formats/image/render_internal.h"

Picture *picture_new(uint32_t width, uint32_t height, uint32_t channels)
{
    Picture *made = calloc(1, sizeof *made);
    if (made)
        *made = (Picture) { width, height, channels, malloc((size_t)width * height * channels) };
    if (made && made->at)
        return made;
    picture_free(made);
    return NULL;
}

void picture_free(Picture *picture)
{
    if (picture)
        free(picture->at);
    free(picture);
}

/* ---- the part ---- */

/* Along one axis: where the wanted part begins and ends, cut to the picture. Empty: false. */
static bool part_of(double from, double length, uint32_t whole, uint32_t *ret_from, uint32_t *ret_count)
{
    double end = length == 0 ? whole : from + fabs(length);
    from       = fmax(0, floor(from));
    end        = fmin(whole, ceil(end));
    if (!(end > from))
        return false;
    *ret_from  = (uint32_t)from;
    *ret_count = (uint32_t)(end - from);
    return true;
}

static Picture *cut(const Picture *full, const PictureWanted *wanted, Err *err)
{
    uint32_t x, y, width, height;
    if (!part_of(wanted->left, wanted->part_width, full->width, &x, &width) ||
        !part_of(wanted->top, wanted->part_height, full->height, &y, &height)) {
        err_set(err, ERR_INPUT, "The window or viewport asked for is malformed.", "part outside the image");
        return NULL;
    }
    Picture *part = picture_new(width, height, full->channels);
    if (!part) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "picture");
        return NULL;
    }
    size_t step = full->channels;
    for (uint32_t row = 0; row < height; row++) {
        uint32_t       from = y + (wanted->part_height < 0 ? height - 1 - row : row);
        const uint8_t *in   = full->at + ((size_t)from * full->width + x) * step;
        uint8_t       *out  = part->at + (size_t)row * width * step;
        for (uint32_t i = 0; i < width; i++)
            memcpy(out + i * step, in + (wanted->part_width < 0 ? width - 1 - i : i) * step, step);
    }
    return part;
}

/* ---- the size ---- */

/* What one pixel of the new axis takes from the old one: 'count' neighbours from 'first' on. */
typedef struct Share {
    uint32_t first, count;
    float   *weight;
} Share;

typedef struct Axis {
    Share *at;
    float *weights;
} Axis;

static void axis_clear(Axis *a)
{
    free(a->at);
    free(a->weights);
}

/* The mean of what [from, to) covers. */
static void share_covered(Share *s, double from, double to, uint32_t old)
{
    s->first     = (uint32_t)from < old ? (uint32_t)from : old - 1;
    uint32_t end = (uint32_t)ceil(to - 1e-9);
    end          = end > old ? old : end <= s->first ? s->first + 1 : end;
    s->count     = end - s->first;
    double sum   = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        double a = fmax(from, s->first + i), b = fmin(to, s->first + i + 1.0);
        s->weight[i] = (float)fmax(0, b - a);
        sum += (double)s->weight[i];
    }
    for (uint32_t i = 0; i < s->count; i++)
        s->weight[i] = sum > 0 ? (float)((double)s->weight[i] / sum) : 1.0F / (float)s->count;
}

/* Between the two whose centres stand around 'centre'. */
static void share_between(Share *s, double centre, uint32_t old)
{
    double place = fmin(fmax(centre - 0.5, 0), old - 1.0);
    s->first     = (uint32_t)place;
    s->count     = s->first + 1 < old ? 2 : 1;
    s->weight[0] = s->count == 1 ? 1 : (float)(1 - (place - s->first));
    s->weight[1] = 1 - s->weight[0];
}

static bool axis_make(uint32_t old, uint32_t new, Axis *ret)
{
    double ratio = (double)old / new;
    size_t room  = (size_t)ceil(ratio) + 2;
    *ret         = (Axis) { calloc(new, sizeof *ret->at), calloc(room * new, sizeof *ret->weights) };
    for (uint32_t i = 0; ret->at && ret->weights && i < new; i++) {
        ret->at[i].weight = ret->weights + room * i;
        if (new <= old)
            share_covered(&ret->at[i], i * ratio, (i + 1) * ratio, old);
        else
            share_between(&ret->at[i], (i + 0.5) * ratio, old);
    }
    return ret->at && ret->weights;
}

/* One line of the old picture on the new horizontal axis, added to 'sums' with a weight. */
static void add_line(const uint8_t *line, const Axis *across, const Picture *to, float weight, float *sums)
{
    size_t step = to->channels;
    for (uint32_t x = 0; x < to->width; x++) {
        const Share *s = &across->at[x];
        for (size_t c = 0; c < step; c++) {
            float value = 0;
            for (uint32_t i = 0; i < s->count; i++)
                value += s->weight[i] * line[(s->first + i) * step + c];
            sums[x * step + c] += weight * value;
        }
    }
}

static bool resample(const Picture *from, Picture *to)
{
    Axis   across = { 0 }, down = { 0 };
    size_t wide = (size_t)to->width * to->channels;
    float *sums = calloc(wide, sizeof *sums);
    bool   ok =
        sums && axis_make(from->width, to->width, &across) && axis_make(from->height, to->height, &down);
    for (uint32_t y = 0; ok && y < to->height; y++) {
        const Share *s = &down.at[y];
        memset(sums, 0, wide * sizeof *sums);
        for (uint32_t i = 0; i < s->count; i++)
            add_line(from->at + (size_t)(s->first + i) * from->width * from->channels, &across, to,
                     s->weight[i], sums);
        for (size_t i = 0; i < wide; i++)
            to->at[y * wide + i] = to_byte((double)sums[i]);
    }
    free(sums);
    axis_clear(&across);
    axis_clear(&down);
    return ok;
}

/* The largest size within what is wanted that keeps the proportions of what is shown. */
static void fit(const Picture *part, const Pixels *p, const PictureWanted *wanted, uint32_t *ret_width,
                uint32_t *ret_height)
{
    double tall  = p->pixel_height > 0 && p->pixel_width > 0 ? p->pixel_height / p->pixel_width : 1;
    double width = part->width, height = part->height; /* with square pixels, no detail lost */
    if (tall > 1)
        height *= tall;
    else
        width /= tall;
    double scale = fmin((wanted->width ? wanted->width : PICTURE_SIDE_MAX) / width,
                        (wanted->height ? wanted->height : PICTURE_SIDE_MAX) / height);
    if (scale > 1 && !wanted->enlarge)
        scale = 1;
    *ret_width  = (uint32_t)fmax(1, floor(width * scale + 1e-6));
    *ret_height = (uint32_t)fmax(1, floor(height * scale + 1e-6));
}

Picture *picture_sized(Picture *full, const Pixels *p, const PictureWanted *wanted, Err *err)
{
    OWNED(Picture) *part = full;
    uint32_t width, height;
    if (wanted->left != 0 || wanted->top != 0 || wanted->part_width != 0 || wanted->part_height != 0) {
        Picture *smaller = cut(full, wanted, err);
        picture_free(part);
        part = smaller;
    }
    if (!part || (!wanted->width && !wanted->height)) /* the matrix as it is (PS3.18 §8.3.5.1.3) */
        return GIVE(part);
    fit(part, p, wanted, &width, &height);
    if (width == part->width && height == part->height)
        return GIVE(part);
    if ((uint64_t)width * height > PICTURE_PIXELS_MAX / 4) {
        err_set(err, ERR_LIMIT, "The picture asked for is too large.", "%u x %u", width, height);
        return NULL;
    }
    OWNED(Picture) *made = picture_new(width, height, part->channels);
    if (made && resample(part, made))
        return GIVE(made);
    err_set(err, ERR_UNAVAILABLE, "Memory is out.", "picture");
    return NULL;
}
