/*
 * De-identification: every row of the table does what it says, each option keeps what it may and no more, and
 * nothing of a real file's identity is left in what goes out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#define _GNU_SOURCE /* nftw */

// clang-format off
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <cmocka.h>
// clang-format on

#include <ftw.h>
#include <stdio.h>

#include "formats/dicom/deident_internal.h"
#include "formats/dicom/rewrite.h"
#include "formats/dicom/uid.h"

#include "dicom_deident_table_generated.h"

#define CORPUS SOURCE_ROOT "/../shared/data/dicom"
#define PSEUDONYM "P-0001"

/* Not secret, but the same for the same one: enough here. */
static void replace(void *with, Slice uid, char ret[65])
{
    uint8_t hash[16] = { 7 };
    for (size_t i = 0; i < uid.len; i++)
        for (size_t k = 0; k < sizeof hash; k++)
            hash[k] = (uint8_t)(hash[k] * 31u + (uint8_t)uid.at[i] + k);
    ++*(int *)with;
    uid_from_random(hash, ret);
}

static int              replaced;
static const DeidentKey KEY = {
    .replace_uid = replace, .with = &replaced, .pseudonym = PSEUDONYM, .shift_days = -400
};

/* ---- a data set with every attribute of the table ---- */

static const char *value_of(Vr vr)
{
    switch (vr) {
    case VR_UI:
        return "1.2.826.0.1.3680043.77";
    case VR_DA:
        return "19700403";
    case VR_TM:
        return "112233";
    case VR_DT:
        return "19700403112233";
    case VR_AS:
        return "056Y";
    case VR_IS:
    case VR_DS:
        return "770403";
    default:
        return "NIAKATE";
    }
}

static void put_value(DicomWriter *w, uint32_t tag)
{
    Vr            vr   = tag_vr(tag);
    const VrInfo *info = vr_info(vr);
    if (vr == VR_SQ) {
        dw_sequence_begin(w, tag);
        dw_item_begin(w);
        dw_text(w, TAG_PATIENT_COMMENTS, "NIAKATE");
        dw_text(w, TAG_REFERENCED_SOP_INSTANCE_UID, "1.2.826.0.1.3680043.77");
        dw_item_end(w);
        dw_sequence_end(w);
    } else if (info && info->text) {
        dw_value(w, tag, vr, slice_of(value_of(vr)));
    } else {
        dw_value(w, tag, vr, SLICE("NIAKATEN"));
    }
}

static bool in_play(const DeidentRow *row)
{
    return TAG_GROUP(row->tag) >= 0x0008 && tag_info(row->tag) && tag_vr(row->tag) != VR_NONE;
}

static void make_everything(Buf *ret)
{
    OWNED(DicomWriter) *w = dw_new(8 << 20);
    for (size_t i = 0; i < COUNT(DEIDENT_TABLE); i++)
        if (in_play(&DEIDENT_TABLE[i]))
            put_value(w, DEIDENT_TABLE[i].tag);
    dw_text(w, TAG_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.2");
    dw_text(w, TAG_SOP_INSTANCE_UID, "1.2.826.0.1.3680043.77.1");
    dw_text(w, TAG_STUDY_INSTANCE_UID, "1.2.826.0.1.3680043.77.2");
    dw_text(w, TAG_SERIES_INSTANCE_UID, "1.2.826.0.1.3680043.77.3");
    dw_value(w, TAG(0x0009, 0x0010), VR_LO, SLICE("MAKER"));
    dw_value(w, TAG(0x0009, 0x1001), VR_LO, SLICE("NIAKATE"));
    dw_value(w, TAG(0x0019, 0x0010), VR_LO, SLICE("SIEMENS MR HEADER"));
    dw_value(w, TAG(0x0019, 0x100C), VR_IS, SLICE("1000"));
    dw_value(w, TAG(0x0019, 0x1008), VR_CS, SLICE("NIAKATE"));
    dw_value(w, TAG(0x0020, 0x7777), VR_LO, SLICE("NIAKATE")); /* nobody knows it */
    dw_value(w, TAG(0x5002, 0x3000), VR_OW, SLICE("NIAKATEN"));
    dw_value(w, TAG(0x6004, 0x3000), VR_OW, SLICE("NIAKATEN"));
    Err err = { 0 };
    if (!dw_finish(w, EXPLICIT_LITTLE, ret, &err))
        fail_msg("%s %s", err.shown, err.detail);
}

static void deidentify(const Dataset *ds, unsigned options, Buf *ret)
{
    OWNED(DicomWriter) *w = dw_new(64 << 20);
    OWNED(Arena) *scratch = arena_new(64 << 20);
    Err err               = { 0 };
    if (!deident_write(ds, options, &KEY, w, scratch, &err) || !dw_finish(w, EXPLICIT_LITTLE, ret, &err))
        fail_msg("%s %s", err.shown, err.detail);
}

static void nothing_of_the_identity_is_left_by_the_basic_profile(void **state)
{
    (void)state;
    OWNED_BUF before = buf_make(8 << 20), after = buf_make(8 << 20);
    make_everything(&before);
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&before), EXPLICIT_LITTLE, NULL);
    assert_true(dataset_count(ds) > 550);
    deidentify(ds, 0, &after);
    static const char *const TRACES[] = {
        "NIAKATE", "1.2.826.0.1.3680043.77", "19700403", "112233", "056Y", "770403", "MAKER"
    };
    for (size_t i = 0; i < COUNT(TRACES); i++)
        if (slice_find(buf_slice(&after), slice_of(TRACES[i])) != SIZE_MAX)
            fail_msg("%s is still there", TRACES[i]);
}

