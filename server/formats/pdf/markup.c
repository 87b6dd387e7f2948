/*
 * Drawings of a presentation state, by cairo and pango. Texts stand upright whatever way the image is turned.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/pdf/markup.h"

#include <math.h>
#include <pango/pangocairo.h>

#include "formats/pdf/canvas.h"
#include "formats/pdf/pdf.h"

enum { FAR = 1 << 20, TEXT_MAX = 1024, LETTER_MIN = 9, LETTER_MAX = 48, LETTERS_OF_HEIGHT = 36 };

/*
 * What one picture may cost, in pixels of line, so that nobody who stores a drawing keeps the server busy with it: far
 * more than people draw. What does not fit in any more is left out.
 */
enum { INK_MAX = 1000000, FILL_SHARE = 1000 /* pixels of a filled picture to one of ink */, TEXTS_MAX = 200, PIECE = 64 };

typedef struct Sheet {
    cairo_t      *cr;
    const double *matrix;
    double        width, height, line; /* thickness */
    double        ink_left;
    size_t        texts;
} Sheet;

/* False: too far off to be drawn. */
static bool place(const Sheet *s, MarkPlace p, double *ret_x, double *ret_y)
{
    const double *m = s->matrix;
    *ret_x          = p.displayed ? p.x * s->width : m[0] * p.x + m[1] * p.y + m[2];
    *ret_y          = p.displayed ? p.y * s->height : m[3] * p.x + m[4] * p.y + m[5];
    return fabs(*ret_x) < FAR && fabs(*ret_y) < FAR;
}

static bool point_at(const Sheet *s, const Mark *m, size_t i, double *ret_x, double *ret_y)
{
    return i < m->points &&
           place(s, (MarkPlace) { m->at[2 * i], m->at[2 * i + 1], m->displayed }, ret_x, ret_y);
}

/* ---- shapes ---- */

static void line_path(const Sheet *s, const Mark *m, size_t first, size_t last)
{
    double x, y;
    for (size_t i = first; i <= last; i++) {
        if (!point_at(s, m, i, &x, &y))
            cairo_new_sub_path(s->cr);
        else
            cairo_line_to(s->cr, x, y);
    }
}

/* Catmull and Rom: at each point the direction from its neighbour before to the one after. */
static void curve_path(const Sheet *s, const Mark *m, size_t first, size_t last)
{
    double x[4], y[4];
    for (size_t i = first; i < last; i++) {
        bool near = true;
        for (size_t k = 0; k < 4; k++) {
            size_t at = i + k == 0 ? 0 : i + k - 1;
            near      = near && point_at(s, m, at < m->points ? at : m->points - 1, &x[k], &y[k]);
        }
        if (!near) {
            cairo_new_sub_path(s->cr);
            continue;
        }
        cairo_line_to(s->cr, x[1], y[1]);
        cairo_curve_to(s->cr, x[1] + (x[2] - x[0]) / 6, y[1] + (y[2] - y[0]) / 6, x[2] - (x[3] - x[1]) / 6,
                       y[2] - (y[3] - y[1]) / 6, x[2], y[2]);
    }
}

/* A circle of the image is an ellipse where its pixels are not square: made of two half axes, as seen. */
static void round_path(const Sheet *s, double x, double y, const double long_axis[2], const double short_axis[2])
{
    cairo_matrix_t turned = { long_axis[0], long_axis[1], short_axis[0], short_axis[1], x, y };
    cairo_save(s->cr);
    cairo_new_sub_path(s->cr);
    if (fabs(long_axis[0] * short_axis[1] - long_axis[1] * short_axis[0]) > 1e-6) {
        cairo_transform(s->cr, &turned);
        cairo_arc(s->cr, 0, 0, 1, 0, 2 * M_PI);
    }
    cairo_restore(s->cr);
    cairo_close_path(s->cr);
}

static void circle_path(const Sheet *s, const Mark *m)
{
    double x, y, px, py;
    if (!point_at(s, m, 0, &x, &y) || !point_at(s, m, 1, &px, &py))
        return;
    double seen = hypot(px - x, py - y), r = hypot(m->at[2] - m->at[0], m->at[3] - m->at[1]);
    if (m->displayed)
        round_path(s, x, y, (double[]) { seen, 0 }, (double[]) { 0, seen });
    else
        round_path(s, x, y, (double[]) { s->matrix[0] * r, s->matrix[3] * r },
                   (double[]) { s->matrix[1] * r, s->matrix[4] * r });
}

