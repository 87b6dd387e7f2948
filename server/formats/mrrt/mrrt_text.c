/*
 * One section of a foreign template as lines of words and fields.
 *
 * A paragraph is a line, a row of a table too; an item begins with "- "; what is typed or chosen is a field {{name}}, or the words that
 * were set for it. White space counts as in a browser: kept in <pre> alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ctype.h>

#include "formats/mrrt/mrrt_room.h"

typedef struct Lines {
    Reading       *r;
    Slice          section; /* its name */
    const xmlNode *top;     /* the section itself: its own header is no line */
    Buf            out, line;
    size_t         count;      /* lines that are complete */
    bool           pre, space; /* white space waits before what comes */
} Lines;

static void line_end(Lines *l, bool even_empty)
{
    l->space = false;
    if (!l->line.len && !even_empty)
        return;
    if (l->count++)
        buf_add_char(&l->out, '\n');
    buf_add(&l->out, buf_slice(&l->line));
    buf_clear(&l->line);
}

static void space_put(Lines *l)
{
    if (l->space && l->line.len)
        buf_add_char(&l->line, ' ');
    l->space = false;
}

static void text_put(Lines *l, const char *text)
{
    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;
        if (l->pre && c == '\n')
            line_end(l, true);
        else if (l->pre && (c == '\t' || c == '\r'))
            buf_add_char(&l->line, *text);
        else if (!l->pre && isspace(c))
            l->space = true;
        else if (!is_control(*text) && c >= 0x20) {
            space_put(l);
            buf_add_char(&l->line, *text);
        }
    }
}

/* {{name}}: no braces or line ends inside, of a length that the page takes for a field. */
static void field_put(Lines *l, Slice name)
{
    OWNED_BUF clean = buf_make(MRRT_FIELD_MAX * 4);
    for (size_t i = 0; i < name.len; i++)
        buf_add_char(&clean, name.at[i] == '{' || name.at[i] == '}' || name.at[i] == '\n' ? ' ' : name.at[i]);
    Slice shown = slice_whole_letters(buf_slice(&clean));
    while (mrrt_units(shown) > MRRT_FIELD_MAX)
        shown = slice_whole_letters(slice_part(shown, 0, shown.len - 1));
    space_put(l);
    buf_add_text(&l->line, "{{");
    buf_add(&l->line, slice_trim(shown).len ? shown : SLICE("…"));
    buf_add_text(&l->line, "}}");
}

static bool is_filled(Slice s)
{
    return slice_trim(s).len > 0;
}

/* How a field is called: its title, its name, its label, its id. */
static Slice name_of(const Lines *l, const xmlNode *n)
{
    static const char *const FROM[] = { "title", "name" };
    for (size_t i = 0; i < COUNT(FROM); i++) {
        Slice said = node_attribute(l->r, n, FROM[i]);
        if (is_filled(said))
            return said;
    }
    Slice id = node_attribute(l->r, n, "id");
    for (size_t i = 0; is_filled(id) && i < l->r->label_count; i++)
        if (slice_equal(node_attribute(l->r, l->r->labels[i], "for"), id))
            return node_words(l->r, l->r->labels[i], MRRT_FIELD_MAX);
    return id;
}

/* ---- what is typed, ticked or chosen ---- */

static void input_put(Lines *l, const xmlNode *n)
{
    static const char *const NOT_WRITTEN[] = { "hidden", "button", "submit", "image", "file", "password", "reset" };
    Slice type = node_attribute(l->r, n, "type"), value = node_attribute(l->r, n, "value");
    for (size_t i = 0; i < COUNT(NOT_WRITTEN); i++)
        if (slice_equal_fold(type, slice_of(NOT_WRITTEN[i]))) {
            mrrt_note(l->r->m, l->r->arena, MRRT_ACTIVE, arena_slice(l->r->arena, slice_of(NOT_WRITTEN[i])));
            return;
        }
    if (slice_equal_fold(type, SLICE("checkbox")) || slice_equal_fold(type, SLICE("radio"))) {
        Slice name = is_filled(value) && !slice_equal_fold(value, SLICE("on")) ? value : name_of(l, n);
        mrrt_note(l->r->m, l->r->arena, MRRT_BOX, name);
        field_put(l, name);
    } else if (is_filled(value)) {
        Slice words = slice_trim(value);
        char *text  = arena_text(l->r->arena, words);
        if (text)
            text_put(l, text);
    } else
        field_put(l, name_of(l, n));
}

typedef struct Choices {
    Buf    all, chosen;
    size_t count, chosen_count;
} Choices;

static void choice_add(Buf *to, Slice words, const char *between)
{
    if (to->len)
        buf_add_text(to, between);
    buf_add(to, words);
}

static void choices_walk(Lines *l, const xmlNode *n, Choices *c, int level)
{
    for (const xmlNode *each = n; each && level < 3; each = each->next) {
        if (node_is(each, "optgroup"))
            choices_walk(l, each->children, c, level + 1);
        if (!node_is(each, "option"))
            continue;
        Slice words = node_words(l->r, each, MRRT_FIELD_MAX);
        if (!is_filled(words))
            words = slice_trim(node_attribute(l->r, each, "value"));
        if (!is_filled(words) || (node_has(each, "value") && !is_filled(node_attribute(l->r, each, "value"))))
            continue; /* "-- choose --" */
        c->count++;
        choice_add(&c->all, words, " | ");
        if (node_has(each, "selected")) {
            c->chosen_count++;
            choice_add(&c->chosen, words, ", ");
        }
    }
}