static void each_row_does_what_its_letter_says(void **state)
{
    (void)state;
    OWNED_BUF before = buf_make(8 << 20), after = buf_make(8 << 20);
    make_everything(&before);
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&before), EXPLICIT_LITTLE, NULL);
    deidentify(ds, 0, &after);
    OWNED(Dataset) *out = dataset_parse(buf_slice(&after), EXPLICIT_LITTLE, NULL);
    for (size_t i = 0; i < COUNT(DEIDENT_TABLE); i++) {
        const DeidentRow *row = &DEIDENT_TABLE[i];
        const Element    *e   = dataset_find(out, row->tag);
        if (!in_play(row) || row->tag == TAG_PATIENT_NAME || row->tag == TAG_GRAPHIC_ANNOTATION_SEQUENCE ||
            row->tag == TAG_OPERATOR_IDENTIFICATION_SEQUENCE || row->tag == TAG_PRESENTATION_CREATION_DATE ||
            row->tag == TAG_PRESENTATION_CREATION_TIME)
            continue;
        bool there = e != NULL, full = e && (e->vr == VR_SQ ? e->count : e->value.len);
        bool right = row->action == 'X' ? !there : row->action == 'Z' ? there && !full : full;
        if (row->action == 'U' && right && e->vr == VR_UI)
            right = slice_starts(element_code_nth(e, 0), SLICE("2.25."));
        if (!right)
            fail_msg("(%04x,%04x) '%c': there %d, full %d", row->tag >> 16, row->tag & 0xFFFF, row->action,
                     there, full);
    }
}

static void an_option_keeps_its_rows_and_no_other(void **state)
{
    (void)state;
    static const unsigned OPTIONS[] = { DEIDENT_UIDS, DEIDENT_DEVICE, DEIDENT_INSTITUTION,
                                        DEIDENT_CHARACTERISTICS, DEIDENT_FULL_DATES };
    OWNED_BUF             before    = buf_make(8 << 20);
    make_everything(&before);
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&before), EXPLICIT_LITTLE, NULL);
    for (size_t o = 0; o < COUNT(OPTIONS); o++) {
        OWNED_BUF after = buf_make(8 << 20);
        deidentify(ds, OPTIONS[o], &after);
        OWNED(Dataset) *out = dataset_parse(buf_slice(&after), EXPLICIT_LITTLE, NULL);
        size_t kept         = 0;
        for (size_t i = 0; i < COUNT(DEIDENT_TABLE); i++) {
            const DeidentRow *row = &DEIDENT_TABLE[i];
            const Element    *was = dataset_find(ds, row->tag), *is = dataset_find(out, row->tag);
            if (!in_play(row) || tag_vr(row->tag) == VR_SQ || row->tag == TAG_PATIENT_ID ||
                row->tag == TAG_PATIENT_NAME)
                continue;
            bool same = is && was && slice_equal(was->value, is->value);
            if (row->keep & OPTIONS[o])
                kept++;
            if ((row->keep & OPTIONS[o]) && !same)
                fail_msg("(%04x,%04x) is not kept", row->tag >> 16, row->tag & 0xFFFF);
            if (!(row->keep & OPTIONS[o]) && same && row->tag != TAG_SOP_CLASS_UID)
                fail_msg("(%04x,%04x) is kept by another's option", row->tag >> 16, row->tag & 0xFFFF);
        }
        assert_true(kept > 5);
    }
}

