/*
 * What the parts of the printed report share: the page being written, and how its facts are read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_REPORT_PDF_INTERNAL_H
#define CLINIC_REPORTS_REPORT_PDF_INTERNAL_H

#include "clinic/reports/report.h"
#include "formats/pdf/pdf.h"

typedef struct ReportPage {
    PdfDoc       *pdf;
    const json_t *content, *frame;
    const char   *zone;
    bool          draft, note; /* note: the images could not be interpreted */
    bool          opinion;     /* of an expert, on images made before */
    bool          preliminary; /* the final one is to come */
} ReportPage;

static inline const json_t *at(const json_t *object, const char *key)
{
    return json_object_get(object, key);
}

static inline Slice text_at(const json_t *object, const char *key)
{
    const json_t *value = at(object, key);
    return json_is_string(value) ? (Slice) { json_string_value(value), json_string_length(value) }
                                 : SLICE_NONE;
}

static inline const char *word_at(const json_t *object, const char *key)
{
    const char *text = json_string_value(at(object, key));
    return text ? text : "";
}

static inline int64_t time_at(const json_t *object, const char *key)
{
    return json_integer_value(at(object, key));
}

/* "Compte rendu…": which kind of document this is. */
const char *report_title(const json_t *content, bool note, bool opinion, bool preliminary);

/* A heading and its paragraph; nothing when there is nothing to say. */
void report_section(const ReportPage *p, const char *heading, Slice text);

/* What was found, in the order of reading: version, question, technique, dose, results, conclusion, drugs, follow-up. */
void report_findings(const ReportPage *p);

#endif
