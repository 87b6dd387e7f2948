/*
 * Tests of rendering: the window formulas, bit depths, palettes, colours, sizes, and the files written.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <png.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <turbojpeg.h>

#include <cmocka.h>

#include "formats/dicom/dataset.h"
#include "formats/image/render.h"

static Pixels grey(uint32_t rows, uint32_t columns, uint16_t allocated, uint16_t stored)
{
    return (Pixels) { .rows           = rows,
                      .columns        = columns,
                      .frames         = 1,
                      .samples        = 1,
                      .bits_allocated = allocated,
                      .bits_stored    = stored,
                      .high_bit       = (uint16_t)(stored - 1),
                      .photometric    = MONOCHROME2,
                      .slope          = 1 };
}

static Pixels colour(uint32_t rows, uint32_t columns, Photometric photometric)
{
    Pixels p      = grey(rows, columns, 8, 8);
    p.samples     = 3;
    p.photometric = photometric;
    p.frame_bytes = (size_t)rows * columns * 3;
    return p;
}

static const PictureWanted AS_IT_IS = { 0 };

/* Renders and compares every byte. */
static void check(const Pixels *p, const void *frame, size_t len, const PictureWanted *wanted,
                  const void *expected, size_t count)
{
    Err err                 = { 0 };
    OWNED(Picture) *picture = picture_render(p, slice_bytes(frame, len), 0, NULL, wanted, &err);
    if (!picture)
        fail_msg("%s", err.detail);
    assert_int_equal((size_t)picture->width * picture->height * picture->channels, count);
    assert_memory_equal(picture->at, expected, count);
}

static void a_linear_window_follows_the_standard(void **state) /* PS3.3 §C.11.2.1.2.1: c 2048, w 4096 */
{
    (void)state;
    Pixels   p        = grey(1, 5, 16, 12);
    uint16_t values[] = { 0, 1, 2047, 2048, 4095 };
    check(&p, values, sizeof values, &(PictureWanted) { true, 2048, 4096, WINDOW_LINEAR, 0, 0 },
          (uint8_t[]) { 0, 0, 127, 128, 255 }, 5);
    /* width 1: a threshold at c - 0.5 */
    uint16_t edge[] = { 98, 99, 100, 101, 102 };
    check(&p, edge, sizeof edge, &(PictureWanted) { true, 100, 1, WINDOW_LINEAR, 0, 0 },
          (uint8_t[]) { 0, 0, 255, 255, 255 }, 5);
}

static void exact_and_sigmoid_windows_follow_the_standard(void **state)
{
    (void)state;
    Pixels   p        = grey(1, 5, 16, 12);
    uint16_t values[] = { 0, 50, 100, 150, 200 };
    check(&p, values, sizeof values, &(PictureWanted) { true, 100, 100, WINDOW_LINEAR_EXACT, 0, 0 },
          (uint8_t[]) { 0, 0, 128, 255, 255 }, 5);
    uint8_t sigmoid[5];
    for (int i = 0; i < 5; i++)
        sigmoid[i] = (uint8_t)(255 / (1 + exp(-4.0 * (values[i] - 100) / 100)) + 0.5);
    check(&p, values, sizeof values, &(PictureWanted) { true, 100, 100, WINDOW_SIGMOID, 0, 0 }, sigmoid, 5);
}

/* A PET or parametric map in small units: its own window is narrower than 1 and holds unless it is linear. */
static void an_images_own_window_may_be_narrower_than_one_unless_it_is_linear(void **state)
{
    (void)state;
    Pixels   p        = grey(1, 5, 16, 12);
    uint16_t values[] = { 0, 1000, 2000, 3000, 4000 };
    p.slope           = 0.0001; /* 0 to 0.4 */
    p.has_window      = true;
    p.window_center   = 0.2;
    p.window_width    = 0.2;
    check(&p, values, sizeof values, &(PictureWanted) { .shape = WINDOW_LINEAR_EXACT },
          (uint8_t[]) { 0, 0, 128, 255, 255 }, 5);
    uint8_t sigmoid[5];
    for (int i = 0; i < 5; i++)
        sigmoid[i] = (uint8_t)(255 / (1 + exp(-4.0 * (values[i] * 0.0001 - 0.2) / 0.2)) + 0.5);
    check(&p, values, sizeof values, &(PictureWanted) { .shape = WINDOW_SIGMOID }, sigmoid, 5);
    /* linear: no such window, the values fill the range */
    check(&p, values, sizeof values, &AS_IT_IS, (uint8_t[]) { 0, 64, 128, 191, 255 }, 5);
}

