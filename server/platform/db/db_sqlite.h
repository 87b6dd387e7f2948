/*
 * What the files of this room share: the connection with its statement cache, the host, and how SQLite's
 * codes read.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#ifndef PLATFORM_DB_DB_SQLITE_H
#define PLATFORM_DB_DB_SQLITE_H

#include <pthread.h>
#include <semaphore.h>
#include <sqlite3.h>

#include "platform/db/db.h"

enum {
    DB_READERS_MAX    = 16,   /* read connections of one host, opened when first needed */
    DB_READ_WAIT_MS   = 5000, /* how long db_read waits for one of them */
    DB_GROUP_MAX      = 64,   /* items in one commit */
    DB_GROUP_MS       = 2,    /* a group takes no further item after this time */
    DB_QUEUE_MAX      = 1024, /* items that wait for the writer; more are refused */
    DB_STATEMENTS_MAX = 256,  /* prepared statements kept by a connection */
    DB_BUCKETS        = 512,
};

/* A prepared statement in the cache of its connection, or lent out as the DbQuery it is. */
struct DbQuery {
    Db           *db;
    sqlite3_stmt *stmt; /* NULL: preparing failed, 'err' says why */
    Err           err;  /* the first failure; comes out of db_next */
    bool          lent, started, ended;
    int64_t       changes;
    uint64_t      used_at; /* count of lendings: the idle one with the least is given up first */
    uint32_t      hash;
    DbQuery      *next; /* in its bucket */
};

struct Db {
    sqlite3 *conn;
    DbHost  *host;
    bool     writer;
    DbQuery *buckets[DB_BUCKETS];
    size_t   statements;
    uint64_t lendings;
    DbQuery  out_of_memory; /* lent when there is no memory for a query */
    Db      *next_free;
};

/* Somebody who waits for the writer; lives on that thread's stack, or in a DbLater. */
typedef struct WriteItem {
    DbWork           *work;
    void             *arg;
    Err               err;
    bool              ok;
    sem_t             done;
    struct WriteItem *next;
} WriteItem;

struct DbLater {
    WriteItem item;
};

struct DbHost {
    char *path;
    Db   *writer;

    pthread_t       thread;
    bool            thread_runs;
    pthread_mutex_t write_lock; /* guards the queue */
    pthread_cond_t  write_news;
    WriteItem      *first, *last;
    size_t          waiting;
    bool            stopping;

    pthread_mutex_t read_lock; /* guards the pool */
    pthread_cond_t  read_news;
    Db             *free_readers;
    size_t          readers; /* open, free or lent */
};

/* One connection with our pragmas; 'flags' of sqlite3_open_v2. NULL on failure. */
Db  *db_connect(DbHost *host, int flags, Err *err);
void db_disconnect(Db *db);

/* Runs plain SQL without parameters or rows. */
bool db_exec(Db *db, const char *sql, Err *err);

/* Fills 'err' from the connection's last failure. Returns false. */
bool db_fail(sqlite3 *conn, int code, Err *err);

/* Ends whatever statement was left open, so that a transaction can end. */
void db_reset_all(Db *db);

bool  db_migrate(Db *db, const DbMigration *migrations, size_t count, Err *err);
void *db_writer_thread(void *host);

#endif
