/*
 * In which transfer syntax an object is given.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/own.h"
#include "doors/web/dicomweb_syntax.h"

#define LITTLE "1.2.840.10008.1.2.1"
#define RLE "1.2.840.10008.1.2.5"
#define JPEG "1.2.840.10008.1.2.4.50"
#define VIDEO "1.2.840.10008.1.2.4.102"
#define HTJ2K "1.2.840.10008.1.2.4.202"

/* "" as stored, NULL not at all, else what is made. */
static void each_wish_has_its_transfer_syntax(void **state)
{
    (void)state;
    static const struct {
        const char *wanted; /* NULL: not said */
        const char *stored, *made;
    } CASES[] = {
        { NULL, LITTLE, "" },   { NULL, RLE, LITTLE },   { NULL, HTJ2K, LITTLE }, { NULL, JPEG, LITTLE },
        { NULL, VIDEO, "" },    { NULL, "1.2.3", "" },   { "", LITTLE, "" },      { "", RLE, "" },
        { "", VIDEO, "" },      { RLE, LITTLE, RLE },    { RLE, RLE, "" },        { LITTLE, RLE, LITTLE },
        { JPEG, LITTLE, NULL }, { LITTLE, VIDEO, NULL }, { VIDEO, VIDEO, "" },    { "1.2.3", LITTLE, NULL },
    };
    for (size_t i = 0; i < COUNT(CASES); i++) {
        Slice      made;
        AcceptWish wish  = { .syntax = slice_of(CASES[i].wanted), .unsaid = !CASES[i].wanted };
        bool       given = syntax_given(&wish, slice_of(CASES[i].stored), &made);
        assert_int_equal(given, CASES[i].made != NULL);
        if (given)
            assert_true(slice_equal_text(made, CASES[i].made));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(each_wish_has_its_transfer_syntax) };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