static void the_rescale_comes_before_the_window(void **state) /* CT: stored 1024 is 0 HU */
{
    (void)state;
    Pixels   p        = grey(1, 3, 16, 16);
    uint16_t values[] = { 1024 - 160, 1024 + 40, 1024 + 240 };
    p.slope           = 1;
    p.intercept       = -1024;
    p.has_window      = true;
    p.window_center   = 40;
    p.window_width    = 400;
    check(&p, values, sizeof values, &AS_IT_IS, (uint8_t[]) { 0, 128, 255 }, 3);
}

static void without_a_window_the_values_fill_the_range_and_padding_does_not_count(void **state)
{
    (void)state;
    Pixels  p        = grey(1, 4, 16, 16);
    int16_t values[] = { -2000, 100, 200, 300 };
    p.is_signed      = true;
    p.has_padding    = true;
    p.padding        = -2000;
    check(&p, values, sizeof values, &AS_IT_IS, (uint8_t[]) { 0, 0, 128, 255 }, 4);
    uint16_t same[]      = { 7, 7, 7, 7 };
    Pixels   q           = grey(1, 4, 16, 16);
    Err      err         = { 0 };
    OWNED(Picture) *flat = picture_render(&q, slice_bytes(same, sizeof same), 0, NULL, &AS_IT_IS, &err);
    assert_non_null(flat); /* one value only: no division by nothing */
}

static void monochrome1_is_inverted(void **state)
{
    (void)state;
    Pixels  p        = grey(1, 3, 8, 8);
    uint8_t values[] = { 0, 100, 255 };
    p.photometric    = MONOCHROME1;
    check(&p, values, sizeof values, &(PictureWanted) { true, 128, 256, WINDOW_LINEAR, 0, 0 },
          (uint8_t[]) { 255, 155, 0 }, 3);
}

static void only_the_stored_bits_count_and_their_sign(void **state)
{
    (void)state;
    Pixels   p        = grey(1, 3, 16, 12);
    uint16_t values[] = { 0xF800, 0x0000, 0xA7FF }; /* rubbish above; -2048, 0, 2047 */
    p.is_signed       = true;
    check(&p, values, sizeof values, &(PictureWanted) { true, 0, 4096, WINDOW_LINEAR, 0, 0 },
          (uint8_t[]) { 0, 128, 255 }, 3);
    p.is_signed      = false;
    p.high_bit       = 15; /* in the upper bits */
    uint16_t upper[] = { 0x000F, 0x8000, 0xFFF0 };
    check(&p, upper, sizeof upper, &(PictureWanted) { true, 2048, 4096, WINDOW_LINEAR, 0, 0 },
          (uint8_t[]) { 0, 128, 255 }, 3);
}

/* Every place of the stored bits in one or two bytes, signed or not, beside bits that do not count; by the
 * formula of PS3.3 §C.11.2.1.2.3. */
static void each_depth_and_place_of_the_stored_bits_is_shown_as_the_formula_says(void **state)
{
    (void)state;
    enum { PIXELS = 97 };
    unsigned noise = 1;
    for (unsigned allocated = 8; allocated <= 16; allocated += 8)
        for (unsigned stored = 2; stored <= allocated; stored++)
            for (unsigned high = stored - 1; high < allocated; high++)
                for (unsigned is_signed = 0; is_signed < 2; is_signed++) {
                    Pixels  p = grey(1, PIXELS, (uint16_t)allocated, (uint16_t)stored);
                    uint8_t bytes[2 * PIXELS], expected[PIXELS];
                    double  width = exp2(stored - 1), center = is_signed ? 0.25 : exp2(stored - 1);
                    p.high_bit  = (uint16_t)high;
                    p.is_signed = is_signed;
                    for (size_t i = 0; i < PIXELS; i++) {
                        noise        = noise * 1103515245u + 12345u;
                        unsigned raw = noise >> 12 & ((1u << allocated) - 1);
                        memcpy(bytes + i * allocated / 8, &raw,
                               allocated / 8); /* little endian, as this machine */
                        int value = (int)(raw >> (high + 1 - stored) & ((1u << stored) - 1));
                        if (is_signed && value >= 1 << (stored - 1))
                            value -= 1 << stored;
                        double y    = value <= center - width / 2  ? 0
                                      : value > center + width / 2 ? 255
                                                                   : ((value - center) / width + 0.5) * 255;
                        expected[i] = (uint8_t)(y >= 255 ? 255 : y + 0.5);
                    }
                    check(&p, bytes, PIXELS * allocated / 8,
                          &(PictureWanted) { true, center, width, WINDOW_LINEAR_EXACT, 0, 0 }, expected,
                          PIXELS);
                }
}

