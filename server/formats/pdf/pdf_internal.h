/*
 * What the two halves of the printing room share: a document as blocks, and the pen that sets them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_PDF_PDF_INTERNAL_H
#define FORMATS_PDF_PDF_INTERNAL_H

#include <pango/pangocairo.h>

#include "base/arena.h"
#include "formats/pdf/pdf.h"

typedef enum BlockKind { BAND, TITLE, HEADING, PARAGRAPH, SMALL, GAP, GRID, TABLE, BOX, SIGNATURE } BlockKind;

typedef struct GridField {
    const char *name, *value;
    bool        strong;
} GridField;

enum { GRID_FIELDS_MAX = 24, CELLS_MAX = 400 };

typedef struct Block {
    BlockKind    kind;
    const char  *text[4]; /* cleaned, owned by the document's arena; NULL absent */
    double       points;
    GridField   *fields;
    size_t       count; /* fields, or cells */
    size_t       columns;
    double       widths[PDF_COLUMNS_MAX];
    const char **cells;
} Block;

struct PdfDoc {
    Arena   *arena;
    PdfSetup setup; /* texts copied */
    Block   *blocks;
    size_t   count;
    bool     failed, in_grid;
};

/* One pass over the pages. The first only counts them; the second knows their number. */
typedef struct Pen {
    const PdfDoc *doc;
    cairo_t      *cr;
    PangoContext *pango;
    double        y;
    int           page, pages; /* pages 0: not known yet */
    bool          failed;
} Pen;

/* A4 in points. */
#define PAGE_W 595.28
#define PAGE_H 841.89
#define MARGIN_X 45.0
#define TOP_NEXT 62.0 /* first line of the pages after the first */
#define BOTTOM (PAGE_H - 52.0)
#define TEXT_W (PAGE_W - 2 * MARGIN_X)

void pen_block(Pen *pen, const Block *b, const Block *next);
void pen_page_end(Pen *pen); /* footer and watermark of the page under the pen */
void pen_page_begin(Pen *pen);

#endif
