/*
 * Settling what contradicts: which version of an image is shown, whose study it is.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/quarantine.h"

#include <stdio.h>

#include "clinic/archive/archive_internal.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

/* ---- other bytes under a known UID ---- */

typedef struct Version {
    char    class_uid[65], syntax_uid[65], blob[256];
    int64_t bytes, dataset_at;
    uint8_t sha256[SHA256_BYTES], dataset_sha256[SHA256_BYTES];
} Version;

typedef struct Swap {
    const AsideSettle *settle;
    const PatientBy   *by;
    const Header      *header; /* of the other; NULL when the first is kept */
    int64_t            instance_id, study_id, series_id, patient_id, act_id;
    char               uid[65];
    Version            shown, other;
} Swap;

static bool version_read(DbQuery *q, int at, Version *ret)
{
    db_text(q, at, ret->class_uid, sizeof ret->class_uid);
    db_text(q, at + 1, ret->syntax_uid, sizeof ret->syntax_uid);
    db_text(q, at + 2, ret->blob, sizeof ret->blob);
    ret->bytes      = db_int(q, at + 3);
    ret->dataset_at = db_int(q, at + 4);
    return digest_of_row(db_slice(q, at + 5), ret->sha256) &&
           digest_of_row(db_slice(q, at + 6), ret->dataset_sha256);
}

static bool swap_load(Db *db, Swap *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT instance.id, instance.study_id, instance.series_id, "
                                     "study.patient_id, study.act_id, instance.uid,"
                                     "       instance.class_uid, instance.syntax_uid, instance.blob, "
                                     "instance.bytes, instance.dataset_at, instance.sha256,"
                                     "       instance.dataset_sha256, instance_aside.class_uid, "
                                     "instance_aside.syntax_uid, instance_aside.blob,"
                                     "       instance_aside.bytes, instance_aside.dataset_at, "
                                     "instance_aside.sha256, instance_aside.dataset_sha256,"
                                     "       instance_aside.study_uid = study.uid AND "
                                     "instance_aside.series_uid = series.uid"
                                     "  FROM instance_aside"
                                     "  JOIN instance ON instance.id = instance_aside.instance_id"
                                     "  JOIN series ON series.id = instance.series_id"
                                     "  JOIN study ON study.id = instance.study_id"
                                     " WHERE instance_aside.id = ?1");
    db_bind_int(q, 1, s->settle->aside_id);
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such image.", "aside %lld", (long long)s->settle->aside_id);
    if (step != DB_ROW)
        return false;
    s->instance_id = db_int(q, 0);
    s->study_id    = db_int(q, 1);
    s->series_id   = db_int(q, 2);
    s->patient_id  = db_int(q, 3);
    s->act_id      = db_int(q, 4);
    db_text(q, 5, s->uid, sizeof s->uid);
    if (!version_read(q, 6, &s->shown) || !version_read(q, 13, &s->other))
        return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                       "a digest is malformed");
    if (s->settle->settlement == ASIDE_SHOW_OTHER && !db_int(q, 20))
        return err_set(err, ERR_CONFLICT, "This version says that it belongs to another exam or series.",
                       "aside %lld", (long long)s->settle->aside_id);
    return true;
}

static void version_bind(DbQuery *q, int at, const Version *v)
{
    db_bind_cstr(q, at, v->class_uid);
    db_bind_cstr(q, at + 1, v->syntax_uid);
    db_bind_cstr(q, at + 2, v->blob);
    db_bind_int(q, at + 3, v->bytes);
    db_bind_int(q, at + 4, v->dataset_at);
    db_bind_blob(q, at + 5, slice_bytes(v->sha256, SHA256_BYTES));
    db_bind_blob(q, at + 6, slice_bytes(v->dataset_sha256, SHA256_BYTES));
}

static bool instance_becomes(Db *db, const Swap *s, Err *err)
{
    const Header *h   = s->header;
    OWNED(DbQuery) *q = db_query(db, "UPDATE instance"
                                     "   SET class_uid = ?1, syntax_uid = ?2, blob = ?3, bytes = ?4, "
                                     "dataset_at = ?5, sha256 = ?6,"
                                     "       dataset_sha256 = ?7, number = ?8, frames = ?9, image_rows = "
                                     "?10, image_columns = ?11,"
                                     "       bits_allocated = ?12"
                                     " WHERE id = ?13");
    version_bind(q, 1, &s->other);
    bind_number(q, 8, h->instance_number);
    db_bind_int(q, 9, h->frames);
    db_bind_int(q, 10, h->rows);
    db_bind_int(q, 11, h->columns);
    db_bind_int(q, 12, h->bits_allocated);
    db_bind_int(q, 13, s->instance_id);
    return db_run(q, err);
}

