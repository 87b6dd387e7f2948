/*
 * The public holidays of France, computed. Pure.
 *
 * Source: code du travail L3133-1 (eleven days), L3134-13 (Alsace-Moselle: Good Friday and 26 December).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef CLINIC_WORKFLOW_HOLIDAYS_H
#define CLINIC_WORKFLOW_HOLIDAYS_H

#include <stdbool.h>

/* Easter Sunday of the Gregorian calendar: month 3 or 4. */
void easter_sunday(int year, int *ret_month, int *ret_day);

/* The name of the holiday, an English key of the catalogue; NULL: none. 'alsace': with the two days of Alsace-Moselle. */
const char *french_holiday(int year, int month, int day, bool alsace);

#endif
