/*
 * The statements of a search: columns from tables, who may see them, in which order; and their rows read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/query_internal.h"
#include "clinic/archive/study_internal.h"

static void add(Sql *s, const char *text)
{
    buf_add_text(&s->text, text);
}

/* ---- who may see it ---- */

/* The first condition is the index that drives, the second the rule itself. */
#define GRANTED(study)                                                                                       \
    study ".patient_id IN"                                                                                   \
          "       (SELECT access_grant.patient_id FROM access_grant"                                         \
          "         WHERE access_grant.person_id = ?1"                                                       \
          "            OR access_grant.organisation_id IN (SELECT membership.organisation_id FROM "          \
          "membership"                                                                                       \
          "                                                 WHERE membership.person_id = ?1))"               \
          "   AND " GRANT_SQL(study ".patient_id", "?1", "?2")

static bool by_grants(const ArchiveViewer *v)
{
    return !v->sees_all && !v->organisation_id;
}

/* ?1 and ?2 are the person and the time wherever grants are asked: bound before anything else. */
static void bind_person(Sql *s, const ArchiveViewer *v)
{
    if (by_grants(v) && sql_reserve(s)) {
        s->values[0] = (SqlValue) { .number = v->person_id };
        s->values[1] = (SqlValue) { .number = v->now_s };
        s->count     = 2;
    }
}

static void seen(Sql *s, const ArchiveViewer *v, bool later, bool drives)
{
    if (v->sees_all) {
        add(s, "1 = 1");
    } else if (v->organisation_id) {
        buf_addf(&s->text, drives ? "%s.site_id = " : "%s.site_id + 0 = ", later ? "later" : "study");
        sql_number(s, v->organisation_id);
    } else if (later) {
        add(s, GRANT_SQL("later.patient_id", "?1", "?2"));
    } else {
        add(s, GRANTED("study"));
    }
}

void sql_seen(Sql *s, const ArchiveViewer *v)
{
    bind_person(s, v);
    add(s, " WHERE ");
    seen(s, v, false, false);
}

/* A patient is told once, by the study received last: nobody else's study of this patient came later. Without
 * an id, patients are told apart by name and birth date. */
static void last_of_patient(Sql *s, const ArchiveViewer *v)
{
    add(s, " AND ((study.dicom_id <> '' AND NOT EXISTS (SELECT 1 FROM study AS later"
           " WHERE later.dicom_id = study.dicom_id AND later.dicom_issuer = study.dicom_issuer"
           " AND later.id > study.id AND ");
    seen(s, v, true, false);
    add(s, ")) OR (study.dicom_id = '' AND NOT EXISTS (SELECT 1 FROM study AS later"
           " WHERE later.dicom_name_key = study.dicom_name_key AND later.dicom_birth = study.dicom_birth"
           " AND later.dicom_id || '' = '' AND later.id > study.id AND ");
    seen(s, v, true, false);
    add(s, ")))");
}

static void conditions(Sql *s, const ArchiveQuery *q, const ArchiveViewer *v)
{
    add(s, " WHERE ");
    seen(s, v, false, !sql_driven(s, q));
    sql_keys(s, q);
    if (q->level == QUERY_PATIENT)
        last_of_patient(s, v);
}

/* ---- statements ---- */

#define SERIES_COLUMNS                                                                                       \
    ", series.uid, series.modality, series.description, series.series_date, series.series_time,"             \
    " series.body_part, series.station, series.number, series.instance_count, series.id"
#define INSTANCE_COLUMNS                                                                                     \
    ", instance.uid, instance.class_uid, instance.syntax_uid, instance.number, instance.frames,"             \
    " instance.image_rows, instance.image_columns, instance.bits_allocated, instance.id"
#define MORE_COLUMNS ", study.referring, study.time_zone"
enum { MORE_AT = STUDY_COLUMN_COUNT, SERIES_AT = MORE_AT + 2, INSTANCE_AT = SERIES_AT + 10 };

#define OF_STUDY " FROM study"
#define OF_SERIES OF_STUDY " JOIN series ON series.study_id = study.id"
#define OF_INSTANCE OF_SERIES " JOIN instance ON instance.series_id = series.id"
#define BY_STUDY " ORDER BY study.study_date DESC, study.study_time DESC, study.id DESC"
#define BY_SERIES BY_STUDY ", series.number, series.id"
#define BY_INSTANCE BY_SERIES ", instance.number, instance.id"

const char *const QUERY_FROM[4] = {
    [QUERY_PATIENT]  = ("SELECT " STUDY_COLUMNS MORE_COLUMNS OF_STUDY),
    [QUERY_STUDY]    = ("SELECT " STUDY_COLUMNS MORE_COLUMNS OF_STUDY),
    [QUERY_SERIES]   = ("SELECT " STUDY_COLUMNS MORE_COLUMNS SERIES_COLUMNS OF_SERIES),
    [QUERY_INSTANCE] = ("SELECT " STUDY_COLUMNS MORE_COLUMNS SERIES_COLUMNS INSTANCE_COLUMNS OF_INSTANCE),
};

void sql_unordered(Sql *s, const ArchiveQuery *q, const ArchiveViewer *v)
{
    bind_person(s, v);
    add(s, QUERY_FROM[q->level]);
    conditions(s, q, v);
}

void sql_rows(Sql *s, const ArchiveQuery *q, const ArchiveViewer *v)
{
    static const char *const ORDER[] = { (BY_STUDY), (BY_STUDY), (BY_SERIES), (BY_INSTANCE) };
    sql_unordered(s, q, v);
    add(s, ORDER[q->level]);
}

