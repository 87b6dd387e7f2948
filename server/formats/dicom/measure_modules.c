/*
 * Patient and study as the images have them, our series and equipment, references, content items.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "formats/dicom/measure_modules.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/own.h"

enum { TEXTS_MAX = 1 << 20, OTHER_IDS_MAX = 16 };

void measure_day(int64_t at_ms, int utc_offset_minutes, char date[9], char clock[11])
{
    time_t    at_s = (time_t)(at_ms / 1000 + (int64_t)utc_offset_minutes * 60);
    struct tm tm;
    if (at_ms <= 0 || !gmtime_r(&at_s, &tm) || strftime(date, 9, "%Y%m%d", &tm) != 8 || strftime(clock, 7, "%H%M%S", &tm) != 6) {
        date[0] = clock[0] = '\0'; /* no moment that DICOM can write */
        return;
    }
    (void)snprintf(clock + 6, 5, ".%03d", (int)(at_ms % 1000));
}

void measure_moment(int64_t at_ms, int utc_offset_minutes, char ret[27])
{
    char date[9], clock[11];
    int  away = utc_offset_minutes < 0 ? -utc_offset_minutes : utc_offset_minutes;
    measure_day(at_ms, utc_offset_minutes, date, clock);
    ret[0] = '\0';
    if (*date)
        (void)snprintf(ret, 27, "%s%s%c%02d%02d", date, clock, utc_offset_minutes < 0 ? '-' : '+', away / 60 % 24, away % 60);
}

/* ---- patient and study ---- */

static void copy_text(DicomWriter *w, const Dataset *from, uint32_t tag, Arena *texts)
{
    dw_slice(w, tag, dataset_text(from, tag, texts));
}

static void copy_where_said(DicomWriter *w, const Dataset *from, uint32_t tag, Arena *texts)
{
    if (dataset_has(from, tag))
        copy_text(w, from, tag, texts);
}

/* The patient's other identifiers, the national one among them. */
static void other_ids(DicomWriter *w, const Dataset *from, Arena *texts)
{
    size_t count = dataset_items(from, TAG_OTHER_PATIENT_IDS_SEQUENCE);
    if (!count)
        return;
    dw_sequence_begin(w, TAG_OTHER_PATIENT_IDS_SEQUENCE);
    for (size_t i = 0; i < count && i < OTHER_IDS_MAX; i++) {
        const Dataset *one = dataset_item(from, TAG_OTHER_PATIENT_IDS_SEQUENCE, i);
        const Dataset *who = dataset_item(one, TAG_ISSUER_OF_PATIENT_ID_QUALIFIERS_SEQUENCE, 0);
        dw_item_begin(w);
        copy_text(w, one, TAG_PATIENT_ID, texts);
        copy_where_said(w, one, TAG_ISSUER_OF_PATIENT_ID, texts);
        dw_slice(w, TAG_TYPE_OF_PATIENT_ID, dataset_has(one, TAG_TYPE_OF_PATIENT_ID) ? dataset_code(one, TAG_TYPE_OF_PATIENT_ID) : SLICE("TEXT"));
        if (who) {
            dw_sequence_begin(w, TAG_ISSUER_OF_PATIENT_ID_QUALIFIERS_SEQUENCE);
            dw_item_begin(w);
            copy_where_said(w, who, TAG_UNIVERSAL_ENTITY_ID, texts);
            copy_where_said(w, who, TAG_UNIVERSAL_ENTITY_ID_TYPE, texts);
            dw_item_end(w);
            dw_sequence_end(w);
        }
        dw_item_end(w);
    }
    dw_sequence_end(w);
}

static void patient_and_study(DicomWriter *w, const Dataset *from, Arena *texts)
{
    static const uint32_t ALWAYS[] = { TAG_PATIENT_NAME, TAG_PATIENT_ID,   TAG_PATIENT_BIRTH_DATE,         TAG_PATIENT_SEX, TAG_STUDY_INSTANCE_UID,
                                       TAG_STUDY_DATE,   TAG_STUDY_TIME,   TAG_REFERRING_PHYSICIAN_NAME,   TAG_STUDY_ID,    TAG_ACCESSION_NUMBER };
    static const uint32_t SAID[]   = { TAG_ISSUER_OF_PATIENT_ID, TAG_STUDY_DESCRIPTION };
    for (size_t i = 0; i < COUNT(ALWAYS); i++)
        copy_text(w, from, ALWAYS[i], texts);
    for (size_t i = 0; i < COUNT(SAID); i++)
        copy_where_said(w, from, SAID[i], texts);
    other_ids(w, from, texts);
}

