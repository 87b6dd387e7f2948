/*
 * Huffman codes and bits of an entropy coded JPEG segment. ITU-T T.81 annexes C and F.2.2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_IMAGE_JPEG_HUFFMAN_H
#define FORMATS_IMAGE_JPEG_HUFFMAN_H

#include "base/reader.h"

enum {
    JPEG_LOOK_BITS     = 10, /* codes up to this length are found in one step */
    JPEG_CODE_BITS_MAX = 16,
    JPEG_TABLES        = 4, /* of a class */
};

typedef struct JpegHuffman {
    bool     defined;
    uint16_t look[1 << JPEG_LOOK_BITS]; /* length << 8 | symbol; 0: a longer code */
    uint32_t first_code[JPEG_CODE_BITS_MAX + 2], first_index[JPEG_CODE_BITS_MAX + 2],
        count[JPEG_CODE_BITS_MAX + 2];
    uint8_t symbol[256];
} JpegHuffman;

/* Bits of the entropy coded segment, stuffed zeros removed. At a marker or the end there are no more. */
typedef struct JpegBits {
    const uint8_t *at, *end;
    uint64_t       held;
    unsigned       count;
    bool           failed; /* more was taken than was there */
} JpegBits;

/* All tables of a DHT segment, each into tables[class * JPEG_TABLES + number]. False: malformed, a class that
 * is not below 'classes' (1: DC or lossless only; 2: AC too), or a symbol above 'most'. */
bool jpeg_huffman_read(Slice segment, unsigned classes, unsigned most, JpegHuffman *tables);

void jpeg_bits_refill(JpegBits *b);

/* Between two intervals stands RSTn, n counting from 0 to 7 over and over; the bits start anew. */
bool jpeg_restart(JpegBits *b, unsigned number);

/* The next bits (at most 16), zeros after the end; taking them is what fails. */
static inline uint32_t jpeg_bits_peek(JpegBits *b, unsigned bits)
{
    if (b->count < bits)
        jpeg_bits_refill(b);
    if (b->count >= bits)
        return (uint32_t)(b->held >> (b->count - bits)) & ((UINT32_C(1) << bits) - 1);
    return (uint32_t)(b->held << (bits - b->count)) & ((UINT32_C(1) << bits) - 1);
}

static inline void jpeg_bits_take(JpegBits *b, unsigned bits)
{
    if (b->count < bits) {
        b->failed = true;
        b->count  = 0;
        return;
    }
    b->count -= bits;
}

/* The next 'bits' bits as a number; 0 for none. */
static inline uint32_t jpeg_bits_next(JpegBits *b, unsigned bits)
{
    if (bits == 0)
        return 0;
    uint32_t value = jpeg_bits_peek(b, bits);
    jpeg_bits_take(b, bits);
    return value;
}

/* The next Huffman coded symbol; 0 with b->failed when there is none. */
int jpeg_symbol(JpegBits *b, const JpegHuffman *h);

/* 'bits' further bits as a signed number (T.81 figure F.12): 0 for none, 'bits' at most 15. */
static inline int jpeg_extend(uint32_t value, unsigned bits)
{
    return bits && value < UINT32_C(1) << (bits - 1) ? (int)value - (1 << bits) + 1 : (int)value;
}

#endif
