/*
 * The attributes that a search answers and matches, and their values out of an answer. DICOM PS3.18 §10.6,
 * PS3.4 §C.6.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/query_internal.h"

#define ALWAYS true
#define ASKED false

/* In the order of tags, as they are answered. */
const QueryTag QUERY_TAGS[] = {
    { TAG_SOP_CLASS_UID, QUERY_INSTANCE, VR_UI, MATCH_UID, ALWAYS },
    { TAG_SOP_INSTANCE_UID, QUERY_INSTANCE, VR_UI, MATCH_UID, ALWAYS },
    { TAG_STUDY_DATE, QUERY_STUDY, VR_DA, MATCH_DATE, ALWAYS },
    { TAG_SERIES_DATE, QUERY_SERIES, VR_DA, MATCH_DATE, ASKED },
    { TAG_STUDY_TIME, QUERY_STUDY, VR_TM, MATCH_TIME, ALWAYS },
    { TAG_SERIES_TIME, QUERY_SERIES, VR_TM, MATCH_TIME, ASKED },
    { TAG_ACCESSION_NUMBER, QUERY_STUDY, VR_SH, MATCH_TEXT, ALWAYS },
    { TAG_INSTANCE_AVAILABILITY, QUERY_PATIENT, VR_CS, MATCH_NEVER, ALWAYS },
    { TAG_MODALITY, QUERY_SERIES, VR_CS, MATCH_ANY_OF, ALWAYS },
    { TAG_MODALITIES_IN_STUDY, QUERY_STUDY, VR_CS, MATCH_ANY_OF, ALWAYS },
    { TAG_SOP_CLASSES_IN_STUDY, QUERY_STUDY, VR_UI, MATCH_UID, ASKED },
    { TAG_REFERRING_PHYSICIAN_NAME, QUERY_STUDY, VR_PN, MATCH_NAME, ALWAYS },
    { TAG_TIMEZONE_OFFSET_FROM_UTC, QUERY_STUDY, VR_SH, MATCH_TEXT, ASKED },
    { TAG_STATION_NAME, QUERY_SERIES, VR_SH, MATCH_TEXT, ASKED },
    { TAG_STUDY_DESCRIPTION, QUERY_STUDY, VR_LO, MATCH_TEXT, ALWAYS },
    { TAG_SERIES_DESCRIPTION, QUERY_SERIES, VR_LO, MATCH_TEXT, ALWAYS },
    { TAG_AVAILABLE_TRANSFER_SYNTAX_UID, QUERY_INSTANCE, VR_UI, MATCH_UID, ALWAYS },
    { TAG_PATIENT_NAME, QUERY_PATIENT, VR_PN, MATCH_NAME, ALWAYS },
    { TAG_PATIENT_ID, QUERY_PATIENT, VR_LO, MATCH_TEXT, ALWAYS },
    { TAG_ISSUER_OF_PATIENT_ID, QUERY_PATIENT, VR_LO, MATCH_TEXT, ALWAYS },
    { TAG_PATIENT_BIRTH_DATE, QUERY_PATIENT, VR_DA, MATCH_DATE, ALWAYS },
    { TAG_PATIENT_SEX, QUERY_PATIENT, VR_CS, MATCH_TEXT, ALWAYS },
    { TAG_BODY_PART_EXAMINED, QUERY_SERIES, VR_CS, MATCH_TEXT, ASKED },
    { TAG_STUDY_INSTANCE_UID, QUERY_STUDY, VR_UI, MATCH_UID, ALWAYS },
    { TAG_SERIES_INSTANCE_UID, QUERY_SERIES, VR_UI, MATCH_UID, ALWAYS },
    { TAG_STUDY_ID, QUERY_STUDY, VR_SH, MATCH_TEXT, ALWAYS },
    { TAG_SERIES_NUMBER, QUERY_SERIES, VR_IS, MATCH_NUMBER, ALWAYS },
    { TAG_INSTANCE_NUMBER, QUERY_INSTANCE, VR_IS, MATCH_NUMBER, ALWAYS },
    { TAG_NUMBER_OF_PATIENT_RELATED_STUDIES, QUERY_PATIENT, VR_IS, MATCH_NEVER, ASKED },
    { TAG_NUMBER_OF_PATIENT_RELATED_SERIES, QUERY_PATIENT, VR_IS, MATCH_NEVER, ASKED },
    { TAG_NUMBER_OF_PATIENT_RELATED_INSTANCES, QUERY_PATIENT, VR_IS, MATCH_NEVER, ASKED },
    { TAG_NUMBER_OF_STUDY_RELATED_SERIES, QUERY_STUDY, VR_IS, MATCH_NEVER, ALWAYS },
    { TAG_NUMBER_OF_STUDY_RELATED_INSTANCES, QUERY_STUDY, VR_IS, MATCH_NEVER, ALWAYS },
    { TAG_NUMBER_OF_SERIES_RELATED_INSTANCES, QUERY_SERIES, VR_IS, MATCH_NEVER, ALWAYS },
    { TAG_NUMBER_OF_FRAMES, QUERY_INSTANCE, VR_IS, MATCH_NEVER, ALWAYS },
    { TAG_ROWS, QUERY_INSTANCE, VR_US, MATCH_NEVER, ALWAYS },
    { TAG_COLUMNS, QUERY_INSTANCE, VR_US, MATCH_NEVER, ALWAYS },
    { TAG_BITS_ALLOCATED, QUERY_INSTANCE, VR_US, MATCH_NEVER, ALWAYS },
};
const size_t QUERY_TAG_COUNT = COUNT(QUERY_TAGS);

