/*
 * Tests of pixels that leave without an identity: no overlay outlives de-identification in the bits of the
 * pixels, boxes and ultrasound regions are made black, and what cannot be cleaned stays. E22.
 *
 * The codec program must stand beside the test; the corpus in ../shared/data, else that part is skipped.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "archive_world.h"

#include "clinic/archive/export_internal.h"
#include "clinic/archive/frames_internal.h"
#include "formats/image/codec_wire.h"
#include "formats/image/samples.h"

#define DATA SOURCE_ROOT "/../shared/data/dicom/"
#define RLE "1.2.840.10008.1.2.5"
#define JPEG_LOSSLESS "1.2.840.10008.1.2.4.70"

static ChildPool *codec;

static int codec_start(void **state)
{
    (void)state;
    char    path[4096];
    ssize_t len = readlink("/proc/self/exe", path, sizeof path - 32);
    if (len <= 0)
        return -1;
    path[len] = '\0';
    (void)snprintf(strrchr(path, '/'), 32, "/beclere-codec");
    codec = child_pool_new(path, (ChildLimits) { .answer_ms = 60000, .workers = 2 }, NULL);
    return codec && access(path, X_OK) == 0 ? 0 : -1;
}

static int codec_stop(void **state)
{
    (void)state;
    child_pool_free(codec);
    return 0;
}

/* ---- made images ---- */

enum { ROWS = 16, COLUMNS = 24, OVERLAY_BIT = 12 };

typedef struct Made {
    const char *syntax, *modality, *burned;
    bool        is_signed, mingled, faces;
    int         region[4]; /* of ultrasound: x0 y0 x1 y1; x1 0: none */
} Made;

