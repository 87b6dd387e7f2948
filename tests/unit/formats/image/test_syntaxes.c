/*
 * Tests of the transfer syntaxes: all those of PS3.6 have an answer, the codec agrees with it, and JPEG XL in
 * each of its three kinds comes back as it was coded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jxl/encode.h>
#include <turbojpeg.h>

#include "base/own.h"
#include "formats/dicom/tags.h"
#include "formats/image/syntaxes.h"

#include "codec_pool.h"

enum { ROWS = 24, COLUMNS = 32, STREAM_MAX = 1 << 20 };

static Pixels image(uint16_t samples, uint16_t allocated, uint16_t stored, Photometric photometric)
{
    return (Pixels) { .rows           = ROWS,
                      .columns        = COLUMNS,
                      .frames         = 1,
                      .samples        = samples,
                      .bits_allocated = allocated,
                      .bits_stored    = stored,
                      .high_bit       = (uint16_t)(stored - 1),
                      .photometric    = photometric,
                      .encapsulated   = true };
}

/* ---- all of them ---- */

/* Does the codec know this syntax at all? Rubbish is damaged then, unreadable else. */
static bool codec_knows(const char *uid)
{
    Pixels    p       = image(1, 16, 16, MONOCHROME2);
    OWNED_BUF samples = buf_make(CODEC_FRAME_MAX);
    Err       err     = { 0 };
    assert_false(decode(&p, uid, SLICE("rubbish"), &samples, &err));
    return strstr(err.detail, "variant unknown") == NULL;
}

static void every_transfer_syntax_of_the_standard_has_an_answer_and_the_codec_agrees(void **state)
{
    (void)state;
    char   uid[64];
    size_t counts[SYNTAX_REFUSED + 1] = { 0 };
    for (int tail = -1; tail < 10 * 300 * 3; tail++) { /* 1.2.840.10008.1.2, .x, .x.y and .x.y.1 */
        int x = tail / 900, y = tail / 3 % 300, z = tail % 3;
        if (tail < 0)
            (void)snprintf(uid, sizeof uid, "1.2.840.10008.1.2");
        else if (z == 0 && y == 0)
            (void)snprintf(uid, sizeof uid, "1.2.840.10008.1.2.%d", x);
        else
            (void)snprintf(uid, sizeof uid, z == 2 ? "1.2.840.10008.1.2.%d.%d.1" : "1.2.840.10008.1.2.%d.%d",
                           x, y);
        const UidInfo *info = z == 1 ? NULL : uid_info(slice_of(uid));
        if (!info || strcmp(info->type, "Transfer Syntax") != 0)
            continue;
        Err       err = { 0 };
        SyntaxUse use = syntax_use(slice_of(uid));
        counts[use]++;
        if (codec_knows(uid) != (use == SYNTAX_DECODED) && strcmp(uid, "1.2.840.10008.1.2.1") != 0)
            fail_msg("%s: the codec disagrees", uid);
        assert_false(syntax_refused(slice_of(uid), &err));
        bool named = strcmp(err.shown, "The compression of this image is not decoded here.") != 0;
        if (named != (use == SYNTAX_VIDEO || use == SYNTAX_REFUSED))
            fail_msg("%s: \"%s\"", uid, err.shown);
    }
    assert_int_equal(counts[SYNTAX_NATIVE], 4);
    assert_int_equal(counts[SYNTAX_DECODED], 19);
    assert_int_equal(counts[SYNTAX_VIDEO], 16);
    assert_int_equal(counts[SYNTAX_REFUSED], 23);
    assert_int_equal(syntax_use(SLICE("1.2.840.10008.1.20")), SYNTAX_REFUSED);
    assert_int_equal(syntax_use(SLICE("1.2.3")), SYNTAX_REFUSED);
}

static void a_video_is_named_by_its_container(void **state)
{
    (void)state;
    char packets[200] = { 0x47 };
    packets[188]      = 0x47;
    assert_string_equal(video_media_type(SLICE("1.2.840.10008.1.2.4.107"), SLICE("\0\0\0\x18"
                                                                                 "ftypmp42")),
                        "video/mp4");
    assert_string_equal(video_media_type(SLICE("1.2.840.10008.1.2.4.100"), (Slice) { packets, 200 }), "video/"
                                                                                                      "mp2t");
    assert_string_equal(video_media_type(SLICE("1.2.840.10008.1.2.4.100"), SLICE("\0\0\1\xB3")), "video/"
                                                                                                 "mpeg");
    assert_string_equal(video_media_type(SLICE("1.2.3"), SLICE_NONE), "application/octet-stream");
}