static void one_and_thirty_two_bits_and_floats_have_pictures(void **state)
{
    (void)state;
    Pixels  bit          = grey(2, 5, 1, 1);
    uint8_t packed[]     = { 0xD0, 0x2A }; /* from bit 4: 1 0 1 1 0 1 0 1 0 1 */
    Err     err          = { 0 };
    OWNED(Picture) *mask = picture_render(&bit, slice_bytes(packed, 2), 4, NULL, &AS_IT_IS, &err);
    assert_non_null(mask);
    assert_memory_equal(mask->at, ((uint8_t[]) { 255, 0, 255, 255, 0, 255, 0, 255, 0, 255 }), 10);
    assert_null(
        picture_render(&bit, slice_bytes(packed, 2), 7, NULL, &AS_IT_IS, &err)); /* seventeen bits needed */
    Pixels   dose     = grey(1, 3, 32, 32);
    uint32_t values[] = { 0, 2000000000, 4000000000u };
    check(&dose, values, sizeof values, &AS_IT_IS, (uint8_t[]) { 0, 128, 255 }, 3);
    Pixels map = grey(1, 4, 32, 32);
    map.kind   = PIXELS_FLOAT;
    float f[]  = { -1.5F, 0.0F, 1.5F, NAN };
    check(&map, f, sizeof f, &AS_IT_IS, (uint8_t[]) { 0, 128, 255, 0 }, 4);
}

static void colours_come_by_pixel_by_plane_and_from_ybr(void **state)
{
    (void)state;
    static const uint8_t RED_GREEN[] = { 255, 0, 0, 0, 255, 0 };
    Pixels               p           = colour(1, 2, RGB);
    check(&p, RED_GREEN, 6, &AS_IT_IS, RED_GREEN, 6);
    p.planar = true;
    check(&p, (uint8_t[]) { 255, 0, 0, 255, 0, 0 }, 6, &AS_IT_IS, RED_GREEN, 6);
    Pixels ybr = colour(1, 2, YBR_FULL); /* pure red and grey, ITU-R BT.601 */
    check(&ybr, (uint8_t[]) { 76, 85, 255, 128, 128, 128 }, 6, &AS_IT_IS,
          (uint8_t[]) { 254, 0, 0, 128, 128, 128 }, 6);
    Pixels half      = colour(1, 2, YBR_FULL_422);
    half.frame_bytes = 4;
    check(&half, (uint8_t[]) { 50, 200, 128, 128 }, 4, &AS_IT_IS, (uint8_t[]) { 50, 50, 50, 200, 200, 200 },
          6);
    Pixels deep         = colour(1, 1, RGB);
    deep.bits_allocated = deep.bits_stored = 16;
    deep.high_bit                          = 15;
    uint16_t wide[]                        = { 0, 0x8000, 0xFFFF };
    check(&deep, wide, sizeof wide, &AS_IT_IS, (uint8_t[]) { 0, 128, 255 }, 3);
}

/* ---- palettes: a data set of four elements, explicit little endian ---- */

static void put_element(Buf *out, uint32_t tag, const char *vr, const void *value, size_t len)
{
    buf_add_u16le(out, (uint16_t)(tag >> 16));
    buf_add_u16le(out, (uint16_t)tag);
    buf_add_text(out, vr);
    if (strcmp(vr, "OW") == 0) {
        buf_add_u16le(out, 0);
        buf_add_u32le(out, (uint32_t)len);
    } else {
        buf_add_u16le(out, (uint16_t)len);
    }
    buf_add(out, slice_bytes(value, len));
}

