/*
 * From stored samples to a picture: rescale, window, palette, colour space, smaller size.
 *
 * Source: DICOM PS3.3 §C.11.2.1.2 (window), §C.7.6.3.1.2 (photometric interpretation).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/render.h"

#include <math.h>

#include "formats/image/lut.h"
#include "formats/image/samples.h"

#define NO_PICTURE "This image has no picture."

enum { LUT_BITS_MAX = 16 };

/* ---- grey ---- */

typedef struct Window {
    double      center, width;
    WindowShape shape;
    bool        inverted; /* MONOCHROME1, or so its presentation LUT shape: the least value is white */
    const struct GreyLut *modality, *voi; /* NULL: rescale; the window */
} Window;

static uint8_t to_byte(double v)
{
    return v <= 0 ? 0 : v >= 255 ? 255 : (uint8_t)(v + 0.5);
}

/* The formulas of PS3.3 §C.11.2.1.2.1 to .3, output range 0 to 255. */
static uint8_t windowed(const Window *w, double x)
{
    double c = w->center, width = w->width, y = 0;
    switch (w->shape) {
    case WINDOW_LINEAR:
        if (x <= c - 0.5 - (width - 1) / 2)
            y = 0;
        else if (x > c - 0.5 + (width - 1) / 2)
            y = 255;
        else
            y = ((x - (c - 0.5)) / (width - 1) + 0.5) * 255;
        break;
    case WINDOW_LINEAR_EXACT:
        y = x <= c - width / 2 ? 0 : x > c + width / 2 ? 255 : ((x - c) / width + 0.5) * 255;
        break;
    case WINDOW_SIGMOID:
        y = 255 / (1 + exp(-4 * (x - c) / width));
        break;
    }
    uint8_t grey = to_byte(y);
    return w->inverted ? (uint8_t)(255 - grey) : grey;
}

static double modality_value(const Pixels *p, const Window *w, double stored)
{
    return w->modality ? grey_lut_at(w->modality, stored) : stored * p->slope + p->intercept;
}

/* A stored value to grey: modality table or rescale, then VOI table or window (PS3.3 §C.11.1, §C.11.2). */
static uint8_t shown(const Pixels *p, const Window *w, double stored)
{
    double value = modality_value(p, w, stored);
    if (!w->voi)
        return windowed(w, value);
    uint8_t grey = to_byte(grey_lut_at(w->voi, value) * 255.0 / ((1u << w->voi->bits) - 1));
    return w->inverted ? (uint8_t)(255 - grey) : grey;
}

static bool is_padding(const Pixels *p, const Samples *s, size_t i)
{
    return p->has_padding && p->kind == PIXELS_INTEGER && sample_int(s, i) == p->padding;
}

/* Least and greatest value of the frame, padding left out, rescaled: what is shown when no window is known.
 */
static void window_of_values(const Pixels *p, const Samples *s, Window *ret)
{
    double least = INFINITY, most = -INFINITY;
    for (size_t i = 0; i < s->pixels; i++) {
        double v = sample_real(s, i);
        if (!isfinite(v) || is_padding(p, s, i))
            continue;
        v     = modality_value(p, ret, v);
        least = v < least ? v : least;
        most  = v > most ? v : most;
    }
    if (least > most)
        least = most = 0;
    double a = least, b = most;
    ret->shape  = WINDOW_LINEAR_EXACT;
    ret->center = (a + b) / 2;
    ret->width  = fabs(b - a) > 0 ? fabs(b - a) : 1;
}

/* A linear window needs a width of at least 1, the others one above 0 (PS3.3 §C.11.2.1.2). */
static bool window_fits(WindowShape shape, double center, double width)
{
    return isfinite(center) && isfinite(width) && (shape == WINDOW_LINEAR ? width >= 1 : width > 0);
}

static bool choose_window(const Pixels *p, const Samples *s, const PictureWanted *wanted, Window *ret,
                          Err *err)
{
    const GreyRules *rules = wanted->rules;
    WindowShape      own   = rules ? rules->shape : wanted->shape;
    *ret                   = (Window) { .shape    = wanted->shape,
                                        .inverted = p->photometric == MONOCHROME1 || (rules && rules->inverse),
                                        .modality = rules && rules->modality.count ? &rules->modality : NULL };
    if (wanted->has_window) {
        ret->center = wanted->window_center;
        ret->width  = wanted->window_width;
        if (!window_fits(ret->shape, ret->center, ret->width))
            return err_set(err, ERR_INPUT, "The window or viewport asked for is malformed.", "window width");
    } else if (p->has_window && window_fits(own, p->window_center, p->window_width)) {
        ret->center = p->window_center;
        ret->width  = p->window_width;
        ret->shape  = own;
    } else if (rules && rules->voi.count) {
        ret->voi = &rules->voi;
    } else {
        window_of_values(p, s, ret);
    }
    return true;
}

