/*
 * Running a search: the query read, its SQL run, what SQL could not decide matched row by row.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/query.h"

#include "clinic/archive/query_internal.h"
#include "formats/json/json_util.h"

/* ---- the query read ---- */

bool query_key_within(ArchiveQuery *q, const uint32_t within[QUERY_DEPTH_MAX], uint32_t tag, Slice value,
                      Err *err)
{
    const QueryTag *known = within[0] ? NULL : query_tag(tag);
    MatchKind       match = known ? known->match : query_vr_match(tag_vr(tag));
    value                 = slice_trim(value);
    if (q->key_count >= QUERY_KEYS_MAX)
        return err_set(err, ERR_LIMIT, "The query has too many attributes.", "over %d keys", QUERY_KEYS_MAX);
    if (value.len && !query_pattern_check(match, value, err))
        return false;
    QueryKey *k = &q->keys[q->key_count++];
    *k          = (QueryKey) { .tag = tag, .value = value };
    memcpy(k->within, within, sizeof k->within);
    return true;
}

bool query_key(ArchiveQuery *q, uint32_t tag, Slice value, Err *err)
{
    return query_key_within(q, (const uint32_t[QUERY_DEPTH_MAX]) { 0 }, tag, value, err);
}

bool query_tells(QueryLevel level, uint32_t tag)
{
    const QueryTag *known = query_tag(tag);
    return (known ? known->level : query_tag_level(tag)) <= level;
}

/* Is it looked at, at this level? */
static bool is_matched(const ArchiveQuery *q, const QueryKey *k)
{
    const QueryTag *known = query_tag(k->tag);
    if (k->within[0])
        return query_tells(q->level, k->within[0]) && query_vr_match(tag_vr(k->tag)) != MATCH_NEVER;
    if (known)
        return known->level <= q->level && known->match != MATCH_NEVER;
    return query_tells(q->level, k->tag) && query_vr_match(tag_vr(k->tag)) != MATCH_NEVER;
}

bool query_unsupported(const ArchiveQuery *q)
{
    for (size_t i = 0; i < q->key_count; i++)
        if (q->keys[i].value.len && !is_matched(q, &q->keys[i]))
            return true;
    return false;
}

/* "00400275.00400009": an attribute, and the sequences around it, outermost first (PS3.18 §8.3.4.1). */
static bool path_read(Slice text, uint32_t ret_within[QUERY_DEPTH_MAX], uint32_t *ret_tag)
{
    memset(ret_within, 0, QUERY_DEPTH_MAX * sizeof *ret_within);
    for (size_t depth = 0;; depth++) {
        bool last = !text.len || !memchr(text.at, '.', text.len);
        if (!tag_from_text(slice_cut(&text, '.'), ret_tag))
            return false;
        if (last)
            return true;
        if (depth == QUERY_DEPTH_MAX || tag_vr(*ret_tag) != VR_SQ)
            return false;
        ret_within[depth] = *ret_tag;
    }
}

static bool include(ArchiveQuery *q, Slice list, Err *err)
{
    while (list.len) {
        uint32_t tag = 0, within[QUERY_DEPTH_MAX];
        Slice    name = query_list_next(&list);
        if (slice_equal_text(name, "all")) {
            q->include_all = true;
            continue;
        }
        if (!path_read(name, within, &tag))
            return err_set(err, ERR_INPUT, "This attribute is not known.", "includefield of %zu bytes",
                           name.len);
        if (within[0]) /* told with the sequence it stands in */
            tag = within[0];
        if (q->include_count >= QUERY_INCLUDE_MAX)
            return err_set(err, ERR_LIMIT, "The query has too many attributes.", "over %d fields",
                           QUERY_INCLUDE_MAX);
        q->include[q->include_count++] = tag;
    }
    return true;
}

static bool natural(Slice value, int64_t *ret, Err *err)
{
    int64_t n = -1;
    if (!slice_int(value, &n) || n < 0 || n > INT32_MAX)
        return err_set(err, ERR_INPUT, "A value of the query is malformed.", "limit or offset");
    *ret = n;
    return true;
}

