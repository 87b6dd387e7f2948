/*
 * Whose study is it? By the planned slot, by the accession number and our identifier, by an identifier and
 * its issuer; then what the images say is compared with the patient, and a difference flags the study. E15.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/news.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"
#include "platform/jobs/jobs.h"

/* ---- what is awaited ---- */

static bool match_row(DbQuery *q, Match *ret, bool *ret_found, Err *err)
{
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step == DB_ROW)
        *ret = (Match) { .patient_id = db_int(q, 0), .act_id = db_int(q, 1), .site_id = db_int(q, 2) };
    return step != DB_FAILED;
}

static bool match_by_uid(Db *db, const char *study_uid, Match *ret, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT patient_id, act_id, site_id FROM expected_study WHERE study_uid "
                                     "= ?1");
    db_bind_cstr(q, 1, study_uid);
    return match_row(q, ret, ret_found, err);
}

/* An accession number alone may be another house's: the patient's identifier must be the awaited one too. */
static bool match_by_accession(Db *db, const char *accession, const DicomPatient *patient, Match *ret,
                               bool *ret_found, Err *err)
{
    *ret_found = false;
    if (!accession[0] || !patient->id[0])
        return true;
    OWNED(DbQuery) *q =
        db_query(db, "SELECT expected_study.patient_id, expected_study.act_id, expected_study.site_id"
                     "  FROM expected_study"
                     "  JOIN patient_identifier ON patient_identifier.patient_id = expected_study.patient_id"
                     " WHERE expected_study.accession = ?1"
                     "   AND patient_identifier.value = ?2"
                     "   AND (?3 = '' OR patient_identifier.issuer = ?3)");
    db_bind_cstr(q, 1, accession);
    db_bind_cstr(q, 2, patient->id);
    db_bind_cstr(q, 3, patient->issuer);
    return match_row(q, ret, ret_found, err);
}

bool study_match(Db *db, const char *study_uid, const char *accession, const DicomPatient *patient,
                 Match *ret, Err *err)
{
    Patient p;
    bool    found = false;
    *ret          = (Match) { 0 };
    if (!match_by_uid(db, study_uid, ret, &found, err) ||
        (!found && !match_by_accession(db, accession, patient, ret, &found, err)))
        return false;
    if (found || !patient->id[0] || !patient->issuer[0])
        return true;
    if (!patient_by_identifier(db, slice_of(patient->id), slice_of(patient->issuer), &p, &found, err))
        return false;
    if (found)
        ret->patient_id = p.id;
    return true;
}

/* ---- compared ---- */

bool archive_news_job(Db *db, const char *kind, int64_t study_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT uid, act_id, patient_id, differences FROM study WHERE id = ?1");
    db_bind_int(q, 1, study_id);
    if (db_next(q, err) != DB_ROW)
        return err_set(err, ERR_BUG, "The program made a mistake; it was noted in the log.",
                       "study %lld is gone", (long long)study_id);
    OWNED_BUF payload = buf_make(60 << 10);
    buf_addf(&payload, "{\"study_id\":%lld,\"study_uid\":", (long long)study_id);
    json_add_string(&payload, db_slice(q, 0));
    buf_addf(&payload, ",\"act_id\":%lld,\"patient_id\":%lld", (long long)db_int(q, 1),
             (long long)db_int(q, 2));
    if (db_slice(q, 3).len) {
        buf_add_text(&payload, ",\"differences\":");
        buf_add(&payload, db_slice(q, 3));
    }
    buf_add_char(&payload, '}');
    return buf_ok(&payload, err) && job_add(db, kind, buf_slice(&payload), clock_now_ms(), err);
}

static bool flag_set(Db *db, int64_t study_id, const PatientDifference *differences, size_t count,
                     bool *ret_newly, Err *err)
{
    OWNED(json_t) *list = patient_differences_json(differences, count);
    OWNED_BUF text      = buf_make(32 << 10);
    if (!json_dump_to_buf(list, &text, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "UPDATE study"
                                     "   SET wrong_patient = 1, differences = ?2, accepted_at_ms = NULL"
                                     " WHERE id = ?1"
                                     "   AND wrong_patient = 0");
    db_bind_int(q, 1, study_id);
    db_bind_text(q, 2, buf_slice(&text));
    if (!db_run(q, err))
        return false;
    *ret_newly = db_changes(q) == 1;
    return true;
}

bool study_compare(Db *db, int64_t study_id, int64_t patient_id, const DicomPatient *image, bool *ret_wrong,
                   Err *err)
{
    PatientDifference differences[PATIENT_DIFFERENCES_MAX];
    size_t            count = 0;
    Patient           p;
    bool              newly = false;
    if (!patient_load(db, patient_id, &p, err) ||
        !patient_compare_dicom(db, &p, image, differences, &count, err))
        return false;
    *ret_wrong = count > 0;
    if (!count)
        return true;
    return flag_set(db, study_id, differences, count, &newly, err) &&
           (!newly || archive_news_job(db, ARCHIVE_JOB_WRONG_PATIENT, study_id, err));
}

/* The patient as the study's first image said, out of its row. */
static bool study_image_patient(Db *db, int64_t study_id, DicomPatient *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT dicom_id, dicom_issuer, dicom_name, dicom_birth, dicom_sex"
                                     "  FROM study WHERE id = ?1");
    db_bind_int(q, 1, study_id);
    DbStep step = db_next(q, err);
    if (step == DB_END)
        return err_set(err, ERR_NOT_FOUND, "No such study.", "study %lld", (long long)study_id);
    if (step != DB_ROW)
        return false;
    db_text(q, 0, ret->id, sizeof ret->id);
    db_text(q, 1, ret->issuer, sizeof ret->issuer);
    db_text(q, 2, ret->name, sizeof ret->name);
    db_text(q, 3, ret->birth_date, sizeof ret->birth_date);
    db_text(q, 4, ret->sex, sizeof ret->sex);
    return true;
}

