/*
 * Procedures as the page shows them: what is to be read and signed, and who has.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/staff/staff_procedures.h"
#include "formats/json/json_util.h"
#include "guard/access/directory.h"


/* When this person signed the version; 0: not. */
static bool signed_at(Db *db, int64_t version_id, int64_t person_id, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT at_ms FROM staff_acceptance WHERE version_id = ?1 AND person_id = ?2");
    db_bind_int(q, 1, version_id);
    db_bind_int(q, 2, person_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

static bool counted(Db *db, const StaffProcedure *p, int64_t version_id, json_t *json, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT count(*), count(staff_acceptance.person_id) FROM membership"
                                     "  JOIN person ON person.id = membership.person_id AND person.active = 1"
                                     "  LEFT JOIN staff_acceptance ON staff_acceptance.version_id = ?3"
                                     "   AND staff_acceptance.person_id = membership.person_id"
                                     " WHERE membership.organisation_id = ?1 AND (membership.roles & ?2) <> 0");
    db_bind_int(q, 1, p->organisation_id);
    db_bind_int(q, 2, p->roles);
    db_bind_int(q, 3, version_id);
    if (db_next(q, err) != DB_ROW)
        return false;
    return json_put(json, "of", json_integer(db_int(q, 0))) && json_put(json, "signed", json_integer(db_int(q, 1)));
}

static bool one_json(Db *db, const StaffProcedure *p, int64_t person_id, unsigned roles, bool counts, int64_t today, json_t **ret, Err *err)
{
    ProcedureVersion v    = { 0 };
    Err              none = { 0 };
    int64_t          at   = 0;
    bool             in   = procedure_in_force(db, p->id, today, &v, &none);
    if (!in && none.kind != ERR_CONFLICT)
        return err_set(err, none.kind, none.shown, "%s", none.detail);
    if (in && !signed_at(db, v.id, person_id, &at, err))
        return false;
    OWNED(json_t) *json = json_pack("{s:I, s:I, s:s, s:s, s:s, s:s, s:o, s:b, s:o, s:I, s:s, s:s, s:b, s:o, s:n, s:n}", "id", (json_int_t)p->id,
                                    "organisation_id", (json_int_t)p->organisation_id, "kind", p->kind, "code", p->code, "title", p->title,
                                    "modality", p->modality, "roles", roles_json(p->roles), "active", p->active, "version",
                                    in ? json_integer(v.version) : json_null(), "version_id", (json_int_t)v.id, "in_force_from", v.from, "sha256", v.sha256, "must_sign",
                                    in && p->active && (p->roles & roles) != 0, "signed_at_ms", at ? json_integer(at) : json_null(), "signed",
                                    "of");
    if (!json)
        return err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "procedure as JSON");
    if (in && counts && !counted(db, p, v.id, json, err))
        return false;
    *ret = GIVE(json);
    return true;
}

bool procedures_json(Db *db, int64_t organisation_id, int64_t person_id, unsigned roles, bool counts, int64_t today, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT id FROM staff_procedure WHERE organisation_id = ?1 ORDER BY active DESC, kind, code LIMIT 1000");
    DbStep step;
    db_bind_int(q, 1, organisation_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        StaffProcedure p;
        json_t        *one = NULL;
        if (!procedure_load(db, db_int(q, 0), &p, err) || !one_json(db, &p, person_id, roles, counts, today, &one, err))
            return false;
        json_push(list, one);
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}

static bool versions_json(Db *db, const StaffProcedure *p, json_t *json, Err *err)
{
    json_t *list      = json_array();
    OWNED(DbQuery) *q = db_query(db, "SELECT v.version, v.in_force_from, v.sha256, v.document_id, v.published_at_ms,"
                                     " (SELECT person.given || ' ' || person.family FROM person WHERE person.id = v.published_by), v.text"
                                     "  FROM staff_procedure_version AS v WHERE v.procedure_id = ?1 ORDER BY v.version DESC LIMIT 100");
    DbStep step;
    json_put(json, "versions", list);
    db_bind_int(q, 1, p->id);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:I, s:o, s:o, s:o, s:I, s:o, s:o}", "version", (json_int_t)db_int(q, 0), "in_force_from",
                                  json_slice(db_slice(q, 1)), "sha256", json_slice(db_slice(q, 2)), "document_id",
                                  db_is_null(q, 3) ? json_null() : json_integer(db_int(q, 3)), "published_at_ms", (json_int_t)db_int(q, 4),
                                  "published_by", db_is_null(q, 5) ? json_null() : json_slice(db_slice(q, 5)), "text",
                                  json_slice(db_slice(q, 6))));
    return step == DB_END;
}

