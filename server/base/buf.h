/*
 * A growing run of bytes, born with its ceiling.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>

#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"

typedef struct Buf {
    char  *at;
    size_t len, room, max;
    bool   failed; /* sticky: it would have passed its ceiling, or memory was out; nothing more is added */
} Buf;

/* Empty; never holds more than 'max_bytes'. Takes no memory until something is added. */
Buf  buf_make(size_t max_bytes);
void buf_free(Buf *b);  /* the memory; takes NULL; the struct itself belongs to the caller */
void buf_clear(Buf *b); /* empty again, memory and ceiling kept, failure forgotten */
#define OWNED_BUF __attribute__((cleanup(buf_free))) Buf /* OWNED_BUF b = buf_make(1 << 20); */

/* All return false (and set 'failed') at the ceiling. */
bool buf_reserve(Buf *b, size_t bytes); /* until it holds that many it does not move */
bool buf_add(Buf *b, Slice bytes);
bool buf_add_text(Buf *b, const char *text);
bool buf_add_char(Buf *b, char c);
bool buf_add_zeros(Buf *b, size_t count);
bool buf_addf(Buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
bool buf_add_u16le(Buf *b, uint16_t v);
bool buf_add_u32le(Buf *b, uint32_t v);
bool buf_add_u16be(Buf *b, uint16_t v);
bool buf_add_u32be(Buf *b, uint32_t v);

/* What was added so far; borrowed until the next change. */
Slice buf_slice(const Buf *b);

/* A terminated view (the terminator is not counted); "" when empty; borrowed. NULL when failed. */
const char *buf_text(Buf *b);

/* False and ERR_LIMIT when something did not fit. */
bool buf_ok(const Buf *b, Err *err);

#endif