static bool header_becomes(Db *db, const Swap *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE instance_json SET plain_bytes = ?2, json = ?3 WHERE instance_id "
                                     "= ?1");
    db_bind_int(q, 1, s->instance_id);
    db_bind_int(q, 2, (int64_t)s->header->json_plain);
    db_bind_blob(q, 3, buf_slice(&s->header->json));
    return db_run(q, err);
}

static bool run_with(Db *db, const char *sql, int64_t id, int64_t value, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    db_bind_int(q, 1, id);
    if (value != INT64_MIN)
        db_bind_int(q, 2, value);
    return db_run(q, err);
}

static bool dose_becomes(Db *db, const Swap *s, Err *err)
{
    return run_with(db, "DELETE FROM dose_event WHERE instance_id = ?1", s->instance_id, INT64_MIN, err) &&
           run_with(db, "DELETE FROM dose_source WHERE instance_id = ?1", s->instance_id, INT64_MIN, err) &&
           run_with(db, "DELETE FROM agent_seen WHERE instance_id = ?1", s->instance_id, INT64_MIN, err) &&
           dose_store(db, s->instance_id, s->study_id, s->series_id, &s->header->dose, err) &&
           agents_store(db, s->instance_id, s->study_id, &s->header->agents, err);
}

static bool sizes_become(Db *db, const Swap *s, Err *err)
{
    int64_t more = s->other.bytes - s->shown.bytes;
    return run_with(db, "UPDATE series SET bytes = bytes + ?2 WHERE id = ?1", s->series_id, more, err) &&
           run_with(db, "UPDATE study SET bytes = bytes + ?2 WHERE id = ?1", s->study_id, more, err);
}

static bool aside_becomes(Db *db, const Swap *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE instance_aside"
                                     "   SET class_uid = ?1, syntax_uid = ?2, blob = ?3, bytes = ?4, "
                                     "dataset_at = ?5, sha256 = ?6,"
                                     "       dataset_sha256 = ?7"
                                     " WHERE id = ?8");
    version_bind(q, 1, &s->shown);
    db_bind_int(q, 8, s->settle->aside_id);
    return db_run(q, err);
}

static bool settled_keep(Db *db, const Swap *s, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE instance_aside"
                                     "   SET settled_at_ms = ?2, settlement = ?3, settled_by = ?4, "
                                     "settled_reason = ?5"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, s->settle->aside_id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_cstr(q, 3, s->header ? "show-other" : "keep-first");
    db_bind_cstr(q, 4, s->by->actor);
    db_bind_text(q, 5, s->settle->reason);
    return db_run(q, err) && audit_add(db,
                                       &(AuditLine) { .event      = AUDIT_CHANGE,
                                                      .outcome    = AUDIT_OK,
                                                      .person_id  = s->by->person_id,
                                                      .patient_id = s->patient_id,
                                                      .act_id     = s->act_id,
                                                      .actor      = s->by->actor,
                                                      .factors    = s->by->factors,
                                                      .origin     = s->by->origin,
                                                      .what       = s->by->what,
                                                      .object     = s->uid,
                                                      .detail     = s->header ? "the other version is shown"
                                                                              : "the first version is kept" },
                                       err);
}

static bool settle_work(Db *db, void *swap, Err *err)
{
    Swap now   = *(Swap *)swap;
    bool wrong = false;
    if (!swap_load(db, &now, err))
        return false;
    if (strcmp(now.other.blob, ((Swap *)swap)->other.blob) != 0)
        return err_set(err, ERR_CONFLICT, "Somebody else changed this meanwhile.", "aside %lld",
                       (long long)now.settle->aside_id);
    if (now.header &&
        !(instance_becomes(db, &now, err) && aside_becomes(db, &now, err) && header_becomes(db, &now, err) &&
          dose_becomes(db, &now, err) && sizes_become(db, &now, err) &&
          (!now.patient_id ||
           study_compare(db, now.study_id, now.patient_id, &now.header->patient, &wrong, err))))
        return false;
    return settled_keep(db, &now, err);
}

