/*
 * The coded terms of a template: of the whole, and of its sections; those of single fields are only counted.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/mrrt/mrrt_room.h"

static Slice child_words(const Reading *r, const xmlNode *n, const char *name)
{
    for (const xmlNode *each = n->children; each; each = each->next)
        if (node_is(each, name))
            return node_words(r, each, NOTE_ABOUT_MAX);
    return SLICE_NONE;
}

/* <term><code meaning value scheme></term>, or the same as three elements. */
static MrrtTerm term_of(const Reading *r, const xmlNode *term)
{
    for (const xmlNode *each = term->children; each; each = each->next)
        if (node_is(each, "code"))
            return (MrrtTerm) { .value = node_attribute(r, each, "value"), .scheme = node_attribute(r, each, "scheme"), .meaning = node_attribute(r, each, "meaning") };
    return (MrrtTerm) { .value = child_words(r, term, "code_value"), .scheme = child_words(r, term, "coding_scheme_designator"), .meaning = child_words(r, term, "code_meaning") };
}

static int section_of(const Reading *r, Slice id)
{
    for (size_t i = 0; id.len && i < r->m->section_count; i++)
        if (slice_equal(r->m->sections[i].id, id))
            return (int)i;
    return -1;
}

/* 'entry': whose terms these are; "": the whole template's. */
static void terms_walk(Reading *r, xmlNode *first, Slice entry, int level)
{
    for (xmlNode *n = first; n && level < MRRT_LEVELS_MAX; n = n->next) {
        if (!node_is(n, "term")) {
            terms_walk(r, n->children, node_is(n, "entry") ? node_attribute(r, n, "origtxt") : entry, level + 1);
            continue;
        }
        MrrtTerm term = term_of(r, n);
        term.section  = section_of(r, entry);
        if (!term.value.len || (entry.len && term.section < 0) || r->m->term_count == MRRT_TERMS_MAX)
            mrrt_note(r->m, r->arena, MRRT_CODES, SLICE_NONE);
        else
            r->m->terms[r->m->term_count++] = term;
    }
}

void terms_of(Reading *r, xmlNode *attributes)
{
    terms_walk(r, attributes->children, SLICE_NONE, 0);
}

bool terms_of_script(Reading *r, const xmlNode *script)
{
    xmlChar *content = xmlNodeGetContent(script);
    Slice    xml     = slice_trim(slice_of((const char *)content));
    if (slice_starts(xml, SLICE("<!--")) && slice_ends(xml, SLICE("-->")) && xml.len >= 7)
        xml = slice_part(xml, 4, xml.len - 7);
    bool    ours = slice_find(xml, SLICE("<template_attributes")) != SIZE_MAX;
    xmlDoc *tree = ours ? html_tree(xml) : NULL;
    if (tree)
        terms_walk(r, tree->children, SLICE_NONE, 0);
    xmlFreeDoc(tree);
    xmlFree(content);
    return ours;
}
