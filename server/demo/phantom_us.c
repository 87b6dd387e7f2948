/*
 * Ultrasound phantom: a beating heart in a sector, 36 frames with speckle, calibrated region.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>

#include "demo/phantom_body.h"
#include "demo/phantom_common.h"

enum { US_ROWS = 480, US_COLUMNS = 640, US_FRAMES = 36, US_DEPTH = 440, US_TOP = 20 };

/* Echo strength at (x, y) pixels from the probe, at phase 0..1 of the beat. */
static float echo(float x, float y, float beat)
{
    float squeeze = 1.0F - 0.22F * sinf(beat * 6.2831853F) * (beat < 0.5F ? 1.0F : 0.35F);
    float level   = 0.32F;
    struct {
        float cx, cy, rx, ry, wall;
    } cavity[4] = { { 34, 170, 44, 92, 13 }, { -46, 165, 34, 80, 8 }, { 36, 310, 46, 48, 6 }, { -44, 305, 40, 44, 6 } };
    for (int i = 0; i < 4; i++) {
        float s = i < 2 ? squeeze : 2.0F - squeeze;
        float d = hypotf((x - cavity[i].cx) / (cavity[i].rx * s), (y - cavity[i].cy) / (cavity[i].ry * s));
        if (d < 1)
            return 0.03F;
        float wall = 1.0F + cavity[i].wall / cavity[i].rx;
        if (d < wall)
            level = 0.72F;
    }
    float leaf = (beat < 0.5F ? 1.0F : 0.25F); /* valves: closed, then open */
    if (fabsf(y - 258 + leaf * 6 - 0.25F * fabsf(x - 36) * (1 - leaf) * 2) < 3 && fabsf(x - 36) < 34)
        return 0.95F;
    if (y > 372 && y < 378)
        return 0.9F;
    return level * (y > 380 ? 0.45F : 1.0F);
}

static void us_frame(uint8_t *ret, int frame, Noise *n)
{
    float beat = (float)(frame % 18) / 18.0F;
    for (int i = 0; i < US_ROWS * US_COLUMNS; i++) {
        float x = (float)(i % US_COLUMNS) - US_COLUMNS / 2.0F, y = (float)(i / US_COLUMNS) - US_TOP;
        float r = hypotf(x, y), angle = atan2f(x, y);
        ret[i] = 0;
        if (y < 2 || r > US_DEPTH || fabsf(angle) > 0.72F)
            continue;
        float speckle = fabsf(body_pattern(r, angle * 160, (float)frame * 0.35F, 2.2F, 71)) * 1.5F + 0.25F * noise_uniform(n);
        float v = echo(x, y, beat) * (0.35F + speckle) * (1.1F - 0.4F * r / US_DEPTH);
        v       = powf(v < 0 ? 0 : v, 0.62F) * 215;
        ret[i]  = (uint8_t)(v > 255 ? 255 : v);
    }
}

static void us_attributes(DicomWriter *w)
{
    dw_text(w, TAG_IMAGE_TYPE, "ORIGINAL\\PRIMARY\\\\0001");
    dw_text(w, TAG_LOSSY_IMAGE_COMPRESSION, "00");
    dw_int(w, TAG_SAMPLES_PER_PIXEL, 1);
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, "MONOCHROME2");
    dw_int(w, TAG_ROWS, US_ROWS);
    dw_int(w, TAG_COLUMNS, US_COLUMNS);
    dw_int(w, TAG_BITS_ALLOCATED, 8);
    dw_int(w, TAG_BITS_STORED, 8);
    dw_int(w, TAG_HIGH_BIT, 7);
    dw_int(w, TAG_PIXEL_REPRESENTATION, 0);
    dw_int(w, TAG_NUMBER_OF_FRAMES, US_FRAMES);
    dw_double(w, TAG_FRAME_TIME, 40);
    dw_tag(w, TAG_FRAME_INCREMENT_POINTER, TAG_FRAME_TIME);
    dw_empty(w, TAG_PATIENT_ORIENTATION);
    dw_text(w, TAG_BODY_PART_EXAMINED, "HEART");
    dw_sequence_begin(w, TAG_SEQUENCE_OF_ULTRASOUND_REGIONS);
    dw_item_begin(w);
    dw_int(w, TAG_REGION_SPATIAL_FORMAT, 1);
    dw_int(w, TAG_REGION_DATA_TYPE, 1);
    dw_int(w, TAG_REGION_FLAGS, 0);
    dw_int(w, TAG_REGION_LOCATION_MIN_X0, 0);
    dw_int(w, TAG_REGION_LOCATION_MIN_Y0, US_TOP);
    dw_int(w, TAG_REGION_LOCATION_MAX_X1, US_COLUMNS - 1);
    dw_int(w, TAG_REGION_LOCATION_MAX_Y1, US_TOP + US_DEPTH - 1);
    dw_int(w, TAG_PHYSICAL_UNITS_X_DIRECTION, 3); /* cm */
    dw_int(w, TAG_PHYSICAL_UNITS_Y_DIRECTION, 3);
    dw_double(w, TAG_PHYSICAL_DELTA_X, 16.0 / US_DEPTH);
    dw_double(w, TAG_PHYSICAL_DELTA_Y, 16.0 / US_DEPTH);
    dw_item_end(w);
    dw_sequence_end(w);
}

bool phantom_us(const PhantomOrder *o, PhantomEach *each, void *with, Err *err)
{
    PhantomSeries s = phantom_series(o, 5, "US", "1.2.840.10008.5.1.4.1.1.3.1", "Coupe quatre cavités", "Phantom US");
    size_t   frame_bytes = (size_t)US_ROWS * US_COLUMNS;
    uint8_t *at = calloc(US_FRAMES, frame_bytes);
    bool     ok = at != NULL;
    Noise    n  = { .state = o->seed * 2654435761U + 5 };
    for (int f = 0; ok && f < US_FRAMES; f++)
        us_frame(at + (size_t)f * frame_bytes, f, &n);
    if (ok) {
        OWNED(DicomWriter) *w = dw_new((size_t)32 << 20);
        char sop[65];
        phantom_head(w, o, &s, 1, sop);
        us_attributes(w);
        dw_pixels(w, slice_bytes(at, US_FRAMES * frame_bytes), 8);
        ok = phantom_give(w, &s, sop, each, with, err);
    } else {
        err_set(err, ERR_LIMIT, "The content is too large.", "phantom ultrasound");
    }
    free(at);
    return ok;
}
