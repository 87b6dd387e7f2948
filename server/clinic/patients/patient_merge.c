/*
 * Merging duplicates in the register.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/patient_merge.h"

#include <string.h>

#include "clinic/patients/patient_internal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

static bool merged_into(Db *db, int64_t patient_id, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT COALESCE(merged_into, 0) FROM patient WHERE id = ?1");
    db_bind_int(q, 1, patient_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? db_int(q, 0) : 0;
    return step == DB_ROW ||
           (step == DB_END && err_set(err, ERR_NOT_FOUND, "No such patient.", "%lld", (long long)patient_id));
}

static bool merged_set(Db *db, int64_t patient_id, int64_t into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE patient SET merged_into = ?2, version = version + 1 WHERE id = "
                                     "?1");
    db_bind_int(q, 1, patient_id);
    if (into)
        db_bind_int(q, 2, into);
    else
        db_bind_null(q, 2);
    return db_run(q, err);
}

static bool judge(Db *db, const Patient *from, const Patient *into, bool sure, Err *err)
{
    int64_t first = 0, second = 0;
    if (from->id == into->id)
        return err_set(err, ERR_INPUT, "This is the same patient.", "%lld", (long long)from->id);
    if (!merged_into(db, from->id, &first, err) || !merged_into(db, into->id, &second, err))
        return false;
    if (first || second)
        return err_set(err, ERR_CONFLICT, "One of the two was merged already.", "%lld", (long long)from->id);
    if (from->status == PATIENT_QUAL && into->status == PATIENT_QUAL)
        return err_set(err, ERR_CONFLICT, "Each has a qualified national identity: they are two persons.",
                       "INS");
    if (from->ins_value[0] && into->status != PATIENT_QUAL && from->status == PATIENT_QUAL)
        return err_set(err, ERR_CONFLICT,
                       "The one with the qualified national identity must be the one that stays.", "INS");
    if (!sure && (strcmp(from->birth_date, into->birth_date) != 0 || from->sex != into->sex))
        return err_set(err, ERR_CONFLICT, "Birth date or sex differ: confirm that they are the same person.",
                       "traits");
    return true;
}

/* Every identifier of the one, as JSON, before it goes over. */
static bool identifiers_of(Db *db, int64_t patient_id, Buf *ret, Err *err)
{
    OWNED(json_t) *all = json_array();
    OWNED(DbQuery) *q  = db_query(db, "SELECT issuer, value FROM patient_identifier WHERE patient_id = ?1");
    DbStep step;
    db_bind_int(q, 1, patient_id);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(all, json_pack("[o, o]", json_slice(db_slice(q, 0)), json_slice(db_slice(q, 1))));
    return step != DB_FAILED && json_dump_to_buf(all, ret, err);
}

static bool identifiers_go(Db *db, int64_t from, int64_t into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE patient_identifier SET patient_id = ?2 WHERE patient_id = ?1");
    db_bind_int(q, 1, from);
    db_bind_int(q, 2, into);
    return db_run(q, err);
}

static bool trace(Db *db, const PatientBy *by, int64_t patient_id, const char *ipp, const char *detail,
                  Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event      = AUDIT_CHANGE,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = by->person_id,
                                    .patient_id = patient_id,
                                    .actor      = by->actor,
                                    .factors    = by->factors,
                                    .origin     = by->origin,
                                    .what       = by->what,
                                    .object     = ipp,
                                    .detail     = detail },
                     err);
}