/* The other file is what came in, and is read, before the writer is asked. */
static bool other_read(Archive *a, Swap *s, Header *ret, Err *err)
{
    OWNED(Blob) *blob = blob_open(a->blobs, s->other.blob, err);
    if (!blob)
        return false;
    if (!file_digest_is(blob_bytes(blob), (size_t)s->other.dataset_at,
                        slice_bytes(s->other.sha256, SHA256_BYTES)))
        return err_set(err, ERR_CONFLICT, "This version is damaged; it cannot be shown.", "aside %lld",
                       (long long)s->settle->aside_id);
    if (!header_read(blob_bytes(blob), ret, err))
        return false;
    s->header           = ret;
    s->other.dataset_at = (int64_t)ret->dataset_at;
    return true;
}

bool aside_settle(Archive *a, const AsideSettle *settle, const PatientBy *by, Err *err)
{
    Swap   s = { .settle = settle, .by = by };
    Header h = { 0 };
    if (!slice_trim(settle->reason).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "aside %lld", (long long)settle->aside_id);
    {
        OWNED(Db) *db = db_read(a->host, err);
        if (!db || !swap_load(db, &s, err))
            return false;
    }
    bool ok = (settle->settlement == ASIDE_KEEP_FIRST || other_read(a, &s, &h, err)) &&
              db_write(a->host, settle_work, &s, err);
    header_clear(&h);
    return ok;
}

/* ---- whose study ---- */

/* The planned exam of this patient by its accession number. */
static bool act_awaits(Db *db, Slice accession, int64_t patient_id, int64_t *ret_act, Err *err)
{
    if (!accession.len)
        return true;
    OWNED(DbQuery) *q = db_query(db, "SELECT act_id FROM expected_study WHERE accession = ?1 AND patient_id "
                                     "= ?2");
    db_bind_text(q, 1, accession);
    db_bind_int(q, 2, patient_id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        *ret_act = db_int(q, 0);
    return step == DB_ROW || (step == DB_END && err_set(err, ERR_CONFLICT,
                                                        "No planned exam with this number awaits images of "
                                                        "this patient.",
                                                        "accession " SLICE_FMT, SLICE_ARG(accession)));
}

static bool assignment_keep(Db *db, const StudyRow *before, const StudyAssign *after, const PatientBy *by,
                            Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO study_assignment (study_id, at_ms, before_patient, "
                                     "before_act, after_patient,"
                                     " after_act, accepted, actor, reason) VALUES (?1, ?2, ?3, ?4, ?5, ?6, "
                                     "?7, ?8, ?9)");
    db_bind_int(q, 1, before->id);
    db_bind_int(q, 2, clock_now_ms());
    bind_ref(q, 3, before->patient_id);
    bind_ref(q, 4, before->act_id);
    bind_ref(q, 5, after->patient_id);
    bind_ref(q, 6, after->act_id);
    db_bind_int(q, 7, after->accept_differences);
    db_bind_cstr(q, 8, by->actor);
    db_bind_cstr(q, 9, after->reason);
    return db_run(q, err);
}

bool study_settle(Db *db, const StudySettle *settle, const PatientBy *by, Err *err)
{
    Patient     p;
    StudyRow    before;
    bool        found = true;
    char        reason[512];
    StudyAssign assign = { .study_id           = settle->study_id,
                           .accept_differences = settle->accept_differences,
                           .reason             = reason };
    slice_copy(slice_trim(settle->reason), reason, sizeof reason);
    if (settle->ipp.len) {
        if (!patient_by_identifier(db, slice_trim(settle->ipp), SLICE(PATIENT_ISSUER), &p, &found, err))
            return false;
        if (!found)
            return err_set(err, ERR_NOT_FOUND, "No patient has this identifier.", "study %lld",
                           (long long)settle->study_id);
        assign.patient_id = p.id;
    }
    Slice accession = slice_trim(settle->accession);
    if (accession.len && !assign.patient_id)
        return err_set(err, ERR_INPUT, "Name the patient of the exam.", "study %lld",
                       (long long)settle->study_id);
    return study_load(db, settle->study_id, &before, err) &&
           act_awaits(db, accession, assign.patient_id, &assign.act_id, err) &&
           study_assign(db, &assign, by, err) && assignment_keep(db, &before, &assign, by, err);
}