/* ---- JPEG XL ---- */

static void encoded(JxlEncoder *e, Buf *ret)
{
    uint8_t *memory = malloc(STREAM_MAX), *next = memory;
    size_t   room = STREAM_MAX;
    JxlEncoderCloseInput(e);
    assert_int_equal(JxlEncoderProcessOutput(e, &next, &room), JXL_ENC_SUCCESS);
    buf_add(ret, slice_bytes(memory, (size_t)(next - memory)));
    free(memory);
    JxlEncoderDestroy(e);
}

/* 'samples' of 'bits' in native 16-bit words; lossless, or in XYB. */
static void make_stream(const uint16_t *samples, uint32_t channels, uint32_t bits, bool lossless, Buf *ret)
{
    JxlEncoder    *e = JxlEncoderCreate(NULL);
    JxlBasicInfo   info;
    JxlPixelFormat format = { channels, JXL_TYPE_UINT16, JXL_NATIVE_ENDIAN, 0 };
    uint16_t       wide[ROWS * COLUMNS * 3];
    size_t         count = (size_t)ROWS * COLUMNS * channels;
    for (size_t i = 0; i < count; i++) /* as the library wants them: over all 16 bits */
        wide[i] = (uint16_t)((samples[i] * 65535u + ((1u << bits) - 1) / 2) / ((1u << bits) - 1));
    JxlEncoderInitBasicInfo(&info);
    info.xsize                 = COLUMNS;
    info.ysize                 = ROWS;
    info.bits_per_sample       = bits;
    info.num_color_channels    = channels;
    info.uses_original_profile = lossless ? JXL_TRUE : JXL_FALSE;
    JxlColorEncoding colour;
    JxlColorEncodingSetToSRGB(&colour, channels == 1 ? JXL_TRUE : JXL_FALSE);
    (void)JxlEncoderUseContainer(e, JXL_FALSE);
    (void)JxlEncoderSetCodestreamLevel(e, bits > 8 ? 10 : 5);
    assert_int_equal(JxlEncoderSetBasicInfo(e, &info), JXL_ENC_SUCCESS);
    assert_int_equal(JxlEncoderSetColorEncoding(e, &colour), JXL_ENC_SUCCESS);
    JxlEncoderFrameSettings *settings = JxlEncoderFrameSettingsCreate(e, NULL);
    assert_int_equal(JxlEncoderSetFrameLossless(settings, lossless ? JXL_TRUE : JXL_FALSE), JXL_ENC_SUCCESS);
    assert_int_equal(JxlEncoderAddImageFrame(settings, &format, wide, count * 2), JXL_ENC_SUCCESS);
    encoded(e, ret);
}

static void lossless_jpeg_xl_of_every_depth_is_exact_and_any_cut_is_refused(void **state)
{
    (void)state;
    static const struct {
        uint16_t channels, allocated, bits;
    } KINDS[] = { { 1, 8, 8 }, { 1, 16, 12 }, { 1, 16, 16 }, { 3, 8, 8 }, { 1, 16, 10 } };
    for (size_t k = 0; k < COUNT(KINDS); k++) {
        uint16_t  samples[ROWS * COLUMNS * 3];
        size_t    count  = (size_t)ROWS * COLUMNS * KINDS[k].channels;
        OWNED_BUF stream = buf_make(STREAM_MAX), back = buf_make(CODEC_FRAME_MAX);
        Pixels    p   = image(KINDS[k].channels, KINDS[k].allocated, KINDS[k].bits,
                         KINDS[k].channels == 3 ? RGB : MONOCHROME2);
        Err       err = { 0 };
        for (size_t i = 0; i < count; i++)
            samples[i] = (uint16_t)(i * 2654435761u >> 7 & ((1u << KINDS[k].bits) - 1));
        make_stream(samples, KINDS[k].channels, KINDS[k].bits, true, &stream);
        if (!decode(&p, "1.2.840.10008.1.2.4.110", buf_slice(&stream), &back, &err))
            fail_msg("kind %zu: %s", k, err.detail);
        for (size_t i = 0; i < count; i++) {
            unsigned got = KINDS[k].allocated == 8
                               ? (uint8_t)back.at[i]
                               : (unsigned)((uint8_t)back.at[2 * i] | (uint8_t)back.at[2 * i + 1] << 8);
            if (got != samples[i])
                fail_msg("kind %zu, sample %zu: %u, not %u", k, i, got, samples[i]);
        }
        for (size_t len = 1; len + 4 < stream.len; len += stream.len / 7) {
            OWNED_BUF none = buf_make(CODEC_FRAME_MAX);
            err            = (Err) { 0 };
            assert_false(
                decode(&p, "1.2.840.10008.1.2.4.110", slice_part(buf_slice(&stream), 0, len), &none, &err));
            assert_int_equal(err.kind, ERR_INPUT);
        }
        Pixels other   = image(KINDS[k].channels, KINDS[k].allocated, KINDS[k].bits, p.photometric);
        other.rows     = ROWS - 1;
        OWNED_BUF none = buf_make(CODEC_FRAME_MAX);
        assert_false(decode(&other, "1.2.840.10008.1.2.4.110", buf_slice(&stream), &none, &err));
    }
}