const QueryTag *query_tag(uint32_t tag)
{
    for (size_t i = 0; i < COUNT(QUERY_TAGS); i++)
        if (QUERY_TAGS[i].tag == tag)
            return &QUERY_TAGS[i];
    return NULL;
}

const uint32_t *query_default_tags(QueryLevel level)
{
    static const uint32_t STUDY[] = {
        TAG_STUDY_DATE,
        TAG_STUDY_TIME,
        TAG_ACCESSION_NUMBER,
        TAG_INSTANCE_AVAILABILITY,
        TAG_MODALITIES_IN_STUDY,
        TAG_REFERRING_PHYSICIAN_NAME,
        TAG_STUDY_DESCRIPTION,
        TAG_PATIENT_NAME,
        TAG_PATIENT_ID,
        TAG_ISSUER_OF_PATIENT_ID,
        TAG_PATIENT_BIRTH_DATE,
        TAG_PATIENT_SEX,
        TAG_STUDY_INSTANCE_UID,
        TAG_STUDY_ID,
        TAG_NUMBER_OF_STUDY_RELATED_SERIES,
        TAG_NUMBER_OF_STUDY_RELATED_INSTANCES,
        0,
    };
    static const uint32_t SERIES[] = {
        TAG_MODALITY,
        TAG_SERIES_DESCRIPTION,
        TAG_SERIES_INSTANCE_UID,
        TAG_SERIES_NUMBER,
        TAG_NUMBER_OF_SERIES_RELATED_INSTANCES,
        0,
    };
    static const uint32_t INSTANCE[] = {
        TAG_SOP_CLASS_UID,   TAG_SOP_INSTANCE_UID, TAG_AVAILABLE_TRANSFER_SYNTAX_UID,
        TAG_INSTANCE_NUMBER, TAG_NUMBER_OF_FRAMES, TAG_ROWS,
        TAG_COLUMNS,         TAG_BITS_ALLOCATED,   0,
    };
    return level == QUERY_STUDY ? STUDY : level == QUERY_SERIES ? SERIES : INSTANCE;
}

static bool number(int64_t n, Buf *ret)
{
    return n == INT64_MIN || buf_addf(ret, "%lld", (long long)n);
}

static bool count(int64_t n, Buf *ret) /* of an image: nothing when there is none */
{
    return n == 0 || number(n, ret);
}

