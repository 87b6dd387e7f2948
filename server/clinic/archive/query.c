/*
 * Running a search: the query read, the SQL put together from what is indexed, the rows matched one by one.
 *
 * The SQL is made of our own pieces only; every value is bound.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/query.h"

#include <stdio.h>

#include "clinic/archive/query_internal.h"
#include "clinic/archive/study_internal.h"
#include "formats/texts/texts.h"

/* ---- the query read ---- */

bool query_key(ArchiveQuery *q, uint32_t tag, Slice value, Err *err)
{
    const QueryTag *known = query_tag(tag);
    value                 = slice_trim(value);
    if (q->key_count >= QUERY_KEYS_MAX)
        return err_set(err, ERR_LIMIT, "The query has too many attributes.", "over %d keys", QUERY_KEYS_MAX);
    if (known && value.len && !query_pattern_check(known->match, value, err))
        return false;
    q->keys[q->key_count++] = (QueryKey) { tag, value };
    return true;
}

bool query_unsupported(const ArchiveQuery *q)
{
    for (size_t i = 0; i < q->key_count; i++) {
        const QueryTag *known = query_tag(q->keys[i].tag);
        if (q->keys[i].value.len && (!known || known->match == MATCH_NEVER || known->level > q->level))
            return true;
    }
    return false;
}

static bool include(ArchiveQuery *q, Slice list, Err *err)
{
    while (list.len) {
        uint32_t tag  = 0;
        Slice    name = query_list_next(&list);
        if (slice_equal_text(name, "all")) {
            q->include_all = true;
            continue;
        }
        if (!tag_from_text(name, &tag))
            return err_set(err, ERR_INPUT, "This attribute is not known.", "includefield of %zu bytes",
                           name.len);
        if (q->include_count >= QUERY_INCLUDE_MAX)
            return err_set(err, ERR_LIMIT, "The query has too many attributes.", "over %d fields",
                           QUERY_INCLUDE_MAX);
        q->include[q->include_count++] = tag;
    }
    return true;
}

static bool natural(Slice value, int64_t *ret, Err *err)
{
    int64_t n = -1;
    if (!slice_int(value, &n) || n < 0 || n > INT32_MAX)
        return err_set(err, ERR_INPUT, "A value of the query is malformed.", "limit or offset");
    *ret = n;
    return true;
}

bool query_parameter(ArchiveQuery *q, Slice name, Slice value, Err *err)
{
    uint32_t tag = 0;
    if (slice_equal_text(name, "limit"))
        return natural(value, &q->limit, err);
    if (slice_equal_text(name, "offset"))
        return natural(value, &q->offset, err);
    if (slice_equal_text(name, "includefield"))
        return include(q, value, err);
    if (slice_equal_text(name, "fuzzymatching")) {
        q->fuzzy = slice_equal_text(value, "true");
        return q->fuzzy || slice_equal_text(value, "false") ||
               err_set(err, ERR_INPUT, "A value of the query is malformed.", "fuzzymatching");
    }
    if (!tag_from_text(name, &tag))
        return err_set(err, ERR_INPUT, "This attribute is not known.", "query key of %zu bytes", name.len);
    return query_key(q, tag, value, err);
}

/* ---- the SQL ---- */

enum { PARAMETERS_MAX = 96, UIDS_IN_SQL_MAX = 32 };

typedef struct Parameter {
    bool    is_text;
    int64_t number;
    char text[136]; /* a folded piece of a name, a UID, an accession: longer ones are matched afterwards only
                     */
} Parameter;

typedef struct Sql {
    Buf       text;
    Parameter values[PARAMETERS_MAX];
    int       count;
} Sql;

static void by_number(Sql *s, int64_t n)
{
    s->values[s->count++] = (Parameter) { .number = n };
    buf_addf(&s->text, "?%d", s->count);
}

static void by_text(Sql *s, Slice t)
{
    s->values[s->count] = (Parameter) { .is_text = true };
    slice_copy(t, s->values[s->count].text, sizeof s->values[s->count].text);
    buf_addf(&s->text, "?%d", ++s->count);
}

