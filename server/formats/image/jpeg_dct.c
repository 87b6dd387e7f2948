/*
 * Coefficients of all blocks gathered scan by scan, then transformed once: one way for sequential and
 * progressive.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/jpeg_dct.h"

#include <stdlib.h>
#include <string.h>

#include "formats/image/jpeg_head.h"
#include "formats/image/jpeg_huffman.h"
#include "formats/image/jpeg_idct.h"

enum {
    SCANS_MAX           = 1024, /* a progressive image has some ten; each costs a pass over the blocks */
    DC_BITS_MAX         = 15,
    MCU_BLOCKS_MAX      = 10, /* T.81 §B.2.3 */
    RUN_ZEROS           = 15,
    LAST_OF_BLOCK       = JPEG_BLOCK - 1,
    QUANTIZATION_LENGTH = JPEG_BLOCK,
};

static const uint8_t ZIGZAG[JPEG_BLOCK] = {
    0,  1,  8,  16, 9,  2,  3,  10, 17, 24, 32, 25, 18, 11, 4,  5,  12, 19, 26, 33, 40, 48,
    41, 34, 27, 20, 13, 6,  7,  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23,
    30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
};

typedef struct Component {
    int16_t *blocks; /* 64 a block, by row of the block; blocks by row of the padded image */
    uint16_t quantization[JPEG_BLOCK];
    bool     seen; /* its first coefficients came, its quantization is settled */
} Component;

typedef struct Decoder {
    const CodecRequest *r;
    uint8_t            *to;
    JpegHead            head;
    bool                has_head;
    JpegHuffman         tables[2 * JPEG_TABLES];
    uint16_t            quantization[JPEG_TABLES][JPEG_BLOCK];
    bool                has_quantization[JPEG_TABLES];
    uint32_t            restart_interval;
    size_t              across, down; /* blocks of a component, padded to whole MCUs */
    Component           components[JPEG_COMPONENTS_MAX];
    unsigned            scans;
} Decoder;

typedef struct Scan {
    JpegBits           bits;
    unsigned           count, first, last, high, low; /* Ss, Se, Ah, Al of T.81 §B.2.3 */
    unsigned           component[JPEG_COMPONENTS_MAX];
    const JpegHuffman *dc[JPEG_COMPONENTS_MAX], *ac[JPEG_COMPONENTS_MAX];
    int16_t            before[JPEG_COMPONENTS_MAX]; /* the DC value that the next one differs from */
    uint32_t           ended;                       /* blocks that an end-of-band run still covers */
} Scan;

typedef void BlockReader(Scan *s, unsigned n, int16_t *block);

/* ---- one block, by kind of scan ---- */

static int16_t wrapped(int value)
{
    return (int16_t)(uint16_t)(unsigned)value;
}

static int signed_bits(JpegBits *b, unsigned bits)
{
    return jpeg_extend(jpeg_bits_next(b, bits), bits);
}

static void dc_first(Scan *s, unsigned n, int16_t *block)
{
    unsigned bits = (unsigned)jpeg_symbol(&s->bits, s->dc[n]);
    if (bits > DC_BITS_MAX) {
        s->bits.failed = true;
        return;
    }
    s->before[n] = wrapped(s->before[n] + signed_bits(&s->bits, bits));
    block[0]     = wrapped(s->before[n] * (1 << s->low));
}

static void dc_refine(Scan *s, unsigned n, int16_t *block)
{
    (void)n;
    if (jpeg_bits_next(&s->bits, 1))
        block[0] = wrapped(block[0] | 1 << s->low);
}

/* T.81 §F.2.2.2. */
static void sequential(Scan *s, unsigned n, int16_t *block)
{
    dc_first(s, n, block);
    for (unsigned k = 1; k <= LAST_OF_BLOCK && !s->bits.failed; k++) {
        unsigned symbol = (unsigned)jpeg_symbol(&s->bits, s->ac[n]), run = symbol >> 4, bits = symbol & 15;
        if (bits == 0 && run < RUN_ZEROS)
            return;
        k += run;
        if (k > LAST_OF_BLOCK)
            s->bits.failed = true;
        else if (bits)
            block[ZIGZAG[k]] = wrapped(signed_bits(&s->bits, bits));
    }
}

/* An end-of-band run: this block and so many more have nothing further (T.81 §G.1.2.2). */
static uint32_t band_end(Scan *s, unsigned run)
{
    return (UINT32_C(1) << run) + jpeg_bits_next(&s->bits, run);
}

