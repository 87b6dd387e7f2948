/*
 * Tests of the JPEG decoder of 8 and 12 bits: against libjpeg where that can (8 bits), against an encoder of
 * our own and the transform worked out in real numbers where it cannot (12 bits).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jpeglib.h>

#include "base/buf.h"
#include "formats/image/jpeg_dct.h"
#include "formats/image/jpeg_idct.h"

static uint32_t seed = 1;

static uint32_t chance(uint32_t below)
{
    seed = seed * 1664525u + 1013904223u;
    return (uint32_t)(((uint64_t)seed * below) >> 32);
}

/* ---- 8 bits: the same as libjpeg ---- */

typedef struct Make {
    unsigned columns, rows, components, quality, restart_rows;
    bool     progressive, rgb, one_scan_each;
} Make;

/* Some edges, a slope and noise: every kind of coefficient. */
static void paint(const Make *m, uint8_t *to)
{
    for (unsigned y = 0; y < m->rows; y++)
        for (unsigned x = 0; x < m->columns; x++)
            for (unsigned c = 0; c < m->components; c++)
                to[(y * m->columns + x) * m->components + c] =
                    (uint8_t)(x * 3 + y * (c + 1) + ((x / 7 + y / 5) % 2 ? 90 : 0) + chance(20));
}

static void one_scan_each(j_compress_ptr cinfo, jpeg_scan_info scans[3])
{
    for (int c = 0; c < 3; c++)
        scans[c] = (jpeg_scan_info) { .comps_in_scan = 1, .component_index = { c }, .Ss = 0, .Se = 63 };
    cinfo->scan_info = scans;
    cinfo->num_scans = 3;
}

static Slice encode(const Make *m, const uint8_t *pixels, unsigned char **ret)
{
    struct jpeg_compress_struct cinfo;
    struct jpeg_error_mgr       errors;
    jpeg_scan_info              scans[3];
    unsigned long               size = 0;
    *ret                             = NULL;
    cinfo.err                        = jpeg_std_error(&errors);
    jpeg_create_compress(&cinfo);
    jpeg_mem_dest(&cinfo, ret, &size);
    cinfo.image_width      = m->columns;
    cinfo.image_height     = m->rows;
    cinfo.input_components = (int)m->components;
    cinfo.in_color_space   = m->components == 1 ? JCS_GRAYSCALE : JCS_RGB;
    jpeg_set_defaults(&cinfo);
    if (m->rgb)
        jpeg_set_colorspace(&cinfo, JCS_RGB);
    jpeg_set_quality(&cinfo, (int)m->quality, FALSE);
    for (unsigned c = 0; c < m->components; c++)
        cinfo.comp_info[c].h_samp_factor = cinfo.comp_info[c].v_samp_factor = 1;
    if (m->progressive)
        jpeg_simple_progression(&cinfo);
    if (m->one_scan_each)
        one_scan_each(&cinfo, scans);
    cinfo.restart_in_rows = (int)m->restart_rows;
    jpeg_start_compress(&cinfo, TRUE);
    while (cinfo.next_scanline < cinfo.image_height) {
        JSAMPROW row =
            (JSAMPROW)(uintptr_t)(pixels + (size_t)cinfo.next_scanline * m->columns * m->components);
        jpeg_write_scanlines(&cinfo, &row, 1);
    }
    jpeg_finish_compress(&cinfo);
    jpeg_destroy_compress(&cinfo);
    return (Slice) { (const char *)*ret, size };
}

static void decode_by_libjpeg(Slice stream, uint8_t *to, size_t line)
{
    struct jpeg_decompress_struct cinfo;
    struct jpeg_error_mgr         errors;
    cinfo.err = jpeg_std_error(&errors);
    jpeg_create_decompress(&cinfo);
    jpeg_mem_src(&cinfo, (const unsigned char *)stream.at, stream.len);
    jpeg_read_header(&cinfo, TRUE);
    cinfo.out_color_space    = cinfo.jpeg_color_space;
    cinfo.dct_method         = JDCT_ISLOW;
    cinfo.do_block_smoothing = FALSE;
    jpeg_start_decompress(&cinfo);
    while (cinfo.output_scanline < cinfo.output_height) {
        JSAMPROW row = to + cinfo.output_scanline * line;
        jpeg_read_scanlines(&cinfo, &row, 1);
    }
    jpeg_finish_decompress(&cinfo);
    jpeg_destroy_decompress(&cinfo);
}

