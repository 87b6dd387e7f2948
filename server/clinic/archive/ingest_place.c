/*
 * Rows of an instance that is there already and now says something else: another patient, study or series.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>
#include <sys/stat.h>

#include "clinic/archive/correction_internal.h"
#include "clinic/archive/description.h"
#include "formats/texts/texts.h"
#include "platform/clock.h"

static bool run_with(Db *db, const char *sql, int64_t id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, sql);
    db_bind_int(q, 1, id);
    return db_run(q, err);
}

static bool instance_becomes(Db *db, const Arrival *a, int64_t instance_id, int64_t study_id,
                             int64_t series_id, Err *err)
{
    const Header *h   = a->header;
    OWNED(DbQuery) *q = db_query(db, "UPDATE instance"
                                     "   SET series_id = ?2, study_id = ?3, class_uid = ?4, syntax_uid = ?5, "
                                     "number = ?6, frames = ?7, image_rows = ?8, image_columns = ?9,"
                                     "       bits_allocated = ?10, blob = ?11, bytes = ?12, dataset_at = "
                                     "?13, "
                                     "sha256 = ?14, dataset_sha256 = ?15"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, instance_id);
    db_bind_int(q, 2, series_id);
    db_bind_int(q, 3, study_id);
    db_bind_cstr(q, 4, h->uids.sop_class);
    db_bind_cstr(q, 5, h->syntax_uid);
    bind_number(q, 6, h->instance_number);
    db_bind_int(q, 7, h->frames);
    db_bind_int(q, 8, h->rows);
    db_bind_int(q, 9, h->columns);
    db_bind_int(q, 10, h->bits_allocated);
    db_bind_cstr(q, 11, a->blob);
    db_bind_int(q, 12, a->bytes);
    db_bind_int(q, 13, (int64_t)h->dataset_at);
    db_bind_blob(q, 14, slice_bytes(a->sha256, SHA256_BYTES));
    db_bind_blob(q, 15, slice_bytes(a->dataset_sha256, SHA256_BYTES));
    return db_run(q, err);
}

static bool header_becomes(Db *db, const Header *h, int64_t instance_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO instance_json (instance_id, plain_bytes, json) VALUES (?1, "
                                     "?2, ?3)"
                                     " ON CONFLICT (instance_id) DO UPDATE SET plain_bytes = ?2, json = ?3");
    db_bind_int(q, 1, instance_id);
    db_bind_int(q, 2, (int64_t)h->json_plain);
    db_bind_blob(q, 3, buf_slice(&h->json));
    return db_run(q, err);
}

static bool dose_becomes(Db *db, const Header *h, int64_t instance_id, int64_t study_id, int64_t series_id,
                         Err *err)
{
    return run_with(db, "DELETE FROM dose_event WHERE instance_id = ?1", instance_id, err) &&
           run_with(db, "DELETE FROM dose_source WHERE instance_id = ?1", instance_id, err) &&
           run_with(db, "DELETE FROM agent_seen WHERE instance_id = ?1", instance_id, err) &&
           dose_store(db, instance_id, study_id, series_id, &h->dose, err) &&
           agents_store(db, instance_id, study_id, &h->agents, err);
}

bool instance_place(Db *db, const Arrival *a, int64_t instance_id, const Match *match, int64_t *ret_study_id,
                    Err *err)
{
    int64_t series_id = 0;
    return study_row_for(db, a, match, ret_study_id, err) &&
           series_row_for(db, a, *ret_study_id, &series_id, err) &&
           instance_becomes(db, a, instance_id, *ret_study_id, series_id, err) &&
           header_becomes(db, a->header, instance_id, err) &&
           dose_becomes(db, a->header, instance_id, *ret_study_id, series_id, err);
}

/* ---- a damaged file, sent again ---- */

