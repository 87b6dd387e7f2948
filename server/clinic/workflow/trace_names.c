/*
 * Patients and acts of the trace under the names people know.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/trace_names.h"

#include "formats/json/json_util.h"
#include "guard/access/directory.h"

#define IPP_OF    "SELECT ipp FROM patient WHERE id = ?1"
#define NUMBER_OF "SELECT number FROM act WHERE id = ?1"

static bool id_of(DbQuery *q, Slice typed, const char *none, int64_t *ret, Err *err)
{
    db_bind_text(q, 1, typed);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        *ret = db_int(q, 0);
    return step == DB_ROW || (step == DB_END && err_set(err, ERR_NOT_FOUND, none, "trace"));
}

bool trace_about(Db *db, Slice ipp, Slice number, int64_t *ret_patient_id, int64_t *ret_act_id, Err *err)
{
    OWNED(DbQuery) *patient = db_query(db, "SELECT id FROM patient WHERE ipp = ?1");
    OWNED(DbQuery) *act     = db_query(db, "SELECT id FROM act WHERE number = ?1");
    return (!ipp.len || id_of(patient, ipp, "No patient has this identifier.", ret_patient_id, err)) &&
           (!number.len || id_of(act, number, "No act has this number.", ret_act_id, err));
}

/* The text that 'sql' finds for the id under 'key', put under 'name'. */
static bool named(Db *db, json_t *line, const char *key, const char *name, const char *sql, Err *err)
{
    int64_t id = json_integer_value(json_object_get(line, key));
    if (!id)
        return json_put(line, name, json_null());
    OWNED(DbQuery) *q = db_query(db, sql);
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    return step != DB_FAILED && json_put(line, name, step == DB_ROW ? json_slice(db_slice(q, 0)) : json_null());
}

bool trace_named(Db *db, json_t *lines, Err *err)
{
    size_t  i;
    json_t *line;
    json_array_foreach(lines, i, line) {
        if (!named(db, line, "patient_id", "ipp", IPP_OF, err) || !named(db, line, "act_id", "act_number", NUMBER_OF, err))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "names of the trace");
    }
    return true;
}

bool trace_told(Db *db, json_t *lines, Err *err)
{
    size_t  i;
    json_t *line;
    if (!trace_named(db, lines, err) || !logins_named(db, lines, err))
        return false;
    json_array_foreach(lines, i, line) {
        if (!named(db, line, "person_id", "actor_rpps", "SELECT rpps FROM person WHERE id = ?1", err))
            return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "names of the trace");
    }
    return true;
}
