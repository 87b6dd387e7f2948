/*
 * JPEG lossless: JpegHuffman coded differences to a prediction from the neighbours. ITU-T T.81 annexes C,
 * F.2.2, H.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/jpeg_lossless.h"

#include <stdlib.h>

#include "formats/image/jpeg_head.h"
#include "formats/image/jpeg_huffman.h"

enum {
    CATEGORY_MAX    = 16, /* category 16 is the difference 32768 and has no further bits (T.81 table H.2) */
    PRECISION_LEAST = 2,
    PRECISION_MOST  = 16,
};

typedef struct Decoder {
    const CodecRequest *r;
    JpegHead            head;
    bool                has_head;
    JpegHuffman         tables[JPEG_TABLES];
    uint32_t            restart_interval;
    unsigned            scanned; /* a bit per component that is done */
    uint8_t            *to;
    uint16_t           *lines; /* two per component of a scan: the line above and this one */
} Decoder;

typedef struct Scan {
    unsigned           count, predictor, transform;
    unsigned           component[JPEG_COMPONENTS_MAX];
    const JpegHuffman *table[JPEG_COMPONENTS_MAX];
} Scan;

/* T.81 §F.2.2.1, table H.2. */
static int difference_next(JpegBits *b, const JpegHuffman *h)
{
    unsigned category = (unsigned)jpeg_symbol(b, h);
    if (category == 0)
        return 0;
    if (category == CATEGORY_MAX)
        return 32768;
    int value = (int)jpeg_bits_peek(b, category);
    jpeg_bits_take(b, category);
    return value < 1 << (category - 1) ? value - (1 << category) + 1 : value;
}

/* ---- prediction (T.81 table H.1) ---- */

static int predict(unsigned predictor, int left, int above, int corner)
{
    switch (predictor) {
    case 1:
        return left;
    case 2:
        return above;
    case 3:
        return corner;
    case 4:
        return left + above - corner;
    case 5:
        return left + ((above - corner) >> 1);
    case 6:
        return above + ((left - corner) >> 1);
    default:
        return (left + above) >> 1;
    }
}

static void store(const Decoder *d, size_t pixel, unsigned component, uint16_t value)
{
    size_t place = pixel * d->r->samples + component;
    if (d->r->bits_allocated == 8) {
        d->to[place] = (uint8_t)value;
    } else {
        d->to[2 * place]     = (uint8_t)value;
        d->to[2 * place + 1] = (uint8_t)(value >> 8);
    }
}

/* One line of a scan; 'first': no line above counts (start of the scan, or after a restart). */
static void decode_line(Decoder *d, const Scan *s, JpegBits *b, uint32_t y, bool first)
{
    uint32_t columns = d->head.columns;
    int      middle  = 1 << (d->head.precision - s->transform - 1);
    for (uint32_t x = 0; x < columns; x++)
        for (unsigned k = 0; k < s->count; k++) {
            uint16_t *above = d->lines + (size_t)(2 * k + (y + 1) % 2) * columns;
            uint16_t *line  = d->lines + (size_t)(2 * k + y % 2) * columns;
            int       guess = x == 0  ? (first ? middle : above[0])
                              : first ? line[x - 1]
                                      : predict(s->predictor, line[x - 1], above[x], above[x - 1]);
            line[x]         = (uint16_t)(guess + difference_next(b, s->table[k]));
            store(d, (size_t)y * columns + x, s->component[k], (uint16_t)(line[x] << s->transform));
        }
}

/* The entropy coded data of a scan. An interval is a whole number of lines (T.81 §H.1.1). */
static bool decode_scan(Decoder *d, const Scan *s, Reader *in)
{
    JpegBits b        = { .at  = (const uint8_t *)in->bytes.at + in->pos,
                          .end = (const uint8_t *)in->bytes.at + in->bytes.len };
    uint32_t interval = d->restart_interval / d->head.columns;
    if (d->restart_interval % d->head.columns)
        return false;
    for (uint32_t y = 0; y < d->head.rows; y++) {
        bool restart = interval && y && y % interval == 0;
        if (restart && !jpeg_restart(&b, y / interval - 1))
            return false;
        decode_line(d, s, &b, y, y == 0 || restart);
        if (b.failed)
            return false;
    }
    jpeg_bits_refill(&b);
    in->pos = (size_t)(b.at - (const uint8_t *)in->bytes.at);
    return true;
}

/* ---- the scan header (T.81 §B.2.3) ---- */

