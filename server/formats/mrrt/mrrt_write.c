/*
 * Writing a template as MRRT: HTML5 that an XML reader takes as well; each line a paragraph, each field an input or a list.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/mrrt/mrrt_room.h"

typedef struct Writing {
    Buf *out;
    int  fields; /* so far: their ids */
} Writing;

static void escaped(Buf *out, Slice text)
{
    for (size_t i = 0; i < text.len; i++)
        switch (text.at[i]) {
        case '&': buf_add_text(out, "&amp;"); break;
        case '<': buf_add_text(out, "&lt;"); break;
        case '>': buf_add_text(out, "&gt;"); break;
        case '"': buf_add_text(out, "&quot;"); break;
        case '\t': buf_add_text(out, "&#9;"); break;
        case '\n': buf_add_text(out, "&#10;"); break;
        case '\r': buf_add_text(out, "&#13;"); break;
        default: buf_add_char(out, text.at[i]);
        }
}

static void put(Buf *out, const char *before, Slice text, const char *after)
{
    buf_add_text(out, before);
    escaped(out, text);
    buf_add_text(out, after);
}

/* White space at an end, two in a row, or other than a space: a browser would not keep it in a paragraph. */
static bool is_spaced(Slice line)
{
    for (size_t i = 0; i < line.len; i++)
        if (line.at[i] == '\t' || line.at[i] == '\r' || line.at[i] == '\v' || line.at[i] == '\f' || (line.at[i] == ' ' && (i == 0 || i + 1 == line.len || line.at[i + 1] == ' ')))
            return true;
    return false;
}

/* Where " | " stands next; 'len' when nowhere. */
static size_t bar(Slice s)
{
    size_t at = slice_find(s, SLICE(" | "));
    return at == SIZE_MAX ? s.len : at;
}

static bool is_choice(Slice name)
{
    bool more = false;
    for (Slice rest = name;; more = true) {
        size_t at = bar(rest);
        if (!at || is_spaced(slice_part(rest, 0, at)))
            return false;
        if (at == rest.len)
            return more;
        rest = slice_part(rest, at + 3, rest.len);
    }
}

static void choice_put(Writing *w, Slice name)
{
    buf_addf(w->out, "<select id=\"F%d\"", ++w->fields);
    put(w->out, " name=\"", name, "\" data-field-type=\"SELECTION_LIST\"><option value=\"\"></option>");
    for (Slice rest = name;;) {
        size_t at = bar(rest);
        put(w->out, "<option value=\"", slice_part(rest, 0, at), "\">");
        put(w->out, "", slice_part(rest, 0, at), "</option>");
        if (at == rest.len)
            break;
        rest = slice_part(rest, at + 3, rest.len);
    }
    buf_add_text(w->out, "</select>");
}

static void line_put(Writing *w, Slice line)
{
    const char *element = is_spaced(line) ? "pre" : "p";
    Slice       name;
    size_t      at = 0, begin, end;
    buf_addf(w->out, "<%s>", element);
    for (; mrrt_field_next(line, at, &name, &begin, &end); at = end) {
        escaped(w->out, slice_part(line, at, begin - at));
        if (is_choice(name)) {
            choice_put(w, name);
            continue;
        }
        buf_addf(w->out, "<input id=\"F%d\" type=\"text\"", ++w->fields);
        put(w->out, " name=\"", name, "\"");
        put(w->out, " title=\"", name, "\" data-field-type=\"TEXT\" value=\"\"/>");
    }
    escaped(w->out, slice_part(line, at, line.len));
    buf_addf(w->out, "</%s>\n", element);
}

static void section_put(Writing *w, const MrrtSection *s)
{
    put(w->out, "<section id=\"", s->id, "\" class=\"level1\"");
    put(w->out, " data-section-name=\"", s->name, "\">\n");
    put(w->out, "<header class=\"level1\">", s->name, "</header>\n");
    for (size_t at = 0; at <= s->text.len;) {
        Slice rest = slice_part(s->text, at, s->text.len), line = rest;
        line       = slice_cut(&rest, '\n');
        line_put(w, line);
        at += line.len + 1;
    }
    buf_add_text(w->out, "</section>\n");
}

static void term_put(Buf *out, const MrrtTerm *t)
{
    put(out, "<term><code meaning=\"", t->meaning, "\"");
    put(out, " value=\"", t->value, "\"");
    put(out, " scheme=\"", t->scheme, "\"/></term>\n");
}

static void attributes_put(const Mrrt *m, Buf *out)
{
    buf_add_text(out, "<script type=\"text/xml\">\n<template_attributes>\n<top-level-flag>true</top-level-flag>\n<status>ACTIVE</status>\n"
                      "<coding_schemes>\n<coding_scheme name=\"LOINC\" designator=\"2.16.840.1.113883.6.1\"/>\n"
                      "<coding_scheme name=\"DCM\" designator=\"1.2.840.10008.2.16.4\"/>\n</coding_schemes>\n");
    for (size_t i = 0; i < m->term_count; i++)
        if (m->terms[i].section < 0)
            term_put(out, &m->terms[i]);
    buf_add_text(out, "<coded_content>\n");
    for (size_t i = 0; i < m->term_count; i++)
        if (m->terms[i].section >= 0) {
            put(out, "<entry ORIGTXT=\"", m->sections[m->terms[i].section].id, "\">\n");
            term_put(out, &m->terms[i]);
            buf_add_text(out, "</entry>\n");
        }
    buf_add_text(out, "</coded_content>\n</template_attributes>\n</script>\n");
}

static void meta_put(Buf *out, const char *name, Slice content)
{
    if (!content.len)
        return;
    buf_addf(out, "<meta name=\"dcterms.%s\"", name);
    put(out, " content=\"", content, "\"/>\n");
}

bool mrrt_write(const Mrrt *m, Buf *ret, Err *err)
{
    Writing w = { .out = ret };
    put(ret, "<!DOCTYPE html>\n<html xmlns=\"http://www.w3.org/1999/xhtml\" lang=\"", m->language, "\">\n<head>\n<meta charset=\"UTF-8\"/>\n");
    put(ret, "<title>", m->title, "</title>\n");
    meta_put(ret, "title", m->title);
    meta_put(ret, "identifier", m->identifier);
    meta_put(ret, "language", m->language);
    meta_put(ret, "type", SLICE("IMAGE_REPORT_TEMPLATE"));
    meta_put(ret, "subject", m->subject);
    meta_put(ret, "publisher", m->publisher);
    meta_put(ret, "creator", m->creator);
    meta_put(ret, "date", m->date);
    meta_put(ret, "rights", m->rights);
    attributes_put(m, ret);
    buf_add_text(ret, "</head>\n<body>\n");
    for (size_t i = 0; i < m->section_count; i++)
        section_put(&w, &m->sections[i]);
    buf_add_text(ret, "</body>\n</html>\n");
    return buf_ok(ret, err);
}
