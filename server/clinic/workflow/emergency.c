/*
 * Access outside care: opened with a reason, told to the patient's site, judged afterwards.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/emergency.h"

#include <inttypes.h>

#include "clinic/patients/patient.h"
#include "clinic/workflow/act_store.h"
#include "formats/json/json_util.h"
#include "guard/access/grant.h"
#include "platform/clock.h"

enum { OPEN_MS = 4 * 3600 * 1000, REVIEW_MS = 72 * 3600 * 1000, SHOWN = 100 };

static const unsigned JUDGES = ROLE_RESPONSIBLE | ROLE_QUALITY;

/* ---- opening ---- */

static bool ask_check(const EmergencyAsk *ask, Err *err)
{
    static const char *const CODES[] = { "life", "emergency", "continuity" };
    bool known = false;
    for (size_t i = 0; i < COUNT(CODES); i++)
        known = known || slice_equal_text(ask->code, CODES[i]);
    Slice reason = slice_trim(ask->reason);
    if (!known || reason.len < EMERGENCY_REASON_MIN || reason.len > EMERGENCY_REASON_MAX)
        return err_set(err, ERR_INPUT, "Choose why, and write the reason of the emergency access: the patient’s site reads it.", "code or reason");
    if (!slice_trim(ask->ipp).len && (!slice_trim(ask->birth_name).len || !slice_trim(ask->first_given).len || !ask->birth_date.len))
        return err_set(err, ERR_INPUT, "Give the patient’s identifier (IPP), or birth name, first given name and date of birth, each whole.", "who");
    return true;
}

/* Sends, closes and everything between: a draft is its author's. */
#define OPENED_ACTS "  FROM act WHERE act.patient_id = ?1 AND act.asked_at_ms IS NOT NULL AND act.asked_at_ms <> 0"

static bool act_open(Db *db, const Who *who, int64_t patient_id, int64_t act_id, int64_t until_s, Err *err)
{
    return grant_open(db, &(Grant) { .person_id = who->person_id, .patient_id = patient_id, .act_id = act_id, .until_s = until_s, .why = "emergency access" }, err);
}

/* The patient, and each act that is not open to the person already: what ends later than we would is left as it is. */
static bool all_open(Db *db, const Who *who, int64_t patient_id, int64_t now_s, int64_t until_s, int *ret_opened, Err *err)
{
    int64_t acts[SHOWN];
    size_t  count = 0;
    bool    seen  = false;
    if (!patient_seen_by(db, who->person_id, patient_id, now_s, &seen, err))
        return false;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT act.id" OPENED_ACTS " AND NOT " ACT_GRANT_SQL("act.id", "?2", "?3") " ORDER BY act.id DESC LIMIT ?4");
        DbStep step;
        db_bind_int(q, 1, patient_id);
        db_bind_int(q, 2, who->person_id);
        db_bind_int(q, 3, now_s);
        db_bind_int(q, 4, SHOWN);
        while ((step = db_next(q, err)) == DB_ROW)
            acts[count++] = db_int(q, 0);
        if (step == DB_FAILED)
            return false;
    }
    *ret_opened = (int)count + !seen;
    if (!seen && !act_open(db, who, patient_id, 0, until_s, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!act_open(db, who, patient_id, acts[i], until_s, err))
            return false;
    return true;
}

static bool sites_keep(Db *db, int64_t id, int64_t patient_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO emergency_site (access_id, organisation_id)"
                                     " SELECT ?2, patient.organisation_id FROM patient WHERE patient.id = ?1"
                                     " UNION SELECT ?2, act.site_id" OPENED_ACTS
                                     " UNION SELECT ?2, act.requester_org_id" OPENED_ACTS);
    db_bind_int(q, 1, patient_id);
    db_bind_int(q, 2, id);
    return db_run(q, err);
}

bool emergency_open(Db *db, const Who *who, const EmergencyAsk *ask, EmergencyOpened *ret, Err *err)
{
    int64_t now_ms = clock_now_ms(), patient_id = 0;
    int     opened = 0;
    if (!ask_check(ask, err) || !patient_exact(db, slice_trim(ask->ipp), ask->birth_name, ask->first_given, ask->birth_date, &patient_id, err))
        return false;
    if (!all_open(db, who, patient_id, now_ms / 1000, (now_ms + OPEN_MS) / 1000, &opened, err))
        return false;
    if (!opened)
        return err_set(err, ERR_CONFLICT, "This patient is open to you already: no emergency access is needed.", "patient %" PRId64, patient_id);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO emergency_access (person_id, patient_id, code, reason, opened_at_ms, until_ms, due_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, patient_id);
    db_bind_text(q, 3, ask->code);
    db_bind_text(q, 4, slice_trim(ask->reason));
    db_bind_int(q, 5, now_ms);
    db_bind_int(q, 6, now_ms + OPEN_MS);
    db_bind_int(q, 7, now_ms + REVIEW_MS);
    if (!db_run(q, err))
        return false;
    *ret = (EmergencyOpened) { db_last_id(db), patient_id, now_ms + OPEN_MS };
    return sites_keep(db, ret->id, patient_id, err);
}