static void put_head(const Made *m, DicomWriter *w)
{
    dw_text(w, TAG_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.2");
    dw_text(w, TAG_SOP_INSTANCE_UID, "1.2.826.1.1.1.1");
    dw_text(w, TAG_STUDY_INSTANCE_UID, "1.2.826.1.1");
    dw_text(w, TAG_SERIES_INSTANCE_UID, "1.2.826.1.1.1");
    dw_text(w, TAG_MODALITY, m->modality ? m->modality : "CT");
    dw_text(w, TAG_PATIENT_NAME, "DUPONT^JEANNE");
    dw_text(w, TAG_BURNED_IN_ANNOTATION, m->burned);
    if (m->faces)
        dw_text(w, TAG_RECOGNIZABLE_VISUAL_FEATURES, "YES");
    dw_int(w, TAG_ROWS, ROWS);
    dw_int(w, TAG_COLUMNS, COLUMNS);
    dw_int(w, TAG_SAMPLES_PER_PIXEL, 1);
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    dw_int(w, TAG_BITS_ALLOCATED, 16);
    dw_int(w, TAG_BITS_STORED, 12);
    dw_int(w, TAG_HIGH_BIT, 11);
    dw_int(w, TAG_PIXEL_REPRESENTATION, m->is_signed);
    dw_int(w, 0x60000010, ROWS);
    dw_int(w, 0x60000011, COLUMNS);
    dw_text(w, 0x60000040, "G");
    dw_int(w, 0x60000100, 16);
    dw_int(w, 0x60000102, m->mingled ? 3 : OVERLAY_BIT);
    if (m->region[2]) {
        dw_sequence_begin(w, TAG_SEQUENCE_OF_ULTRASOUND_REGIONS);
        dw_item_begin(w);
        dw_int(w, TAG_REGION_LOCATION_MIN_X0, m->region[0]);
        dw_int(w, TAG_REGION_LOCATION_MIN_Y0, m->region[1]);
        dw_int(w, TAG_REGION_LOCATION_MAX_X1, m->region[2]);
        dw_int(w, TAG_REGION_LOCATION_MAX_Y1, m->region[3]);
        dw_item_end(w);
        dw_sequence_end(w);
    }
}

/* A ramp with a chequered overlay above it. */
static uint16_t sample_at(size_t i)
{
    return (uint16_t)((i * 37 & 0xFFF) | (size_t)(i % 3 == 0) << OVERLAY_BIT);
}

static void file_make(const Made *m, Buf *ret)
{
    OWNED_BUF native = buf_make(1 << 20), stream = buf_make(1 << 20);
    OWNED(DicomWriter) *w = dw_new(1 << 20);
    Err         err       = { 0 };
    const char *syntax    = m->syntax ? m->syntax : UID_EXPLICIT_VR_LITTLE_ENDIAN;
    put_head(m, w);
    for (size_t i = 0; i < ROWS * COLUMNS; i++)
        (void)buf_add_u16le(&native, sample_at(i));
    Slice frame = buf_slice(&native);
    if (m->syntax) {
        OWNED_BUF   request = buf_make(4096), answer = buf_make(4096);
        Photometric colour;
        Pixels      p = { .rows           = ROWS,
                          .columns        = COLUMNS,
                          .frames         = 1,
                          .samples        = 1,
                          .bits_allocated = 16,
                          .bits_stored    = 12,
                          .high_bit       = 11,
                          .is_signed      = m->is_signed,
                          .photometric    = MONOCHROME2,
                          .frame_bytes    = native.len };
        if (!codec_transcode_write(&p, UID_EXPLICIT_VR_LITTLE_ENDIAN, syntax, &request, &err) ||
            !child_ask(codec, buf_slice(&request), frame, &answer, &stream, &err) ||
            !codec_stream_read(buf_slice(&answer), stream.len, &colour, &err))
            fail_msg("%s %s", err.shown, err.detail);
        frame = buf_slice(&stream);
        dw_frames(w, &frame, 1);
    } else {
        dw_pixels(w, frame, 16);
    }
    if (!dw_finish_file(w, syntax, ret, &err))
        fail_msg("%s %s", err.shown, err.detail);
}

/* ---- through the export ---- */

typedef struct Left {
    Buf         bytes;
    Dataset    *ds;
    Part10      where;
    Pixels      p;
    const char *why; /* it was left out */
} Left;

static void left_clear(Left *l)
{
    dataset_free(l->ds);
    buf_free(&l->bytes);
}

static bool leaves(Slice file, const char *options, ChildPool *with, Left *ret)
{
    static ExportSource asked;
    Part10              where;
    ExportEntry         entry = { 0 };
    Err                 err   = { 0 };
    *ret                      = (Left) { .bytes = buf_make(1 << 30) };
    (void)slice_copy(slice_of(options), asked.options, sizeof asked.options);
    entry.ds = part10_parse(file, &where, &err);
    if (!entry.ds)
        fail_msg("%s %s", err.shown, err.detail);
    bool ok = export_deidentify(&asked, with, &where, &entry, &ret->why, &err);
    if (!ok && !ret->why)
        fail_msg("%s %s", err.shown, err.detail);
    for (size_t i = 0; ok && i < entry.count; i++)
        (void)buf_add(&ret->bytes, entry.pieces[i]);
    export_entry_clear(&entry);
    if (ok && (!(ret->ds = part10_parse(buf_slice(&ret->bytes), &ret->where, &err)) ||
               (dataset_find(ret->ds, TAG_PIXEL_DATA) && !ret->where.syntax_unknown &&
                !pixels_describe(ret->ds, &ret->p, &err))))
        ret->p = (Pixels) { 0 };
    return ok;
}

static bool says(const Left *l, const char *code)
{
    return slice_find(buf_slice(&l->bytes), slice_of(code)) != SIZE_MAX;
}

/* The samples are those that were put in, but black where 'black' says so; nothing above them. */
static void expect_samples(const Left *l, bool is_signed, bool (*black)(size_t x, size_t y))
{
    assert_false(l->p.encapsulated);
    for (size_t i = 0; i < ROWS * COLUMNS; i++) {
        unsigned now = (uint8_t)l->p.data->value.at[2 * i] | (unsigned)(uint8_t)l->p.data->value.at[2 * i + 1]
                                                                 << 8;
        unsigned then = sample_at(i) & 0xFFF;
        if (black && black(i % COLUMNS, i / COLUMNS))
            then = is_signed ? 0x800 : 0;
        if (is_signed && then & 0x800)
            then |= 0xF000;
        assert_int_equal(now, then);
    }
}

static void an_overlay_in_unused_bits_does_not_outlive_its_attributes(void **state) /* E22 */
{
    (void)state;
    static const char *const SYNTAXES[] = { NULL, RLE, JPEG_LOSSLESS, "1.2.840.10008.1.2.4.80" };
    for (size_t i = 0; i < COUNT(SYNTAXES) * 2; i++) {
        Made      m    = { .syntax = SYNTAXES[i / 2], .is_signed = i % 2 };
        OWNED_BUF file = buf_make(1 << 20);
        Left      l;
        file_make(&m, &file);
        assert_true(leaves(buf_slice(&file), "{}", codec, &l));
        assert_false(dataset_has(l.ds, 0x60000102));
        assert_false(says(&l, "113101")); /* an overlay is no burned in annotation */
        expect_samples(&l, m.is_signed, NULL);
        left_clear(&l);
    }
}

static void a_compressed_image_that_cannot_be_looked_at_stays(void **state) /* E22 */
{
    (void)state;
    Made      m    = { .syntax = RLE };
    OWNED_BUF file = buf_make(1 << 20);
    Left      l;
    file_make(&m, &file);
    assert_false(leaves(buf_slice(&file), "{}", NULL, &l));
    assert_non_null(strstr(l.why, "décodés"));
    left_clear(&l);
}

static void an_overlay_mingled_with_the_samples_stays(void **state) /* E22 */
{
    (void)state;
    Made      m    = { .mingled = true };
    OWNED_BUF file = buf_make(1 << 20);
    Left      l;
    file_make(&m, &file);
    assert_false(leaves(buf_slice(&file), "{}", codec, &l));
    assert_non_null(strstr(l.why, "calque"));
    left_clear(&l);
}

static bool in_box(size_t x, size_t y)
{
    return x >= 2 && x < 10 && y < 3;
}

static bool outside_region(size_t x, size_t y)
{
    return x < 4 || y < 5 || x > 20 || y > 14;
}

#define BOX(rows)                                                                                            \
    "{\"clean_pixels\":{\"boxes\":[{\"rows\":" #rows ",\"columns\":24,\"left\":2,\"top\":0,\"width\":8,"     \
                                                     "\"height\":3}]}}"
#define REGIONS "{\"clean_pixels\":{\"outside_regions\":true}}"

static void boxes_make_black_what_is_burned_in_and_it_is_said(void **state) /* E22 */
{
    (void)state;
    static const char *const SYNTAXES[] = { NULL, RLE, JPEG_LOSSLESS };
    for (size_t i = 0; i < COUNT(SYNTAXES) * 2; i++) {
        Made      m    = { .syntax = SYNTAXES[i / 2], .is_signed = i % 2, .burned = "YES", .modality = "US" };
        OWNED_BUF file = buf_make(1 << 20);
        Left      l;
        file_make(&m, &file);
        assert_false(leaves(buf_slice(&file), "{\"pixels_checked\":true}", codec, &l));
        left_clear(&l);
        assert_true(leaves(buf_slice(&file), BOX(16), codec, &l));
        assert_true(says(&l, "113101"));
        assert_true(slice_equal_text(dataset_code(l.ds, TAG_BURNED_IN_ANNOTATION), "NO"));
        assert_string_equal(l.where.syntax_uid, UID_EXPLICIT_VR_LITTLE_ENDIAN);
        expect_samples(&l, m.is_signed, in_box);
        left_clear(&l);
    }
}

static void an_image_of_another_size_stays(void **state) /* E22 */
{
    (void)state;
    Made      m    = { .modality = "US" };
    OWNED_BUF file = buf_make(1 << 20);
    Left      l;
    file_make(&m, &file);
    assert_false(leaves(buf_slice(&file), BOX(17), codec, &l));
    assert_non_null(strstr(l.why, "taille"));
    left_clear(&l);
}

static void all_outside_the_regions_goes_on_request(void **state) /* E22 */
{
    (void)state;
    Made      m    = { .burned = "YES", .modality = "US", .region = { 4, 5, 20, 14 } };
    OWNED_BUF file = buf_make(1 << 20);
    Left      l;
    file_make(&m, &file);
    assert_true(leaves(buf_slice(&file), REGIONS, codec, &l));
    assert_true(says(&l, "113101"));
    expect_samples(&l, false, outside_region);
    left_clear(&l);
}

static void regions_that_say_nothing_clean_nothing(void **state) /* E22 */
{
    (void)state;
    static const int REGION[][4] = { { 0, 0, 0, 0 },     /* there is none */
                                     { 0, 0, 23, 15 },   /* the whole image */
                                     { 0, 0, 500, 500 }, /* more than that */
                                     { 9, 9, 4, 4 } };   /* none at all */
    for (size_t i = 0; i < COUNT(REGION); i++) {
        Made m = { .burned = "YES", .modality = "US" };
        memcpy(m.region, REGION[i], sizeof m.region);
        OWNED_BUF file = buf_make(1 << 20);
        Left      l;
        file_make(&m, &file);
        assert_false(leaves(buf_slice(&file), REGIONS, codec, &l));
        left_clear(&l);
    }
}

static void faces_stay_whatever_is_blanked(void **state) /* E22 */
{
    (void)state;
    Made      m    = { .faces = true };
    OWNED_BUF file = buf_make(1 << 20);
    Left      l;
    file_make(&m, &file);
    assert_false(leaves(buf_slice(&file), BOX(16), codec, &l));
    left_clear(&l);
}

static void options_that_cannot_be_followed_are_refused(void **state) /* E22 */
{
    (void)state;
    static const char *const BAD[] = {
        "{\"clean_pixels\":{}}",
        "{\"clean_pixels\":{\"boxes\":[]}}",
        "{\"clean_pixels\":{\"boxes\":[{\"rows\":16,\"columns\":24,\"left\":20,\"top\":0,\"width\":8,"
        "\"height\":3}]}}",
        "{\"clean_pixels\":{\"boxes\":[{\"rows\":16,\"columns\":24,\"left\":-1,\"top\":0,\"width\":8,"
        "\"height\":3}]}}",
        "{\"clean_pixels\":{\"boxes\":[{\"rows\":16,\"columns\":24,\"left\":0,\"top\":0,\"width\":0,"
        "\"height\":3}]}}",
        "{\"clean_pixels\":{\"boxes\":[{\"rows\":16}]}}",
        "{\"clean_pixels\":true}",
        "{\"clean_recognizable_features\":true}",
    };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        ExportOptions o;
        Err           err   = { 0 };
        OWNED(json_t) *json = json_parse_object(slice_of(BAD[i]), NULL);
        assert_non_null(json);
        assert_false(export_options(json, &o, &err));
        assert_int_equal(err.kind, ERR_INPUT);
    }
}

