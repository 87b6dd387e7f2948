/*
 * Data sets: what is written can be read; what is damaged is refused; values come out as numbers and UTF-8.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <pthread.h>

#include "base/own.h"
#include "formats/dicom/dicom_json.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/pixels.h"
#include "formats/dicom/sr.h"
#include "formats/dicom/writer.h"

enum { ROOM = 1 << 20 };

#ifdef BECLERE_SANITIZED
enum { SMALL_STACK = 1 << 20 }; /* what a door's thread has; red zones make every call larger */
#else
enum { SMALL_STACK = 1 << 17 };
#endif

#define assert_slice(s, text) assert_true(slice_equal_text(s, text))

static DicomWriter *small_image(void)
{
    static char  pixels[2 * 4 * 4];
    DicomWriter *w = dw_new(ROOM);
    dw_int(w, TAG_ROWS, 4); /* out of order on purpose */
    dw_int(w, TAG_COLUMNS, 4);
    dw_int(w, TAG_SAMPLES_PER_PIXEL, 1);
    dw_int(w, TAG_BITS_ALLOCATED, 16);
    dw_int(w, TAG_BITS_STORED, 12);
    dw_int(w, TAG_HIGH_BIT, 11);
    dw_int(w, TAG_PIXEL_REPRESENTATION, 0);
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    dw_doubles(w, TAG_PIXEL_SPACING, (double[]) { 0.5, 0.25 }, 2);
    dw_text(w, TAG_SOP_CLASS_UID, UID_CT_IMAGE_STORAGE);
    dw_text(w, TAG_SOP_INSTANCE_UID, "2.25.1");
    dw_text(w, TAG_STUDY_INSTANCE_UID, "2.25.2");
    dw_text(w, TAG_SERIES_INSTANCE_UID, "2.25.3");
    dw_text(w, TAG_PATIENT_NAME, "LEFÈVRE^ANNE");
    dw_code(w, TAG_PROCEDURE_CODE_SEQUENCE, "T1", "99X", "Scanner");
    dw_pixels(w, slice_bytes(pixels, sizeof pixels), 16);
    return w;
}

static void check_small_image(const Dataset *ds)
{
    OWNED(Arena) *a = arena_new(ROOM);
    int64_t  rows;
    double   spacing_mm[2];
    Pixels   pixels;
    FourUids uids;
    Err      err = { 0 };
    assert_true(dataset_int(ds, TAG_ROWS, 0, &rows));
    assert_int_equal(rows, 4);
    assert_true(dataset_pixel_spacing_mm(ds, spacing_mm, &err));
    assert_true(spacing_mm[0] == 0.5 && spacing_mm[1] == 0.25);
    assert_slice(dataset_text(ds, TAG_PATIENT_NAME, a), "LEFÈVRE^ANNE");
    assert_slice(dataset_code(dataset_item(ds, TAG_PROCEDURE_CODE_SEQUENCE, 0), TAG_CODE_VALUE), "T1");
    assert_true(pixels_describe(ds, &pixels, &err));
    assert_int_equal(pixels.frame_bytes, 32);
    assert_true(dataset_four_uids(ds, &uids, &err));
    assert_string_equal(uids.study, "2.25.2");
    for (size_t i = 1; i < dataset_count(ds); i++)
        assert_true(dataset_at(ds, i - 1)->tag < dataset_at(ds, i)->tag);
}

static void what_is_written_is_read_in_every_encoding(void **state)
{
    (void)state;
    static const TransferSyntax SYNTAXES[] = { IMPLICIT_LITTLE, EXPLICIT_LITTLE, DEFLATED_LITTLE };
    for (size_t i = 0; i < COUNT(SYNTAXES); i++) {
        OWNED(DicomWriter) *w = small_image();
        OWNED_BUF bytes       = buf_make(ROOM);
        Err       err         = { 0 };
        assert_true(dw_finish(w, SYNTAXES[i], &bytes, &err));
        assert_int_equal(bytes.len % 2, 0);
        OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), SYNTAXES[i], &err);
        assert_non_null(ds);
        check_small_image(ds);
    }
}

static void a_file_is_written_and_read_again(void **state)
{
    (void)state;
    OWNED(DicomWriter) *w = small_image();
    OWNED_BUF bytes       = buf_make(ROOM);
    Err       err         = { 0 };
    Part10    file;
    assert_true(dw_finish_file(w, UID_EXPLICIT_VR_LITTLE_ENDIAN, &bytes, &err));
    OWNED(Dataset) *ds = part10_parse(buf_slice(&bytes), &file, &err);
    assert_non_null(ds);
    check_small_image(ds);
    assert_true(file.has_preamble && file.has_meta && !file.syntax_guessed);
    assert_string_equal(file.sop_class, UID_CT_IMAGE_STORAGE);
    assert_string_equal(file.sop_instance, "2.25.1");
}

