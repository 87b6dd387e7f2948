/*
 * Points of a measure to drawings and back.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/measure_shapes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The fewest and most points of each kind; clinic/workflow/reading_marks.c keeps no others. */
static const struct {
    size_t least, most;
} POINTS[MEASURE_KINDS] = {
    [MEASURE_LENGTH] = { 2, 2 },    [MEASURE_BIDIRECTIONAL] = { 4, 4 }, [MEASURE_ANGLE] = { 3, 3 },
    [MEASURE_COBB] = { 4, 4 },      [MEASURE_ELLIPSE] = { 2, 2 },       [MEASURE_RECTANGLE] = { 2, 2 },
    [MEASURE_FREEHAND] = { 3, MEASURE_POINTS_MAX - 1 }, [MEASURE_PROBE] = { 1, 1 }, [MEASURE_ARROW] = { 2, 2 }, [MEASURE_TEXT] = { 1, 1 },
};

typedef struct Pen {
    double *at;
    size_t  used;
} Pen;

static void put(Pen *pen, double x, double y)
{
    pen->at[pen->used++] = x + MEASURE_MIDDLE;
    pen->at[pen->used++] = y + MEASURE_MIDDLE;
}

static void shape_put(DrawnShapes *to, Pen *pen, const char *word, size_t points)
{
    to->at[to->count++] = (DrawnShape) { .word = word, .values = pen->at + pen->used - points * 2, .count = points };
}

static void line_put(DrawnShapes *to, Pen *pen, const MeasurePoint *points, size_t count, bool closed)
{
    for (size_t i = 0; i < count; i++)
        put(pen, points[i].x, points[i].y);
    if (closed)
        put(pen, points[0].x, points[0].y);
    shape_put(to, pen, count == 1 && !closed ? "POINT" : "POLYLINE", count + closed);
}

/* Opposite corners of its box. The longer axis comes first. */
static void ellipse_put(DrawnShapes *to, Pen *pen, MeasurePoint a, MeasurePoint b)
{
    double cx = (a.x + b.x) / 2, cy = (a.y + b.y) / 2;
    bool   wide = fabs(b.x - a.x) >= fabs(b.y - a.y);
    for (int turn = 0; turn < 2; turn++) {
        if (wide == (turn == 0)) {
            put(pen, a.x, cy);
            put(pen, b.x, cy);
        } else {
            put(pen, cx, a.y);
            put(pen, cx, b.y);
        }
    }
    shape_put(to, pen, "ELLIPSE", 4);
}

bool measure_shapes(const Measure *one, DrawnShapes *ret, Err *err)
{
    const MeasurePoint *p = one->points;
    *ret                  = (DrawnShapes) { 0 };
    if (one->kind >= MEASURE_KINDS || one->point_count < POINTS[one->kind].least || one->point_count > POINTS[one->kind].most)
        return err_set(err, ERR_INPUT, "This is not a set of measures.", "%zu points of a %s", one->point_count, measure_kind_name(one->kind));
    Pen pen = { .at = calloc((one->point_count + 6) * 2, sizeof(double)) };
    if (!pen.at)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "shapes");
    ret->room = pen.at;
    switch (one->kind) {
    case MEASURE_BIDIRECTIONAL:
    case MEASURE_COBB:
        line_put(ret, &pen, p, 2, false);
        line_put(ret, &pen, p + 2, 2, false);
        break;
    case MEASURE_ELLIPSE:
        ellipse_put(ret, &pen, p[0], p[1]);
        break;
    case MEASURE_RECTANGLE: {
        MeasurePoint corners[4] = { p[0], { p[1].x, p[0].y }, p[1], { p[0].x, p[1].y } };
        line_put(ret, &pen, corners, 4, true);
        break;
    }
    default:
        line_put(ret, &pen, p, one->point_count, one->kind == MEASURE_FREEHAND);
    }
    return true;
}

void measure_shapes_clear(DrawnShapes *shapes)
{
    free(shapes->room);
    *shapes = (DrawnShapes) { 0 };
}

/* ---- back ---- */

static bool same(MeasurePoint a, MeasurePoint b)
{
    return a.x == b.x && a.y == b.y;
}

static bool is_line(const MeasureDrawing *d, size_t points)
{
    return d->shape == SHAPE_LINE && d->count == points && !d->displayed;
}

static bool two_lines(const MeasureDrawing *d, size_t count, MeasurePoint *ret)
{
    if (count != 2 || !is_line(&d[0], 2) || !is_line(&d[1], 2))
        return false;
    memcpy(ret, d[0].points, 2 * sizeof *ret);
    memcpy(ret + 2, d[1].points, 2 * sizeof *ret);
    return true;
}

