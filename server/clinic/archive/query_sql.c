/*
 * A search as SQL: one key drives through its index, the others are asked of what it brings.
 *
 * The planner knows no statistics here and would take a site (equality) before a name (range), so we choose:
 * the columns of the other keys are written as expressions, which no index serves ("x || ''", "x + 0").
 * Every condition lets through at least what matches; 'exact' says that nothing is left to be looked at.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/query_sql.h"
#include "formats/texts/texts.h"

/* ---- descriptions ---- */

enum { FEW = 2000 };

/* " AND described.description ...": what may match. False: it may be anything. */
static bool described_as(Sql *s, const ArchiveQuery *q, Slice value)
{
    OWNED_BUF folded = buf_make(QUERY_VALUE_MAX * 4);
    if (!q->fuzzy && !query_has_wildcard(value)) {
        sql_compare(s, (SqlColumn) { "described.description", true }, " = ", value);
        return true;
    }
    Slice piece = SLICE_NONE;
    if (text_fold(query_longest_piece(value), &folded, NULL))
        piece = slice_trim(buf_slice(&folded));
    if (!piece.len)
        return false;
    sql_add(s, " AND described.description IN (SELECT description.text FROM description"
           " WHERE description.folded IS NULL OR instr(description.folded, ");
    sql_text(s, piece);
    sql_add(s, ") > 0)");
    return true;
}

/* Where it leads, by the wordings that have the longest part of it; else as any text is narrowed. */
static bool description_key(Sql *s, const ArchiveQuery *q, SqlColumn c, const QueryKey *k, bool leads)
{
    bool of_study = k->tag == TAG_STUDY_DESCRIPTION;
    if (leads) {
        buf_addf(&s->text, of_study ? " AND study.id IN (SELECT described.id FROM study AS described WHERE 1 = 1"
                                    : " AND series.id IN (SELECT described.id FROM series AS described WHERE 1 = 1");
        (void)described_as(s, q, k->value);
        sql_add(s, ")");
        s->exact = s->exact && !q->fuzzy && !query_has_wildcard(k->value);
    } else if (q->fuzzy) {
        s->exact = false;
    } else {
        sql_text_key(s, c, k->value);
    }
    return true;
}

/* ---- which key drives ---- */

typedef enum Drive {
    BY_UID,
    BY_ACCESSION,
    BY_ID,
    BY_NAME,
    BY_STUDY_KEY,
    BY_REFERRING,
    BY_BIRTH,
    BY_DESCRIPTION,
    BY_DATE
} Drive;

static Drive drive_of(const ArchiveQuery *q, const QueryKey *k)
{
    Slice value = k->value;
    bool  found = value.len && !k->within[0] && query_before_wildcard(value).len;
    if (!found)
        return BY_DATE;
    switch (k->tag) {
    case TAG_STUDY_INSTANCE_UID:
        return BY_UID;
    case TAG_SERIES_INSTANCE_UID:
        return q->level >= QUERY_SERIES ? BY_UID : BY_DATE;
    case TAG_SOP_INSTANCE_UID:
        return q->level >= QUERY_INSTANCE ? BY_UID : BY_DATE;
    case TAG_ACCESSION_NUMBER:
        return BY_ACCESSION;
    case TAG_PATIENT_ID:
        return BY_ID;
    case TAG_PATIENT_NAME:
        return BY_NAME;
    case TAG_STUDY_ID:
        return query_has_wildcard(value) ? BY_DATE : BY_STUDY_KEY;
    case TAG_REFERRING_PHYSICIAN_NAME:
        return q->fuzzy && !query_has_wildcard(value) ? BY_DATE : BY_REFERRING; /* a pattern is never loose */
    case TAG_PATIENT_BIRTH_DATE:
        return BY_BIRTH;
    default:
        return BY_DATE;
    }
}

static Drive drive(const ArchiveQuery *q, uint32_t described)
{
    Drive best = described ? BY_DESCRIPTION : BY_DATE;
    for (size_t i = 0; i < q->key_count; i++) {
        Drive one = drive_of(q, &q->keys[i]);
        best      = one < best ? one : best;
    }
    return best;
}

static Slice value_of(const ArchiveQuery *q, uint32_t tag)
{
    for (size_t i = 0; i < q->key_count; i++)
        if (q->keys[i].tag == tag && !q->keys[i].within[0] && q->keys[i].value.len)
            return q->keys[i].value;
    return SLICE_NONE;
}