static CodecRequest request(unsigned rows, unsigned columns, unsigned components, unsigned bits)
{
    return (CodecRequest) { .rows           = rows,
                            .columns        = columns,
                            .samples        = (uint16_t)components,
                            .bits_allocated = (uint16_t)bits,
                            .bits_stored    = (uint16_t)bits,
                            .frame_bytes    = (uint64_t)rows * columns * components * (bits / 8u) };
}

static void eight_bits_come_out_as_from_libjpeg(void **state)
{
    (void)state;
    static const Make MAKES[] = {
        { 64, 64, 1, 75, 0, false, false, false },   { 61, 33, 1, 95, 1, false, false, false },
        { 61, 33, 1, 30, 0, true, false, false },    { 8, 8, 1, 100, 0, true, false, false },
        { 1, 1, 1, 50, 0, false, false, false },     { 53, 47, 3, 90, 0, false, false, false },
        { 53, 47, 3, 90, 2, true, false, false },    { 40, 24, 3, 85, 1, false, true, false },
        { 200, 150, 3, 60, 0, true, true, false },   { 53, 47, 3, 70, 0, false, false, true },
        { 300, 200, 1, 100, 3, true, false, false },
    };
    for (size_t i = 0; i < sizeof MAKES / sizeof *MAKES; i++) {
        const Make    *m    = &MAKES[i];
        size_t         size = (size_t)m->rows * m->columns * m->components;
        uint8_t       *in = malloc(size), *wanted = malloc(size), *got = calloc(size, 1);
        unsigned char *made;
        paint(m, in);
        Slice stream = encode(m, in, &made);
        decode_by_libjpeg(stream, wanted, (size_t)m->columns * m->components);
        CodecRequest r = request(m->rows, m->columns, m->components, 8);
        assert_int_equal(jpeg_dct_decode(stream, &r, got), CODEC_DONE);
        assert_memory_equal(got, wanted, size);
        free(in);
        free(wanted);
        free(got);
        free(made);
    }
}

static void a_stream_cut_anywhere_is_damaged_and_never_read_beyond(void **state)
{
    (void)state;
    static const Make MAKES[] = { { 32, 24, 3, 80, 1, false, false, false },
                                  { 32, 24, 1, 80, 0, true, false, false } };
    uint8_t           in[32 * 24 * 3], got[32 * 24 * 3];
    for (size_t i = 0; i < sizeof MAKES / sizeof *MAKES; i++) {
        unsigned char *made;
        paint(&MAKES[i], in);
        Slice        whole = encode(&MAKES[i], in, &made);
        CodecRequest r     = request(24, 32, MAKES[i].components, 8);
        for (size_t len = 0; len + 2 < whole.len; len++) { /* without EOI a sequential image is still whole */
            char *copy = malloc(len + 1);                  /* its own size, so that a read beyond is seen */
            memcpy(copy, whole.at, len);
            assert_int_equal(jpeg_dct_decode((Slice) { copy, len }, &r, got), CODEC_DAMAGED);
            free(copy);
        }
        free(made);
    }
}

/* ---- 12 bits: an encoder of coefficients, fixed codes of 8 bits for every symbol ---- */

enum { BLOCKS_WIDE = 3, BLOCKS_HIGH = 2, COLUMNS = 21, ROWS = 13, BLOCKS = BLOCKS_WIDE * BLOCKS_HIGH };

