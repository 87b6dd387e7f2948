/*
 * The card, drawn by cairo, its word set by pango to fill the sheet.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/pdf/card.h"

#include <pango/pangocairo.h>
#include <string.h>

#include "formats/pdf/pdf.h"

enum { WORD_MAX = 16 };

/* All lengths are shares of a side of 1. The sheet has a corner folded over. */
static void sheet(cairo_t *cr)
{
    cairo_set_source_rgb(cr, 0.10, 0.11, 0.13);
    cairo_paint(cr);
    cairo_move_to(cr, 0.17, 0.08);
    cairo_line_to(cr, 0.66, 0.08);
    cairo_line_to(cr, 0.83, 0.25);
    cairo_line_to(cr, 0.83, 0.92);
    cairo_line_to(cr, 0.17, 0.92);
    cairo_close_path(cr);
    cairo_set_source_rgb(cr, 0.24, 0.27, 0.31);
    cairo_fill_preserve(cr);
    cairo_set_source_rgb(cr, 0.62, 0.68, 0.74);
    cairo_set_line_width(cr, 0.012);
    cairo_stroke(cr);
    cairo_move_to(cr, 0.66, 0.08);
    cairo_line_to(cr, 0.66, 0.25);
    cairo_line_to(cr, 0.83, 0.25);
    cairo_stroke(cr);
}

static void triangle(cairo_t *cr)
{
    cairo_move_to(cr, 0.44, 0.70);
    cairo_line_to(cr, 0.60, 0.785);
    cairo_line_to(cr, 0.44, 0.87);
    cairo_close_path(cr);
    cairo_set_source_rgb(cr, 0.62, 0.68, 0.74);
    cairo_fill(cr);
}

/* In the middle, as large as the sheet is wide: set once to be measured, then in its size. */
static void write_word(cairo_t *cr, const char *word, double side)
{
    cairo_identity_matrix(cr); /* letters are not made large and then small again */
    PangoLayout          *layout = pango_cairo_create_layout(cr);
    PangoFontDescription *font   = pango_font_description_from_string("Liberation Sans Bold");
    PangoRectangle        ink;
    double                size = side / 4;
    pango_layout_set_text(layout, word, -1);
    for (int pass = 0; pass < 2; pass++) {
        pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
        pango_layout_set_font_description(layout, font);
        pango_layout_get_pixel_extents(layout, &ink, NULL);
        if (pass == 0 && ink.width > 0 && ink.height > 0) {
            double by_width = 0.52 * side / ink.width, by_height = 0.22 * side / ink.height;
            size *= by_width < by_height ? by_width : by_height;
        }
    }
    cairo_move_to(cr, side / 2 - ink.x - ink.width / 2.0, side / 2 - ink.y - ink.height / 2.0);
    cairo_set_source_rgb(cr, 0.93, 0.95, 0.97);
    pango_cairo_show_layout(cr, layout);
    pango_font_description_free(font);
    g_object_unref(layout);
}

static void take_rgb(cairo_surface_t *surface, unsigned side, unsigned char *rgb)
{
    const unsigned char *from   = cairo_image_surface_get_data(surface);
    int                  stride = cairo_image_surface_get_stride(surface);
    for (unsigned y = 0; y < side; y++)
        for (unsigned x = 0; x < side; x++) {
            uint32_t       pixel;
            unsigned char *to = rgb + ((size_t)y * side + x) * 3;
            memcpy(&pixel, from + (size_t)y * (size_t)stride + x * sizeof pixel, sizeof pixel);
            to[0] = (unsigned char)(pixel >> 16);
            to[1] = (unsigned char)(pixel >> 8);
            to[2] = (unsigned char)pixel;
        }
}

bool card_draw(Slice word, bool plays, unsigned side, unsigned char *rgb, Err *err)
{
    OWNED_BUF text = buf_make(64);
    if (side < CARD_SIDE_MIN || side > CARD_SIDE_MAX)
        return err_set(err, ERR_BUG, "The picture could not be made.", "card of %u", side);
    if (!pdf_clean(slice_part(word, 0, WORD_MAX), &text) || !buf_add_char(&text, '\0'))
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "card");
    cairo_surface_t *surface = cairo_image_surface_create(CAIRO_FORMAT_RGB24, (int)side, (int)side);
    cairo_t         *cr      = cairo_create(surface);
    cairo_scale(cr, side, side);
    sheet(cr);
    if (plays)
        triangle(cr);
    write_word(cr, text.at, side);
    bool ok = cairo_status(cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(cr);
    cairo_surface_flush(surface);
    if (ok)
        take_rgb(surface, side, rgb);
    cairo_surface_destroy(surface);
    return ok || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "card");
}