/* Modalities in study: from the study when something else narrows, else from the list of that modality. */
static void modality_key(Sql *s, const ArchiveQuery *q, Drive by, Slice list)
{
    bool narrow = by != BY_DATE || value_of(q, TAG_STUDY_DATE).len;
    if (query_has_wildcard(list)) {
        s->exact = false;
        return;
    }
    sql_add(s, narrow ? " AND EXISTS (SELECT 1 FROM study_mod WHERE study_mod.study_date = study.study_date"
                    " AND study_mod.study_id = study.id"
                  : " AND study.id IN (SELECT study_mod.study_id FROM study_mod WHERE 1 = 1");
    sql_in_list(s, (SqlColumn) { "study_mod.modality", true }, list);
    sql_add(s, ")");
}

static void classes_key(Sql *s, Slice list)
{
    sql_add(s, " AND EXISTS (SELECT 1 FROM instance AS held WHERE held.study_id = study.id");
    sql_in_list(s, (SqlColumn) { "held.class_uid", true }, list);
    sql_add(s, ")");
}

static void time_key(Sql *s, Slice value)
{
    SqlColumn c    = { "study.study_time", true };
    Slice  rest = value, from = slice_trim(slice_cut(&rest, '-'));
    s->exact = false;
    sql_compare(s, c, " >= ", from.len >= 2 ? slice_part(from, 0, 2) : SLICE("0"));
}

static void number_key(Sql *s, const char *column, Slice value)
{
    int64_t n = 0;
    if (slice_int(value, &n)) {
        buf_addf(&s->text, " AND %s = ", column);
        sql_number(s, n);
    }
}

static void combined_key(Sql *s, const ArchiveQuery *q, SqlColumn date)
{
    char from[QUERY_INSTANT_SIZE], to[QUERY_INSTANT_SIZE];
    s->exact = false;
    if (!query_instant_range(value_of(q, TAG_STUDY_DATE), value_of(q, TAG_STUDY_TIME), from, to))
        return;
    if (from[0])
        sql_compare(s, date, " >= ", slice_part(slice_of(from), 0, 8));
    if (to[0])
        sql_compare(s, date, " <= ", slice_part(slice_of(to), 0, 8));
}

typedef enum KeyKind { KEY_LIST, KEY_TEXT, KEY_DATE, KEY_NUMBER } KeyKind;

/* Keys that are one column; it leaves its index alone unless it drives (BY_DATE: it has none to leave). */
static const struct {
    uint32_t    tag;
    KeyKind     kind;
    const char *column;
    Drive       drive;
} COLUMN_KEYS[] = {
    { TAG_STUDY_INSTANCE_UID, KEY_LIST, "study.uid", BY_UID },
    { TAG_SERIES_INSTANCE_UID, KEY_LIST, "series.uid", BY_UID },
    { TAG_SOP_INSTANCE_UID, KEY_LIST, "instance.uid", BY_UID },
    { TAG_SOP_CLASS_UID, KEY_LIST, "instance.class_uid", BY_DATE },
    { TAG_AVAILABLE_TRANSFER_SYNTAX_UID, KEY_LIST, "instance.syntax_uid", BY_DATE },
    { TAG_ACCESSION_NUMBER, KEY_TEXT, "study.accession", BY_ACCESSION },
    { TAG_PATIENT_ID, KEY_TEXT, "study.dicom_id", BY_ID },
    { TAG_ISSUER_OF_PATIENT_ID, KEY_TEXT, "study.dicom_issuer", BY_DATE },
    { TAG_PATIENT_SEX, KEY_TEXT, "study.dicom_sex", BY_DATE },
    { TAG_PATIENT_BIRTH_DATE, KEY_DATE, "study.dicom_birth", BY_BIRTH },
    { TAG_STUDY_ID, KEY_TEXT, "study.study_key", BY_STUDY_KEY },
    { TAG_STUDY_DESCRIPTION, KEY_TEXT, "study.description", BY_DESCRIPTION },
    { TAG_SERIES_DESCRIPTION, KEY_TEXT, "series.description", BY_DESCRIPTION },
    { TAG_BODY_PART_EXAMINED, KEY_TEXT, "series.body_part", BY_DATE },
    { TAG_SERIES_NUMBER, KEY_NUMBER, "series.number", BY_DATE },
    { TAG_INSTANCE_NUMBER, KEY_NUMBER, "instance.number", BY_DATE },
};

static bool column_key(Sql *s, const ArchiveQuery *q, const QueryKey *k, Drive by)
{
    for (size_t i = 0; i < COUNT(COLUMN_KEYS); i++) {
        if (COLUMN_KEYS[i].tag != k->tag)
            continue;
        Drive  own = COLUMN_KEYS[i].drive;
        SqlColumn c   = { COLUMN_KEYS[i].column, own == by || own == BY_DATE || own == BY_UID };
        if (own == BY_DESCRIPTION)
            return description_key(s, q, c, k, by == own && s->described == k->tag);
        switch (COLUMN_KEYS[i].kind) {
        case KEY_LIST:
            sql_in_list(s, c, k->value);
            return true;
        case KEY_TEXT:
            sql_text_key(s, c, k->value);
            return true;
        case KEY_DATE:
            sql_date_key(s, c, k->value);
            return true;
        case KEY_NUMBER:
            number_key(s, c.name, k->value);
            return true;
        }
    }
    return false;
}

