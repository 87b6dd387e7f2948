/*
 * Statements: prepared once per connection, lent out, bound, stepped; failures stick until db_next tells
 * them.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/db/db_sqlite.h"

typedef struct CodeKind {
    int         code; /* primary result code of SQLite */
    ErrKind     kind;
    const char *shown;
} CodeKind;

#define AWAY "The database cannot be used at the moment."

static const CodeKind CODE_KINDS[] = {
    { SQLITE_CONSTRAINT, ERR_CONFLICT, "This entry contradicts what is already recorded." },
    { SQLITE_TOOBIG, ERR_LIMIT, "The content is too large." },
    { SQLITE_FULL, ERR_FULL, "The storage is full." },
    { SQLITE_IOERR, ERR_UNAVAILABLE, AWAY },
    { SQLITE_READONLY, ERR_UNAVAILABLE, AWAY },
    { SQLITE_BUSY, ERR_UNAVAILABLE, AWAY },
    { SQLITE_LOCKED, ERR_UNAVAILABLE, AWAY },
    { SQLITE_CANTOPEN, ERR_UNAVAILABLE, AWAY },
    { SQLITE_NOMEM, ERR_UNAVAILABLE, AWAY },
    { SQLITE_CORRUPT, ERR_UNAVAILABLE, AWAY },
    { SQLITE_NOTADB, ERR_UNAVAILABLE, AWAY },
    { SQLITE_INTERRUPT, ERR_UNAVAILABLE, AWAY },
    { SQLITE_PROTOCOL, ERR_UNAVAILABLE, AWAY },
};

bool db_fail(sqlite3 *conn, int code, Err *err)
{
    int         extended = conn ? sqlite3_extended_errcode(conn) : code;
    const char *said     = conn ? sqlite3_errmsg(conn) : sqlite3_errstr(code);
    for (size_t i = 0; i < COUNT(CODE_KINDS); i++)
        if (CODE_KINDS[i].code == (code & 0xFF))
            return err_set(err, CODE_KINDS[i].kind, CODE_KINDS[i].shown, "sqlite %d: %s", extended, said);
    return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.", "sqlite %d: %s",
                   extended, said);
}

static uint32_t text_hash(const char *text) /* FNV-1a */
{
    uint32_t h = 2166136261u;
    for (const unsigned char *p = (const unsigned char *)text; *p; p++)
        h = (h ^ *p) * 16777619u;
    return h;
}

static void forget(Db *db, DbQuery *q)
{
    DbQuery **place = &db->buckets[q->hash % DB_BUCKETS];
    while (*place != q)
        place = &(*place)->next;
    *place = q->next;
    sqlite3_finalize(q->stmt);
    free(q);
    db->statements--;
}

/* Gives up the idle statement that was used longest ago (texts made at run time would pile up otherwise). */
static void forget_oldest(Db *db)
{
    DbQuery *oldest = NULL;
    for (size_t i = 0; i < DB_BUCKETS; i++)
        for (DbQuery *q = db->buckets[i]; q; q = q->next)
            if (!q->lent && (!oldest || q->used_at < oldest->used_at))
                oldest = q;
    if (oldest)
        forget(db, oldest);
}

static void prepare(DbQuery *q, const char *sql)
{
    const char *rest = NULL;
    int         code = sqlite3_prepare_v3(q->db->conn, sql, -1, SQLITE_PREPARE_PERSISTENT, &q->stmt, &rest);
    if (code != SQLITE_OK) {
        db_fail(q->db->conn, code, &q->err);
        return;
    }
    if (!q->stmt || slice_trim(slice_of(rest)).len > 0)
        err_set(&q->err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                "db_query takes one statement, not none or several");
}

static DbQuery *query_new(Db *db, const char *sql, uint32_t hash)
{
    if (db->statements >= DB_STATEMENTS_MAX)
        forget_oldest(db);
    DbQuery *q = calloc(1, sizeof *q);
    if (!q)
        return NULL;
    q->db   = db;
    q->hash = hash;
    prepare(q, sql);
    q->next                        = db->buckets[hash % DB_BUCKETS];
    db->buckets[hash % DB_BUCKETS] = q;
    db->statements++;
    return q;
}

DbQuery *db_query(Db *db, const char *sql)
{
    uint32_t hash = text_hash(sql);
    DbQuery *q    = db->buckets[hash % DB_BUCKETS];
    while (q && (q->lent || q->hash != hash || strcmp(sqlite3_sql(q->stmt), sql) != 0))
        q = q->next;
    if (!q)
        q = query_new(db, sql, hash);
    if (!q) {
        q  = &db->out_of_memory;
        *q = (DbQuery) { .db = db };
        err_set(&q->err, ERR_UNAVAILABLE, "Memory is out.", "db_query");
        return q;
    }
    q->lent    = true;
    q->used_at = ++db->lendings;
    return q;
}

