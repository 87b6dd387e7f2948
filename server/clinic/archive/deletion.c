/*
 * Hiding: rows go, files stay, named by kept_version alone.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/deletion.h"

#include <stdio.h>

#include "clinic/archive/correction_internal.h"
#include "clinic/archive/deletion_internal.h"
#include "clinic/archive/retention.h"
#include "clinic/archive/study_internal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

#define DAY_MS ((int64_t)86400000)

typedef struct Range {
    const DeletionAsked *asked;
    StudyRow             study;
    const char          *level;
    int64_t              instances, bytes;
} Range;

/* The instances meant, in every statement below: ?1 study, ?2 series or '', ?3 instance or ''. */
#define MEANT                                                                                                \
    " FROM instance JOIN series ON series.id = instance.series_id JOIN study ON study.id = "                 \
    "instance.study_id"                                                                                      \
    " WHERE study.uid = ?1 AND (?2 = '' OR series.uid = ?2) AND (?3 = '' OR instance.uid = ?3)"

static Slice or_empty(Slice uid)
{
    return uid.len ? uid : SLICE_NONE; /* never NULL */
}

static void bind_range(DbQuery *q, const DeletionAsked *asked)
{
    db_bind_text(q, 1, asked->study_uid);
    db_bind_text(q, 2, or_empty(asked->series_uid));
    db_bind_text(q, 3, or_empty(asked->instance_uid));
}

static bool run_range(Db *db, const char *sql, const DeletionAsked *asked, int64_t fourth, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    bind_range(q, asked);
    if (fourth)
        db_bind_int(q, 4, fourth);
    return db_run(q, err);
}