/* ---- the corpus ---- */

static size_t looked_at, cleaned, left_out;

static int one_file(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    (void)at;
    if (kind != FTW_F || s->st_size > (8 << 20))
        return 0;
    OWNED_BUF file = buf_make(8 << 20);
    FILE     *in   = fopen(path, "rb");
    char      part[65536];
    for (size_t n; in && (n = fread(part, 1, sizeof part, in)) > 0;)
        (void)buf_add(&file, slice_bytes(part, n));
    if (in)
        (void)fclose(in);
    Part10 where;
    Pixels p;
    OWNED(Dataset) *ds = part10_parse(buf_slice(&file), &where, NULL);
    FourUids uids;
    Left     l;
    if (!ds || where.syntax_unknown || !dataset_four_uids(ds, &uids, NULL) ||
        !pixels_describe(ds, &p, NULL) || !pixel_has_spare_bits(&p))
        return 0;
    looked_at++;
    if (!leaves(buf_slice(&file), "{\"pixels_checked\":true}", codec, &l)) {
        left_out++;
        print_message("%s: %s\n", path + sizeof DATA - 1, l.why);
    } else if (!p.encapsulated) {
        bool dirty = false;
        for (uint32_t i = 0; i < l.p.frames; i++) {
            OWNED_BUF now = buf_make(1 << 28), then = buf_make(1 << 28);
            Samples   a = { 0 }, b = { 0 };
            assert_true(native_frame(&l.p, i, &now, NULL) && native_frame(&p, i, &then, NULL));
            assert_false(pixel_spare_bits_speak(&l.p, buf_slice(&now)));
            assert_true(samples_make(&l.p, buf_slice(&now), 0, &a) &&
                        samples_make(&p, buf_slice(&then), 0, &b));
            for (size_t k = 0; k < a.pixels * p.samples; k++)
                assert_int_equal(sample_int(&a, k), sample_int(&b, k));
            dirty = dirty || pixel_spare_bits_speak(&p, buf_slice(&then));
        }
        cleaned += dirty;
        if (dirty)
            print_message("%s: cleaned\n", path + sizeof DATA - 1);
    } else if (!l.p.encapsulated) {
        cleaned++;
        print_message("%s: decoded and cleaned\n", path + sizeof DATA - 1);
    }
    left_clear(&l);
    return 0;
}

