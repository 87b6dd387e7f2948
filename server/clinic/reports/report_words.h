/*
 * The French words of the printed report for the codes of an act. A report is French whatever the language of
 * the page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_REPORTS_REPORT_WORDS_H
#define CLINIC_REPORTS_REPORT_WORDS_H

#include <jansson.h>
#include <stddef.h>

const char *report_modality(const char *code);
const char *report_sex(const char *code);
const char *report_born(const char *sex); /* "né le", "née le"; "né(e) le" when it is not known */
const char *report_document(const char *code); /* seen at the identity check; "" when none was */
const char *report_consent(const char *code);
const char *report_proof(const char *code); /* a factor of sign-in too */
const char *report_dose_source(const char *code);
const char *report_route(const char *code);

/*
 * Where an organisation is and how it is called, on two lines: {address,phone,finess}; its {city} when no address was kept, as in
 * reports signed before addresses were. S4
 */
void report_place(const json_t *organisation, char *ret, size_t size);

#endif
