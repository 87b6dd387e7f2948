/*
 * Reading multipart/related as it comes: a window of 64 kB, one part open at a time. RFC 2046 §5.1.
 *
 * The boundary is found wherever the blocks are cut. Pure but for its window.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DOORS_WEB_MULTIPART_H
#define DOORS_WEB_MULTIPART_H

#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"

enum {
    MULTIPART_WINDOW       = 64 << 10,
    MULTIPART_HEADER_MAX   = 16 << 10, /* bytes of one part's header */
    MULTIPART_BOUNDARY_MAX = 70,       /* RFC 2046 §5.1.1 */
    MULTIPART_PARTS_MAX    = 100000,
};

/* Each returns false with *err to stop. Slices are borrowed until the call returns. */
typedef struct MultipartSink {
    bool (*begin)(void *with, Slice header, Err *err); /* header lines with CRLF, without the blank one */
    bool (*data)(void *with, Slice bytes, Err *err);
    bool (*end)(void *with, Err *err);
    void *with;
} MultipartSink;

typedef struct Multipart Multipart;

/* 'content_type' of the request. ERR_INPUT: not multipart/related, or no boundary as RFC 2046 wants it. */
Multipart *multipart_new(Slice content_type, const MultipartSink *sink, Err *err);
void       multipart_free(Multipart *m);
OWNED_BY(Multipart, multipart_free)

/* ERR_INPUT malformed; ERR_LIMIT a header too long or too many parts; or what the sink says. */
bool multipart_feed(Multipart *m, Slice bytes, Err *err);
/* Nothing more comes. ERR_INPUT when the closing boundary was not seen. */
bool multipart_finish(Multipart *m, Err *err);

/* Value of a header line of a part, trimmed; empty when absent. */
Slice multipart_header(Slice header, const char *name);

#endif
