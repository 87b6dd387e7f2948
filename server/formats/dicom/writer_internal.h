/*
 * The tree a DicomWriter grows: shared by the acts that build it and the one that writes it out.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_WRITER_INTERNAL_H
#define FORMATS_DICOM_WRITER_INTERNAL_H

#include "formats/dicom/writer.h"

typedef struct WriterElement WriterElement;
typedef struct WriterItem    WriterItem;

typedef struct WriterLevel {
    WriterElement *first, *last; /* in tag order */
} WriterLevel;

struct WriterItem {
    WriterLevel level;
    WriterItem *next;
};

struct WriterElement {
    uint32_t tag;
    Vr       vr;
    bool  is_fragments, makes_table; /* makes_table: the offset table is computed, else fragments[0] is it */
    Slice value;
    const Slice   *fragments;
    size_t         count;
    WriterItem    *first_item, *last_item;
    WriterElement *next;
    WriterElement *outer; /* while open: the sequence around this one, and the level it stands in */
    WriterLevel   *outer_level;
};

struct DicomWriter {
    Arena         *arena;
    WriterLevel    top, *here;
    WriterElement *open;          /* innermost sequence that was begun */
    bool           between_items; /* in 'open', outside any item */
    unsigned       depth;
    Charset        charset;
    bool           has_charset, needs_utf8;
    Err            failed;
};

/* The element of a level, or NULL. */
WriterElement *writer_find(const WriterLevel *level, uint32_t tag);

#endif
