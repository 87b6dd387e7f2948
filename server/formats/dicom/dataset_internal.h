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

/* ---- oddities.c ---- */

/* Nothing but zeros: padding. And the same behind the end of an item that never began, as all
 * readers we know pass over; the end of a sequence they refuse. */
bool odd_zeros(Slice s);
bool odd_tail(Slice rest, bool big);
/* Two characters where a VR should be that are none, but filler ("??", blanks, zeros) or small letters: an
 * element of unknown kind with a length of 16 bits, as DCMTK and GDCM read it. */
bool odd_vr(char a, char b);
/*
 * Are the items of a UN of undefined length written with explicit VR, against CP-246? When the first element
 * shows a VR, and the length that implicit VR would read there passes the end of 'items'.
 */
bool odd_unknown_is_explicit(Slice items);

#endif
