/*
 * What is due, proposed, looked through, approved.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/retention.h"

#include <stdio.h>
#include <time.h>

#include "clinic/archive/archive_internal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

/* ---- the rule ---- */

static int32_t years_later(int32_t day, int32_t years)
{
    int32_t later = day + years * 10000, year = later / 10000;
    bool    leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return later % 10000 == 229 && !leap ? later - 1 : later;
}

int32_t retention_due(const RetentionTerms *terms, int32_t last, int32_t birth, int32_t died,
                      RetentionRule *ret_rule)
{
    int32_t due = years_later(last, (int32_t)terms->keep_years);
    *ret_rule   = RETENTION_YEARS;
    if (birth && years_later(birth, (int32_t)terms->until_age) > due) {
        due       = years_later(birth, (int32_t)terms->until_age);
        *ret_rule = RETENTION_MINOR;
    }
    if (died && died < years_later(last, LEGAL_AFTER_DEATH_YEARS)) { /* "within ten years": the law's own ten */
        due       = years_later(died, (int32_t)terms->after_death_years);
        *ret_rule = RETENTION_DEATH;
    }
    return due;
}

static const char *const RULES[] = { "years", "minor", "death" };

/* YYYYMMDD or YYYY-MM-DD; 0 when it is neither. */
static int32_t day_of(Slice text)
{
    char    digits[9] = "";
    size_t  n         = 0;
    int64_t day       = 0;
    for (size_t i = 0; i < text.len && n < 8; i++)
        if (text.at[i] != '-')
            digits[n++] = text.at[i];
    return n == 8 && slice_int(slice_of(digits), &day) && day > 10000101 ? (int32_t)day : 0;
}

static int32_t today(void)
{
    time_t    now = (time_t)clock_now_s();
    struct tm day;
    gmtime_r(&now, &day);
    return (day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday;
}

static void day_text(int32_t day, char ret[9])
{
    (void)snprintf(ret, 9, "%08d", (int)(day % 100000000));
}

/* ---- a proposal ---- */

static bool trace(Db *db, const PatientBy *by, AuditEvent event, int64_t patient_id, const char *object,
                  const char *detail, Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event      = event,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = by->person_id,
                                    .patient_id = patient_id,
                                    .actor      = by->actor,
                                    .factors    = by->factors,
                                    .origin     = by->origin,
                                    .what       = by->what,
                                    .object     = object,
                                    .detail     = detail },
                     err);
}

