/*
 * The keys of the modality worklist, one row each: where it stands, how it matches, where its value comes
 * from.
 *
 * Source: DICOM PS3.4 table K.6-1.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "doors/dimse/worklist_keys.h"

#include <stddef.h>

#include "doors/dimse/match.h"
#include "formats/dicom/uid.h"
#include "formats/dicom/writer.h"

typedef enum KeyValue {
    FROM_TEXT, /* a member of the item */
    EMPTY,     /* type 2, and we do not know: always empty */
    WEIGHT,
    PREGNANCY,
    OTHER_IDS, /* the national identity, when it is qualified */
    STEP_STATUS,
    WITHHELD, /* type 1C: absent because the description stands beside it */
} KeyValue;

typedef struct WorklistKey {
    uint32_t  tag;
    bool      in_step; /* inside the Scheduled Procedure Step Sequence */
    MatchKind match;
    KeyValue  value;
    size_t    at; /* of FROM_TEXT */
} WorklistKey;

#define ITEM(member) FROM_TEXT, offsetof(WorklistItem, member)
/* clang-format off */
static const WorklistKey KEYS[] = {
    { TAG_ACCESSION_NUMBER,                             false, MATCH_WILD,  ITEM(accession) },
    { TAG_INSTITUTION_NAME,                             false, MATCH_NONE,  ITEM(institution) },
    { TAG_REFERRING_PHYSICIAN_NAME,                     false, MATCH_NAME,  ITEM(requester) },
    { TAG_REFERENCED_STUDY_SEQUENCE,                    false, MATCH_NONE,  EMPTY, 0 },
    { TAG_REFERENCED_PATIENT_SEQUENCE,                  false, MATCH_NONE,  EMPTY, 0 },
    { TAG_PATIENT_NAME,                                 false, MATCH_NAME,  ITEM(patient_name) },
    { TAG_PATIENT_ID,                                   false, MATCH_WILD,  ITEM(patient_id) },
    { TAG_ISSUER_OF_PATIENT_ID,                         false, MATCH_WILD,  ITEM(patient_id_issuer) },
    { TAG_PATIENT_BIRTH_DATE,                           false, MATCH_DATE,  ITEM(birth_date) },
    { TAG_PATIENT_SEX,                                  false, MATCH_EXACT, ITEM(sex) },
    { TAG_OTHER_PATIENT_IDS_SEQUENCE,                   false, MATCH_NONE,  OTHER_IDS, 0 },
    { TAG_PATIENT_WEIGHT,                               false, MATCH_NONE,  WEIGHT, 0 },
    { TAG_MEDICAL_ALERTS,                               false, MATCH_NONE,  ITEM(alerts) },
    { TAG_ALLERGIES,                                    false, MATCH_NONE,  ITEM(allergies) },
    { TAG_PREGNANCY_STATUS,                             false, MATCH_NONE,  PREGNANCY, 0 },
    { TAG_STUDY_INSTANCE_UID,                           false, MATCH_EXACT, ITEM(study_uid) },
    { TAG_REQUESTING_PHYSICIAN,                         false, MATCH_NAME,  ITEM(requester) },
    { TAG_REQUESTED_PROCEDURE_DESCRIPTION,              false, MATCH_WILD,  ITEM(requested_procedure) },
    { TAG_REQUESTED_PROCEDURE_CODE_SEQUENCE,            false, MATCH_NONE,  WITHHELD, 0 },
    { TAG_ADMISSION_ID,                                 false, MATCH_NONE,  EMPTY, 0 },
    { TAG_SPECIAL_NEEDS,                                false, MATCH_NONE,  EMPTY, 0 },
    { TAG_CURRENT_PATIENT_LOCATION,                     false, MATCH_NONE,  EMPTY, 0 },
    { TAG_PATIENT_STATE,                                false, MATCH_NONE,  EMPTY, 0 },
    { TAG_REQUESTED_PROCEDURE_ID,                       false, MATCH_WILD,  ITEM(requested_procedure_id) },
    { TAG_REASON_FOR_THE_REQUESTED_PROCEDURE,           false, MATCH_NONE,  ITEM(reason) },
    { TAG_REQUESTED_PROCEDURE_PRIORITY,                 false, MATCH_EXACT, ITEM(priority) },
    { TAG_PATIENT_TRANSPORT_ARRANGEMENTS,               false, MATCH_NONE,  EMPTY, 0 },
    { TAG_CONFIDENTIALITY_CONSTRAINT_ON_PATIENT_DATA_DESCRIPTION, false, MATCH_NONE, EMPTY, 0 },
    { TAG_MODALITY,                                     true,  MATCH_EXACT, ITEM(modality) },
    { TAG_REQUESTED_CONTRAST_AGENT,                     true,  MATCH_NONE,  EMPTY, 0 },
    { TAG_SCHEDULED_STATION_AE_TITLE,                   true,  MATCH_EXACT, ITEM(ae_title) },
    { TAG_SCHEDULED_PROCEDURE_STEP_START_DATE,          true,  MATCH_DATE,  ITEM(start_date) },
    { TAG_SCHEDULED_PROCEDURE_STEP_START_TIME,          true,  MATCH_TIME,  ITEM(start_time) },
    { TAG_SCHEDULED_PERFORMING_PHYSICIAN_NAME,          true,  MATCH_NAME,  ITEM(performing_physician) },
    { TAG_SCHEDULED_PROCEDURE_STEP_DESCRIPTION,         true,  MATCH_WILD,  ITEM(sps_description) },
    { TAG_SCHEDULED_PROTOCOL_CODE_SEQUENCE,             true,  MATCH_NONE,  WITHHELD, 0 },
    { TAG_SCHEDULED_PROCEDURE_STEP_ID,                  true,  MATCH_WILD,  ITEM(sps_id) },
    { TAG_SCHEDULED_STATION_NAME,                       true,  MATCH_WILD,  ITEM(station_name) },
    { TAG_SCHEDULED_PROCEDURE_STEP_LOCATION,            true,  MATCH_WILD,  ITEM(location) },
    { TAG_PRE_MEDICATION,                               true,  MATCH_NONE,  EMPTY, 0 },
    { TAG_SCHEDULED_PROCEDURE_STEP_STATUS,              true,  MATCH_EXACT, STEP_STATUS, 0 },
};
/* clang-format on */
_Static_assert(COUNT(KEYS) <= WORKLIST_KEYS_MAX, "a query has room for every key");

