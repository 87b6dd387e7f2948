/*
 * What every phantom image carries: patient, study, series, equipment, UIDs.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef DEMO_PHANTOM_COMMON_H
#define DEMO_PHANTOM_COMMON_H

#include "demo/phantom.h"
#include "formats/dicom/writer.h"

typedef struct PhantomSeries {
    const char *modality, *description, *sop_class;
    const char *manufacturer, *model;
    int         number;
    char        uid[65], frame_of_reference[65];
} PhantomSeries;

/* A UID that depends on the study and these two alone. */
void phantom_uid(const PhantomOrder *order, int series, int image, char ret[65]);

PhantomSeries phantom_series(const PhantomOrder *order, int number, const char *modality, const char *sop_class, const char *description,
                             const char *model);

/* Patient, study, series, equipment, SOP common of image 'image' (from 1). 'ret_sop' gets its UID. */
void phantom_head(DicomWriter *w, const PhantomOrder *order, const PhantomSeries *s, int image, char ret_sop[65]);

/* Grey image pixel module; 'pixels' is borrowed until the file is written. */
typedef struct PhantomPixels {
    int      rows, columns, bits_stored, frames;
    bool     is_signed, inverse; /* inverse: MONOCHROME1 */
    uint16_t *at;
} PhantomPixels;
void phantom_pixels(DicomWriter *w, const PhantomPixels *p);

/* Writes the file and hands it out. */
bool phantom_give(DicomWriter *w, const PhantomSeries *s, const char *sop, PhantomEach *each, void *with, Err *err);

/* One per modality. */
bool phantom_ct(const PhantomOrder *order, PhantomEach *each, void *with, Err *err);
bool phantom_ct_volume(const PhantomOrder *order, const PhantomSeries *s, int size, int slices, float step_mm, float field_mm,
                       PhantomEach *each, void *with, Err *err);
bool phantom_dose(const PhantomOrder *order, const PhantomSeries *ct, double ctdi_mgy, double length_mm, PhantomEach *each, void *with,
                  Err *err);
bool phantom_mr(const PhantomOrder *order, PhantomEach *each, void *with, Err *err);
bool phantom_xray(const PhantomOrder *order, bool cr, PhantomEach *each, void *with, Err *err);
bool phantom_us(const PhantomOrder *order, PhantomEach *each, void *with, Err *err);
bool phantom_petct(const PhantomOrder *order, PhantomEach *each, void *with, Err *err);

#endif
