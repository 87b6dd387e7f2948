/*
 * The terms of retention as this platform has set them: every version stays.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/retention.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

bool retention_terms_load(Db *db, RetentionTerms *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, keep_years, until_age, after_death_years, grace_days"
                                     "  FROM retention_terms ORDER BY id DESC LIMIT 1");
    DbStep step       = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.", "no terms");
    *ret = (RetentionTerms) { db_int(q, 0), db_int(q, 1), db_int(q, 2), db_int(q, 3), db_int(q, 4) };
    return step == DB_ROW;
}

static bool lawful(const RetentionTerms *t)
{
    return t->keep_years >= LEGAL_KEEP_YEARS && t->keep_years <= TERM_YEARS_MAX &&
           t->until_age >= LEGAL_UNTIL_AGE && t->until_age <= TERM_YEARS_MAX &&
           t->after_death_years >= LEGAL_AFTER_DEATH_YEARS && t->after_death_years <= TERM_YEARS_MAX &&
           t->grace_days >= GRACE_DAYS_MIN && t->grace_days <= GRACE_DAYS_MAX;
}

bool retention_terms_set(Db *db, const RetentionTerms *t, Slice reason, const PatientBy *by, Err *err)
{
    char detail[128];
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "terms");
    if (!lawful(t))
        return err_set(err, ERR_INPUT,
                       "The law asks for at least 20 years, the 28th birthday and 10 years after death; a "
                       "deletion can be taken back for at least 7 days.",
                       "terms");
    {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO retention_terms (keep_years, until_age, after_death_years, "
                                         "grace_days, at_ms, person_id, actor, reason)"
                                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
        db_bind_int(q, 1, t->keep_years);
        db_bind_int(q, 2, t->until_age);
        db_bind_int(q, 3, t->after_death_years);
        db_bind_int(q, 4, t->grace_days);
        db_bind_int(q, 5, clock_now_ms());
        db_bind_int(q, 6, by->person_id);
        db_bind_cstr(q, 7, by->actor);
        db_bind_text(q, 8, slice_trim(reason));
        if (!db_run(q, err))
            return false;
    }
    (void)snprintf(detail, sizeof detail, "retention: %lld years, until %lld, %lld after death, %lld days of grace",
                   (long long)t->keep_years, (long long)t->until_age, (long long)t->after_death_years,
                   (long long)t->grace_days);
    return audit_add(db,
                     &(AuditLine) { .event     = AUDIT_CHANGE,
                                    .outcome   = AUDIT_OK,
                                    .person_id = by->person_id,
                                    .actor     = by->actor,
                                    .factors   = by->factors,
                                    .origin    = by->origin,
                                    .what      = by->what,
                                    .object    = "retention",
                                    .detail    = detail },
                     err);
}

bool retention_terms_json(Db *db, json_t **ret, Err *err)
{
    OWNED(json_t) *versions = json_array();
    OWNED(DbQuery) *q       = db_query(db, "SELECT id, keep_years, until_age, after_death_years, grace_days, at_ms, "
                                                 "actor, reason FROM retention_terms ORDER BY id DESC LIMIT 100");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(versions,
                  json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:o}", "version", (json_int_t)db_int(q, 0),
                            "keep_years", (json_int_t)db_int(q, 1), "until_age", (json_int_t)db_int(q, 2),
                            "after_death_years", (json_int_t)db_int(q, 3), "grace_days", (json_int_t)db_int(q, 4),
                            "at_ms", (json_int_t)db_int(q, 5), "actor", json_slice(db_slice(q, 6)), "reason",
                            json_slice(db_slice(q, 7))));
    if (step == DB_FAILED)
        return false;
    json_t *terms = json_deep_copy(json_array_get(versions, 0)); /* those in force */
    json_put(terms, "legal",
             json_pack("{s:i, s:i, s:i, s:i}", "keep_years", LEGAL_KEEP_YEARS, "until_age", LEGAL_UNTIL_AGE,
                       "after_death_years", LEGAL_AFTER_DEATH_YEARS, "grace_days", GRACE_DAYS_MIN));
    json_put(terms, "versions", json_incref(versions));
    *ret = terms;
    return terms || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "terms");
}