static void ac_first(Scan *s, unsigned n, int16_t *block)
{
    if (s->ended) {
        s->ended--;
        return;
    }
    for (unsigned k = s->first; k <= s->last && !s->bits.failed; k++) {
        unsigned symbol = (unsigned)jpeg_symbol(&s->bits, s->ac[n]), run = symbol >> 4, bits = symbol & 15;
        if (bits == 0 && run < RUN_ZEROS) {
            s->ended = band_end(s, run) - 1;
            return;
        }
        k += run;
        if (k > s->last)
            s->bits.failed = true;
        else if (bits)
            block[ZIGZAG[k]] = wrapped(signed_bits(&s->bits, bits) * (1 << s->low));
    }
}

/* One more bit of a coefficient that is known already. */
static void correct(Scan *s, int16_t *value)
{
    int bit = 1 << s->low;
    if (jpeg_bits_next(&s->bits, 1) && !(*value & bit))
        *value = wrapped(*value < 0 ? *value - bit : *value + bit);
}

/* Passes 'zeros' unknown coefficients and corrects the known ones between; the place where it stopped. */
static unsigned pass_zeros(Scan *s, int16_t *block, unsigned k, unsigned zeros)
{
    for (; k <= s->last && !s->bits.failed; k++) {
        int16_t *value = &block[ZIGZAG[k]];
        if (*value)
            correct(s, value);
        else if (zeros-- == 0)
            break;
    }
    return k;
}

/* T.81 §G.1.2.3. */
static void ac_refine(Scan *s, unsigned n, int16_t *block)
{
    unsigned k = s->first;
    while (!s->ended && k <= s->last && !s->bits.failed) {
        unsigned symbol = (unsigned)jpeg_symbol(&s->bits, s->ac[n]), run = symbol >> 4, bits = symbol & 15;
        int      fresh = 0;
        if (bits == 0 && run < RUN_ZEROS) {
            s->ended = band_end(s, run);
            break;
        }
        if (bits)
            fresh = jpeg_bits_next(&s->bits, 1) ? 1 << s->low : -(1 << s->low);
        k = pass_zeros(s, block, k, run);
        if (k > s->last)
            s->bits.failed |= fresh != 0;
        else
            block[ZIGZAG[k++]] = wrapped(fresh);
    }
    if (s->ended) {
        (void)pass_zeros(s, block, k, JPEG_BLOCK);
        s->ended--;
    }
}

/* ---- a scan ---- */

static BlockReader *reader_of(const Decoder *d, const Scan *s)
{
    if (d->head.sof != JPEG_SOF_PROGRESSIVE)
        return sequential;
    if (s->first == 0)
        return s->high ? dc_refine : dc_first;
    return s->high ? ac_refine : ac_first;
}

static int16_t *block_at(const Decoder *d, const Scan *s, unsigned n, size_t x, size_t y)
{
    return d->components[s->component[n]].blocks + (y * d->across + x) * JPEG_BLOCK;
}

/* All components of one MCU of an interleaved scan (T.81 §A.2.3). */
static void read_mcu(const Decoder *d, Scan *s, BlockReader *read, size_t mcu)
{
    unsigned h = d->head.h[0], v = d->head.v[0];
    size_t   across = d->across / h, x = mcu % across * h, y = mcu / across * v;
    for (unsigned n = 0; n < s->count; n++)
        for (unsigned i = 0; i < h * v && !s->bits.failed; i++)
            read(s, n, block_at(d, s, n, x + i % h, y + i / h));
}

static bool read_blocks(const Decoder *d, Scan *s)
{
    BlockReader *read = reader_of(d, s);
    size_t       wide = (d->head.columns + 7u) / 8, high = (d->head.rows + 7u) / 8;
    size_t       units = s->count > 1 ? d->across / d->head.h[0] * (d->down / d->head.v[0]) : wide * high;
    for (size_t unit = 0; unit < units; unit++) {
        if (d->restart_interval && unit && unit % d->restart_interval == 0) {
            if (!jpeg_restart(&s->bits, (unsigned)(unit / d->restart_interval - 1)))
                return false;
            memset(s->before, 0, sizeof s->before);
            s->ended = 0;
        }
        if (s->count > 1)
            read_mcu(d, s, read, unit);
        else
            read(s, 0, block_at(d, s, 0, unit % wide, unit / wide));
        if (s->bits.failed)
            return false;
    }
    return true;
}

static bool scan_component(Decoder *d, Reader *in, Scan *s, unsigned n)
{
    uint8_t id = read_u8(in), tables = read_u8(in);
    if ((tables >> 4) >= JPEG_TABLES || (tables & 15) >= JPEG_TABLES)
        return false;
    for (unsigned c = 0; c < d->head.components; c++) {
        if (d->head.id[c] != id)
            continue;
        for (unsigned k = 0; k < n; k++)
            if (s->component[k] == c)
                return false;
        s->component[n] = c;
        s->dc[n]        = &d->tables[tables >> 4];
        s->ac[n]        = &d->tables[JPEG_TABLES + (tables & 15)];
        return true;
    }
    return false;
}

