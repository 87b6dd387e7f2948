/*
 * Tests of planes in the patient: read from an image, laid over one another, which of a stack is seen where.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <math.h>

#include "formats/dicom/writer.h"
#include "formats/image/plane.h"

static const double NEVER = 1e9;

static void assert_same(double one, double other)
{
    assert_true(fabs(one - other) < 1e-9);
}

static bool plane_of(const double position[3], const double turn[6], const double spacing[2], Plane *ret)
{
    Err          err   = { 0 };
    Buf          bytes = buf_make(1 << 16);
    DicomWriter *w     = dw_new(1 << 16);
    dw_text(w, 0x00200052, "1.2.3");
    if (position[0] < NEVER)
        dw_doubles(w, 0x00200032, position, 3);
    dw_doubles(w, 0x00200037, turn, 6);
    dw_doubles(w, 0x00280030, spacing, 2);
    assert_true(dw_finish(w, EXPLICIT_LITTLE, &bytes, &err));
    dw_free(w);
    Dataset *ds = dataset_parse(buf_slice(&bytes), EXPLICIT_LITTLE, &err);
    assert_non_null(ds);
    bool ok = plane_read(ds, 1, ret, NULL);
    dataset_free(ds);
    buf_free(&bytes);
    return ok;
}

static Plane axial(double x, double y, double z, double high_mm, double wide_mm)
{
    Plane p = { 0 };
    assert_true(plane_of((double[]) { x, y, z }, (double[]) { 1, 0, 0, 0, 1, 0 }, (double[]) { high_mm, wide_mm }, &p));
    return p;
}

static void what_cannot_be_a_plane_is_refused(void **state)
{
    (void)state;
    Plane        p         = { 0 };
    const double at[3]     = { 0, 0, 0 }, flat[6] = { 1, 0, 0, 0, 1, 0 }, mm[2] = { 1, 1 };
    const double none[3]   = { NEVER, 0, 0 };
    const double skew[6]   = { 1, 0, 0, 0.7071, 0.7071, 0 }, zero[6] = { 0, 0, 0, 0, 1, 0 };
    const double nothing[2] = { 0, 1 };
    assert_true(plane_of(at, flat, mm, &p));
    assert_false(plane_of(none, flat, mm, &p));
    assert_false(plane_of(at, skew, mm, &p));
    assert_false(plane_of(at, zero, mm, &p));
    assert_false(plane_of(at, flat, nothing, &p));
}

static void pixels_of_parallel_planes_lie_over_one_another(void **state)
{
    (void)state;
    Plane  from = axial(-30, -20, 0, 1, 1), to = { 0 };
    double m[6];
    assert_true(plane_of((double[]) { 25, 16, 2 }, (double[]) { -1, 0, 0, 0, -1, 0 }, (double[]) { 2.5, 3 }, &to));
    assert_true(plane_is_parallel(&from, &to));
    assert_same(plane_distance_mm(&from, &to), 2);
    plane_matrix(&from, &to, m);
    /* pixel 40, 21 lies at 10, 1 mm: (25 - 10) / 3 and (16 - 1) / 2.5 */
    assert_same(m[0] * 40 + m[1] * 21 + m[2], 5);
    assert_same(m[3] * 40 + m[4] * 21 + m[5], 6);
}

static void another_space_or_a_tilt_is_not_parallel(void **state)
{
    (void)state;
    Plane one = axial(0, 0, 0, 1, 1), other = axial(0, 0, 5, 1, 1), tilted = { 0 };
    assert_true(plane_is_parallel(&one, &other));
    assert_true(plane_of((double[]) { 0, 0, 5 }, (double[]) { 1, 0, 0, 0, 0.99995, 0.01 }, (double[]) { 1, 1 }, &tilted));
    assert_false(plane_is_parallel(&one, &tilted));
    other.reference[0] = '2';
    assert_false(plane_is_parallel(&one, &other));
}

static void a_place_sees_its_neighbours_by_their_nearness(void **state)
{
    (void)state;
    const Plane stack[] = { axial(0, 0, 10, 1, 1), axial(0, 0, 0, 1, 1), axial(0, 0, 5, 1, 1), axial(0, 0, 30, 1, 1) };
    static const struct {
        double z;
        size_t count, first, second;
        double weight; /* of the first */
    } SEEN[] = { { 0, 1, 1, 0, 1 },    { 1, 2, 1, 2, 0.8 }, { 9, 2, 2, 0, 0.2 }, { -2.4, 1, 1, 0, 1 },
                 { -2.6, 0, 0, 0, 0 }, { 12, 1, 0, 0, 1 },  { 20, 0, 0, 0, 0 },  { 32.4, 1, 3, 0, 1 } };
    for (size_t i = 0; i < COUNT(SEEN); i++) {
        Plane     where   = axial(0, 0, SEEN[i].z, 1, 1);
        PlaneNear near[2] = { 0 };
        assert_int_equal(planes_near(&where, stack, COUNT(stack), near), SEEN[i].count);
        if (SEEN[i].count == 0)
            continue;
        assert_int_equal(near[0].at, SEEN[i].first);
        assert_same(near[0].weight, SEEN[i].weight);
        if (SEEN[i].count == 2) {
            assert_int_equal(near[1].at, SEEN[i].second);
            assert_same(near[1].weight, 1 - SEEN[i].weight);
        }
    }
    PlaneNear none[2];
    assert_int_equal(planes_near(&stack[0], stack, 0, none), 0);
}

int main(void)
{
    const struct CMUnitTest plane_tests[] = {
        cmocka_unit_test(what_cannot_be_a_plane_is_refused),
        cmocka_unit_test(pixels_of_parallel_planes_lie_over_one_another),
        cmocka_unit_test(another_space_or_a_tilt_is_not_parallel),
        cmocka_unit_test(a_place_sees_its_neighbours_by_their_nearness),
    };
    return cmocka_run_group_tests(plane_tests, NULL, NULL);
}
