/*
 * The database behind one small door: prepared statements, one writer with group commit, read snapshots,
 * numbered migrations. SQL here and above stays common to SQLite and PostgreSQL (?1 parameters, ON CONFLICT,
 * RETURNING; no rowid, no pragma, no json functions).
 *
 * A Db is one connection inside one transaction; a DbHost is the opened database.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_DB_DB_H
#define PLATFORM_DB_DB_H

#include "base/arena.h"
#include "base/err.h"
#include "base/own.h"
#include "base/slice.h"

typedef struct DbHost  DbHost;
typedef struct Db      Db;
typedef struct DbQuery DbQuery;

typedef struct DbMigration {
    int         number; /* from 1, growing */
    const char *name;
    const char *sql; /* several statements, ';' separated */
} DbMigration;

/*
 * Opens (creates) the database and applies the migrations that are missing, each in its own transaction.
 * 'path' is a file (SQLite). Errors: ERR_UNAVAILABLE cannot open; ERR_CONFLICT written by a newer program.
 */
DbHost *db_open(const char *path, const DbMigration *migrations, size_t count, Err *err);

/*
 * A consistent copy of the database 'from' at 'to' (which must not exist), taken while others read and write it; flushed,
 * checked, one file without a log. ERR_UNAVAILABLE disk or database; ERR_CONFLICT 'to' exists or the copy is damaged.
 */
bool db_snapshot(const char *from, const char *to, Err *err);
/* Opens such a copy to read only, without touching it: db_write is refused. */
DbHost *db_open_snapshot(const char *path, Err *err);

void    db_close(DbHost *host); /* ends the writer after the work it has taken */
OWNED_BY(DbHost, db_close)

/* Work inside a transaction: true keeps what it did, false (with *err) undoes all of it. */
typedef bool DbWork(Db *db, void *work, Err *err);

/*
 * Runs 'work' on the writer thread, grouped with others into one commit; true means durable (flushed).
 * Only what 'work' did is undone when it fails. It must not block, hash passwords or touch the network.
 */
bool db_write(DbHost *host, DbWork *work, void *arg, Err *err);

/*
 * The same in two halves, so that the caller can do something else meanwhile: 'arg' belongs to the writer
 * until db_write_end, which waits, frees and must follow. NULL with *err when the queue is full or closing.
 */
typedef struct DbLater DbLater;
DbLater               *db_write_begin(DbHost *host, DbWork *work, void *arg, Err *err);
bool                   db_write_end(DbLater *later, Err *err);

/* A read-only snapshot from the pool, given back by db_read_end (at scope exit with OWNED(Db)). Keep it
 * short. */
Db  *db_read(DbHost *host, Err *err);
void db_read_end(Db *db);
OWNED_BY(Db, db_read_end)

/* The same work on a read snapshot: for functions used from both sides. */
bool db_read_work(DbHost *host, DbWork *work, void *arg, Err *err);

/*
 * One statement. 'sql' is a string literal (statements are cached by it). Never NULL: errors stick to the
 * query and come out of db_next. Free it (OWNED) before another use of the same literal on this connection...
 * nested use of one literal is allowed and gets its own statement.
 */
DbQuery *db_query(Db *db, const char *sql);
void     db_query_free(DbQuery *q);
OWNED_BY(DbQuery, db_query_free)

/* Parameters count from 1. Text and blobs are copied. A Slice with at == NULL binds NULL. */
void db_bind_int(DbQuery *q, int n, int64_t v);
void db_bind_real(DbQuery *q, int n, double v);
void db_bind_text(DbQuery *q, int n, Slice v);
void db_bind_cstr(DbQuery *q, int n, const char *v); /* NULL binds NULL */
void db_bind_blob(DbQuery *q, int n, Slice v);
void db_bind_null(DbQuery *q, int n);

typedef enum DbStep { DB_FAILED, DB_END, DB_ROW } DbStep;
DbStep db_next(DbQuery *q, Err *err);

/* Runs to the end: for INSERT/UPDATE/DELETE. ERR_CONFLICT when a UNIQUE or foreign key refuses. */
bool db_run(DbQuery *q, Err *err);

/* Rows changed by the last db_run/db_next on this query. */
int64_t db_changes(const DbQuery *q);

/* Columns count from 0; valid until the next db_next. NULL reads as 0, 0.0 or the empty slice. */
int64_t db_int(const DbQuery *q, int column);
double  db_real(const DbQuery *q, int column);
Slice   db_slice(const DbQuery *q, int column); /* text or blob, borrowed until the next db_next */
bool    db_is_null(const DbQuery *q, int column);
void    db_text(const DbQuery *q, int column, char *ret, size_t size); /* terminated, cut to fit */
char   *db_text_dup(const DbQuery *q, int column, Arena *into);        /* terminated copy */

/* New key of the last INSERT on this connection whose table has "id INTEGER PRIMARY KEY". */
int64_t db_last_id(Db *db);

#endif
