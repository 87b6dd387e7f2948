/*
 * A copy of a database in use: SQLite's online backup in one step, so that it is one moment of the original.
 *
 * In a write-ahead log a reader does not hold up the writer, and the other way round.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "platform/db/db_sqlite.h"

#define COPY_FAILED "The database could not be copied."
enum { BUSY_MS = 10000, ALL_PAGES = -1 };

static bool copy_pages(sqlite3 *from, sqlite3 *to, Err *err)
{
    sqlite3_backup *b = sqlite3_backup_init(to, "main", from, "main");
    if (!b)
        return db_fail(to, sqlite3_errcode(to), err);
    int code = sqlite3_backup_step(b, ALL_PAGES);
    int end  = sqlite3_backup_finish(b);
    if (code == SQLITE_DONE && end == SQLITE_OK)
        return true;
    return err_set(err, ERR_UNAVAILABLE, COPY_FAILED, "backup step %d, end %d", code, end);
}

static int first_is_ok(void *ret, int columns, char **values, char **names)
{
    (void)names;
    *(bool *)ret = columns == 1 && values[0] && strcmp(values[0], "ok") == 0;
    return 1; /* one line tells enough */
}

/* One plain file (no log beside it), whole by SQLite's own check. */
static bool copy_settle(sqlite3 *to, Err *err)
{
    bool whole = false;
    if (sqlite3_exec(to, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL) != SQLITE_OK)
        return db_fail(to, sqlite3_errcode(to), err);
    (void)sqlite3_exec(to, "PRAGMA quick_check", first_is_ok, &whole, NULL);
    return whole || err_set(err, ERR_CONFLICT, "The copy of the database is damaged.", "quick_check");
}

static bool flush(const char *path, Err *err)
{
    int  fd = open(path, O_RDWR | O_CLOEXEC);
    bool ok = fd >= 0 && fsync(fd) == 0;
    if (!ok)
        err_set(err, ERR_UNAVAILABLE, COPY_FAILED, "fsync: %s", strerror(errno));
    if (fd >= 0)
        close(fd);
    return ok;
}

static bool reserve(const char *path, Err *err)
{
    int fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return err_set(err, errno == EEXIST ? ERR_CONFLICT : ERR_UNAVAILABLE, COPY_FAILED, "create: %s",
                       strerror(errno));
    close(fd);
    return true;
}

bool db_snapshot(const char *from, const char *to, Err *err)
{
    sqlite3 *source = NULL, *copy = NULL;
    if (!reserve(to, err))
        return false;
    int  code = sqlite3_open_v2(from, &source, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    bool ok   = code == SQLITE_OK || db_fail(source, code, err);
    if (ok) {
        code = sqlite3_open_v2(to, &copy, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
        ok   = code == SQLITE_OK || db_fail(copy, code, err);
    }
    if (ok) {
        (void)sqlite3_busy_timeout(source, BUSY_MS);
        (void)sqlite3_busy_timeout(copy, BUSY_MS);
        ok = copy_pages(source, copy, err) && copy_settle(copy, err);
    }
    sqlite3_close(copy);
    sqlite3_close(source);
    ok = ok && flush(to, err);
    if (!ok)
        (void)unlink(to);
    return ok;
}
