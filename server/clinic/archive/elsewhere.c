/*
 * Fetches of studies from other archives: remembered, moved on, and joined to the record.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/elsewhere.h"

#include <stdio.h>

#include "clinic/archive/import_internal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { LISTED_MAX = 100, STALE_MS = 60000 };

#define FETCH_COLUMNS                                                                                        \
    "id, import_id, patient_id, act_id, person_id, turn, changed_at_ms, ae_title, study_uid, actor, "        \
    "factors, origin, state, reason, held, there, stored, refused"

static void fetch_from_row(const DbQuery *q, FetchRow *ret)
{
    ret->id            = db_int(q, 0);
    ret->import_id     = db_int(q, 1);
    ret->patient_id    = db_int(q, 2);
    ret->act_id        = db_int(q, 3);
    ret->person_id     = db_int(q, 4);
    ret->turn          = db_int(q, 5);
    ret->changed_at_ms = db_int(q, 6);
    db_text(q, 7, ret->ae_title, sizeof ret->ae_title);
    db_text(q, 8, ret->study_uid, sizeof ret->study_uid);
    db_text(q, 9, ret->actor, sizeof ret->actor);
    db_text(q, 10, ret->factors, sizeof ret->factors);
    db_text(q, 11, ret->origin, sizeof ret->origin);
    db_text(q, 12, ret->state, sizeof ret->state);
    db_text(q, 13, ret->reason, sizeof ret->reason);
    ret->count = (RemoteFetched) { db_int(q, 14), db_int(q, 15), db_int(q, 16), db_int(q, 17) };
}

static bool is_state(const FetchRow *row, const char *state)
{
    return strcmp(row->state, state) == 0;
}

static bool fetch_trace(Db *db, const FetchRow *row, const PatientBy *by, AuditEvent event,
                        const char *detail, Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event      = event,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = by->person_id,
                                    .patient_id = row->patient_id,
                                    .act_id     = row->act_id,
                                    .actor      = by->actor,
                                    .factors    = by->factors,
                                    .origin     = by->origin,
                                    .what       = by->what,
                                    .object     = row->study_uid,
                                    .detail     = detail },
                     err);
}

/* ---- reading ---- */

bool fetch_load(Db *db, int64_t id, int64_t person_id, FetchRow *ret, Err *err)
{
    bool seen         = !person_id;
    OWNED(DbQuery) *q = db_query(db, "SELECT " FETCH_COLUMNS " FROM remote_fetch WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW) {
        fetch_from_row(q, ret);
        if (person_id && !patient_seen_by(db, person_id, ret->patient_id, clock_now_s(), &seen, err))
            return false;
    }
    return (step == DB_ROW && seen) ||
           err_set(err, ERR_NOT_FOUND, "There is no such fetch.", "fetch %lld", (long long)id);
}

bool fetches_json(Db *db, int64_t patient_id, Lang lang, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, ae_title, study_uid, label, state, why, reason, held, "
                                     "there, stored,"
                                     "       refused, created_at_ms, changed_at_ms, actor, differences"
                                     "  FROM remote_fetch WHERE patient_id = ?1 ORDER BY id DESC LIMIT ?2");
    static const char *const NAMES[] = { "id",      "peer",          "study_uid",     "label", "state",
                                         "why",     "reason",        "held",          "there", "stored",
                                         "refused", "created_at_ms", "changed_at_ms", "actor" };
    db_bind_int(q, 1, patient_id);
    db_bind_int(q, 2, LISTED_MAX);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = json_object();
        for (int i = 0; i < (int)COUNT(NAMES); i++) {
            char why[256];
            if (i == 5) {
                db_text(q, i, why, sizeof why);
                json_put(one, NAMES[i], json_cstr(text_in(lang, why)));
            } else {
                json_put(one, NAMES[i],
                         i == 0 || (i > 6 && i < 13) ? json_integer(db_int(q, i))
                                                     : json_slice(db_slice(q, i)));
            }
        }
        json_t *differences = json_parse(db_slice(q, 14), err);
        if (!differences || !json_put(one, "differences", differences) || !json_push(ret, one))
            return false;
    }
    return step == DB_END;
}

static bool study_here(Db *db, const char *uid, int64_t patient_id, int64_t *ret_images, bool *ret_mine,
                       Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT instance_count, patient_id FROM study WHERE uid = ?1");
    db_bind_cstr(q, 1, uid);
    DbStep step = db_next(q, err);
    *ret_images = step == DB_ROW ? db_int(q, 0) : 0;
    *ret_mine   = step == DB_ROW && db_int(q, 1) == patient_id;
    return step != DB_FAILED;
}

