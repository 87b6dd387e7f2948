/*
 * Attributes that have no column: told and matched from the header kept at ingest, of the instance that
 * stands for its series or study.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/query_internal.h"
#include "formats/json/json_util.h"

/* ---- whose attribute it is (PS3.3 annex A: the module's entity) ---- */

/* Of the study, though their group says patient or nothing; the rest of a row's group goes by GROUPS. */
static const uint32_t OF_STUDY[] = {
    TAG_TIMEZONE_OFFSET_FROM_UTC,
    TAG_PROCEDURE_CODE_SEQUENCE,
    TAG_PHYSICIANS_OF_RECORD,
    TAG_NAME_OF_PHYSICIANS_READING_STUDY,
    TAG_ADMITTING_DIAGNOSES_DESCRIPTION,
    TAG_ADMITTING_DIAGNOSES_CODE_SEQUENCE,
    TAG_REFERRING_PHYSICIAN_IDENTIFICATION_SEQUENCE,
    TAG_CONSULTING_PHYSICIAN_NAME,
    TAG_REFERENCED_STUDY_SEQUENCE,
    TAG_ISSUER_OF_ACCESSION_NUMBER_SEQUENCE,
    TAG_PATIENT_AGE,
    TAG_PATIENT_SIZE,
    TAG_PATIENT_WEIGHT,
    TAG_MEDICAL_ALERTS,
    TAG_ALLERGIES,
    TAG_OCCUPATION,
    TAG_SMOKING_STATUS,
    TAG_ADDITIONAL_PATIENT_HISTORY,
    TAG_PREGNANCY_STATUS,
    TAG_LAST_MENSTRUAL_DATE,
    TAG_REASON_FOR_PERFORMED_PROCEDURE_CODE_SEQUENCE,
};

static const uint32_t OF_SERIES[] = {
    TAG_MANUFACTURER,
    TAG_INSTITUTION_NAME,
    TAG_INSTITUTION_ADDRESS,
    TAG_INSTITUTIONAL_DEPARTMENT_NAME,
    TAG_MANUFACTURER_MODEL_NAME,
    TAG_SERIES_DESCRIPTION_CODE_SEQUENCE,
    TAG_PERFORMING_PHYSICIAN_NAME,
    TAG_OPERATORS_NAME,
    TAG_REFERENCED_PERFORMED_PROCEDURE_STEP_SEQUENCE,
    TAG_DEVICE_SERIAL_NUMBER,
    TAG_SOFTWARE_VERSIONS,
    TAG_PROTOCOL_NAME,
    TAG_PATIENT_POSITION,
    TAG_LATERALITY,
    TAG_FRAME_OF_REFERENCE_UID,
    TAG_POSITION_REFERENCE_INDICATOR,
    TAG_PERFORMED_PROCEDURE_STEP_START_DATE,
    TAG_PERFORMED_PROCEDURE_STEP_START_TIME,
    TAG_PERFORMED_PROCEDURE_STEP_END_DATE,
    TAG_PERFORMED_PROCEDURE_STEP_END_TIME,
    TAG_PERFORMED_PROCEDURE_STEP_ID,
    TAG_PERFORMED_PROCEDURE_STEP_DESCRIPTION,
    TAG_PERFORMED_PROTOCOL_CODE_SEQUENCE,
    TAG_REQUEST_ATTRIBUTES_SEQUENCE,
};

static const struct {
    uint16_t   group;
    QueryLevel level;
} GROUPS[] = {
    { 0x0010, QUERY_PATIENT }, { 0x0012, QUERY_STUDY }, { 0x0032, QUERY_STUDY }, { 0x0038, QUERY_STUDY }
};

static bool is_among(uint32_t tag, const uint32_t *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == tag)
            return true;
    return false;
}

QueryLevel query_tag_level(uint32_t tag)
{
    if (is_among(tag, OF_STUDY, COUNT(OF_STUDY)))
        return QUERY_STUDY;
    if (is_among(tag, OF_SERIES, COUNT(OF_SERIES)))
        return QUERY_SERIES;
    for (size_t i = 0; i < COUNT(GROUPS); i++)
        if (GROUPS[i].group == TAG_GROUP(tag))
            return GROUPS[i].level;
    return QUERY_INSTANCE;
}

MatchKind query_vr_match(Vr vr)
{
    static const struct {
        Vr        vr;
        MatchKind match;
    } MATCHES[] = {
        { VR_PN, MATCH_NAME },   { VR_DA, MATCH_DATE },   { VR_TM, MATCH_TIME },   { VR_DT, MATCH_INSTANT },
        { VR_UI, MATCH_UID },    { VR_IS, MATCH_NUMBER }, { VR_US, MATCH_NUMBER }, { VR_UL, MATCH_NUMBER },
        { VR_SS, MATCH_NUMBER }, { VR_SL, MATCH_NUMBER }, { VR_CS, MATCH_ANY_OF }, { VR_AE, MATCH_TEXT },
        { VR_LO, MATCH_TEXT },   { VR_SH, MATCH_TEXT },   { VR_ST, MATCH_TEXT },   { VR_LT, MATCH_TEXT },
        { VR_UT, MATCH_TEXT },   { VR_UC, MATCH_TEXT },   { VR_AS, MATCH_TEXT },   { VR_DS, MATCH_TEXT },
    };
    for (size_t i = 0; i < COUNT(MATCHES); i++)
        if (MATCHES[i].vr == vr)
            return MATCHES[i].match;
    return MATCH_NEVER;
}

