/*
 * What an exam says before its images may go.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/deletion_rules.h"

#include <time.h>

bool deletion_allowed(Db *db, Slice study_uid, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT act.number FROM study JOIN act ON act.id = study.act_id"
                                     " WHERE study.uid = ?1"
                                     "   AND act.state NOT IN ('acknowledged', 'refused', 'cancelled', "
                                     "'not-done', 'closed')");
    db_bind_text(q, 1, study_uid);
    DbStep step = db_next(q, err);
    return step == DB_END || (step == DB_ROW && err_set(err, ERR_CONFLICT,
                                                        "The exam of these images is under way or its report "
                                                        "is awaited: nothing of it is deleted.",
                                                        "act"));
}

/* Exams that are over keep the number under which they were done: those of numbers that were merged into this one count.
 * What was only asked for, refused or not done is no care; what was signed or acknowledged later prolongs nothing but
 * by the day of the signature. */
bool act_last_care(Db *db, int64_t patient_id, int64_t site_id, int32_t *ret_day, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "WITH RECURSIVE same (id) AS"
                                     "  (SELECT CAST(?1 AS INTEGER)"
                                     "    UNION"
                                     "   SELECT patient_merge.from_patient"
                                     "     FROM same JOIN patient_merge ON patient_merge.into_patient = same.id"
                                     "    WHERE patient_merge.undone_at_ms IS NULL)"
                                     "SELECT MAX(act_event.at_ms)"
                                     "  FROM same"
                                     "  JOIN act ON act.patient_id = same.id"
                                     "  JOIN act_event ON act_event.act_id = act.id"
                                     " WHERE (?2 = 0 OR act.site_id = ?2)"
                                     "   AND act.state NOT IN ('draft', 'refused', 'cancelled', 'not-done')"
                                     "   AND act_event.to_state IN ('running', 'released', 'left', 'signed')");
    db_bind_int(q, 1, patient_id);
    db_bind_int(q, 2, site_id);
    *ret_day    = 0;
    DbStep step = db_next(q, err);
    if (step == DB_ROW && !db_is_null(q, 0)) {
        time_t    at = (time_t)(db_int(q, 0) / 1000);
        struct tm day;
        gmtime_r(&at, &day);
        *ret_day = (day.tm_year + 1900) * 10000 + (day.tm_mon + 1) * 100 + day.tm_mday;
    }
    return step != DB_FAILED;
}