bool remote_study_json(Db *db, int64_t patient_id, const RemoteStudy *study, json_t **ret, Err *err)
{
    PatientDifference differences[PATIENT_DIFFERENCES_MAX];
    DicomPatient      said  = { 0 };
    size_t            count = 0;
    int64_t           here  = 0;
    bool              mine  = false;
    (void)slice_copy(slice_of(study->patient_id), said.id, sizeof said.id);
    (void)slice_copy(slice_of(study->patient_issuer), said.issuer, sizeof said.issuer);
    (void)slice_copy(slice_of(study->patient_name), said.name, sizeof said.name);
    (void)slice_copy(slice_of(study->patient_birth), said.birth_date, sizeof said.birth_date);
    (void)slice_copy(slice_of(study->patient_sex), said.sex, sizeof said.sex);
    if (!import_compare(db, patient_id, &said, differences, &count, err) ||
        !study_here(db, study->uid, patient_id, &here, &mine, err))
        return false;
    *ret = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:I, s:I, s:b, s:{s:o, s:o, s:o, s:o}, s:o}",
                     "study_uid", json_cstr(study->uid), "date", json_cstr(study->date), "time",
                     json_cstr(study->time), "accession", json_cstr(study->accession), "description",
                     json_cstr(study->description), "modalities", json_cstr(study->modalities), "instances",
                     (json_int_t)study->instances, "here", (json_int_t)here, "in_record", mine, "patient",
                     "name", json_cstr(study->patient_name), "id", json_cstr(study->patient_id), "birth_date",
                     json_cstr(study->patient_birth), "sex", json_cstr(study->patient_sex), "differences",
                     patient_differences_json(differences, count));
    return *ret || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "an answer of a peer");
}

/* ---- asked for ---- */