/* ---- the header that stands for an answer ---- */

bool query_header(Db *db, const QueryRow *row, json_t **ret, Err *err)
{
    static const char *const FIRST[] = {
        [QUERY_PATIENT]  = ("SELECT instance_json.plain_bytes, instance_json.json FROM instance"
                            "  JOIN instance_json ON instance_json.instance_id = instance.id"
                            " WHERE instance.study_id = ?1 LIMIT 1"),
        [QUERY_STUDY]    = ("SELECT instance_json.plain_bytes, instance_json.json FROM instance"
                            "  JOIN instance_json ON instance_json.instance_id = instance.id"
                            " WHERE instance.study_id = ?1 LIMIT 1"),
        [QUERY_SERIES]   = ("SELECT instance_json.plain_bytes, instance_json.json FROM instance"
                            "  JOIN instance_json ON instance_json.instance_id = instance.id"
                            " WHERE instance.series_id = ?1 ORDER BY instance.number LIMIT 1"),
        [QUERY_INSTANCE] = ("SELECT plain_bytes, json FROM instance_json WHERE instance_id = ?1"),
    };
    OWNED_BUF plain   = buf_make(64 << 20);
    OWNED(DbQuery) *q = db_query(db, FIRST[row->level]);
    db_bind_int(q, 1,
                row->level == QUERY_INSTANCE ? row->instance_id
                : row->level == QUERY_SERIES ? row->series_id
                                             : row->study.id);
    DbStep step = db_next(q, err);
    *ret        = NULL;
    if (step != DB_ROW)
        return step == DB_END;
    if (!unzip_text(db_slice(q, 1), (size_t)db_int(q, 0), &plain, err))
        return false;
    *ret = json_loadb(plain.at, plain.len, 0, NULL);
    return *ret || err_set(err, ERR_BUG, "A stored header is damaged.", "of study %s", row->study.uid);
}

/* ---- matching in it ---- */

/* One value as DICOM text; names with their groups. */
static void value_text(const json_t *value, Buf *ret)
{
    static const char *const GROUPS_OF_NAME[] = { "Alphabetic", "Ideographic", "Phonetic" };
    if (json_is_string(value))
        buf_add_text(ret, json_string_value(value));
    else if (json_is_integer(value))
        buf_addf(ret, "%lld", (long long)json_integer_value(value));
    else if (json_is_real(value))
        buf_addf(ret, "%.15g", json_real_value(value));
    for (size_t i = 0; json_is_object(value) && i < COUNT(GROUPS_OF_NAME); i++) {
        const char *group = json_string_value(json_object_get(value, GROUPS_OF_NAME[i]));
        if (i && (group || json_object_get(value, "Phonetic")))
            buf_add_char(ret, '=');
        buf_add_text(ret, group ? group : "");
    }
}

static bool any_value_matches(const json_t *values, const QueryKey *key, bool fuzzy)
{
    OWNED_BUF text = buf_make(QUERY_VALUE_MAX);
    for (size_t i = 0; i < json_array_size(values); i++) {
        buf_clear(&text);
        value_text(json_array_get(values, i), &text);
        if (query_matches(query_vr_match(tag_vr(key->tag)), key->value, buf_slice(&text), fuzzy))
            return true;
    }
    return false;
}

static const json_t *values_of(const json_t *dataset, uint32_t tag)
{
    char name[9];
    (void)snprintf(name, sizeof name, "%08X", tag);
    return json_object_get(json_object_get(dataset, name), "Value");
}

/* Does 'k' ask for something in the same sequences as 'of', down to this depth? */
static bool stands_with(const QueryKey *k, const QueryKey *of, size_t depth)
{
    return k->value.len && query_vr_match(tag_vr(k->tag)) != MATCH_NEVER &&
           memcmp(k->within, of->within, depth * sizeof k->within[0]) == 0;
}

static bool is_first_within(const ArchiveQuery *q, const QueryKey *k, size_t depth)
{
    for (const QueryKey *one = q->keys; one < k; one++)
        if (stands_with(one, k, depth))
            return false;
    return true;
}

/* All keys that stand in the sequences around 'of' down to 'depth' match in this one item (PS3.4 §C.2.2.2.6).
 */
static bool item_matches(const json_t *item, const ArchiveQuery *q, const QueryKey *of, size_t depth)
{
    for (size_t i = 0; i < q->key_count; i++) {
        const QueryKey *k      = &q->keys[i];
        bool            deeper = depth < QUERY_DEPTH_MAX && k->within[depth], any = false;
        if (!stands_with(k, of, depth) || (deeper && !is_first_within(q, k, depth + 1)))
            continue;
        const json_t *values = values_of(item, deeper ? k->within[depth] : k->tag);
        for (size_t j = 0; deeper && !any && j < json_array_size(values); j++)
            any = item_matches(json_array_get(values, j), q, k, depth + 1);
        if (deeper ? !any : !any_value_matches(values, k, q->fuzzy))
            return false;
    }
    return true;
}

bool header_matches(const json_t *header, const ArchiveQuery *q, const QueryKey *key)
{
    if (!key->within[0])
        return any_value_matches(values_of(header, key->tag), key, q->fuzzy);
    if (!is_first_within(q, key, 1))
        return true; /* looked at with the first of its sequence */
    const json_t *items = values_of(header, key->within[0]);
    for (size_t i = 0; i < json_array_size(items); i++)
        if (item_matches(json_array_get(items, i), q, key, 1))
            return true;
    return false;
}
