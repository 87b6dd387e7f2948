/*
 * Corrections read: one for the work, all for the page.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/correction_internal.h"
#include "formats/json/json_util.h"

#define COLUMNS                                                                                              \
    "id, kind, state, source_uid, target_uid, series, attributes, strip, before, before_patient, "           \
    "before_act,"                                                                                            \
    " after_patient, after_act, site_id, at_ms, person_id, actor, factors, reason, total, done, failure,"    \
    " undone_at_ms, undone_by, undone_reason, merge_id"

static void said_before(Slice json, DicomPatient *ret)
{
    OWNED(json_t) *said = json_parse_object(json, NULL);
    struct {
        const char *key;
        char       *to;
        size_t      size;
    } parts[] = { { "id", ret->id, sizeof ret->id },
                  { "issuer", ret->issuer, sizeof ret->issuer },
                  { "name", ret->name, sizeof ret->name },
                  { "birth", ret->birth_date, sizeof ret->birth_date },
                  { "sex", ret->sex, sizeof ret->sex } };
    for (size_t i = 0; i < COUNT(parts); i++)
        (void)slice_copy(slice_of(json_string_value(json_object_get(said, parts[i].key))), parts[i].to,
                         parts[i].size);
}

bool correction_load(Db *db, int64_t id, Correction *ret, Err *err)
{
    *ret              = (Correction) { .id = id };
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM correction WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such correction.", "%lld", (long long)id);
    db_text(q, 1, ret->kind, sizeof ret->kind);
    db_text(q, 2, ret->state, sizeof ret->state);
    db_text(q, 3, ret->source_uid, sizeof ret->source_uid);
    db_text(q, 4, ret->target_uid, sizeof ret->target_uid);
    db_text(q, 5, ret->series, sizeof ret->series);
    db_text(q, 6, ret->attributes, sizeof ret->attributes);
    ret->strip = db_int(q, 7) != 0;
    said_before(db_slice(q, 8), &ret->before);
    ret->was       = (Match) { db_int(q, 9), db_int(q, 10), db_int(q, 13) };
    ret->becomes   = (Match) { db_int(q, 11), db_int(q, 12), db_int(q, 13) };
    ret->site_id   = db_int(q, 13);
    ret->at_ms     = db_int(q, 14);
    ret->person_id = db_int(q, 15);
    db_text(q, 16, ret->actor, sizeof ret->actor);
    db_text(q, 17, ret->factors, sizeof ret->factors);
    return true;
}

static json_t *row_json(const DbQuery *q)
{
    static const struct {
        const char *key;
        int         column;
    } TEXTS[] = { { "kind", 1 },       { "state", 2 },         { "study_uid", 3 }, { "target_uid", 4 },
                  { "series", 5 },     { "actor", 16 },        { "reason", 18 },   { "failure", 21 },
                  { "undone_by", 23 }, { "undone_reason", 24 } };
    static const struct {
        const char *key;
        int         column;
    } NUMBERS[] = { { "id", 0 },     { "patient_before", 9 }, { "patient_after", 11 }, { "at_ms", 14 },
                    { "total", 19 }, { "done", 20 },          { "undone_at_ms", 22 },  { "merge_id", 25 } };
    json_t *one = json_object();
    for (size_t i = 0; i < COUNT(TEXTS); i++)
        json_put(one, TEXTS[i].key, json_slice(db_slice(q, TEXTS[i].column)));
    for (size_t i = 0; i < COUNT(NUMBERS); i++)
        json_put(one, NUMBERS[i].key,
                 db_is_null(q, NUMBERS[i].column) ? json_null() : json_integer(db_int(q, NUMBERS[i].column)));
    json_put(one, "values", json_parse_object(db_slice(q, 6), NULL));
    json_put(one, "before", json_parse_object(db_slice(q, 8), NULL));
    return one;
}

bool corrections_json(Db *db, Slice study_uid, json_t **ret, Err *err)
{
    OWNED(json_t) *all = json_array();
    OWNED(DbQuery) *q  = db_query(db, "SELECT " COLUMNS " FROM correction"
                                       " WHERE ?1 = '' OR source_uid = ?1 OR target_uid = ?1 ORDER BY id DESC "
                                       "LIMIT 500");
    DbStep step;
    db_bind_text(q, 1, study_uid);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(all, row_json(q));
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(all);
    return true;
}

bool correction_json(Db *db, int64_t id, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " FROM correction WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        *ret = row_json(q);
    return step == DB_ROW ||
           (step == DB_END && err_set(err, ERR_NOT_FOUND, "No such correction.", "%lld", (long long)id));
}

bool corrections_of_merge(Db *db, int64_t merge_id, int64_t *ret_ids, size_t room, size_t *ret_count,
                          Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM correction WHERE merge_id = ?1 ORDER BY id DESC");
    DbStep step;
    db_bind_int(q, 1, merge_id);
    *ret_count = 0;
    while ((step = db_next(q, err)) == DB_ROW && *ret_count < room)
        ret_ids[(*ret_count)++] = db_int(q, 0);
    return step != DB_FAILED;
}

bool correction_version_blob(Db *db, int64_t id, Slice instance_uid, char ret[256], Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT blob FROM kept_version WHERE why = 'corrected' AND by_id = ?1 "
                                     "AND uid = ?2");
    db_bind_int(q, 1, id);
    db_bind_text(q, 2, instance_uid);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        db_text(q, 0, ret, 256);
    return step == DB_ROW || (step == DB_END && err_set(err, ERR_NOT_FOUND, "No such image.", "version"));
}
