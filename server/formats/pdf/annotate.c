/*
 * The lines, set by pango and drawn by cairo over the picture.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/pdf/annotate.h"

#include <pango/pangocairo.h>

#include "formats/pdf/canvas.h"
#include "formats/pdf/pdf.h"

enum { TEXT_MAX = 4096, LETTER_MIN = 9, LETTER_MAX = 48, LETTERS_OF_HEIGHT = 36 };

static double letter_of(uint32_t height)
{
    double size = height / (double)LETTERS_OF_HEIGHT;
    return size < LETTER_MIN ? LETTER_MIN : size > LETTER_MAX ? LETTER_MAX : size;
}

/* Every line cleaned by itself: what cleans takes a line for one. */
static bool lines_clean(Slice text, Buf *ret)
{
    bool ok = true;
    for (bool first = true; ok && text.len; first = false)
        ok = (first || buf_add_char(ret, '\n')) && pdf_clean(slice_cut(&text, '\n'), ret);
    return ok && buf_add_char(ret, '\0');
}

static bool lines_draw(cairo_t *cr, Slice text, bool at_bottom, uint32_t width, uint32_t height)
{
    OWNED_BUF clean = buf_make(TEXT_MAX * 4);
    double    size = letter_of(height), edge = size / 2;
    int       tall = 0;
    if (!text.len)
        return true;
    if (!lines_clean(slice_part(text, 0, TEXT_MAX), &clean))
        return false;
    PangoLayout          *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font   = pango_font_description_from_string("Liberation Sans Bold");
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_layout_set_text(layout, clean.at, -1);
    pango_layout_set_width(layout, (int)((width > 2 * edge ? width - 2 * edge : 1) * PANGO_SCALE));
    pango_layout_set_height(layout, -1); /* one line each, however long */
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_get_pixel_size(layout, NULL, &tall);
    cairo_move_to(cr, edge, at_bottom ? height - edge - tall : edge);
    pango_cairo_layout_path(cr, layout);
    cairo_set_line_join(cr, CAIRO_LINE_JOIN_ROUND);
    cairo_set_line_width(cr, size / 5);
    cairo_set_source_rgb(cr, 0, 0, 0);
    cairo_stroke_preserve(cr);
    cairo_set_source_rgb(cr, 1, 1, 1);
    cairo_fill(cr);
    pango_font_description_free(font);
    g_object_unref(layout);
    return cairo_status(cr) == CAIRO_STATUS_SUCCESS;
}

bool annotate_draw(Slice top, Slice bottom, uint32_t width, uint32_t height, uint8_t *rgb, Err *err)
{
    if (width > CANVAS_SIDE_MAX || height > CANVAS_SIDE_MAX || width == 0 || height == 0)
        return err_set(err, ERR_LIMIT, "The picture could not be made.", "annotation of %u x %u", width,
                       height);
    cairo_surface_t *surface = canvas_from(width, height, rgb);
    if (!surface)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "annotation");
    cairo_t *cr = cairo_create(surface);
    bool     ok = lines_draw(cr, top, false, width, height) && lines_draw(cr, bottom, true, width, height);
    cairo_destroy(cr);
    canvas_to(surface, width, height, rgb);
    return ok || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "annotation");
}
