/*
 * What leaves the house, for whom and why: the purposes that are taken, and the rows that say so.
 *
 * SPDX-License-Identifier: Apache-2.0
 */
#include "clinic/archive/export.h"

#include <openssl/rand.h>
#include <stdio.h>

#include "clinic/archive/export_internal.h"
#include "formats/json/json_util.h"
#include "guard/audit/audit.h"
#include "platform/clock.h"

typedef struct Purpose {
    const char *name;
    bool        reason_needed, deidentified_only;
} Purpose;

static const Purpose PURPOSES[] = {
    /* name             reason  de-identified only */
    { "care", false, false },                                        /* continuity of care elsewhere */
    { "second-opinion", false, false }, { "patient", false, false }, /* handed to the patient (right of
                                                                        access) */
    { "legal", true, false },                                        /* asked for by an authority */
    { "quality", true, false },         { "research", true, true },  { "teaching", true, true },
};

/* ---- what is asked ---- */

static const Purpose *purpose_of(const char *name)
{
    for (size_t i = 0; i < COUNT(PURPOSES); i++)
        if (strcmp(PURPOSES[i].name, name) == 0)
            return &PURPOSES[i];
    return NULL;
}

static bool purpose_check(const ExportAsk *ask, Err *err)
{
    const Purpose *p = purpose_of(ask->purpose);
    if (!p)
        return err_set(err, ERR_INPUT, "Say what the images are exported for.", "purpose");
    if (p->reason_needed && !slice_trim(slice_of(ask->reason)).len)
        return err_set(err, ERR_INPUT, "A reason is required.", "purpose %s", p->name);
    if (p->deidentified_only && !ask->deidentified)
        return err_set(err, ERR_INPUT, "Research and teaching take de-identified images only.", "purpose %s",
                       p->name);
    return true;
}

bool export_ask_from_json(const json_t *body, ExportAsk *ret, Err *err)
{
    json_t       *parts = NULL, *one;
    size_t        i;
    ExportOptions options;
    *ret = (ExportAsk) { 0 };
    if (!json_need_array(body, "parts", EXPORT_PARTS_MAX, &parts, err) ||
        !json_need_copy(body, "purpose", ret->purpose, sizeof ret->purpose, err) ||
        !json_may_copy(body, "reason", ret->reason, sizeof ret->reason, err) ||
        !json_may_bool(body, "deidentified", &ret->deidentified, err) ||
        !json_may_object(body, "options", &ret->options, err) ||
        (ret->deidentified && !export_options(ret->options, &options, err)))
        return false;
    json_array_foreach (parts, i, one) {
        ExportPart *p = &ret->parts[ret->part_count++];
        if (!json_need_copy(one, "study_uid", p->study_uid, sizeof p->study_uid, err) ||
            !json_may_copy(one, "series_uid", p->series_uid, sizeof p->series_uid, err))
            return false;
    }
    if (!ret->part_count)
        return err_set(err, ERR_INPUT, "Say which studies are exported.", "no part");
    return purpose_check(ret, err);
}

/* ---- rows ---- */

typedef struct Sum {
    int64_t files, bytes;
} Sum;

static bool add_to_sum(const InstanceRow *row, void *with)
{
    Sum *sum = with;
    sum->files++;
    sum->bytes += row->bytes;
    return sum->files <= EXPORT_FILES_MAX;
}

/* What there is to send, and whose it is. */
static bool weigh(Db *db, const ExportAsk *ask, const ArchiveViewer *viewer, ExportRow *ret, Err *err)
{
    Sum sum = { 0 };
    for (size_t i = 0; i < ask->part_count; i++) {
        StudyRow study;
        if (!study_find(db, slice_of(ask->parts[i].study_uid), viewer, &study, err) ||
            !instances_each(db, slice_of(ask->parts[i].study_uid), slice_of(ask->parts[i].series_uid),
                            SLICE_NONE, viewer, add_to_sum, &sum, err))
            return false;
        bool other = i && study.patient_id != ret->patient_id;
        if (other && !ask->deidentified)
            return err_set(err, ERR_INPUT, "One export holds the images of one patient.", "part %zu", i);
        ret->patient_id = other ? 0 : study.patient_id;
        ret->act_id     = i && ret->act_id != study.act_id ? 0 : study.act_id;
    }
    ret->files = sum.files;
    ret->bytes = sum.bytes;
    return sum.files <= EXPORT_FILES_MAX ||
           err_set(err, ERR_LIMIT, "The archive holds too many files.", "more than %d", EXPORT_FILES_MAX);
}

