/*
 * Templates of other houses: what is understood becomes lines and fields, what is not is told, what we write reads back the same. E29.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <libxml/parser.h>
#include <stdio.h>
#include <stdlib.h>

#include "formats/mrrt/mrrt.h"

static Arena *arena;
static Mrrt   m;

static int arena_made(void **state)
{
    (void)state;
    arena = arena_new(MRRT_ARENA_MAX);
    return arena ? 0 : -1;
}

static int arena_gone(void **state)
{
    (void)state;
    arena_free(arena);
    return 0;
}

static void read_ok(const char *html)
{
    Err err = { 0 };
    if (!mrrt_read(slice_of(html), arena, &m, &err))
        fail_msg("%s: %s", err.shown, err.detail);
}

static void text_is(size_t section, const char *name, const char *text)
{
    assert_true(section < m.section_count);
    char *got = arena_text(arena, m.sections[section].text), *called = arena_text(arena, m.sections[section].name);
    assert_string_equal(called, name);
    assert_string_equal(got, text);
}

static int noted(MrrtNoteKind kind, const char *about)
{
    for (size_t i = 0; i < m.note_count; i++)
        if (m.notes[i].kind == kind && slice_equal_text(m.notes[i].about, about))
            return m.notes[i].count;
    return 0;
}

static void E29_sections_paragraphs_and_fields_become_lines_and_fields(void **state)
{
    (void)state;
    read_ok("<html><head><title>Thorax</title><meta name='dcterms.language' content='en'></head><body>"
            "<section data-section-name='Procedure'><header>Procedure</header><p><label for=a>Contrast:</label> <input id=a type=text name='Contrast media' value=''></p>"
            "<p><select name=Phase><option value=''>--</option><option>arterial</option><option>venous</option></select> phase</p></section>"
            "<section id=S2><header>Findings:</header><p>Lungs:\n  <input type=text name=lungs value='Clear. '></p>"
            "<section><header>Liver</header><ul><li>size <input type=number title='mm of liver'> mm</li></ul></section>"
            "<p>Side <select name=side><option>right</option><option selected>left</option></select></p></section>"
            "<section data-section-name=Impression><textarea name=Impression> </textarea></section></body></html>");
    assert_int_equal(m.section_count, 3);
    text_is(0, "Procedure", "Contrast: {{Contrast media}}\n{{arterial | venous}} phase");
    text_is(1, "Findings:", "Lungs: Clear.\nLiver\n- size {{mm of liver}} mm\nSide left");
    text_is(2, "Impression", "");
    assert_true(slice_equal_text(m.title, "Thorax"));
    assert_true(slice_equal_text(m.language, "en"));
    assert_int_equal(noted(MRRT_CHOICE, "side"), 1);
    assert_int_equal(m.note_count, 1);
}

static void E29_what_runs_loads_or_sends_is_dropped_and_told(void **state)
{
    (void)state;
    read_ok("<html><head><script>alert(1)</script><style>p{}</style><link rel=stylesheet href=x></head><body onload='x()'>outside"
            "<section data-section-name=Findings><p style='x' onclick='y()'>words</p><a href='javascript:1'>link</a><iframe src=x>frame</iframe>"
            "<svg><text>drawn</text></svg><img src=y><form action='http://x'><input type=hidden value=secret><button>go</button></form></section></body></html>");
    text_is(0, "Findings", "words\nlink");
    static const char *const TOLD[] = { "script", "style", "link", "onload", "onclick", "href", "iframe", "svg", "img", "action", "hidden", "button" };
    for (size_t i = 0; i < COUNT(TOLD); i++)
        if (!noted(MRRT_ACTIVE, TOLD[i]))
            fail_msg("%s is not told", TOLD[i]);
    assert_int_equal(noted(MRRT_OUTSIDE, "outside"), 1);
}

static void E29_coded_terms_of_the_template_and_its_sections_are_found(void **state)
{
    (void)state;
    read_ok("<html><head><script type='text/xml'><!--<template_attributes><term><code meaning='computed tomography' value='RID10321' scheme='RadLex'></term>"
            "<coded_content><entry ORIGTXT='S1'><term><code meaning=findings value=59776-5 scheme=LOINC></term></entry>"
            "<entry ORIGTXT='F9'><term><code meaning=lung value=RID1301 scheme=RadLex></term></entry></coded_content></template_attributes>--></script></head>"
            "<body><section id=S1 data-section-name=Any><p>a</p></section></body></html>");
    assert_int_equal(m.term_count, 2);
    assert_int_equal(m.terms[0].section, -1);
    assert_true(slice_equal_text(m.terms[0].meaning, "computed tomography"));
    assert_int_equal(m.terms[1].section, 0);
    assert_true(slice_equal_text(m.terms[1].value, "59776-5"));
    assert_int_equal(noted(MRRT_CODES, ""), 1);
    assert_int_equal(noted(MRRT_ACTIVE, "script"), 0);
}

static void refused(Slice html, ErrKind kind)
{
    Err err = { 0 };
    assert_false(mrrt_read(html, arena, &m, &err));
    assert_int_equal(err.kind, kind);
    assert_non_null(err.shown);
}

static void E29_what_is_no_template_or_beyond_its_bounds_is_refused(void **state)
{
    (void)state;
    refused(SLICE(""), ERR_INPUT);
    refused(SLICE("no html at all"), ERR_INPUT);
    refused(SLICE("<html><body><p>no section</p></body></html>"), ERR_INPUT);
    refused(SLICE("<!DOCTYPE html [<!entity a 'b'>]><section>&a;</section>"), ERR_INPUT);
    refused(SLICE("<section>\xE9</section>"), ERR_INPUT);
    refused(SLICE("<section>a\0b</section>"), ERR_INPUT);
    OWNED_BUF html = buf_make(1 << 20);
    for (int i = 0; i < 33; i++)
        buf_add_text(&html, "<section><p>a</p></section>");
    refused(buf_slice(&html), ERR_LIMIT);
    buf_clear(&html);
    buf_add_text(&html, "<section>");
    for (int i = 0; i < 150; i++)
        buf_add_text(&html, "<div>");
    refused(buf_slice(&html), ERR_LIMIT);
    buf_clear(&html);
    for (size_t i = 0; i < MRRT_BYTES_MAX; i += 10)
        buf_add_text(&html, "<section>x");
    buf_add_text(&html, "over the limit");
    refused(buf_slice(&html), ERR_LIMIT);
}

static void E29_what_we_write_is_xml_and_reads_back_the_same(void **state)
{
    (void)state;
    static const char *const TEXTS[] = { "Foie : {{foie}}.\n\nRate : {{normale | grande}}  <b> & \"c\".\n", " {{ a }}\t{{}} {{dose}}", "é — {{{x}} }} | {{a |b}} {{ | }}", "\n" };
    Mrrt                     out     = { .title = SLICE("TDM  « abdomen »"), .language = SLICE("fr"), .subject = SLICE("Abdomen") };
    static const char *const IDS[]   = { "results", "technique", "comparison", "conclusion" };
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        out.sections[out.section_count++] = (MrrtSection) { .id = slice_of(IDS[i]), .name = slice_of(IDS[i]), .text = slice_of(TEXTS[i]) };
    out.terms[out.term_count++] = (MrrtTerm) { SLICE("CT"), SLICE("DCM"), SLICE("Computed Tomography"), -1 };
    out.terms[out.term_count++] = (MrrtTerm) { SLICE("59776-5"), SLICE("LN"), SLICE("Findings"), 0 };
    OWNED_BUF html = buf_make(1 << 20), again = buf_make(1 << 20);
    Err       err  = { 0 };
    assert_true(mrrt_write(&out, &html, &err));
    xmlDoc *xml = xmlReadMemory(html.at, (int)html.len, NULL, NULL, XML_PARSE_NONET);
    assert_non_null(xml);
    xmlFreeDoc(xml);
    assert_true(mrrt_read(buf_slice(&html), arena, &m, &err));
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        text_is(i, IDS[i], TEXTS[i]);
    assert_true(slice_equal(m.title, out.title));
    assert_int_equal(m.note_count, 0);
    assert_int_equal(m.term_count, 2);
    assert_int_equal(m.terms[1].section, 0);
    assert_true(mrrt_write(&m, &again, &err));
    assert_true(slice_equal(buf_slice(&html), buf_slice(&again)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(E29_sections_paragraphs_and_fields_become_lines_and_fields, arena_made, arena_gone),
        cmocka_unit_test_setup_teardown(E29_what_runs_loads_or_sends_is_dropped_and_told, arena_made, arena_gone),
        cmocka_unit_test_setup_teardown(E29_coded_terms_of_the_template_and_its_sections_are_found, arena_made, arena_gone),
        cmocka_unit_test_setup_teardown(E29_what_is_no_template_or_beyond_its_bounds_is_refused, arena_made, arena_gone),
        cmocka_unit_test_setup_teardown(E29_what_we_write_is_xml_and_reads_back_the_same, arena_made, arena_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
