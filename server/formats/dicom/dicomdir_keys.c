/*
 * The keys of directory records: tables of PS3.3 §F.5, and how a value comes from the file into the record.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/dicomdir_keys.h"

#include "formats/dicom/uid.h"

#define DAY "19000101" /* what is made up must be seen to be */
#define HOUR "000000"
#define NUMBER                                                                                               \
    {                                                                                                        \
        TAG_INSTANCE_NUMBER, KEY_REQUIRED, NULL                                                              \
    }
#define CONTENT_DAY                                                                                          \
    { TAG_CONTENT_DATE, KEY_REQUIRED, DAY },                                                                 \
    {                                                                                                        \
        TAG_CONTENT_TIME, KEY_REQUIRED, HOUR                                                                 \
    }
#define CONTENT_NAME                                                                                         \
    { TAG_CONTENT_LABEL, KEY_REQUIRED, "SANS_TITRE" }, { TAG_CONTENT_DESCRIPTION, KEY_MAY_EMPTY, "" },       \
    {                                                                                                        \
        TAG_CONTENT_CREATOR_NAME, KEY_MAY_EMPTY, ""                                                          \
    }

const DirKind DIR_PATIENT = { "PATIENT",
                              { { TAG_PATIENT_NAME, KEY_MAY_EMPTY, "" },
                                { TAG_PATIENT_ID, KEY_REQUIRED, "SANS_IDENTIFIANT" },
                                { TAG_PATIENT_BIRTH_DATE, KEY_WHEN_THERE, "" },
                                { TAG_PATIENT_SEX, KEY_WHEN_THERE, "" } } };

const DirKind DIR_STUDY = { "STUDY",
                            { { TAG_STUDY_DATE, KEY_REQUIRED, DAY },
                              { TAG_STUDY_TIME, KEY_REQUIRED, HOUR },
                              { TAG_ACCESSION_NUMBER, KEY_MAY_EMPTY, "" },
                              { TAG_STUDY_DESCRIPTION, KEY_MAY_EMPTY, "" },
                              { TAG_STUDY_INSTANCE_UID, KEY_REQUIRED, "" },
                              { TAG_STUDY_ID, KEY_REQUIRED, NULL } } };

const DirKind DIR_SERIES = { "SERIES",
                             { { TAG_MODALITY, KEY_REQUIRED, "OT" },
                               { TAG_SERIES_DATE, KEY_WHEN_THERE, "" },
                               { TAG_SERIES_DESCRIPTION, KEY_WHEN_THERE, "" },
                               { TAG_SERIES_INSTANCE_UID, KEY_REQUIRED, "" },
                               { TAG_SERIES_NUMBER, KEY_REQUIRED, NULL } } };

/* In the order of KINDS. */
enum {
    IMAGE,
    DOSE,
    STRUCTURES,
    PLAN,
    TREATMENT,
    PRESENTATION,
    WAVEFORM,
    REPORT,
    KEY_OBJECTS,
    SPECTRUM,
    RAW,
    REGISTRATION,
    FIDUCIAL,
    VALUE_MAP,
    DOCUMENT,
    STEREO,
    MEASUREMENT,
    SURFACE,
    TRACT,
    ASSESSMENT,
    RADIOTHERAPY,
    ANNOTATION,
    SURFACE_SCAN,
};