static void compare(Sql *s, const char *column_and_sign, Slice value)
{
    buf_addf(&s->text, " AND %s ", column_and_sign);
    by_text(s, value);
}

/* column >= prefix AND column < prefix + the last character there is */
static void begins(Sql *s, const char *column, Slice prefix)
{
    char from[64], end[72];
    slice_copy(slice_part(prefix, 0, 60), from, sizeof from);
    snprintf(end, sizeof end, "%s\xF4\x8F\xBF\xBF", from);
    buf_addf(&s->text, "%s >= ", column);
    by_text(s, slice_of(from));
    buf_addf(&s->text, " AND %s < ", column);
    by_text(s, slice_of(end));
}

/* ?1 and ?2, as GRANTED names them. */
static void by_person(Sql *s, const ArchiveViewer *v)
{
    s->values[0] = (Parameter) { .number = v->person_id };
    s->values[1] = (Parameter) { .number = v->now_s };
    s->count     = 2;
}

static void by_house(Sql *s, const ArchiveViewer *v)
{
    buf_add_text(&s->text, v->sees_all ? " WHERE 1 = 1" : " WHERE study.site_id = ");
    if (!v->sees_all)
        by_number(s, v->organisation_id);
}

/* The first condition is the index that drives, the second the rule itself. */
#define GRANTED                                                                                              \
    " WHERE study.patient_id IN"                                                                             \
    "       (SELECT access_grant.patient_id FROM access_grant"                                               \
    "         WHERE access_grant.person_id = ?1"                                                             \
    "            OR access_grant.organisation_id IN (SELECT membership.organisation_id FROM membership"      \
    "                                                 WHERE membership.person_id = ?1))"                     \
    "   AND " GRANT_SQL("study.patient_id", "?1", "?2")

static void uids(Sql *s, const char *column, Slice list)
{
    Slice rest  = list;
    int   count = 0;
    for (; rest.len; count++)
        (void)query_list_next(&rest);
    if (count > UIDS_IN_SQL_MAX || s->count + count >= PARAMETERS_MAX - 8)
        return;
    buf_addf(&s->text, " AND %s IN (", column);
    while (list.len) {
        by_text(s, query_list_next(&list));
        buf_add_text(&s->text, list.len ? ", " : ")");
    }
}

static void dates(Sql *s, Slice range)
{
    char from[9], to[9];
    if (!query_date_range(range, from, to))
        return;
    if (from[0])
        compare(s, "study.study_date >=", slice_of(from));
    if (to[0])
        compare(s, "study.study_date <=", slice_of(to));
}

/* What stands before the first wild card, folded as the column is. */
static void name(Sql *s, Slice pattern, bool fuzzy)
{
    OWNED_BUF folded = buf_make(8192);
    size_t    wild   = 0;
    while (wild < pattern.len && pattern.at[wild] != '*' && pattern.at[wild] != '?')
        wild++;
    if (!text_fold(slice_part(pattern, 0, wild), &folded, NULL) || !folded.len)
        return;
    if (fuzzy && wild == pattern.len) {
        Slice rest = buf_slice(&folded), longest = SLICE_NONE;
        while (rest.len) {
            Slice word = slice_cut(&rest, ' ');
            longest    = word.len > longest.len ? word : longest;
        }
        buf_add_text(&s->text, " AND study.id IN (SELECT study_name.study_id FROM study_name WHERE ");
        begins(s, "study_name.word", longest);
        buf_add_text(&s->text, ")");
        return;
    }
    buf_add_text(&s->text, " AND ");
    begins(s, "study.dicom_name_key", buf_slice(&folded));
}

static void modality(Sql *s, Slice pattern)
{
    buf_add_text(&s->text, " AND EXISTS (SELECT 1 FROM study_mod WHERE study_mod.study_date = "
                           "study.study_date"
                           " AND study_mod.study_id = study.id AND study_mod.modality = ");
    by_text(s, pattern);
    buf_add_text(&s->text, ")");
}