static bool proposal_insert(Db *db, int32_t as_of, int64_t terms_id, const PatientBy *by, int64_t *ret_id,
                            Err *err)
{
    char day[9];
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO purge_proposal (as_of, at_ms, person_id, actor, state, "
                                     "terms_id)"
                                     " VALUES (?1, ?2, ?3, ?4, 'proposed', ?5)");
    day_text(as_of, day);
    db_bind_cstr(q, 1, day);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_int(q, 3, by->person_id);
    db_bind_cstr(q, 4, by->actor);
    db_bind_int(q, 5, terms_id);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

/* By which terms, and who is asked about acts. */
typedef struct Judge {
    RetentionTerms   terms;
    const PurgeAsks *asks;
    int32_t          as_of;
} Judge;

typedef struct Due {
    int64_t       patient_id, site_id;
    int32_t       last, due;
    RetentionRule rule;
} Due;

static bool items_insert(Db *db, int64_t proposal_id, const Due *due, int64_t *count, Err *err)
{
    char last[9], day[9];
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO purge_item (proposal_id, study_uid, patient_id, site_id, "
                                     "study_date, modalities, instances, "
                                     "                        bytes, last_on, due_on, rule)"
                                     " SELECT ?1, uid, patient_id, COALESCE(site_id, 0), study_date, "
                                     "modalities, instance_count, bytes, ?4, ?5, "
                                     "?6"
                                     "   FROM study WHERE patient_id = ?2 AND COALESCE(site_id, 0) = ?3");
    day_text(due->last, last);
    day_text(due->due, day);
    db_bind_int(q, 1, proposal_id);
    db_bind_int(q, 2, due->patient_id);
    db_bind_int(q, 3, due->site_id);
    db_bind_cstr(q, 4, last);
    db_bind_cstr(q, 5, day);
    db_bind_cstr(q, 6, RULES[due->rule]);
    if (!db_run(q, err))
        return false;
    *count += db_changes(q);
    return true;
}

/* Patients whose last exam at a site is old enough that any rule could let it go. A study without a date
 * counts as of the day it came in. */
#define CANDIDATES                                                                                           \
    "SELECT study.patient_id, COALESCE(study.site_id, 0), MAX(study.study_date), patient.birth_date, "       \
    "patient.died_on,"                                                                                       \
    "       MAX(study.first_at_ms), MIN(LENGTH(study.study_date))"                                           \
    "  FROM study JOIN patient ON patient.id = study.patient_id"                                             \
    " WHERE NOT EXISTS (SELECT 1 FROM retention_hold WHERE retention_hold.patient_id = study.patient_id "    \
    "AND "                                                                                                   \
    "retention_hold.ended_at_ms IS NULL)"                                                                    \
    " GROUP BY study.patient_id, COALESCE(study.site_id, 0), patient.birth_date, patient.died_on"            \
    " HAVING MAX(study.study_date) <= ?1"                                                                    \
    " ORDER BY 3"

static int32_t day_of_ms(int64_t ms)
{
    time_t    at = (time_t)(ms / 1000);
    struct tm day;
    gmtime_r(&at, &day);
    return (day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday;
}

static bool due_of_row(Db *db, const DbQuery *q, const Judge *j, Due *ret, Err *err)
{
    int32_t came = day_of_ms(db_int(q, 5)), care = 0;
    *ret         = (Due) { .patient_id = db_int(q, 0), .site_id = db_int(q, 1), .last = day_of(db_slice(q, 2)) };
    if (!ret->last || (db_int(q, 6) == 0 && came > ret->last))
        ret->last = came;
    int32_t birth = day_of(db_slice(q, 3)), died = day_of(db_slice(q, 4));
    if (!j->asks->last_care(db, ret->patient_id, ret->site_id, &care, err))
        return false;
    if (care > ret->last)
        ret->last = care;
    ret->due = retention_due(&j->terms, ret->last, birth, died, &ret->rule);
    return true;
}

static bool items_all(Db *db, int64_t proposal_id, const Judge *j, int64_t *count, Err *err)
{
    char latest[9];
    Due  d;
    OWNED(DbQuery) *q = db_query(db, CANDIDATES);
    DbStep step;
    day_text(years_later(j->as_of, -LEGAL_AFTER_DEATH_YEARS), latest);
    db_bind_cstr(q, 1, latest);
    while ((step = db_next(q, err)) == DB_ROW && *count < PURGE_ITEMS_MAX)
        if (!due_of_row(db, q, j, &d, err) ||
            (d.due <= j->as_of && !items_insert(db, proposal_id, &d, count, err)))
            return false;
    return step != DB_FAILED;
}

bool purge_propose(Db *db, int32_t as_of, const PurgeAsks *asks, const PatientBy *by, int64_t *ret_id,
                   Err *err)
{
    int64_t count = 0;
    char    detail[64];
    int32_t now = today();
    Judge   j   = { .asks = asks, .as_of = as_of ? as_of : now };
    if (as_of > now)
        return err_set(err, ERR_INPUT, "The day is still to come.", "%d", (int)as_of);
    if (!retention_terms_load(db, &j.terms, err) ||
        !proposal_insert(db, j.as_of, j.terms.version, by, ret_id, err) ||
        !items_all(db, *ret_id, &j, &count, err))
        return false;
    if (!count)
        return err_set(err, ERR_CONFLICT, "Nothing has to be purged on this day.", "nothing due");
    (void)snprintf(detail, sizeof detail, "purge proposed: %lld studies", (long long)count);
    return trace(db, by, AUDIT_CHANGE, 0, "purge", detail, err);
}

/* ---- decided ---- */

static bool proposal_open(Db *db, int64_t id, int64_t *ret_person, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person_id, state FROM purge_proposal WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such purge.", "%lld", (long long)id);
    *ret_person = db_int(q, 0);
    return slice_equal_text(db_slice(q, 1), "proposed") ||
           err_set(err, ERR_CONFLICT, "This purge was decided already.", "%lld", (long long)id);
}

bool purge_keep_out(Db *db, int64_t proposal_id, int64_t item_id, Slice reason, const PatientBy *by, Err *err)
{
    int64_t person;
    if (!proposal_open(db, proposal_id, &person, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE purge_item SET kept_reason = ?3 WHERE id = ?2 AND proposal_id = "
                                     "?1");
    db_bind_int(q, 1, proposal_id);
    db_bind_int(q, 2, item_id);
    db_bind_text(q, 3, slice_trim(reason));
    if (!db_run(q, err))
        return false;
    if (!db_changes(q))
        return err_set(err, ERR_NOT_FOUND, "No such study.", "item %lld", (long long)item_id);
    return trace(db, by, AUDIT_CHANGE, 0, "purge",
                 reason.len ? "a study is kept out of the purge" : "a study is in the purge again", err);
}

static bool decide(Db *db, int64_t id, const char *state, Slice reason, const PatientBy *by, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE purge_proposal SET state = ?2, decided_at_ms = ?3, decided_by = "
                                     "?4, "
                                     "decided_reason = ?5 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_cstr(q, 2, state);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_cstr(q, 4, by->actor);
    db_bind_text(q, 5, slice_trim(reason));
    return db_run(q, err) && trace(db, by, AUDIT_DELETE, 0, "purge", state, err);
}

/* Since it was proposed an exam may have come, or a hold. */
static bool still_due(Db *db, const char *study_uid, const Judge *j, bool *ret, Err *err)
{
    Due d;
    OWNED(DbQuery) *q =
        db_query(db, "SELECT mine.patient_id, COALESCE(mine.site_id, 0), MAX(study.study_date), "
                     "patient.birth_date,"
                     "       patient.died_on, MAX(study.first_at_ms), MIN(LENGTH(study.study_date))"
                     "  FROM study AS mine"
                     "  JOIN study ON study.patient_id = mine.patient_id AND COALESCE(study.site_id, 0) = "
                     "COALESCE(mine.site_id, 0)"
                     "  JOIN patient ON patient.id = mine.patient_id"
                     " WHERE mine.uid = ?1"
                     "   AND NOT EXISTS (SELECT 1 FROM retention_hold WHERE retention_hold.patient_id = "
                     "mine.patient_id AND retention_hold.ended_at_ms IS NULL)"
                     " GROUP BY mine.patient_id, mine.site_id, patient.birth_date, patient.died_on");
    db_bind_cstr(q, 1, study_uid);
    DbStep step = db_next(q, err);
    *ret        = false;
    if (step != DB_ROW)
        return step == DB_END;
    if (!due_of_row(db, q, j, &d, err))
        return false;
    *ret = d.due <= j->as_of;
    return true;
}

static bool next_item(Db *db, int64_t proposal_id, int64_t after, int64_t *ret_id, char ret_uid[65],
                      int32_t *ret_as_of, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT purge_item.id, purge_item.study_uid, purge_proposal.as_of"
                                     "  FROM purge_item JOIN purge_proposal ON purge_proposal.id = "
                                     "purge_item.proposal_id"
                                     " WHERE proposal_id = ?1 AND kept_reason = '' AND purge_item.id > ?2"
                                     " ORDER BY purge_item.id LIMIT 1");
    db_bind_int(q, 1, proposal_id);
    db_bind_int(q, 2, after);
    DbStep step = db_next(q, err);
    *ret_id     = step == DB_ROW ? db_int(q, 0) : 0;
    if (step == DB_ROW) {
        db_text(q, 1, ret_uid, 65);
        *ret_as_of = day_of(db_slice(q, 2));
    }
    return step != DB_FAILED;
}

static bool item_kept(Db *db, int64_t id, const char *why, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE purge_item SET kept_reason = ?2 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_cstr(q, 2, why);
    return db_run(q, err);
}

bool purge_approve(Db *db, int64_t proposal_id, Slice reason, const PurgeAsks *asks, const PatientBy *by,
                   int64_t *ret_hidden, Err *err)
{
    int64_t proposer = 0, item = 0;
    char    uid[65];
    Judge   j   = { .asks = asks };
    *ret_hidden = 0;
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "approval");
    if (!proposal_open(db, proposal_id, &proposer, err))
        return false;
    if (proposer == by->person_id)
        return err_set(err, ERR_DENIED, "Another person than who proposed the purge must approve it.", "%lld",
                       (long long)proposal_id);
    if (!retention_terms_load(db, &j.terms, err))
        return false;
    while (next_item(db, proposal_id, item, &item, uid, &j.as_of, err)) {
        int64_t       deletion = 0;
        bool          due      = false;
        Err           why      = { 0 };
        DeletionAsked asked    = { .study_uid = slice_of(uid), .reason = reason, .proposal_id = proposal_id };
        if (!item)
            return decide(db, proposal_id, "approved", reason, by, err);
        if (!still_due(db, uid, &j, &due, err))
            return false;
        if (due && asks->allowed(db, slice_of(uid), &why) && deletion_begin(db, &asked, by, &deletion, &why)) {
            (*ret_hidden)++;
            continue;
        }
        if (why.kind && why.kind != ERR_CONFLICT && why.kind != ERR_NOT_FOUND)
            return err_set(err, why.kind, why.shown, "%s", why.detail);
        if (!item_kept(db, item, due ? why.shown : "no longer due", err))
            return false;
    }
    return false;
}

bool purge_withdraw(Db *db, int64_t proposal_id, Slice reason, const PatientBy *by, Err *err)
{
    int64_t person;
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "withdrawal");
    return proposal_open(db, proposal_id, &person, err) &&
           decide(db, proposal_id, "withdrawn", reason, by, err);
}

