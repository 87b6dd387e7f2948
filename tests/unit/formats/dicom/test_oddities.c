/*
 * Tests of what real writers do though the standard does not: it is read where it cannot be taken for
 * anything else, and refused where it can.
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
#include "formats/dicom/dataset.h"

#define NAME                                                                                                 \
    "\x10\x00\x10\x00PN\x06\x00"                                                                             \
    "ANNE^B"
#define CLASS                                                                                                \
    "\x08\x00\x50\x11UI\x04\x00"                                                                             \
    "1.2\0"
#define ITEM(length) "\xFE\xFF\x00\xE0" length
#define ITEM_END "\xFE\xFF\x0D\xE0\0\0\0\0"
#define SEQUENCE_END "\xFE\xFF\xDD\xE0\0\0\0\0"
#define OPEN "\xFF\xFF\xFF\xFF"
#define SEQUENCE(length) "\x08\x00\x40\x11SQ\0\0" length
#define UNKNOWN(length) "\x08\x00\x40\x11UN\0\0" length

/* The name is there, and so are all 'elements'. */
static void reads(Slice bytes, size_t elements)
{
    Err err            = { 0 };
    OWNED(Dataset) *ds = dataset_parse(bytes, EXPLICIT_LITTLE, &err);
    if (!ds)
        fail_msg("%s: %s", err.shown, err.detail);
    const Element *name = dataset_find(ds, TAG_PATIENT_NAME);
    assert_non_null(name);
    assert_true(slice_equal(name->value, SLICE("ANNE^B")));
    assert_int_equal(dataset_count(ds), elements);
}

static void refuses(Slice bytes)
{
    Err err            = { 0 };
    OWNED(Dataset) *ds = dataset_parse(bytes, EXPLICIT_LITTLE, &err);
    assert_null(ds);
    assert_int_equal(err.kind, ERR_INPUT);
}

static void zeros_behind_the_last_element_are_padding(void **state)
{
    static const char zeros[600] = NAME;
    (void)state;
    for (size_t extra = 0; extra <= 512; extra += extra < 20 ? 1 : 41)
        reads((Slice) { zeros, sizeof NAME - 1 + extra }, 1);
    refuses(SLICE(NAME "\0\0\0\0\0\0\0\0\0\x01"));
    refuses(SLICE(NAME "abc"));
    refuses(SLICE(NAME "\0\0\0\0\0\0\0\0" NAME));
}

static void a_delimiter_too_many_at_the_end_is_passed_over(void **state)
{
    (void)state;
    reads(SLICE(NAME ITEM_END), 1);
    reads(SLICE(NAME ITEM_END "\0\0\0\0"), 1);
    refuses(SLICE(NAME SEQUENCE_END));
    refuses(SLICE(NAME ITEM_END "x"));
    refuses(SLICE(ITEM_END NAME));
    refuses(SLICE(NAME ITEM_END SEQUENCE_END));
}

static void an_item_that_counts_its_delimiter_ends_there(void **state)
{
    (void)state;
    reads(SLICE(SEQUENCE("\x1C\0\0\0") ITEM("\x14\0\0\0") CLASS ITEM_END NAME), 2);
    refuses(SLICE(SEQUENCE("\x1E\0\0\0") ITEM("\x16\0\0\0") CLASS ITEM_END "\0\0" NAME));
}

/* CP-246 says implicit; some write it explicit. Then the implicit reading would pass the end. */
static void an_unknown_sequence_may_be_explicit_inside(void **state)
{
    (void)state;
    reads(SLICE(UNKNOWN(OPEN) ITEM("\x0C\0\0\0") CLASS SEQUENCE_END NAME), 2);
    reads(SLICE(UNKNOWN(OPEN) ITEM(OPEN) CLASS ITEM_END SEQUENCE_END NAME), 2);
    OWNED(Dataset) *ds =
        dataset_parse(SLICE(UNKNOWN(OPEN) ITEM("\x0C\0\0\0") CLASS SEQUENCE_END NAME), EXPLICIT_LITTLE, NULL);
    const Element *e =
        dataset_find(dataset_item(ds, TAG_REFERENCED_IMAGE_SEQUENCE, 0), TAG_REFERENCED_SOP_CLASS_UID);
    assert_non_null(e);
    assert_int_equal(e->vr, VR_UI);
}

static void a_vr_of_no_letters_has_a_short_length(void **state)
{
    static const char *const VRS[]   = { "??", "  ", "--", "lo", "un", "\0\0" };
    char                     bytes[] = "\x09\x00\x01\x10??\x04\x00"
                                       "abcd" NAME;
    (void)state;
    for (size_t i = 0; i < COUNT(VRS); i++) {
        memcpy(bytes + 4, VRS[i], 2);
        reads((Slice) { bytes, sizeof bytes - 1 }, 2);
    }
    static const char *const BAD[] = { "1A", "L1", "\x01\x02", "lO", "\xFF\xFF" };
    for (size_t i = 0; i < COUNT(BAD); i++) {
        memcpy(bytes + 4, BAD[i], 2);
        refuses((Slice) { bytes, sizeof bytes - 1 });
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(zeros_behind_the_last_element_are_padding),
        cmocka_unit_test(a_delimiter_too_many_at_the_end_is_passed_over),
        cmocka_unit_test(an_item_that_counts_its_delimiter_ends_there),
        cmocka_unit_test(an_unknown_sequence_may_be_explicit_inside),
        cmocka_unit_test(a_vr_of_no_letters_has_a_short_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
