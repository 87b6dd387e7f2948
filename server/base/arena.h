/*
 * Memory that lives as long as one piece of work (request, association, job), with a ceiling.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/own.h"
#include "base/slice.h"

typedef struct Arena Arena;

/* NULL only when memory is out. 'max_bytes' bounds the sum of what is handed out. */
Arena *arena_new(size_t max_bytes);
void   arena_free(Arena *a);
OWNED_BY(Arena, arena_free)

/* Zeroed, aligned for anything. NULL at the ceiling or when memory is out. */
void *arena_alloc(Arena *a, size_t size);

/* A terminated copy; NULL at the ceiling. */
char *arena_text(Arena *a, Slice s);
char *arena_textf(Arena *a, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* A copy of the slice; empty (and *ret_ok false, when given) at the ceiling. */
Slice arena_slice(Arena *a, Slice s);

#endif