static bool count_of(Db *db, const char *sql, Slice uid, int64_t id, int64_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    if (uid.len)
        db_bind_text(q, 1, uid);
    else
        db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

static bool range_of(Db *db, const DeletionAsked *asked, Range *ret, Err *err)
{
    ArchiveViewer all = { .sees_all = true };
    *ret              = (Range) { .asked = asked,
                                  .level = asked->instance_uid.len ? "instance"
                                           : asked->series_uid.len ? "series"
                                                                   : "study" };
    if (!study_find(db, asked->study_uid, &all, &ret->study, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT COUNT(*), COALESCE(SUM(instance.bytes), 0)" MEANT);
    bind_range(q, asked);
    if (db_next(q, err) != DB_ROW)
        return false;
    ret->instances = db_int(q, 0);
    ret->bytes     = db_int(q, 1);
    return ret->instances > 0 || err_set(err, ERR_NOT_FOUND, "No such image.", "deletion");
}

bool deletion_not_held(Db *db, int64_t patient_id, Err *err)
{
    int64_t holds = 0;
    return count_of(db,
                    "WITH RECURSIVE same (id) AS"
                    "  (SELECT CAST(?1 AS INTEGER)"
                    "    UNION"
                    "   SELECT patient_merge.into_patient"
                    "     FROM same JOIN patient_merge ON patient_merge.from_patient = same.id"
                    "    WHERE patient_merge.undone_at_ms IS NULL)"
                    "SELECT COUNT(*)"
                    "  FROM same JOIN retention_hold ON retention_hold.patient_id = same.id"
                    " WHERE retention_hold.ended_at_ms IS NULL",
                    SLICE_NONE, patient_id, &holds, err) &&
           (!holds || err_set(err, ERR_CONFLICT,
                              "The file of this patient is under a hold: nothing of it is deleted.", "hold"));
}

static bool may_go(Db *db, const Range *r, Err *err)
{
    int64_t asides = 0, corrections = 0;
    if (!deletion_not_held(db, r->study.patient_id, err) ||
        !count_of(db,
                  "SELECT COUNT(*) FROM instance_aside JOIN instance ON instance.id = "
                  "instance_aside.instance_id"
                  " WHERE instance.study_id = ?1 AND instance_aside.settled_at_ms IS NULL",
                  SLICE_NONE, r->study.id, &asides, err) ||
        !count_of(db,
                  "SELECT COUNT(*) FROM correction WHERE (source_uid = ?1 OR target_uid = ?1) AND state IN "
                  "('doing', "
                  "'undoing')",
                  slice_of(r->study.uid), 0, &corrections, err))
        return false;
    if (asides)
        return err_set(err, ERR_CONFLICT, "An image of this study is in quarantine: settle it first.", "%s",
                       r->study.uid);
    return !corrections ||
           err_set(err, ERR_CONFLICT, "Another correction of this study is under way.", "%s", r->study.uid);
}

static bool deletion_insert(Db *db, const Range *r, const PatientBy *by, int64_t *ret_id, Err *err)
{
    const DeletionAsked *d   = r->asked;
    int64_t              now = clock_now_ms();
    RetentionTerms       terms;
    if (!retention_terms_load(db, &terms, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO deletion (proposal_id, level, state, study_uid, "
                                                     "series_uid, instance_uid, patient_id, act_id, "
                                                     "site_id, study_date, description, modalities, dicom_name, instances, "
                                                     "bytes, at_ms, person_id, actor, "
                                                     "reason, until_ms)"
                                                     " VALUES (?1, ?2, 'hidden', ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, "
                                                     "?13, ?14, ?15, ?16, ?17, ?18, ?19)");
    bind_ref(q, 1, d->proposal_id);
    db_bind_cstr(q, 2, r->level);
    db_bind_text(q, 3, d->study_uid);
    db_bind_text(q, 4, or_empty(d->series_uid));
    db_bind_text(q, 5, or_empty(d->instance_uid));
    bind_ref(q, 6, r->study.patient_id);
    bind_ref(q, 7, r->study.act_id);
    bind_ref(q, 8, r->study.site_id);
    db_bind_cstr(q, 9, r->study.date);
    db_bind_cstr(q, 10, r->study.description);
    db_bind_cstr(q, 11, r->study.modalities);
    db_bind_cstr(q, 12, r->study.patient_name);
    db_bind_int(q, 13, r->instances);
    db_bind_int(q, 14, r->bytes);
    db_bind_int(q, 15, now);
    db_bind_int(q, 16, by->person_id);
    db_bind_cstr(q, 17, by->actor);
    db_bind_text(q, 18, slice_trim(d->reason));
    db_bind_int(q, 19, now + terms.grace_days * DAY_MS);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

/* Shown versions first, so that a restore shows them again; then those that lay aside. */
static bool rows_go(Db *db, const Range *r, int64_t id, Err *err)
{
#define KEPT                                                                                                 \
    "INSERT INTO kept_version (why, by_id, uid, study_uid, series_uid, class_uid, syntax_uid, blob, bytes, " \
    "dataset_at,"                                                                                            \
    "                          sha256, dataset_sha256, received_at_ms, via, actor, person_id, "              \
    "organisation_id)"
    static const char *const KEEP[] = {
        KEPT " SELECT 'deleted', ?4, instance.uid, study.uid, series.uid, instance.class_uid, "
             "instance.syntax_uid, instance.blob,"
             " instance.bytes, instance.dataset_at, instance.sha256, instance.dataset_sha256, "
             "instance.received_at_ms,"
             " instance.via, instance.actor, instance.person_id, instance.organisation_id" MEANT " ORDER BY "
                                                                                                 "instance."
                                                                                                 "id",
        KEPT " SELECT 'deleted', ?4, instance_aside.uid, instance_aside.study_uid, instance_aside.series_uid,"
             " instance_aside.class_uid, instance_aside.syntax_uid, instance_aside.blob, "
             "instance_aside.bytes,"
             " instance_aside.dataset_at, instance_aside.sha256, instance_aside.dataset_sha256, "
             "instance_aside.received_at_ms,"
             " instance_aside.via, instance_aside.actor, 0, 0"
             "  FROM instance_aside JOIN instance ON instance.id = instance_aside.instance_id"
             "  JOIN series ON series.id = instance.series_id JOIN study ON study.id = instance.study_id"
             " WHERE study.uid = ?1 AND (?2 = '' OR series.uid = ?2) AND (?3 = '' OR instance.uid = ?3)",
    };
    static const char *const GO[] = {
        "DELETE FROM instance_aside WHERE instance_id IN (SELECT instance.id" MEANT ")",
        "DELETE FROM dose_event WHERE instance_id IN (SELECT instance.id" MEANT ")",
        "DELETE FROM agent_seen WHERE instance_id IN (SELECT instance.id" MEANT ")",
        "DELETE FROM dose_source WHERE instance_id IN (SELECT instance.id" MEANT ")",
        "DELETE FROM instance_json WHERE instance_id IN (SELECT instance.id" MEANT ")",
        "DELETE FROM instance WHERE id IN (SELECT instance.id" MEANT ")",
    };
    for (size_t i = 0; i < COUNT(KEEP); i++)
        if (!run_range(db, KEEP[i], r->asked, id, err))
            return false;
    for (size_t i = 0; i < COUNT(GO); i++)
        if (!run_range(db, GO[i], r->asked, 0, err))
            return false;
    return study_recount(db, r->study.id, err);
}

static bool trace(Db *db, const PatientBy *by, AuditEvent event, int64_t patient_id, int64_t act_id,
                  Slice uid, const char *detail, Err *err)
{
    char object[160];
    (void)slice_copy(uid, object, sizeof object);
    return audit_add(db,
                     &(AuditLine) { .event      = event,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = by->person_id,
                                    .patient_id = patient_id,
                                    .act_id     = act_id,
                                    .actor      = by->actor,
                                    .factors    = by->factors,
                                    .origin     = by->origin,
                                    .what       = by->what,
                                    .object     = object,
                                    .detail     = detail },
                     err);
}

bool deletion_begin(Db *db, const DeletionAsked *asked, const PatientBy *by, int64_t *ret_id, Err *err)
{
    Range r;
    char  detail[96];
    if (!slice_trim(asked->reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "deletion");
    if (!range_of(db, asked, &r, err) || !may_go(db, &r, err) || !deletion_insert(db, &r, by, ret_id, err) ||
        !rows_go(db, &r, *ret_id, err))
        return false;
    (void)snprintf(detail, sizeof detail, "%s hidden: %lld images", r.level, (long long)r.instances);
    return trace(db, by, AUDIT_DELETE, r.study.patient_id, r.study.act_id,
                 asked->instance_uid.len ? asked->instance_uid
                 : asked->series_uid.len ? asked->series_uid
                                         : asked->study_uid,
                 detail, err);
}

bool instance_was_deleted(Db *db, const char *instance_uid, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM kept_version WHERE uid = ?1 AND why = 'deleted'");
    db_bind_cstr(q, 1, instance_uid);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

bool deletion_is_part_of(Db *db, int64_t id, int64_t correction_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE deletion SET correction_id = ?2 WHERE id = ?1");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, correction_id);
    return db_run(q, err);
}

bool deletions_of_correction(Db *db, int64_t correction_id, int64_t *ret, size_t room, size_t *ret_count,
                             Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM deletion WHERE correction_id = ?1 AND state = 'hidden' ORDER BY "
                                     "id");
    DbStep step;
    db_bind_int(q, 1, correction_id);
    *ret_count = 0;
    while ((step = db_next(q, err)) == DB_ROW && *ret_count < room)
        ret[(*ret_count)++] = db_int(q, 0);
    return step != DB_FAILED;
}

/* ---- the other ends ---- */

bool deletion_load(Db *db, int64_t id, Deletion *ret, Err *err)
{
    *ret              = (Deletion) { .id = id };
    OWNED(DbQuery) *q = db_query(db, "SELECT state, level, study_uid, patient_id, act_id, site_id, until_ms, "
                                     "person_id FROM deletion"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, id);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "No such deletion.", "%lld", (long long)id);
    db_text(q, 0, ret->state, sizeof ret->state);
    db_text(q, 1, ret->level, sizeof ret->level);
    db_text(q, 2, ret->study_uid, sizeof ret->study_uid);
    ret->belongs  = (Match) { db_int(q, 3), db_int(q, 4), db_int(q, 5) };
    ret->until_ms  = db_int(q, 6);
    ret->person_id = db_int(q, 7);
    return true;
}

bool deletion_end(Db *db, const Deletion *d, const char *state, Slice reason, const PatientBy *by,
                  const char *detail, Err *err)
{
    {
        OWNED(DbQuery) *q = db_query(db, "UPDATE deletion SET state = ?2, ended_at_ms = ?3, ended_by = ?4, "
                                         "ended_reason = ?5"
                                         " WHERE id = ?1");
        db_bind_int(q, 1, d->id);
        db_bind_cstr(q, 2, state);
        db_bind_int(q, 3, clock_now_ms());
        db_bind_cstr(q, 4, by->actor);
        db_bind_text(q, 5, slice_trim(reason));
        if (!db_run(q, err))
            return false;
    }
    return trace(db, by, AUDIT_DELETE, d->belongs.patient_id, d->belongs.act_id, slice_of(d->study_uid),
                 detail, err);
}

bool deletion_lift(Db *db, int64_t id, Slice reason, const PatientBy *by, Err *err)
{
    Deletion d;
    if (!slice_trim(reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "lift");
    if (!deletion_load(db, id, &d, err))
        return false;
    if (strcmp(d.state, "purged") != 0)
        return err_set(err, ERR_CONFLICT,
                       "Only what was purged can be let in again; what is hidden can be restored.", "%s",
                       d.state);
    {
        OWNED(DbQuery) *q = db_query(db, "UPDATE kept_version SET uid = 'lifted ' || uid WHERE why = "
                                         "'deleted' AND by_id = ?1");
        db_bind_int(q, 1, id);
        if (!db_run(q, err))
            return false;
    }
    return deletion_end(db, &d, "lifted", reason, by, "may come in again", err);
}