/* One of this study for this patient under way, or too many of this person. */
static bool is_free(Db *db, const FetchWanted *w, int64_t person_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT SUM(CASE WHEN patient_id = ?1 AND study_uid = ?2 THEN 1 ELSE 0 "
                                     "END),"
                                     "       SUM(CASE WHEN person_id = ?3 THEN 1 ELSE 0 END)"
                                     "  FROM remote_fetch WHERE state IN ('waiting', 'running')");
    db_bind_int(q, 1, w->patient_id);
    db_bind_text(q, 2, w->study_uid);
    db_bind_int(q, 3, person_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    if (db_int(q, 0))
        return err_set(err, ERR_CONFLICT, "This study is being fetched already.", "study " SLICE_FMT,
                       SLICE_ARG(w->study_uid));
    return db_int(q, 1) < FETCHES_OPEN_MAX ||
           err_set(err, ERR_LIMIT, "Too many fetches are waiting: let some end first.", "%lld of one person",
                   (long long)db_int(q, 1));
}

/* Under what it stands in the record: as a medium that was brought, and is read already. */
static bool bring(Db *db, const FetchWanted *w, const PatientBy *by, int64_t *ret_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO import (person_id, patient_id, act_id, origin, state, "
                                     "created_at_ms,"
                                     " ended_at_ms) VALUES (?1, ?2, ?3, ?4, 'done', ?5, ?5)");
    db_bind_int(q, 1, by->person_id);
    db_bind_int(q, 2, w->patient_id);
    bind_ref(q, 3, w->act_id);
    db_bind_text(q, 4, w->from.len ? w->from : w->ae_title);
    db_bind_int(q, 5, clock_now_ms());
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool fetch_add(Db *db, const FetchWanted *w, const PatientBy *by, FetchRow *ret, Err *err)
{
    int64_t import_id = 0;
    bool    seen      = false;
    if (!patient_seen_by(db, by->person_id, w->patient_id, clock_now_s(), &seen, err))
        return false;
    if (!seen)
        return err_set(err, ERR_NOT_FOUND, "No such patient, or not for you.", "patient %lld",
                       (long long)w->patient_id);
    if (!is_free(db, w, by->person_id, err) || !bring(db, w, by, &import_id, err))
        return false;
    OWNED(DbQuery) *q =
        db_query(db, "INSERT INTO remote_fetch (import_id, patient_id, act_id, person_id, actor,"
                     " factors, origin, ae_title, study_uid, label, state, created_at_ms, changed_at_ms)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'waiting', ?11, ?11)");
    db_bind_int(q, 1, import_id);
    db_bind_int(q, 2, w->patient_id);
    bind_ref(q, 3, w->act_id);
    db_bind_int(q, 4, by->person_id);
    db_bind_cstr(q, 5, by->actor);
    db_bind_cstr(q, 6, by->factors);
    db_bind_cstr(q, 7, by->origin);
    db_bind_text(q, 8, w->ae_title);
    db_bind_text(q, 9, w->study_uid);
    db_bind_text(q, 10, w->label);
    db_bind_int(q, 11, clock_now_ms());
    return db_run(q, err) && fetch_load(db, db_last_id(db), 0, ret, err) &&
           fetch_trace(db, ret, by, AUDIT_CREATE, "fetch asked for", err);
}

/* ---- moved on ---- */

static bool set_state(Db *db, const FetchRow *row, const char *state, const char *why, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE remote_fetch SET state = ?2, why = ?3, turn = ?4, reason = ?5,"
                                     "       held = ?6, there = ?7, stored = ?8, refused = ?9, changed_at_ms "
                                     "= ?10"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, row->id);
    db_bind_cstr(q, 2, state);
    db_bind_cstr(q, 3, why);
    db_bind_int(q, 4, row->turn);
    db_bind_cstr(q, 5, row->reason);
    db_bind_int(q, 6, row->count.held);
    db_bind_int(q, 7, row->count.there);
    db_bind_int(q, 8, row->count.stored);
    db_bind_int(q, 9, row->count.refused);
    db_bind_int(q, 10, clock_now_ms());
    return db_run(q, err);
}

bool fetch_take(Db *db, int64_t id, int64_t turn, bool *ret, Err *err)
{
    FetchRow row;
    *ret = false;
    if (!fetch_load(db, id, 0, &row, err))
        return false;
    if (row.turn != turn)
        return true;
    if (is_state(&row, "running") && clock_now_ms() - row.changed_at_ms < STALE_MS)
        return err_set(err, ERR_UNAVAILABLE, "This study is being fetched already.", "fetch %lld",
                       (long long)id);
    *ret = is_state(&row, "waiting") || is_state(&row, "running");
    return !*ret || set_state(db, &row, "running", "", err);
}

bool fetch_progress(Db *db, const FetchRow *row, bool *ret, Err *err)
{
    FetchRow now;
    if (!fetch_load(db, row->id, 0, &now, err))
        return false;
    *ret = now.turn == row->turn && is_state(&now, "running");
    return !*ret || set_state(db, row, "running", "", err);
}

static bool prior_put(Db *db, const FetchRow *row, Slice differences, const char *origin, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO prior_study (study_uid, import_id, patient_id, act_id, "
                                     "origin,"
                                     " differences, reason, decided_by, decided_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
                                     " ON CONFLICT (study_uid) DO NOTHING");
    db_bind_cstr(q, 1, row->study_uid);
    db_bind_int(q, 2, row->import_id);
    db_bind_int(q, 3, row->patient_id);
    bind_ref(q, 4, row->act_id);
    db_bind_cstr(q, 5, origin);
    db_bind_text(q, 6, differences);
    db_bind_cstr(q, 7, row->reason);
    db_bind_cstr(q, 8, row->actor);
    db_bind_int(q, 9, clock_now_ms());
    return db_run(q, err);
}

static bool origin_of(Db *db, int64_t import_id, char *ret, size_t size, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT origin FROM import WHERE id = ?1");
    db_bind_int(q, 1, import_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    db_text(q, 0, ret, size);
    return true;
}

static bool link_study(Db *db, const FetchRow *row, int64_t study_id, Slice differences, bool differs,
                       Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE study SET patient_id = ?2, differences = ?3, wrong_patient = 0,"
                                     "       accepted_at_ms = ?4, accepted_by = ?5, accepted_reason = ?6"
                                     " WHERE id = ?1 AND patient_id IS NULL");
    db_bind_int(q, 1, study_id);
    db_bind_int(q, 2, row->patient_id);
    db_bind_text(q, 3, differs ? differences : SLICE_NONE);
    db_bind_int(q, 4, clock_now_ms());
    db_bind_cstr(q, 5, row->actor);
    db_bind_cstr(q, 6, row->reason);
    return db_run(q, err);
}

static bool keep_differences(Db *db, const FetchRow *row, Slice differences, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE remote_fetch SET differences = ?2 WHERE id = ?1");
    db_bind_int(q, 1, row->id);
    db_bind_text(q, 2, differences);
    return db_run(q, err);
}

/* All of it is here: does it agree with the record, or has somebody said why it belongs there? */
static bool settle(Db *db, const FetchRow *row, const PatientBy *by, Err *err)
{
    PatientDifference list[PATIENT_DIFFERENCES_MAX];
    size_t            count = 0;
    char              origin[128];
    DicomPatient      said  = { 0 };
    StudyRow          study = { 0 };
    ArchiveViewer     all   = { .sees_all = true };
    OWNED_BUF         text  = buf_make(64 << 10);
    if (!study_find(db, slice_of(row->study_uid), &all, &study, err))
        return false;
    if (study.patient_id && study.patient_id != row->patient_id)
        return set_state(db, row, "conflict",
                         "This study stands in another record of the archive: it cannot be attached here.",
                         err);
    (void)slice_copy(slice_of(study.patient_name), said.name, sizeof said.name);
    (void)slice_copy(slice_of(study.patient_key), said.id, sizeof said.id);
    (void)slice_copy(slice_of(study.patient_issuer), said.issuer, sizeof said.issuer);
    (void)slice_copy(slice_of(study.patient_birth), said.birth_date, sizeof said.birth_date);
    (void)slice_copy(slice_of(study.patient_sex), said.sex, sizeof said.sex);
    if (!import_compare(db, row->patient_id, &said, list, &count, err))
        return false;
    OWNED(json_t) *differences = patient_differences_json(list, count);
    if (!json_dump_to_buf(differences, &text, err) || !keep_differences(db, row, buf_slice(&text), err))
        return false;
    if (count && !row->reason[0] && study.patient_id != row->patient_id)
        return set_state(db, row, "differs", "", err);
    return origin_of(db, row->import_id, origin, sizeof origin, err) &&
           (study.patient_id || link_study(db, row, study.id, buf_slice(&text), count > 0, err)) &&
           prior_put(db, row, buf_slice(&text), origin, err) && set_state(db, row, "done", "", err) &&
           fetch_trace(db, row, by, AUDIT_CHANGE,
                       count ? "prior attached, identity of the images differs" : "prior attached", err);
}

bool fetch_end(Db *db, const FetchRow *row, const char *why, bool again, Err *err)
{
    FetchRow now;
    if (!fetch_load(db, row->id, 0, &now, err))
        return false;
    if (now.turn != row->turn || !is_state(&now, "running"))
        return true; /* cancelled meanwhile: that stays */
    now.count = row->count;
    if (why)
        return set_state(db, &now, again ? "waiting" : "failed", why, err);
    return settle(
        db, &now,
        &(PatientBy) { now.person_id, now.actor, now.factors, now.origin, "fetch from another archive" },
        err);
}

/* ---- by a person ---- */

static bool need_state(const FetchRow *row, bool is, Err *err)
{
    return is || err_set(err, ERR_CONFLICT, "The fetch is not at that stage.", "fetch %lld is %s",
                         (long long)row->id, row->state);
}

bool fetch_cancel(Db *db, FetchRow *row, const PatientBy *by, Err *err)
{
    return need_state(row, is_state(row, "waiting") || is_state(row, "running"), err) &&
           set_state(db, row, "cancelled", "", err) &&
           fetch_trace(db, row, by, AUDIT_CHANGE, "fetch cancelled", err);
}

bool fetch_resume(Db *db, FetchRow *row, const PatientBy *by, Err *err)
{
    if (!need_state(row, !is_state(row, "running") && !is_state(row, "done") && !is_state(row, "differs"),
                    err))
        return false;
    row->turn++;
    return set_state(db, row, "waiting", "", err) &&
           fetch_trace(db, row, by, AUDIT_CHANGE, "fetch resumed", err);
}

bool fetch_attach(Db *db, FetchRow *row, Slice reason, const PatientBy *by, Err *err)
{
    Slice why = slice_trim(reason);
    if (!need_state(row, is_state(row, "differs"), err))
        return false;
    if (!why.len)
        return err_set(err, ERR_INPUT, "A reason is required.", "fetch %lld", (long long)row->id);
    (void)slice_copy(why, row->reason, sizeof row->reason);
    (void)slice_copy(slice_of(by->actor), row->actor, sizeof row->actor);
    return settle(db, row, by, err);
}

bool fetches_again(Db *db, FetchAgain *each, void *with, Err *err)
{
    FetchRow row;
    for (;;) {
        OWNED(DbQuery) *q = db_query(db, "SELECT " FETCH_COLUMNS " FROM remote_fetch WHERE state = 'running' "
                                                                 "ORDER BY id LIMIT 1");
        DbStep step       = db_next(q, err);
        if (step != DB_ROW)
            return step == DB_END;
        fetch_from_row(q, &row);
        row.turn++;
        if (!set_state(db, &row, "waiting", "", err) || !each(db, &row, with, err))
            return false;
    }
}