static void ellipse_path(const Sheet *s, const Mark *m)
{
    double x[4], y[4];
    for (size_t i = 0; i < 4; i++)
        if (!point_at(s, m, i, &x[i], &y[i]))
            return;
    round_path(s, (x[0] + x[1]) / 2, (y[0] + y[1]) / 2, (double[]) { (x[1] - x[0]) / 2, (y[1] - y[0]) / 2 },
               (double[]) { (x[3] - x[2]) / 2, (y[3] - y[2]) / 2 });
}

static void point_path(const Sheet *s, const Mark *m, size_t i)
{
    double x, y, arm = s->line * 2;
    if (!point_at(s, m, i, &x, &y))
        return;
    cairo_move_to(s->cr, x - arm, y);
    cairo_line_to(s->cr, x + arm, y);
    cairo_move_to(s->cr, x, y - arm);
    cairo_line_to(s->cr, x, y + arm);
}

/* The points from 'first' to 'last' of it. */
static void shape_path(const Sheet *s, const Mark *m, size_t first, size_t last)
{
    cairo_new_path(s->cr);
    switch (m->kind) {
    case MARK_POINT:
        for (size_t i = first; i <= last; i++)
            point_path(s, m, i);
        return;
    case MARK_LINE:
        line_path(s, m, first, last);
        return;
    case MARK_CURVE:
        curve_path(s, m, first, last);
        return;
    case MARK_CIRCLE:
        circle_path(s, m);
        return;
    case MARK_ELLIPSE:
        ellipse_path(s, m);
        return;
    case MARK_TEXT:
        return;
    }
}

static void ink(const Sheet *s, const Mark *m)
{
    cairo_set_source_rgb(s->cr, m->colour[0] / 255.0, m->colour[1] / 255.0, m->colour[2] / 255.0);
}

static bool is_round(const Mark *m)
{
    return m->kind == MARK_CIRCLE || m->kind == MARK_ELLIPSE;
}

static bool is_filled(const Mark *m)
{
    return m->filled && m->kind != MARK_POINT;
}

/* Pixels of line that it takes, its filling as a share of the picture. */
static double ink_of(const Sheet *s, const Mark *m)
{
    double all = is_filled(m) ? s->width * s->height / FILL_SHARE : 0, x, y, from_x = 0, from_y = 0;
    if (is_round(m))
        return all + 4 * (s->width + s->height);
    for (size_t i = 0; i < m->points; i++)
        if (point_at(s, m, i, &x, &y)) {
            all += m->kind == MARK_POINT ? s->line * 8 : i ? hypot(x - from_x, y - from_y) + 1 : 1;
            from_x = x;
            from_y = y;
        }
    return all;
}

/* Lines in pieces: what they cost together grows with the square of what is drawn at once. */
static void shape(Sheet *s, const Mark *m)
{
    double needed = ink_of(s, m);
    if (!m->points || needed > s->ink_left)
        return;
    s->ink_left -= needed;
    ink(s, m);
    cairo_set_line_width(s->cr, s->line);
    if (is_filled(m)) {
        shape_path(s, m, 0, m->points - 1);
        cairo_fill(s->cr);
    }
    for (size_t first = 0; first == 0 || first + 1 < m->points; first += PIECE) {
        size_t last = first + PIECE < m->points ? first + PIECE : m->points - 1;
        shape_path(s, m, first, last);
        cairo_stroke(s->cr);
        if (is_round(m))
            return;
    }
}

/* ---- texts ---- */

typedef struct TextBox {
    double x, y, width, height; /* width 0: as wide as the text is */
} TextBox;

static bool box_at(const Sheet *s, const Mark *m, TextBox *ret)
{
    double x, y, to_x, to_y;
    if (!m->has_box) {
        *ret = (TextBox) { 0 };
        return m->has_anchor && place(s, m->anchor, &ret->x, &ret->y);
    }
    if (!place(s, m->from, &x, &y) || !place(s, m->to, &to_x, &to_y))
        return false;
    *ret = (TextBox) { fmin(x, to_x), fmin(y, to_y), fabs(to_x - x), fabs(to_y - y) };
    return true;
}

/* From the anchor to the nearest place of the box. */
static void anchor_line(const Sheet *s, const Mark *m, const TextBox *b)
{
    double x, y;
    if (!m->has_anchor || !m->has_box || !m->anchor_shown || !place(s, m->anchor, &x, &y))
        return;
    cairo_new_path(s->cr);
    cairo_move_to(s->cr, x, y);
    cairo_line_to(s->cr, fmin(fmax(x, b->x), b->x + b->width), fmin(fmax(y, b->y), b->y + b->height));
    ink(s, m);
    cairo_set_line_width(s->cr, s->line);
    cairo_stroke(s->cr);
}