bool measure_modules(DicomWriter *w, const MeasureMaking *m, const char *class_uid, const char *modality, const char *series_description,
                     Err *err)
{
    char     date[9], clock[11];
    FourUids uids;
    OWNED(Arena) *texts = arena_new(TEXTS_MAX);
    if (!texts)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "measures");
    if (!dataset_four_uids(m->patient_of, &uids, err))
        return false;
    dw_charset(w, "ISO_IR 192");
    dw_text(w, TAG_SOP_CLASS_UID, class_uid);
    dw_text(w, TAG_SOP_INSTANCE_UID, m->sop_uid);
    patient_and_study(w, m->patient_of, texts);
    measure_day(m->at_ms, m->utc_offset_minutes, date, clock);
    dw_text(w, TAG_SPECIFIC_CHARACTER_SET, "ISO_IR 192");
    dw_text(w, TAG_INSTANCE_CREATION_DATE, date);
    dw_text(w, TAG_INSTANCE_CREATION_TIME, clock);
    dw_int(w, TAG_INSTANCE_NUMBER, m->version);
    dw_text(w, TAG_MODALITY, modality);
    dw_text(w, TAG_SERIES_INSTANCE_UID, m->series_uid);
    dw_int(w, TAG_SERIES_NUMBER, m->series_number);
    dw_text(w, TAG_SERIES_DESCRIPTION, series_description);
    dw_text(w, TAG_MANUFACTURER, "Béclère");
    dw_text(w, TAG_MANUFACTURER_MODEL_NAME, "Béclère");
    dw_text(w, TAG_DEVICE_SERIAL_NUMBER, m->station_name);
    dw_text(w, TAG_SOFTWARE_VERSIONS, m->software);
    if (m->organisation && *m->organisation)
        dw_text(w, TAG_INSTITUTION_NAME, m->organisation);
    dw_textf(w, TAG_TIMEZONE_OFFSET_FROM_UTC, "%c%02d%02d", m->utc_offset_minutes < 0 ? '-' : '+', abs(m->utc_offset_minutes) / 60 % 24,
             abs(m->utc_offset_minutes) % 60);
    return true;
}

/* ---- references ---- */

void measure_instance(DicomWriter *w, const char *class_uid, const char *sop_uid)
{
    dw_text(w, TAG_REFERENCED_SOP_CLASS_UID, class_uid);
    dw_text(w, TAG_REFERENCED_SOP_INSTANCE_UID, sop_uid);
}

void measure_series(DicomWriter *w, uint32_t instances, const MeasureImage *const *images, size_t count)
{
    dw_sequence_begin(w, TAG_REFERENCED_SERIES_SEQUENCE);
    for (size_t i = 0; i < count; i++) {
        size_t before = 0;
        while (strcmp(images[before]->series_uid, images[i]->series_uid) != 0)
            before++;
        if (before < i)
            continue; /* listed with the first image of its series */
        dw_item_begin(w);
        dw_text(w, TAG_SERIES_INSTANCE_UID, images[i]->series_uid);
        dw_sequence_begin(w, instances);
        for (size_t j = i; j < count; j++)
            if (strcmp(images[j]->series_uid, images[i]->series_uid) == 0) {
                dw_item_begin(w);
                measure_instance(w, images[j]->class_uid, images[j]->sop_uid);
                dw_item_end(w);
            }
        dw_sequence_end(w);
        dw_item_end(w);
    }
    dw_sequence_end(w);
}

void measure_evidence(DicomWriter *w, uint32_t tag, const MeasureMaking *m, const MeasureImage *const *images, size_t count)
{
    Slice study = dataset_code(m->patient_of, TAG_STUDY_INSTANCE_UID);
    if (!count)
        return;
    dw_sequence_begin(w, tag);
    dw_item_begin(w);
    dw_slice(w, TAG_STUDY_INSTANCE_UID, study);
    measure_series(w, TAG_REFERENCED_SOP_SEQUENCE, images, count);
    dw_item_end(w);
    dw_sequence_end(w);
}

static void image_once(const MeasureImage **list, size_t *count, const MeasureImage *image)
{
    for (size_t i = 0; i < *count; i++)
        if (list[i] == image || strcmp(list[i]->sop_uid, image->sop_uid) == 0)
            return;
    list[(*count)++] = image;
}

const MeasureImage **measure_images(const Measure *measures, size_t count, const KeyPlace *keys, size_t key_count, size_t *ret_count)
{
    const MeasureImage **list = calloc(count + key_count + 1, sizeof *list);
    *ret_count                = 0;
    for (size_t i = 0; list && i < count; i++)
        image_once(list, ret_count, measures[i].image);
    for (size_t i = 0; list && i < key_count; i++)
        image_once(list, ret_count, keys[i].image);
    return list;
}

/* ---- content items ---- */

