/*
 * A person says whose study it is: let into the record as an earlier exam, or sent away.
 *
 * Letting in goes by turns and can be taken up again: files first, then the link to the record, then the
 * prior.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/import_internal.h"
#include "clinic/archive/refusal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { TURN_FILES = 200 };

typedef struct Waiting {
    int64_t id;
    char    blob[128];
} Waiting;

typedef struct Decision {
    Archive         *archive;
    const ImportRow *row;
    const PatientBy *by;
    char             study_uid[65];
    const char      *reason;
    DicomPatient     said;
    Buf              differences; /* JSON */
    size_t           difference_count;
    int64_t          left, study_id;
    Waiting          files[TURN_FILES];
    size_t           count;
} Decision;

static bool decision_trace(Db *db, const Decision *d, AuditEvent event, const char *detail, Err *err)
{
    return audit_add(db,
                     &(AuditLine) { .event      = event,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = d->by->person_id,
                                    .patient_id = d->row->patient_id,
                                    .act_id     = d->row->act_id,
                                    .actor      = d->by->actor,
                                    .factors    = d->by->factors,
                                    .origin     = d->by->origin,
                                    .what       = d->by->what,
                                    .object     = d->study_uid,
                                    .detail     = detail },
                     err);
}

/* ---- reading ---- */

/* Whose the files say they are; several patients in one study are refused. */
static bool said_patient(Db *db, Decision *d, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT DISTINCT dicom_name, dicom_id, dicom_issuer, dicom_birth, "
                                     "dicom_sex"
                                     "  FROM import_file WHERE import_id = ?1 AND study_uid = ?2 LIMIT 2");
    db_bind_int(q, 1, d->row->id);
    db_bind_cstr(q, 2, d->study_uid);
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END && err_set(err, ERR_NOT_FOUND, "Nothing of this study is waiting.", "import");
    db_text(q, 0, d->said.name, sizeof d->said.name);
    db_text(q, 1, d->said.id, sizeof d->said.id);
    db_text(q, 2, d->said.issuer, sizeof d->said.issuer);
    db_text(q, 3, d->said.birth_date, sizeof d->said.birth_date);
    db_text(q, 4, d->said.sex, sizeof d->said.sex);
    step = db_next(q, err);
    if (step == DB_ROW)
        return err_set(err, ERR_CONFLICT,
                       "The files of this study name several patients: it cannot be attached.", "study %s",
                       d->study_uid);
    return step == DB_END;
}

static bool waiting_files(Db *db, Decision *d, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, blob FROM import_file WHERE import_id = ?1 AND study_uid = "
                                     "?2"
                                     "   AND state = 'waiting' ORDER BY id LIMIT ?3");
    db_bind_int(q, 1, d->row->id);
    db_bind_cstr(q, 2, d->study_uid);
    db_bind_int(q, 3, TURN_FILES);
    DbStep step = DB_END;
    d->count    = 0;
    while (d->count < TURN_FILES && (step = db_next(q, err)) == DB_ROW) {
        d->files[d->count].id = db_int(q, 0);
        db_text(q, 1, d->files[d->count++].blob, sizeof d->files[0].blob);
    }
    if (step == DB_FAILED)
        return false;
    OWNED(DbQuery) *n = db_query(db, "SELECT COUNT(*) FROM import_file WHERE import_id = ?1 AND study_uid = "
                                     "?2"
                                     "   AND state = 'waiting'");
    db_bind_int(n, 1, d->row->id);
    db_bind_cstr(n, 2, d->study_uid);
    if (db_next(n, err) != DB_ROW)
        return false;
    d->left = db_int(n, 0);
    return true;
}

/* The study in the archive already: in no record, or in this one; another's is not touched. */
static bool study_place(Db *db, Decision *d, bool *ret_free, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, patient_id FROM study WHERE uid = ?1");
    db_bind_cstr(q, 1, d->study_uid);
    DbStep step = db_next(q, err);
    d->study_id = step == DB_ROW ? db_int(q, 0) : 0;
    *ret_free   = step == DB_ROW && db_is_null(q, 1);
    if (step == DB_ROW && !db_is_null(q, 1) && db_int(q, 1) != d->row->patient_id)
        return err_set(err, ERR_CONFLICT,
                       "This study stands in another record of the archive: it cannot be attached here.",
                       "study %s", d->study_uid);
    return step != DB_FAILED;
}

