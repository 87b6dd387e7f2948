/*
 * A DICOM data set: elements in tag order, values still in the sender's bytes. DICOM PS3.5 §7.
 *
 *     OWNED(Dataset) *ds = dataset_parse(bytes, EXPLICIT_LITTLE, err);
 *     Slice name = dataset_text(ds, TAG_PATIENT_NAME, arena);
 *
 * Once parsed it never changes: several threads may read one.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_DATASET_H
#define FORMATS_DICOM_DATASET_H

#include "base/arena.h"
#include "base/buf.h"
#include "formats/dicom/charset.h"
#include "formats/dicom/tags.h"

typedef struct Dataset Dataset;

enum {
    DATASET_DEPTH_MAX    = 128,     /* nested sequences; deeper is refused, so that recursion is bounded */
    DATASET_ELEMENTS_MAX = 2000000, /* elements, items and fragments of one data set together */
    DATASET_INFLATED_MAX = 1 << 29, /* bytes; what a deflated data set may become, unless told otherwise */
};

typedef struct Element {
    uint32_t tag;
    Vr       vr;           /* as sent, or from the dictionary; VR_SQ also for a UN that holds a sequence */
    bool     undefined;    /* came with undefined length */
    bool     is_fragments; /* encapsulated pixel data: see element_fragment */
    uint32_t count;        /* items of a sequence, or fragments (the offset table not counted) */
    Slice    value;        /* as it came: borrowed bytes, padding included; of sequences: the items' bytes */
    union {
        Dataset *const *items;
        const Slice    *fragments; /* [0] is the basic offset table, possibly empty; then 'count' fragments */
    };
} Element;

/*
 * Read one data set. 'bytes' is borrowed and must outlive the result: values point into it (a deflated data
 * set is inflated into memory of the result, and values point there).
 * Errors: ERR_INPUT not a data set; ERR_LIMIT nested too deep, too many elements, inflates too far.
 */
Dataset *dataset_parse(Slice bytes, TransferSyntax syntax, Err *err);

typedef struct DatasetOptions {
    uint32_t stop_at_tag; /* 0: read all; else stop before the first element of the top level with this tag or
                             higher */
    bool   partial;      /* 'bytes' is only the beginning: what is cut off at the end is left out, no error */
    size_t inflated_max; /* 0: DATASET_INFLATED_MAX */
    size_t elements_max; /* 0: DATASET_ELEMENTS_MAX */
} DatasetOptions;

Dataset *dataset_parse_with(Slice bytes, TransferSyntax syntax, const DatasetOptions *options, Err *err);
void     dataset_free(Dataset *ds); /* the root one only; items belong to it */
OWNED_BY(Dataset, dataset_free)

/* Bytes of this data set as parsed: the input, or what was inflated from it; of an item: its content. */
Slice dataset_bytes(const Dataset *ds);

/* Where reading stopped: at stop_at_tag, at the cut (partial), or at the end. An offset in
 * dataset_bytes(root). */
size_t dataset_stopped_at(const Dataset *ds);

/* True when all was read: neither stopped nor cut off. */
bool dataset_complete(const Dataset *ds);

/* Numbers in values are big endian (retired syntax): element_int and the like know; raw values do not. */
bool           dataset_is_big_endian(const Dataset *ds);
TransferSyntax dataset_syntax(const Dataset *ds);

/* ---- walking ---- */
size_t         dataset_count(const Dataset *ds);
const Element *dataset_at(const Dataset *ds, size_t index);   /* in tag order; index < dataset_count */
const Element *dataset_find(const Dataset *ds, uint32_t tag); /* NULL when absent; the first of doubles */
const Dataset *dataset_parent(const Dataset *item);           /* NULL for the root */

/* Item of a sequence; NULL when it is not there (or the element is NULL or no sequence). */
const Dataset *element_item(const Element *e, size_t index);
const Dataset *dataset_item(const Dataset *ds, uint32_t sequence, size_t index);
size_t         dataset_items(const Dataset *ds, uint32_t sequence);

/*
 * By path: sequence tags, each taken at its first item, then a tag; ended by 0.
 *     dataset_find_path(ds, (uint32_t[]){ TAG_REFERENCED_STUDY_SEQUENCE, TAG_REFERENCED_SOP_INSTANCE_UID, 0
 * })
 */
const Element *dataset_find_path(const Dataset *ds, const uint32_t *path);

/* A private element by its creator: (gggg,xxee) where (gggg,00xx) says 'creator'. 'element' is ee. */
const Element *dataset_find_private(const Dataset *ds, uint16_t group, Slice creator, uint8_t element);

/* The offset table and the fragments of encapsulated pixel data; empty when there are none. */
Slice element_offset_table(const Element *e);
Slice element_fragment(const Element *e, size_t index);

/* ---- values; 'nth' counts from 0; absent values are empty or false ---- */
bool  dataset_has(const Dataset *ds, uint32_t tag); /* there, and with a value that is not blank */
Slice dataset_raw(const Dataset *ds, uint32_t tag); /* the bytes as they came */

/* How many values: backslash-parted texts, numbers side by side, items of a sequence; 0 when empty. */
size_t element_values(const Dataset *ds, const Element *e);

/*
 * Text as UTF-8, padding trimmed: dataset_text the whole value (backslashes kept), _nth one value of several.
 * Borrowed from the data set where its bytes are UTF-8 already, else converted into 'a'
 * (empty at the arena's ceiling). Bytes that mean nothing in the data set's character set become U+FFFD.
 */
Slice dataset_text(const Dataset *ds, uint32_t tag, Arena *a);
Slice dataset_text_nth(const Dataset *ds, uint32_t tag, size_t nth, Arena *a);
Slice element_text(const Dataset *ds, const Element *e, Arena *a);
Slice element_text_nth(const Dataset *ds, const Element *e, size_t nth, Arena *a);

/* Of text in the default repertoire (UI, CS, DA, AE...): first value, trimmed, always borrowed, never
 * converted. */
Slice dataset_code(const Dataset *ds, uint32_t tag);
Slice element_code_nth(const Element *e, size_t nth);

/* A UID, cleaned of padding; false when absent or not of the grammar (1 to 64 of digits and dots). */
bool dataset_uid(const Dataset *ds, uint32_t tag, Slice *ret);

/* Numbers, from binary VRs and from IS, DS text alike; a fraction is refused by _int. False when absent or no
 * number. */
bool dataset_int(const Dataset *ds, uint32_t tag, size_t nth, int64_t *ret);
bool dataset_double(const Dataset *ds, uint32_t tag, size_t nth, double *ret); /* finite only */
bool element_int(const Dataset *ds, const Element *e, size_t nth, int64_t *ret);
bool element_double(const Dataset *ds, const Element *e, size_t nth, double *ret);
bool element_tag(const Dataset *ds, const Element *e, size_t nth, uint32_t *ret); /* VR AT */

/*
 * Pixel spacing in millimetres: [0] between rows (vertical), [1] between columns (PS3.3 §10.7.1.3).
 * False when absent or not positive. Never guess it: a length in pixels is not a measurement.
 */
bool dataset_pixel_spacing_mm(const Dataset *ds, double ret_mm[2], Err *err);

/* Character set that holds here: (0008,0005) of this data set or the nearest one around it. */
Charset dataset_charset(const Dataset *ds);

#endif