/* What the frame's kind allows (T.81 table B.3, §G.1.1.1). A sequential scan has the whole spectrum, also
 * where its header says otherwise: encoders of known scanners write 0 to 0. */
static bool spectrum_fits(const Decoder *d, Scan *s)
{
    if (d->head.sof != JPEG_SOF_PROGRESSIVE) {
        s->first = s->high = s->low = 0;
        s->last                     = LAST_OF_BLOCK;
        return true;
    }
    if (s->low > 13 || (s->high && s->high != s->low + 1))
        return false;
    return s->first == 0 ? s->last == 0 : s->first <= s->last && s->last <= LAST_OF_BLOCK && s->count == 1;
}

static bool tables_there(const Decoder *d, const Scan *s)
{
    bool dc = s->first == 0 && s->high == 0;
    bool ac = s->last > 0;
    for (unsigned n = 0; n < s->count; n++)
        if ((dc && !s->dc[n]->defined) || (ac && !s->ac[n]->defined) ||
            (s->first > 0 && !d->components[s->component[n]].seen))
            return false;
    return true;
}

static bool read_scan_head(Decoder *d, Slice segment, Scan *s)
{
    Reader in = reader_make(segment);
    s->count  = read_u8(&in);
    if (!d->has_head || ++d->scans > SCANS_MAX || s->count < 1 || s->count > d->head.components ||
        (s->count > 1 && s->count * d->head.h[0] * d->head.v[0] > MCU_BLOCKS_MAX))
        return false;
    for (unsigned n = 0; n < s->count; n++)
        if (!scan_component(d, &in, s, n))
            return false;
    s->first     = read_u8(&in);
    s->last      = read_u8(&in);
    uint8_t bits = read_u8(&in);
    s->high      = bits >> 4;
    s->low       = bits & 15;
    return reader_ok(&in) && reader_left(&in) == 0 && spectrum_fits(d, s) && tables_there(d, s);
}

/* A component keeps the quantization that stood when its first scan began (T.81 §B.2.4.1). */
static bool settle_quantization(Decoder *d, const Scan *s)
{
    for (unsigned n = 0; n < s->count; n++) {
        Component *c     = &d->components[s->component[n]];
        unsigned   table = d->head.quantization[s->component[n]];
        if (c->seen)
            continue;
        if (table >= JPEG_TABLES || !d->has_quantization[table])
            return false;
        memcpy(c->quantization, d->quantization[table], sizeof c->quantization);
        c->seen = true;
    }
    return true;
}

static bool take_scan(Decoder *d, Slice segment, Reader *in)
{
    Scan s = { .bits = { .at  = (const uint8_t *)in->bytes.at + in->pos,
                         .end = (const uint8_t *)in->bytes.at + in->bytes.len } };
    if (!read_scan_head(d, segment, &s) || !settle_quantization(d, &s) || !read_blocks(d, &s))
        return false;
    jpeg_bits_refill(&s.bits);
    in->pos = (size_t)(s.bits.at - (const uint8_t *)in->bytes.at);
    return true;
}

/* ---- the whole ---- */

static bool take_quantization(Decoder *d, Slice segment)
{
    Reader in = reader_make(segment);
    while (reader_left(&in)) {
        uint8_t  where = read_u8(&in);
        unsigned table = where & 15;
        if (where >> 4 > 1 || table >= JPEG_TABLES)
            return false;
        for (unsigned k = 0; k < QUANTIZATION_LENGTH; k++)
            d->quantization[table][ZIGZAG[k]] = where >> 4 ? read_u16be(&in) : read_u8(&in);
        d->has_quantization[table] = true;
    }
    return reader_ok(&in);
}

static bool make_blocks(Decoder *d)
{
    size_t wide = d->head.h[0] * 8u, high = d->head.v[0] * 8u;
    d->across = (d->head.columns + wide - 1) / wide * d->head.h[0];
    d->down   = (d->head.rows + high - 1) / high * d->head.v[0];
    for (unsigned c = 0; c < d->head.components; c++) {
        d->components[c].blocks = calloc(d->across * d->down, JPEG_BLOCK * sizeof(int16_t));
        if (!d->components[c].blocks)
            return false;
    }
    return true;
}