/* ---- ending and judging ---- */

typedef struct Row {
    int64_t person_id, patient_id, until_ms, reviewed_at_ms;
} Row;

static bool row_load(Db *db, int64_t id, Row *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person_id, patient_id, until_ms, reviewed_at_ms FROM emergency_access WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "There is no such emergency access.", "access %" PRId64, id);
    *ret = (Row) { db_int(q, 0), db_int(q, 1), db_int(q, 2), db_int(q, 3) };
    return step == DB_ROW;
}

bool emergency_end(Db *db, const Who *who, int64_t id, int64_t *ret_patient_id, Err *err)
{
    Row     row;
    int64_t now_ms = clock_now_ms();
    if (!row_load(db, id, &row, err))
        return false;
    if (row.person_id != who->person_id)
        return err_set(err, ERR_NOT_FOUND, "There is no such emergency access.", "access %" PRId64 " of another", id);
    if (row.until_ms <= now_ms)
        return err_set(err, ERR_CONFLICT, "This emergency access is over already.", "access %" PRId64, id);
    OWNED(DbQuery) *grants = db_query(db, "UPDATE access_grant SET until_s = ?3"
                                          " WHERE person_id = ?1 AND patient_id = ?2 AND why = 'emergency access' AND until_s > ?3");
    db_bind_int(grants, 1, row.person_id);
    db_bind_int(grants, 2, row.patient_id);
    db_bind_int(grants, 3, now_ms / 1000);
    OWNED(DbQuery) *q = db_query(db, "UPDATE emergency_access SET until_ms = ?2 WHERE person_id = ?3 AND patient_id = ?4 AND until_ms > ?2 AND id <= ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, now_ms);
    db_bind_int(q, 3, row.person_id);
    db_bind_int(q, 4, row.patient_id);
    *ret_patient_id = row.patient_id;
    return db_run(grants, err) && db_run(q, err);
}

/* Was an organisation told where this person answers for such things? */
static bool may_judge(Db *db, const Who *who, int64_t id, bool *ret, Err *err)
{
    *ret = false;
    for (size_t i = 0; i < who->membership_count && !*ret; i++) {
        if (!(who->memberships[i].roles & JUDGES))
            continue;
        OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM emergency_site WHERE access_id = ?1 AND organisation_id = ?2");
        db_bind_int(q, 1, id);
        db_bind_int(q, 2, who->memberships[i].organisation_id);
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        *ret = step == DB_ROW;
    }
    return true;
}

bool emergency_review(Db *db, const Who *who, int64_t id, Slice verdict, Slice note, int64_t *ret_patient_id, Err *err)
{
    Row  row;
    bool judge = false;
    note       = slice_trim(note);
    if (!row_load(db, id, &row, err) || !may_judge(db, who, id, &judge, err))
        return false;
    if (!judge)
        return err_set(err, ERR_NOT_FOUND, "There is no such emergency access.", "access %" PRId64 ": no site of theirs", id);
    if (row.person_id == who->person_id)
        return err_set(err, ERR_DENIED, "Somebody else judges your own emergency access.", "access %" PRId64, id);
    if (row.reviewed_at_ms)
        return err_set(err, ERR_CONFLICT, "This emergency access has been judged already.", "access %" PRId64, id);
    bool justified = slice_equal_text(verdict, "justified");
    if ((!justified && !slice_equal_text(verdict, "not-justified")) || note.len > EMERGENCY_REASON_MAX || (!justified && !note.len))
        return err_set(err, ERR_INPUT, "Say whether it was justified; if not, write what was found and what follows.", "verdict or note");
    OWNED(DbQuery) *q = db_query(db, "UPDATE emergency_access SET reviewed_at_ms = ?2, reviewed_by = ?3, verdict = ?4, note = ?5 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_int(q, 3, who->person_id);
    db_bind_text(q, 4, verdict);
    db_bind_text(q, 5, note);
    *ret_patient_id = row.patient_id;
    return db_run(q, err);
}

/* ---- showing ---- */

#define COLUMNS                                                                                                                                     \
    "emergency_access.id, emergency_access.person_id, emergency_access.patient_id, emergency_access.code, emergency_access.reason,"                 \
    " emergency_access.opened_at_ms, emergency_access.until_ms, emergency_access.due_at_ms, emergency_access.reviewed_at_ms,"                       \
    " emergency_access.verdict, emergency_access.note, patient.ipp, trim(person.title || ' ' || person.given || ' ' || person.family), trim(judge.given || ' ' || judge.family)" \
    "  FROM emergency_access JOIN patient ON patient.id = emergency_access.patient_id JOIN person ON person.id = emergency_access.person_id"         \
    "  LEFT JOIN person AS judge ON judge.id = emergency_access.reviewed_by"

static json_t *row_json(const DbQuery *q)
{
    return json_pack("{s:I, s:I, s:I, s:o, s:o, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "person_id", (json_int_t)db_int(q, 1), "patient_id",
                     (json_int_t)db_int(q, 2), "code", json_slice(db_slice(q, 3)), "reason", json_slice(db_slice(q, 4)), "opened_at_ms", (json_int_t)db_int(q, 5), "until_ms",
                     (json_int_t)db_int(q, 6), "due_at_ms", (json_int_t)db_int(q, 7), "reviewed_at_ms", db_is_null(q, 8) ? json_null() : json_integer(db_int(q, 8)), "verdict",
                     db_is_null(q, 9) ? json_null() : json_slice(db_slice(q, 9)), "note", db_is_null(q, 10) ? json_null() : json_slice(db_slice(q, 10)), "ipp",
                     json_slice(db_slice(q, 11)), "person", json_slice(db_slice(q, 12)), "reviewer", db_is_null(q, 13) ? json_null() : json_slice(db_slice(q, 13)));
}

/* What one may open now: acts and studies of a patient whose access still runs. */
static bool opened_json(Db *db, const Who *who, json_t *one, Err *err)
{
    int64_t         patient_id = json_integer_value(json_object_get(one, "patient_id"));
    OWNED(json_t) *acts        = json_array();
    OWNED(DbQuery) *q          = db_query(db, "SELECT act.id, act.number, act.modality, act.region, act.asked_at_ms, act.study_uid" OPENED_ACTS " AND " ACT_GRANT_SQL("act.id", "?2", "?3")
                                                   " ORDER BY act.asked_at_ms DESC LIMIT ?4");
    DbStep step;
    db_bind_int(q, 1, patient_id);
    db_bind_int(q, 2, who->person_id);
    db_bind_int(q, 3, clock_now_s());
    db_bind_int(q, 4, SHOWN);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(acts, json_pack("{s:I, s:o, s:o, s:o, s:I, s:o}", "id", (json_int_t)db_int(q, 0), "number", json_slice(db_slice(q, 1)), "modality", json_slice(db_slice(q, 2)), "region",
                                  json_slice(db_slice(q, 3)), "asked_at_ms", (json_int_t)db_int(q, 4), "study_uid", db_is_null(q, 5) ? json_null() : json_slice(db_slice(q, 5))));
    return step != DB_FAILED && json_put(one, "acts", GIVE(acts));
}

static bool mine_json(Db *db, const Who *who, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " WHERE emergency_access.person_id = ?1 ORDER BY emergency_access.id DESC LIMIT ?2");
    DbStep  step;
    size_t  i;
    json_t *one;
    db_bind_int(q, 1, who->person_id);
    db_bind_int(q, 2, SHOWN);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, row_json(q));
    if (step == DB_FAILED)
        return false;
    json_array_foreach(list, i, one)
        if (json_integer_value(json_object_get(one, "until_ms")) > clock_now_ms() && !opened_json(db, who, one, err))
            return false;
    return true;
}

