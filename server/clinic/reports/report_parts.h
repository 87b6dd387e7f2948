/*
 * The parts of a report's content, for the files of this room.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_REPORT_PARTS_H
#define CLINIC_REPORTS_REPORT_PARTS_H

#include "clinic/reports/report.h"

/* The sections that are plain text, in their order on paper. */
extern const char *const REPORT_TEXTS[];
extern const size_t      REPORT_TEXT_COUNT;
/* complement, correction, late-result; NULL at the end. */
extern const char *const REPORT_ADDENDUM_KINDS[];

/* Copies the text of that name, checked, when it is there. ERR_INPUT no clean text, or too long. */
bool report_part_text(const json_t *from, const char *key, json_t *into, Err *err);
/* Copies "difference": {significant, what, why, category}. ERR_INPUT. */
bool report_part_difference(const json_t *from, json_t *into, Err *err);

/*
 * Copies "places": [{mark,series,sop,frame,window:{center,width}|null}], the images that a text names by 'mark'
 * ("série 3, image 45"); those whose mark stands in no text of 'into' are left out. ERR_INPUT.
 */
bool report_part_places(const json_t *from, json_t *into, Err *err);

#endif