static bool insert(Db *db, const ExportAsk *ask, ExportRow *row, Err *err)
{
    uint8_t   secret[EXPORT_SECRET_BYTES];
    OWNED_BUF options = buf_make(EXPORT_OPTIONS_BYTES);
    if (ask->options && !json_dump_to_buf(ask->options, &options, err))
        return false;
    if (RAND_bytes(secret, sizeof secret) != 1)
        return err_set(err, ERR_UNAVAILABLE, "Memory is out.", "random bytes");
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO export (person_id, patient_id, act_id, purpose, reason, "
                                     "deidentified, options, secret, files, bytes, state, created_at_ms)"
                                     " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, 'ready', ?11)");
    db_bind_int(q, 1, row->person_id);
    bind_ref(q, 2, row->patient_id);
    bind_ref(q, 3, row->act_id);
    db_bind_cstr(q, 4, row->purpose);
    db_bind_cstr(q, 5, row->reason);
    db_bind_int(q, 6, row->deidentified);
    db_bind_text(q, 7, options.len ? buf_slice(&options) : SLICE("{}"));
    if (row->deidentified)
        db_bind_blob(q, 8, slice_bytes(secret, sizeof secret));
    else
        db_bind_null(q, 8);
    db_bind_int(q, 9, row->files);
    db_bind_int(q, 10, row->bytes);
    db_bind_int(q, 11, row->created_at_ms);
    if (!db_run(q, err))
        return false;
    row->id = db_last_id(db);
    return true;
}

static bool insert_part(Db *db, int64_t id, size_t place, const ExportPart *p, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "INSERT INTO export_part (export_id, place, study_uid, series_uid) "
                                     "VALUES (?1, ?2, ?3, ?4)");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, (int64_t)place);
    db_bind_cstr(q, 3, p->study_uid);
    db_bind_cstr(q, 4, p->series_uid);
    return db_run(q, err);
}

bool export_begin(Db *db, const ExportAsk *ask, const ArchiveViewer *viewer, const PatientBy *by,
                  ExportRow *ret, Err *err)
{
    char      detail[128];
    ExportRow row = { .person_id     = by->person_id,
                      .deidentified  = ask->deidentified,
                      .state         = "ready",
                      .created_at_ms = clock_now_ms() };
    (void)slice_copy(slice_of(ask->purpose), row.purpose, sizeof row.purpose);
    (void)slice_copy(slice_of(ask->reason), row.reason, sizeof row.reason);
    if (!weigh(db, ask, viewer, &row, err) || !insert(db, ask, &row, err))
        return false;
    for (size_t i = 0; i < ask->part_count; i++)
        if (!insert_part(db, row.id, i, &ask->parts[i], err))
            return false;
    snprintf(detail, sizeof detail, "%s, %s, %lld files", row.purpose,
             row.deidentified ? "de-identified" : "identified", (long long)row.files);
    AuditLine line = { .event      = AUDIT_EXPORT,
                       .outcome    = AUDIT_OK,
                       .person_id  = by->person_id,
                       .patient_id = row.patient_id,
                       .act_id     = row.act_id,
                       .actor      = by->actor,
                       .factors    = by->factors,
                       .origin     = by->origin,
                       .what       = by->what,
                       .object     = ask->parts[0].study_uid,
                       .detail     = detail };
    if (!audit_add(db, &line, err))
        return false;
    *ret = row;
    return true;
}

#define EXPORT_COLUMNS                                                                                       \
    "id, person_id, patient_id, act_id, purpose, reason, state, deidentified, files, bytes, files_sent,"     \
    " files_left_out, bytes_sent, created_at_ms, ended_at_ms"

