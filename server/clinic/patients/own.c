/*
 * The records of one patient, merged ones included.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/patients/own.h"

#include <inttypes.h>

bool patient_same(Db *db, int64_t patient_id, int64_t ret[SAME_PATIENT_MAX], size_t *ret_count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT patient.id FROM patient WHERE patient.id IN " SAME_PATIENT_SQL("SELECT ?1"));
    DbStep step;
    size_t count = 0;
    db_bind_int(q, 1, patient_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        if (count == SAME_PATIENT_MAX)
            return err_set(err, ERR_LIMIT, "A list is too long.", "records merged with %" PRId64, patient_id);
        ret[count++] = db_int(q, 0);
    }
    *ret_count = count;
    return step != DB_FAILED;
}

bool patient_survivor(Db *db, int64_t patient_id, Patient *ret, Err *err)
{
    int64_t same[SAME_PATIENT_MAX];
    size_t  count = 0;
    if (!patient_same(db, patient_id, same, &count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        OWNED(DbQuery) *q = db_query(db, "SELECT patient.merged_into IS NULL FROM patient WHERE patient.id = ?1");
        db_bind_int(q, 1, same[i]);
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_ROW && db_int(q, 0))
            return patient_load(db, same[i], ret, err);
    }
    return err_set(err, ERR_NOT_FOUND, "No such patient.", "patient %" PRId64, patient_id);
}
