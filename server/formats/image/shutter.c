/*
 * Display shutters: what lies outside of a rectangle, circle or polygon is covered with one grey.
 *
 * Source: DICOM PS3.3 §C.7.6.11 (of the image), §C.7.6.16.2.16 (per frame).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/render_internal.h"

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
                  dataset_int(ds, RADIUS, 0, &ret->radius) && ret->radius > 0 && ret->radius <= INT32_MAX &&
                  ret->center_row >= INT32_MIN && ret->center_row <= INT32_MAX &&
                  ret->center_column >= INT32_MIN && ret->center_column <= INT32_MAX;
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

/* Even and odd crossings of a ray to the right. */
static bool in_polygon(const Shutter *s, int64_t row, int64_t column)
{
    bool inside = false;
    for (size_t i = 0, j = s->corners - 1; i < s->corners; j = i++) {
        int64_t y1 = s->corner_row[i], x1 = s->corner_column[i], y2 = s->corner_row[j],
                x2 = s->corner_column[j];
        if ((y1 > row) != (y2 > row) &&
            (double)column < (double)(x2 - x1) * (double)(row - y1) / (double)(y2 - y1) + (double)x1)
            inside = !inside;
    }
    return inside;
}

/* Rows and columns count from 1; where several shapes are said, only what all of them leave is seen. */
static bool is_seen(const Shutter *s, int64_t row, int64_t column)
{
    if (s->rectangle && (row < s->upper || row > s->lower || column < s->left || column > s->right))
        return false;
    int64_t y = row - s->center_row, x = column - s->center_column;
    if (s->circle && y * y + x * x > s->radius * s->radius)
        return false;
    return s->corners == 0 || in_polygon(s, row, column);
}

void shutter_draw(const GreyRules *rules, Picture *picture)
{
    const Shutter *s = &rules->shutter;
    if (!s->rectangle && !s->circle && !s->corners)
        return;
    for (uint32_t y = 0; y < picture->height; y++)
        for (uint32_t x = 0; x < picture->width; x++)
            if (!is_seen(s, (int64_t)y + 1, (int64_t)x + 1))
                memset(picture->at + ((size_t)y * picture->width + x) * picture->channels, s->grey,
                       picture->channels);
}
