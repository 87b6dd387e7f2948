/*
 * Reading the trace, a page at a time.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "guard/audit/audit_list.h"

#include "formats/json/json_util.h"

#define LINE_COLUMNS                                                                                         \
    "audit_line.id, audit_line.at_ms, audit_line.event, audit_line.outcome, audit_line.person_id,"           \
    " audit_line.organisation_id, audit_line.patient_id, audit_line.act_id, audit_line.actor,"               \
    " audit_line.factors, audit_line.origin, audit_line.what, audit_line.object, audit_line.detail, audit_line.hash"

bool audit_count(Db *db, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *head = db_query(db, "SELECT lines FROM audit_head WHERE id = 1");
    if (db_next(head, err) != DB_ROW)
        return err_set(err, ERR_BUG, "The trace could not be read.", "audit_head is empty");
    *ret = db_int(head, 0);
    return true;
}

/*
 * The first line written at 'at_ms' or later, in 'ret'; one past the last when there is none. Lines are numbered without gaps as they come, so half of
 * them is left out at each look; where the clock was set back the answer is near it.
 */
static bool line_of(Db *db, int64_t at_ms, int64_t *ret, Err *err)
{
    int64_t low = 1, high = 0;
    if (!audit_count(db, &high, err))
        return false;
    high++;
    while (low < high) {
        int64_t middle    = low + (high - low) / 2;
        OWNED(DbQuery) *q = db_query(db, "SELECT at_ms FROM audit_line WHERE id >= ?1 ORDER BY id LIMIT 1");
        db_bind_int(q, 1, middle);
        DbStep step = db_next(q, err);
        if (step == DB_FAILED)
            return false;
        if (step == DB_ROW && db_int(q, 0) < at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    *ret = low;
    return true;
}

#define WHOLE_OR_REFUSED " AND (?6 = 0 OR audit_line.outcome <> 'ok')"
#define NEWEST_FIRST     " ORDER BY audit_line.id DESC LIMIT ?5"

/* Each way has its own statement, so that its own index is used. */
static DbQuery *lines_query(Db *db, const AuditWanted *w, int64_t first_id, int64_t before_id)
{
    DbQuery *q;
    if (w->patient_id)
        q = db_query(db, "SELECT " LINE_COLUMNS "  FROM audit_line"
                         " WHERE audit_line.patient_id = ?1 AND audit_line.patient_id <> 0 AND audit_line.id < ?2 AND audit_line.id >= ?7"
                         "   AND (?3 = 0 OR audit_line.person_id = ?3) AND (?4 = 0 OR audit_line.act_id = ?4)" WHOLE_OR_REFUSED NEWEST_FIRST);
    else if (w->act_id)
        q = db_query(db, "SELECT " LINE_COLUMNS "  FROM audit_line"
                         " WHERE audit_line.act_id = ?4 AND audit_line.act_id <> 0 AND audit_line.id < ?2 AND audit_line.id >= ?7"
                         "   AND (?3 = 0 OR audit_line.person_id = ?3) AND ?1 = 0" WHOLE_OR_REFUSED NEWEST_FIRST);
    else if (w->person_id)
        q = db_query(db, "SELECT " LINE_COLUMNS "  FROM audit_line"
                         " WHERE audit_line.person_id = ?3 AND audit_line.person_id <> 0 AND audit_line.id < ?2 AND audit_line.id >= ?7"
                         "   AND ?1 = 0 AND ?4 = 0" WHOLE_OR_REFUSED NEWEST_FIRST);
    else if (w->refused)
        q = db_query(db, "SELECT " LINE_COLUMNS "  FROM audit_line"
                         " WHERE audit_line.outcome <> 'ok' AND audit_line.id < ?2 AND audit_line.id >= ?7 AND ?1 = 0 AND ?3 = 0 AND ?4 = 0 AND ?6 = 1" NEWEST_FIRST);
    else
        q = db_query(db, "SELECT " LINE_COLUMNS "  FROM audit_line"
                         " WHERE audit_line.id < ?2 AND audit_line.id >= ?7 AND ?1 = 0 AND ?3 = 0 AND ?4 = 0 AND ?6 = 0" NEWEST_FIRST);
    db_bind_int(q, 1, w->patient_id);
    db_bind_int(q, 2, before_id);
    db_bind_int(q, 3, w->person_id);
    db_bind_int(q, 4, w->act_id);
    db_bind_int(q, 5, AUDIT_PAGE);
    db_bind_int(q, 6, w->refused);
    db_bind_int(q, 7, first_id);
    return q;
}

static json_t *line_json(const DbQuery *q)
{
    static const struct {
        const char *name;
        bool        text;
    } MEMBERS[] = {
        /* in the order of LINE_COLUMNS */
        { "id", false },        { "at_ms", false },           { "event", true },       { "outcome", true },
        { "person_id", false }, { "organisation_id", false }, { "patient_id", false }, { "act_id", false },
        { "actor", true },      { "factors", true },          { "origin", true },      { "what", true },
        { "object", true },     { "detail", true },           { "hash", true },
    };
    json_t *line = json_object();
    for (int i = 0; line && i < (int)COUNT(MEMBERS); i++)
        json_put(line, MEMBERS[i].name,
                 MEMBERS[i].text ? json_slice(db_slice(q, i)) : json_integer(db_int(q, i)));
    return line;
}

bool audit_list_json(Db *db, const AuditWanted *wanted, json_t **ret, Err *err)
{
    int64_t before = wanted->before_id ? wanted->before_id : INT64_MAX, later = INT64_MAX, first = 1;
    if ((wanted->until_ms && !line_of(db, wanted->until_ms + 1, &later, err)) || (wanted->since_ms && !line_of(db, wanted->since_ms, &first, err)))
        return false;
    OWNED(json_t) *lines = json_array();
    OWNED(DbQuery) *q    = lines_query(db, wanted, first, before < later ? before : later);
    int64_t last         = 0;
    DbStep  step;
    while ((step = db_next(q, err)) == DB_ROW) {
        last = db_int(q, 0);
        json_push(lines, line_json(q));
    }
    if (step == DB_FAILED)
        return false;
    json_t *next = json_array_size(lines) == AUDIT_PAGE ? json_integer(last) : json_null();
    *ret         = json_pack("{s:o, s:o}", "lines", GIVE(lines), "next", next);
    return *ret != NULL || err_set(err, ERR_UNAVAILABLE, "The server is out of memory.", "trace as JSON");
}

bool audit_lines_after(Db *db, int64_t after_id, int most, json_t **ret, Err *err)
{
    OWNED(json_t) *lines = json_array();
    OWNED(DbQuery) *q    = db_query(db, "SELECT " LINE_COLUMNS "  FROM audit_line WHERE audit_line.id > ?1 ORDER BY audit_line.id LIMIT ?2");
    DbStep step;
    db_bind_int(q, 1, after_id);
    db_bind_int(q, 2, most);
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(lines, line_json(q));
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(lines);
    return true;
}

bool audit_reads_each(Db *db, int64_t patient_id, AuditReadEach *each, void *with, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT audit_line.at_ms, audit_line.person_id, audit_line.act_id, audit_line.event,"
                                     "       audit_line.actor, audit_line.what, audit_line.detail"
                                     "  FROM audit_line"
                                     " WHERE audit_line.patient_id = ?1 AND audit_line.patient_id <> 0"
                                     "   AND audit_line.outcome = 'ok'"
                                     "   AND audit_line.event IN ('read', 'view-image', 'export', 'send')"
                                     " ORDER BY audit_line.id DESC");
    DbStep step;
    db_bind_int(q, 1, patient_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        AuditRead r = { .at_ms = db_int(q, 0), .person_id = db_int(q, 1), .act_id = db_int(q, 2) };
        db_text(q, 3, r.event, sizeof r.event);
        db_text(q, 4, r.actor, sizeof r.actor);
        db_text(q, 5, r.what, sizeof r.what);
        db_text(q, 6, r.detail, sizeof r.detail);
        if (!each(&r, with))
            return true;
    }
    return step != DB_FAILED;
}
