/*
 * JPEG lossless: Huffman coded differences to a prediction from the neighbours. ITU-T T.81 annexes C, F.2.2,
 * H.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/jpeg_lossless.h"

#include <stdlib.h>

#include "formats/image/jpeg_head.h"

enum {
    LOOK_BITS       = 10, /* codes up to this length are found in one step */
    CODE_BITS_MAX   = 16,
    CATEGORY_MAX    = 16, /* category 16 is the difference 32768 and has no further bits (T.81 table H.2) */
    TABLES          = 4,
    PRECISION_LEAST = 2,
    PRECISION_MOST  = 16,
};

typedef struct Huffman {
    bool     defined;
    uint16_t look[1 << LOOK_BITS]; /* length << 8 | category; 0: a longer code */
    uint32_t first_code[CODE_BITS_MAX + 2], first_index[CODE_BITS_MAX + 2], count[CODE_BITS_MAX + 2];
    uint8_t  category[256];
} Huffman;

/* Bits of the entropy coded segment, stuffed zeros removed. At a marker or the end there are no more. */
typedef struct Bits {
    const uint8_t *at, *end;
    uint64_t       held;
    unsigned       count;
    bool           failed; /* more was taken than was there */
} Bits;

typedef struct Decoder {
    const CodecRequest *r;
    JpegHead            head;
    bool                has_head;
    Huffman             tables[TABLES];
    uint32_t            restart_interval;
    unsigned            scanned; /* a bit per component that is done */
    uint8_t            *to;
    uint16_t           *lines; /* two per component of a scan: the line above and this one */
} Decoder;

typedef struct Scan {
    unsigned       count, predictor, transform;
    unsigned       component[JPEG_COMPONENTS_MAX];
    const Huffman *table[JPEG_COMPONENTS_MAX];
} Scan;

/* ---- bits ---- */

static void refill(Bits *b)
{
    while (b->count <= 56 && b->at < b->end) {
        uint8_t byte = *b->at;
        if (byte == 0xFF) {
            if (b->at + 1 >= b->end || b->at[1] != 0) /* a marker: the segment ends here */
                return;
            b->at++;
        }
        b->at++;
        b->held = b->held << 8 | byte;
        b->count += 8;
    }
}

/* The next bits, zeros after the end; taking them is what fails. */
static uint32_t peek(Bits *b, unsigned bits)
{
    if (b->count < bits)
        refill(b);
    if (b->count >= bits)
        return (uint32_t)(b->held >> (b->count - bits)) & ((UINT32_C(1) << bits) - 1);
    return (uint32_t)(b->held << (bits - b->count)) & ((UINT32_C(1) << bits) - 1);
}

static void take(Bits *b, unsigned bits)
{
    if (b->count < bits) {
        b->failed = true;
        b->count  = 0;
        return;
    }
    b->count -= bits;
}

/* ---- Huffman tables (T.81 annex C) ---- */

static bool huffman_make(const uint8_t counts[CODE_BITS_MAX], Slice categories, Huffman *h)
{
    *h            = (Huffman) { .defined = true };
    uint32_t code = 0, index = 0;
    for (unsigned bits = 1; bits <= CODE_BITS_MAX; bits++, code <<= 1) {
        h->first_code[bits]  = code;
        h->first_index[bits] = index;
        h->count[bits]       = counts[bits - 1];
        if (code + counts[bits - 1] > UINT32_C(1) << bits) /* more codes than this length has */
            return false;
        for (unsigned i = 0; i < counts[bits - 1]; i++, code++, index++) {
            uint8_t category = (uint8_t)categories.at[index];
            if (category > CATEGORY_MAX)
                return false;
            h->category[index] = category;
            unsigned spare     = LOOK_BITS - bits;
            for (uint32_t k = 0; bits <= LOOK_BITS && k < UINT32_C(1) << spare; k++)
                h->look[(code << spare) + k] = (uint16_t)(bits << 8 | category);
        }
    }
    return true;
}