/* Those of one organisation, what waits first; one that is there already, or one's own, is left out. */
static bool review_json(Db *db, const Who *who, int64_t organisation_id, json_t *there, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " COLUMNS " JOIN emergency_site ON emergency_site.access_id = emergency_access.id"
                                     " WHERE emergency_site.organisation_id = ?1 AND emergency_access.person_id <> ?2"
                                     " ORDER BY emergency_access.reviewed_at_ms IS NOT NULL, emergency_access.id DESC LIMIT ?3");
    DbStep step;
    char   key[24];
    db_bind_int(q, 1, organisation_id);
    db_bind_int(q, 2, who->person_id);
    db_bind_int(q, 3, SHOWN);
    while ((step = db_next(q, err)) == DB_ROW) {
        (void)snprintf(key, sizeof key, "%" PRId64, db_int(q, 0));
        if (!json_object_get(there, key) && json_put(there, key, json_true()))
            json_push(list, row_json(q));
    }
    return step != DB_FAILED;
}

bool emergency_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    OWNED(json_t) *mine = json_array(), *review = json_array(), *there = json_object();
    if (!mine_json(db, who, mine, err))
        return false;
    for (size_t i = 0; i < who->membership_count; i++)
        if ((who->memberships[i].roles & JUDGES) && !review_json(db, who, who->memberships[i].organisation_id, there, review, err))
            return false;
    *ret = json_pack("{s:O, s:O, s:I}", "mine", mine, "review", review, "now_ms", (json_int_t)clock_now_ms());
    return *ret || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "emergency access");
}

bool emergency_waiting(Db *db, const Who *who, int64_t *ret_count, int64_t *ret_due_ms, Err *err)
{
    OWNED(json_t) *list = json_array(), *there = json_object();
    const json_t *one;
    size_t        i;
    *ret_count = *ret_due_ms = 0;
    for (size_t m = 0; m < who->membership_count; m++)
        if ((who->memberships[m].roles & JUDGES) && !review_json(db, who, who->memberships[m].organisation_id, there, list, err))
            return false;
    json_array_foreach (list, i, one)
        if (json_is_null(json_object_get(one, "reviewed_at_ms"))) {
            int64_t due = json_integer_value(json_object_get(one, "due_at_ms"));
            ++*ret_count;
            *ret_due_ms = !*ret_due_ms || due < *ret_due_ms ? due : *ret_due_ms;
        }
    return true;
}