static void a_data_set_cut_anywhere_is_refused_or_still_whole(void **state)
{
    (void)state;
    OWNED(DicomWriter) *w = small_image();
    OWNED_BUF bytes       = buf_make(ROOM);
    Err       err         = { 0 };
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &bytes, &err));
    size_t read = 0;
    for (size_t len = 0; len < bytes.len; len++) {
        char *cut = malloc(len ? len : 1); /* of its very length: a read past the end is seen */
        memcpy(cut, bytes.at, len);
        OWNED(Dataset) *ds = dataset_parse(slice_bytes(cut, len), EXPLICIT_LITTLE, NULL);
        read += ds != NULL;
        OWNED(Dataset) *head = dataset_parse_with(slice_bytes(cut, len), EXPLICIT_LITTLE,
                                                  &(DatasetOptions) { .partial = true }, &err);
        assert_non_null(head);
        assert_true(dataset_stopped_at(head) <= len);
        dataset_free(GIVE(head));
        dataset_free(GIVE(ds));
        free(cut);
    }
    assert_true(read < 30); /* only where an element ends, or zero bytes of one remain */
}

static void a_length_beyond_the_data_is_refused_without_taking_memory(void **state)
{
    (void)state;
    static const char LONG[] = "\x10\x00\x20\x00OB\0\0\xF0\xFF\xFF\xFF"
                               "ab";
    Err               err    = { 0 };
    assert_null(dataset_parse(slice_bytes(LONG, sizeof LONG - 1), EXPLICIT_LITTLE, &err));
    assert_int_equal(err.kind, ERR_INPUT);
    assert_non_null(err.shown);
}

/* Read, told as JSON and written again: everything that goes down level by level. */
static void *nest_and_write(void *arg)
{
    OWNED_BUF bytes = buf_make(ROOM), json = buf_make(ROOM), again = buf_make(ROOM);
    int       depth = *(int *)arg;
    for (int i = 0; i < depth; i++) {
        (void)buf_add(&bytes, SLICE("\x08\x00\x15\x11SQ\0\0\xFF\xFF\xFF\xFF"));
        (void)buf_add(&bytes, SLICE("\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF"));
    }
    for (int i = 0; i < depth; i++)
        (void)buf_add(&bytes, SLICE("\xFE\xFF\x0D\xE0\0\0\0\0\xFE\xFF\xDD\xE0\0\0\0\0"));
    Err err            = { 0 };
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, &err);
    assert_int_equal(ds != NULL, depth <= DATASET_DEPTH_MAX);
    assert_int_equal(err.kind, depth <= DATASET_DEPTH_MAX ? ERR_NONE : ERR_LIMIT);
    if (!ds)
        return NULL;
    OWNED(DicomWriter) *w = dw_new(ROOM);
    dw_copy_all(w, ds);
    assert_true(dicom_json(ds, &(DicomJsonOptions) { .pixel_uri = "pixels" }, &json, &err));
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &again, &err));
    return NULL;
}

static void nesting_is_bounded_and_a_small_stack_is_enough(void **state)
{
    (void)state;
    for (int depth = DATASET_DEPTH_MAX - 1; depth <= DATASET_DEPTH_MAX + 1; depth++) {
        pthread_attr_t how;
        pthread_t      thread;
        assert_int_equal(pthread_attr_init(&how), 0);
        assert_int_equal(pthread_attr_setstacksize(&how, SMALL_STACK), 0);
        assert_int_equal(pthread_create(&thread, &how, nest_and_write, &depth), 0);
        assert_int_equal(pthread_join(thread, NULL), 0);
        (void)pthread_attr_destroy(&how);
    }
}

