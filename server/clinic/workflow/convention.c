/*
 * Conventions between organisations: made, looked up, listed. S3.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/workflow/convention.h"

#include <inttypes.h>
#include <stdio.h>

#include "clinic/workflow/convention_delays.h"
#include "clinic/workflow/convention_hours.h"
#include "clinic/workflow/convention_rules.h"
#include "platform/clock.h"

/* ---- making one ---- */

static bool version_next(Db *db, Slice number, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT max(convention.version) FROM convention WHERE convention.number "
                                     "= ?1");
    db_bind_text(q, 1, number);
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_UNAVAILABLE, "The convention could not be read.", "version");
    *ret = db_int(q, 0) + 1;
    return true;
}

static bool dump(const json_t *object, const char *key, const char *absent, Buf *ret, Err *err)
{
    const json_t *value = json_object_get(object, key);
    return value && !json_is_null(value) ? json_dump_to_buf(value, ret, err) : buf_add_text(ret, absent);
}

static bool head_add(Db *db, const json_t *convention, int64_t *ret_id, Err *err)
{
    enum { PART_MAX = 256 * 1024 };
    Slice     number = SLICE_NONE, title = SLICE_NONE, from = SLICE_NONE, until = SLICE_NONE;
    int64_t   version   = 0;
    OWNED_BUF sections  = buf_make(PART_MAX);
    OWNED_BUF reasons   = buf_make(PART_MAX);
    OWNED_BUF documents = buf_make(PART_MAX);
    OWNED_BUF terms     = buf_make(PART_MAX);
    if (!json_need_text(convention, "number", &number, err) ||
        !json_need_text(convention, "title", &title, err) ||
        !json_need_text(convention, "valid_from", &from, err) ||
        !json_need_text(convention, "valid_until", &until, err) ||
        !dump(convention, "sections", "{}", &sections, err) ||
        !dump(convention, "reasons", "[]", &reasons, err) ||
        !dump(convention, "documents", "[]", &documents, err) || !dump(convention, "terms", "{}", &terms, err) ||
        !version_next(db, number, &version, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO convention (number, version, title, valid_from, "
                                     "valid_until, sections,"
                                     "                        reasons, documents, created_at_ms, terms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)");
    db_bind_text(q, 1, number);
    db_bind_int(q, 2, version);
    db_bind_text(q, 3, title);
    db_bind_text(q, 4, from);
    db_bind_text(q, 5, until);
    db_bind_text(q, 6, buf_slice(&sections));
    db_bind_text(q, 7, buf_slice(&reasons));
    db_bind_text(q, 8, buf_slice(&documents));
    db_bind_int(q, 9, clock_now_ms());
    db_bind_text(q, 10, buf_slice(&terms));
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

static bool party_add(Db *db, int64_t id, const json_t *party, Err *err)
{
    int64_t   organisation = 0, signed_at = 0;
    Slice     part = SLICE_NONE, signed_by = SLICE_NONE;
    OWNED_BUF responsible = buf_make(4096);
    if (!json_need_int(party, "id", 1, INT64_MAX, &organisation, err) ||
        !json_need_text(party, "part", &part, err) || !json_may_text(party, "signed_by", &signed_by, err) ||
        !json_may_int(party, "signed_at_ms", 0, INT64_MAX, &signed_at, err) ||
        !dump(party, "responsible", "{}", &responsible, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO convention_party (convention_id, organisation_id, part, "
                                     "signed_by,"
                                     "                              signed_at_ms, responsible)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, organisation);
    db_bind_text(q, 3, part);
    db_bind_text(q, 4, signed_by);
    if (signed_at)
        db_bind_int(q, 5, signed_at);
    else
        db_bind_null(q, 5);
    db_bind_text(q, 6, buf_slice(&responsible));
    return db_run(q, err);
}

static bool clause_add(Db *db, int64_t id, const json_t *clause, Err *err)
{
    enum { ACKNOWLEDGE_DEFAULT = 1440, PART_MAX = 16 * 1024 };
    Slice            kind = SLICE_NONE, modality = SLICE_NONE, priority = SLICE_NONE;
    ConventionClause c    = { .acknowledge_min = ACKNOWLEDGE_DEFAULT };
    OWNED_BUF        delays = buf_make(PART_MAX), regions = buf_make(PART_MAX), hours = buf_make(PART_MAX);
    if (!json_need_text(clause, "kind", &kind, err) || !json_need_text(clause, "modality", &modality, err) ||
        !json_need_text(clause, "priority", &priority, err) || !convention_delays_read(clause, &c, err) ||
        !dump(clause, "regions", "[]", &regions, err) || !dump(clause, "hours", "[]", &hours, err))
        return false;
    if (!c.verdict_min || !c.exam_min || !c.report_min || !hours_are_well(json_object_get(clause, "hours")))
        return err_set(err, ERR_INPUT, "A clause is not as it should be: its delays or its hours.", "clause");
    OWNED(json_t) *others = convention_delays_json(&c, false);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO convention_clause (convention_id, kind, modality, priority, verdict_min, exam_min,"
                                     "                               report_min, acknowledge_min, delays, regions, hours)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)");
    if (!json_dump_to_buf(others, &delays, err))
        return false;
    db_bind_int(q, 1, id);
    db_bind_text(q, 2, kind);
    db_bind_text(q, 3, modality);
    db_bind_text(q, 4, priority);
    db_bind_int(q, 5, c.verdict_min);
    db_bind_int(q, 6, c.exam_min);
    db_bind_int(q, 7, c.report_min);
    db_bind_int(q, 8, c.acknowledge_min);
    db_bind_text(q, 9, buf_slice(&delays));
    db_bind_text(q, 10, buf_slice(&regions));
    db_bind_text(q, 11, buf_slice(&hours));
    return db_run(q, err);
}

bool convention_create(Db *db, const json_t *convention, int64_t *ret_id, MissingList *ret_missing, Err *err)
{
    MissingList missing = { 0 };
    size_t      i;
    json_t     *item;
    int64_t     id = 0;
    convention_missing(convention, &missing);
    if (ret_missing)
        *ret_missing = missing;
    if (missing.count)
        return err_set(err, ERR_INPUT, missing.items[0].text, "convention: %zu missing", missing.count);
    if (!head_add(db, convention, &id, err))
        return false;
    json_array_foreach (json_object_get(convention, "parties"), i, item)
        if (!party_add(db, id, item, err))
            return false;
    json_array_foreach (json_object_get(convention, "clauses"), i, item)
        if (!clause_add(db, id, item, err))
            return false;
    *ret_id = id;
    return true;
}

/* ---- is one in force ---- */

/* The parts of a party in this convention, and whether all its signatures stand. */
static bool party_facts(Db *db, int64_t id, const ConventionWanted *w, ConventionFacts *facts, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT convention_party.organisation_id, convention_party.part,"
                                     "       convention_party.signed_at_ms"
                                     "  FROM convention_party"
                                     " WHERE convention_party.convention_id = ?1");
    db_bind_int(q, 1, id);
    facts->all_signed = true;
    for (;;) {
        switch (db_next(q, err)) {
        case DB_FAILED:
            return false;
        case DB_END:
            return true;
        case DB_ROW:
            break;
        }
        int64_t organisation = db_int(q, 0);
        Slice   part         = db_slice(q, 1);
        facts->requester |= slice_equal_text(part, "requester") && organisation == w->requester_org_id;
        facts->site |= slice_equal_text(part, "site") && organisation == w->site_id;
        facts->imaging |= slice_equal_text(part, "imaging") && organisation == w->imaging_id;
        if (db_is_null(q, 2) || db_int(q, 2) > w->at_ms)
            facts->all_signed = false;
    }
}

/* The hour at the site. */
static bool site_time(Db *db, const ConventionWanted *w, LocalTime *ret, Err *err)
{
    char zone[40]     = "";
    OWNED(DbQuery) *q = db_query(db, "SELECT organisation.time_zone FROM organisation WHERE organisation.id = ?1");
    db_bind_int(q, 1, w->site_id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        db_text(q, 0, zone, sizeof zone);
    *ret = local_time(w->at_ms, zone);
    return step != DB_FAILED;
}

/* The row's delays, and whether its regions and hours hold. */
static bool clause_read(const DbQuery *q, const ConventionWanted *w, const LocalTime *at, ConventionFacts *facts,
                        ConventionClause *clause, Err *err)
{
    OWNED(json_t) *delays    = json_parse_object(db_slice(q, 7), err);
    OWNED(json_t) *regions   = json_parse(db_slice(q, 8), err);
    OWNED(json_t) *hours     = json_parse(db_slice(q, 9), err);
    facts->priority         = true;
    facts->region           = !w->region || regions_cover(regions, slice_of(w->region));
    facts->hours            = w->any_hour || hours_cover(hours, at);
    clause->verdict_min     = db_int(q, 3);
    clause->exam_min        = db_int(q, 4);
    clause->report_min      = db_int(q, 5);
    clause->acknowledge_min = db_int(q, 6);
    return delays && regions && hours && convention_delays_read(delays, clause, err);
}

static bool clause_facts(Db *db, int64_t id, const ConventionWanted *w, const LocalTime *at, ConventionFacts *facts,
                         ConventionClause *clause, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT convention_clause.kind, convention_clause.modality, convention_clause.priority,"
                                     "       convention_clause.verdict_min, convention_clause.exam_min, convention_clause.report_min,"
                                     "       convention_clause.acknowledge_min, convention_clause.delays, convention_clause.regions,"
                                     "       convention_clause.hours"
                                     "  FROM convention_clause"
                                     " WHERE convention_clause.convention_id = ?1");
    db_bind_int(q, 1, id);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        if (!slice_equal_text(db_slice(q, 0), w->kind))
            continue;
        facts->kind = true;
        if (!slice_equal_text(db_slice(q, 1), w->modality))
            continue;
        facts->modality = true;
        if (slice_equal_text(db_slice(q, 2), w->priority) && !clause_read(q, w, at, facts, clause, err))
            return false;
    }
    return true;
}

bool convention_in_force(Db *db, const ConventionWanted *wanted, ConventionClause *ret,
                         MissingList *ret_missing, Err *err)
{
    int             best    = -1;
    ConventionFacts nearest = { 0 };
    char            today[CLOCK_ISO_SIZE];
    LocalTime       at;
    clock_iso(wanted->at_ms, today);
    Slice day = slice_part(slice_of(today), 0, 10);
    if (!site_time(db, wanted, &at, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT convention.id, convention.number, convention.version, convention.title,"
                                     "       convention.valid_from, convention.valid_until"
                                     "  FROM convention"
                                     " WHERE " CONVENTION_IS_LAST("?1", "?2")
                                     " ORDER BY convention.version DESC, convention.id DESC");
    db_bind_text(q, 1, day);
    db_bind_int(q, 2, wanted->at_ms);
    for (DbStep step; (step = db_next(q, err)) != DB_END;) {
        if (step == DB_FAILED)
            return false;
        ConventionFacts  facts  = { 0 };
        ConventionClause clause = { .convention_id = db_int(q, 0), .version = db_int(q, 2) };
        db_text(q, 1, clause.number, sizeof clause.number);
        db_text(q, 3, clause.title, sizeof clause.title);
        facts.valid = day_between(day, db_slice(q, 4), db_slice(q, 5));
        if (!party_facts(db, clause.convention_id, wanted, &facts, err) ||
            !clause_facts(db, clause.convention_id, wanted, &at, &facts, &clause, err))
            return false;
        int score = convention_covers(&facts, NULL);
        if (score == CONVENTION_COVERS) {
            *ret = clause;
            return true;
        }
        if (score > best) {
            best    = score;
            nearest = facts;
        }
    }
    MissingList missing = { 0 };
    convention_covers(&nearest, &missing);
    if (ret_missing)
        *ret_missing = missing;
    return err_set(err, ERR_CONFLICT, missing.items[0].text, "%s %s %s", wanted->kind, wanted->modality,
                   wanted->priority);
}

/* ---- what else it says ---- */

/* A member of a convention's JSON column; *ret NULL: there is none. */
static bool said_by(Db *db, int64_t id, const char *sql, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    db_bind_int(q, 1, id);
    switch (db_next(q, err)) {
    case DB_ROW:
        *ret = json_parse(db_slice(q, 0), err);
        return *ret != NULL;
    case DB_END:
        *ret = NULL;
        return true;
    case DB_FAILED:
        break;
    }
    return false;
}

bool convention_takes_reason(Db *db, int64_t convention_id, Slice code, bool *ret, Err *err)
{
    size_t  i;
    json_t *reason;
    OWNED(json_t) *reasons = NULL;
    if (!said_by(db, convention_id, "SELECT convention.reasons FROM convention WHERE convention.id = ?1", &reasons, err))
        return false;
    *ret = json_array_size(reasons) == 0;
    json_array_foreach (reasons, i, reason) {
        const char *its = json_string_value(json_is_object(reason) ? json_object_get(reason, "code") : reason);
        *ret |= its && slice_equal_text(code, its);
    }
    return true;
}

bool convention_escalation(Db *db, int64_t convention_id, json_t **ret, Err *err)
{
    OWNED(json_t) *terms = NULL;
    if (!said_by(db, convention_id, "SELECT convention.terms FROM convention WHERE convention.id = ?1", &terms, err))
        return false;
    json_t *chain = json_object_get(terms, "escalation");
    *ret          = json_is_array(chain) ? json_incref(chain) : json_array();
    return true;
}

bool convention_final_by_another(Db *db, int64_t convention_id, bool *ret, Err *err)
{
    OWNED(json_t) *terms = NULL;
    if (!said_by(db, convention_id, "SELECT convention.terms FROM convention WHERE convention.id = ?1", &terms, err))
        return false;
    *ret = json_is_true(json_object_get(terms, "final_by_another"));
    return true;
}

bool convention_procedure(Db *db, int64_t convention_id, const char *which, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT convention.number, convention.version, convention.terms FROM convention"
                                     " WHERE convention.id = ?1");
    db_bind_int(q, 1, convention_id);
    DbStep step = db_next(q, err);
    *ret        = NULL;
    if (step != DB_ROW)
        return step == DB_END;
    OWNED(json_t) *terms = json_parse(db_slice(q, 2), err);
    const char *text = json_string_value(json_object_get(json_object_get(terms, "procedures"), which));
    if (!terms || !text || !*text)
        return terms != NULL;
    *ret = json_pack("{s:o, s:I, s:s}", "convention", json_slice(db_slice(q, 0)), "version", (json_int_t)db_int(q, 1),
                     "text", text);
    return true;
}