static CodecVerdict take_head(Decoder *d, uint8_t marker, Slice segment)
{
    JpegHead *h = &d->head;
    if (d->has_head || !jpeg_sof_read(marker, segment, h))
        return CODEC_DAMAGED;
    if (marker > JPEG_SOF_PROGRESSIVE || (h->precision != 8 && h->precision != 12))
        return CODEC_UNREADABLE;
    if (h->rows != d->r->rows || h->columns != d->r->columns || h->components != d->r->samples ||
        h->precision > d->r->bits_allocated || (d->r->bits_allocated != 8 && d->r->bits_allocated != 16))
        return CODEC_DISAGREES;
    for (unsigned c = 1; c < h->components; c++)
        if (h->h[c] != h->h[0] || h->v[c] != h->v[0])
            return CODEC_UNREADABLE;
    if (h->components == 1) /* alone, a component has MCUs of one block whatever it says (T.81 §A.2.2) */
        h->h[0] = h->v[0] = 1;
    d->has_head = true;
    return make_blocks(d) ? CODEC_DONE : CODEC_TOO_LARGE;
}

static CodecVerdict take_segment(Decoder *d, Reader *in, uint8_t marker, Slice segment)
{
    Reader number = reader_make(segment);
    if (jpeg_is_sof(marker))
        return take_head(d, marker, segment);
    switch (marker) {
    case JPEG_DHT:
        return jpeg_huffman_read(segment, 2, 255, d->tables) ? CODEC_DONE : CODEC_DAMAGED;
    case JPEG_DQT:
        return take_quantization(d, segment) ? CODEC_DONE : CODEC_DAMAGED;
    case JPEG_DRI:
        d->restart_interval = read_u16be(&number);
        return reader_ok(&number) ? CODEC_DONE : CODEC_DAMAGED;
    case JPEG_SOS:
        return take_scan(d, segment, in) ? CODEC_DONE : CODEC_DAMAGED;
    default:
        return marker >= JPEG_APP0 ? CODEC_DONE : CODEC_DAMAGED;
    }
}

static bool is_whole(const Decoder *d)
{
    for (unsigned c = 0; c < d->head.components; c++)
        if (!d->components[c].seen)
            return false;
    return d->has_head;
}

static CodecVerdict gather(Decoder *d, Slice frame)
{
    Reader       in = reader_make(frame);
    uint8_t      marker;
    Slice        segment;
    CodecVerdict verdict = CODEC_DONE;
    if (!jpeg_marker(&in, &marker, &segment) || marker != JPEG_SOI)
        return CODEC_DAMAGED;
    while (verdict == CODEC_DONE) {
        if (is_whole(d) && d->head.sof != JPEG_SOF_PROGRESSIVE)
            return CODEC_DONE; /* what follows is EOI and padding, or missing: nothing is lost */
        if (!jpeg_marker(&in, &marker, &segment))
            return CODEC_DAMAGED;
        if (marker == JPEG_EOI)
            return is_whole(d) ? CODEC_DONE : CODEC_DAMAGED;
        verdict = take_segment(d, &in, marker, segment);
    }
    return verdict;
}

static void store_block(const Decoder *d, unsigned c, size_t left, size_t top,
                        const uint16_t samples[JPEG_BLOCK])
{
    unsigned bytes = d->r->bits_allocated / 8u;
    for (size_t y = 0; y < 8 && top + y < d->r->rows; y++)
        for (size_t x = 0; x < 8 && left + x < d->r->columns; x++) {
            uint16_t value = samples[8 * y + x];
            uint8_t *place = d->to + (((top + y) * d->r->columns + left + x) * d->r->samples + c) * bytes;
            place[0]       = (uint8_t)value;
            if (bytes == 2)
                place[1] = (uint8_t)(value >> 8);
        }
}

static void transform_all(const Decoder *d)
{
    uint16_t samples[JPEG_BLOCK];
    for (unsigned c = 0; c < d->head.components; c++)
        for (size_t i = 0; i < d->across * d->down; i++) {
            size_t left = i % d->across * 8, top = i / d->across * 8;
            if (left >= d->r->columns || top >= d->r->rows)
                continue;
            jpeg_idct(d->components[c].blocks + i * JPEG_BLOCK, d->components[c].quantization,
                      d->head.precision, samples);
            store_block(d, c, left, top, samples);
        }
}

CodecVerdict jpeg_dct_decode(Slice frame, const CodecRequest *r, uint8_t *to)
{
    Decoder *d = calloc(1, sizeof *d);
    if (!d)
        return CODEC_TOO_LARGE;
    d->r                 = r;
    d->to                = to;
    CodecVerdict verdict = gather(d, frame);
    if (verdict == CODEC_DONE)
        transform_all(d);
    for (unsigned c = 0; c < JPEG_COMPONENTS_MAX; c++)
        free(d->components[c].blocks);
    free(d);
    return verdict;
}
