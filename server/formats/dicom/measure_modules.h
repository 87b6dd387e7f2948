/*
 * What report, presentation state and key object selection have in common, for the files measure_*.c.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef FORMATS_DICOM_MEASURE_MODULES_H
#define FORMATS_DICOM_MEASURE_MODULES_H

#include "formats/dicom/measure_codes.h"
#include "formats/dicom/measures.h"
#include "formats/dicom/part10.h"
#include "formats/dicom/writer.h"

enum { MEASURE_BYTES_MAX = 16 << 20 };

/* Patient, study, series, equipment, SOP common; content date and time are the caller's. */
bool measure_modules(DicomWriter *w, const MeasureMaking *m, const char *class_uid, const char *modality, const char *series_description,
                     Err *err);

/* "20260131", "101500.123" of the place's own clock; "20260131101500.123+0100" with 'whole'. */
void measure_day(int64_t at_ms, int utc_offset_minutes, char date[9], char clock[11]);
void measure_moment(int64_t at_ms, int utc_offset_minutes, char ret[27]);

/* The images by series: what a report or a selection is evidence of. PS3.3 §C.17.2.3 */
void measure_evidence(DicomWriter *w, uint32_t tag, const MeasureMaking *m, const MeasureImage *const *images, size_t count);
/* Series and, in 'instances', what is of them. */
void measure_series(DicomWriter *w, uint32_t instances, const MeasureImage *const *images, size_t count);
void measure_instance(DicomWriter *w, const char *class_uid, const char *sop_uid);

/* Each image once, in the order of its first use. The caller frees. */
const MeasureImage **measure_images(const Measure *measures, size_t count, const KeyPlace *keys, size_t key_count, size_t *ret_count);

/* ---- content items; each is begun and ended by hand where it has children ---- */
void item_begin(DicomWriter *w, const char *relationship, const char *type, const Concept *concept);
void item_end(DicomWriter *w);
void children_begin(DicomWriter *w);
void children_end(DicomWriter *w);
void item_text(DicomWriter *w, const char *relationship, const Concept *concept, const char *text);
void item_uid(DicomWriter *w, const char *relationship, const Concept *concept, const char *uid);
void item_name(DicomWriter *w, const char *relationship, const Concept *concept, const char *pn);
void item_code(DicomWriter *w, const char *relationship, const Concept *concept, const Concept *value);
void item_image(DicomWriter *w, const char *relationship, const Concept *concept, const MeasureImage *image, int64_t frame);

/* Who observed: person, and this program. TID 1002 to 1004. Also the language. */
void items_observer(DicomWriter *w, const MeasureMaking *m);

/* The root: its template, its title. What follows are its children. */
void root_begin(DicomWriter *w, const Concept *title, const char *template_id);
void root_end(DicomWriter *w);

#endif
