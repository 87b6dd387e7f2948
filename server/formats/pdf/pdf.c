/*
 * Printed documents: the blocks of a document, and the two passes that set it on pages.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/pdf/pdf.h"

#include <cairo-pdf.h>
#include <stdio.h>
#include <time.h>

#include "formats/pdf/pdf_internal.h"

enum { DOCUMENT_BYTES_MAX = 32 << 20 };

#ifdef BECLERE_SANITIZED
/* The font library keeps its list of fonts for the life of the process and loses sight of some of it. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libfontconfig";
}
#endif

/* ---- blocks ---- */

static const char *kept(PdfDoc *d, Slice text)
{
    OWNED_BUF clean = buf_make(4 * PDF_TEXT_MAX);
    if (d->failed || text.len > PDF_TEXT_MAX || !pdf_clean(text, &clean)) {
        d->failed = true;
        return "";
    }
    const char *copy = arena_text(d->arena, buf_slice(&clean));
    if (!copy)
        d->failed = true;
    return copy ? copy : "";
}

static const char *kept_text(PdfDoc *d, const char *text)
{
    return text ? kept(d, slice_of(text)) : NULL;
}

PdfDoc *pdf_new(const PdfSetup *setup, Err *err)
{
    PdfDoc *d = calloc(1, sizeof *d);
    if (d)
        d->arena = arena_new(DOCUMENT_BYTES_MAX);
    if (d && d->arena)
        d->blocks = arena_alloc(d->arena, PDF_BLOCKS_MAX * sizeof(Block));
    if (!d || !d->blocks) {
        pdf_free(d);
        err_set(err, ERR_UNAVAILABLE, "The document could not be made.", "no memory");
        return NULL;
    }
    d->setup = (PdfSetup) { .title         = kept_text(d, setup->title),
                            .author        = kept_text(d, setup->author),
                            .subject       = kept_text(d, setup->subject),
                            .created_at_s  = setup->created_at_s,
                            .running_title = kept_text(d, setup->running_title),
                            .footer        = kept_text(d, setup->footer),
                            .watermark     = kept_text(d, setup->watermark) };
    return d;
}

void pdf_free(PdfDoc *d)
{
    if (d)
        arena_free(d->arena);
    free(d);
}

/* A block to fill; a spare one when there is no more room, so that callers need no check. */
static Block *block_add(PdfDoc *d, BlockKind kind)
{
    if (d->count == PDF_BLOCKS_MAX - 1)
        d->failed = true;
    Block *b = &d->blocks[d->failed ? PDF_BLOCKS_MAX - 1 : d->count++];
    *b       = (Block) { .kind = kind };
    return b;
}

void pdf_band(PdfDoc *d, const char *left, const char *left_small, const char *right, const char *right_small)
{
    Block *b   = block_add(d, BAND);
    b->text[0] = kept_text(d, left);
    b->text[1] = kept_text(d, left_small);
    b->text[2] = kept_text(d, right);
    b->text[3] = kept_text(d, right_small);
}

void pdf_title(PdfDoc *d, const char *title, const char *subtitle)
{
    Block *b   = block_add(d, TITLE);
    b->text[0] = kept_text(d, title);
    b->text[1] = kept_text(d, subtitle);
}

void pdf_heading(PdfDoc *d, const char *text)
{
    block_add(d, HEADING)->text[0] = kept_text(d, text);
}

void pdf_paragraph(PdfDoc *d, Slice text)
{
    block_add(d, PARAGRAPH)->text[0] = kept(d, slice_trim_end(text));
}

void pdf_small(PdfDoc *d, Slice text)
{
    block_add(d, SMALL)->text[0] = kept(d, slice_trim_end(text));
}

void pdf_gap(PdfDoc *d, double points)
{
    block_add(d, GAP)->points = points;
}

void pdf_grid_begin(PdfDoc *d, const char *heading)
{
    Block *b   = block_add(d, GRID);
    b->text[0] = kept_text(d, heading);
    b->fields  = arena_alloc(d->arena, GRID_FIELDS_MAX * sizeof(GridField));
    d->in_grid = b->fields != NULL;
    d->failed |= !d->in_grid;
}

static void field_add(PdfDoc *d, const char *name, Slice value, bool strong)
{
    value = slice_trim(value);
    if (d->failed || !d->in_grid || !value.len)
        return;
    Block *b = &d->blocks[d->count - 1];
    if (b->count == GRID_FIELDS_MAX) {
        d->failed = true;
        return;
    }
    b->fields[b->count++] = (GridField) { kept_text(d, name), kept(d, value), strong };
}

void pdf_field(PdfDoc *d, const char *name, Slice value)
{
    field_add(d, name, value, false);
}