/* A table for every stored value when there are few enough of them; indexed by the value's low bits. */
static uint8_t *window_table(const Pixels *p, const Window *w)
{
    uint32_t count = UINT32_C(1) << p->bits_stored, sign = count >> 1;
    uint8_t *table = malloc(count);
    for (uint32_t i = 0; table && i < count; i++) {
        int64_t stored = p->is_signed && (i & sign) ? (int64_t)i - count : i;
        table[i]       = p->has_padding && stored == p->padding ? 0 : shown(p, w, (double)stored);
    }
    return table;
}

static bool render_grey(const Pixels *p, const Samples *s, const PictureWanted *wanted, uint8_t *out,
                        Err *err)
{
    Window w;
    if (!choose_window(p, s, wanted, &w, err))
        return false;
    if (p->kind == PIXELS_INTEGER && p->bits_stored <= LUT_BITS_MAX) {
        uint8_t *table = window_table(p, &w);
        uint32_t mask  = (UINT32_C(1) << p->bits_stored) - 1;
        if (!table)
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "window table");
        for (size_t i = 0; i < s->pixels; i++)
            out[i] = table[(uint32_t)sample_int(s, i) & mask];
        free(table);
        return true;
    }
    for (size_t i = 0; i < s->pixels; i++) {
        double v = sample_real(s, i);
        out[i]   = isfinite(v) && !is_padding(p, s, i) ? shown(p, &w, v) : 0;
    }
    return true;
}

/* ---- colour ---- */

/* ITU-R BT.601 as JPEG uses it: all 256 levels. */
static void ybr_to_rgb(double y, double cb, double cr, uint8_t out[3])
{
    out[0] = to_byte(y + 1.402 * (cr - 128));
    out[1] = to_byte(y - 0.344136 * (cb - 128) - 0.714136 * (cr - 128));
    out[2] = to_byte(y + 1.772 * (cb - 128));
}

static void render_palette(const Samples *s, const Palette *palette, uint8_t *out)
{
    for (size_t i = 0; i < s->pixels; i++) {
        int64_t  index = sample_int(s, i) - palette->first;
        uint32_t entry = index < 0 ? 0 : index >= palette->count ? palette->count - 1 : (uint32_t)index;
        out[3 * i]     = palette->red[entry];
        out[3 * i + 1] = palette->green[entry];
        out[3 * i + 2] = palette->blue[entry];
    }
}

/* Components of any depth to 8 bits. */
static void render_colour(const Pixels *p, const Samples *s, uint8_t *out)
{
    double scale = 255 / (exp2(p->bits_stored) - 1);
    for (size_t i = 0; i < s->pixels; i++) {
        double c[3];
        for (unsigned k = 0; k < 3; k++)
            c[k] = (double)sample_int(s, sample_place(s, i, k)) * scale;
        if (p->photometric == YBR_FULL || p->photometric == YBR_FULL_422)
            ybr_to_rgb(c[0], c[1], c[2], out + 3 * i);
        else
            for (unsigned k = 0; k < 3; k++)
                out[3 * i + k] = to_byte(c[k]);
    }
}

/* Uncompressed YBR_FULL_422: Y1 Y2 Cb Cr for two neighbours in a row (PS3.3 §C.7.6.3.1.2). */
static bool render_422(const Pixels *p, Slice frame, uint8_t *out, Err *err)
{
    size_t pairs = (size_t)p->rows * p->columns / 2;
    if (p->columns % 2 || p->bits_allocated != 8 || p->planar || frame.len < pairs * 4)
        return err_set(err, ERR_INPUT, NO_PICTURE, "YBR_FULL_422 of %u columns, %zu bytes", p->columns,
                       frame.len);
    const uint8_t *in = (const uint8_t *)frame.at;
    for (size_t i = 0; i < pairs; i++, in += 4) {
        ybr_to_rgb(in[0], in[2], in[3], out + 6 * i);
        ybr_to_rgb(in[1], in[2], in[3], out + 6 * i + 3);
    }
    return true;
}

/* ---- size ---- */

/* Whole boxes of the large picture become one pixel: the mean of what they cover. */
static void shrink(const Picture *from, Picture *to)
{
    for (uint32_t y = 0; y < to->height; y++) {
        size_t y0 = (size_t)y * from->height / to->height, y1 = (size_t)(y + 1) * from->height / to->height;
        for (uint32_t x = 0; x < to->width; x++) {
            size_t x0 = (size_t)x * from->width / to->width, x1 = (size_t)(x + 1) * from->width / to->width;
            for (uint32_t c = 0; c < to->channels; c++) {
                uint64_t sum = 0;
                for (size_t row = y0; row < y1; row++)
                    for (size_t column = x0; column < x1; column++)
                        sum += from->at[(row * from->width + column) * from->channels + c];
                uint64_t count                                         = (y1 - y0) * (x1 - x0);
                to->at[((size_t)y * to->width + x) * to->channels + c] = (uint8_t)((sum + count / 2) / count);
            }
        }
    }
}