static void row_from(const DbQuery *q, ExportRow *ret)
{
    *ret = (ExportRow) { .id             = db_int(q, 0),
                         .person_id      = db_int(q, 1),
                         .patient_id     = db_int(q, 2),
                         .act_id         = db_int(q, 3),
                         .deidentified   = db_int(q, 7) != 0,
                         .files          = db_int(q, 8),
                         .bytes          = db_int(q, 9),
                         .files_sent     = db_int(q, 10),
                         .files_left_out = db_int(q, 11),
                         .bytes_sent     = db_int(q, 12),
                         .created_at_ms  = db_int(q, 13),
                         .ended_at_ms    = db_int(q, 14) };
    db_text(q, 4, ret->purpose, sizeof ret->purpose);
    db_text(q, 5, ret->reason, sizeof ret->reason);
    db_text(q, 6, ret->state, sizeof ret->state);
}

bool export_load(Db *db, int64_t id, int64_t person_id, ExportRow *ret, Err *err)
{
    OWNED(DbQuery) *q = db_query(db, "SELECT " EXPORT_COLUMNS " FROM export WHERE id = ?1 AND person_id = "
                                     "?2");
    db_bind_int(q, 1, id);
    db_bind_int(q, 2, person_id);
    DbStep step = db_next(q, err);
    if (step == DB_ROW)
        row_from(q, ret);
    return step == DB_ROW ||
           (step == DB_END && err_set(err, ERR_NOT_FOUND, "No such export.", "export %lld", (long long)id));
}

bool export_source_load(Db *db, int64_t id, int64_t person_id, ExportSource *ret, Err *err)
{
    *ret = (ExportSource) { 0 };
    if (!export_load(db, id, person_id, &ret->row, err))
        return false;
    OWNED(DbQuery) *q = db_query(db, "SELECT options, secret FROM export WHERE id = ?1");
    db_bind_int(q, 1, id);
    if (db_next(q, err) != DB_ROW)
        return false;
    db_text(q, 0, ret->options, sizeof ret->options);
    ret->has_secret = db_slice(q, 1).len == EXPORT_SECRET_BYTES;
    if (ret->has_secret)
        memcpy(ret->secret, db_slice(q, 1).at, EXPORT_SECRET_BYTES);
    OWNED(DbQuery) *p = db_query(db, "SELECT study_uid, series_uid FROM export_part WHERE export_id = ?1 "
                                     "ORDER BY place");
    db_bind_int(p, 1, id);
    DbStep step;
    while ((step = db_next(p, err)) == DB_ROW && ret->part_count < EXPORT_PARTS_MAX) {
        db_text(p, 0, ret->parts[ret->part_count].study_uid, 65);
        db_text(p, 1, ret->parts[ret->part_count].series_uid, 65);
        ret->part_count++;
    }
    return step != DB_FAILED;
}

static bool mark_work(Db *db, void *work, Err *err)
{
    const ExportRow *row = work;
    OWNED(DbQuery) *q    = db_query(db, "UPDATE export"
                                           "   SET state = ?2, files_sent = ?3, files_left_out = ?4, bytes_sent = "
                                           "?5,"
                                           "       ended_at_ms = ?6, secret = CASE WHEN ?2 = 'done' THEN NULL ELSE "
                                           "secret END"
                                           " WHERE id = ?1");
    db_bind_int(q, 1, row->id);
    db_bind_cstr(q, 2, row->state);
    db_bind_int(q, 3, row->files_sent);
    db_bind_int(q, 4, row->files_left_out);
    db_bind_int(q, 5, row->bytes_sent);
    if (row->ended_at_ms)
        db_bind_int(q, 6, row->ended_at_ms);
    else
        db_bind_null(q, 6);
    return db_run(q, err);
}

bool export_mark(Archive *a, const ExportRow *row, Err *err)
{
    ExportRow copy = *row;
    return db_write(archive_db(a), mark_work, &copy, err);
}

json_t *export_json(const ExportRow *row)
{
    return json_pack("{s:I, s:s, s:s, s:s, s:b, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "id",
                     (json_int_t)row->id, "state", row->state, "purpose", row->purpose, "reason", row->reason,
                     "deidentified", row->deidentified, "files", (json_int_t)row->files, "bytes",
                     (json_int_t)row->bytes, "files_sent", (json_int_t)row->files_sent, "files_left_out",
                     (json_int_t)row->files_left_out, "bytes_sent", (json_int_t)row->bytes_sent,
                     "created_at_ms", (json_int_t)row->created_at_ms, "ended_at_ms",
                     (json_int_t)row->ended_at_ms);
}