static void lossy_jpeg_xl_comes_near_and_as_rgb(void **state)
{
    (void)state;
    uint16_t  samples[ROWS * COLUMNS * 3];
    OWNED_BUF stream = buf_make(STREAM_MAX), back = buf_make(CODEC_FRAME_MAX);
    Pixels    p   = image(3, 8, 8, XYB);
    Err       err = { 0 };
    for (size_t i = 0; i < COUNT(samples); i++)
        samples[i] = (uint16_t)(60 + i % 3 * 60 + i / 3 % COLUMNS);
    make_stream(samples, 3, 8, false, &stream);
    if (!decode(&p, "1.2.840.10008.1.2.4.112", buf_slice(&stream), &back, &err))
        fail_msg("%s", err.detail);
    assert_int_equal(p.photometric, RGB);
    for (size_t i = 0; i < COUNT(samples); i++)
        assert_in_range((uint8_t)back.at[i] + 12, samples[i], samples[i] + 24);
}

static void a_recompressed_jpeg_decodes_as_the_jpeg_it_was(void **state)
{
    (void)state;
    uint8_t        pixels[ROWS * COLUMNS * 3];
    unsigned char *jpeg = NULL;
    unsigned long  len  = 0;
    for (size_t i = 0; i < sizeof pixels; i++)
        pixels[i] = (uint8_t)(i % 3 * 80 + i / 3 % COLUMNS * 2);
    tjhandle tj = tjInitCompress();
    assert_int_equal(tjCompress2(tj, pixels, COLUMNS, 0, ROWS, TJPF_RGB, &jpeg, &len, TJSAMP_422, 85, 0), 0);
    tjDestroy(tj);
    JxlEncoder *e = JxlEncoderCreate(NULL);
    assert_int_equal(JxlEncoderStoreJPEGMetadata(e, JXL_TRUE), JXL_ENC_SUCCESS);
    assert_int_equal(JxlEncoderAddJPEGFrame(JxlEncoderFrameSettingsCreate(e, NULL), jpeg, len),
                     JXL_ENC_SUCCESS);
    OWNED_BUF stream = buf_make(STREAM_MAX), first = buf_make(CODEC_FRAME_MAX),
              second = buf_make(CODEC_FRAME_MAX);
    encoded(e, &stream);
    Pixels p = image(3, 8, 8, YBR_FULL_422), q = p;
    Err    err = { 0 };
    assert_true(decode(&p, "1.2.840.10008.1.2.4.50", slice_bytes(jpeg, len), &first, &err));
    if (!decode(&q, "1.2.840.10008.1.2.4.111", buf_slice(&stream), &second, &err))
        fail_msg("%s", err.detail);
    assert_int_equal(p.photometric, q.photometric);
    assert_true(slice_equal(buf_slice(&first), buf_slice(&second)));
    tjFree(jpeg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_transfer_syntax_of_the_standard_has_an_answer_and_the_codec_agrees),
        cmocka_unit_test(a_video_is_named_by_its_container),
        cmocka_unit_test(lossless_jpeg_xl_of_every_depth_is_exact_and_any_cut_is_refused),
        cmocka_unit_test(lossy_jpeg_xl_comes_near_and_as_rgb),
        cmocka_unit_test(a_recompressed_jpeg_decodes_as_the_jpeg_it_was),
    };
    return cmocka_run_group_tests(tests, group_setup, group_teardown);
}
