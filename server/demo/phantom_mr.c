/*
 * MR phantom: an axial T2-weighted brain, 24 slices of 5 mm.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "demo/phantom_body.h"
#include "demo/phantom_common.h"

enum { MR_SIZE = 320, MR_SLICES = 24 };

static float ellipse(float x, float y, float z, float cx, float cy, float cz, float rx, float ry, float rz)
{
    float dx = (x - cx) / rx, dy = (y - cy) / ry, dz = (z - cz) / rz;
    return sqrtf(dx * dx + dy * dy + dz * dz);
}

/* Signal of T2: water bright, white matter dark, bone and air black. mm; y to the back, z to the head. */
static float brain(float x, float y, float z, uint32_t seed)
{
    float skin = ellipse(x, y, z, 0, 0, 0, 78, 98, 92);
    if (skin > 1)
        return 0;
    if (skin > 0.955F)
        return 520 + 60 * body_pattern(x, y, z, 5, seed); /* scalp fat */
    if (skin > 0.90F)
        return 40 + (skin > 0.92F && skin < 0.94F ? 260 : 0); /* bone, with marrow between its tables */
    float edge = 0.90F - skin; /* depth below the bone */
    float fold = body_pattern(x * 1.0F, y, z, 9, 31) + 0.7F * body_pattern(x, y, z, 5, 32);
    float sulcus = 0.035F + 0.06F * (fold > 0 ? fold : 0);
    bool  midline = fabsf(x) < 1.6F && z > -20 && (y < -45 || y > 45 || z > 40);
    for (int side = -1; side <= 1; side += 2) {
        if (ellipse(x, y, z, (float)side * 31, -62, -44, 13, 13, 12) < 1)
            return ellipse(x, y, z, (float)side * 31, -66, -44, 8, 4, 5) < 1 ? 150 : 980; /* eyes */
        float horn = ellipse(x, y, z, (float)side * (11 + 0.05F * fabsf(y)), -8, 18, 8, 40, 14);
        if (horn < 1)
            return 1010; /* lateral ventricles */
        if (ellipse(x, y, z, (float)side * 24, -10, 12, 9, 16, 13) < 1)
            return 400 + 20 * body_pattern(x, y, z, 4, seed); /* basal ganglia */
        if (ellipse(x, y, z, (float)side * 12, 10, 6, 9, 14, 10) < 1)
            return 430 + 20 * body_pattern(x, y, z, 4, seed); /* thalamus */
    }
    if (ellipse(x, y, z, 0, 4, 4, 3, 14, 10) < 1 || edge < sulcus * 0.55F || midline)
        return 990 + 20 * body_pattern(x, y, z, 6, seed); /* fluid */
    if (ellipse(x, y, z, 0, 14, -46, 16, 14, 34) < 1) /* brain stem, with the fourth ventricle behind it */
        return ellipse(x, y, z, 0, 27, -44, 6, 4, 9) < 1 ? 1000 : 340 + 15 * body_pattern(x, y, z, 5, seed);
    float lobe = ellipse(fabsf(x), y, z, 24, 46, -46, 32, 30, 24);
    if (lobe < 1)
        return lobe > 0.93F ? 960 : 420 + 110 * sinf(lobe * 42 + fold * 2.5F) * (lobe > 0.45F ? 1.0F : 0.1F);
    if (edge < sulcus + 0.075F || (fold > 0.35F && edge < 0.24F))
        return 520 + 35 * body_pattern(x, y, z, 3, seed); /* cortex */
    if (ellipse(x, y, z, -34, 20, 26, 5, 6, 5) < 1)
        return 860; /* a small lesion to find */
    return 300 + 22 * body_pattern(x, y, z, 7, seed); /* white matter */
}

static void mr_attributes(DicomWriter *w, const PhantomSeries *s, float z, double pixel)
{
    double corner = -(double)MR_SIZE / 2 * pixel + pixel / 2;
    dw_text(w, TAG_IMAGE_TYPE, "ORIGINAL\\PRIMARY\\M\\SE");
    dw_text(w, TAG_FRAME_OF_REFERENCE_UID, s->frame_of_reference);
    dw_empty(w, TAG_POSITION_REFERENCE_INDICATOR);
    dw_text(w, TAG_PATIENT_POSITION, "HFS");
    dw_text(w, TAG_BODY_PART_EXAMINED, "HEAD");
    dw_text(w, TAG_SCANNING_SEQUENCE, "SE");
    dw_text(w, TAG_SEQUENCE_VARIANT, "SK");
    dw_text(w, TAG_SCAN_OPTIONS, "");
    dw_text(w, TAG_MR_ACQUISITION_TYPE, "2D");
    dw_double(w, TAG_REPETITION_TIME, 4800);
    dw_double(w, TAG_ECHO_TIME, 98);
    dw_int(w, TAG_ECHO_TRAIN_LENGTH, 15);
    dw_double(w, TAG_MAGNETIC_FIELD_STRENGTH, 1.5);
    dw_double(w, TAG_FLIP_ANGLE, 150);
    dw_double(w, TAG_SLICE_THICKNESS, 5);
    dw_double(w, TAG_SPACING_BETWEEN_SLICES, 6);
    dw_double(w, TAG_SLICE_LOCATION, (double)z);
    dw_doubles(w, TAG_PIXEL_SPACING, (double[]){ pixel, pixel }, 2);
    dw_doubles(w, TAG_IMAGE_ORIENTATION_PATIENT, (double[]){ 1, 0, 0, 0, 1, 0 }, 6);
    dw_doubles(w, TAG_IMAGE_POSITION_PATIENT, (double[]){ corner, corner, (double)z }, 3);
    dw_int(w, TAG_ACQUISITION_NUMBER, 1);
    dw_double(w, TAG_WINDOW_CENTER, 520);
    dw_double(w, TAG_WINDOW_WIDTH, 1100);
}

bool phantom_mr(const PhantomOrder *o, PhantomEach *each, void *with, Err *err)
{
    PhantomSeries s = phantom_series(o, 3, "MR", "1.2.840.10008.5.1.4.1.1.4", "AX T2 TSE", "Phantom MR");
    static const double PIXEL = 0.7;
    uint16_t *at = calloc((size_t)MR_SIZE * MR_SIZE, sizeof *at);
    bool      ok = at != NULL;
    Noise     n  = { .state = o->seed * 2654435761U + 3 };
    for (int image = 1; ok && image <= MR_SLICES; image++) {
        float z = -66.0F + 6.0F * (float)(image - 1);
        for (int i = 0; i < MR_SIZE * MR_SIZE; i++) {
            float x = ((float)(i % MR_SIZE) - MR_SIZE / 2.0F) * (float)PIXEL, y = ((float)i / MR_SIZE - MR_SIZE / 2.0F) * (float)PIXEL;
            float v = brain(x, y, z, o->seed), a = v + 16 * noise_normal(&n), b = 16 * noise_normal(&n);
            at[i]   = (uint16_t)sqrtf(a * a + b * b); /* magnitude of noise in both channels */
        }
        OWNED(DicomWriter) *w = dw_new((size_t)4 << 20);
        PhantomPixels p = { .rows = MR_SIZE, .columns = MR_SIZE, .bits_stored = 12, .frames = 1, .at = at };
        char          sop[65];
        phantom_head(w, o, &s, image, sop);
        mr_attributes(w, &s, z, PIXEL);
        phantom_pixels(w, &p);
        ok = phantom_give(w, &s, sop, each, with, err);
    }
    free(at);
    return ok || err_set(err, ERR_LIMIT, "The content is too large.", "phantom MR");
}
