/*
 * Making a correction true: all its files first, flushed; then every row in one transaction. Repeatable.
 *
 * A crash before that transaction leaves files without rows, which the sweep takes; nothing half corrected is
 * shown.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <time.h>

#include "clinic/archive/correction_run.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"
#include "platform/log.h"

enum { ROUNDS_MAX = 20, INSTANCES_MAX = 100000 };

static void run_clear(CorrectionRun *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->changes[i].ready)
            header_clear(&r->changes[i].header);
    for (size_t i = 0; i < r->report_count; i++)
        deletion_back_free(r->reports[i]);
    r->report_count = 0;
    free(r->changes);
    r->changes = NULL;
    r->count = r->room = 0;
}

/* ---- which instances ---- */

#define INSTANCE_AT                                                                                          \
    "instance.id, instance.study_id, instance.uid, study.uid, series.uid, instance.class_uid, "              \
    "instance.syntax_uid,"                                                                                   \
    " instance.blob, instance.bytes, instance.dataset_at, instance.sha256, instance.dataset_sha256,"         \
    " instance.received_at_ms, instance.via, instance.actor, instance.person_id, instance.organisation_id"
#define INSTANCE_FROM                                                                                        \
    " FROM instance JOIN series ON series.id = instance.series_id JOIN study ON study.id = "                 \
    "instance.study_id"

static bool change_read(const DbQuery *q, CorrectionChange *ret)
{
    *ret = (CorrectionChange) { .id              = db_int(q, 0),
                      .study_id        = db_int(q, 1),
                      .bytes           = db_int(q, 8),
                      .dataset_at      = db_int(q, 9),
                      .received_at_ms  = db_int(q, 12),
                      .person_id       = db_int(q, 15),
                      .organisation_id = db_int(q, 16) };
    db_text(q, 2, ret->uid, sizeof ret->uid);
    db_text(q, 3, ret->study_uid, sizeof ret->study_uid);
    db_text(q, 4, ret->series_uid, sizeof ret->series_uid);
    db_text(q, 5, ret->class_uid, sizeof ret->class_uid);
    db_text(q, 6, ret->syntax_uid, sizeof ret->syntax_uid);
    db_text(q, 7, ret->blob, sizeof ret->blob);
    db_text(q, 13, ret->via, sizeof ret->via);
    db_text(q, 14, ret->actor, sizeof ret->actor);
    return digest_of_row(db_slice(q, 10), ret->sha256) && digest_of_row(db_slice(q, 11), ret->dataset_sha256);
}

static bool change_add(CorrectionRun *r, const CorrectionChange *one, Err *err)
{
    if (r->count == r->room) {
        size_t  room = r->room ? r->room * 2 : 64;
        CorrectionChange *more = r->room < INSTANCES_MAX ? realloc(r->changes, room * sizeof *more) : NULL;
        if (!more)
            return err_set(err, ERR_LIMIT, "The study has too many images to be corrected at once.", "%zu",
                           r->count);
        r->changes = more;
        r->room    = room;
    }
    r->changes[r->count++] = *one;
    return true;
}

/* Of the study as it comes in: those that this correction has not changed yet. Late ones only when they say
 * what was corrected: that is looked at when their header is read. */
static bool list_forward(CorrectionRun *r, Db *db, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " INSTANCE_AT INSTANCE_FROM " WHERE study.uid = ?1"
                                     "   AND NOT EXISTS (SELECT 1 FROM kept_version WHERE why = 'corrected' "
                                     "AND by_id = ?2 "
                                     "AND kept_version.uid = instance.uid)"
                                     " ORDER BY instance.id");
    DbStep step;
    CorrectionChange one;
    db_bind_cstr(q, 1, r->c.source_uid);
    db_bind_int(q, 2, r->c.id);
    while ((step = db_next(q, err)) == DB_ROW) {
        if (!change_read(q, &one))
            return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                           "a digest is malformed");
        if (correction_chose(&r->c, one.series_uid) && !change_add(r, &one, err))
            return false;
    }
    return step != DB_FAILED;
}