bool query_parameter(ArchiveQuery *q, Slice name, Slice value, Err *err)
{
    uint32_t tag = 0, within[QUERY_DEPTH_MAX];
    if (slice_equal_text(name, "limit"))
        return natural(value, &q->limit, err);
    if (slice_equal_text(name, "offset"))
        return natural(value, &q->offset, err);
    if (slice_equal_text(name, "includefield"))
        return include(q, value, err);
    if (slice_equal_text(name, "fuzzymatching")) {
        q->fuzzy = slice_equal_text(value, "true");
        return q->fuzzy || slice_equal_text(value, "false") ||
               err_set(err, ERR_INPUT, "A value of the query is malformed.", "fuzzymatching");
    }
    if (!path_read(name, within, &tag))
        return err_set(err, ERR_INPUT, "This attribute is not known.", "query key of %zu bytes", name.len);
    return query_key_within(q, within, tag, value, err);
}

/* ---- rows matched ---- */

typedef struct Matching {
    Db                  *db;
    const ArchiveQuery  *q;
    const ArchiveViewer *viewer;
    Buf                  value;
    int                  headers; /* looked into so far */
    Err                 *err;
    bool                 failed;
} Matching;

static const QueryKey *other_key(const ArchiveQuery *q, uint32_t tag)
{
    for (size_t i = 0; i < q->key_count; i++)
        if (q->keys[i].tag == tag && !q->keys[i].within[0] && q->keys[i].value.len)
            return &q->keys[i];
    return NULL;
}

/* Study Date and Study Time as one, when both are keys. Answers false for all other keys. */
static bool is_combined(const ArchiveQuery *q, const QueryKey *k)
{
    return q->combined && (k->tag == TAG_STUDY_DATE || k->tag == TAG_STUDY_TIME) &&
           other_key(q, TAG_STUDY_DATE) && other_key(q, TAG_STUDY_TIME);
}

static bool key_matches(Matching *m, const QueryRow *row, const QueryKey *k)
{
    const QueryTag *known    = query_tag(k->tag);
    bool            gathered = false;
    if (k->tag == TAG_STUDY_DATE && is_combined(m->q, k))
        return query_instant_matches(other_key(m->q, TAG_STUDY_DATE)->value,
                                     other_key(m->q, TAG_STUDY_TIME)->value, slice_of(row->study.date),
                                     slice_of(row->study.time));
    if (is_combined(m->q, k))
        return true;
    buf_clear(&m->value);
    if (!query_gathered(m->db, row, m->viewer, k->tag, &m->value, &gathered, m->err)) {
        m->failed = true;
        return false;
    }
    if (!gathered)
        (void)query_value(row, k->tag, &m->value);
    bool fuzzy = m->q->fuzzy && (known->match != MATCH_TEXT || query_is_description(k->tag));
    return query_matches(known->match, k->value, buf_slice(&m->value), fuzzy);
}

static bool by_header(const QueryKey *k)
{
    return k->within[0] || !query_tag(k->tag);
}

/* Keys that only the kept header can answer: last, since it has to be unpacked. */
static bool header_keys_match(Matching *m, const QueryRow *row)
{
    OWNED(json_t) *header = NULL;
    bool zoned            = false;
    for (size_t i = 0; i < m->q->key_count; i++) {
        const QueryKey *k = &m->q->keys[i];
        if (!k->value.len || !by_header(k) || !is_matched(m->q, k))
            continue;
        if (!header && ++m->headers > QUERY_HEADERS_MAX)
            m->failed = !err_set(m->err, ERR_LIMIT, "The query must name more: patient, date or exam.",
                                 "over %d headers to look into", QUERY_HEADERS_MAX);
        else if (!header)
            m->failed = !query_header(m->db, row, &header, m->err);
        if (header && m->q->zoned && !zoned) {
            query_header_zone(header, m->q->zone_minutes);
            zoned = true;
        }
        if (m->failed || !header || !header_matches(header, m->q, k))
            return false;
    }
    return true;
}

static bool row_matches(Matching *m, QueryRow *row)
{
    if (m->q->zoned)
        query_row_zone(row, m->q->zone_minutes);
    for (size_t i = 0; i < m->q->key_count; i++) {
        const QueryKey *k = &m->q->keys[i];
        if (k->value.len && !by_header(k) && is_matched(m->q, k) && !key_matches(m, row, k))
            return false;
    }
    return header_keys_match(m, row);
}

/* ---- for QIDO-RS: rows, newest study first ---- */