static bool palette_of(const uint16_t descriptor[3], uint32_t first_table, const uint16_t *table,
                       size_t words, Palette *ret, Err *err)
{
    OWNED_BUF bytes = buf_make(1 << 20);
    for (uint32_t c = 0; c < 3; c++)
        put_element(&bytes, 0x00281101 + c, "US", descriptor, 6);
    for (uint32_t c = 0; c < 3; c++)
        put_element(&bytes, first_table + c, "OW", table, words * 2);
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, err);
    assert_non_null(ds);
    return palette_read(ds, ret, err);
}

static void a_palette_gives_its_colours_and_clamps_at_its_ends(void **state)
{
    (void)state;
    Err           err     = { 0 };
    OWNED_PALETTE palette = { 0 };
    uint16_t      table[] = { 0x1000, 0x8000, 0xFF00 };
    assert_true(palette_of((uint16_t[]) { 3, 10, 16 }, 0x00281201, table, 3, &palette, &err));
    assert_int_equal(palette.count, 3);
    assert_int_equal(palette.first, 10);
    Pixels p                = grey(1, 5, 8, 8);
    p.photometric           = PALETTE_COLOR;
    uint8_t values[]        = { 0, 10, 11, 12, 200 };
    OWNED(Picture) *picture = picture_render(&p, slice_bytes(values, 5), 0, &palette, &AS_IT_IS, &err);
    assert_non_null(picture);
    assert_memory_equal(picture->at, "\x10\x10\x10\x10\x10\x10\x80\x80\x80\xFF\xFF\xFF\xFF\xFF\xFF", 15);
    assert_null(picture_render(&p, slice_bytes(values, 5), 0, NULL, &AS_IT_IS, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void a_segmented_palette_is_written_out(void **state) /* PS3.3 §C.7.9.2: discrete, linear, indirect */
{
    (void)state;
    Err           err     = { 0 };
    OWNED_PALETTE palette = { 0 };
    uint16_t      table[] = { 0, 2, 0x0000, 0x0800, /* two values */
                              1, 4, 0x4800,         /* four steps up to 48 */
                              2, 1, 0,      0 };    /* the first segment again */
    assert_true(palette_of((uint16_t[]) { 8, 0, 16 }, 0x00281221, table, COUNT(table), &palette, &err));
    assert_memory_equal(palette.red, "\x00\x08\x18\x28\x38\x48\x00\x08", 8);
    for (size_t words = 0; words < COUNT(table); words++) { /* cut anywhere */
        Palette cut = { 0 };
        err         = (Err) { 0 };
        assert_false(palette_of((uint16_t[]) { 8, 0, 16 }, 0x00281221, table, words, &cut, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
    uint16_t endless[] = { 0, 1, 5, 2, 1, 6, 0, 2, 1, 6, 0 }; /* an indirect segment that names itself */
    Palette  none      = { 0 };
    err                = (Err) { 0 };
    assert_false(palette_of((uint16_t[]) { 8, 0, 16 }, 0x00281221, endless, COUNT(endless), &none, &err));
}

static void a_smaller_size_keeps_proportions_and_averages(void **state)
{
    (void)state;
    Pixels  p = grey(4, 8, 8, 8);
    uint8_t frame[32];
    for (size_t i = 0; i < 32; i++)
        frame[i] = i % 2 ? 200 : 100;
    PictureWanted half = { true, 128, 256, WINDOW_LINEAR, 4, 100 };
    uint8_t       even[8];
    memset(even, 150, sizeof even);
    check(&p, frame, 32, &half, even, 8); /* 4 x 2 */
    PictureWanted large = { true, 128, 256, WINDOW_LINEAR, 1000, 1000 };
    check(&p, frame, 32, &large, frame, 32); /* never enlarged */
    for (uint32_t side = 1; side <= 9; side++) {
        PictureWanted any       = { .width = side, .height = side };
        Err           err       = { 0 };
        OWNED(Picture) *picture = picture_render(&p, slice_bytes(frame, 32), 0, NULL, &any, &err);
        assert_in_range(picture->width, 1, side < 8 ? side : 8);
        assert_in_range(picture->height, 1, 4);
    }
}

static void what_has_no_picture_is_refused(void **state)
{
    (void)state;
    uint8_t bytes[64] = { 0 };
    Pixels  wrong[8];
    for (size_t i = 0; i < COUNT(wrong); i++)
        wrong[i] = grey(4, 4, 16, 12);
    wrong[0].rows           = 5; /* too few bytes */
    wrong[1].encapsulated   = true;
    wrong[2].samples        = 3;
    wrong[3].photometric    = PHOTOMETRIC_OTHER;
    wrong[4].bits_allocated = 24;
    wrong[5].high_bit       = 5; /* below what is stored */
    wrong[6].rows = wrong[6].columns = 60000;
    wrong[7].photometric             = YBR_PARTIAL_420;
    for (size_t i = 0; i < COUNT(wrong); i++) {
        Err err = { 0 };
        assert_null(picture_render(&wrong[i], slice_bytes(bytes, 32), 0, NULL, &AS_IT_IS, &err));
        assert_int_equal(err.kind, i == 6 ? ERR_LIMIT : ERR_INPUT);
    }
    Pixels        p   = grey(4, 4, 16, 12);
    PictureWanted bad = { true, 0, 0, WINDOW_LINEAR, 0, 0 };
    Err           err = { 0 };
    assert_null(picture_render(&p, slice_bytes(bytes, 32), 0, NULL, &bad, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void png_and_jpeg_read_back(void **state)
{
    (void)state;
    for (uint32_t channels = 1; channels <= 3; channels += 2) {
        uint8_t   bytes[16 * 8 * 3];
        Picture   picture = { 16, 8, channels, bytes };
        OWNED_BUF png = buf_make(1 << 20), jpeg = buf_make(1 << 20), small = buf_make(20);
        Err       err = { 0 };
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(i / channels * 2);
        assert_true(picture_png(&picture, &png, &err) && picture_jpeg(&picture, 95, &jpeg, &err));
        png_image reader = { .version = PNG_IMAGE_VERSION };
        uint8_t   back[sizeof bytes];
        assert_true(png_image_begin_read_from_memory(&reader, png.at, png.len));
        reader.format = channels == 1 ? PNG_FORMAT_GRAY : PNG_FORMAT_RGB;
        assert_true(png_image_finish_read(&reader, NULL, back, 0, NULL));
        assert_memory_equal(back, bytes, (size_t)16 * 8 * channels);
        tjhandle tj = tjInitDecompress();
        int      width, height, sampling, space;
        assert_int_equal(
            tjDecompressHeader3(tj, (uint8_t *)jpeg.at, jpeg.len, &width, &height, &sampling, &space), 0);
        assert_int_equal(width * 100 + height, 1608);
        assert_int_equal(tjDecompress2(tj, (uint8_t *)jpeg.at, jpeg.len, back, 0, 0, 0,
                                       channels == 1 ? TJPF_GRAY : TJPF_RGB, 0),
                         0);
        for (size_t i = 0; i < (size_t)16 * 8 * channels; i++)
            assert_in_range(back[i] - bytes[i] + 8, 0, 16);
        tjDestroy(tj);
        assert_false(picture_png(&picture, &small, &err));
        buf_clear(&small);
        assert_false(picture_jpeg(&picture, 95, &small, &err));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_linear_window_follows_the_standard),
        cmocka_unit_test(exact_and_sigmoid_windows_follow_the_standard),
        cmocka_unit_test(an_images_own_window_may_be_narrower_than_one_unless_it_is_linear),
        cmocka_unit_test(the_rescale_comes_before_the_window),
        cmocka_unit_test(without_a_window_the_values_fill_the_range_and_padding_does_not_count),
        cmocka_unit_test(monochrome1_is_inverted),
        cmocka_unit_test(only_the_stored_bits_count_and_their_sign),
        cmocka_unit_test(each_depth_and_place_of_the_stored_bits_is_shown_as_the_formula_says),
        cmocka_unit_test(one_and_thirty_two_bits_and_floats_have_pictures),
        cmocka_unit_test(colours_come_by_pixel_by_plane_and_from_ybr),
        cmocka_unit_test(a_palette_gives_its_colours_and_clamps_at_its_ends),
        cmocka_unit_test(a_segmented_palette_is_written_out),
        cmocka_unit_test(a_smaller_size_keeps_proportions_and_averages),
        cmocka_unit_test(what_has_no_picture_is_refused),
        cmocka_unit_test(png_and_jpeg_read_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