static bool insert(Db *db, int64_t from, int64_t into, Slice reason, Slice identifiers, const PatientBy *by,
                   int64_t *ret_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO patient_merge (from_patient, into_patient, at_ms, actor, "
                                     "reason, "
                                     "identifiers) VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_int(q, 1, from);
    db_bind_int(q, 2, into);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_cstr(q, 4, by->actor);
    db_bind_text(q, 5, slice_trim(reason));
    db_bind_text(q, 6, identifiers);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool patient_merge(Db *db, int64_t from_id, int64_t into_id, bool sure, Slice reason, const PatientBy *by,
                   int64_t *ret_id, Err *err)
{
    Patient   from, into;
    OWNED_BUF identifiers = buf_make(1 << 16);
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "merge");
    return patient_load(db, from_id, &from, err) && patient_load(db, into_id, &into, err) &&
           judge(db, &from, &into, sure, err) && identifiers_of(db, from_id, &identifiers, err) &&
           insert(db, from_id, into_id, reason, buf_slice(&identifiers), by, ret_id, err) &&
           identifiers_go(db, from_id, into_id, err) && merged_set(db, from_id, into_id, err) &&
           patient_remember(db, &from, &from, NULL, "merged", by, err) &&
           patient_remember(db, &into, &into, NULL, "merged-with", by, err) &&
           trace(db, by, from_id, from.ipp, "merged into another patient", err) &&
           trace(db, by, into_id, into.ipp, "another patient was merged into this one", err);
}

/* ---- the way back ---- */

static bool merge_load(Db *db, int64_t id, PatientMerge *ret, Buf *ret_identifiers, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT from_patient, into_patient, undone_at_ms, identifiers FROM "
                                     "patient_merge"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such merge.", "%lld", (long long)id);
    *ret = (PatientMerge) { id, db_int(q, 0), db_int(q, 1), !db_is_null(q, 2) };
    return buf_add(ret_identifiers, db_slice(q, 3)) || buf_ok(ret_identifiers, err);
}

static bool identifiers_back(Db *db, const PatientMerge *m, Slice list, Err *err)
{
    OWNED(json_t) *all = json_parse(list, err);
    size_t  i;
    json_t *one;
    if (!all)
        return false;
    json_array_foreach (all, i, one) {
        OWNED(DbQuery) *q = db_query(db, "UPDATE patient_identifier SET patient_id = ?1"
                                         " WHERE issuer = ?2 AND value = ?3 AND patient_id = ?4");
        db_bind_int(q, 1, m->from);
        db_bind_cstr(q, 2, json_string_value(json_array_get(one, 0)));
        db_bind_cstr(q, 3, json_string_value(json_array_get(one, 1)));
        db_bind_int(q, 4, m->into);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

static bool undone_set(Db *db, int64_t id, Slice reason, const PatientBy *by, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE patient_merge SET undone_at_ms = ?2, undone_by = ?3, "
                                     "undone_reason = ?4 "
                                     "WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_cstr(q, 3, by->actor);
    db_bind_text(q, 4, slice_trim(reason));
    return db_run(q, err);
}

bool patient_merge_undo(Db *db, int64_t id, Slice reason, const PatientBy *by, PatientMerge *ret, Err *err)
{
    OWNED_BUF identifiers = buf_make(1 << 16);
    int64_t   since       = 0;
    Patient   from, into;
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "undo");
    if (!merge_load(db, id, ret, &identifiers, err) || !merged_into(db, ret->into, &since, err))
        return false;
    if (ret->undone || since)
        return err_set(err, ERR_CONFLICT, "This merge can no longer be undone.", "%lld", (long long)id);
    return patient_load(db, ret->from, &from, err) && patient_load(db, ret->into, &into, err) &&
           identifiers_back(db, ret, buf_slice(&identifiers), err) && merged_set(db, ret->from, 0, err) &&
           undone_set(db, id, reason, by, err) &&
           patient_remember(db, &from, &from, NULL, "unmerged", by, err) &&
           patient_remember(db, &into, &into, NULL, "unmerged-from", by, err) &&
           trace(db, by, ret->from, from.ipp, "merge undone", err) &&
           trace(db, by, ret->into, into.ipp, "merge undone", err);
}

bool patient_merges_json(Db *db, json_t **ret, Err *err)
{
    OWNED(json_t) *all = json_array();
    OWNED(DbQuery) *q  = db_query(db, "SELECT id, from_patient, into_patient, at_ms, actor, reason, "
                                       "undone_at_ms, undone_by,"
                                       "       undone_reason"
                                       "  FROM patient_merge ORDER BY id DESC LIMIT 500");
    DbStep  step;
    Patient from, into;
    while ((step = db_next(q, err)) == DB_ROW) {
        if (!patient_load(db, db_int(q, 1), &from, err) || !patient_load(db, db_int(q, 2), &into, err))
            return false;
        json_push(all,
                  json_pack("{s:I, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o}", "id", (json_int_t)db_int(q, 0),
                            "from", patient_json(&from), "into", patient_json(&into), "at_ms",
                            (json_int_t)db_int(q, 3), "actor", json_slice(db_slice(q, 4)), "reason",
                            json_slice(db_slice(q, 5)), "undone_at_ms",
                            db_is_null(q, 6) ? json_null() : json_integer(db_int(q, 6)), "undone_by",
                            json_slice(db_slice(q, 7)), "undone_reason", json_slice(db_slice(q, 8))));
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(all);
    return true;
}
