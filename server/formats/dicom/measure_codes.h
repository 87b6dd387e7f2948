/*
 * Concepts of measures, as code and back, for the files measure_*.c. DICOM PS3.16 CID 7469, 7470, 7464, 82.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_MEASURE_CODES_H
#define FORMATS_DICOM_MEASURE_CODES_H

#include "formats/dicom/measures.h"
#include "formats/dicom/sr.h"

typedef struct Concept {
    const char *value, *scheme, *meaning;
} Concept;

#define OUR_SCHEME "99BECLERE"
#define OUR_SCHEME_UID "2.25.205818809961847606233673938836662201397"

/* What a figure is called: length, angle, area, or the value that an image of that modality holds. */
Concept measure_concept(const MeasureFigure *f, MeasureKind kind, const char *modality);
/* Mean, deviation, least, most; NULL: none of them. */
const Concept *measure_derivation(const char *name);
/* The name we give to what was read; false: none. */
bool measure_figure_name(const SrCode *concept, const SrCode *derivation, char ret[MEASURE_NAME_SIZE]);

/* The unit as UCUM: 'ret' is filled, its value and meaning in 'room'. */
Concept measure_unit(const char *unit, char room[2][MEASURE_UNIT_SIZE + 2]);
void    measure_unit_name(const SrCode *unit, bool at_detector, char ret[MEASURE_UNIT_SIZE]);

Concept measure_modality(const char *modality);  /* CID 29 */
Concept measure_procedure(const char *modality); /* what was done, when the images have no code for it */

#endif
