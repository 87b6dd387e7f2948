/*
 * Tests of what is drawn beside the greys: padding, pixels that are not square, parts and sizes, shared
 * chroma, supplemental palettes, shutters, overlays of big endian files.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "formats/dicom/writer.h"
#include "formats/image/lut.h"

enum { ROOM = 1 << 16 };

/* An image written, read back and rendered as the archive does it. */
typedef struct Scene {
    DicomWriter   *w;
    TransferSyntax form;
} Scene;

static Scene scene(uint32_t rows, uint32_t columns, const char *photometric, int samples, int allocated,
                   int stored, int sign)
{
    DicomWriter *w = dw_new(ROOM);
    dw_int(w, TAG_ROWS, rows);
    dw_int(w, TAG_COLUMNS, columns);
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, photometric);
    dw_int(w, TAG_SAMPLES_PER_PIXEL, samples);
    dw_int(w, TAG_BITS_ALLOCATED, allocated);
    dw_int(w, TAG_BITS_STORED, stored);
    dw_int(w, TAG_HIGH_BIT, stored - 1);
    dw_int(w, TAG_PIXEL_REPRESENTATION, sign);
    return (Scene) { w, EXPLICIT_LITTLE };
}

static void window(DicomWriter *w, const char *center, const char *width)
{
    dw_text(w, TAG_WINDOW_CENTER, center);
    dw_text(w, TAG_WINDOW_WIDTH, width);
    dw_text(w, 0x00281056, "LINEAR_EXACT");
}

static void put_short(DicomWriter *w, uint32_t tag, int16_t value)
{
    dw_value(w, tag, VR_SS, slice_bytes(&value, sizeof value));
}

static Picture *shown(Scene s, const void *pixels, size_t len, PictureWanted how, Err *err)
{
    Pixels        p;
    GreyRules     rules   = { 0 };
    OWNED_PALETTE palette = { 0 };
    OWNED_BUF     bytes   = buf_make(ROOM);
    dw_pixels(s.w, slice_bytes(pixels, len), 8);
    assert_true(dw_finish(s.w, s.form, &bytes, err));
    dw_free(s.w);
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), s.form, err);
    assert_non_null(ds);
    how.rules = &rules;
    if (!pixels_describe(ds, &p, err) || !palette_read(ds, &palette, err) ||
        !grey_rules_read(ds, 1, &p, &rules, err))
        return NULL;
    Picture *made = picture_render(&p, slice_bytes(pixels, p.frame_bytes), 0, &palette, &how, err);
    grey_rules_clear(&rules);
    return made;
}

static void expect(Scene s, const void *pixels, size_t len, PictureWanted how, uint32_t width,
                   uint32_t height, const uint8_t *wanted)
{
    Err err                 = { 0 };
    OWNED(Picture) *picture = shown(s, pixels, len, how, &err);
    if (!picture)
        fail_msg("%s", err.detail);
    assert_int_equal(picture->width, width);
    assert_int_equal(picture->height, height);
    for (size_t i = 0; i < (size_t)width * height * picture->channels; i++)
        if (picture->at[i] != wanted[i])
            fail_msg("byte %zu: %u, not %u", i, picture->at[i], wanted[i]);
}

static const PictureWanted PLAIN = { 0 };

static void padding_is_black_alone_and_as_a_range_either_way_round(void **state) /* PS3.3 §C.7.5.1.1.2 */
{
    (void)state;
    const int16_t v[] = { -2000, -1999, -1500, -1000, 0, 1000 };
    for (int turned = 0; turned < 2; turned++) {
        Scene s = scene(1, 6, "MONOCHROME2", 1, 16, 16, 1);
        put_short(s.w, TAG_PIXEL_PADDING_VALUE, turned ? -1500 : -2000);
        put_short(s.w, 0x00280121, turned ? -2000 : -1500);
        expect(s, v, sizeof v, PLAIN, 6, 1, (uint8_t[]) { 0, 0, 0, 0, 128, 255 });
    }
    Scene inverted = scene(1, 6, "MONOCHROME1", 1, 16, 16, 1);
    put_short(inverted.w, TAG_PIXEL_PADDING_VALUE, -2000);
    window(inverted.w, "0", "2000");
    expect(inverted, v, sizeof v, PLAIN, 6, 1, (uint8_t[]) { 0, 255, 255, 255, 127, 0 });
}

