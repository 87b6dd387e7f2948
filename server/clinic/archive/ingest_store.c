/*
 * The rows of one arrival: study, series, instance, header, dose, trace and news, in one transaction.
 *
 * Runs on the database's writer: nothing here reads a file or waits.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include <stdio.h>

#include "clinic/archive/archive_internal.h"
#include "clinic/archive/correction_internal.h"
#include "clinic/archive/deletion.h"
#include "clinic/archive/description.h"
#include "clinic/archive/news.h"
#include "formats/json/base64.h"
#include "formats/texts/texts.h"
#include "guard/audit/audit.h"

bool instance_known(Db *db, const FourUids *uids, const uint8_t dataset_sha256[SHA256_BYTES], Known *ret,
                    Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT instance.id, instance.study_id, instance.dataset_sha256, "
                                     "study.uid, series.uid,"
                                     "       study.patient_id, study.act_id, study.wrong_patient,"
                                     "       EXISTS (SELECT 1 FROM instance_aside"
                                     "                WHERE instance_aside.uid = instance.uid AND "
                                     "instance_aside.dataset_sha256 = ?2),"
                                     "       EXISTS (SELECT 1 FROM kept_version"
                                     "                WHERE kept_version.uid = instance.uid AND "
                                     "kept_version.dataset_sha256 = ?2)"
                                     "  FROM instance"
                                     "  JOIN series ON series.id = instance.series_id"
                                     "  JOIN study ON study.id = instance.study_id"
                                     " WHERE instance.uid = ?1");
    db_bind_cstr(q, 1, uids->sop_instance);
    db_bind_blob(q, 2, slice_bytes(dataset_sha256, SHA256_BYTES));
    *ret        = (Known) { 0 };
    DbStep step = db_next(q, err);
    if (step != DB_ROW)
        return step == DB_END;
    *ret = (Known) { .known = true,
                     .same  = slice_equal(db_slice(q, 2), slice_bytes(dataset_sha256, SHA256_BYTES)) ||
                             db_int(q, 9), /* the version before a correction */
                     .aside_already = db_int(q, 8) != 0,
                     .instance_id   = db_int(q, 0),
                     .study_id      = db_int(q, 1),
                     .patient_id    = db_int(q, 5),
                     .act_id        = db_int(q, 6),
                     .wrong_patient = db_int(q, 7) != 0 };
    return true;
}

static bool trace(Db *db, const Arrival *a, int64_t patient_id, int64_t act_id, const char *detail, Err *err)
{
    const IngestSource *s = a->source;
    return audit_add(db,
                     &(AuditLine) { .event           = AUDIT_STORE,
                                    .outcome         = AUDIT_OK,
                                    .person_id       = s->person_id,
                                    .organisation_id = s->organisation_id,
                                    .patient_id      = patient_id,
                                    .act_id          = act_id,
                                    .actor           = s->actor,
                                    .factors         = s->factors,
                                    .origin          = s->address,
                                    .what            = s->via,
                                    .object          = a->header->uids.sop_instance,
                                    .detail          = detail },
                     err);
}

/* ---- the same UID with other bytes ---- */

static bool aside_insert(Db *db, const Arrival *a, const Known *known, Err *err)
{
    const Header *h   = a->header;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO instance_aside (instance_id, uid, study_uid, series_uid, "
                                     "class_uid, syntax_uid, blob, bytes,"
                                     "                            sha256, dataset_sha256, reason, "
                                     "received_at_ms, via, actor, dataset_at)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'other bytes under a "
                                     "known UID', ?11, ?12, ?13, ?14)");
    db_bind_int(q, 1, known->instance_id);
    db_bind_cstr(q, 2, h->uids.sop_instance);
    db_bind_cstr(q, 3, h->uids.study);
    db_bind_cstr(q, 4, h->uids.series);
    db_bind_cstr(q, 5, h->uids.sop_class);
    db_bind_cstr(q, 6, h->syntax_uid);
    db_bind_cstr(q, 7, a->blob);
    db_bind_int(q, 8, a->bytes);
    db_bind_blob(q, 9, slice_bytes(a->sha256, SHA256_BYTES));
    db_bind_blob(q, 10, slice_bytes(a->dataset_sha256, SHA256_BYTES));
    db_bind_int(q, 11, a->received_at_ms);
    db_bind_cstr(q, 12, a->source->via);
    db_bind_cstr(q, 13, a->source->actor);
    db_bind_int(q, 14, (int64_t)h->dataset_at);
    return db_run(q, err);
}

