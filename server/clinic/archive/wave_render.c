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

/* Every 'step'th sample from 'from' on in millimetres. What is no voltage is spread over its row, its middle at
 * zero. */
static void row_fill(const Waveform *w, uint32_t channel, uint32_t from, uint32_t step, size_t samples, float *mm)
{
    double scale = mm_of_unit(w->channel[channel].unit), least = INFINITY, most = -INFINITY, middle = 0;
    for (size_t i = 0; scale == 0 && i < samples; i++) {
        double v = waveform_value(w, channel, from + (uint32_t)i * step);
        least    = fmin(least, isfinite(v) ? v : least);
        most     = fmax(most, isfinite(v) ? v : most);
    }
    if (scale == 0 && most > least) {
        middle = (least + most) / 2;
        scale  = FITS_MM / (most - least);
    }
    for (size_t i = 0; i < samples; i++) {
        double v = (waveform_value(w, channel, from + (uint32_t)i * step) - middle) * scale;
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

/* ---- the twelve leads ---- */

enum { LEADS = 12, RHYTHM = 1 /* II */, STANDARD_SECONDS_MIN = 4 };
static const char *const LEAD_NAMES[LEADS] = { "I",  "II", "III", "aVR", "aVL", "aVF",
                                               "V1", "V2", "V3",  "V4",  "V5",  "V6" };

/* "Lead aVR (augmented voltage, right)", "V1": the name alone. */
static Slice lead_name(const char *label)
{
    Slice all = slice_trim(slice_of(label)), first = slice_cut(&all, ' ');
    return slice_equal_fold(first, SLICE("Lead")) ? slice_trim(slice_cut(&all, ' ')) : first;
}

/* Which channel is which lead; false: not all twelve are there, in millivolts, for long enough. */
static bool standard_leads(const Waveform *w, uint32_t ret[LEADS])
{
    for (size_t lead = 0; lead < LEADS; lead++) {
        uint32_t c = 0;
        while (c < w->channels && (!slice_equal_fold(lead_name(w->channel[c].label), slice_of(LEAD_NAMES[lead])) ||
                                   !(mm_of_unit(w->channel[c].unit) > 0)))
            c++;
        if (c == w->channels)
            return false;
        ret[lead] = c;
    }
    return w->samples / w->hz >= STANDARD_SECONDS_MIN;
}

/* ---- pages ---- */

typedef struct Page {
    size_t   group;
    bool     standard;
    uint32_t from, samples;
    uint32_t number, pages; /* of all */
} Page;

/* Page 'wanted' of the data set, and how many there are. A later group that cannot be read is passed over. */
static bool page_find(const Dataset *ds, uint32_t wanted, Waveform *w, Page *ret, Err *err)
{
    uint32_t leads[LEADS], count = 0;
    size_t   groups = dataset_items(ds, TAG_WAVEFORM_SEQUENCE);
    bool     found  = false;
    Page     page   = { .number = wanted };
    for (size_t g = 0; g == 0 || g < groups; g++) {
        if (!waveform_read(ds, g, w, g ? NULL : err)) {
            if (g == 0)
                return false;
            continue;
        }
        uint32_t each = (uint32_t)fmin(w->samples, ceil(w->hz * SECONDS_MAX));
        if (standard_leads(w, leads) && ++count == wanted) {
            page  = (Page) { .group = g, .standard = true, .samples = each, .number = wanted };
            found = true;
        }
        for (uint32_t from = 0; from < w->samples && count < WAVE_PAGES_MAX; from += each)
            if (++count == wanted) {
                page  = (Page) { .group = g, .from = from, .samples = each, .number = wanted };
                found = true;
                if (w->samples - from < each)
                    page.samples = w->samples - from;
            }
    }
    page.pages = count;
    *ret       = page;
    return !wanted ||
           (found ? waveform_read(ds, page.group, w, err)
                  : err_set(err, ERR_NOT_FOUND, "This instance has no such frame.", "page %u of %u", wanted, count));
}

typedef struct Sheet {
    TraceRow rows[WAVEFORM_CHANNELS_MAX];
    size_t   count;
    unsigned bands;
    float   *mm;
    uint32_t step;
} Sheet;

/* 'samples' of a channel from 'from' on, as a piece of a band. */
static void piece_add(const Waveform *w, Sheet *s, uint32_t channel, uint32_t from, uint32_t samples, size_t *used,
                      double left_mm, unsigned band)
{
    size_t points = (samples + (size_t)s->step - 1) / s->step;
    row_fill(w, channel, from, s->step, points, s->mm + *used);
    s->rows[s->count++] = (TraceRow) { .label    = slice_of(w->channel[channel].label),
                                       .mm       = s->mm + *used,
                                       .pulse_mm = left_mm > 0 || !(mm_of_unit(w->channel[channel].unit) > 0) ? 0 : MM_PER_MV,
                                       .samples  = points,
                                       .left_mm  = left_mm,
                                       .band     = band };
    s->bands            = band + 1 > s->bands ? band + 1 : s->bands;
    *used += points;
}

static void sheet_fill(const Waveform *w, const Page *p, Sheet *s)
{
    uint32_t leads[LEADS], quarter = p->samples / 4;
    size_t   used = 0;
    if (!p->standard) {
        for (uint32_t c = 0; c < w->channels; c++)
            piece_add(w, s, c, p->from, p->samples, &used, 0, c);
        return;
    }
    (void)standard_leads(w, leads);
    for (unsigned i = 0; i < LEADS; i++)
        piece_add(w, s, leads[i], i / 3 * quarter, quarter, &used, i / 3 * quarter / w->hz * MM_PER_S, i % 3);
    piece_add(w, s, leads[RHYTHM], 0, p->samples, &used, 0, 3);
}

static bool waveform_drawn(ChildPool *codec, const Stored *stored, const Waveform *w, const Page *p,
                           const RenderWanted *wanted, Buf *ret, Err *err)
{
    char   footer[LINE_MAX_BYTES];
    Sheet *s     = calloc(1, sizeof *s);
    bool   volts = false;
    if (!s)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "waveform");
    s->step = (uint32_t)fmax(1, floor(w->hz / MM_PER_S / POINTS_PER_MM));
    s->mm   = calloc(((size_t)p->samples / s->step + 2) * (w->channels + LEADS), sizeof *s->mm);
    bool ok = s->mm || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "waveform");
    if (ok) {
        sheet_fill(w, p, s);
        for (size_t i = 0; i < s->count; i++)
            volts = volts || s->rows[i].pulse_mm > 0;
        (void)snprintf(footer, sizeof footer, "%d mm/s%s   %.3g - %.3g / %.3g s   %u/%u", MM_PER_S,
                       volts ? "   10 mm/mV" : "", p->from / w->hz, (p->from + p->samples) / w->hz,
                       w->samples / w->hz, p->number, p->pages);
        Tracing t = { s->rows, s->count, s->bands, p->samples / w->hz * MM_PER_S, w->hz / MM_PER_S / s->step,
                      slice_of(footer) };
        ok        = drawn(codec, stored, &t, wanted, ret, err);
    }
    free(s->mm);
    free(s);
    return ok;
}

bool wave_pages(Archive *a, const InstanceRow *row, uint32_t *ret, Err *err)
{
    Stored   s;
    Waveform w;
    Page     page = { 0 };
    bool     ok   = stored_open(a, row, &s, err) && page_find(s.ds, 0, &w, &page, err);
    stored_close(&s);
    *ret = page.pages;
    return ok;
}

bool wave_render(Archive *a, ChildPool *codec, const InstanceRow *row, uint32_t page,
                 const RenderWanted *wanted, Buf *ret, Err *err)
{
    Stored   s;
    Waveform w;
    Page     which;
    if (wanted->has_window || wanted->left > 0 || wanted->top > 0 || fabs(wanted->part_width) > 0 ||
        fabs(wanted->part_height) > 0)
        return err_set(err, ERR_INPUT, "The window or viewport asked for is malformed.",
                       "part of a waveform");
    bool ok = stored_open(a, row, &s, err) && page_find(s.ds, page, &w, &which, err) &&
              waveform_drawn(codec, &s, &w, &which, wanted, ret, err);
    stored_close(&s);
    return ok;
}
