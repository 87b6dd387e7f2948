/*
 * The dose report of the CT phantom: X-Ray Radiation Dose SR, TID 10011 to 10013 of PS3.16.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "demo/phantom_common.h"

typedef struct Code {
    const char *value, *scheme, *meaning;
} Code;
#define DCM(value, meaning) ((Code){ value, "DCM", meaning })
#define UCUM(value, meaning) ((Code){ value, "UCUM", meaning })

static void item_begin(DicomWriter *w, const char *relationship, const char *type, Code name)
{
    dw_item_begin(w);
    if (relationship)
        dw_text(w, TAG_RELATIONSHIP_TYPE, relationship);
    dw_text(w, TAG_VALUE_TYPE, type);
    dw_code(w, TAG_CONCEPT_NAME_CODE_SEQUENCE, name.value, name.scheme, name.meaning);
}

static void item_code(DicomWriter *w, const char *relationship, Code name, Code value)
{
    item_begin(w, relationship, "CODE", name);
    dw_code(w, TAG_CONCEPT_CODE_SEQUENCE, value.value, value.scheme, value.meaning);
    dw_item_end(w);
}

static void item_text(DicomWriter *w, const char *relationship, Code name, const char *value)
{
    item_begin(w, relationship, "TEXT", name);
    dw_text(w, TAG_TEXT_VALUE, value);
    dw_item_end(w);
}

static void item_uid(DicomWriter *w, const char *relationship, Code name, const char *uid)
{
    item_begin(w, relationship, "UIDREF", name);
    dw_text(w, TAG_UID, uid);
    dw_item_end(w);
}

static void item_date_time(DicomWriter *w, const char *relationship, Code name, const PhantomOrder *o)
{
    item_begin(w, relationship, "DATETIME", name);
    dw_textf(w, TAG_DATE_TIME, "%s%s", o->date, o->time);
    dw_item_end(w);
}

static void item_number(DicomWriter *w, const char *relationship, Code name, double value, Code unit)
{
    item_begin(w, relationship, "NUM", name);
    dw_sequence_begin(w, TAG_MEASURED_VALUE_SEQUENCE);
    dw_item_begin(w);
    dw_double(w, TAG_NUMERIC_VALUE, value);
    dw_code(w, TAG_MEASUREMENT_UNITS_CODE_SEQUENCE, unit.value, unit.scheme, unit.meaning);
    dw_item_end(w);
    dw_sequence_end(w);
    dw_item_end(w);
}

static void container_begin(DicomWriter *w, Code name)
{
    item_begin(w, "CONTAINS", "CONTAINER", name);
    dw_text(w, TAG_CONTINUITY_OF_CONTENT, "SEPARATE");
    dw_sequence_begin(w, TAG_CONTENT_SEQUENCE);
}

static void container_end(DicomWriter *w)
{
    dw_sequence_end(w);
    dw_item_end(w);
}

static void observer(DicomWriter *w, const PhantomOrder *o)
{
    char uid[65];
    phantom_uid(o, 900, 1, uid);
    item_code(w, "HAS OBS CONTEXT", DCM("121005", "Observer Type"), DCM("121007", "Device"));
    item_uid(w, "HAS OBS CONTEXT", DCM("121012", "Device Observer UID"), uid);
    item_text(w, "HAS OBS CONTEXT", DCM("121013", "Device Observer Name"), o->station);
}

static void accumulated(DicomWriter *w, double dlp)
{
    container_begin(w, DCM("113811", "CT Accumulated Dose Data"));
    item_number(w, "CONTAINS", DCM("113812", "Total Number of Irradiation Events"), 1, UCUM("{events}", "events"));
    item_number(w, "CONTAINS", DCM("113813", "CT Dose Length Product Total"), dlp, UCUM("mGy.cm", "mGy.cm"));
    container_end(w);
}

static void parameters(DicomWriter *w, double length_mm)
{
    container_begin(w, DCM("113822", "CT Acquisition Parameters"));
    item_number(w, "CONTAINS", DCM("113824", "Exposure Time"), 8.2, UCUM("s", "s"));
    item_number(w, "CONTAINS", DCM("113825", "Scanning Length"), length_mm, UCUM("mm", "mm"));
    item_number(w, "CONTAINS", DCM("113826", "Nominal Single Collimation Width"), 0.6, UCUM("mm", "mm"));
    item_number(w, "CONTAINS", DCM("113827", "Nominal Total Collimation Width"), 38.4, UCUM("mm", "mm"));
    item_number(w, "CONTAINS", DCM("113828", "Pitch Factor"), 1.0, UCUM("{ratio}", "ratio"));
    item_number(w, "CONTAINS", DCM("113823", "Number of X-Ray Sources"), 1, UCUM("{X-Ray sources}", "X-Ray sources"));
    container_begin(w, DCM("113831", "CT X-Ray Source Parameters"));
    item_text(w, "CONTAINS", DCM("113832", "Identification of the X-Ray Source"), "1");
    item_number(w, "CONTAINS", DCM("113733", "KVP"), 120, UCUM("kV", "kV"));
    item_number(w, "CONTAINS", DCM("113833", "Maximum X-Ray Tube Current"), 240, UCUM("mA", "mA"));
    item_number(w, "CONTAINS", DCM("113734", "X-Ray Tube Current"), 180, UCUM("mA", "mA"));
    item_number(w, "CONTAINS", DCM("113834", "Exposure Time per Rotation"), 0.5, UCUM("s", "s"));
    container_end(w);
    container_end(w);
}

static void acquisition(DicomWriter *w, const PhantomOrder *o, double ctdi, double length_mm, double dlp)
{
    char uid[65];
    phantom_uid(o, 900, 2, uid);
    container_begin(w, DCM("113819", "CT Acquisition"));
    item_text(w, "CONTAINS", DCM("125203", "Acquisition Protocol"), "Thorax-abdomen-pelvis sans injection");
    item_code(w, "CONTAINS", DCM("123014", "Target Region"), (Code){ "43799004", "SCT", "Chest" });
    item_code(w, "CONTAINS", DCM("113820", "CT Acquisition Type"), (Code){ "116152004", "SCT", "Spiral Acquisition" });
    item_uid(w, "CONTAINS", DCM("113769", "Irradiation Event UID"), uid);
    parameters(w, length_mm);
    container_begin(w, DCM("113829", "CT Dose"));
    item_number(w, "CONTAINS", DCM("113830", "Mean CTDIvol"), ctdi, UCUM("mGy", "mGy"));
    item_code(w, "CONTAINS", DCM("113835", "CTDIw Phantom Type"), DCM("113691", "IEC Body Dosimetry Phantom"));
    item_number(w, "CONTAINS", DCM("113838", "DLP"), dlp, UCUM("mGy.cm", "mGy.cm"));
    container_end(w);
    container_end(w);
}

static void scope(DicomWriter *w, const PhantomOrder *o)
{
    item_begin(w, "HAS OBS CONTEXT", "CODE", DCM("113705", "Scope of Accumulation"));
    dw_code(w, TAG_CONCEPT_CODE_SEQUENCE, "113014", "DCM", "Study");
    dw_sequence_begin(w, TAG_CONTENT_SEQUENCE);
    item_uid(w, "HAS PROPERTIES", DCM("110180", "Study Instance UID"), o->study_uid);
    dw_sequence_end(w);
    dw_item_end(w);
}

static void procedure(DicomWriter *w)
{
    item_begin(w, "HAS CONCEPT MOD", "CODE", DCM("121058", "Procedure reported"));
    dw_code(w, TAG_CONCEPT_CODE_SEQUENCE, "77477000", "SCT", "Computed Tomography X-Ray");
    dw_sequence_begin(w, TAG_CONTENT_SEQUENCE);
    item_code(w, "HAS CONCEPT MOD", (Code){ "363703001", "SCT", "Has Intent" }, (Code){ "261004008", "SCT", "Diagnostic Intent" });
    dw_sequence_end(w);
    dw_item_end(w);
}

bool phantom_dose(const PhantomOrder *o, const PhantomSeries *ct, double ctdi, double length_mm, PhantomEach *each, void *with, Err *err)
{
    PhantomSeries s = phantom_series(o, 900 + ct->number, "SR", "1.2.840.10008.5.1.4.1.1.88.67", "Rapport de dose", "Phantom CT");
    OWNED(DicomWriter) *w = dw_new(1 << 20);
    char   sop[65];
    double dlp = (double)(long)(ctdi * length_mm) / 10.0;
    phantom_head(w, o, &s, 1, sop);
    dw_empty(w, TAG_REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE);
    dw_empty(w, TAG_PERFORMED_PROCEDURE_CODE_SEQUENCE);
    dw_remove(w, TAG_REQUEST_ATTRIBUTES_SEQUENCE);
    dw_text(w, TAG_COMPLETION_FLAG, "COMPLETE");
    dw_text(w, TAG_VERIFICATION_FLAG, "UNVERIFIED");
    dw_text(w, TAG_VALUE_TYPE, "CONTAINER");
    dw_code(w, TAG_CONCEPT_NAME_CODE_SEQUENCE, "113701", "DCM", "X-Ray Radiation Dose Report");
    dw_text(w, TAG_CONTINUITY_OF_CONTENT, "SEPARATE");
    dw_sequence_begin(w, TAG_CONTENT_TEMPLATE_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_MAPPING_RESOURCE, "DCMR");
    dw_text(w, TAG_TEMPLATE_IDENTIFIER, "10011");
    dw_item_end(w);
    dw_sequence_end(w);
    dw_sequence_begin(w, TAG_CONTENT_SEQUENCE);
    procedure(w);
    observer(w, o);
    item_date_time(w, "HAS OBS CONTEXT", DCM("113809", "Start of X-Ray Irradiation"), o);
    item_date_time(w, "HAS OBS CONTEXT", DCM("113810", "End of X-Ray Irradiation"), o);
    scope(w, o);
    accumulated(w, dlp);
    acquisition(w, o, ctdi, length_mm, dlp);
    item_code(w, "CONTAINS", DCM("113854", "Source of Dose Information"), DCM("113856", "Automated Data Collection"));
    dw_sequence_end(w);
    return phantom_give(w, &s, sop, each, with, err);
}