/* The versions that this correction put away come back. */
static bool list_back(CorrectionRun *r, Db *db, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " INSTANCE_AT ", kept_version.id, kept_version.blob, "
                                     "kept_version.bytes, kept_version.sha256,"
                                     " kept_version.dataset_sha256" INSTANCE_FROM " JOIN kept_version ON "
                                     "kept_version.uid = "
                                     "instance.uid"
                                     " WHERE kept_version.why = 'corrected' AND kept_version.by_id = ?1 "
                                     "ORDER BY instance.id");
    DbStep step;
    CorrectionChange one;
    db_bind_int(q, 1, r->c.id);
    while ((step = db_next(q, err)) == DB_ROW) {
        bool ok        = change_read(q, &one);
        one.version_id = db_int(q, 17);
        db_text(q, 18, one.new_blob, sizeof one.new_blob);
        one.new_bytes = db_int(q, 19);
        if (!ok || !digest_of_row(db_slice(q, 20), one.new_sha256) ||
            !digest_of_row(db_slice(q, 21), one.new_dataset_sha256))
            return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                           "a digest is malformed");
        if (!change_add(r, &one, err))
            return false;
    }
    return step != DB_FAILED;
}

static bool list(CorrectionRun *r, Err *err)
{
    OWNED(Db) *db = db_read(r->a->host, err);
    return db && (r->back ? list_back(r, db, err) : list_forward(r, db, err));
}

/* ---- rows ---- */

static bool still_shown(Db *db, const CorrectionChange *one, bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM instance WHERE id = ?1 AND blob = ?2 AND study_id = ?3");
    db_bind_int(q, 1, one->id);
    db_bind_cstr(q, 2, one->blob);
    db_bind_int(q, 3, one->study_id);
    DbStep step = db_next(q, err);
    *ret        = step == DB_ROW;
    return step != DB_FAILED;
}

static bool version_keep(Db *db, const CorrectionRun *r, const CorrectionChange *one, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO kept_version (why, by_id, uid, study_uid, series_uid, "
                                     "class_uid, syntax_uid, blob, bytes,"
                                     "                          dataset_at, sha256, dataset_sha256, "
                                     "received_at_ms, via, actor, person_id,"
                                     "                          organisation_id)"
                                     " VALUES ('corrected', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, "
                                     "?12, ?13, ?14, ?15, ?16)");
    db_bind_int(q, 1, r->c.id);
    db_bind_cstr(q, 2, one->uid);
    db_bind_cstr(q, 3, one->study_uid);
    db_bind_cstr(q, 4, one->series_uid);
    db_bind_cstr(q, 5, one->class_uid);
    db_bind_cstr(q, 6, one->syntax_uid);
    db_bind_cstr(q, 7, one->blob);
    db_bind_int(q, 8, one->bytes);
    db_bind_int(q, 9, one->dataset_at);
    db_bind_blob(q, 10, slice_bytes(one->sha256, SHA256_BYTES));
    db_bind_blob(q, 11, slice_bytes(one->dataset_sha256, SHA256_BYTES));
    db_bind_int(q, 12, one->received_at_ms);
    db_bind_cstr(q, 13, one->via);
    db_bind_cstr(q, 14, one->actor);
    db_bind_int(q, 15, one->person_id);
    db_bind_int(q, 16, one->organisation_id);
    return db_run(q, err);
}

static bool version_gone(Db *db, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM kept_version WHERE id = ?1");
    db_bind_int(q, 1, id);
    return db_run(q, err);
}

static bool change_rows(Db *db, CorrectionRun *r, CorrectionChange *one, int64_t *ret_study_id, Err *err)
{
    IngestSource source  = { .via = one->via, .actor = one->actor, .organisation_id = r->c.site_id };
    IngestResult result  = { 0 };
    Arrival      arrival = { .archive        = r->a,
                             .source         = &source,
                             .header         = &one->header,
                             .blob           = one->new_blob,
                             .bytes          = one->new_bytes,
                             .received_at_ms = one->received_at_ms,
                             .flushed        = true,
                             .result         = &result };
    memcpy(arrival.sha256, one->new_sha256, SHA256_BYTES);
    memcpy(arrival.dataset_sha256, one->new_dataset_sha256, SHA256_BYTES);
    return (!one->version_id || version_gone(db, one->version_id, err)) &&
           instance_place(db, &arrival, one->id, r->back ? &r->c.was : &r->c.becomes, ret_study_id, err) &&
           version_keep(db, r, one, err);
}

