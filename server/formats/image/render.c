/*
 * From stored samples to a picture: rescale, window, padding, then overlays, shutter, size.
 *
 * Source: DICOM PS3.3 §C.11.2.1.2 (window), §C.7.6.3.1.2 (photometric interpretation).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/render.h"

#include <math.h>

#include "formats/image/render_internal.h"

enum { LUT_BITS_MAX = 16 };

/* ---- grey ---- */

typedef struct Window {
    double      center, width;
    WindowShape shape;
    bool        inverted; /* MONOCHROME1, or so its presentation LUT shape: the least value is white */
    const struct GreyLut *modality, *voi; /* NULL: rescale; the window */
    const struct GreyLut *presentation;   /* NULL: none */
} Window;

/* What of the least to the most light (0 to 255) is shown. */
static uint8_t presented(const Window *w, double y)
{
    const struct GreyLut *t = w->presentation;
    if (t)
        y = t->at[(uint32_t)(fmin(fmax(y, 0), 255) / 255 * (t->count - 1) + 0.5)] * 255.0 / ((1u << t->bits) - 1);
    uint8_t grey = to_byte(y);
    return w->inverted ? (uint8_t)(255 - grey) : grey;
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
    return presented(w, y);
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
    return presented(w, grey_lut_at(w->voi, value) * 255.0 / ((1u << w->voi->bits) - 1));
}

static bool is_between(double value, double first, double last)
{
    return first <= last ? value >= first && value <= last : value >= last && value <= first;
}

static bool is_padding_value(const Pixels *p, int64_t stored)
{
    return p->has_padding && stored >= p->padding && stored <= p->padding_last;
}

/* Padding may stand in bits that are not stored, where no pixel can be (an older habit): -2000 beside 12
 * bits. */
static bool is_padding(const Pixels *p, const Samples *s, size_t i)
{
    if (!p->has_padding)
        return false;
    if (p->kind != PIXELS_INTEGER)
        return is_between(sample_real(s, i), p->padding_real, p->padding_real_last);
    return is_padding_value(p, sample_int(s, i)) || is_padding_value(p, sample_whole(s, i));
}

bool picture_hidden(const Pixels *p, Slice frame, uint8_t *ret, Err *err)
{
    Samples s;
    if (!samples_make(p, frame, 0, &s))
        return err_set(err, ERR_INPUT, NO_PICTURE, "frame of %zu bytes is too short", frame.len);
    for (size_t i = 0; i < s.pixels; i++)
        ret[i] = is_padding(p, &s, i);
    return true;
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
    if (!(most > least)) { /* one value only: nothing is black, something is white */
        least = fmin(least, 0);
        most  = fmax(most, least < 0 ? 0 : least + 1);
    }
    ret->shape  = WINDOW_LINEAR_EXACT;
    ret->center = (least + most) / 2;
    ret->width  = most - least;
}

/* All values that there may be: what is shown when a presentation state says no window (PS3.4 §N.2.2). */
static void window_of_range(const Pixels *p, Window *ret)
{
    double count = ldexp(1, p->bits_stored), least = p->is_signed ? -count / 2 : 0, most = least + count - 1;
    if (ret->modality) {
        least = 0;
        most  = (1u << ret->modality->bits) - 1;
    } else {
        double one = least * p->slope + p->intercept, other = most * p->slope + p->intercept;
        least = fmin(one, other);
        most  = fmax(one, other);
    }
    ret->shape  = WINDOW_LINEAR_EXACT;
    ret->center = (least + most) / 2;
    ret->width  = most > least ? most - least : 1;
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
                                        .inverted = (p->photometric == MONOCHROME1 && !(rules && rules->stated)) ||
                                                    (rules && rules->inverse),
                                        .modality     = rules && rules->modality.count ? &rules->modality : NULL,
                                        .presentation = rules && rules->presentation.count ? &rules->presentation : NULL };
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
    } else if (rules && rules->stated && p->kind == PIXELS_INTEGER) {
        window_of_range(p, ret);
    } else {
        window_of_values(p, s, ret);
    }
    return true;
}

/* How the stored bits of a sample of one or two bytes are reached: what its table is indexed by. */
typedef struct Bits {
    const uint8_t *at;
    size_t         pixels;
    unsigned       bytes, low;
    uint32_t       mask;
} Bits;

static inline uint32_t bits_at(Bits b, size_t i)
{
    uint32_t raw = b.bytes == 1 ? b.at[i] : (uint32_t)b.at[2 * i] | (uint32_t)b.at[2 * i + 1] << 8;
    return raw >> b.low & b.mask;
}

typedef struct Range {
    uint32_t least, most;
} Range;

static inline Range range_of(Bits b)
{
    Range r = { b.mask, 0 };
    for (size_t i = 0; i < b.pixels; i++) {
        uint32_t v = bits_at(b, i);
        r.least    = v < r.least ? v : r.least;
        r.most     = v > r.most ? v : r.most;
    }
    return r;
}

/* What is shown for each stored value of the range; indexed by the value's low bits. */
static void table_fill(const Pixels *p, const Window *w, Range range, uint8_t *table)
{
    uint32_t count = UINT32_C(1) << p->bits_stored, sign = count >> 1;
    for (uint32_t i = range.least; i <= range.most && i < count; i++) {
        int64_t stored = p->is_signed && (i & sign) ? (int64_t)i - count : i;
        table[i]       = is_padding_value(p, stored) ? 0 : shown(p, w, (double)stored);
    }
}