static bool study_value(const StudyRow *s, const QueryRow *row, uint32_t tag, Buf *ret)
{
    switch (tag) {
    case TAG_STUDY_DATE:
        return buf_add_text(ret, s->date);
    case TAG_STUDY_TIME:
        return buf_add_text(ret, s->time);
    case TAG_ACCESSION_NUMBER:
        return buf_add_text(ret, s->accession);
    case TAG_INSTANCE_AVAILABILITY:
        return buf_add_text(ret, "ONLINE");
    case TAG_MODALITIES_IN_STUDY:
        return buf_add_text(ret, s->modalities);
    case TAG_REFERRING_PHYSICIAN_NAME:
        return buf_add_text(ret, row->study_referring);
    case TAG_TIMEZONE_OFFSET_FROM_UTC:
        return buf_add_text(ret, row->study_time_zone);
    case TAG_STUDY_DESCRIPTION:
        return buf_add_text(ret, s->description);
    case TAG_PATIENT_NAME:
        return buf_add_text(ret, s->patient_name);
    case TAG_PATIENT_ID:
        return buf_add_text(ret, s->patient_key);
    case TAG_ISSUER_OF_PATIENT_ID:
        return buf_add_text(ret, s->patient_issuer);
    case TAG_PATIENT_BIRTH_DATE:
        return buf_add_text(ret, s->patient_birth);
    case TAG_PATIENT_SEX:
        return buf_add_text(ret, s->patient_sex);
    case TAG_STUDY_INSTANCE_UID:
        return buf_add_text(ret, s->uid);
    case TAG_STUDY_ID:
        return buf_add_text(ret, s->study_id);
    case TAG_NUMBER_OF_STUDY_RELATED_SERIES:
        return number(s->series, ret);
    case TAG_NUMBER_OF_STUDY_RELATED_INSTANCES:
        return number(s->instances, ret);
    default:
        return false;
    }
}

static bool series_value(const QueryRow *row, uint32_t tag, Buf *ret)
{
    switch (tag) {
    case TAG_MODALITY:
        return buf_add_text(ret, row->series_modality);
    case TAG_SERIES_DATE:
        return buf_add_text(ret, row->series_date);
    case TAG_SERIES_TIME:
        return buf_add_text(ret, row->series_time);
    case TAG_STATION_NAME:
        return buf_add_text(ret, row->station);
    case TAG_SERIES_DESCRIPTION:
        return buf_add_text(ret, row->series_description);
    case TAG_BODY_PART_EXAMINED:
        return buf_add_text(ret, row->series_body);
    case TAG_SERIES_INSTANCE_UID:
        return buf_add_text(ret, row->series_uid);
    case TAG_SERIES_NUMBER:
        return number(row->series_number, ret);
    case TAG_NUMBER_OF_SERIES_RELATED_INSTANCES:
        return number(row->series_instances, ret);
    default:
        return false;
    }
}

static bool instance_value(const QueryRow *row, uint32_t tag, Buf *ret)
{
    switch (tag) {
    case TAG_SOP_CLASS_UID:
        return buf_add_text(ret, row->class_uid);
    case TAG_SOP_INSTANCE_UID:
        return buf_add_text(ret, row->instance_uid);
    case TAG_AVAILABLE_TRANSFER_SYNTAX_UID:
        return buf_add_text(ret, row->syntax_uid);
    case TAG_INSTANCE_NUMBER:
        return number(row->instance_number, ret);
    case TAG_NUMBER_OF_FRAMES:
        return row->frames <= 1 || number(row->frames, ret);
    case TAG_ROWS:
        return count(row->rows, ret);
    case TAG_COLUMNS:
        return count(row->columns, ret);
    case TAG_BITS_ALLOCATED:
        return count(row->bits_allocated, ret);
    default:
        return false;
    }
}

bool query_value(const QueryRow *row, uint32_t tag, Buf *ret)
{
    const QueryTag *known = query_tag(tag);
    if (!known || known->level > row->level)
        return false;
    switch (known->level) {
    case QUERY_PATIENT:
    case QUERY_STUDY:
        return study_value(&row->study, row, tag, ret);
    case QUERY_SERIES:
        return series_value(row, tag, ret);
    case QUERY_INSTANCE:
        return instance_value(row, tag, ret);
    }
    return false;
}