static void elements_beyond_the_ceiling_are_refused(void **state)
{
    (void)state;
    OWNED_BUF bytes = buf_make(ROOM);
    for (uint16_t i = 1; i <= 100; i++) {
        (void)buf_add_u16le(&bytes, 0x0009);
        (void)buf_add_u16le(&bytes, (uint16_t)(0x1000 + i));
        (void)buf_add_u32le(&bytes, 0);
    }
    Err err             = { 0 };
    OWNED(Dataset) *few = dataset_parse_with(buf_slice(&bytes), IMPLICIT_LITTLE,
                                             &(DatasetOptions) { .elements_max = 100 }, &err);
    assert_non_null(few);
    assert_null(dataset_parse_with(buf_slice(&bytes), IMPLICIT_LITTLE,
                                   &(DatasetOptions) { .elements_max = 99 }, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void an_inflated_bomb_stops_at_its_ceiling(void **state)
{
    (void)state;
    OWNED(DicomWriter) *w = dw_new(4 << 20);
    OWNED_BUF zeros = buf_make(4 << 20), bytes = buf_make(4 << 20);
    Err       err = { 0 };
    (void)buf_add_zeros(&zeros, 2 << 20);
    dw_pixels(w, buf_slice(&zeros), 8);
    assert_true(dw_finish(w, DEFLATED_LITTLE, &bytes, &err));
    assert_true(bytes.len < 10000);
    assert_null(dataset_parse_with(buf_slice(&bytes), DEFLATED_LITTLE,
                                   &(DatasetOptions) { .inflated_max = 1 << 20 }, &err));
    assert_int_equal(err.kind, ERR_LIMIT);
}

static void an_unknown_sequence_of_undefined_length_is_read_as_implicit(void **state)
{
    (void)state; /* CP-246 */
    static const char BYTES[] = "\x09\x00\x10\x10UN\0\0\xFF\xFF\xFF\xFF"
                                "\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF"
                                "\x10\x00\x20\x00\x04\x00\x00\x00"
                                "A123"
                                "\xFE\xFF\x0D\xE0\0\0\0\0\xFE\xFF\xDD\xE0\0\0\0\0";
    Err               err     = { 0 };
    OWNED(Dataset) *ds        = dataset_parse(slice_bytes(BYTES, sizeof BYTES - 1), EXPLICIT_LITTLE, &err);
    assert_non_null(ds);
    assert_slice(dataset_code(dataset_item(ds, 0x00091010, 0), TAG_PATIENT_ID), "A123");
}

static void a_command_set_begins_with_its_length(void **state)
{
    (void)state;
    OWNED(DicomWriter) *w = dw_new(ROOM);
    OWNED_BUF bytes       = buf_make(ROOM);
    Err       err         = { 0 };
    dw_int(w, TAG_COMMAND_FIELD, 0x0030);
    dw_text(w, TAG_AFFECTED_SOP_CLASS_UID, UID_VERIFICATION);
    dw_int(w, TAG_MESSAGE_ID, 1);
    dw_int(w, TAG_COMMAND_DATA_SET_TYPE, 0x0101);
    assert_true(dw_finish(w, IMPLICIT_LITTLE, &bytes, &err));
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), IMPLICIT_LITTLE, &err);
    int64_t length;
    assert_true(dataset_int(ds, TAG_COMMAND_GROUP_LENGTH, 0, &length));
    assert_int_equal(length, bytes.len - 12);
    assert_slice(dataset_code(ds, TAG_AFFECTED_SOP_CLASS_UID), UID_VERIFICATION);
}

static void what_does_not_fit_its_attribute_is_reported_at_the_end(void **state)
{
    (void)state;
    OWNED(DicomWriter) *w = dw_new(ROOM);
    OWNED_BUF bytes       = buf_make(ROOM);
    Err       err         = { 0 };
    dw_int(w, TAG_ROWS, 70000);
    dw_text(w, TAG_PATIENT_ID, "1");
    assert_false(dw_finish(w, EXPLICIT_LITTLE, &bytes, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void frames_in_fragments_are_found_again(void **state)
{
    (void)state;
    static const Slice FRAMES[] = { { "\xFF\xD8"
                                      "one",
                                      5 },
                                    { "\xFF\xD8"
                                      "second",
                                      8 },
                                    { "\xFF\xD8", 2 } };
    OWNED(DicomWriter) *w       = small_image();
    OWNED_BUF bytes = buf_make(ROOM), frame = buf_make(ROOM);
    Err       err = { 0 };
    Pixels    pixels;
    dw_text(w, TAG_NUMBER_OF_FRAMES, "3");
    dw_frames(w, FRAMES, COUNT(FRAMES));
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &bytes, &err));
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, &err);
    assert_true(pixels_describe(ds, &pixels, &err));
    OWNED(FrameMap) *map = frame_map_new(ds, &pixels, &err);
    assert_non_null(map);
    assert_true(frame_map_join(map, 1, &frame, &err));
    assert_true(slice_equal(buf_slice(&frame), FRAMES[1]));
    assert_int_equal(element_offset_table(pixels.data).len, 12);
    assert_false(frame_map_join(map, 3, &frame, &err));
}

static void json_of_a_small_image_is_what_the_standard_says(void **state)
{
    (void)state;
    OWNED(DicomWriter) *w = dw_new(ROOM);
    OWNED_BUF bytes = buf_make(ROOM), json = buf_make(ROOM);
    Err       err = { 0 };
    dw_charset(w, "ISO_IR 100");
    dw_text(w, TAG_PATIENT_NAME, "LEFÈVRE^ANNE=x");
    dw_text(w, TAG_PIXEL_SPACING, "0.50\\+.25");
    dw_text(w, TAG_INSTANCE_NUMBER, "007");
    dw_empty(w, TAG_ACCESSION_NUMBER);
    dw_tag(w, TAG_FRAME_INCREMENT_POINTER, 0x00181063);
    dw_code(w, TAG_PROCEDURE_CODE_SEQUENCE, "T\"1", NULL, NULL);
    dw_value(w, 0x00091001, VR_OB, SLICE("\x01\x02\x03\x04"));
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &bytes, &err));
    assert_true(slice_find(buf_slice(&bytes), SLICE("LEF\xC8VRE")) != SIZE_MAX);
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, &err);
    assert_true(dicom_json(ds, NULL, &json, &err));
    assert_string_equal(buf_text(&json), "{\"00080005\":{\"vr\":\"CS\",\"Value\":[\"ISO_IR "
                                         "192\"]},\"00080050\":{\"vr\":\"SH\"},"
                                         "\"00081032\":{\"vr\":\"SQ\",\"Value\":[{\"00080100\":{\"vr\":"
                                         "\"SH\",\"Value\":[\"T\\\"1\"]},"
                                         "\"00080102\":{\"vr\":\"SH\"},\"00080104\":{\"vr\":\"LO\"}}]},"
                                         "\"00091001\":{\"vr\":\"OB\",\"InlineBinary\":\"AQIDBA==\"},"
                                         "\"00100010\":{\"vr\":\"PN\",\"Value\":[{\"Alphabetic\":\"LEFÈVRE^"
                                         "ANNE\",\"Ideographic\":\"x\"}]},"
                                         "\"00200013\":{\"vr\":\"IS\",\"Value\":[7]},"
                                         "\"00280009\":{\"vr\":\"AT\",\"Value\":[\"00181063\"]},"
                                         "\"00280030\":{\"vr\":\"DS\",\"Value\":[0.50,0.25]}}");
}

