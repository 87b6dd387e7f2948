/*
 * From the samples of a waveform to rows in millimetres, then drawn and encoded.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/wave_render.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/archive/frame_annotate.h"
#include "clinic/archive/frame_colours.h"
#include "clinic/archive/frames_internal.h"
#include "formats/dicom/waveform.h"
#include "formats/pdf/tracing.h"

enum { LINE_MAX_BYTES = 96, FAR_MM = 10000 /* beyond any sheet */ };
enum { MM_PER_S = 25, MM_PER_MV = 10, SECONDS_MAX = 10, PIXELS_PER_MM = 4, FITS_MM = 16, POINTS_PER_MM = 40 };

/* Millimetres of one unit, of voltages; 0: another unit. */
static double mm_of_unit(const char *unit)
{
    static const struct {
        const char *unit;
        double      mv;
    } VOLTS[] = { { "uV", 0.001 }, { "mV", 1 }, { "V", 1000 } };
    for (size_t i = 0; i < COUNT(VOLTS); i++)
        if (strcmp(unit, VOLTS[i].unit) == 0)
            return VOLTS[i].mv * MM_PER_MV;
    return 0;
}

/* Every 'step'th sample in millimetres. What is no voltage is spread over its row, its middle at zero. */
static void row_fill(const Waveform *w, uint32_t channel, uint32_t step, size_t samples, float *mm)
{
    double scale = mm_of_unit(w->channel[channel].unit), least = INFINITY, most = -INFINITY, middle = 0;
    for (size_t i = 0; scale == 0 && i < samples; i++) {
        double v = waveform_value(w, channel, (uint32_t)i * step);
        least    = fmin(least, isfinite(v) ? v : least);
        most     = fmax(most, isfinite(v) ? v : most);
    }
    if (scale == 0 && most > least) {
        middle = (least + most) / 2;
        scale  = FITS_MM / (most - least);
    }
    for (size_t i = 0; i < samples; i++) {
        double v = (waveform_value(w, channel, (uint32_t)i * step) - middle) * scale;
        mm[i]    = isfinite(v) ? (float)fmin(fmax(v, -FAR_MM), FAR_MM) : NAN;
    }
}

/* The picture's size: of the sheet, or as it fits into the viewport. */
static void picture_size(const Tracing *t, const RenderWanted *wanted, uint32_t *ret_width,
                         uint32_t *ret_height)
{
    double wide, high, scale = PIXELS_PER_MM;
    tracing_size_mm(t, &wide, &high);
    if (wanted->width)
        scale = fmin(scale, wanted->width / wide);
    if (wanted->height)
        scale = fmin(scale, wanted->height / high);
    *ret_width  = (uint32_t)fmax(1, floor(wide * scale));
    *ret_height = (uint32_t)fmax(1, floor(high * scale));
}

static bool drawn(ChildPool *codec, const Stored *s, const Tracing *t, const RenderWanted *wanted, Buf *ret,
                  Err *err)
{
    OWNED_BUF colours = buf_make(FRAME_BYTES_MAX);
    Picture   picture = { .channels = 3 };
    picture_size(t, wanted, &picture.width, &picture.height);
    picture.at = malloc((size_t)picture.width * picture.height * 3);
    bool ok    = picture.at ? tracing_draw(t, picture.width, picture.height, picture.at, err)
                            : err_set(err, ERR_UNAVAILABLE, "Memory is out.", "waveform");
    ok         = ok && frame_annotate(s->ds, 1, 1, wanted, &picture, err) &&
         frame_colours(codec, s->ds, wanted, &picture, &colours, err) &&
         picture_encoded(&picture, wanted, ret, err);
    free(picture.at);
    return ok;
}

static bool waveform_drawn(ChildPool *codec, const Stored *s, const Waveform *w, const RenderWanted *wanted,
                           Buf *ret, Err *err)
{
    TraceRow rows[WAVEFORM_CHANNELS_MAX];
    char     footer[LINE_MAX_BYTES];
    uint32_t step   = (uint32_t)fmax(1, floor(w->hz / MM_PER_S / POINTS_PER_MM));
    double   shown  = fmin(w->samples, ceil(w->hz * SECONDS_MAX));
    size_t   points = ((size_t)shown + step - 1) / step;
    float   *mm     = calloc(points * w->channels, sizeof *mm);
    bool     volts  = false;
    if (!mm)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "waveform");
    for (uint32_t c = 0; c < w->channels; c++) {
        row_fill(w, c, step, points, mm + c * points);
        bool volt = mm_of_unit(w->channel[c].unit) > 0;
        volts     = volts || volt;
        rows[c]   = (TraceRow) { slice_of(w->channel[c].label), mm + c * points, volt ? MM_PER_MV : 0 };
    }
    (void)snprintf(footer, sizeof footer, "%d mm/s%s   %.3g / %.3g s", MM_PER_S, volts ? "   10 mm/mV" : "",
                   shown / w->hz, w->samples / w->hz);
    Tracing t  = { rows, w->channels, points, w->hz / MM_PER_S / step, slice_of(footer) };
    bool    ok = drawn(codec, s, &t, wanted, ret, err);
    free(mm);
    return ok;
}

bool wave_render(Archive *a, ChildPool *codec, const InstanceRow *row, const RenderWanted *wanted, Buf *ret,
                 Err *err)
{
    Stored   s;
    Waveform w;
    if (wanted->has_window || wanted->left > 0 || wanted->top > 0 || fabs(wanted->part_width) > 0 ||
        fabs(wanted->part_height) > 0)
        return err_set(err, ERR_INPUT, "The window or viewport asked for is malformed.",
                       "part of a waveform");
    bool ok = stored_open(a, row, &s, err) && waveform_read(s.ds, 0, &w, err) &&
              waveform_drawn(codec, &s, &w, wanted, ret, err);
    stored_close(&s);
    return ok;
}
