/*
 * Limits at the entrance, and the counts checked against the rows.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/quota.h"

#include <stdio.h>
#include <stdlib.h>

#include "clinic/archive/archive_internal.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { ASKED_AGAIN_MS = 5000 }; /* another process may have set a limit */

#define STORE_FULL "The limit of the whole archive is reached; new images are refused."
#define SITE_FULL  "The limit of this site is reached; new images are refused."

/* ---- at the entrance ---- */

/* Without any limit, which is the rule, an arrival asks nothing. */
static bool is_limited(Db *db, Archive *a, bool *ret, Err *err)
{
    int64_t now_ms = clock_monotonic_ms(), asked_ms = atomic_load(&a->quotas.asked_ms);
    *ret           = atomic_load(&a->quotas.limited);
    if (asked_ms && now_ms - asked_ms < ASKED_AGAIN_MS)
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*) FROM archive_limit WHERE limit_bytes > 0");
    if (db_next(q, err) != DB_ROW)
        return false;
    *ret = db_int(q, 0) > 0;
    atomic_store(&a->quotas.limited, *ret);
    atomic_store(&a->quotas.asked_ms, now_ms ? now_ms : 1);
    return true;
}

static bool trace(Db *db, const PatientBy *by, AuditEvent event, int64_t site_id, const char *detail,
                  Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event           = event,
                                    .outcome         = AUDIT_OK,
                                    .person_id       = by->person_id,
                                    .organisation_id = site_id,
                                    .actor           = by->actor,
                                    .factors         = by->factors,
                                    .origin          = by->origin,
                                    .what            = by->what,
                                    .object          = site_id ? "site" : "store",
                                    .detail          = detail },
                     err);
}

static const PatientBy SYSTEM = { .actor = "system:archive", .factors = "", .origin = "", .what = "quota" };

bool quota_is_near(int64_t used, int64_t limit, int64_t warn_percent)
{
    return used >= limit / 100 * warn_percent;
}

/* Said once when it changes, not at each image. */
static bool level_becomes(Db *db, int64_t site_id, const char *level, Err *err)
{
    char detail[64];
    {
        OWNED(DbQuery) *q = db_query(db, "UPDATE archive_limit SET level = ?2, level_at_ms = ?3 WHERE site_id = "
                                         "?1 AND level <> ?2");
        db_bind_int(q, 1, site_id);
        db_bind_cstr(q, 2, level);
        db_bind_int(q, 3, clock_now_ms());
        if (!db_run(q, err))
            return false;
        if (!db_changes(q))
            return true;
    }
    (void)snprintf(detail, sizeof detail, "room of the archive: %s", level);
    log_line("archive", strcmp(level, "ok") == 0 ? LOG_INFO : LOG_WARN, detail, "of",
             site_id ? "site" : "store", NULL);
    return trace(db, &SYSTEM, AUDIT_SYSTEM, site_id, detail, err);
}

/* One limit of ?1's site or of the whole store, with what is used under it. */
#define LIMITS                                                                                               \
    "SELECT archive_limit.site_id, limit_bytes, warn_percent, level,"                                        \
    "       (SELECT COALESCE(SUM(bytes), 0) FROM archive_usage"                                              \
    "         WHERE archive_limit.site_id = 0 OR archive_usage.site_id = archive_limit.site_id)"             \
    "  FROM archive_limit"                                                                                   \
    " WHERE limit_bytes > 0 AND archive_limit.site_id IN (0, "

