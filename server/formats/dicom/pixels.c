/*
 * The image of a data set: its shape, checked against the bytes that are there.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/pixels.h"

#include "base/own.h"

#define FRAME_BYTES_MAX ((uint64_t)1 << 31)

static const struct {
    Photometric photometric;
    const char *name;
} PHOTOMETRICS[] = {
    { MONOCHROME1, "MONOCHROME1" },
    { MONOCHROME2, "MONOCHROME2" },
    { PALETTE_COLOR, "PALETTE COLOR" },
    { RGB, "RGB" },
    { YBR_FULL, "YBR_FULL" },
    { YBR_FULL_422, "YBR_FULL_422" },
    { YBR_PARTIAL_420, "YBR_PARTIAL_420" },
    { YBR_ICT, "YBR_ICT" },
    { YBR_RCT, "YBR_RCT" },
    { YBR_PARTIAL_422, "YBR_PARTIAL_422" },
    { XYB, "XYB" },
};

const char *photometric_name(Photometric p)
{
    for (size_t i = 0; i < COUNT(PHOTOMETRICS); i++)
        if (PHOTOMETRICS[i].photometric == p)
            return PHOTOMETRICS[i].name;
    return "other";
}

static bool impossible(Err *err, const char *what, int64_t value)
{
    return err_set(err, ERR_INPUT, "The description of the image is impossible.", "%s %lld", what,
                   (long long)value);
}

/* A number of the image pixel module within its bounds; 'absent' when it is not there at all. */
static bool take(const Dataset *ds, uint32_t tag, int64_t low, int64_t high, int64_t absent, int64_t *ret,
                 Err *err)
{
    int64_t value = absent;
    if (dataset_has(ds, tag) && !dataset_int(ds, tag, 0, &value))
        value = INT64_MIN;
    if (value < low || value > high) {
        char           name[24] = "";
        const TagInfo *info     = tag_info(tag);
        (void)slice_copy(slice_of(info ? info->keyword : "?"), name, sizeof name);
        return impossible(err, name, value);
    }
    *ret = value;
    return true;
}

static bool take_frames(const Dataset *ds, Pixels *p, Err *err)
{
    int64_t frames = 1;
    if (dataset_has(ds, TAG_NUMBER_OF_FRAMES) && !dataset_int(ds, TAG_NUMBER_OF_FRAMES, 0, &frames))
        return impossible(err, "NumberOfFrames", -1);
    if (frames > PIXEL_FRAMES_MAX)
        return err_set(err, ERR_LIMIT, "The image has too many frames.", "%lld frames", (long long)frames);
    if (frames < 1)
        return impossible(err, "NumberOfFrames", frames);
    p->frames = (uint32_t)frames;
    return true;
}

static bool bits_possible(int64_t allocated)
{
    return allocated == 1 || allocated == 8 || allocated == 16 || allocated == 32 || allocated == 64;
}

static bool take_bits(const Dataset *ds, Pixels *p, Err *err)
{
    int64_t allocated, stored, high, sign;
    if (!take(ds, TAG_BITS_ALLOCATED, 1, 64, 0, &allocated, err))
        return false;
    if (!bits_possible(allocated))
        return impossible(err, "BitsAllocated", allocated);
    if (!take(ds, TAG_BITS_STORED, 1, allocated, allocated, &stored, err) ||
        !take(ds, TAG_PIXEL_REPRESENTATION, 0, 1, 0, &sign, err))
        return false;
    if (!dataset_int(ds, TAG_HIGH_BIT, 0, &high) || high < stored - 1 || high >= allocated)
        high =
            stored - 1; /* often wrong, and the only place of the bits in today's standard (PS3.5 §8.1.1) */
    p->bits_allocated = (uint16_t)allocated;
    p->bits_stored    = (uint16_t)stored;
    p->high_bit       = (uint16_t)high;
    p->is_signed      = sign == 1;
    return true;
}

/* Bits of one native frame; colours may share their chroma (PS3.3 §C.7.6.3.1.2). */
static uint64_t frame_bits(const Pixels *p)
{
    uint64_t pixels = (uint64_t)p->rows * p->columns;
    if (p->samples == 3 && (p->photometric == YBR_FULL_422 || p->photometric == YBR_PARTIAL_422))
        return pixels * 2 * p->bits_allocated;
    if (p->samples == 3 && p->photometric == YBR_PARTIAL_420)
        return pixels * 3 / 2 * p->bits_allocated;
    return pixels * p->samples * p->bits_allocated;
}

