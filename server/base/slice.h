/*
 * Borrowed text or bytes: a place and a length, no terminator.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BASE_SLICE_H
#define BASE_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct Slice {
    const char *at;
    size_t      len;
} Slice;

#define SLICE(literal) ((Slice){ "" literal, sizeof(literal) - 1 })
#define SLICE_NONE     ((Slice){ "", 0 })
#define SLICE_FMT      "%.*s"
#define SLICE_ARG(s)   (int)((s).len < 64 ? (s).len : 64), (s).at /* a log line shows at most 64 bytes */

/* The text of a C string; NULL gives the empty slice. */
static inline Slice slice_of(const char *text)
{
    return text ? (Slice){ text, strlen(text) } : SLICE_NONE;
}

static inline Slice slice_bytes(const void *at, size_t len)
{
    return (Slice){ (const char *)at, len };
}

bool slice_equal(Slice a, Slice b);
bool slice_equal_text(Slice a, const char *text);
bool slice_equal_fold(Slice a, Slice b); /* ASCII letters without regard to case */
bool slice_starts(Slice s, Slice prefix);
bool slice_ends(Slice s, Slice suffix);

/* From 'from' to the end or 'len' bytes, whichever is less; empty when 'from' is past the end. */
Slice slice_part(Slice s, size_t from, size_t len);

/* Cuts off and returns what stands before 'mark' (all of it when absent); 'rest' moves past the mark. */
Slice slice_cut(Slice *rest, char mark);

/* Without ASCII white space (and NUL) at both ends; only at the end. */
Slice slice_trim(Slice s);
Slice slice_trim_end(Slice s);

/* UTF-8 that was cut to fit: without the beginning of a character at its end. */
Slice slice_whole_letters(Slice utf8);

/* First place of 'needle', or SIZE_MAX. An empty needle is at 0. */
size_t slice_find(Slice s, Slice needle);

/* Decimal digits only, at most INT64_MAX; an optional '-' in front. False when anything else is there. */
bool slice_int(Slice s, int64_t *ret);

/* Copies with a terminator, cut to fit; 'size' > 0. Returns false when it had to cut. */
bool slice_copy(Slice s, char *to, size_t size);

/* A terminated copy that the caller frees; NULL only when memory is out. */
char *slice_dup(Slice s);

#endif
