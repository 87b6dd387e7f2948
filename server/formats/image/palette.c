/*
 * Colour palettes: discrete tables, and segments that are written out into tables.
 *
 * Source: DICOM PS3.3 §C.7.6.3.1.5, §C.7.6.3.1.6 and §C.7.9.2 (segmented).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/render.h"

enum {
    DESCRIPTOR  = 0x00281101, /* of red; green and blue follow */
    DISCRETE    = 0x00281201,
    SEGMENTED   = 0x00281221,
    ENTRIES_MAX = 65536,
};

enum { SEGMENT_DISCRETE = 0, SEGMENT_LINEAR = 1, SEGMENT_INDIRECT = 2 };

#define DAMAGED "The colour palette of the image is damaged."

/* The numbers of a table: 16-bit words, or bytes. */
typedef struct Words {
    Slice  bytes;
    size_t unit; /* 1 or 2 */
    bool   big_endian;
} Words;

static size_t words_count(const Words *w)
{
    return w->bytes.len / w->unit;
}

static unsigned word_at(const Words *w, size_t i)
{
    const uint8_t *at = (const uint8_t *)w->bytes.at + i * w->unit;
    if (w->unit == 1)
        return at[0];
    return w->big_endian ? (unsigned)(at[0] << 8 | at[1]) : (unsigned)(at[1] << 8 | at[0]);
}

typedef struct Table {
    uint16_t *at;
    size_t    count, room;
    int64_t   bits;
} Table;

static bool table_add(Table *t, unsigned value)
{
    if (t->count == t->room)
        return false;
    t->at[t->count++] = (uint16_t)value;
    return true;
}

static bool add_discrete(const Words *w, size_t *at, Table *t)
{
    size_t length = word_at(w, *at);
    if (length == 0 || length > words_count(w) - *at - 1)
        return false;
    for (size_t i = 1; i <= length; i++)
        if (!table_add(t, word_at(w, *at + i)))
            return false;
    *at += length + 1;
    return true;
}

static bool add_linear(const Words *w, size_t *at, Table *t)
{
    size_t length = word_at(w, *at);
    if (words_count(w) - *at < 2 || length == 0 || t->count == 0)
        return false;
    int from = t->at[t->count - 1], to = (int)word_at(w, *at + 1);
    for (size_t i = 1; i <= length; i++) {
        double value = from + (to - from) * (double)i / (double)length;
        if (!table_add(t, (unsigned)(value + 0.5)))
            return false;
    }
    *at += 2;
    return true;
}

static bool add_segments(const Words *w, size_t at, size_t how_many, bool nested, Table *t);

/* Repeats segments that stand elsewhere; those may not be indirect themselves. */
static bool add_indirect(const Words *w, size_t *at, Table *t)
{
    if (words_count(w) - *at < 3)
        return false;
    size_t how_many = word_at(w, *at);
    size_t offset   = w->unit == 2 ? word_at(w, *at + 1) | (size_t)word_at(w, *at + 2) << 16
                                   : word_at(w, *at + 1) | (size_t)word_at(w, *at + 2) << 8;
    *at += 3;
    return offset % w->unit == 0 && add_segments(w, offset / w->unit, how_many, true, t);
}

static bool add_segments(const Words *w, size_t at, size_t how_many, bool nested, Table *t)
{
    size_t end = words_count(w);
    for (size_t n = 0; n < how_many && at < end; n++) {
        unsigned opcode = word_at(w, at++);
        if (at >= end)
            return nested ? false : opcode == 0; /* a padding byte at the end */
        bool ok = opcode == SEGMENT_DISCRETE              ? add_discrete(w, &at, t)
                  : opcode == SEGMENT_LINEAR              ? add_linear(w, &at, t)
                  : opcode == SEGMENT_INDIRECT && !nested ? add_indirect(w, &at, t)
                                                          : false;
        if (!ok)
            return false;
    }
    return true;
}

