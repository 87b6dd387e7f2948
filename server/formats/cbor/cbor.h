/*
 * CBOR (RFC 8949) as authenticators send it: bounded reading, definite lengths only.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_CBOR_CBOR_H
#define FORMATS_CBOR_CBOR_H

#include "base/err.h"
#include "base/reader.h"

typedef enum CborKind {
    CBOR_UNSIGNED,
    CBOR_NEGATIVE, /* the value is -1 - number */
    CBOR_BYTES,
    CBOR_TEXT,
    CBOR_ARRAY, /* 'number' items follow */
    CBOR_MAP,   /* 'number' pairs follow */
    CBOR_TAG,   /* one item follows */
    CBOR_SIMPLE /* false 20, true 21, null 22; floating numbers are refused */
} CborKind;

typedef struct CborItem {
    CborKind kind;
    uint64_t number;
    Slice    bytes; /* CBOR_BYTES, CBOR_TEXT: borrowed */
} CborItem;

enum { CBOR_DEPTH_MAX = 8 };

/*
 * The next head (and the bytes of a string). Counts of arrays and maps never exceed what is left to read.
 * Errors: ERR_INPUT cut short, indefinite length, reserved, not the shortest form of a number.
 */
bool cbor_read(Reader *in, CborItem *ret, Err *err);

/* Passes over one whole item. ERR_LIMIT deeper than CBOR_DEPTH_MAX. */
bool cbor_skip(Reader *in, Err *err);

/* The value of a whole number; false when it is another kind or does not fit. */
bool cbor_int(const CborItem *item, int64_t *ret);

#endif
