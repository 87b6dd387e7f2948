/*
 * A file made anew around pixels that stay where they are: a fresh header in memory, the pixel bytes
 * borrowed.
 *
 * So a file of gigabytes changes its header or its encoding without being copied. What comes after the pixels
 * (padding, signatures) is left out. PS3.10 §7.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_REWRITE_H
#define FORMATS_DICOM_REWRITE_H

#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"

enum { REWRITE_HEADER_MAX = 64 << 20, REWRITE_SWAPPED_MAX = 512 << 20 };

typedef struct Rewritten {
    Buf         head;   /* to free: preamble, file meta, data set up to the pixels' own bytes */
    Slice       pixels; /* borrowed from the data set; empty when there are none */
    const char *tail;   /* what closes the pixels ... */
    size_t      tail_len;
    char        syntax_uid[65];
} Rewritten;

void rewritten_clear(Rewritten *r);

/* Pixel Data, Float and Double Float Pixel Data: what rewrite_finish takes from the data set itself. */
bool rewrite_is_pixels(uint32_t tag);

/*
 * 'w' holds all that comes before the pixels; those of 'ds' (if any) follow. Compressed pixels keep their
 * transfer syntax 'from'; all others become Explicit VR Little Endian. 'ds' must outlive 'ret'.
 * Errors: ERR_INPUT the UIDs are missing; ERR_LIMIT a header too large.
 */
bool rewrite_finish(DicomWriter *w, const Dataset *ds, const Part10 *from, Rewritten *ret, Err *err);

/* The same around other, native pixels in little endian, which must outlive 'ret'. Errors: the same. */
bool rewrite_finish_with(DicomWriter *w, Slice pixels, unsigned bits_allocated, Rewritten *ret, Err *err);

/* The same file in an encoding that media readers know (PS3.11: Explicit VR Little Endian), nothing else
 * changed. */
bool rewrite_explicit(const Dataset *ds, const Part10 *from, Rewritten *ret, Err *err);

#endif
