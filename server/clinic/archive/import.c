/*
 * The rows of an import: begun for a patient, its files, what it holds.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/import.h"

#include <stdio.h>

#include "clinic/archive/import_internal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

enum { LISTED_MAX = 200 }; /* skipped and missing files told by name */

static bool import_trace(Db *db, const ImportRow *row, const PatientBy *by, Err *err)
{
    char object[32];
    (void)snprintf(object, sizeof object, "import %lld", (long long)row->id);
    return audit_add(db,
                     &(AuditLine) { .event      = AUDIT_CREATE,
                                    .outcome    = AUDIT_OK,
                                    .person_id  = by->person_id,
                                    .patient_id = row->patient_id,
                                    .act_id     = row->act_id,
                                    .actor      = by->actor,
                                    .factors    = by->factors,
                                    .origin     = by->origin,
                                    .what       = by->what,
                                    .object     = object,
                                    .detail     = "import begun" },
                     err);
}

bool import_begin(Db *db, int64_t patient_id, int64_t act_id, Slice origin, const PatientBy *by,
                  ImportRow *ret, Err *err)
{
    bool      seen = false;
    ImportRow row  = { .person_id     = by->person_id,
                       .patient_id    = patient_id,
                       .act_id        = act_id,
                       .state         = "open",
                       .created_at_ms = clock_now_ms() };
    text_keep(slice_trim(origin), row.origin, sizeof row.origin);
    if (!row.origin[0])
        return err_set(err, ERR_INPUT, "Say where the images come from.", "origin");
    if (!patient_seen_by(db, by->person_id, patient_id, clock_now_s(), &seen, err))
        return false;
    if (!seen)
        return err_set(err, ERR_NOT_FOUND, "No such patient, or not for you.", "patient %lld",
                       (long long)patient_id);
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO import (person_id, patient_id, act_id, origin, state, "
                                     "created_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, 'open', ?5)");
    db_bind_int(q, 1, row.person_id);
    db_bind_int(q, 2, row.patient_id);
    bind_ref(q, 3, row.act_id);
    db_bind_cstr(q, 4, row.origin);
    db_bind_int(q, 5, row.created_at_ms);
    if (!db_run(q, err))
        return false;
    row.id = db_last_id(db);
    *ret   = row;
    return import_trace(db, &row, by, err);
}

#define IMPORT_COLUMNS "id, person_id, patient_id, act_id, created_at_ms, origin, state"

static void row_from(const DbQuery *q, ImportRow *ret)
{
    *ret = (ImportRow) { .id            = db_int(q, 0),
                         .person_id     = db_int(q, 1),
                         .patient_id    = db_int(q, 2),
                         .act_id        = db_int(q, 3),
                         .created_at_ms = db_int(q, 4) };
    db_text(q, 5, ret->origin, sizeof ret->origin);
    db_text(q, 6, ret->state, sizeof ret->state);
}

bool import_load(Db *db, int64_t id, int64_t person_id, ImportRow *ret, Err *err)
{
    bool seen         = false;
    OWNED(DbQuery) *q = db_query(db, "SELECT " IMPORT_COLUMNS " FROM import WHERE id = ?1 AND person_id = "
                                     "?2");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, person_id);
    DbStep step = db_next(q, err);
    if (step == DB_FAILED)
        return false;
    if (step == DB_ROW) {
        row_from(q, ret);
        if (!patient_seen_by(db, person_id, ret->patient_id, clock_now_s(), &seen, err))
            return false;
    }
    return seen || err_set(err, ERR_NOT_FOUND, "No such import.", "import %lld", (long long)id);
}

/* ---- files ---- */

void import_path_key(const char *path, char ret[IMPORT_PATH_MAX + 1])
{
    Slice  rest = slice_of(path), name = slice_cut(&rest, ';'); /* "IM1.DCM;1" */
    size_t n = 0;
    for (size_t i = 0; i < name.len && n < IMPORT_PATH_MAX; i++) {
        char c   = name.at[i];
        ret[n++] = c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
    }
    while (n && ret[n - 1] == '.')
        n--;
    ret[n] = 0;
}