/* Whose it is now; what the images say is compared with that patient again. */
static bool study_belongs(Db *db, const CorrectionRun *r, int64_t study_id, const Header *h, Err *err)
{
    const Match *to    = r->back ? &r->c.was : &r->c.becomes;
    bool         wrong = false;
    {
        OWNED(DbQuery) *q =
            db_query(db, "UPDATE study SET patient_id = ?2, act_id = ?3, wrong_patient = 0, differences = '',"
                         "                 accepted_at_ms = NULL, accepted_by = '', accepted_reason = ''"
                         " WHERE id = ?1");
        db_bind_int(q, 1, study_id);
        bind_ref(q, 2, to->patient_id);
        bind_ref(q, 3, to->act_id);
        if (!db_run(q, err))
            return false;
    }
    return study_says(db, study_id, h, err) &&
           (!to->patient_id || study_compare(db, study_id, to->patient_id, &h->patient, &wrong, err));
}

static bool state_set(Db *db, const CorrectionRun *r, const char *state, const char *failure, Err *err)
{
    {
        OWNED(DbQuery) *q = db_query(db, "UPDATE correction"
                                         "   SET state = ?2, failure = ?3, done = (SELECT COUNT(*) FROM "
                                         "kept_version WHERE "
                                         "why = 'corrected' AND by_id = ?1)"
                                         " WHERE id = ?1");
        db_bind_int(q, 1, r->c.id);
        db_bind_cstr(q, 2, state);
        db_bind_cstr(q, 3, failure);
        if (!db_run(q, err))
            return false;
    }
    OWNED(DbQuery) *q = db_query(db, "UPDATE correction SET total = done WHERE id = ?1 AND done > total");
    db_bind_int(q, 1, r->c.id);
    return db_run(q, err);
}

static bool rows_work(Db *db, void *run, Err *err)
{
    CorrectionRun    *r        = run;
    int64_t study_id = 0;
    r->stale         = false;
    for (size_t i = 0; i < r->count; i++) {
        bool same = false;
        if (!still_shown(db, &r->changes[i], &same, err))
            return false;
        if (!same) {
            r->stale = true;
            return true;
        }
    }
    for (size_t i = 0; i < r->count; i++)
        if (!change_rows(db, r, &r->changes[i], &study_id, err))
            return false;
    bool identity = strcmp(r->c.source_uid, r->c.target_uid) == 0;
    bool late     = strcmp(r->c.state, "done") ==
                0; /* the study says what it says since; a later correction may stand upon it */
    if (study_id && !late && (identity || !r->back) &&
        !study_belongs(db, r, study_id, &r->changes[0].header, err))
        return false;
    if (study_id && !study_recount(db, study_id, err))
        return false;
    if (study_id && r->changes[0].study_id != study_id && !study_recount(db, r->changes[0].study_id, err))
        return false;
    for (size_t i = 0; i < r->report_count; i++)
        if (!deletion_back_work(db, r->reports[i], err))
            return false;
    bool again = false; /* it may fall under a later one in its turn */
    for (size_t i = 0; late && i < r->count; i++)
        if (!correction_awaits(db, &r->changes[i].header, r->c.id, &again, err))
            return false;
    char detail[96];
    (void)snprintf(detail, sizeof detail, "%zu images %s", r->count,
                   r->back ? "as before the correction" : "corrected");
    return state_set(db, r, r->back ? "undone" : "done", "", err) &&
           audit_add(db,
                     &(AuditLine) { .event      = AUDIT_CHANGE,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = r->c.person_id,
                                    .patient_id = r->back ? r->c.was.patient_id : r->c.becomes.patient_id,
                                    .actor      = r->c.actor,
                                    .factors    = r->c.factors,
                                    .what       = CORRECTION_JOB,
                                    .object     = r->back ? r->c.source_uid : r->c.target_uid,
                                    .detail     = detail },
                     err);
}

