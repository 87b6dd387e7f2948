/*
 * Any bytes as a report, a presentation state or a selection: what is read of it lies within it and is a number.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdlib.h>

#include "formats/dicom/measures.h"

static void points_check(const MeasurePoint *points, size_t count)
{
    if (count > 2 * MEASURE_POINTS_MAX)
        abort();
    for (size_t i = 0; i < count; i++)
        if (!isfinite(points[i].x) || !isfinite(points[i].y))
            abort();
}

static void measure_check(const MeasureRead *one)
{
    if (one->figure_count > MEASURE_FIGURES_MAX || !one->drawing_count)
        abort();
    for (size_t i = 0; i < one->figure_count; i++)
        if (!isfinite(one->figures[i].value))
            abort();
    for (size_t i = 0; i < one->drawing_count; i++)
        points_check(one->drawings[i].points, one->drawings[i].count);
    points_check(one->points, one->point_count);
    if ((one->kind == MEASURE_KINDS) != (one->point_count == 0))
        abort(); /* a kind has its points */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    OWNED(Dataset) *ds = dataset_parse(slice_bytes(data, size), EXPLICIT_LITTLE, NULL);
    OWNED(Arena) *arena = ds ? arena_new(8 << 20) : NULL;
    MeasureSet set;
    if (!arena || !measure_read(ds, arena, &set, NULL))
        return 0;
    if (set.count > MEASURES_MAX)
        abort();
    for (size_t i = 0; i < set.count; i++)
        measure_check(&set.measures[i]);
    for (size_t i = 0; i < set.window_count; i++)
        if (!(set.windows[i].width > 0))
            abort();
    return 0;
}
