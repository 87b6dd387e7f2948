/*
 * Partners of a convention, and an act found by its number.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/partners.h"

#include "clinic/workflow/act_json.h"
#include "platform/clock.h"

bool convention_partner(Db *db, int64_t person_id, int64_t organisation_id, bool *ret, Err *err)
{
    char today[CLOCK_ISO_SIZE];
    clock_iso(clock_now_ms(), today);
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM convention"
                                     "  JOIN convention_party AS theirs ON theirs.convention_id = convention.id AND theirs.organisation_id = ?2"
                                     "  JOIN convention_party AS ours ON ours.convention_id = convention.id AND ours.part = 'imaging'"
                                     "  JOIN membership ON membership.organisation_id = ours.organisation_id AND membership.person_id = ?1"
                                     "                 AND (membership.roles & ?4) <> 0"
                                     " WHERE convention.valid_from <= ?3 AND convention.valid_until >= ?3"
                                     "   AND NOT EXISTS (SELECT 1 FROM convention_party AS open"
                                     "                    WHERE open.convention_id = convention.id AND open.signed_at_ms IS NULL)"
                                     " LIMIT 1");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, organisation_id);
    db_bind_text(q, 3, slice_part(slice_of(today), 0, 10));
    db_bind_int(q, 4, ROLE_IMAGER);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

bool act_by_number(Db *db, const Who *who, Slice number, int64_t *ret_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM act WHERE number = ?1");
    db_bind_text(q, 1, slice_trim(number));
    DbStep  step    = db_next(q, err);
    int64_t patient = 0;
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW && act_patient(db, who, db_int(q, 0), &patient, NULL)) {
        *ret_id = db_int(q, 0);
        return true;
    }
    return err_set(err, ERR_NOT_FOUND, "No act that you may see has this number.", "a case of a meeting");
}
