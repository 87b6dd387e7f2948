/*
 * Reading a foreign template: what it is called, its sections in order, its coded terms.
 *
 * libxml2's HTML reader makes the tree: it fetches nothing and knows no entity but those of HTML. Elements are taken by name; what
 * is active is dropped and told before anything of it is looked at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/mrrt/mrrt_room.h"

/* ---- Dublin Core ---- */

static void meta_read(Reading *r, const xmlNode *n)
{
    Mrrt *m = r->m;
    struct {
        const char *name;
        Slice      *to;
    } const KNOWN[] = { { "dcterms.title", &m->title },     { "dcterms.language", &m->language }, { "dcterms.identifier", &m->identifier },
                        { "dcterms.subject", &m->subject }, { "dcterms.publisher", &m->publisher }, { "dcterms.creator", &m->creator },
                        { "dcterms.date", &m->date },       { "dcterms.rights", &m->rights } };
    Slice name = node_attribute(r, n, "name");
    if (node_has(n, "http-equiv") && !slice_equal_fold(node_attribute(r, n, "http-equiv"), SLICE("content-type")))
        mrrt_note(m, r->arena, MRRT_ACTIVE, SLICE("http-equiv"));
    for (size_t i = 0; i < COUNT(KNOWN); i++)
        if (slice_equal_fold(name, slice_of(KNOWN[i].name)) && !KNOWN[i].to->len)
            *KNOWN[i].to = node_attribute(r, n, "content");
}

/* ---- sections ---- */

static Slice section_name(const Reading *r, const xmlNode *n)
{
    Slice name = slice_trim(node_attribute(r, n, "data-section-name"));
    for (const xmlNode *each = n->children; each && !name.len; each = each->next)
        if (node_is(each, "header"))
            name = node_words(r, each, NOTE_ABOUT_MAX);
    return slice_whole_letters(slice_part(name, 0, NOTE_ABOUT_MAX));
}

static bool section_add(Reading *r, xmlNode *n, int level)
{
    if (r->m->section_count == MRRT_SECTIONS_MAX)
        return err_set(r->err, ERR_LIMIT, "A template has at most 32 sections.", "more sections");
    MrrtSection *s = &r->m->sections[r->m->section_count];
    s->id          = node_attribute(r, n, "id");
    s->name        = section_name(r, n);
    if (!section_read(r, n, level, s->name, &s->text, r->err))
        return false;
    r->m->section_count++;
    return true;
}

/* A section of the body stands outside every other; what stands between them is told. */
static bool body_walk(Reading *r, xmlNode *first, int level)
{
    if (level > MRRT_LEVELS_MAX)
        return err_set(r->err, ERR_LIMIT, "The content is nested too deeply.", "template");
    for (xmlNode *n = first, *next; n; n = next) {
        next = n->next;
        if (n->type == XML_TEXT_NODE) {
            Slice words = node_words(r, n, NOTE_ABOUT_MAX);
            if (words.len)
                mrrt_note(r->m, r->arena, MRRT_OUTSIDE, words);
            continue;
        }
        if (n->type != XML_ELEMENT_NODE || node_is(n, "template_attributes") || node_is(n, "coded_content") || node_is(n, "title") || node_is(n, "meta") ||
            node_is(n, "script") || node_is_active(r, n))
            continue;
        node_attributes_heed(r, n);
        if (!(node_is(n, "section") ? section_add(r, n, level) : body_walk(r, n->children, level + 1)))
            return false;
    }
    return true;
}

/* ---- what may stand anywhere ---- */

typedef void Found(Reading *r, xmlNode *n);

static bool everywhere(Reading *r, xmlNode *first, Found *found, int level)
{
    if (level > MRRT_LEVELS_MAX)
        return err_set(r->err, ERR_LIMIT, "The content is nested too deeply.", "template");
    for (xmlNode *n = first; n; n = n->next) {
        if (n->type != XML_ELEMENT_NODE)
            continue;
        found(r, n);
        if (!everywhere(r, n->children, found, level + 1))
            return false;
    }
    return true;
}

