/*
 * Conventions as JSON: those in force where an organisation of the person is a party.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/convention_rules.h"
#include "platform/clock.h"

#include <inttypes.h>

static bool parties_add(Db *db, int64_t id, json_t *into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT organisation.id, organisation.name, convention_party.part,"
                                     "       convention_party.signed_by, convention_party.signed_at_ms,"
                                     "       convention_party.responsible"
                                     "  FROM convention_party"
                                     "  JOIN organisation ON organisation.id = "
                                     "convention_party.organisation_id"
                                     " WHERE convention_party.convention_id = ?1"
                                     " ORDER BY convention_party.part, organisation.name");
    db_bind_int(q, 1, id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        json_t *party = json_pack("{s:I, s:o, s:o, s:o, s:I, s:o?}", "id", (json_int_t)db_int(q, 0), "name",
                                  json_slice(db_slice(q, 1)), "part", json_slice(db_slice(q, 2)), "signed_by",
                                  json_slice(db_slice(q, 3)), "signed_at_ms", (json_int_t)db_int(q, 4),
                                  "responsible", json_parse_object(db_slice(q, 5), NULL));
        json_push(into, party);
    }
    return true;
}

static bool clauses_add(Db *db, int64_t id, json_t *into, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT convention_clause.kind, convention_clause.modality,"
                                     "       convention_clause.priority, convention_clause.verdict_min,"
                                     "       convention_clause.exam_min, convention_clause.report_min,"
                                     "       convention_clause.acknowledge_min, convention_clause.delays,"
                                     "       convention_clause.regions, convention_clause.hours"
                                     "  FROM convention_clause"
                                     " WHERE convention_clause.convention_id = ?1"
                                     " ORDER BY convention_clause.id");
    db_bind_int(q, 1, id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        json_t *clause = json_pack("{s:o, s:o, s:o, s:I, s:I, s:I, s:I}", "kind", json_slice(db_slice(q, 0)),
                                  "modality", json_slice(db_slice(q, 1)), "priority",
                                  json_slice(db_slice(q, 2)), "verdict_min", (json_int_t)db_int(q, 3),
                                  "exam_min", (json_int_t)db_int(q, 4), "report_min",
                                  (json_int_t)db_int(q, 5), "acknowledge_min", (json_int_t)db_int(q, 6));
        OWNED(json_t) *delays = json_parse_object(db_slice(q, 7), err);
        if (!delays || json_object_update_missing(clause, delays) != 0) {
            json_decref(clause);
            return false;
        }
        json_put(clause, "regions", json_parse(db_slice(q, 8), err));
        json_put(clause, "hours", json_parse(db_slice(q, 9), err));
        json_push(into, clause);
    }
    return true;
}

/* Whole days from today to the last day of validity, in UTC. */
static int days_until(Slice last)
{
    char today[CLOCK_ISO_SIZE];
    clock_iso(clock_now_ms(), today);
    return (int)(day_number(last) - day_number(slice_part(slice_of(today), 0, 10)));
}

static json_t *warning_of(int days)
{
    int steps = convention_warning(days);
    return steps ? json_integer(steps) : json_null();
}

static bool one_add(Db *db, const DbQuery *row, json_t *into, Err *err)
{
    OWNED(json_t) *parties = json_array();
    OWNED(json_t) *clauses = json_array();
    int64_t id             = db_int(row, 0);
    if (!parties_add(db, id, parties, err) || !clauses_add(db, id, clauses, err))
        return false;
    json_t *sections  = json_parse_object(db_slice(row, 6), err);
    json_t *reasons   = json_parse(db_slice(row, 7), err);
    json_t *documents = json_parse(db_slice(row, 8), err);
    json_t *terms     = json_parse_object(db_slice(row, 9), err);
    return json_push(into, json_pack("{s:I, s:o, s:I, s:o, s:o, s:o, s:O, s:o?, s:O, s:o?, s:o?, s:o?, s:i, s:o}", "id",
                                     (json_int_t)id, "number", json_slice(db_slice(row, 1)), "version",
                                     (json_int_t)db_int(row, 2), "title", json_slice(db_slice(row, 3)),
                                     "valid_from", json_slice(db_slice(row, 4)), "valid_until",
                                     json_slice(db_slice(row, 5)), "parties", parties, "sections", sections,
                                     "clauses", clauses, "reasons", reasons, "documents", documents, "terms", terms,
                                     "days_left", days_until(db_slice(row, 5)), "warning", warning_of(days_until(db_slice(row, 5)))));
}

#define CONVENTION_COLUMNS                                                                                    \
    "convention.id, convention.number, convention.version, convention.title, convention.valid_from,"              \
    " convention.valid_until, convention.sections, convention.reasons, convention.documents, convention.terms"

bool convention_one_json(Db *db, int64_t id, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    OWNED(DbQuery) *q   = db_query(db, "SELECT " CONVENTION_COLUMNS " FROM convention WHERE convention.id = ?1");
    db_bind_int(q, 1, id);
    switch (db_next(q, err)) {
    case DB_ROW:
        if (!one_add(db, q, list, err))
            return false;
        *ret = json_incref(json_array_get(list, 0));
        return true;
    case DB_END:
        return err_set(err, ERR_NOT_FOUND, "No such convention.", "convention %" PRId64, id);
    case DB_FAILED:
        break;
    }
    return false;
}

bool conventions_json(Db *db, const Who *who, json_t **ret, Err *err)
{
    OWNED(json_t) *list = json_array();
    char today[CLOCK_ISO_SIZE];
    clock_iso(clock_now_ms(), today);
    OWNED(DbQuery) *q = db_query(db, "SELECT " CONVENTION_COLUMNS
                                     "  FROM convention"
                                     " WHERE " CONVENTION_IS_LAST("?2", "?3")
                                     "   AND convention.valid_from <= ?2"
                                     "   AND convention.valid_until >= ?2"
                                     "   AND NOT EXISTS (SELECT 1 FROM convention_party"
                                     "                    WHERE convention_party.convention_id = "
                                     "convention.id"
                                     "                      AND convention_party.signed_at_ms IS NULL)"
                                     "   AND EXISTS (SELECT 1 FROM convention_party"
                                     "                 JOIN membership ON membership.organisation_id = "
                                     "convention_party.organisation_id"
                                     "                WHERE convention_party.convention_id = convention.id"
                                     "                  AND membership.person_id = ?1)"
                                     " ORDER BY convention.number, convention.version DESC");
    db_bind_int(q, 1, who->person_id);
    db_bind_text(q, 2, slice_part(slice_of(today), 0, 10));
    db_bind_int(q, 3, clock_now_ms());
    for (DbStep step; (step = db_next(q, err)) != DB_END;)
        if (step == DB_FAILED || !one_add(db, q, list, err))
            return false;
    *ret = json_pack("{s:O}", "conventions", list);
    return *ret != NULL;
}
