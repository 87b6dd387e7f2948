/*
 * Small grammars: UIDs, dates, times, ages, names; the dictionary; character sets.
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

#include "base/own.h"
#include "formats/dicom/charset.h"
#include "formats/dicom/tags.h"
#include "formats/dicom/uid.h"

#define assert_slice(s, text) assert_true(slice_equal_text(s, text))

static void a_uid_is_digits_and_single_dots_up_to_64(void **state)
{
    (void)state;
    static const char *const GOOD[] = { "1.2.840.10008.1.1", "0.0",
                                        "2.25.340282366920938463463374607431768211455" };
    static const char *const BAD[]  = { "", ".", "1.", ".1", "1..2", "1.a", "1.2 ", "-1.2" };
    for (size_t i = 0; i < COUNT(GOOD); i++)
        assert_true(uid_is_valid(slice_of(GOOD[i])));
    for (size_t i = 0; i < COUNT(BAD); i++)
        assert_false(uid_is_usable(slice_of(BAD[i])));
    assert_false(uid_is_valid(SLICE("1.02")));
    assert_true(uid_is_usable(SLICE("1.02")));
    char longest[66];
    memset(longest, '1', sizeof longest);
    assert_true(uid_is_valid(slice_bytes(longest, 64)));
    assert_false(uid_is_valid(slice_bytes(longest, 65)));
}

static void a_new_uid_is_the_uuid_in_decimal(void **state)
{
    (void)state;
    char    uid[UID_LENGTH_MAX + 1];
    uint8_t random[16] = { 0 };
    uid_from_random(random, uid);
    assert_string_equal(uid, "2.25.302240678275694148452352"); /* 00000000-0000-4000-8000-000000000000 */
    memset(random, 0xFF, sizeof random);
    uid_from_random(random, uid);
    assert_string_equal(
        uid, "2.25.340282366920937632322261936355783213055"); /* ffffffff-ffff-4fff-bfff-ffffffffffff */
    assert_true(uid_is_valid(slice_of(uid)));
}

static void only_real_days_and_times_are_taken(void **state)
{
    (void)state;
    DicomDate     d;
    DicomTime     t;
    DicomDateTime dt;
    int           days;
    assert_true(dicom_date(SLICE("20240229"), &d) && d.day == 29);
    assert_true(dicom_date(SLICE("1999.12.31"), &d) && d.year == 1999);
    assert_false(dicom_date(SLICE("20230229"), &d));
    assert_false(dicom_date(SLICE("2023"), &d));
    assert_false(dicom_date(SLICE("20231301"), &d));
    assert_true(dicom_time(SLICE("085405.296000 "), &t) && t.microsecond == 296000);
    assert_true(dicom_time(SLICE("08"), &t) && t.hour == 8 && t.minute == 0);
    assert_true(dicom_time(SLICE("08:54:05"), &t) && t.second == 5);
    assert_false(dicom_time(SLICE("2460"), &t));
    assert_true(dicom_date_time(SLICE("20240101120000.5-0330"), &dt) && dt.offset_minutes == -210);
    assert_true(dicom_date_time(SLICE("2024"), &dt) && dt.date.month == 1 && !dt.has_offset);
    assert_true(dicom_age_days(SLICE("018M"), &days) && days == 547);
    assert_false(dicom_age_days(SLICE("18Y"), &days));
    assert_int_equal(dicom_years_between((DicomDate) { 2000, 2, 29 }, (DicomDate) { 2018, 2, 28 }), 17);
}

static void a_name_is_split_family_first(void **state)
{
    (void)state;
    PersonName name = person_name_split(SLICE("DUPONT^JEAN^M^DR^FILS=x"));
    assert_slice(name.family, "DUPONT");
    assert_slice(name.given, "JEAN");
    assert_slice(name.suffix, "FILS");
    assert_slice(person_name_group(SLICE("a=b=c"), 2), "c");
    assert_slice(person_name_split(SLICE("DUPONT")).given, "");
}

static void the_dictionary_knows_tags_and_their_groups(void **state)
{
    (void)state;
    uint32_t tag;
    assert_int_equal(tag_vr(TAG_PATIENT_NAME), VR_PN);
    assert_int_equal(tag_vr(0x60023000), tag_info(0x60003000)->vr); /* overlays repeat */
    assert_string_equal(tag_info(0x60020010)->keyword, "OverlayRows");
    assert_int_equal(tag_vr(0x00090010), VR_LO);
    assert_int_equal(tag_vr(0x00091010), VR_UN);
    assert_int_equal(tag_vr(0x00080000), VR_UL);
    assert_true(tag_from_text(SLICE("StudyInstanceUID"), &tag) && tag == TAG_STUDY_INSTANCE_UID);
    assert_true(tag_from_text(SLICE("0020000d"), &tag) && tag == TAG_STUDY_INSTANCE_UID);
    assert_false(tag_from_text(SLICE("NoSuchKeyword"), &tag));
    static const Vr LONG[] = { VR_OB, VR_OD, VR_OF, VR_OL, VR_OV, VR_OW, VR_SQ,
                               VR_SV, VR_UC, VR_UN, VR_UR, VR_UT, VR_UV };
    for (size_t i = 0; i < COUNT(LONG); i++)
        assert_true(vr_info(LONG[i])->long_length);
    assert_null(vr_info(VR_CODE('Z', 'Z')));
}