static void padding_that_stands_in_bits_that_are_not_stored_is_found(void **state)
{
    (void)state;
    const uint16_t v[] = { 0xF830, 0x0830, 0x0000, 0x0FFF }; /* -2000 in 16 bits; 12 are stored */
    Scene          s   = scene(1, 4, "MONOCHROME2", 1, 16, 12, 0);
    dw_value(s.w, TAG_PIXEL_PADDING_VALUE, VR_SS, slice_bytes("\x30\xF8", 2));
    window(s.w, "2048", "4096");
    expect(s, v, sizeof v, PLAIN, 4, 1, (uint8_t[]) { 0, 130, 0, 255 });
}

static void pixels_that_are_not_square_are_shown_in_shape_where_a_size_is_asked_for(void **state)
{
    (void)state;
    const uint8_t v[] = { 0, 255, 0, 255 };
    Scene         s   = scene(2, 2, "MONOCHROME2", 1, 8, 8, 0);
    dw_text(s.w, 0x00280034, "2\\1"); /* twice as tall as wide */
    expect(s, v, 4, PLAIN, 2, 2, v);  /* PS3.18 §8.3.5.1.3: without a viewport the same matrix */
    s = scene(2, 2, "MONOCHROME2", 1, 8, 8, 0);
    dw_text(s.w, TAG_PIXEL_SPACING, "0.5\\0.25");
    expect(s, v, 4, (PictureWanted) { .width = 100, .height = 100 }, 2, 4,
           (uint8_t[]) { 0, 255, 0, 255, 0, 255, 0, 255 });
}