/* Lines parted by CR LF, as DICOM has them, become lines of pango. */
static bool text_clean(Slice text, Buf *ret)
{
    bool ok = true;
    text    = slice_part(text, 0, TEXT_MAX);
    for (size_t at = 0, from = 0; ok && at <= text.len; at++) {
        bool end = at == text.len || text.at[at] == '\r' || text.at[at] == '\n';
        if (!end)
            continue;
        ok = pdf_clean(slice_part(text, from, at - from), ret);
        if (at + 1 < text.len && text.at[at] == '\r' && text.at[at + 1] == '\n')
            at++;
        from = at + 1;
        ok   = ok && (at >= text.len || buf_add_char(ret, '\n'));
    }
    return ok && buf_add_char(ret, '\0');
}

static void lettered(PangoLayout *layout, double size)
{
    PangoFontDescription *font = pango_font_description_from_string("Liberation Sans Bold");
    pango_font_description_set_absolute_size(font, size * PANGO_SCALE);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
}

/* Letters of a readable size, smaller where the box holds no more. */
static double letters_fit(const Sheet *s, PangoLayout *layout, const TextBox *b)
{
    double size = fmin(fmax(s->height / LETTERS_OF_HEIGHT, LETTER_MIN), LETTER_MAX);
    int    wide = 0, high = 0;
    lettered(layout, size);
    pango_layout_get_pixel_size(layout, &wide, &high);
    if (b->width > 0 && wide > 0 && high > 0 && (wide > b->width || high > b->height)) {
        size = fmax(floor(size * fmin(b->width / wide, b->height / high)), LETTER_MIN);
        lettered(layout, size);
    }
    return size;
}

static bool words(Sheet *s, const Mark *m)
{
    static const PangoAlignment ALIGN[] = { [MARK_LEFT]   = PANGO_ALIGN_LEFT,
                                            [MARK_CENTER] = PANGO_ALIGN_CENTER,
                                            [MARK_RIGHT]  = PANGO_ALIGN_RIGHT };
    TextBox                     b;
    OWNED_BUF                   clean = buf_make(TEXT_MAX * 8);
    int                         wide = 0, high = 0;
    if (s->texts == TEXTS_MAX || !box_at(s, m, &b))
        return true;
    s->texts++;
    if (!text_clean(m->text, &clean))
        return false;
    anchor_line(s, m, &b);
    PangoLayout *layout = pango_cairo_create_layout(s->cr);
    pango_layout_set_text(layout, clean.at, -1);
    pango_layout_set_alignment(layout, ALIGN[m->align]);
    double size = letters_fit(s, layout, &b);
    pango_layout_get_pixel_size(layout, &wide, &high);
    double room = b.width > wide ? b.width - wide : 0;
    cairo_move_to(s->cr, b.x + (m->align == MARK_LEFT ? 0 : m->align == MARK_CENTER ? room / 2 : room), b.y);
    pango_cairo_layout_path(s->cr, layout);
    bool dark = m->colour[0] * 299 + m->colour[1] * 587 + m->colour[2] * 114 < 127500;
    cairo_set_line_width(s->cr, size / 6);
    cairo_set_source_rgb(s->cr, dark, dark, dark); /* a rim, so that it reads on anything */
    cairo_stroke_preserve(s->cr);
    ink(s, m);
    cairo_fill(s->cr);
    g_object_unref(layout);
    return true;
}

bool markup_draw(const Mark *marks, size_t count, const double matrix[6], uint32_t width, uint32_t height,
                 uint8_t *rgb, Err *err)
{
    bool ok = true;
    if (!count)
        return true;
    if (width > CANVAS_SIDE_MAX || height > CANVAS_SIDE_MAX || width == 0 || height == 0)
        return err_set(err, ERR_LIMIT, "The picture could not be made.", "drawings on %u x %u", width, height);
    cairo_surface_t *surface = canvas_from(width, height, rgb);
    if (!surface)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "drawings");
    Sheet s = { cairo_create(surface), matrix, width, height, fmax(1, fmin(width, height) / 400.0), INK_MAX, 0 };
    cairo_set_line_join(s.cr, CAIRO_LINE_JOIN_ROUND);
    for (size_t i = 0; ok && i < count; i++) {
        if (marks[i].kind == MARK_TEXT)
            ok = words(&s, &marks[i]);
        else
            shape(&s, &marks[i]);
    }
    ok = ok && cairo_status(s.cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(s.cr);
    canvas_to(surface, width, height, rgb);
    return ok || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "drawings");
}