/* Not there, or of another length. Written just now under its own name, it was not there a moment ago. */
static bool is_missing(const Arrival *a, const char *blob, int64_t bytes)
{
    struct stat s;
    char        path[2048];
    snprintf(path, sizeof path, "%s/%s", blobs_folder(a->archive->blobs), blob);
    return strcmp(blob, a->blob) == 0 || stat(path, &s) != 0 || !S_ISREG(s.st_mode) || s.st_size != bytes;
}

static bool is_damaged(Db *db, const Arrival *a, int64_t instance_id, char ret_blob[256], bool *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT instance.blob, instance.bytes, blob_fault.blob IS NOT NULL"
                                     "  FROM instance"
                                     "  LEFT JOIN blob_fault ON blob_fault.blob = instance.blob AND "
                                     "blob_fault.mended_at_ms IS NULL"
                                     " WHERE instance.id = ?1 AND instance.dataset_sha256 = ?2");
    db_bind_int(q, 1, instance_id);
    db_bind_blob(q, 2, slice_bytes(a->dataset_sha256, SHA256_BYTES));
    DbStep step = db_next(q, err);
    *ret        = false;
    if (step == DB_ROW) {
        db_text(q, 0, ret_blob, 256);
        *ret = db_int(q, 2) != 0 || is_missing(a, ret_blob, db_int(q, 1));
    }
    return step != DB_FAILED;
}

static bool file_becomes(Db *db, const Arrival *a, int64_t instance_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE instance SET blob = ?2, bytes = ?3, dataset_at = ?4, sha256 = "
                                     "?5, syntax_uid = ?6"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, instance_id);
    db_bind_cstr(q, 2, a->blob);
    db_bind_int(q, 3, a->bytes);
    db_bind_int(q, 4, (int64_t)a->header->dataset_at);
    db_bind_blob(q, 5, slice_bytes(a->sha256, SHA256_BYTES));
    db_bind_cstr(q, 6, a->header->syntax_uid);
    return db_run(q, err);
}

static bool fault_mended(Db *db, const char *blob, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE blob_fault SET mended_at_ms = ?2 WHERE blob = ?1");
    db_bind_cstr(q, 1, blob);
    db_bind_int(q, 2, clock_now_ms());
    return db_run(q, err);
}

bool instance_heal(Db *db, Arrival *a, int64_t instance_id, int64_t study_id, bool *ret_healed, Err *err)
{
    char blob[256];
    bool damaged = false;
    *ret_healed  = false;
    if (!is_damaged(db, a, instance_id, blob, &damaged, err))
        return false;
    if (!damaged)
        return true;
    if (!a->flushed) { /* rare: first to the disk, then once more */
        a->flush_first = true;
        return true;
    }
    *ret_healed  = true;
    a->keep_blob = true;
    return fault_mended(db, blob, err) && file_becomes(db, a, instance_id, err) &&
           study_recount(db, study_id, err);
}

/* ---- counts ---- */

/* Backslash between, in the order in which they came, as ingest keeps them. */
static bool modalities_of(Db *db, int64_t study_id, char ret[65], Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT modality, MIN(id) FROM series WHERE study_id = ?1 AND modality "
                                     "<> ''"
                                     " GROUP BY modality ORDER BY 2");
    DbStep    step;
    OWNED_BUF all = buf_make(4096);
    db_bind_int(q, 1, study_id);
    while ((step = db_next(q, err)) == DB_ROW) {
        if (all.len + db_slice(q, 0).len + 1 > 64)
            continue;
        if (all.len)
            (void)buf_add_char(&all, '\\');
        (void)buf_add(&all, db_slice(q, 0));
    }
    (void)slice_copy(buf_slice(&all), ret, 65);
    return step != DB_FAILED;
}

