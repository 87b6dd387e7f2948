/*
 * UIDs, and the small grammars of DICOM texts: dates, times, ages, names. DICOM PS3.5 §6.2, §9.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_UID_H
#define FORMATS_DICOM_UID_H

#include "base/slice.h"

enum { UID_LENGTH_MAX = 64 };

/* 1 to 64 characters, digits in components parted by single dots, no component with a needless leading zero.
 */
bool uid_is_valid(Slice uid);

/* The same, but leading zeros are tolerated: some makers write them, and the images are real. */
bool uid_is_usable(Slice uid);

/* 2.25.<number> from 16 random bytes of the caller (made a version 4 UUID). PS3.5 annex B.2. */
void uid_from_random(const uint8_t random[16], char ret[UID_LENGTH_MAX + 1]);

/* DA: YYYYMMDD (and the old YYYY.MM.DD). A real calendar day only. */
typedef struct DicomDate {
    int year, month, day;
} DicomDate;
bool dicom_date(Slice text, DicomDate *ret);

/* TM: HH[MM[SS[.F{1,6}]]] (and the old HH:MM:SS). 'second' may be 60. */
typedef struct DicomTime {
    int hour, minute, second, microsecond;
} DicomTime;
bool dicom_time(Slice text, DicomTime *ret);

/* DT: YYYY[MM[DD[HH[MM[SS[.F]]]]]][&ZZXX]. Missing parts: first of January, midnight. */
typedef struct DicomDateTime {
    DicomDate date;
    DicomTime time;
    bool      has_offset;
    int       offset_minutes; /* east of UTC */
} DicomDateTime;
bool dicom_date_time(Slice text, DicomDateTime *ret);

/* AS: nnnD, nnnW, nnnM, nnnY. In days (a month 30.4375, a year 365.25), rounded down. */
bool dicom_age_days(Slice text, int *ret);

/* Whole years between two days; -1 when 'born' is after 'day'. */
int dicom_years_between(DicomDate born, DicomDate day);

/* A person's name, family first (PS3.5 §6.2.1). The parts point into 'pn'; absent parts are empty. */
typedef struct PersonName {
    Slice family, given, middle, prefix, suffix;
} PersonName;
PersonName person_name_split(Slice pn);             /* of the first (alphabetic) group */
Slice      person_name_group(Slice pn, size_t nth); /* 0 alphabetic, 1 ideographic, 2 phonetic */

#endif
