/*
 * What an exam says before its images may go.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/deletion_rules.h"

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