static bool study_link(Db *db, int64_t study_id, const Match *match, Err *err)
{
    DicomPatient image;
    bool         wrong = false;
    OWNED(DbQuery) *q  = db_query(db, "UPDATE study"
                                       "   SET patient_id = ?2, act_id = ?3, site_id = COALESCE(?4, site_id),"
                                       "       wrong_patient = 0, differences = '', accepted_at_ms = NULL,"
                                       "       accepted_by = '', accepted_reason = ''"
                                       " WHERE id = ?1");
    db_bind_int(q, 1, study_id);
    bind_ref(q, 2, match->patient_id);
    bind_ref(q, 3, match->act_id);
    bind_ref(q, 4, match->site_id);
    return db_run(q, err) && study_image_patient(db, study_id, &image, err) &&
           (!match->patient_id || study_compare(db, study_id, match->patient_id, &image, &wrong, err)) && agents_tell(db, study_id, err);
}

/* ---- awaited studies ---- */

static bool expected_insert(Db *db, const ExpectedStudy *e, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO expected_study (study_uid, accession, act_id, patient_id, "
                                     "site_id, ae_title)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                                     " ON CONFLICT (study_uid) DO UPDATE"
                                     "    SET accession = ?2, act_id = ?3, patient_id = ?4, site_id = ?5, "
                                     "ae_title = ?6");
    db_bind_cstr(q, 1, e->study_uid);
    db_bind_cstr(q, 2, e->accession ? e->accession : "");
    db_bind_int(q, 3, e->act_id);
    db_bind_int(q, 4, e->patient_id);
    db_bind_int(q, 5, e->site_id);
    db_bind_cstr(q, 6, e->ae_title ? e->ae_title : "");
    return db_run(q, err);
}

static bool study_came_before(Db *db, const char *uid, int64_t act_id, int64_t *ret_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id FROM study WHERE uid = ?1 AND (act_id IS NULL OR act_id <> "
                                     "?2)");
    db_bind_cstr(q, 1, uid);
    db_bind_int(q, 2, act_id);
    DbStep step = db_next(q, err);
    *ret_id     = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

bool expected_study_add(Db *db, const ExpectedStudy *e, Err *err)
{
    int64_t before = 0;
    Match   match  = { .patient_id = e->patient_id, .act_id = e->act_id, .site_id = e->site_id };
    return expected_study_remove(db, e->act_id, err) && expected_insert(db, e, err) &&
           study_came_before(db, e->study_uid, e->act_id, &before, err) &&
           (!before || study_link(db, before, &match, err));
}

bool expected_study_remove(Db *db, int64_t act_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "DELETE FROM expected_study WHERE act_id = ?1");
    db_bind_int(q, 1, act_id);
    return db_run(q, err);
}

/* ---- a person decides ---- */

static bool differences_accepted(Db *db, const StudyAssign *assign, const PatientBy *by, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE study"
                                     "   SET wrong_patient = 0, accepted_at_ms = ?2, accepted_by = ?3,"
                                     "       accepted_reason = ?4"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, assign->study_id);
    db_bind_int(q, 2, clock_now_ms());
    db_bind_cstr(q, 3, by->actor);
    db_bind_cstr(q, 4, assign->reason);
    return db_run(q, err);
}

bool study_assign(Db *db, const StudyAssign *assign, const PatientBy *by, Err *err)
{
    StudyRow before;
    Match    match = { .patient_id = assign->patient_id, .act_id = assign->act_id };
    if (!assign->reason || !slice_trim(slice_of(assign->reason)).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "study %lld", (long long)assign->study_id);
    if (!study_load(db, assign->study_id, &before, err))
        return false;
    if (before.patient_id != assign->patient_id || before.act_id != assign->act_id ||
        !assign->accept_differences)
        if (!study_link(db, assign->study_id, &match, err))
            return false;
    if (assign->accept_differences && !differences_accepted(db, assign, by, err))
        return false;
    return audit_add(db,
                     &(AuditLine) { .event      = AUDIT_CHANGE,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = by->person_id,
                                    .patient_id = assign->patient_id,
                                    .act_id     = assign->act_id,
                                    .actor      = by->actor,
                                    .factors    = by->factors,
                                    .origin     = by->origin,
                                    .what       = by->what,
                                    .object     = before.uid,
                                    .detail     = assign->accept_differences ? "study assigned, differences "
                                                                               "accepted"
                                                                             : "study assigned" },
                     err);
}