static bool names_json(Db *db, const StaffProcedure *p, json_t *json, Err *err)
{
    json_t *list      = json_array();
    OWNED(DbQuery) *q = db_query(db, "SELECT person.id, person.given || ' ' || person.family, v.version, staff_acceptance.at_ms,"
                                     "       staff_acceptance.factors, staff_acceptance.proof"
                                     "  FROM staff_procedure_version AS v"
                                     "  JOIN staff_acceptance ON staff_acceptance.version_id = v.id"
                                     "  JOIN person ON person.id = staff_acceptance.person_id"
                                     " WHERE v.procedure_id = ?1 ORDER BY staff_acceptance.at_ms DESC LIMIT 1000");
    DbStep step;
    json_put(json, "signatures", list);
    db_bind_int(q, 1, p->id);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:I, s:o, s:I, s:I, s:o, s:o}", "person_id", (json_int_t)db_int(q, 0), "name", json_slice(db_slice(q, 1)),
                                  "version", (json_int_t)db_int(q, 2), "at_ms", (json_int_t)db_int(q, 3), "factors",
                                  json_slice(db_slice(q, 4)), "proof", json_slice(db_slice(q, 5))));
    return step == DB_END;
}

bool procedure_json(Db *db, const StaffProcedure *p, int64_t person_id, unsigned roles, bool names, int64_t today, json_t **ret, Err *err)
{
    json_t *made = NULL;
    if (!one_json(db, p, person_id, roles, names, today, &made, err))
        return false;
    OWNED(json_t) *json = made;
    if (!versions_json(db, p, json, err) || (names && !names_json(db, p, json, err)))
        return false;
    *ret = GIVE(json);
    return true;
}

bool procedure_people_json(Db *db, const StaffProcedure *p, int64_t today, json_t **ret, Err *err)
{
    ProcedureVersion v    = { 0 };
    Err              none = { 0 };
    if (!procedure_in_force(db, p->id, today, &v, &none) && none.kind != ERR_CONFLICT)
        return err_set(err, none.kind, none.shown, "%s", none.detail);
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT person.id, person.given || ' ' || person.family, staff_acceptance.at_ms, checked.assessed_on, checked.result,"
                                       "       checked.valid_until, checker.given || ' ' || checker.family"
                                       "  FROM membership JOIN person ON person.id = membership.person_id AND person.active = 1"
                                       "  LEFT JOIN staff_acceptance ON staff_acceptance.version_id = ?3 AND staff_acceptance.person_id = person.id"
                                       "  LEFT JOIN staff_item AS checked ON checked.id = (SELECT max(item.id) FROM staff_item AS item"
                                       "        WHERE item.person_id = person.id AND item.kind = 'knowledge' AND item.procedure_id = ?4"
                                       "          AND item.withdrawn_at_ms IS NULL)"
                                       "  LEFT JOIN person AS checker ON checker.id = checked.recorded_by"
                                       " WHERE membership.organisation_id = ?1 AND (membership.roles & ?2) <> 0 ORDER BY person.family, person.id LIMIT 200");
    static const char *const TEXTS[] = { "checked_on", "result", "until", "checked_by" };
    DbStep step;
    db_bind_int(q, 1, p->organisation_id);
    db_bind_int(q, 2, p->roles);
    db_bind_int(q, 3, v.id);
    db_bind_int(q, 4, p->id);
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = json_pack("{s:I, s:o, s:o}", "id", (json_int_t)db_int(q, 0), "name", json_slice(db_slice(q, 1)), "signed_at_ms",
                                db_is_null(q, 2) ? json_null() : json_integer(db_int(q, 2)));
        for (int i = 0; i < 4; i++)
            json_put(one, TEXTS[i], db_is_null(q, 3 + i) ? json_null() : json_slice(db_slice(q, 3 + i)));
        json_push(list, one);
    }
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(list);
    return true;
}
