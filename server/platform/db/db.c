/*
 * Opening the database (SQLite), its pragmas, and the pool of read snapshots.
 *
 * The pragmas are measured choices: docs/decisions/0002-database.md.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <time.h>
#include <unistd.h>

#include "platform/db/db_sqlite.h"

#define AWAY "The database cannot be used at the moment."

static const char COMMON_PRAGMAS[] = "PRAGMA foreign_keys=ON;"
                                     "PRAGMA busy_timeout=5000;"
                                     "PRAGMA temp_store=MEMORY;"
                                     "PRAGMA mmap_size=1073741824;"
                                     "PRAGMA trusted_schema=OFF;";

static const char WRITER_PRAGMAS[] = "PRAGMA page_size=8192;"
                                     "PRAGMA journal_mode=WAL;"
                                     "PRAGMA synchronous=FULL;"
                                     "PRAGMA cache_size=-65536;"
                                     "PRAGMA wal_autocheckpoint=4000;"
                                     "PRAGMA journal_size_limit=67108864;";

static const char READER_PRAGMAS[] = "PRAGMA cache_size=-2048;";

bool db_exec(Db *db, const char *sql, Err *err)
{
    int code = sqlite3_exec(db->conn, sql, NULL, NULL, NULL);
    return code == SQLITE_OK || db_fail(db->conn, code, err);
}

Db *db_connect(DbHost *host, int flags, Err *err)
{
    Db *db = calloc(1, sizeof *db);
    if (!db) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "db_connect");
        return NULL;
    }
    db->host   = host;
    db->writer = (flags & SQLITE_OPEN_READWRITE) != 0;
    int code   = sqlite3_open_v2(host->path, &db->conn, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        db_fail(db->conn, code, err);
    if (code != SQLITE_OK || !db_exec(db, db->writer ? WRITER_PRAGMAS : READER_PRAGMAS, err) ||
        !db_exec(db, COMMON_PRAGMAS, err)) {
        db_disconnect(db);
        return NULL;
    }
    return db;
}

void db_disconnect(Db *db)
{
    if (!db)
        return;
    for (size_t i = 0; i < DB_BUCKETS; i++)
        for (DbQuery *q = db->buckets[i], *next; q; q = next) {
            next = q->next;
            sqlite3_finalize(q->stmt);
            free(q);
        }
    sqlite3_close(db->conn);
    free(db);
}

/* WAL is what makes readers and the writer independent: without it (a network disk) we do not start. */
static bool journal_is_wal(Db *db, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "PRAGMA journal_mode");
    if (db_next(q, err) == DB_ROW && slice_equal_text(db_slice(q, 0), "wal"))
        return true;
    return err_set(err, ERR_UNAVAILABLE, AWAY, "the file system does not allow a write-ahead log");
}

/* Created by us, so that nobody else on the machine may read it; its log files get the same mode. */
static bool create_private(const char *path, Err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return err_set(err, ERR_UNAVAILABLE, AWAY, "open: %s", strerror(errno));
    close(fd);
    return true;
}

static bool start(DbHost *host, const DbMigration *migrations, size_t count, Err *err)
{
    if (!create_private(host->path, err))
        return false;
    host->writer = db_connect(host, SQLITE_OPEN_READWRITE, err);
    if (!host->writer || !journal_is_wal(host->writer, err) ||
        !db_migrate(host->writer, migrations, count, err))
        return false;
    if (pthread_create(&host->thread, NULL, db_writer_thread, host) != 0)
        return err_set(err, ERR_UNAVAILABLE, AWAY, "no thread for the writer");
    host->thread_runs = true;
    return true;
}

static DbHost *host_new(const char *path, Err *err)
{
    DbHost *host = calloc(1, sizeof *host);
    if (!host || !(host->path = slice_dup(slice_of(path)))) {
        free(host);
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "db_open");
        return NULL;
    }
    pthread_condattr_t monotonic;
    pthread_condattr_init(&monotonic);
    pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    pthread_mutex_init(&host->write_lock, NULL);
    pthread_mutex_init(&host->read_lock, NULL);
    pthread_cond_init(&host->write_news, &monotonic);
    pthread_cond_init(&host->read_news, &monotonic);
    pthread_condattr_destroy(&monotonic);
    return host;
}

