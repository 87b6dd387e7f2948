/*
 * Planes of the patient: read, compared, laid over one another.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/image/plane.h"

#include <math.h>

#include "formats/image/lut.h"

#define NO_PLACE "The image does not say where it lies in the patient."

enum {
    REFERENCE      = 0x00200052,
    POSITION       = 0x00200032,
    ORIENTATION    = 0x00200037,
    THICKNESS      = 0x00180050,
    PLANE_POSITION = 0x00209113,
    PLANE_TURN     = 0x00209116,
    MEASURES       = 0x00289110,
};

static const double SAME_MM = 0.01, TILT_MAX = 0.002, FAR_MM = 1e6;

static double dot(const double a[3], const double b[3])
{
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

static void cross(const double a[3], const double b[3], double ret[3])
{
    for (int i = 0; i < 3; i++)
        ret[i] = a[(i + 1) % 3] * b[(i + 2) % 3] - a[(i + 2) % 3] * b[(i + 1) % 3];
}

static bool reals(const Dataset *ds, uint32_t tag, size_t first, double ret[3])
{
    for (size_t i = 0; i < 3; i++)
        if (!dataset_double(ds, tag, first + i, &ret[i]) || fabs(ret[i]) > FAR_MM)
            return false;
    return true;
}

/* Made to be of length 1; false when it was not nearly that. */
static bool unit(double v[3])
{
    double length = sqrt(dot(v, v));
    for (int i = 0; i < 3; i++)
        v[i] /= length > 0 ? length : 1;
    return fabs(length - 1) < 0.01;
}

bool plane_read(const Dataset *ds, uint32_t frame, Plane *ret, Err *err)
{
    const Dataset *place = frame_group(ds, frame, PLANE_POSITION), *turn = frame_group(ds, frame, PLANE_TURN),
                  *measures = frame_group(ds, frame, MEASURES);
    double spacing[2];
    Slice  reference;
    Plane  p = { 0 };
    measures = measures ? measures : ds;
    bool ok  = dataset_uid(ds, REFERENCE, &reference) && slice_copy(reference, p.reference, sizeof p.reference) &&
              reals(place ? place : ds, POSITION, 0, p.at) && reals(turn ? turn : ds, ORIENTATION, 0, p.row) &&
              reals(turn ? turn : ds, ORIENTATION, 3, p.column) && unit(p.row) && unit(p.column) &&
              fabs(dot(p.row, p.column)) < 0.01 && dataset_pixel_spacing_mm(measures, spacing, NULL) &&
              spacing[0] > 1e-6 && spacing[1] > 1e-6 && spacing[0] < FAR_MM && spacing[1] < FAR_MM;
    if (!ok)
        return err_set(err, ERR_INPUT, NO_PLACE, "frame %u", frame);
    p.rows_mm    = spacing[0];
    p.columns_mm = spacing[1];
    if (!dataset_double(measures, THICKNESS, 0, &p.thick_mm) || p.thick_mm < 0 || p.thick_mm > FAR_MM)
        p.thick_mm = 0;
    *ret = p;
    return true;
}

bool plane_is_parallel(const Plane *one, const Plane *other)
{
    double a[3], b[3], between[3];
    cross(one->row, one->column, a);
    cross(other->row, other->column, b);
    cross(a, b, between);
    return strcmp(one->reference, other->reference) == 0 && dot(between, between) < TILT_MAX * TILT_MAX;
}

double plane_distance_mm(const Plane *from, const Plane *to)
{
    double normal[3], way[3];
    cross(from->row, from->column, normal);
    for (int i = 0; i < 3; i++)
        way[i] = to->at[i] - from->at[i];
    return dot(way, normal);
}

void plane_matrix(const Plane *from, const Plane *to, double ret[6])
{
    double way[3];
    for (int i = 0; i < 3; i++)
        way[i] = from->at[i] - to->at[i];
    ret[0] = dot(from->row, to->row) * from->columns_mm / to->columns_mm;
    ret[1] = dot(from->column, to->row) * from->rows_mm / to->columns_mm;
    ret[2] = dot(way, to->row) / to->columns_mm;
    ret[3] = dot(from->row, to->column) * from->columns_mm / to->rows_mm;
    ret[4] = dot(from->column, to->column) * from->rows_mm / to->rows_mm;
    ret[5] = dot(way, to->column) / to->rows_mm;
}

static int by_size(const void *one, const void *other)
{
    double a = *(const double *)one, b = *(const double *)other;
    return (a > b) - (a < b);
}

/* The least way from one plane to the next; 0: all lie at one place, or memory is out. */
static double least_step_mm(const Plane *where, const Plane *planes, size_t count)
{
    double *at = calloc(count, sizeof *at), least = 0;
    for (size_t i = 0; at && i < count; i++)
        at[i] = plane_distance_mm(where, &planes[i]);
    if (at)
        qsort(at, count, sizeof *at, by_size);
    for (size_t i = 1; at && i < count; i++) {
        double step = at[i] - at[i - 1];
        if (step > SAME_MM && (least <= 0 || step < least))
            least = step;
    }
    free(at);
    return least;
}

size_t planes_near(const Plane *where, const Plane *planes, size_t count, PlaneNear ret[2])
{
    size_t behind = SIZE_MAX, before = SIZE_MAX;
    double back = -INFINITY, front = INFINITY;
    for (size_t i = 0; i < count; i++) {
        double at = plane_distance_mm(where, &planes[i]);
        if (at <= SAME_MM && at > back) {
            back   = at;
            behind = i;
        }
        if (at >= -SAME_MM && at < front) {
            front  = at;
            before = i;
        }
    }
    size_t nearest = -back <= front ? behind : before;
    double least = fmin(fabs(back), fabs(front)), step = count ? least_step_mm(where, planes, count) : 0;
    if (nearest == SIZE_MAX)
        return 0;
    if (least > SAME_MM && front - back < 1.5 * step) {
        ret[0] = (PlaneNear) { behind, front / (front - back) };
        ret[1] = (PlaneNear) { before, -back / (front - back) };
        return 2;
    }
    double thick = planes[nearest].thick_mm, reach = (step > 0 ? step : thick > 0 ? thick : 1) / 2;
    ret[0]       = (PlaneNear) { nearest, 1 };
    return least <= reach + SAME_MM ? 1 : 0;
}
