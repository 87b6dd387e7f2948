/*
 * Tests of how the header of an image is kept: compressed and back, whatever its length and contents.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "clinic/archive/archive_internal.h"

enum { LONGEST = 300000 };

static char text[LONGEST], noise[LONGEST];

static void make_both(void)
{
    static const char SAMPLE[] = "{\"00100020\":{\"vr\":\"LO\",\"Value\":[\"";
    unsigned          n        = 7;
    for (size_t i = 0; i < LONGEST; i++) {
        n        = n * 1103515245u + 12345u;
        noise[i] = (char)(n >> 16);
        text[i]  = i % 60 < sizeof SAMPLE - 1 ? SAMPLE[i % 60] : (char)('0' + (n >> 16) % 10);
    }
}

/* Packs, unpacks, compares; the packed length. */
static size_t there_and_back(Slice plain)
{
    Err       err    = { 0 };
    OWNED_BUF packed = buf_make(2 * LONGEST), again = buf_make(LONGEST);
    assert_true(zip_text(plain, &packed, &err));
    assert_true(unzip_text(buf_slice(&packed), plain.len, &again, &err));
    assert_true(slice_equal(buf_slice(&again), plain));
    return packed.len;
}

static void any_length_comes_back_as_it_was(void **state)
{
    (void)state;
    static const size_t LENGTHS[] = { 0,    1,    255,  256,  257,   511,   512,   513,   1200,   4095,
                                      4096, 4097, 8192, 8193, 16384, 16385, 32768, 32769, LONGEST };
    for (size_t i = 0; i < COUNT(LENGTHS); i++) {
        (void)there_and_back(slice_bytes(text, LENGTHS[i]));
        (void)there_and_back(slice_bytes(noise, LENGTHS[i])); /* does not become shorter */
    }
}

static void a_header_becomes_shorter(void **state)
{
    (void)state;
    assert_true(there_and_back(slice_bytes(text, 3000)) < 1500);
    assert_true(there_and_back(slice_bytes(text, LONGEST)) < LONGEST / 2);
}

static void what_is_damaged_is_told(void **state)
{
    (void)state;
    Err       err    = { 0 };
    OWNED_BUF packed = buf_make(LONGEST), again = buf_make(LONGEST);
    assert_true(zip_text(slice_bytes(text, 3000), &packed, &err));
    assert_false(unzip_text(slice_part(buf_slice(&packed), 0, packed.len / 2), 3000, &again, &err));
    assert_int_equal(err.kind, ERR_BUG);
    err = (Err) { 0 };
    assert_false(unzip_text(buf_slice(&packed), 2999, &again, &err));
    assert_int_equal(err.kind, ERR_BUG);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_length_comes_back_as_it_was),
        cmocka_unit_test(a_header_becomes_shorter),
        cmocka_unit_test(what_is_damaged_is_told),
    };
    make_both();
    return cmocka_run_group_tests(tests, NULL, NULL);
}