/* ---- holds, deaths ---- */

bool hold_add(Db *db, int64_t patient_id, Slice reason, const PatientBy *by, int64_t *ret_id, Err *err)
{
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "hold");
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO retention_hold (patient_id, at_ms, actor, reason) VALUES "
                                     "(?1, ?2, ?3, ?4)");
    db_bind_int(q, 1, patient_id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_cstr(q, 3, by->actor);
    db_bind_text(q, 4, slice_trim(reason));
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return trace(db, by, AUDIT_CHANGE, patient_id, "retention", "hold", err);
}

bool hold_end(Db *db, int64_t id, const PatientBy *by, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE retention_hold SET ended_at_ms = ?2, ended_by = ?3 WHERE id = "
                                     "?1 AND ended_at_ms IS NULL");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_cstr(q, 3, by->actor);
    if (!db_run(q, err))
        return false;
    return db_changes(q) ? trace(db, by, AUDIT_CHANGE, 0, "retention", "hold ended", err)
                         : err_set(err, ERR_NOT_FOUND, "No such hold.", "%lld", (long long)id);
}

/* Those of a merge say so by how their reason begins. */
static void merge_mark(int64_t merge_id, char ret[40])
{
    (void)snprintf(ret, 40, "fusion %lld : ", (long long)merge_id);
}