static void every_tag_of_the_dictionary_is_found_by_its_keyword(void **state)
{
    (void)state;
    size_t found = 0;
    for (uint32_t group = 0; group <= 0x54; group++)
        for (uint32_t element = 0; group % 2 == 0 && element < 0x2000; element++) {
            const TagInfo *info = tag_info(TAG(group, element));
            uint32_t       tag;
            if (!info || info->mask != UINT32_MAX || !info->keyword[0])
                continue;
            assert_true(tag_from_text(slice_of(info->keyword), &tag));
            assert_int_equal(tag, TAG(group, element));
            found++;
        }
    assert_true(found > 1700);
}

static void storage_classes_and_syntaxes_are_known(void **state)
{
    (void)state;
    assert_true(uid_is_storage(SLICE(UID_CT_IMAGE_STORAGE)));
    assert_false(uid_is_storage(SLICE(UID_VERIFICATION)));
    assert_false(uid_is_storage(SLICE("1.2.840.10008.1.20.1")));
    assert_true(uid_storage_count() > 150);
    for (size_t i = 0; i < uid_storage_count(); i++)
        assert_true(uid_is_storage(slice_of(uid_storage_at(i))));
    assert_true(syntax_info(SLICE("1.2.840.10008.1.2.4.70\0"))->encapsulated);
    assert_null(syntax_info(SLICE("1.2.3")));
}

static void assert_utf8(const char *terms, Vr vr, Slice bytes, const char *utf8)
{
    Charset   set     = charset_read(slice_of(terms));
    OWNED_BUF text    = buf_make(1024);
    bool      damaged = false;
    assert_true(charset_to_utf8(&set, vr, bytes, &text, &damaged));
    assert_string_equal(buf_text(&text), utf8);
    assert_int_equal(damaged, strstr(utf8, "\xEF\xBF\xBD") != NULL);
}

static void names_of_the_standard_s_examples_are_read(void **state)
{
    (void)state; /* PS3.5 annexes H, I, J */
    assert_utf8("ISO_IR 100", VR_PN, SLICE("Buc^J\xE9r\xF4me"), "Buc^Jérôme");
    assert_utf8("ISO_IR 144", VR_PN, SLICE("\xBB\xEE\xDA"), "Люк");
    assert_utf8("ISO_IR 192", VR_PN, SLICE("Wang^XiaoDong=王^小東"), "Wang^XiaoDong=王^小東");
    assert_utf8("GB18030", VR_PN, SLICE("Wang=\xCD\xF5^\xD0\xA1\xB6\xAB"), "Wang=王^小东");
    assert_utf8("\\ISO 2022 IR 87", VR_PN, SLICE("Yamada=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"),
                "Yamada=山田^太郎");
    assert_utf8("ISO 2022 IR 13\\ISO 2022 IR 87", VR_PN, SLICE("\xD4\xCF\xC0\xDE^\xC0\xDB\xB3"), "ﾔﾏﾀﾞ^ﾀﾛｳ");
    assert_utf8("\\ISO 2022 IR 149", VR_PN, SLICE("Hong=\x1b$)C\xFB\xF3^\x1b$)C\xD1\xCE\xD4\xD7"),
                "Hong=洪^吉洞");
    assert_utf8("ISO 2022 IR 100\\ISO 2022 IR 144", VR_PN, SLICE("\xE9^\x1b-L\xBB=\xE9"), "é^Л=é");
}

static void bytes_without_meaning_are_marked_never_dropped(void **state)
{
    (void)state;
    assert_utf8("ISO_IR 192", VR_LO,
                SLICE("a\xFF"
                      "b"),
                "a\xEF\xBF\xBD"
                "b");
    assert_utf8("\\ISO 2022 IR 87", VR_LO, SLICE("\x1b$B;"), "\xEF\xBF\xBD");
    assert_utf8("", VR_LO, SLICE("caf\xC3\xA9"), "café"); /* nothing stated, but plainly UTF-8 */
}

static void a_backslash_inside_a_chinese_character_parts_nothing(void **state)
{
    (void)state;
    Charset set = charset_read(SLICE("GB18030"));
    assert_int_equal(charset_find_backslash(&set, SLICE("\x81\\a\\b")), 3);
    set = charset_read(SLICE("\\ISO 2022 IR 87"));
    assert_int_equal(charset_find_backslash(&set, SLICE("\x1b$B!\\\x1b(B\\b")), 8);
}

static void what_a_character_set_lacks_is_written_as_a_question_mark(void **state)
{
    (void)state;
    Charset   set   = charset_read(SLICE("ISO_IR 100"));
    OWNED_BUF text  = buf_make(64);
    bool      lossy = false;
    assert_true(charset_from_utf8(&set, SLICE("Lefèvre 王"), &text, &lossy));
    assert_string_equal(buf_text(&text), "Lef\xE8vre ?");
    assert_true(lossy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_uid_is_digits_and_single_dots_up_to_64),
        cmocka_unit_test(a_new_uid_is_the_uuid_in_decimal),
        cmocka_unit_test(only_real_days_and_times_are_taken),
        cmocka_unit_test(a_name_is_split_family_first),
        cmocka_unit_test(the_dictionary_knows_tags_and_their_groups),
        cmocka_unit_test(every_tag_of_the_dictionary_is_found_by_its_keyword),
        cmocka_unit_test(storage_classes_and_syntaxes_are_known),
        cmocka_unit_test(names_of_the_standard_s_examples_are_read),
        cmocka_unit_test(bytes_without_meaning_are_marked_never_dropped),
        cmocka_unit_test(a_backslash_inside_a_chinese_character_parts_nothing),
        cmocka_unit_test(what_a_character_set_lacks_is_written_as_a_question_mark),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