static void dates_move_by_the_same_days_and_keep_their_distance(void **state)
{
    (void)state;
    OWNED_BUF before = buf_make(1 << 16), after = buf_make(1 << 16);
    OWNED(DicomWriter) *w = dw_new(1 << 16);
    OWNED(Arena) *a       = arena_new(1 << 16);
    dw_text(w, TAG_SOP_CLASS_UID, "1.2.840.10008.5.1.4.1.1.2");
    dw_text(w, TAG_SOP_INSTANCE_UID, "1.2.3.1");
    dw_text(w, TAG_STUDY_INSTANCE_UID, "1.2.3.2");
    dw_text(w, TAG_SERIES_INSTANCE_UID, "1.2.3.3");
    dw_text(w, TAG_STUDY_DATE, "20240229");
    dw_text(w, TAG_SERIES_DATE, "20240301");
    dw_text(w, TAG_STUDY_TIME, "101112");
    dw_text(w, TAG_ACQUISITION_DATE_TIME, "20240101235959.123456+0100");
    dw_text(w, TAG_CONTENT_DATE, "not a day");
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &before, NULL));
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&before), EXPLICIT_LITTLE, NULL);
    deidentify(ds, DEIDENT_SHIFTED_DATES, &after);
    OWNED(Dataset) *out = dataset_parse(buf_slice(&after), EXPLICIT_LITTLE, NULL);
    assert_true(slice_equal_text(dataset_text(out, TAG_STUDY_DATE, a), "20230125"));
    assert_true(slice_equal_text(dataset_text(out, TAG_SERIES_DATE, a), "20230126"));
    assert_true(slice_equal_text(dataset_text(out, TAG_STUDY_TIME, a), "101112"));
    assert_true(slice_equal_text(dataset_text(out, TAG_ACQUISITION_DATE_TIME, a), "20221127235959.123456+"
                                                                                  "0100"));
    assert_true(slice_equal_text(dataset_text(out, TAG_CONTENT_DATE, a), "19000101"));
    assert_true(slice_equal_text(dataset_text(out, TAG_LONGITUDINAL_TEMPORAL_INFORMATION_MODIFIED, a), "MODIF"
                                                                                                       "IE"
                                                                                                       "D"));
    assert_int_equal(dataset_items(out, TAG_DEIDENTIFICATION_METHOD_CODE_SEQUENCE), 2);
    OWNED(DicomWriter) *both = dw_new(1 << 16);
    Err err                  = { 0 };
    assert_false(deident_write(ds, DEIDENT_SHIFTED_DATES | DEIDENT_FULL_DATES, &KEY, both, a, &err));
    assert_int_equal(err.kind, ERR_INPUT);
}

static void only_safe_private_attributes_stay_and_only_when_asked(void **state)
{
    (void)state;
    OWNED_BUF before = buf_make(8 << 20), after = buf_make(8 << 20);
    make_everything(&before);
    OWNED(Dataset) *ds = dataset_parse(buf_slice(&before), EXPLICIT_LITTLE, NULL);
    deidentify(ds, DEIDENT_SAFE_PRIVATE, &after);
    OWNED(Dataset) *out = dataset_parse(buf_slice(&after), EXPLICIT_LITTLE, NULL);
    assert_non_null(dataset_find_private(out, 0x0019, SLICE("SIEMENS MR HEADER"), 0x0C));
    assert_null(dataset_find(out, TAG(0x0019, 0x1008)));
    assert_null(dataset_find(out, TAG(0x0009, 0x1001)));
    assert_null(dataset_find(out, TAG(0x0020, 0x7777)));
}

static void a_description_keeps_harmless_words_only(void **state)
{
    (void)state;
    static const char *const CASES[][2] = {
        { "TDM Thorax sans injection, Mme NIAKATE", "THORAX SANS INJECTION" },
        { "Scanner c\xc3\xa9r\xc3\xa9"
          "bral 5 mm 19700403",
          "SCANNER CEREBRAL 5 MM" },
        { "T2 FLAIR/axial", "T2 FLAIR AXIAL" },
        { "Dupont-Moreau", "" },
        { "\xe6\xbc\xa2", "" },
        { "", "" },
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        OWNED_BUF words = buf_make(256);
        assert_int_equal(deident_words(slice_of(CASES[i][0]), &words), CASES[i][1][0] != 0);
        assert_string_equal(buf_text(&words), CASES[i][1]);
    }
}

/* ---- real files ---- */

static int files, faults;

/* Some files carry as an identifier what is also their maker, their series number, or a dummy. */
static bool rightly_there(const Dataset *ds, Slice value)
{
    static const uint32_t KEPT[] = { TAG_MANUFACTURER, TAG_MANUFACTURER_MODEL_NAME, TAG_SERIES_NUMBER };
    for (size_t i = 0; i < COUNT(KEPT); i++)
        if (slice_find(dataset_raw(ds, KEPT[i]), value) != SIZE_MAX)
            return true;
    return slice_equal_text(value, "REMOVED") || slice_starts(value, SLICE("%08x"));
}