bool quota_admits(Db *db, const Arrival *a, int64_t study_id, Err *err)
{
    bool limited = false;
    if (!is_limited(db, a->archive, &limited, err))
        return false;
    if (!limited || strcmp(a->source->via, "report") == 0)
        return true;
    int64_t changed[2];
    bool    warned[2];
    size_t  count = 0;
    {
        OWNED(DbQuery) *q = db_query(db, LIMITS "COALESCE((SELECT site_id FROM study WHERE id = ?1), 0))");
        DbStep step;
        db_bind_int(q, 1, study_id);
        while ((step = db_next(q, err)) == DB_ROW) {
            int64_t site = db_int(q, 0), limit = db_int(q, 1), used = db_int(q, 4);
            if (used > limit) {
                atomic_store(&a->archive->quotas.full_site, site);
                return err_set(err, ERR_FULL, site ? SITE_FULL : STORE_FULL, "site %lld: %lld of %lld bytes",
                               (long long)site, (long long)used, (long long)limit);
            }
            bool near = quota_is_near(used, limit, db_int(q, 2));
            if (count < COUNT(changed) && !slice_equal_text(db_slice(q, 3), near ? "warned" : "ok")) {
                changed[count]  = site;
                warned[count++] = near;
            }
        }
        if (step == DB_FAILED)
            return false;
    }
    for (size_t i = 0; i < count; i++)
        if (!level_becomes(db, changed[i], warned[i] ? "warned" : "ok", err))
            return false;
    return true;
}

static bool full_work(Db *db, void *site_id, Err *err)
{
    return level_becomes(db, *(const int64_t *)site_id, "full", err);
}

void quota_refused(Archive *a, const Err *why)
{
    Err     err  = { 0 };
    int64_t site = atomic_exchange(&a->quotas.full_site, -1);
    (void)why;
    if (site >= 0 && !db_write(a->host, full_work, &site, &err))
        log_err("archive", "that a limit is reached could not be written", &err);
}

bool quota_store_admits(Db *db, int64_t more_bytes, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, LIMITS "0)");
    DbStep step       = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    return db_int(q, 4) + more_bytes <= db_int(q, 1) ||
           err_set(err, ERR_FULL, STORE_FULL, "%lld of %lld bytes", (long long)db_int(q, 4),
                   (long long)db_int(q, 1));
}

/* ---- set ---- */

typedef struct SetWork {
    const QuotaSet  *set;
    const PatientBy *by;
} SetWork;

static bool site_is_there(Db *db, int64_t site_id, Err *err)
{
    if (site_id == QUOTA_WHOLE_STORE)
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM organisation WHERE id = ?1");
    db_bind_int(q, 1, site_id);
    DbStep step = db_next(q, err);
    return step == DB_ROW ||
           (step == DB_END && err_set(err, ERR_NOT_FOUND, "No such organisation.", "%lld", (long long)site_id));
}

static bool limit_put(Db *db, const QuotaSet *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO archive_limit (site_id, limit_bytes, warn_percent) VALUES (?1, "
                                     "?2, ?3)"
                                     " ON CONFLICT (site_id) DO UPDATE SET limit_bytes = ?2, warn_percent = ?3, "
                                     "level = 'ok'");
    db_bind_int(q, 1, s->site_id);
    db_bind_int(q, 2, s->limit_bytes);
    db_bind_int(q, 3, s->warn_percent);
    return db_run(q, err);
}

static bool set_work(Db *db, void *work, Err *err)
{
    SetWork        *w = work;
    const QuotaSet *s = w->set;
    char            detail[128];
    if (!site_is_there(db, s->site_id, err) || !limit_put(db, s, err))
        return false;
    {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO archive_limit_change (site_id, limit_bytes, warn_percent, "
                                         "at_ms, person_id, actor, reason)"
                                         " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)");
        db_bind_int(q, 1, s->site_id);
        db_bind_int(q, 2, s->limit_bytes);
        db_bind_int(q, 3, s->warn_percent);
        db_bind_int(q, 4, clock_now_ms());
        db_bind_int(q, 5, w->by->person_id);
        db_bind_cstr(q, 6, w->by->actor);
        db_bind_text(q, 7, slice_trim(s->reason));
        if (!db_run(q, err))
            return false;
    }
    (void)snprintf(detail, sizeof detail, "limit %lld bytes, warning at %lld percent",
                   (long long)s->limit_bytes, (long long)s->warn_percent);
    return trace(db, w->by, AUDIT_CHANGE, s->site_id, detail, err);
}

