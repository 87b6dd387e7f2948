/*
 * Parts of concatenations that did not come. Pure. E22. Source: DICOM PS3.3 C.7.6.16.1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdlib.h>
#include <string.h>

#include "clinic/archive/gaps.h"

static int by_uid_and_number(const void *a, const void *b)
{
    const GapPart *x = a, *y = b;
    int            uid = strcmp(x->uid, y->uid);
    return uid ? uid : (x->number > y->number) - (x->number < y->number);
}

static int64_t hole(int64_t from, int64_t to, Gaps *g)
{
    if (from > to)
        return 0;
    if (g->count < GAPS_MAX)
        g->items[g->count++] = (Gap) { GAP_PART, to - from + 1, (double)from, (double)to };
    return to - from + 1;
}

/* Parts of one concatenation, by number; the same one twice is there once. */
static int64_t one_concatenation(const GapPart *parts, size_t count, Gaps *g)
{
    int64_t total = 0, next = 1, missing = 0;
    for (size_t i = 0; i < count; i++)
        total = parts[i].total > total ? parts[i].total : total;
    for (size_t i = 0; i < count; i++) {
        missing += hole(next, parts[i].number - 1, g);
        next = parts[i].number + 1;
    }
    return missing + hole(next, total, g);
}

void gaps_of_parts(GapPart *parts, size_t count, Gaps *found)
{
    int64_t missing = 0;
    if (count)
        qsort(parts, count, sizeof *parts, by_uid_and_number);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && strcmp(parts[to].uid, parts[from].uid) == 0; to++)
            ;
        missing += one_concatenation(parts + from, to - from, found);
    }
    found->missing = missing > found->missing ? missing : found->missing;
}