static bool known_again(Db *db, Arrival *a, const Known *known, Err *err)
{
    IngestResult *r = a->result;
    if (known->same) {
        r->outcome       = INGEST_ALREADY;
        r->study_id      = known->study_id;
        r->instance_id   = known->instance_id;
        r->patient_id    = known->patient_id;
        r->act_id        = known->act_id;
        r->wrong_patient = known->wrong_patient;
        bool healed      = false;
        return instance_heal(db, a, known->instance_id, known->study_id, &healed, err) &&
               (!healed || trace(db, a, known->patient_id, known->act_id,
                                 "a damaged file was replaced by the same image", err));
    }
    r->outcome = INGEST_ASIDE;
    if (known->aside_already)
        return true;
    if (!a->flushed) { /* rare: no seal for those */
        a->flush_first = true;
        return true;
    }
    a->keep_blob = true;
    return aside_insert(db, a, known, err) && quota_admits(db, a, known->study_id, err) &&
           trace(db, a, known->patient_id, known->act_id, "kept aside: other bytes under a known UID", err);
}

/* ---- study ---- */

typedef struct StudyNow {
    int64_t      id, patient_id, act_id;
    bool         is_new, wrong_patient;
    DicomPatient patient; /* as its first image said */
    char         modalities[65], date[9];
} StudyNow;

static bool study_load_now(Db *db, const char *uid, StudyNow *ret, bool *ret_found, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT id, patient_id, act_id, wrong_patient, dicom_id, dicom_issuer, "
                                     "dicom_name,"
                                     "       dicom_birth, dicom_sex, modalities, study_date"
                                     "  FROM study WHERE uid = ?1");
    db_bind_cstr(q, 1, uid);
    DbStep step = db_next(q, err);
    *ret_found  = step == DB_ROW;
    if (step != DB_ROW)
        return step == DB_END;
    *ret = (StudyNow) { .id            = db_int(q, 0),
                        .patient_id    = db_int(q, 1),
                        .act_id        = db_int(q, 2),
                        .wrong_patient = db_int(q, 3) != 0 };
    db_text(q, 4, ret->patient.id, sizeof ret->patient.id);
    db_text(q, 5, ret->patient.issuer, sizeof ret->patient.issuer);
    db_text(q, 6, ret->patient.name, sizeof ret->patient.name);
    db_text(q, 7, ret->patient.birth_date, sizeof ret->patient.birth_date);
    db_text(q, 8, ret->patient.sex, sizeof ret->patient.sex);
    db_text(q, 9, ret->modalities, sizeof ret->modalities);
    db_text(q, 10, ret->date, sizeof ret->date);
    return true;
}

bool study_name_words(Db *db, int64_t study_id, Slice key, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO study_name (word, study_id) VALUES (?1, ?2) ON CONFLICT DO "
                                     "NOTHING");
    while (key.len) {
        Slice word = slice_cut(&key, ' ');
        if (!word.len)
            continue;
        db_bind_text(q, 1, word);
        db_bind_int(q, 2, study_id);
        if (!db_run(q, err))
            return false;
    }
    return true;
}