static void key(Sql *s, const ArchiveQuery *q, const QueryKey *k)
{
    bool plain = !query_has_wildcard(k->value) && k->value.len < 64;
    if (!k->value.len || s->count >= PARAMETERS_MAX - 8)
        return;
    switch (k->tag) {
    case TAG_STUDY_INSTANCE_UID:
        uids(s, "study.uid", k->value);
        break;
    case TAG_SERIES_INSTANCE_UID:
        if (q->level >= QUERY_SERIES)
            uids(s, "series.uid", k->value);
        break;
    case TAG_SOP_INSTANCE_UID:
        if (q->level >= QUERY_INSTANCE)
            uids(s, "instance.uid", k->value);
        break;
    case TAG_ACCESSION_NUMBER:
        if (plain)
            compare(s, "study.accession =", k->value);
        break;
    case TAG_PATIENT_ID:
        if (plain)
            compare(s, "study.dicom_id =", k->value);
        break;
    case TAG_STUDY_DATE:
        dates(s, k->value);
        break;
    case TAG_PATIENT_NAME:
        name(s, k->value, q->fuzzy);
        break;
    case TAG_MODALITIES_IN_STUDY:
        if (plain && !memchr(k->value.at, '\\', k->value.len) && !memchr(k->value.at, ',', k->value.len))
            modality(s, k->value);
        break;
    default:
        break; /* matched afterwards */
    }
}

#define SERIES_COLUMNS                                                                                       \
    ", series.uid, series.modality, series.description, series.series_date, series.series_time,"             \
    " series.body_part, series.station, series.number, series.instance_count"
#define INSTANCE_COLUMNS                                                                                     \
    ", instance.uid, instance.class_uid, instance.syntax_uid, instance.number, instance.frames,"             \
    " instance.image_rows, instance.image_columns, instance.bits_allocated, instance.id"
enum { REFERRING_AT = STUDY_COLUMN_COUNT, SERIES_AT = REFERRING_AT + 1, INSTANCE_AT = SERIES_AT + 9 };

#define OF_STUDY " FROM study"
#define OF_SERIES OF_STUDY " JOIN series ON series.study_id = study.id"
#define OF_INSTANCE OF_SERIES " JOIN instance ON instance.series_id = series.id"
#define BY_STUDY " ORDER BY study.study_date DESC, study.study_time DESC, study.id DESC"
#define BY_SERIES BY_STUDY ", series.number, series.id"
#define BY_INSTANCE BY_SERIES ", instance.number, instance.id"
#define REFERRING ", study.referring"

static void sql_make(Sql *s, const ArchiveQuery *q, const ArchiveViewer *v)
{
    static const char *const FROM[] = {
        [QUERY_STUDY]    = ("SELECT " STUDY_COLUMNS REFERRING OF_STUDY),
        [QUERY_SERIES]   = ("SELECT " STUDY_COLUMNS REFERRING SERIES_COLUMNS OF_SERIES),
        [QUERY_INSTANCE] = ("SELECT " STUDY_COLUMNS REFERRING SERIES_COLUMNS INSTANCE_COLUMNS OF_INSTANCE),
    };
    static const char *const ORDER[] = {
        [QUERY_STUDY] = (BY_STUDY), [QUERY_SERIES] = (BY_SERIES), [QUERY_INSTANCE] = (BY_INSTANCE)
    };
    bool person = !v->sees_all && !v->organisation_id;
    if (person)
        by_person(s, v);
    buf_add_text(&s->text, FROM[q->level]);
    if (person)
        buf_add_text(&s->text, GRANTED);
    else
        by_house(s, v);
    for (size_t i = 0; i < q->key_count; i++)
        key(s, q, &q->keys[i]);
    buf_add_text(&s->text, ORDER[q->level]);
}

static void sql_bind(DbQuery *query, const Sql *s)
{
    for (int i = 0; i < s->count; i++) {
        if (s->values[i].is_text)
            db_bind_cstr(query, i + 1, s->values[i].text);
        else
            db_bind_int(query, i + 1, s->values[i].number);
    }
}

/* ---- the rows ---- */

