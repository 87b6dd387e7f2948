/*
 * Content negotiation as viewers and PACS really ask.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/own.h"
#include "doors/web/accept.h"

static const MediaOffer OBJECTS[]  = { { "multipart/related", "application/dicom" },
                                       { "application/dicom", NULL } };
static const MediaOffer PICTURES[] = { { "image/jpeg", NULL }, { "image/png", NULL } };
static const MediaOffer FRAMES[]   = { { "multipart/related", "application/octet-stream" } };

static int choose(const char *accept, const MediaOffer *offers, size_t count)
{
    Slice syntax;
    return accept_choose(slice_of(accept), offers, count, &syntax);
}

static void anything_gets_the_first(void **state)
{
    (void)state;
    assert_int_equal(choose("", OBJECTS, 2), 0);
    assert_int_equal(choose(NULL, OBJECTS, 2), 0);
    assert_int_equal(choose("*/*", OBJECTS, 2), 0);
    assert_int_equal(choose("image/*", PICTURES, 2), 0);
}

static void the_type_of_the_parts_counts_quoted_or_not(void **state)
{
    (void)state;
    assert_int_equal(choose("multipart/related; type=\"application/dicom\"", OBJECTS, 2), 0);
    assert_int_equal(choose("multipart/related;type=application/dicom", OBJECTS, 2), 0);
    assert_int_equal(choose("Multipart/Related; TYPE=\"application/*\"", OBJECTS, 2), 0);
    assert_int_equal(choose("multipart/related; type=\"image/jpeg\"", OBJECTS, 2), -1);
    assert_int_equal(choose("multipart/related; type=application/octet-stream; transfer-syntax=*", FRAMES, 1),
                     0);
    assert_int_equal(choose("application/dicom", OBJECTS, 2), 1);
}

static void quality_decides_and_zero_refuses(void **state)
{
    (void)state;
    assert_int_equal(choose("image/jpeg;q=0.5, image/png", PICTURES, 2), 1);
    assert_int_equal(choose("image/jpeg;q=0, */*", PICTURES, 2), 1);
    assert_int_equal(choose("*/*;q=0.1, image/png;q=0.2", PICTURES, 2), 1);
    assert_int_equal(choose("image/jpeg;q=0, image/png;q=0.000", PICTURES, 2), -1);
    assert_int_equal(choose("text/html", PICTURES, 2), -1);
}

static void the_wanted_syntax_is_told(void **state)
{
    (void)state;
    Slice syntax;
    assert_int_equal(accept_choose(SLICE("application/dicom; transfer-syntax=1.2.840.10008.1.2.4.90"),
                                   OBJECTS, 2, &syntax),
                     1);
    assert_true(slice_equal(syntax, SLICE("1.2.840.10008.1.2.4.90")));
    assert_int_equal(accept_choose(SLICE("application/dicom; transfer-syntax=*"), OBJECTS, 2, &syntax), 1);
    assert_int_equal(syntax.len, 0);
}

static void all_that_is_taken_comes_best_first(void **state)
{
    (void)state;
    static const char *const SYNTAXES[] = { "1.2.3", "", "1.2.4", "1.2.5" };
    AcceptWish               wish[4];
    Slice two = SLICE("multipart/related; type=application/octet-stream; transfer-syntax=1.2.5; q=0.4,"
                      "multipart/related; type=application/octet-stream; transfer-syntax=1.2.3,"
                      "multipart/related; type=application/octet-stream; transfer-syntax=*,"
                      "multipart/related; type=application/octet-stream; transfer-syntax=1.2.6; q=0, */*,"
                      "multipart/related; type=application/octet-stream; transfer-syntax=1.2.4; q=0.5");
    assert_int_equal(accept_wishes(two, FRAMES, 1, wish, 4), 4);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(wish[i].offer, 0);
        assert_true(slice_equal_text(wish[i].syntax, SYNTAXES[i]));
    }
    assert_int_equal(wish[2].quality, 500);
    assert_int_equal(accept_wishes(two, FRAMES, 1, wish, 2), 2); /* the best of them where there is less room */
    assert_true(slice_equal_text(wish[0].syntax, "1.2.3") && slice_equal_text(wish[1].syntax, ""));
    assert_int_equal(accept_wishes(SLICE(" "), PICTURES, 2, wish, 4), 1);
    assert_int_equal(accept_wishes(SLICE("*/*;q=0.1, image/png"), PICTURES, 2, wish, 4), 2);
    assert_int_equal(wish[0].offer, 1);
    static const struct {
        const char *accept;
        bool        unsaid;
    } SAID[] = { { "multipart/related; type=application/octet-stream", true },
                 { "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*", false },
                 { "multipart/related; type=application/octet-stream; transfer-syntax=1.2.3", false },
                 { "multipart/related", false },
                 { "*/*", false },
                 { "", false } };
    for (size_t i = 0; i < COUNT(SAID); i++) {
        assert_int_equal(accept_wishes(slice_of(SAID[i].accept), FRAMES, 1, wish, 4), 1);
        assert_int_equal(wish[0].unsaid, SAID[i].unsaid);
    }
    assert_int_equal(accept_wishes(SLICE("image/png;q=0, image/jpeg;q=0"), PICTURES, 2, wish, 4), 0);
    assert_int_equal(accept_wishes(SLICE("text/html"), PICTURES, 2, wish, 4), 0);
}

static void quotes_hide_commas_and_semicolons(void **state)
{
    (void)state;
    Slice type;
    assert_true(slice_equal(
        media_parameter(SLICE("multipart/related; a=\"x;y,z\"; boundary=\"b c\""), "boundary", &type),
        SLICE("b c")));
    assert_true(slice_equal(type, SLICE("multipart/related")));
    assert_int_equal(choose("text/x; a=\"image/png, image/jpeg\"", PICTURES, 2), -1);
    assert_int_equal(choose("image/png; a=\"never closed, image/jpeg", PICTURES, 2), 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(anything_gets_the_first),
        cmocka_unit_test(the_type_of_the_parts_counts_quoted_or_not),
        cmocka_unit_test(quality_decides_and_zero_refuses),
        cmocka_unit_test(the_wanted_syntax_is_told),
        cmocka_unit_test(all_that_is_taken_comes_best_first),
        cmocka_unit_test(quotes_hide_commas_and_semicolons),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
