/*
 * A directory we write is a tree that can be walked by its offsets; one from outside is read whatever it
 * says.
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

#include <stdio.h>

#include "formats/dicom/dicomdir.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"

typedef struct File {
    const char *patient, *name, *study, *series, *uid, *class_uid;
} File;

static void add(DicomDir *d, const File *f, const char *path, bool expected)
{
    OWNED(DicomWriter) *w = dw_new(1 << 16);
    OWNED_BUF bytes       = buf_make(1 << 16);
    dw_text(w, TAG_PATIENT_ID, f->patient);
    dw_text(w, TAG_PATIENT_NAME, f->name);
    dw_text(w, TAG_STUDY_INSTANCE_UID, f->study);
    dw_text(w, TAG_SERIES_INSTANCE_UID, f->series);
    dw_text(w, TAG_SOP_INSTANCE_UID, f->uid);
    dw_text(w, TAG_SOP_CLASS_UID, f->class_uid);
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &bytes, NULL));
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, NULL);
    Err err            = { 0 };
    assert_int_equal(dicomdir_add(d, ds, SLICE(UID_EXPLICIT_VR_LITTLE_ENDIAN), slice_of(path), &err),
                     expected);
}

#define CT "1.2.840.10008.5.1.4.1.1.2"
#define SR "1.2.840.10008.5.1.4.1.1.88.33"
#define PR "1.2.840.10008.5.1.4.1.1.11.1"
#define PDF "1.2.840.10008.5.1.4.1.1.104.1"
#define KO "1.2.840.10008.5.1.4.1.1.88.59"

static const File FILES[] = {
    { "A", "DUPONT^ÉLISE", "1.1", "1.1.1", "1.1.1.1", CT },
    { "A", "DUPONT^ÉLISE", "1.1", "1.1.1", "1.1.1.2", CT },
    { "A", "DUPONT^ÉLISE", "1.1", "1.1.2", "1.1.2.1", SR },
    { "B", "MARTIN^LUC", "1.2", "1.2.1", "1.2.1.1", PR },
    { "A", "DUPONT^ÉLISE", "1.3", "1.3.1", "1.3.1.1", PDF },
    { "A", "DUPONT^ÉLISE", "1.1", "1.1.1", "1.1.1.3", CT },
    { "B", "MARTIN^LUC", "1.2", "1.2.2", "1.2.2.1", KO },
};

static DicomDir *made(Buf *ret)
{
    DicomDir *d = dicomdir_new(1 << 20);
    for (size_t i = 0; i < COUNT(FILES); i++) {
        char path[32];
        (void)snprintf(path, sizeof path, "DICOM/IM%06zu", i);
        add(d, &FILES[i], path, true);
    }
    assert_int_equal(dicomdir_files(d), COUNT(FILES));
    assert_true(dicomdir_write(d, SLICE("TEST"), SLICE("2.25.1"), ret, NULL));
    return d;
}

static const Dataset *record_at(Slice file, const Element *records, uint32_t offset)
{
    for (uint32_t i = 0; i < records->count; i++)
        if (dataset_bytes(element_item(records, i)).at - 8 == file.at + offset)
            return element_item(records, i);
    fail_msg("no record at %u", offset);
    return NULL;
}

static uint32_t link_of(const Dataset *r, uint32_t tag)
{
    int64_t n = -1;
    assert_true(dataset_int(r, tag, 0, &n));
    return (uint32_t)n;
}

static size_t walk(Slice file, const Element *records, uint32_t offset, Buf *path)
{
    size_t count = 0;
    while (offset) {
        const Dataset *r = record_at(file, records, offset);
        Slice          t = dataset_code(r, TAG_DIRECTORY_RECORD_TYPE);
        (void)buf_add(path, slice_part(t, 0, 2));
        (void)buf_add_char(path, '(');
        count +=
            1 + walk(file, records, link_of(r, TAG_OFFSET_OF_REFERENCED_LOWER_LEVEL_DIRECTORY_ENTITY), path);
        (void)buf_add_char(path, ')');
        offset = link_of(r, TAG_OFFSET_OF_THE_NEXT_DIRECTORY_RECORD);
    }
    return count;
}

static void the_links_lead_through_the_whole_tree(void **state)
{
    (void)state;
    OWNED_BUF file = buf_make(1 << 20), path = buf_make(4096);
    OWNED(DicomDir) *d     = made(&file);
    OWNED(Dataset) *ds     = part10_parse(buf_slice(&file), NULL, NULL);
    const Element *records = dataset_find(ds, TAG_DIRECTORY_RECORD_SEQUENCE);
    uint32_t       first = link_of(ds, TAG_OFFSET_OF_THE_FIRST_DIRECTORY_RECORD_OF_THE_ROOT_DIRECTORY_ENTITY);
    assert_non_null(d);
    assert_int_equal(walk(buf_slice(&file), records, first, &path), records->count);
    assert_string_equal(buf_text(&path), "PA(ST(SE(IM()IM()IM())SE(SR()))ST(SE(EN())))PA(ST(SE(PR())SE(KE()))"
                                         ")");
    const Dataset *last =
        record_at(buf_slice(&file), records,
                  link_of(ds, TAG_OFFSET_OF_THE_LAST_DIRECTORY_RECORD_OF_THE_ROOT_DIRECTORY_ENTITY));
    assert_true(slice_equal_text(dataset_code(last, TAG_PATIENT_ID), "B"));
}

static bool count_file(const DicomDirFile *f, void *with)
{
    assert_true(slice_starts(f->path, SLICE("DICOM/IM")));
    assert_true(f->class_uid.len && f->instance_uid.len);
    ++*(size_t *)with;
    return true;
}

static void what_was_written_is_read_back(void **state)
{
    (void)state;
    size_t    count    = 0;
    OWNED_BUF file     = buf_make(1 << 20);
    OWNED(DicomDir) *d = made(&file);
    assert_non_null(d);
    assert_true(dicomdir_each(buf_slice(&file), count_file, &count, NULL));
    assert_int_equal(count, COUNT(FILES));
}

static void a_path_that_is_no_file_id_is_refused(void **state)
{
    (void)state;
    static const char *const BAD[] = { "",      "../A", "dicom/im1", "TOOLONGNAME", "A/B/C/D/E/F/G/H/I",
                                       "A.DCM", "A//B" };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        OWNED(DicomDir) *d = dicomdir_new(1 << 20);
        add(d, &FILES[0], BAD[i], false);
        assert_int_equal(dicomdir_files(d), 0);
    }
}

static void a_ceiling_is_an_error_and_not_a_short_directory(void **state)
{
    (void)state;
    OWNED(DicomDir) *d = dicomdir_new(1400);
    add(d, &FILES[0], "A", true);
    add(d, &FILES[3], "B", false);
    assert_int_equal(dicomdir_files(d), 1);
}

static bool pass(const DicomDirFile *f, void *with)
{
    (void)f;
    ++*(size_t *)with;
    return true;
}

static void directories_of_the_field_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *name;
        size_t      files;
    } FIELD[] = { { "DICOMDIR", 31 },
                  { "DICOMDIR-bigEnd", 31 },
                  { "DICOMDIR-implicit", 31 },
                  { "DICOMDIR-nooffset", 31 },
                  { "DICOMDIR-reordered", 31 } };
    for (size_t i = 0; i < COUNT(FIELD); i++) {
        char path[512];
        (void)snprintf(path, sizeof path, "%s/../shared/data/dicom/dicomdir/%s", SOURCE_ROOT, FIELD[i].name);
        FILE *in = fopen(path, "rb");
        if (!in) {
            print_message("skipped: ../shared is not there\n");
            return;
        }
        OWNED_TEXT char *bytes = malloc(1 << 20);
        size_t           len = fread(bytes, 1, 1 << 20, in), count = 0;
        (void)fclose(in);
        Err err = { 0 };
        if (!dicomdir_each(slice_bytes(bytes, len), pass, &count, &err))
            fail_msg("%s: %s", FIELD[i].name, err.detail);
        assert_int_equal(count, FIELD[i].files);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_links_lead_through_the_whole_tree),
        cmocka_unit_test(what_was_written_is_read_back),
        cmocka_unit_test(a_path_that_is_no_file_id_is_refused),
        cmocka_unit_test(a_ceiling_is_an_error_and_not_a_short_directory),
        cmocka_unit_test(directories_of_the_field_are_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
