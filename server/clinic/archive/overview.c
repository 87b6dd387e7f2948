/*
 * The archive seen from above: one row of totals, the newest arrivals, what waits. No table is read through.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/overview.h"

#include <sys/statvfs.h>
#include <time.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/recheck.h"
#include "formats/json/json_util.h"
#include "platform/clock.h"

enum {
    HOUR_MS     = 3600 * 1000,
    OLDER_IN_ROW = 200, /* what a correction or a restoration puts back is older than its key: not the end of today */
};

/* Midnight on the wall of this house, in UTC milliseconds. */
static int64_t midnight_ms(int64_t now_ms)
{
    time_t    now = (time_t)(now_ms / 1000);
    struct tm wall;
    if (!localtime_r(&now, &wall))
        return now_ms - 24 * (int64_t)HOUR_MS;
    wall.tm_hour = wall.tm_min = wall.tm_sec = 0;
    wall.tm_isdst                            = -1;
    return (int64_t)mktime(&wall) * 1000;
}

static bool totals(Db *db, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT studies, series, objects, bytes FROM archive_total WHERE id = 1");
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_BUG, "Something went wrong here.", "no row of totals");
    static const char *const NAMES[] = { "studies", "series", "objects", "bytes" };
    for (int i = 0; i < (int)COUNT(NAMES); i++)
        json_put(ret, NAMES[i], json_integer(db_int(q, i)));
    return true;
}

/* From the newest back, until today is over. */
static bool arrivals(Db *db, json_t *ret, Err *err)
{
    int64_t now_ms = clock_now_ms(), day_ms = midnight_ms(now_ms), today = 0, hour = 0, last_ms = 0, seen = 0;
    int     older = 0;
    DbStep  step  = DB_ROW;
    OWNED(DbQuery) *q = db_query(db, "SELECT received_at_ms FROM instance ORDER BY id DESC LIMIT ?1");
    db_bind_int(q, 1, OVERVIEW_ARRIVALS_MAX + 1);
    while (older < OLDER_IN_ROW && seen <= OVERVIEW_ARRIVALS_MAX && (step = db_next(q, err)) == DB_ROW) {
        int64_t at_ms = db_int(q, 0);
        seen++;
        last_ms = at_ms > last_ms ? at_ms : last_ms;
        today += at_ms >= day_ms;
        hour += at_ms > now_ms - HOUR_MS;
        older = at_ms < day_ms ? older + 1 : 0;
    }
    if (step == DB_FAILED)
        return false;
    json_put(ret, "today", json_integer(today));
    json_put(ret, "hour", json_integer(hour));
    json_put(ret, "more", json_boolean(seen > OVERVIEW_ARRIVALS_MAX));
    json_put(ret, "last_at_ms", last_ms ? json_integer(last_ms) : json_null());
    return true;
}

/* At most a thousand of each are counted. */
static bool one_number(DbQuery *q, int64_t *ret, Err *err)
{
    db_bind_int(q, 1, OVERVIEW_WAITING_MAX);
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0);
    return true;
}

static bool waiting(Db *db, json_t *all, Err *err)
{
    int64_t wrong = 0, nobody = 0, asides = 0, faults = 0;
    OWNED(DbQuery) *w = db_query(
        db, "SELECT COUNT(*) FROM (SELECT 1 FROM study WHERE wrong_patient = 1 AND patient_id IS NOT NULL LIMIT ?1) AS some");
    OWNED(DbQuery) *n = db_query(db, "SELECT COUNT(*) FROM (SELECT 1 FROM study WHERE patient_id IS NULL LIMIT ?1) AS some");
    OWNED(DbQuery) *a =
        db_query(db, "SELECT COUNT(*) FROM (SELECT 1 FROM instance_aside WHERE settled_at_ms IS NULL LIMIT ?1) AS some");
    OWNED(DbQuery) *f = db_query(db, "SELECT COUNT(*) FROM (SELECT 1 FROM blob_fault WHERE mended_at_ms IS NULL LIMIT ?1) AS some");
    if (!one_number(w, &wrong, err) || !one_number(n, &nobody, err) || !one_number(a, &asides, err) ||
        !one_number(f, &faults, err))
        return false;
    bool more = wrong == OVERVIEW_WAITING_MAX || nobody == OVERVIEW_WAITING_MAX || asides == OVERVIEW_WAITING_MAX;
    json_put(all, "quarantine",
             json_pack("{s:I, s:I, s:b}", "studies", (json_int_t)(wrong + nobody), "objects", (json_int_t)asides, "more", more));
    json_put(all, "faults", json_integer(faults));
    return true;
}

static json_t *room_of(const char *folder)
{
    struct statvfs s;
    if (statvfs(folder, &s) != 0)
        return json_null();
    return json_pack("{s:I, s:I}", "free", (json_int_t)((int64_t)s.f_bavail * (int64_t)s.f_frsize), "size",
                     (json_int_t)((int64_t)s.f_blocks * (int64_t)s.f_frsize));
}

bool overview_json(Archive *a, int64_t waiting_ahead, json_t **ret, Err *err)
{
    json_t *came = json_object(), *recheck = json_object();
    OWNED(json_t) *all = json_pack("{s:o, s:o}", "arrivals", came, "recheck", recheck);
    OWNED(Db) *db      = db_read(a->host, err);
    if (!all || !db || !totals(db, all, err) || !arrivals(db, came, err) || !waiting(db, all, err) ||
        !recheck_json(db, recheck, err))
        return false;
    json_put(all, "disk", room_of(blobs_folder(a->blobs)));
    json_put(all, "cache", room_of(a->cache));
    json_put(all, "ahead", waiting_ahead < 0 ? json_null() : json_pack("{s:I}", "waiting", (json_int_t)waiting_ahead));
    *ret = GIVE(all);
    return true;
}