DbHost *db_open(const char *path, const DbMigration *migrations, size_t count, Err *err)
{
    DbHost *host = host_new(path, err);
    if (host && start(host, migrations, count, err))
        return host;
    db_close(host);
    return NULL;
}

DbHost *db_open_snapshot(const char *path, Err *err)
{
    DbHost *host = host_new(path, err);
    if (!host)
        return NULL;
    host->stopping = true; /* no writer: db_write is refused */
    OWNED(Db) *db  = db_read(host, err);
    if (db)
        return host;
    db_close(host);
    return NULL;
}

void db_close(DbHost *host)
{
    if (!host)
        return;
    if (host->thread_runs) {
        pthread_mutex_lock(&host->write_lock);
        host->stopping = true;
        pthread_cond_signal(&host->write_news);
        pthread_mutex_unlock(&host->write_lock);
        pthread_join(host->thread, NULL);
    }
    for (Db *db = host->free_readers, *next; db; db = next) {
        next = db->next_free;
        db_disconnect(db);
    }
    db_disconnect(host->writer); /* last: its close writes the log back into the file */
    pthread_cond_destroy(&host->read_news);
    pthread_cond_destroy(&host->write_news);
    pthread_mutex_destroy(&host->read_lock);
    pthread_mutex_destroy(&host->write_lock);
    free(host->path);
    free(host);
}

/* A free connection, or the right to open one (*ret_open); false when none came free in time. */
static bool reader_take(DbHost *host, Db **ret, bool *ret_open)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += DB_READ_WAIT_MS / 1000;
    pthread_mutex_lock(&host->read_lock);
    int waited = 0;
    while (!host->free_readers && host->readers == DB_READERS_MAX && waited == 0)
        waited = pthread_cond_timedwait(&host->read_news, &host->read_lock, &until);
    *ret = host->free_readers;
    if (*ret)
        host->free_readers = (*ret)->next_free;
    *ret_open = !*ret && host->readers < DB_READERS_MAX;
    if (*ret_open)
        host->readers++;
    pthread_mutex_unlock(&host->read_lock);
    return *ret || *ret_open;
}

/* Back into the pool; NULL: the connection could not be kept, so another may be opened. */
static void reader_give(DbHost *host, Db *db)
{
    pthread_mutex_lock(&host->read_lock);
    if (db) {
        db->next_free      = host->free_readers;
        host->free_readers = db;
    } else {
        host->readers--;
    }
    pthread_cond_signal(&host->read_news);
    pthread_mutex_unlock(&host->read_lock);
}

/* As db_exec, prepared once: every reading begins and ends so. */
static bool say(Db *db, const char *sql, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    return db_next(q, err) == DB_END;
}

Db *db_read(DbHost *host, Err *err)
{
    Db  *db   = NULL;
    bool open = false;
    if (!reader_take(host, &db, &open)) {
        err_set(err, ERR_UNAVAILABLE, AWAY, "no read connection came free in %d ms", DB_READ_WAIT_MS);
        return NULL;
    }
    if (open)
        db = db_connect(host, SQLITE_OPEN_READONLY, err);
    if (!db) {
        reader_give(host, NULL);
        return NULL;
    }
    if (!say(db, "BEGIN", err)) {
        db_disconnect(db);
        reader_give(host, NULL);
        return NULL;
    }
    return db;
}

void db_read_end(Db *db)
{
    if (!db)
        return;
    DbHost *host = db->host;
    db_reset_all(db);
    if (!say(db, "COMMIT", NULL)) {
        db_disconnect(db);
        db = NULL;
    }
    reader_give(host, db);
}

bool db_read_work(DbHost *host, DbWork *work, void *arg, Err *err)
{
    OWNED(Db) *db = db_read(host, err);
    return db && work(db, arg, err);
}
