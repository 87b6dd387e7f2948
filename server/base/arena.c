/*
 * Memory that lives as long as one piece of work: blocks handed out from the front, freed whole.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "base/arena.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>

enum { BLOCK_BYTES = 16 * 1024 };

typedef struct Block {
    struct Block *next;
    size_t        room, used;
    alignas(max_align_t) char bytes[];
} Block;

struct Arena {
    Block *blocks;
    size_t max, handed_out;
};

Arena *arena_new(size_t max_bytes)
{
    Arena *a = calloc(1, sizeof *a);
    if (a)
        a->max = max_bytes;
    return a;
}

void arena_free(Arena *a)
{
    if (!a)
        return;
    for (Block *b = a->blocks, *next; b; b = next) {
        next = b->next;
        free(b);
    }
    free(a);
}

void *arena_alloc(Arena *a, size_t size)
{
    size_t align = alignof(max_align_t);
    if (size > a->max || a->handed_out > a->max - size)
        return NULL;
    size_t padded = (size + align - 1) / align * align;
    if (padded == 0)
        padded = align;
    Block *b = a->blocks;
    if (!b || b->room - b->used < padded) {
        size_t room = padded > BLOCK_BYTES ? padded : BLOCK_BYTES;
        b           = malloc(sizeof *b + room);
        if (!b)
            return NULL;
        *b        = (Block){ .next = a->blocks, .room = room };
        a->blocks = b;
    }
    void *place = b->bytes + b->used;
    b->used += padded;
    a->handed_out += size;
    memset(place, 0, padded);
    return place;
}

char *arena_text(Arena *a, Slice s)
{
    char *copy = arena_alloc(a, s.len + 1);
    if (copy && s.len)
        memcpy(copy, s.at, s.len);
    return copy;
}

char *arena_textf(Arena *a, const char *format, ...)
{
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    int   len  = vsnprintf(NULL, 0, format, args);
    char *copy = len < 0 ? NULL : arena_alloc(a, (size_t)len + 1);
    if (copy)
        (void)vsnprintf(copy, (size_t)len + 1, format, again);
    va_end(again);
    va_end(args);
    return copy;
}

Slice arena_slice(Arena *a, Slice s)
{
    char *copy = arena_text(a, s);
    return copy ? (Slice){ copy, s.len } : SLICE_NONE;
}
