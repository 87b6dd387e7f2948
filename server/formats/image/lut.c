/*
 * Look-up tables and per-frame greys.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/lut.h"

#include <math.h>
#include <stdlib.h>

enum {
    MODALITY_LUT   = 0x00283000,
    VOI_LUT        = 0x00283010,
    LUT_DESCRIPTOR = 0x00283002,
    LUT_DATA       = 0x00283006,
    VOI_FUNCTION   = 0x00281056,
    LUT_SHAPE      = 0x20500020,
    PER_FRAME      = 0x52009230,
    SHARED         = 0x52009229,
    FRAME_RESCALE  = 0x00289145,
    FRAME_VOI      = 0x00289132,
    FRAME_MEASURES = 0x00289110,
    FRAME_SHUTTER  = 0x00189472,
    PRESENTATION   = 0x00089205,
    ENTRIES_MAX    = 65536,
};

/* ---- tables ---- */

static bool damaged(Err *err, const char *why)
{
    return err_set(err, ERR_INPUT, "The look-up table of the image is damaged.", "%s", why);
}

static unsigned entry_at(Slice data, size_t unit, bool big_endian, size_t i)
{
    const uint8_t *at = (const uint8_t *)data.at + i * unit;
    if (unit == 1)
        return at[0];
    return big_endian ? (unsigned)(at[0] << 8 | at[1]) : (unsigned)(at[1] << 8 | at[0]);
}

/* The depth that the entries have: some writers say 16 where all of them fit 12, or 8 where they do not. */
static uint32_t bits_of(unsigned most, uint32_t said)
{
    uint32_t needed = 8;
    while (needed < 16 && most >> needed)
        needed++;
    return needed > said || (said == 16 && most) ? needed : said;
}

bool grey_lut_read(const Dataset *ds, uint32_t sequence, struct GreyLut *ret, Err *err)
{
    const Dataset *item = dataset_item(ds, sequence, 0);
    return !item || grey_lut_item(item, ret, err);
}

bool grey_lut_item(const Dataset *item, struct GreyLut *ret, Err *err)
{
    int64_t count = 0, first = 0, bits = 0;
    Slice   data = dataset_raw(item, LUT_DATA);
    if (!dataset_int(item, LUT_DESCRIPTOR, 0, &count) || !dataset_int(item, LUT_DESCRIPTOR, 1, &first) ||
        !dataset_int(item, LUT_DESCRIPTOR, 2, &bits))
        return damaged(err, "descriptor");
    if (count <= 0) /* 0, or 65536 written as a signed number */
        count += ENTRIES_MAX;
    if (bits < 8 || bits > 16 || count > ENTRIES_MAX || data.len < (size_t)count)
        return damaged(err, "descriptor and data disagree");
    size_t unit = data.len >= 2 * (size_t)count ? 2 : 1;
    if (bits > 8 && unit == 1)
        return damaged(err, "data is too short");
    ret->at = calloc((size_t)count, sizeof *ret->at);
    if (!ret->at)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "look-up table");
    ret->count    = (uint32_t)count;
    ret->first    = first;
    unsigned most = 0;
    for (size_t i = 0; i < (size_t)count; i++) {
        ret->at[i] = (uint16_t)entry_at(data, unit, dataset_is_big_endian(item), i);
        most       = ret->at[i] > most ? ret->at[i] : most;
    }
    ret->bits = bits_of(most, (uint32_t)bits);
    return true;
}

unsigned grey_lut_at(const struct GreyLut *lut, double value)
{
    double place = floor(value) - (double)lut->first;
    if (!(place > 0))
        return lut->at[0];
    return lut->at[place >= lut->count ? lut->count - 1 : (uint32_t)place];
}

/* ---- what a frame says ---- */

const Dataset *frame_group(const Dataset *ds, uint32_t frame, uint32_t group)
{
    const Dataset *of_frame = dataset_item(ds, PER_FRAME, frame - 1), *of_all = dataset_item(ds, SHARED, 0);
    const Dataset *own = of_frame ? dataset_item(of_frame, group, 0) : NULL;
    return own || !of_all ? own : dataset_item(of_all, group, 0);
}

static void take_rescale(const Dataset *item, Pixels *p)
{
    double slope = 1, intercept = 0;
    if (!item || !dataset_double(item, TAG_RESCALE_SLOPE, 0, &slope) || slope == 0)
        return;
    (void)dataset_double(item, TAG_RESCALE_INTERCEPT, 0, &intercept);
    p->slope       = slope;
    p->intercept   = intercept;
    p->has_rescale = true;
}

static void take_window(const Dataset *item, Pixels *p)
{
    double center, width;
    if (!item || !dataset_double(item, TAG_WINDOW_CENTER, 0, &center) ||
        !dataset_double(item, TAG_WINDOW_WIDTH, 0, &width))
        return;
    p->window_center = center;
    p->window_width  = width;
    p->has_window    = true;
}

static WindowShape shape_of(const Dataset *ds, const Dataset *item)
{
    Slice said = item ? dataset_code(item, VOI_FUNCTION) : SLICE_NONE;
    if (!said.len)
        said = dataset_code(ds, VOI_FUNCTION);
    if (slice_equal_text(said, "SIGMOID"))
        return WINDOW_SIGMOID;
    return slice_equal_text(said, "LINEAR_EXACT") ? WINDOW_LINEAR_EXACT : WINDOW_LINEAR;
}

/* ---- overlays ---- */