bool holds_follow(Db *db, int64_t from, int64_t into, int64_t merge_id, const PatientBy *by, Err *err)
{
    char mark[40];
    merge_mark(merge_id, mark);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO retention_hold (patient_id, at_ms, actor, reason)"
                                     " SELECT ?2, ?3, ?4, ?5 || reason FROM retention_hold"
                                     "  WHERE patient_id = ?1 AND ended_at_ms IS NULL");
    db_bind_int(q, 1, from);
    db_bind_int(q, 2, into);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_cstr(q, 4, by->actor);
    db_bind_cstr(q, 5, mark);
    return db_run(q, err) &&
           (!db_changes(q) || trace(db, by, AUDIT_CHANGE, into, "retention", "hold of a merged patient", err));
}

bool holds_part(Db *db, int64_t into, int64_t merge_id, const PatientBy *by, Err *err)
{
    char mark[40];
    merge_mark(merge_id, mark);
    OWNED(DbQuery) *q = db_query(db, "UPDATE retention_hold SET ended_at_ms = ?3, ended_by = ?4"
                                     " WHERE patient_id = ?1 AND ended_at_ms IS NULL"
                                     "   AND substr(reason, 1, length(?2)) = ?2");
    db_bind_int(q, 1, into);
    db_bind_cstr(q, 2, mark);
    db_bind_int(q, 3, clock_now_ms());
    db_bind_cstr(q, 4, by->actor);
    return db_run(q, err) &&
           (!db_changes(q) || trace(db, by, AUDIT_CHANGE, into, "retention", "hold of a merge ended", err));
}

bool patient_died(Db *db, int64_t patient_id, Slice died_on, const PatientBy *by, Err *err)
{
    int32_t day = day_of(died_on);
    if (died_on.len && (died_on.len != 10 || !day || day > today()))
        return err_set(err, ERR_INPUT, "The day is malformed or still to come.", "death");
    OWNED(DbQuery) *q = db_query(db, "UPDATE patient SET died_on = ?2, version = version + 1 WHERE id = ?1");
    db_bind_int(q, 1, patient_id);
    db_bind_text(q, 2, died_on);
    return db_run(q, err) && trace(db, by, AUDIT_CHANGE, patient_id, "retention",
                                   died_on.len ? "death noted" : "death taken back", err);
}