/* A padding value in the sign of the samples, whatever sign it was written with. */
static int64_t in_sign(const Pixels *p, int64_t value)
{
    uint64_t low = (uint64_t)value;
    if (p->bits_allocated >= 64)
        return value;
    low &= (UINT64_C(1) << p->bits_allocated) - 1;
    if (p->is_signed && low >> (p->bits_allocated - 1) & 1)
        low |= UINT64_MAX << p->bits_allocated;
    return (int64_t)low;
}

static void take_padding(const Dataset *ds, Pixels *p)
{
    uint32_t value = p->kind == PIXELS_DOUBLE ? 0x00280123 : 0x00280122, limit = value + 2;
    int64_t  last = 0;
    if (p->kind != PIXELS_INTEGER) {
        p->has_padding = dataset_double(ds, value, 0, &p->padding_real);
        if (!dataset_double(ds, limit, 0, &p->padding_real_last))
            p->padding_real_last = p->padding_real;
        return;
    }
    p->has_padding = dataset_int(ds, TAG_PIXEL_PADDING_VALUE, 0, &p->padding);
    p->padding     = in_sign(p, p->padding);
    last           = p->padding;
    if (p->has_padding && dataset_int(ds, 0x00280121, 0, &last))
        last = in_sign(p, last);
    p->padding_last = last > p->padding ? last : p->padding;
    p->padding      = last < p->padding ? last : p->padding;
}

bool pixels_take_aspect(const Dataset *ds, Pixels *p)
{
    static const uint32_t SAYING[] = { 0x00280034, 0x00280030, 0x00181164, 0x00182010 };
    for (size_t i = 0; i < COUNT(SAYING); i++) { /* aspect ratio, spacings: vertical before horizontal */
        double height = 0, width = 0;
        if (!dataset_double(ds, SAYING[i], 0, &height) || !dataset_double(ds, SAYING[i], 1, &width) ||
            !(height > 0 && width > 0 && height / width < 100 && width / height < 100))
            continue;
        p->pixel_height = height;
        p->pixel_width  = width;
        return true;
    }
    return false;
}

static void take_values(const Dataset *ds, Pixels *p)
{
    p->slope       = 1;
    p->has_rescale = dataset_double(ds, TAG_RESCALE_SLOPE, 0, &p->slope);
    if (!dataset_double(ds, TAG_RESCALE_INTERCEPT, 0, &p->intercept))
        p->has_rescale = false;
    if (!p->has_rescale) {
        p->slope     = 1;
        p->intercept = 0;
    }
    p->has_window = dataset_double(ds, TAG_WINDOW_CENTER, 0, &p->window_center) &&
                    dataset_double(ds, TAG_WINDOW_WIDTH, 0, &p->window_width) && p->window_width >= 1;
    take_padding(ds, p);
    p->pixel_height = p->pixel_width = 1;
    (void)pixels_take_aspect(ds, p);
}

static void take_photometric(const Dataset *ds, Pixels *p)
{
    Slice name = dataset_code(ds, TAG_PHOTOMETRIC_INTERPRETATION);
    if (!name.len) /* ACR-NEMA had no such attribute */
        p->photometric = p->samples == 1 ? MONOCHROME2 : p->samples == 3 ? RGB : PHOTOMETRIC_OTHER;
    for (size_t i = 0; i < COUNT(PHOTOMETRICS); i++)
        if (slice_equal_text(name, PHOTOMETRICS[i].name))
            p->photometric = PHOTOMETRICS[i].photometric;
}

/* Which of the three pixel data elements is there; NULL for none. */
static const Element *find_pixels(const Dataset *ds, PixelKind *kind)
{
    static const struct {
        uint32_t  tag;
        PixelKind kind;
    } KINDS[] = {
        { TAG_PIXEL_DATA, PIXELS_INTEGER },
        { TAG_FLOAT_PIXEL_DATA, PIXELS_FLOAT },
        { TAG_DOUBLE_FLOAT_PIXEL_DATA, PIXELS_DOUBLE },
    };
    for (size_t i = 0; i < COUNT(KINDS); i++) {
        const Element *e = dataset_find(ds, KINDS[i].tag);
        if (e) {
            *kind = KINDS[i].kind;
            return e;
        }
    }
    return NULL;
}