static const DirKind KINDS[] = {
    [IMAGE]        = { "IMAGE", { NUMBER } },
    [DOSE]         = { "RT DOSE", { NUMBER, { TAG_DOSE_SUMMATION_TYPE, KEY_REQUIRED, "PLAN" } } },
    [STRUCTURES]   = { "RT STRUCTURE SET",
                       { NUMBER,
                         { TAG_STRUCTURE_SET_LABEL, KEY_REQUIRED, "SANS_TITRE" },
                         { TAG_STRUCTURE_SET_DATE, KEY_MAY_EMPTY, "" },
                         { TAG_STRUCTURE_SET_TIME, KEY_MAY_EMPTY, "" } } },
    [PLAN]         = { "RT PLAN",
                       { NUMBER,
                         { TAG_RT_PLAN_LABEL, KEY_REQUIRED, "SANS_TITRE" },
                         { TAG_RT_PLAN_DATE, KEY_MAY_EMPTY, "" },
                         { TAG_RT_PLAN_TIME, KEY_MAY_EMPTY, "" } } },
    [TREATMENT]    = { "RT TREAT RECORD",
                       { NUMBER,
                         { TAG_TREATMENT_DATE, KEY_MAY_EMPTY, "" },
                         { TAG_TREATMENT_TIME, KEY_MAY_EMPTY, "" } } },
    [PRESENTATION] = { "PRESENTATION",
                       { NUMBER,
                         { TAG_PRESENTATION_CREATION_DATE, KEY_REQUIRED, DAY },
                         { TAG_PRESENTATION_CREATION_TIME, KEY_REQUIRED, HOUR },
                         CONTENT_NAME,
                         { TAG_REFERENCED_SERIES_SEQUENCE, KEY_WHEN_THERE, "" },
                         { TAG_BLENDING_SEQUENCE, KEY_WHEN_THERE, "" } } },
    [WAVEFORM]     = { "WAVEFORM", { NUMBER, CONTENT_DAY } },
    [REPORT]       = { "SR DOCUMENT",
                       { NUMBER,
                         CONTENT_DAY,
                         { TAG_COMPLETION_FLAG, KEY_REQUIRED, "PARTIAL" },
                         { TAG_VERIFICATION_FLAG, KEY_REQUIRED, "UNVERIFIED" },
                         { TAG_VERIFICATION_DATE_TIME, KEY_WHEN_THERE, "" },
                         { TAG_CONCEPT_NAME_CODE_SEQUENCE, KEY_WHEN_THERE, "" } } },
    [KEY_OBJECTS]  = { "KEY OBJECT DOC",
                       { NUMBER, CONTENT_DAY, { TAG_CONCEPT_NAME_CODE_SEQUENCE, KEY_WHEN_THERE, "" } } },
    [SPECTRUM]     = { "SPECTROSCOPY",
                       { NUMBER,
                         CONTENT_DAY,
                         { TAG_IMAGE_TYPE, KEY_WHEN_THERE, "" },
                         { TAG_NUMBER_OF_FRAMES, KEY_WHEN_THERE, "" },
                         { TAG_ROWS, KEY_WHEN_THERE, "" },
                         { TAG_COLUMNS, KEY_WHEN_THERE, "" },
                         { TAG_DATA_POINT_ROWS, KEY_WHEN_THERE, "" },
                         { TAG_DATA_POINT_COLUMNS, KEY_WHEN_THERE, "" } } },
    [RAW]          = { "RAW DATA", { CONTENT_DAY, { TAG_INSTANCE_NUMBER, KEY_MAY_EMPTY, "" } } },
    [REGISTRATION] = { "REGISTRATION", { NUMBER, CONTENT_DAY, CONTENT_NAME } },
    [FIDUCIAL]     = { "FIDUCIAL", { NUMBER, CONTENT_DAY, CONTENT_NAME } },
    [VALUE_MAP]    = { "VALUE MAP", { NUMBER, CONTENT_DAY, CONTENT_NAME } },
    [DOCUMENT]     = { "ENCAP DOC",
                       { NUMBER,
                         { TAG_CONTENT_DATE, KEY_MAY_EMPTY, "" },
                         { TAG_CONTENT_TIME, KEY_MAY_EMPTY, "" },
                         { TAG_DOCUMENT_TITLE, KEY_MAY_EMPTY, "" },
                         { TAG_HL7_INSTANCE_IDENTIFIER, KEY_WHEN_THERE, "" },
                         { TAG_CONCEPT_NAME_CODE_SEQUENCE, KEY_MAY_EMPTY, "" },
                         { TAG_MIME_TYPE_OF_ENCAPSULATED_DOCUMENT, KEY_REQUIRED, "application/octet-stream" } } },
    [STEREO]       = { "STEREOMETRIC", { NUMBER, CONTENT_DAY, CONTENT_NAME } },
    [MEASUREMENT]  = { "MEASUREMENT", { NUMBER, CONTENT_DAY } },
    [SURFACE]      = { "SURFACE", { NUMBER, CONTENT_DAY, CONTENT_NAME } },
    [TRACT]        = { "TRACT", { NUMBER, CONTENT_DAY, CONTENT_NAME } },
    [ASSESSMENT]   = { "ASSESSMENT", { NUMBER, CONTENT_DAY } },
    [RADIOTHERAPY] = { "RADIOTHERAPY",
                       { NUMBER,
                         { TAG_USER_CONTENT_LABEL, KEY_WHEN_THERE, "" },
                         { TAG_USER_CONTENT_LONG_LABEL, KEY_WHEN_THERE, "" },
                         { TAG_CONTENT_DESCRIPTION, KEY_MAY_EMPTY, "" },
                         { TAG_CONTENT_CREATOR_NAME, KEY_MAY_EMPTY, "" } } },
    [ANNOTATION]   = { "ANNOTATION", { NUMBER, CONTENT_DAY, CONTENT_NAME } },
    [SURFACE_SCAN] = { "SURFACE SCAN", { NUMBER, CONTENT_DAY } },
};

/* SOP classes that are no images, by the beginning of their UID after 1.2.840.10008.5.1.4.1.1. */
static const struct {
    const char *under;
    int         kind;
} CLASSES[] = {
    { "481.2", DOSE },        { "481.3", STRUCTURES },
    { "481.4", TREATMENT },   { "481.5", PLAN },
    { "481.6", TREATMENT },   { "481.7", TREATMENT },
    { "481.8", PLAN },        { "481.9", TREATMENT },
    { "11.", PRESENTATION },  { "9.", WAVEFORM },
    { "88.59", KEY_OBJECTS }, { "88.", REPORT },
    { "4.2", SPECTRUM },      { "66", RAW },
    { "66.1", REGISTRATION }, { "66.2", FIDUCIAL },
    { "66.3", REGISTRATION }, { "67", VALUE_MAP },
    { "104.", DOCUMENT },     { "77.1.5.3", STEREO },
    { "78.", MEASUREMENT },   { "66.5", SURFACE },
    { "66.6", TRACT },        { "90.1", ASSESSMENT },
    { "91.1", ANNOTATION },   { "68.1", SURFACE_SCAN },
    { "68.2", SURFACE_SCAN }, { "79.1", MEASUREMENT },
    { "80.1", MEASUREMENT },
};
enum { RT_SECOND_FIRST = 10, RT_SECOND_LAST = 22 }; /* 481.10 to 481.22: the second generation */

