/*
 * The pen: how each block of a document is set on the page, and when a new page begins.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <math.h>
#include <stdio.h>

#include <qrencode.h>

#include "formats/pdf/pdf_internal.h"

#define FONT "Liberation Sans, Noto Sans, Noto Sans CJK JP, sans-serif"
#define LINE_SPACE 1.28 /* of a layout set as a whole: in units of the font */
#define LEADING 1.14    /* of text over pages: in units of its lines */

typedef struct Colour {
    double r, g, b;
} Colour;
static const Colour INK = { 0.09, 0.11, 0.14 }, GREY = { 0.36, 0.41, 0.47 }, DEEP = { 0.06, 0.21, 0.33 },
                    RULE = { 0.78, 0.82, 0.86 }, TINT = { 0.945, 0.962, 0.975 }, WHITE = { 1, 1, 1 },
                    PALE = { 0.80, 0.87, 0.93 };

static double larger(double a, double b)
{
    return a > b ? a : b;
}

static void colour(Pen *pen, Colour c)
{
    cairo_set_source_rgb(pen->cr, c.r, c.g, c.b);
}

static void filled(Pen *pen, Colour c, double x, double y, double w, double h)
{
    colour(pen, c);
    cairo_rectangle(pen->cr, x, y, w, h);
    cairo_fill(pen->cr);
}

static void framed(Pen *pen, Colour c, double x, double y, double w, double h)
{
    colour(pen, c);
    cairo_set_line_width(pen->cr, 0.6);
    cairo_rectangle(pen->cr, x, y, w, h);
    cairo_stroke(pen->cr);
}

static void ruled(Pen *pen, Colour c, double x, double y, double w, double thick)
{
    filled(pen, c, x, y, w, thick);
}

/* ---- text ---- */

typedef struct Face {
    double size;
    bool   bold, italic;
    Colour ink;
} Face;