bool pixels_shape(const Dataset *ds, Pixels *ret, Err *err)
{
    Pixels  p = { 0 };
    int64_t rows, columns, samples, planar;
    p.data = find_pixels(ds, &p.kind);
    if (!take(ds, TAG_ROWS, 1, UINT16_MAX, 0, &rows, err) ||
        !take(ds, TAG_COLUMNS, 1, UINT16_MAX, 0, &columns, err) ||
        !take(ds, TAG_SAMPLES_PER_PIXEL, 1, 4, 1, &samples, err) ||
        !take(ds, TAG_PLANAR_CONFIGURATION, 0, 1, 0, &planar, err) || !take_frames(ds, &p, err) ||
        !take_bits(ds, &p, err))
        return false;
    if ((p.kind == PIXELS_FLOAT && p.bits_allocated != 32) ||
        (p.kind == PIXELS_DOUBLE && p.bits_allocated != 64))
        return impossible(err, "BitsAllocated of floating point pixels", p.bits_allocated);
    p.rows    = (uint32_t)rows;
    p.columns = (uint32_t)columns;
    p.samples = (uint16_t)samples;
    p.planar  = samples > 1 && planar == 1;
    take_photometric(ds, &p);
    take_values(ds, &p);
    p.frame_bits = frame_bits(&p);
    if ((p.frame_bits + 7) / 8 > FRAME_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "A frame of the image is too big.", "%u x %u", p.columns, p.rows);
    p.frame_bytes  = (size_t)((p.frame_bits + 7) / 8);
    p.encapsulated = p.data && p.data->is_fragments;
    p.big_endian   = dataset_is_big_endian(ds);
    *ret           = p;
    return true;
}

/* Said to share chroma, but with bytes for all of it: seen where a decompressor left the old name. */
static void take_full_chroma(Pixels *p)
{
    uint64_t full = (uint64_t)p->rows * p->columns * 3 * p->bits_allocated;
    bool     said = p->photometric == YBR_FULL_422 || p->photometric == YBR_PARTIAL_422;
    if (!said || p->samples != 3 || p->encapsulated || p->data->value.len < full * p->frames / 8)
        return;
    p->frame_bits  = full;
    p->frame_bytes = (size_t)((full + 7) / 8);
}

bool pixels_describe(const Dataset *ds, Pixels *ret, Err *err)
{
    Pixels p;
    if (!find_pixels(ds, &(PixelKind) { 0 }))
        return err_set(err, ERR_NOT_FOUND, "This DICOM object has no image.", "no pixel data");
    if (!pixels_shape(ds, &p, err))
        return false;
    if (p.data->vr == VR_SQ)
        return impossible(err, "pixel data is a sequence", 0);
    take_full_chroma(&p);
    uint64_t needed = (p.frame_bits * p.frames + 7) / 8;
    if (!p.encapsulated && p.data->value.len < needed)
        return err_set(err, ERR_INPUT, "The image data is shorter than described.", "%zu of %llu bytes",
                       p.data->value.len, (unsigned long long)needed);
    if (p.encapsulated && p.data->count == 0)
        return err_set(err, ERR_INPUT, "The image data is shorter than described.", "no fragment");
    *ret = p;
    return true;
}

bool pixels_native_frame(const Pixels *p, uint32_t frame, Slice *ret, unsigned *ret_first_bit, Err *err)
{
    if (!p->data || p->encapsulated || frame >= p->frames)
        return err_set(err, ERR_NOT_FOUND, "The image has no such frame.", "frame %u of %u", frame + 1,
                       p->frames);
    uint64_t first = p->frame_bits * frame, last = first + p->frame_bits;
    size_t   from = (size_t)(first / 8), to = (size_t)((last + 7) / 8);
    if (to > p->data->value.len)
        return err_set(err, ERR_INPUT, "The image data is shorter than described.", "frame %u", frame + 1);
    *ret = slice_part(p->data->value, from, to - from);
    if (ret_first_bit)
        *ret_first_bit = (unsigned)(first % 8);
    return true;
}
