/*
 * Real files of many makers, and damaged ones: each does what its manifest says. Skipped where they are not.
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
#include <stdlib.h>
#include <unistd.h>

#include "base/own.h"
#include "formats/dicom/dicom_json.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/pixels.h"
#include "formats/dicom/sr.h"
#include "formats/dicom/writer.h"

#define CORPUS SOURCE_ROOT "/../shared/data/dicom/"

enum { FILE_MAX = 64 << 20, PATH_ROOM = 1024, COLUMNS = 18 };

typedef struct Row {
    const char *path, *charset, *expected, *uids;
    Slice       file;
} Row;

typedef int (*RowTest)(const Row *row); /* faults found, each printed */

static char *read_all(const char *path, size_t *ret_len)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return NULL;
    (void)fseek(f, 0, SEEK_END);
    long size = ftell(f);
    (void)fseek(f, 0, SEEK_SET);
    char *bytes = size >= 0 && size <= FILE_MAX ? malloc((size_t)size + 1) : NULL;
    *ret_len    = bytes ? fread(bytes, 1, (size_t)size, f) : 0;
    (void)fclose(f);
    return bytes;
}

/* Cuts one manifest line (which it changes) into columns. */
static size_t cut_row(char *line, const char *ret[COLUMNS])
{
    size_t count = 0;
    for (char *at = line; at && count < COLUMNS; count++) {
        ret[count] = at;
        at         = strpbrk(at, "\t\n");
        if (at && *at == '\n') {
            *at = '\0';
            at  = NULL;
        } else if (at) {
            *at++ = '\0';
        }
    }
    return count;
}

static void each_row(RowTest test)
{
    FILE *manifest = fopen(CORPUS "MANIFEST.tsv", "r");
    if (!manifest) {
        print_message("skipped: ../shared is not there\n");
        skip();
    }
    char   line[8192];
    int    faults = 0;
    size_t rows   = 0;
    while (fgets(line, sizeof line, manifest)) {
        const char *column[COLUMNS];
        if (cut_row(line, column) < COLUMNS - 1 || strcmp(column[0], "path") == 0)
            continue;
        char   path[PATH_ROOM];
        size_t len = 0;
        (void)snprintf(path, sizeof path, CORPUS "%s", column[0]);
        char *bytes = read_all(path, &len);
        assert_non_null(bytes);
        char *exact = malloc(len ? len : 1); /* no spare byte: a read past the end is seen */
        memcpy(exact, bytes, len);
        free(bytes);
        Row row = { column[0], column[13], column[15], column[16], { exact, len } };
        faults += test(&row);
        free(exact);
        rows++;
    }
    (void)fclose(manifest);
    print_message("%zu files\n", rows);
    assert_true(rows > 500);
    assert_int_equal(faults, 0);
}

static int fault(const Row *row, const char *what, const Err *err)
{
    print_message("%s (%s): %s: %s\n", row->path, row->expected, what, err->kind ? err->detail : "");
    return 1;
}

static bool starts(const char *text, const char *with)
{
    return strncmp(text, with, strlen(with)) == 0;
}

static bool no_dicom(const Row *row)
{
    return strstr(row->uids, "not DICOM") != NULL;
}

/* Where we are stricter than the tools behind the manifest, and why. */
static bool refused_on_purpose(const Row *row)
{
    static const char *const FILES[] = {
        "odd/no_meta.dcm", /* a stray byte before the first element */
    };
    for (size_t i = 0; i < COUNT(FILES); i++)
        if (strcmp(row->path, FILES[i]) == 0)
            return true;
    return false;
}

static int parses_as_expected(const Row *row)
{
    Err err            = { 0 };
    OWNED(Dataset) *ds = part10_parse(row->file, NULL, &err);
    if (starts(row->expected, "must be rejected") || no_dicom(row))
        return ds ? fault(row, "accepted", &err) : 0;
    if (starts(row->expected, "tools disagree"))
        return 0;
    if (!ds || refused_on_purpose(row))
        return !ds == refused_on_purpose(row) ? 0 : fault(row, ds ? "accepted" : "refused", &err);
    FourUids uids;
    bool     found = dataset_four_uids(ds, &uids, &err);
    if (found != starts(row->uids, "yes") && strstr(row->uids, "media directory") == NULL)
        return fault(row, found ? "four UIDs, against the manifest" : "UIDs not found", &err);
    return 0;
}

static void every_file_is_read_or_refused_as_the_manifest_says(void **state)
{
    (void)state;
    each_row(parses_as_expected);
}

static int names_are_clean(const Row *row)
{
    Err err            = { 0 };
    OWNED(Dataset) *ds = starts(row->path, "charset/") ? part10_parse(row->file, NULL, &err) : NULL;
    if (!ds)
        return starts(row->path, "charset/") ? fault(row, "refused", &err) : 0;
    OWNED_BUF text  = buf_make(4096);
    bool      wrong = false;
    Charset   set   = dataset_charset(ds);
    if (!charset_to_utf8(&set, VR_PN, dataset_raw(ds, TAG_PATIENT_NAME), &text, &wrong) || wrong)
        return fault(row, "patient name damaged", &err);
    return slice_find(buf_slice(&text), SLICE("\x1B")) == SIZE_MAX ? 0 : fault(row, "escape left", &err);
}