static bool look(Decision *d, Err *err)
{
    PatientDifference differences[PATIENT_DIFFERENCES_MAX];
    bool              is_free = false;
    OWNED(Db) *db             = db_read(archive_db(d->archive), err);
    if (!db || !said_patient(db, d, err) || !waiting_files(db, d, err) ||
        !study_place(db, d, &is_free, err) ||
        !import_compare(db, d->row->patient_id, &d->said, differences, &d->difference_count, err))
        return false;
    OWNED(json_t) *list = patient_differences_json(differences, d->difference_count);
    return json_dump_to_buf(list, &d->differences, err);
}

/* ---- letting in ---- */

typedef struct FileDone {
    int64_t     id;
    const char *state, *why;
} FileDone;

static bool file_done(Db *db, void *work, Err *err)
{
    const FileDone *f = work;
    OWNED(DbQuery) *q = db_query(db, "UPDATE import_file SET state = ?2, why = ?3, blob = '' WHERE id = ?1");
    db_bind_int(q, 1, f->id);
    db_bind_cstr(q, 2, f->state);
    db_bind_cstr(q, 3, f->why);
    return db_run(q, err);
}

static bool let_in(Decision *d, const Waiting *file, const char *address, Err *err)
{
    static const char *const STATES[] = {
        [INGEST_STORED] = "kept", [INGEST_ALREADY] = "already", [INGEST_ASIDE] = "aside"
    };
    IngestSource source = { .via       = "import",
                            .actor     = d->by->actor,
                            .person_id = d->by->person_id,
                            .address   = address,
                            .factors   = d->by->factors };
    IngestResult result = { 0 };
    Err          why    = { 0 };
    FileDone     done   = { .id = file->id, .why = "" };
    OWNED(Blob) *blob   = blob_open(archive_blobs(d->archive), file->blob, err);
    if (!blob)
        return false;
    bool kept = ingest_file(d->archive, &source, blob_bytes(blob), &result, &why);
    if (!kept)
        refusal_note(d->archive, &source, &result, &why);
    if (kept)
        done.state = STATES[result.outcome];
    else if (err_may_pass(why.kind) || why.kind == ERR_BUG)
        return err_set(err, why.kind, why.shown, "%s", why.detail);
    else {
        done.state = "skipped";
        done.why   = "refused-by-archive";
    }
    if (!db_write(archive_db(d->archive), file_done, &done, err))
        return false;
    (void)blob_remove(archive_blobs(d->archive), file->blob, NULL);
    d->left--;
    return true;
}

static bool prior_put(Db *db, const Decision *d, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO prior_study (study_uid, import_id, patient_id, act_id, "
                                     "origin,"
                                     " differences, reason, decided_by, decided_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)"
                                     " ON CONFLICT (study_uid) DO NOTHING");
    db_bind_cstr(q, 1, d->study_uid);
    db_bind_int(q, 2, d->row->id);
    db_bind_int(q, 3, d->row->patient_id);
    bind_ref(q, 4, d->row->act_id);
    db_bind_cstr(q, 5, d->row->origin);
    db_bind_text(q, 6, buf_slice(&d->differences));
    db_bind_cstr(q, 7, d->reason);
    db_bind_cstr(q, 8, d->by->actor);
    db_bind_int(q, 9, clock_now_ms());
    return db_run(q, err);
}

static bool close_when_empty(Db *db, const Decision *d, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "UPDATE import SET state = 'done', ended_at_ms = ?2 WHERE id = ?1 AND NOT EXISTS"
                     " (SELECT 1 FROM import_file WHERE import_id = ?1 AND state = 'waiting')");
    db_bind_int(q, 1, d->row->id);
    db_bind_int(q, 2, clock_now_ms());
    return db_run(q, err);
}

/* The last turn: the study joins the record, its own identity kept beside it. */
static bool link_work(Db *db, void *work, Err *err)
{
    Decision *d       = work;
    bool      is_free = false;
    if (!study_place(db, d, &is_free, err))
        return false;
    if (is_free) {
        OWNED(DbQuery) *q = db_query(db, "UPDATE study SET patient_id = ?2, differences = ?3, wrong_patient "
                                         "= 0,"
                                         "       accepted_at_ms = ?4, accepted_by = ?5, accepted_reason = ?6"
                                         " WHERE id = ?1 AND patient_id IS NULL");
        db_bind_int(q, 1, d->study_id);
        db_bind_int(q, 2, d->row->patient_id);
        db_bind_text(q, 3, d->difference_count ? buf_slice(&d->differences) : SLICE_NONE);
        db_bind_int(q, 4, clock_now_ms());
        db_bind_cstr(q, 5, d->by->actor);
        db_bind_cstr(q, 6, d->reason);
        if (!db_run(q, err))
            return false;
    }
    if (!d->study_id) /* not one file could be kept */
        return close_when_empty(db, d, err);
    return prior_put(db, d, err) && close_when_empty(db, d, err) &&
           decision_trace(db, d, AUDIT_CHANGE,
                          d->difference_count ? "prior attached, identity of the medium differs"
                                              : "prior attached",
                          err);
}

