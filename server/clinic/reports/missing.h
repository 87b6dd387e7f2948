/*
 * What is missing before something may be done: named one by one, with the requirement that asks for it.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_MISSING_H
#define CLINIC_REPORTS_MISSING_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "base/slice.h"

typedef struct Missing {
    const char *code;  /* "consent-act": stable, for programs */
    const char *text;  /* English key of the catalogue */
    const char *why;   /* "E3", "R.1333-53" */
    int64_t     count; /* how many, where a number says more (images that did not arrive); 0: none */
    char        detail[48]; /* which one, where a name says more (the act that has the room, the professional whose turn it is); never a patient's. "": none */
} Missing;

enum { MISSING_MAX = 64 };

typedef struct MissingList {
    Missing items[MISSING_MAX];
    size_t  count;
} MissingList;

/* All three are literals; more than MISSING_MAX are not kept. */
static inline void missing_add(MissingList *list, const char *code, const char *text, const char *why)
{
    if (list && list->count < MISSING_MAX)
        list->items[list->count++] = (Missing) { code, text, why, 0, "" };
}

/* 'detail' is copied, cut after a whole letter where it is too long. */
static inline void missing_add_named(MissingList *list, const char *code, const char *text, const char *why, const char *detail)
{
    size_t at = list ? list->count : MISSING_MAX;
    missing_add(list, code, text, why);
    if (at >= MISSING_MAX)
        return;
    char *kept = list->items[at].detail;
    (void)snprintf(kept, sizeof list->items[at].detail, "%s", detail);
    kept[slice_whole_letters(slice_of(kept)).len] = '\0';
}

static inline void missing_append(MissingList *list, const MissingList *more)
{
    for (size_t i = 0; i < more->count && list->count < MISSING_MAX; i++)
        list->items[list->count++] = more->items[i];
}

#endif