void sql_ids(Sql *s, const ArchiveQuery *q, const ArchiveViewer *v)
{
    static const char *const FROM[] = { ("SELECT study.id" OF_STUDY), ("SELECT study.id" OF_STUDY),
                                        ("SELECT series.id" OF_SERIES), ("SELECT instance.id" OF_INSTANCE) };
    bind_person(s, v);
    add(s, FROM[q->level]);
    conditions(s, q, v);
}

DbQuery *sql_run(Sql *s, Db *db, Err *err)
{
    const char *text = s->failed || s->text.failed ? NULL : buf_text(&s->text);
    if (!text) {
        err_set(err, ERR_LIMIT, "The query has too many attributes.", "%d values", s->count);
        return NULL;
    }
    DbQuery *run = db_query(db, text);
    for (int i = 0; i < s->count; i++) {
        if (s->values[i].is_text)
            db_bind_text(run, i + 1, s->values[i].text);
        else
            db_bind_int(run, i + 1, s->values[i].number);
    }
    return run;
}

/* ---- rows read ---- */

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
    ret->series_id        = db_int(q, SERIES_AT + 9);
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

bool query_row(Db *db, QueryLevel level, int64_t id, QueryRow *ret, bool *ret_found, Err *err)
{
    static const char *const ONE[] = {
        ("SELECT " STUDY_COLUMNS MORE_COLUMNS OF_STUDY " WHERE study.id = ?1"),
        ("SELECT " STUDY_COLUMNS MORE_COLUMNS OF_STUDY " WHERE study.id = ?1"),
        ("SELECT " STUDY_COLUMNS MORE_COLUMNS SERIES_COLUMNS OF_SERIES " WHERE series.id = ?1"),
        ("SELECT " STUDY_COLUMNS MORE_COLUMNS SERIES_COLUMNS INSTANCE_COLUMNS OF_INSTANCE " WHERE "
         "instance.id = ?1"),
    };
    OWNED(DbQuery) *q = db_query(db, ONE[level]);
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step == DB_ROW)
        query_row_read(q, level, ret);
    return step != DB_FAILED;
}

/* ---- what is counted ---- */

static bool of_patient(uint32_t tag)
{
    return tag == TAG_NUMBER_OF_PATIENT_RELATED_STUDIES || tag == TAG_NUMBER_OF_PATIENT_RELATED_SERIES ||
           tag == TAG_NUMBER_OF_PATIENT_RELATED_INSTANCES;
}

/* Over what this viewer sees of the patient. */
static bool patient_count(Db *db, const QueryRow *row, const ArchiveViewer *v, uint32_t tag, Buf *ret,
                          Err *err)
{
    Sql  sql;
    bool ok = sql_open(&sql, err);
    if (!ok)
        return false;
    bind_person(&sql, v);
    add(&sql, tag == TAG_NUMBER_OF_PATIENT_RELATED_STUDIES  ? "SELECT COUNT(*)"
              : tag == TAG_NUMBER_OF_PATIENT_RELATED_SERIES ? "SELECT COALESCE(SUM(study.series_count), 0)"
                                                            : "SELECT COALESCE(SUM(study.instance_count), "
                                                              "0)");
    add(&sql, OF_STUDY " WHERE ");
    seen(&sql, v, false, false);
    add(&sql, " AND study.dicom_id = ");
    sql_text(&sql, slice_of(row->study.patient_key));
    add(&sql, " AND study.dicom_issuer = ");
    sql_text(&sql, slice_of(row->study.patient_issuer));
    if (!row->study.patient_key[0]) { /* without an id: who is called so and born then */
        add(&sql, " AND study.dicom_name = ");
        sql_text(&sql, slice_of(row->study.patient_name));
        add(&sql, " AND study.dicom_birth = ");
        sql_text(&sql, slice_of(row->study.patient_birth));
    }
    OWNED(DbQuery) *q = sql_run(&sql, db, err);
    DbStep step       = q ? db_next(q, err) : DB_FAILED;
    if (step == DB_ROW)
        buf_addf(ret, "%lld", (long long)db_int(q, 0));
    sql_close(&sql);
    return step == DB_ROW;
}

static bool study_classes(Db *db, int64_t study_id, Buf *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT DISTINCT class_uid FROM instance WHERE study_id = ?1");
    DbStep step;
    db_bind_int(q, 1, study_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        if (ret->len)
            buf_add_char(ret, '\\');
        buf_add(ret, db_slice(q, 0));
    }
    return step == DB_END;
}

bool query_gathered(Db *db, const QueryRow *row, const ArchiveViewer *viewer, uint32_t tag, Buf *ret,
                    bool *ret_known, Err *err)
{
    *ret_known = of_patient(tag) || (tag == TAG_SOP_CLASSES_IN_STUDY && row->level >= QUERY_STUDY);
    if (!*ret_known)
        return true;
    return of_patient(tag) ? patient_count(db, row, viewer, tag, ret, err)
                           : study_classes(db, row->study.id, ret, err);
}

void query_row_read(const DbQuery *q, QueryLevel level, QueryRow *ret)
{
    ret->level = level;
    study_from_row(q, &ret->study);
    db_text(q, MORE_AT, ret->study_referring, sizeof ret->study_referring);
    db_text(q, MORE_AT + 1, ret->study_time_zone, sizeof ret->study_time_zone);
    if (level >= QUERY_SERIES)
        series_from_row(q, ret);
    if (level >= QUERY_INSTANCE)
        instance_from_row(q, ret);
}