static bool scan_component(const Decoder *d, Reader *in, Scan *s, unsigned n)
{
    uint8_t id = read_u8(in), tables = read_u8(in);
    for (unsigned c = 0; c < d->head.components; c++) {
        if (d->head.id[c] != id || d->scanned & 1u << c)
            continue;
        if (tables >> 4 >= JPEG_TABLES || !d->tables[tables >> 4].defined)
            return false;
        s->component[n] = c;
        s->table[n]     = &d->tables[tables >> 4];
        return true;
    }
    return false;
}

static bool read_scan(Decoder *d, Slice segment, Scan *s)
{
    Reader in = reader_make(segment);
    s->count  = read_u8(&in);
    if (!d->has_head || s->count < 1 || s->count > d->head.components)
        return false;
    for (unsigned n = 0; n < s->count; n++) {
        if (!scan_component(d, &in, s, n))
            return false;
        d->scanned |= 1u << s->component[n];
    }
    s->predictor = read_u8(&in);
    uint8_t end  = read_u8(&in);
    s->transform = read_u8(&in);
    return reader_ok(&in) && reader_left(&in) == 0 && s->predictor >= 1 && s->predictor <= 7 && end == 0 &&
           s->transform < d->head.precision;
}

/* ---- the whole ---- */

static CodecVerdict take_head(Decoder *d, uint8_t marker, Slice segment)
{
    if (d->has_head || !jpeg_sof_read(marker, segment, &d->head))
        return CODEC_DAMAGED;
    if (marker != JPEG_SOF_LOSSLESS)
        return CODEC_UNREADABLE;
    if (d->head.precision < PRECISION_LEAST || d->head.precision > PRECISION_MOST)
        return CODEC_DAMAGED;
    if (d->head.rows != d->r->rows || d->head.columns != d->r->columns ||
        d->head.components != d->r->samples || d->head.precision > d->r->bits_allocated ||
        (d->r->bits_allocated != 8 && d->r->bits_allocated != 16))
        return CODEC_DISAGREES;
    for (unsigned c = 0; c < d->head.components; c++)
        if (d->head.h[c] != d->head.h[0] || d->head.v[c] != d->head.v[0])
            return CODEC_UNREADABLE; /* subsampled lossless does not occur in DICOM */
    d->has_head = true;
    d->lines    = calloc((size_t)d->head.columns * d->head.components * 2, sizeof *d->lines);
    return d->lines ? CODEC_DONE : CODEC_TOO_LARGE;
}

static CodecVerdict take_segment(Decoder *d, Reader *in, uint8_t marker, Slice segment)
{
    Scan   s      = { 0 };
    Reader number = reader_make(segment);
    if (jpeg_is_sof(marker))
        return take_head(d, marker, segment);
    switch (marker) {
    case JPEG_DHT:
        return jpeg_huffman_read(segment, 1, CATEGORY_MAX, d->tables) ? CODEC_DONE : CODEC_DAMAGED;
    case JPEG_DRI:
        d->restart_interval = read_u16be(&number);
        return reader_ok(&number) ? CODEC_DONE : CODEC_DAMAGED;
    case JPEG_SOS:
        return read_scan(d, segment, &s) && decode_scan(d, &s, in) ? CODEC_DONE : CODEC_DAMAGED;
    default:
        return marker >= 0xE0 || marker == JPEG_DQT ? CODEC_DONE
                                                    : CODEC_DAMAGED; /* APPn, COM, a needless DQT */
    }
}

static CodecVerdict decode(Decoder *d, Slice frame)
{
    Reader       in = reader_make(frame);
    uint8_t      marker;
    Slice        segment;
    CodecVerdict verdict = CODEC_DONE;
    if (!jpeg_marker(&in, &marker, &segment) || marker != JPEG_SOI)
        return CODEC_DAMAGED;
    while (verdict == CODEC_DONE) {
        if (d->has_head && d->scanned == (1u << d->head.components) - 1)
            return CODEC_DONE; /* what follows is EOI and padding, or missing: nothing is lost */
        if (!jpeg_marker(&in, &marker, &segment))
            return CODEC_DAMAGED;
        verdict = take_segment(d, &in, marker, segment);
    }
    return verdict;
}

CodecVerdict jpeg_lossless_decode(Slice frame, const CodecRequest *r, uint8_t *to)
{
    Decoder *d = calloc(1, sizeof *d);
    if (!d)
        return CODEC_TOO_LARGE;
    d->r                 = r;
    d->to                = to;
    CodecVerdict verdict = decode(d, frame);
    free(d->lines);
    free(d);
    return verdict;
}
