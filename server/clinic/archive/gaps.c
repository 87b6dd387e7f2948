/*
 * Gaps of a series by numbers, by positions along the normal, and by the series' own counter. Pure. E22.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/gaps.h"

#include <math.h>
#include <stdlib.h>

static const double SAME_MM = 0.01; /* nearer than that is the same place */

const char *gap_kind_name(GapKind k)
{
    static const char *const NAMES[] = { "number", "position", "counter", "part" };
    return NAMES[k];
}

static void gap_add(Gaps *g, GapKind kind, int64_t count, double from, double to)
{
    if (g->count < GAPS_MAX)
        g->items[g->count++] = (Gap) { kind, count, from, to };
}

/* ---- numbers ---- */

static int by_number(const void *a, const void *b)
{
    const GapImage *x = a, *y = b;
    if (x->has_number != y->has_number)
        return x->has_number ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

/* The usual distance between neighbours; 0: there is none (fewer than half of them agree). */
static int64_t usual_step(const GapImage *images, size_t count)
{
    int64_t best  = 0;
    size_t  votes = 0, steps = 0;
    for (size_t i = 1; i < count; i++)
        steps += images[i].number != images[i - 1].number;
    for (int64_t step = 1; step <= 4; step++) {
        size_t same = 0;
        for (size_t i = 1; i < count; i++)
            same += images[i].number - images[i - 1].number == step;
        if (same > votes) {
            votes = same;
            best  = step;
        }
    }
    return votes * 2 >= steps ? best : 0;
}

/* Places along one normal: how many, and how many images each has. Zeros: not that regular. */
typedef struct Stack {
    size_t levels, each;
} Stack;

/*
 * Several images at every place, none missing: a jump of many numbers that is no whole pass through the
 * places is where another phase or energy begins to be numbered (1…600, 1001…1600), for of a pass half lost
 * some places would have fewer images.
 */
static bool begins_a_phase(const Stack *stack, int64_t between)
{
    return stack->each > 1 && (uint64_t)between * 4 >= stack->levels && (uint64_t)between % stack->levels;
}

/* Are all numbers of the hole in other series? */
static bool stands_elsewhere(const GapNumbers *elsewhere, int64_t from, int64_t to, int64_t between)
{
    int64_t there = 0, last = from - 1;
    for (size_t i = 0; elsewhere && i < elsewhere->count && elsewhere->at[i] <= to; i++) {
        there += elsewhere->at[i] >= from && elsewhere->at[i] > last;
        last = elsewhere->at[i] > last ? elsewhere->at[i] : last;
    }
    return there >= between;
}

/* Numbers that jump by more than the series holds begin another range (phases 1001…, 2001…): no gap. */
static int64_t number_gaps(GapImage *images, size_t count, const Stack *stack, const GapNumbers *elsewhere,
                           Gaps *g)
{
    size_t  n       = 0;
    int64_t missing = 0;
    qsort(images, count, sizeof *images, by_number);
    while (n < count && images[n].has_number)
        n++;
    int64_t step = n >= 2 ? usual_step(images, n) : 0;
    if (!step)
        return 0;
    int64_t first = images[0].number;
    if (step == 1 && first > 1 && (size_t)(first - 1) <= n / 2 &&
        !stands_elsewhere(elsewhere, 1, first - 1, first - 1)) { /* its beginning did not come */
        missing += first - 1;
        gap_add(g, GAP_NUMBER, first - 1, 1, (double)first - 1);
    }
    for (size_t i = 1; i < n; i++) {
        int64_t between = (images[i].number - images[i - 1].number) / step - 1;
        int64_t from = images[i - 1].number + step, to = images[i].number - step;
        if (between <= 0 || (uint64_t)between > n || begins_a_phase(stack, between) ||
            stands_elsewhere(elsewhere, from, to, between))
            continue;
        missing += between;
        gap_add(g, GAP_NUMBER, between, (double)from, (double)to);
    }
    return missing;
}

/* ---- positions ---- */

static bool normal_of(const GapImage *i, double ret[3])
{
    ret[0]     = i->rows[1] * i->columns[2] - i->rows[2] * i->columns[1];
    ret[1]     = i->rows[2] * i->columns[0] - i->rows[0] * i->columns[2];
    ret[2]     = i->rows[0] * i->columns[1] - i->rows[1] * i->columns[0];
    double len = sqrt(ret[0] * ret[0] + ret[1] * ret[1] + ret[2] * ret[2]);
    if (!(len > 0.9 && len < 1.1))
        return false;
    for (int k = 0; k < 3; k++)
        ret[k] /= len;
    return true;
}

/* Gives every placed image its plane and its place along the normal; the number of planes, 0: too many. */
static int planes_sort(GapImage *images, size_t count)
{
    double normals[GAP_PLANES_MAX][3];
    int    planes = 0;
    for (size_t i = 0; i < count; i++) {
        double n[3];
        images[i].plane = -1;
        if (!images[i].has_place || !normal_of(&images[i], n))
            continue;
        int p = 0;
        while (p < planes && !(normals[p][0] * n[0] + normals[p][1] * n[1] + normals[p][2] * n[2] >
                               0.9999)) /* 0.8 degrees */
            p++;
        if (p == planes) {
            if (planes == GAP_PLANES_MAX)
                return 0;
            for (int k = 0; k < 3; k++)
                normals[p][k] = n[k];
            planes++;
        }
        images[i].plane = p;
        images[i].along = normals[p][0] * images[i].position[0] + normals[p][1] * images[i].position[1] +
                          normals[p][2] * images[i].position[2];
    }
    return planes;
}

static int by_place(const void *a, const void *b)
{
    const GapImage *x = a, *y = b;
    if (x->plane != y->plane)
        return x->plane - y->plane;
    return (x->along > y->along) - (x->along < y->along);
}

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

typedef struct Level {
    double  along;
    int64_t images;
} Level;

/* Several images at most places (phases, echoes, times): a place with fewer has lost some. */
static int64_t thin_levels(const Level *levels, size_t n, Gaps *g)
{
    int64_t most = 0, missing = 0;
    size_t  full = 0;
    for (size_t i = 0; i < n; i++)
        most = levels[i].images > most ? levels[i].images : most;
    for (size_t i = 0; i < n; i++)
        full += levels[i].images == most;
    if (most < 2 || full * 10 < n * 8)
        return 0;
    for (size_t i = 0; i < n; i++) {
        if (levels[i].images == most)
            continue;
        missing += most - levels[i].images;
        gap_add(g, GAP_POSITION, most - levels[i].images, levels[i].along, levels[i].along);
    }
    return missing;
}

/* Where the usual spacing holds for most neighbours, a distance of several spacings is a hole. */
static int64_t holes(const Level *levels, size_t n, double *spacings, Gaps *g)
{
    enum { ENOUGH = 4 };
    int64_t missing = 0, most = 1;
    size_t  regular = 0;
    if (n < ENOUGH)
        return 0;
    for (size_t i = 1; i < n; i++)
        spacings[i - 1] = levels[i].along - levels[i - 1].along;
    qsort(spacings, n - 1, sizeof *spacings, by_size);
    double usual = spacings[(n - 1) / 2];
    for (size_t i = 0; i + 1 < n; i++)
        regular += fabs(spacings[i] - usual) <= usual * 0.1;
    if (regular * 3 < (n - 1) * 2)
        return 0;
    for (size_t i = 0; i < n; i++)
        most = levels[i].images > most ? levels[i].images : most;
    for (size_t i = 1; i < n; i++) {
        double  times   = (levels[i].along - levels[i - 1].along) / usual;
        int64_t between = times < (double)n ? llround(times) - 1 : 0; /* further: another block of the body */
        if (between <= 0 || fabs(times - round(times)) > 0.2)
            continue;
        missing += between * most;
        gap_add(g, GAP_POSITION, between * most, levels[i - 1].along, levels[i].along);
    }
    return missing;
}

/* As many images at each of the places: a stack that is whole. */
static Stack stack_of(const Level *levels, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (levels[i].images != levels[0].images)
            return (Stack) { 0 };
    return n ? (Stack) { n, (size_t)levels[0].images } : (Stack) { 0 };
}

static int64_t plane_gaps(const GapImage *images, size_t count, Stack *ret, Gaps *g)
{
    Level  *levels   = calloc(count, sizeof *levels);
    double *spacings = calloc(count, sizeof *spacings);
    int64_t missing  = 0;
    size_t  n        = 0;
    if (levels && spacings) {
        for (size_t i = 0; i < count; i++) {
            if (!n || images[i].along - levels[n - 1].along > SAME_MM)
                levels[n++] = (Level) { images[i].along, 0 };
            levels[n - 1].images++;
        }
        missing = thin_levels(levels, n, g) + holes(levels, n, spacings, g);
        *ret    = missing ? (Stack) { 0 } : stack_of(levels, n);
    }
    free(levels);
    free(spacings);
    return missing;
}

/* 'ret': of a series that is one stack and nothing else. */
static int64_t position_gaps(GapImage *images, size_t count, Stack *ret, Gaps *g)
{
    int64_t missing = 0;
    Stack   one     = { 0 };
    if (!planes_sort(images, count))
        return 0;
    qsort(images, count, sizeof *images, by_place);
    for (size_t from = 0, to; from < count; from = to) {
        for (to = from + 1; to < count && images[to].plane == images[from].plane; to++)
            ;
        if (images[from].plane >= 0)
            missing += plane_gaps(images + from, to - from, &one, g);
    }
    if (one.levels * one.each == count)
        *ret = one;
    return missing;
}

/* ---- the series' own word ---- */

static int64_t counter_gap(const GapImage *images, size_t count, Gaps *g)
{
    int64_t said = 0;
    for (size_t i = 0; i < count; i++)
        said = images[i].counted > said ? images[i].counted : said;
    if (said <= (int64_t)count)
        return 0;
    gap_add(g, GAP_COUNTER, said - (int64_t)count, 0, 0);
    return said - (int64_t)count;
}

void gaps_find(GapImage *images, size_t count, const GapNumbers *elsewhere, Gaps *ret)
{
    Gaps  places = { 0 };
    Stack stack  = { 0 };
    *ret         = (Gaps) { 0 };
    if (!count)
        return;
    int64_t by_place  = position_gaps(images, count, &stack, &places);
    int64_t by_kind[] = { number_gaps(images, count, &stack, elsewhere, ret), by_place, 0 };
    for (size_t i = 0; i < places.count; i++)
        gap_add(ret, places.items[i].kind, places.items[i].count, places.items[i].from, places.items[i].to);
    by_kind[2] = counter_gap(images, count, ret);
    for (size_t i = 0; i < sizeof by_kind / sizeof by_kind[0]; i++)
        ret->missing = by_kind[i] > ret->missing ? by_kind[i] : ret->missing;
}