static void concept_put(DicomWriter *w, uint32_t sequence, const Concept *concept)
{
    if (concept)
        dw_code(w, sequence, concept->value, concept->scheme, concept->meaning);
}

void item_begin(DicomWriter *w, const char *relationship, const char *type, const Concept *concept)
{
    dw_item_begin(w);
    dw_text(w, TAG_RELATIONSHIP_TYPE, relationship);
    dw_text(w, TAG_VALUE_TYPE, type);
    concept_put(w, TAG_CONCEPT_NAME_CODE_SEQUENCE, concept);
    if (strcmp(type, "CONTAINER") == 0)
        dw_text(w, TAG_CONTINUITY_OF_CONTENT, "SEPARATE");
}

void item_end(DicomWriter *w)
{
    dw_item_end(w);
}

void children_begin(DicomWriter *w)
{
    dw_sequence_begin(w, TAG_CONTENT_SEQUENCE);
}

void children_end(DicomWriter *w)
{
    dw_sequence_end(w);
}

void item_text(DicomWriter *w, const char *relationship, const Concept *concept, const char *text)
{
    if (!text || !*text)
        return;
    item_begin(w, relationship, "TEXT", concept);
    dw_text(w, TAG_TEXT_VALUE, text);
    item_end(w);
}

void item_uid(DicomWriter *w, const char *relationship, const Concept *concept, const char *uid)
{
    item_begin(w, relationship, "UIDREF", concept);
    dw_text(w, TAG_UID, uid);
    item_end(w);
}

void item_name(DicomWriter *w, const char *relationship, const Concept *concept, const char *pn)
{
    item_begin(w, relationship, "PNAME", concept);
    dw_text(w, TAG_PERSON_NAME, pn);
    item_end(w);
}

void item_code(DicomWriter *w, const char *relationship, const Concept *concept, const Concept *value)
{
    item_begin(w, relationship, "CODE", concept);
    concept_put(w, TAG_CONCEPT_CODE_SEQUENCE, value);
    item_end(w);
}

void item_image(DicomWriter *w, const char *relationship, const Concept *concept, const MeasureImage *image, int64_t frame)
{
    item_begin(w, relationship, "IMAGE", concept);
    dw_sequence_begin(w, TAG_REFERENCED_SOP_SEQUENCE);
    dw_item_begin(w);
    measure_instance(w, image->class_uid, image->sop_uid);
    if (image->frames > 1 && frame > 0)
        dw_int(w, TAG_REFERENCED_FRAME_NUMBER, frame);
    dw_item_end(w);
    dw_sequence_end(w);
    item_end(w);
}

void items_observer(DicomWriter *w, const MeasureMaking *m)
{
    static const Concept LANGUAGE = { "121049", "DCM", "Language of Content Item and Descendants" }, FRENCH = { "fr-FR", "RFC5646", "French (France)" };
    static const Concept TYPE = { "121005", "DCM", "Observer Type" }, PERSON = { "121006", "DCM", "Person" }, DEVICE = { "121007", "DCM", "Device" };
    static const Concept NAME = { "121008", "DCM", "Person Observer Name" }, ORGANISATION = { "121009", "DCM", "Person Observer's Organization Name" };
    static const Concept DEVICE_UID = { "121012", "DCM", "Device Observer UID" }, DEVICE_NAME = { "121013", "DCM", "Device Observer Name" };
    item_code(w, "HAS CONCEPT MOD", &LANGUAGE, &FRENCH);
    item_code(w, "HAS OBS CONTEXT", &TYPE, &PERSON);
    item_name(w, "HAS OBS CONTEXT", &NAME, m->observer);
    item_text(w, "HAS OBS CONTEXT", &ORGANISATION, m->organisation);
    item_code(w, "HAS OBS CONTEXT", &TYPE, &DEVICE);
    item_uid(w, "HAS OBS CONTEXT", &DEVICE_UID, OUR_IMPLEMENTATION_UID);
    item_text(w, "HAS OBS CONTEXT", &DEVICE_NAME, "Béclère");
}

void root_begin(DicomWriter *w, const Concept *title, const char *template_id)
{
    dw_text(w, TAG_VALUE_TYPE, "CONTAINER");
    concept_put(w, TAG_CONCEPT_NAME_CODE_SEQUENCE, title);
    dw_text(w, TAG_CONTINUITY_OF_CONTENT, "SEPARATE");
    dw_sequence_begin(w, TAG_CONTENT_TEMPLATE_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_MAPPING_RESOURCE, "DCMR");
    dw_text(w, TAG_TEMPLATE_IDENTIFIER, template_id);
    dw_item_end(w);
    dw_sequence_end(w);
    children_begin(w);
}

void root_end(DicomWriter *w)
{
    children_end(w);
}