static bool ellipse_points(const MeasureDrawing *d, MeasurePoint *ret)
{
    if (d->shape != SHAPE_ELLIPSE || d->count != 4 || d->displayed)
        return false;
    const MeasurePoint *p = d->points;
    bool                wide = p[0].y == p[1].y && p[2].x == p[3].x, tall = p[0].x == p[1].x && p[2].y == p[3].y;
    if (!wide && !tall)
        return false; /* turned: drawn as it is */
    const MeasurePoint *across = wide ? p : p + 2, *down = wide ? p + 2 : p;
    ret[0] = (MeasurePoint) { across[0].x, down[0].y };
    ret[1] = (MeasurePoint) { across[1].x, down[1].y };
    return true;
}

static bool is_box(const MeasureDrawing *d)
{
    const MeasurePoint *p = d->points;
    return is_line(d, 5) && same(p[0], p[4]) && p[0].y == p[1].y && p[1].x == p[2].x && p[2].y == p[3].y && p[3].x == p[0].x;
}

static bool same_place(const MeasureDrawing *drawings, size_t count)
{
    for (size_t i = 1; i < count; i++)
        if (!slice_equal(drawings[i].sop_uid, drawings[0].sop_uid) || drawings[i].frame != drawings[0].frame)
            return false;
    return count > 0;
}

bool measure_points(MeasureKind kind, const MeasureDrawing *d, size_t count, MeasurePoint *ret, size_t *ret_count)
{
    if (kind >= MEASURE_KINDS || !same_place(d, count))
        return false;
    *ret_count = POINTS[kind].least;
    switch (kind) {
    case MEASURE_BIDIRECTIONAL:
        return two_lines(d, count, ret);
    case MEASURE_COBB:
        if (count == 1 && is_line(d, 4))
            memcpy(ret, d->points, 4 * sizeof *ret);
        return (count == 1 && is_line(d, 4)) || two_lines(d, count, ret);
    case MEASURE_ELLIPSE:
        return count == 1 && ellipse_points(d, ret);
    case MEASURE_RECTANGLE:
        if (count != 1 || !is_box(d))
            return false;
        ret[0] = d->points[0];
        ret[1] = d->points[2];
        return true;
    case MEASURE_FREEHAND:
        if (count != 1 || d->shape != SHAPE_LINE || d->displayed || d->count < 4 || !same(d->points[0], d->points[d->count - 1]))
            return false;
        *ret_count = d->count - 1;
        memcpy(ret, d->points, *ret_count * sizeof *ret);
        return true;
    case MEASURE_PROBE:
    case MEASURE_TEXT:
        if (count != 1 || d->shape != SHAPE_POINT || d->count != 1 || d->displayed)
            return false;
        break;
    default:
        if (count != 1 || !is_line(d, POINTS[kind].least))
            return false;
    }
    memcpy(ret, d->points, *ret_count * sizeof *ret);
    return true;
}

static bool has(const MeasureRead *one, const char *name)
{
    for (size_t i = 0; i < one->figure_count; i++)
        if (strcmp(one->figures[i].name, name) == 0)
            return true;
    return false;
}

MeasureKind measure_kind_of(const MeasureRead *one)
{
    const MeasureDrawing *d = one->drawings;
    if (!same_place(d, one->drawing_count))
        return MEASURE_KINDS;
    if (one->drawing_count == 2 && is_line(&d[0], 2) && is_line(&d[1], 2))
        return has(one, "long") && has(one, "short") ? MEASURE_BIDIRECTIONAL : has(one, "angle") ? MEASURE_COBB : MEASURE_KINDS;
    if (one->drawing_count != 1 || d->displayed)
        return MEASURE_KINDS;
    if (is_line(d, 2))
        return has(one, "length") ? MEASURE_LENGTH : MEASURE_KINDS;
    if (is_line(d, 3) && has(one, "angle"))
        return MEASURE_ANGLE;
    if (is_line(d, 4) && has(one, "angle"))
        return MEASURE_COBB;
    if (is_box(d))
        return MEASURE_RECTANGLE;
    if (d->shape == SHAPE_LINE && d->count >= 4 && same(d->points[0], d->points[d->count - 1]))
        return MEASURE_FREEHAND;
    if (d->shape == SHAPE_POINT)
        return one->figure_count ? MEASURE_PROBE : one->text.len ? MEASURE_TEXT : MEASURE_KINDS;
    return d->shape == SHAPE_ELLIPSE ? MEASURE_ELLIPSE : MEASURE_KINDS;
}