static bool study_counted(Db *db, int64_t study_id, int64_t *ret_instances, Err *err)
{
    char modalities[65];
    if (!modalities_of(db, study_id, modalities, err))
        return false;
    {
        OWNED(DbQuery) *q =
            db_query(db, "UPDATE study"
                         "   SET instance_count = (SELECT COUNT(*) FROM instance WHERE study_id = ?1),"
                         "       bytes = (SELECT COALESCE(SUM(bytes), 0) FROM instance WHERE study_id = ?1),"
                         "       series_count = (SELECT COUNT(*) FROM series WHERE study_id = ?1),"
                         "       last_at_ms = COALESCE((SELECT MAX(received_at_ms) FROM instance WHERE "
                         "study_id = ?1), "
                         "last_at_ms),"
                         "       modalities = ?2"
                         " WHERE id = ?1");
        db_bind_int(q, 1, study_id);
        db_bind_cstr(q, 2, modalities);
        if (!db_run(q, err))
            return false;
    }
    OWNED(DbQuery) *q = db_query(db, "SELECT instance_count FROM study WHERE id = ?1");
    db_bind_int(q, 1, study_id);
    DbStep step    = db_next(q, err);
    *ret_instances = step == DB_ROW ? db_int(q, 0) : 0;
    return step != DB_FAILED;
}

bool study_recount(Db *db, int64_t study_id, Err *err)
{
    static const char *const EMPTY[] = {
        "DELETE FROM study_name WHERE study_id = ?1",
        "DELETE FROM study_assignment WHERE study_id = ?1",
        "DELETE FROM study WHERE id = ?1",
    };
    int64_t instances = 0;
    if (!run_with(db,
                  "UPDATE series"
                  "   SET instance_count = (SELECT COUNT(*) FROM instance WHERE series_id = series.id),"
                  "       bytes = (SELECT COALESCE(SUM(bytes), 0) FROM instance WHERE series_id = series.id),"
                  "       last_at_ms = COALESCE((SELECT MAX(received_at_ms) FROM instance WHERE series_id = "
                  "series.id), "
                  "last_at_ms)"
                  " WHERE study_id = ?1",
                  study_id, err) ||
        !run_with(db, "DELETE FROM series WHERE study_id = ?1 AND instance_count = 0", study_id, err) ||
        !run_with(db, "DELETE FROM study_mod WHERE study_id = ?1", study_id, err) ||
        !run_with(db,
                  "INSERT INTO study_mod (modality, study_date, study_id)"
                  " SELECT DISTINCT series.modality, study.study_date, study.id"
                  "   FROM series JOIN study ON study.id = series.study_id"
                  "  WHERE study.id = ?1 AND series.modality <> ''",
                  study_id, err) ||
        !study_counted(db, study_id, &instances, err))
        return false;
    for (size_t i = 0; !instances && i < COUNT(EMPTY); i++)
        if (!run_with(db, EMPTY[i], study_id, err))
            return false;
    return true;
}

bool study_says(Db *db, int64_t study_id, const Header *h, Err *err)
{
    OWNED_BUF key = buf_make(4096);
    if (!text_fold(slice_of(h->patient.name), &key, NULL))
        buf_clear(&key);
    if (!description_keep(db, h->study_description, err))
        return false;
    {
        OWNED(DbQuery) *q = db_query(db, "UPDATE study"
                                         "   SET dicom_name = ?2, dicom_name_key = ?3, dicom_id = ?4, "
                                         "dicom_issuer = ?5, "
                                         "dicom_birth = ?6, dicom_sex = ?7, accession = ?8, description = ?9"
                                         " WHERE id = ?1");
        db_bind_int(q, 1, study_id);
        db_bind_cstr(q, 2, h->patient.name);
        db_bind_text(q, 3, buf_slice(&key));
        db_bind_cstr(q, 4, h->patient.id);
        db_bind_cstr(q, 5, h->patient.issuer);
        db_bind_cstr(q, 6, h->patient.birth_date);
        db_bind_cstr(q, 7, h->patient.sex);
        db_bind_cstr(q, 8, h->accession);
        db_bind_cstr(q, 9, h->study_description);
        if (!db_run(q, err))
            return false;
    }
    return run_with(db, "DELETE FROM study_name WHERE study_id = ?1", study_id, err) &&
           study_name_words(db, study_id, buf_slice(&key), err);
}