static bool attach(Decision *d, const char *address, Err *err)
{
    int64_t began_ms = clock_monotonic_ms();
    if (!look(d, err))
        return false;
    if (d->difference_count && !slice_trim(slice_of(d->reason)).len)
        return err_set(err, ERR_CONFLICT,
                       "The medium names another patient: say why these images belong to this record.",
                       "study %s", d->study_uid);
    for (size_t i = 0; i < d->count && clock_monotonic_ms() - began_ms < IMPORT_TURN_MS; i++)
        if (!let_in(d, &d->files[i], address, err))
            return false;
    return d->left > 0 || db_write(archive_db(d->archive), link_work, d, err);
}

static Decision *decision_new(Archive *a, const ImportRow *row, Slice study_uid, const char *reason,
                              const PatientBy *by, Err *err)
{
    Decision *d = calloc(1, sizeof *d);
    if (!d) {
        err_set(err, ERR_UNAVAILABLE, "Memory is out.", "import");
        return NULL;
    }
    d->archive     = a;
    d->row         = row;
    d->by          = by;
    d->reason      = reason ? reason : "";
    d->differences = buf_make(64 << 10);
    (void)slice_copy(study_uid, d->study_uid, sizeof d->study_uid);
    return d;
}

static void decision_free(Decision *d)
{
    if (!d)
        return;
    buf_free(&d->differences);
    free(d);
}
OWNED_BY(Decision, decision_free)

bool import_attach(Archive *a, const ImportRow *row, Slice study_uid, const char *reason, const PatientBy *by,
                   const char *address, int64_t *ret_left, Err *err)
{
    OWNED(Decision) *d = decision_new(a, row, study_uid, reason, by, err);
    if (!d || !attach(d, address, err))
        return false;
    *ret_left = d->left;
    return true;
}

/* ---- sending away ---- */

static bool refuse_work(Db *db, void *work, Err *err)
{
    Decision *d       = work;
    OWNED(DbQuery) *q = db_query(db, "UPDATE import_file SET state = 'refused', why = ?3, blob = ''"
                                     " WHERE import_id = ?1 AND study_uid = ?2 AND state = 'waiting'");
    db_bind_int(q, 1, d->row->id);
    db_bind_cstr(q, 2, d->study_uid);
    db_bind_cstr(q, 3, d->reason);
    return db_run(q, err) && close_when_empty(db, d, err) &&
           decision_trace(db, d, AUDIT_DELETE, "import refused", err);
}

bool import_refuse(Archive *a, const ImportRow *row, Slice study_uid, const char *reason, const PatientBy *by,
                   Err *err)
{
    OWNED(Decision) *d = decision_new(a, row, study_uid, reason, by, err);
    if (!d)
        return false;
    if (!slice_trim(slice_of(d->reason)).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "import");
    for (;;) { /* files go before their rows: what a stop leaves is refused again */
        {
            OWNED(Db) *db = db_read(archive_db(a), err);
            if (!db || !waiting_files(db, d, err))
                return false;
        }
        if (!d->left)
            return err_set(err, ERR_NOT_FOUND, "Nothing of this study is waiting.", "import");
        if (d->left <= (int64_t)d->count)
            break;
        for (size_t i = 0; i < d->count; i++) {
            FileDone gone = { .id = d->files[i].id, .state = "refused", .why = d->reason };
            if (!db_write(archive_db(a), file_done, &gone, err))
                return false;
            (void)blob_remove(archive_blobs(a), d->files[i].blob, NULL);
        }
    }
    if (!db_write(archive_db(a), refuse_work, d, err))
        return false;
    for (size_t i = 0; i < d->count; i++)
        (void)blob_remove(archive_blobs(a), d->files[i].blob, NULL);
    return true;
}