static void no_file_of_the_corpus_keeps_anything_in_its_unused_bits(void **state) /* E22 */
{
    (void)state;
    if (access(DATA, R_OK) != 0)
        skip();
    assert_int_equal(nftw(DATA, one_file, 16, FTW_PHYS), 0);
    print_message("%zu images with unused bits: %zu cleaned, %zu left out\n", looked_at, cleaned, left_out);
    assert_true(looked_at > 50);
}

int main(void)
{
    static const struct CMUnitTest TESTS[] = {
        cmocka_unit_test(an_overlay_in_unused_bits_does_not_outlive_its_attributes),
        cmocka_unit_test(a_compressed_image_that_cannot_be_looked_at_stays),
        cmocka_unit_test(an_overlay_mingled_with_the_samples_stays),
        cmocka_unit_test(boxes_make_black_what_is_burned_in_and_it_is_said),
        cmocka_unit_test(an_image_of_another_size_stays),
        cmocka_unit_test(all_outside_the_regions_goes_on_request),
        cmocka_unit_test(regions_that_say_nothing_clean_nothing),
        cmocka_unit_test(faces_stay_whatever_is_blanked),
        cmocka_unit_test(options_that_cannot_be_followed_are_refused),
        cmocka_unit_test(no_file_of_the_corpus_keeps_anything_in_its_unused_bits),
    };
    return cmocka_run_group_tests(TESTS, codec_start, codec_stop);
}