bool query_each(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, QueryEach *each, void *with,
                QueryCount *ret, Err *err)
{
    int64_t limit = q->limit ? q->limit : QUERY_LIMIT_DEFAULT, skip = q->offset;
    limit        = limit > QUERY_LIMIT_MAX ? QUERY_LIMIT_MAX : limit;
    *ret         = (QueryCount) { 0 };
    Matching m   = { .db = db, .q = q, .viewer = viewer, .value = buf_make(65536), .err = err };
    QueryRow row = { 0 };
    Sql      sql;
    DbStep   step = DB_FAILED;
    bool     more = sql_open(&sql, err) && sql_describe(&sql, db, q, err);
    if (more)
        sql_rows(&sql, q, viewer);
    if (more && sql.exact) { /* then the database need not bring more than is told */
        buf_add_text(&sql.text, " LIMIT ");
        sql_number(&sql, limit + skip + 1);
    }
    OWNED(DbQuery) *run = more ? sql_run(&sql, db, err) : NULL;
    while (run && more && (step = db_next(run, err)) == DB_ROW) {
        query_row_read(run, q->level, &row);
        bool fits = sql.exact || row_matches(&m, &row);
        if (m.failed) {
            step = DB_FAILED;
            break;
        }
        if (!fits || skip-- > 0)
            continue;
        if (ret->answers == limit) {
            ret->more = true;
            break;
        }
        ret->answers++;
        more = each(&row, with);
    }
    sql_close(&sql);
    buf_free(&m.value);
    return step != DB_FAILED;
}

/* ---- for C-FIND, C-MOVE, C-GET: keys now, rows later ---- */

void query_ids_clear(QueryIds *ids)
{
    free(ids->at);
    *ids = (QueryIds) { 0 };
}

bool query_ids_add(QueryIds *ids, int64_t id, Err *err)
{
    if (ids->count == ids->room) {
        size_t   room  = ids->room ? ids->room * 2 : 256;
        int64_t *grown = ids->count < QUERY_IDS_MAX ? realloc(ids->at, room * sizeof *grown) : NULL;
        if (!grown)
            return err_set(err, ERR_LIMIT, "The query has too many answers.", "more than %zu", ids->count);
        ids->at   = grown;
        ids->room = room;
    }
    ids->at[ids->count++] = id;
    return true;
}

static int64_t id_of(const QueryRow *row)
{
    return row->level == QUERY_INSTANCE ? row->instance_id
           : row->level == QUERY_SERIES ? row->series_id
                                        : row->study.id;
}

/* All that SQL finds are it. */
static bool ids_exact(DbQuery *run, QueryIds *ret, Err *err)
{
    DbStep step;
    while ((step = db_next(run, err)) == DB_ROW)
        if (!query_ids_add(ret, db_int(run, 0), err))
            return false;
    return step == DB_END;
}

static bool ids_matched(Matching *m, DbQuery *run, QueryIds *ret, Err *err)
{
    QueryRow row = { 0 };
    DbStep   step;
    while ((step = db_next(run, err)) == DB_ROW) {
        query_row_read(run, m->q->level, &row);
        if (row_matches(m, &row) && !query_ids_add(ret, id_of(&row), err))
            return false;
        if (m->failed)
            return false;
    }
    return step == DB_END;
}

bool query_ids(Db *db, const ArchiveQuery *q, const ArchiveViewer *viewer, QueryIds *ret, Err *err)
{
    Matching m = { .db = db, .q = q, .viewer = viewer, .value = buf_make(65536), .err = err };
    Sql      sql;
    bool     ok = sql_open(&sql, err) && sql_describe(&sql, db, q, err);
    *ret        = (QueryIds) { 0 };
    if (ok)
        sql_ids(&sql, q, viewer);
    bool exact = ok && sql.exact;
    if (ok && !exact) { /* then the columns are needed */
        uint32_t described = sql.described;
        sql_close(&sql);
        ok            = sql_open(&sql, err);
        sql.described = described;
        if (ok)
            sql_unordered(&sql, q, viewer);
    }
    OWNED(DbQuery) *run = ok ? sql_run(&sql, db, err) : NULL;
    ok                  = run && (exact ? ids_exact(run, ret, err) : ids_matched(&m, run, ret, err));
    sql_close(&sql);
    buf_free(&m.value);
    if (!ok)
        query_ids_clear(ret);
    return ok;
}