static void label_or_meta(Reading *r, xmlNode *n)
{
    if (node_is(n, "label") && node_has(n, "for") && r->label_count < LABELS_MAX)
        r->labels[r->label_count++] = n;
    if (node_is(n, "meta"))
        meta_read(r, n);
    if (node_is(n, "title") && !r->title.len)
        r->title = node_words(r, n, NOTE_ABOUT_MAX * 4);
}

/* After the sections, whose ids they name; in the body itself they stood in the first editions of the profile. */
static void terms_or_script(Reading *r, xmlNode *n)
{
    if (node_is(n, "template_attributes") || (node_is(n, "coded_content") && (!n->parent || !node_is(n->parent, "template_attributes"))))
        terms_of(r, n);
    if (node_is(n, "script") && !terms_of_script(r, n))
        mrrt_note(r->m, r->arena, MRRT_ACTIVE, SLICE("script"));
}

/* Shortest forms alone, no surrogates, no NUL: libxml2 takes others, and each reader would take them differently. RFC 3629. */
static bool is_utf8(Slice s)
{
    for (size_t i = 0; i < s.len;) {
        unsigned char c    = (unsigned char)s.at[i];
        size_t        more = c >= 0xF0 ? 3 : c >= 0xE0 ? 2 : c >= 0x80 ? 1 : 0;
        uint32_t      code = c & (more == 3 ? 0x07 : more == 2 ? 0x0F : more == 1 ? 0x1F : 0x7F);
        if (!c || (c >= 0x80 && c < 0xC2) || c > 0xF4 || more >= s.len - i)
            return false;
        for (size_t k = 1; k <= more; k++) {
            if (((unsigned char)s.at[i + k] & 0xC0) != 0x80)
                return false;
            code = code << 6 | ((unsigned char)s.at[i + k] & 0x3F);
        }
        if ((more == 2 && (code < 0x800 || (code >= 0xD800 && code < 0xE000))) || (more == 3 && (code < 0x10000 || code > 0x10FFFF)))
            return false;
        i += more + 1;
    }
    return true;
}

static bool declares(Slice html)
{
    for (size_t i = 0; i + 8 <= html.len; i++)
        if (html.at[i] == '<' && slice_equal_fold(slice_part(html, i, 8), SLICE("<!ENTITY")))
            return true;
    return false;
}

static bool tree_read(Reading *r, xmlNode *root)
{
    if (!everywhere(r, root, label_or_meta, 0) || !body_walk(r, root, 0) || !everywhere(r, root, terms_or_script, 0))
        return false;
    if (!r->m->title.len)
        r->m->title = r->title;
    if (r->m->rights.len)
        mrrt_note(r->m, r->arena, MRRT_RIGHTS, r->m->rights);
    return r->m->section_count ||
           err_set(r->err, ERR_INPUT, "This is not a report template: it has no section. An MRRT template is an HTML file with <section> elements.", "no section");
}

bool mrrt_read(Slice html, Arena *arena, Mrrt *ret, Err *err)
{
    Err     why = { 0 };
    Reading r   = { .m = ret, .arena = arena, .err = &why };
    *ret        = (Mrrt) { 0 };
    if (html.len > MRRT_BYTES_MAX)
        return err_set(err, ERR_LIMIT, "The content is too large.", "%zu bytes", html.len);
    if (!is_utf8(html))
        return err_set(err, ERR_INPUT, "The file is not text in UTF-8: save it as UTF-8, then choose it again.", "not UTF-8");
    if (slice_starts(html, SLICE("\xEF\xBB\xBF")))
        html = slice_part(html, 3, html.len);
    if (declares(html))
        return err_set(err, ERR_INPUT, "The file declares entities of its own: it is not read. Ask for the template without them.", "ENTITY");
    xmlDoc *tree = html.len ? html_tree(html) : NULL;
    bool    ok   = tree ? tree_read(&r, tree->children)
                        : err_set(&why, ERR_INPUT, "This is not a report template: it has no section. An MRRT template is an HTML file with <section> elements.", "no tree");
    xmlFreeDoc(tree);
    if (!ok && err && !err->kind)
        *err = why;
    return ok;
}