void pdf_field_strong(PdfDoc *d, const char *name, Slice value)
{
    field_add(d, name, value, true);
}

void pdf_grid_end(PdfDoc *d)
{
    d->in_grid = false;
}

void pdf_table(PdfDoc *d, size_t columns, const double *widths, const char *const *cells, size_t rows)
{
    Block *b = block_add(d, TABLE);
    if (columns == 0 || columns > PDF_COLUMNS_MAX || rows * columns > CELLS_MAX) {
        d->failed = true;
        return;
    }
    b->columns = columns;
    b->count   = rows * columns;
    b->cells   = arena_alloc(d->arena, b->count * sizeof *b->cells);
    if (!b->cells) {
        d->failed = true;
        b->count  = 0;
        return;
    }
    for (size_t i = 0; i < columns; i++)
        b->widths[i] = widths[i];
    for (size_t i = 0; i < b->count; i++)
        b->cells[i] = kept(d, slice_of(cells[i]));
}

void pdf_box(PdfDoc *d, const char *heading, Slice text)
{
    Block *b   = block_add(d, BOX);
    b->text[0] = kept_text(d, heading);
    b->text[1] = kept(d, slice_trim_end(text));
}

void pdf_signature(PdfDoc *d, const char *heading, Slice lines, const char *qr)
{
    Block *b   = block_add(d, SIGNATURE);
    b->text[0] = kept_text(d, heading);
    b->text[1] = kept(d, slice_trim_end(lines));
    b->text[2] = kept_text(d, qr);
}

/* ---- two passes ---- */

static cairo_status_t into_buf(void *closure, const unsigned char *data, unsigned int length)
{
    Buf *b = closure;
    return !b || buf_add(b, slice_bytes(data, length)) ? CAIRO_STATUS_SUCCESS : CAIRO_STATUS_WRITE_ERROR;
}

static void metadata(cairo_surface_t *surface, const PdfDoc *d)
{
    char      iso[32] = "";
    time_t    at_s    = (time_t)d->setup.created_at_s;
    struct tm utc;
    if (gmtime_r(&at_s, &utc))
        strftime(iso, sizeof iso, "%Y-%m-%dT%H:%M:%SZ", &utc);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATE_DATE, iso);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_MOD_DATE, iso);
    cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_CREATOR, "Béclère");
    if (d->setup.title)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_TITLE, d->setup.title);
    if (d->setup.author)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_AUTHOR, d->setup.author);
    if (d->setup.subject)
        cairo_pdf_surface_set_metadata(surface, CAIRO_PDF_METADATA_SUBJECT, d->setup.subject);
}

static PangoContext *context_new(PangoFontMap *fonts)
{
    PangoContext         *context = pango_font_map_create_context(fonts);
    cairo_font_options_t *options = cairo_font_options_create();
    cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
    cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
    pango_cairo_context_set_font_options(context, options);
    pango_cairo_context_set_resolution(context, 72);
    pango_context_set_language(context, pango_language_from_string("fr"));
    cairo_font_options_destroy(options);
    return context;
}

/* Sets every block; answers how many pages it took, 0 when it failed. 'out' NULL: only counting. */
static int pass(const PdfDoc *d, int pages, Buf *out)
{
    PangoFontMap    *fonts   = pango_cairo_font_map_get_default(); /* one a thread, kept by the library */
    cairo_surface_t *surface = cairo_pdf_surface_create_for_stream(into_buf, out, PAGE_W, PAGE_H);
    Pen pen = { .doc = d, .cr = cairo_create(surface), .pango = context_new(fonts), .pages = pages };
    metadata(surface, d);
    pen_page_begin(&pen);
    for (size_t i = 0; i < d->count && !pen.failed; i++)
        pen_block(&pen, &d->blocks[i], i + 1 < d->count ? &d->blocks[i + 1] : NULL);
    pen_page_end(&pen);
    bool ok = !pen.failed && cairo_status(pen.cr) == CAIRO_STATUS_SUCCESS;
    cairo_destroy(pen.cr);
    cairo_surface_finish(surface);
    ok = ok && cairo_surface_status(surface) == CAIRO_STATUS_SUCCESS;
    cairo_surface_destroy(surface);
    g_object_unref(pen.pango);
    return ok ? pen.page : 0;
}

bool pdf_finish(PdfDoc *d, Buf *ret, Err *err)
{
    if (d->failed)
        return err_set(err, ERR_LIMIT, "The document is too long.", "%zu blocks", d->count);
    int pages = pass(d, 0, NULL);
    if (!pages || !pass(d, pages, ret))
        return err_set(err, ERR_LIMIT, "The document is too long.", "%d pages", pages);
    return true;
}
