/*
 * From a national identifier to a person of ours: the one question of Pro Santé Connect and of cards. X1, X2.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <inttypes.h>

#include "guard/access/access_internal.h"
#include "guard/access/people.h"

static bool habilitated(Db *db, int64_t person_id, Err *err)
{
    Membership all[WHO_MEMBERSHIPS_MAX];
    size_t     count = 0;
    unsigned   roles = 0;
    if (!memberships_load(db, person_id, all, &count, err))
        return false;
    for (size_t i = 0; i < count; i++)
        roles |= all[i].roles;
    return (roles & ~(unsigned)ROLE_PATIENT) != 0 ||
           err_set(err, ERR_SIGN_IN, "Your account has no role in any organisation: ask the administrator of your organisation to give you one.", "person %" PRId64 " without role", person_id);
}

bool professional_by_rpps(Db *db, const char *rpps, int64_t *ret_person_id, char ret_login[64], Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT person.id, person.login, person.active, person.is_holder"
                                     "  FROM person"
                                     " WHERE person.rpps = ?1 AND person.rpps <> ''");
    db_bind_cstr(q, 1, rpps);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_END || db_int(q, 3))
        return err_set(err, ERR_SIGN_IN, "No account of this platform has your RPPS number: ask the administrator of your organisation to open one or to complete yours.", "unknown RPPS");
    *ret_person_id = db_int(q, 0);
    db_text(q, 1, ret_login, 64);
    if (!db_int(q, 2))
        return err_set(err, ERR_SIGN_IN, "Your account is switched off: ask the administrator of your organisation to switch it on again.", "person %" PRId64 " is switched off", *ret_person_id);
    return habilitated(db, *ret_person_id, err);
}