void db_query_free(DbQuery *q)
{
    if (!q || q == &q->db->out_of_memory)
        return;
    q->lent = false;
    if (!q->stmt || q->err.kind == ERR_BUG) {
        forget(q->db, q);
        return;
    }
    sqlite3_reset(q->stmt);
    sqlite3_clear_bindings(q->stmt);
    q->err     = (Err) { 0 };
    q->started = q->ended = false;
    q->changes            = 0;
}

void db_reset_all(Db *db)
{
    for (sqlite3_stmt *s = sqlite3_next_stmt(db->conn, NULL); s; s = sqlite3_next_stmt(db->conn, s))
        sqlite3_reset(s);
}

/* Binding after a run begins the next run of the same statement; the other values stay. */
static bool may_bind(DbQuery *q)
{
    if (q->err.kind != ERR_NONE)
        return false;
    if (q->started) {
        sqlite3_reset(q->stmt);
        q->started = q->ended = false;
    }
    return true;
}

static void bound(DbQuery *q, int code)
{
    if (code != SQLITE_OK)
        db_fail(q->db->conn, code, &q->err);
}

void db_bind_int(DbQuery *q, int n, int64_t v)
{
    if (may_bind(q))
        bound(q, sqlite3_bind_int64(q->stmt, n, v));
}

void db_bind_real(DbQuery *q, int n, double v)
{
    if (may_bind(q))
        bound(q, sqlite3_bind_double(q->stmt, n, v));
}

void db_bind_text(DbQuery *q, int n, Slice v)
{
    if (!v.at)
        db_bind_null(q, n);
    else if (may_bind(q))
        bound(q, sqlite3_bind_text64(q->stmt, n, v.at, v.len, SQLITE_TRANSIENT, SQLITE_UTF8));
}

void db_bind_cstr(DbQuery *q, int n, const char *v)
{
    db_bind_text(q, n, (Slice) { v, v ? strlen(v) : 0 });
}

void db_bind_blob(DbQuery *q, int n, Slice v)
{
    if (!v.at)
        db_bind_null(q, n);
    else if (may_bind(q))
        bound(q, sqlite3_bind_blob64(q->stmt, n, v.at, v.len, SQLITE_TRANSIENT));
}

void db_bind_null(DbQuery *q, int n)
{
    if (may_bind(q))
        bound(q, sqlite3_bind_null(q->stmt, n));
}

static DbStep failed(const DbQuery *q, Err *err)
{
    if (err && err->kind == ERR_NONE)
        *err = q->err;
    return DB_FAILED;
}

DbStep db_next(DbQuery *q, Err *err)
{
    if (q->err.kind != ERR_NONE)
        return failed(q, err);
    if (q->ended)
        return DB_END;
    q->started = true;
    int code   = sqlite3_step(q->stmt);
    if (code == SQLITE_ROW)
        return DB_ROW;
    if (code == SQLITE_DONE) {
        q->ended   = true;
        q->changes = sqlite3_stmt_readonly(q->stmt) ? 0 : sqlite3_changes64(q->db->conn);
        return DB_END;
    }
    db_fail(q->db->conn, code, &q->err);
    sqlite3_reset(q->stmt);
    return failed(q, err);
}

bool db_run(DbQuery *q, Err *err)
{
    if (q->ended && q->err.kind == ERR_NONE) { /* again, with the same values */
        sqlite3_reset(q->stmt);
        q->started = q->ended = false;
    }
    DbStep step = DB_ROW;
    while (step == DB_ROW)
        step = db_next(q, err);
    return step == DB_END;
}

int64_t db_changes(const DbQuery *q)
{
    return q->changes;
}

int64_t db_int(const DbQuery *q, int column)
{
    return q->stmt ? sqlite3_column_int64(q->stmt, column) : 0;
}

double db_real(const DbQuery *q, int column)
{
    return q->stmt ? sqlite3_column_double(q->stmt, column) : 0.0;
}

bool db_is_null(const DbQuery *q, int column)
{
    return !q->stmt || sqlite3_column_type(q->stmt, column) == SQLITE_NULL;
}

Slice db_slice(const DbQuery *q, int column)
{
    if (db_is_null(q, column))
        return SLICE_NONE;
    const void *at  = sqlite3_column_type(q->stmt, column) == SQLITE_BLOB
                          ? sqlite3_column_blob(q->stmt, column)
                          : (const void *)sqlite3_column_text(q->stmt, column);
    int         len = sqlite3_column_bytes(q->stmt, column);
    return at && len > 0 ? slice_bytes(at, (size_t)len) : SLICE_NONE;
}

void db_text(const DbQuery *q, int column, char *ret, size_t size)
{
    (void)slice_copy(db_slice(q, column), ret, size);
}

char *db_text_dup(const DbQuery *q, int column, Arena *into)
{
    return arena_text(into, db_slice(q, column));
}

int64_t db_last_id(Db *db)
{
    return sqlite3_last_insert_rowid(db->conn);
}