static bool old_blob(Db *db, const ImportFile *f, const char *key, char ret[128], Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT blob FROM import_file WHERE import_id = ?1 AND path_key = ?2");
    db_bind_int(q, 1, f->import_id);
    db_bind_cstr(q, 2, key);
    DbStep step = db_next(q, err);
    ret[0]      = 0;
    if (step == DB_ROW)
        db_text(q, 0, ret, 128);
    return step != DB_FAILED;
}

bool import_file_put(Db *db, const ImportFile *f, char ret_old_blob[128], Err *err)
{
    char key[IMPORT_PATH_MAX + 1];
    import_path_key(f->path, key);
    if (!old_blob(db, f, key, ret_old_blob, err))
        return false;
    OWNED(DbQuery) *q = db_query(
        db, "INSERT INTO import_file (import_id, path, path_key, sha256, bytes, state, why, blob, study_uid,"
            " instance_uid, modality, study_date, description, dicom_name, dicom_id, dicom_issuer,"
            " dicom_birth, dicom_sex)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18)"
            " ON CONFLICT (import_id, path_key) DO UPDATE"
            "    SET path = ?2, sha256 = ?4, bytes = ?5, state = ?6, why = ?7, blob = ?8, study_uid = ?9,"
            "        instance_uid = ?10, modality = ?11, study_date = ?12, description = ?13,"
            "        dicom_name = ?14, dicom_id = ?15, dicom_issuer = ?16, dicom_birth = ?17,"
            "        dicom_sex = ?18"
            "  WHERE import_file.state IN ('announced', 'waiting', 'skipped', 'already')");
    const char *const TEXTS[] = { f->path, key, f->sha256 };
    db_bind_int(q, 1, f->import_id);
    for (int i = 0; i < 3; i++)
        db_bind_cstr(q, 2 + i, TEXTS[i]);
    db_bind_int(q, 5, f->bytes);
    const char *const REST[] = { f->state,        f->why,        f->blob,           f->study_uid,
                                 f->instance_uid, f->modality,   f->study_date,     f->description,
                                 f->patient.name, f->patient.id, f->patient.issuer, f->patient.birth_date,
                                 f->patient.sex };
    for (int i = 0; i < (int)COUNT(REST); i++)
        db_bind_cstr(q, 6 + i, REST[i]);
    return db_run(q, err);
}

/* Known by its bytes: in this import, or let into this patient's record by an earlier one. */
static bool file_is_here(Db *db, const ImportRow *row, Slice sha256, bool *ret_here, bool *ret_archived,
                         Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT 1 FROM import_file WHERE import_id = ?1 AND sha256 = ?2"
                                     "   AND state NOT IN ('announced', 'refused') LIMIT 1");
    db_bind_int(q, 1, row->id);
    db_bind_text(q, 2, sha256);
    DbStep step = db_next(q, err);
    *ret_here   = step == DB_ROW;
    if (step != DB_END)
        return step != DB_FAILED;
    OWNED(DbQuery) *a = db_query(db, "SELECT 1 FROM import_file JOIN import ON import.id = "
                                     "import_file.import_id"
                                     " WHERE import_file.sha256 = ?2 AND import.patient_id = ?1"
                                     "   AND import_file.state IN ('kept', 'already') LIMIT 1");
    db_bind_int(a, 1, row->patient_id);
    db_bind_text(a, 2, sha256);
    step          = db_next(a, err);
    *ret_archived = step == DB_ROW;
    return step != DB_FAILED;
}

static bool is_digest(Slice hex)
{
    for (size_t i = 0; i < hex.len; i++)
        if (!((hex.at[i] >= '0' && hex.at[i] <= '9') || (hex.at[i] >= 'a' && hex.at[i] <= 'f')))
            return false;
    return hex.len == SHA256_BYTES * 2;
}

