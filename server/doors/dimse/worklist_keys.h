/*
 * Modality worklist: the identifier of a query, matching, and the identifiers that answer it. DICOM PS3.4
 * annex K.
 *
 * Pure but for the data sets: the caller brings the items and sends the answers.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_DIMSE_WORKLIST_KEYS_H
#define DOORS_DIMSE_WORKLIST_KEYS_H

#include "clinic/workflow/worklist.h"
#include "formats/dicom/dataset.h"

enum { WORKLIST_KEYS_MAX = 64 };

typedef struct WorklistQuery {
    Arena *arena;                    /* holds the texts below */
    Slice  value[WORKLIST_KEYS_MAX]; /* what each key must match, UTF-8; empty: anything */
    bool   asked[WORKLIST_KEYS_MAX]; /* to be returned */
    bool   unsupported;              /* a key was asked that we do not know, or cannot match: FF01 */
    bool   latin1;                   /* the peer reads ISO_IR 100 */
} WorklistQuery;

WorklistQuery *worklist_query_read(Slice identifier, TransferSyntax syntax, Err *err);
void           worklist_query_free(WorklistQuery *q);
OWNED_BY(WorklistQuery, worklist_query_free)

/* What the clinic can sort out by itself before we look: exact values, and a generous window of time. */
WorklistFilter worklist_query_filter(const WorklistQuery *q);

bool worklist_matches(const WorklistQuery *q, const WorklistItem *item);

/* Adds the answer for one item: the keys that were asked. */
bool worklist_answer(const WorklistQuery *q, const WorklistItem *item, TransferSyntax syntax, Buf *ret,
                     Err *err);

#endif
