/*
 * A growing run of bytes, born with its ceiling.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/buf.h"

#include <stdio.h>

Buf buf_make(size_t max_bytes)
{
    return (Buf){ .max = max_bytes };
}

void buf_free(Buf *b)
{
    if (!b)
        return;
    free(b->at);
    *b = (Buf){ .max = b->max };
}

void buf_clear(Buf *b)
{
    b->len    = 0;
    b->failed = false;
}

/* Room for 'more' bytes and a terminator. */
static bool grow(Buf *b, size_t more)
{
    if (b->failed || more > b->max - b->len) {
        b->failed = true;
        return false;
    }
    size_t need = b->len + more + 1;
    if (need <= b->room)
        return true;
    size_t room = b->room ? b->room : 256;
    while (room < need)
        room = room > SIZE_MAX / 2 ? need : room * 2;
    if (room > b->max + 1)
        room = b->max + 1;
    char *at = realloc(b->at, room);
    if (!at) {
        b->failed = true;
        return false;
    }
    b->at   = at;
    b->room = room;
    return true;
}

bool buf_reserve(Buf *b, size_t bytes)
{
    return bytes <= b->len || grow(b, bytes - b->len);
}

bool buf_add(Buf *b, Slice bytes)
{
    if (!grow(b, bytes.len))
        return false;
    if (bytes.len)
        memcpy(b->at + b->len, bytes.at, bytes.len);
    b->len += bytes.len;
    return true;
}

bool buf_add_text(Buf *b, const char *text)
{
    return buf_add(b, slice_of(text));
}

bool buf_add_char(Buf *b, char c)
{
    return buf_add(b, (Slice){ &c, 1 });
}

bool buf_add_zeros(Buf *b, size_t count)
{
    if (!grow(b, count))
        return false;
    memset(b->at + b->len, 0, count);
    b->len += count;
    return true;
}

bool buf_addf(Buf *b, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int  len = vsnprintf(NULL, 0, format, args);
    bool ok  = len >= 0 && grow(b, (size_t)len);
    if (ok) {
        (void)vsnprintf(b->at + b->len, (size_t)len + 1, format, again);
        b->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
    return ok;
}

bool buf_add_u16le(Buf *b, uint16_t v)
{
    char raw[2] = { (char)v, (char)(v >> 8) };
    return buf_add(b, (Slice){ raw, sizeof raw });
}

bool buf_add_u32le(Buf *b, uint32_t v)
{
    char raw[4] = { (char)v, (char)(v >> 8), (char)(v >> 16), (char)(v >> 24) };
    return buf_add(b, (Slice){ raw, sizeof raw });
}

bool buf_add_u16be(Buf *b, uint16_t v)
{
    char raw[2] = { (char)(v >> 8), (char)v };
    return buf_add(b, (Slice){ raw, sizeof raw });
}

bool buf_add_u32be(Buf *b, uint32_t v)
{
    char raw[4] = { (char)(v >> 24), (char)(v >> 16), (char)(v >> 8), (char)v };
    return buf_add(b, (Slice){ raw, sizeof raw });
}

Slice buf_slice(const Buf *b)
{
    return b->len ? (Slice){ b->at, b->len } : SLICE_NONE;
}

const char *buf_text(Buf *b)
{
    if (!grow(b, 0))
        return NULL;
    b->at[b->len] = '\0';
    return b->at;
}

bool buf_ok(const Buf *b, Err *err)
{
    if (!b->failed)
        return true;
    return err_set(err, ERR_LIMIT, "The content is too large.", "more than %zu bytes", b->max);
}
