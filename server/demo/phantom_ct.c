/*
 * CT phantom: the torso slice by slice, with scanner noise, dose in the headers and a dose report (RDSR).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdio.h>

#include "demo/phantom_body.h"
#include "demo/phantom_common.h"

#define CT_CLASS   "1.2.840.10008.5.1.4.1.1.2"
#define CTDI_MGY   7.4

#define LENGTH_MM  384.0F

enum { CT_SIZE = 512, CT_SLICES = 128, SLICES_MAX = 2000 };

/*
 * Streaky, correlated noise as filtered back projection leaves it: a third of each neighbour. Around the patient,
 * where no ray was weakened, it is about half of what it is within (a published GE scan, STANDARD kernel: 7 and 13).
 */
static void add_noise(float *hu, int size, float deviation, Noise *noise)
{
    float before = 0;
    for (int i = 0; i < size * size; i++) {
        float n = noise_normal(noise) * deviation;
        hu[i] += (n * 0.8F + before * 0.45F) * (hu[i] < -950.0F ? 0.55F : 1.0F);
        before = n;
    }
}

/* Nothing is reconstructed outside the circle of the field of view: one value there, as scanners write it. */
static void clear_corners(float *hu, int size)
{
    float middle = (float)(size - 1) / 2, radius = (float)size / 2;
    for (int row = 0; row < size; row++)
        for (int col = 0; col < size; col++) {
            float x = (float)col - middle, y = (float)row - middle;
            if (x * x + y * y > radius * radius)
                hu[row * size + col] = -1024.0F;
        }
}

/* One slice into 'ret' (stored value = HU + 1024). 'z' in mm. */
static void ct_slice(float *hu, uint16_t *ret, int size, float field_mm, float z, Noise *noise)
{
    float pixel = field_mm / (float)size;
    for (int row = 0; row < size; row++)
        for (int col = 0; col < size; col++) {
            float x = ((float)col - (float)size / 2 + 0.5F) * pixel, y = ((float)row - (float)size / 2 + 0.5F) * pixel + 12.0F;
            hu[row * size + col] = body_hu(x, y, z);
        }
    add_noise(hu, size, 13.0F, noise);
    clear_corners(hu, size);
    for (int i = 0; i < size * size; i++) {
        float v = hu[i] + 1024.0F;
        ret[i]  = (uint16_t)(v < 0 ? 0 : v > 4095 ? 4095 : v + 0.5F);
    }
}

static void ct_attributes(DicomWriter *w, const PhantomSeries *s, int size, float step_mm, float field_mm, float z)
{
    double pixel = (double)field_mm / size;
    dw_text(w, TAG_IMAGE_TYPE, "ORIGINAL\\PRIMARY\\AXIAL");
    dw_text(w, TAG_FRAME_OF_REFERENCE_UID, s->frame_of_reference);
    dw_empty(w, TAG_POSITION_REFERENCE_INDICATOR);
    dw_text(w, TAG_PATIENT_POSITION, "HFS");
    dw_text(w, TAG_BODY_PART_EXAMINED, "CHEST");
    dw_doubles(w, TAG_PIXEL_SPACING, (double[]){ pixel, pixel }, 2);
    dw_doubles(w, TAG_IMAGE_ORIENTATION_PATIENT, (double[]){ 1, 0, 0, 0, 1, 0 }, 6);
    double corner = -(double)field_mm / 2 + pixel / 2;
    dw_doubles(w, TAG_IMAGE_POSITION_PATIENT, (double[]){ corner, corner + 12, (double)z }, 3);
    dw_double(w, TAG_SLICE_THICKNESS, (double)step_mm);
    dw_double(w, TAG_SLICE_LOCATION, (double)z);
    dw_int(w, TAG_ACQUISITION_NUMBER, 1);
    dw_double(w, TAG_KVP, 120);
    dw_int(w, TAG_X_RAY_TUBE_CURRENT, 180);
    dw_int(w, TAG_EXPOSURE_TIME, 500);
    dw_int(w, TAG_EXPOSURE, 90);
    dw_text(w, TAG_CONVOLUTION_KERNEL, "STANDARD");
    dw_double(w, TAG_RECONSTRUCTION_DIAMETER, (double)field_mm);
    dw_double(w, TAG_CTDIVOL, CTDI_MGY);
    dw_text(w, TAG_PROTOCOL_NAME, "Thorax-abdomen-pelvis sans injection");
    dw_double(w, TAG_RESCALE_INTERCEPT, -1024);
    dw_double(w, TAG_RESCALE_SLOPE, 1);
    dw_text(w, TAG_RESCALE_TYPE, "HU");
    dw_doubles(w, TAG_WINDOW_CENTER, (double[]){ 40, -600 }, 2);
    dw_doubles(w, TAG_WINDOW_WIDTH, (double[]){ 400, 1500 }, 2);
    dw_text(w, TAG_WINDOW_CENTER_WIDTH_EXPLANATION, "MEDIASTINUM\\LUNG");
}

static bool ct_image(const PhantomOrder *o, const PhantomSeries *s, PhantomPixels *p, float step_mm, float field_mm, int image, float z,
                     PhantomEach *each, void *with, Err *err)
{
    OWNED(DicomWriter) *w = dw_new((size_t)8 << 20);
    char sop[65];
    phantom_head(w, o, s, image, sop);
    ct_attributes(w, s, p->columns, step_mm, field_mm, z);
    dw_text(w, TAG_ACQUISITION_DATE, o->date);
    dw_text(w, TAG_ACQUISITION_TIME, o->time);
    phantom_pixels(w, p);
    return phantom_give(w, s, sop, each, with, err);
}

bool phantom_ct_volume(const PhantomOrder *o, const PhantomSeries *s, int size, int slices, float step_mm, float field_mm,
                       PhantomEach *each, void *with, Err *err)
{
    float    *hu = calloc((size_t)size * (size_t)size, sizeof *hu);
    uint16_t *at = calloc((size_t)size * (size_t)size, sizeof *at);
    bool      ok = hu && at;
    if (!ok)
        err_set(err, ERR_LIMIT, "The content is too large.", "phantom slice");
    PhantomPixels p = { .rows = size, .columns = size, .bits_stored = 12, .frames = 1, .at = at };
    Noise         n = { .state = o->seed * 2654435761U + 1 };
    for (int i = 0; ok && i < slices; i++) {
        float z = 165.0F - (float)i * step_mm; /* head first */
        ct_slice(hu, at, size, field_mm, z, &n);
        ok = ct_image(o, s, &p, step_mm, field_mm, i + 1, z, each, with, err);
    }
    free(hu);
    free(at);
    return ok;
}

bool phantom_ct(const PhantomOrder *o, PhantomEach *each, void *with, Err *err)
{
    PhantomSeries s      = phantom_series(o, 2, "CT", CT_CLASS, o->slices ? "TAP sans injection" : "TAP sans injection 3 mm",
                                          "Phantom CT");
    int           slices = o->slices > 0 && o->slices <= SLICES_MAX ? o->slices : CT_SLICES;
    return phantom_ct_volume(o, &s, CT_SIZE, slices, LENGTH_MM / (float)slices, 440.0F, each, with, err) &&
           phantom_dose(o, &s, CTDI_MGY, (double)LENGTH_MM, each, with, err);
}
