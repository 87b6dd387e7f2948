/*
 * Elements of a foreign document: their names, attributes and words; which of them are active, and so never taken.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <ctype.h>
#include <pthread.h>

#include "formats/mrrt/mrrt_room.h"

xmlDoc *html_tree(Slice bytes)
{
    static pthread_once_t once = PTHREAD_ONCE_INIT;
    (void)pthread_once(&once, xmlInitParser);
    return htmlReadMemory(bytes.at, (int)bytes.len, NULL, "UTF-8", HTML_PARSE_RECOVER | HTML_PARSE_NONET | HTML_PARSE_NOERROR | HTML_PARSE_NOWARNING);
}

bool node_is(const xmlNode *n, const char *name)
{
    return n->type == XML_ELEMENT_NODE && xmlStrcasecmp(n->name, (const xmlChar *)name) == 0;
}

bool node_has(const xmlNode *n, const char *name)
{
    return xmlHasProp(n, (const xmlChar *)name) != NULL;
}

bool is_control(char c)
{
    return ((unsigned char)c < 0x20 && c != '\t' && c != '\n' && c != '\r') || c == 0x7F;
}

Slice node_attribute(const Reading *r, const xmlNode *n, const char *name)
{
    xmlChar *value = n->type == XML_ELEMENT_NODE ? xmlGetProp(n, (const xmlChar *)name) : NULL;
    size_t   len   = 0;
    for (xmlChar *c = value; c && *c; c++)
        if (!is_control((char)*c))
            value[len++] = *c;
    Slice kept = arena_slice(r->arena, slice_bytes(value ? value : (const xmlChar *)"", len));
    xmlFree(value);
    return kept;
}

/* ---- words ---- */

typedef struct Words {
    Buf  out;
    bool space; /* white space stands before what comes */
} Words;

static void words_add(Words *w, const char *text)
{
    for (; *text; text++) {
        if (isspace((unsigned char)*text)) {
            w->space = true;
            continue;
        }
        if (is_control(*text))
            continue;
        if (w->space && w->out.len)
            buf_add_char(&w->out, ' ');
        w->space = false;
        buf_add_char(&w->out, *text);
    }
}

static void words_walk(Words *w, const xmlNode *n, int level)
{
    for (const xmlNode *each = n; each && level < MRRT_LEVELS_MAX && !w->out.failed; each = each->next) {
        if (each->type == XML_TEXT_NODE || each->type == XML_CDATA_SECTION_NODE)
            words_add(w, (const char *)each->content);
        else if (each->type == XML_ELEMENT_NODE)
            words_walk(w, each->children, level + 1);
    }
}

Slice node_words(const Reading *r, const xmlNode *n, size_t max)
{
    Words w = { .out = buf_make(max) };
    if (n->type == XML_TEXT_NODE)
        words_add(&w, (const char *)n->content);
    else
        words_walk(&w, n->children, 0);
    Slice kept = arena_slice(r->arena, slice_whole_letters((Slice) { w.out.at ? w.out.at : "", w.out.len }));
    buf_free(&w.out);
    return kept;
}

/* ---- what is active ---- */

/* What runs, loads, draws or sends: never taken, whatever it holds. */
static const char *const ACTIVE[] = { "script", "style", "iframe", "frame", "frameset", "object", "embed", "applet", "link", "base", "img", "image", "audio",
                                      "video", "source", "track", "canvas", "svg", "math", "template", "noscript", "button", "portal", "param", "map" };
/* Attributes that hold an address or a style. */
static const char *const ADDRESSES[] = { "href", "src", "srcset", "srcdoc", "action", "formaction", "data", "style", "background", "poster", "ping", "cite",
                                         "manifest", "xlink:href", "codebase", "longdesc", "usemap" };

bool node_is_active(Reading *r, const xmlNode *n)
{
    for (size_t i = 0; i < COUNT(ACTIVE); i++)
        if (node_is(n, ACTIVE[i])) {
            mrrt_note(r->m, r->arena, MRRT_ACTIVE, slice_of(ACTIVE[i]));
            return true;
        }
    return false;
}

void node_attributes_heed(Reading *r, const xmlNode *n)
{
    for (const xmlAttr *a = n->type == XML_ELEMENT_NODE ? n->properties : NULL; a; a = a->next) {
        const char *name  = (const char *)a->name;
        bool        heeds = (name[0] == 'o' || name[0] == 'O') && (name[1] == 'n' || name[1] == 'N') && name[2];
        for (size_t i = 0; !heeds && i < COUNT(ADDRESSES); i++)
            heeds = xmlStrcasecmp(a->name, (const xmlChar *)ADDRESSES[i]) == 0;
        if (heeds)
            mrrt_note(r->m, r->arena, MRRT_ACTIVE, slice_of(name));
    }
}
