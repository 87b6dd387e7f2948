/*
 * The paper, the calibrations and the curves, drawn by cairo in millimetres.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/pdf/tracing.h"

#include <math.h>
#include <pango/pangocairo.h>

#include "formats/pdf/canvas.h"
#include "formats/pdf/pdf.h"

enum { ROW_MM = 20, EDGE_MM = 5, PULSE_MM = 10, FOOT_MM = 8, FINE_PIXELS = 3, LABEL_MAX = 64 };

void tracing_size_mm(const Tracing *t, double *ret_width, double *ret_height)
{
    *ret_width  = 2 * EDGE_MM + PULSE_MM + t->wide_mm;
    *ret_height = 2 * EDGE_MM + (double)t->bands * ROW_MM + FOOT_MM;
}

static void grid(cairo_t *cr, double width, double height, double step, double line, double tint)
{
    for (double x = 0; x <= width; x += step) {
        cairo_move_to(cr, x, 0);
        cairo_line_to(cr, x, height);
    }
    for (double y = 0; y <= height; y += step) {
        cairo_move_to(cr, 0, y);
        cairo_line_to(cr, width, y);
    }
    cairo_set_line_width(cr, line);
    cairo_set_source_rgb(cr, 1, tint, tint);
    cairo_stroke(cr);
}

static bool words(cairo_t *cr, Slice text, double x, double y, double size_mm)
{
    OWNED_BUF clean = buf_make(LABEL_MAX * 8);
    if (!pdf_clean(slice_part(text, 0, LABEL_MAX), &clean) || !buf_add_char(&clean, '\0'))
        return false;
    PangoLayout          *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font   = pango_font_description_from_string("Liberation Sans");
    pango_font_description_set_absolute_size(font, size_mm * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, clean.at, -1);
    cairo_move_to(cr, x, y);
    cairo_set_source_rgb(cr, 0, 0, 0);
    pango_cairo_show_layout(cr, layout);
    pango_font_description_free(font);
    g_object_unref(layout);
    return true;
}

static void pulse(cairo_t *cr, double y, double height)
{
    cairo_move_to(cr, EDGE_MM, y);
    cairo_line_to(cr, EDGE_MM + 2, y);
    cairo_line_to(cr, EDGE_MM + 2, y - height);
    cairo_line_to(cr, EDGE_MM + 7, y - height); /* 0.2 s at 25 mm/s */
    cairo_line_to(cr, EDGE_MM + 7, y);
    cairo_line_to(cr, EDGE_MM + 9, y);
}

static void curve(cairo_t *cr, const Tracing *t, const TraceRow *row, double y, double far)
{
    bool down = false;
    for (size_t i = 0; i < row->samples; i++) {
        double mm = row->mm[i], x = EDGE_MM + PULSE_MM + row->left_mm + (double)i / t->samples_per_mm;
        if (!isfinite(mm)) {
            down = false;
            continue;
        }
        mm = fmin(fmax(mm, -far), far);
        if (down)
            cairo_line_to(cr, x, y - mm);
        else
            cairo_move_to(cr, x, y - mm);
        down = true;
    }
}

static bool sheet(cairo_t *cr, const Tracing *t, double width, double height, double pixels_per_mm)
{
    bool ok = true;
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_paint(cr);
    if (pixels_per_mm >= FINE_PIXELS)
        grid(cr, width, height, 1, 0.1, 0.88);
    grid(cr, width, height, 5, fmax(0.15, 0.5 / pixels_per_mm), 0.72);
    for (size_t i = 0; ok && i < t->count; i++) {
        double y = EDGE_MM + (t->rows[i].band + 0.5) * ROW_MM;
        if (t->rows[i].pulse_mm > 0)
            pulse(cr, y, t->rows[i].pulse_mm);
        curve(cr, t, &t->rows[i], y, height);
        cairo_set_line_width(cr, fmax(0.25, 1 / pixels_per_mm));
        cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
        cairo_set_source_rgb(cr, 0, 0, 0);
        cairo_stroke(cr);
        ok = words(cr, t->rows[i].label, EDGE_MM + PULSE_MM + t->rows[i].left_mm, y - ROW_MM / 2.0 + 1, 3.5);
    }
    return ok && words(cr, t->footer, EDGE_MM, height - FOOT_MM, 3.5);
}

bool tracing_draw(const Tracing *t, uint32_t width, uint32_t height, uint8_t *rgb, Err *err)
{
    double wide, high;
    if (width == 0 || height == 0 || width > TRACING_SIDE_MAX || height > TRACING_SIDE_MAX ||
        t->count > TRACING_ROWS_MAX || t->bands > TRACING_ROWS_MAX || !(t->samples_per_mm > 0))
        return err_set(err, ERR_LIMIT, "The picture could not be made.", "tracing of %u x %u", width, height);
    tracing_size_mm(t, &wide, &high);
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)width, (int)height);
    cairo_t         *cr      = cairo_create(surface);
    cairo_scale(cr, width / wide, height / high);
    bool ok = sheet(cr, t, wide, high, width / wide) && cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cr);
    if (ok)
        canvas_to(surface, width, height, rgb);
    else
        cairo_surface_destroy(surface);
    return ok || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "tracing");
}
