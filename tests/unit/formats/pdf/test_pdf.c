/*
 * Printed documents: text made ready, ceilings that hold, pages that are counted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "formats/pdf/pdf.h"

#define NB "\xC2\xA0"

static void text_is_cleaned_and_spaced_as_french_is(void **state)
{
    static const struct {
        const char *given, *printed;
    } CASES[] = {
        { "Suspicion d’appendicite ?", "Suspicion d’appendicite" NB "?" },
        { "« adénolymphite » : oui", "«" NB "adénolymphite" NB "»" NB ": oui" },
        { "38 % ; 10:30", "38" NB "%" NB "; 10:30" },
        { "a\x07"
          "b\x1b[2Jc",
          "ab[2Jc" },
        { "ligne\nligne\ttab\r", "ligne\nligne\ttab" },
        { "gauche \xE2\x80\xAE"
          "droite\xE2\x80\xAC",
          "gauche droite" },
        { "cassé \xC3\x28 \xFF\xFE fin", "cassé ( "
                                         " fin" },
        { "trop long \xF8\x88\x80\x80\x80", "trop long " },
        { "surrogat \xED\xA0\x80.", "surrogat ." },
        { "court \xC3", "court " },
    };
    (void)state;
    for (size_t i = 0; i < COUNT(CASES); i++) {
        OWNED_BUF clean = buf_make(1000);
        assert_true(pdf_clean(slice_of(CASES[i].given), &clean));
        assert_string_equal(buf_text(&clean), CASES[i].printed);
    }
}

static PdfDoc *a_doc(void)
{
    Err     err = { 0 };
    PdfDoc *d   = pdf_new(
          &(PdfSetup) {
              .title = "Essai", .created_at_s = 1773481500, .footer = "pied", .running_title = "suite" },
          &err);
    assert_non_null(d);
    return d;
}

static bool finished(PdfDoc *d, Buf *ret)
{
    Err err = { 0 };
    if (pdf_finish(d, ret, &err))
        return true;
    assert_int_equal(err.kind, ERR_LIMIT);
    return false;
}

static void every_block_is_set_whatever_its_content(void **state)
{
    static const double      WIDTHS[] = { 0.5, 0.5 };
    static const char *const CELLS[]  = { "tête", "tête", "", "b" };
    (void)state;
    OWNED(PdfDoc) *d = a_doc();
    OWNED_BUF out    = buf_make(4 << 20);
    char      wide[5000];
    memset(wide, 'W', sizeof wide - 1); /* one word without a place to break */
    wide[sizeof wide - 1] = '\0';
    pdf_band(d, wide, "", NULL, NULL);
    pdf_title(d, "", NULL);
    pdf_grid_begin(d, NULL);
    pdf_field(d, "vide", SLICE(" "));
    pdf_field_strong(d, "large", slice_of(wide));
    pdf_grid_end(d);
    pdf_grid_begin(d, "sans champ");
    pdf_grid_end(d);
    pdf_heading(d, wide);
    pdf_paragraph(d, SLICE_NONE);
    pdf_paragraph(d, slice_of(wide));
    pdf_small(d, SLICE("note"));
    pdf_gap(d, 5000);
    pdf_table(d, 2, WIDTHS, CELLS, 2);
    pdf_box(d, "boîte", slice_of(wide));
    pdf_signature(d, "signé", slice_of(wide), "QR");
    assert_true(finished(d, &out));
    assert_true(slice_ends(slice_trim_end(buf_slice(&out)), SLICE("%%EOF")));
}

static void ceilings_are_refused_and_never_passed(void **state)
{
    static char huge[PDF_TEXT_MAX + 2];
    (void)state;
    OWNED_BUF out           = buf_make(4 << 20);
    OWNED(PdfDoc) *too_long = a_doc();
    memset(huge, 'a', sizeof huge - 1);
    pdf_paragraph(too_long, slice_of(huge));
    assert_false(finished(too_long, &out));
    OWNED(PdfDoc) *too_many = a_doc();
    for (int i = 0; i < PDF_BLOCKS_MAX + 10; i++)
        pdf_gap(too_many, 0);
    assert_false(finished(too_many, &out));
    OWNED(PdfDoc) *too_wide = a_doc();
    pdf_table(too_wide, PDF_COLUMNS_MAX + 1, NULL, NULL, 1);
    assert_false(finished(too_wide, &out));
    OWNED(PdfDoc) *fields = a_doc();
    pdf_grid_begin(fields, "beaucoup");
    for (int i = 0; i < 100; i++)
        pdf_field(fields, "n", SLICE("v"));
    assert_false(finished(fields, &out));
    OWNED(PdfDoc) *pages = a_doc();
    for (int i = 0; i < PDF_PAGES_MAX + 5; i++) {
        pdf_gap(pages, 5000);
        pdf_heading(pages, "page");
    }
    assert_false(finished(pages, &out));
    OWNED_BUF small     = buf_make(100);
    OWNED(PdfDoc) *fine = a_doc();
    pdf_paragraph(fine, SLICE("texte"));
    assert_false(finished(fine, &small));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_is_cleaned_and_spaced_as_french_is),
        cmocka_unit_test(every_block_is_set_whatever_its_content),
        cmocka_unit_test(ceilings_are_refused_and_never_passed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