static Slice item_text(const WorklistKey *key, const WorklistItem *item)
{
    if (key->value == STEP_STATUS)
        return item->running ? SLICE("STARTED") : SLICE("SCHEDULED");
    return key->value == FROM_TEXT ? slice_of((const char *)item + key->at) : SLICE_NONE;
}

/* One element of the query, at its place. False when its value cannot be a key. */
static bool take_key(WorklistQuery *q, const Dataset *ds, const Element *e, bool in_step, Err *err)
{
    for (size_t i = 0; i < COUNT(KEYS); i++) {
        const WorklistKey *key = &KEYS[i];
        if (key->tag != e->tag || key->in_step != in_step)
            continue;
        q->asked[i] = true;
        if (e->vr == VR_SQ)
            return true; /* matching inside other sequences is not for the worklist (table K.6-1) */
        Slice value = slice_trim(element_text(ds, e, q->arena));
        if (!match_key_ok(key->match, value))
            return err_set(err, ERR_INPUT, "The DICOM query is malformed.", "key %08x", e->tag);
        q->unsupported = q->unsupported || (key->match == MATCH_NONE && value.len);
        q->value[i]    = value;
        return true;
    }
    q->unsupported = q->unsupported || TAG_ELEMENT(e->tag) != 0; /* group lengths are no keys */
    return true;
}

static bool take_step(WorklistQuery *q, const Dataset *step, Err *err)
{
    size_t count = step ? dataset_count(step) : 0;
    for (size_t i = 0; i < count; i++)
        if (!take_key(q, step, dataset_at(step, i), true, err))
            return false;
    for (size_t i = 0; i < COUNT(KEYS) && !count; i++) /* an empty sequence asks for all of it */
        q->asked[i] = q->asked[i] || KEYS[i].in_step;
    return true;
}

