/*
 * The one writer: takes what waits, runs each item in its savepoint, commits once, then wakes everybody.
 *
 * A lone writer never waits for company: others queue up while the disk flushes, and make the next group.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "platform/clock.h"
#include "platform/db/db_sqlite.h"

#define AWAY "The database cannot be used at the moment."

/* The next waiting item. 'wait': sleeps until there is one; NULL then means that the host is closing. */
static WriteItem *take(DbHost *host, bool wait)
{
    pthread_mutex_lock(&host->write_lock);
    while (wait && !host->first && !host->stopping)
        pthread_cond_wait(&host->write_news, &host->write_lock);
    WriteItem *item = host->first;
    if (item) {
        host->first = item->next;
        if (!host->first)
            host->last = NULL;
        host->waiting--;
        item->next = NULL;
    }
    pthread_mutex_unlock(&host->write_lock);
    return item;
}

/* Runs one item in its savepoint. False: the whole transaction is gone (disk full, ...) and with it the
 * group. */
static bool run_item(Db *db, WriteItem *item)
{
    if (!db_exec(db, "SAVEPOINT item", &item->err))
        return sqlite3_get_autocommit(db->conn) == 0;
    item->ok = item->work(db, item->arg, &item->err);
    db_reset_all(db);
    if (sqlite3_get_autocommit(db->conn))
        return false;
    if (item->ok && db_exec(db, "RELEASE item", &item->err))
        return true;
    item->ok = false;
    err_set(&item->err, ERR_BUG, "The program made a mistake; it was noted in the log.",
            "work failed without saying why");
    return db_exec(db, "ROLLBACK TO item", NULL) && db_exec(db, "RELEASE item", NULL);
}

/* Nothing of this group was kept: those who succeeded are told so, the others keep their own reason. */
static void lose(WriteItem *group, const Err *why)
{
    for (WriteItem *item = group; item; item = item->next) {
        if (item->ok)
            item->err = (Err) { 0 };
        item->ok = false;
        err_set(&item->err, ERR_UNAVAILABLE, AWAY, "commit lost: %s", why->detail);
    }
}

static void wake(WriteItem *group)
{
    for (WriteItem *next; group; group = next) {
        next = group->next; /* the item is gone as soon as its thread wakes */
        sem_post(&group->done);
    }
}

/* One commit: 'first' and those who come within DB_GROUP_MS, at most DB_GROUP_MAX. */
static void commit_group(DbHost *host, WriteItem *first)
{
    Db        *db    = host->writer;
    WriteItem *group = first, *last = first;
    Err        why      = { 0 };
    int64_t    until_ms = clock_monotonic_ms() + DB_GROUP_MS;
    bool       alive    = db_exec(db, "BEGIN IMMEDIATE", &why) && run_item(db, first);
    for (int taken = 1; alive && taken < DB_GROUP_MAX && clock_monotonic_ms() < until_ms; taken++) {
        WriteItem *item = take(host, false);
        if (!item)
            break;
        last->next = item;
        last       = item;
        alive      = run_item(db, item);
    }
    if (!alive || !db_exec(db, "COMMIT", &why)) {
        if (!alive)
            err_set(&why, ERR_UNAVAILABLE, AWAY, "%s", last->err.detail);
        if (!sqlite3_get_autocommit(db->conn))
            (void)db_exec(db, "ROLLBACK", NULL);
        lose(group, &why);
    }
    wake(group);
}

void *db_writer_thread(void *arg)
{
    DbHost    *host = arg;
    WriteItem *item;
    while ((item = take(host, true)))
        commit_group(host, item);
    return NULL;
}

static bool queue(DbHost *host, WriteItem *item, Err *err)
{
    if (pthread_equal(pthread_self(), host->thread))
        return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                       "db_write inside the work of db_write");
    pthread_mutex_lock(&host->write_lock);
    bool taken = !host->stopping && host->waiting < DB_QUEUE_MAX;
    if (taken) {
        sem_init(&item->done, 0, 0);
        if (host->last)
            host->last->next = item;
        else
            host->first = item;
        host->last = item;
        host->waiting++;
        pthread_cond_signal(&host->write_news);
    }
    pthread_mutex_unlock(&host->write_lock);
    return taken || err_set(err, ERR_UNAVAILABLE, AWAY, "the writer's queue is full or closing");
}

static bool awaited(WriteItem *item, Err *err)
{
    while (sem_wait(&item->done) != 0)
        continue; /* a signal */
    sem_destroy(&item->done);
    if (!item->ok && err && err->kind == ERR_NONE)
        *err = item->err;
    return item->ok;
}

bool db_write(DbHost *host, DbWork *work, void *arg, Err *err)
{
    WriteItem item = { .work = work, .arg = arg };
    return queue(host, &item, err) && awaited(&item, err);
}

DbLater *db_write_begin(DbHost *host, DbWork *work, void *arg, Err *err)
{
    DbLater *later = calloc(1, sizeof *later);
    if (!later) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "db_write_begin");
        return NULL;
    }
    later->item = (WriteItem) { .work = work, .arg = arg };
    if (queue(host, &later->item, err))
        return later;
    free(later);
    return NULL;
}

bool db_write_end(DbLater *later, Err *err)
{
    bool ok = awaited(&later->item, err);
    free(later);
    return ok;
}
