/*
 * Room of the archive as the page shows it: disk, whole store, each site, who set which limit.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <sys/statvfs.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/quota.h"
#include "formats/json/json_util.h"

static const char *level_of(int64_t used, int64_t limit, int64_t warn_percent)
{
    if (!limit)
        return "none";
    if (used >= limit)
        return "full";
    return quota_is_near(used, limit, warn_percent) ? "warned" : "ok";
}

#define USED(kind, alias)                                                                                    \
    "       COALESCE(SUM(CASE WHEN archive_usage.kind = '" kind "' THEN archive_usage.bytes END), 0) AS " alias

static json_t *place_json(const DbQuery *q)
{
    int64_t used = db_int(q, 3), limit = db_int(q, 8), warn = db_int(q, 9);
    return json_pack("{s:I, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:s}", "site_id",
                     (json_int_t)db_int(q, 0), "name", json_slice(db_slice(q, 1)), "files",
                     (json_int_t)db_int(q, 2), "bytes", (json_int_t)used, "shown_bytes",
                     (json_int_t)db_int(q, 4), "aside_bytes", (json_int_t)db_int(q, 5), "kept_bytes",
                     (json_int_t)db_int(q, 6), "brought_bytes", (json_int_t)db_int(q, 7), "limit_bytes",
                     (json_int_t)limit, "warn_percent", (json_int_t)(warn ? warn : QUOTA_WARN_PERCENT), "level",
                     level_of(used, limit, warn));
}

#define SUMS                                                                                                 \
    " COALESCE(SUM(archive_usage.files), 0), COALESCE(SUM(archive_usage.bytes), 0),"                         \
    USED("shown", "shown") "," USED("aside", "aside") "," USED("kept", "kept") "," USED("brought", "brought")

static bool store_json(Db *db, json_t **ret, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "SELECT 0, ''," SUMS ","
                     "       COALESCE((SELECT limit_bytes FROM archive_limit WHERE site_id = 0), 0),"
                     "       COALESCE((SELECT warn_percent FROM archive_limit WHERE site_id = 0), 0)"
                     "  FROM archive_usage");
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = place_json(q);
    return true;
}

/* Every organisation that keeps something, has a limit or is a site; site 0 is what belongs to none. */
static bool sites_json(Db *db, json_t **ret, Err *err)
{
    OWNED(json_t) *all = json_array();
    OWNED(DbQuery) *q =
        db_query(db, "SELECT place.id, place.name," SUMS ","
                     "       COALESCE((SELECT limit_bytes FROM archive_limit WHERE archive_limit.site_id = place.id "
                     "AND place.id <> 0), 0),"
                     "       COALESCE((SELECT warn_percent FROM archive_limit WHERE archive_limit.site_id = place.id "
                     "AND place.id <> 0), 0)"
                     "  FROM (SELECT id, name FROM organisation UNION ALL SELECT 0, '') AS place"
                     "  LEFT JOIN archive_usage ON archive_usage.site_id = place.id"
                     " GROUP BY place.id, place.name ORDER BY place.id = 0, place.name");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(all, place_json(q));
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(all);
    return true;
}

static bool changes_json(Db *db, json_t **ret, Err *err)
{
    OWNED(json_t) *all = json_array();
    OWNED(DbQuery) *q =
        db_query(db, "SELECT archive_limit_change.site_id, COALESCE(organisation.name, ''), limit_bytes, "
                     "warn_percent, at_ms, actor, reason"
                     "  FROM archive_limit_change LEFT JOIN organisation ON organisation.id = "
                     "archive_limit_change.site_id"
                     " ORDER BY archive_limit_change.id DESC LIMIT 100");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(all, json_pack("{s:I, s:o, s:I, s:I, s:I, s:o, s:o}", "site_id", (json_int_t)db_int(q, 0),
                                 "name", json_slice(db_slice(q, 1)), "limit_bytes", (json_int_t)db_int(q, 2),
                                 "warn_percent", (json_int_t)db_int(q, 3), "at_ms", (json_int_t)db_int(q, 4),
                                 "actor", json_slice(db_slice(q, 5)), "reason", json_slice(db_slice(q, 6))));
    if (step == DB_FAILED)
        return false;
    *ret = GIVE(all);
    return true;
}

static json_t *disk_json(const Archive *a)
{
    struct statvfs s = { 0 };
    if (statvfs(blobs_folder(a->blobs), &s) != 0)
        return json_null();
    return json_pack("{s:I, s:I, s:i}", "bytes", (json_int_t)(s.f_blocks * s.f_frsize), "free_bytes",
                     (json_int_t)(s.f_bavail * s.f_frsize), "min_free_percent", blobs_min_free(a->blobs));
}

bool quotas_json(Archive *a, json_t **ret, Err *err)
{
    json_t *store = NULL, *sites = NULL, *changes = NULL;
    OWNED(Db) *db = db_read(a->host, err);
    bool ok       = db && store_json(db, &store, err) && sites_json(db, &sites, err) &&
              changes_json(db, &changes, err);
    if (ok)
        *ret = json_pack("{s:o, s:O, s:O, s:O}", "disk", disk_json(a), "store", store, "sites", sites, "changes",
                         changes);
    json_decref(store);
    json_decref(sites);
    json_decref(changes);
    return ok && (*ret || err_set(err, ERR_UNAVAILABLE, "Memory is out.", "quotas"));
}
