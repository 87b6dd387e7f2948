/*
 * A signed report as a DICOM object: Encapsulated PDF. E30.
 *
 * Source: DICOM PS3.3 A.45.1 (Encapsulated PDF IOD), C.24.2; LOINC 18748-4 (diagnostic imaging study).
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <time.h>

#include "clinic/reports/report.h"
#include "formats/dicom/writer.h"

#define ENCAPSULATED_PDF "1.2.840.10008.5.1.4.1.1.104.1"

enum { OBJECT_BYTES_MAX = 64 << 20 };

static bool local_time(int64_t at_ms, int offset_minutes, char date[9], char clock[7])
{
    time_t    at_s = (time_t)(at_ms / 1000 + (int64_t)offset_minutes * 60);
    struct tm tm;
    return gmtime_r(&at_s, &tm) && strftime(date, 9, "%Y%m%d", &tm) == 8 &&
           strftime(clock, 7, "%H%M%S", &tm) == 6;
}

static void patient_module(DicomWriter *w, const ReportObject *o)
{
    dw_text(w, TAG_PATIENT_NAME, o->patient_name);
    dw_text(w, TAG_PATIENT_ID, o->patient_id);
    dw_text(w, TAG_ISSUER_OF_PATIENT_ID, o->patient_id_issuer);
    dw_text(w, TAG_PATIENT_BIRTH_DATE, o->birth_date);
    dw_text(w, TAG_PATIENT_SEX, o->sex);
    if (!o->ins || !*o->ins)
        return;
    dw_sequence_begin(w, TAG_OTHER_PATIENT_IDS_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_PATIENT_ID, o->ins);
    dw_text(w, TAG_TYPE_OF_PATIENT_ID, "TEXT");
    dw_sequence_begin(w, TAG_ISSUER_OF_PATIENT_ID_QUALIFIERS_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_UNIVERSAL_ENTITY_ID, o->ins_oid);
    dw_text(w, TAG_UNIVERSAL_ENTITY_ID_TYPE, "ISO");
    dw_item_end(w);
    dw_sequence_end(w);
    dw_item_end(w);
    dw_sequence_end(w);
}

static void study_and_series(DicomWriter *w, const ReportObject *o)
{
    char date[9] = "", clock[7] = "";
    if (o->study_at_ms)
        local_time(o->study_at_ms, o->utc_offset_minutes, date, clock);
    dw_text(w, TAG_STUDY_INSTANCE_UID, o->study_uid);
    dw_text(w, TAG_STUDY_DATE, date);
    dw_text(w, TAG_STUDY_TIME, clock);
    dw_text(w, TAG_REFERRING_PHYSICIAN_NAME, o->requester);
    dw_text(w, TAG_STUDY_ID, o->study_id);
    dw_text(w, TAG_ACCESSION_NUMBER, o->accession);
    dw_text(w, TAG_MODALITY, "DOC");
    dw_text(w, TAG_SERIES_INSTANCE_UID, o->series_uid);
    dw_int(w, TAG_SERIES_NUMBER, 9000);
    dw_text(w, TAG_SERIES_DESCRIPTION, "Compte rendu"); /* of all its versions */
    dw_text(w, TAG_MANUFACTURER, "Béclère");
    dw_text(w, TAG_INSTITUTION_NAME, o->institution);
    dw_text(w, TAG_CONVERSION_TYPE, "SD");
}

/* The version before this one, as an object of the same series. PS3.3 C.17.2.1 */
static void predecessor(DicomWriter *w, const ReportObject *o)
{
    if (!o->predecessor_uid || !*o->predecessor_uid)
        return;
    dw_sequence_begin(w, TAG_PREDECESSOR_DOCUMENTS_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_STUDY_INSTANCE_UID, o->study_uid);
    dw_sequence_begin(w, TAG_REFERENCED_SERIES_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_SERIES_INSTANCE_UID, o->series_uid);
    dw_sequence_begin(w, TAG_REFERENCED_SOP_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_REFERENCED_SOP_CLASS_UID, ENCAPSULATED_PDF);
    dw_text(w, TAG_REFERENCED_SOP_INSTANCE_UID, o->predecessor_uid);
    dw_item_end(w);
    dw_sequence_end(w);
    dw_item_end(w);
    dw_sequence_end(w);
    dw_item_end(w);
    dw_sequence_end(w);
}

static bool document_module(DicomWriter *w, const ReportObject *o, Slice pdf)
{
    char date[9], clock[7];
    if (!local_time(o->at_ms, o->utc_offset_minutes, date, clock))
        return false;
    int offset = o->utc_offset_minutes, hours = (offset < 0 ? -offset : offset) / 60,
        minutes = (offset < 0 ? -offset : offset) % 60;
    dw_textf(w, TAG_TIMEZONE_OFFSET_FROM_UTC, "%c%02d%02d", offset < 0 ? '-' : '+', hours % 24, minutes);
    dw_int(w, TAG_INSTANCE_NUMBER, o->version > 0 ? o->version : 1);
    dw_text(w, TAG_CONTENT_DATE, date);
    dw_text(w, TAG_CONTENT_TIME, clock);
    dw_textf(w, TAG_ACQUISITION_DATE_TIME, "%s%s", date, clock);
    dw_text(w, TAG_INSTANCE_CREATION_DATE, date);
    dw_text(w, TAG_INSTANCE_CREATION_TIME, clock);
    dw_text(w, TAG_BURNED_IN_ANNOTATION, "YES");
    dw_text(w, TAG_DOCUMENT_TITLE, o->title);
    dw_code(w, TAG_CONCEPT_NAME_CODE_SEQUENCE, "18748-4", "LN", "Diagnostic imaging study");
    dw_text(w, TAG_VERIFICATION_FLAG, "VERIFIED");
    predecessor(w, o);
    dw_text(w, TAG_MIME_TYPE_OF_ENCAPSULATED_DOCUMENT, "application/pdf");
    dw_bytes(w, TAG_ENCAPSULATED_DOCUMENT, pdf);
    dw_int(w, TAG_ENCAPSULATED_DOCUMENT_LENGTH, (int64_t)pdf.len);
    return true;
}

bool report_encapsulate(const ReportObject *o, Slice pdf, Buf *ret, Err *err)
{
    OWNED(DicomWriter) *w = dw_new(OBJECT_BYTES_MAX);
    if (!w)
        return err_set(err, ERR_UNAVAILABLE, "The document of this report could not be made.", "no memory");
    dw_charset(w, "ISO_IR 192");
    dw_text(w, TAG_SOP_CLASS_UID, ENCAPSULATED_PDF);
    dw_text(w, TAG_SOP_INSTANCE_UID, o->sop_uid);
    patient_module(w, o);
    study_and_series(w, o);
    if (!document_module(w, o, pdf))
        return err_set(err, ERR_BUG, "The document of this report could not be made.", "no date");
    return dw_finish_file(w, "1.2.840.10008.1.2.1", ret, err);
}