const DirKind *dir_kind_of(Slice class_uid)
{
    static const Slice STORAGE = { "1.2.840.10008.5.1.4.1.1.", 24 };
    if (!slice_starts(class_uid, STORAGE))
        return &KINDS[IMAGE];
    Slice   under = slice_part(class_uid, STORAGE.len, SIZE_MAX);
    int64_t n;
    if (slice_starts(under, SLICE("481.")) && slice_int(slice_part(under, 4, SIZE_MAX), &n) &&
        n >= RT_SECOND_FIRST && n <= RT_SECOND_LAST)
        return &KINDS[RADIOTHERAPY];
    for (size_t i = 0; i < COUNT(CLASSES); i++) {
        Slice want = slice_of(CLASSES[i].under);
        if (slice_ends(want, SLICE(".")) ? slice_starts(under, want) : slice_equal(under, want))
            return &KINDS[CLASSES[i].kind];
    }
    return &KINDS[IMAGE];
}

/* Codes and references go in as they are; what they hold is in the default repertoire or nearly always so. */
static void copy_sequence(DicomWriter *w, const Dataset *ds, const Element *e, Arena *a)
{
    dw_sequence_begin(w, e->tag);
    for (size_t i = 0; i < e->count; i++) {
        const Dataset *item = element_item(e, i);
        dw_item_begin(w);
        for (size_t k = 0; k < dataset_count(item); k++) {
            const Element *inner = dataset_at(item, k);
            const VrInfo  *info  = vr_info(inner->vr);
            if (inner->vr == VR_SQ)
                copy_sequence(w, item, inner, a);
            else if (TAG_IS_PRIVATE(inner->tag) || inner->tag == TAG_SPECIFIC_CHARACTER_SET)
                continue;
            else if (info && info->charset)
                dw_slice(w, inner->tag, element_text(item, inner, a));
            else
                dw_copy(w, item, inner);
        }
        dw_item_end(w);
    }
    dw_sequence_end(w);
    (void)ds;
}

static bool date_or_time_is_none(uint32_t tag, Slice text)
{
    DicomDate day;
    DicomTime hour;
    Vr        vr = tag_vr(tag);
    return (vr == VR_DA && !dicom_date(text, &day)) || (vr == VR_TM && !dicom_time(text, &hour));
}

/* A verified report tells when inside the sequence of those who verified; the latest stands in the record. */
static Slice verified_at(const Dataset *ds)
{
    Slice latest = SLICE_NONE;
    for (size_t i = 0; i < dataset_items(ds, TAG_VERIFYING_OBSERVER_SEQUENCE); i++) {
        Slice at =
            dataset_code(dataset_item(ds, TAG_VERIFYING_OBSERVER_SEQUENCE, i), TAG_VERIFICATION_DATE_TIME);
        if (at.len &&
            (!latest.len || memcmp(at.at, latest.at, at.len < latest.len ? at.len : latest.len) > 0))
            latest = at;
    }
    return latest;
}

static void write_key(DicomWriter *w, const DirKey *key, const Dataset *ds, unsigned number, Arena *a)
{
    const Element *e    = dataset_find(ds, key->tag);
    const VrInfo  *info = vr_info(tag_vr(key->tag));
    Slice          text = SLICE_NONE;
    if (tag_vr(key->tag) == VR_SQ) {
        if (e && e->count)
            copy_sequence(w, ds, e, a);
        else if (key->need == KEY_MAY_EMPTY)
            dw_empty(w, key->tag);
        return;
    }
    if (info && !info->text) {
        if (e && e->value.len)
            dw_copy(w, ds, e);
        return;
    }
    if (e)
        text = element_text(ds, e, a);
    else if (key->tag == TAG_VERIFICATION_DATE_TIME)
        text = verified_at(ds);
    if (date_or_time_is_none(key->tag, text))
        text = SLICE_NONE;
    if (text.len)
        dw_slice(w, key->tag, text);
    else if (key->need == KEY_REQUIRED && !key->instead)
        dw_textf(w, key->tag, "%u", number);
    else if (key->need == KEY_REQUIRED)
        dw_text(w, key->tag, key->instead);
    else if (key->need == KEY_MAY_EMPTY)
        dw_empty(w, key->tag);
}

void dir_keys_write(DicomWriter *w, const DirKind *kind, const Dataset *ds, unsigned number, Arena *a)
{
    for (size_t i = 0; i < DIR_KEYS_MAX && kind->keys[i].tag; i++)
        write_key(w, &kind->keys[i], ds, number, a);
}