static void a_viewport_cuts_turns_over_and_enlarges(void **state) /* PS3.18 §8.3.5.1.3 */
{
    (void)state;
    const uint8_t v[] = { 0, 10, 20, 30, 40, 50, 60, 70, 255 };
    PictureWanted cut = { .left = 1, .top = 1, .part_width = 2, .part_height = 2, .width = 2, .height = 2 };
    expect(scene(3, 3, "MONOCHROME2", 1, 8, 8, 0), v, 9, cut, 2, 2, (uint8_t[]) { 40, 50, 70, 255 });
    cut.part_width = -2;
    expect(scene(3, 3, "MONOCHROME2", 1, 8, 8, 0), v, 9, cut, 2, 2, (uint8_t[]) { 50, 40, 255, 70 });
    cut.part_height = -2;
    expect(scene(3, 3, "MONOCHROME2", 1, 8, 8, 0), v, 9, cut, 2, 2, (uint8_t[]) { 255, 70, 50, 40 });
    PictureWanted large = { .part_width = 2, .part_height = 1, .width = 4, .height = 9, .enlarge = true };
    expect(scene(3, 3, "MONOCHROME2", 1, 8, 8, 0), v, 9, large, 4, 2,
           (uint8_t[]) { 0, 3, 8, 10, 0, 3, 8, 10 });
    Err           err     = { 0 };
    PictureWanted outside = { .left = 3, .width = 10, .height = 10 };
    assert_null(shown(scene(3, 3, "MONOCHROME2", 1, 8, 8, 0), v, 9, outside, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    PictureWanted huge = { .width = 16384, .height = 16384, .enlarge = true };
    err                = (Err) { 0 };
    assert_null(shown(scene(3, 3, "MONOCHROME2", 1, 8, 8, 0), v, 9, huge, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void chroma_is_shared_or_not_as_the_bytes_say_and_in_video_range_where_named_so(void **state)
{
    (void)state;
    const uint8_t shared[] = { 16, 235, 128, 128 };
    expect(scene(1, 2, "YBR_FULL_422", 3, 8, 8, 0), shared, 4, PLAIN, 2, 1,
           (uint8_t[]) { 16, 16, 16, 235, 235, 235 });
    expect(scene(1, 2, "YBR_PARTIAL_422", 3, 8, 8, 0), shared, 4, PLAIN, 2, 1,
           (uint8_t[]) { 0, 0, 0, 255, 255, 255 });
    const uint8_t full[] = { 16, 128, 128, 235, 128, 128 }; /* said 4:2:2, bytes for all */
    expect(scene(1, 2, "YBR_FULL_422", 3, 8, 8, 0), full, 6, PLAIN, 2, 1,
           (uint8_t[]) { 16, 16, 16, 235, 235, 235 });
    const uint8_t red[] = { 81, 90, 240, 81, 90, 240 }; /* ITU-R BT.601 in video range */
    expect(scene(1, 2, "YBR_PARTIAL_422", 3, 8, 8, 0), red, 6, PLAIN, 2, 1,
           (uint8_t[]) { 254, 0, 0, 254, 0, 0 });
    Err err = { 0 };
    assert_null(shown(scene(2, 2, "YBR_PARTIAL_420", 3, 8, 8, 0), full, 6, PLAIN, &err));
    assert_int_equal(err.kind, ERR_INPUT); /* for compressed pixels only */
}

static void put_palette(DicomWriter *w, uint16_t first, uint16_t bits, const uint16_t entries[2])
{
    uint16_t descriptor[3] = { 2, first, bits };
    for (uint32_t c = 0; c < 3; c++)
        dw_value(w, 0x00281101 + c, VR_US, slice_bytes(descriptor, sizeof descriptor));
    for (uint32_t c = 0; c < 3; c++)
        dw_value(w, 0x00281201 + c, VR_OW,
                 slice_bytes((uint16_t[]) { entries[0], c == 0 ? entries[1] : 0 }, 4));
}

static void a_supplemental_palette_colours_the_upper_values_only(void **state) /* PS3.3 §C.7.6.19 */
{
    (void)state;
    const uint8_t v[] = { 0, 100, 200, 201 };
    for (int colour = 0; colour < 2; colour++) {
        Scene s = scene(1, 4, "MONOCHROME2", 1, 8, 8, 0);
        window(s.w, "100", "200");
        put_palette(s.w, 200, 16, (uint16_t[]) { 0x4000, 0xFF00 });
        dw_text(s.w, 0x00089205, colour ? "COLOR" : "MONOCHROME");
        if (colour)
            expect(s, v, 4, PLAIN, 4, 1, (uint8_t[]) { 0, 0, 0, 128, 128, 128, 64, 64, 64, 255, 0, 0 });
        else
            expect(s, v, 4, PLAIN, 4, 1, (uint8_t[]) { 0, 128, 255, 255 });
    }
}

static void a_palette_of_bytes_under_a_descriptor_of_16_bits_keeps_its_colours(void **state)
{
    (void)state;
    Scene s = scene(1, 2, "PALETTE COLOR", 1, 8, 8, 0);
    put_palette(s.w, 0, 16, (uint16_t[]) { 0x40, 0xFF });
    expect(s, (uint8_t[]) { 0, 1 }, 2, PLAIN, 2, 1, (uint8_t[]) { 64, 64, 64, 255, 0, 0 });
    s = scene(1, 2, "PALETTE COLOR", 1, 8, 8, 0);
    put_palette(s.w, 0, 8, (uint16_t[]) { 0x4000, 0xFF00 });
    expect(s, (uint8_t[]) { 0, 1 }, 2, PLAIN, 2, 1, (uint8_t[]) { 64, 64, 64, 255, 0, 0 });
}

static void shutters_cover_what_lies_outside_all_of_them(void **state) /* PS3.3 §C.7.6.11 */
{
    (void)state;
    uint8_t v[25];
    memset(v, 255, sizeof v);
    Scene s = scene(5, 5, "MONOCHROME2", 1, 8, 8, 0);
    window(s.w, "128", "255");
    dw_text(s.w, 0x00181600, "RECTANGULAR\\CIRCULAR");
    dw_text(s.w, 0x00181602, "2");
    dw_text(s.w, 0x00181604, "5");
    dw_text(s.w, 0x00181606, "1");
    dw_text(s.w, 0x00181608, "5");
    dw_text(s.w, 0x00181610, "3\\3");
    dw_text(s.w, 0x00181612, "2");
    dw_int(s.w, 0x00181622, 0x8000);
    enum { W = 255, G = 128 };
    expect(s, v, 25, PLAIN, 5, 5,
           (uint8_t[]) { G, G, W, G, G, G, W, W, W, G, G, W, W, W, W, G, W, W, W, G, G, G, W, G, G });
    s = scene(5, 5, "MONOCHROME2", 1, 8, 8, 0);
    window(s.w, "128", "255");
    dw_text(s.w, 0x00181600, "POLYGONAL");
    dw_text(s.w, 0x00181620, "1\\1\\1\\6\\6\\1"); /* the corner at the top left */
    expect(s, v, 25, PLAIN, 5, 5,
           (uint8_t[]) { W, W, W, W, W, W, W, W, W, 0, W, W, W, 0, 0, W, W, 0, 0, 0, W, 0, 0, 0, 0 });
}

static void a_polygon_that_crosses_itself_leaves_both_of_its_parts(void **state) /* PS3.3 §C.7.6.11 */
{
    (void)state;
    enum { W = 255 };
    uint8_t v[25];
    memset(v, W, sizeof v);
    Scene s = scene(5, 5, "MONOCHROME2", 1, 8, 8, 0);
    window(s.w, "128", "255");
    dw_text(s.w, 0x00181600, "POLYGONAL");
    dw_text(s.w, 0x00181620, "1\\1\\1\\6\\6\\1\\6\\6");
    expect(s, v, 25, PLAIN, 5, 5,
           (uint8_t[]) { W, W, W, W, W, 0, W, W, W, 0, 0, 0, W, 0, 0, 0, 0, W, 0, 0, 0, W, W, W, 0 });
}

static void a_circle_beyond_all_pictures_is_none(void **state) /* no number overflows */
{
    (void)state;
    static const char *const CENTRES[] = { "-2147483648\\-2147483648", "2147483647\\2147483647" };
    for (size_t i = 0; i < COUNT(CENTRES); i++) {
        Scene s = scene(1, 2, "MONOCHROME2", 1, 8, 8, 0);
        window(s.w, "128", "255");
        dw_text(s.w, 0x00181600, "CIRCULAR");
        dw_text(s.w, 0x00181610, CENTRES[i]);
        dw_text(s.w, 0x00181612, "2147483647");
        expect(s, (uint8_t[]) { 255, 255 }, 2, PLAIN, 2, 1, (uint8_t[]) { 255, 255 });
    }
}

static void overlay_words_of_a_big_endian_file_are_read_the_right_way_round(void **state)
{
    (void)state;
    static const TransferSyntax FORMS[] = { EXPLICIT_LITTLE, EXPLICIT_BIG };
    uint8_t                     v[16] = { 0 }, wanted[16] = { 0 };
    wanted[1] = wanted[10] = 255;
    for (size_t i = 0; i < COUNT(FORMS); i++) {
        Scene s = scene(1, 16, "MONOCHROME2", 1, 8, 8, 0);
        s.form  = FORMS[i];
        dw_int(s.w, 0x60000010, 1);
        dw_int(s.w, 0x60000011, 16);
        dw_text(s.w, 0x60000040, "G");
        dw_value(s.w, 0x60000050, VR_SS, slice_bytes("\1\0\1\0", 4));
        dw_int(s.w, 0x60000100, 1);
        dw_value(s.w, 0x60003000, VR_OW, slice_bytes("\2\4", 2));
        expect(s, v, 16, PLAIN, 16, 1, wanted);
    }
}

static void one_value_only_is_black_when_it_is_nothing_and_white_else(void **state)
{
    (void)state;
    const uint8_t none[4] = { 0 }, some[4] = { 7, 7, 7, 7 };
    expect(scene(2, 2, "MONOCHROME2", 1, 8, 8, 0), none, 4, PLAIN, 2, 2, none);
    expect(scene(2, 2, "MONOCHROME2", 1, 8, 8, 0), some, 4, PLAIN, 2, 2, (uint8_t[]) { 255, 255, 255, 255 });
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(padding_is_black_alone_and_as_a_range_either_way_round),
        cmocka_unit_test(padding_that_stands_in_bits_that_are_not_stored_is_found),
        cmocka_unit_test(pixels_that_are_not_square_are_shown_in_shape_where_a_size_is_asked_for),
        cmocka_unit_test(a_viewport_cuts_turns_over_and_enlarges),
        cmocka_unit_test(chroma_is_shared_or_not_as_the_bytes_say_and_in_video_range_where_named_so),
        cmocka_unit_test(a_supplemental_palette_colours_the_upper_values_only),
        cmocka_unit_test(a_palette_of_bytes_under_a_descriptor_of_16_bits_keeps_its_colours),
        cmocka_unit_test(shutters_cover_what_lies_outside_all_of_them),
        cmocka_unit_test(a_polygon_that_crosses_itself_leaves_both_of_its_parts),
        cmocka_unit_test(a_circle_beyond_all_pictures_is_none),
        cmocka_unit_test(overlay_words_of_a_big_endian_file_are_read_the_right_way_round),
        cmocka_unit_test(one_value_only_is_black_when_it_is_nothing_and_white_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
