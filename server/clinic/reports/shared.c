/*
 * Own or shared: the permission and the names.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/reports/shared.h"

#include "base/own.h"
#include "formats/json/json_util.h"
#include "guard/access/people.h"

bool shared_may(const Who *who, int64_t organisation_id, unsigned what)
{
    return (permissions_of_roles(who_roles_in(who, organisation_id)) & what) != 0;
}

json_t *shared_person_name(Db *db, int64_t person_id)
{
    char name[160];
    Err  gone = { 0 };
    return person_name_load(db, person_id, name, sizeof name, &gone) ? json_string(name) : json_null();
}

bool shared_organisation_put(Db *db, int64_t organisation_id, json_t *into, const char *key, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT name FROM organisation WHERE id = ?1");
    db_bind_int(q, 1, organisation_id);
    DbStep step = db_next(q, err);
    return step != DB_FAILED && json_put(into, key, step == DB_ROW ? json_slice(db_slice(q, 0)) : json_null());
}

bool shared_where_push(Db *db, const Who *who, int64_t organisation_id, json_t *list, Err *err)
{
    if (!shared_may(who, organisation_id, MAY_SHARE_AIDS))
        return true;
    OWNED(json_t) *one = json_pack("{s:I}", "id", (json_int_t)organisation_id);
    return one && shared_organisation_put(db, organisation_id, one, "name", err) && json_push(list, json_incref(one));
}