static void names_of_every_script_become_clean_utf8(void **state)
{
    (void)state;
    each_row(names_are_clean);
}

static int image_as_expected(const Row *row)
{
    Err err            = { 0 };
    OWNED(Dataset) *ds = part10_parse(row->file, NULL, &err);
    Pixels pixels;
    if (!ds)
        return 0;
    bool fine = pixels_describe(ds, &pixels, &err);
    if (fine && pixels.encapsulated) {
        OWNED(FrameMap) *map = frame_map_new(ds, &pixels, &err);
        fine                 = map != NULL;
    } else if (fine) {
        Slice frame;
        fine = pixels_native_frame(&pixels, pixels.frames - 1, &frame, NULL, &err) &&
               frame.len == pixels.frame_bytes;
    }
    bool decoder_only = strstr(row->expected, "no decoder") || strstr(row->expected, "56 of 8192");
    if (starts(row->expected, "header may be stored") && fine && !decoder_only)
        return fault(row, "rendering not refused", &err);
    if (starts(row->expected, "valid") && !fine && err.kind != ERR_NOT_FOUND && dataset_has(ds, TAG_ROWS))
        return fault(row, "image refused", &err);
    return 0;
}

static void every_valid_image_is_described_and_impossible_ones_are_refused(void **state)
{
    (void)state;
    each_row(image_as_expected);
}

/* Odd lengths are padded when written: of bytes that is another value. */
static bool has_odd_bytes(const Dataset *ds)
{
    for (size_t i = 0; i < dataset_count(ds); i++) {
        const Element *e    = dataset_at(ds, i);
        const VrInfo  *info = vr_info(e->vr);
        for (size_t k = 0; element_item(e, k); k++)
            if (has_odd_bytes(element_item(e, k)))
                return true;
        if (e->vr != VR_SQ && !e->is_fragments && info && !info->text && e->value.len % 2)
            return true;
    }
    return false;
}

static int same_after_writing(const Row *row)
{
    Err err            = { 0 };
    OWNED(Dataset) *ds = part10_parse(row->file, NULL, &err);
    if (!ds || has_odd_bytes(ds))
        return 0;
    OWNED(DicomWriter) *w = dw_new(FILE_MAX);
    OWNED_BUF bytes = buf_make(FILE_MAX), before = buf_make(FILE_MAX), after = buf_make(FILE_MAX);
    dw_copy_all(w, ds);
    if (!dw_finish(w, EXPLICIT_LITTLE, &bytes, &err))
        return fault(row, "not written", &err);
    OWNED(Dataset) *again = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, &err);
    if (!again)
        return fault(row, "not read again", &err);
    DicomJsonOptions all = { .inline_max = FILE_MAX, .pixel_uri = "pixels" };
    if (!dicom_json(ds, &all, &before, &err) || !dicom_json(again, &all, &after, &err))
        return fault(row, "no JSON", &err);
    return slice_equal(buf_slice(&before), buf_slice(&after))
               ? 0
               : fault(row, "other values after writing", &err);
}

static void what_is_read_and_written_again_has_the_same_values(void **state)
{
    (void)state;
    each_row(same_after_writing);
}

static int head_finds_the_same(const Row *row)
{
    Err err            = { 0 };
    OWNED(Dataset) *ds = starts(row->expected, "valid") ? part10_parse(row->file, NULL, &err) : NULL;
    FourUids whole = { 0 }, head = { 0 };
    if (!ds || !dataset_four_uids(ds, &whole, &err))
        return 0;
    OWNED(Dataset) *scan = part10_head_scan(slice_part(row->file, 0, 65536), NULL, &err);
    if (!scan || !dataset_four_uids(scan, &head, &err))
        return fault(row, "head scan", &err);
    if (dataset_find(scan, TAG_PIXEL_DATA))
        return fault(row, "pixels in the head", &err);
    return memcmp(&whole, &head, sizeof head) == 0 ? 0 : fault(row, "other UIDs in the head", &err);
}

static void the_first_64_kB_are_enough_to_index(void **state)
{
    (void)state;
    each_row(head_finds_the_same);
}

static int has_dose(const Row *row)
{
    if (!starts(row->path, "rdsr/CT-RDSR"))
        return 0;
    Err err            = { 0 };
    OWNED(Dataset) *ds = part10_parse(row->file, NULL, &err);
    if (!ds)
        return fault(row, "refused", &err);
    OWNED(SrTree) *tree = sr_parse(ds, &err);
    if (!tree)
        return fault(row, "no tree", &err);
    const SrNode *total = sr_find(sr_root(tree), "113813", "DCM");
    if (!total || !total->has_number || !slice_starts(total->code.value, SLICE("mGy")))
        return fault(row, "no dose length product", &err);
    return 0;
}

static void every_ct_dose_report_gives_its_total_with_a_unit(void **state)
{
    (void)state;
    each_row(has_dose);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_file_is_read_or_refused_as_the_manifest_says),
        cmocka_unit_test(names_of_every_script_become_clean_utf8),
        cmocka_unit_test(every_valid_image_is_described_and_impossible_ones_are_refused),
        cmocka_unit_test(what_is_read_and_written_again_has_the_same_values),
        cmocka_unit_test(the_first_64_kB_are_enough_to_index),
        cmocka_unit_test(every_ct_dose_report_gives_its_total_with_a_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