static bool read_tables(Decoder *d, Slice segment)
{
    Reader in = reader_make(segment);
    while (reader_left(&in)) {
        uint8_t where  = read_u8(&in);
        Slice   counts = read_slice(&in, CODE_BITS_MAX);
        size_t  total  = 0;
        for (size_t i = 0; i < counts.len; i++)
            total += (uint8_t)counts.at[i];
        Slice categories = read_slice(&in, total);
        if (!reader_ok(&in) || where >= TABLES || total == 0 ||
            total > 256) /* class 0 only: lossless has no AC */
            return false;
        if (!huffman_make((const uint8_t *)counts.at, categories, &d->tables[where]))
            return false;
    }
    return reader_ok(&in);
}

static int category_next(Bits *b, const Huffman *h)
{
    uint16_t found = h->look[peek(b, LOOK_BITS)];
    if (found) {
        take(b, found >> 8);
        return found & 0xFF;
    }
    uint32_t code = peek(b, CODE_BITS_MAX);
    for (unsigned bits = LOOK_BITS + 1; bits <= CODE_BITS_MAX; bits++) {
        uint32_t head = code >> (CODE_BITS_MAX - bits);
        if (head >= h->first_code[bits] && head - h->first_code[bits] < h->count[bits]) {
            take(b, bits);
            return h->category[h->first_index[bits] + head - h->first_code[bits]];
        }
    }
    b->failed = true;
    return 0;
}

/* T.81 §F.2.2.1, table H.2. */
static int difference_next(Bits *b, const Huffman *h)
{
    unsigned category = (unsigned)category_next(b, h);
    if (category == 0)
        return 0;
    if (category == CATEGORY_MAX)
        return 32768;
    int value = (int)peek(b, category);
    take(b, category);
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
static void decode_line(Decoder *d, const Scan *s, Bits *b, uint32_t y, bool first)
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

/* Between two intervals stands RSTn, n counting from 0 to 7 over and over; the bits start anew. */
static bool pass_restart(Bits *b, unsigned number)
{
    refill(b);
    if (b->count >= 8 || b->end - b->at < 2) /* whole bytes left over: the interval was longer than said */
        return false;
    while (b->end - b->at > 2 && b->at[0] == 0xFF && b->at[1] == 0xFF)
        b->at++;
    if (b->at[0] != 0xFF || b->at[1] != 0xD0 + number % 8)
        return false;
    b->at += 2;
    b->held  = 0;
    b->count = 0;
    return true;
}

/* The entropy coded data of a scan. An interval is a whole number of lines (T.81 §H.1.1). */
static bool decode_scan(Decoder *d, const Scan *s, Reader *in)
{
    Bits     b        = { .at  = (const uint8_t *)in->bytes.at + in->pos,
                          .end = (const uint8_t *)in->bytes.at + in->bytes.len };
    uint32_t interval = d->restart_interval / d->head.columns;
    if (d->restart_interval % d->head.columns)
        return false;
    for (uint32_t y = 0; y < d->head.rows; y++) {
        bool restart = interval && y && y % interval == 0;
        if (restart && !pass_restart(&b, y / interval - 1))
            return false;
        decode_line(d, s, &b, y, y == 0 || restart);
        if (b.failed)
            return false;
    }
    refill(&b);
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
        if (tables >> 4 >= TABLES || !d->tables[tables >> 4].defined)
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
        return read_tables(d, segment) ? CODEC_DONE : CODEC_DAMAGED;
    case JPEG_DRI:
        d->restart_interval = read_u16be(&number);
        return reader_ok(&number) ? CODEC_DONE : CODEC_DAMAGED;
    case JPEG_SOS:
        return read_scan(d, segment, &s) && decode_scan(d, &s, in) ? CODEC_DONE : CODEC_DAMAGED;
    default:
        return marker >= 0xE0 || marker == 0xDB ? CODEC_DONE : CODEC_DAMAGED; /* APPn, COM, a needless DQT */
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
