/*
 * Migrations: numbered, each in its own transaction, remembered in schema_migration.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/clock.h"
#include "platform/db/db_sqlite.h"

static const char CREATE_TABLE[] = "CREATE TABLE IF NOT EXISTS schema_migration ("
                                   "    number        INTEGER PRIMARY KEY,"
                                   "    name          TEXT    NOT NULL,"
                                   "    applied_at_ms INTEGER NOT NULL"
                                   ") STRICT";

static const DbMigration *migration_known(const DbMigration *migrations, size_t count, int64_t number)
{
    for (size_t i = 0; i < count; i++)
        if (migrations[i].number == number)
            return &migrations[i];
    return NULL;
}

/* Everything in the database must be known to this program, under the same name. */
static bool applied_are_known(Db *db, const DbMigration *migrations, size_t count, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT number, name FROM schema_migration ORDER BY number");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        const DbMigration *m = migration_known(migrations, count, db_int(q, 0));
        if (!m || !slice_equal_text(db_slice(q, 1), m->name))
            return err_set(err, ERR_CONFLICT, "The database was written by a newer version of the program.",
                           "migration %lld is not known here", (long long)db_int(q, 0));
    }
    return step == DB_END;
}

static bool is_applied(Db *db, int number, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM schema_migration WHERE number = ?1");
    db_bind_int(q, 1, number);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

static bool remember(Db *db, const DbMigration *m, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO schema_migration (number, name, applied_at_ms)"
                                     " VALUES (?1, ?2, ?3)");
    db_bind_int(q, 1, m->number);
    db_bind_cstr(q, 2, m->name);
    db_bind_int(q, 3, clock_now_ms());
    return db_run(q, err);
}

/* Asked again inside the transaction: another process may be migrating the same file. */
static bool apply(Db *db, const DbMigration *m, Err *err)
{
    bool done = false;
    if (!db_exec(db, "BEGIN IMMEDIATE", err))
        return false;
    bool ok =
        is_applied(db, m->number, &done, err) && (done || (db_exec(db, m->sql, err) && remember(db, m, err)));
    if (ok && db_exec(db, "COMMIT", err))
        return true;
    db_reset_all(db);
    (void)db_exec(db, "ROLLBACK", NULL);
    return false;
}

bool db_migrate(Db *db, const DbMigration *migrations, size_t count, Err *err)
{
    for (size_t i = 0; i < count; i++)
        if (migrations[i].number <= (i ? migrations[i - 1].number : 0))
            return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                           "migration numbers do not grow at %s", migrations[i].name);
    if (!db_exec(db, CREATE_TABLE, err) || !applied_are_known(db, migrations, count, err))
        return false;
    for (size_t i = 0; i < count; i++) {
        bool done = false;
        if (!is_applied(db, migrations[i].number, &done, err) || (!done && !apply(db, &migrations[i], err)))
            return false;
    }
    return true;
}