bool overlay_read(const Dataset *ds, uint32_t group, uint32_t frame, const Pixels *p, Overlay *ret)
{
    int64_t rows, columns, top = 1, left = 1, frames = 1, origin = 1, allocated = 1, bit = 0;
    if (!dataset_int(ds, group | 0x10, 0, &rows) || !dataset_int(ds, group | 0x11, 0, &columns) || rows < 1 ||
        columns < 1 || rows > UINT16_MAX || columns > UINT16_MAX)
        return false;
    (void)dataset_int(ds, group | 0x50, 0, &top);
    (void)dataset_int(ds, group | 0x50, 1, &left);
    (void)dataset_int(ds, group | 0x15, 0, &frames);
    (void)dataset_int(ds, group | 0x51, 0, &origin);
    (void)dataset_int(ds, group | 0x100, 0, &allocated);
    (void)dataset_int(ds, group | 0x102, 0, &bit);
    *ret             = (Overlay) { .rows    = (uint32_t)rows,
                                   .columns = (uint32_t)columns,
                                   .top     = top - 1,
                                   .left    = left - 1,
                                   .bits    = dataset_raw(ds, group | 0x3000),
                                   .colour  = { 255, 255, 255 } };
    const Element *e = dataset_find(ds, group | 0x3000);
    ret->other_byte  = e && e->vr == VR_OW && dataset_is_big_endian(ds) && ret->bits.len % 2 == 0;
    if (!ret->bits.len) { /* retired: in bits of the samples that are not used (PS3.5 §8.1.2) */
        ret->embedded_bit = (unsigned)bit;
        return p->bits_allocated == 16 && allocated == 16 && bit >= 0 && bit < 16 && rows == p->rows &&
               columns == p->columns && (bit > p->high_bit || bit <= p->high_bit - p->bits_stored);
    }
    int64_t nth = (int64_t)frame - origin;
    if (frames <= 1 && origin <= 1) /* one plane for all frames */
        nth = 0;
    if (nth < 0 || (nth && nth >= frames))
        return false;
    ret->first_bit = (uint64_t)nth * (uint64_t)rows * (uint64_t)columns;
    return ret->bits.len >= (ret->first_bit + (uint64_t)rows * (uint64_t)columns + 7) / 8;
}

static bool overlay_bit(const Overlay *o, Slice frame, uint32_t y, uint32_t x)
{
    size_t i = (size_t)y * o->columns + x;
    if (o->bits.len) {
        uint64_t at = o->first_bit + i;
        return (uint8_t)o->bits.at[at / 8 ^ o->other_byte] >> at % 8 & 1;
    }
    if (frame.len < 2 * i + 2)
        return false;
    unsigned sample = (unsigned)((uint8_t)frame.at[2 * i] | (uint8_t)frame.at[2 * i + 1] << 8);
    return sample >> o->embedded_bit & 1;
}

static void overlay_draw(const Overlay *o, Slice frame, Picture *picture)
{
    for (uint32_t y = 0; y < o->rows; y++)
        for (uint32_t x = 0; x < o->columns; x++) {
            int64_t row = o->top + y, column = o->left + x;
            if (row < 0 || column < 0 || row >= picture->height || column >= picture->width ||
                !overlay_bit(o, frame, y, x))
                continue;
            uint8_t *at = picture->at + ((size_t)row * picture->width + (size_t)column) * picture->channels;
            for (uint32_t c = 0; c < picture->channels; c++)
                at[c] = o->colour[c];
        }
}

void overlays_draw(const GreyRules *rules, Slice frame, Picture *picture)
{
    for (size_t i = 0; i < rules->overlay_count; i++)
        overlay_draw(&rules->overlays[i], frame, picture);
}

/* ---- all ---- */

/* The shape of its pixels, its shutters, and whether its palette is a supplemental one. */
static void take_drawn(const Dataset *ds, uint32_t frame, Pixels *p, GreyRules *ret)
{
    const Dataset *measures = frame_group(ds, frame, FRAME_MEASURES),
                  *shutter  = frame_group(ds, frame, FRAME_SHUTTER);
    if (measures)
        (void)pixels_take_aspect(measures, p);
    shutter_read(shutter ? shutter : ds, &ret->shutter);
    Slice shown       = dataset_code(ds, PRESENTATION);
    ret->supplemental = slice_equal_text(shown, "COLOR") || slice_equal_text(shown, "MIXED");
}

bool grey_rules_read(const Dataset *ds, uint32_t frame, Pixels *p, GreyRules *ret, Err *err)
{
    const Dataset *voi = frame_group(ds, frame, FRAME_VOI);
    *ret               = (GreyRules) { .shape   = shape_of(ds, voi),
                                       .inverse = slice_equal_text(dataset_code(ds, LUT_SHAPE), "INVERSE") };
    take_rescale(frame_group(ds, frame, FRAME_RESCALE), p);
    take_window(voi, p);
    take_drawn(ds, frame, p, ret);
    for (uint32_t group = 0x60000000; group <= 0x601E0000; group += 0x20000)
        ret->overlay_count += overlay_read(ds, group, frame, p, &ret->overlays[ret->overlay_count]);
    return grey_lut_read(ds, MODALITY_LUT, &ret->modality, err) && grey_lut_read(ds, VOI_LUT, &ret->voi, err);
}

void grey_rules_clear(GreyRules *rules)
{
    free(rules->modality.at);
    free(rules->voi.at);
    free(rules->presentation.at);
    *rules = (GreyRules) { 0 };
}