/* Days of another zone: one more at each end lets all through that may match. */
static void zoned_date_key(Sql *s, const ArchiveQuery *q, SqlColumn c)
{
    char from[9], to[9];
    s->exact = false;
    if (!query_date_range(value_of(q, TAG_STUDY_DATE), from, to))
        return;
    query_day_move(from, -1);
    query_day_move(to, 1);
    sql_compare(s, c, " >= ", slice_of(from[0] ? from : "0"));
    if (to[0])
        sql_compare(s, c, " <= ", slice_of(to));
}

static void study_date_key(Sql *s, const ArchiveQuery *q, Slice v, Drive by)
{
    SqlColumn c = { "study.study_date", by == BY_DATE };
    if (q->zoned)
        zoned_date_key(s, q, c);
    else if (q->combined && value_of(q, TAG_STUDY_TIME).len)
        combined_key(s, q, c);
    else
        sql_date_key(s, c, v);
}

static void key(Sql *s, const ArchiveQuery *q, const QueryKey *k, Drive by)
{
    Slice           v     = k->value;
    const QueryTag *known = query_tag(k->tag);
    if (!v.len || slice_equal_text(v, "*"))
        return;
    if (k->within[0] || !known) {
        s->exact = s->exact && query_tag_level(k->within[0] ? k->within[0] : k->tag) > q->level;
        return;
    }
    if (known->level > q->level || known->match == MATCH_NEVER || column_key(s, q, k, by))
        return;
    switch (k->tag) {
    case TAG_SOP_CLASSES_IN_STUDY:
        classes_key(s, v);
        return;
    case TAG_PATIENT_NAME:
        sql_name_key(s, by == BY_NAME, v, q->fuzzy);
        return;
    case TAG_REFERRING_PHYSICIAN_NAME:
        sql_referring_key(s, by == BY_REFERRING, v, q->fuzzy);
        return;
    case TAG_STUDY_DATE:
        study_date_key(s, q, v, by);
        return;
    case TAG_STUDY_TIME:
        if (q->zoned)
            s->exact = false; /* any hour of the day */
        else if (!q->combined || !value_of(q, TAG_STUDY_DATE).len)
            time_key(s, v);
        return;
    case TAG_MODALITIES_IN_STUDY:
        modality_key(s, q, by, v);
        return;
    case TAG_MODALITY:
        if (!query_has_wildcard(v)) {
            sql_in_list(s, (SqlColumn) { "series.modality", true }, v);
            return;
        }
        break;
    default:
        break;
    }
    s->exact = false; /* matched afterwards */
}

bool sql_driven(const Sql *s, const ArchiveQuery *q)
{
    return drive(q, s->described) != BY_DATE;
}

/* How many of its rows a description brings, as far as FEW; none of it: many. */
static bool described_count(Db *db, const ArchiveQuery *q, const QueryKey *k, int64_t *ret, Err *err)
{
    Sql    s;
    bool   of_study = k->tag == TAG_STUDY_DESCRIPTION, ok = sql_open(&s, err);
    DbStep step     = DB_FAILED;
    *ret            = FEW + 1;
    if (ok) {
        buf_addf(&s.text, "SELECT COUNT(*) FROM (SELECT 1 FROM %s AS described WHERE 1 = 1", of_study ? "study" : "series");
        if (described_as(&s, q, k->value)) {
            sql_add(&s, " LIMIT ");
            sql_number(&s, FEW + 1);
            sql_add(&s, ")");
            OWNED(DbQuery) *run = sql_run(&s, db, err);
            step                = run ? db_next(run, err) : DB_FAILED;
            *ret                = step == DB_ROW ? db_int(run, 0) : FEW + 1;
            ok                  = step != DB_FAILED;
        }
    }
    sql_close(&s);
    return ok;
}

bool sql_describe(Sql *s, Db *db, const ArchiveQuery *q, Err *err)
{
    int64_t fewest = FEW + 1, count = 0;
    for (size_t i = 0; drive(q, 0) == BY_DATE && i < q->key_count; i++) {
        const QueryKey *k = &q->keys[i];
        if (k->within[0] || !k->value.len || !query_is_description(k->tag) || !query_tells(q->level, k->tag))
            continue;
        if (!described_count(db, q, k, &count, err))
            return false;
        if (count < fewest) {
            fewest       = count;
            s->described = k->tag;
        }
    }
    return true;
}

void sql_keys(Sql *s, const ArchiveQuery *q)
{
    Drive by = drive(q, s->described);
    for (size_t i = 0; i < q->key_count; i++)
        key(s, q, &q->keys[i], by);
}