typedef struct Failure {
    CorrectionRun        *r;
    const char *why;
} Failure;

static bool failed_work(Db *db, void *failure, Err *err)
{
    Failure *f = failure;
    if (!f->r->back)
        return state_set(db, f->r, "failed", f->why, err);
    OWNED(DbQuery) *q = db_query(db, "UPDATE correction SET undone_at_ms = NULL, undone_by = '', undone_reason = ''"
                                     " WHERE id = ?1"); /* the trace keeps who asked */
    db_bind_int(q, 1, f->r->c.id);
    return db_run(q, err) && state_set(db, f->r, "done", f->why, err);
}

/* The files of a round that did not come to its end. */
static void made_go(CorrectionRun *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->changes[i].made)
            (void)blob_remove(r->a->blobs, r->changes[i].new_blob, NULL);
}

/* Their files are read before the transaction in which they come back: one that is damaged keeps the undo from being made. */
static bool reports_read(CorrectionRun *r, Err *err)
{
    int64_t away[CORRECTION_REPORTS_MAX];
    size_t  count = 0;
    r->by         = (PatientBy) { .actor = r->undone_by, .what = CORRECTION_JOB };
    {
        OWNED(Db) *db = db_read(r->a->host, err);
        if (!db || !deletions_of_correction(db, r->c.id, away, COUNT(away), &count, err))
            return false;
        OWNED(DbQuery) *q = db_query(db, "SELECT undone_by, undone_reason FROM correction WHERE id = ?1");
        db_bind_int(q, 1, r->c.id);
        if (db_next(q, err) != DB_ROW)
            return false;
        db_text(q, 0, r->undone_by, sizeof r->undone_by);
        db_text(q, 1, r->undone_reason, sizeof r->undone_reason);
    }
    for (size_t i = 0; i < count; i++) {
        r->reports[i] = deletion_to_restore(r->a, away[i], slice_of(r->undone_reason), &r->by, err);
        if (!r->reports[i])
            return false;
        r->report_count++;
    }
    return true;
}

static bool rows_written(CorrectionRun *r, Err *err)
{
    if (!r->back)
        return db_write(r->a->host, rows_work, r, err);
    pthread_mutex_lock(&r->a->deletion_ends);
    bool ok = reports_read(r, err) && db_write(r->a->host, rows_work, r, err);
    pthread_mutex_unlock(&r->a->deletion_ends);
    return ok;
}

static bool round_done(CorrectionRun *r, bool *ret_more, Err *err)
{
    *ret_more = false;
    bool ok   = list(r, err) && correction_files(r, err);
    bool idle = ok && !r->count && strcmp(r->c.state, "done") == 0;
    if (ok && !idle)
        ok = rows_written(r, err);
    if (!ok || (!idle && r->stale))
        made_go(r);
    *ret_more = ok && !idle && (r->stale || r->count > 0) && !r->back;
    run_clear(r);
    return ok;
}

bool correction_run(Archive *a, int64_t id, Err *err)
{
    CorrectionRun  r    = { .a = a };
    Err  why  = { 0 };
    bool more = true, ok = true;
    for (int round = 0; more && ok && round < ROUNDS_MAX; round++) {
        OWNED(Db) *db = db_read(a->host, err);
        if (!db || !correction_load(db, id, &r.c, err))
            return false;
        r.back = strcmp(r.c.state, "undoing") == 0;
        if (!r.back && strcmp(r.c.state, "doing") != 0 && strcmp(r.c.state, "done") != 0)
            return true;
        db_read_end(GIVE(db));
        ok = round_done(&r, &more, &why);
    }
    if (ok)
        return true;
    if (err_may_pass(why.kind) || strcmp(r.c.state, "done") == 0) /* tried again */
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    log_err("archive", "a correction could not be made", &why);
    return db_write(a->host, failed_work, &(Failure) { &r, why.shown }, err);
}