static void a_report_tree_gives_its_measures(void **state)
{
    (void)state;
    OWNED(DicomWriter) *w = dw_new(ROOM);
    OWNED_BUF bytes       = buf_make(ROOM);
    Err       err         = { 0 };
    dw_text(w, TAG_VALUE_TYPE, "CONTAINER");
    dw_code(w, TAG_CONCEPT_NAME_CODE_SEQUENCE, "113701", "DCM", "X-Ray Radiation Dose Report");
    dw_sequence_begin(w, TAG_CONTENT_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_RELATIONSHIP_TYPE, "CONTAINS");
    dw_text(w, TAG_VALUE_TYPE, "NUM");
    dw_code(w, TAG_CONCEPT_NAME_CODE_SEQUENCE, "113813", "DCM", "CT Dose Length Product Total");
    dw_sequence_begin(w, TAG_MEASURED_VALUE_SEQUENCE);
    dw_item_begin(w);
    dw_double(w, TAG_NUMERIC_VALUE, 512.25);
    dw_code(w, TAG_MEASUREMENT_UNITS_CODE_SEQUENCE, "mGy.cm", "UCUM", "mGy.cm");
    dw_item_end(w);
    dw_sequence_end(w);
    dw_item_end(w);
    dw_sequence_end(w);
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &bytes, &err));
    OWNED(Dataset) *ds  = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, &err);
    OWNED(SrTree) *tree = sr_parse(ds, &err);
    assert_non_null(tree);
    const SrNode *total = sr_find(sr_root(tree), "113813", "DCM");
    assert_non_null(total);
    assert_true(total->has_number && total->number == 512.25);
    assert_slice(total->code.value, "mGy.cm");
    assert_null(sr_find(sr_root(tree), "113830", "DCM"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_written_is_read_in_every_encoding),
        cmocka_unit_test(a_file_is_written_and_read_again),
        cmocka_unit_test(a_data_set_cut_anywhere_is_refused_or_still_whole),
        cmocka_unit_test(a_length_beyond_the_data_is_refused_without_taking_memory),
        cmocka_unit_test(nesting_is_bounded_and_a_small_stack_is_enough),
        cmocka_unit_test(elements_beyond_the_ceiling_are_refused),
        cmocka_unit_test(an_inflated_bomb_stops_at_its_ceiling),
        cmocka_unit_test(an_unknown_sequence_of_undefined_length_is_read_as_implicit),
        cmocka_unit_test(a_command_set_begins_with_its_length),
        cmocka_unit_test(what_does_not_fit_its_attribute_is_reported_at_the_end),
        cmocka_unit_test(frames_in_fragments_are_found_again),
        cmocka_unit_test(json_of_a_small_image_is_what_the_standard_says),
        cmocka_unit_test(a_report_tree_gives_its_measures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
