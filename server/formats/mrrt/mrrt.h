/*
 * A radiology report template of other houses (IHE MRRT): HTML5 with sections, fields and coded terms, read and written.
 *
 * What is read becomes words and fields: {{name}} stands where something is to be written. Nothing active of the document is kept,
 * nothing is fetched for it; what was left out or changed is told as notes. What is written reads back as the same sections.
 * Source: IHE Radiology Technical Framework, Management of Radiology Report Templates (HTML5, Dublin Core metadata, template_attributes).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_MRRT_MRRT_H
#define FORMATS_MRRT_MRRT_H

#include "base/arena.h"
#include "base/buf.h"

enum {
    MRRT_BYTES_MAX    = 256 * 1024, /* of a document */
    MRRT_TEXT_MAX     = 64 * 1024,  /* of one section */
    MRRT_SECTIONS_MAX = 32,
    MRRT_TERMS_MAX    = 64,
    MRRT_NOTES_MAX    = 100,
    MRRT_LEVELS_MAX   = 100,       /* of elements in each other */
    MRRT_FIELD_MAX    = 200,       /* UTF-16 units of a field's name */
    MRRT_ARENA_MAX    = 4 << 20,   /* bytes that one reading needs at most */
};

/* What was not taken as it stood. */
typedef enum MrrtNoteKind {
    MRRT_ACTIVE,  /* dropped: a script, a style, a frame, an address, what listens to events */
    MRRT_OUTSIDE, /* words outside every section: left out */
    MRRT_CHOICE,  /* a list with a choice made: that one is words, the others are left out */
    MRRT_BOX,     /* a box to tick: a field */
    MRRT_TABLE,   /* a table: lines */
    MRRT_CODES,   /* coded terms: left out */
    MRRT_RIGHTS,  /* what its author says of its use */
    MRRT_NOTE_KINDS,
} MrrtNoteKind;
const char *mrrt_note_name(MrrtNoteKind k); /* "active", "outside"… */

typedef struct MrrtNote {
    MrrtNoteKind kind;
    Slice        about;
    int          count; /* how many times */
} MrrtNote;

typedef struct MrrtTerm {
    Slice value, scheme, meaning;
    int   section; /* whose it is; -1: of the whole template */
} MrrtTerm;

typedef struct MrrtSection {
    Slice id, name, text; /* lines, with {{fields}} */
} MrrtSection;

/* Borrowed from the arena it was read into, or from who writes it. */
typedef struct Mrrt {
    Slice       title, language, identifier, subject, publisher, creator, date, rights;
    MrrtSection sections[MRRT_SECTIONS_MAX];
    size_t      section_count;
    MrrtTerm    terms[MRRT_TERMS_MAX];
    size_t      term_count;
    MrrtNote    notes[MRRT_NOTES_MAX];
    size_t      note_count;
} Mrrt;

/*
 * Reads a document. ERR_INPUT not UTF-8, no section in it, or it declares entities; ERR_LIMIT longer, deeper or with more
 * sections than the bounds above.
 */
bool mrrt_read(Slice html, Arena *arena, Mrrt *ret, Err *err);

/* Adds the document: HTML5 that is well-formed XML as well. Sections need an id each. ERR_LIMIT the ceiling of 'ret'. */
bool mrrt_write(const Mrrt *m, Buf *ret, Err *err);

/* The first {{name}} of 'text' from 'at' on: its name, and where it begins and ends. False: none. Pure. */
bool mrrt_field_next(Slice text, size_t at, Slice *ret_name, size_t *ret_begin, size_t *ret_end);

#endif