/* Compiled once for each width: 'b' is a copy, so that writing 'out' changes nothing of it. */
static inline __attribute__((always_inline)) void show_all(const Pixels *p, const Window *w, Bits b,
                                                           uint8_t *restrict table, uint8_t *restrict out)
{
    table_fill(p, w, range_of(b), table);
    for (size_t i = 0; i < b.pixels; i++)
        out[i] = table[bits_at(b, i)];
}

/* By a table: when a sample has few values, many pixels share one. */
static bool render_by_table(const Pixels *p, const Samples *s, const Window *w, uint8_t *out, Err *err)
{
    uint32_t count = UINT32_C(1) << p->bits_stored;
    unsigned low   = p->high_bit + 1u - p->bits_stored;
    uint8_t *table = malloc(count);
    if (!table)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "window table");
    if (p->bits_allocated == 8) {
        show_all(p, w, (Bits) { s->at, s->pixels, 1, low, count - 1 }, table, out);
    } else if (p->bits_allocated == 16) {
        show_all(p, w, (Bits) { s->at, s->pixels, 2, low, count - 1 }, table, out);
    } else {
        table_fill(p, w, (Range) { 0, count - 1 }, table);
        for (size_t i = 0; i < s->pixels; i++)
            out[i] = table[(uint32_t)sample_int(s, i) & (count - 1)];
    }
    free(table);
    return true;
}

/* Does its first or last value need bits that are not stored? */
static bool padding_is_outside(const Pixels *p)
{
    int64_t high = INT64_C(1) << (p->is_signed ? p->bits_stored - 1 : p->bits_stored);
    int64_t low  = p->is_signed ? -high : 0;
    return p->has_padding && (p->padding < low || p->padding_last >= high);
}

static bool render_grey(const Pixels *p, const Samples *s, const PictureWanted *wanted, uint8_t *out,
                        Err *err)
{
    Window w;
    if (!choose_window(p, s, wanted, &w, err))
        return false;
    if (p->kind == PIXELS_INTEGER && p->bits_stored <= LUT_BITS_MAX && !padding_is_outside(p))
        return render_by_table(p, s, &w, out, err);
    for (size_t i = 0; i < s->pixels; i++) {
        double v = sample_real(s, i);
        out[i]   = isfinite(v) && !is_padding(p, s, i) ? shown(p, &w, v) : 0;
    }
    return true;
}

/* Greys below the first value of the palette, its colours from there on (PS3.3 §C.7.6.19). */
static bool render_supplemental(const Pixels *p, const Samples *s, const Palette *palette,
                                const PictureWanted *wanted, uint8_t *out, Err *err)
{
    uint8_t *grey = malloc(s->pixels);
    bool     ok   = grey ? render_grey(p, s, wanted, grey, err)
                         : err_set(err, ERR_UNAVAILABLE, "Memory is out.", "picture");
    for (size_t i = 0; ok && i < s->pixels; i++) {
        int64_t stored = sample_int(s, i);
        if (stored >= palette->first)
            palette_entry(palette, stored, out + 3 * i);
        else
            memset(out + 3 * i, grey[i], 3);
    }
    free(grey);
    return ok;
}

/* Every grey as its place in a table of colours (PS3.4 §N.2.4.2: pseudo-colour). */
static bool render_pseudo(const Pixels *p, const Samples *s, const Palette *palette, const PictureWanted *wanted,
                          uint8_t *out, Err *err)
{
    uint8_t *grey = malloc(s->pixels);
    bool     ok   = grey ? render_grey(p, s, wanted, grey, err)
                         : err_set(err, ERR_UNAVAILABLE, "Memory is out.", "picture");
    for (size_t i = 0; ok && i < s->pixels; i++)
        palette_grey(palette, grey[i], out + 3 * i);
    free(grey);
    return ok;
}

/* ---- all ---- */

static bool fill(const Pixels *p, Slice frame, unsigned first_bit, const Palette *palette,
                 const PictureWanted *wanted, Picture *picture, Err *err)
{
    Samples s;
    if (p->photometric != MONOCHROME1 && p->photometric != MONOCHROME2)
        return colour_render(p, frame, palette, picture->at, err);
    if (!samples_make(p, frame, first_bit, &s))
        return err_set(err, ERR_INPUT, NO_PICTURE, "frame of %zu bytes is too short", frame.len);
    if (wanted->pseudo)
        return render_pseudo(p, &s, wanted->pseudo, wanted, picture->at, err);
    if (picture->channels == 3)
        return render_supplemental(p, &s, palette, wanted, picture->at, err);
    return render_grey(p, &s, wanted, picture->at, err);
}

/* Which images have a picture at all, and in how many channels. 0: none. */
static uint32_t channels_of(const Pixels *p, const Palette *palette, const PictureWanted *wanted)
{
    const GreyRules *rules = wanted->rules;
    bool has_palette = palette && palette->count && p->kind == PIXELS_INTEGER;
    switch (p->photometric) {
    case MONOCHROME1:
    case MONOCHROME2:
        return p->samples != 1 ? 0 : wanted->pseudo || (has_palette && rules && rules->supplemental) ? 3 : 1;
    case PALETTE_COLOR:
        return p->samples == 1 && has_palette ? 3 : 0;
    case RGB:
    case YBR_FULL:
    case YBR_FULL_422:
    case YBR_PARTIAL_422:
    case YBR_PARTIAL_420: /* decoded: a whole pixel each; uncompressed its frame is too short */
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
    uint32_t channels = channels_of(p, palette, wanted);
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
    if (wanted->rules && !wanted->rules->stated) { /* else in another order, by who has the state */
        overlays_draw(wanted->rules, frame, full);
        shutter_draw(wanted->rules, full);
    }
    return picture_sized(GIVE(full), p, wanted, err);
}
