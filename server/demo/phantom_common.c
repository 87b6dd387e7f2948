/*
 * What every phantom image carries.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "demo/phantom_common.h"

#include <openssl/sha.h>
#include <stdio.h>

#include "formats/dicom/uid.h"

void phantom_uid(const PhantomOrder *order, int series, int image, char ret[65])
{
    OWNED_BUF seed = buf_make(256);
    uint8_t   digest[SHA256_DIGEST_LENGTH];
    buf_addf(&seed, "phantom %s %d %d", order->study_uid, series, image);
    (void)SHA256((const unsigned char *)seed.at, seed.len, digest);
    uid_from_random(digest, ret);
}

PhantomSeries phantom_series(const PhantomOrder *order, int number, const char *modality, const char *sop_class, const char *description,
                             const char *model)
{
    PhantomSeries s = { .modality = modality, .description = description, .sop_class = sop_class, .manufacturer = "Béclère",
                        .model = model, .number = number };
    phantom_uid(order, number, 0, s.uid);
    phantom_uid(order, 0, 0, s.frame_of_reference);
    return s;
}

static void patient_and_study(DicomWriter *w, const PhantomOrder *o)
{
    dw_text(w, TAG_PATIENT_NAME, o->patient_name);
    dw_text(w, TAG_PATIENT_ID, o->patient_id);
    if (o->patient_id_issuer[0])
        dw_text(w, TAG_ISSUER_OF_PATIENT_ID, o->patient_id_issuer);
    dw_text(w, TAG_PATIENT_BIRTH_DATE, o->birth_date);
    dw_text(w, TAG_PATIENT_SEX, o->sex);
    dw_text(w, TAG_STUDY_INSTANCE_UID, o->study_uid);
    dw_text(w, TAG_STUDY_DATE, o->date);
    dw_text(w, TAG_STUDY_TIME, o->time);
    dw_text(w, TAG_STUDY_ID, o->study_id);
    dw_text(w, TAG_ACCESSION_NUMBER, o->accession);
    dw_text(w, TAG_REFERRING_PHYSICIAN_NAME, o->referring);
    if (o->procedure[0])
        dw_text(w, TAG_STUDY_DESCRIPTION, o->procedure);
}

static void equipment(DicomWriter *w, const PhantomOrder *o, const PhantomSeries *s)
{
    dw_text(w, TAG_MANUFACTURER, s->manufacturer);
    dw_text(w, TAG_MANUFACTURER_MODEL_NAME, s->model);
    dw_text(w, TAG_DEVICE_SERIAL_NUMBER, "PHANTOM-1");
    dw_text(w, TAG_SOFTWARE_VERSIONS, "0.1.0");
    dw_text(w, TAG_INSTITUTION_NAME, o->institution);
    dw_text(w, TAG_STATION_NAME, o->station);
}

void phantom_head(DicomWriter *w, const PhantomOrder *o, const PhantomSeries *s, int image, char ret_sop[65])
{
    phantom_uid(o, s->number, image, ret_sop);
    patient_and_study(w, o);
    equipment(w, o, s);
    dw_text(w, TAG_SOP_CLASS_UID, s->sop_class);
    dw_text(w, TAG_SOP_INSTANCE_UID, ret_sop);
    dw_text(w, TAG_MODALITY, s->modality);
    dw_text(w, TAG_SERIES_INSTANCE_UID, s->uid);
    dw_int(w, TAG_SERIES_NUMBER, s->number);
    dw_text(w, TAG_SERIES_DESCRIPTION, s->description);
    dw_text(w, TAG_SERIES_DATE, o->date);
    dw_text(w, TAG_SERIES_TIME, o->time);
    dw_int(w, TAG_INSTANCE_NUMBER, image);
    dw_text(w, TAG_CONTENT_DATE, o->date);
    dw_text(w, TAG_CONTENT_TIME, o->time);
    if (!o->sps_id[0])
        return;
    dw_sequence_begin(w, TAG_REQUEST_ATTRIBUTES_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_REQUESTED_PROCEDURE_ID, o->requested_procedure_id);
    dw_text(w, TAG_SCHEDULED_PROCEDURE_STEP_ID, o->sps_id);
    dw_item_end(w);
    dw_sequence_end(w);
}

void phantom_pixels(DicomWriter *w, const PhantomPixels *p)
{
    dw_int(w, TAG_SAMPLES_PER_PIXEL, 1);
    dw_text(w, TAG_PHOTOMETRIC_INTERPRETATION, p->inverse ? "MONOCHROME1" : "MONOCHROME2");
    dw_int(w, TAG_ROWS, p->rows);
    dw_int(w, TAG_COLUMNS, p->columns);
    dw_int(w, TAG_BITS_ALLOCATED, 16);
    dw_int(w, TAG_BITS_STORED, p->bits_stored);
    dw_int(w, TAG_HIGH_BIT, p->bits_stored - 1);
    dw_int(w, TAG_PIXEL_REPRESENTATION, p->is_signed ? 1 : 0);
    dw_pixels(w, slice_bytes(p->at, (size_t)p->rows * (size_t)p->columns * 2), 16);
}

bool phantom_give(DicomWriter *w, const PhantomSeries *s, const char *sop, PhantomEach *each, void *with, Err *err)
{
    OWNED_BUF file = buf_make((size_t)64 << 20);
    return dw_finish_file(w, "1.2.840.10008.1.2.1", &file, err) && each(buf_slice(&file), s->sop_class, sop, with, err);
}
