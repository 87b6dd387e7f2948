/*
 * One patient out of two, and two again.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/merge.h"

#include <stdio.h>

#include "clinic/archive/retention.h"
#include "clinic/workflow/identity.h"
#include "clinic/workflow/report_marks.h"
#include "platform/clock.h"

enum { STUDIES_MAX = 2000 };

static bool no_open_act(Db *db, int64_t patient_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT number FROM act"
                                     " WHERE patient_id = ?1"
                                     "   AND state NOT IN ('acknowledged', 'refused', 'cancelled', "
                                     "'not-done', 'closed')");
    db_bind_int(q, 1, patient_id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    char number[64];
    db_text(q, 0, number, sizeof number);
    return err_set(err, ERR_CONFLICT,
                   "An exam of the patient who would go is under way: end or cancel it first, or merge the "
                   "other way round.",
                   "%s", number);
}

static bool studies_of(Db *db, int64_t patient_id, int64_t *ret, size_t *ret_count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM study WHERE patient_id = ?1 ORDER BY id");
    DbStep step;
    *ret_count = 0;
    db_bind_int(q, 1, patient_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        if (*ret_count == STUDIES_MAX)
            return err_set(err, ERR_LIMIT, "A list is too long.", "studies of a patient");
        ret[(*ret_count)++] = db_int(q, 0);
    }
    return step != DB_FAILED;
}

/* Who could see the one sees the other, as long and for the same act. */
static bool grants_follow(Db *db, int64_t from, int64_t into, int64_t merge_id, Err *err)
{
    char why[48];
    (void)snprintf(why, sizeof why, "merge %lld", (long long)merge_id);
    OWNED(DbQuery) *q =
        db_query(db, "INSERT INTO access_grant (organisation_id, person_id, patient_id, act_id, opened_at_s, "
                     "                          until_s, why)"
                     " SELECT organisation_id, person_id, ?2, act_id, ?3, until_s, ?4 FROM access_grant"
                     "  WHERE patient_id = ?1 AND (until_s IS NULL OR until_s > ?3)");
    db_bind_int(q, 1, from);
    db_bind_int(q, 2, into);
    db_bind_int(q, 3, clock_now_s());
    db_bind_cstr(q, 4, why);
    return db_run(q, err);
}

static bool grants_end(Db *db, int64_t into, int64_t merge_id, Err *err)
{
    char why[48];
    (void)snprintf(why, sizeof why, "merge %lld", (long long)merge_id);
    OWNED(DbQuery) *q = db_query(db, "UPDATE access_grant SET until_s = ?3 WHERE patient_id = ?1 AND why = "
                                     "?2");
    db_bind_int(q, 1, into);
    db_bind_cstr(q, 2, why);
    db_bind_int(q, 3, clock_now_s());
    return db_run(q, err);
}

static bool was_seen(Slice seen, const char *now, Err *err)
{
    if (slice_equal_text(seen, now))
        return true;
    return seen.len ? err_set(err, ERR_CONFLICT, "One of the two records changed since you compared them: compare them again before you merge.", "%s", now)
                    : err_set(err, ERR_CONFLICT, "Compare the two identities side by side before you merge them.", "%s", now);
}

bool merge_patients(Db *db, const ActHouse *house, int64_t from, int64_t into, bool sure, Slice seen, Slice reason, const PatientBy *by,
                    int64_t *ret_id, Err *err)
{
    size_t           count   = 0;
    OWNED_TEXT char *memory  = calloc(STUDIES_MAX, sizeof(int64_t));
    int64_t         *studies = (int64_t *)(void *)memory;
    Patient          goes, stays;
    char             now[MERGE_SEEN_SIZE];
    if (!studies)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "merge");
    if (!no_open_act(db, from, err) || !patient_load(db, from, &goes, err) || !patient_load(db, into, &stays, err) ||
        !merge_seen(db, &goes, &stays, now, err) || !patient_merge(db, from, into, sure, reason, by, ret_id, err) ||
        !was_seen(seen, now, err) || !grants_follow(db, from, into, *ret_id, err) || !holds_follow(db, from, into, *ret_id, by, err) ||
        !studies_of(db, from, studies, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        int64_t         correction = 0;
        CorrectionAsked asked      = { .kind       = CORRECTION_MOVE,
                                       .study_id   = studies[i],
                                       .patient_id = into,
                                       .merge_id   = *ret_id,
                                       .reason     = reason };
        if (!correction_ask(db, house, &asked, true, by, &correction, err))
            return false;
    }
    return identity_acts_merge(db, house, &goes, &stays, *ret_id, err);
}

bool unmerge_patients(Db *db, const ActHouse *house, int64_t merge_id, Slice reason, const PatientBy *by, Err *err)
{
    size_t           count  = 0;
    PatientMerge     merge  = { 0 };
    OWNED_TEXT char *memory = calloc(STUDIES_MAX, sizeof(int64_t));
    int64_t         *ids    = (int64_t *)(void *)memory;
    if (!ids)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "merge");
    if (!patient_merge_undo(db, merge_id, reason, by, &merge, err) ||
        !grants_end(db, merge.into, merge_id, err) || !holds_part(db, merge.into, merge_id, by, err) ||
        !corrections_of_merge(db, merge_id, ids, STUDIES_MAX, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        if (!correction_ask_undo(db, house, ids[i], reason, by, err))
            return false;
    return identity_acts_part(db, house, merge_id, err);
}