static bool fill_discrete(const Dataset *ds, const Element *e, Table *t)
{
    bool  wide = e->value.len >= 2 * t->room;
    Words w    = { e->value, wide ? 2 : 1, dataset_is_big_endian(ds) };
    if (words_count(&w) < t->room)
        return false;
    for (size_t i = 0; i < t->room; i++)
        (void)table_add(t, word_at(&w, i));
    return true;
}

static bool fill_segmented(const Dataset *ds, const Element *e, Table *t)
{
    Words w = { e->value, t->bits == 16 ? 2 : 1, dataset_is_big_endian(ds) };
    return add_segments(&w, 0, SIZE_MAX, false, t) && t->count == t->room;
}

/* One colour: its descriptor and its table. */
static bool read_colour(const Dataset *ds, unsigned colour, Palette *p, uint16_t **ret)
{
    int64_t        entries = 0, first = 0, bits = 0, is_signed = 0;
    const Element *plain    = dataset_find(ds, DISCRETE + colour),
                  *segments = dataset_find(ds, SEGMENTED + colour);
    if (!dataset_int(ds, DESCRIPTOR + colour, 0, &entries) ||
        !dataset_int(ds, DESCRIPTOR + colour, 1, &first) || !dataset_int(ds, DESCRIPTOR + colour, 2, &bits) ||
        (!plain && !segments) || (bits != 8 && bits != 16))
        return false;
    (void)dataset_int(ds, 0x00280103, 0, &is_signed);
    entries = entries == 0 ? ENTRIES_MAX : entries & 0xFFFF; /* 65536 does not fit its two bytes */
    first   = is_signed ? (int16_t)(first & 0xFFFF) : first & 0xFFFF;
    if (colour > 0 && ((uint32_t)entries != p->count || (int32_t)first != p->first))
        return false;
    p->count = (uint32_t)entries;
    p->first = (int32_t)first;
    *ret     = calloc((size_t)entries, sizeof **ret);
    Table t  = { .at = *ret, .room = (size_t)entries, .bits = bits };
    return t.at && (plain && plain->value.len ? fill_discrete(ds, plain, &t)
                                              : segments && fill_segmented(ds, segments, &t));
}

/*
 * To 8 bits. What the entries hold counts, not what the descriptor says: with one of them above 255 what
 * counts stands in the upper byte, else in the lower (descriptors of 16 above tables of bytes are common).
 */
static bool take_tables(Palette *p, uint16_t *const tables[3])
{
    uint8_t **to[3] = { &p->red, &p->green, &p->blue };
    unsigned  most  = 0;
    for (unsigned c = 0; c < 3; c++)
        for (uint32_t i = 0; i < p->count; i++)
            most = tables[c][i] > most ? tables[c][i] : most;
    for (unsigned c = 0; c < 3; c++) {
        if (!(*to[c] = malloc(p->count)))
            return false;
        for (uint32_t i = 0; i < p->count; i++)
            (*to[c])[i] = (uint8_t)(most > 255 ? tables[c][i] >> 8 : tables[c][i]);
    }
    return true;
}

bool palette_read(const Dataset *ds, Palette *ret, Err *err)
{
    Palette   p         = { 0 };
    uint16_t *tables[3] = { NULL };
    bool      ok        = true;
    if (dataset_has(ds, DESCRIPTOR)) {
        for (unsigned c = 0; ok && c < 3; c++)
            ok = read_colour(ds, c, &p, &tables[c]);
        ok = ok && take_tables(&p, tables);
    }
    for (unsigned c = 0; c < 3; c++)
        free(tables[c]);
    if (ok) {
        *ret = p;
        return true;
    }
    palette_clear(&p);
    return err_set(err, ERR_INPUT, DAMAGED, "palette tables contradict their descriptors");
}

void palette_clear(Palette *p)
{
    free(p->red);
    free(p->green);
    free(p->blue);
    *p = (Palette) { 0 };
}
