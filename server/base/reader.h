/*
 * Reading bytes from outside: bounded, and it remembers its first failure (read the shape, ask once).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BASE_READER_H
#define BASE_READER_H

#include "base/slice.h"

typedef struct Reader {
    Slice  bytes;
    size_t pos;
    bool   failed;
} Reader;

static inline Reader reader_make(Slice bytes)
{
    return (Reader){ .bytes = bytes };
}

static inline bool reader_ok(const Reader *r)
{
    return !r->failed;
}

static inline size_t reader_left(const Reader *r)
{
    return r->failed ? 0 : r->bytes.len - r->pos;
}

/* Next 'len' bytes, borrowed; on too few: failed, empty. */
static inline Slice read_slice(Reader *r, size_t len)
{
    if (r->failed || len > r->bytes.len - r->pos) {
        r->failed = true;
        return SLICE_NONE;
    }
    Slice s = { r->bytes.at + r->pos, len };
    r->pos += len;
    return s;
}

static inline uint8_t read_u8(Reader *r)
{
    Slice s = read_slice(r, 1);
    return s.len ? (uint8_t)s.at[0] : 0;
}

static inline uint16_t read_u16le(Reader *r)
{
    Slice s = read_slice(r, 2);
    unsigned v = s.len ? (unsigned)(uint8_t)s.at[0] | (unsigned)(uint8_t)s.at[1] << 8 : 0;
    return (uint16_t)v;
}

static inline uint16_t read_u16be(Reader *r)
{
    Slice s = read_slice(r, 2);
    unsigned v = s.len ? (unsigned)(uint8_t)s.at[0] << 8 | (unsigned)(uint8_t)s.at[1] : 0;
    return (uint16_t)v;
}

static inline uint32_t read_u32le(Reader *r)
{
    uint32_t low = read_u16le(r);
    return low | (uint32_t)read_u16le(r) << 16;
}

static inline uint32_t read_u32be(Reader *r)
{
    uint32_t high = read_u16be(r);
    return high << 16 | read_u16be(r);
}

static inline uint64_t read_u64be(Reader *r)
{
    uint64_t high = read_u32be(r);
    return high << 32 | read_u32be(r);
}

#endif
