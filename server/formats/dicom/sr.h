/*
 * The content tree of a structured report: a concept, a value, children. DICOM PS3.3 §C.17.3.
 *
 *     OWNED(SrTree) *tree = sr_parse(ds, err);
 *     const SrNode *total = sr_find(sr_root(tree), "113813", "DCM");   // CT dose length product total
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_SR_H
#define FORMATS_DICOM_SR_H

#include "formats/dicom/dataset.h"

enum { SR_NODES_MAX = 100000 };

typedef enum SrType {
    SR_OTHER,
    SR_CONTAINER,
    SR_TEXT,
    SR_CODE,
    SR_NUM,
    SR_UIDREF,
    SR_PNAME,
    SR_DATE,
    SR_TIME,
    SR_DATETIME,
    SR_IMAGE,
    SR_COMPOSITE,
    SR_WAVEFORM,
    SR_SCOORD,
    SR_SCOORD3D,
    SR_TCOORD,
} SrType;

typedef struct SrCode {
    Slice value, scheme, meaning;
} SrCode; /* UTF-8 */

typedef struct SrNode SrNode;
struct SrNode {
    SrType type;
    Slice  relationship; /* "CONTAINS", "HAS OBS CONTEXT"...; empty for the root */
    SrCode concept;      /* what it is about; empty when not said */
    Slice          text; /* TEXT, UIDREF, PNAME, DATE, TIME, DATETIME; NUM: as written */
    SrCode         code; /* CODE: the value. NUM: the unit (UCUM "mGy.cm") */
    bool           has_number;
    double         number;                  /* NUM */
    Slice          sop_class, sop_instance; /* IMAGE, COMPOSITE, WAVEFORM */
    const Dataset *item;                    /* where it was read */
    const SrNode  *parent, *first, *next;   /* first child, next brother; NULL at the end */
    size_t         children;
};

typedef struct SrTree SrTree;

/* Read the tree; 'ds' must outlive it. Errors: ERR_INPUT no content tree; ERR_LIMIT too many nodes. */
SrTree *sr_parse(const Dataset *ds, Err *err);
void    sr_free(SrTree *tree);
OWNED_BY(SrTree, sr_free)
const SrNode *sr_root(const SrTree *tree);

/* Next in reading order (children before brothers) below 'top'; NULL after the last. Start with node = top.
 */
const SrNode *sr_walk(const SrNode *top, const SrNode *node);

/* First child, or first below, whose concept is this code; NULL when none. "SRT"/"SCT"/"99SDM" are three
 * schemes. */
const SrNode *sr_child(const SrNode *node, const char *code, const char *scheme);
const SrNode *sr_find(const SrNode *top, const char *code, const char *scheme);

/* Is the concept (or the coded value) this code? "SRT" also finds its older names 99SDM and SNM3. */
bool sr_code_is(const SrCode *code, const char *value, const char *scheme);

#endif
