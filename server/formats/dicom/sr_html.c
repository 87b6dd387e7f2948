/*
 * Structured reports as HTML and as plain text: one walk, two ways of writing.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/sr_html.h"

#include "base/own.h"

enum { HEADING_MAX = 6, TEXTS_MAX = 1 << 20, INDENT_MAX = 20 };

typedef struct Page {
    Buf *out;
    bool html;
} Page;

/* In HTML, what would be markup is written as text; control characters are left out in both. */
static void add_text(const Page *page, Slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (page->html && c == '&')
            buf_add_text(page->out, "&amp;");
        else if (page->html && c == '<')
            buf_add_text(page->out, "&lt;");
        else if (page->html && c == '>')
            buf_add_text(page->out, "&gt;");
        else if (page->html && c == '"')
            buf_add_text(page->out, "&quot;");
        else if (page->html && c == '\n')
            buf_add_text(page->out, "<br>");
        else if ((unsigned char)c >= 0x20 || c == '\n' || c == '\t')
            buf_add_char(page->out, c);
    }
}

static Slice value_of(const SrNode *n)
{
    return n->type == SR_CODE ? n->code.meaning : n->text.len ? n->text : n->sop_instance;
}

static int depth_of(const SrNode *n)
{
    int depth = 0;
    for (; n->parent; n = n->parent)
        depth++;
    return depth;
}

static void add_node_html(const Page *page, const SrNode *n, int depth)
{
    if (n->type == SR_CONTAINER) {
        int level = depth < HEADING_MAX ? depth + 1 : HEADING_MAX;
        buf_addf(page->out, "<h%d>", level);
        add_text(page, n->concept.meaning);
        buf_addf(page->out, "</h%d>\n", level);
        return;
    }
    buf_add_text(page->out, "<p><b>");
    add_text(page, n->concept.meaning);
    buf_add_text(page->out, "</b> ");
    add_text(page, value_of(n));
    if (n->type == SR_NUM && n->code.value.len) {
        buf_add_char(page->out, ' ');
        add_text(page, n->code.value);
    }
    buf_add_text(page->out, "</p>\n");
}

static void add_node_plain(const Page *page, const SrNode *n, int depth)
{
    for (int i = 0; i < depth && i < INDENT_MAX; i++)
        buf_add_text(page->out, "  ");
    add_text(page, n->concept.meaning);
    if (n->type != SR_CONTAINER) {
        buf_add_text(page->out, ": ");
        add_text(page, value_of(n));
    }
    if (n->type == SR_NUM && n->code.value.len) {
        buf_add_char(page->out, ' ');
        add_text(page, n->code.value);
    }
    buf_add_char(page->out, '\n');
}

/* Whose report, and of when. */
static void add_person(const Page *page, const Dataset *ds, Arena *arena)
{
    static const uint32_t TAGS[] = { TAG_PATIENT_NAME, TAG_PATIENT_ID, TAG_PATIENT_BIRTH_DATE, TAG_STUDY_DATE,
                                     TAG_ACCESSION_NUMBER };
    bool                  any    = false;
    buf_add_text(page->out, page->html ? "<p>" : "");
    for (size_t i = 0; i < COUNT(TAGS); i++) {
        Slice text = slice_trim(dataset_text(ds, TAGS[i], arena));
        if (!text.len)
            continue;
        buf_add_text(page->out, any ? " · " : "");
        any = true;
        add_text(page, text);
    }
    buf_add_text(page->out, page->html ? "</p>\n" : "\n\n");
}

static bool write_report(const Dataset *ds, bool html, Buf *ret, Err *err)
{
    OWNED(SrTree) *tree = sr_parse(ds, err);
    OWNED(Arena) *arena = tree ? arena_new(TEXTS_MAX) : NULL;
    Page page           = { ret, html };
    if (!tree || !arena)
        return tree ? err_set(err, ERR_UNAVAILABLE, "Memory is out.", "report") : false;
    if (html)
        buf_add_text(ret, "<!DOCTYPE html>\n<html><head><meta "
                          "charset=\"utf-8\"><title>SR</title></head><body>\n");
    add_person(&page, ds, arena);
    const SrNode *root = sr_root(tree);
    for (const SrNode *n = root; n; n = sr_walk(root, n)) {
        if (html)
            add_node_html(&page, n, depth_of(n));
        else
            add_node_plain(&page, n, depth_of(n));
    }
    if (html)
        buf_add_text(ret, "</body></html>\n");
    return buf_ok(ret, err);
}

bool sr_html(const Dataset *ds, Buf *ret, Err *err)
{
    return write_report(ds, true, ret, err);
}

bool sr_plain(const Dataset *ds, Buf *ret, Err *err)
{
    return write_report(ds, false, ret, err);
}