static const uint8_t PLACES[64] = {
    0,  1,  5,  6,  14, 15, 27, 28, 2,  4,  7,  13, 16, 26, 29, 42, 3,  8,  12, 17, 25, 30,
    41, 43, 9,  11, 18, 24, 31, 40, 44, 53, 10, 19, 23, 32, 39, 45, 52, 54, 20, 22, 33, 38,
    46, 51, 55, 60, 21, 34, 37, 47, 50, 56, 59, 61, 35, 36, 48, 49, 57, 58, 62, 63,
}; /* place in the stream of the coefficient at each place of the block */

typedef struct Bits {
    Buf     *out;
    unsigned held, count;
} Bits;

static void put(Bits *b, unsigned value, unsigned bits)
{
    for (unsigned i = bits; i-- > 0;) {
        b->held = (b->held << 1 | (value >> i & 1)) & 0xFF;
        if (++b->count < 8)
            continue;
        buf_add_char(b->out, (char)b->held);
        if (b->held == 0xFF)
            buf_add_char(b->out, 0);
        b->count = 0;
    }
}

static unsigned width_of(int value)
{
    unsigned bits = 0;
    while (abs(value) >> bits)
        bits++;
    return bits;
}

static void put_value(Bits *b, unsigned run, int value)
{
    unsigned bits = width_of(value);
    put(b, run << 4 | bits, 9);
    put(b, (unsigned)(value > 0 ? value : value + (1 << bits) - 1), bits);
}

static void put_block(Bits *b, const int16_t block[64], int before)
{
    int      line[64];
    unsigned run = 0;
    for (unsigned i = 0; i < 64; i++)
        line[PLACES[i]] = block[i];
    put(b, width_of(line[0] - before), 9);
    int difference = line[0] - before;
    put(b, (unsigned)(difference > 0 ? difference : difference + (1 << width_of(difference)) - 1),
        width_of(difference));
    for (unsigned k = 1; k < 64; k++) {
        if (line[k] == 0) {
            run++;
            continue;
        }
        for (; run > 15; run -= 16)
            put(b, 0xF0, 9);
        put_value(b, run, line[k]);
        run = 0;
    }
    if (run)
        put(b, 0, 9);
}

static void add_bytes(Buf *out, const uint8_t *bytes, size_t count)
{
    buf_add(out, (Slice) { (const char *)bytes, count });
}

/* Codes of nine bits: symbol n has code n, and all ones is no code. */
static void add_codes(Buf *out, uint8_t where, unsigned symbols)
{
    uint8_t head[21] = { 0xFF, 0xC4, 0, (uint8_t)(19 + symbols), where };
    head[2]          = (uint8_t)((19 + symbols) >> 8);
    head[5 + 8]      = (uint8_t)symbols;
    add_bytes(out, head, sizeof head);
    for (unsigned i = 0; i < symbols; i++)
        buf_add_char(out, (char)i);
}

static void encode_12_bits(Buf *out, const int16_t blocks[BLOCKS][64], const uint16_t quantization[64])
{
    static const uint8_t SOI[] = { 0xFF, 0xD8, 0xFF, 0xDB, 0, 131, 0x10 };
    static const uint8_t SOF[] = { 0xFF, 0xC1, 0, 11, 12, 0, ROWS, 0, COLUMNS, 1, 1, 0x22, 0 };
    static const uint8_t SOS[] = { 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0 };
    uint16_t             line[64];
    for (unsigned i = 0; i < 64; i++)
        line[PLACES[i]] = quantization[i];
    add_bytes(out, SOI, sizeof SOI);
    for (unsigned k = 0; k < 64; k++) {
        buf_add_char(out, (char)(line[k] >> 8));
        buf_add_char(out, (char)line[k]);
    }
    add_bytes(out, SOF, sizeof SOF);
    add_codes(out, 0x00, 16);
    add_codes(out, 0x10, 255);
    add_bytes(out, SOS, sizeof SOS);
    Bits b      = { .out = out };
    int  before = 0;
    for (unsigned i = 0; i < BLOCKS; i++) {
        put_block(&b, blocks[i], before);
        before = blocks[i][0];
    }
    while (b.count)
        put(&b, 1, 1);
    add_bytes(out, (const uint8_t *)"\xFF\xD9", 2);
}