static bool take_keys(WorklistQuery *q, const Dataset *ds, Err *err)
{
    for (size_t i = 0; i < dataset_count(ds); i++) {
        const Element *e  = dataset_at(ds, i);
        bool           ok = true;
        if (e->tag == TAG_SPECIFIC_CHARACTER_SET)
            q->latin1 = slice_equal_text(element_code_nth(e, 0), "ISO_IR 100");
        else if (e->tag == TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE)
            ok = take_step(q, element_item(e, 0), err);
        else
            ok = take_key(q, ds, e, false, err);
        if (!ok)
            return false;
    }
    return true;
}

WorklistQuery *worklist_query_read(Slice identifier, TransferSyntax syntax, Err *err)
{
    OWNED(Dataset) *ds      = dataset_parse(identifier, syntax, err);
    OWNED(WorklistQuery) *q = ds ? calloc(1, sizeof *q) : NULL;
    if (q)
        q->arena = arena_new(1 << 20);
    if (!q || !q->arena) {
        err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for a query");
        return NULL;
    }
    for (size_t i = 0; i < WORKLIST_KEYS_MAX; i++)
        q->value[i] = SLICE_NONE;
    if (!take_keys(q, ds, err))
        return NULL;
    for (size_t i = 0; i < COUNT(KEYS); i++) { /* texts may point into the identifier: keep them */
        Slice kept = arena_slice(q->arena, q->value[i]);
        if (kept.len != q->value[i].len) {
            err_set(err, ERR_LIMIT, "The DICOM message is too long.", "query of too many bytes");
            return NULL;
        }
        q->value[i] = kept;
    }
    return GIVE(q);
}

void worklist_query_free(WorklistQuery *q)
{
    if (!q)
        return;
    arena_free(q->arena);
    free(q);
}

/* Midnight UTC of a day, in milliseconds; days counted as in the proleptic Gregorian calendar. */
static bool day_ms(Slice text, int64_t *ret)
{
    DicomDate day;
    if (!text.len || !dicom_date(text, &day))
        return false;
    int64_t y = day.month <= 2 ? day.year - 1 : day.year, m = (day.month + 9) % 12;
    int64_t days = 365 * y + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day.day - 1 - 719468;
    *ret         = days * 86400000;
    return true;
}

WorklistFilter worklist_query_filter(const WorklistQuery *q)
{
    enum { HOUR_MS = 3600000, EAST_MS = 15 * HOUR_MS, WEST_MS = 13 * HOUR_MS }; /* of all time zones */
    WorklistFilter filter = { .ae_title   = SLICE_NONE,
                              .modality   = SLICE_NONE,
                              .patient_id = SLICE_NONE,
                              .accession  = SLICE_NONE,
                              .sps_id     = SLICE_NONE };
    const struct {
        uint32_t tag;
        Slice   *to;
    } exact[] = {
        { TAG_SCHEDULED_STATION_AE_TITLE, &filter.ae_title },
        { TAG_MODALITY, &filter.modality },
        { TAG_PATIENT_ID, &filter.patient_id },
        { TAG_ACCESSION_NUMBER, &filter.accession },
        { TAG_SCHEDULED_PROCEDURE_STEP_ID, &filter.sps_id },
    };
    for (size_t i = 0; i < COUNT(KEYS); i++) {
        for (size_t j = 0; j < COUNT(exact); j++)
            if (exact[j].tag == KEYS[i].tag && !match_has_wild_card(q->value[i]))
                *exact[j].to = q->value[i];
        if (KEYS[i].tag != TAG_SCHEDULED_PROCEDURE_STEP_START_DATE)
            continue;
        Slice   from, to;
        int64_t ms;
        match_range(q->value[i], &from, &to);
        if (day_ms(from, &ms))
            filter.from_ms = ms - EAST_MS;
        if (day_ms(to, &ms))
            filter.to_ms = ms + 24 * (int64_t)HOUR_MS + WEST_MS;
    }
    return filter;
}

bool worklist_matches(const WorklistQuery *q, const WorklistItem *item)
{
    for (size_t i = 0; i < COUNT(KEYS); i++)
        if (!match(KEYS[i].match, q->value[i], item_text(&KEYS[i], item)))
            return false;
    return true;
}

/* ---- answering ---- */

/* Does every text fit ISO 8859-1? In UTF-8: no character above U+00FF, so no lead byte above C3. */
static bool fits_latin1(const WorklistItem *item)
{
    for (size_t i = 0; i < COUNT(KEYS); i++) {
        Slice text = item_text(&KEYS[i], item);
        for (size_t j = 0; j < text.len; j++)
            if ((unsigned char)text.at[j] > 0xc3)
                return false;
    }
    return true;
}

