/*
 * Huffman codes of JPEG: tables made once, looked up by ten bits, longer codes by their length.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/jpeg_huffman.h"

void jpeg_bits_refill(JpegBits *b)
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

/* T.81 annex C: codes of one length count upwards. */
static bool make(const uint8_t counts[JPEG_CODE_BITS_MAX], Slice symbols, unsigned most, JpegHuffman *h)
{
    *h            = (JpegHuffman) { .defined = true };
    uint32_t code = 0, index = 0;
    for (unsigned bits = 1; bits <= JPEG_CODE_BITS_MAX; bits++, code <<= 1) {
        h->first_code[bits]  = code;
        h->first_index[bits] = index;
        h->count[bits]       = counts[bits - 1];
        if (code + counts[bits - 1] > UINT32_C(1) << bits) /* more codes than this length has */
            return false;
        for (unsigned i = 0; i < counts[bits - 1]; i++, code++, index++) {
            uint8_t symbol = (uint8_t)symbols.at[index];
            if (symbol > most)
                return false;
            h->symbol[index] = symbol;
            for (uint32_t k = 0; bits <= JPEG_LOOK_BITS && k < UINT32_C(1) << (JPEG_LOOK_BITS - bits); k++)
                h->look[(code << (JPEG_LOOK_BITS - bits)) + k] = (uint16_t)(bits << 8 | symbol);
        }
    }
    return true;
}

static bool read_one(Reader *in, unsigned classes, unsigned most, JpegHuffman *tables)
{
    uint8_t where  = read_u8(in);
    Slice   counts = read_slice(in, JPEG_CODE_BITS_MAX);
    size_t  total  = 0;
    for (size_t i = 0; i < counts.len; i++)
        total += (uint8_t)counts.at[i];
    Slice symbols = read_slice(in, total);
    if (!reader_ok(in) || where >> 4 >= (int)classes || (where & 15) >= JPEG_TABLES || total == 0 ||
        total > 256)
        return false;
    size_t place = (size_t)(where >> 4) * JPEG_TABLES + (where & 15);
    return make((const uint8_t *)counts.at, symbols, most, &tables[place]);
}

bool jpeg_huffman_read(Slice segment, unsigned classes, unsigned most, JpegHuffman *tables)
{
    Reader in = reader_make(segment);
    while (reader_left(&in))
        if (!read_one(&in, classes, most, tables))
            return false;
    return reader_ok(&in);
}

int jpeg_symbol(JpegBits *b, const JpegHuffman *h)
{
    uint16_t found = h->look[jpeg_bits_peek(b, JPEG_LOOK_BITS)];
    if (found) {
        jpeg_bits_take(b, found >> 8);
        return found & 0xFF;
    }
    uint32_t code = jpeg_bits_peek(b, JPEG_CODE_BITS_MAX);
    for (unsigned bits = JPEG_LOOK_BITS + 1; bits <= JPEG_CODE_BITS_MAX; bits++) {
        uint32_t head = code >> (JPEG_CODE_BITS_MAX - bits);
        if (head >= h->first_code[bits] && head - h->first_code[bits] < h->count[bits]) {
            jpeg_bits_take(b, bits);
            return h->symbol[h->first_index[bits] + head - h->first_code[bits]];
        }
    }
    b->failed = true;
    return 0;
}

bool jpeg_restart(JpegBits *b, unsigned number)
{
    jpeg_bits_refill(b);
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
