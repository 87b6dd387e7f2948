/*
 * What the files of this room share.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_MRRT_MRRT_ROOM_H
#define FORMATS_MRRT_MRRT_ROOM_H

#include <libxml/HTMLparser.h>
#include <libxml/tree.h>

#include "formats/mrrt/mrrt.h"

enum { NOTE_ABOUT_MAX = 120 /* bytes of what a note is about */, LABELS_MAX = 256 };

size_t mrrt_units(Slice utf8);
void   mrrt_note(Mrrt *m, Arena *arena, MrrtNoteKind kind, Slice about);

/* One reading. */
typedef struct Reading {
    Mrrt    *m;
    Arena   *arena;
    Err     *err;
    xmlNode *labels[LABELS_MAX]; /* those with 'for' */
    size_t   label_count;
    Slice    title; /* of the page: for want of a better one */
} Reading;

/* ---- nodes (mrrt_nodes.c) ---- */
bool    is_control(char c); /* other than tab and line ends: stands in no text of ours */
bool    node_is(const xmlNode *n, const char *name);
Slice   node_attribute(const Reading *r, const xmlNode *n, const char *name); /* copied into the arena; empty: absent */
bool    node_has(const xmlNode *n, const char *name);
/* The words inside, white space as one space; at most 'max' bytes. In the arena. */
Slice   node_words(const Reading *r, const xmlNode *n, size_t max);
/* Dropped whole, with what it holds: notes it. */
bool    node_is_active(Reading *r, const xmlNode *n);
/* Its handlers and addresses are dropped, the words stay: notes them. */
void    node_attributes_heed(Reading *r, const xmlNode *n);

/* ---- one section's words (mrrt_text.c) ---- */
bool section_read(Reading *r, xmlNode *section, int level, Slice name, Slice *ret, Err *err);

/* ---- coded terms (mrrt_terms.c) ---- */
bool terms_of_script(Reading *r, const xmlNode *script); /* true: it holds template_attributes, and was read */
void terms_of(Reading *r, xmlNode *attributes);

/* A parsed tree; NULL: memory. Nothing is fetched, no entity is declared. */
xmlDoc *html_tree(Slice bytes);

#endif
