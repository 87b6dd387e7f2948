/*
 * How a parsed data set is held: shared by the parser and the accessors, nobody else's business.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_DATASET_INTERNAL_H
#define FORMATS_DICOM_DATASET_INTERNAL_H

#include "formats/dicom/dataset.h"

typedef struct DatasetRoot DatasetRoot;

struct Dataset {
    const Dataset     *parent;
    const DatasetRoot *root;
    Element           *elements; /* in tag order */
    uint32_t           count;
    bool               big_endian;
    Slice              bytes;
};

struct DatasetRoot {
    Dataset        top; /* first: the root data set is its root */
    Arena         *arena;
    char          *inflated;
    TransferSyntax syntax;
    size_t         stopped_at;
    bool           complete;
};

#endif
