/*
 * Display shutters: what lies outside of a rectangle, circle or polygon is covered with one grey.
 *
 * Source: DICOM PS3.3 §C.7.6.11 (of the image), §C.7.6.16.2.16 (per frame).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/render_internal.h"

enum { FAR = 1 << 28 }; /* no corner, centre or radius is farther: distances stay whole numbers */

enum {
    SHAPE     = 0x00181600,
    LEFT      = 0x00181602,
    RIGHT     = 0x00181604,
    UPPER     = 0x00181606,
    LOWER     = 0x00181608,
    CENTER    = 0x00181610,
    RADIUS    = 0x00181612,
    VERTICES  = 0x00181620,
    PRESENTED = 0x00181622
};

static bool is_near(int64_t value)
{
    return value >= -FAR && value <= FAR;
}

static void rectangle_read(const Dataset *ds, Shutter *ret)
{
    ret->rectangle = dataset_int(ds, LEFT, 0, &ret->left) && dataset_int(ds, RIGHT, 0, &ret->right) &&
                     dataset_int(ds, UPPER, 0, &ret->upper) && dataset_int(ds, LOWER, 0, &ret->lower) &&
                     ret->left < ret->right && ret->upper < ret->lower;
}

static void circle_read(const Dataset *ds, Shutter *ret)
{
    ret->circle = dataset_int(ds, CENTER, 0, &ret->center_row) &&
                  dataset_int(ds, CENTER, 1, &ret->center_column) &&
                  dataset_int(ds, RADIUS, 0, &ret->radius) && ret->radius > 0 && is_near(ret->radius) &&
                  is_near(ret->center_row) && is_near(ret->center_column);
}

static void polygon_read(const Dataset *ds, Shutter *ret)
{
    size_t  count = 0;
    int64_t row = 0, column = 0;
    while (count < SHUTTER_CORNERS_MAX && dataset_int(ds, VERTICES, 2 * count, &row) &&
           dataset_int(ds, VERTICES, 2 * count + 1, &column) && row >= INT16_MIN && row <= UINT16_MAX &&
           column >= INT16_MIN && column <= UINT16_MAX) {
        ret->corner_row[count]      = (int32_t)row;
        ret->corner_column[count++] = (int32_t)column;
    }
    ret->corners = count >= 3 && count < SHUTTER_CORNERS_MAX ? count : 0;
}

void shutter_read(const Dataset *ds, Shutter *ret)
{
    int64_t presented = 0;
    Slice   shapes    = dataset_raw(ds, SHAPE);
    while (shapes.len) {
        Slice shape = slice_trim(slice_cut(&shapes, '\\'));
        if (slice_equal_text(shape, "RECTANGULAR"))
            rectangle_read(ds, ret);
        else if (slice_equal_text(shape, "CIRCULAR"))
            circle_read(ds, ret);
        else if (slice_equal_text(shape, "POLYGONAL"))
            polygon_read(ds, ret);
    }
    if (dataset_int(ds, PRESENTED, 0, &presented) && presented > 0 && presented <= UINT16_MAX)
        ret->grey = (uint8_t)(presented >> 8);
}

/* Where the sides of the polygon cross a row, from left to right. */
typedef struct Crossings {
    double at[SHUTTER_CORNERS_MAX];
    size_t count;
} Crossings;

static void crossings_of(const Shutter *s, int64_t row, Crossings *ret)
{
    ret->count = 0;
    for (size_t i = 0, j = s->corners - 1; i < s->corners; j = i++) {
        int64_t y1 = s->corner_row[i], x1 = s->corner_column[i], y2 = s->corner_row[j],
                x2 = s->corner_column[j];
        if ((y1 > row) == (y2 > row))
            continue;
        double at = (double)(x2 - x1) * (double)(row - y1) / (double)(y2 - y1) + (double)x1;
        size_t to = ret->count++;
        for (; to > 0 && ret->at[to - 1] > at; to--)
            ret->at[to] = ret->at[to - 1];
        ret->at[to] = at;
    }
}

/* Inside: an odd number of crossings lies to the right. 'passed' counts those that do not, and only grows along a row. */
static bool in_polygon(const Crossings *c, int64_t column, size_t *passed)
{
    while (*passed < c->count && c->at[*passed] <= (double)column)
        ++*passed;
    return (c->count - *passed) % 2 == 1;
}

/* Rows and columns count from 1. */
static bool is_seen(const Shutter *s, int64_t row, int64_t column)
{
    if (s->rectangle && (row < s->upper || row > s->lower || column < s->left || column > s->right))
        return false;
    int64_t y = row - s->center_row, x = column - s->center_column;
    return !s->circle || y * y + x * x <= s->radius * s->radius;
}

/* Where several shapes are said, only what all of them leave is seen. */
static void row_draw(const Shutter *s, int64_t row, Picture *picture)
{
    Crossings crossings = { .count = 0 };
    size_t    passed    = 0;
    uint8_t  *at        = picture->at + (size_t)(row - 1) * picture->width * picture->channels;
    if (s->corners)
        crossings_of(s, row, &crossings);
    for (int64_t column = 1; column <= picture->width; column++, at += picture->channels)
        if (!is_seen(s, row, column) || (s->corners && !in_polygon(&crossings, column, &passed)))
            memset(at, s->grey, picture->channels);
}

void shutter_draw(const GreyRules *rules, Picture *picture)
{
    const Shutter *s = &rules->shutter;
    if (!s->rectangle && !s->circle && !s->corners)
        return;
    for (uint32_t y = 0; y < picture->height; y++)
        row_draw(s, (int64_t)y + 1, picture);
}