/* A text cut to what its VR holds, by characters; what is cut ends on "...", so that nobody takes it for
 * whole. */
static void write_text(DicomWriter *w, uint32_t tag, Slice text)
{
    Vr     vr   = tag_vr(tag);
    size_t most = vr == VR_SH || vr == VR_CS || vr == VR_AE ? 16 : 64, count = 0, keep = text.len;
    for (size_t i = 0; i < text.len && (vr == VR_LO || vr == VR_SH || vr == VR_PN); i++) {
        if (((unsigned char)text.at[i] & 0xc0) == 0x80)
            continue;
        if (count == most - 3)
            keep = i;
        count++;
    }
    if (count <= most)
        dw_slice(w, tag, text);
    else
        dw_textf(w, tag, "%.*s...", (int)keep, text.at);
}

/* The national identity as the French profile writes it. */
static void write_other_ids(DicomWriter *w, const WorklistItem *item)
{
    if (!*item->ins) {
        dw_empty(w, TAG_OTHER_PATIENT_IDS_SEQUENCE);
        return;
    }
    bool nia = slice_ends(slice_of(item->ins_oid), SLICE(".4.9"));
    dw_sequence_begin(w, TAG_OTHER_PATIENT_IDS_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_PATIENT_ID, item->ins);
    dw_text(w, TAG_ISSUER_OF_PATIENT_ID, nia ? "ASIP-SANTE-INS-NIA" : "ASIP-SANTE-INS-NIR");
    dw_text(w, TAG_TYPE_OF_PATIENT_ID, "TEXT");
    dw_sequence_begin(w, TAG_ISSUER_OF_PATIENT_ID_QUALIFIERS_SEQUENCE);
    dw_item_begin(w);
    dw_text(w, TAG_UNIVERSAL_ENTITY_ID, item->ins_oid);
    dw_text(w, TAG_UNIVERSAL_ENTITY_ID_TYPE, "ISO");
    dw_item_end(w);
    dw_sequence_end(w);
    dw_item_end(w);
    dw_sequence_end(w);
}

static void write_key(DicomWriter *w, const WorklistKey *key, const WorklistItem *item)
{
    switch (key->value) {
    case FROM_TEXT:
    case STEP_STATUS:
        write_text(w, key->tag, item_text(key, item));
        return;
    case EMPTY:
        dw_empty(w, key->tag);
        return;
    case OTHER_IDS:
        write_other_ids(w, item);
        return;
    case WEIGHT:
        if (item->weight_kg > 0)
            dw_textf(w, key->tag, "%.1f", item->weight_kg); /* as people write it, never 6e+01 */
        else
            dw_empty(w, key->tag);
        return;
    case PREGNANCY:
        if (item->pregnancy >= 1 && item->pregnancy <= 4)
            dw_int(w, key->tag, item->pregnancy);
        else
            dw_empty(w, key->tag);
        return;
    case WITHHELD:
        return;
    }
}

bool worklist_answer(const WorklistQuery *q, const WorklistItem *item, TransferSyntax syntax, Buf *ret,
                     Err *err)
{
    OWNED(DicomWriter) *w = dw_new(1 << 18);
    if (!w)
        return err_set(err, ERR_LIMIT, "The DICOM message is too long.", "no memory for an answer");
    bool step_asked = false;
    if (q->latin1 && fits_latin1(item))
        dw_charset(w, "ISO_IR 100");
    for (size_t i = 0; i < COUNT(KEYS); i++) {
        step_asked = step_asked || (q->asked[i] && KEYS[i].in_step);
        if (q->asked[i] && !KEYS[i].in_step)
            write_key(w, &KEYS[i], item);
    }
    if (step_asked) {
        dw_sequence_begin(w, TAG_SCHEDULED_PROCEDURE_STEP_SEQUENCE);
        dw_item_begin(w);
        for (size_t i = 0; i < COUNT(KEYS); i++)
            if (q->asked[i] && KEYS[i].in_step)
                write_key(w, &KEYS[i], item);
        dw_item_end(w);
        dw_sequence_end(w);
    }
    return dw_finish(w, syntax, ret, err);
}