static int64_t number_or_none(const DbQuery *q, int column)
{
    return db_is_null(q, column) ? INT64_MIN : db_int(q, column);
}

static void series_from_row(const DbQuery *q, QueryRow *ret)
{
    db_text(q, SERIES_AT, ret->series_uid, sizeof ret->series_uid);
    db_text(q, SERIES_AT + 1, ret->series_modality, sizeof ret->series_modality);
    db_text(q, SERIES_AT + 2, ret->series_description, sizeof ret->series_description);
    db_text(q, SERIES_AT + 3, ret->series_date, sizeof ret->series_date);
    db_text(q, SERIES_AT + 4, ret->series_time, sizeof ret->series_time);
    db_text(q, SERIES_AT + 5, ret->series_body, sizeof ret->series_body);
    db_text(q, SERIES_AT + 6, ret->station, sizeof ret->station);
    ret->series_number    = number_or_none(q, SERIES_AT + 7);
    ret->series_instances = db_int(q, SERIES_AT + 8);
}

static void instance_from_row(const DbQuery *q, QueryRow *ret)
{
    db_text(q, INSTANCE_AT, ret->instance_uid, sizeof ret->instance_uid);
    db_text(q, INSTANCE_AT + 1, ret->class_uid, sizeof ret->class_uid);
    db_text(q, INSTANCE_AT + 2, ret->syntax_uid, sizeof ret->syntax_uid);
    ret->instance_number = number_or_none(q, INSTANCE_AT + 3);
    ret->frames          = (uint32_t)db_int(q, INSTANCE_AT + 4);
    ret->rows            = (uint32_t)db_int(q, INSTANCE_AT + 5);
    ret->columns         = (uint32_t)db_int(q, INSTANCE_AT + 6);
    ret->bits_allocated  = (uint32_t)db_int(q, INSTANCE_AT + 7);
    ret->instance_id     = db_int(q, INSTANCE_AT + 8);
}

static void row_read(const DbQuery *q, QueryLevel level, QueryRow *ret)
{
    ret->level = level;
    study_from_row(q, &ret->study);
    db_text(q, REFERRING_AT, ret->study_referring, sizeof ret->study_referring);
    if (level >= QUERY_SERIES)
        series_from_row(q, ret);
    if (level >= QUERY_INSTANCE)
        instance_from_row(q, ret);
}

static bool row_matches(const ArchiveQuery *q, const QueryRow *row, Buf *value)
{
    for (size_t i = 0; i < q->key_count; i++) {
        const QueryKey *k     = &q->keys[i];
        const QueryTag *known = query_tag(k->tag);
        if (!k->value.len || !known || known->level > q->level)
            continue;
        buf_clear(value);
        (void)query_value(row, k->tag, value);
        if (!query_matches(known->match, k->value, buf_slice(value), q->fuzzy))
            return false;
    }
    return true;
}

bool query_each(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, QueryEach *each, void *with,
                QueryCount *ret, Err *err)
{
    OWNED_BUF value = buf_make(4096);
    QueryRow  row   = { 0 };
    Sql       sql   = { .text = buf_make(16384) };
    int64_t   limit = q->limit ? q->limit : QUERY_LIMIT_DEFAULT, skip = q->offset;
    limit = limit > QUERY_LIMIT_MAX ? QUERY_LIMIT_MAX : limit;
    *ret  = (QueryCount) { 0 };
    sql_make(&sql, q, viewer);
    OWNED_BUF   owned   = sql.text; /* freed at the end */
    const char *text    = buf_text(&owned);
    OWNED(DbQuery) *run = db_query(db, text ? text : "");
    sql_bind(run, &sql);
    DbStep step = DB_ROW;
    bool   more = true;
    while (more && (step = db_next(run, err)) == DB_ROW) {
        row_read(run, q->level, &row);
        if (!row_matches(q, &row, &value) || skip-- > 0)
            continue;
        if (ret->answers == limit) {
            ret->more = true;
            break;
        }
        ret->answers++;
        more = each(&row, with);
    }
    return step != DB_FAILED;
}