static void expect_absent(const Dataset *ds, uint32_t tag, size_t least, Slice out, const char *path)
{
    const Element *e = dataset_find(ds, tag);
    for (size_t i = 0, n = e ? element_values(ds, e) : 0; i < n; i++) {
        Slice value = element_code_nth(e, i);
        if (value.len < least || (tag_vr(tag) == VR_UI && uid_info(value)))
            continue;
        if (slice_find(out, value) == SIZE_MAX || rightly_there(ds, value))
            continue;
        print_message("%s: (%04x,%04x) " SLICE_FMT " is still there\n", path, tag >> 16, tag & 0xFFFF,
                      SLICE_ARG(value));
        faults++;
    }
}

static int one_file(const char *path, const struct stat *s, int kind, struct FTW *at)
{
    static const uint32_t IDENTITY[] = { TAG_PATIENT_NAME,
                                         TAG_PATIENT_ID,
                                         TAG_PATIENT_BIRTH_DATE,
                                         TAG_ACCESSION_NUMBER,
                                         TAG_REFERRING_PHYSICIAN_NAME,
                                         TAG_OPERATORS_NAME,
                                         TAG_INSTITUTION_NAME,
                                         TAG_INSTITUTION_ADDRESS,
                                         TAG_STATION_NAME,
                                         TAG_DEVICE_SERIAL_NUMBER,
                                         TAG_STUDY_ID,
                                         TAG_STUDY_DATE,
                                         TAG_SERIES_DATE,
                                         TAG_CONTENT_DATE,
                                         TAG_ACQUISITION_DATE,
                                         TAG_PERFORMING_PHYSICIAN_NAME,
                                         TAG_OTHER_PATIENT_IDS,
                                         TAG_PATIENT_COMMENTS,
                                         TAG_PATIENT_ADDRESS };
    static const uint32_t UIDS[] = { TAG_SOP_INSTANCE_UID, TAG_STUDY_INSTANCE_UID, TAG_SERIES_INSTANCE_UID,
                                     TAG_FRAME_OF_REFERENCE_UID };
    (void)at;
    if (kind != FTW_F || s->st_size > 30 << 20)
        return 0;
    FILE *in = fopen(path, "rb");
    if (!in)
        return 0;
    OWNED_TEXT char *bytes = malloc((size_t)s->st_size + 1);
    size_t           len   = fread(bytes, 1, (size_t)s->st_size, in);
    FourUids         uids;
    Part10           from;
    (void)fclose(in);
    OWNED(Dataset) *ds = part10_parse(slice_bytes(bytes, len), &from, NULL);
    if (!ds || !dataset_four_uids(ds, &uids, NULL))
        return 0;
    OWNED_BUF all = buf_make(256 << 20);
    deidentify(ds, 0, &all);
    for (size_t i = 0; i < COUNT(IDENTITY); i++)
        expect_absent(ds, IDENTITY[i], 6, buf_slice(&all), path);
    for (size_t i = 0; i < COUNT(UIDS); i++)
        expect_absent(ds, UIDS[i], 12, buf_slice(&all), path);
    OWNED(Dataset) *again = dataset_parse(buf_slice(&all), EXPLICIT_LITTLE, NULL);
    if (!again || !dataset_four_uids(again, &uids, NULL) ||
        !dataset_find(again, TAG_PATIENT_IDENTITY_REMOVED)) {
        print_message("%s: cannot be read again\n", path);
        faults++;
    }
    files++;
    return 0;
}

static void no_identity_of_the_corpus_survives(void **state)
{
    (void)state;
    if (nftw(CORPUS, one_file, 16, FTW_PHYS) != 0 || !files) {
        print_message("skipped: ../shared is not there\n");
        return;
    }
    print_message("%d files de-identified\n", files);
    assert_true(files > 200);
    assert_int_equal(faults, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_of_the_identity_is_left_by_the_basic_profile),
        cmocka_unit_test(each_row_does_what_its_letter_says),
        cmocka_unit_test(an_option_keeps_its_rows_and_no_other),
        cmocka_unit_test(dates_move_by_the_same_days_and_keep_their_distance),
        cmocka_unit_test(only_safe_private_attributes_stay_and_only_when_asked),
        cmocka_unit_test(a_description_keeps_harmless_words_only),
        cmocka_unit_test(no_identity_of_the_corpus_survives),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