/* T.81 §A.3.3 as it is written, in real numbers. */
static double transformed(const int16_t block[64], const uint16_t quantization[64], unsigned x, unsigned y)
{
    double sum = 0;
    for (unsigned v = 0; v < 8; v++)
        for (unsigned u = 0; u < 8; u++)
            sum += (u ? 1 : M_SQRT1_2) * (v ? 1 : M_SQRT1_2) * block[8 * v + u] * quantization[8 * v + u] *
                   cos((2 * x + 1) * u * M_PI / 16) * cos((2 * y + 1) * v * M_PI / 16);
    return sum / 4;
}

static void make_blocks(int16_t blocks[BLOCKS][64], uint16_t quantization[64])
{
    for (unsigned i = 0; i < 64; i++)
        quantization[i] = (uint16_t)(1 + chance(12) + (i == 5 ? 300 : 0)); /* one needs 16 bits */
    for (unsigned n = 0; n < BLOCKS; n++)
        for (unsigned i = 0; i < 64; i++) {
            int most     = (i == 0 ? 14000 : i < 20 ? 1600 : chance(4) ? 1 : 120) / quantization[i];
            blocks[n][i] = (int16_t)((int)chance((uint32_t)(2 * most + 1)) - most);
        }
}

static void twelve_bits_are_the_transform_of_their_coefficients(void **state)
{
    (void)state;
    for (unsigned turn = 0; turn < 50; turn++) {
        int16_t   blocks[BLOCKS][64];
        uint16_t  quantization[64];
        uint8_t   got[ROWS * COLUMNS * 2];
        OWNED_BUF stream = buf_make(1 << 16);
        make_blocks(blocks, quantization);
        encode_12_bits(&stream, (const int16_t(*)[64])blocks, quantization);
        CodecRequest r = request(ROWS, COLUMNS, 1, 16);
        assert_int_equal(jpeg_dct_decode(buf_slice(&stream), &r, got), CODEC_DONE);
        for (unsigned y = 0; y < ROWS; y++)
            for (unsigned x = 0; x < COLUMNS; x++) {
                const int16_t *block  = blocks[y / 8 * BLOCKS_WIDE + x / 8];
                double         exact  = transformed(block, quantization, x % 8, y % 8) + 2048;
                double         wanted = exact < 0 ? 0 : exact > 4095 ? 4095 : exact;
                unsigned       at     = (y * COLUMNS + x) * 2;
                assert_true(fabs(wanted - (got[at] | got[at + 1] << 8)) <= 1.01);
            }
    }
}

static void twelve_bits_never_go_into_bytes(void **state)
{
    (void)state;
    int16_t   blocks[BLOCKS][64];
    uint16_t  quantization[64];
    uint8_t   got[ROWS * COLUMNS * 2];
    OWNED_BUF stream = buf_make(1 << 16);
    make_blocks(blocks, quantization);
    encode_12_bits(&stream, (const int16_t(*)[64])blocks, quantization);
    CodecRequest narrow = request(ROWS, COLUMNS, 1, 8), other = request(ROWS + 1, COLUMNS, 1, 16);
    assert_int_equal(jpeg_dct_decode(buf_slice(&stream), &narrow, got), CODEC_DISAGREES);
    assert_int_equal(jpeg_dct_decode(buf_slice(&stream), &other, got), CODEC_DISAGREES);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(eight_bits_come_out_as_from_libjpeg),
        cmocka_unit_test(a_stream_cut_anywhere_is_damaged_and_never_read_beyond),
        cmocka_unit_test(twelve_bits_are_the_transform_of_their_coefficients),
        cmocka_unit_test(twelve_bits_never_go_into_bytes),
    };
    return cmocka_run_group_tests(TESTS, NULL, NULL);
}