static PangoLayout *set(Pen *pen, const char *text, Face face, double width)
{
    PangoLayout          *layout = pango_layout_new(pen->pango);
    PangoFontDescription *font   = pango_font_description_from_string(FONT);
    pango_font_description_set_absolute_size(font, face.size * PANGO_SCALE);
    pango_font_description_set_weight(font, face.bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(font, face.italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_line_spacing(layout, (float)LINE_SPACE);
    if (width > 0)
        pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_text(layout, text ? text : "", -1);
    return layout;
}

static double height_of(PangoLayout *layout)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    return logical.height / (double)PANGO_SCALE;
}

static double width_of(PangoLayout *layout)
{
    PangoRectangle logical;
    pango_layout_get_extents(layout, NULL, &logical);
    return logical.width / (double)PANGO_SCALE;
}

/* Sets the whole text at one place; answers its height. */
static double write_at(Pen *pen, const char *text, Face face, double x, double y, double width)
{
    PangoLayout *layout = set(pen, text, face, width);
    colour(pen, face.ink);
    cairo_move_to(pen->cr, x, y);
    pango_cairo_show_layout(pen->cr, layout);
    double height = height_of(layout);
    g_object_unref(layout);
    return height;
}

static void write_right(Pen *pen, const char *text, Face face, double right, double y)
{
    PangoLayout *layout = set(pen, text, face, 0);
    colour(pen, face.ink);
    cairo_move_to(pen->cr, right - width_of(layout), y);
    pango_cairo_show_layout(pen->cr, layout);
    g_object_unref(layout);
}

/* ---- pages ---- */

void pen_page_begin(Pen *pen)
{
    pen->page++;
    pen->y = pen->page == 1 ? 0 : TOP_NEXT;
    if (pen->page > PDF_PAGES_MAX)
        pen->failed = true;
    if (pen->page > 1 && pen->doc->setup.running_title) {
        write_at(pen, pen->doc->setup.running_title, (Face) { 8.5, false, false, GREY }, MARGIN_X, 30,
                 TEXT_W);
        ruled(pen, RULE, MARGIN_X, 47, TEXT_W, 0.6);
    }
}

static void watermark(Pen *pen)
{
    PangoLayout *layout = set(pen, pen->doc->setup.watermark, (Face) { 54, true, false, INK }, 0);
    double       w = width_of(layout), h = height_of(layout);
    cairo_save(pen->cr);
    cairo_translate(pen->cr, PAGE_W / 2, PAGE_H / 2);
    cairo_rotate(pen->cr, -0.85);
    cairo_set_source_rgba(pen->cr, 0.75, 0.15, 0.15, 0.16);
    cairo_move_to(pen->cr, -w / 2, -h / 2);
    pango_cairo_show_layout(pen->cr, layout);
    cairo_restore(pen->cr);
    g_object_unref(layout);
}

void pen_page_end(Pen *pen)
{
    char   number[40];
    Face   face = { 7.8, false, false, GREY };
    double y    = PAGE_H - 34;
    ruled(pen, RULE, MARGIN_X, y - 6, TEXT_W, 0.6);
    if (pen->doc->setup.footer)
        write_at(pen, pen->doc->setup.footer, face, MARGIN_X, y, TEXT_W - 70);
    snprintf(number, sizeof number, "page %d/%d", pen->page, pen->pages ? pen->pages : pen->page);
    write_right(pen, number, face, PAGE_W - MARGIN_X, y);
    if (pen->doc->setup.watermark)
        watermark(pen);
    cairo_show_page(pen->cr);
}

static void page_next(Pen *pen)
{
    pen_page_end(pen);
    pen_page_begin(pen);
}

/* A new page unless this much room is left. */
static void room_for(Pen *pen, double height)
{
    if (pen->y + height > BOTTOM && pen->y > TOP_NEXT)
        page_next(pen);
}

/* ---- text over pages ---- */

typedef struct Run {
    double x, width, pad;
    bool   tinted; /* on the ground of a box */
} Run;

static double line_height(PangoLayout *layout, int line)
{
    PangoRectangle   logical;
    PangoLayoutLine *l = pango_layout_get_line_readonly(layout, line);
    pango_layout_line_get_extents(l, NULL, &logical);
    return LEADING * logical.height / PANGO_SCALE;
}

static double baseline_in(PangoLayout *layout, int line)
{
    PangoRectangle   logical;
    PangoLayoutLine *l = pango_layout_get_line_readonly(layout, line);
    pango_layout_line_get_extents(l, NULL, &logical);
    return -logical.y / (double)PANGO_SCALE;
}

static void ground(Pen *pen, const Run *run, double y, double h)
{
    filled(pen, TINT, run->x, y, run->width, h);
    filled(pen, DEEP, run->x, y, 3, h);
}

/* Lines from 'first' that fit on this page; at least one, and not one alone when two would follow. */
static int lines_that_fit(Pen *pen, PangoLayout *layout, int first, double pad, double *ret_height)
{
    int    count = pango_layout_get_line_count(layout), line = first;
    double height = 0;
    for (; line < count; line++) {
        double h = line_height(layout, line);
        if (line > first && pen->y + pad + height + h + pad > BOTTOM)
            break;
        height += h;
    }
    *ret_height = height;
    return line;
}

static void run_of_lines(Pen *pen, PangoLayout *layout, const Run *run, Colour ink)
{
    int count = pango_layout_get_line_count(layout), line = 0;
    while (line < count && !pen->failed) {
        double height = 0;
        if (pen->y + 2 * run->pad + line_height(layout, line) > BOTTOM)
            page_next(pen);
        int end = lines_that_fit(pen, layout, line, run->pad, &height);
        if (run->tinted)
            ground(pen, run, pen->y, height + 2 * run->pad);
        double y = pen->y + run->pad;
        for (; line < end; line++) {
            colour(pen, ink);
            cairo_move_to(pen->cr, run->x + (run->tinted ? run->pad + 6 : 0), y + baseline_in(layout, line));
            pango_cairo_show_layout_line(pen->cr, pango_layout_get_line_readonly(layout, line));
            y += line_height(layout, line);
        }
        pen->y = y + run->pad;
        if (line < count)
            page_next(pen);
    }
}

static void paragraph(Pen *pen, const char *text, Face face)
{
    PangoLayout *layout = set(pen, text, face, TEXT_W);
    Run          run    = { MARGIN_X, TEXT_W, 0, false };
    run_of_lines(pen, layout, &run, face.ink);
    g_object_unref(layout);
    pen->y += 3;
}

/* ---- blocks ---- */

/* A name with what it is below, at one side of the band; answers where it ends. Only measured when not 'shown'. */
static double band_side(Pen *pen, const char *const text[2], double size, PangoAlignment side, bool shown)
{
    const double half = TEXT_W / 2 - 8, from = 15 + 13 - size;
    const Face   faces[2] = { { size, true, false, WHITE }, { 8.2, false, false, PALE } };
    double       y = from;
    for (int i = 0; i < 2; i++) {
        PangoLayout *layout = set(pen, text[i], faces[i], half);
        pango_layout_set_alignment(layout, side);
        colour(pen, faces[i].ink);
        cairo_move_to(pen->cr, side == PANGO_ALIGN_RIGHT ? PAGE_W - MARGIN_X - half : MARGIN_X, y);
        if (shown && text[i])
            pango_cairo_show_layout(pen->cr, layout);
        y = fmax(y + height_of(layout) + 1, i == 0 ? 36 : 0);
        g_object_unref(layout);
    }
    return y;
}

static void band(Pen *pen, const Block *b)
{
    double ends = 0, height;
    for (int shown = 0; shown < 2; shown++) { /* the ground first, as high as what stands on it */
        height = fmin(fmax(62, ends + 8), PAGE_H / 2);
        if (shown)
            filled(pen, DEEP, 0, 0, PAGE_W, height);
        ends = fmax(band_side(pen, &b->text[0], 13, PANGO_ALIGN_LEFT, shown), band_side(pen, &b->text[2], 11, PANGO_ALIGN_RIGHT, shown));
    }
    pen->y = height + 16;
}

static void title(Pen *pen, const Block *b)
{
    pen->y += write_at(pen, b->text[0], (Face) { 17, true, false, DEEP }, MARGIN_X, pen->y, TEXT_W) + 1;
    if (b->text[1])
        pen->y += write_at(pen, b->text[1], (Face) { 9.5, false, false, GREY }, MARGIN_X, pen->y, TEXT_W);
    pen->y += 8;
}

static void heading(Pen *pen, const Block *b, const Block *next)
{
    room_for(pen, next && next->kind == SIGNATURE ? 150 : 56);
    pen->y += pen->y > TOP_NEXT ? 7 : 0;
    pen->y += write_at(pen, b->text[0], (Face) { 10.5, true, false, DEEP }, MARGIN_X, pen->y, TEXT_W);
    ruled(pen, RULE, MARGIN_X, pen->y - 1, TEXT_W, 0.6);
    pen->y += 4;
}

enum { GRID_PAD = 8, GRID_LINES_MAX = 6 };

typedef struct GridCell {
    PangoLayout *name, *value;
    double       height;
} GridCell;

static GridCell cell_set(Pen *pen, const GridField *f, double width)
{
    const double name_w = 86;
    GridCell     c      = {
                 set(pen, f->name, (Face) { 8.2, false, false, GREY }, name_w),
                 set(pen, f->value, (Face) { f->strong ? 10.5 : 9.2, f->strong, false, INK }, width - name_w - 6), 0
    };
    pango_layout_set_height(c.value, -GRID_LINES_MAX);
    pango_layout_set_ellipsize(c.value, PANGO_ELLIPSIZE_END);
    c.height = larger(height_of(c.name), height_of(c.value)) + 2.2;
    return c;
}

/* How many fields stand in the left column, so that the two are as even as can be. */
static size_t left_of(const GridCell *cells, size_t count, double ret_sides[2])
{
    double all = 0, left = 0, best = 1e9;
    size_t split = count;
    for (size_t i = 0; i < count; i++)
        all += cells[i].height;
    for (size_t i = 0; i < count; i++) {
        left += cells[i].height;
        if (larger(left, all - left) < best) {
            best         = larger(left, all - left);
            split        = i + 1;
            ret_sides[0] = left;
            ret_sides[1] = all - left;
        }
    }
    return split;
}

/* Two columns filled downwards. */
static void grid(Pen *pen, const Block *b)
{
    GridCell     cells[GRID_FIELDS_MAX];
    const double column = (TEXT_W - 2 * GRID_PAD - 14) / 2;
    double       head = b->text[0] ? 17 : 0, sides[2] = { 0, 0 };
    if (!b->count)
        return;
    for (size_t i = 0; i < b->count; i++)
        cells[i] = cell_set(pen, &b->fields[i], column);
    size_t left   = left_of(cells, b->count, sides);
    double height = larger(sides[0], sides[1]) + head + 2 * GRID_PAD - 3;
    room_for(pen, height);
    filled(pen, WHITE, MARGIN_X, pen->y, TEXT_W, height);
    framed(pen, RULE, MARGIN_X, pen->y, TEXT_W, height);
    filled(pen, DEEP, MARGIN_X, pen->y, 3, height);
    if (b->text[0])
        write_at(pen, b->text[0], (Face) { 8.2, true, false, DEEP }, MARGIN_X + GRID_PAD + 3, pen->y + 5,
                 TEXT_W);
    double y[2] = { pen->y + GRID_PAD + head - 2, pen->y + GRID_PAD + head - 2 };
    for (size_t i = 0; i < b->count; i++) {
        int    side = i >= left;
        double x    = MARGIN_X + GRID_PAD + 3 + side * (column + 11);
        colour(pen, GREY);
        cairo_move_to(pen->cr, x, y[side] + (b->fields[i].strong ? 1.8 : 0.9));
        pango_cairo_show_layout(pen->cr, cells[i].name);
        colour(pen, INK);
        cairo_move_to(pen->cr, x + 92, y[side]);
        pango_cairo_show_layout(pen->cr, cells[i].value);
        y[side] += cells[i].height;
        g_object_unref(cells[i].name);
        g_object_unref(cells[i].value);
    }
    pen->y += height + 8;
}

static void table_row(Pen *pen, const Block *b, size_t row)
{
    bool         head   = row == 0;
    double       height = 0, x = MARGIN_X;
    PangoLayout *cells[PDF_COLUMNS_MAX];
    Face         face = { head ? 8.2 : 9.2, head, false, head ? DEEP : INK };
    for (size_t c = 0; c < b->columns; c++) {
        cells[c] = set(pen, b->cells[row * b->columns + c], face, b->widths[c] * TEXT_W - 10);
        pango_layout_set_height(cells[c], -GRID_LINES_MAX);
        pango_layout_set_ellipsize(cells[c], PANGO_ELLIPSIZE_END);
        height = larger(height, height_of(cells[c]));
    }
    height += 5;
    room_for(pen, height);
    if (head)
        filled(pen, TINT, MARGIN_X, pen->y, TEXT_W, height);
    for (size_t c = 0; c < b->columns; c++) {
        colour(pen, face.ink);
        cairo_move_to(pen->cr, x + 5, pen->y + 2.5);
        pango_cairo_show_layout(pen->cr, cells[c]);
        g_object_unref(cells[c]);
        x += b->widths[c] * TEXT_W;
    }
    pen->y += height;
    ruled(pen, RULE, MARGIN_X, pen->y, TEXT_W, 0.5);
}

static void table(Pen *pen, const Block *b)
{
    for (size_t row = 0; b->columns && row < b->count / b->columns && !pen->failed; row++)
        table_row(pen, b, row);
    pen->y += 5;
}

static void box(Pen *pen, const Block *b)
{
    const double pad    = 7;
    Run          run    = { MARGIN_X, TEXT_W, pad, true };
    PangoLayout *layout = set(pen, b->text[1], (Face) { 10.2, false, false, INK }, TEXT_W - 2 * pad - 8);
    room_for(pen, 66);
    pen->y += 6;
    filled(pen, DEEP, MARGIN_X, pen->y, TEXT_W, 18);
    write_at(pen, b->text[0], (Face) { 10.2, true, false, WHITE }, MARGIN_X + pad + 6, pen->y + 2.6, TEXT_W);
    pen->y += 18;
    run_of_lines(pen, layout, &run, INK);
    g_object_unref(layout);
    pen->y += 6;
}

/* Squares are drawn row by row as runs: a QR code is a picture, but a small and sharp one. */
static void qr_draw(Pen *pen, const char *text, double x, double y, double size)
{
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return;
    double unit = size / code->width;
    colour(pen, INK);
    for (int row = 0; row < code->width; row++)
        for (int from = 0; from < code->width;) {
            int to = from;
            while (to < code->width && (code->data[row * code->width + to] & 1))
                to++;
            if (to > from)
                cairo_rectangle(pen->cr, x + from * unit, y + row * unit, (to - from) * unit, unit);
            from = to + 1;
        }
    cairo_fill(pen->cr);
    QRcode_free(code);
}

static void signature(Pen *pen, const Block *b)
{
    const double pad = 10, code = 84;
    double       text_w = TEXT_W - 2 * pad - (b->text[2] ? code + pad : 0);
    PangoLayout *lines  = set(pen, b->text[1], (Face) { 9, false, false, INK }, text_w);
    double       height = larger(height_of(lines) + 22, b->text[2] ? code : 0) + 2 * pad;
    room_for(pen, height + 8);
    pen->y += 8;
    framed(pen, DEEP, MARGIN_X, pen->y, TEXT_W, height);
    write_at(pen, b->text[0], (Face) { 11, true, false, DEEP }, MARGIN_X + pad, pen->y + pad, text_w);
    colour(pen, INK);
    cairo_move_to(pen->cr, MARGIN_X + pad, pen->y + pad + 20);
    pango_cairo_show_layout(pen->cr, lines);
    g_object_unref(lines);
    if (b->text[2])
        qr_draw(pen, b->text[2], PAGE_W - MARGIN_X - pad - code, pen->y + pad, code);
    pen->y += height + 6;
}

void pen_block(Pen *pen, const Block *b, const Block *next)
{
    switch (b->kind) {
    case BAND:
        band(pen, b);
        break;
    case TITLE:
        title(pen, b);
        break;
    case HEADING:
        heading(pen, b, next);
        break;
    case PARAGRAPH:
        paragraph(pen, b->text[0], (Face) { 9.8, false, false, INK });
        break;
    case SMALL:
        paragraph(pen, b->text[0], (Face) { 8, false, false, GREY });
        break;
    case GAP:
        pen->y += b->points;
        break;
    case GRID:
        grid(pen, b);
        break;
    case TABLE:
        table(pen, b);
        break;
    case BOX:
        box(pen, b);
        break;
    case SIGNATURE:
        signature(pen, b);
        break;
    }
}
