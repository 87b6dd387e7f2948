/*
 * Inflating a deflated data set, never past a ceiling; and deflating one. DICOM PS3.5 §A.5; RFC 1951.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_INFLATE_H
#define FORMATS_DICOM_INFLATE_H

#include "base/buf.h"
#include "base/err.h"

/*
 * '*ret_memory' is malloc'ed and belongs to the caller (free it); '*ret' is what of it was filled. With
 * 'partial' an end that is missing is no error. Errors: ERR_LIMIT past 'max'; ERR_INPUT damaged or cut short.
 */
bool inflate_bytes(Slice deflated, size_t max, bool partial, char **ret_memory, Slice *ret, Err *err);

/* Adds the deflated bytes, made even in number. Errors: ERR_LIMIT the buffer's ceiling, or no memory. */
bool deflate_bytes(Slice bytes, Buf *ret, Err *err);

#endif
