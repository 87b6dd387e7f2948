/*
 * Chest X-ray phantom: rays through the torso from back to front, as DX or CR, with its dose-area product.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "demo/phantom_body.h"
#include "demo/phantom_common.h"

enum { XRAY_ROWS = 1200, XRAY_COLUMNS = 1200 };
#define XRAY_PIXEL_MM 0.3

/* Sum of density along y, in mm of water. */
static float ray(float x, float z)
{
    float sum = 0;
    for (float y = -124; y < 124; y += 4.0F) {
        float hu = body_hu(x, y, z);
        sum += hu > -1000 ? (hu + 1000.0F) * 0.004F * (hu > 150 ? 1.7F : 1.0F) : 0; /* bone absorbs more than its density */
    }
    return sum;
}

/* Rays every other pixel, the others between them. */
static void project(float *ret)
{
    for (int row = 0; row < XRAY_ROWS; row += 2)
        for (int col = 0; col < XRAY_COLUMNS; col += 2) {
            float x = (float)((col - XRAY_COLUMNS / 2) * XRAY_PIXEL_MM), z = (float)(190 - row * XRAY_PIXEL_MM);
            ret[row * XRAY_COLUMNS + col] = ray(x, z); /* PA view: the patient's left on the right */
        }
    for (int row = 0; row < XRAY_ROWS; row++)
        for (int col = 0; col < XRAY_COLUMNS; col++) {
            int r = row & ~1, c = col & ~1, r2 = r + 2 < XRAY_ROWS ? r + 2 : r, c2 = c + 2 < XRAY_COLUMNS ? c + 2 : c;
            if (row == r && col == c)
                continue;
            float a = ret[r * XRAY_COLUMNS + c], b = ret[(row == r ? r : r2) * XRAY_COLUMNS + (col == c ? c : c2)];
            ret[row * XRAY_COLUMNS + col] = (a + b) / 2;
        }
}

static void dx_attributes(DicomWriter *w)
{
    dw_text(w, TAG_PRESENTATION_INTENT_TYPE, "FOR PRESENTATION");
    dw_text(w, TAG_PIXEL_INTENSITY_RELATIONSHIP, "LOG");
    dw_int(w, TAG_PIXEL_INTENSITY_RELATIONSHIP_SIGN, -1);
    dw_double(w, TAG_RESCALE_INTERCEPT, 0);
    dw_double(w, TAG_RESCALE_SLOPE, 1);
    dw_text(w, TAG_RESCALE_TYPE, "US");
    dw_text(w, TAG_PRESENTATION_LUT_SHAPE, "IDENTITY");
    dw_text(w, TAG_LOSSY_IMAGE_COMPRESSION, "00");
    dw_text(w, TAG_BURNED_IN_ANNOTATION, "NO");
    dw_text(w, TAG_DETECTOR_TYPE, "DIRECT");
    dw_text(w, TAG_IMAGE_LATERALITY, "U");
    dw_empty(w, TAG_ACQUISITION_CONTEXT_SEQUENCE);
    dw_code(w, TAG_ANATOMIC_REGION_SEQUENCE, "43799004", "SCT", "Chest");
    dw_code(w, TAG_VIEW_CODE_SEQUENCE, "272479007", "SCT", "postero-anterior");
    dw_text(w, TAG_POSITIONER_TYPE, "NONE");
}

bool phantom_xray(const PhantomOrder *o, bool cr, PhantomEach *each, void *with, Err *err)
{
    PhantomSeries s = phantom_series(o, 4, cr ? "CR" : "DX", cr ? "1.2.840.10008.5.1.4.1.1.1" : "1.2.840.10008.5.1.4.1.1.1.1",
                                     "Thorax face", "Phantom X-ray");
    float    *sum = calloc((size_t)XRAY_ROWS * XRAY_COLUMNS, sizeof *sum);
    uint16_t *at  = calloc((size_t)XRAY_ROWS * XRAY_COLUMNS, sizeof *at);
    bool      ok  = sum && at;
    Noise     n   = { .state = o->seed * 2654435761U + 4 };
    if (ok)
        project(sum);
    for (int i = 0; ok && i < XRAY_ROWS * XRAY_COLUMNS; i++) {
        float v = 200.0F + 3700.0F * (1.0F - expf(-sum[i] / 165.0F)) + 18.0F * noise_normal(&n); /* log signal, bone bright */
        at[i]   = (uint16_t)(v < 0 ? 0 : v > 4095 ? 4095 : v);
    }
    if (ok) {
        OWNED(DicomWriter) *w = dw_new((size_t)8 << 20);
        PhantomPixels p = { .rows = XRAY_ROWS, .columns = XRAY_COLUMNS, .bits_stored = 12, .frames = 1, .at = at };
        char          sop[65];
        phantom_head(w, o, &s, 1, sop);
        dw_text(w, TAG_IMAGE_TYPE, cr ? "ORIGINAL\\PRIMARY" : "ORIGINAL\\PRIMARY\\");
        dw_text(w, TAG_BODY_PART_EXAMINED, "CHEST");
        dw_text(w, TAG_VIEW_POSITION, "PA");
        dw_text(w, TAG_PATIENT_ORIENTATION, "L\\F");
        dw_doubles(w, TAG_IMAGER_PIXEL_SPACING, (double[]){ XRAY_PIXEL_MM, XRAY_PIXEL_MM }, 2);
        dw_double(w, TAG_KVP, 125);
        dw_int(w, TAG_EXPOSURE, 2);
        dw_double(w, TAG_IMAGE_AND_FLUOROSCOPY_AREA_DOSE_PRODUCT, 1.12); /* dGy.cm2 = 112 mGy.cm2 */
        dw_double(w, TAG_WINDOW_CENTER, 2250);
        dw_double(w, TAG_WINDOW_WIDTH, 3300);
        dw_int(w, TAG_ACQUISITION_NUMBER, 1);
        if (!cr)
            dx_attributes(w);
        else
            dw_text(w, TAG_CASSETTE_ORIENTATION, "PORTRAIT");
        phantom_pixels(w, &p);
        ok = phantom_give(w, &s, sop, each, with, err);
    } else {
        err_set(err, ERR_LIMIT, "The content is too large.", "phantom X-ray");
    }
    free(sum);
    free(at);
    return ok;
}