static Picture *picture_new(uint32_t width, uint32_t height, uint32_t channels)
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

/* The largest size within what is wanted that keeps the proportions; never larger than the image. */
static void fit(const Picture *full, const PictureWanted *wanted, uint32_t *ret_width, uint32_t *ret_height)
{
    double   scale  = 1;
    uint32_t width  = wanted->width ? wanted->width : PICTURE_SIDE_MAX,
             height = wanted->height ? wanted->height : PICTURE_SIDE_MAX;
    scale           = fmin(scale, (double)width / full->width);
    scale           = fmin(scale, (double)height / full->height);
    *ret_width      = scale >= 1 ? full->width : (uint32_t)fmax(1, floor(full->width * scale + 1e-9));
    *ret_height     = scale >= 1 ? full->height : (uint32_t)fmax(1, floor(full->height * scale + 1e-9));
}

/* 4:2:2 as stored takes two thirds of what three full components would. */
static bool is_subsampled(const Pixels *p)
{
    return p->photometric == YBR_FULL_422 && p->frame_bytes < (uint64_t)p->rows * p->columns * 3;
}

static bool fill(const Pixels *p, Slice frame, unsigned first_bit, const Palette *palette,
                 const PictureWanted *wanted, Picture *picture, Err *err)
{
    Samples s;
    if (is_subsampled(p))
        return render_422(p, frame, picture->at, err);
    if (!samples_make(p, frame, first_bit, &s))
        return err_set(err, ERR_INPUT, NO_PICTURE, "frame of %zu bytes is too short", frame.len);
    switch (p->photometric) {
    case MONOCHROME1:
    case MONOCHROME2:
        return render_grey(p, &s, wanted, picture->at, err);
    case PALETTE_COLOR:
        render_palette(&s, palette, picture->at);
        return true;
    default:
        render_colour(p, &s, picture->at);
        return true;
    }
}

/* Which images have a picture at all, and in how many channels. 0: none. */
static uint32_t channels_of(const Pixels *p, const Palette *palette)
{
    switch (p->photometric) {
    case MONOCHROME1:
    case MONOCHROME2:
        return p->samples == 1 ? 1 : 0;
    case PALETTE_COLOR:
        return p->samples == 1 && palette && palette->count && p->kind == PIXELS_INTEGER ? 3 : 0;
    case RGB:
    case YBR_FULL:
    case YBR_FULL_422:
        return p->samples == 3 && p->kind == PIXELS_INTEGER && p->bits_allocated >= 8 && !p->is_signed ? 3
                                                                                                       : 0;
    default:
        return 0;
    }
}

static bool depth_ok(const Pixels *p)
{
    if (p->kind == PIXELS_FLOAT)
        return p->bits_allocated == 32;
    if (p->kind == PIXELS_DOUBLE)
        return p->bits_allocated == 64;
    return (p->bits_allocated == 1 || p->bits_allocated == 8 || p->bits_allocated == 16 ||
            p->bits_allocated == 32) &&
           p->bits_stored >= 1 && p->high_bit < p->bits_allocated && p->bits_stored <= p->high_bit + 1u;
}

Picture *picture_render(const Pixels *p, Slice frame, unsigned first_bit, const Palette *palette,
                        const PictureWanted *wanted, Err *err)
{
    uint32_t channels = channels_of(p, palette), width, height;
    if (channels == 0 || !depth_ok(p) || p->encapsulated || p->rows == 0 || p->columns == 0) {
        err_set(err, ERR_INPUT, NO_PICTURE, "%s, %u samples, %u bits", photometric_name(p->photometric),
                p->samples, p->bits_allocated);
        return NULL;
    }
    if ((uint64_t)p->rows * p->columns > PICTURE_PIXELS_MAX) {
        err_set(err, ERR_LIMIT, "This image is too large to be decoded here.", "%u x %u", p->rows,
                p->columns);
        return NULL;
    }
    OWNED(Picture) *full = picture_new(p->columns, p->rows, channels);
    if (!full) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "picture");
        return NULL;
    }
    if (!fill(p, frame, first_bit, palette, wanted, full, err))
        return NULL;
    if (wanted->rules)
        overlays_draw(wanted->rules, p, frame, full);
    fit(full, wanted, &width, &height);
    if (width == full->width && height == full->height)
        return GIVE(full);
    Picture *small = picture_new(width, height, channels);
    if (small)
        shrink(full, small);
    else
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "picture");
    return small;
}
