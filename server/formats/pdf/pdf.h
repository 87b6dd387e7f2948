/*
 * Printed documents: a page of headings, paragraphs, tables and boxes, set in French, with page numbers. Over
 * cairo, pango.
 *
 *     OWNED(PdfDoc) *d = pdf_new(&(PdfSetup){ .title = "Compte rendu", .created_at_s = signed_at_s }, err);
 *     pdf_heading(d, "Résultats");
 *     pdf_paragraph(d, text);
 *     pdf_finish(d, &bytes, err);
 *
 * Texts are UTF-8 from anywhere: control characters and broken bytes are left out, spaces before ; : ! ? »
 * become unbreakable. The same calls give the same bytes. No act needs its own check: the first failure
 * sticks.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_PDF_PDF_H
#define FORMATS_PDF_PDF_H

#include "base/buf.h"
#include "base/own.h"

typedef struct PdfDoc PdfDoc;

typedef struct PdfSetup {
    const char *title, *author, *subject;
    int64_t     created_at_s;  /* printed in the file as its date: never the clock */
    const char *running_title; /* at the top of the pages after the first */
    const char *footer;        /* left of "page n/m" */
    const char *watermark;     /* across every page; NULL none */
} PdfSetup;

enum { PDF_TEXT_MAX = 256 * 1024, PDF_BLOCKS_MAX = 2000, PDF_PAGES_MAX = 200, PDF_COLUMNS_MAX = 6 };

PdfDoc *pdf_new(const PdfSetup *setup, Err *err);
void    pdf_free(PdfDoc *d);
OWNED_BY(PdfDoc, pdf_free)

/* The band at the top of the first page: two names with what they are, on a dark ground. */
void pdf_band(PdfDoc *d, const char *left, const char *left_small, const char *right,
              const char *right_small);
void pdf_title(PdfDoc *d, const char *title, const char *subtitle);
void pdf_heading(PdfDoc *d, const char *text); /* kept together with what follows */
void pdf_paragraph(PdfDoc *d, Slice text);     /* line breaks kept */
void pdf_small(PdfDoc *d, Slice text);         /* a note: smaller, grey */
void pdf_gap(PdfDoc *d, double points);

/* A framed pane of names and values in two columns; fields without value are left out. */
void pdf_grid_begin(PdfDoc *d, const char *heading);
void pdf_field(PdfDoc *d, const char *name, Slice value);
void pdf_field_strong(PdfDoc *d, const char *name, Slice value);
void pdf_grid_end(PdfDoc *d);

/* A table; 'widths' are shares of the line. The first row is its head; 'cells' are row by row. */
void pdf_table(PdfDoc *d, size_t columns, const double *widths, const char *const *cells, size_t rows);

/* A text that must not be missed: heading and text on a tinted ground, over pages where needed. */
void pdf_box(PdfDoc *d, const char *heading, Slice text);

/* A frame with lines of text and, at its right, a QR code of 'qr' (NULL: none). Never parted. */
void pdf_signature(PdfDoc *d, const char *heading, Slice lines, const char *qr);

bool pdf_finish(PdfDoc *d, Buf *ret, Err *err);

/* Adds 'text' cleaned and spaced as above; for tests and for titles. False at the ceiling. */
bool pdf_clean(Slice text, Buf *ret);

#endif