bool quota_set(Archive *a, const QuotaSet *set, const PatientBy *by, Err *err)
{
    if (!slice_trim(set->reason).len || set->reason.len > QUOTA_REASON_MAX)
        return err_set(err, ERR_INPUT, "A reason is required.", "limit");
    if (set->limit_bytes < 0 || set->warn_percent < 1 || set->warn_percent > 100)
        return err_set(err, ERR_INPUT, "A value of the request is not right.", "limit");
    if (!db_write(a->host, set_work, &(SetWork) { set, by }, err))
        return false;
    atomic_store(&a->quotas.asked_ms, 0);
    return true;
}

/* ---- checked ---- */

enum { DRIFTS_MAX = 256 };
typedef struct Drift {
    int64_t site_id, files, bytes; /* to be added */
    char    kind[16];
} Drift;

typedef struct Drifts {
    Drift   list[DRIFTS_MAX];
    size_t  count;
    int64_t off_bytes;
} Drifts;

/* In one snapshot, so that what arrives meanwhile is in both or in neither. */
static bool drifts_find(Archive *a, Drifts *d, QuotaCheck *sum, Err *err)
{
    OWNED(Db) *db = db_read(a->host, err);
    if (!db)
        return false;
    OWNED(DbQuery) *q =
        db_query(db, "SELECT site_id, kind, SUM(files), SUM(bytes), SUM(counted_files), SUM(counted_bytes)"
                     "  FROM (SELECT site_id, kind, files, bytes, 0 AS counted_files, 0 AS counted_bytes FROM "
                     "archive_usage_counted"
                     "        UNION ALL SELECT site_id, kind, 0, 0, files, bytes FROM archive_usage) AS both"
                     " GROUP BY site_id, kind ORDER BY site_id, kind");
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        Drift one = { .site_id = db_int(q, 0),
                      .files   = db_int(q, 2) - db_int(q, 4),
                      .bytes   = db_int(q, 3) - db_int(q, 5) };
        db_text(q, 1, one.kind, sizeof one.kind);
        sum->files += db_int(q, 2);
        sum->bytes += db_int(q, 3);
        if ((!one.files && !one.bytes) || d->count == DRIFTS_MAX)
            continue;
        d->list[d->count++] = one;
        d->off_bytes += llabs(one.bytes);
    }
    return step != DB_FAILED;
}

/* By difference: what arrived since the snapshot stays counted. */
static bool mend_work(Db *db, void *drifts, Err *err)
{
    Drifts *d = drifts;
    char    detail[96];
    for (size_t i = 0; i < d->count; i++) {
        OWNED(DbQuery) *q = db_query(db, "INSERT INTO archive_usage (site_id, kind, files, bytes) VALUES (?1, ?2, "
                                         "?3, ?4)"
                                         " ON CONFLICT (site_id, kind) DO UPDATE SET files = files + ?3, bytes = "
                                         "bytes + ?4");
        db_bind_int(q, 1, d->list[i].site_id);
        db_bind_cstr(q, 2, d->list[i].kind);
        db_bind_int(q, 3, d->list[i].files);
        db_bind_int(q, 4, d->list[i].bytes);
        if (!db_run(q, err))
            return false;
    }
    (void)snprintf(detail, sizeof detail, "%zu counts of room set right, %lld bytes", d->count,
                   (long long)d->off_bytes);
    return trace(db, &SYSTEM, AUDIT_SYSTEM, 0, detail, err);
}

bool quota_check(Archive *a, bool mend, QuotaCheck *ret, Err *err)
{
    QuotaCheck sum = { 0 };
    Drifts    *d   = calloc(1, sizeof *d);
    if (!d)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "quota check");
    bool ok       = drifts_find(a, d, &sum, err);
    sum.drifted   = (int64_t)d->count;
    sum.off_bytes = d->off_bytes;
    if (ok && d->count && mend) {
        log_line("archive", LOG_ERROR, "ALARM: counts of room were not what is kept; they are set right", NULL);
        ok = db_write(a->host, mend_work, d, err);
    }
    free(d);
    if (ok)
        *ret = sum;
    return ok;
}
