/*
 * The head of a file: what stands before the data set, whatever is wrong with it.
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
#include "formats/dicom/part10.h"

#define CLASS SLICE("1.2.840.10008.5.1.4.1.1.2")
#define PATIENT_ID                                                                                           \
    SLICE("\x10\x00\x20\x00LO\x04\x00"                                                                       \
          "A123")

/* Preamble, then 'before', then a file meta that names 'syntax', then one element. */
static void make_file(Slice before, Slice syntax, Buf *ret)
{
    OWNED_BUF head = buf_make(4096);
    assert_true(part10_header(CLASS, SLICE("2.25.7"), SLICE("1.2.840.10008.1.2.1"), SLICE_NONE, &head, NULL));
    size_t meta = 132, at = slice_find(buf_slice(&head), SLICE("1.2.840.10008.1.2.1"));
    assert_true(at != SIZE_MAX && syntax.len <= 20);
    (void)buf_add(ret, slice_part(buf_slice(&head), 0, meta));
    (void)buf_add(ret, before);
    (void)buf_add(ret, slice_part(buf_slice(&head), meta, at - meta));
    (void)buf_add(ret, syntax);
    (void)buf_add_zeros(ret, 20 - syntax.len);
    (void)buf_add(ret, slice_part(buf_slice(&head), at + 20, SIZE_MAX));
    (void)buf_add(ret, PATIENT_ID);
}

static void a_length_of_another_group_before_the_file_meta_is_passed_over(void **state)
{
    (void)state;
    const Slice STRAY[] = { SLICE("\x08\x00\x00\x00UL\x04\x00\0\0\0\0"), SLICE("\x08\x00\x00\x00UL\0\0\x04\0"
                                                                               "\0\0\0\0\0\0") };
    for (size_t i = 0; i < COUNT(STRAY); i++) {
        OWNED_BUF file = buf_make(4096);
        make_file(STRAY[i], SLICE("1.2.840.10008.1.2.1"), &file);
        Part10 head;
        Err    err         = { 0 };
        OWNED(Dataset) *ds = part10_parse(buf_slice(&file), &head, &err);
        assert_non_null(ds);
        assert_true(head.has_meta && !head.syntax_guessed && !head.syntax_unknown);
        assert_string_equal(head.sop_instance, "2.25.7");
        assert_true(slice_equal_text(dataset_code(ds, TAG_PATIENT_ID), "A123"));
    }
}

static void any_other_element_before_the_file_meta_is_not_guessed_at(void **state)
{
    (void)state;
    OWNED_BUF file = buf_make(4096);
    make_file(SLICE("\x08\x00\x05\x00UL\x04\x00\0\0\0\0"), SLICE("1.2.840.10008.1.2.1"), &file);
    Part10 head        = { 0 };
    OWNED(Dataset) *ds = part10_parse(buf_slice(&file), &head, NULL);
    assert_true(!ds || !head.has_meta);
}

static void a_syntax_that_is_none_or_nobodys_is_said_to_be_unknown(void **state)
{
    (void)state;
    static const struct {
        const char *stated;
        bool        unknown;
    } STATED[] = {
        { "1.2.840.10008.1.2.1", false },
        { "INVALID.TS.UID", true },
        { "1.2.3.4", true },
        { "1.2.840.10008.1.2", false }, /* not how it is written, but known: seen from the bytes */
        { "", false },
    };
    for (size_t i = 0; i < COUNT(STATED); i++) {
        OWNED_BUF file = buf_make(4096);
        make_file(SLICE_NONE, slice_of(STATED[i].stated), &file);
        Part10 head        = { 0 };
        OWNED(Dataset) *ds = part10_parse(buf_slice(&file), &head, NULL);
        assert_non_null(ds);
        assert_int_equal(head.syntax_unknown, STATED[i].unknown);
        assert_true(slice_equal_text(dataset_code(ds, TAG_PATIENT_ID), "A123"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_length_of_another_group_before_the_file_meta_is_passed_over),
        cmocka_unit_test(any_other_element_before_the_file_meta_is_not_guessed_at),
        cmocka_unit_test(a_syntax_that_is_none_or_nobodys_is_said_to_be_unknown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