/* A list: its choices as the name of a field, to be written over; or the one that is set, as words. */
static void select_put(Lines *l, const xmlNode *n)
{
    Choices c = { .all = buf_make(MRRT_FIELD_MAX * 4), .chosen = buf_make(MRRT_FIELD_MAX * 4) };
    choices_walk(l, n->children, &c, 0);
    bool whole = !c.all.failed && mrrt_units(buf_slice(&c.all)) <= MRRT_FIELD_MAX;
    if (c.chosen_count && !c.chosen.failed) {
        if (c.chosen_count < c.count)
            mrrt_note(l->r->m, l->r->arena, MRRT_CHOICE, name_of(l, n));
        text_put(l, buf_text(&c.chosen));
    } else {
        if (!whole)
            mrrt_note(l->r->m, l->r->arena, MRRT_CHOICE, name_of(l, n));
        field_put(l, whole && c.count ? buf_slice(&c.all) : name_of(l, n));
    }
    buf_free(&c.all);
    buf_free(&c.chosen);
}

/* What is set in a large field, line by line. */
static void textarea_put(Lines *l, const xmlNode *n)
{
    xmlChar *content = xmlNodeGetContent(n);
    Slice    words   = slice_trim(slice_of((const char *)content));
    if (!words.len && !slice_equal_fold(name_of(l, n), l->section)) /* a whole section to be written needs no field */
        field_put(l, name_of(l, n));
    for (Slice rest = words; rest.len;) {
        Slice one  = slice_cut(&rest, '\n');
        char *text = arena_text(l->r->arena, one);
        if (text)
            text_put(l, text);
        if (rest.len)
            line_end(l, true);
    }
    xmlFree(content);
}

/* ---- elements ---- */

static bool is_leaf(const xmlNode *n)
{
    static const char *const LEAVES[] = { "p", "pre", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "caption", "header", "blockquote" };
    for (size_t i = 0; i < COUNT(LEAVES); i++)
        if (node_is(n, LEAVES[i]))
            return true;
    return false;
}

static bool is_block(const xmlNode *n)
{
    static const char *const BLOCKS[] = { "section", "div", "ul", "ol", "dl", "table", "thead", "tbody", "tfoot", "form", "fieldset", "article", "footer", "hr" };
    for (size_t i = 0; i < COUNT(BLOCKS); i++)
        if (node_is(n, BLOCKS[i]))
            return true;
    return false;
}

static bool nodes_put(Lines *l, xmlNode *first, int level);

static bool element_put(Lines *l, xmlNode *n, int level)
{
    size_t before = 0;
    bool   leaf = is_leaf(n), pre = l->pre;
    if (leaf || is_block(n))
        line_end(l, false);
    before = l->count;
    if (node_is(n, "table"))
        mrrt_note(l->r->m, l->r->arena, MRRT_TABLE, node_words(l->r, n, NOTE_ABOUT_MAX / 2));
    if (node_is(n, "li"))
        buf_add_text(&l->line, "- ");
    if ((node_is(n, "td") || node_is(n, "th")) && l->line.len) {
        buf_add_text(&l->line, " | ");
        l->space = false;
    }
    l->pre = pre || node_is(n, "pre");
    if (!nodes_put(l, n->children, level + 1))
        return false;
    l->pre = pre;
    if (leaf || is_block(n))
        line_end(l, (node_is(n, "p") || node_is(n, "pre")) && l->count == before);
    return true;
}

static bool nodes_put(Lines *l, xmlNode *first, int level)
{
    if (level > MRRT_LEVELS_MAX)
        return err_set(l->r->err, ERR_LIMIT, "The content is nested too deeply.", "template");
    for (xmlNode *n = first; n; n = n->next) {
        if (n->type == XML_TEXT_NODE || n->type == XML_CDATA_SECTION_NODE) {
            text_put(l, (const char *)n->content);
            continue;
        }
        if (n->type != XML_ELEMENT_NODE || node_is_active(l->r, n) || (n->parent == l->top && node_is(n, "header")))
            continue;
        node_attributes_heed(l->r, n);
        if (node_is(n, "input"))
            input_put(l, n);
        else if (node_is(n, "select"))
            select_put(l, n);
        else if (node_is(n, "textarea"))
            textarea_put(l, n);
        else if (node_is(n, "br"))
            line_end(l, true);
        else if (!element_put(l, n, level))
            return false;
    }
    return true;
}

/* Its own heading repeats its name: not part of its words; another heading is told. */
static void heading_heed(Reading *r, const xmlNode *header, Slice name)
{
    Slice words = node_words(r, header, NOTE_ABOUT_MAX), bare = words;
    while (bare.len && (bare.at[bare.len - 1] == ':' || bare.at[bare.len - 1] == ' '))
        bare.len--;
    while (name.len && (name.at[name.len - 1] == ':' || name.at[name.len - 1] == ' '))
        name.len--;
    if (bare.len && !slice_equal_fold(bare, name))
        mrrt_note(r->m, r->arena, MRRT_OUTSIDE, words);
}

bool section_read(Reading *r, xmlNode *section, int level, Slice name, Slice *ret, Err *err)
{
    Lines l = { .r = r, .section = name, .top = section, .out = buf_make(MRRT_TEXT_MAX), .line = buf_make(MRRT_TEXT_MAX) };
    for (const xmlNode *n = section->children; n; n = n->next)
        if (node_is(n, "header"))
            heading_heed(r, n, name);
    bool ok = nodes_put(&l, section->children, level);
    if (ok)
        line_end(&l, false);
    ok = ok && buf_ok(&l.line, err) && buf_ok(&l.out, err);
    if (ok)
        *ret = arena_slice(r->arena, buf_slice(&l.out));
    buf_free(&l.out);
    buf_free(&l.line);
    return ok;
}