bool import_have(Db *db, const ImportRow *row, const json_t *files, json_t *ret, Err *err)
{
    size_t  i;
    json_t *one;
    json_array_foreach (files, i, one) {
        bool       here = false, archived = false;
        ImportFile f = { .import_id = row->id, .state = "already" };
        Slice      hex;
        char       old[128];
        if (!json_need_copy(one, "path", f.path, sizeof f.path, err) ||
            !json_need_text(one, "sha256", &hex, err) ||
            !json_may_int(one, "bytes", 0, INT64_MAX, &f.bytes, err))
            return false;
        if (!is_digest(hex))
            return err_set(err, ERR_INPUT, "A value of the request is not right.", "sha256");
        (void)slice_copy(hex, f.sha256, sizeof f.sha256);
        if (!file_is_here(db, row, hex, &here, &archived, err))
            return false;
        if (archived && !import_file_put(db, &f, old, err))
            return false;
        if (here || archived)
            json_push(ret, json_integer((json_int_t)i));
    }
    return true;
}

/* ---- as JSON ---- */

bool import_compare(Db *db, int64_t patient_id, const DicomPatient *image, PatientDifference ret[],
                    size_t *ret_count, Err *err)
{
    Patient      p;
    DicomPatient said = *image;
    if (!said.issuer[0])
        said.id[0] = 0; /* a number of another house, without its issuer, says nothing */
    return patient_load(db, patient_id, &p, err) && patient_compare_dicom(db, &p, &said, ret, ret_count, err);
}

static bool counts_json(Db *db, const ImportRow *row, json_t *j, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT state, COUNT(*), COALESCE(SUM(bytes), 0) FROM import_file"
                                     " WHERE import_id = ?1 GROUP BY state");
    db_bind_int(q, 1, row->id);
    json_t *counts = json_object();
    json_put(j, "counts", counts);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        char state[16];
        db_text(q, 0, state, sizeof state);
        json_put(counts, state, json_integer(db_int(q, 1)));
    }
    return step == DB_END;
}

static void patient_from(const DbQuery *q, int first, DicomPatient *ret)
{
    db_text(q, first, ret->name, sizeof ret->name);
    db_text(q, first + 1, ret->id, sizeof ret->id);
    db_text(q, first + 2, ret->issuer, sizeof ret->issuer);
    db_text(q, first + 3, ret->birth_date, sizeof ret->birth_date);
    db_text(q, first + 4, ret->sex, sizeof ret->sex);
}

/* One study a line; a study that names two patients has two lines and is refused as a whole. */
static bool studies_json(Db *db, const ImportRow *row, json_t *list, Err *err)
{
    OWNED(DbQuery) *q =
        db_query(db, "SELECT study_uid, MAX(study_date), MAX(description), MIN(modality), dicom_name, "
                     "dicom_id,"
                     "       dicom_issuer, dicom_birth, dicom_sex, COUNT(*),"
                     "       SUM(CASE WHEN state = 'waiting' THEN 1 ELSE 0 END),"
                     "       SUM(CASE WHEN state = 'refused' THEN 1 ELSE 0 END), MAX(modality)"
                     "  FROM import_file WHERE import_id = ?1 AND study_uid <> ''"
                     " GROUP BY study_uid, dicom_name, dicom_id, dicom_issuer, dicom_birth, dicom_sex"
                     " ORDER BY MAX(study_date) DESC, study_uid LIMIT 1000");
    db_bind_int(q, 1, row->id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        PatientDifference differences[PATIENT_DIFFERENCES_MAX];
        size_t            count = 0;
        DicomPatient      said;
        patient_from(q, 4, &said);
        if (!import_compare(db, row->patient_id, &said, differences, &count, err))
            return false;
        json_t *one = json_object();
        json_put(one, "study_uid", json_slice(db_slice(q, 0)));
        json_put(one, "date", json_slice(db_slice(q, 1)));
        json_put(one, "description", json_slice(db_slice(q, 2)));
        json_put(one, "modality", json_slice(db_slice(q, 3)));
        json_put(one, "patient",
                 json_pack("{s:o, s:o, s:o, s:o}", "name", json_cstr(said.name), "id", json_cstr(said.id),
                           "birth_date", json_cstr(said.birth_date), "sex", json_cstr(said.sex)));
        json_put(one, "differences", patient_differences_json(differences, count));
        json_put(one, "files", json_integer(db_int(q, 9)));
        json_put(one, "waiting", json_integer(db_int(q, 10)));
        json_put(one, "refused", json_integer(db_int(q, 11)));
        json_push(list, one);
    }
    return step == DB_END;
}