static bool study_insert(Db *db, const Arrival *a, const Match *match, StudyNow *ret, Err *err)
{
    const Header *h   = a->header;
    OWNED_BUF     key = buf_make(4096), referring = buf_make(4096);
    if (!text_fold(slice_of(h->patient.name), &key, NULL))
        buf_clear(&key);
    if (!text_fold(slice_of(h->referring), &referring, NULL))
        buf_clear(&referring);
    if (!description_keep(db, h->study_description, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO study (uid, patient_id, act_id, site_id, study_date, "
                                     "study_time, accession, description,"
                                     "                   study_key, referring, dicom_name, dicom_name_key, "
                                     "dicom_id, dicom_issuer, dicom_birth,"
                                     "                   dicom_sex, first_at_ms, last_at_ms, "
                                     "referring_key, time_zone)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
                                     "?15, ?16, ?17, ?17, ?18, ?19)");
    db_bind_cstr(q, 1, h->uids.study);
    bind_ref(q, 2, match->patient_id);
    bind_ref(q, 3, match->act_id);
    bind_ref(q, 4, match->site_id ? match->site_id : a->source->organisation_id);
    db_bind_cstr(q, 5, h->study_date);
    db_bind_cstr(q, 6, h->study_time);
    db_bind_cstr(q, 7, h->accession);
    db_bind_cstr(q, 8, h->study_description);
    db_bind_cstr(q, 9, h->study_key);
    db_bind_cstr(q, 10, h->referring);
    db_bind_cstr(q, 11, h->patient.name);
    db_bind_text(q, 12, buf_slice(&key));
    db_bind_cstr(q, 13, h->patient.id);
    db_bind_cstr(q, 14, h->patient.issuer);
    db_bind_cstr(q, 15, h->patient.birth_date);
    db_bind_cstr(q, 16, h->patient.sex);
    db_bind_int(q, 17, a->received_at_ms);
    db_bind_text(q, 18, buf_slice(&referring));
    db_bind_cstr(q, 19, h->time_zone);
    if (!db_run(q, err))
        return false;
    *ret = (StudyNow) { .id         = db_last_id(db),
                        .patient_id = match->patient_id,
                        .act_id     = match->act_id,
                        .is_new     = true,
                        .patient    = h->patient };
    slice_copy(slice_of(h->study_date), ret->date, sizeof ret->date);
    return study_name_words(db, ret->id, buf_slice(&key), err);
}

static bool same_patient(const DicomPatient *a, const DicomPatient *b)
{
    return strcmp(a->id, b->id) == 0 && strcmp(a->issuer, b->issuer) == 0 && strcmp(a->name, b->name) == 0 &&
           strcmp(a->birth_date, b->birth_date) == 0 && strcmp(a->sex, b->sex) == 0;
}

static bool study_take(Db *db, const Arrival *a, StudyNow *ret, Err *err)
{
    Match match = { 0 };
    bool  found = false;
    if (!study_load_now(db, a->header->uids.study, ret, &found, err))
        return false;
    if (!found &&
        (!study_match(db, a->header->uids.study, a->header->accession, &a->header->patient, &match, err) ||
         !study_insert(db, a, &match, ret, err)))
        return false;
    bool differs = !same_patient(&ret->patient, &a->header->patient), expected = false;
    if (!correction_awaits(db, a->header, 0, &expected, err))
        return false;
    /* Only who says something else than the first image needs a new look; what will be corrected needs none.
     */
    if (ret->patient_id && (ret->is_new || differs) && !expected) {
        bool wrong = false;
        if (!study_compare(db, ret->id, ret->patient_id, &a->header->patient, &wrong, err))
            return false;
        ret->wrong_patient = ret->wrong_patient || wrong;
    }
    return true;
}

/* ---- series ---- */

static bool series_take(Db *db, const Arrival *a, int64_t study_id, int64_t *ret_id, bool *ret_new, Err *err)
{
    const Header *h = a->header;
    {
        OWNED(DbQuery) *q = db_query(db, "SELECT id FROM series WHERE study_id = ?1 AND uid = ?2");
        db_bind_int(q, 1, study_id);
        db_bind_cstr(q, 2, h->uids.series);
        DbStep step = db_next(q, err);
        *ret_new    = step == DB_END;
        *ret_id     = step == DB_ROW ? db_int(q, 0) : 0;
        if (step != DB_END)
            return step == DB_ROW;
    }
    if (!description_keep(db, h->series_description, err))
        return false;
    OWNED(DbQuery) *q =
        db_query(db, "INSERT INTO series (study_id, uid, number, modality, description, series_date,"
                     "                    series_time, body_part, station, first_at_ms, last_at_ms)"
                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)");
    db_bind_int(q, 1, study_id);
    db_bind_cstr(q, 2, h->uids.series);
    bind_number(q, 3, h->series_number);
    db_bind_cstr(q, 4, h->modality);
    db_bind_cstr(q, 5, h->series_description);
    db_bind_cstr(q, 6, h->series_date);
    db_bind_cstr(q, 7, h->series_time);
    db_bind_cstr(q, 8, h->body_part);
    db_bind_cstr(q, 9, h->station);
    db_bind_int(q, 10, a->received_at_ms);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

bool study_row_for(Db *db, const Arrival *a, const Match *match, int64_t *ret_id, Err *err)
{
    StudyNow study = { 0 };
    bool     found = false;
    if (!study_load_now(db, a->header->uids.study, &study, &found, err) ||
        (!found && !study_insert(db, a, match, &study, err)))
        return false;
    *ret_id = study.id;
    return true;
}

bool series_row_for(Db *db, const Arrival *a, int64_t study_id, int64_t *ret_id, Err *err)
{
    bool is_new;
    return series_take(db, a, study_id, ret_id, &is_new, err);
}

/* Counts, and the modality when it is the study's first of its kind. */
static bool study_grow(Db *db, const Arrival *a, StudyNow *study, bool new_series, Err *err)
{
    Slice list = slice_of(study->modalities), modality = slice_of(a->header->modality);
    bool  listed = modality.len == 0;
    while (list.len && !listed)
        listed = slice_equal(slice_cut(&list, '\\'), modality);
    char grown[96];
    snprintf(grown, sizeof grown, "%s%s%s", study->modalities, listed || !study->modalities[0] ? "" : "\\",
             listed ? "" : a->header->modality);
    OWNED(DbQuery) *q = db_query(db, "UPDATE study"
                                     "   SET instance_count = instance_count + 1, bytes = bytes + ?2,"
                                     "       series_count = series_count + ?3, last_at_ms = ?4, modalities = "
                                     "?5"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, study->id);
    db_bind_int(q, 2, a->bytes);
    db_bind_int(q, 3, new_series);
    db_bind_int(q, 4, a->received_at_ms);
    db_bind_cstr(q, 5, strlen(grown) < sizeof study->modalities ? grown : study->modalities);
    if (!db_run(q, err) || listed)
        return q && db_changes(q) == 1;
    OWNED(DbQuery) *m = db_query(db, "INSERT INTO study_mod (modality, study_date, study_id) VALUES (?1, ?2, "
                                     "?3)"
                                     " ON CONFLICT DO NOTHING");
    db_bind_text(m, 1, modality);
    db_bind_cstr(m, 2, study->date);
    db_bind_int(m, 3, study->id);
    return db_run(m, err);
}

static bool series_grow(Db *db, const Arrival *a, int64_t series_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "UPDATE series"
                                     "   SET instance_count = instance_count + 1, bytes = bytes + ?2, "
                                     "last_at_ms = ?3"
                                     " WHERE id = ?1");
    db_bind_int(q, 1, series_id);
    db_bind_int(q, 2, a->bytes);
    db_bind_int(q, 3, a->received_at_ms);
    return db_run(q, err);
}

/* ---- instance ---- */

static bool instance_insert(Db *db, const Arrival *a, int64_t study_id, int64_t series_id, int64_t *ret_id,
                            Err *err)
{
    const Header *h   = a->header;
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO instance (series_id, study_id, uid, class_uid, syntax_uid, "
                                     "number, frames, image_rows,"
                                     "                      image_columns, bits_allocated, blob, bytes, "
                                     "dataset_at, sha256, dataset_sha256,"
                                     "                      received_at_ms, via, actor, person_id, "
                                     "organisation_id)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, "
                                     "?15, ?16, ?17, ?18, ?19, ?20)");
    db_bind_int(q, 1, series_id);
    db_bind_int(q, 2, study_id);
    db_bind_cstr(q, 3, h->uids.sop_instance);
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
    db_bind_int(q, 16, a->received_at_ms);
    db_bind_cstr(q, 17, a->source->via);
    db_bind_cstr(q, 18, a->source->actor);
    db_bind_int(q, 19, a->source->person_id);
    db_bind_int(q, 20, a->source->organisation_id);
    if (!db_run(q, err))
        return false;
    *ret_id = db_last_id(db);
    return true;
}

static bool json_insert(Db *db, const Header *h, int64_t instance_id, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO instance_json (instance_id, plain_bytes, json) VALUES (?1, "
                                     "?2, ?3)");
    db_bind_int(q, 1, instance_id);
    db_bind_int(q, 2, (int64_t)h->json_plain);
    db_bind_blob(q, 3, buf_slice(&h->json));
    return db_run(q, err);
}

static bool seal_moved(Db *db, Arrival *a, int64_t instance_id, bool flies, Err *err)
{
    a->in_flight = flies ? instance_id : 0;
    return flight_begin(db, a->archive, instance_id, a->bytes, flies, err);
}

bool arrival_store(Db *db, void *arrival, Err *err)
{
    Arrival      *a = arrival;
    IngestResult *r = a->result;
    Known         known;
    StudyNow      study;
    int64_t       series_id = 0, instance_id = 0;
    bool          new_series = false;
    a->keep_blob             = false;
    a->flush_first           = false;
    if (!instance_known(db, &a->header->uids, a->dataset_sha256, &known, err))
        return false;
    if (known.known)
        return known_again(db, a, &known, err);
    bool deleted = false;
    if (!instance_was_deleted(db, a->header->uids.sop_instance, &deleted, err))
        return false;
    if (deleted)
        return err_set(err, ERR_CONFLICT,
                       "This image was deleted here: it is restored or let in again on the page of "
                       "deletions.",
                       "%s", a->header->uids.sop_instance);
    bool flies = !a->flushed && !a->copy.len;
    if (flies && !flight_has_room(a->archive)) {
        a->flush_first = true;
        return true;
    }
    bool ok =
        study_take(db, a, &study, err) && series_take(db, a, study.id, &series_id, &new_series, err) &&
        instance_insert(db, a, study.id, series_id, &instance_id, err) &&
        seal_moved(db, a, instance_id, flies, err) &&
        (!a->copy.len || pending_add(db, a->blob, a->copy, err)) &&
        json_insert(db, a->header, instance_id, err) &&
        dose_store(db, instance_id, study.id, series_id, &a->header->dose, err) &&
        agents_store(db, instance_id, study.id, &a->header->agents, err) &&
        series_grow(db, a, series_id, err) && study_grow(db, a, &study, new_series, err) &&
        quota_admits(db, a, study.id, err) &&
        trace(db, a, study.patient_id, study.act_id, study.wrong_patient ? "patient differs" : "", err);
    if (!ok)
        return false;
    r->outcome       = INGEST_STORED;
    r->study_id      = study.id;
    r->instance_id   = instance_id;
    r->patient_id    = study.patient_id;
    r->act_id        = study.act_id;
    r->wrong_patient = study.wrong_patient;
    a->keep_blob     = true;
    return true;
}
