/*
 * The table of recorded versions and of their objects: the only SQL for them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "clinic/workflow/recorded_internal.h"
#include "platform/clock.h"

#define RECORD_COLUMNS                                                                                                                       \
    "recorded_marks.id, recorded_marks.study_id, recorded_marks.person_id, recorded_marks.act_id, recorded_marks.version,"                   \
    " recorded_marks.marks_version, recorded_marks.at_ms, COALESCE(recorded_marks.kept_at_ms, 0), recorded_marks.signed,"                     \
    " recorded_marks.for_referrer, recorded_marks.description, recorded_marks.content"

void record_clear(RecordRow *r)
{
    json_decref(r->content);
    r->content = NULL;
}

static bool record_from_row(const DbQuery *q, RecordRow *ret, Err *err)
{
    *ret = (RecordRow) { .id            = db_int(q, 0),
                         .study_id      = db_int(q, 1),
                         .person_id     = db_int(q, 2),
                         .act_id        = db_int(q, 3),
                         .version       = db_int(q, 4),
                         .marks_version = db_int(q, 5),
                         .at_ms         = db_int(q, 6),
                         .kept_at_ms    = db_int(q, 7),
                         .is_signed     = db_int(q, 8) != 0,
                         .for_referrer  = db_int(q, 9) != 0 };
    db_text(q, 10, ret->description, sizeof ret->description);
    if (!db_slice(q, 11).len)
        return true;
    ret->content = json_parse_object(db_slice(q, 11), err);
    return ret->content != NULL;
}

bool record_load(Db *db, int64_t id, RecordRow *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " RECORD_COLUMNS " FROM recorded_marks WHERE recorded_marks.id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "There are no such measures.", "record %" PRId64, id);
    return step == DB_ROW && record_from_row(q, ret, err);
}

bool record_last(Db *db, int64_t study_id, int64_t person_id, RecordRow *ret, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " RECORD_COLUMNS " FROM recorded_marks"
                                     " WHERE recorded_marks.study_id = ?1 AND recorded_marks.person_id = ?2"
                                     " ORDER BY recorded_marks.version DESC LIMIT 1");
    db_bind_int(q, 1, study_id);
    db_bind_int(q, 2, person_id);
    DbStep step = db_next(q, err);
    *ret        = (RecordRow) { 0 };
    *ret_found  = step == DB_ROW;
    return step != DB_FAILED && (step == DB_END || record_from_row(q, ret, err));
}

bool record_report_uid(Db *db, const RecordRow *r, int64_t version, char ret[65], Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT recorded_object.uid FROM recorded_object"
                                     "  JOIN recorded_marks ON recorded_marks.id = recorded_object.record_id"
                                     "  JOIN instance ON instance.uid = recorded_object.uid"
                                     " WHERE recorded_marks.study_id = ?1 AND recorded_marks.person_id = ?2"
                                     "   AND recorded_marks.version = ?3 AND recorded_object.kind = 'report'");
    db_bind_int(q, 1, r->study_id);
    db_bind_int(q, 2, r->person_id);
    db_bind_int(q, 3, version);
    DbStep step = db_next(q, err);
    ret[0]      = '\0';
    if (step == DB_ROW)
        db_text(q, 0, ret, 65);
    return step != DB_FAILED;
}

static bool object_add(Db *db, int64_t record_id, const MadeObject *o, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO recorded_object (uid, record_id, kind) VALUES (?1, ?2, ?3) ON CONFLICT (uid) DO NOTHING");
    db_bind_cstr(q, 1, o->uid);
    db_bind_int(q, 2, record_id);
    db_bind_cstr(q, 3, o->kind);
    return db_run(q, err);
}

bool record_done(Db *db, const RecordRow *r, const MadeObject *objects, size_t count, Err *err)
{
    for (size_t i = 0; i < count; i++)
        if (!object_add(db, r->id, &objects[i], err))
            return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE recorded_marks SET kept_at_ms = ?2, content = '' WHERE id = ?1 AND kept_at_ms IS NULL");
    db_bind_int(q, 1, r->id);
    db_bind_int(q, 2, clock_now_ms());
    return db_run(q, err);
}