static bool named_json(Db *db, const ImportRow *row, const char *state, json_t *list, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT path, why FROM import_file WHERE import_id = ?1 AND state = ?2"
                                     " ORDER BY id LIMIT ?3");
    db_bind_int(q, 1, row->id);
    db_bind_cstr(q, 2, state);
    db_bind_int(q, 3, LISTED_MAX);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW)
        json_push(list, json_pack("{s:o, s:o}", "path", json_slice(db_slice(q, 0)), "why",
                                  json_slice(db_slice(q, 1))));
    return step == DB_END;
}

static json_t *row_json(const ImportRow *row)
{
    return json_pack("{s:I, s:I, s:I, s:s, s:s, s:I}", "id", (json_int_t)row->id, "patient_id",
                     (json_int_t)row->patient_id, "act_id", (json_int_t)row->act_id, "origin", row->origin,
                     "state", row->state, "created_at_ms", (json_int_t)row->created_at_ms);
}

bool import_json(Db *db, const ImportRow *row, json_t **ret, Err *err)
{
    OWNED(json_t) *j = row_json(row);
    json_t *studies = json_array(), *skipped = json_array(), *missing = json_array();
    json_put(j, "studies", studies);
    json_put(j, "skipped", skipped);
    json_put(j, "missing", missing);
    if (!counts_json(db, row, j, err) || !studies_json(db, row, studies, err) ||
        !named_json(db, row, "skipped", skipped, err) || !named_json(db, row, "announced", missing, err))
        return false;
    *ret = GIVE(j);
    return true;
}

bool imports_open_json(Db *db, int64_t person_id, int64_t patient_id, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " IMPORT_COLUMNS " FROM import"
                                     " WHERE person_id = ?1 AND patient_id = ?2 AND state = 'open'"
                                     " ORDER BY id DESC LIMIT 20");
    db_bind_int(q, 1, person_id);
    db_bind_int(q, 2, patient_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        ImportRow row;
        row_from(q, &row);
        json_push(ret, row_json(&row));
    }
    return step == DB_END;
}

bool priors_json(Db *db, int64_t patient_id, json_t *ret, Err *err)
{
    OWNED(DbQuery) *q                = db_query(db, "SELECT study.uid, study.study_date, study.modalities, "
                                                                   "study.description,"
                                                                   "       study.instance_count, study.dicom_name, study.dicom_birth,"
                                                                   "       prior_study.origin, prior_study.reason, prior_study.decided_by,"
                                                                   "       prior_study.decided_at_ms, prior_study.differences"
                                                                   "  FROM prior_study JOIN study ON study.uid = prior_study.study_uid"
                                                                   " WHERE prior_study.patient_id = ?1 AND study.patient_id = ?1"
                                                                   " ORDER BY study.study_date DESC LIMIT 500");
    static const char *const NAMES[] = { "study_uid", "date",       "modalities",  "description",
                                         "instances", "dicom_name", "dicom_birth", "origin",
                                         "reason",    "decided_by" };
    db_bind_int(q, 1, patient_id);
    DbStep step;
    while ((step = db_next(q, err)) == DB_ROW) {
        json_t *one = json_object();
        for (int i = 0; i < (int)COUNT(NAMES); i++)
            json_put(one, NAMES[i], i == 4 ? json_integer(db_int(q, i)) : json_slice(db_slice(q, i)));
        json_put(one, "decided_at_ms", json_integer(db_int(q, 10)));
        json_t *differences = json_parse(db_slice(q, 11), err);
        if (!differences)
            return false;
        json_put(one, "differences", differences);
        json_push(ret, one);
    }
    return step == DB_END;
}
